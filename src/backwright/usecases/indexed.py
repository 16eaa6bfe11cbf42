"""The index of `ask` as it is kept, and what is looked up in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import msgspec

from backwright.model.asking import Intent
from backwright.search.intents import Cue
from backwright.search.passages import Passage, Postings
from backwright.search.routing import Directions
from backwright.usecases.ports import SentenceEncoder

FORMAT = 13  # raise when what is kept, or how text becomes terms, changes


class Kept(msgspec.Struct, array_like=True):
    """The index as it is kept."""

    format: int
    heads: list[tuple[str, str, str]]
    passages: list[msgspec.Raw]
    page_terms: dict[str, bytes]
    passage_terms: dict[str, bytes]
    phrase_terms: dict[str, bytes]
    owners: tuple[int, ...]
    rarity: dict[str, float]
    firsts: tuple[int, ...]
    priors: tuple[float, ...]
    meanings: dict[str, tuple[str, ...]]
    intents: tuple[Intent, ...]
    examples: tuple[tuple[tuple[str, ...], ...], ...]
    cues: tuple[tuple[str, ...], ...]
    names: dict[str, tuple[tuple[str, str], ...]]
    kinds: dict[str, str]
    sources: dict[str, tuple[str, str]]
    outside: tuple[str, ...]
    vectors: (
        bytes  # of what is said of pages, then of the examples of intents; empty without an encoder
    )
    said_of: tuple[int, ...]  # page of each vector
    examples_of: tuple[int, ...]  # intent of each vector after those
    learnt: Directions  # one for each intent, then one for this field and no other


@dataclass(frozen=True)
class Head:
    """A page without its text: its id, its kind, its title."""

    id: str
    kind: str
    title: str


@dataclass(frozen=True)
class Likeness:
    """How a question's meaning is like others.

    Attributes:
        pages: Cosine with the nearest sentence of each page, by its number.
        intents: Cosine with the nearest example of each intent, by its id.
        leanings: How much it leans to each intent by all examples, by its id.
        own: How much it leans to this field, 1 or more for what is plainly ours, -1 for what is not; None if it is not known.
    """

    pages: Mapping[int, float]
    intents: Mapping[str, float]
    leanings: Mapping[str, float]
    own: float | None = None


@dataclass(frozen=True)
class Indexed:
    """Pages that can be searched, and what questions about them mean."""

    kept: Kept

    @cached_property
    def postings(self) -> Postings:
        """What the search looks terms up in."""
        kept = self.kept
        return Postings(
            kept.page_terms, kept.passage_terms, kept.phrase_terms, kept.owners,
            kept.rarity, kept.firsts, kept.priors,
        )  # fmt: skip

    @cached_property
    def cues(self) -> tuple[Cue, ...]:
        """The intents as they are compared."""
        kept = self.kept
        return tuple(
            Cue(intent.id, examples, words, intent.pages, intent.given)
            for intent, examples, words in zip(kept.intents, kept.examples, kept.cues, strict=True)
        )

    @cached_property
    def intents(self) -> Mapping[str, Intent]:
        """Intents by id."""
        return {intent.id: intent for intent in self.kept.intents}

    @cached_property
    def _vectors(self) -> bytes:
        """All that a question is compared with: put together once, as it is over a megabyte."""
        return self.kept.vectors + self.kept.learnt.vectors

    def likeness(self, question: str, encoder: SentenceEncoder) -> Likeness:
        """Return how much pages and intents are like a question in meaning."""
        import numpy as np  # only with an encoder

        if not self.kept.vectors:
            return Likeness({}, {}, {})
        kept = self.kept
        rows = np.frombuffer(self._vectors, np.int8).reshape(-1, encoder.size)
        cosines = encoder.compared(question, rows)
        examples = len(kept.said_of)
        directions = examples + len(kept.examples_of)
        ids = [intent.id for intent in kept.intents]
        nearest = _largest(kept.examples_of, cosines[examples:directions])
        *leanings, own = kept.learnt.values(cosines[directions:])
        return Likeness(
            _largest(kept.said_of, cosines[:examples]),
            {ids[n]: value for n, value in nearest.items()},
            dict(zip(ids, leanings, strict=True)),
            own,
        )

    def head(self, page: int) -> Head:
        """Return what a page is called."""
        return Head(*self.kept.heads[page])

    def passage(self, number: int) -> Passage:
        """Return a passage with its text."""
        return msgspec.msgpack.decode(self.kept.passages[number], type=Passage)


def _largest(owners: Sequence[int], values: Iterable[float]) -> dict[int, float]:
    """Return the largest value of each owner."""
    found: dict[int, float] = {}
    for owner, value in zip(owners, values, strict=True):
        if value > found.get(owner, -1.0):
            found[owner] = float(value)
    return found
