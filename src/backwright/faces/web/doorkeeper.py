"""Says who asks on a page for many: the session of a browser or the token of a program; and lets in by the rules of `access`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.responses import RedirectResponse

from backwright.faces.web.access import rule_of, takes_tokens
from backwright.faces.web.guard import SAFE
from backwright.faces.web.problems import headers_of, problem_json, problem_page, status_of
from backwright.faces.web.sessions import accounts_of, cookie_name
from backwright.faces.web.site import Visitor
from backwright.model.errors import BackwrightError, NotFound, Refused, TooMany

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from backwright.faces.web.site import Site
    from backwright.usecases.ports import Allowance, Limiter

NOBODY = Visitor("")
# Requests a minute, as (how many, seconds), counted by each process for itself: a page is one request and some of its
# parts, a person reads it for seconds. Several processes let through as many times more.
KNOWN = (600, 60)
UNKNOWN = (240, 60)  # from one address, behind which an office may sit
LOG_IN = "/account/login"


class Doorkeeper:
    """Behind the guard. A page at this machine passes through: it knows its one person."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app, self._site = app, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._site.is_local:
            await self._app(scope, receive, send)
            return
        scope["visitor"] = NOBODY  # until we know; pages of problems need somebody
        path, answer = scope["path"], None
        if path.startswith("/static/"):
            await self._app(scope, receive, send)
            return
        request, spent = Request(scope, receive), None
        try:
            scope["visitor"] = visitor = await run_in_threadpool(self._visitor, scope)
            spent = self._spend(visitor, scope)
            if spent is not None and not spent.allowed:
                raise TooMany(
                    f"more than {spent.limit} requests in a minute",
                    seconds=spent.seconds,
                    detail=f"Try again in {spent.seconds} seconds.",
                )
            answer = self._refusal(request, visitor)
        except BackwrightError as problem:
            answer = _said(request, problem)

        async def with_limit(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # One browser, two people after each other: nothing is shown again without asking.
                headers.setdefault("cache-control", "private, no-cache")
                if spent is not None:
                    headers["ratelimit-policy"] = f'"requests";q={spent.limit};w=60'
                    headers["ratelimit"] = f'"requests";r={spent.left};t={spent.seconds}'
            await send(message)

        await (answer or self._app)(scope, receive, with_limit)

    def _visitor(self, scope: Scope) -> Visitor:
        accounts, headers = accounts_of(self._site), Headers(scope=scope)
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind:
            found = accounts.bearer(token.strip()) if kind.lower() == "bearer" else None
            if found is None or not takes_tokens(scope["path"]):
                return NOBODY
            account, may = found
            return Visitor(account.id, account.name, account.is_operator, may_write=may == "write")
        cookie = cookie_parser(headers.get("cookie", "")).get(cookie_name(self._site), "")
        known = accounts.who(cookie) if cookie else None
        if known is None:
            return NOBODY
        scope["session"] = known[1]
        return Visitor(known[0].id, known[0].name, known[0].is_operator)

    def _spend(self, visitor: Visitor, scope: Scope) -> Allowance | None:
        limiter: Limiter | None = self._site.parts.get("requests")
        if limiter is None:
            return None
        if visitor.is_known:
            return limiter.hit(KNOWN, visitor.profile)
        return limiter.hit(UNKNOWN, address_of(scope))

    @staticmethod
    def _refusal(request: Request, visitor: Visitor) -> Response | None:
        path = request.url.path
        rule = rule_of(path)
        if rule == "open":
            return None
        if not visitor.is_known:
            if request.method in SAFE and not takes_tokens(path):
                query = f"?{request.url.query}" if request.url.query else ""
                back = quote(f"{path}{query}", safe="/")
                return RedirectResponse(f"{LOG_IN}?next={back}" if back != "/" else LOG_IN, 303)
            problem = Refused("log in first", hint="send a token: Authorization: Bearer ...")
            return _said(request, problem, 401)
        if not visitor.may_run("everybody" if rule == "known" else rule):
            # As if it were not there: what an operator can do is nobody else's business.
            return _said(request, NotFound(f"there is no page '{path[:200]}'"))
        return None


def address_of(scope: Scope) -> str:
    """Return where a request comes from; behind a proxy on this machine what the proxy says, which uvicorn sees to."""
    client = scope.get("client")
    return client[0] if client else "unknown"


def _said(request: Request, problem: BackwrightError, status: int = 0) -> Response:
    status = status or status_of(problem)
    headers = headers_of(problem)
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    if takes_tokens(request.url.path):
        return problem_json(request.url.path, problem, status, headers)
    if status == 401:
        return RedirectResponse(LOG_IN, 303)
    return problem_page(request, problem)
