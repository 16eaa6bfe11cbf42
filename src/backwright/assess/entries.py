"""Everything that can be asked: authored items and question families, one row each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from backwright.assess.bank import Bank, author_bank
from backwright.assess.family import Family
from backwright.catalog import Catalog
from backwright.model.item import ItemKind, Noise, nominal_noise
from backwright.model.skill import SkillId


@dataclass(frozen=True)
class Entry:
    """One thing to ask.

    Attributes:
        source: "item:<skill>/<name>" or "family:<name>/<skill>".
        repeatable: Whether other numbers make it another question.
    """

    source: str
    skill: SkillId
    level: int
    noise: Noise
    repeatable: bool


def entries_of(catalog: Catalog, families: Mapping[str, Family]) -> tuple[Entry, ...]:
    """Return all entries, in a stable order."""
    items = (
        Entry(
            f"item:{item.id}",
            item.skill,
            item.level,
            nominal_noise(item.kind, len(item.wrong) + 1),
            repeatable=False,
        )
        for each in catalog.items.values()
        for item in each
    )
    executed = (
        Entry(
            f"family:{family.name}/{skill}",
            skill,
            level,
            Noise(family.guess, nominal_noise(ItemKind.TYPED, 0).slip),
            repeatable=True,
        )
        for family in families.values()
        for skill, level in family.skills.items()
    )
    return (*items, *executed)


def bank_of(
    entries: Iterable[Entry],
    skills: tuple[str, ...],
    fitted: Mapping[str, tuple[float, float]] | None = None,
) -> Bank:
    """Return the entries as a bank over these skills.

    Args:
        fitted: (guess, slip) by source where answers have taught them, padding included.
    """
    listed = list(entries)
    index = {skill: number for number, skill in enumerate(skills)}
    bank = author_bank(
        [index[entry.skill] for entry in listed],
        [entry.noise.guess for entry in listed],
        [entry.noise.slip for entry in listed],
        len(skills),
    )
    for number, entry in enumerate(listed):
        if fitted and entry.source in fitted:
            bank.guess[number], bank.slip[number] = fitted[entry.source]
    return bank
