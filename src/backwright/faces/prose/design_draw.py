"""A design as text: one sentence, who calls whom as an outline, objectives, where the numbers come from."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from backwright.design.drawn.drawing import label_lines
from backwright.design.drawn.origins import counted
from backwright.faces.prose.layout import NARROW, label, next_block, para

if TYPE_CHECKING:
    from backwright.design.drawn.relations import Flow
    from backwright.design.drawn.sketch import Part
    from backwright.usecases.design_draw import DesignDrawing

LEFT_MAX = 30  # columns of the names, indents included; what is longer gets a line of its own
STEP = 2


def drawn(answer: DesignDrawing, width: int) -> list[str]:
    """Return the outline."""
    lines = para(_first(answer), width)
    if answer.note:
        lines += para(answer.note, width)
    rows = _Outline(answer).rows()
    longest = max(len(name) + STEP * depth for depth, name, _ in rows)
    left = min(longest, LEFT_MAX) + 2
    lines.append("")
    for depth, name, texts in rows:
        lines += _row(" " * (STEP * depth) + name, texts, left, width)
    lines.append("")
    for name, told in (
        ("slo", "; ".join(answer.objectives)),
        ("prices", "; ".join(answer.prices)),
        ("failures", "; ".join(answer.foot).removeprefix("failures: ")),
        ("numbers", counted(answer.numbers)),
    ):
        if told:
            lines += label(name, told, width)
    lines += label(
        "read",
        "a line is a call, with how often it is first tried; tries after that are not counted",
        width,
    )
    where = shlex.quote(answer.path)
    stem = answer.path.rpartition("/")[2].partition(".")[0] or "design"
    file = shlex.quote(f"{stem}.svg")
    commands = [
        (f"backwright design draw {where} --format svg -o {file}", "the picture"),
        (f"backwright design draw {where} --format structurizr", "or d2, mermaid"),
        (f"backwright design check {where}", "where it breaks"),
    ]
    return [*lines, "", *next_block(commands, width)]


def _first(answer: DesignDrawing) -> str:
    """Return what it consists of, and what is held while somebody else is waited for."""
    load = next((part.lines[0] for part in answer.parts if part.kind == "client"), "")
    pools = {part.name for part in answer.parts if part.kind == "pool"}
    owners = {f.target: f.source for f in answer.flows if f.target in pools}
    held = [
        (owners.get(f.source, f.source), f.target, name) for f in answer.flows for name in f.held
    ]
    told = f"{answer.name}: {load.partition(',')[0]} into {answer.summary}."
    if held:
        source, target, name = held[0]
        told += f" {source} holds {name} while it waits for {target}."
    return told


def _row(name: str, texts: list[str], left: int, width: int) -> list[str]:
    indent = len(name) - len(name.lstrip())
    if width < NARROW:
        lines = para(name.strip(), width, " " * indent)
        for text in texts:
            lines += para(text, width, " " * (indent + STEP))
        return lines
    first = f"{name:<{left}}" if len(name) < left else ""
    lines = [] if first else para(name.strip(), width, " " * indent)
    for text in texts:
        lines += para(text, width, first or " " * left, " " * left)
        first = ""
    return lines or [name]


class _Outline:
    """Walks from the client along the calls; a part that was shown is named again, not shown again."""

    def __init__(self, answer: DesignDrawing) -> None:
        self._parts = {part.name: part for part in answer.parts}
        self._flows = answer.flows
        self._shown: set[str] = set()

    def rows(self) -> list[tuple[int, str, list[str]]]:
        """Return (depth, name, texts)."""
        found: list[tuple[int, str, list[str]]] = []
        called = {flow.target for flow in self._flows if flow.source != flow.target}
        for part in self._parts.values():
            if part.kind == "client" or part.name not in called:
                self._walk(part, None, 0, found)
        for part in self._parts.values():  # what only calls itself in a circle
            if part.name not in self._shown:
                self._walk(part, None, 0, found)
        return found

    def _walk(
        self, part: Part, flow: Flow | None, depth: int, found: list[tuple[int, str, list[str]]]
    ) -> None:
        texts = ["; ".join(label_lines(flow, wrapped=False))] if flow is not None else []
        if part.name in self._shown:
            found.append(
                (
                    depth,
                    part.name,
                    [f"{texts[0]}; see above" if texts and texts[0] else "see above"],
                )
            )
            return
        self._shown.add(part.name)
        kind = {"external": "external system"}.get(part.kind, part.kind)
        facts = ", ".join(part.lines)
        if part.kind == "client":
            texts.append(facts)
        else:
            texts.append(f"{kind}: {facts}" if facts else kind)
        if part.used is not None:
            texts.append(
                f"{100 * part.used.share:.0f} % used"
                + (f", {part.used.word}" if part.used.word else "")
            )
        found.append((depth, part.name, [text for text in texts if text]))
        for below in self._flows:
            if below.source == part.name and below.target != part.name:
                self._walk(self._parts[below.target], below, depth + 1, found)


RENDER = {"DesignDrawing": drawn}
