"""Whether to split a system, what would cross the network, and in which steps; the answer may be "don't".

Ties are weighed: an import or call counts once, a table that both touch counts TABLE_WEIGHT times (a
shared table is the tie that the network cannot carry), a common commit COMMIT_WEIGHT. Communities are
found by the greedy method of Clauset, Newman and Moore (2004), which joins the pair that raises
modularity Q most; Q is Newman's (2006), for weighted graphs. Instability I = out / (in + out) and distance
|A + I - 1| are Martin's.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from backwright.model.coupling import Coupling, Part, Tie

TABLE_WEIGHT = 6  # two modules that write one table must agree on every change of it
READ_WEIGHT = 2  # one that only reads can be given a copy or a question
COMMIT_WEIGHT = 0.5  # a commit may touch both by chance
MODULARITY_MIN = 0.3  # Newman and Girvan (2004): above it there is structure worth a cut
LINES_MIN = 10_000  # below it one team reads the whole; the network costs more than it brings
PART_LINES_MIN = 800  # a part that is smaller is a module, not a service
CROSSING_MAX = 0.25  # share of a part's ties that may lead outside: more is a distributed monolith
SHARED_MAX = 2  # tables a part may share with the rest before it can be cut
EXAMPLES_MAX = 5

Verdict = Literal["don't", "not yet", "possible"]


@dataclass(frozen=True)
class ModuleRow:
    """The metrics of one module."""

    name: str
    lines: int
    used: int
    uses: int
    instability: float | None
    abstract: float
    distance: float | None
    in_cycle: bool


@dataclass(frozen=True)
class Crossing:
    """What leads from one part to the rest, or back."""

    source: str
    target: str
    imports: int
    calls: int
    example: str


@dataclass(frozen=True)
class Candidate:
    """A part that could be cut out.

    Attributes:
        modules: What it consists of.
        cohesion: Share of its ties that stay inside, 0 to 1.
        crossing: What would go over the network, most first.
        shared: Tables that the rest writes or reads, too: (table, modules outside).
        owned: Tables that only it touches.
        reasons, against: Sentences with the numbers.
        steps: In order.
    """

    name: str
    modules: tuple[str, ...]
    lines: int
    endpoints: int
    cohesion: float
    crossing: tuple[Crossing, ...]
    shared: tuple[tuple[str, tuple[str, ...]], ...]
    owned: tuple[str, ...]
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    steps: tuple[str, ...]
    is_ready: bool


@dataclass(frozen=True)
class Advice:
    """Whether to split.

    Attributes:
        modularity: Of the best division into communities, 0 for none.
        propagation: Share of modules that a change of one reaches on average.
        would_change: What would make the answer another one.
    """

    verdict: Verdict
    why: tuple[str, ...]
    modularity: float
    propagation: float
    modules: tuple[ModuleRow, ...]
    candidates: tuple[Candidate, ...]
    instead: tuple[str, ...]
    would_change: tuple[str, ...]


def advise_split(coupling: Coupling) -> Advice:
    """Return the advice; the same coupling gives the same."""
    parts = {part.name: part for part in coupling.parts}
    weights = tie_weights(coupling)
    groups = communities(list(parts), weights)
    modularity = modularity_of(groups, weights)
    reach = _reach(coupling, outer_of(parts))
    cycles = {
        name
        for name in parts
        if any(name in reach[o] and o in reach[name] for o in reach[name] if o != name)
    }
    rows = tuple(_row(part, coupling.ties, part.name in cycles) for part in coupling.parts)
    candidates = sorted(
        (_candidate(group, parts, coupling) for group in groups if _is_part(group, parts, groups)),
        key=lambda c: (not c.is_ready, -c.cohesion, c.name),
    )
    lines = sum(part.lines for part in coupling.parts)
    verdict, why = _verdict(lines, modularity, groups, candidates, cycles, parts)
    propagation = sum(len(below) for below in reach.values()) / max(len(parts) ** 2, 1)
    return Advice(
        verdict, why, round(modularity, 3), round(propagation, 3), rows, tuple(candidates), _instead(coupling, cycles, parts),
        _would_change(verdict, lines, modularity, candidates),
    )  # fmt: skip


def tie_weights(coupling: Coupling) -> dict[frozenset[str], float]:
    """Return the weight between each two modules that are tied."""
    weights: dict[frozenset[str], float] = defaultdict(float)
    for tie in coupling.ties:
        if tie.source != tie.target:
            weights[frozenset((tie.source, tie.target))] += (
                tie.imports + tie.calls + COMMIT_WEIGHT * tie.commits
            )
    users: dict[str, dict[str, bool]] = defaultdict(dict)
    for part in coupling.parts:
        for table, _ in part.reads:
            users[table].setdefault(part.name, False)
        for table, _ in part.writes:
            users[table][part.name] = True
    for by in users.values():
        names = sorted(by)
        for number, one in enumerate(names):
            for other in names[number + 1 :]:
                weights[frozenset((one, other))] += (
                    TABLE_WEIGHT if by[one] and by[other] else READ_WEIGHT
                )
    return {pair: weight for pair, weight in weights.items() if weight > 0}


def communities(
    names: Sequence[str], weights: Mapping[frozenset[str], float]
) -> list[tuple[str, ...]]:
    """Return modules in groups that are tied more to each other than to the rest, largest first."""
    total = sum(weights.values())
    groups: dict[str, tuple[str, ...]] = {name: (name,) for name in sorted(names)}
    if not total:
        return sorted(groups.values())
    between: dict[str, dict[str, float]] = {name: {} for name in groups}
    degree: Counter[str] = Counter()
    for pair, weight in weights.items():
        one, other = sorted(pair)
        between[one][other] = between[other][one] = weight / (2 * total)
        degree[one] += weight / (2 * total)  # type: ignore[assignment]
        degree[other] += weight / (2 * total)  # type: ignore[assignment]
    while True:
        gains = [
            (2 * (w - degree[a] * degree[b]), a, b)
            for a, below in between.items()
            for b, w in below.items()
            if a < b
        ]
        best = max(gains, key=lambda gain: (gain[0], gain[1], gain[2]), default=(0.0, "", ""))
        if best[0] <= 1e-12:
            break
        _, a, b = best
        groups[a] = tuple(sorted((*groups[a], *groups.pop(b))))
        for other, weight in between.pop(b).items():
            between[other].pop(b, None)
            if other != a:
                between[a][other] = between[other][a] = between[a].get(other, 0.0) + weight
        degree[a] += degree.pop(b)
    return sorted(groups.values(), key=lambda group: (-len(group), group))


def modularity_of(
    groups: Sequence[Sequence[str]], weights: Mapping[frozenset[str], float]
) -> float:
    """Return Newman's modularity Q of a division, -0.5 to 1."""
    total = sum(weights.values())
    if not total:
        return 0.0
    of = {name: number for number, group in enumerate(groups) for name in group}
    inside: Counter[int] = Counter()
    degree: Counter[int] = Counter()
    for pair, weight in weights.items():
        one, other = sorted(pair)
        degree[of[one]] += weight  # type: ignore[assignment]
        degree[of[other]] += weight  # type: ignore[assignment]
        if of[one] == of[other]:
            inside[of[one]] += weight  # type: ignore[assignment]
    return sum(inside[n] / total - (degree[n] / (2 * total)) ** 2 for n in range(len(groups)))


def outer_of(names: Iterable[str]) -> set[str]:
    """Return the folders that hold other modules: there the parts are put together, which ties nobody to anybody."""
    known = list(names)
    return {
        name
        for name in known
        if name == "." or any(other.startswith(f"{name}/") for other in known)
    }


def _reach(coupling: Coupling, outer: set[str]) -> dict[str, set[str]]:
    below: dict[str, set[str]] = {part.name: set() for part in coupling.parts}
    for tie in coupling.ties:
        if (
            tie.imports
            and tie.source in below
            and tie.target in below
            and not {tie.source, tie.target} & outer
        ):
            below[tie.source].add(tie.target)
    reached: dict[str, set[str]] = {}
    for name in below:
        found: set[str] = set()
        todo = [name]
        while todo:
            for target in below[todo.pop()]:
                if target not in found:
                    found.add(target)
                    todo.append(target)
        reached[name] = found
    return reached


def _row(part: Part, ties: Sequence[Tie], in_cycle: bool) -> ModuleRow:  # noqa: FBT001  (a value beside others)
    uses = sum(t.imports for t in ties if t.source == part.name)
    used = sum(t.imports for t in ties if t.target == part.name)
    instability = uses / (uses + used) if uses + used else None
    distance = abs(part.abstract + instability - 1) if instability is not None else None
    return ModuleRow(
        part.name, part.lines, used, uses, instability, part.abstract, distance, in_cycle
    )


def _is_part(
    group: Sequence[str], parts: Mapping[str, Part], groups: Sequence[Sequence[str]]
) -> bool:
    return (
        len(groups) > 1
        and sum(parts[name].lines for name in group) >= PART_LINES_MIN
        and not all(parts[name].is_technical for name in group)
    )


def _candidate(group: Sequence[str], parts: Mapping[str, Part], coupling: Coupling) -> Candidate:
    inside = set(group)
    ties = [
        t
        for t in coupling.ties
        if t.source != t.target and (t.source in inside or t.target in inside)
    ]
    own = sum(t.imports + t.calls for t in ties if t.source in inside and t.target in inside)
    out = [
        t for t in ties if (t.source in inside) != (t.target in inside) and (t.imports or t.calls)
    ]
    crossing = sum(t.imports + t.calls for t in out)
    cohesion = own / (own + crossing) if own + crossing else 1.0
    shared, owned = _tables(inside, parts)
    lines = sum(parts[name].lines for name in group)
    endpoints = sum(parts[name].endpoints for name in group)
    name = max(
        group, key=lambda n: (not parts[n].is_technical, parts[n].endpoints, parts[n].lines, n)
    )
    written = [table for table, _ in shared if any(table in dict(parts[n].writes) for n in inside)]
    is_ready = crossing <= CROSSING_MAX * max(own + crossing, 1) and len(shared) <= SHARED_MAX
    reasons = [f"{cohesion:.0%} of its imports and calls stay inside ({own} of {own + crossing})"]
    if owned:
        reasons.append(f"it alone touches {len(owned)} tables: {', '.join(owned[:4])}")
    if endpoints:
        reasons.append(f"{endpoints} endpoints are its own")
    against = []
    if crossing:
        against.append(
            f"{crossing} imports and calls would become network calls, each with latency, a time-out and a way to fail half"
        )
    if shared:
        against.append(
            f"{len(shared)} tables are used from both sides ({len(written)} written): {', '.join(t for t, _ in shared[:4])}"
        )
    out.sort(key=lambda t: (-(t.imports + t.calls), t.source, t.target))
    crosses = tuple(
        Crossing(t.source, t.target, t.imports, t.calls, t.example) for t in out[:EXAMPLES_MAX]
    )
    return Candidate(
        name, tuple(group), lines, endpoints, round(cohesion, 3), crosses, tuple(shared), tuple(owned),
        tuple(reasons), tuple(against), _steps(name, out, shared, inside), is_ready,
    )  # fmt: skip


def _tables(
    inside: set[str], parts: Mapping[str, Part]
) -> tuple[list[tuple[str, tuple[str, ...]]], list[str]]:
    users: dict[str, set[str]] = defaultdict(set)
    for part in parts.values():
        for table, _ in (*part.writes, *part.reads):
            users[table].add(part.name)
    shared = [
        (table, tuple(sorted(by - inside)))
        for table, by in sorted(users.items())
        if by & inside and by - inside
    ]
    owned = [table for table, by in sorted(users.items()) if by <= inside]
    return shared, owned


def _steps(
    name: str, out: Sequence[Tie], shared: Sequence[tuple[str, tuple[str, ...]]], inside: set[str]
) -> tuple[str, ...]:
    short = name.rpartition("/")[2]
    into = [t for t in out if t.target in inside]
    back = [t for t in out if t.source in inside]
    steps = []
    if into and back:
        steps.append(
            f"break the way back: {len(back)} ties lead out of {short}, the thickest {back[0].source} ->"
            f" {back[0].target} ({back[0].example or 'see map'}); use an event or an interface that {short} declares"
        )
    steps.append(
        f"write down what the rest asks of {short} ({sum(t.imports + t.calls for t in into)} places) as one"
        " interface inside the monolith, and check it as a boundary in backwright.toml"
    )
    if shared:
        steps.append(
            f"give {', '.join(t for t, _ in shared[:3])} one owner: the others ask it, or get a copy by events"
        )
    steps.append("write the contract and tests of it while both sides still run in one process")
    steps.append(
        f"move {short} behind the contract (strangler): route a share of the calls over, compare answers, then"
        " the rest; keep the way back open until it has held for a while"
    )
    return tuple(steps)


def _verdict(
    lines: int,
    modularity: float,
    groups: Sequence[Sequence[str]],
    candidates: Sequence[Candidate],
    cycles: set[str],
    parts: Mapping[str, Part],
) -> tuple[Verdict, tuple[str, ...]]:
    ready = [c for c in candidates if c.is_ready]
    why: list[str] = []
    if len(parts) < 3:
        return "don't", (f"there are only {len(parts)} modules: nothing to cut between",)
    if lines < LINES_MIN:
        why.append(
            f"{lines:,} lines are few: one team can know them all (we take {LINES_MIN:,} as the least)"
        )
    if modularity < MODULARITY_MIN:
        why.append(
            f"the modules form no clear parts: modularity {modularity:.2f}, where {MODULARITY_MIN} is the least that counts as structure"
        )
    if len(cycles) > len(parts) / 2:
        why.append(f"{len(cycles)} of {len(parts)} modules reach each other in cycles")
    if not ready:
        why.append(
            "no part keeps most of its ties inside and its tables to itself"
            if candidates
            else "no part is large enough and about one business matter"
        )
    if why:
        return ("don't" if len(why) > 1 or lines < LINES_MIN else "not yet"), tuple(why)
    names = ", ".join(c.name.rpartition("/")[2] for c in ready[:3])
    told = (
        f"{names} {'keeps' if len(ready) == 1 else 'keep'} most ties inside (modularity {modularity:.2f},"
        f" {len(groups)} communities); whether it pays depends on what the code cannot say: teams, load,"
        " release rhythm"
    )
    return "possible", (told,)


def _instead(coupling: Coupling, cycles: set[str], parts: Mapping[str, Part]) -> tuple[str, ...]:
    found = []
    if cycles:
        both = {
            frozenset((t.source, t.target))
            for t in coupling.ties
            if t.imports
            and any(
                o.source == t.target and o.target == t.source and o.imports for o in coupling.ties
            )
        }
        outer = outer_of(parts)
        thin = min(
            (
                t
                for t in coupling.ties
                if not {t.source, t.target} & outer
                and frozenset((t.source, t.target)) in both
                and t.imports
            ),
            key=lambda t: (t.imports, t.source, t.target),
            default=None,
        )
        if thin is not None:
            found.append(
                f"break the cycles inside the monolith first; the thinnest link is {thin.source} -> {thin.target} ({thin.imports} imports, {thin.example})"
            )
    writers: dict[str, list[str]] = defaultdict(list)
    for part in parts.values():
        for table, _ in part.writes:
            writers[table].append(part.name)
    shared = sorted(
        ((len(by), table, by) for table, by in writers.items() if len(by) > 1), reverse=True
    )
    if shared:
        _, table, by = shared[0]
        found.append(
            f"give each table one module that writes it: {len(shared)} are written from several, {table} from {', '.join(by[:4])}"
        )
    found.append(
        "draw boundaries in backwright.toml ([[review.boundaries]]) and let the review hold them: most of what a split gives comes from that"
    )
    return tuple(found)


def _would_change(
    verdict: Verdict, lines: int, modularity: float, candidates: Sequence[Candidate]
) -> tuple[str, ...]:
    if verdict == "possible":
        return ("nothing that must scale, deploy or fail on its own: then leave it where it is",)
    best = max(candidates, key=lambda c: (c.cohesion, c.lines), default=None)
    found = [
        "a part that needs other hardware, another release rhythm or another team than the rest"
    ]
    if best is not None:
        found.append(
            f"{best.name.rpartition('/')[2]} at {1 - CROSSING_MAX:.0%} of ties inside (now {best.cohesion:.0%})"
            f" and at most {SHARED_MAX} shared tables (now {len(best.shared)})"
        )
    return tuple(found)
