"""Who may come to which path of a page for many. What is not named here is for people who have logged in."""

from __future__ import annotations

from functools import cache
from typing import Literal

from backwright.usecases import USE_CASES

# open: anybody. known: who has logged in. operator, machine: as the audience of a verb.
Rule = Literal["open", "known", "operator", "machine"]

OPEN = frozenset(
    {
        "/account/login",
        "/account/new",
        "/account/password",
        "/account/provider",
        "/account/provider/back",
        "/theme",
        "/healthz",
        "/readyz",
        "/favicon.ico",
    }
)
OPEN_BELOW = ("/static/",)
OPERATOR = frozenset({"/operator", "/metrics"})
OPERATOR_BELOW = ("/operator/",)
API = "/api/v1"
# Where a program's token counts. Accounts, teams and the operator's pages take a browser's session only: a token that
# leaked must not make others.
PROGRAMS = ("/api", "/mcp", "/metrics")


def rule_of(path: str) -> Rule:
    """Return who may come to a path."""
    if path in OPEN or path.startswith(OPEN_BELOW):
        return "open"
    if path in OPERATOR or path.startswith(OPERATOR_BELOW):
        return "operator"
    return _verbs().get(path.removeprefix(API).rstrip("/"), "known")


def takes_tokens(path: str) -> bool:
    """Whether a program's token counts here."""
    return any(path == each or path.startswith(f"{each}/") for each in PROGRAMS)


@cache
def _verbs() -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for each in USE_CASES:
        if each.audience != "everybody":
            rules[f"/{each.name.replace('.', '/')}"] = each.audience
    return rules
