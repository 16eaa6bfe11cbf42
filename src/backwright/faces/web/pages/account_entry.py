"""The way in: log in, make an account, set a password by a link, log out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from backwright.faces.web.doorkeeper import address_of
from backwright.faces.web.pages.theme import own_path
from backwright.faces.web.problems import headers_of, status_of
from backwright.faces.web.sessions import accounts_of, cookie_name, forget, remember
from backwright.faces.web.site import site_of
from backwright.faces.web.templating import page
from backwright.model.errors import BackwrightError
from backwright.usecases.accounts import NAME_MAX, PASSWORD_MAX, PASSWORD_MIN

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from backwright.usecases.accounts import LoggedIn

LIMITS = {"name_max": NAME_MAX, "password_min": PASSWORD_MIN, "password_max": PASSWORD_MAX}


def form_page(
    request: Request, template: str, context: dict[str, Any], error: BackwrightError | None = None
) -> Response:
    """Return a page with a form, with what was wrong when it was sent before. Never kept by anybody on the way."""
    headers = {"cache-control": "no-store", **headers_of(error)}
    return page(request, template, {**LIMITS, **context, "error": error}, status_of(error), headers)


async def log_in(request: Request) -> Response:
    """Show the form, or begin a session."""
    accounts = accounts_of(site_of(request))
    back, name = own_path(request.query_params.get("next", "/")), ""
    error = None
    if request.method == "POST":
        sent = await request.form()
        back, name = own_path(str(sent.get("next", "/"))), str(sent.get("name", ""))
        try:
            made = await run_in_threadpool(
                accounts.log_in,
                name,
                str(sent.get("password", "")),
                request.headers.get("user-agent", ""),
                address_of(request.scope),
            )
            return await come_in(request, made, back)
        except BackwrightError as problem:
            error = problem
    context = {
        "next": back,
        "name": name,
        "sign_up": accounts.sign_up,
        "provider": site_of(request).parts.get("provider"),
    }
    return form_page(request, "account/login.html", context, error)


async def come_in(request: Request, made: LoggedIn, back: str = "/") -> Response:
    """Send somebody on who has proved who they are, with a new cookie; the session that the browser had ends."""
    site = site_of(request)
    if old := request.cookies.get(cookie_name(site)):
        await run_in_threadpool(accounts_of(site).log_out, old)
    # backwright: allow redirect-from-input, own_path has kept it to this page
    return remember(RedirectResponse(back, 303), site, made.token)


async def log_out(request: Request) -> Response:
    """End the session of this browser."""
    site = site_of(request)
    if token := request.cookies.get(cookie_name(site)):
        await run_in_threadpool(accounts_of(site).log_out, token)
    answer = RedirectResponse("/account/login", 303)
    # Pages that the browser kept are not for whoever sits down next.
    answer.headers["clear-site-data"] = '"cache"'
    return forget(answer, site)


async def new_account(request: Request) -> Response:
    """Show the form, or make an account and begin its first session."""
    accounts = accounts_of(site_of(request))
    ticket, name, error = request.query_params.get("token", ""), "", None
    if request.method == "POST":
        sent = await request.form()
        ticket, name = str(sent.get("token", "")), str(sent.get("name", ""))
        try:
            account = await run_in_threadpool(
                accounts.new_account,
                name,
                str(sent.get("password", "")),
                ticket,
                address_of(request.scope),
            )
            device = request.headers.get("user-agent", "")
            return await come_in(request, await run_in_threadpool(accounts.begin, account, device))
        except BackwrightError as problem:
            error = problem
    opens = await run_in_threadpool(accounts.ticket_kind, ticket)
    context = {"token": ticket, "opens": opens, "name": name, "sign_up": accounts.sign_up}
    context["provider"] = site_of(request).parts.get("provider")
    return form_page(request, "account/new.html", context, error)


async def password(request: Request) -> Response:
    """Let whoever has the link set a password."""
    accounts = accounts_of(site_of(request))
    ticket, error = request.query_params.get("token", ""), None
    if request.method == "POST":
        sent = await request.form()
        ticket = str(sent.get("token", ""))
        try:
            made = await run_in_threadpool(
                accounts.set_password,
                ticket,
                str(sent.get("password", "")),
                request.headers.get("user-agent", ""),
                address_of(request.scope),
            )
            return await come_in(request, made)
        except BackwrightError as problem:
            error = problem
    whose = await run_in_threadpool(accounts.whose_password, ticket)
    return form_page(request, "account/password.html", {"token": ticket, "whose": whose}, error)


ROUTES = [
    # backwright: allow login-without-limit, usecases/accounts.py counts guesses by account and by address
    Route("/account/login", log_in, methods=["GET", "POST"]),
    Route("/account/logout", log_out, methods=["POST"]),
    Route("/account/new", new_account, methods=["GET", "POST"]),
    Route("/account/password", password, methods=["GET", "POST"]),
]
