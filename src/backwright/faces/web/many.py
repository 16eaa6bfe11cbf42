"""Whether a page serves many people, and what it then needs: a name that people type, accounts, limits."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from backwright.model.errors import BadRequest

if TYPE_CHECKING:
    from backwright.faces.web.site import Site
    from backwright.usecases.serve import Ask

LOOPBACKS = frozenset({"127.0.0.1", "::1", "localhost"})
EVERY_ADDRESS = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  (recognised, not bound)
EXAMPLE = "backwright serve --host 0.0.0.0 --url https://learn.example.org"


def needs_accounts(ask: Ask) -> bool:
    """Whether others can reach the page: by its address, or through what stands before it."""
    name = urlsplit(ask.url).hostname or ask.host
    return ask.accounts or ask.host not in LOOPBACKS or name not in LOOPBACKS


def check(ask: Ask) -> None:
    """Raise BadRequest if people could not come to this page, or not safely."""
    parts = urlsplit(ask.url)
    if ask.url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise BadRequest(f"'{ask.url}' is no address of a page", hint=EXAMPLE)
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise BadRequest(
            f"'{ask.url}' says more than a name and a port; the page needs a name of its own",
            hint=EXAMPLE,
        )
    if ask.host in EVERY_ADDRESS and not ask.url:
        raise BadRequest(
            f"others can reach {ask.host or 'every address'}, so that people log in there, and the page answers to its own name only",
            detail="Say which name they type; https needs a proxy before it, such as Caddy or nginx.",
            hint=EXAMPLE,
        )


def open_to_many(site: Site, ask: Ask) -> None:
    """Give a site accounts; StoreProblem if their database does not answer."""
    from backwright.adapters.limiter import Limits
    from backwright.wiring import make_accounts, make_provider

    site.is_local = False
    site.parts["accounts"] = make_accounts()
    site.parts["requests"] = Limits()
    if ask.url:
        site.url = ask.url.rstrip("/")
        name = str(urlsplit(ask.url).hostname)
    else:
        name = ask.host
    site.parts["provider"] = make_provider(site.url)
    # This machine may still ask by its own names: probes do. Cookies belong to a name, so that nobody gains by that.
    site.hosts |= {f"[{name}]" if ":" in name else name}


def first_words(url: str) -> str:
    """Return what is said at the start of a page for many: how the first account is made, and what is not safe."""
    from backwright.wiring import make_accounts

    said = ""
    name = urlsplit(url).hostname
    if url.startswith("http://") and name not in LOOPBACKS:
        said += "Without https, passwords cross the network unprotected: let a proxy with a certificate stand before it.\n"
    if ticket := make_accounts().first_ticket():
        said += f"Make the first account, which runs this server, within 7 days:\n  {url.rstrip('/')}/account/new?token={ticket}\n"
    return said
