"""C++: request interceptors of oatpp, which stand before every endpoint but those that they name themselves."""

import re
from collections import defaultdict
from fnmatch import fnmatch

from backwright.review.facts import Arg, Call
from backwright.review.link.project import Project
from backwright.review.regexes import regex

_ADDS = "addRequestInterceptor"
_REFUSES = regex(r"CODE_401|Unauthorized|handleAuthorization", re.IGNORECASE)


class CppGuards:
    """What a server's interceptors demand, and the paths that they let through."""

    def __init__(self, project: Project) -> None:
        self.guards = tuple(_guards(project)) if _ADDS in project.calls_by_name else ()

    def demands(self, method: str, path: str) -> bool:
        """Whether an interceptor turns away who is not logged in at an endpoint."""
        return any(not any(fnmatch(f"{method} {path.strip('/')}", free) for free in frees) for frees in self.guards)


def _guards(project: Project) -> list[frozenset[str]]:
    """The endpoints that each interceptor names, as `POST users/login`; those are let through."""
    found: list[frozenset[str]] = []
    for file in project.files:
        if file.language != "cpp" or file.is_test:
            continue
        calls: dict[str, list[Call]] = defaultdict(list)
        for call in file.calls:
            if call.fn >= 0 and file.functions[call.fn].owner:
                calls[file.functions[call.fn].owner].append(call)
        for owner in {made.owner for made in file.functions if made.name == "intercept" and made.owner}:
            if any(_refuses(call) for call in calls[owner]):
                found.append(frozenset(_named(call) for call in calls[owner] if call.name == "route" and len(call.args) > 1))  # fmt: skip
    return found


def _refuses(call: Call) -> bool:
    return any(_REFUSES.search(text) for text in (call.name, *(value.text for value in call.args)))


def _named(call: Call) -> str:
    method, path = (_text(value) for value in call.args[:2])
    return f"{method} {path.strip('/')}"


def _text(value: Arg) -> str:
    return value.text if value.kind == "str" else "\0"
