"""Which command answers a question: by how others asked for it, by words, and by the pages that were found."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from backwright.search.words import spoken

EXAMPLE, WORDS, PAGES = 1.0, 0.22, 0.55  # what the nearest example, each cue, the pages are worth
CUES_MAX = 3  # more words of one intent say no more
LIKE, LIKE_MIN = (
    1.6,
    0.35,
)  # worth of a cosine of meaning with the nearest example, above what any two have
LEANING = 2.0  # worth of what all examples together say
GIVEN = 0.35  # worth of a slot that the question fills plainly
RANKS = (1.0, 0.5, 0.3)  # of the pages found
KIND = 0.6  # worth of "rule:*" beside a page that is named
FALLBACK = "learn"  # what can always be done with a page that was found
# What it is worth from the start: with leanings, by words alone. Chosen so that as many questions for knowledge are led right as before.
FALLBACK_WORTH, FALLBACK_PLAIN = 1.2, 0.66
EXAMPLE_WORTH_MIN = 5.5  # an example of one plain word fits by chance
MEANT = 0.4  # worth of a shared stem that was meant, not said


@dataclass(frozen=True)
class Cue:
    """An intent as it is compared: stems of its examples, its words as spoken, its pages."""

    id: str
    examples: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]
    pages: tuple[str, ...]
    given: tuple[str, ...] = ()


class Alike(Protocol):
    """What the meaning of a question says of intents; empty if it is not known."""

    @property
    def intents(self) -> Mapping[str, float]:
        """Cosine with the nearest example of each intent."""
        ...

    @property
    def leanings(self) -> Mapping[str, float]:
        """How much the question leans to each intent by all examples."""
        ...


@dataclass(frozen=True)
class Question:
    """A question as it is compared: its text, the stems of its words, those that are meant."""

    text: str
    stems: tuple[str, ...]
    meant: tuple[str, ...]


def ranked(
    question: Question,
    cues: Sequence[Cue],
    pages: Sequence[tuple[str, float]],
    rarity: Mapping[str, float],
    given: Iterable[str] = (),
    alike: Alike | None = None,
) -> list[tuple[str, float]]:
    """Return (intent, score), best first.

    Args:
        pages: Ids of the pages found with their scores, best first.
        given: Slots that the question fills.
        alike: What its meaning says, if that is known.
    """
    said = spoken(question.text)
    unknown = max(rarity.values(), default=1.0)

    def worth(term: str) -> float:
        return min(rarity.get(term, unknown), 6.0)

    weights = {**dict.fromkeys(question.meant, MEANT), **dict.fromkeys(question.stems, 1.0)}
    norm = sum(w * w * worth(t) ** 2 for t, w in weights.items() if w == 1.0) ** 0.5 or 1.0
    top = pages[0][1] if pages else 1.0
    cosines, leanings = (alike.intents, alike.leanings) if alike else ({}, {})
    fallback = FALLBACK_WORTH if leanings else FALLBACK_PLAIN
    found = []
    for cue in cues:
        nearest = max((_alike(weights, norm, e, worth) for e in cue.examples), default=0.0)
        hits = sum(1 for phrase in cue.words if phrase in said)
        voted = sum(
            rank * score / top * _speaks(page, cue.pages)
            for rank, (page, score) in zip(RANKS, pages, strict=False)
        )
        score = EXAMPLE * nearest + WORDS * min(hits, CUES_MAX) + PAGES * voted / sum(RANKS)
        score += LIKE * max(cosines.get(cue.id, 0.0) - LIKE_MIN, 0.0)
        score += LEANING * leanings.get(cue.id, 0.0)
        score += GIVEN * any(slot in cue.given for slot in given)
        found.append((cue.id, score + (fallback if cue.id == FALLBACK else 0.0)))
    return sorted(found, key=lambda each: -each[1])


def _alike(
    weights: Mapping[str, float],
    norm: float,
    example: Sequence[str],
    worth: Callable[[str], float],
) -> float:
    """Return the cosine of a question and an example; a short example counts as a longer one."""
    shared = sum(weights.get(term, 0.0) * worth(term) ** 2 for term in example)
    size: float = sum(worth(term) ** 2 for term in example) ** 0.5
    return shared / (norm * max(size, EXAMPLE_WORTH_MIN))


def _speaks(page: str, pages: Sequence[str]) -> float:
    if page in pages:
        return 1.0
    return KIND if f"{page.partition(':')[0]}:*" in pages else 0.0
