"""login-without-limit: an endpoint where something can be guessed, and nothing counts the tries."""

import re
from collections import defaultdict
from collections.abc import Iterator

from backwright.model.blueprint import Endpoint, Spot
from backwright.model.finding import Confidence
from backwright.review.link.model import Model
from backwright.review.link.routes import Declared
from backwright.review.rules.rule import Hit

# What can be guessed or what costs, most dangerous first.
GUESSED = (
    ("login", re.compile(r"log-?_?in\b|sign-?_?in\b|signin|login|authenticate|auth/?token|access-?token|api/tokens?\b|/token\b|jwt/create|obtain|session(s)?$|/auth$|/authorize?$", re.IGNORECASE)),
    ("code", re.compile(r"otp|2fa|mfa|totp|verify-?_?code|verification(?!-?_?e?mail)|confirm-?_?code|pin\b|redeem|(apply|use|validate|check)[-_/]?(coupon|voucher|promo)|one-?time|passcode|(check|verify)_?-?(code|pin)", re.IGNORECASE)),
    ("reset", re.compile(r"(forgot|reset|recover|change)[-_/]?(my[-_/]?)?pass(word|wd)?|password[-_/]?(forgot|reset|recover)|pass(word)?/(reset|forgot)|reset|forgot", re.IGNORECASE)),
    ("register", re.compile(r"regist(er|ration)(?!_?-?(rout|handl|endpoint|controller|service|device|webhook|callback|client))|sign-?_?up|signup|create[-_]?account|invit(e|ation)s?$", re.IGNORECASE)),
)  # fmt: skip
SAFE = re.compile(
    r"(link|remove|delete)[-_]?logins?\b|log-?_?out|sign-?_?out|refresh|revoke|introspect|/me\b|callback|userinfo|/jwks|csrf|(test|check|validate)-?_?token|set-?_?up|devices?|push|notification|webhook|disable|enable|cancel|openid|oidc|saml|"
    r"(auth|login|sign-?in|social|external|oauth2?)/(apple|google|facebook|twitter|github|gitlab|microsoft|linkedin|discord)|(apple|google|facebook|twitter|github|gitlab|microsoft|linkedin|discord)[/_-](auth|login|sign-?in|token)",
    re.IGNORECASE,
)  # a token of another site cannot be guessed
UNGUESSABLE = re.compile(
    r"\{\w*(token|hash|signature|invit\w*|nonce|uuid)\w*\}", re.IGNORECASE
)  # what is asked for is proved by a long secret
LOGS_IN = re.compile(r"log-?_?in|sign-?_?in|token", re.IGNORECASE)
VERIFIES = re.compile(r"verif|confirm|check|valid|redeem|coupon|login|2fa|mfa|totp|pin\b", re.IGNORECASE)
COUNTS = re.compile(
    r"token_?bucket|rate_?limit|throttl|login_?attempt|failed_?(login|attempt)|too_?many|brute_?force|leaky_?bucket",
    re.IGNORECASE,
)
WORDS = {
    "login": "takes any number of tries",
    "code": "lets a code be guessed without limit",
    "reset": "can be asked without limit",
    "register": "can be called without limit",
}
PROVES = frozenset({"password-hash", "token-make", "hash"})


def check(model: Model) -> Iterator[Hit]:
    """Yield one finding for each file of routes: its most dangerous endpoint, with the others in the path."""
    groups: dict[tuple[int, bool], list[tuple[int, str, Declared, Endpoint]]] = defaultdict(list)
    proving = model.effects.reaching(PROVES)
    counting = {
        file.path.rpartition("/")[0]
        for at in model.own
        for file in (model.files[at],)
        if any(COUNTS.search(f"{call.on}.{call.name}") for call in file.calls)
    }
    for declared, endpoint in zip(model.declared, model.endpoints, strict=True):
        kind = guessed(declared, endpoint)
        if kind is None or endpoint.limited:
            continue
        if endpoint.handler_file.rpartition("/")[0] in counting and endpoint.handler_file.endswith(".py"):
            continue  # a form or the model beside it counts the tries
        rank = [name for name, _ in GUESSED].index(kind)
        groups[declared.at, False].append((rank, kind, declared, endpoint))
    for found in groups.values():
        found.sort(key=lambda each: (each[0], each[2].line))
        rank, kind, declared, endpoint = found[0]
        handled = declared.handler
        others = [e for e in found[1:] if (e[2].line, e[3].path) != (declared.line, endpoint.path)]
        more = (
            f", like {others[0][3].path}" + (f" and {len(others) - 1} more" if len(others) > 1 else "")
            if others
            else ""
        )
        sure = kind in ("login", "code") or (handled is not None and handled in proving)
        path = [Spot(endpoint.file, declared.line, f"{endpoint.method} {endpoint.path}")]
        if endpoint.handler_file and (endpoint.handler_file, endpoint.handler_line) != (endpoint.file, declared.line):
            path.append(Spot(endpoint.handler_file, endpoint.handler_line, endpoint.handler))
        path += [Spot(model.files[e[2].at].path, e[2].line, f"{e[3].method} {e[3].path}, too") for e in others[:6]]
        fn = handled.index if handled is not None and handled.file == declared.at else -1
        path.append(
            Spot(
                endpoint.file,
                declared.line,
                f"no limit found: {len(declared.uses)} middlewares, the handler and gateway files read",
            )
        )
        message = f"{endpoint.method} {endpoint.path} {WORDS[kind]}{more}"
        elsewhere = endpoint.file if endpoint.file != model.files[declared.at].path else ""
        yield Hit(
            declared.at,
            declared.line,
            message,
            fn,
            tuple(path),
            Confidence.HIGH if sure else Confidence.MEDIUM,
            file=elsewhere,
        )


def guessed(declared: Declared, endpoint: Endpoint) -> str | None:
    """Return what can be guessed or flooded at an endpoint, None if nothing is."""
    if endpoint.method not in ("POST", "PUT", "PATCH", "*") or SAFE.search(endpoint.path):
        return None
    path, name = (
        re.sub(r"\{[^}]*\}", "", endpoint.path).rstrip("/"),
        re.sub(r"(?<=[a-z])(?=[A-Z])", "_", endpoint.handler.rpartition(".")[2]),
    )
    for kind, pattern in GUESSED:
        if pattern.search(path) or pattern.search(name):
            if kind in ("reset", "register") and UNGUESSABLE.search(endpoint.path):
                return None
            # Behind a login the account is known already; only codes stay guessable there.
            asks = {"code": VERIFIES, "login": LOGS_IN}.get(kind)
            return None if endpoint.auth and (asks is None or not asks.search(f"{path} {name}")) else kind
    return None
