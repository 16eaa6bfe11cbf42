"""Schemas as files, for editors that are given an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from backwright.faces.web.site import bench_of
from backwright.usecases.schema import Ask, run

if TYPE_CHECKING:
    from starlette.requests import Request


async def schema(request: Request) -> Response:
    """Send one schema."""
    answer = run(Ask(request.path_params["name"]), bench_of(request))
    return Response(answer.text, media_type="application/schema+json")


ROUTES = [Route("/schema/{name}.json", schema)]
