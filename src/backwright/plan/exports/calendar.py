"""The plan as an iCalendar file: a day span a step, a weekly review, the end that P80 gives."""

import unicodedata
from datetime import UTC, date, datetime

from icalendar import Calendar, Event

from backwright.model.plan import Step
from backwright.plan.exports.wording import (
    WEEK_DAYS,
    day_text,
    days_after,
    heading,
    level_text,
    method,
    step_hours,
    title,
)
from backwright.plan.route import Route

PRODUCT = "-//Backwright//Roadmap//EN"
# Kinds of characters that would end a line or that RFC 5545 forbids: control, separator, surrogate.
_BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})


def render(route: Route) -> str:
    """Return the calendar; the same route gives the same bytes, and a later one updates its events.

    Identifiers rest on role and skill alone, so a calendar that reads a new export moves the old
    events and makes no second set.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _line(heading(route)))
    for step in route.plan.steps:
        calendar.add_component(_step(route, step))
    if route.plan.steps:
        calendar.add_component(_review(route))
    calendar.add_component(_end(route))
    return str(calendar.to_ical().decode())


def _step(route: Route, step: Step) -> Event:
    skill = route.skills[step.skill]
    event = _event(route, f"step.{step.skill}", step.start_p50, step.end_p50)
    event.add("summary", _line(f"{step.name}: {step_hours(step)}"))
    parts = [
        f"You can then: {skill.can}" if skill.can else "",
        f"Target: {level_text(step.level)}",
        f"Why: {step.why}" if step.why else "",
        f"With 8 chances in 10 done by {day_text(step.end_p80)}",
        *(f"{link.title}: {link.url}" for link in skill.resources),
    ]
    event.add("description", "\n".join(_line(part) for part in parts if part))
    event.add("categories", [_line(skill.domain)])
    return event


def _review(route: Route) -> Event:
    """Return the weekly look back, on the last day of each week of the plan until P80."""
    first = days_after(route.plan.start, WEEK_DAYS - 1)
    event = _event(route, "review", first, first)
    event.add("summary", _line(f"Review: {route.name}"))
    event.add("description", "Answer the cards that are due, log the hours, plan again.")
    event.add("rrule", {"freq": "weekly", "until": max(first, route.plan.end_p80)})
    return event


def _end(route: Route) -> Event:
    end = route.plan.end_p80
    event = _event(route, "p80", end, end)
    event.add("summary", _line(f"P80: {route.name}, reached with 8 chances in 10"))
    event.add("description", f"{_line(title(route))}\n{method(route)}")
    return event


def _event(route: Route, name: str, first: date, last: date) -> Event:
    """Return an all-day event that does not make anybody look busy."""
    event = Event()
    event.add("uid", _line(f"{route.role}.{name}@roadmap.backwright"))
    start = route.plan.start
    event.add("dtstamp", datetime(start.year, start.month, start.day, tzinfo=UTC))
    event.add("dtstart", first)
    event.add("dtend", days_after(max(first, last), 1))
    event.add("transp", "TRANSPARENT")
    return event


def _line(text: str) -> str:
    """Return the text on one line: the library escapes line ends only in some properties."""
    return "".join(" " if unicodedata.category(char) in _BREAKING else char for char in text)
