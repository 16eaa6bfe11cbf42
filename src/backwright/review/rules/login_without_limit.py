"""login-without-limit: an endpoint where something can be guessed, and nothing counts the tries."""

import re
from collections import defaultdict
from collections.abc import Iterator

from backwright.model.blueprint import Endpoint, Spot
from backwright.model.finding import Confidence
from backwright.review.link.declared import Declared
from backwright.review.link.model import Model
from backwright.review.link.remembering import remembered
from backwright.review.regexes import regex
from backwright.review.rules.evaded import Evaded
from backwright.review.rules.guessable import RANK, WORDS, Guessable
from backwright.review.rules.logins import built_in
from backwright.review.rules.pythonlogins import PythonLogins
from backwright.review.rules.rule import Hit
from backwright.review.rules.secretly import Secretly
from backwright.review.rules.throttles import broken_limits
from backwright.review.rules.tries import Tries

SPOTS_MAX = 10  # other endpoints that are named
COUNTS = regex(
    r"token_?bucket|rate_?limit|throttl|login_?attempt|failed_?(login|attempt)|too_?many|brute_?force|leaky_?bucket",
    re.IGNORECASE,
)
_counts = remembered(COUNTS)
# Libraries whose limits stand in the settings of an ASP.NET application.
_ASPNET_LIMITS = regex(r"\"(Ip|Client)RateLimit(ing|Options)\"")
Found = tuple[int, str, Declared, Endpoint]


def check(model: Model) -> Iterator[Hit]:
    """Yield one finding for each file of routes: its most dangerous endpoint, with the others in the path."""
    groups: dict[int, list[Found]] = defaultdict(list)
    guessable, logins, tries = Guessable(model), PythonLogins(model), Tries(model)
    secretly = Secretly(model)
    counting = _counting_folders(model)
    limited = _limited_folders(model)
    locks = tuple(_locks(model))
    broken = list(broken_limits(model))
    firewall = any(hit.file for hit in broken)
    for declared, endpoint in zip(model.declared, model.endpoints, strict=True):
        if endpoint.limited or endpoint.file.startswith(limited):
            continue
        kind = guessable.kind(declared, endpoint)
        if kind is not None and secretly.is_none(kind, declared, endpoint):
            kind = None
        if kind is None and endpoint.method != "GET" and logins.is_login(declared, endpoint):
            kind = "login"
        if kind is None and tries.takes(declared, endpoint):
            kind = "login"
        if (
            kind is None
            or logins.is_only_shown(declared)
            or (kind == "login" and (tries.is_counted(declared) or (declared.framework == "django" and locks)))
            or _limits_itself(model, declared, endpoint)
            or (kind == "login" and declared.framework == "symfony" and firewall)
        ):
            continue
        if endpoint.handler_file.rpartition("/")[0] in counting and endpoint.handler_file.endswith(".py"):
            continue  # a form or the model beside it counts the tries
        groups[declared.at].append((RANK[kind], kind, declared, endpoint))
    for found in groups.values():
        found.sort(key=lambda each: (each[0], each[2].line))
        yield _hit(model, guessable, found, logins, tries)
    yield from _identity(model)
    yield from built_in(model)
    yield from logins.hits()
    yield from tries.hits()
    yield from broken
    yield from Evaded(model).hits(locks)


def _hit(model: Model, guessable: Guessable, found: list[Found], logins: PythonLogins, tries: Tries) -> Hit:
    """Return one finding for the endpoints of one file."""
    _, kind, declared, endpoint = found[0]
    handled = declared.handler
    others = [e for e in found[1:] if (e[2].line, e[3].path) != (declared.line, endpoint.path)]
    more = f", like {others[0][3].path}" + (f" and {len(others) - 1} more" if len(others) > 1 else "") if others else ""
    sure = kind in ("login", "code") or (handled is not None and handled in guessable.proving)
    path = [*_spots(model, declared, endpoint, ""), *logins.proof(declared)]
    for each in others[:SPOTS_MAX]:
        path += _spots(model, each[2], each[3], ", too")
    path += [spot for each in found[:SPOTS_MAX] if each[1] in ("login", "code") and (spot := tries.proof(each[2]))]
    fn = handled.index if handled is not None and handled.file == declared.at else -1
    told = f"no limit found: {len(declared.uses)} middlewares, the handler and gateway files read"
    path.append(Spot(endpoint.file, declared.line, told))
    return Hit(
        declared.at, declared.line, f"{endpoint.method} {endpoint.path} {WORDS[kind]}{more}", fn, tuple(path),
        Confidence.HIGH if sure else Confidence.MEDIUM,
        file=endpoint.file if endpoint.file != model.files[declared.at].path else "",
    )  # fmt: skip


def _spots(model: Model, declared: Declared, endpoint: Endpoint, also: str) -> Iterator[Spot]:
    """Yield where an endpoint is declared, and where its handler stands if that is elsewhere."""
    own = endpoint.file if not also else model.files[declared.at].path
    yield Spot(own, declared.line, f"{endpoint.method} {endpoint.path}{also}")
    if endpoint.handler_file and (endpoint.handler_file, endpoint.handler_line) != (own, declared.line):
        yield Spot(endpoint.handler_file, endpoint.handler_line, endpoint.handler)


def _limits_itself(model: Model, declared: Declared, endpoint: Endpoint) -> bool:
    """Whether a view is one of a library that counts tries unless it is told not to: django-allauth."""
    return declared.framework == "django" and model.project.absolute(declared.at, endpoint.handler).startswith(
        "allauth."
    )


def _locks(model: Model) -> Iterator[Spot]:
    """Yield where an app of Django that locks accounts or addresses after failed logins is switched on."""
    for at in model.own:
        if model.files[at].language == "python":
            for assign in model.files[at].assigns:
                if assign.target in ("INSTALLED_APPS", "MIDDLEWARE") or "axes" in assign.target.lower():
                    for item in (assign.value, *assign.value.items):
                        if item.kind == "str" and item.text.partition(".")[0] in ("axes", "defender"):
                            yield Spot(model.files[at].path, item.line or assign.line, f"{item.text} locks")


def _counting_folders(model: Model) -> set[str]:
    """Return the folders where something counts tries. A decorator only counts for what it stands before."""
    found: set[str] = set()
    marks = {mark.name for at in model.own for made in model.files[at].functions for mark in made.marks}
    for at in model.own:
        for call in model.files[at].calls:
            if _counts(f"{call.on}.{call.name}"):
                around = [model.files[at].functions[n] for n in model.enclosing(at, call.fn) if n >= 0]
                if not any(made.name in marks or made.marks or COUNTS.search(made.name) for made in around):
                    found.add(model.files[at].path.rpartition("/")[0])
    return found


def _limited_folders(model: Model) -> tuple[str, ...]:
    """Return the folders of ASP.NET applications that limit requests by their settings, if something switches that on."""
    folders = tuple(
        path.rpartition("/")[0] + "/"
        for path, text in model.texts.items()
        if path.endswith("appsettings.json") and "/" in path and _ASPNET_LIMITS.search(text)
    )
    if not folders:
        return ()
    switched = any(
        re.search(r"RateLimit", f"{call.name} {' '.join(v.text for v in call.args)}")
        for at in model.own
        if model.files[at].language == "csharp"
        for call in model.files[at].calls
    )
    return folders if switched else ()


def _identity(model: Model) -> Iterator[Hit]:
    """Yield `MapIdentityApi` without a limit: its login locks accounts out, its sign-up and its mails do not."""
    for at in model.own:
        file = model.files[at]
        for index, call in enumerate(file.calls) if file.language == "csharp" else ():
            if not call.name.startswith("MapIdentityApi"):
                continue
            chain = [file.calls[n] for n in model.effects.chain(at, index)]
            outside = [c for c in file.calls if call.on and c.on.partition(".")[0] == call.on.partition(".")[0]]
            if any(re.search(r"RateLimit", c.name) for c in (*chain, *outside)) or _has_global_limiter(model):
                continue
            yield Hit(
                at, call.line, "MapIdentityApi opens register, forgotPassword and resendConfirmationEmail without limit",
                call.fn, confidence=Confidence.HIGH,
            )  # fmt: skip


def _has_global_limiter(model: Model) -> bool:
    return any("GlobalLimiter" in a.target for at in model.own for a in model.files[at].assigns)
