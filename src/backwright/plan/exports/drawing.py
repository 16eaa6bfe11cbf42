"""What both drawings are made of: SVG elements that always escape, colours, marks, fitted text."""

import re
import unicodedata
from collections.abc import Sequence
from html import escape
from typing import NewType

Svg = NewType("Svg", str)  # markup that is safe to put into markup

FONT = (
    '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", '
    "Arial, sans-serif"
)
# A drawing shrinks with the window, but not until its 11 px text is unreadable: then it scrolls.
SHRINK = 0.75
# The tokens of the web page, without light-dark(), which SVG viewers do not know.
_LIGHT = (
    "--paper:#f5f7f6;--sheet:#fff;--sunk:#eaeeec;--ink:#14201f;--ink-2:#4b5856;--line:#d2d9d6;"
    "--edge:#7b8986;--strong:#0a5d66;--unknown:#56625f;--focus:#5a2fd0"
)
_DARK = (
    "--paper:#0f1615;--sheet:#161f1e;--sunk:#1e2927;--ink:#e5ecea;--ink-2:#a7b4b1;--line:#2b3836;"
    "--edge:#71827e;--strong:#74c9c8;--unknown:#a3b0ad;--focus:#bba9ff"
)
_PRINT = "--paper:#fff;--sheet:#fff;--sunk:#fff;--ink:#000;--ink-2:#333;--line:#bbb;--edge:#555"
# Characters that XML 1.0 has no way to write, lone surrogates among them.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Widths in em, between those of Arial and of the wider DejaVu Sans: boxes leave room for either.
_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[]/ -"), frozenset("mwMWGOQ@%&+=<>")
_EM_NARROW, _EM_LOWER, _EM_UPPER, _EM_WIDE, _EM_FULL = 0.34, 0.57, 0.69, 0.86, 1.0
_BOLD = 1.08
ELLIPSIS = "..."


def element(name: str, *children: Svg, **attributes: object) -> Svg:
    """Return one element: `class_` is class, `stroke_width` stroke-width; numbers to one decimal.

    Children are markup already, so plain text has to come through `content`: mypy sees to it.
    """
    pairs = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_number(value))}"'
        for key, value in attributes.items()
    )
    return Svg(f"<{name}{pairs}>{''.join(children)}</{name}>" if children else f"<{name}{pairs}/>")


def content(text: str) -> Svg:
    """Return plain text as the content of an element."""
    return Svg(escape(clean(text), quote=False))


def clean(text: str) -> str:
    """Return the text without characters that a document cannot hold."""
    return _NOT_XML.sub("\ufffd", text)


def _number(value: object) -> str:
    return f"{round(value, 1):g}" if isinstance(value, float) else clean(str(value))


def label(x: float, y: float, text: str, class_: str = "") -> Svg:
    """Return a line of text that starts at (x, y), its baseline."""
    extra = {"class_": class_} if class_ else {}
    return element("text", content(text), x=float(x), y=float(y), **extra)


def titled(text: str) -> Svg:
    """Return the words that a pointer or a screen reader gets."""
    return element("title", content(text))


def document(
    name: str, size: tuple[float, float], css: str, about: str, body: Sequence[Svg]
) -> Svg:
    """Return a whole SVG, light or dark; `name` is the class that its rules hang on."""
    width, height = size
    root = f"svg.{name}"
    rules = (
        f"{root}{{{_LIGHT};background:var(--paper)}}"
        f"{root}{{max-width:100%;min-width:{width * SHRINK:.0f}px;height:auto}}"
        f"@media(prefers-color-scheme:dark){{{root}{{{_DARK}}}}}"
        f"@media print{{{root}{{{_LIGHT};{_PRINT};min-width:0}}}}"
        f"{root} text{{font:12px {FONT};fill:var(--ink)}}"
        f"{root} .quiet{{fill:var(--ink-2)}}{root} .small{{font-size:11px}}"
        f"{root} .def{{font-weight:700}}"
        f"{root} .end{{text-anchor:end}}{root} .mid{{text-anchor:middle}}"
        f"{root} .head{{font-size:16px;font-weight:650}}{root} .line{{stroke:var(--line)}}"
        f"{root} .done,{root} .started{{color:var(--strong)}}{root} .ready{{color:var(--ink)}}"
        f"{root} .locked{{color:var(--unknown)}}"
        f"{root} a{{text-decoration:none}}"
    )
    return element(
        "svg",
        titled(about),
        element("style", Svg(f"\n{rules}{_under(root, css)}\n")),
        *body,
        xmlns="http://www.w3.org/2000/svg",
        class_=name,
        width=float(width),
        height=float(height),
        viewBox=f"0 0 {_number(float(width))} {_number(float(height))}",
    )


def _under(root: str, css: str) -> str:
    """Return one rule a line, each selector under the root, so that a page's own rules are safe."""
    rules = [line.strip() for line in css.splitlines() if line.strip()]
    split = [rule.partition("{") for rule in rules]
    return "".join(
        ",".join(f"{root} {one.strip()}" for one in selectors.split(",")) + "{" + rest
        for selectors, _, rest in split
    )


_MARKS = {
    "done": (
        '<circle cx="8" cy="8" r="7" fill="currentColor"/>'
        '<path d="M4.5 8.3 7.2 11 11.7 5.5" fill="none" stroke="var(--paper)" stroke-width="2"/>'
    ),
    "started": (
        '<path d="M8 1.5a6.5 6.5 0 0 0 0 13z" fill="currentColor"/>'
        '<circle cx="8" cy="8" r="5.8" fill="none" stroke="currentColor" stroke-width="1.5"/>'
    ),
    "ready": '<circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" stroke-width="2"/>',
    "locked": (
        '<circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" stroke-width="1.5" '
        'stroke-dasharray="2.2 2.1"/>'
    ),
}
STATES = tuple(_MARKS)


def mark(state: str, x: float, y: float, size: float = 12) -> Svg:
    """Return the shape of a state in a square whose upper left corner is (x, y)."""
    place = f"translate({_number(float(x))} {_number(float(y))}) scale({size / 16:g})"
    return element("g", Svg(_MARKS[state]), class_=state, transform=place)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return about how wide the text is, in px, a little more rather than less."""
    return sum(map(_em, text)) * size * (_BOLD if bold else 1)


def _em(char: str) -> float:
    if unicodedata.combining(char):
        return 0
    if char in _NARROW:
        return _EM_NARROW
    if char in _WIDE:
        return _EM_WIDE
    if unicodedata.east_asian_width(char) in "WF":
        return _EM_FULL
    return _EM_UPPER if char.isupper() else _EM_LOWER


def fitted(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """Return the text, cut with three dots where it is wider than `width`."""
    if text_width(text, size, bold=bold) <= width:
        return text
    while text and text_width(text + ELLIPSIS, size, bold=bold) > width:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def wrapped(
    text: str, width: float, size: float, limit: int, *, bold: bool = False
) -> tuple[str, ...]:
    """Return the text in at most `limit` lines, the last one cut where the rest does not fit."""
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < limit - 1:
        taken = 1
        while taken < len(words) and _fits(words[: taken + 1], width, size, bold=bold):
            taken += 1
        lines.append(fitted(" ".join(words[:taken]), width, size, bold=bold))
        words = words[taken:]
    if words:
        lines.append(fitted(" ".join(words), width, size, bold=bold))
    return tuple(lines)


def _fits(words: Sequence[str], width: float, size: float, *, bold: bool) -> bool:
    return text_width(" ".join(words), size, bold=bold) <= width
