"""The page of everything that can be asked, by the question a person has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from backwright.faces.web.site import visitor_of
from backwright.faces.web.templating import page as show_page
from backwright.usecases import USE_CASES

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def everything(request: Request) -> Response:
    """List every verb that this visitor may run, under its group."""
    visitor = visitor_of(request)
    offered = [each for each in USE_CASES if visitor.may_run(each.audience)]
    groups = dict.fromkeys(each.group for each in offered)
    listed = [(group, [each for each in offered if each.group == group]) for group in groups]
    return show_page(request, "verbs_all.html", {"groups": listed, "total": len(offered)})


ROUTES = [Route("/verbs", everything)]
