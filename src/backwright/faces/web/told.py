"""Answers in prose as parts of a page: the sentence, what to do next, pairs of name and text, tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from backwright.faces.prose import told
from backwright.faces.prose.layout import (
    Block,
    Commands,
    Heading,
    Labelled,
    Paragraph,
    Tabular,
    Verbatim,
    Written,
    glue,
)
from backwright.faces.web.linking import page_of

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES = {
    "why": "Why",
    "do": "What to do",
    "learn": "Learn",
    "numbers": "Where the numbers come from",
    "basis": "What it rests on",
    "source": "Source",
    "assumed": "Assumed, since nobody said",
    "out": "Ruled out",
    "flips": "What would change it",
    "by": "Where the time is spent",
    "": "Also",
}
_SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-Z0-9])")
_SKILL = re.compile(r"\(([a-z0-9]+(?:\.[a-z0-9-]+)+)\)")
_RULE = re.compile(r"\(rule ([a-z0-9-]+)\)")
_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+[^\s<>\"')\].,;]")
_STEP = re.compile(r"(?<=[.!?]) (?=[2-9] [A-Z])")
_OPTION = re.compile(r"--([a-z][a-z0-9-]*)")
_MORE = re.compile(r"^\s*(.*): --json$")


@dataclass
class Part:
    """One part of an answer.

    Attributes:
        kind: sentence, heading, pairs, items, table, verbatim, more, markdown.
        pairs: (name, texts).
        depth: How far pairs are indented: those of one thing, and those of the whole answer.
    """

    kind: str
    text: str = ""
    pairs: list[tuple[str, list[str]]] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    table: Tabular | None = None
    depth: int = 0


@dataclass(frozen=True)
class Next:
    """A command to go on with; href is "" if no page answers it."""

    command: str
    reason: str
    href: str


@dataclass(frozen=True)
class Told:
    """An answer for a page.

    Attributes:
        first: The sentence that answers; rest: what follows it at once.
    """

    first: str
    rest: str
    parts: tuple[Part, ...]
    next: tuple[Next, ...]


def told_of(answer: object) -> Told:
    """Return an answer as parts of a page; the words are those of the terminal."""
    return arranged(told(answer))


def arranged(said: Sequence[Block]) -> Told:
    """Return blocks of prose as parts of a page."""
    blocks = list(said)
    first, rest = "", ""
    if blocks and isinstance(opening := blocks[0], Paragraph) and not opening.depth:
        first, rest = _split(opening.text)
        del blocks[0]
    nexts = [
        Next(command, reason, page_of(command))
        for block in blocks
        if isinstance(block, Commands)
        for command, reason in block.commands
    ]
    return Told(first, rest, tuple(_parts(blocks)), tuple(nexts))


def _split(text: str) -> tuple[str, str]:
    first, *rest = _SENTENCE_END.split(text, maxsplit=1)
    return first, rest[0] if rest else ""


def _parts(blocks: Sequence[Block]) -> list[Part]:
    parts: list[Part] = []
    for number, block in enumerate(blocks):
        if isinstance(block, Commands):
            continue
        before = parts[-1] if parts else Part("")
        after = blocks[number + 1] if number + 1 < len(blocks) else None
        made = _part(block, before, after)
        if made is not None:
            parts.append(made)
    return parts


def _part(block: Block, before: Part, after: Block | None) -> Part | None:
    """Return a new part, or None if the block went into the part before."""
    match block:
        case Labelled():
            return _pair(before, block.name, block.text)
        case Paragraph():
            return _paragraph(block, before, after)
        case Heading():
            return Part("heading", block.text)
        case Tabular():
            return Part("table", table=block)
        case Written():
            return Part("markdown", block.text)
        case Verbatim():
            more = _MORE.match(block.text)
            return Part("more", more[1]) if more else Part("verbatim", block.text)
        case _:
            return None


def _paragraph(block: Paragraph, before: Part, after: Block | None) -> Part | None:
    if block.lead in ("|", ":"):
        return Part("verbatim", block.text)
    if block.lead and block.depth:
        return _pair(before, block.lead, block.text, block.depth)
    if before.kind == "pairs" and 0 < before.depth < block.depth:  # goes on with the text above
        return _pair(before, "", block.text, before.depth)
    if block.depth:
        if before.kind != "items":
            return Part("items", items=[block.text])
        before.items.append(block.text)
        return None
    is_title = isinstance(after, Paragraph) and after.depth and after.lead
    return Part("heading" if is_title else "sentence", block.text)


def _pair(before: Part, name: str, text: str, depth: int = 0) -> Part | None:
    if name == "assumed":
        text = text.removesuffix(" (give what differs)")
        text = ", ".join(
            each.strip() for each in _OPTION.sub(_plain, text).split("\n") if each.strip()
        )
    steps = _STEP.split(text) if name == "do" and text.startswith("1 ") else []
    if len(steps) > 1:
        text, *more = steps
        made = _pair(before, name, text, depth)
        (made or before).pairs[-1][1].extend(more)
        return made
    if before.kind == "pairs" and before.depth == depth:
        if not name:
            before.pairs[-1][1].append(text)
        else:
            before.pairs.append((name, [text]))
        return None
    return Part("pairs", pairs=[(name, [text])], depth=depth)


def _plain(option: re.Match[str]) -> str:
    return "\n" + option[1].replace("-", " ")


def headed(text: str) -> str:
    """Return the head of a column: a word begins with a capital, a unit or a name stays as it is."""
    text = text.strip()
    first = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if first.isalpha() and len(first) > 2 else text


def named(name: str) -> str:
    """Return a label as it heads a text on a page."""
    return NAMES.get(name, name[:1].upper() + name[1:])


def linked(text: str, name: str = "") -> Markup:
    """Return a text in which rules, addresses and, under "learn", skills are links; the rest is escaped."""
    text = text.replace("+- ", "± ")
    made = str(escape(glue(text).replace("\0", "\N{NO-BREAK SPACE}")))
    if name == "learn":
        made = _SKILL.sub(r'(<a href="/skill/\1">\1</a>)', made)
    made = _RULE.sub(r'(rule <a href="/explain?rule=\1">\1</a>)', made)
    made = _ADDRESS.sub(lambda found: f'<a href="{found[0]}" rel="noreferrer">{found[0]}</a>', made)
    return Markup(made)  # noqa: S704  (escaped above; what is added is ours)
