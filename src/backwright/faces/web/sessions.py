"""What pages about people share: the accounts of the site, the session's cookie, who is logged in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backwright.faces.web.site import site_of, visitor_of
from backwright.model.errors import NotFound, Refused
from backwright.usecases.accounts import SESSION_LONGEST

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from backwright.faces.web.site import Site
    from backwright.model.account import Account
    from backwright.usecases.accounts import Accounts

ALONE = "Backwright serves you alone here; there are no accounts"


def accounts_of(site: Site) -> Accounts:
    """Return the accounts of a site; NotFound on a page that serves one person."""
    accounts: Accounts | None = site.parts.get("accounts")
    if accounts is None:
        raise NotFound(
            ALONE, hint="backwright serve --host 0.0.0.0 --url https://learn.example.org"
        )
    return accounts


def account_of(request: Request) -> Account:
    """Return the account that is logged in, as it is stored now."""
    accounts = accounts_of(site_of(request))
    account = accounts.people.account(visitor_of(request).profile)
    if account is None or account.is_disabled:
        raise Refused("log in first")
    return account


def is_secure(site: Site) -> bool:
    """Whether people come by https, so that cookies may be bound to it."""
    return site.url.startswith("https://")


def cookie_name(site: Site) -> str:
    """Return the cookie's name: with https one that no neighbouring host can set."""
    return "__Host-session" if is_secure(site) else "session"


def remember(answer: Response, site: Site, token: str) -> Response:
    """Give the browser its session."""
    answer.set_cookie(
        cookie_name(site),
        token,
        max_age=int(SESSION_LONGEST.total_seconds()),
        path="/",
        secure=is_secure(site),
        httponly=True,
        samesite="lax",
    )
    return answer


def forget(answer: Response, site: Site) -> Response:
    """Take the session from the browser."""
    answer.delete_cookie(
        cookie_name(site), path="/", secure=is_secure(site), httponly=True, samesite="lax"
    )
    return answer


def link(request: Request, path: str) -> str:
    """Return the whole address of a path, to be sent to somebody."""
    base = site_of(request).url or str(request.base_url).rstrip("/")
    return f"{base}{path}"


BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "a Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_name(agent: str) -> str:
    """Return "Firefox on Linux" for what a browser says it is; what it says if that is not known."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return f"{browser} on {system}" if browser and system else agent
