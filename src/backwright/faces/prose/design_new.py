"""A new blueprint as text: the YAML itself, where it was written, or the list of examples."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from backwright.faces.prose.layout import clean, next_block, para

if TYPE_CHECKING:
    from backwright.usecases.design_new import NewDesign


def new_design(answer: NewDesign, width: int) -> list[str]:
    """Return the answer of `design new`."""
    if not answer.text:
        lines = ["Blueprints that come with the package; each name works wherever a file does.", ""]
        for each in answer.examples:
            lines += para(f"{each.name}: {each.about}", width, "", "  ")
        first = answer.examples[0].name if answer.examples else "shop"
        commands = [
            (f"backwright design check {first}", "its laws and limits"),
            (f"backwright design new {first} -o {first}.yaml", "start from it"),
        ]
        return [*lines, "", *next_block(commands, width)]
    if not answer.written:
        return clean(answer.text).rstrip("\n").split("\n")
    where = shlex.quote(answer.written)
    commands = [
        (f"backwright design check {where}", "laws and limits"),
        ("backwright schema design > design.schema.json", "completion in your editor"),
    ]
    return [*para(f"Written: {answer.written}", width), "", *next_block(commands, width)]


RENDER = {"NewDesign": new_design}
