"""The page about the HTTP interface, for people; and its routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from backwright.faces.web.api.operation import ROOT
from backwright.faces.web.api.routes import operations, routes
from backwright.faces.web.problems import KINDS
from backwright.faces.web.site import visitor_of
from backwright.faces.web.templating import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def about(request: Request) -> Response:
    """Show what the interface offers to whoever asks, and one call that works."""
    visitor = visitor_of(request)
    groups: dict[str, dict[str, tuple[list[str], str]]] = {}
    for each in operations():
        if each.is_for(visitor):
            methods, _ = groups.setdefault(each.tag, {}).setdefault(each.path, ([], each.summary))
            methods.append(each.method)
    base = str(request.base_url).rstrip("/")
    return page(
        request,
        "api.html",
        {"groups": groups, "root": ROOT, "base": base, "problems": KINDS},
    )


ROUTES = [Route("/api", about), *routes()]
