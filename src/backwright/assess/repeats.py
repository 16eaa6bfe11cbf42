"""One question speaks once: which answers repeat an earlier one too soon to count again."""

from collections.abc import Iterable
from datetime import timedelta

from backwright.model.evidence import Evidence, Kind, Outcome

ASKED = (Kind.ANSWER, Kind.DRILL)
REPEAT = timedelta(days=7)  # the same question answered again sooner is memory, not mastery


def is_repeat(row: Evidence, earlier: Evidence) -> bool:
    """Whether a row answers again what an earlier one answered, too soon to count again.

    Feedback has shown the key by then. A family with other numbers is another question.
    """
    if earlier.kind not in ASKED or earlier.outcome is Outcome.RAPID:
        return False
    same = row.source == earlier.source and (
        not row.source.startswith("family:") or row.seed == earlier.seed
    )
    return same and row.occurred_at - earlier.occurred_at < REPEAT


def without_repeats(rows: Iterable[Evidence]) -> list[Evidence]:
    """Return the rows without answers to a question answered less than a week before.

    A later answer after that takes the earlier one's place: one question speaks once.
    """
    kept: dict[object, Evidence] = {}
    for row in rows:
        family = row.source.startswith("family:")
        key: object = (row.source, row.seed) if family else row.source
        if row.kind not in ASKED or row.outcome is Outcome.RAPID:
            key = row.id
        if key not in kept or not is_repeat(row, kept[key]):
            kept[key] = row
    return list(kept.values())
