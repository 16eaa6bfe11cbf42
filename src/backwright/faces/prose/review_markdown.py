"""A review as Markdown, for a pull request or a wiki."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backwright.faces.prose.layout import clean, few

if TYPE_CHECKING:
    from backwright.usecases.review import FindingRow, Review

SHOWN_MAX = 30  # findings in full; a comment that is longer is not read


def render(answer: Review) -> str:
    """Return the findings by severity, each with its path, reason and fix."""
    high = sum(row.severity.value == "high" for row in answer.findings)
    system = answer.system
    lines = [
        f"## Backwright: {few(len(answer.findings), 'finding')} in {_text(answer.name)}, {high} of them high",
        "",
        f"{answer.lines:,} lines, {answer.files:,} files; {few(system.endpoints, 'endpoint')}, {few(system.tables, 'table')}, "
        f"{few(system.outgoing, 'outgoing call')}."
        + (f" Compared with `{answer.base}`." if answer.base else ""),
    ]
    for row in answer.findings[:SHOWN_MAX]:
        lines += _finding(row)
    left = len(answer.findings) - SHOWN_MAX
    if left > 0:
        lines += ["", f"{left} more: `backwright review . --all`"]
    if answer.unread:
        lines += [
            "",
            f"Not read, or only in part: {few(len(answer.unread) + answer.unread_more, 'place')}.",
        ]
    return "\n".join(lines) + "\n"


def _finding(row: FindingRow) -> list[str]:
    lines = [
        "",
        f"### {row.severity.value}: {_text(row.message)}",
        "",
        f"`{row.rule}` at `{_code(row.file)}:{row.line}`, confidence {row.confidence.value}",
    ]
    if row.path:
        lines += [
            "",
            *(
                f"{n}. `{_code(s.file)}:{s.line}` {_text(s.note)}"
                for n, s in enumerate(row.path, 1)
            ),
        ]
    if row.why:
        lines += ["", f"**Why.** {_text(row.why)}"]
    if row.fix:
        lines += ["", f"**Fix.** {_text(row.fix)}"]
    return [*lines, "", f"To learn: {_text(row.lesson)} (`backwright learn {row.skill}`)"]


def _text(text: str) -> str:
    """Return text in which nothing is markup or HTML."""
    return re.sub(r"([\\*_\[\]<>#|~])", r"\\\1", clean(" ".join(text.split())))


def _code(text: str) -> str:
    return clean(text).replace("`", "'")
