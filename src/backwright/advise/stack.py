"""Which option to choose: constraints eliminate, dominance thins out, then chance counts how often each wins.

SMAA (Lahdelma, Hokkanen and Salminen 1998): weights are drawn evenly from all that the person's order of
criteria allows, facts evenly from their intervals; the rank-1 acceptability of an option is the share of draws
in which it comes first. The worth of an option is additive over criteria, each on a fixed scale of 0 to 1, so
that adding or taking away another option never turns the order of two around.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from backwright.advise.weights import Pair, Weights, mean_weights
from backwright.model.stack import LEARNING, Constraint, Criterion, Option, interval

SAMPLES = 4000  # the noise of an acceptability is then at most 1.6 points (95 %)
CLEAR = 0.8  # first-rank acceptability from which a winner is called clear
ANY_OF_MAX = 3  # more options than that which share the first place are "no winner"
SHARE_MIN = 0.1  # an option that comes first less often is not part of "any of"
BINS = 3  # a fact's interval is cut in three to see what knowing it would do
TELLS_MIN = 0.03  # knowing a fact that helps less is not worth a measurement: noise is near it

Verdict = Literal["clear", "any of", "no winner", "none left"]
Scale = Mapping[str, tuple[float, float]]  # criterion to the ends of what an option may be


@dataclass(frozen=True)
class Candidate:
    """An option with its intervals; `learning` is among them.

    Attributes:
        unknown: Criteria of which nothing is known: the full range stands for them.
    """

    option: Option
    ends: Scale
    unknown: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Struck:
    """An option that is out, and why."""

    option: str
    why: str
    constraints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rated:
    """An option that is left.

    Attributes:
        first: Rank-1 acceptability, 0 to 1. worth: at the middle of weights and facts, 0 to 1.
        over: Share of draws in which it is worth more than each other option.
        leans_on: The criterion that weighs most above its middle in the draws that it wins.
    """

    option: str
    first: float
    worth: float
    over: Mapping[str, float]
    leans_on: str = ""


@dataclass(frozen=True)
class Flip:
    """The smallest change of one weight, the others keeping their proportions, that brings another winner."""

    criterion: str
    weight: float
    to: float
    winner: str
    instead: str


@dataclass(frozen=True)
class Unsure:
    """A fact that is not exactly known, and what knowing it would do.

    Attributes:
        gain: Rise of the best acceptability that is expected from knowing it, 0 to 1.
    """

    option: str
    criterion: str
    gain: float
    is_unknown: bool


@dataclass(frozen=True)
class Choice:
    """The outcome.

    Attributes:
        winners: One if clear, several if any of them; empty otherwise.
        decide_by: The criterion in which the winners differ most in what they win by.
        beaten: Options that another one beats or equals everywhere, at the ends of all intervals.
        weights: Criterion to the middle of its weight; empty if there was nothing to weigh.
    """

    verdict: Verdict
    winners: tuple[str, ...]
    decide_by: str
    ranked: tuple[Rated, ...]
    eliminated: tuple[Struck, ...]
    beaten: tuple[Struck, ...]
    weights: Mapping[str, float]
    flip: Flip | None
    measure: Unsure | None
    samples: int


def failing(
    candidate: Candidate, constraints: Sequence[Constraint], criteria: Mapping[str, Criterion]
) -> tuple[Constraint, ...]:
    """Return the constraints that an option certainly breaks. What is not known breaks none."""
    return tuple(c for c in constraints if _breaks(candidate, c, criteria))


def _breaks(
    candidate: Candidate, constraint: Constraint, criteria: Mapping[str, Criterion]
) -> bool:
    name = constraint.criterion
    if constraint.words:
        if name == "language":
            held = set(candidate.option.language or (candidate.option.id,))
        elif name in candidate.option.facts:
            held = {str(value) for value in candidate.option.facts[name].value}
        else:
            return False
        return bool(held & {*constraint.words}) == constraint.excludes
    low, high = candidate.ends.get(name, criteria[name].ends if name in criteria else (0, 0))
    too_little = constraint.least is not None and high < constraint.least
    return too_little or (constraint.most is not None and low > constraint.most)


def dominates(
    a: Scale, b: Scale, criteria: Mapping[str, Criterion], alike: frozenset[str] = frozenset()
) -> bool:
    """Whether a is at least as good as b in every criterion whatever the intervals hide, and better in one."""
    better = False
    for name, criterion in criteria.items():
        if name in alike and a[name] == b[name]:
            continue
        mine, its = _worths(criterion, a[name]), _worths(criterion, b[name])
        if mine[0] < its[1]:
            return False
        better = better or mine[0] > its[1]
    return better


def _worths(criterion: Criterion, ends: tuple[float, float]) -> tuple[float, float]:
    one, other = criterion.worth(ends[0]), criterion.worth(ends[1])
    return (one, other) if one <= other else (other, one)


def choose(
    candidates: Sequence[Candidate],
    constraints: Sequence[Constraint],
    criteria: Mapping[str, Criterion],
    order: Sequence[Pair],
    chance: Random,
    samples: int = SAMPLES,
    alike: frozenset[str] = frozenset({LEARNING}),
) -> Choice:
    """Return the choice.

    Args:
        criteria: What can be preferred, by id. One in which all that are left are equal, or of which
            nothing is known of any of them, is not weighed.
        order: Pairs (more important, less important).
        alike: Criteria whose intervals hide one and the same thing, a person's pace: drawn together.
    """
    eliminated, left = [], []
    for candidate in candidates:
        broken = failing(candidate, constraints, criteria)
        if broken:
            said = tuple(c.says for c in broken)
            eliminated.append(Struck(candidate.option.id, ", ".join(said), said))
        else:
            left.append(candidate)
    telling = {n: c for n, c in criteria.items() if _tells(n, left, alike)}
    beaten, kept = [], []
    for candidate in left:
        by = [
            o
            for o in left
            if o is not candidate and dominates(o.ends, candidate.ends, criteria, alike)
        ]
        if by:
            beaten.append(Struck(candidate.option.id, min(o.option.id for o in by)))
        else:
            kept.append(candidate)
    out = (tuple(eliminated), tuple(beaten))
    if not kept:
        return Choice("none left", (), "", (), *out, {}, None, None, 0)
    if len(kept) == 1 or not telling:
        return _settled(kept, out)
    weights = Weights(tuple(telling), order)
    draws = _drawn(kept, telling, weights, chance, samples, alike)
    return _choice(kept, telling, draws, out)


def _tells(name: str, left: Sequence[Candidate], alike: frozenset[str]) -> bool:
    """Whether a criterion can tell those that are left apart."""
    ends = {each.ends[name] for each in left}
    if len(ends) > 1:
        return True
    is_range = any(low < high for low, high in ends)
    return is_range and name not in alike and not all(name in each.unknown for each in left)


def _settled(kept: Sequence[Candidate], out: tuple[tuple[Struck, ...], ...]) -> Choice:
    """One option is left, or nothing tells those that are left apart."""
    names = tuple(each.option.id for each in kept)
    rated = tuple(
        Rated(name, 1.0 if len(names) == 1 else 1 / len(names), 0.0, {}) for name in names
    )
    verdict: Verdict = "clear" if len(names) == 1 else "no winner"
    if 1 < len(names) <= ANY_OF_MAX:
        verdict = "any of"
    winners = () if verdict == "no winner" else names
    return Choice(verdict, winners, "", rated, out[0], out[1], {}, None, None, 0)


@dataclass(frozen=True)
class _Draws:
    """All draws: weights per draw, worth per draw and option, and the drawn worth of each unsure fact."""

    weights: list[list[float]]
    worths: list[list[float]]
    unsure: dict[tuple[int, int], list[float]]


def _drawn(
    kept: Sequence[Candidate],
    telling: Mapping[str, Criterion],
    weights: Weights,
    chance: Random,
    samples: int,
    alike: frozenset[str],
) -> _Draws:
    ends = [[_worths(c, each.ends[name]) for name, c in telling.items()] for each in kept]
    fixed = [[low for low, _ in row] for row in ends]
    together = [at for at, name in enumerate(telling) if name in alike]
    unsure: dict[tuple[int, int], list[float]] = {
        (number, at): []
        for number, row in enumerate(ends)
        for at, (low, high) in enumerate(row)
        if low < high and at not in together
    }
    drawn = _Draws([], [], unsure)
    for _ in range(samples):
        for (number, at), values in unsure.items():
            low, high = ends[number][at]
            fixed[number][at] = low + (high - low) * chance.random()
            values.append(fixed[number][at])
        for at in together:
            share = chance.random()
            for number, row in enumerate(ends):
                low, high = row[at]
                fixed[number][at] = low + (high - low) * share
        weight = weights.draw(chance)
        drawn.weights.append(weight)
        drawn.worths.append([sum(map(float.__mul__, weight, row)) for row in fixed])
    return drawn


def _choice(
    kept: Sequence[Candidate],
    telling: Mapping[str, Criterion],
    draws: _Draws,
    out: tuple[tuple[Struck, ...], ...],
) -> Choice:
    names, criteria = [each.option.id for each in kept], tuple(telling)
    samples = len(draws.worths)
    firsts = [max(range(len(names)), key=row.__getitem__) for row in draws.worths]
    share = [firsts.count(number) / samples for number in range(len(names))]
    middle = mean_weights(criteria, draws.weights)
    centre = [[sum(_worths(c, each.ends[n])) / 2 for n, c in telling.items()] for each in kept]
    worth = [sum(middle[n] * row[at] for at, n in enumerate(criteria)) for row in centre]
    central = [_central(number, firsts, draws.weights, middle) for number in range(len(names))]
    ranked = tuple(
        Rated(
            names[number],
            share[number],
            worth[number],
            {
                other: sum(row[number] > row[at] for row in draws.worths) / samples
                for at, other in enumerate(names)
                if at != number
            },
            _leans_on(central[number], middle),
        )
        for number in sorted(range(len(names)), key=lambda n: (-share[n], -worth[n], names[n]))
    )
    verdict, winners = _verdict(ranked)
    return Choice(
        verdict,
        winners,
        _decide_by([central[names.index(w)] for w in winners], middle),
        ranked,
        out[0],
        out[1],
        middle,
        _flip(names, criteria, centre, middle),
        _most_telling(names, criteria, kept, draws, firsts),
        samples,
    )


def _verdict(ranked: Sequence[Rated]) -> tuple[Verdict, tuple[str, ...]]:
    if ranked[0].first >= CLEAR:
        return "clear", (ranked[0].option,)
    together, total = [], 0.0
    for rated in ranked[:ANY_OF_MAX]:
        if rated.first < SHARE_MIN:
            break
        together.append(rated.option)
        total += rated.first
        if total >= CLEAR and len(together) > 1:
            return "any of", tuple(together)
    return "no winner", ()


def _central(
    number: int,
    firsts: Sequence[int],
    weights: Sequence[Sequence[float]],
    middle: Mapping[str, float],
) -> Mapping[str, float]:
    """Return the central weights of an option: the mean of those with which it comes first."""
    won = [weight for first, weight in zip(firsts, weights, strict=True) if first == number]
    return mean_weights(tuple(middle), won) if won else {}


def _leans_on(central: Mapping[str, float], middle: Mapping[str, float]) -> str:
    return max(central, key=lambda name: central[name] - middle[name], default="")


def _decide_by(central: Sequence[Mapping[str, float]], middle: Mapping[str, float]) -> str:
    """Return the criterion whose central weight differs most between the winners."""
    if len(central) < 2:
        return ""
    return max(middle, key=lambda n: max(c[n] for c in central) - min(c[n] for c in central))


def _flip(
    names: Sequence[str],
    criteria: Sequence[str],
    centre: Sequence[Sequence[float]],
    middle: Mapping[str, float],
) -> Flip | None:
    """Return the smallest change of a weight after which another option is worth most at the middle.

    With weight w of one criterion and the rest in proportion, an option is worth
    w * own + (1 - w) * rest: a straight line, so two options cross at most once.
    """
    weight = [middle[name] for name in criteria]
    worth = [sum(map(float.__mul__, weight, row)) for row in centre]
    best = max(range(len(names)), key=worth.__getitem__)
    found: list[tuple[float, Flip]] = []
    for at, criterion in enumerate(criteria):
        if weight[at] >= 1:
            continue
        rest = [
            (worth[n] - weight[at] * row[at]) / (1 - weight[at]) for n, row in enumerate(centre)
        ]
        for number in range(len(names)):
            own = centre[best][at] - centre[number][at]
            slope = own - (rest[best] - rest[number])
            if number == best or slope == 0:
                continue
            to = -(rest[best] - rest[number]) / slope
            if 0 <= to <= 1:
                flip = Flip(criterion, weight[at], to, names[best], names[number])
                found.append((abs(to - weight[at]), flip))
    return min(found, key=lambda each: each[0])[1] if found else None


def _most_telling(
    names: Sequence[str],
    criteria: Sequence[str],
    kept: Sequence[Candidate],
    draws: _Draws,
    firsts: Sequence[int],
) -> Unsure | None:
    """Return the fact whose knowledge is expected to raise the best acceptability most, if any does."""
    samples = len(firsts)
    now = max(firsts.count(number) for number in range(len(names))) / samples
    best: Unsure | None = None
    for (number, at), values in draws.unsure.items():
        order = sorted(range(samples), key=values.__getitem__)
        size = samples // BINS
        parts = [order[k * size : (k + 1) * size if k + 1 < BINS else samples] for k in range(BINS)]
        known = 0.0
        for part in parts:
            wins = [firsts[draw] for draw in part]
            known += max(map(wins.count, range(len(names)))) / samples
        gain = known - now
        if gain >= TELLS_MIN and (best is None or gain > best.gain):
            is_unknown = criteria[at] in kept[number].unknown
            best = Unsure(names[number], criteria[at], gain, is_unknown)
    return best


def relaxing(
    candidates: Sequence[Candidate],
    constraints: Sequence[Constraint],
    criteria: Mapping[str, Criterion],
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what giving up one constraint would leave: (constraint, options), most options first."""
    broken = {each.option.id: failing(each, constraints, criteria) for each in candidates}
    found = {
        c.says: tuple(name for name, them in broken.items() if {*them} <= {c}) for c in constraints
    }
    return tuple(sorted(((s, o) for s, o in found.items() if o), key=lambda each: -len(each[1])))


def contradicting(
    candidates: Sequence[Candidate],
    constraints: Sequence[Constraint],
    criteria: Mapping[str, Criterion],
) -> tuple[tuple[str, str], ...]:
    """Return the pairs of constraints that no option meets together, though each alone is met by some."""
    met = {
        c.says: {each.option.id for each in candidates if not failing(each, (c,), criteria)}
        for c in constraints
    }
    says = [c.says for c in constraints]
    return tuple(
        (a, b)
        for number, a in enumerate(says)
        for b in says[number + 1 :]
        if met[a] and met[b] and not met[a] & met[b]
    )


def candidate_of(
    option: Option, criteria: Mapping[str, Criterion], learning: tuple[float, float] | None
) -> Candidate:
    """Return an option with its intervals; hours to learn come from outside."""
    ends = {name: interval(c, option.facts.get(name)) for name, c in criteria.items()}
    unknown = {name for name in criteria if name not in option.facts}
    if learning is not None and LEARNING in criteria:
        ends[LEARNING] = learning
        unknown.discard(LEARNING)
    return Candidate(option, ends, frozenset(unknown))
