"""Learn: one step of a path or of your plan: due reviews, lesson, drill, time, progress."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from backwright.assess.ageing import card_of, retrievability
from backwright.assess.question import Question
from backwright.assess.repeats import without_repeats
from backwright.catalog import Catalog
from backwright.catalog.lesson import minutes_of, parse_lesson
from backwright.model.errors import BadRequest
from backwright.model.evidence import Evidence, Kind, Outcome
from backwright.model.mastery import State
from backwright.model.role import Path
from backwright.model.skill import Brief, SkillId
from backwright.plan.goal import Goal, goal_of, skills_goal, targets_of
from backwright.plan.hours import p80, total
from backwright.plan.order import study_order
from backwright.plan.schedule import WEEKS_PER_MONTH, weeks
from backwright.plan.transfer import efforts_left
from backwright.usecases.bench import Bench
from backwright.usecases.feedback import Feedback
from backwright.usecases.learner import learner_of
from backwright.usecases.nearest import not_found
from backwright.usecases.reading import Line, brief_of, url_of
from backwright.usecases.report import CriterionRow, criteria_of
from backwright.usecases.spec import Mark
from backwright.usecases.standing import (
    DEFAULT_HOURS_PER_WEEK,
    DEFAULT_ROLE,
    Standing,
    own_track,
    recorded,
    role_of,
    standing,
    state_name,
)

NOW = 5  # steps of a plan that are shown as the next ones
MINUTES_MAX = 24 * 60  # nobody studies longer than a day at a stretch
DUE_BELOW = 0.9  # the chance of recall at which a review is due


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    name: Annotated[
        str, "Path, skill or role to follow; your plan when left out", Mark(positional=True)
    ] = ""
    paths: Annotated[bool, "List the learning paths"] = False
    progress: Annotated[bool, "Show levels, success criteria, hours and paths so far"] = False
    part: Annotated[int, "Part of the lesson to show, from 1; 0 for none"] = 0
    drill: Annotated[bool, "Ask a question of the next skill, or of the one named"] = False
    due: Annotated[bool, "Ask a question that is due for review"] = False
    question: Annotated[str, "Token of the question that is answered", Mark(metavar="TOKEN")] = ""
    answer: Annotated[str | None, "Your answer: a letter, a value, or i for I don't know"] = None
    seconds: Annotated[float | None, "How long the answer took; too fast is not counted"] = None
    log: Annotated[float, "Minutes you have studied the skill, to be logged"] = 0.0


@dataclass(frozen=True)
class SkillStep:
    """One skill on the way, and where the person stands with it."""

    skill: str
    name: str
    state: str
    mastery: float
    hours: float
    can: str
    has_lesson: bool
    read: int


@dataclass(frozen=True)
class StageRow:
    """One stage: its skills with their prerequisites that no earlier stage teaches."""

    name: str
    about: str
    skills: tuple[SkillStep, ...]
    also: tuple[SkillStep, ...]
    hours: float
    done: int


@dataclass(frozen=True)
class NextStep:
    """What to do now: review, lesson, drill, or done."""

    do: str
    skill: str
    name: str
    why: str
    command: str
    minutes: float


@dataclass(frozen=True)
class LessonPart:
    """One part of a lesson as Markdown; `parts` of them in all."""

    skill: str
    title: str
    heading: str
    number: int
    parts: int
    markdown: str
    minutes: int
    sources: tuple[str, ...]


@dataclass(frozen=True)
class DueRow:
    """A skill due for review: the chance that it is still remembered."""

    skill: str
    name: str
    recall: float
    last: str


@dataclass(frozen=True)
class Learning:
    """Where a person is on a path, and the next step.

    Attributes:
        path: Id of the path, role or skill followed.
        months_usual: The usual months of a path, (0, 0) otherwise.
        months: From what is missing, at the person's hours a week (P50, P80).
        usual_hours_per_week: Hours a week that the usual months mean from zero (high, low).
        brief: Of the one skill that is followed, where it has no lesson.
    """

    path: str
    name: str
    kind: str
    about: str
    stages: tuple[StageRow, ...]
    next: NextStep
    hours: float
    hours_p80: float
    hours_zero: float
    months: tuple[float, float]
    months_usual: tuple[int, int]
    usual_hours_per_week: tuple[float, float]
    hours_per_week: float
    measured: bool
    due: tuple[DueRow, ...]
    logged_minutes: float
    lesson: LessonPart | None = None
    question: Question | None = None
    feedback: Feedback | None = None
    can: str = ""
    resources: tuple[Line, ...] = ()
    brief: Brief | None = None


@dataclass(frozen=True)
class PathRow:
    """One path in the list."""

    id: str
    name: str
    about: str
    hours: float
    hours_zero: float
    months_usual: tuple[int, int]
    strong: int
    skills: int


@dataclass(frozen=True)
class PathList:
    """Every path."""

    paths: tuple[PathRow, ...]
    measured: bool


@dataclass(frozen=True)
class LevelRow:
    """One learning level: how many of its skills are strong."""

    id: str
    name: str
    about: str
    months: tuple[int, int]
    strong: int
    skills: int


@dataclass(frozen=True)
class Progress:
    """What has been reached so far; every criterion is computed from evidence."""

    criteria: tuple[CriterionRow, ...]
    levels: tuple[LevelRow, ...]
    paths: tuple[PathRow, ...]
    logged_minutes: float
    answers: int
    measured: bool


def run(ask: Ask, bench: Bench) -> Learning | PathList | Progress:
    """Take in an answer or minutes if there are any, and return where the person is on the way."""
    _check(ask, bench)
    if ask.paths:
        stand = standing(bench)
        rows = tuple(path_row(bench.catalog, p, stand) for p in bench.catalog.paths.values())
        return PathList(rows, stand.mastery.is_measured)
    if ask.progress:
        return _progress(bench)
    feedback = None
    if ask.question:
        if ask.answer is None:
            raise BadRequest(
                "a question without an answer", hint="backwright learn --question TOKEN --answer a"
            )
        from backwright.usecases.asking import answer_given

        feedback = answer_given(bench, ask.question, ask.answer, ask.seconds, Kind.DRILL)
    return _learning(ask, bench, feedback)


def _check(ask: Ask, bench: Bench) -> None:
    if not 0 <= ask.log <= MINUTES_MAX:
        raise BadRequest(
            f"{ask.log:g} minutes is not a time to log; 0 to {MINUTES_MAX}, please",
            hint="backwright learn sql.pooling --log 25",
        )
    if ask.log and ask.name not in bench.catalog.skills:
        raise BadRequest(
            "minutes are logged on a skill", hint="backwright learn sql.pooling --log 25"
        )


def _learning(ask: Ask, bench: Bench, feedback: Feedback | None) -> Learning:
    catalog = bench.catalog
    stand = standing(bench)
    kind, name, about, stages, goal = _way(ask.name, catalog, stand)
    focus = SkillId(ask.name) if kind == "skill" else None
    if ask.log and focus:
        row = recorded(
            bench, kind=Kind.TIME, skill=focus, weight=ask.log, source="log", given=f"{ask.log:g}"
        )
        bench.store.append([row])
        stand = standing(bench)
    left = efforts_left(catalog, goal, stand.mastery)
    rows = _stages(catalog, stages, goal, stand)
    due = due_rows(catalog, stand)
    following = _next(catalog, rows, goal, stand, due, focus)
    current = focus or SkillId(following.skill)
    lesson = _lesson(bench, current, ask.part, stand) if ask.part else None
    question = None
    wanted = _to_ask(ask, due, current, feedback)
    if wanted:
        question = _drill(bench, stand, wanted)
    if feedback:
        from backwright.usecases.asking import asking_for

        feedback = asking_for(bench, stand).moved(feedback, stand)
    whole = total(left.values())
    zero = total(efforts_left(catalog, goal, type(stand.mastery)({}, 0, 0)).values()).hours
    pace = learner_of(catalog, stand).pace
    hours_p50 = whole.hours * pace.median
    hours_p80 = p80(whole.hours, whole.variance, pace)
    per_week = stand.person.hours_per_week or DEFAULT_HOURS_PER_WEEK
    path = catalog.paths.get(ask.name)
    usual = path.months if path else (0, 0)
    shown = catalog.skills[current] if current else None
    return Learning(
        path=ask.name or stand.person.role or DEFAULT_ROLE,
        name=name,
        kind=kind,
        about=about,
        stages=rows,
        next=following,
        hours=round(hours_p50, 1),
        hours_p80=round(hours_p80, 1),
        hours_zero=round(zero, 1),
        months=(
            round(weeks(hours_p50, per_week) / WEEKS_PER_MONTH, 1),
            round(weeks(hours_p80, per_week) / WEEKS_PER_MONTH, 1),
        ),
        months_usual=usual,
        usual_hours_per_week=_usual_pace(zero, usual),
        hours_per_week=per_week,
        measured=stand.mastery.is_measured,
        due=due,
        logged_minutes=_logged(stand.rows, current if focus else None),
        lesson=lesson,
        question=question,
        feedback=feedback,
        can=shown.can if shown else "",
        resources=tuple(
            Line(f"{catalog.sources[r.source].title}: {r.title}", source=url_of(catalog, shown, n))
            for n, r in enumerate(shown.resources)
        )
        if shown
        else (),
        brief=brief_of(bench, SkillId(rows[0].skills[0].skill)) if focus else None,
    )


def _to_ask(
    ask: Ask, due: Sequence[DueRow], current: SkillId, feedback: Feedback | None
) -> SkillId | None:
    """Return the skill to ask about, None for no question."""
    if ask.due:
        return SkillId(due[0].skill) if due else None
    if feedback and not ask.part:
        return SkillId(feedback.skill)
    return current if ask.drill and current else None


def _way(
    name: str, catalog: Catalog, stand: Standing
) -> tuple[str, str, str, list[tuple[str, str, Sequence[SkillId]]], Goal]:
    """Return kind, name, about, stages (name, about, skills) and goal of what is followed."""
    if name in catalog.paths:
        path = catalog.paths[name]
        listed: list[tuple[str, str, Sequence[SkillId]]] = [
            (s.name, s.about, s.skills) for s in path.stages
        ]
        return "path", path.name, path.about, listed, path_goal(catalog, path, stand)
    if name in catalog.skills:
        skill = catalog.skills[SkillId(name)]
        track = _own(catalog, stand)
        real = catalog.resolve(skill.id, track)
        goal = skills_goal(catalog, [real], track)
        return "skill", skill.name, catalog.skills[real].can, [(skill.name, "", (real,))], goal
    if name and name not in catalog.roles:
        known = [*catalog.paths, *catalog.skills, *catalog.roles]
        raise not_found("path or skill", name, known, "backwright learn {}")
    role = role_of(catalog, name or stand.person.role or DEFAULT_ROLE)
    track = own_track(role, catalog, stand)
    shift = catalog.profile.bands.get(stand.person.band, 0)
    goal = goal_of(catalog, targets_of(role, shift), track)
    left = efforts_left(catalog, goal, stand.mastery)
    order = study_order(catalog, goal.targets, left, _begun(stand), track)
    stages: list[tuple[str, str, Sequence[SkillId]]] = [
        ("Now", "the next steps of your plan", order[:NOW]),
        ("Then", "what follows", order[NOW:]),
    ]
    return "plan", f"Your plan, {role.name}", role.work, [s for s in stages if s[2]], goal


def path_goal(catalog: Catalog, path: Path, stand: Standing) -> Goal:
    """Return what a path asks for, without what it takes for granted."""
    track = catalog.track_or_default(path.track if path.track != "any" else _own(catalog, stand))
    goal = skills_goal(catalog, [s for stage in path.stages for s in stage.skills], track)
    assumed = set(catalog.closure(path.assumes, track))
    return Goal({s: t for s, t in goal.targets.items() if s not in assumed or t.weight}, track)


def _own(catalog: Catalog, stand: Standing) -> str:
    used = stand.person.languages or ()
    return catalog.track_or_default(used[0] if used else "")


def _begun(stand: Standing) -> list[SkillId]:
    timed = [r.skill for r in stand.rows if r.kind is Kind.TIME]
    return [
        SkillId(s) for s in dict.fromkeys(timed) if s and not stand.mastery.of(SkillId(s)).meets(3)
    ]


def _stages(
    catalog: Catalog,
    stages: Sequence[tuple[str, str, Sequence[SkillId]]],
    goal: Goal,
    stand: Standing,
) -> tuple[StageRow, ...]:
    left = efforts_left(catalog, goal, stand.mastery)
    seen: set[SkillId] = set()
    rows = []
    for name, about, skills in stages:
        own = [catalog.resolve(s, goal.track) for s in skills]
        closed = [
            s for s in catalog.closure(own, goal.track) if s in goal.targets and s not in seen
        ]
        also = [s for s in closed if s not in own]
        seen |= {*closed, *own}
        made = [_step(catalog, stand, s, left[s].hours) for s in own if s in left]
        below = [_step(catalog, stand, s, left[s].hours) for s in also if left[s].hours > 0]
        rows.append(
            StageRow(
                name=name,
                about=about,
                skills=tuple(made),
                also=tuple(below),
                hours=round(sum(step.hours for step in (*made, *below)), 1),
                done=sum(step.state == State.STRONG.value for step in made),
            )
        )
    return tuple(rows)


def _step(catalog: Catalog, stand: Standing, skill: SkillId, hours: float) -> SkillStep:
    known = catalog.skills[skill]
    read = [row for row in stand.rows if row.source == f"lesson:{skill}"]
    return SkillStep(
        skill=skill,
        name=known.name,
        state=state_name(stand.mastery, skill),
        mastery=round(stand.mastery.of(skill).probability, 3),
        hours=round(hours, 1),
        can=known.can,
        has_lesson=skill in catalog.lessons,
        read=max((int(row.given) for row in read if row.given.isdigit()), default=0),
    )


def due_rows(catalog: Catalog, stand: Standing) -> tuple[DueRow, ...]:
    """Return the skills that were shown and are now less than 9 in 10 likely to be remembered.

    Only skills whose last answer was right: what was not known is learned, not reviewed.
    """
    by_skill: dict[str, list[Evidence]] = {}
    for row in without_repeats(stand.rows):
        if row.kind in (Kind.ANSWER, Kind.DRILL, Kind.LAB) and row.outcome is not Outcome.RAPID:
            by_skill.setdefault(row.skill, []).append(row)
    found = []
    for skill, rows in by_skill.items():
        if rows[-1].outcome is not Outcome.RIGHT or skill not in catalog.skills:
            continue
        recall = retrievability(card_of(rows), stand.now)
        if recall < DUE_BELOW:
            name = catalog.skills[SkillId(skill)].name
            found.append(
                DueRow(skill, name, round(recall, 3), rows[-1].occurred_at.date().isoformat())
            )
    return tuple(sorted(found, key=lambda row: (row.recall, row.skill)))


def _next(
    catalog: Catalog,
    rows: Sequence[StageRow],
    goal: Goal,
    stand: Standing,
    due: Sequence[DueRow],
    focus: SkillId | None,
) -> NextStep:
    """Return what to do now: due reviews first, then the first open skill's lesson, then its drill."""
    if due and not focus:
        return NextStep(
            "review", due[0].skill, due[0].name, f"{len(due)} due for review",
            "backwright learn --due", len(due) * 1.5,
        )  # fmt: skip
    steps = [step for row in rows for step in (*row.also, *row.skills)]
    if focus:
        steps = [step for step in steps if step.skill == catalog.resolve(focus, goal.track)]
    open_ = [step for step in steps if step.state != State.STRONG.value or focus]
    if not open_:
        return NextStep("done", "", "", "every skill of it is strong", "backwright explore", 0.0)
    step = open_[0]
    skill = SkillId(step.skill)
    if step.has_lesson and not step.read:
        return NextStep(
            "lesson", skill, step.name, _why(catalog, stand, skill),
            f"backwright learn {skill} --part 1", 20.0,
        )  # fmt: skip
    return NextStep(
        "drill", skill, step.name, _why(catalog, stand, skill),
        f"backwright learn {skill} --drill", 10.0,
    )  # fmt: skip


def _why(catalog: Catalog, stand: Standing, skill: SkillId) -> str:
    known = stand.mastery.of(skill)
    opens = sum(any(n.skill == skill for n in s.needs) for s in catalog.real_skills)
    state = (
        f"{known.probability:.0%} that you can, ".replace("%", " %")
        if stand.mastery.is_measured
        else ""
    )
    skills = "skill" if opens == 1 else "skills"
    return f"{state}opens {opens} {skills}" if opens else f"{state}next on the way".strip()


def _lesson(bench: Bench, skill: SkillId, number: int, stand: Standing) -> LessonPart | None:
    """Return one part of the lesson and remember how far the person has read; None without one."""
    if skill not in bench.catalog.lessons:
        return None
    lesson = parse_lesson(skill, bench.lessons.read(skill))
    if not 1 <= number <= len(lesson.parts):
        raise BadRequest(
            f"the lesson of {lesson.title} has parts 1 to {len(lesson.parts)}, no part {number}",
            hint=f"backwright learn {skill} --part 1",
        )
    read = [int(r.given) for r in stand.rows if r.source == f"lesson:{skill}" and r.given.isdigit()]
    if number > max(read, default=0):
        row = recorded(
            bench,
            kind=Kind.TIME,
            skill=skill,
            weight=0.0,
            source=f"lesson:{skill}",
            given=str(number),
        )
        bench.store.append([row])
    heading, markdown = lesson.parts[number - 1]
    return LessonPart(
        skill=skill,
        title=lesson.title,
        heading=heading,
        number=number,
        parts=len(lesson.parts),
        markdown=markdown,
        minutes=minutes_of(lesson),
        sources=tuple(bench.catalog.citation(source) for source in lesson.sources),
    )


def _drill(bench: Bench, stand: Standing, skill: SkillId) -> Question | None:
    """Return another question of a skill; the one asked longest ago when all were asked."""
    from backwright.usecases.asking import asking_for, open_question

    asking = asking_for(bench, stand)
    chosen = asking.choose([skill])
    seed = bench.clock.seed()
    if chosen:
        return open_question(bench, asking.entries[chosen.item].source, seed)[0]
    own = [entry.source for entry in asking.entries if entry.skill == skill]
    if not own:
        return None
    last = {row.source: row.id for row in stand.rows}
    oldest = min(own, key=lambda source: (last.get(source, ""), source))
    return open_question(bench, oldest, seed)[0]


def _usual_pace(hours: float, months: tuple[int, int]) -> tuple[float, float]:
    """Return the hours a week that the usual months mean from zero: (in the low, in the high)."""
    if not months[0]:
        return 0.0, 0.0
    return (
        round(hours / (months[0] * WEEKS_PER_MONTH), 1),
        round(hours / (months[1] * WEEKS_PER_MONTH), 1),
    )


def _logged(rows: Sequence[Evidence], skill: SkillId | None) -> float:
    return sum(
        r.weight for r in rows if r.kind is Kind.TIME and (skill is None or r.skill == skill)
    )


def path_row(catalog: Catalog, path: Path, stand: Standing) -> PathRow:
    """Return one path with what is left of it."""
    goal = path_goal(catalog, path, stand)
    named = [catalog.resolve(s, goal.track) for stage in path.stages for s in stage.skills]
    nobody = type(stand.mastery)({}, 0, 0)
    return PathRow(
        id=path.id,
        name=path.name,
        about=path.about,
        hours=round(total(efforts_left(catalog, goal, stand.mastery).values()).hours, 1),
        hours_zero=round(total(efforts_left(catalog, goal, nobody).values()).hours, 1),
        months_usual=path.months,
        strong=sum(stand.mastery.of(s).state is State.STRONG for s in named),
        skills=len(named),
    )


def _progress(bench: Bench) -> Progress:
    stand = standing(bench)
    catalog = bench.catalog
    levels = tuple(
        LevelRow(
            level.id,
            level.name,
            level.about,
            level.months,
            sum(stand.mastery.of(s).state is State.STRONG for s in level.skills),
            len(level.skills),
        )
        for level in catalog.levels
    )
    return Progress(
        criteria=criteria_of(catalog, stand.mastery),
        levels=levels,
        paths=tuple(path_row(catalog, path, stand) for path in catalog.paths.values()),
        logged_minutes=_logged(stand.rows, None),
        answers=stand.mastery.answers,
        measured=stand.mastery.is_measured,
    )
