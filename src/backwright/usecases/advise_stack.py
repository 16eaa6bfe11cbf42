"""Advise stack: which language, framework, store, broker or gateway, from sourced facts and your own needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Annotated, Literal

from backwright.advise.amdahl import Split, split_of
from backwright.advise.stack import (
    Candidate,
    Choice,
    candidate_of,
    choose,
    contradicting,
    relaxing,
)
from backwright.model.errors import BadRequest
from backwright.model.stack import LEARNING, Constraint, Criterion, Fact, Kind, Option
from backwright.usecases.bench import Bench
from backwright.usecases.spec import Mark
from backwright.usecases.stack_learning import Basis, Hours, known_skills, learning
from backwright.usecases.stack_needs import (
    COMMAND,
    criteria_of,
    kind_of,
    needs_of,
    option_named,
    orders_of,
)
from backwright.usecases.standing import standing

MS_MAX = 3_600_000.0  # an hour; no request takes longer


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    kind: Annotated[
        Literal["", "language", "framework", "store", "broker", "gateway"],
        "What to choose; language when nothing tells otherwise",
    ] = ""
    among: Annotated[tuple[str, ...], "Only these options"] = ()
    need: Annotated[
        tuple[str, ...], "What it must have: CRITERION=VALUE (or better), or != for never"
    ] = ()
    prefer: Annotated[
        tuple[str, ...], "What counts more: A,B means A above B; each above what is not named"
    ] = ()
    team: Annotated[tuple[str, ...], "Languages and products that are known already"] = ()
    compare: Annotated[bool, "The table of facts instead of advice"] = False
    facts: Annotated[str, "All facts on one option, with their sources", Mark(metavar="OPTION")] = ""  # fmt: skip
    cpu_ms: Annotated[float, "Computing of a request, in ms: what a framework can change"] = 0.0
    wait_ms: Annotated[float, "Waiting of a request for stores and others, in ms"] = 0.0
    blueprint: Annotated[
        str, "Take computing and waiting from a blueprint", Mark(metavar="FILE", disk="file")
    ] = ""
    seed: Annotated[int, "Seed of the draws"] = 1


@dataclass(frozen=True)
class Cell:
    """One fact in a table: its words or numbers as text, "" if not known.

    Attributes:
        at: The ends of its value on the criterion's scale; the full range if not known.
    """

    criterion: str
    text: str
    at: tuple[float, float]


@dataclass(frozen=True)
class Row:
    """One option of a table, its cells in the order of the table's criteria."""

    option: str
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class StackTable:
    """The comparison table.

    Attributes:
        oldest, newest: Days of the facts.
    """

    kind: Kind
    criteria: tuple[Criterion, ...]
    rows: tuple[Row, ...]
    facts: int
    unknown: int
    oldest: str
    newest: str
    learning_basis: Basis
    verdict: Literal["ok"] = "ok"


@dataclass(frozen=True)
class FactLine:
    """One fact with all that is known about it; `fact` is None where nothing is."""

    criterion: Criterion
    text: str
    source: str
    fact: Fact | None


@dataclass(frozen=True)
class StackFacts:
    """Everything on one option."""

    option: Option
    lines: tuple[FactLine, ...]
    verdict: Literal["ok"] = "ok"


@dataclass(frozen=True)
class StackAdvice:
    """The advice.

    Attributes:
        names: Option id to its name, of all options looked at.
        criteria: What was weighed, by id.
        among, needs, team: As they were asked for.
        named: Criteria that the person named, most important first where that is said.
        unproved: (option, need): an option is in although nothing is known about that need.
        relax: What giving up one need would leave, most options first; only if none is left.
        contradictions: Pairs of needs that no option meets together; only if none is left.
        closest: Options that break the fewest needs, with these; only if none is left.
        split: Computing and waiting of a request, if they are known.
    """

    kind: Kind
    choice: Choice
    names: Mapping[str, str]
    criteria: Mapping[str, Criterion]
    named: tuple[str, ...]
    among: tuple[str, ...]
    needs: tuple[str, ...]
    team: tuple[str, ...]
    bands: Mapping[str, str]
    hours: tuple[Hours, ...]
    learning_basis: Basis
    unproved: tuple[tuple[str, str], ...]
    relax: tuple[tuple[str, tuple[str, ...]], ...]
    contradictions: tuple[tuple[str, str], ...]
    closest: tuple[tuple[str, tuple[str, ...]], ...]
    split: Split | None
    seed: int
    verdict: Literal["ok", "none left"] = "ok"


def run(ask: Ask, bench: Bench) -> StackAdvice | StackTable | StackFacts:
    """Advise, compare or list facts.

    Raises:
        NotFound: An option, criterion, word or blueprint does not exist.
        BadRequest: Options of two kinds, an order in a circle, a need that cannot be read, numbers
            that make no sense.
    """
    stack = bench.catalog.stack
    if ask.facts:
        return _facts(ask, bench)
    among = tuple(dict.fromkeys(option_named(stack, name).id for name in ask.among))
    chosen = tuple(stack.options[name] for name in among)
    kind = kind_of(ask.kind, chosen)
    options = chosen or stack.of_kind(kind)
    if len(options) == 1 and not ask.compare:
        raise BadRequest(
            f"{options[0].name} alone leaves nothing to choose",
            hint=f"{COMMAND} --facts {options[0].id}",
        )
    criteria = criteria_of(stack, kind)
    rated = {n: c for n, c in criteria.items() if c.better or c.is_number}
    hours, basis = _hours(ask, bench, options, kind)
    candidates = [
        candidate_of(option, rated, (each.low, each.high))
        for option, each in zip(options, hours, strict=True)
    ]
    if ask.compare:
        return _table(kind, criteria, candidates, hours, basis)
    return _advise(ask, bench, kind, criteria, candidates, hours, basis)


def _hours(
    ask: Ask, bench: Bench, options: Sequence[Option], kind: Kind
) -> tuple[tuple[Hours, ...], Basis]:
    stand = standing(bench)
    stack = bench.catalog.stack
    team = [option_named(stack, name) for name in ask.team]
    if not team and not stand.mastery.is_measured:
        tracks = bench.catalog.profile.tracks
        cores = {tracks[t].core for t in stand.person.languages or () if t in tracks}
        team = [o for o in stack.of_kind("language") if cores & {*o.skills}]
    hours = learning(bench.catalog, options, stand.mastery, known_skills(team, kind))
    if stand.mastery.is_measured:
        return hours, "measured"
    return hours, "the languages named" if team else "nothing known"


def _advise(
    ask: Ask,
    bench: Bench,
    kind: Kind,
    criteria: Mapping[str, Criterion],
    candidates: Sequence[Candidate],
    hours: tuple[Hours, ...],
    basis: Basis,
) -> StackAdvice:
    needs = needs_of(ask.need, criteria, bench.catalog.stack, kind)
    named, order = orders_of(ask.prefer, criteria, kind)
    weighed = {name: c for name, c in criteria.items() if c.better}
    choice = choose(candidates, needs, weighed, order, Random(ask.seed))  # noqa: S311
    is_none = choice.verdict == "none left"
    broken = sorted(choice.eliminated, key=lambda struck: len(struck.constraints))
    fewest = len(broken[0].constraints) if broken else 0
    return StackAdvice(
        kind,
        choice,
        {c.option.id: c.option.name for c in candidates},
        {name: weighed[name] for name in choice.weights},
        named,
        ask.among,
        tuple(need.says for need in needs),
        ask.team,
        {c.option.id: _text(c.option, criteria["throughput"]) for c in candidates}
        if "throughput" in criteria
        else {},
        hours,
        basis,
        _unproved(choice, candidates, needs),
        relaxing(candidates, needs, criteria) if is_none else (),
        contradicting(candidates, needs, criteria) if is_none else (),
        tuple((s.option, s.constraints) for s in broken if len(s.constraints) == fewest)
        if is_none
        else (),
        _split(ask, bench),
        ask.seed,
        "none left" if is_none else "ok",
    )


def _unproved(
    choice: Choice, candidates: Sequence[Candidate], needs: Sequence[Constraint]
) -> tuple[tuple[str, str], ...]:
    left = {rated.option for rated in choice.ranked}
    return tuple(
        (c.option.id, need.says)
        for c in candidates
        if c.option.id in left
        for need in needs
        if need.criterion not in (LEARNING, "language") and need.criterion not in c.option.facts
    )


def _split(ask: Ask, bench: Bench) -> Split | None:
    for name, value in (("--cpu-ms", ask.cpu_ms), ("--wait-ms", ask.wait_ms)):
        if not 0 <= value <= MS_MAX:
            raise BadRequest(
                f"{name} {value:g} is no time of a request",
                hint=f"{COMMAND} --cpu-ms 2 --wait-ms 25",
            )
    if ask.blueprint:
        from backwright.usecases.design_file import load_design

        split = split_of(load_design(ask.blueprint, (), bench))
        return split if split.cpu_ms + split.wait_ms > 0 else None
    if ask.wait_ms and not ask.cpu_ms:
        raise BadRequest(
            "waiting alone says nothing: how long does a request compute?",
            hint=f"{COMMAND} --cpu-ms 2 --wait-ms {ask.wait_ms:g}",
        )
    return Split(ask.cpu_ms, ask.wait_ms) if ask.cpu_ms else None


def _table(
    kind: Kind,
    criteria: Mapping[str, Criterion],
    candidates: Sequence[Candidate],
    hours: tuple[Hours, ...],
    basis: Basis,
) -> StackTable:
    rows = []
    for candidate, each in zip(candidates, hours, strict=True):
        cells = [
            Cell(
                name,
                f"{each.hours:.0f}" if name == LEARNING else _text(candidate.option, criterion),
                candidate.ends.get(name, (0.0, 0.0)),
            )
            for name, criterion in criteria.items()
        ]
        rows.append(Row(candidate.option.id, candidate.option.name, tuple(cells)))
    days = sorted(fact.date for c in candidates for fact in c.option.facts.values())
    return StackTable(
        kind,
        tuple(criteria.values()),
        tuple(rows),
        len(days),
        sum(not cell.text for row in rows for cell in row.cells),
        days[0] if days else "",
        days[-1] if days else "",
        basis,
    )


def _facts(ask: Ask, bench: Bench) -> StackFacts:
    catalog = bench.catalog
    option = option_named(catalog.stack, ask.facts)
    lines = []
    for name, criterion in criteria_of(catalog.stack, option.kind).items():
        if name == LEARNING:
            continue
        fact = option.facts.get(name)
        source = catalog.citation(fact.source) if fact else ""
        lines.append(FactLine(criterion, _text(option, criterion), source, fact))
    return StackFacts(option, tuple(lines))


def _text(option: Option, criterion: Criterion) -> str:
    """Return a fact in words: one value, both ends of an interval, or all words that hold."""
    fact = option.facts.get(criterion.id)
    if fact is None:
        return ""
    told = [_number(v, criterion) if criterion.is_number else str(v) for v in fact.value]
    return (" to " if criterion.is_number or criterion.better else ", ").join(told)


def _number(value: str | float, criterion: Criterion) -> str:
    if isinstance(value, str):
        return value
    for size, unit in ((1024 * 1024, "GiB"), (1024, "MiB")):
        if criterion.unit == "KiB" and value >= size:
            return f"{value / size:.0f} {unit}"
    return f"{value:g} {criterion.unit}".strip()
