"""Assess: one step of an adaptive assessment, a report of what is known, or a simulated person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from backwright.assess.question import Question
from backwright.assess.shares import Share
from backwright.model.errors import BadRequest
from backwright.model.evidence import Kind
from backwright.model.role import RoleId
from backwright.model.skill import SkillId
from backwright.usecases.bench import Bench
from backwright.usecases.feedback import Feedback
from backwright.usecases.nearest import not_found
from backwright.usecases.report import (
    DomainRow,
    SkillRow,
    TrendRow,
    Why,
    report_of,
    trend_of,
    why_of,
)
from backwright.usecases.spec import Mark
from backwright.usecases.standing import Standing, declare, own_track, role_of, standing

if TYPE_CHECKING:
    from backwright.usecases.asking import Asking

QUESTIONS = 25  # one sitting; the report says what it could not settle
QUESTIONS_MAX = 200
WORTH_ASKING = 0.05  # bits; below it an answer would not change what is known
DECIDED = 0.9
_ALIASES = {
    "typescript": "js",
    "node": "js",
    "node.js": "js",
    "csharp": "dotnet",
    ".net": "dotnet",
}


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    role: Annotated[str, "Only skills that this role asks for"] = ""
    domain: Annotated[str, "Only skills of this domain, such as databases"] = ""
    skill: Annotated[str, "Only this skill"] = ""
    languages: Annotated[
        str | None, "Languages you have used, such as 'py js'; 'none' for none", Mark(metavar="IDS")
    ] = None
    more: Annotated[int, "Ask so many questions, then report"] = QUESTIONS
    exam: Annotated[bool, "No feedback until the end"] = False
    resume: Annotated[bool, "Go on where you stopped"] = False
    report: Annotated[bool, "Only report what is known, ask nothing"] = False
    show: Annotated[
        str, "Say why the report says what it says about a skill", Mark(metavar="SKILL")
    ] = ""
    trend: Annotated[bool, "Only report, with how it changed from day to day"] = False
    simulate: Annotated[
        Literal["", "beginner", "intermediate", "advanced", "expert"],
        "A made-up person answers, so that you can see a report; keeps nothing",
    ] = ""
    seed: Annotated[int | None, "Makes a simulation or an order of options repeat"] = None
    question: Annotated[str, "Token of the question that is answered", Mark(metavar="TOKEN")] = ""
    answer: Annotated[str | None, "Your answer: a letter, a value, or i for I don't know"] = None
    seconds: Annotated[float | None, "How long the answer took; too fast is not counted"] = None
    asked: Annotated[int, "Questions asked in this sitting so far"] = 0


@dataclass(frozen=True)
class Assessment:
    """A report, and the next question if there is one.

    Attributes:
        questions: Answers behind the report that count.
        level: Name, from the share of the role's targets that are met.
        skills: Every skill that is not left out, in the order of domains.
        since: What changed since the last finished sitting, empty if there was none.
        next: The next question, None when nothing is worth asking or the sitting is over.
        left: Questions still to come in this sitting, at most.
        feedback: On the answer just given, None without one.
        stopped: Why there is no next question: "done", "settled", "report", "".
        own_level: The person's own guess, "" if none was given.
        ready: Expected share of the role's targets that the person does unaided, with its range.
        trend: The last days on which something was shown; only when asked for.
    """

    questions: int
    dropped: int
    level: str
    role: str
    role_name: str
    targets: int
    targets_met: int
    skills: tuple[SkillRow, ...]
    domains: tuple[DomainRow, ...]
    left_out: int
    since: tuple[str, ...]
    own_level: str
    simulated: str
    seed: int | None
    minutes: float
    calibrated: bool
    ready: Share
    next: Question | None = None
    number: int = 0
    left: int = 0
    feedback: Feedback | None = None
    stopped: str = ""
    exam: bool = False
    why: Why | None = None
    trend: tuple[TrendRow, ...] = ()


def run(ask: Ask, bench: Bench) -> Assessment:
    """Take in an answer if there is one, and return the report with the next question."""
    _check(ask, bench)
    if ask.simulate:
        return _simulated(ask, bench)
    rows = []
    if ask.languages is not None:
        rows.append(declare(bench, "languages", languages_said(ask.languages, bench)))
    if ask.role:
        rows.append(declare(bench, "role", role_of(bench.catalog, ask.role).id))
    if rows:
        bench.store.append(rows)
    feedback = None
    if ask.question:
        if ask.answer is None:
            raise BadRequest(
                "a question without an answer", hint="backwright assess --question TOKEN --answer a"
            )
        from backwright.usecases.asking import answer_given

        feedback = answer_given(
            bench, ask.question, ask.answer, ask.seconds, Kind.ANSWER, reveal=not ask.exam
        )
    stand = standing(bench)
    if ask.report or ask.show or ask.trend:
        return _assessment(ask, bench, stand, None, "report", feedback)
    from backwright.usecases.asking import asking_for

    asking = asking_for(bench, stand)
    if feedback:
        feedback = asking.moved(feedback, stand)
    following, stopped = _next(ask, bench, asking, stand)
    if stopped in ("done", "settled") and ask.asked:
        bench.store.append([declare(bench, "report", str(stand.mastery.answers))])
    return _assessment(ask, bench, stand, following, stopped, feedback)


def _check(ask: Ask, bench: Bench) -> None:
    if not 1 <= ask.more <= QUESTIONS_MAX:
        raise BadRequest(
            f"{ask.more} questions; between 1 and {QUESTIONS_MAX}, please",
            hint="backwright assess --more 10",
        )
    if ask.simulate or ask.seed is not None:
        from backwright.usecases.asking import check_seed

        check_seed(ask.seed)
    if ask.domain and ask.domain not in bench.catalog.domains:
        raise not_found(
            "domain", ask.domain, bench.catalog.domains, "backwright assess --domain {}"
        )
    for name in (ask.skill, ask.show):
        if name and name not in bench.catalog.skills:
            raise not_found("skill", name, bench.catalog.skills, "backwright explore --search WORD")
    if ask.role:
        role_of(bench.catalog, ask.role)


def languages_said(said: str, bench: Bench) -> str:
    """Return the declared languages as track ids; "none" is a statement, too."""
    tracks = bench.catalog.profile.tracks
    names = {track.name.lower(): track.id for track in tracks.values()}
    found = []
    for word in said.lower().replace(",", " ").split():
        if word == "none":
            continue
        track = names.get(word, _ALIASES.get(word, word))
        if track not in tracks:
            raise not_found("language", word, tracks, "backwright assess --languages 'py js'")
        found.append(track)
    return " ".join(dict.fromkeys(found))


def scope_of(ask: Ask, bench: Bench, stand: Standing) -> list[SkillId] | None:
    """Return the skills to ask about, None for all."""
    catalog = bench.catalog
    if ask.skill:
        skill = catalog.skills[SkillId(ask.skill)]
        return list(skill.any_of) if skill.is_choice else [skill.id]
    if ask.domain:
        return [s.id for s in catalog.real_skills if s.domain == ask.domain]
    if ask.role:
        from backwright.plan.goal import goal_of, targets_of

        role = role_of(catalog, ask.role)
        return list(goal_of(catalog, targets_of(role, 0), own_track(role, catalog, stand)).targets)
    return None


def _next(ask: Ask, bench: Bench, asking: "Asking", stand: Standing) -> tuple[Question | None, str]:
    """Return the next question, or None and why there is none."""
    if ask.asked >= ask.more:
        return None, "done"
    scope = scope_of(ask, bench, stand)
    chosen = asking.choose(scope)
    if chosen is None:
        return None, "settled"
    if chosen.gain < WORTH_ASKING:
        return None, "settled"
    if scope and _all_decided(stand, scope) and not ask.skill:
        return None, "settled"
    seed = bench.clock.seed() if ask.seed is None else ask.seed
    from backwright.usecases.asking import open_question

    return open_question(bench, asking.entries[chosen.item].source, seed)[0], ""


def _all_decided(stand: Standing, scope: Sequence[SkillId]) -> bool:
    """Whether every skill in scope is known either way with 9 chances in 10."""
    if not stand.mastery.is_measured:
        return False
    known = (stand.mastery.of(skill).probability for skill in scope)
    return all(p >= DECIDED or p <= 1 - DECIDED for p in known)


def _assessment(
    ask: Ask,
    bench: Bench,
    stand: Standing,
    following: Question | None,
    stopped: str,
    feedback: Feedback | None,
) -> Assessment:
    report = report_of(bench, stand)
    return Assessment(
        questions=stand.mastery.answers,
        dropped=stand.mastery.dropped,
        level=report.level,
        role=report.role,
        role_name=bench.catalog.roles[RoleId(report.role)].name,
        targets=report.targets,
        targets_met=report.met,
        skills=report.skills,
        domains=report.domains,
        left_out=len(stand.mastery.left_out),
        since=report.since,
        own_level=stand.person.own_level,
        simulated="",
        seed=ask.seed,
        minutes=report.minutes,
        calibrated=report.calibrated,
        ready=report.ready,
        next=following,
        number=ask.asked + 1,
        left=max(0, ask.more - ask.asked),
        feedback=feedback,
        stopped=stopped,
        exam=ask.exam,
        why=why_of(bench, stand, SkillId(ask.show)) if ask.show else None,
        trend=trend_of(bench, stand) if ask.trend else (),
    )


def _simulated(ask: Ask, bench: Bench) -> Assessment:
    """Let a made-up person answer; nothing is kept."""
    from backwright.usecases.simulated import simulate

    seed = 7 if ask.seed is None else ask.seed
    scope = lambda stand: scope_of(ask, bench, stand)  # noqa: E731  (needs the simulated standing)
    stand = simulate(bench, ask.simulate, seed, ask.more, scope)
    made = _assessment(ask, bench, stand, None, "done", None)
    from dataclasses import replace

    return replace(made, simulated=ask.simulate, seed=seed, minutes=0.0)
