"""path-from-input: what a client sent becomes the path of a file."""

from collections.abc import Iterator

from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.rules.rule import Hit
from backwright.review.rules.tainted import flows

CHECKS = (
    "secure_filename",
    "basename",
    "is_relative_to",
    "commonpath",
    "safe_join",
    "realpath",
    "resolve",
    "startswith",
    "startsWith",
    "HasPrefix",
    "normalize",
    "Base",
    "GetFileName",
    "send_from_directory",
    "getCanonicalPath",
    "toRealPath",
)


def check(model: Model) -> Iterator[Hit]:
    """Yield files whose name a client chooses, where nothing in the function checks it."""
    told: set[tuple[int, int]] = set()
    for hit in flows(model, "sink-path", "opens a path that a client chose with", _counts):
        if (hit.at, hit.fn) not in told or hit.fn < 0:  # one path is mostly opened, copied and sent by one function
            told.add((hit.at, hit.fn))
            yield hit


def _counts(model: Model, at: int, call: Call, value: Arg) -> bool:
    if call.name in ("sendFile", "download") and any(
        item.name == "root" for other in call.args for item in other.items
    ):
        return False  # Express keeps what it sends below its root
    around = set(model.enclosing(at, call.fn))
    return not any(other.name in CHECKS for other in model.files[at].calls if other.fn in around)
