"""Templates: one environment, what every page knows, and the response they make."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse

from backwright.faces.web import shown
from backwright.faces.web.site import site_of, visitor_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

HERE = Path(__file__).parent
BLOCKS = (
    "title",
    "styles",
    "scripts",
    "twin",
    "main",
)  # of base.html, that depend on nothing but what a page shows
THEMES = ("auto", "light", "dark")
NAV = (
    ("/", "Now"),
    ("/explore", "Explore"),
    ("/assess", "Assess"),
    ("/report", "Report"),
    ("/roadmap", "Roadmap"),
    ("/learn", "Learn"),
    ("/review", "Review"),
    ("/design", "Design"),
    ("/ask", "Ask"),
)


@cache
def environment() -> Environment:
    """Return the template environment; every value is escaped unless it was made markup on purpose."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(nav=NAV, version=_version(), **shown.GLOBALS)
    made.filters.update(shown.FILTERS)
    return made


def _version() -> str:
    """Return a text that changes with our style sheets and scripts, so that no browser shows old ones."""
    seen = sha256()
    for file in sorted((HERE / "static").rglob("*.*")):
        seen.update(file.read_bytes())
    return seen.hexdigest()[:8]


def page(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Return a page: the template with what it is given, and who asks, where, in which theme."""
    text = render(template, {**about(request), **context})
    return HTMLResponse(text, status, headers)


def about(request: Request) -> dict[str, Any]:
    """Return what every page knows of a request."""
    path = request.url.path
    here = [link for link, _ in NAV if path == link or path.startswith(f"{link}/")]
    theme = request.cookies.get("theme", "auto")
    return {
        "path": path,
        "here": max(here, key=len, default=""),
        "theme": theme if theme in THEMES else "auto",
        "visitor": visitor_of(request),
        "is_local": site_of(request).is_local,
    }


def blocks_of(template: str, context: Mapping[str, Any]) -> dict[str, str]:
    """Return the text of each block of a page, for a page that is put together later."""
    made = environment().get_template(template)
    bound = made.new_context({"path": "", "here": "", "theme": "auto", **context})
    for _ in made.root_render_func(bound):  # binds the blocks of the templates that it extends
        pass
    return {name: "".join(bound.blocks[name][0](bound)) for name in BLOCKS}


def render(template: str, context: Mapping[str, Any]) -> str:
    """Return the text of a template."""
    return environment().get_template(template).render(context)
