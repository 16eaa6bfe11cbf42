"""Start: the first hour. Takes in who a person is, and answers "what now?" whenever asked again."""

from dataclasses import dataclass
from typing import Annotated, Literal

from backwright.assess.person import LEVEL_LETTERS
from backwright.model.errors import BadRequest
from backwright.model.evidence import Person
from backwright.usecases.assess import Ask as AssessAsk
from backwright.usecases.assess import Assessment, languages_said
from backwright.usecases.assess import run as assess
from backwright.usecases.bench import Bench
from backwright.usecases.learn import Ask as LearnAsk
from backwright.usecases.learn import Learning
from backwright.usecases.learn import run as learn
from backwright.usecases.roadmap import HOURS_MAX, HOURS_MIN, Roadmap
from backwright.usecases.roadmap import Ask as RoadmapAsk
from backwright.usecases.roadmap import run as roadmap
from backwright.usecases.spec import Mark
from backwright.usecases.standing import declare, role_of, standing


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    name: Annotated[str, "What to call you"] = ""
    languages: Annotated[
        str | None, "Languages you have used for real work; 'none' for none", Mark(metavar="IDS")
    ] = None
    role: Annotated[str, "Role you aim at"] = ""
    hours_per_week: Annotated[float | None, "Hours you can study each week"] = None
    own_level: Annotated[
        Literal["", "b", "i", "a", "e"], "Your own guess: b beginner, i, a, e expert"
    ] = ""
    simulate: Annotated[
        Literal["", "beginner", "intermediate", "advanced", "expert"],
        "Show the hour with a made-up newcomer; keeps nothing",
    ] = ""
    seed: Annotated[int, "Makes the made-up newcomer repeat"] = 7
    terminal: Annotated[bool, "Stay in this terminal instead of opening the page"] = False


@dataclass(frozen=True)
class Choice:
    """One answer that can be picked by number."""

    id: str
    name: str


@dataclass(frozen=True)
class Start:
    """Where the hour stands.

    Attributes:
        known: Whether the person was here before.
        languages, roles: What can be picked.
        assessment, roadmap, learning: The pictures of the hour; None before there is anything.
    """

    person: Person
    known: bool
    languages: tuple[Choice, ...]
    roles: tuple[Choice, ...]
    assessment: Assessment | None
    roadmap: Roadmap | None
    learning: Learning | None
    simulated: str
    seed: int


def run(ask: Ask, bench: Bench) -> Start:
    """Keep what the person says about themselves, and return where the hour stands."""
    if ask.simulate:
        return _simulated(ask, bench)
    rows = []
    if ask.name:
        rows.append(declare(bench, "name", ask.name.strip()[:80]))
    if ask.languages is not None:
        rows.append(declare(bench, "languages", languages_said(ask.languages, bench)))
    if ask.role:
        rows.append(declare(bench, "role", role_of(bench.catalog, ask.role).id))
    if ask.hours_per_week is not None:
        if not HOURS_MIN <= ask.hours_per_week <= HOURS_MAX:
            raise BadRequest(
                f"{ask.hours_per_week:g} is not a number of hours a week; {HOURS_MIN:g} to {HOURS_MAX:g}",
                hint="backwright start --hours-per-week 8",
            )
        rows.append(declare(bench, "hours", f"{ask.hours_per_week:g}"))
    if ask.own_level:
        rows.append(declare(bench, "level", LEVEL_LETTERS[ask.own_level]))
    if rows:
        bench.store.append(rows)
    stand = standing(bench)
    measured = stand.mastery.is_measured
    way = learn(LearnAsk(), bench) if measured else None
    return Start(
        person=stand.person,
        known=bool(stand.rows),
        languages=_languages_of(bench),
        roles=_roles_of(bench),
        assessment=assess(AssessAsk(report=True), bench) if measured else None,
        roadmap=roadmap(RoadmapAsk(), bench) if measured else None,
        learning=way if isinstance(way, Learning) else None,
        simulated="",
        seed=ask.seed,
    )


def _languages_of(bench: Bench) -> tuple[Choice, ...]:
    return tuple(Choice(t.id, t.name) for t in bench.catalog.profile.tracks.values())


def _roles_of(bench: Bench) -> tuple[Choice, ...]:
    first = "backend-developer"
    roles = sorted(bench.catalog.roles.values(), key=lambda r: (r.id != first, r.id))
    return tuple(Choice(role.id, role.name) for role in roles)


def _simulated(ask: Ask, bench: Bench) -> Start:
    """Show the hour with a made-up newcomer; nothing is kept."""
    report = assess(AssessAsk(simulate=ask.simulate, seed=ask.seed), bench)
    plan = roadmap(RoadmapAsk(simulate=ask.simulate, seed=ask.seed, role=ask.role), bench)
    first = plan.steps[0].skill if plan.steps else ""
    way = None
    for step in plan.steps:
        if step.skill in bench.catalog.lessons:
            first = step.skill
            break
    if first:
        from dataclasses import replace

        from backwright.usecases.simulated import keeps_nothing

        shown = learn(LearnAsk(name=first, part=1), replace(bench, store=keeps_nothing()))
        way = shown if isinstance(shown, Learning) else None
    return Start(
        person=Person("simulated", "", ("js", "py"), plan.role, "mid", plan.hours_per_week),
        known=False,
        languages=_languages_of(bench),
        roles=_roles_of(bench),
        assessment=report,
        roadmap=plan,
        learning=way,
        simulated=ask.simulate,
        seed=ask.seed,
    )
