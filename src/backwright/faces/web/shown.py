"""How values look on every page: percent, hours, days, gauges, state marks, Markdown."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from backwright.faces.web.linking import page_of
from backwright.faces.web.told import linked, named

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it import MarkdownIt

GAUGE = (4.0, 316.0)  # from 0 to 1, in units of the drawing, which is 320 wide


def percent(share: float) -> str:
    """Return "64 %"."""
    return f"{100 * share:.0f} %"


def day(when: date | datetime | str) -> str:
    """Return "3 Nov 2026"."""
    if isinstance(when, str):
        when = date.fromisoformat(when[:10])
    return f"{when.day} {when:%b %Y}"


def month(when: str) -> str:
    """Return "Nov 2026"."""
    return day(when).partition(" ")[2]


def span(begin: str, end: str) -> str:
    """Return "26 Nov to 2 Dec 2026": of the first day only what differs from the last."""
    first, last = day(begin).split(), day(end).split()
    keep = 3 if first[2] != last[2] else 2 if first[1] != last[1] else 1
    return day(end) if first == last else f"{' '.join(first[:keep])} to {' '.join(last)}"


def hours(value: float) -> str:
    """Return "12 h", "1.5 h" or "20 min"."""
    if value < 1:
        return f"{60 * value:.0f} min"
    return f"{value:.1f} h" if value < 10 and value != int(value) else f"{value:,.0f} h"


def gauge_x(share: float) -> float:
    """Return where a share between 0 and 1 stands on a gauge."""
    low, high = GAUGE
    return round(low + (high - low) * min(1.0, max(0.0, share)), 1)


def count(number: int, word: str, words: str = "") -> str:
    """Return "1 skill" or "3 skills"."""
    return f"{number:,} {word if number == 1 else words or word + 's'}"


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Markup inside a text stays text; links only lead to pages and the web.
    return MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")


def markdown(text: str) -> Markup:
    """Return our own Markdown as markup; markup inside it is escaped, scrolling blocks can be focused."""
    made = _markdown().render(text)
    made = made.replace("<pre>", '<pre tabindex="0" role="region" aria-label="Code">')
    made = made.replace(
        "<table>", '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>'
    )
    return Markup(made.replace("</table>", "</table></div>"))  # noqa: S704  (made from escaped text)


def spoken(text: str) -> Markup:
    """Return a sentence as markup, with what stands between backticks as code."""
    parts = str(escape(text)).split("`")
    if len(parts) % 2 == 0:
        return Markup(escape(text))  # noqa: S704  (escaped)
    made = [f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts)]
    return Markup("".join(made))  # noqa: S704  (made from escaped text)


def command_path(use_case_name: str) -> str:
    """Return the URL of a verb."""
    return "/" + use_case_name.replace(".", "/")


GLOBALS: dict[str, Any] = {"gauge_x": gauge_x, "count": count, "span": span}
FILTERS: dict[str, Callable[..., Any]] = {
    "percent": percent,
    "day": day,
    "month": month,
    "hours": hours,
    "markdown": markdown,
    "spoken": spoken,
    "verb_url": command_path,
    "linked": linked,
    "label_name": named,
    "command_url": page_of,
}
