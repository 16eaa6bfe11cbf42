"""A map as one HTML page: the picture and its tables, without scripts or anything from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from backwright.faces.prose.layout import clean, few

if TYPE_CHECKING:
    from backwright.usecases.map import Map


def render(answer: Map) -> str:
    """Return the page. The picture is our own SVG, whose texts are escaped already; everything else is escaped here."""
    environment = Environment(
        loader=PackageLoader("backwright.faces.prose", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["clean"] = clean
    environment.filters["few"] = few
    return environment.get_template("map.html").render(
        answer=answer,
        picture=Markup(answer.svg),  # noqa: S704
        words={True: "yes", False: "no", None: "?"},
    )
