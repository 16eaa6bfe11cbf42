"""A map as one HTML page: the picture and its tables, without scripts or anything from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from backwright.faces.prose.page import page

if TYPE_CHECKING:
    from backwright.usecases.map import Map


def render(answer: Map) -> str:
    """Return the page. The picture is our own SVG, whose texts are escaped already; everything else is escaped here."""
    return page("map.html", answer=answer, picture=Markup(answer.svg))  # noqa: S704
