"""Percentiles of the latency of a design at one set of values: layers first, then densities."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, isfinite, log, sqrt

from backwright.design.layers.chances import success_of
from backwright.design.layers.density import Density, DensityArithmetic
from backwright.design.layers.flows import Values, entry_shares
from backwright.design.layers.layered import Layers, layers_of
from backwright.design.layers.moments import MomentArithmetic, Moments
from backwright.design.layers.timing import Walk
from backwright.model.design import Design, Law

STEPS = 256  # of a grid: percentiles to about .2 %, as tested
FINE = 24  # steps below which a percentile is read from a finer grid
SPREADS = 7.0  # standard deviations above the mean that the first grid reaches
WIDENINGS = 8  # of a grid by half, for laws with long tails
RATIO = 1.25  # between the sizes of grids, so that laws are cut up once for several
HOURS = 24  # parts of a day's sine
ROUNDS = 40  # to find the rate of users who think
NEAR = 1e-4  # of that rate


@dataclass(frozen=True)
class Latency:
    """Seconds.

    Attributes:
        mean: Over all requests; percentiles: in the order asked for.
        by_entry: Percentiles of each kind of request.
        layers: At the mean rate.
    """

    mean: float
    percentiles: tuple[float, ...]
    by_entry: tuple[tuple[float, ...], ...]
    layers: Layers


@dataclass(frozen=True)
class Phase:
    """Part of the arrivals, that come at one rate.

    Attributes:
        rate: Per second; share: of all arrivals.
    """

    rate: float
    share: float


def phases_of(design: Design, rate: float) -> tuple[Phase, ...]:
    """Return the rates that arrivals come at: a steady one, a burst and a pause, or the hours of a day."""
    load = design.workload
    if load.arrivals == "mmpp" and load.burst > 1:
        on = load.burst_on / (load.burst_on + load.burst_off)
        burst = min(1.0, load.burst * on)
        quiet = rate * (1 - burst) / (1 - on)
        return Phase(rate * load.burst, burst), Phase(quiet, 1 - burst)
    if load.arrivals == "diurnal" and load.peak > 1:
        from math import pi, sin

        rates = [
            rate * max(0.0, 1 + (load.peak - 1) * sin(2 * pi * (n + 0.5) / HOURS))
            for n in range(HOURS)
        ]
        total = sum(rates)
        return tuple(Phase(each, each / total) for each in rates)
    return (Phase(rate, 1.0),)


class Solver:
    """Computes latencies of one design; keeps what several values share."""

    def __init__(self, design: Design) -> None:
        self.design = design
        self._grids: dict[float, dict[tuple[Law, float], Density]] = {}

    def rate(self, values: Values) -> float:
        """Return requests per second: as given, or as many as users who think make."""
        load = self.design.workload
        if load.rate is not None:
            return values(load.rate)
        think = values.law(load.think) if load.think else 0.0
        low, high = 0.0, load.users / max(1e-12, think + self._mean(0.0, values))
        guess = high
        for _ in range(ROUNDS):
            mean = self._mean(guess, values)
            asked = load.users / (think + mean) if isfinite(mean) else 0.0
            low, high = (guess, high) if asked > guess else (low, guess)
            if high - low < NEAR * high:
                break
            guess = (low + high) / 2
        return low

    def _mean(self, rate: float, values: Values) -> float:
        layers = layers_of(self.design, rate, values)
        if not layers.is_stable:
            return float("inf")
        shares = entry_shares(self.design, values)
        return sum(share * one.mean for share, one in zip(shares, layers.entries, strict=True))

    def latency(self, values: Values, wanted: Sequence[float], rate: float | None = None) -> Latency | None:  # fmt: skip
        """Return mean and percentiles; None if something is unstable.

        Args:
            wanted: Shares of requests, 0..1, rising.
            rate: Requests per second, if not those of the workload.
        """
        mean_rate = self.rate(values) if rate is None else rate
        parts: list[tuple[float, Layers]] = []
        for phase in phases_of(self.design, mean_rate):
            layers = layers_of(self.design, phase.rate, values)
            if not layers.is_stable:
                return None
            parts.append((phase.share, layers))
        layers = parts[0][1] if len(parts) == 1 else layers_of(self.design, mean_rate, values)
        shares = entry_shares(self.design, values)
        count = len(shares)
        mixes = [
            [_Part(p * share, number, each) for p, each in parts for number, share in chosen]
            for chosen in (list(enumerate(shares)), *([(n, 1.0)] for n in range(count)))
        ]
        found = [
            self._percentiles(mix, wanted, values) for mix in mixes[: 1 if count == 1 else None]
        ]
        mean = _mixed(mixes[0]).mean
        return Latency(mean, found[0], tuple(found[1:]), layers)

    def _percentiles(self, mix: "list[_Part]", wanted: Sequence[float], values: Values) -> tuple[float, ...]:  # fmt: skip
        moments = _mixed(mix)
        good = sum(
            part.share * success_of(self.design, part.layers, values, part.number) for part in mix
        )
        top = _rounded(moments.mean + SPREADS * sqrt(moments.variance))
        found: dict[float, float] = {}
        for _ in range(WIDENINGS):
            read = self._read(mix, [good * each for each in wanted], values, top)
            found.update({w: v for w, v in zip(wanted, read, strict=True) if v is not None})
            if read[-1] is not None:
                break
            top *= RATIO**2
        largest = max(found.values(), default=moments.mean)
        low = [w for w in wanted if w in found and found[w] < FINE * top / STEPS]
        while low and top > 1e-6 * largest:
            top = max(_rounded(3 * found[low[-1]]), top / 64)
            read = self._read(mix, [good * each for each in low], values, top)
            found.update({w: v for w, v in zip(low, read, strict=True) if v is not None})
            low = [w for w in low[:-1] if found[w] < FINE * top / STEPS]
        return tuple(found.get(w, largest) for w in wanted)

    def _read(self, mix: "list[_Part]", wanted: Sequence[float], values: Values, top: float) -> list[float | None]:  # fmt: skip
        step = top / STEPS
        mixed: list[tuple[float, Density]] = []
        kept = self._grids.setdefault(step, {})
        walks: dict[int, Walk[Density]] = {}
        for part in mix:
            key = id(part.layers)
            if key not in walks:
                arithmetic = DensityArithmetic(step, STEPS, part.layers.waits, kept)
                walks[key] = Walk(self.design, part.layers.flows, values, arithmetic)
            mixed.append((part.share, walks[key].entry(part.number)))
        ends = DensityArithmetic(step, STEPS, {}, {})
        return ends.percentiles(ends.either(mixed), wanted)


@dataclass(frozen=True)
class _Part:
    """A kind of request at one rate of arrivals, and which share of all it is."""

    share: float
    number: int
    layers: Layers


def _mixed(mix: list[_Part]) -> Moments:
    return MomentArithmetic({}).either(
        [(part.share, part.layers.entries[part.number]) for part in mix]
    )


def _rounded(top: float) -> float:
    """Return the next size of grid, of which there are few."""
    return exp(ceil(log(top) / log(RATIO)) * log(RATIO)) if top > 0 else 1e-9
