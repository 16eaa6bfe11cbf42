"""Rust: errors of databases and other services that a conversion throws away: `impl From<sqlx::Error> for AppError { fn from(_: sqlx::Error) -> Self { AppError::Internal } }`."""

from collections.abc import Iterator

from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.telling import Silent

_DRIVERS = regex(
    r"^(sqlx|diesel|r2d2\w*|deadpool\w*|bb8\w*|tokio_postgres|postgres|rusqlite|sea_orm|mongodb|redis|reqwest|lettre|aws_sdk\w*|rdkafka|lapin)(::|\.|$)"
)
_ERROR = regex(r"Err(or)?$")
_OF_INPUT = regex(r"Invalid|Parse|ToStr|Header|Url")  # what a text was wrong with, and no service failed
_FIX = "Keep what occurred in the error, or log it here: tracing::error!(%error)."


def converted(model: Model, at: int) -> Iterator[Silent]:
    """Yield conversions of a file whose parameter is not even named, so that nobody can hear what failed."""
    file = model.files[at]
    if file.language != "rust" or file.is_test:
        return
    for index, made in enumerate(file.functions):
        if made.name != "from" or not _ERROR.search(made.owner) or len(made.params) != 1:
            continue
        given = made.params[0]
        whole = _whole(model, at, given.type)
        if not given.name.startswith("_") or not _DRIVERS.match(whole) or _OF_INPUT.search(whole):
            continue
        says = f"throws every {given.type} away and makes the same error of all: neither the log nor the answer knows what failed"
        yield Silent(made.line, index, "converted", says, _FIX)


def _whole(model: Model, at: int, type_: str) -> str:
    """Return the path of a type: "diesel::r2d2::Error" of `R2D2Error`, as it was imported."""
    first, _, rest = type_.replace(".", "::").lstrip("&").partition("::")
    made = model.project.imported[at].get(first)
    if made is None:
        return type_
    return "::".join(each for each in (made.module, made.name, rest) if each)
