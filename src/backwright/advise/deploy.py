"""Where to run services: what is ruled out, what is dominated, and the arithmetic of zones, rollouts, backups, cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, comb, sqrt
from statistics import NormalDist

from backwright.model.guidance import Backup, DeployGuide, Platform, Reason, Rollout, holds

Answers = Mapping[str, tuple[str, ...]]

USE_MAX = 0.7  # of what an instance carries at peak
ZONES_MAX, PER_ZONE_MAX = (
    3,
    200,
)  # what providers offer in a region; more instances are another design
MONTH_MINUTES, YEAR_HOURS = 43_830.0, 8_766.0
OFFICE_HOURS = 9.0  # of five days: nobody is there in 73 % of the week
WEEKEND_HOURS = 72 - OFFICE_HOURS  # from Friday evening to Monday morning
CALLED_HOURS = 0.5  # until somebody who is called acts; our guess
EXACT_MAX = 30  # expected failures; above it the normal approximation is good to a per cent
CANARY_MAX = 0.5  # more than half is no canary
DUMPS_A_DAY_MAX = 24  # more often than hourly the copy is better shipped continuously
SHIP_MINUTES = 1.0  # archive_timeout of a minute, as the manual has it in its example
FAILOVER_MINUTES = 2.0  # a replica takes over; our guess
SECONDS_A_MONTH = 2_629_800.0


@dataclass(frozen=True)
class Plan:
    """The numbers that were given or assumed.

    Attributes:
        rate, peak: Requests a second on average, and the highest hour by the mean.
        per_instance: Requests a second that one instance carries.
        goal: Availability wanted, 0 to 1; `instance`, `zone`, `depends` those of the parts.
        error_rate, rise_to: Now, and what a bad version would have.
        within_minutes: In which a rollout has to notice it.
        confidence: 1 - chance of a false alarm, and chance to notice.
    """

    rate: float
    peak: float
    per_instance: float
    goal: float
    instance: float
    zone: float
    depends: float
    on_call: str
    error_rate: float
    rise_to: float
    within_minutes: float
    confidence: float
    data_gib: float
    log_gib_day: float
    restore_mib_s: float
    rpo_minutes: float
    rto_minutes: float


@dataclass(frozen=True)
class RuledOut:
    """A platform that an answer rules out."""

    id: str
    name: str
    say: str
    source: str


@dataclass(frozen=True)
class Beaten:
    """A platform that another one equals or beats on everything that counts here."""

    id: str
    name: str
    by: str


@dataclass(frozen=True)
class Standing:
    """A platform that is left, with its value on each aspect that counts (more is better).

    Attributes:
        cost: A month by the person's own price; None without one.
    """

    platform: Platform
    values: tuple[tuple[str, int], ...]
    cost: float | None


@dataclass(frozen=True)
class Choice:
    """What is left.

    Attributes:
        left: Fewest parts to operate first.
        decide_by: Aspect on which those that are left differ in both directions, "" if one is left.
        counts: (aspect, why it counts here).
    """

    left: tuple[Standing, ...]
    ruled_out: tuple[RuledOut, ...]
    beaten: tuple[Beaten, ...]
    decide_by: str
    counts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Layout:
    """How many instances in how many zones.

    Attributes:
        needed: Instances that the peak takes.
        reachable: Whether any layout reaches the goal with these dependencies.
        reached: Availability of the layout times the dependencies.
        instances_alone: Of the layout without them.
        downtime_minutes: Allowed a month by the goal.
        waits_hours: Until a person acts, at worst.
        alone: Such waits that fit in the year's allowance.
    """

    needed: int
    zones: int
    instances: int
    reachable: bool
    reached: float
    instances_alone: float
    downtime_minutes: float
    waits_hours: float
    alone: float


@dataclass(frozen=True)
class Canary:
    """How large a share shows a rise of errors in time.

    Attributes:
        share: Of the traffic, 0 to 1; more than CANARY_MAX means that it cannot.
        requests: That the canary has to serve.
        stop_at: Failures among them at which the version goes back.
        bad_requests: Errors of its users before that, beyond the usual ones.
        minutes_at_tenth: That a canary of a tenth takes.
    """

    share: float
    requests: int
    stop_at: int
    bad_requests: float
    minutes_at_tenth: float


@dataclass(frozen=True)
class Recovery:
    """How data is kept, and how long until it is back.

    Attributes:
        every_minutes: Between copies; 0 where changes are shipped or confirmed continuously.
        loss_minutes: At worst.
        restore_minutes: Reading the copy and replaying changes.
        back_minutes: From the failure: somebody acts, then the restore.
        standby: Whether only a standby is back in time.
        meets: Whether both goals are met, with the standby where that is needed.
    """

    backup: Backup
    every_minutes: float
    loss_minutes: float
    restore_minutes: float
    back_minutes: float
    standby: bool
    meets: bool


def choose(
    answers: Answers, guide: DeployGuide, costs: Mapping[str, float], budget: float | None
) -> Choice:
    """Return what is left after rules and dominance.

    One platform beats another if it is as good on every aspect that counts and better on one. Where
    prices are given for both, cost is an aspect.
    """
    counts = [
        (aspect, reason)
        for aspect in guide.aspects
        if (reason := next((r for r in aspect.matters if holds(r.when, answers)), None))
    ]
    ruled: list[RuledOut] = []
    left: list[Standing] = []
    for platform in guide.platforms:
        cost = costs.get(platform.id)
        over = cost is not None and budget is not None and cost > budget
        known = {
            **answers,
            "cost": ("over" if over else "fits" if cost is not None else "unknown",),
        }
        against = _against(platform.unless, known)
        if against:
            ruled.append(RuledOut(platform.id, platform.name, against.say, against.source))
        else:
            values = tuple((a.id, _value(platform, a.id)) for a, _ in counts)
            left.append(Standing(platform, values, cost))
    beaten = []
    for one in tuple(left):
        winner = next((each for each in left if each is not one and _beats(each, one)), None)
        if winner:
            beaten.append(Beaten(one.platform.id, one.platform.name, winner.platform.id))
    kept = [each for each in left if each.platform.id not in {b.id for b in beaten}]
    kept.sort(key=lambda each: len(each.platform.yours))
    return Choice(
        tuple(kept), tuple(ruled), tuple(beaten), _decide_by(kept),
        tuple((aspect.name, reason.say) for aspect, reason in counts),
    )  # fmt: skip


def _against(unless: tuple[Reason, ...], known: Answers) -> Reason | None:
    return next((each for each in unless if holds(each.when, known)), None)


def _value(platform: Platform, aspect: str) -> int:
    return -len(platform.yours) if aspect == "operate" else platform.levels[aspect].level


def _beats(one: Standing, other: Standing) -> bool:
    pairs = [(a, b) for (_, a), (_, b) in zip(one.values, other.values, strict=True)]
    costs = [(-one.cost, -other.cost)] if one.cost is not None and other.cost is not None else []
    both = [*pairs, *costs]
    return all(a >= b for a, b in both) and any(a > b for a, b in both)


def _decide_by(kept: list[Standing]) -> str:
    """Return the first aspect on which another than the first is better."""
    if len(kept) < 2:
        return ""
    for at, (aspect, value) in enumerate(kept[0].values):
        if any(each.values[at][1] > value for each in kept[1:]):
            return aspect
    return "cost"


def up(needed: int, zones: int, per_zone: int, instance: float, zone: float) -> float:
    """Return the chance that at least `needed` instances are up, so many of them in each zone.

    Zones fail as a whole and independently of each other, instances within a zone that is up as well:
    a sum of binomials. Failures that all zones share (a bad release) are not in it.
    """
    total = 0.0
    for alive in range(zones + 1):
        chance = comb(zones, alive) * zone**alive * (1 - zone) ** (zones - alive)
        total += chance * _at_least(needed, alive * per_zone, instance)
    return total


def _at_least(needed: int, of: int, p: float) -> float:
    if needed <= 0:
        return 1.0
    if of < needed:
        return 0.0
    # The shorter tail is summed: these chances are close to one.
    down = of - needed
    return sum(comb(of, k) * (1 - p) ** k * p ** (of - k) for k in range(down + 1))


def needed_for(plan: Plan) -> int:
    """Return how many instances carry the peak at USE_MAX."""
    return max(ceil(plan.rate * plan.peak / (plan.per_instance * USE_MAX) - 1e-9), 1)


def machine(plan: Plan) -> Layout:
    """Return one machine, however large it has to be: what is promised for one includes its zone."""
    return _layout(
        plan, needed_for(plan), (1, 1, plan.instance), plan.instance * plan.depends >= plan.goal
    )


def layout(plan: Plan, zones_max: int = ZONES_MAX) -> Layout:
    """Return the least instances that carry the peak and reach the goal."""
    needed = needed_for(plan)
    best: tuple[int, int, float] | None = None
    closest = (0.0, 1, needed)
    for zones in range(1, zones_max + 1):
        least = ceil(needed / zones)
        for per_zone in range(least, least + PER_ZONE_MAX):
            alone = up(needed, zones, per_zone, plan.instance, plan.zone)
            closest = max(closest, (alone, zones, zones * per_zone))
            if alone * plan.depends >= plan.goal:
                if best is None or zones * per_zone < best[1]:
                    best = (zones, zones * per_zone, alone)
                break
            if per_zone > least + 3 and zones * per_zone >= 4 * needed + 8:
                break  # more instances do not help: zones or dependencies are what limits
    return _layout(plan, needed, best or (closest[1], closest[2], closest[0]), best is not None)


def _layout(plan: Plan, needed: int, chosen: tuple[int, int, float], reachable: bool) -> Layout:  # noqa: FBT001
    zones, instances, alone = chosen
    wait = waits_hours(plan.on_call)
    return Layout(
        needed, zones, instances, reachable, alone * plan.depends, alone,
        (1 - plan.goal) * MONTH_MINUTES, wait, (1 - plan.goal) * YEAR_HOURS / wait,
    )  # fmt: skip


def waits_hours(on_call: str) -> float:
    """Return until when a person acts at worst: after a weekend unless somebody is called."""
    return CALLED_HOURS if on_call == "always" else WEEKEND_HOURS


def canary(plan: Plan) -> Canary:
    """Return the share of traffic that shows the rise in time, and the count that is too many.

    The old version's error rate is taken as known: it serves the rest, and has served before. The share of
    false alarms and of misses is at most 1 - confidence each.
    """
    requests, stop_at = _sample(plan.error_rate, plan.rise_to, plan.confidence)
    share = requests / (plan.rate * 60 * plan.within_minutes)
    return Canary(
        min(share, 1.0), requests, stop_at, requests * (plan.rise_to - plan.error_rate),
        requests / (0.1 * plan.rate * 60),
    )  # fmt: skip


def _sample(p: float, q: float, confidence: float) -> tuple[int, int]:
    """Return (requests, failures that are too many) to tell error rate q from p < q, one-sided.

    Exact binomial while failures are few; above EXACT_MAX of them the normal approximation (Fleiss, Levin
    and Paik 2003, section 2).
    """
    z = NormalDist().inv_cdf(confidence)
    rough = ((z * sqrt(p * (1 - p)) + z * sqrt(q * (1 - q))) / (q - p)) ** 2
    if rough * p > EXACT_MAX:
        return ceil(rough), ceil(rough * p + z * sqrt(rough * p * (1 - p)))
    count = 1
    while True:
        low, high = count, 2 * count
        while _fewer(count, high, q) > 1 - confidence:
            high *= 2
        while low < high:  # the least number of requests at which a bad version fails `count` times
            middle = (low + high) // 2
            low, high = (
                (middle + 1, high) if _fewer(count, middle, q) > 1 - confidence else (low, middle)
            )
        if 1 - _fewer(count, low, p) <= 1 - confidence:
            return low, count
        count += 1


def _fewer(count: int, of: int, p: float) -> float:
    """Return the chance of fewer than `count` failures in `of` requests."""
    if of < count:
        return 1.0
    if p >= 1:
        return 0.0
    term = total = (1 - p) ** of
    for k in range(1, count):
        term *= (of - k + 1) / k * p / (1 - p)
        total += term
    return total


def recovery(plan: Plan, guide: DeployGuide) -> Recovery:
    """Return the simplest way to keep data that loses no more than is allowed, and whether it is back in time."""
    copy = plan.data_gib * 1024 / plan.restore_mib_s / 60
    replay = plan.log_gib_day * 1024 / plan.restore_mib_s / 60
    acts = waits_hours(plan.on_call) * 60
    by_loss = {each.losing: each for each in guide.backups}
    every = (
        plan.rpo_minutes - copy
    )  # a copy shows the moment it began, and is safe when it has ended
    if every * DUMPS_A_DAY_MAX >= 1440:
        made = by_loss["since the copy"], min(every, 1440.0), min(every, 1440.0) + copy, copy
    elif plan.rpo_minutes >= SHIP_MINUTES:
        made = by_loss["not shipped"], 0.0, SHIP_MINUTES, copy + replay
    else:
        made = by_loss["nothing"], 0.0, 0.0, copy + replay
    backup, between, loss, restore = made
    back = acts + restore
    standby = back > plan.rto_minutes or backup.losing == "nothing"
    return Recovery(
        backup,
        between,
        loss,
        restore,
        back,
        standby,
        not standby or plan.rto_minutes >= FAILOVER_MINUTES,
    )


def roll_out(answers: Answers, guide: DeployGuide) -> tuple[Rollout, tuple[RuledOut, ...]]:
    """Return the most careful rollout that nothing rules out, and those before it; the last always can."""
    ruled: list[RuledOut] = []
    for each in guide.rollouts[:-1]:
        against = _against(each.unless, answers)
        if against is None:
            return each, tuple(ruled)
        ruled.append(RuledOut(each.id, each.name, against.say, against.source))
    return guide.rollouts[-1], tuple(ruled)


def monthly(platform: str, price: float, plan: Plan, instances: int) -> float:
    """Return a month's cost: the price of an instance, for functions that of a million requests."""
    if platform == "functions":
        return price * plan.rate * SECONDS_A_MONTH / 1e6
    return price * (1 if platform == "vm" else instances)
