"""backwright.toml: what a team says about its own code, so that a review fits it."""

import tomllib
from dataclasses import dataclass, field

import msgspec

from backwright.model.errors import BadRequest
from backwright.model.source import Tree
from backwright.usecases.bench import Bench

FILES = ("backwright.toml", ".backwright.toml", "pyproject.toml")


class Boundary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Modules that may not import others: an architecture rule of the team's own.

    Attributes:
        module: Globs of module names.
        may_import: Globs of the only modules it may import; or
        may_not_import: globs of those it may not.
    """

    module: str
    may_import: list[str] | None = None
    may_not_import: list[str] = []
    why: str = ""


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be said.

    Attributes:
        exclude: Globs of paths that are not read.
        rules: Set of rules when none is asked for: default, strict or audit.
        off: Rules that are not wanted at all.
        severity: Rule to the severity it has here.
        ignore: Glob of paths to the rules that are not wanted there.
        auth, limit: Globs of the team's own names that require a login or limit requests.
        gateway_limits: A gateway outside this repository limits requests.
        packs: Files with packs for own frameworks and sinks.
        boundaries: Which modules may import which.
        fail_on: Severity from which the exit status is 1.
    """

    exclude: list[str] = []
    rules: str = ""
    off: list[str] = []
    severity: dict[str, str] = {}
    ignore: dict[str, list[str]] = {}
    auth: list[str] = []
    limit: list[str] = []
    gateway_limits: bool = False
    packs: list[str] = []
    boundaries: list[Boundary] = []
    fail_on: str = ""


@dataclass(frozen=True)
class Found:
    """The configuration, where it stood, and the texts of own packs."""

    config: Config = field(default_factory=Config)
    file: str = ""
    packs: tuple[str, ...] = ()


def read_config(root: str, bench: Bench) -> Found:
    """Return what a folder's configuration says; BadRequest names the line that is wrong."""
    for name in FILES:
        content = bench.trees.read(root, name)
        if content is None:
            continue
        try:
            told = tomllib.loads(content.decode("utf-8", "replace"))
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            if name == "pyproject.toml":
                continue
            raise BadRequest(
                f"{name} cannot be read: {error}", hint="backwright config explain review"
            ) from None
        if name == "pyproject.toml":
            told = told.get("tool", {}).get("backwright", {})
            if not told:
                continue
        try:
            config = msgspec.convert(told.get("review", told), Config)
        except msgspec.ValidationError as error:
            raise BadRequest(f"{name}: {error}", hint="backwright review --help") from None
        return Found(config, name, tuple(_pack(root, path, bench) for path in config.packs))
    return Found()


def _pack(root: str, path: str, bench: Bench) -> str:
    content = bench.trees.read(root, path)
    if content is None:
        raise BadRequest(f"backwright.toml names a pack that is not there: '{path}'")
    return content.decode("utf-8", "replace")


__all__ = ["Boundary", "Config", "Found", "Tree", "read_config"]
