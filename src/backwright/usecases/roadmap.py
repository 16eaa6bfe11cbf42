"""Roadmap: a role, today's mastery and weekly hours become an ordered, dated plan."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Literal

from backwright.catalog import Catalog
from backwright.model.errors import BadRequest
from backwright.model.evidence import Kind
from backwright.model.mastery import Mastery, SkillMastery
from backwright.model.plan import Plan, Step
from backwright.model.role import SECTIONS, Entry, Role
from backwright.model.skill import MASTERY_NAMES, SkillId
from backwright.plan.exports.wording import Week, weeks_of
from backwright.plan.goal import Goal, goal_of, targets_of
from backwright.plan.hours import REVIEWS, full_hours, total
from backwright.plan.route import Link, Route, RouteSkill, SectionLine
from backwright.plan.schedule import Learner, cut_to, plan_for
from backwright.plan.stages import DomainLeft, Stage, WeekPart, domains_of, stages_of, this_week
from backwright.plan.transfer import efforts_left
from backwright.usecases.bench import Bench
from backwright.usecases.learner import learner_of
from backwright.usecases.nearest import not_found
from backwright.usecases.reading import url_of
from backwright.usecases.spec import Mark
from backwright.usecases.standing import (
    DEFAULT_HOURS_PER_WEEK,
    DEFAULT_ROLE,
    Standing,
    declare,
    own_track,
    role_of,
    standing,
)

HOURS_MIN, HOURS_MAX = 0.5, 80.0  # less is no plan, more is no life
FORMATS = ("md", "json", "csv", "ics", "svg", "gantt", "html")
BANDS = ("entry", "mid", "senior")


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    role: Annotated[str, "Role to work towards; yours when left out"] = ""
    band: Annotated[Literal["", "entry", "mid", "senior"], "Seniority: entry, mid or senior"] = ""
    track: Annotated[
        str, "Language of the plan, such as py or go; the role's or your own when left out"
    ] = ""
    hours_per_week: Annotated[float | None, "Hours you can study each week"] = None
    start: Annotated[str, "First day, YYYY-MM-DD; today when left out", Mark(metavar="DATE")] = ""
    deadline: Annotated[
        str, "Say what to drop to be ready by this day, YYYY-MM-DD", Mark(metavar="DATE")
    ] = ""
    from_role: Annotated[
        str, "Plan for somebody who has finished this role: what a switch saves and costs",
        Mark(metavar="ROLE"),
    ] = ""  # fmt: skip
    section: Annotated[
        str, "Show one of the ten sections, such as scaling or projects; 'all' for all"
    ] = ""
    all: Annotated[bool, "Show every step, not only the first weeks"] = False
    export: Annotated[
        str, "Formats to write, with commas: md, json, csv, ics, svg, gantt, html"
    ] = ""
    output: Annotated[
        str,
        "Folder (or file, for one format) to write to",
        Mark(metavar="PATH", short="o", disk="write"),
    ] = "."
    simulate: Annotated[
        Literal["", "beginner", "intermediate", "advanced", "expert"],
        "Plan for a made-up person of this level",
    ] = ""
    seed: Annotated[int, "Makes the made-up person repeat"] = 7
    what_if: Annotated[bool, "Only show this plan; keep no role, hours or level as yours"] = False


@dataclass(frozen=True)
class StepRow:
    """One step. Dates are ISO; hours_p80 is for this step alone."""

    skill: str
    name: str
    level: str
    weight: int
    hours: float
    hours_p80: float
    start_p50: str
    end_p50: str
    end_p80: str
    why: str
    state: str
    opens: tuple[str, ...]


@dataclass(frozen=True)
class WeekRow:
    """A week in which something starts, with those after it until something else does.

    Attributes:
        first, last: Numbers of the weeks, counted from the start of the plan, both included.
        begins, ends: First and last day, ISO.
        steps: Ids of the skills that start here.
    """

    first: int
    last: int
    begins: str
    ends: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class DeadlineRow:
    """What a deadline means.

    Attributes:
        possible: Whether the whole plan fits in expectation.
        kept, dropped: Names of targets that fit, and of those that do not.
        entry_hours: What the same role takes at entry level.
        hours_per_week_p50, hours_per_week_p80: What the whole plan would need each week.
    """

    deadline: str
    possible: bool
    hours_left: float
    kept: int
    kept_hours: float
    dropped: tuple[str, ...]
    entry_hours: float
    entry_p50: str
    entry_fits: bool
    hours_per_week_p50: float
    hours_per_week_p80: float


@dataclass(frozen=True)
class SwitchRow:
    """What somebody who finished another role saves.

    Attributes:
        hours_zero: To this role from nothing.
        hours_distance: With the shared skills taken off.
        hours: With transfer between languages taken off, too.
    """

    from_role: str
    from_name: str
    hours_zero: float
    hours_distance: float
    hours: float
    shared: int
    transfers: tuple[str, ...]


@dataclass(frozen=True)
class Roadmap:
    """A dated plan.

    Attributes:
        this_week: What the first week holds; review_hours: of it, kept for reviews.
        weeks: The steps by the week they start in.
        stages: When the parts of the role are reached; domains: what is left of each.
        skills: Every skill of the role, prerequisites first: those that are done, too.
        sections: The ten sections, each with its lines.
        written: Files that were written.
        verdict: "ok", or "impossible" for a deadline that the plan misses.
    """

    role: str
    name: str
    band: str
    track: str
    hours_per_week: float
    measured: bool
    steps: tuple[StepRow, ...]
    this_week: tuple[WeekPart, ...]
    review_hours: float
    weeks: tuple[WeekRow, ...]
    stages: tuple[Stage, ...]
    domains: tuple[DomainLeft, ...]
    skills: tuple[RouteSkill, ...]
    start: str
    end_p50: str
    end_p80: str
    hours: float
    hours_p80: float
    hours_zero: float
    targets: int
    targets_met: int
    pace: float
    pace_logged: int
    sections: Mapping[str, tuple[SectionLine, ...]]
    section: str
    all: bool
    deadline: DeadlineRow | None
    switch: SwitchRow | None
    written: tuple[str, ...]
    simulated: str
    seed: int
    verdict: str


def run(ask: Ask, bench: Bench) -> Roadmap:
    """Plan the way from what the person can do to what the role asks for."""
    stand = _stand(ask, bench)
    role = role_of(bench.catalog, ask.role or stand.person.role or DEFAULT_ROLE)
    band = ask.band or (stand.person.band if stand.person.band in BANDS else "mid")
    usual = stand.person.hours_per_week or DEFAULT_HOURS_PER_WEEK
    per_week = _hours(usual if ask.hours_per_week is None else ask.hours_per_week)
    track = _track(ask, role, bench.catalog, stand)
    start = _day(ask.start, "start") if ask.start else stand.now.date()
    deadline = _day(ask.deadline, "deadline") if ask.deadline else None
    if deadline and deadline <= start:
        raise BadRequest(
            f"the deadline {deadline} is not after the start {start}",
            hint=f"backwright roadmap --deadline {start + timedelta(days=180)}",
        )
    section = _section(ask.section)
    formats = _formats(ask.export)
    shift = bench.catalog.profile.bands[band]
    goal = goal_of(bench.catalog, targets_of(role, shift), track)
    learner = learner_of(bench.catalog, stand, per_week)
    switch = None
    if ask.from_role:
        learner, switch = _switched(
            bench.catalog, goal, learner, role_of(bench.catalog, ask.from_role)
        )
    plan = plan_for(bench.catalog, goal, learner, start)
    _remember(ask, bench, role, per_week, band)
    route = route_of(bench.catalog, role, band, goal, learner, plan, stand)
    return Roadmap(
        role=role.id,
        name=role.name,
        band=band,
        track=bench.catalog.profile.tracks[track].name,
        hours_per_week=per_week,
        measured=learner.mastery.is_measured,
        steps=tuple(_row(step, route) for step in plan.steps),
        this_week=this_week(plan, per_week),
        review_hours=round(per_week * REVIEWS, 2),
        weeks=tuple(map(_week, weeks_of(route))),
        stages=stages_of(plan),
        domains=domains_of(plan, route.skills.values()),
        skills=tuple(route.skills.values()),
        start=str(plan.start),
        end_p50=str(plan.end_p50),
        end_p80=str(plan.end_p80),
        hours=round(plan.hours, 1),
        hours_p80=round(plan.hours_p80, 1),
        hours_zero=round(plan.hours_zero, 1),
        targets=len(goal.named),
        targets_met=sum(learner.mastery.of(s).meets(t.level) for s, t in goal.named.items()),
        pace=round(plan.pace, 3),
        pace_logged=plan.logged,
        sections=route.sections,
        section=section,
        all=ask.all,
        deadline=(late := _late(bench.catalog, role, goal, learner, plan, deadline, band)),
        switch=switch,
        written=_write(formats, ask.output, route, bench) if formats else (),
        simulated=ask.simulate,
        seed=ask.seed,
        verdict="impossible" if late and not late.possible else "ok",
    )


def _stand(ask: Ask, bench: Bench) -> Standing:
    if not ask.simulate:
        return standing(bench)
    from backwright.usecases.simulated import simulate

    return simulate(bench, ask.simulate, ask.seed, 25, lambda _: None)


def _hours(value: float) -> float:
    if not HOURS_MIN <= value <= HOURS_MAX:  # also refuses nan
        raise BadRequest(
            f"{value:g} hours a week is no plan; between {HOURS_MIN:g} and {HOURS_MAX:g}, please",
            hint="backwright roadmap --hours-per-week 8",
        )
    return value


def _track(ask: Ask, role: Role, catalog: Catalog, stand: Standing) -> str:
    if not ask.track:
        return own_track(role, catalog, stand)
    names = {t.name.lower(): t.id for t in catalog.profile.tracks.values()}
    track = names.get(ask.track.lower(), ask.track.lower())
    if track not in catalog.profile.tracks:
        raise not_found(
            "language", ask.track, catalog.profile.tracks, "backwright roadmap --track {}"
        )
    return track


def _day(text: str, what: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequest(
            f"'{text}' is not a {what} date; YYYY-MM-DD, please",
            hint=f"backwright roadmap --{what} 2027-05-01",
        ) from None


def _section(name: str) -> str:
    wanted = name.strip().lower().replace(" ", "-")
    if wanted and wanted not in (*SECTIONS, "all"):
        raise not_found("section", name, SECTIONS, "backwright roadmap --section {}")
    return wanted


def _formats(text: str) -> tuple[str, ...]:
    wanted = [word for word in text.lower().replace(",", " ").split() if word]
    for word in wanted:
        if word not in FORMATS:
            raise not_found("export format", word, FORMATS, "backwright roadmap --export {}")
    return tuple(dict.fromkeys(wanted))


def _switched(
    catalog: Catalog, goal: Goal, learner: Learner, old: Role
) -> tuple[Learner, SwitchRow]:
    """Return a learner who has finished another role, and what that saves."""
    have = goal_of(catalog, targets_of(old, 0), catalog.track_or_default(old.track))
    finished = {
        skill: SkillMastery(
            skill, 0.97 if target.level >= 3 else 0.6, 1, expert_answers=target.level
        )
        for skill, target in have.targets.items()
    }
    switched = replace(learner, mastery=Mastery(finished, 1, 0))
    zero = sum(
        full_hours(catalog.skills[s], t.level, catalog.profile.effort)
        for s, t in goal.targets.items()
    )
    without = replace(
        catalog,
        profile=replace(catalog.profile, transfer={}, transfer_default=0.0, transfer_other=0.0),
    )
    distance = total(efforts_left(without, goal, switched.mastery).values()).hours
    left = efforts_left(catalog, goal, switched.mastery)
    plain = efforts_left(without, goal, switched.mastery)
    helped = [s for s in left if plain[s].hours - left[s].hours > 0.5]
    return switched, SwitchRow(
        from_role=old.id,
        from_name=old.name,
        hours_zero=round(zero, 1),
        hours_distance=round(distance, 1),
        hours=round(total(left.values()).hours, 1),
        shared=len(set(have.named) & set(goal.named)),
        transfers=tuple(
            f"{catalog.skills[s].name}: {plain[s].hours:.0f} -> {left[s].hours:.0f} hours"
            for s in helped
        ),
    )


def _late(
    catalog: Catalog,
    role: Role,
    goal: Goal,
    learner: Learner,
    plan: Plan,
    deadline: date | None,
    band: str,
) -> DeadlineRow | None:
    if deadline is None:
        return None
    cut = cut_to(catalog, goal, learner, plan.start, deadline)
    entry = goal_of(catalog, targets_of(role, catalog.profile.bands["entry"]), goal.track)
    entry_plan = plan_for(catalog, entry, learner, plan.start)
    kept = efforts_left(catalog, Goal(cut.keep, goal.track), learner.mastery)
    return DeadlineRow(
        deadline=str(deadline),
        possible=plan.end_p50 <= deadline,
        hours_left=round(cut.hours_left, 1),
        kept=sum(1 for effort in kept.values() if effort.hours > 0),
        kept_hours=round(total(kept.values()).hours * learner.pace.median, 1),
        dropped=tuple(catalog.skills[s].name for s in cut.dropped),
        entry_hours=round(entry_plan.hours, 1),
        entry_p50=str(entry_plan.end_p50),
        entry_fits=entry_plan.end_p50 <= deadline and band != "entry",
        hours_per_week_p50=round(cut.hours_per_week_p50, 1),
        hours_per_week_p80=round(cut.hours_per_week_p80, 1),
    )


def _remember(ask: Ask, bench: Bench, role: Role, per_week: float, band: str) -> None:
    """Keep the goal that a person names, so that the next command need not repeat it."""
    if ask.simulate or ask.from_role or ask.what_if:
        return
    said = []
    stand = bench.store.rows(bench.profile)
    latest = {row.source: row.given for row in stand if row.kind is Kind.DECLARED}
    for given, what, value in (
        (ask.role, "role", role.id),
        (ask.hours_per_week, "hours", f"{per_week:g}"),
        (ask.band, "band", band),
    ):
        if given and latest.get(f"declare:{what}") != value:
            said.append(declare(bench, what, value))
    if said:
        bench.store.append(said)


def _row(step: Step, route: Route) -> StepRow:
    skill = route.skills[step.skill]
    return StepRow(
        skill=step.skill,
        name=step.name,
        level=MASTERY_NAMES[step.level],
        weight=step.weight,
        hours=round(step.hours, 1),
        hours_p80=round(step.hours_p80, 1),
        start_p50=str(step.start_p50),
        end_p50=str(step.end_p50),
        end_p80=str(step.end_p80),
        why=step.why,
        state=skill.state,
        opens=step.opens,
    )


def _week(week: Week) -> WeekRow:
    steps = tuple(step.skill for step in week.steps)
    return WeekRow(week.first, week.last, str(week.begins), str(week.ends), steps)


def route_of(
    catalog: Catalog,
    role: Role,
    band: str,
    goal: Goal,
    learner: Learner,
    plan: Plan,
    stand: Standing,
) -> Route:
    """Return the plan with all that a reader of it needs."""
    in_plan = {step.skill for step in plan.steps}
    skills = {skill: _route_skill(catalog, goal, learner, skill, in_plan) for skill in goal.targets}
    return Route(
        role=role.id,
        name=role.name,
        band=band,
        track=catalog.profile.tracks[goal.track].name,
        person=stand.person.name,
        hours_per_week=learner.hours_per_week,
        measured=learner.mastery.is_measured,
        plan=plan,
        sections={
            section: tuple(
                _section_line(catalog, entry, skills) for entry in role.sections[section]
            )
            for section in SECTIONS
        },
        skills=skills,
    )


def _route_skill(
    catalog: Catalog, goal: Goal, learner: Learner, skill_id: SkillId, in_plan: set[SkillId]
) -> RouteSkill:
    skill, target = catalog.skills[skill_id], goal.targets[skill_id]
    needs = tuple(
        dict.fromkeys(
            real
            for need in skill.needs
            if (real := catalog.resolve(need.skill, goal.track)) in goal.targets
            and real != skill_id
        )
    )
    if skill_id not in in_plan:
        state = "done"
    elif skill_id in learner.started:
        state = "started"
    else:
        state = "locked" if set(needs) & in_plan else "ready"
    known = learner.mastery.of(skill_id).probability if learner.mastery.is_measured else None
    return RouteSkill(
        id=skill_id,
        name=skill.name,
        domain=skill.domain,
        can=skill.can,
        level=target.level,
        weight=target.weight,
        state=state,
        mastery=known,
        needs=needs,
        resources=tuple(
            Link(f"{catalog.sources[r.source].title}: {r.title}", url_of(catalog, skill, n))
            for n, r in enumerate(skill.resources)
        ),
    )


def _section_line(
    catalog: Catalog, entry: Entry, skills: Mapping[SkillId, RouteSkill]
) -> SectionLine:
    known = skills.get(SkillId(entry.skill))
    source = catalog.sources.get(entry.source.partition("/")[0])
    return SectionLine(
        say=entry.say,
        skill=entry.skill,
        skill_name=catalog.skills[SkillId(entry.skill)].name if entry.skill else "",
        state=known.state if known else "",
        source=catalog.citation(entry.source) if entry.source else "",
        url=source.url if source else "",
    )


def _write(formats: tuple[str, ...], output: str, route: Route, bench: Bench) -> tuple[str, ...]:
    """Write the route in each format; one file each, named after the role."""
    from backwright.plan.exports import EXPORTS

    written = []
    for name in formats:
        suffix, render = EXPORTS[name]
        is_file = len(formats) == 1 and output.endswith(f".{suffix.rpartition('.')[2]}")
        path = output if is_file else f"{output.rstrip('/') or '/'}/{route.role}.{suffix}"
        written.append(bench.files.write(path, render(route)))
    return tuple(written)
