"""Routes of the HTTP interface, made from its operations; its document; and what is the same for all of them."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

import msgspec
from starlette.exceptions import HTTPException
from starlette.routing import Route

from backwright.faces.web.api import lists, running, working
from backwright.faces.web.api.answering import answer, check_accepts
from backwright.faces.web.api.document import document
from backwright.faces.web.api.once import once
from backwright.faces.web.api.operation import JSON, ROOT, Operation
from backwright.faces.web.site import visitor_of
from backwright.model.errors import NotFound

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


@cache
def operations() -> tuple[Operation, ...]:
    """Return every operation, verbs first."""
    return (*running.operations(), *lists.operations(), *working.operations())


def routes() -> list[Route]:
    """Return the routes: one for each path, whatever its methods."""
    paths: dict[str, dict[str, Operation]] = {}
    for each in operations():
        paths.setdefault(each.path, {})[each.method] = each
    made = [
        Route(f"{ROOT}{path}", partial(_do, by_method), methods=list(by_method))
        for path, by_method in paths.items()
    ]
    return [*made, Route(f"{ROOT}/openapi.json", _document)]


async def _do(by_method: dict[str, Operation], request: Request) -> Response:
    operation = by_method.get("GET" if request.method == "HEAD" else request.method)
    if operation is None:
        raise HTTPException(405, headers={"allow": ", ".join(sorted(by_method))})
    if not operation.is_for(visitor_of(request)):
        raise NotFound(f"there is no '{request.url.path[:200]}' here")
    check_accepts(request, operation.produces)
    if operation.method == "POST":
        return await once(request, operation.handler)
    return await operation.handler(request)


async def _document(request: Request) -> Response:
    check_accepts(request, JSON)
    visitor = visitor_of(request)
    offered = [each for each in operations() if each.is_for(visitor)]
    return answer(request, msgspec.json.encode(document(offered)))
