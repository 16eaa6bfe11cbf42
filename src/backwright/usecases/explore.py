"""Explore: roles, technologies, languages, skills: list, open one, compare several, find by word."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from backwright.catalog import Catalog
from backwright.model.errors import BadRequest
from backwright.model.mastery import Mastery, State
from backwright.model.role import WEIGHT_NAMES, Role, Target
from backwright.model.skill import MASTERY_NAMES, Brief, Skill, SkillId, Tier
from backwright.plan.goal import goal_of, targets_of
from backwright.plan.hours import p80, total
from backwright.plan.schedule import WEEKS_PER_MONTH, weeks
from backwright.plan.transfer import efforts_left, track_of
from backwright.usecases.bench import Bench
from backwright.usecases.guides import GuideCard, GuideList, guide_card, guide_list, guides_of
from backwright.usecases.learner import learner_of
from backwright.usecases.nearest import not_found
from backwright.usecases.reading import Line, brief_of, url_of
from backwright.usecases.spec import Mark
from backwright.usecases.standing import (
    DEFAULT_HOURS_PER_WEEK,
    Standing,
    own_track,
    role_of,
    standing,
    state_name,
)

COMPARE_MAX = 6  # more columns fit no screen


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    name: Annotated[
        str,
        "Role, skill, technology, path or guide to open; all roles when left out",
        Mark(positional=True),
    ] = ""
    compare: Annotated[
        tuple[str, ...], "Two or more roles to put side by side", Mark(metavar="ROLE")
    ] = ()
    technologies: Annotated[bool, "List technologies: what each is for"] = False
    languages: Annotated[bool, "List languages: hours to a first service, frameworks"] = False
    guides: Annotated[bool, "List guides: services and common questions"] = False
    skills: Annotated[bool, "List skills by domain: level, hours, where you stand"] = False
    search: Annotated[str, "Find skills, roles, technologies and paths by word"] = ""
    all: Annotated[bool, "Show every target, not only the most important"] = False


@dataclass(frozen=True)
class RoleRow:
    """One role as seen from where the person stands.

    Attributes:
        hours_p50, hours_p80: Hours left; from zero when nothing is known of the person.
        months_p50, months_p80: At the person's hours a week.
        met: Targets met, of `targets`; `open` are not known yet.
    """

    id: str
    name: str
    hours_p50: float
    hours_p80: float
    months_p50: float
    months_p80: float
    targets: int
    met: int
    gaps: int
    open: int


@dataclass(frozen=True)
class RoleList:
    """Every role, the closest first."""

    roles: tuple[RoleRow, ...]
    measured: bool
    answers: int
    hours_per_week: float


@dataclass(frozen=True)
class TargetRow:
    """One target of a role, and where the person stands with it."""

    skill: str
    name: str
    level: int
    level_name: str
    weight: int
    weight_name: str
    state: str
    mastery: float
    hours: float


@dataclass(frozen=True)
class Neighbour:
    """A role near this one: hours from this one's finished targets."""

    id: str
    name: str
    hours: float
    shared: int


@dataclass(frozen=True)
class RoleCard:
    """One role, opened."""

    id: str
    name: str
    work: str
    not_it: str
    row: RoleRow
    targets: tuple[TargetRow, ...]
    technologies: tuple[str, ...]
    paths: tuple[str, ...]
    progression: tuple[Line, ...]
    resources: tuple[Line, ...]
    before: tuple[Neighbour, ...]
    after: tuple[Neighbour, ...]
    nearest: tuple[Neighbour, ...]
    measured: bool
    hours_per_week: float
    all: bool


@dataclass(frozen=True)
class ComparedRole:
    """One column of a comparison; hours from the first to this one, and what they share."""

    row: RoleRow
    work: str
    defining: tuple[TargetRow, ...]
    technologies: tuple[str, ...]
    shared_with_first: int
    hours_from_first: float
    nearest: str


@dataclass(frozen=True)
class Comparison:
    """Roles side by side, in the order asked for."""

    roles: tuple[ComparedRole, ...]
    measured: bool
    hours_per_week: float


@dataclass(frozen=True)
class TechnologyCard:
    """One technology."""

    id: str
    name: str
    kind: str
    key: bool
    what_for: str
    when_not: str
    skills: tuple[Line, ...]
    docs: tuple[Line, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True)
class TechnologyList:
    """Every technology, the sixteen key ones first."""

    technologies: tuple[TechnologyCard, ...]


@dataclass(frozen=True)
class LanguageRow:
    """One language: hours left to the language and to a first service in it."""

    id: str
    name: str
    core_hours: float
    service_hours: float
    skills: int
    frameworks: tuple[str, ...]
    state: str


@dataclass(frozen=True)
class LanguageList:
    """The nine languages."""

    languages: tuple[LanguageRow, ...]
    measured: bool


@dataclass(frozen=True)
class Prerequisite:
    """A skill that another needs, and why."""

    skill: str
    name: str
    why: str
    state: str


@dataclass(frozen=True)
class SkillCard:
    """One skill, opened; `brief` stands in for a lesson where there is none."""

    id: str
    name: str
    domain: str
    level: int
    hours: float
    can: str
    topics: tuple[str, ...]
    variants: tuple[str, ...]
    needs: tuple[Prerequisite, ...]
    opens: tuple[Prerequisite, ...]
    resources: tuple[Line, ...]
    roles: tuple[str, ...]
    questions: int
    has_lesson: bool
    tier: str
    state: str
    mastery: float
    members: tuple[str, ...]
    brief: Brief | None = None


@dataclass(frozen=True)
class Found:
    """One result of a search."""

    kind: str
    id: str
    name: str
    about: str


@dataclass(frozen=True)
class SearchResult:
    """What a word found, best first."""

    query: str
    hits: tuple[Found, ...]


def answer_kinds() -> tuple[type, ...]:
    """Return what `run` may answer with; a path is answered by `learn`, imported only then."""
    from backwright.usecases.learn import Learning
    from backwright.usecases.skill_list import SkillList

    lists = (RoleList, TechnologyList, LanguageList, GuideList, SkillList, Comparison, SearchResult)
    return (*lists, RoleCard, SkillCard, TechnologyCard, GuideCard, Learning)


def run(ask: Ask, bench: Bench) -> object:
    """Return what was asked for: a list, one opened, several compared, or what a word finds."""
    if ask.search:
        return _search(ask.search, bench)
    if ask.technologies:
        return _technologies(bench.catalog)
    if ask.guides:
        return guide_list(bench)
    if ask.skills:
        from backwright.usecases.skill_list import skill_list

        return skill_list(bench.catalog, standing(bench).mastery)
    if ask.compare or ask.languages or not ask.name:
        stand = standing(bench)
        if ask.compare:
            names = (*ask.compare, *((ask.name,) if ask.name else ()))
            return _compare(names, bench.catalog, stand)
        if ask.languages:
            return _languages(bench.catalog, stand)
        return _roles(bench.catalog, stand)
    return _open(ask, bench)


def _open(ask: Ask, bench: Bench) -> object:
    catalog, name = bench.catalog, ask.name
    if name in catalog.technologies:
        return technology_card(catalog, name)
    if name in catalog.skills:
        card = skill_card(catalog, SkillId(name), standing(bench).mastery)
        return replace(card, brief=brief_of(bench, SkillId(name)))
    if name in catalog.paths:
        from backwright.usecases import learn

        return learn.run(learn.Ask(name=name), bench)
    for role in catalog.roles.values():
        if name.lower() in (role.id, role.name.lower()):
            return _role_card(role, catalog, standing(bench), everything=ask.all)
    guides = guides_of(bench)
    if name in guides:
        return guide_card(guides[name], catalog)
    known = [*catalog.roles, *catalog.technologies, *catalog.skills, *catalog.paths, *guides]
    raise not_found("role", name, known, "backwright explore {}")


def role_row(role: Role, catalog: Catalog, stand: Standing) -> RoleRow:
    """Return one role as seen from where the person stands."""
    track = own_track(role, catalog, stand)
    goal = goal_of(catalog, targets_of(role, 0), track)
    whole = total(efforts_left(catalog, goal, stand.mastery).values())
    pace = learner_of(catalog, stand).pace
    p50_hours = whole.hours * pace.median
    p80_hours = p80(whole.hours, whole.variance, pace)
    per_week = stand.person.hours_per_week or DEFAULT_HOURS_PER_WEEK
    states = [
        (stand.mastery.of(skill).meets(target.level), stand.mastery.of(skill).state)
        for skill, target in goal.named.items()
    ]
    return RoleRow(
        id=role.id,
        name=role.name,
        hours_p50=round(p50_hours, 1),
        hours_p80=round(p80_hours, 1),
        months_p50=round(weeks(p50_hours, per_week) / WEEKS_PER_MONTH, 1),
        months_p80=round(weeks(p80_hours, per_week) / WEEKS_PER_MONTH, 1),
        targets=len(states),
        met=sum(met for met, _ in states),
        gaps=sum(not met and state is State.GAP for met, state in states),
        open=sum(not met and state is State.UNKNOWN for met, state in states),
    )


def _roles(catalog: Catalog, stand: Standing) -> RoleList:
    rows = [role_row(role, catalog, stand) for role in catalog.roles.values()]
    return RoleList(
        roles=tuple(sorted(rows, key=lambda row: (row.hours_p50, row.id))),
        measured=stand.mastery.is_measured,
        answers=stand.mastery.answers,
        hours_per_week=stand.person.hours_per_week or DEFAULT_HOURS_PER_WEEK,
    )


def _target_rows(role: Role, catalog: Catalog, stand: Standing) -> tuple[TargetRow, ...]:
    goal = goal_of(catalog, targets_of(role, 0), own_track(role, catalog, stand))
    left = efforts_left(catalog, goal, stand.mastery)
    rows = [
        TargetRow(
            skill=skill,
            name=catalog.skills[skill].name,
            level=target.level,
            level_name=MASTERY_NAMES[target.level],
            weight=target.weight,
            weight_name=WEIGHT_NAMES[target.weight],
            state=state_name(stand.mastery, skill),
            mastery=round(stand.mastery.of(skill).probability, 3),
            hours=round(left[skill].hours, 1),
        )
        for skill, target in goal.named.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.weight, -row.level, row.skill)))


def distance(a: Role, b: Role, catalog: Catalog, track: str) -> float:
    """Return the hours from role A's finished targets to role B's, one author's guesses."""
    have = goal_of(catalog, targets_of(a, 0), a.track if a.track != "any" else track)
    want = goal_of(catalog, targets_of(b, 0), b.track if b.track != "any" else track)
    return sum(
        max(
            0.0,
            _hours_to(catalog, skill, target) - _hours_to(catalog, skill, have.targets.get(skill)),
        )
        for skill, target in want.targets.items()
    )


def _hours_to(catalog: Catalog, skill: SkillId, target: Target | None) -> float:
    if target is None:
        return 0.0
    return catalog.skills[skill].hours * catalog.profile.effort[target.level]


def _neighbours(role: Role, ids: tuple[str, ...], catalog: Catalog) -> tuple[Neighbour, ...]:
    return tuple(_neighbour(role, catalog.roles[i], catalog) for i in ids)  # type: ignore[index]


def _neighbour(role: Role, other: Role, catalog: Catalog) -> Neighbour:
    track = catalog.track_or_default(role.track)
    shared = len(set(role.targets) & set(other.targets))
    return Neighbour(other.id, other.name, round(distance(role, other, catalog, track), 1), shared)


def nearest_roles(role: Role, catalog: Catalog, count: int = 3) -> tuple[Neighbour, ...]:
    """Return the roles that cost the fewest hours once this one is reached."""
    others = [
        _neighbour(role, other, catalog) for other in catalog.roles.values() if other is not role
    ]
    return tuple(sorted(others, key=lambda n: (n.hours, n.id))[:count])


def _role_card(role: Role, catalog: Catalog, stand: Standing, *, everything: bool) -> RoleCard:
    return RoleCard(
        id=role.id,
        name=role.name,
        work=role.work,
        not_it=role.not_it,
        row=role_row(role, catalog, stand),
        targets=_target_rows(role, catalog, stand),
        technologies=tuple(
            catalog.technologies[t].name if t in catalog.technologies else t
            for t in role.technologies
        ),
        paths=role.paths,
        progression=tuple(
            Line(e.say, e.skill, catalog.citation(e.source)) for e in role.progression
        ),
        resources=tuple(
            Line(e.say, e.skill, catalog.citation(e.source)) for e in role.sections["resources"]
        ),
        before=_neighbours(role, role.before, catalog),
        after=_neighbours(role, role.after, catalog),
        nearest=nearest_roles(role, catalog),
        measured=stand.mastery.is_measured,
        hours_per_week=stand.person.hours_per_week or DEFAULT_HOURS_PER_WEEK,
        all=everything,
    )


def _compare(names: tuple[str, ...], catalog: Catalog, stand: Standing) -> Comparison:
    roles = list(dict.fromkeys(role_of(catalog, name).id for name in names))
    if not 2 <= len(roles) <= COMPARE_MAX:
        raise BadRequest(
            f"{len(roles)} role to compare; 2 to {COMPARE_MAX}, please",
            hint="backwright explore --compare backend-developer go-developer",
        )
    first = catalog.roles[roles[0]]
    track = own_track(first, catalog, stand)
    compared = []
    for role in (catalog.roles[r] for r in roles):
        rows = _target_rows(role, catalog, stand)
        compared.append(
            ComparedRole(
                row=role_row(role, catalog, stand),
                work=role.work,
                defining=tuple(row for row in rows if row.weight == 3),
                technologies=tuple(
                    catalog.technologies[t].name
                    for t in role.technologies
                    if t in catalog.technologies
                ),
                shared_with_first=len(set(role.targets) & set(first.targets)),
                hours_from_first=round(distance(first, role, catalog, track), 1),
                nearest=nearest_roles(role, catalog, 1)[0].id,
            )
        )
    per_week = stand.person.hours_per_week or DEFAULT_HOURS_PER_WEEK
    return Comparison(tuple(compared), stand.mastery.is_measured, per_week)


def technology_card(catalog: Catalog, name: str) -> TechnologyCard:
    """Return one technology with its skills, docs and the roles that use it."""
    technology = catalog.technologies[name]
    return TechnologyCard(
        id=technology.id,
        name=technology.name,
        kind=technology.kind,
        key=technology.key,
        what_for=technology.what_for,
        when_not=technology.when_not,
        skills=tuple(Line(catalog.skills[s].name, s) for s in technology.skills),
        docs=tuple(
            Line(catalog.sources[d].title, source=catalog.sources[d].url) for d in technology.docs
        ),
        roles=tuple(r.id for r in catalog.roles.values() if name in r.technologies),
    )


def _technologies(catalog: Catalog) -> TechnologyList:
    cards = [technology_card(catalog, name) for name in catalog.technologies]
    return TechnologyList(tuple(sorted(cards, key=lambda c: (not c.key, c.kind, c.name.lower()))))


def _languages(catalog: Catalog, stand: Standing) -> LanguageList:
    from backwright.plan.goal import skills_goal

    rows = []
    for track in catalog.profile.tracks.values():
        core = skills_goal(catalog, [track.core], track.id)
        service = skills_goal(catalog, [track.core, track.web], track.id)
        own = [s.id for s in catalog.real_skills if track_of(catalog, s.id) == track.id]
        rows.append(
            LanguageRow(
                id=track.id,
                name=track.name,
                core_hours=round(
                    total(efforts_left(catalog, core, stand.mastery).values()).hours, 1
                ),
                service_hours=round(
                    total(efforts_left(catalog, service, stand.mastery).values()).hours, 1
                ),
                skills=len(own),
                frameworks=_frameworks(catalog, own),
                state=state_name(stand.mastery, track.core),
            )
        )
    return LanguageList(tuple(rows), stand.mastery.is_measured)


def _frameworks(catalog: Catalog, skills: list[SkillId]) -> tuple[str, ...]:
    return tuple(
        t.name
        for t in catalog.technologies.values()
        if t.kind == "framework" and set(t.skills) & set(skills)
    )


def skill_card(catalog: Catalog, skill_id: SkillId, mastery: Mastery) -> SkillCard:
    """Return one skill with what it needs, what it opens, and where to learn it."""
    skill = catalog.skills[skill_id]
    opens = [
        Prerequisite(other.id, other.name, need.why, state_name(mastery, other.id))
        for other in catalog.skills.values()
        for need in other.needs
        if need.skill == skill_id
    ]
    return SkillCard(
        id=skill.id,
        name=skill.name,
        domain=skill.domain,
        level=skill.level,
        hours=skill.hours,
        can=skill.can,
        topics=skill.topics,
        variants=skill.variants,
        needs=tuple(
            Prerequisite(n.skill, catalog.skills[n.skill].name, n.why, state_name(mastery, n.skill))
            for n in skill.needs
        ),
        opens=tuple(opens),
        resources=tuple(
            Line(f"{catalog.sources[r.source].title}: {r.title}", source=url_of(catalog, skill, n))
            for n, r in enumerate(skill.resources)
        ),
        roles=tuple(r.id for r in catalog.roles.values() if skill_id in r.targets),
        questions=len(catalog.items.get(skill_id, ())),
        has_lesson=skill_id in catalog.lessons,
        tier=tier_of(catalog, skill),
        state=state_name(mastery, skill_id),
        mastery=round(mastery.of(skill_id).probability, 3),
        members=tuple(skill.any_of),
    )


def tier_of(catalog: Catalog, skill: Skill) -> str:
    """Return how complete a skill's material is: seed, usable or complete. Never declared."""
    items = catalog.items.get(skill.id, ())
    usable = len(items) >= 8 and len({r.source for r in skill.resources}) >= 2
    executed = any(item.is_executed for item in items)
    if usable and skill.id in catalog.lessons and executed:
        return Tier.COMPLETE.value
    return (Tier.USABLE if usable else Tier.SEED).value


def _search(query: str, bench: Bench) -> SearchResult:
    from backwright.usecases.index import index_of

    catalog = bench.catalog
    hits = index_of(catalog).search(query, 12)
    if not hits:
        words = [skill.name.lower() for skill in catalog.skills.values()]
        raise not_found(
            "skill, role or technology", query, words, "backwright explore --technologies"
        )
    return SearchResult(
        query, tuple(Found(h.kind, h.id, h.name, _about(catalog, h.kind, h.id)) for h in hits)
    )


def _about(catalog: Catalog, kind: str, name: str) -> str:
    texts: Mapping[str, str] = {
        "skill": catalog.skills[SkillId(name)].can if name in catalog.skills else "",
        "role": next((r.work for r in catalog.roles.values() if r.id == name), ""),
        "technology": catalog.technologies[name].what_for if name in catalog.technologies else "",
        "path": catalog.paths[name].about if name in catalog.paths else "",
    }
    return texts[kind]
