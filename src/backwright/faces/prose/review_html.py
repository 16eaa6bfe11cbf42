"""A review as one HTML page: readable, printable, without scripts or anything from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader

from backwright.faces.prose.layout import clean, few

if TYPE_CHECKING:
    from backwright.usecases.review import Review


def render(answer: Review) -> str:
    """Return the page. Everything read from code is escaped."""
    environment = Environment(
        loader=PackageLoader("backwright.faces.prose", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["clean"] = clean
    environment.filters["few"] = few
    groups: dict[str, list[object]] = {}
    for row in answer.findings:
        groups.setdefault(row.severity.value, []).append(row)
    return environment.get_template("review.html").render(
        answer=answer, groups=groups, words={True: "yes", False: "no", None: "?"}
    )
