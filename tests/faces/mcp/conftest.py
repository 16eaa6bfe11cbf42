"""A client in this process, over either revision of the protocol, and a bench of its own."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from tests.bench import FixedClock, bench_in

from backwright.faces.mcp.server import make_server
from backwright.faces.mcp.working import Workshop
from backwright.usecases.bench import Bench

Talk = Callable[[Client], Awaitable[Any]]
Talks = Callable[..., Any]


@pytest.fixture(params=["auto", "legacy"])
def mode(request) -> str:
    """Both revisions of the protocol: of 2026, without a handshake, and before."""
    return request.param


@pytest.fixture
def bench(tmp_path: Path, monkeypatch) -> Bench:
    """A bench whose clock moves on by ten seconds, so that no answer is too fast to have been read."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return bench_in(tmp_path / "data", clock=FixedClock(step_seconds=10))


@pytest.fixture
def talk(bench: Bench, mode: str) -> Talks:
    """Return a function that connects a client and hands it on: talk(async function, options of the client)."""
    return talks(bench, mode)


def talks(bench: Bench, mode: str, *, shared: bool = False) -> Talks:
    async def connected(with_client: Talk, options: dict[str, Any]) -> Any:
        workshop = Workshop(bench)
        try:
            async with Client(make_server(workshop, shared=shared), mode=mode, **options) as client:
                return await with_client(client)
        finally:
            workshop.close()

    return lambda with_client, **options: anyio.run(connected, with_client, options)
