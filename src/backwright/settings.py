"""Settings: the only reader of the environment. Each field has its help line and its origin."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, cast, get_args, get_type_hints

import platformdirs

from backwright.model.account import SignUp
from backwright.model.errors import BadRequest

_APP = "backwright"
OWN_CONTENT = Path(__file__).parent / "content"


@dataclass(frozen=True)
class Settings:
    """Each field can be set with the variable BACKWRIGHT_<FIELD>."""

    data_dir: Annotated[Path, "Folder for your evidence (a database file)"] = Path()
    cache_dir: Annotated[Path, "Folder for what can be computed again; may be deleted"] = Path()
    content_dir: Annotated[Path, "Folder the catalog is read from"] = Path()
    database_url: Annotated[
        str, "postgresql://... keeps evidence there instead of in the data folder"
    ] = ""
    profile: Annotated[str, "Whose evidence it is when --as is not given"] = "me"
    sign_up: Annotated[
        str,
        "Who may make an account on a page for many: closed (by an operator's link), invite (by anybody's link), open",
    ] = "closed"
    oidc_issuer: Annotated[str, "https://... of an OpenID provider at which people can log in"] = ""
    oidc_client_id: Annotated[str, "What the OpenID provider calls this server"] = ""
    oidc_client_secret: Annotated[str, "The secret that the OpenID provider gave this server"] = ""
    oidc_label: Annotated[str, "What the button to the OpenID provider says"] = ""
    dask_scheduler: Annotated[
        str, "tcp://... spreads long work over a Dask cluster instead of this machine's cores"
    ] = ""
    model: Annotated[
        str,
        "anthropic:NAME, openai:NAME or local:NAME, the language model of `ask --chat`; empty for none",
    ] = ""
    model_url: Annotated[
        str, "Address of an OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1"
    ] = ""
    model_key: Annotated[str, "Key for the language model; never shown or logged"] = ""
    mcp_token: Annotated[
        str, "What clients of `mcp --transport http` send as their bearer token; never shown"
    ] = ""


@dataclass(frozen=True)
class Setting:
    """One setting as a person sees it: its value, where that came from, how to change it."""

    name: str
    value: str
    origin: str
    variable: str
    help: str


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings, environment over defaults."""
    data = Path(environ.get("BACKWRIGHT_DATA_DIR") or platformdirs.user_data_dir(_APP))
    defaults = {
        "data_dir": data,
        "cache_dir": Path(platformdirs.user_cache_dir(_APP)),
        "content_dir": OWN_CONTENT,
    }
    given = {}
    for field in fields(Settings):
        if value := environ.get(_variable(field.name)):
            kind = get_args(get_type_hints(Settings, include_extras=True)[field.name])[0]
            given[field.name] = kind(value)
    return Settings(**{**defaults, **given})


def sign_up_of(settings: Settings) -> SignUp:
    """Return who may make an account; BadRequest if the setting says something else."""
    for known in get_args(SignUp):
        if settings.sign_up == known:
            return cast("SignUp", known)
    raise BadRequest(
        f"BACKWRIGHT_SIGN_UP is '{settings.sign_up}'; it can be {', '.join(get_args(SignUp))}"
    )


def one_numeric_thread() -> None:
    """Keep the numeric library to one thread, unless the person says otherwise.

    Its matrices are small here: threads cost more than they bring, and much more on a busy machine.
    Must run before the library is imported.
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def explain_settings(environ: Mapping[str, str] = os.environ) -> tuple[Setting, ...]:
    """Return every setting with its origin; secrets and passwords in URLs are left out."""
    settings = read_settings(environ)
    hints = get_type_hints(Settings, include_extras=True)
    return tuple(
        Setting(
            name=field.name,
            value=_shown(field.name, str(getattr(settings, field.name))),
            origin=_variable(field.name) if environ.get(_variable(field.name)) else "default",
            variable=_variable(field.name),
            help=get_args(hints[field.name])[1],
        )
        for field in fields(Settings)
    )


def _variable(name: str) -> str:
    return f"BACKWRIGHT_{name.upper()}"


def _shown(name: str, value: str) -> str:
    """Return a value as it may be printed: of a secret only that there is one."""
    if name.endswith(("_token", "_secret", "_key")):
        return "***" if value else ""
    return _without_password(value)


def _without_password(value: str) -> str:
    scheme, mark, rest = value.partition("://")
    account, at, place = rest.rpartition("@")
    if mark and at and ":" in account:
        return f"{scheme}://{account.partition(':')[0]}:***@{place}"
    return value
