"""Whoever asks, as they described themselves; shared by the pages that greet or prefill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from backwright.assess.person import person_of
from backwright.faces.web.site import bench_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from backwright.model.evidence import Person


async def person_at(request: Request) -> Person:
    """Return what the visitor said about themselves; blank for somebody new."""
    bench = bench_of(request)
    return await run_in_threadpool(
        lambda: person_of(bench.profile, bench.store.rows(bench.profile))
    )
