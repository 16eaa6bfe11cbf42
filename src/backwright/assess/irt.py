"""Item response theory: calibrate questions from answers, and find those that misbehave.

Marginal maximum likelihood by expectation maximisation (Bock & Aitkin 1981, Psychometrika 46,
443-459) of the two-parameter logistic model, P(right) = 1 / (1 + exp(-(slope * ability +
intercept))), and of the Rasch model (slope 1, latent variance free). Matrices are (N people,
J questions), 1 right, 0 wrong, NaN where a question was not asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from backwright.assess.structure import Bools, Floats, Ints

ENOUGH = 200  # answers from which a question speaks for itself, without a prior
POINTS = np.linspace(-6, 6, 61)  # of ability, in latent standard deviations, as R's mirt does
CYCLES = 500
STEEPEST, FLATTEST = 8.0, 0.05
NEWTON_STEPS = 2

WEAK = 0.15  # point-biserial below which a question hardly tells good from bad
TOO_EASY, TOO_HARD = 0.95, 0.15
UNUSED_DISTRACTOR = 0.05
FEW = 30  # answers below which nothing is said about a question
STRATA = 10  # levels of knowledge that are compared within, for DIF
DELTA = -2.35  # log odds ratio to ETS delta (Holland & Thayer 1985)


@dataclass(frozen=True)
class Prior:
    """What authors expect of J questions before data; it fades out towards ENOUGH answers.

    Attributes:
        intercept: Expected logit of a right answer at average ability (J).
        intercept_sd: Of a normal around it.
        slope: Expected slope, the median of a lognormal.
        slope_sd: Of the slope's logarithm.
    """

    intercept: Floats
    intercept_sd: float = 1.0
    slope: float = 1.0
    slope_sd: float = 0.5


@dataclass(frozen=True)
class Calibrated:
    """A fitted model.

    Attributes:
        slope: Per question (J); all 1 in the Rasch model.
        intercept: Logit of a right answer at average ability (J).
        variance: Of ability; 1 in the two-parameter model.
        log_likelihood: Of the answers, priors not counted.
        iterations: Expectation steps that were needed.
    """

    slope: Floats
    intercept: Floats
    variance: float
    log_likelihood: float
    iterations: int


@dataclass(frozen=True)
class _Data:
    """Distinct answer patterns: right and asked (P, J) as 0/1, how often each occurred (P)."""

    right: Floats
    asked: Floats
    times: Floats


def two_parameter(right: Floats, prior: Prior | None = None, tolerance: float = 1e-4) -> Calibrated:
    """Return slopes and intercepts of the two-parameter logistic model.

    Args:
        right: Answers (N, J).
        prior: For questions with fewer than ENOUGH answers; none is plain maximum likelihood.
        tolerance: Largest change of a parameter in one expectation step that counts as settled.
    """
    return _fit(right, prior, tolerance, rasch=False)


def rasch(right: Floats, prior: Prior | None = None, tolerance: float = 1e-5) -> Calibrated:
    """Return intercepts and the latent variance of the Rasch model; arguments as above."""
    return _fit(right, prior, tolerance, rasch=True)


def _fit(right: Floats, prior: Prior | None, tolerance: float, *, rasch: bool) -> Calibrated:
    """Return the fit, accelerated by SQUAREM (Varadhan & Roland 2008, Scand. J. Stat. 35)."""
    data = _patterns(right)
    fading = np.clip(1 - (data.times @ data.asked) / ENOUGH, 0.0, 1.0)
    prior = prior or Prior(np.zeros(right.shape[1]), np.inf, 1.0, np.inf)

    def step(at: Calibrated) -> Calibrated:
        return _cycle(data, at, prior, fading, rasch=rasch)

    now, done = _start(data), 0
    while done < CYCLES:
        first = step(now)
        second = step(first)
        done += 2
        if _distance(first, second) < tolerance:
            break
        far = _leap(now, first, second)
        landed = step(far)
        done += 1
        # A leap may land lower than the plain steps had climbed: then it is not taken.
        now = landed if landed.log_likelihood >= second.log_likelihood else second
    final = step(second)
    return replace(second, log_likelihood=final.log_likelihood, iterations=done + 1)


def _patterns(right: Floats) -> _Data:
    coded = np.where(np.isnan(right), 2, right).astype(np.int8)
    found, times = np.unique(coded, axis=0, return_counts=True)
    return _Data((found == 1).astype(float), (found < 2).astype(float), times.astype(float))


def _start(data: _Data) -> Calibrated:
    asked = np.maximum(data.times @ data.asked, 1)
    share = np.clip(data.times @ data.right / asked, 0.02, 0.98)
    return Calibrated(np.ones(len(share)), np.log(share / (1 - share)), 1.0, -np.inf, 0)


def _cycle(data: _Data, at: Calibrated, prior: Prior, fading: Floats, *, rasch: bool) -> Calibrated:
    """Return the parameters after one expectation and maximisation step.

    The log-likelihood in the result is that of the parameters it started from.
    """
    ability = POINTS * np.sqrt(at.variance)
    odds = np.outer(at.slope, ability) + at.intercept[:, None]  # (J, Q)
    log = data.right @ odds - data.asked @ np.logaddexp(0, odds)
    log += -(POINTS**2) / 2 - np.log(np.exp(-(POINTS**2) / 2).sum())
    top = log.max(axis=1, keepdims=True)
    weight = np.exp(log - top)
    total = weight.sum(axis=1, keepdims=True)
    likelihood = float(data.times @ (top + np.log(total))[:, 0])
    weight *= data.times[:, None] / total  # expected people per pattern and ability (P, Q)
    asked, right = data.asked.T @ weight, data.right.T @ weight
    slope, intercept, variance = at.slope, at.intercept, at.variance
    if rasch:
        intercept = _rasch_newton(asked, right, ability, intercept, prior, fading)
        variance = float(weight.sum(axis=0) @ ability**2 / weight.sum())
    else:
        for _ in range(NEWTON_STEPS):
            slope, intercept = _newton(asked, right, slope, intercept, prior, fading)
    return Calibrated(slope, intercept, variance, likelihood, 0)


def _newton(
    asked: Floats, right: Floats, slope: Floats, intercept: Floats, prior: Prior, fading: Floats
) -> tuple[Floats, Floats]:
    """Return slopes and intercepts after one Newton step for all questions at once."""
    chance = 1 / (1 + np.exp(-(np.outer(slope, POINTS) + intercept[:, None])))
    spread = asked * chance * (1 - chance)
    miss = right - asked * chance
    pull = fading / prior.slope_sd**2 / slope
    g_slope = miss @ POINTS - pull * np.log(slope / prior.slope)
    h_slope = spread @ POINTS**2 + pull / slope
    g_intercept = miss.sum(axis=1) - fading / prior.intercept_sd**2 * (intercept - prior.intercept)
    h_intercept = spread.sum(axis=1) + fading / prior.intercept_sd**2
    cross = spread @ POINTS
    determinant = h_slope * h_intercept - cross**2 + 1e-9
    by = (h_intercept * g_slope - cross * g_intercept) / determinant
    also = (h_slope * g_intercept - cross * g_slope) / determinant
    new = np.clip(slope + np.clip(by, -1, 1), FLATTEST, STEEPEST)
    return new, intercept + np.clip(also, -2, 2)


def _rasch_newton(
    asked: Floats, right: Floats, ability: Floats, intercept: Floats, prior: Prior, fading: Floats
) -> Floats:
    for _ in range(NEWTON_STEPS):
        chance = 1 / (1 + np.exp(-(ability + intercept[:, None])))
        pull = fading / prior.intercept_sd**2
        slope = (right - asked * chance).sum(axis=1) - pull * (intercept - prior.intercept)
        curve = (asked * chance * (1 - chance)).sum(axis=1) + pull + 1e-9
        intercept = intercept + np.clip(slope / curve, -2, 2)
    return intercept


def _vector(at: Calibrated) -> Floats:
    return np.concatenate([np.log(at.slope), at.intercept, [np.log(at.variance)]])


def _distance(one: Calibrated, other: Calibrated) -> float:
    return float(np.abs(_vector(one) - _vector(other)).max())


def _leap(start: Calibrated, first: Calibrated, second: Calibrated) -> Calibrated:
    """Return where the direction of two steps leads, extrapolated."""
    origin, middle, end = _vector(start), _vector(first), _vector(second)
    step = middle - origin
    bend = end - middle - step
    size = float(np.clip(np.sqrt(step @ step) / (np.sqrt(bend @ bend) + 1e-9), 1.0, 16.0))
    to = origin + 2 * size * step + size**2 * bend
    count = len(start.slope)
    slope = np.clip(np.exp(np.clip(to[:count], -3, 3)), FLATTEST, STEEPEST)
    variance = float(np.exp(np.clip(to[-1], -4, 4)))
    return Calibrated(slope, to[count:-1], variance, -np.inf, 0)


# How questions behave


@dataclass(frozen=True)
class Distractor:
    """A wrong option: how many of `people` chose it, and of their better and worse half."""

    item: int
    option: int
    people: int
    share: float
    better_share: float
    worse_share: float

    @property
    def misleads(self) -> bool:
        """Whether those who know more choose it more often, by more than chance (2 errors)."""
        error = 2 * np.sqrt(self.share * (1 - self.share) / max(self.people, 1))  # of halves
        surplus = self.better_share - self.worse_share
        return self.share >= UNUSED_DISTRACTOR and bool(surplus > 2 * error)


@dataclass(frozen=True)
class Dif:
    """Differential item functioning: is a question harder for one group at equal knowledge?

    Attributes:
        delta: On the ETS scale; negative when harder for the group.
        error: Standard error of delta.
        people: In the smaller group. Below 500, over half of the real cases are missed (Mazor
            et al. 1991): class A then means "not seen", not "fair".
    """

    item: int
    delta: float
    error: float
    people: int

    @property
    def ets(self) -> str:
        """A (negligible), B, or C (large): Zieky 1993, with a 5 % test."""
        size = abs(self.delta)
        if size >= 1.5 and size - 1.645 * self.error > 1.0:
            return "C"
        if size >= 1.0 and size > 1.96 * self.error:
            return "B"
        return "A"


@dataclass(frozen=True)
class Misbehaviour:
    """A question to take out of service, and why."""

    item: int
    reasons: tuple[str, ...]


def share_right(right: Floats) -> Floats:
    """Return the share of right answers per question (J), NaN where nobody was asked."""
    asked = ~np.isnan(right)
    hits = np.where(asked, right, 0).sum(axis=0)
    result: Floats = np.where(asked.any(axis=0), hits / np.maximum(asked.sum(axis=0), 1), np.nan)
    return result


def rest_scores(right: Floats) -> Floats:
    """Return how much better than others each did on the other questions (N, J).

    The mean of (right - share right) over all the questions a person was asked but this one, so
    that people who were asked different questions can be compared; NaN where there is no other.
    """
    asked = ~np.isnan(right)
    above = np.where(asked, right - share_right(right), 0)
    others = asked.sum(axis=1, keepdims=True) - asked
    total = above.sum(axis=1, keepdims=True) - above
    result: Floats = np.where(others > 0, total / np.maximum(others, 1), np.nan)
    return result


def point_biserial(right: Floats) -> Floats:
    """Return the correlation of each question with the rest (J), NaN where it has no meaning."""
    rest = np.where(np.isnan(right), np.nan, rest_scores(right))
    valid = ~np.isnan(rest)
    count = np.maximum(valid.sum(axis=0), 1)

    def centred(values: Floats) -> Floats:
        kept = np.where(valid, values, 0)
        return np.where(valid, kept - kept.sum(axis=0) / count, 0)

    own, other = centred(right), centred(rest)
    norm = np.sqrt((own**2).sum(axis=0) * (other**2).sum(axis=0))
    result: Floats = np.where(norm > 0, (own * other).sum(axis=0) / np.maximum(norm, 1e-12), np.nan)
    return result


def distractors(
    chosen: Ints, key: Ints, options: int, rest: Floats | None = None
) -> list[Distractor]:
    """Return how each wrong option is used.

    Args:
        chosen: Option per person and question (N, J), -1 for none.
        key: The right option per question (J).
        options: Options are 0 to this, exclusive; one that nobody chose counts as unused.
        rest: What halves are made of (N, J); `rest_scores` of these answers when not given.
    """
    if rest is None:
        rest = rest_scores(np.where(chosen < 0, np.nan, chosen == key))
    found = []
    for item in range(chosen.shape[1]):
        valid = (chosen[:, item] >= 0) & ~np.isnan(rest[:, item])
        if not valid.any():
            continue
        picked, score = chosen[valid, item], rest[valid, item]
        better = score > np.median(score)
        for option in set(range(options)) - {int(key[item])}:
            use = picked == option
            halves = [float(use[half].mean()) if half.any() else 0.0 for half in (better, ~better)]
            found.append(Distractor(item, option, len(use), float(use.mean()), *halves))
    return found


def mantel_haenszel(right: Floats, group: Bools, rest: Floats | None = None) -> list[Dif]:
    """Return DIF per question between a group and everybody else, matched on knowledge.

    Common odds ratio over strata (Mantel & Haenszel 1959), its variance after Robins, Breslow &
    Greenland (1986). Questions with too few answers in either group are left out.

    Args:
        right: Answers (N, J).
        group: Who belongs to the group (N). For drift: whose answer came later.
        rest: What people are matched on (N, J); `rest_scores` when not given.
    """
    rest = rest_scores(right) if rest is None else rest
    found = []
    for item in range(right.shape[1]):
        valid = ~np.isnan(right[:, item]) & ~np.isnan(rest[:, item])
        inside = group[valid]
        smaller = int(min(inside.sum(), (~inside).sum()))
        if smaller >= FEW:
            odds = _common_odds(right[valid, item] > 0.5, inside, rest[valid, item])
            if odds is not None:
                found.append(Dif(item, DELTA * odds[0], abs(DELTA) * odds[1], smaller))
    return found


def _common_odds(right: Bools, inside: Bools, score: Floats) -> tuple[float, float] | None:
    """Return the common log odds ratio (others against the group) and its standard error."""
    edges = np.quantile(score, np.linspace(0, 1, STRATA + 1)[1:-1])
    stratum = np.searchsorted(edges, score, side="right")

    def count(who: Bools) -> Floats:
        return np.bincount(stratum[who], minlength=STRATA).astype(float)

    a, b = count(~inside & right), count(~inside & ~right)
    c, d = count(inside & right), count(inside & ~right)
    people = np.maximum(a + b + c + d, 1)
    r, s = a * d / people, b * c / people
    if r.sum() == 0 or s.sum() == 0:
        return None
    p, q = (a + d) / people, (b + c) / people
    variance = (
        (p * r).sum() / (2 * r.sum() ** 2)
        + (p * s + q * r).sum() / (2 * r.sum() * s.sum())
        + (q * s).sum() / (2 * s.sum() ** 2)
    )
    return float(np.log(r.sum() / s.sum())), float(np.sqrt(variance))


def misbehaving(
    right: Floats,
    *,
    wrong_options: Iterable[Distractor] = (),
    groups: Mapping[str, Bools] | None = None,
) -> list[Misbehaviour]:
    """Return the questions that should not be asked any more, with reasons.

    The thresholds are those of Haladyna, Downing & Rodriguez (2002) and of ETS. Questions with
    fewer than FEW answers are never named.

    Args:
        right: Answers (N, J).
        wrong_options: What `distractors` returned.
        groups: Groups to look for DIF in, by name (N each). Drift over time is DIF between
            earlier and later answers: {"later answers": came_later}.
    """
    answers = (~np.isnan(right)).sum(axis=0)
    reasons: dict[int, list[str]] = {}

    def say(item: int, reason: str) -> None:
        if answers[item] >= FEW:
            reasons.setdefault(item, []).append(reason)

    shares, tells_apart = share_right(right), point_biserial(right)
    for item, (share, tells) in enumerate(zip(shares, tells_apart, strict=True)):
        if share > TOO_EASY or share < TOO_HARD:
            say(item, f"{share:.0%} answer right")
        if tells < WEAK:
            say(item, f"hardly tells who knows more (point-biserial {tells:.2f})")
    for wrong in wrong_options:
        if wrong.share < UNUSED_DISTRACTOR:
            say(wrong.item, f"option {wrong.option} is chosen by {wrong.share:.0%}")
        if wrong.misleads:
            say(wrong.item, f"option {wrong.option} is chosen more by those who know more")
    rest = rest_scores(right)
    for name, group in (groups or {}).items():
        for dif in mantel_haenszel(right, group, rest):
            if dif.ets == "C":
                harder = "harder" if dif.delta < 0 else "easier"
                say(dif.item, f"{harder} for {name} at equal knowledge (delta {dif.delta:+.1f})")
    return [Misbehaviour(item, tuple(each)) for item, each in sorted(reasons.items())]
