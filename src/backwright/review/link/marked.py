"""What a class declares as an endpoint, before its route is joined with those above it."""

from typing import NamedTuple

from backwright.review.facts import Arg
from backwright.review.link.project import Cls, Fn
from backwright.review.link.routers import Use


class Marked(NamedTuple):
    """One endpoint as its class or annotations declare it."""

    method: str
    path: str
    label: str
    at: int
    line: int
    framework: str
    handler: Fn | None
    cls: Cls | None
    uses: tuple[Use, ...]
    given: tuple[Arg, ...] = ()
