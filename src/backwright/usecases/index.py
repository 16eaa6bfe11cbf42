"""The catalog as searchable documents."""

from backwright.catalog import Catalog
from backwright.model.role import Path
from backwright.model.skill import Skill
from backwright.search.lexical import Document, Index

NAME, ALIAS, TOPIC, ABOUT = 3.0, 2.5, 2.2, 0.7


def index_of(catalog: Catalog) -> Index:
    """Return the index over skills, roles, technologies and paths."""
    roles = (
        Document("role", r.id, r.name, ((NAME * 0.8, r.name), (ABOUT, r.work)))
        for r in catalog.roles.values()
    )
    technologies = (
        Document("technology", t.id, t.name, ((NAME, t.name), (NAME, t.id), (ABOUT, t.what_for)))
        for t in catalog.technologies.values()
    )
    paths = (
        Document("path", p.id, p.name, ((NAME * 0.8, p.name), (ABOUT, p.about)))
        for p in catalog.paths.values()
    )
    return Index([*skill_documents(catalog), *roles, *technologies, *paths])


def skill_documents(catalog: Catalog) -> list[Document]:
    """Return one document for each skill, choices included."""
    return [_skill(catalog, skill) for skill in catalog.skills.values()]


def _on(path: Path, skill: Skill) -> bool:
    return any(skill.id in stage.skills for stage in path.stages)


def _skill(catalog: Catalog, skill: Skill) -> Document:
    fields = [(NAME, skill.name), (ABOUT, skill.domain), (ABOUT, skill.can)]
    fields += [(ALIAS, variant) for variant in skill.variants]
    fields += [(TOPIC, topic) for topic in skill.topics]
    fields += [(ALIAS, p.name) for p in catalog.pitfalls if p.skill == skill.id]
    fields += [(ABOUT * 0.5, resource.title) for resource in skill.resources]
    fields += [(ABOUT, catalog.skills[member].name) for member in skill.any_of]
    fields += [(ABOUT, f"{path.name} path") for path in catalog.paths.values() if _on(path, skill)]
    fields += [
        (TOPIC * 0.5, role.name)
        for role in catalog.roles.values()
        if skill.id in role.targets and role.targets[skill.id].weight == 3
    ]
    return Document("skill", skill.id, skill.name, tuple(fields))
