"""How much of what was shown is still remembered: FSRS retrievability per skill.

The card is the skill, not the question: another question each time. A wrong answer or "I don't
know" is Again, a right one is Good.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from backwright.model.evidence import Evidence, Kind, Outcome

if TYPE_CHECKING:
    from fsrs import Card, Scheduler

RETENTION = 0.9  # desired chance of recall at the moment a review is due
_COUNTS = {Kind.ANSWER, Kind.DRILL, Kind.LAB}


@cache
def _scheduler() -> "Scheduler":
    from fsrs import Scheduler

    # No learning steps and no fuzz: reviews are questions on other days, and plans must repeat.
    return Scheduler(desired_retention=RETENTION, learning_steps=(), enable_fuzzing=False)


def card_of(rows: Iterable[Evidence]) -> "Card | None":
    """Return the memory card of one skill's rows, in the order they occurred; None without any."""
    from fsrs import Card, Rating

    # FSRS draws a card's id from the clock when none is given; ours must not depend on it.
    card: Card | None = None
    for row in sorted(rows, key=lambda r: (r.occurred_at, r.id)):
        if row.kind not in _COUNTS or row.outcome in (Outcome.RAPID, Outcome.NONE):
            continue
        rating = Rating.Good if row.outcome is Outcome.RIGHT else Rating.Again
        card = card or Card(card_id=1, due=row.occurred_at)
        card, _ = _scheduler().review_card(card, rating, row.occurred_at)
    return card


def retrievability(card: "Card | None", now: datetime) -> float:
    """Return the chance of recall now, 0 to 1; 1 for a skill that was never shown."""
    if card is None or card.last_review is None:
        return 1.0
    if now <= card.last_review:
        return 1.0
    return float(_scheduler().get_card_retrievability(card, now))
