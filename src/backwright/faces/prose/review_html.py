"""A review as one HTML page: readable, printable, without scripts or anything from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backwright.faces.prose.page import page

if TYPE_CHECKING:
    from backwright.usecases.review import Review


def render(answer: Review) -> str:
    """Return the page. Everything read from code is escaped."""
    groups: dict[str, list[object]] = {}
    for row in answer.findings:
        groups.setdefault(row.severity.value, []).append(row)
    return page("review.html", answer=answer, groups=groups)
