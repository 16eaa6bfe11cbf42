"""The operator's page: who has an account, links that let people in; no answers, no reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from backwright.faces.web.pages.account_entry import form_page
from backwright.faces.web.sessions import account_of, accounts_of, link
from backwright.faces.web.site import site_of
from backwright.model.errors import BackwrightError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from backwright.model.account import Account

HOME = "/operator"


async def show(request: Request) -> Response:
    """Show the accounts."""
    account = await run_in_threadpool(account_of, request)
    return await run_in_threadpool(_shown, request, account)


def _shown(
    request: Request,
    account: Account,
    error: BackwrightError | None = None,
    made: tuple[str, str] = ("", ""),
) -> Response:
    accounts = accounts_of(site_of(request))
    context: dict[str, Any] = {
        "accounts": accounts.people.accounts(),
        "me": account,
        "sign_up": accounts.sign_up,
        "made_for": made[0],
        "made": made[1],
    }
    return form_page(request, "operator.html", context, error)


async def invite(request: Request) -> Response:
    """Make a link with which one person makes an account."""
    account = await run_in_threadpool(account_of, request)
    token = await run_in_threadpool(accounts_of(site_of(request)).invite, account)
    made = ("one new account", link(request, f"/account/new?token={token}"))
    return await run_in_threadpool(_shown, request, account, None, made)


async def reset(request: Request) -> Response:
    """Make a link with which somebody sets a new password."""
    account, accounts = await run_in_threadpool(account_of, request), accounts_of(site_of(request))
    whose = str((await request.form()).get("account", ""))
    try:
        token = await run_in_threadpool(accounts.reset, account, whose)
    except BackwrightError as problem:
        return await run_in_threadpool(_shown, request, account, problem)
    found = await run_in_threadpool(accounts.people.account, whose)
    made = (
        f"a new password of {found.name if found else ''}",
        link(request, f"/account/password?token={token}"),
    )
    return await run_in_threadpool(_shown, request, account, None, made)


async def change(request: Request) -> Response:
    """Disable, enable, make or unmake an operator."""
    account, accounts = await run_in_threadpool(account_of, request), accounts_of(site_of(request))
    sent = await request.form()
    whose, what = str(sent.get("account", "")), str(sent.get("do", ""))
    steps = {
        "disable": lambda: accounts.disable(account, whose, is_disabled=True),
        "enable": lambda: accounts.disable(account, whose, is_disabled=False),
        "promote": lambda: accounts.promote(account, whose, is_operator=True),
        "demote": lambda: accounts.promote(account, whose, is_operator=False),
    }
    try:
        if what in steps:
            await run_in_threadpool(steps[what])
    except BackwrightError as problem:
        return await run_in_threadpool(_shown, request, account, problem)
    return RedirectResponse(HOME if whose != account.id else "/account", 303)


ROUTES = [
    Route(HOME, show),
    # backwright: allow login-without-limit, for the operator alone, who invites whom he likes
    Route(f"{HOME}/invite", invite, methods=["POST"]),
    Route(f"{HOME}/reset", reset, methods=["POST"]),
    Route(f"{HOME}/change", change, methods=["POST"]),
]
