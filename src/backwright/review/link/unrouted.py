"""Endpoints of JavaScript that no call on a router declares: Hapi's objects, tRPC's procedures."""

from collections.abc import Iterable, Iterator

from backwright.review.link.declared import Declared
from backwright.review.link.hapi import Constant, Handlers, Hapi
from backwright.review.link.project import Project
from backwright.review.link.trpc import Trpc


def unrouted(project: Project, handlers: Handlers, constant: Constant, numbers: Iterable[int]) -> Iterator[Declared]:
    """Yield those of these files."""
    yield from Hapi(project, handlers, constant).declared(numbers)
    yield from Trpc(project, handlers).declared(numbers)
