"""Builds the bench from settings. The only file that knows which adapter fills which port."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING

from backwright.adapters.clock import SystemClock
from backwright.adapters.disk import AdviceFolder, DiskCache, DiskFiles, LessonFolder
from backwright.adapters.facts_store import SqliteFacts
from backwright.adapters.git import CommandGit
from backwright.adapters.knowledge import (
    blueprint_texts,
    engine_stamp,
    guide_texts,
    knowledge_texts,
)
from backwright.adapters.processes import LazyProcesses
from backwright.adapters.sandbox import ProcessSandbox
from backwright.adapters.source_tree import DiskTrees
from backwright.adapters.sqlite import SqliteStore
from backwright.settings import Settings, explain_settings, read_settings
from backwright.usecases.bench import Bench

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from backwright.catalog import Catalog
    from backwright.usecases.ports import LoadGenerator, Servers, Store


def make_bench(settings: Settings | None = None, profile: str = "") -> Bench:
    """Return a bench over the real world, for one person."""
    settings = settings or read_settings()
    cache = DiskCache(settings.cache_dir)
    sqlite = SqliteStore(settings.data_dir / "evidence.db")
    return Bench(
        load=lambda: _catalog(settings, cache),
        problems=lambda: _problems(settings),
        store=_store(settings, sqlite),
        clock=SystemClock(),
        cache=cache,
        calibration=DiskCache(settings.data_dir / "calibration", durable=True),
        lessons=LessonFolder(settings.content_dir),
        files=DiskFiles(settings.content_dir / "examples" / "profile.speedscope.json"),
        sandbox=ProcessSandbox(),
        trees=DiskTrees(settings.content_dir / "examples" / "shop"),
        git=CommandGit(),
        facts=SqliteFacts(settings.cache_dir / "facts.db"),
        knowledge=knowledge_texts,
        loads=_loads,
        servers=_servers,
        blueprints=lambda: blueprint_texts(settings.content_dir),
        guides=lambda: guide_texts(settings.content_dir),
        engine=engine_stamp,
        advice=AdviceFolder(settings.content_dir),
        executor=_executor(settings),
        profile=profile or settings.profile,
        settings=lambda: tuple(astuple(each) for each in explain_settings()),
        rescue=sqlite.rescue,
    )


def _catalog(settings: Settings, cache: DiskCache) -> tuple[Catalog, str]:
    from backwright.catalog.compiled import load_catalog

    return load_catalog(settings.content_dir, cache.get, cache.put)


def _problems(settings: Settings) -> tuple[Catalog, list[str]]:
    from backwright.catalog.read import read_problems

    return read_problems(settings.content_dir)


def _executor(settings: Settings) -> Executor:
    if settings.dask_scheduler:
        from backwright.adapters.dask import DaskExecutor

        return DaskExecutor(settings.dask_scheduler)
    return LazyProcesses()


def _store(settings: Settings, sqlite: SqliteStore) -> Store:
    if settings.database_url:
        from backwright.adapters.postgres import PostgresStore

        return PostgresStore(settings.database_url)
    return sqlite


def _loads() -> LoadGenerator:
    from backwright.adapters.loadgen import SocketLoad

    return SocketLoad()


def _servers() -> Servers:
    from backwright.adapters.supervisor import ChildServers

    return ChildServers()
