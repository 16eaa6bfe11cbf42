"""What a person declared, read from the log: the latest statement of each kind."""

from collections.abc import Iterable

from backwright.model.evidence import Evidence, Kind, Person

DECLARATIONS = ("name", "languages", "role", "band", "hours", "level", "track")
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
        hours_per_week=float(said.get("hours", 0) or 0),
        own_level=said.get("level", ""),
    )
