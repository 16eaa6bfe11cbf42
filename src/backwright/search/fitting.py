"""Whether a question is about this field at all: a number from 0 to 1, from what was found and what was not.

Two logistic models, with and without likeness in meaning; docs/method.md says on which questions they were fitted.
"""

import math
from collections.abc import Sequence

from backwright.search.passages import Found, Postings

BASE, SCORE, COVERED, STRANGE = -2.1, 2.1, 3.8, -4.8
LIKE_BASE, LIKE, LIKE_STRANGE, OWN = -5.6, 9.7, -3.3, 5.8
LOOKED_AT = 3  # pages; a page further down fits by chance


def fit(
    stems: Sequence[str],
    said: str,
    found: Sequence[Found],
    postings: Postings,
    outside: Sequence[str],
    like: float | None = None,
    leaning: float | None = None,
) -> float:
    """Return how well the pages found fit a question.

    Args:
        said: The question as `spoken` has it.
        outside: Words and phrases of other fields, as spoken.
        like: Cosine of its meaning with the nearest sentence of any page or example, if that is known.
        leaning: How much its meaning leans to this field.
    """
    if not found:
        return 0.0
    own = dict.fromkeys(stems)
    whole = sum(postings.rarity.get(term, postings.unknown) for term in own) or 1.0
    unknown = {term for term in own if term not in postings.rarity}
    others = sum(1 for phrase in outside if phrase in said and not set(phrase.split()) <= unknown)
    strange = (len(unknown) + others) * postings.unknown / whole
    if like is not None and leaning is not None:
        z = LIKE_BASE + LIKE * like + LIKE_STRANGE * strange + OWN * leaning
    else:
        covered = max(found[:LOOKED_AT], key=lambda each: each.covered + each.named).covered
        z = BASE + SCORE * math.log1p(found[0].score) + COVERED * covered + STRANGE * strange
    return 1 / (1 + math.exp(-z))
