"""Logging in at an OpenID provider: there, and back."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from backwright.faces.web.pages.account_entry import come_in
from backwright.faces.web.pages.theme import own_path
from backwright.faces.web.sessions import accounts_of, is_secure
from backwright.faces.web.site import site_of
from backwright.model.errors import NotFound, Refused
from backwright.usecases.accounts import TICKET_LASTS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from backwright.faces.web.site import Site
    from backwright.usecases.ports import Provider

COOKIE = "provider"


def provider_of(site: Site) -> Provider:
    """Return the provider; NotFound if none is set up."""
    provider: Provider | None = site.parts.get("provider")
    if provider is None:
        raise NotFound("no OpenID provider is set up here", hint="set BACKWRIGHT_OIDC_ISSUER")
    return provider


async def go(request: Request) -> Response:
    """Send the browser to the provider, with a state that only this browser can bring back."""
    site = site_of(request)
    provider = provider_of(site)
    way = await run_in_threadpool(
        accounts_of(site).begin_at_provider,
        own_path(request.query_params.get("next", "/")),
        request.query_params.get("token", ""),
    )
    url = await run_in_threadpool(provider.begin, way.state, way.nonce, way.verifier)
    answer = RedirectResponse(url, 303)
    answer.set_cookie(
        COOKIE,
        way.state,
        max_age=int(TICKET_LASTS["provider"].total_seconds()),
        path="/account/provider",
        secure=is_secure(site),
        httponly=True,
        samesite="lax",
    )
    return answer


async def back(request: Request) -> Response:
    """Take somebody in whom the provider knows."""
    site = site_of(request)
    provider, accounts = provider_of(site), accounts_of(site)
    state = request.query_params.get("state", "")
    kept = request.cookies.get(COOKIE, "")
    if not state or not hmac.compare_digest(state.encode(), kept.encode()):
        raise Refused("this login was not begun in this browser", hint="log in again")
    way = await run_in_threadpool(accounts.back_from_provider, state)
    if way is None:
        raise Refused("this login took too long, or was used before", hint="log in again")
    if said := request.query_params.get("error"):
        raise Refused(f"the provider said no: {said[:80]}")
    code = request.query_params.get("code", "")
    known = await run_in_threadpool(provider.finish, code, way.nonce, way.verifier)
    account = await run_in_threadpool(accounts.account_at_provider, known, way.ticket)
    device = request.headers.get("user-agent", "")
    answer = await come_in(
        request, await run_in_threadpool(accounts.begin, account, device), way.next
    )
    answer.delete_cookie(COOKIE, path="/account/provider")
    return answer


ROUTES = [Route("/account/provider", go), Route("/account/provider/back", back)]
