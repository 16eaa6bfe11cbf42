"""Evidence rows as flat tuples, the same for every database, and as JSON lines."""

from dataclasses import fields
from datetime import UTC, datetime

from backwright.model.evidence import Evidence, Kind, Outcome

COLUMNS = tuple(field.name for field in fields(Evidence))


def flat(row: Evidence) -> tuple[str | float | int, ...]:
    """Return the row's values in column order, times as ISO text with microseconds, UTC."""
    values = (getattr(row, name) for name in COLUMNS)
    return tuple(
        value.astimezone(UTC).isoformat(timespec="microseconds")
        if isinstance(value, datetime)
        else value
        for value in values
    )


def unflat(values: tuple[object, ...]) -> Evidence:
    """Return the row of such a tuple."""
    record = dict(zip(COLUMNS, values, strict=True))
    record["kind"], record["outcome"] = Kind(str(record["kind"])), Outcome(str(record["outcome"]))
    for name in ("occurred_at", "recorded_at"):
        record[name] = datetime.fromisoformat(str(record[name]))
    return Evidence(**record)  # type: ignore[arg-type]
