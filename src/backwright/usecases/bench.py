"""What a use case may reach for: the catalog, and ports to the outside world."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # verbs that need no catalog do not wait for its classes
    from collections.abc import Callable
    from concurrent.futures import Executor

    from backwright.catalog import Catalog
    from backwright.model.evidence import Evidence
    from backwright.usecases.ports import (
        Cache,
        Clock,
        FactStore,
        Files,
        Git,
        LanguageModel,
        Lessons,
        LoadGenerator,
        Sandbox,
        SentenceEncoder,
        Servers,
        Store,
        Trees,
    )


@dataclass(frozen=True)
class Bench:
    """Everything on the bench. Use cases take it whole and use what they need.

    Attributes:
        load: Reads the catalog and its digest; called once, when first needed.
        problems: Reads content/ afresh and returns the catalog with every problem.
        progress: Told in a few words what long work is at; may show it.
        rescue: Reads what can still be read of a damaged database; returns the rows and how many
            are known to be lost.
        profile: Whose evidence it is.
        calibration: Keeps what `calibrate` learned; unlike the cache it is not forgotten.
        executor: Where work is spread; None does it in line.
        knowledge: Reads the packs, rules and pages of the review engine: path to text.
        blueprints: Reads the example blueprints that come with the package: name to text.
        guides: Reads the guides to them, to services and to common questions: name to Markdown.
        model: Returns the language model that is configured, None without one.
        heard: Told each piece of text that a language model says, as it comes.
        encoder: Returns what compares sentences by meaning, None where its files are not there.
        rules: Stamp of the review rules and their pages.
        pages: Reads what `ask` searches beside the catalog and the rules: path to text.
        loads, servers: Make what measures a running service; called when one is measured.
        engine: Stamp of the review engine's code: part of the key of every kept answer.
        advice: Reads content/advice/<name>.toml as text.
        settings: Rows of (name, value, origin, variable, help) for `config explain`.
    """

    load: Callable[[], tuple[Catalog, str]]
    problems: Callable[[], tuple[Catalog, list[str]]]
    store: Store
    clock: Clock
    cache: Cache
    calibration: Cache
    lessons: Lessons
    files: Files
    sandbox: Sandbox
    trees: Trees
    git: Git
    facts: FactStore
    knowledge: Callable[[], dict[str, str]]
    loads: Callable[[], LoadGenerator]
    servers: Callable[[], Servers]
    blueprints: Callable[[], dict[str, str]] = dict
    guides: Callable[[], dict[str, str]] = dict
    pages: Callable[[], dict[str, str]] = dict
    rules: Callable[[], str] = str
    model: Callable[[], LanguageModel | None] = lambda: None
    heard: Callable[[str], None] = lambda _: None
    encoder: Callable[[], SentenceEncoder | None] = lambda: None
    engine: Callable[[], str] = str
    advice: Callable[[str], str] = str
    profile: str = "me"
    executor: Executor | None = None
    progress: Callable[[str], None] = lambda _: None
    settings: Callable[[], tuple[tuple[str, str, str, str, str], ...]] = tuple
    rescue: Callable[[], tuple[tuple[Evidence, ...], int]] | None = None

    @property
    def at_once(self) -> int:
        """How many pieces of long work are sent out together: one for each processor, at least two."""
        return max(2, getattr(self.executor, "workers", 1))

    def close(self) -> None:
        """End the processes that were started, if any were."""
        if self.executor is not None:
            self.executor.shutdown()

    def abandon(self) -> None:
        """End the processes that were started now, whatever they are at."""
        kill = getattr(self.executor, "kill", self.close)
        kill()

    @cached_property
    def _loaded(self) -> tuple[Catalog, str]:
        return self.load()

    @property
    def catalog(self) -> Catalog:
        """The catalog, read when first needed."""
        return self._loaded[0]

    @property
    def digest(self) -> str:
        """The hash of the content that the catalog was read from."""
        return self._loaded[1]
