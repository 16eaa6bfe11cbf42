"""Lines to read: text with what it is linked to, and the URL of a resource."""

from dataclasses import dataclass

from backwright.catalog import Catalog
from backwright.model.skill import Skill


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
