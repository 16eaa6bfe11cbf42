"""What must hold between content files: references resolve, the graph is acyclic and reduced."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

from backwright.catalog.case_links import case_problems
from backwright.catalog.catalog import Catalog
from backwright.catalog.stack_links import stack_problems
from backwright.model.role import SECTIONS, Role
from backwright.model.skill import Skill, SkillId

Where = Callable[..., str]
HOURS_MIN, HOURS_MAX = 2, 80  # a skill outside these is two skills, or half of one
LEVELS = (1, 2, 3, 4)


def link_problems(catalog: Catalog, where: Where) -> list[str]:
    """Return every loose end as "file:line: what"; the graph is checked only if all ids resolve."""
    problems = [*_skill_problems(catalog, where), *_item_problems(catalog, where)]
    problems += [*_role_problems(catalog, where), *_path_problems(catalog, where)]
    problems += [*_list_problems(catalog, where), *stack_problems(catalog, where)]
    problems += case_problems(catalog, where)
    if not any("no skill is called" in problem for problem in problems):
        problems += _graph_problems(catalog.skills, where)
    return problems


def _skill_problems(catalog: Catalog, where: Where) -> Iterator[str]:
    names: dict[str, SkillId] = {}
    for skill in catalog.skills.values():
        file = f"skills/{skill.id}/skill.toml"
        if skill.name in names:
            yield f"{where(file, 'name')}: the name '{skill.name}' is also that of {names[skill.name]}"
        names[skill.name] = skill.id
        if skill.domain not in catalog.domains:
            yield f"{where(file, 'domain')}: no domain is called '{skill.domain}'"
        if skill.level not in LEVELS:
            yield f"{where(file, 'level')}: level {skill.level} is not 1, 2, 3 or 4"
        if not skill.is_choice:
            if not HOURS_MIN <= skill.hours <= HOURS_MAX:
                yield f"{where(file, 'hours')}: {skill.hours:g} hours is not {HOURS_MIN} to {HOURS_MAX}"
            if not skill.can or not skill.topics:
                yield f"{where(file, 'can')}: needs a `can` sentence and topics"
        yield from _need_problems(catalog, skill, where)


def _need_problems(catalog: Catalog, skill: Skill, where: Where) -> Iterator[str]:
    file = f"skills/{skill.id}/skill.toml"
    for number, need in enumerate(skill.needs):
        spot = where(file, "needs", number, "skill")
        if need.skill not in catalog.skills:
            near = _near(need.skill, catalog.skills)
            yield f"{spot}: needs '{need.skill}', no skill is called that{near}"
        elif catalog.skills[need.skill].level > skill.level:
            above = f"{need.skill} ({catalog.skills[need.skill].level})"
            yield f"{spot}: level falls from {above} to {skill.id} ({skill.level})"
        if not need.why:
            yield f"{where(file, 'needs', number, 'why')}: say why {need.skill} is needed"
    for member in skill.any_of:
        if member not in catalog.skills:
            yield f"{where(file, 'any_of')}: no skill is called '{member}'"
    for number, resource in enumerate(skill.resources):
        if resource.source not in catalog.sources:
            yield f"{where(file, 'resource', number, 'source')}: no source is called '{resource.source}'"


def _item_problems(catalog: Catalog, where: Where) -> Iterator[str]:
    for skill, items in catalog.items.items():
        seen: set[str] = set()
        for number, item in enumerate(items):
            spot = where(f"skills/{skill}/items.toml", "item", number, "id")
            if item.id in seen:
                yield f"{spot}: the id '{item.id}' is used twice"
            seen.add(item.id)
            if item.source.partition("/")[0] not in catalog.sources:
                spot = where(f"skills/{skill}/items.toml", "item", number, "source")
                yield f"{spot}: no source is called '{item.source}'"


def _role_problems(catalog: Catalog, where: Where) -> Iterator[str]:
    for role in catalog.roles.values():
        file = f"roles/{role.id}.toml"
        for skill in role.targets:
            if skill not in catalog.skills:
                near = _near(skill, catalog.skills)
                yield f"{where(file, 'defining')}: target '{skill}', no skill is called that{near}"
        for kind, names, known in (
            ("technologies", role.technologies, catalog.technologies),
            ("paths", role.paths, catalog.paths),
            ("before", role.before, catalog.roles),
            ("after", role.after, catalog.roles),
        ):
            for name in names:
                if name not in known:
                    folder = kind if kind in ("technologies", "paths") else "roles"
                    yield f"{where(file, kind)}: '{name}' is not among the {folder}"
        yield from _section_problems(catalog, role, where)


def _section_problems(catalog: Catalog, role: Role, where: Where) -> Iterator[str]:
    file = f"roles/{role.id}.toml"
    for section in SECTIONS:
        if section not in role.sections:
            yield f"{where(file)}: the section '{section}' is missing"
    for section, entries in role.sections.items():
        if section not in SECTIONS:
            yield f"{where(file, 'sections', section)}: no section is called '{section}'"
        for number, entry in enumerate(entries):
            spot = where(file, "sections", section, number)
            if not (entry.skill or entry.source):
                yield f"{spot}: link the entry to a skill or a source"
            if entry.skill and entry.skill not in catalog.skills:
                yield f"{spot}: no skill is called '{entry.skill}'"
            if entry.source and entry.source.partition("/")[0] not in catalog.sources:
                yield f"{spot}: no source is called '{entry.source}'"


def _path_problems(catalog: Catalog, where: Where) -> Iterator[str]:
    for path in catalog.paths.values():
        file = f"paths/{path.id}.toml"
        named = [skill for stage in path.stages for skill in stage.skills]
        loose = [skill for skill in (*named, *path.assumes) if skill not in catalog.skills]
        for skill in loose:
            yield f"{where(file, 'stage')}: no skill is called '{skill}'"
        if loose or path.track not in (*catalog.profile.tracks, "any"):
            if not loose:
                yield f"{where(file, 'track')}: no track is called '{path.track}'"
            continue
        done = set(catalog.closure(path.assumes, path.track))
        for number, stage in enumerate(path.stages):
            later = {
                catalog.resolve(s, path.track)
                for after in path.stages[number + 1 :]
                for s in after.skills
            }
            reached = set(catalog.closure(stage.skills, path.track)) - done
            for skill in sorted(reached & later):
                yield f"{where(file, 'stage', number)}: needs {skill}, which a later stage teaches"
            done |= reached


def _list_problems(catalog: Catalog, where: Where) -> Iterator[str]:
    for technology in catalog.technologies.values():
        file = f"technologies/{technology.id}.toml"
        yield from (
            f"{where(file, 'skills')}: no skill is called '{s}'"
            for s in technology.skills
            if s not in catalog.skills
        )
        yield from (
            f"{where(file, 'docs')}: no source is called '{d}'"
            for d in technology.docs
            if d not in catalog.sources
        )
    for number, pitfall in enumerate(catalog.pitfalls):
        if pitfall.skill not in catalog.skills:
            yield f"{where('pitfalls.toml', 'pitfall', number)}: no skill is called '{pitfall.skill}'"
    for number, criterion in enumerate(catalog.criteria):
        for skill in (*criterion.needs, *criterion.any_of):
            if skill not in catalog.skills:
                yield f"{where('criteria.toml', 'criterion', number)}: no skill is called '{skill}'"
    for number, level in enumerate(catalog.levels):
        for skill in level.skills:
            if skill not in catalog.skills:
                yield f"{where('levels.toml', 'level', number)}: no skill is called '{skill}'"


def _graph_problems(skills: Mapping[SkillId, Skill], where: Where) -> list[str]:
    """Acyclic over AND and OR edges, and no AND edge that others imply (through OR nodes too)."""
    cycles = list(_cycles(skills))
    if cycles:
        return [
            f"{where(f'skills/{cycle[0]}/skill.toml', 'needs')}: cycle {' -> '.join(cycle)}"
            for cycle in cycles
        ]
    implied = _implied(skills)
    problems = []
    for skill in skills.values():
        for number, need in enumerate(skill.needs):
            through = [
                n.skill for n in skill.needs if n is not need and need.skill in implied(n.skill)
            ]
            if through:
                spot = where(f"skills/{skill.id}/skill.toml", "needs", number)
                problems.append(
                    f"{spot}: '{need.skill}' is redundant, {through[0]} needs it already"
                )
    return problems


def _cycles(skills: Mapping[SkillId, Skill]) -> Iterator[list[SkillId]]:
    done: set[SkillId] = set()

    def visit(skill: SkillId, trail: list[SkillId]) -> Iterator[list[SkillId]]:
        if skill in trail:
            yield [*trail[trail.index(skill) :], skill]
            return
        if skill in done:
            return
        for below in (*(n.skill for n in skills[skill].needs), *skills[skill].any_of):
            yield from visit(below, [*trail, skill])
        done.add(skill)

    for skill in skills:
        yield from visit(skill, [])


def _implied(skills: Mapping[SkillId, Skill]) -> Callable[[SkillId], frozenset[SkillId]]:
    """Return the function from a skill to all that is certainly met once it is mastered."""

    @lru_cache(None)
    def below(skill: SkillId) -> frozenset[SkillId]:
        met = {skill}.union(*(below(need.skill) for need in skills[skill].needs))
        if skills[skill].any_of:
            met |= frozenset.intersection(*(below(member) for member in skills[skill].any_of))
        return frozenset(met)

    @lru_cache(None)
    def implied(skill: SkillId) -> frozenset[SkillId]:
        met = below(skill)
        while True:
            choices = [
                s for s in skills.values() if s.any_of and s.id not in met and met & set(s.any_of)
            ]
            if not choices:
                return met
            met = met.union(*(below(choice.id) for choice in choices))

    return implied


def _near(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, list(known), n=1)
    return f"; nearest: {close[0]}" if close else ""
