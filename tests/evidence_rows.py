"""Evidence rows for tests: plain ones, and any that the types allow."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

from hypothesis import strategies as st

from backwright.model.evidence import Evidence, Kind, Outcome
from tests.bench import START, uuid7


def evidence(number: int = 1, **values) -> Evidence:
    """Return an answer recorded `number` seconds after the start; later numbers sort later."""
    time = START + timedelta(seconds=number)
    plain = {
        "id": uuid7(time, number),
        "profile": "me",
        "skill": "sql.basics",
        "variant": "",
        "kind": Kind.ANSWER,
        "outcome": Outcome.RIGHT,
        "guess": 0.24,
        "slip": 0.09,
        "weight": 1.0,
        "source": "family:sql-null/sql.basics",
        "given": "3",
        "seed": number,
        "occurred_at": time,
        "recorded_at": time,
    }
    return Evidence(**{**plain, **values})


# NUL and halves of characters are what no database keeps; stores put a replacement mark for them.
TEXTS = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=40)
TIMES = st.datetimes(
    min_value=datetime(1970, 1, 2),  # noqa: DTZ001  (the strategy adds the zone)
    max_value=datetime(9000, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))]),
)
CHANCES = st.floats(0, 1)
ROWS = st.builds(
    Evidence,
    id=st.integers(0, 2**128 - 1).map(lambda number: str(UUID(int=number))),
    profile=TEXTS.filter(str.strip),
    skill=TEXTS,
    variant=TEXTS,
    kind=st.sampled_from(Kind),
    outcome=st.sampled_from(Outcome),
    guess=CHANCES,
    slip=CHANCES,
    weight=st.floats(0, 1e300),
    source=TEXTS,
    given=TEXTS,
    seed=st.integers(-(2**63), 2**63 - 1),
    occurred_at=TIMES,
    recorded_at=TIMES,
)
