"""Finds in an answer's own words the sentence that shows a point; a point without a quote does not count.

It reads words, not meaning: a sentence that says the right words in a wrong way is found, too, and a right idea in
words that nobody foresaw is not. Both are why such a row weighs little as evidence.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from backwright.model.case import Point

WORDS_MIN = 4  # a shorter sentence names a thing and says nothing about it
POINTS_PER_SENTENCE = 3  # a sentence that shows more is a list of words
QUOTE_MAX = 160  # characters shown
TEXT_MAX = 20_000  # characters of one answer; an hour of talk is half of it
NEGATED_WITHIN = 3  # words between "no" and what it denies
_SENTENCE = re.compile(r"(?<=[.!?;])(?<!\.\.)\s+|\n+")
_WORD = re.compile(r"[\w%'-]+")
_NO = {
    *(
        "no not never without don't doesn't won't isn't aren't can't cannot skip avoid instead".split()
    ),
    *("needn't unnecessary ignore dont doesnt nor neither".split()),
}


@dataclass(frozen=True)
class Found:
    """A point and the sentence that shows it, "" if none does."""

    point: Point
    quote: str


def quotes(text: str, points: Iterable[Point]) -> tuple[Found, ...]:
    """Return each point with its quote from the text, in the order of the points."""
    sentences = [s.strip() for s in _SENTENCE.split(text[:TEXT_MAX]) if s.strip()]
    used = dict.fromkeys(range(len(sentences)), 0)
    found = []
    for point in points:
        at = next(
            (
                number
                for number, sentence in enumerate(sentences)
                if used[number] < POINTS_PER_SENTENCE and shows(sentence, point.evidence)
            ),
            None,
        )
        if at is not None:
            used[at] += 1
        found.append(Found(point, _cut(sentences[at]) if at is not None else ""))
    return tuple(found)


def shows(sentence: str, evidence: Iterable[str]) -> bool:
    """Whether a sentence holds all terms of one alternative, and denies none of them."""
    if len(_WORD.findall(sentence)) < WORDS_MIN:
        return False
    plain = sentence.lower().replace("\u2019", "'")
    return any(_holds(plain, alternative) for alternative in evidence)


def _holds(sentence: str, alternative: str) -> bool:
    terms = [term.strip() for term in alternative.lower().split("&")]
    # Where the denial is the idea ("not the average"), it denies nothing.
    may_deny = any(option.strip() in _NO for term in terms for option in term.split("|"))
    for term in terms:
        hits = list(_pattern(term).finditer(sentence))
        if not any(may_deny or not _denied(sentence, hit.start()) for hit in hits):
            return False
    return True


def _denied(sentence: str, start: int) -> bool:
    before = re.split(r"[,:(]", sentence[:start])[-1]
    return any(word in _NO for word in _WORD.findall(before)[-NEGATED_WITHIN:])


@lru_cache(maxsize=4096)
def _pattern(term: str) -> re.Pattern[str]:
    options = []
    for option in term.split("|"):
        words = [re.escape(w).replace(r"\*", r"\w*") for w in option.strip().split()]
        options.append(r"[\s-]+".join(words))
    return re.compile(r"(?<![\w-])(?:" + "|".join(options) + r")(?!\w)")


def _cut(sentence: str) -> str:
    text = " ".join(sentence.split())
    return text if len(text) <= QUOTE_MAX else text[: QUOTE_MAX - 4].rsplit(" ", 1)[0] + " ..."
