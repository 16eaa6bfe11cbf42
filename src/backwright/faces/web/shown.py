"""How values look on every page: percent, hours, days, gauges, state marks, Markdown."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from itertools import count as count_from
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup, escape

from backwright.design.drawn.drawing import label_lines
from backwright.faces.prose.report import spoken
from backwright.faces.web.blueprints import problem_lines
from backwright.faces.web.grouping import groups_of
from backwright.faces.web.linking import as_json, page_of
from backwright.faces.web.told import headed, linked, named
from backwright.usecases import USE_CASES

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it import MarkdownIt

    from backwright.design.drawn.relations import Flow

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
    numbers = count_from(1)
    made = re.sub("<pre>", lambda _: f"<pre {_region('Code', next(numbers))}>", made)
    made = re.sub(
        "<table>", lambda _: f'<div class="scroll" {_region("Table", next(numbers))}><table>', made
    )
    return Markup(made.replace("</table>", "</table></div>"))  # noqa: S704  (made from escaped text)


def coded(text: str) -> Markup:
    """Return a sentence as markup, with what stands between backticks as code."""
    parts = str(escape(text)).split("`")
    if len(parts) % 2 == 0:
        return Markup(escape(text))  # noqa: S704  (escaped)
    made = [f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts)]
    return Markup("".join(made))  # noqa: S704  (made from escaped text)


def _region(name: str, number: int) -> str:
    """Return the attributes of a part that scrolls; no two on a page may be called alike."""
    return f'tabindex="0" role="region" aria-label="{name} {number}"'


_CONSOLE = re.compile(r"^```console\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)


def guide_markdown(text: str) -> Markup:
    """Return a guide as markup; its headings one below those of the page, each command followed by its page."""
    text = re.sub(r"^# [^\n]*\n", "", text)
    made = str(markdown(re.sub(r"^(#+) ", r"#\1 ", text, flags=re.MULTILINE)))
    links = [
        (command, page_of(re.sub(r"  # exit \d$", "", command)))
        for block in _CONSOLE.findall(text)
        for command in re.findall(r"^\$ (.+)$", block, re.MULTILINE)
    ]
    for command, href in links:
        shown = str(escape(command)).replace("&#34;", "&quot;").replace("&#39;", "'")
        if href:
            made = made.replace(f"$ {shown}", f'$ <a href="{escape(href)}">{shown}</a>', 1)
    return Markup(made)  # noqa: S704  (made by markdown above)


def as_image(svg: str) -> str:
    """Return a drawing of ours as the address of an image: the strict policy holds for what it contains."""
    return f"data:image/svg+xml,{quote(svg)}"


def flow_words(flow: Flow) -> str:
    """Return what stands on a line of a drawing: how often, what, under which policy."""
    return "; ".join(label_lines(flow, wrapped=False))


def inline(text: str) -> Markup:
    """Return one line of Markdown as markup without a paragraph around it."""
    return Markup(_markdown().renderInline(text))  # noqa: S704  (made from escaped text)


def months(low: float, high: float) -> str:
    """Return "6 to 8 months" or "6 months"."""
    first, last = round(low), round(high)
    span = f"{first} to {last}" if last > first else f"{first}"
    return f"{span} {'month' if span == '1' else 'months'}"


def verb_word(use_case_name: str) -> str:
    """Return the last word of a verb as it heads a line: "Simulate", "Monolith or services", "API"."""
    word = use_case_name.rpartition(".")[2].replace("-", " ")
    return word.upper() if word == "api" else word.capitalize()


def command_path(use_case_name: str) -> str:
    """Return the URL of a verb."""
    return "/" + use_case_name.replace(".", "/")


STATES = {"strong": "strong", "gap": "gap", "unknown": "not known yet"}

GLOBALS: dict[str, Any] = {
    "use_cases": USE_CASES,
    "groups_of": groups_of,
    "json_of": as_json,
    "gauge_x": gauge_x,
    "count": count,
    "months": months,
    "span": span,
    "state_words": STATES,
}
FILTERS: dict[str, Callable[..., Any]] = {
    "percent": percent,
    "day": day,
    "month": month,
    "hours": hours,
    "markdown": markdown,
    "inline": inline,
    "coded": coded,
    "spoken": spoken,
    "verb_url": command_path,
    "verb_word": verb_word,
    "as_image": as_image,
    "problem_lines": problem_lines,
    "flow_words": flow_words,
    "guide_markdown": guide_markdown,
    "linked": linked,
    "label_name": named,
    "headed": headed,
    "command_url": page_of,
}
