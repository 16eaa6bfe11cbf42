"""The smallest fleet that holds: a search over whole numbers whose answer is proved where it can be."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from heapq import heappop, heappush

from backwright.design.layers.layered import layers_of
from backwright.design.programs import Plan, plan_of
from backwright.design.trials.judging import Judgement, all_judgements, judged, without_one
from backwright.design.trials.knobs import UNPRICED, Knob, turned, value_of, weight_of
from backwright.design.trials.simulating import Sample, replicate, run_length
from backwright.model.design import Design, Quantity

VALUE_MAX = 100_000  # of one knob: a fleet beyond it is not sized by one number
PLENTY = 8  # times what is needed: waiting for it is then negligible
GROWTHS = 18  # of 1.5 times each: up to 1,800 times the least that is stable
SEEN_MAX = 50_000  # combinations; a search that needs more says that its answer is not proved
TRIALS_MAX = 160  # simulated fleets; a search that needs more says that its answer is not proved
ARRIVALS = 6000  # per run while searching; the answer itself is simulated at full length
RUNS = 8
BISECTIONS = 30  # of a doubling: nine digits


def ceiling(design: Design, low: float, most: float) -> tuple[str, float] | None:
    """Return (what is full first, arrivals per second at which it is) when arrivals grow from `low`.

    None if nothing is full at `most`; (name, low) if something is full already.
    """
    high = low
    while layers_of(design, high).is_stable:
        low, high = high, high * 2
        if low >= most:
            return None
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if layers_of(design, middle).is_stable:
            low = middle
        else:
            high = middle
    unstable = layers_of(design, high).unstable
    return (unstable[0].resource.name if unstable else "", low)


@dataclass(frozen=True)
class Sizing:
    """What a search found.

    Attributes:
        design: With the knobs as found; None if nothing within reach holds.
        values: Of the knobs, in their order.
        is_proved: Every cheaper fleet was ruled out, provided that more never hurts.
        trials: Fleets that were simulated; ruled_out: by law alone.
        why: Why there is no answer.
    """

    design: Design | None
    knobs: tuple[Knob, ...]
    values: tuple[int, ...]
    trials: int
    ruled_out: int
    is_proved: bool = False
    why: str = ""


def at_rate(design: Design, rate: float) -> Design:
    """Return the design with so many arrivals per second and no failures on the clock."""
    asked = Quantity(rate, rate, rate, "chosen", at="workload.rate")
    return replace(design, workload=replace(design.workload, rate=asked, users=0), failures=())


def size(
    design: Design,
    knobs: tuple[Knob, ...],
    seed: int,
    *,
    executor: Executor | None = None,
    at_once: int = 2,
    on_trial: Callable[[int], bool] = lambda _: True,
) -> Sizing:
    """Return the fleet of least weight that meets the objectives of the design at its rate.

    A fleet holds if the upper end of every interval is within its limit, also without what must be
    survived. Assumes that more of anything never hurts, so a fleet inside one that failed fails.
    """

    def simulated(plan: Plan, length: float, is_open: Callable[[Sample], bool]) -> Sample:
        return replicate(
            plan,
            seed,
            executor=executor,
            runs=RUNS,
            length=length,
            tight=None,
            at_once=at_once,
            on_progress=is_open,
        )

    return _Search(design, knobs, seed, simulated, on_trial).run()


class _Search:
    def __init__(
        self,
        design: Design,
        knobs: tuple[Knob, ...],
        seed: int,
        simulated: Callable[[Plan, float, Callable[[Sample], bool]], Sample],
        on_trial: Callable[[int], bool],
    ) -> None:
        self.design, self.knobs, self.seed = design, knobs, seed
        self.simulated, self.on_trial = simulated, on_trial
        self.trials = self.ruled_out = 0
        self.known: dict[tuple[int, ...], bool] = {}
        self.failed: list[tuple[int, ...]] = []
        self.rate = design.workload.rate.value if design.workload.rate else 0.0

    def run(self) -> Sizing:
        low = self.least()
        if low is None:
            return self.none("something that cannot be turned is overloaded at this rate")
        best = self.enough(low)
        if best is None:
            return self.none("not even the largest fleet that was tried holds: the time is not spent in waiting for it")  # fmt: skip
        best = self.lowered(best, low, self.heaviest(best))
        best, is_proved = self.cheapest(best, low)
        return Sizing(self.at(best), self.knobs, best, self.trials, self.ruled_out, is_proved)

    def heaviest(self, best: tuple[int, ...]) -> list[int]:
        """Return the knobs, those first of which one more weighs most."""
        more = {i: self.weight(_put(best, i, best[i] + 1)) for i in range(len(self.knobs))}
        return sorted(more, key=lambda i: -more[i])

    def none(self, why: str) -> Sizing:
        return Sizing(None, self.knobs, (), self.trials, self.ruled_out, why=why)

    def at(self, values: tuple[int, ...]) -> Design:
        made = self.design
        for knob, value in zip(self.knobs, values, strict=True):
            made = turned(made, knob, value)
        return made

    def stable(self, values: tuple[int, ...]) -> bool:
        return layers_of(self.at(values), self.rate).is_stable

    def least(self) -> tuple[int, ...] | None:
        """Return, for each knob, the least value that is stable when everything else is plenty."""
        plenty = [VALUE_MAX] * len(self.knobs)
        if not self.stable(tuple(plenty)):
            return None
        made = []
        for number in range(len(self.knobs)):
            low, high = 1, VALUE_MAX
            while low < high:
                middle = (low + high) // 2
                tried = (*plenty[:number], middle, *plenty[number + 1 :])
                low, high = (low, middle) if self.stable(tried) else (middle + 1, high)
            made.append(low)
        return tuple(made)

    def enough(self, low: tuple[int, ...]) -> tuple[int, ...] | None:
        """Return a fleet that holds: as it is, or everything grown alike until it does."""
        now = tuple(value_of(self.design, knob) for knob in self.knobs)
        start = tuple(max(a, b) for a, b in zip(low, now, strict=True))
        if self.holds(start):
            return start
        if self.judge(self.at(self.plenty(low, start))) == "misses":
            return None
        factor = 1.25
        for _ in range(GROWTHS):
            tried = tuple(max(v, int(-(-v * factor // 1))) for v in low)
            if self.holds(tried):
                return tried
            factor *= 1.5
        return None

    def plenty(self, low: tuple[int, ...], best: tuple[int, ...]) -> tuple[int, ...]:
        """Return so much of everything that more would change nothing."""
        return tuple(
            max(PLENTY * a, PLENTY * b, a + PLENTY) for a, b in zip(low, best, strict=True)
        )

    def lowered(self, best: tuple[int, ...], low: tuple[int, ...], which: Iterable[int]) -> tuple[int, ...]:  # fmt: skip
        """Return the fleet with these knobs as low as they go, one after the other."""
        for number in which:
            bottom, top = low[number], best[number]
            while bottom < top:
                middle = (bottom + top) // 2
                if self.holds(_put(best, number, middle)):
                    top = middle
                else:
                    bottom = middle + 1
            best = _put(best, number, top)
        return best

    def cheapest(self, best: tuple[int, ...], low: tuple[int, ...]) -> tuple[tuple[int, ...], bool]:
        """Return the lightest fleet, and whether every lighter one was ruled out.

        Machines first: a number of machines with plenty of everything inside them that fails rules out
        all fleets with these machines. The first that holds has its inside lowered and gone through.
        """
        machines = [i for i, knob in enumerate(self.knobs) if knob.field in UNPRICED]
        inside = [i for i in range(len(self.knobs)) if i not in machines]
        top = self.plenty(low, best)
        is_proved = True
        for tried in self.combinations(low, best, machines):
            if self.weight(_filled(tried, low, inside)) > self.weight(best):
                break
            if self.trials >= TRIALS_MAX:
                return best, False
            if self.holds(_filled(tried, top, inside)):
                found = self.lowered(_filled(tried, top, inside), low, inside)
                found, is_sure = self.inner(found, low, inside)
                is_proved = is_proved and is_sure
                best = min(best, found, key=self.weight)
        return best, is_proved

    def inner(self, best: tuple[int, ...], low: tuple[int, ...], inside: list[int]) -> tuple[tuple[int, ...], bool]:  # fmt: skip
        """Go through every lighter inside of the same machines."""
        limit = self.weight(best) - 1e-9
        for values in self.combinations(low, best, inside):
            made = _filled(best, values, inside)
            if self.weight(made) > limit:
                break
            if self.trials >= TRIALS_MAX:
                return best, False
            if self.holds(made):
                return made, True
        return best, True

    def combinations(self, low: tuple[int, ...], best: tuple[int, ...], which: list[int]) -> Iterator[tuple[int, ...]]:  # fmt: skip
        """Yield values with these knobs from their least on, lightest first, up to the weight of the best."""
        start = _filled(best, low, which)
        limit = self.weight(best)
        heap, seen = [(self.weight(start), start)], {start}
        while heap:
            weight, values = heappop(heap)
            if weight > limit + 1e-9 or len(seen) > SEEN_MAX:
                return
            yield values
            for number in which:
                more = _put(values, number, values[number] + 1)
                if more not in seen:
                    seen.add(more)
                    heappush(heap, (self.weight(more), more))

    def weight(self, values: tuple[int, ...]) -> float:
        return weight_of(self.at(values), self.knobs)

    def holds(self, values: tuple[int, ...]) -> bool:
        if values not in self.known:
            self.known[values] = self.is_enough(values)
            if not self.known[values]:
                self.failed.append(values)
        return self.known[values]

    def is_enough(self, values: tuple[int, ...]) -> bool:
        if any(all(a <= b for a, b in zip(values, each, strict=True)) for each in self.failed):
            self.ruled_out += 1
            return False
        design = self.at(values)
        variants = (design, *(lost for _, lost in without_one(design)))
        if not all(layers_of(each, self.rate).is_stable for each in variants):
            self.ruled_out += 1
            return False
        self.trials += 1
        if not self.on_trial(self.trials):
            raise KeyboardInterrupt
        return all(self.judge(each) == "meets" for each in variants)

    def judge(self, design: Design) -> Judgement:
        """Simulate until the objectives are decided; what stays undecided does not count as met."""
        plan = plan_of(design)
        made: list[Judgement] = ["not decided"]

        def is_open(sample: Sample) -> bool:
            made[0] = all_judgements(judged(design.slo, sample))
            return made[0] == "not decided"

        self.simulated(plan, run_length(plan, ARRIVALS), is_open)
        return made[0]


def _filled(values: tuple[int, ...], other: tuple[int, ...], which: list[int]) -> tuple[int, ...]:
    """Return values with these places taken from the other."""
    return tuple(other[i] if i in which else value for i, value in enumerate(values))


def _put(values: tuple[int, ...], number: int, value: int) -> tuple[int, ...]:
    return (*values[:number], value, *values[number + 1 :])
