"""Guides to services and common questions: listed, and one opened."""

from dataclasses import dataclass

from backwright.catalog import Catalog
from backwright.catalog.service_guides import parse_guide
from backwright.model.guide import Guide
from backwright.usecases.bench import Bench
from backwright.usecases.reading import Line


@dataclass(frozen=True)
class GuideList:
    """Every guide to a service or a common question."""

    guides: tuple[Guide, ...]


@dataclass(frozen=True)
class GuideCard:
    """One guide, opened, and the names of its skills."""

    guide: Guide
    skills: tuple[Line, ...]


def guides_of(bench: Bench) -> dict[str, Guide]:
    """Return the guides by name, services first; those to example blueprints are opened with these."""
    found = [parse_guide(name, text) for name, text in bench.guides().items()]
    guides = [guide for guide in found if guide.commands]
    return {guide.id: guide for guide in sorted(guides, key=lambda g: (g.kind != "service", g.id))}


def guide_list(bench: Bench) -> GuideList:
    """Return every guide."""
    return GuideList(tuple(guides_of(bench).values()))


def guide_card(guide: Guide, catalog: Catalog) -> GuideCard:
    """Return one guide with the names of its skills."""
    return GuideCard(guide, tuple(Line(name, skill) for skill, name in catalog.named(guide.skills)))
