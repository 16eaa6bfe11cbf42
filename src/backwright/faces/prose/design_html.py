"""A design as one HTML page: the picture, its parts and calls as tables, and where the numbers come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from backwright.design.drawn.drawing import label_lines
from backwright.faces.prose.page import page

if TYPE_CHECKING:
    from backwright.usecases.design_draw import DesignDrawing


def render(answer: DesignDrawing) -> str:
    """Return the page. The picture is our own SVG, whose texts are escaped already; everything else is escaped here."""
    calls = [(f.source, f.target, "; ".join(label_lines(f, wrapped=False))) for f in answer.flows]
    return page("design.html", answer=answer, calls=calls, picture=Markup(answer.svg))  # noqa: S704
