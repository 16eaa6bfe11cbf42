"""One's own account: password, sessions, tokens, the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from backwright.faces.web.doorkeeper import address_of
from backwright.faces.web.jobs import forget as forget_jobs
from backwright.faces.web.pages.account_entry import form_page
from backwright.faces.web.sessions import (
    account_of,
    accounts_of,
    device_name,
    forget,
    link,
    remember,
)
from backwright.faces.web.site import site_of
from backwright.model.errors import BackwrightError, BadRequest

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from backwright.model.account import Account, Scope

HOME = "/account"


async def show(request: Request) -> Response:
    """Show the account."""
    return await run_in_threadpool(_shown, request, await run_in_threadpool(account_of, request))


def _shown(
    request: Request,
    account: Account,
    error: BackwrightError | None = None,
    token: str = "",
    invitation: str = "",
) -> Response:
    accounts = accounts_of(site_of(request))
    context: dict[str, Any] = {
        "account": account,
        "device_name": device_name,
        "sessions": accounts.people.sessions(account.id),
        "here": request.scope.get("session"),
        "tokens": accounts.people.tokens(account.id),
        "new_token": token,
        "invitation": invitation,
        "may_invite": accounts.sign_up == "invite",
        "teams": accounts.people.teams_of(account.id),
    }
    return form_page(request, "account/account.html", context, error)


async def change_password(request: Request) -> Response:
    """Set a new password; other browsers have to log in again."""
    site, account = site_of(request), await run_in_threadpool(account_of, request)
    sent = await request.form()
    try:
        made = await run_in_threadpool(
            accounts_of(site).change_password,
            account,
            str(sent.get("old", "")),
            str(sent.get("new", "")),
            request.headers.get("user-agent", ""),
            address_of(request.scope),
        )
    except BackwrightError as problem:
        return await run_in_threadpool(_shown, request, account, problem)
    return remember(RedirectResponse(HOME, 303), site, made.token)


async def end_session(request: Request) -> Response:
    """End one other session, or all."""
    site, account = site_of(request), await run_in_threadpool(account_of, request)
    people, here = accounts_of(site).people, request.scope["session"]
    which = str((await request.form()).get("session", ""))
    if which == "others":
        await run_in_threadpool(people.end_sessions, account.id, here.digest)
    else:
        await run_in_threadpool(people.end_session, account.id, which)
    return RedirectResponse(HOME, 303)


async def make_token(request: Request) -> Response:
    """Make a token and show it, this once."""
    account = await run_in_threadpool(account_of, request)
    sent = await request.form()
    scope = str(sent.get("scope", "read"))
    try:
        if scope not in ("read", "write"):
            raise BadRequest(f"a token can read or write, not '{scope[:40]}'")
        token = await run_in_threadpool(
            accounts_of(site_of(request)).new_token,
            account,
            str(sent.get("name", "")),
            cast("Scope", scope),
        )
    except BackwrightError as problem:
        return await run_in_threadpool(_shown, request, account, problem)
    return await run_in_threadpool(_shown, request, account, None, token)


async def end_token(request: Request) -> Response:
    """Revoke a token."""
    account = await run_in_threadpool(account_of, request)
    which = str((await request.form()).get("token", ""))
    await run_in_threadpool(accounts_of(site_of(request)).people.end_token, account.id, which)
    return RedirectResponse(HOME, 303)


async def invite(request: Request) -> Response:
    """Make a link with which one person makes an account, shown this once."""
    account = await run_in_threadpool(account_of, request)
    try:
        token = await run_in_threadpool(accounts_of(site_of(request)).invite, account)
    except BackwrightError as problem:
        return await run_in_threadpool(_shown, request, account, problem)
    made = link(request, f"/account/new?token={token}")
    return await run_in_threadpool(_shown, request, account, None, "", made)


async def delete(request: Request) -> Response:
    """Delete the account and all that is stored about the person, when they typed their name and password."""
    site, account = site_of(request), await run_in_threadpool(account_of, request)
    accounts, sent = accounts_of(site), await request.form()
    try:
        if str(sent.get("name", "")).strip() != account.name:
            raise BadRequest(
                f"to delete everything, type your name, {account.name}",
                detail="Nothing was deleted.",
            )
        given = str(sent.get("password", ""))
        await run_in_threadpool(accounts.proves, account, given, address_of(request.scope))
        await run_in_threadpool(accounts.leave, account, site.bench.store)
        await forget_jobs(request)  # and what was computed from their answers
    except BackwrightError as problem:
        return await run_in_threadpool(_shown, request, account, problem)
    return forget(RedirectResponse("/account/login", 303), site)


ROUTES = [
    Route("/account", show),
    Route("/account/change", change_password, methods=["POST"]),
    # backwright: allow login-without-limit, ending a session guesses nothing; passwords are counted by usecases/accounts.py
    Route("/account/sessions", end_session, methods=["POST"]),
    Route("/account/tokens", make_token, methods=["POST"]),
    Route("/account/tokens/end", end_token, methods=["POST"]),
    Route("/account/invite", invite, methods=["POST"]),
    Route("/account/delete", delete, methods=["POST"]),
]
