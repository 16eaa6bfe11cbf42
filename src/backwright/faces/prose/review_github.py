"""A review as workflow commands that a GitHub Action turns into annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backwright.faces.prose.layout import clean

if TYPE_CHECKING:
    from backwright.usecases.review import Review

LEVELS = {"high": "error", "medium": "warning", "low": "notice"}
SHOWN_MAX = 50  # annotations that are shown for one run


def render(answer: Review) -> str:
    """Return one line for each finding, the most severe first."""
    lines = []
    for row in answer.findings[:SHOWN_MAX]:
        where = f"file={_property(row.file)},line={row.line},title={_property(row.rule)}"
        lines.append(
            f"::{LEVELS[row.severity.value]} {where}::{_data(f'{row.message}. {row.fix}')}\n"
        )
    left = len(answer.findings) - SHOWN_MAX
    if left > 0:
        lines.append(f"::notice title=backwright::{left} more findings are not shown\n")
    return "".join(lines)


def _data(text: str) -> str:
    return (
        clean(text.replace("\n", " "))
        .replace("%", "%25")
        .replace("\r", "%0D")
        .replace("::", ":%3A")
    )


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
