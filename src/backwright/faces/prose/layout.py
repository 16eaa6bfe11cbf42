"""Lines of plain text that fit a terminal: paragraphs, labels, tables, code, next commands.

Everything is ASCII and complete without colour. Widths are columns; text wraps at the width given,
tables that do not fit become records, a number never parts from its unit.
"""

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from backwright.model.skill import Brief

LABEL = 9
NARROW = 60  # below it a label stands before its text, not in a column of its own
TABLE_MIN = 70  # below it a table becomes records
_JOIN = "\x00"  # stands for a space that must not break a line
_UNITS = r"hours?|h|ms|s|weeks?|months?|minutes?|questions?|skills?|targets?|%"
_NAMED = r"Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_CODE = re.compile(r"^```[^\n]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `lead` is what stands before its first line, `depth` how far it is indented."""

    text: str
    lead: str = ""
    depth: int = 0


@dataclass(frozen=True)
class Heading:
    """What the lines below it are about."""

    text: str


@dataclass(frozen=True)
class Labelled:
    """A text with a name beside it; an empty name goes on with the one before."""

    name: str
    text: str


@dataclass(frozen=True)
class Tabular:
    """A table; `right` are the columns that align to the right."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int]


@dataclass(frozen=True)
class Verbatim:
    """Lines whose spaces count: code, or what was drawn with characters."""

    text: str


@dataclass(frozen=True)
class Written:
    """Markdown."""

    text: str


@dataclass(frozen=True)
class Commands:
    """What to do next: (command, reason)."""

    commands: tuple[tuple[str, str], ...]


Block = Paragraph | Heading | Labelled | Tabular | Verbatim | Written | Commands


class _Line(str):
    """A line that knows the block it is a piece of, for faces whose lines are not this wide."""

    __slots__ = ("block",)
    block: Block


def _of(block: Block, lines: Iterable[str]) -> list[str]:
    made = []
    for text in lines:
        line = _Line(text)
        line.block = block
        made.append(line)
    return list[str](made)


def blocks_of(lines: Iterable[str]) -> tuple[Block, ...]:
    """Return what the lines were made from; lines that nobody knows stay as they are, together."""
    found: list[Block] = []
    plain: list[str] = []
    last: Block | None = None
    for line in lines:
        block = line.block if isinstance(line, _Line) else None
        if block is None and line:
            plain.append(line)
        elif plain:
            found.append(Verbatim("\n".join(plain)))
            plain = []
        if block is not None and block is not last:
            found.append(block)
        last = block
    return (*found, Verbatim("\n".join(plain))) if plain else tuple(found)


def clean(text: str) -> str:
    r"""Return the text with control characters shown as \\x1b, so that nothing moves the cursor."""
    return "".join(
        char if char == "\n" or (char.isprintable() and char not in _HOSTILE) else _escape(char)
        for char in text
    )


_HOSTILE = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff")


def _escape(char: str) -> str:
    if char == "\t":
        return "    "
    code = ord(char)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def glue(text: str) -> str:
    """Keep numbers together with their units when the text is wrapped."""
    text = re.sub(rf"(\d) (?=(?:{_UNITS})\b|%)", rf"\1{_JOIN}", text)
    return re.sub(rf"(\d|P80|P50) (?={_NAMED}|\d)", rf"\1{_JOIN}", text)


def para(text: str, width: int, first: str = "", rest: str | None = None) -> list[str]:
    """Return a paragraph wrapped at the width, with its indents."""
    said = " ".join(clean(text).split())
    text = glue(said)
    after = first if rest is None else rest
    lines = textwrap.wrap(
        text,
        max(width, 20),
        initial_indent=first,
        subsequent_indent=after,
        break_on_hyphens=False,
        break_long_words=False,
    )
    fitted = [piece for line in lines for piece in _cut(line, max(width, 20), after)]
    lines = [line.replace(_JOIN, " ") for line in fitted] or [first.rstrip()]
    return _of(Paragraph(said, first.strip(), len(first) - len(first.lstrip())), lines)


def _cut(line: str, width: int, indent: str) -> list[str]:
    """Cut a line that holds one word longer than the width, such as a URL."""
    pieces = []
    while len(line) > width:
        pieces.append(line[:width])
        line = indent + line[width:]
    return [*pieces, line]


def heading(text: str, width: int = 0) -> list[str]:
    """Return what names what is below it: one line, or as many as `width` asks for."""
    return _of(Heading(clean(text)), para(text, width) if width else [clean(text)])


def label(name: str, text: str, width: int) -> list[str]:
    """Return `name   text` with a hanging indent."""
    block = Labelled(name, " ".join(clean(text).split()))
    if width < NARROW:
        return _of(block, para(text, width, f"{name}  ", "  "))
    return _of(block, para(text, width, f"{name:<{LABEL}}", " " * LABEL))


def markdown(text: str, width: int, indent: str = "") -> list[str]:
    """Return Markdown prose and code as plain lines: paragraphs wrapped, code with a gutter."""
    lines: list[str] = []
    position = 0
    for block in _CODE.finditer(text):
        lines += _prose(text[position : block.start()], width, indent)
        if lines and lines[-1]:
            lines.append("")
        lines += code(block[1], width, indent)
        lines.append("")
        position = block.end()
    lines += _prose(text[position:], width, indent)
    while lines and not lines[-1]:
        lines.pop()
    return _of(Written(clean(text)), lines)


def brief(read: Brief, width: int) -> list[str]:
    """Return the brief of a skill with its source."""
    return [
        *markdown(read.markdown, width),
        "",
        *label("source", f"{read.source}  {read.url}", width),
    ]


def code(text: str, width: int, indent: str = "") -> list[str]:
    """Return code with a gutter: | a real line, : the rest of a wrapped one."""
    lines: list[str] = []
    room = max(width - len(indent) - 4, 16)
    for line in clean(text.rstrip("\n")).split("\n"):
        inner = len(line) - len(line.lstrip())
        pieces = textwrap.wrap(
            line.lstrip(),
            room,
            initial_indent=" " * min(inner, room // 2),
            subsequent_indent=" " * min(inner + 4, room // 2),
            drop_whitespace=True,
            replace_whitespace=False,
            break_on_hyphens=False,
        ) or [""]
        lines += [
            f"{indent}  {'|' if number == 0 else ':'} {piece}".rstrip()
            for number, piece in enumerate(pieces)
        ]
    return _of(Verbatim(clean(text.rstrip("\n"))), lines)


def _prose(text: str, width: int, indent: str) -> list[str]:
    lines: list[str] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        if not block.strip():
            continue
        items = re.split(r"^(?=(?:[-*]|\d+\.) )", block, flags=re.MULTILINE)
        for item in items:
            if not item.strip():
                continue
            found = re.match(r"((?:[-*]|\d+\.) )(.*)", item, re.DOTALL)
            plain = _inline(found[2] if found else item)
            lead = f"{indent}{found[1]}" if found else indent
            lines += para(plain, width, lead, indent + " " * (len(lead) - len(indent)))
        lines.append("")
    return lines


def _inline(text: str) -> str:
    text = re.sub(r"\*\*(.+?)\*\*", r"\1", text, flags=re.DOTALL)
    return re.sub(r"(?<!`)`([^`]+)`(?!`)", r"\1", text)


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], width: int, right: Iterable[int] = ()
) -> list[str]:
    """Return aligned columns; as records where the width does not hold them.

    Args:
        right: Indexes of columns aligned to the right.
    """
    flush = frozenset(right)
    cells = tuple(tuple(clean(cell) for cell in row) for row in rows)
    return _of(Tabular(tuple(head), cells, flush), _table(head, rows, width, flush))


def _table(
    head: Sequence[str], rows: Sequence[Sequence[str]], width: int, flush: frozenset[int]
) -> list[str]:
    columns = list(zip(*([head, *rows]), strict=True)) if rows else [(h,) for h in head]
    sizes = [max(len(clean(cell)) for cell in column) for column in columns]
    if width < TABLE_MIN or sum(sizes) + 2 * (len(sizes) - 1) > width:
        return _records(head, rows, width)
    lines = []
    for row in ([head] if any(head) else []) + list(rows):
        cells = [
            clean(cell).rjust(size) if number in flush else clean(cell).ljust(size)
            for number, (cell, size) in enumerate(zip(row, sizes, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return lines


def _records(head: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    lines: list[str] = []
    for row in rows:
        lines += para(row[0], width)
        pairs = zip(head[1:], row[1:], strict=True)
        told = [f"{name} {cell}".strip() for name, cell in pairs if cell.strip()]
        if told:
            lines += para(", ".join(told), width, "  ")
    return lines


def next_block(commands: Sequence[tuple[str, str]], width: int) -> list[str]:
    """Return up to three commands that can be pasted, each with a few words of reason."""
    shown = list(commands)[:3]
    if not shown:
        return []
    longest = max(len(command) for command, _ in shown)
    lines = []
    for number, (command, reason) in enumerate(shown):
        lead = "next  " if number == 0 else "      "
        line = f"{lead}{command:<{longest}}  {reason}".rstrip()
        if len(line) <= width:
            lines.append(line)
        else:
            lines += split_command(command, width, lead)
            lines += para(reason, width, "        ") if reason else []
    return _of(Commands(tuple((clean(command), reason) for command, reason in shown)), lines)


def split_command(command: str, width: int, lead: str) -> list[str]:
    """Return a command broken at spaces with backslashes, so that it can still be pasted.

    Not within quotes, where a shell would take the backslash for a character.
    """
    whole = _QUOTED.sub(lambda quoted: quoted[0].replace(" ", _JOIN), clean(command))
    pieces = textwrap.wrap(
        whole,
        max(width - len(lead) - 4, 20),  # later lines stand two further in and end in a backslash
        break_long_words=False,
        break_on_hyphens=False,
    )
    lines = []
    for number, piece in enumerate(pieces):
        start = lead if number == 0 else " " * (len(lead) + 2)
        end = " \\" if number + 1 < len(pieces) else ""
        lines.append(f"{start}{piece.replace(_JOIN, ' ')}{end}")
    return lines


def percent(share: float) -> str:
    """Return a share as "62 %"."""
    return f"{100 * share:.0f} %"


def hours(value: float) -> str:
    """Return hours without needless decimals."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")


def step_hours(value: float) -> str:
    """Return a step's hours, whole: they are guesses, and a decimal would say otherwise."""
    return "<1" if value < 0.75 else f"{value:.0f}"


def day(iso: str) -> str:
    """Return "6 June 2027" for an ISO date."""
    year, month, number = iso.split("-")
    return f"{int(number)} {MONTHS[int(month) - 1]} {year}"


def short_day(iso: str) -> str:
    """Return "6 Jun" for an ISO date."""
    _, month, number = iso.split("-")
    return f"{int(number)} {MONTHS[int(month) - 1][:3]}"


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def few(count: int, one: str, many: str = "") -> str:
    """Return "1 skill" or "3 skills"."""
    return f"{count} {one if count == 1 else many or one + 's'}"
