"""A design solved analytically: percentiles with what the assumptions leave open, and what decides them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf, isfinite
from typing import Literal

from backwright.design.layers.accounts import accounts_of
from backwright.design.layers.attempts import Attempt, attempts_of
from backwright.design.layers.chances import failed_share
from backwright.design.layers.flows import Values
from backwright.design.layers.latency import Latency, Solver, phases_of
from backwright.design.layers.laws import (
    LITTLE_ROOM,
    Ceiling,
    Storm,
    break_of,
    ceilings_of,
    storms_of,
)
from backwright.design.layers.layered import Layers, layers_of
from backwright.design.layers.product_form import exact_mean
from backwright.design.layers.provenance import Numbers, name_of, numbers_of, uncertain
from backwright.design.layers.remedies import remedies_of, said_why, why_full
from backwright.design.layers.stability import rate_of, why_not_stable
from backwright.design.wording import digits, percent, seconds
from backwright.model.design import Design, Quantity

SHOWN = (0.5, 0.9, 0.95, 0.99, 0.999)  # shares of requests
EXPLORED = 12  # assumed numbers that are varied; the others are named as left at their value
AGREE = 0.1  # of a mean: two ways to compute it that differ by more do not agree
ROUNDS, NEAR = 40, 2e-4  # to find the value that decides; it is shown with three digits
Decision = Literal["meets", "misses", "undecided"]


@dataclass(frozen=True)
class Percentile:
    """A percentile of the latency, s.

    Attributes:
        percentile: Such as 99.0.
        low, high: What it can be over the ranges that were assumed; infinite where it is unstable.
        limit: That it must not exceed; None if nothing is asked.
        noise: Half-width of its 95 % interval in a simulation; None: computed, not simulated.
    """

    percentile: float
    value: float
    low: float
    high: float
    limit: float | None = None
    noise: float | None = None


@dataclass(frozen=True)
class Swing:
    """What one assumed number does to the percentile that is asked for, the others at their value.

    Attributes:
        low, value, high: Of the number, in its own unit.
        at_low, at_high: The percentile then, s; infinite where it is unstable.
    """

    name: str
    at: str
    low: float
    value: float
    high: float
    at_low: float
    at_high: float

    @property
    def width(self) -> float:
        """How much it moves the percentile, s."""
        return abs(self.at_high - self.at_low) if isfinite(self.at_high + self.at_low) else inf


@dataclass(frozen=True)
class Judgement:
    """Whether a target is met.

    Attributes:
        limit: s, of a percentile; a share, of errors (percentile 0).
        value, low, high: Estimate and range, as the limit.
        by, threshold: If it is not decided: the assumed number that decides, and the value at which it
            turns; side: on which side of that the target is met.
    """

    percentile: float
    limit: float
    value: float
    low: float
    high: float
    decision: Decision
    by: str = ""
    at: str = ""
    threshold: float = 0.0
    side: Literal["under", "over", ""] = ""


@dataclass(frozen=True)
class Use:
    """A part in use.

    Attributes:
        used: Share held on average, waits below included; ceiling: requests per second at which it is full.
        held_s: On average; account: (who, s), who takes how much of it.
    """

    label: str
    kind: str
    used: float
    ceiling: float
    held_s: float
    account: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Solved:
    """What a design does at a rate.

    Attributes:
        latency: Empty if it is unstable, or where no closed form holds (`not_given` says why).
        mean: s; is_mean_exact: the design is of product form, so that its mean is no approximation.
        by_entry: (kind of request, values of the percentiles), if there are several kinds.
        breaks_low, breaks_at, breaks_high: Requests per second; infinite if nothing is limited.
        failed: Share of requests that fail.
        swings: The widest first.
        left: Assumed numbers that were not varied.
        not_given: Why there is no latency though nothing is full by itself.
        beware: What can happen that percentiles of a steady state do not show.
    """

    rate: float
    latency: tuple[Percentile, ...]
    mean: float
    by_entry: tuple[tuple[str, tuple[float, ...]], ...]
    judgements: tuple[Judgement, ...]
    decision: Decision | Literal["unstable", "none", "not given"]
    bottleneck: str
    offered: float
    breaks_low: float
    breaks_at: float
    breaks_high: float
    failed: float
    uses: tuple[Use, ...]
    why: str
    do: tuple[Attempt, ...]
    swings: tuple[Swing, ...]
    left: tuple[str, ...]
    numbers: Numbers
    not_given: str = ""
    beware: tuple[str, ...] = ()
    is_mean_exact: bool = False


def solve(design: Design) -> Solved:
    """Return percentiles, ranges, decisions and what would help, at the rate of the workload."""
    return _Solving(design).solved()


class _Solving:
    def __init__(self, design: Design) -> None:
        self.design = design
        self.solver = Solver(design)
        self.base = Values()
        self.rate = self.solver.rate(self.base)
        targets = [share for percentile, _ in design.slo.latency if (share := percentile / 100) not in SHOWN]  # fmt: skip
        self.wanted = tuple(sorted({*SHOWN, *targets}))
        asked = [percentile / 100 for percentile, _ in design.slo.latency]
        self.target = max(asked, default=0.99)
        runs = layers_of(design, self.rate, self.base).flows.operations
        self.quantities = sorted(uncertain(design), key=lambda q: -_weight(q, runs))

    def solved(self) -> Solved:
        layers = layers_of(self.design, self.rate, self.base)
        ceilings = ceilings_of(self.design, layers)
        first = break_of(ceilings)
        found = self.solver.latency(self.base, self.wanted, self.rate)
        if found is None or self._in_line(found.mean):
            return self._without(layers)
        swings = self._swings()
        best, worst = self._corner(swings, better=True), self._corner(swings, better=False)
        at_best, at_worst = (self.solver.latency(values, self.wanted) for values in (best, worst))
        latency = self._latency(found, at_best, at_worst)
        judgements = [self._judged(each, swings) for each in latency if each.limit is not None]
        judgements += self._errors(layers, best, worst)
        low, middle, high = (self._breaks(values) for values in (worst, self.base, best))
        names = [entry.name for entry in self.design.workload.entries]
        decision = _overall(judgements)
        accounts = accounts_of(self.design, layers.flows, self.base, layers.waits)
        uses = [_use(each, layers, accounts.get(each.name, {})) for each in ceilings]
        uses += [
            Use(node.name, "external", 0.0, inf, 0.0, ())
            for node in self.design.nodes
            if node.kind == "external" and not any(use.label.startswith(node.name) for use in uses)
        ]
        exact = exact_mean(self.design, self.base, self.rate)
        help_: tuple[Attempt, ...] = ()
        if first and (decision in ("misses", "undecided") or first.ceiling.used >= LITTLE_ROOM):
            help_ = attempts_of(
                self.design, first.ceiling, layers, worst, self.target, self._limit()
            )
        return Solved(
            self.rate, latency, found.mean if exact is None else exact, tuple(zip(names, found.by_entry, strict=False)), tuple(judgements), decision,
            first.ceiling.label if first else "", first.ceiling.used if first else 0.0, low, middle, high,
            failed_share(self.design, layers, self.base), tuple(uses),
            self._why(first.ceiling if first else None, layers), help_, tuple(swings),
            tuple(name_of(q.at) for q in self.quantities[EXPLORED:]), numbers_of(self.design),
            beware=self._beware(layers), is_mean_exact=exact is not None,
        )  # fmt: skip

    def _in_line(self, mean: float) -> float:
        """Return how long each user is away by Little's law, s, if that is far from the latency that was found.

        So many users at something that is full stand in line nearly all of the time; a rate so close below what
        it carries says nothing any more of how long the line is. 0 if the two agree.
        """
        load = self.design.workload
        if not load.users or self.rate <= 0:
            return 0.0
        think = self.base.law(load.think) if load.think else 0.0
        away = load.users / self.rate - think
        return away if abs(away - mean) > AGREE * max(away, mean) else 0.0

    def _beware(self, layers: Layers) -> tuple[str, ...]:
        told = [_told_storm(storm) for storm in storms_of(self.design, layers)[:1]]
        if self.design.failures:
            count = len(self.design.failures)
            what = "the failure" if count == 1 else f"the {count} failures"
            told.insert(
                0,
                f"{what} of the blueprint left out: percentiles of calm hours; simulate shows the others",
            )
        return tuple(told)

    def _without(self, layers: Layers) -> Solved:
        """Return the answer where no latency can be given."""
        patient = layers_of(self.design, self.rate, self.base, is_retried=False)
        ceilings = ceilings_of(self.design, patient)
        first = break_of(ceilings)
        assert first is not None  # noqa: S101  (something is unstable, so something is limited)
        accounts = accounts_of(self.design, layers.flows, self.base)
        account = accounts.get(first.ceiling.name, {})
        found = remedies_of(self.design, first.ceiling, account, self.rate)
        not_given, decision = "", "unstable"
        line = self._in_line(0.0)
        if layers.is_stable and line:
            who = f"{self.design.workload.users:,} users wait for that {seconds(line)} on average"
            not_given = f"{who} (Little's law), nearly all of it in line, and how that spreads is not computed: simulate"
            decision = "not given"
        elif layers.is_stable:
            top = max(phase.rate for phase in phases_of(self.design, self.rate))
            not_given = (
                f"arrivals reach {top:.3g}/s at times, more than it can do then, and how a line grows and"
                " empties has no closed form: simulate"
            )
            decision = "not given"
        elif first.rate > self.rate:
            not_given = why_not_stable(self.design, layers, patient, self.rate)
        ends = self._swings(only_breaks=True)
        worst, best = self._corner(ends, better=False), self._corner(ends, better=True)
        return Solved(
            self.rate, (), inf, (), (), decision, first.ceiling.label, first.ceiling.used,  # type: ignore[arg-type]
            self._breaks(worst), self._breaks(self.base), self._breaks(best), 0.0,
            tuple(_use(each, layers, accounts.get(each.name, {})) for each in ceilings), why_full(self.design, first.ceiling, account, first.rate),
            tuple(Attempt(each.does, None, None, each.breaks_at) for each in found), (), (), numbers_of(self.design), not_given,
        )  # fmt: skip

    def _target(self, values: Values) -> float:
        found = self.solver.latency(values, (self.target,))
        return found.percentiles[0] if found else inf

    def _swings(self, *, only_breaks: bool = False) -> list[Swing]:
        """Return what each assumed number does by itself; what raises the break point lowers the latency."""
        made = []
        for q in self.quantities[:EXPLORED]:
            ends = [Values({q.at: end}) for end in (q.low, q.high)]
            if only_breaks:
                at_low, at_high = (1 / self._breaks(values) for values in ends)
            else:
                at_low, at_high = (self._target(values) for values in ends)
            made.append(Swing(name_of(q.at), q.at, q.low, q.value, q.high, at_low, at_high))
        return sorted(made, key=lambda swing: -swing.width)

    def _corner(self, swings: Sequence[Swing], *, better: bool) -> Values:
        instead = {}
        for swing in swings:
            low_is_better = swing.at_low <= swing.at_high
            instead[swing.at] = swing.low if low_is_better == better else swing.high
        # What was not varied by itself is at its end, too: a time at its lower is better, a hit ratio at its upper.
        for q in self.quantities[EXPLORED:]:
            low_is_better = not q.at.endswith((".hit", ".think"))
            instead[q.at] = q.low if low_is_better == better else q.high
        return Values(instead)

    def _latency(self, found: Latency, best: Latency | None, worst: Latency | None) -> tuple[Percentile, ...]:  # fmt: skip
        limits = {percentile / 100: limit for percentile, limit in self.design.slo.latency}
        nowhere = (inf,) * len(self.wanted)
        rows = zip(
            self.wanted,
            found.percentiles,
            best.percentiles if best else nowhere,
            worst.percentiles if worst else nowhere,
            strict=True,
        )
        return tuple(
            Percentile(round(share * 100, 6), value, min(low, value), max(high, value), limits.get(share))
            for share, value, low, high in rows
        )  # fmt: skip

    def _judged(self, each: Percentile, swings: Sequence[Swing]) -> Judgement:
        assert each.limit is not None  # noqa: S101  (asked for only then)
        decision = _decided(each.low, each.high, each.limit)
        by, at, threshold, side = "", "", 0.0, ""
        if decision == "undecided":
            by, at, threshold, side = self._threshold(each, swings)
        return Judgement(each.percentile, each.limit, each.value, each.low, each.high, decision, by, at, threshold, side)  # type: ignore[arg-type]  # fmt: skip

    def _threshold(
        self, each: Percentile, swings: Sequence[Swing]
    ) -> tuple[str, str, float, Literal["under", "over", ""]]:
        """Return the number that decides by itself, and where: by false position, the others at their value."""
        limit, share = each.limit or 0.0, each.percentile / 100

        def over(at: str, value: float) -> float:
            found = self.solver.latency(Values({at: value}), (share,))
            return found.percentiles[0] - limit if found else inf

        for swing in swings:
            ends = (swing.at_low - limit, swing.at_high - limit)
            if share != self.target:
                ends = (over(swing.at, swing.low), over(swing.at, swing.high))
            if (ends[0] <= 0) == (ends[1] <= 0):
                continue
            value = _root(partial(over, swing.at), (swing.low, swing.high), ends)
            return swing.name, swing.at, value, "under" if ends[0] <= 0 else "over"
        return "", "", 0.0, ""

    def _errors(self, layers: Layers, best: Values, worst: Values) -> list[Judgement]:
        limit = self.design.slo.errors
        if limit is None:
            return []
        value = failed_share(self.design, layers, self.base)
        ends = []
        for values in (best, worst):
            there = layers_of(self.design, self.solver.rate(values), values)
            ends.append(failed_share(self.design, there, values) if there.is_stable else 1.0)
        low, high = min(*ends, value), max(*ends, value)
        return [Judgement(0.0, limit, value, low, high, _decided(low, high, limit))]

    def _breaks(self, values: Values) -> float:
        """Return the requests per second from which something is full, as many tries counted as there are now."""
        rate = rate_of(self.design, values)
        layers = layers_of(self.design, rate, values)
        if layers.is_stable:
            first = break_of(ceilings_of(self.design, layers))
            return first.rate if first else inf
        patient = layers_of(self.design, rate, values, is_retried=False)
        first = break_of(ceilings_of(self.design, patient))
        return min(rate, first.rate) if first else rate

    def _limit(self) -> float | None:
        limits = {percentile / 100: limit for percentile, limit in self.design.slo.latency}
        return limits.get(self.target)

    def _why(self, first: Ceiling | None, layers: Layers) -> str:
        if first is None:
            return ""
        use = next(u for u in layers.uses if u.resource.name == first.name)
        account = accounts_of(self.design, layers.flows, self.base, layers.waits).get(first.name, {})  # fmt: skip
        return said_why(self.design, first, use.held.mean, account)


def _weight(quantity: Quantity, runs: Mapping[tuple[str, str], float]) -> float:
    """Return how much time a second an operation's number is asked for; infinite for what is no operation's."""
    section, _, rest = quantity.at.partition(".")
    if section not in ("services", "stores", "externals"):
        return inf
    node, operation = [*rest.split("."), "", ""][:3:2]
    return quantity.value * runs.get((node, operation), 0.0)


def _root(
    curve: Callable[[float], float], ends: tuple[float, float], at: tuple[float, float]
) -> float:
    """Return where a curve crosses 0 between two ends, by false position (Illinois), halving where it is infinite."""
    (low, high), (below, above) = ends, at
    for _ in range(ROUNDS):
        middle = (low + high) / 2
        if isfinite(below) and isfinite(above):
            middle = (low * above - high * below) / (above - below)
        value = curve(middle)
        if (value <= 0) == (below <= 0):
            low, below, above = middle, value, above / 2
        else:
            high, above, below = middle, value, below / 2
        if high - low < NEAR * high or abs(value) < NEAR * abs(at[0] if isfinite(at[0]) else at[1]):
            return middle
    return (low + high) / 2


def _told_storm(storm: Storm) -> str:
    return (
        f"{storm.resource} at {percent(storm.used)} with up to {digits(storm.tries)} tries: a burst that makes calls of"
        f" {storm.callee} time out can keep them timing out (load {storm.load:.1f}); the percentiles hold until then"
    )


def _decided(low: float, high: float, limit: float) -> Decision:
    return "meets" if high <= limit else "misses" if low > limit else "undecided"


def _overall(judgements: Sequence[Judgement]) -> Decision | Literal["none"]:
    decisions = {each.decision for each in judgements}
    worst: tuple[Decision, ...] = ("misses", "undecided", "meets")
    return next((each for each in worst if each in decisions), "none")


def _use(ceiling: Ceiling, layers: Layers, account: dict[str, float]) -> Use:
    use = next((u for u in layers.uses if u.resource.name == ceiling.name), None)
    is_settled = use is not None and layers.is_stable
    held = use.held.mean if use and is_settled else ceiling.held_s
    busy = use.busy if use and is_settled else ceiling.used
    return Use(ceiling.label, ceiling.kind, busy, ceiling.full_at, held, tuple(account.items()))
