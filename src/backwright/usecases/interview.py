"""Interview: a design case with drawn numbers; estimates and the own blueprint are computed, words are quoted."""

from dataclasses import dataclass
from typing import Annotated, Literal

from backwright.interview.cases import Drawn, draw
from backwright.interview.levels import ABOUT, asked_of
from backwright.interview.quantity import show
from backwright.interview.scoring import (
    Checklist,
    Estimates,
    checklist_of,
    estimates_of,
)
from backwright.model.case import Case, Level
from backwright.model.errors import BadRequest
from backwright.model.skill import SkillId
from backwright.usecases.bench import Bench
from backwright.usecases.interview_turns import Sitting, Turn, turns_of
from backwright.usecases.judgement import Judgement
from backwright.usecases.nearest import not_found
from backwright.usecases.spec import Mark
from backwright.usecases.standing import DEFAULT_ROLE, role_of, standing

ANSWER_MAX = 20_000  # characters of one answer: an hour of speech has half as many


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    case: Annotated[
        str, "Design case; the one that tells most about you when left out", Mark(positional=True)
    ] = ""
    role: Annotated[str, "Role whose skills the knowledge round asks about"] = ""
    level: Annotated[Literal["junior", "mid", "senior", "staff"], "Level to be interviewed for"] = (
        "mid"
    )
    seed: Annotated[int | None, "Draws the numbers again; 0 takes the defaults"] = None
    cases: Annotated[bool, "List the cases"] = False
    answers: Annotated[
        str, "TOML file with an answer for each step, by its id", Mark(metavar="FILE", disk="file")
    ] = ""
    answer: Annotated[
        tuple[str, ...],
        "Answers as id=text, before or instead of the file's",
        Mark(metavar="ID=TEXT"),
    ] = ()
    blueprint: Annotated[
        str, "Your design as a blueprint file; it is run", Mark(metavar="FILE", disk="file")
    ] = ""
    skeleton: Annotated[
        str, "Write the blueprint to start from to this file", Mark(metavar="FILE", disk="write")
    ] = ""
    transcript: Annotated[bool, "Every question, answer and feedback before the result"] = False
    dry_run: Annotated[bool, "Count nothing as evidence"] = False


@dataclass(frozen=True)
class CaseRow:
    """One case in the list.

    Attributes:
        estimates, points: How many numbers and checklist points it has over all levels.
        unknown: Expected share of its skills that are not known yet either way, 0 to 1 (entropy).
    """

    id: str
    name: str
    about: str
    estimates: int
    points: int
    unknown: float


@dataclass(frozen=True)
class CaseList:
    """Every case, those that would tell most about the person first."""

    cases: tuple[CaseRow, ...]
    measured: bool


@dataclass(frozen=True)
class Given:
    """A drawn number of the situation."""

    name: str
    say: str
    value: float
    shown: str


@dataclass(frozen=True)
class EvidenceRow:
    """What the answers say about one skill.

    Attributes:
        right, wrong: Rows that speak for and against it in this interview.
        mastery: After it, 0 to 1; None with nothing known.
    """

    skill: str
    name: str
    right: int
    wrong: int
    mastery: float | None


@dataclass(frozen=True)
class Drill:
    """What to practise next, and why."""

    skill: str
    name: str
    why: str


@dataclass(frozen=True)
class Interview:
    """An interview so far: what was answered, what comes next, both halves of the score.

    Attributes:
        situation, slo: With the drawn numbers.
        about: What the level is expected to show.
        turns: Answered ones, in order; next: what is asked now, None at the end.
        steps: Turns in all.
        estimates, design: The half that is computed; checklist: the half that is quoted.
        skeleton: YAML to start a blueprint from.
        reference: A blueprint that holds, once the design has been answered; "" before.
        kept: Rows of evidence that this interview has left; 0 if asked to keep none.
        is_over: Nothing is left to ask, or all answers came in one file.
        verdict: "fails" if a blueprint was run and does not hold.
    """

    case: str
    name: str
    level: Level
    about: str
    role: str
    seed: int
    situation: str
    slo: str
    given: tuple[Given, ...]
    turns: tuple[Turn, ...]
    next: Turn | None
    steps: int
    estimates: Estimates
    design: Judgement | None
    checklist: Checklist
    knowledge_right: int
    knowledge_asked: int
    skeleton: str
    reference: str
    written: str
    evidence: tuple[EvidenceRow, ...]
    kept: int
    drill: Drill | None
    sources: tuple[str, ...]
    is_over: bool = False
    is_transcript: bool = False
    verdict: Literal["ok", "fails"] = "ok"


def run(ask: Ask, bench: Bench) -> CaseList | Interview:
    """List the cases, or take in what was answered so far and return the interview with its next step."""
    if ask.cases:
        return _listed(bench)
    _check(ask, bench)
    case = _case(ask, bench)
    drawn = draw(case, bench.clock.seed() if ask.seed is None else ask.seed)
    answers = _answers(ask, bench, case)
    role = role_of(bench.catalog, ask.role).id if ask.role else _role(bench)
    asked = asked_of(case, ask.level)
    sitting = Sitting(drawn, ask.level, role, asked, answers)
    judgement = _judgement(ask, bench, drawn)
    turns, following, total = turns_of(sitting, bench)
    evidence, kept = _evidence(ask, bench, drawn, turns, judgement)
    return _interview(ask, bench, sitting, turns, following, total, judgement, evidence, kept)


def _check(ask: Ask, bench: Bench) -> None:
    from backwright.usecases.asking import check_seed

    if ask.seed is not None:
        check_seed(ask.seed)
    if ask.role:
        role_of(bench.catalog, ask.role)
    if ask.case and ask.case not in bench.catalog.cases:
        raise not_found("case", ask.case, bench.catalog.cases, "backwright interview {}")


def _role(bench: Bench) -> str:
    return standing(bench).person.role or DEFAULT_ROLE


def _answers(ask: Ask, bench: Bench, case: Case) -> dict[str, str]:
    """Return the answers by step: those of the file, then those given one by one.

    Raises:
        BadRequest: The file is no table of texts, or an id is none of this interview's.
    """
    import tomllib

    found: dict[str, str] = {}
    if ask.answers:
        try:
            table = tomllib.loads(bench.files.read(ask.answers))
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise BadRequest(
                f"'{ask.answers}' is not TOML: {error}",
                hint="backwright interview url-shortener --seed 7 --json",
            ) from None
        for key, value in table.items():
            if not isinstance(value, str | int | float) or isinstance(value, bool):
                raise BadRequest(f"'{ask.answers}': the answer to {key} is no text and no number")
            found[key] = str(value)
    for said in ask.answer:
        key, equals, text = said.partition("=")
        if not equals:
            raise BadRequest(
                f"'{said[:40]}' is no answer; it takes the form id=text",
                hint=f"backwright interview {case.id} --answer {case.estimates[0].id}=12k",
            )
        found[key.strip()] = text
    known = {"scope", "design", *(e.id for e in case.estimates)}
    known |= {prompt.id for prompt in (*case.failures, *case.follow_ups)}
    for key, text in found.items():
        if key not in known and not key.startswith(("item:", "family:")):
            raise not_found(
                "step", key, known, f"backwright interview {case.id} --answer {{}}=TEXT"
            )
        if len(text) > ANSWER_MAX:
            raise BadRequest(
                f"the answer to {key} has {len(text):,} characters; at most {ANSWER_MAX:,}"
            )
    return found


def _judgement(ask: Ask, bench: Bench, drawn: Drawn) -> Judgement | None:
    """Run the blueprint if there is one; the result for the same text and numbers is kept."""
    if not ask.blueprint:
        return None
    from hashlib import sha256

    import msgspec

    from backwright.usecases.interview_blueprint import judge_text

    text = bench.files.read(ask.blueprint)
    case = drawn.case
    given, reference = drawn.blueprint(case.skeleton), drawn.blueprint(case.reference)
    whole = "\0".join((text, given, reference, str(drawn.seed), bench.digest, bench.engine()))
    key = f"interview {sha256(whole.encode()).hexdigest()}"
    if kept := bench.cache.get(key):
        return msgspec.msgpack.decode(kept, type=Judgement)
    made = judge_text(text, given, reference, drawn.seed)
    bench.cache.put(key, msgspec.msgpack.encode(made))
    return made


def _evidence(
    ask: Ask, bench: Bench, drawn: Drawn, turns: tuple[Turn, ...], judgement: Judgement | None
) -> tuple[tuple[EvidenceRow, ...], int]:
    """Add what the answers show, unless asked not to; return it by skill, and how many rows are kept."""
    from collections import Counter

    from backwright.usecases.interview_evidence import evidence_of

    shown = evidence_of(bench, drawn, turns, judgement)
    right = Counter(row.skill for row in shown if row.outcome.value == "right")
    wrong = Counter(row.skill for row in shown if row.outcome.value != "right")
    if not ask.dry_run and shown:
        there = {(r.source, r.seed, r.given) for r in bench.store.rows(bench.profile)}
        bench.store.append([r for r in shown if (r.source, r.seed, r.given) not in there])
    stand = standing(bench)
    skills = bench.catalog.skills
    return tuple(
        EvidenceRow(
            skill, skills[SkillId(skill)].name, right[skill], wrong[skill],
            round(stand.mastery.of(SkillId(skill)).probability, 3) if stand.mastery.is_measured else None,
        )
        for skill in sorted(
            {row.skill for row in shown}, key=lambda s: (-(right[s] + wrong[s]), s)
        )
    ), 0 if ask.dry_run else len(shown)  # fmt: skip


def _interview(  # noqa: PLR0913  (the parts of one answer)
    ask: Ask,
    bench: Bench,
    sitting: Sitting,
    turns: tuple[Turn, ...],
    following: Turn | None,
    total: int,
    judgement: Judgement | None,
    evidence: tuple[EvidenceRow, ...],
    kept: int,
) -> Interview:
    drawn = sitting.drawn
    knowledge = [turn.feedback for turn in turns if turn.feedback]
    skeleton = drawn.blueprint(drawn.case.skeleton).lstrip()
    is_designed = any(turn.kind == "design" for turn in turns) or judgement is not None
    written = bench.files.write(ask.skeleton, skeleton) if ask.skeleton else ""
    return Interview(
        case=drawn.case.id,
        name=drawn.case.name,
        level=ask.level,
        about=ABOUT[ask.level],
        role=sitting.role,
        seed=drawn.seed,
        situation=drawn.situation.strip(),
        slo=drawn.slo,
        given=tuple(
            Given(name, p.say, drawn.numbers[name], show(drawn.numbers[name], p.unit))
            for name, p in drawn.case.parameters.items()
        ),
        turns=turns,
        next=following,
        steps=total,
        estimates=_estimates(turns),
        design=judgement,
        checklist=_checklist(turns, ask.level),
        knowledge_right=sum(f.outcome == "right" for f in knowledge),
        knowledge_asked=len(knowledge),
        skeleton=skeleton,
        reference=drawn.blueprint(drawn.case.reference).lstrip() if is_designed else "",
        written=written,
        evidence=evidence,
        kept=kept,
        drill=_drill(bench, turns) if turns and following is None else None,
        sources=tuple(bench.catalog.citation(source) for source in drawn.case.sources),
        is_over=following is None or bool(ask.answers),
        is_transcript=ask.transcript,
        verdict="fails" if judgement and not judgement.holds else "ok",
    )


def _estimates(turns: tuple[Turn, ...]) -> Estimates:
    return estimates_of([turn.estimate for turn in turns if turn.estimate])


def _checklist(turns: tuple[Turn, ...], level: Level) -> Checklist:
    rows = {
        kind: [point for turn in turns if turn.kind == kind for point in turn.points]
        for kind in ("scope", "design", "failure", "follow-up")
    }
    return checklist_of(rows["scope"], rows["design"], rows["failure"], rows["follow-up"], level)


def _drill(bench: Bench, turns: tuple[Turn, ...]) -> Drill | None:
    """Return the skill to practise: of those that something was missed of, the one least sure to be there.

    With nothing missed, the skill of the case whose state is known least.
    """
    stand = standing(bench)
    if not stand.mastery.is_measured:
        return None
    missed: dict[str, str] = {}
    touched: dict[str, None] = {}
    for turn in turns:
        if turn.estimate:
            touched[turn.estimate.skill] = None
            if turn.estimate.verdict != "right":
                missed.setdefault(turn.estimate.skill, f"the estimate: {turn.ask}")
        for point in turn.points:
            touched[point.skill] = None
            if point.expected and not point.quote:
                missed.setdefault(point.skill, f"not found in your answer: {point.say}")
        if turn.feedback:
            touched[turn.feedback.skill] = None
            if turn.feedback.outcome != "right":
                missed.setdefault(turn.feedback.skill, "a question of the knowledge round")
    chance = {skill: stand.mastery.of(SkillId(skill)).probability for skill in touched}
    if missed:
        skill = min(missed, key=lambda s: (chance[s], s))
        why = missed[skill]
    elif touched:
        skill = min(touched, key=lambda s: (abs(chance[s] - 0.5), s))
        why = "nothing expected was missed; of this case's skills it is the least certain"
    else:
        return None
    return Drill(skill, bench.catalog.skills[SkillId(skill)].name, why)


def _unknown(bench: Bench, case: Case) -> float:
    """Return how much is not known of a case's skills: mean entropy in bits, 1 with nothing known."""
    from math import log2

    mastery = standing(bench).mastery
    if not mastery.is_measured:
        return 1.0
    chances = [min(max(mastery.of(s).probability, 1e-6), 1 - 1e-6) for s in case.skills]
    return sum(-p * log2(p) - (1 - p) * log2(1 - p) for p in chances) / len(chances)


def _listed(bench: Bench) -> CaseList:
    measured = standing(bench).mastery.is_measured
    rows = [
        CaseRow(
            case.id, case.name, case.about, len(case.estimates),
            len(case.scope) + len(case.design) + sum(len(p.points) for p in (*case.failures, *case.follow_ups)),
            round(_unknown(bench, case), 3),
        )
        for case in bench.catalog.cases.values()
    ]  # fmt: skip
    return CaseList(tuple(sorted(rows, key=lambda row: (-row.unknown, row.id))), measured)


def _case(ask: Ask, bench: Bench) -> Case:
    """Return the case asked for; else, of those not done yet, the one that tells most."""
    cases = bench.catalog.cases
    if ask.case:
        return cases[ask.case]
    done = {
        row.source.removeprefix("case:").partition("/")[0]
        for row in bench.store.rows(bench.profile)
        if row.source.startswith("case:")
    }
    open_ = [case for case in cases.values() if case.id not in done] or list(cases.values())
    return max(open_, key=lambda case: (_unknown(bench, case), case.id == "url-shortener"))
