"""Teams: those one is in, one team's skills, joining by a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from backwright.faces.web.pages.account_entry import form_page
from backwright.faces.web.sessions import account_of, accounts_of, link
from backwright.faces.web.site import site_of
from backwright.model.errors import BackwrightError
from backwright.usecases.teams import NAME_MAX, Teams

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from backwright.model.account import Account


def teams_of(request: Request) -> Teams:
    """Return the teams of a site."""
    return Teams(accounts_of(site_of(request)))


async def teams(request: Request) -> Response:
    """Show one's teams, or found one."""
    account = await run_in_threadpool(account_of, request)
    error = None
    if request.method == "POST":
        try:
            name = str((await request.form()).get("name", ""))
            team = await run_in_threadpool(teams_of(request).found, account, name)
            return RedirectResponse(f"/team/{team.id}", 303)
        except BackwrightError as problem:
            error = problem
    people = accounts_of(site_of(request)).people
    mine = await run_in_threadpool(people.teams_of, account.id)
    return form_page(request, "team/teams.html", {"teams": mine, "team_name_max": NAME_MAX}, error)


async def team(request: Request) -> Response:
    """Show who is in a team and what those who share can do."""
    return await run_in_threadpool(_shown, request, await run_in_threadpool(account_of, request))


def _shown(request: Request, account: Account, invitation: str = "") -> Response:
    matrix = teams_of(request).matrix(
        account,
        request.path_params["team"],
        site_of(request).bench,
        request.query_params.get("domain", ""),
    )
    me = next(each for each in matrix.members if each.account == account.id)
    context: dict[str, Any] = {"matrix": matrix, "me": me, "invitation": invitation}
    return form_page(request, "team/team.html", context)


async def invite(request: Request) -> Response:
    """Make a link for one person, shown this once."""
    account = await run_in_threadpool(account_of, request)
    token = await run_in_threadpool(teams_of(request).invite, account, request.path_params["team"])
    return await run_in_threadpool(
        _shown, request, account, link(request, f"/team/join?token={token}")
    )


async def join(request: Request) -> Response:
    """Ask whether to join, or join."""
    account = await run_in_threadpool(account_of, request)
    token, error = request.query_params.get("token", ""), None
    if request.method == "POST":
        token = str((await request.form()).get("token", ""))
        try:
            joined = await run_in_threadpool(teams_of(request).join, account, token)
            return RedirectResponse(f"/team/{joined.id}", 303)
        except BackwrightError as problem:
            error = problem
    opens = await run_in_threadpool(teams_of(request).invited_to, token)
    return form_page(request, "team/join.html", {"token": token, "opens": opens}, error)


async def share(request: Request) -> Response:
    """Switch one's own sharing on or off."""
    account, which = await run_in_threadpool(account_of, request), request.path_params["team"]
    shares = str((await request.form()).get("shares", "")) == "yes"
    await run_in_threadpool(lambda: teams_of(request).share(account, which, shares=shares))
    return RedirectResponse(f"/team/{which}", 303)


async def leave(request: Request) -> Response:
    """Leave a team, or take a member out of one's own."""
    account, which = await run_in_threadpool(account_of, request), request.path_params["team"]
    whom = str((await request.form()).get("member", ""))
    if whom:
        await run_in_threadpool(teams_of(request).remove, account, which, whom)
        return RedirectResponse(f"/team/{which}", 303)
    await run_in_threadpool(teams_of(request).leave, account, which)
    return RedirectResponse("/team", 303)


ROUTES = [
    Route("/team", teams, methods=["GET", "POST"]),
    Route("/team/join", join, methods=["GET", "POST"]),
    Route("/team/{team}", team),
    # backwright: allow login-without-limit, makes a code of 256 bits for a member who is logged in; nothing is guessed
    Route("/team/{team}/invite", invite, methods=["POST"]),
    Route("/team/{team}/share", share, methods=["POST"]),
    Route("/team/{team}/leave", leave, methods=["POST"]),
]
