"""Which program proves an item or a lesson, and what it has to print."""

import re
from collections.abc import Iterator

from backwright.model.item import Item, Run

_BLOCK = re.compile(r"^```(\w+)[ \t]*(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
RUNTIME_OF = {
    "sql": "sqlite",
    "python": "python",
    "js": "node",
    "javascript": "node",
    "node": "node",
    "bash": "bash",
    "sh": "bash",
    "php": "php",
    "go": "go",
    "java": "java",
    "cpp": "cpp",
    "rust": "rust",
}


def proof_of(item: Item) -> tuple[Run, str] | None:
    """Return the program that proves the item's key and what it must print; None if none is run."""
    if not item.run:
        return None
    program = item.check or next(
        (
            code
            for language, _, code in _BLOCK.findall(item.ask)
            if RUNTIME_OF.get(language, language) == item.run
        ),
        "",
    )
    return Run(item.run, program), item.prints or item.answer


def lesson_programs(markdown: str) -> Iterator[tuple[Run, str]]:
    """Yield each program of a lesson with the output that the lesson claims for it."""
    blocks = list(_BLOCK.finditer(markdown))
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        if block[2] == "run":
            claimed = following[3] if following and following[1] == "output" else ""
            yield Run(RUNTIME_OF.get(block[1], block[1]), block[3]), claimed.strip()
