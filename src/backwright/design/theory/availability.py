"""How much of the time a system is up: parts in series, in parallel, k of n, zones, and what retries do.

Availabilities are shares of time, 0..1. Parts fail independently unless a common cause is said.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from backwright.design.theory.ranges import above_zero, inner_part, not_negative, part, whole

YEAR = 365.25 * 86_400  # s
MONTH = YEAR / 12  # s
COPIES_MAX = 10_000  # of a k-of-n group: no fleet that is computed here is larger


def series(parts: Iterable[float]) -> float:
    """Return the availability of a chain that needs every part."""
    return math.prod(part("availability", each) for each in parts)


def parallel(parts: Iterable[float]) -> float:
    """Return the availability of a group that needs any one of its parts; 0 for an empty group."""
    return 1 - math.prod(1 - part("availability", each) for each in parts)


def k_of_n(need: int, copies: int, availability: float, common: float = 0.0) -> float:
    """Return the chance that at least `need` of so many copies are up.

    Args:
        common: Share (0..1) of a copy's downtime that has a cause common to all copies: one release, one
            configuration, one power feed. Beta-factor model (Fleming 1975; IEC 61508-6, annex D, where
            values of .01 to .1 are usual for hardware).
    """
    return 1 - k_of_n_down(need, copies, availability, common)


def k_of_n_down(need: int, copies: int, availability: float, common: float = 0.0) -> float:
    """Return the chance that fewer than `need` copies are up, with all digits however small."""
    whole("copies", copies, 1, COPIES_MAX)
    whole("need", need, 0, copies)
    down = 1 - part("availability", availability)
    part("common", common)
    together, alone = common * down, (1 - common) * down
    if need == 0:
        return 0.0
    if alone in {0.0, 1.0}:
        few = alone
    else:
        few = math.fsum(
            math.exp(
                math.lgamma(copies + 1)
                - math.lgamma(up + 1)
                - math.lgamma(copies - up + 1)
                + up * math.log1p(-alone)
                + (copies - up) * math.log(alone)
            )
            for up in range(need)
        )
    return together + (1 - together) * min(1.0, few)


def from_times(between_failures: float, to_repair: float) -> float:
    """Return availability from the mean time up until a failure and the mean time to repair, same unit."""
    above_zero("between_failures", between_failures)
    not_negative("to_repair", to_repair)
    return between_failures / (between_failures + to_repair)


def repair_time(availability: float, between_failures: float) -> float:
    """Return the longest mean time to repair that still gives this availability, unit as given."""
    inner_part("availability", availability)
    above_zero("between_failures", between_failures)
    return between_failures * (1 - availability) / availability


def downtime(availability: float, period: float = YEAR) -> float:
    """Return the seconds down in a period, a year of 365.25 days if not said."""
    return (1 - part("availability", availability)) * not_negative("period", period)


@dataclass(frozen=True)
class Retried:
    """What retries do.

    Attributes:
        fails: Share of requests that fail in the end.
        tries: Tries per request on average: the load over the load without retries.
        tries_most: If everything fails.
    """

    fails: float
    tries: float
    tries_most: int


def retried(failing: float, retries: int, lasting: float = 0.0) -> Retried:
    """Return what so many retries after the first try do.

    Args:
        failing: Share of tries that fail.
        lasting: Share (0..1) of those failures that are still there for every retry: an outage, not a
            hiccup. Retries do not help against them and still cost load.
    """
    part("failing", failing)
    part("lasting", lasting)
    whole("retries", retries, 0, 1000)
    outage = failing * lasting
    hiccup = (failing - outage) / (1 - outage) if outage < 1 else 0.0
    fails = outage + (1 - outage) * hiccup ** (retries + 1)
    tries = math.fsum(outage + (1 - outage) * hiccup**n for n in range(1, retries + 1)) + 1
    return Retried(fails, tries, retries + 1)


def retry_product(tries: Iterable[int]) -> int:
    """Return the calls that one request can cause at the end of a chain in which every layer retries.

    Args:
        tries: Of each layer, the first included.
    """
    return math.prod(whole("tries", each, 1, 1001) for each in tries)


@dataclass(frozen=True)
class Spread:
    """Instances over zones such that enough are left when some zones are gone.

    Attributes:
        per_zone, total: Instances; spare: instances over what is needed, as a share of it.
        used_most: Highest load of an instance, all zones up, that leaves the rest at its target when
            zones are lost.
    """

    per_zone: int
    total: int
    spare: float
    used_most: float


def over_zones(need: int, zones: int, lost: int = 1, target: float = 1.0) -> Spread:
    """Return how many instances each zone must have so that `need` are left after losing some zones.

    Args:
        target: Load over capacity of an instance that is allowed when zones are lost, 0..1.
    """
    whole("need", need, 1, 1_000_000_000)
    whole("zones", zones, 1, 1000)
    whole("lost", lost, 0, zones - 1)
    inner_part("target", target) if target != 1 else target
    left = zones - lost
    per_zone = -(-need // left)
    total = per_zone * zones
    return Spread(per_zone, total, total / need - 1, target * left / zones)


def after_zone_loss(used: float, zones: int, lost: int = 1) -> float:
    """Return load over capacity of the instances that are left, from the load with all zones up.

    Above 1 the rest is overloaded.
    """
    not_negative("used", used)
    whole("zones", zones, 2, 1000)
    whole("lost", lost, 0, zones - 1)
    return used * zones / (zones - lost)
