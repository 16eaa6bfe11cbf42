"""Evidence rows as flat tuples, the same for every database."""

import re
from dataclasses import fields
from datetime import UTC, datetime

from backwright.model.errors import StoreProblem
from backwright.model.evidence import Evidence, Kind, Outcome

COLUMNS = tuple(field.name for field in fields(Evidence))
_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")


def keepable(text: str) -> str:
    """Return the text with a replacement mark for what no database keeps: NUL, half a character.

    A terminal with a broken encoding can send either; the answer counts all the same.
    """
    return _UNKEEPABLE.sub("\ufffd", text)


def flat(row: Evidence) -> tuple[str | float | int, ...]:
    """Return the row's values in column order, times as ISO text with microseconds, UTC."""
    return tuple(_flat(getattr(row, name)) for name in COLUMNS)


def _flat(value: str | float | datetime) -> str | float:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return keepable(value) if isinstance(value, str) else value


def unflat(values: tuple[object, ...]) -> Evidence:
    """Return the row of such a tuple; StoreProblem if it is none, as after damage."""
    record = dict(zip(COLUMNS, values, strict=True))
    try:
        record["kind"], record["outcome"] = (
            Kind(str(record["kind"])),
            Outcome(str(record["outcome"])),
        )
        for name in ("occurred_at", "recorded_at"):
            record[name] = datetime.fromisoformat(str(record[name]))
    except ValueError as error:
        raise StoreProblem(
            f"the row {record['id']} cannot be read: {error}",
            detail="Nothing was changed. What is still readable can be copied out.",
            hint="backwright data rescue rescued.jsonl",
        ) from error
    return Evidence(**record)  # type: ignore[arg-type]
