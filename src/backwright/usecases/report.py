"""The report: strong, gap and not known yet, per domain and skill, with level, change and criteria."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from backwright.assess.shares import Share, share_of
from backwright.catalog import Catalog
from backwright.model.evidence import Evidence, Kind
from backwright.model.mastery import LEVEL_FROM, Mastery, SkillMastery, State
from backwright.model.role import Criterion
from backwright.model.skill import LEVEL_NAMES, SkillId
from backwright.plan.goal import goal_of, targets_of
from backwright.usecases.bench import Bench
from backwright.usecases.standing import (
    DEFAULT_ROLE,
    Standing,
    calibration,
    mastery_from,
    own_track,
    role_of,
)

TREND_DAYS = 12  # more do not tell more at a glance
SHOWN = (Kind.ANSWER, Kind.DRILL, Kind.LAB, Kind.FINDING)
PAUSE_SECONDS = 300  # a longer gap between answers is a break, not thinking


@dataclass(frozen=True)
class SkillRow:
    """One skill in a report.

    Attributes:
        mastery: Chance that the person applies it unaided, 0 to 1.
        evidence: Answers, labs and findings about this very skill.
        holds_back: Other skills not yet strong that need this one, directly or not.
        retrievability: Chance that what was shown is still remembered; 1 when fresh.
    """

    id: str
    name: str
    domain: str
    level: str
    mastery: float
    state: str
    evidence: int
    holds_back: int
    retrievability: float


@dataclass(frozen=True)
class DomainRow:
    """One domain: how many skills are strong, gap, not known yet; the expected share mastered.

    Attributes:
        low, high: Where the share is in four cases of five, skills taken as independent.
    """

    name: str
    strong: int
    gap: int
    unknown: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class TrendRow:
    """How it stood at the end of a day on which something was shown.

    Attributes:
        ready: Expected share of the role's targets that the person does unaided.
    """

    day: str
    strong: int
    gap: int
    unknown: int
    ready: float


@dataclass(frozen=True)
class CriterionRow:
    """A success criterion, computed: met, or what is missing."""

    id: str
    name: str
    met: bool
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """Everything a report shows."""

    level: str
    role: str
    targets: int
    met: int
    skills: tuple[SkillRow, ...]
    domains: tuple[DomainRow, ...]
    since: tuple[str, ...]
    minutes: float
    calibrated: bool
    ready: Share


@dataclass(frozen=True)
class WhyRow:
    """One row of evidence on a skill, or on one that speaks for it."""

    when: str
    what: str
    outcome: str
    skill: str


@dataclass(frozen=True)
class Why:
    """Why a skill stands where it does: own evidence, and neighbours that speak for it."""

    skill: SkillRow
    own: tuple[WhyRow, ...]
    around: tuple[SkillRow, ...]


def report_of(bench: Bench, stand: Standing) -> Report:
    """Return the report of where a person stands."""
    catalog, mastery = bench.catalog, stand.mastery
    role = role_of(catalog, stand.person.role or DEFAULT_ROLE)
    goal = goal_of(catalog, targets_of(role, 0), own_track(role, catalog, stand)).named
    met = sum(mastery.of(skill).meets(target.level) for skill, target in goal.items())
    skills = skill_rows(catalog, mastery)
    return Report(
        level=level_name(met / len(goal)) if mastery.is_measured else "",
        role=role.id,
        targets=len(goal),
        met=met,
        skills=skills,
        domains=tuple(_domains(catalog, skills)),
        since=_since(bench, stand),
        minutes=round(_minutes(stand.rows), 1),
        calibrated=calibration(bench) is not None,
        ready=share_of(mastery.of(skill).probability for skill in goal),
    )


def trend_of(bench: Bench, stand: Standing) -> tuple[TrendRow, ...]:
    """Return how it stood at the end of each of the last days on which something was shown, and today."""
    catalog = bench.catalog
    role = role_of(catalog, stand.person.role or DEFAULT_ROLE)
    goal = goal_of(catalog, targets_of(role, 0), own_track(role, catalog, stand)).named
    last: dict[str, Evidence] = {}
    for row in stand.rows:
        if row.kind in SHOWN:
            last[row.recorded_at.date().isoformat()] = row
    found = []
    for day, end in list(last.items())[-TREND_DAYS:]:
        rows = tuple(row for row in stand.rows if row.id <= end.id)
        then = mastery_from(bench, rows, stand.person, end.recorded_at)
        found.append(_trend_row(day, then, goal))
    today = stand.now.date().isoformat()
    if found and found[-1].day != today:  # what was shown has faded since
        found.append(_trend_row(today, stand.mastery, goal))
    return tuple(found)


def _trend_row(day: str, mastery: Mastery, goal: Iterable[SkillId]) -> TrendRow:
    states = [
        known.state for skill, known in mastery.skills.items() if skill not in mastery.left_out
    ]
    return TrendRow(
        day,
        states.count(State.STRONG),
        states.count(State.GAP),
        states.count(State.UNKNOWN),
        share_of(mastery.of(skill).probability for skill in goal).expected,
    )


def level_name(share_met: float) -> str:
    """Return the level's name for a share of the role's targets met, 0 to 1."""
    return next(name for name, least in LEVEL_FROM if share_met >= least)


def skill_rows(catalog: Catalog, mastery: Mastery) -> tuple[SkillRow, ...]:
    """Return every skill that is not left out, in the order of domains."""
    if not mastery.is_measured:
        return ()
    hidden = set(mastery.left_out)
    weak = {s.id for s in catalog.real_skills if mastery.of(s.id).state is not State.STRONG}
    above = _above(catalog)
    rows = [
        SkillRow(
            id=skill.id,
            name=skill.name,
            domain=skill.domain,
            level=LEVEL_NAMES[skill.level],
            mastery=round(known.probability, 3),
            state=known.state.value,
            evidence=known.evidence,
            holds_back=len((above[skill.id] & weak) - hidden),
            retrievability=round(known.retrievability, 3),
        )
        for skill in catalog.real_skills
        if skill.id not in hidden and (known := mastery.of(skill.id))
    ]
    order = {domain: n for n, domain in enumerate(catalog.domains)}
    return tuple(sorted(rows, key=lambda row: order[row.domain]))


def _above(catalog: Catalog) -> dict[SkillId, set[SkillId]]:
    """Return all skills that need each skill, directly or through others."""
    above: dict[SkillId, set[SkillId]] = {skill: set() for skill in catalog.skills}
    for skill in catalog.real_skills:
        for below in catalog.closure([skill.id]):
            if below != skill.id:
                above[below].add(skill.id)
    return above


def _domains(catalog: Catalog, skills: Sequence[SkillRow]) -> list[DomainRow]:
    rows = []
    for name in catalog.domains:
        own = [row for row in skills if row.domain == name]
        if own:
            count = {state: sum(row.state == state for row in own) for state in State}
            share = share_of(row.mastery for row in own)
            rows.append(
                DomainRow(
                    name,
                    count[State.STRONG],
                    count[State.GAP],
                    count[State.UNKNOWN],
                    share.expected,
                    share.low,
                    share.high,
                )
            )
    return rows


def _since(bench: Bench, stand: Standing) -> tuple[str, ...]:
    """Return what changed since the last finished sitting before today's answers, in sentences."""
    marks = [r for r in stand.rows if r.source == "declare:report"]
    answers = [r for r in stand.rows if r.kind in SHOWN]
    earlier = [mark for mark in marks if any(row.id > mark.id for row in answers)]
    if not earlier:
        return ()
    mark = earlier[-1]
    rows = tuple(row for row in stand.rows if row.id <= mark.id)
    before = mastery_from(bench, rows, stand.person, mark.recorded_at)
    moves: dict[tuple[State, State], int] = {}
    for skill, now in stand.mastery.skills.items():
        if skill not in stand.mastery.left_out and before.of(skill).state is not now.state:
            change = (before.of(skill).state, now.state)
            moves[change] = moves.get(change, 0) + 1
    names = {State.STRONG: "strong", State.GAP: "gap", State.UNKNOWN: "not known yet"}
    when = mark.recorded_at.strftime("%d %b %Y").lstrip("0")
    found = [f"{n} from {names[a]} to {names[b]}" for (a, b), n in sorted(moves.items())]
    return (when, *(found or ["no skill changed its state"]))


def _minutes(rows: Sequence[Evidence]) -> float:
    """Return the minutes spent answering, without breaks."""
    times = [row.occurred_at for row in rows if row.kind is Kind.ANSWER]
    gaps = [(b - a).total_seconds() for a, b in pairwise(times)]
    return sum(gap for gap in gaps if gap <= PAUSE_SECONDS) / 60


def criteria_of(catalog: Catalog, mastery: Mastery) -> tuple[CriterionRow, ...]:
    """Return every success criterion with what is missing. Never declared, only computed."""
    return tuple(_criterion(catalog, mastery, criterion) for criterion in catalog.criteria)


def _criterion(catalog: Catalog, mastery: Mastery, criterion: Criterion) -> CriterionRow:
    missing = [
        catalog.skills[skill].name
        for skill, level in criterion.needs.items()
        if not _best(catalog, mastery, skill).meets(level)
    ]
    have = sum(mastery.of(s).meets(criterion.any_level) for s in criterion.any_of)
    if criterion.any_of and have < criterion.any_count:
        options = ", ".join(catalog.skills[s].name for s in criterion.any_of[:3])
        missing.append(f"{criterion.any_count - have} of {options} ...")
    return CriterionRow(criterion.id, criterion.name, not missing, tuple(missing))


def _best(catalog: Catalog, mastery: Mastery, skill: SkillId) -> SkillMastery:
    """Return the skill, or the best member of a choice."""
    members = catalog.skills[skill].any_of or (skill,)
    return max((mastery.of(member) for member in members), key=lambda m: m.probability)


def why_of(bench: Bench, stand: Standing, skill: SkillId) -> Why:
    """Return the evidence behind one skill, and the neighbours that carry the rest."""
    catalog = bench.catalog
    rows = {row.id: row for row in skill_rows(catalog, stand.mastery)}
    around = [need.skill for need in catalog.skills[skill].needs]
    around += [s.id for s in catalog.real_skills if any(n.skill == skill for n in s.needs)]
    own = [
        WhyRow(_day(row.occurred_at), row.source, row.outcome.value, row.skill)
        for row in stand.rows
        if row.skill == skill and row.kind is not Kind.TIME
    ]
    blank = SkillRow(
        skill,
        catalog.skills[skill].name,
        catalog.skills[skill].domain,
        "",
        0.0,
        "unknown",
        0,
        0,
        1.0,
    )
    return Why(rows.get(skill, blank), tuple(own), tuple(rows[s] for s in around if s in rows))


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")
