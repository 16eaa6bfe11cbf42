"""The shape of what is measured: skills, their domains, their prerequisite groups, as arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from backwright.catalog import Catalog
from backwright.model.skill import SkillId

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Structure:
    """K skills in D domains with AND-of-OR prerequisites.

    Attributes:
        skills: Ids, K of them.
        domain: Domain name per skill. A language is a domain of its own (people know one or two).
        level: 1 to 4 (or 5) per skill, the author's opinion.
        groups: Per skill its prerequisite groups; each group holds the indexes of skills of which
            one is enough. A skill's prerequisites are met when every group has a mastered member.
        languages: The domains that most people have never touched.
    """

    skills: tuple[str, ...]
    domain: tuple[str, ...]
    level: tuple[int, ...]
    groups: tuple[tuple[tuple[int, ...], ...], ...]
    languages: tuple[str, ...]

    @cached_property
    def domains(self) -> tuple[str, ...]:
        """The domains in order of first appearance."""
        return tuple(dict.fromkeys(self.domain))

    @cached_property
    def domain_index(self) -> Ints:
        """Index into `domains` per skill."""
        number = {name: n for n, name in enumerate(self.domains)}
        return np.array([number[name] for name in self.domain], dtype=np.int64)

    @cached_property
    def is_language(self) -> Bools:
        """Per domain, whether it is a language that a person may never have touched."""
        return np.array([name in self.languages for name in self.domains], dtype=bool)

    @cached_property
    def topological(self) -> tuple[int, ...]:
        """Skill indexes with every prerequisite before what needs it."""
        done: dict[int, None] = {}

        def visit(skill: int) -> None:
            if skill not in done:
                for group in self.groups[skill]:
                    for member in group:
                        visit(member)
                done[skill] = None

        for skill in range(len(self.skills)):
            visit(skill)
        return tuple(done)


_LANGUAGE_OF_PREFIX = {"node": "js"}


def language_of(skill: str, tracks: Mapping[str, object]) -> str:
    """Return the track that a skill belongs to by its id ("node.web" is "js"), or ""."""
    prefix = skill.partition(".")[0]
    track = _LANGUAGE_OF_PREFIX.get(prefix, prefix)
    return track if track in tracks else ""


def structure_of(catalog: Catalog) -> Structure:
    """Return the catalog's graph: choices become OR groups, each language a domain of its own."""
    real = catalog.real_skills
    index = {skill.id: n for n, skill in enumerate(real)}
    tracks = catalog.profile.tracks

    def members(skill: SkillId) -> tuple[int, ...]:
        if skill in index:
            return (index[skill],)
        return tuple(m for member in catalog.skills[skill].any_of for m in members(member))

    def groups(skill: SkillId) -> tuple[tuple[int, ...], ...]:
        found = (members(need.skill) for need in catalog.skills[skill].needs)
        return tuple(group for group in found if index[skill] not in group)

    return Structure(
        skills=tuple(skill.id for skill in real),
        domain=tuple(language_of(skill.id, tracks) or skill.domain for skill in real),
        level=tuple(skill.level for skill in real),
        groups=tuple(groups(skill.id) for skill in real),
        languages=tuple(tracks),
    )


def flat_groups(groups: Sequence[Sequence[Sequence[int]]]) -> tuple[list[list[int]], list[int]]:
    """Return every group's members and, beside it, the skill that the group belongs to."""
    members, child = [], []
    for skill, each in enumerate(groups):
        for group in each:
            members.append(list(dict.fromkeys(group)))
            child.append(skill)
    return members, child
