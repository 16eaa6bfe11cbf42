"""Builds the bench from settings. The only file that knows which adapter fills which port."""

from __future__ import annotations

from dataclasses import astuple, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from backwright.adapters.disk import AdviceFolder, DiskCache, DiskFiles, LessonFolder
from backwright.adapters.knowledge import (
    blueprint_texts,
    engine_stamp,
    guide_texts,
    has_encoder,
    knowledge_texts,
    page_texts,
    rules_stamp,
)
from backwright.adapters.processes import LazyProcesses
from backwright.model.errors import BadRequest
from backwright.settings import OWN_CONTENT, Settings, explain_settings, read_settings, sign_up_of
from backwright.usecases.bench import Bench

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from pathlib import Path

    from backwright.adapters.job_rows import JobRows
    from backwright.adapters.reply_rows import ReplyRows
    from backwright.adapters.sqlite import SqliteStore
    from backwright.catalog import Catalog
    from backwright.usecases.accounts import Accounts
    from backwright.usecases.ports import (
        Clock,
        FactStore,
        Git,
        LanguageModel,
        LoadGenerator,
        Provider,
        Sandbox,
        SentenceEncoder,
        Servers,
        Store,
        Trees,
    )


class _Later:
    """An adapter that is imported and made when it is first used: a verb uses two or three of them."""

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (whatever the adapter has)
        return getattr(self._made, name)

    @cached_property
    def _made(self) -> object:
        return self._make()


def make_bench(settings: Settings | None = None, profile: str = "") -> Bench:
    """Return a bench over the real world, for one person."""
    settings = settings or read_settings()
    cache = DiskCache(settings.cache_dir)
    return Bench(
        load=lambda: _catalog(settings, cache),
        problems=lambda: _problems(settings),
        store=_Later(lambda: _store(settings)),
        clock=_Later(_clock),
        cache=cache,
        calibration=DiskCache(settings.data_dir / "calibration", durable=True),
        lessons=LessonFolder(settings.content_dir),
        files=DiskFiles(settings.content_dir / "examples" / "profile.speedscope.json"),
        sandbox=_Later(_sandbox),
        trees=_Later(lambda: _trees(settings.content_dir / "examples" / "shop")),
        git=_Later(_git),
        facts=_Later(lambda: _facts(settings.cache_dir / "facts.db")),
        knowledge=knowledge_texts,
        loads=_loads,
        servers=_servers,
        blueprints=lambda: blueprint_texts(settings.content_dir),
        guides=lambda: guide_texts(settings.content_dir),
        pages=lambda: page_texts(settings.content_dir),
        encoder=_encoder,
        model=lambda: _model(settings),
        rules=rules_stamp,
        engine=engine_stamp,
        advice=AdviceFolder(settings.content_dir),
        executor=_executor(settings),
        profile=profile or settings.profile,
        settings=lambda: tuple(astuple(each) for each in explain_settings()),
        rescue=lambda: _sqlite(settings).rescue(),
    )


def code_stamp() -> str:
    """Return what changes whenever any of our code does: the key of what is made of it and kept."""
    from pathlib import Path

    return engine_stamp(Path(__file__).parent)


def confined(
    bench: Bench, folder: Path, settings: Settings | None = None, *, may_write: bool = True
) -> Bench:
    """Return the bench for a caller who is elsewhere: it reads and writes below one folder only, and only their evidence.

    It starts no command and reaches no host. What is refused is refused by the adapters, whatever a verb asks for.
    """
    from backwright.adapters.confined import ConfinedFiles, ConfinedTrees, NoGit, NothingStarted
    from backwright.adapters.own_rows import OwnRows

    examples = (settings or read_settings()).content_dir / "examples"
    return replace(
        bench,
        store=OwnRows(bench.store, bench.profile, may_write=may_write),
        files=ConfinedFiles(folder, examples / "profile.speedscope.json"),
        trees=ConfinedTrees(folder, examples / "shop"),
        git=NoGit(),
        loads=NothingStarted,
        servers=NothingStarted,
        model=lambda: None,  # others would talk at the operator's cost
        rescue=None,
    )


def make_accounts(settings: Settings | None = None, clock: Clock | None = None) -> Accounts:
    """Return the accounts of a page that many people use; the tables are made or brought up to date.

    Raises:
        BadRequest: What accounts need is not installed, or a setting says nothing that is known.
    """
    settings = settings or read_settings()
    try:
        from backwright.adapters.limiter import Limits, SqlCounters
        from backwright.adapters.passwords import Argon2Secrets
        from backwright.adapters.people import SqlPeople
        from backwright.adapters.tables import engine_for, sqlite_url
    except ImportError as error:
        raise BadRequest(
            f"accounts need a package that is not installed: {error.name}",
            hint="pip install 'backwright[web,server]'",
        ) from error
    from backwright.usecases.accounts import Accounts

    engine = engine_for(settings.database_url or sqlite_url(settings.data_dir / "people.db"))
    return Accounts(
        SqlPeople(engine),
        Argon2Secrets(),
        clock or _clock(),
        Limits(SqlCounters(engine)),
        sign_up_of(settings),
    )


def make_provider(url: str, settings: Settings | None = None) -> Provider | None:
    """Return the OpenID provider of a page at this address, None if no setting names one."""
    settings = settings or read_settings()
    if not settings.oidc_issuer:
        return None
    try:
        from backwright.adapters.provider import provider_at
    except ImportError as error:
        raise BadRequest(
            f"BACKWRIGHT_OIDC_ISSUER needs a package that is not installed: {error.name}",
            hint="pip install 'backwright[oidc]'",
        ) from error
    return provider_at(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret,
        settings.oidc_label,
        url,
    )


def job_rows(settings: Settings | None = None) -> JobRows:
    """Return where the long work of a served page is kept."""
    from backwright.adapters.job_rows import JobRows

    return JobRows(_served_url(settings))


def reply_rows(settings: Settings | None = None) -> ReplyRows:
    """Return where answers are kept by the key of their request."""
    from backwright.adapters.reply_rows import ReplyRows

    return ReplyRows(_served_url(settings))


def _served_url(settings: Settings | None) -> str:
    """Return the database of what a served page keeps for a day: a file beside the evidence, or the database of the evidence."""
    from backwright.adapters.tables import sqlite_url

    settings = settings or read_settings()
    return settings.database_url or sqlite_url(settings.data_dir / "served.db")


def _catalog(settings: Settings, cache: DiskCache) -> tuple[Catalog, str]:
    from backwright.catalog.compiled import load_catalog

    is_shipped = settings.content_dir == OWN_CONTENT
    return load_catalog(settings.content_dir, cache.get, cache.put, is_shipped=is_shipped)


def _problems(settings: Settings) -> tuple[Catalog, list[str]]:
    from backwright.catalog.read import read_problems

    return read_problems(settings.content_dir)


def _executor(settings: Settings) -> Executor:
    if settings.dask_scheduler:
        from backwright.adapters.dask import DaskExecutor

        return DaskExecutor(settings.dask_scheduler)
    return LazyProcesses()


def _store(settings: Settings) -> Store:
    if settings.database_url:
        from backwright.adapters.postgres import PostgresStore

        return PostgresStore(settings.database_url)
    return _sqlite(settings)


def _sqlite(settings: Settings) -> SqliteStore:
    from backwright.adapters.sqlite import SqliteStore

    return SqliteStore(settings.data_dir / "evidence.db")


def _model(settings: Settings) -> LanguageModel | None:
    if not settings.model:
        return None
    from backwright.adapters.language_model import made

    return made(settings.model, settings.model_url, settings.model_key)


def _encoder() -> SentenceEncoder | None:
    if not has_encoder():
        return None
    from backwright.adapters.meaning import ShippedEncoder

    return ShippedEncoder()


def _clock() -> Clock:
    from backwright.adapters.clock import SystemClock

    return SystemClock()


def _sandbox() -> Sandbox:
    from backwright.adapters.sandbox import ProcessSandbox

    return ProcessSandbox()


def _trees(example: Path) -> Trees:
    from backwright.adapters.source_tree import DiskTrees

    return DiskTrees(example)


def _git() -> Git:
    from backwright.adapters.git import CommandGit

    return CommandGit()


def _facts(file: Path) -> FactStore:
    from backwright.adapters.facts_store import SqliteFacts

    return SqliteFacts(file)


def _loads() -> LoadGenerator:
    from backwright.adapters.loadgen import SocketLoad

    return SocketLoad()


def _servers() -> Servers:
    from backwright.adapters.supervisor import ChildServers

    return ChildServers()
