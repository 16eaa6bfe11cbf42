"""A bench for tests: the real catalog, a database in a folder of its own, a clock that ticks alike."""

import atexit
import shutil
import tempfile
from dataclasses import astuple, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from uuid import UUID

import backwright
from backwright.adapters.disk import AdviceFolder, DiskCache, DiskFiles, LessonFolder
from backwright.adapters.facts_store import SqliteFacts
from backwright.adapters.git import CommandGit
from backwright.adapters.knowledge import (
    blueprint_texts,
    guide_texts,
    has_encoder,
    knowledge_texts,
    page_texts,
)
from backwright.adapters.loadgen import SocketLoad
from backwright.adapters.meaning import ShippedEncoder
from backwright.adapters.postgres import PostgresStore
from backwright.adapters.sandbox import ProcessSandbox
from backwright.adapters.source_tree import DiskTrees
from backwright.adapters.sqlite import SqliteStore
from backwright.adapters.supervisor import ChildServers
from backwright.catalog import Catalog
from backwright.catalog.compiled import load_catalog
from backwright.catalog.read import read_problems
from backwright.settings import explain_settings
from backwright.usecases.bench import Bench
from backwright.usecases.ports import Clock

CONTENT = Path(backwright.__file__).parent / "content"
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class FixedClock:
    """Says one second later each time it is asked; ids and seeds are the same in every run."""

    def __init__(self, start: datetime = START, step_seconds: float = 1) -> None:
        self.time = start
        self.step_seconds = step_seconds
        self.ids = 0
        self.chance = Random(20260105)

    def now(self) -> datetime:
        self.time += timedelta(seconds=self.step_seconds)
        return self.time

    def new_id(self) -> str:
        self.ids += 1
        return uuid7(self.time, self.ids)

    def seed(self) -> int:
        return self.chance.randrange(2**31)


def uuid7(time: datetime, number: int) -> str:
    """Return a UUIDv7 of a moment; ids of one moment sort by their number."""
    milliseconds = int(time.timestamp() * 1000)
    return str(UUID(int=milliseconds << 80 | 0x7 << 76 | 0x2 << 62 | number))


@cache
def cache_folder() -> Path:
    """Return the folder where this test run keeps what is slow to compute."""
    folder = Path(tempfile.mkdtemp(prefix="backwright-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def catalog_and_digest() -> tuple[Catalog, str]:
    """Return the real catalog, compiled once for all tests of this run."""
    kept = DiskCache(cache_folder())
    return load_catalog(CONTENT, kept.get, kept.put)


def bench_in(tmp_path: Path, profile: str = "me", clock: Clock | None = None) -> Bench:
    """Return a bench whose evidence is in tmp_path; benches over one tmp_path share it."""
    store = SqliteStore(tmp_path / "evidence.db")
    environ = {"BACKWRIGHT_DATA_DIR": str(tmp_path), "BACKWRIGHT_CACHE_DIR": str(cache_folder())}
    return Bench(
        load=catalog_and_digest,
        problems=lambda: read_problems(CONTENT),
        store=store,
        clock=clock or FixedClock(),
        cache=DiskCache(cache_folder()),
        calibration=DiskCache(tmp_path / "calibration"),
        lessons=LessonFolder(CONTENT),
        files=DiskFiles(CONTENT / "examples" / "profile.speedscope.json"),
        sandbox=ProcessSandbox(),
        trees=DiskTrees(CONTENT / "examples" / "shop"),
        git=CommandGit(),
        facts=SqliteFacts(tmp_path / "cache" / "facts.db"),
        knowledge=knowledge_texts,
        loads=SocketLoad,
        servers=ChildServers,
        blueprints=lambda: blueprint_texts(CONTENT),
        guides=lambda: guide_texts(CONTENT),
        pages=lambda: page_texts(CONTENT),
        encoder=lambda: ShippedEncoder() if has_encoder() else None,
        advice=AdviceFolder(CONTENT),
        profile=profile,
        settings=lambda: tuple(astuple(each) for each in explain_settings(environ)),
        rescue=store.rescue,
    )


def bench_over(folder: Path, url: str = "") -> Bench:
    """Return a bench whose evidence is in PostgreSQL at a URL; in a folder if there is none."""
    bench = bench_in(folder)
    return replace(bench, store=PostgresStore(url)) if url else bench
