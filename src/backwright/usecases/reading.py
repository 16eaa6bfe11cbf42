"""What there is to read on a skill: lines with what they are linked to, URLs of resources, a brief."""

from dataclasses import dataclass

from backwright.catalog import Catalog
from backwright.catalog.brief import parse_brief
from backwright.model.skill import Brief, Skill, SkillId
from backwright.usecases.bench import Bench


@dataclass(frozen=True)
class Line:
    """One line of text with what it is linked to."""

    say: str
    skill: str = ""
    source: str = ""


def url_of(catalog: Catalog, skill: Skill, number: int) -> str:
    """Return the URL of one of a skill's resources."""
    resource = skill.resources[number]
    if resource.path.startswith("https://"):
        return resource.path
    return catalog.sources[resource.source].url + resource.path


def brief_of(bench: Bench, skill: SkillId) -> Brief | None:
    """Return the brief of a skill; None if it has a lesson, or neither."""
    if skill in bench.catalog.lessons:
        return None
    text = bench.lessons.brief(skill)
    return parse_brief(skill, text) if text else None
