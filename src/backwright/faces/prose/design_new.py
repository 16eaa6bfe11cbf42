"""A new blueprint as text: the YAML itself, its guide, where it was written, or the list of examples."""

from __future__ import annotations

import re
import shlex
from itertools import groupby
from typing import TYPE_CHECKING

from backwright.faces.prose.layout import clean, code, markdown, next_block, para, split_command

if TYPE_CHECKING:
    from backwright.usecases.design_new import NewDesign

_PART = re.compile(r"^```console\n(?P<console>.*?)^```[ \t]*$|^#+ (?P<heading>[^\n]+)$", re.MULTILINE | re.DOTALL)  # fmt: skip
_EXIT = re.compile(r"  # exit \d$")
_LAST = "\n## Next\n"


def new_design(answer: NewDesign, width: int) -> list[str]:
    """Return the answer of `design new`."""
    if answer.written:
        return _written(answer, width)
    if answer.guide:
        return _guide(answer.guide, width)
    if answer.text:
        return clean(answer.text).rstrip("\n").split("\n")
    lines = ["Blueprints that come with the package; each name works wherever a file does.", ""]
    for each in answer.examples:
        lines += para(f"{each.name}: {each.about}", width, "", "  ")
    first = answer.examples[0].name if answer.examples else "shop"
    commands = [
        (f"backwright design new {first} --guide", "what it is for, what its numbers show"),
        (f"backwright design check {first}", "its laws and limits"),
        (f"backwright design new {first} -o {first}.yaml", "start from it"),
    ]
    return [*lines, "", *next_block(commands, width)]


def _written(answer: NewDesign, width: int) -> list[str]:
    where = shlex.quote(answer.written)
    commands = [
        (f"backwright design check {where}", "laws and limits"),
        ("backwright schema design > design.schema.json", "completion in your editor"),
    ]
    if answer.guide:
        commands = [(f"backwright design new {answer.name}", "the blueprint that it is about")]
    return [*para(f"Written: {answer.written}", width), "", *next_block(commands, width)]


def _guide(text: str, width: int) -> list[str]:
    """Return a guide: prose wrapped, commands ready to be pasted, the last ones under `next`."""
    body, _, last = text.partition(_LAST)
    lines: list[str] = []
    position = 0
    for part in _PART.finditer(body):
        _add(lines, markdown(body[position : part.start()], width))
        if part["heading"]:
            _add(lines, para(part["heading"], width))
        else:
            _add(lines, _console(part["console"], width))
        position = part.end()
    _add(lines, markdown(body[position:], width))
    reasons = [(command, "") for command in re.findall(r"^\$ (.+)$", last, re.MULTILINE)]
    return [*lines, "", *next_block(reasons, width)]


def _add(lines: list[str], more: list[str]) -> None:
    if lines and more:
        lines.append("")
    lines += more


def _console(text: str, width: int) -> list[str]:
    """Return the commands of a block without prompt and exit status, and what is quoted of their output."""
    lines: list[str] = []
    for is_command, group in groupby([*text.splitlines()], key=lambda line: line.startswith("$ ")):
        if is_command:
            for line in group:
                lines += split_command(_EXIT.sub("", line[2:]), width, "  ")
            continue
        for is_left_out, quoted in groupby(group, key=lambda line: line == "..."):
            if not is_left_out:
                lines += _quoted(list(quoted), width)
    return lines


def _quoted(lines: list[str], width: int) -> list[str]:
    """Return lines of output with a gutter; as a paragraph where it does not hold them."""
    if max(map(len, lines)) + 4 <= width:
        return code("\n".join(lines), width)
    return para(" ".join(lines), width, "  | ", "  : ")


RENDER = {"NewDesign": new_design}
