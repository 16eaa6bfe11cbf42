"""What every page can reach: the bench, who asks, and whether the page serves one person or many."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.requests import Request

    from backwright.usecases.bench import Bench

PARALLEL = (
    8  # requests that compute at once in one process; more would only wait for the same cores
)


@dataclass(frozen=True)
class Visitor:
    """Who asks.

    Attributes:
        profile: Whose evidence it is: the profile of the bench.
        name: What they are called, for greetings only.
        is_operator: May run the verbs of audience "operator".
        is_local: Sits at this machine, alone: may name its folders and start its commands.
        may_write: May add evidence and delete; False for a token that only reads.
    """

    profile: str
    name: str = ""
    is_operator: bool = False
    is_local: bool = False
    may_write: bool = True

    @property
    def is_known(self) -> bool:
        """Whether we know who it is; somebody at the log-in page is not."""
        return bool(self.profile)

    def may_run(self, audience: str) -> bool:
        """Whether a verb of this audience is offered to them."""
        return {"everybody": True, "operator": self.is_operator, "machine": self.is_local}[audience]


@dataclass
class Site:
    """One served page. Kept in `app.state.site`.

    Attributes:
        bench: Of nobody in particular; `bench_for` makes it somebody's.
        confine: Makes a bench that reads and writes below one folder only.
        uploads: Folder for what visitors upload; emptied again.
        is_local: Loopback, one person, no accounts.
        is_store_near: The evidence is in a file beside us, which answers in microseconds.
        hosts: Names under which the page may be asked for (against DNS rebinding).
        url: Address that people type, without a path; "" for a page at this machine.
        parts: What a part of the site keeps for itself, by name: accounts, jobs, limits.
    """

    bench: Bench
    confine: Callable[..., Bench]
    uploads: Path
    is_local: bool = True
    is_store_near: bool = True
    hosts: frozenset[str] = frozenset({"127.0.0.1", "localhost", "[::1]"})
    url: str = ""
    parts: dict[str, Any] = field(default_factory=dict)

    def bench_for(self, visitor: Visitor, folder: Path | None = None) -> Bench:
        """Return the bench of a visitor; confined to a folder unless they sit at this machine."""
        if not visitor.is_known:
            raise RuntimeError("nobody in particular has no bench: the doorkeeper is missing")
        bench = replace(self.bench, profile=visitor.profile)
        if visitor.is_local and folder is None:
            return bench
        where = folder or self.uploads / "nothing"
        return self.confine(bench, where, may_write=visitor.may_write)


def site_of(request: Request) -> Site:
    """Return the site that a request came to."""
    site: Site = request.app.state.site
    return site


def visitor_of(request: Request) -> Visitor:
    """Return who asks; set by the session, or the one person of a local page."""
    visitor: Visitor | None = request.scope.get("visitor")
    if visitor is None:
        raise RuntimeError("a page was reached without a visitor: the guard is missing")
    return visitor


def bench_of(request: Request, folder: Path | None = None) -> Bench:
    """Return the bench of whoever asks."""
    return site_of(request).bench_for(visitor_of(request), folder)
