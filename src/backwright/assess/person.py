"""What a person declared, read from the log: the latest statement of each kind."""

from collections.abc import Iterable

from backwright.model.evidence import Evidence, Kind, Person

LEVEL_LETTERS = {"b": "beginner", "i": "intermediate", "a": "advanced", "e": "expert"}


def person_of(profile: str, rows: Iterable[Evidence]) -> Person:
    """Return the person of these rows."""
    said: dict[str, str] = {}
    for row in rows:
        if row.kind is Kind.DECLARED:
            said[row.source.removeprefix("declare:")] = row.given
    languages = tuple(said["languages"].split()) if "languages" in said else None
    return Person(
        profile=profile,
        name=said.get("name", ""),
        languages=languages,
        role=said.get("role", ""),
        band=said.get("band", "mid"),
        hours_per_week=_hours(said.get("hours", "")),
        own_level=said.get("level", ""),
    )


def _hours(said: str) -> float:
    """Return the hours; 0 for what is no number, as evidence from elsewhere may say."""
    try:
        hours = float(said)
    except ValueError:
        return 0.0
    return hours if 0 < hours < float("inf") else 0.0
