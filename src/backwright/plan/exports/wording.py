"""What every export says the same way: title sentence, dates, hours, weeks, names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from backwright.model.plan import Step
from backwright.plan.route import Route, RouteSkill

LEVEL_NAMES = {1: "aware", 2: "guided", 3: "unaided", 4: "expert"}
# Spelled out, since strftime follows the locale of the process and a plan must not.
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

WEEK_DAYS = 7
_INITIALS = frozenset({"ai", "api"})


@dataclass(frozen=True)
class Week:
    """The weeks from one start of a step to the next.

    Attributes:
        first, last: Numbers of the weeks, counted from the start of the plan, both included.
        begins, ends: First and last day.
    """

    first: int
    last: int
    begins: date
    ends: date
    steps: tuple[Step, ...]

    @property
    def name(self) -> str:
        """Return "Week 4", or "Weeks 4 to 6" where nothing new starts in 5 and 6."""
        return (
            f"Week {self.first}"
            if self.first == self.last
            else f"Weeks {self.first} to {self.last}"
        )


def weeks_of(route: Route) -> tuple[Week, ...]:
    """Return the steps by the week they start in; a block lasts until the next step starts."""
    start = route.plan.start
    blocks = [
        (first, tuple(steps))
        for first, steps in groupby(route.plan.steps, lambda s: _week(start, s.start_p50))
    ]
    follows = [first - 1 for first, _ in blocks[1:]]
    follows += [_week(start, max(s.end_p50 for s in steps)) for _, steps in blocks[-1:]]
    return tuple(
        Week(
            first=first,
            last=max(first, last),
            begins=days_after(start, (first - 1) * WEEK_DAYS),
            ends=days_after(start, max(first, last) * WEEK_DAYS - 1),
            steps=steps,
        )
        for (first, steps), last in zip(blocks, follows, strict=True)
    )


def _week(start: date, day: date) -> int:
    return (day - start).days // WEEK_DAYS + 1


def days_after(day: date, days: int) -> date:
    """Return the day so many days later, or the last day there is (a plan may run into 9999)."""
    return day + timedelta(days=min(days, (date.max - day).days))


def day_text(day: date) -> str:
    """Return "8 October 2028"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def span_text(begin: date, end: date) -> str:
    """Return "17 to 25 February 2027": of the first day only what differs from the last."""
    if begin == end:
        return day_text(end)
    words = day_text(begin).split()
    keep = 1 if (begin.year, begin.month) == (end.year, end.month) else 2
    keep = keep if begin.year == end.year else 3
    return f"{' '.join(words[:keep])} to {day_text(end)}"


def hours_text(hours: float) -> str:
    """Return whole hours; a plan is no more exact than that."""
    return "under 1" if 0 < hours < 1 else f"{hours:,.0f}"


def level_text(level: int) -> str:
    """Return "level 3 (unaided)"."""
    return f"level {level} ({LEVEL_NAMES[level]})"


def heading(route: Route) -> str:
    """Return the role with its band, and whose plan it is."""
    band = f", {route.band} level" if route.band else ""
    return f"{route.name}{band}" + (f", for {route.person}" if route.person else "")


def title(route: Route) -> str:
    """Return the one sentence that says what the plan costs and when it ends."""
    plan = route.plan
    if not plan.steps:
        return f"{heading(route)}: nothing is left to learn, every skill is at its target."
    return (
        f"{heading(route)}: {hours_text(plan.hours)} hours (P80 {hours_text(plan.hours_p80)}), "
        f"done about {day_text(plan.end_p50)} (P50), "
        f"with 8 chances in 10 by {day_text(plan.end_p80)} (P80)."
    )


def basis(route: Route) -> str:
    """Return what the title rests on: hours a week, the first day, what is known of the person."""
    known = (
        "from what your answers show today"
        if route.measured
        else "nothing of you is measured yet, so each skill counts in full"
    )
    return f"At {route.hours_per_week:g} hours a week from {day_text(route.plan.start)}; {known}."


def method(route: Route) -> str:
    """Return the last line of every document: whose hours these are and what P80 means."""
    pace = (
        f"Your pace, {route.plan.pace:.2g} hours per estimated hour, "
        f"comes from {route.plan.logged} finished steps. "
        if route.plan.logged
        else "Your own pace is not known yet. "
    )
    return (
        f"Hours are one author's guess for a middling learner. {pace}"
        "P50 is a date that is as likely kept as missed; "
        "P80 is the date that suffices with 8 chances in 10."
    )


def step_dates(step: Step) -> str:
    """Return the expected days of a step and the day that suffices with 8 chances in 10."""
    return f"{span_text(step.start_p50, step.end_p50)} (P80 {day_text(step.end_p80)})"


def step_hours(step: Step) -> str:
    """Return "20 h (P80 30 h)"."""
    return f"{hours_text(step.hours)} h (P80 {hours_text(step.hours_p80)} h)"


def section_name(section: str) -> str:
    """Return "Core concepts" for "core-concepts"."""
    return section.replace("-", " ").capitalize()


def domain_name(domain: str) -> str:
    """Return "Databases" for "databases", "API" for "api"."""
    return domain.upper() if domain in _INITIALS else domain.replace("-", " ").capitalize()


def done(route: Route) -> tuple[RouteSkill, ...]:
    """Return the skills that are at their target already."""
    return tuple(skill for skill in route.skills.values() if skill.state == "done")


def web_url(url: str) -> str:
    """Return the address if it is one of the web, else nothing: no other kind becomes a link."""
    return url if url.startswith(("https://", "http://")) else ""


def listed(names: Iterable[str]) -> str:
    """Return "a, b and c"."""
    *rest, last = [*names] or [""]
    return f"{', '.join(rest)} and {last}" if rest else last
