"""The map's page: the picture of modules, its tables, and files for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from backwright.faces.prose import map_html
from backwright.faces.web import verbs

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from backwright.faces.web.site import Visitor
    from backwright.usecases.map import Map
    from backwright.usecases.spec import UseCase

ROWS_SHOWN = 12  # of a table at once; the others are one click away
FILES = {
    "map.svg": ("picture", "SVG"),
    "map.mmd": ("Mermaid", "for Markdown that draws it"),
    "map.html": ("one page", "without network, to pass on"),
    "design.yaml": ("design draft", "to check by law and simulate, once loads are filled in"),
    "blueprint.json": ("blueprint", "all that was found, for programs"),
}


async def page(use_case: UseCase, request: Request) -> Response:
    """Show the form; what is sent becomes a job."""
    return await verbs.verb_page(use_case, request, {"format": "design"})


def context(answer: Map, _: Visitor) -> dict[str, Any]:
    """Return what the template needs besides the answer."""
    made = answer.blueprint
    used: dict[str, int] = {}
    for module in made.modules:
        for target, count in module.imports:
            used[target] = used.get(target, 0) + count
    return {
        "modules": sorted(made.modules, key=lambda m: -m.lines),
        "used": used,
        "knots": {name for group in answer.cycles for name in group},
        "frameworks": list(dict.fromkeys(f for s in made.services for f in s.frameworks)),
        "rows_shown": ROWS_SHOWN,
        "downloads": FILES,
    }


def files(answer: Map) -> dict[str, tuple[str, str | bytes]]:
    """Return the downloads."""
    return {
        "map.svg": ("image/svg+xml", answer.svg),
        "map.mmd": ("text/plain; charset=utf-8", answer.mermaid),
        "map.html": ("text/html; charset=utf-8", map_html.render(answer)),
        "design.yaml": ("application/yaml; charset=utf-8", answer.draft),
        "blueprint.json": ("application/json", msgspec.json.encode(answer.blueprint)),
    }
