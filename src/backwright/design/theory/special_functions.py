"""Special functions that the closed forms need: incomplete gamma and beta, their inverses, bisection.

Series and continued fractions as in the NIST Digital Library of Mathematical Functions (8.7, 8.9, 8.17);
evaluated to double precision, without numpy, so that an analytic answer starts at once.
"""

import math
from collections.abc import Callable, Iterator

TERMS_MAX = 100_000  # a series that needs more has arguments that no design has (shape over 1e9)
TINY = 1e-300  # keeps a continued fraction from dividing by zero (Lentz's method)


def crossing(tail: Callable[[float], float], level: float, scale: float) -> float:
    """Return where a tail that falls from at most 1 to 0 on 0..infinity comes down to a level.

    Args:
        tail: P(X > t); must not rise.
        level: Above 0; if tail(0) is not above it, the answer is 0.
        scale: A first guess of where to look, above 0, in the unit of t.
    """
    if tail(0.0) <= level:
        return 0.0
    low, high = 0.0, scale
    while tail(high) > level:
        low, high = high, high * 2
        if high > 1e300:
            raise ValueError(f"the tail does not come down to {level}")
    for _ in range(200):
        middle = (low + high) / 2
        if not low < middle < high or high - low < 1e-13 * high:
            break
        low, high = (middle, high) if tail(middle) > level else (low, middle)
    return high


def gamma_tail(shape: float, x: float) -> float:
    """Return Q(shape, x), the share of a gamma law with that shape and scale 1 above x."""
    if x <= 0:
        return 1.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1:
        term = total = 1 / shape
        for k in range(1, TERMS_MAX):
            term *= x / (shape + k)
            total += term
            if term < total * 1e-17:
                break
        return max(0.0, 1 - front * total)
    return front / _fraction(x + 1 - shape, _gamma_terms(shape, x))


def gamma_quantile(shape: float, share: float) -> float:
    """Return the value below which that share of a gamma law with scale 1 lies."""
    return crossing(lambda x: gamma_tail(shape, x), 1 - share, shape)


def _gamma_terms(shape: float, x: float) -> Iterator[tuple[float, float]]:
    for k in range(1, TERMS_MAX):
        yield -k * (k - shape), x + 2 * k + 1 - shape


def _fraction(first: float, terms: Iterator[tuple[float, float]]) -> float:
    """Return first + a1/(b1 + a2/(b2 + ...)) by the modified Lentz method."""
    value = ratio = first or TINY
    inverse = 0.0
    for a, b in terms:
        inverse = 1 / ((b + a * inverse) or TINY)
        ratio = (b + a / ratio) or TINY
        step = ratio * inverse
        value *= step
        if abs(step - 1) < 1e-16:
            break
    return value


def beta_share(a: float, b: float, x: float) -> float:
    """Return I_x(a, b): the share of a beta law below x, 0..1."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    if x < (a + 1) / (a + b + 2):
        return front / a / _fraction(1.0, _beta_terms(a, b, x))
    return 1 - front / b / _fraction(1.0, _beta_terms(b, a, 1 - x))


def _beta_terms(a: float, b: float, x: float) -> Iterator[tuple[float, float]]:
    yield -(a + b) * x / (a + 1), 1.0
    for k in range(1, TERMS_MAX):
        yield k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k)), 1.0
        yield -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1)), 1.0


def binomial_below(n: int, chance: float, k: int) -> float:
    """Return the chance that fewer than k of n independent trials succeed."""
    if k <= 0:
        return 0.0
    if k > n:
        return 1.0
    return beta_share(n - k + 1, k, 1 - chance)


def normal_quantile(share: float) -> float:
    """Return the quantile of the standard normal law, for shares between 0 and 1."""
    if share > 0.5:
        return crossing(lambda x: math.erfc(x / math.sqrt(2)) / 2, 1 - share, 1.0)
    return -crossing(lambda x: math.erfc(x / math.sqrt(2)) / 2, share, 1.0)


def student_quantile(share: float, df: float) -> float:
    """Return the quantile of Student's t law; df, the degrees of freedom, at least 1.

    The tail is I_{df/(df+t^2)}(df/2, 1/2)/2, inverted by bisection (DLMF 8.17, Abramowitz and
    Stegun 26.7).
    """
    if df < 1:
        raise ValueError(f"df is {df}: it must be at least 1")
    if not 0 < share < 1:
        raise ValueError(f"share is {share}: it must be between 0 and 1")
    if share < 0.5:
        return -student_quantile(1 - share, df)
    return crossing(lambda t: beta_share(df / 2, 0.5, df / (df + t * t)) / 2, 1 - share, 1.0)
