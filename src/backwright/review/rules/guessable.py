"""Guessable: what can be guessed or flooded at an endpoint, told by its path, its handler and what that does."""

import re
from functools import cached_property

from backwright.model.blueprint import Endpoint
from backwright.review.link.declared import Declared
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.credentials import is_clear

# What can be guessed or what costs, most dangerous first.
GUESSED = (
    ("login", regex(r"(?<!pre)log-?_?in\b|sign-?_?in\b|signin|(?<!pre)login|authenticate|auth/?token|access-?token|api/tokens?\b|/token\b(?!-)|jwt/create|obtain|session(s)?$|/auth$|/authorize?$", re.IGNORECASE)),
    ("code", regex(r"otp|2fa|mfa|totp|verify-?_?code|(?<!mail[-_./])verification(?!-?_?e?mail)|confirm-?_?code|(?<!//)pin\b|redeem|(apply|use|validate|check)[-_/]?(coupon|voucher|promo)|one-?time|passcode|(check|verify)_?-?(code|pin)", re.IGNORECASE)),
    ("reset", regex(r"(forgot|reset|recover|change|update)[-_/]?(my[-_/]?)?pass(word|wd)?|password[-_/]?(forgot|reset|recover)|pass(word)?/(reset|forgot)|reset|forgot", re.IGNORECASE)),
    ("register", regex(r"regist(er|ration)(?!_?-?(and|rout|handl|endpoint|controller|service|device|webhook|callback|client|period|date|number|status)|s?//)|sign-?_?up|signup|create[-_]?account|invit(e|ation)s?$", re.IGNORECASE)),
    ("mail", regex(r"(re-?_?send|send)[-_/]?\w*(mail|verification|confirm|code|invit)|(confirm\w*|verif\w*|activat\w*)[-_/](e?mail[-_/])?re-?send|resend|newsletter|subscri(be|ptions?)$|contact([-_]us|[-_]form)?$", re.IGNORECASE)),
)  # fmt: skip
RANK = {name: rank for rank, (name, _) in enumerate(GUESSED)}
WORDS = {
    "login": "takes any number of tries",
    "code": "lets a code be guessed without limit",
    "reset": "can be asked without limit",
    "register": "can be called without limit",
    "mail": "sends messages without limit",
}
PROVES = frozenset({"password-hash", "token-make", "hash"})
_HASHES = frozenset({"password-hash"})
_MAILS = frozenset({"mail"})
_SAFE = regex(
    r"log-?_?out|sign-?_?out|refresh|revoke|introspect|/me\b|callback|userinfo|/jwks|csrf|(test|check|validate)-?_?token|set-?_?up|devices?|push|notification|webhook|disable|enable|cancel|openid|oidc|saml|"
    r"(auth|login|sign-?in|social|external|oauth2?)/(apple|google|facebook|twitter|github|gitlab|microsoft|linkedin|discord)|(apple|google|facebook|twitter|github|gitlab|microsoft|linkedin|discord)[/_-](auth|login|sign-?in|token)",
    re.IGNORECASE,
)  # a token of another site cannot be guessed
# Behind a login: what only changes how somebody logs in, and the second factor that he is about to switch on.
_OF_ACCOUNT = regex(
    r"(link|unlink|remove|delete|detach|disconnect|connect|external|add)[-_/]?(2fa|mfa|otp|totp|log_?in|provider|social)|"
    r"/(detach|unlink|remove|delete|config(ure)?|settings|profile|enrol\w*|activate)(/|$)|_(enable|activate|setup|confirm)$",
    re.IGNORECASE,
)
_UNGUESSABLE = regex(
    r"\{\w*(token|hash|signature|invit\w*|nonce|uuid)\w*\}", re.IGNORECASE
)  # what is asked for is proved by a long secret
_OF_LOGIN = regex(
    r"pass|pwd|forgot|recover|account|auth|user|member|customer|log_?in|credential|(?<![a-z])pin(?![a-z])",
    re.IGNORECASE,
)
_LOGS_IN = regex(r"log-?_?in|sign-?_?in|authenticate", re.IGNORECASE)
# Not `confirm`: that is somebody's own new device.
_VERIFIES = regex(
    r"(verif|check|valid|redeem|use|apply)\w*[-_/]?\w*(otp|2fa|mfa|totp|code|pin\b|coupon|voucher|promo)|"
    r"(otp|2fa|mfa|totp|code|coupon|voucher|promo)\w*[-_/]\w*(verif|check|valid|redeem|use|apply|login|sign_?in)|login|"
    r"^.*/(otp|totp|2fa|mfa)$|^.*(?<!/)/pin$",
    re.IGNORECASE,
)
_MAKES_USER = regex(
    r"^(\w*_)?(create|add|new|store|insert|save|put|post)_?(new_?)?(user|account|member|customer)(_action|_handler)?$",
    re.IGNORECASE,
)
_CHANGES_USER = regex(r"(update|edit|change|modify|patch)_", re.IGNORECASE)
_PEOPLE = regex(r"(user|account|member|customer|people|profile)s?(\.\{?_?format\}?|\.)?$", re.IGNORECASE)
_NEW_ENDS = regex(r"/(create|new|add)$", re.IGNORECASE)
_SENDS_MAIL = regex(r"send_?\w*mail|mail_?\w*send", re.IGNORECASE)
_FOR_INSIDE = regex(r"/(private|internal|debug|test|dev|admin)(/|$)", re.IGNORECASE)
_SENDS_CODE = regex(
    r"(^|_|/)(send|get|request|resend)_?(auth|verif\w*|verify|sms|otp|login|phone|mobile)_?(code|otp|sms)$",
    re.IGNORECASE,
)
_SWITCHES_ON = regex(r"_(enable|setup|disable|enroll|settings|config(uration)?)$", re.IGNORECASE)
_VERBS = frozenset({"post", "put", "create", "handle", "invoke", "__invoke", "execute", "process"})


class Guessable:
    """Answers for all endpoints of one repository."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @cached_property
    def proving(self) -> frozenset[Fn]:
        """Functions that hash a password or make a token, themselves or deeper."""
        return frozenset(self.model.effects.reaching(PROVES))

    @cached_property
    def _hashing(self) -> frozenset[Fn]:
        return frozenset(self.model.effects.reaching(_HASHES))

    @cached_property
    def _mailing(self) -> frozenset[Fn]:
        return frozenset(self.model.effects.reaching(_MAILS))

    def kind(self, declared: Declared, endpoint: Endpoint) -> str | None:
        """Return what can be guessed or flooded at an endpoint, None if nothing is."""
        if endpoint.method in ("DELETE", "HEAD", "OPTIONS") or _SAFE.search(endpoint.path):
            return None
        path, name = re.sub(r"\{[^}]*\}", "", endpoint.path).rstrip("/"), _name(endpoint.handler)
        if not endpoint.auth and _SENDS_CODE.search(name):
            return "mail"
        if endpoint.method == "GET" or _SWITCHES_ON.search(name):
            return None
        for kind, pattern in GUESSED:
            if pattern.search(path) or pattern.search(name):
                if kind == "code" and path.endswith("//pin"):
                    continue  # something is pinned
                if kind == "register" and endpoint.method == "*" and not pattern.search(path):
                    continue  # Go: what registers the routes
                if kind == "reset" and not _OF_LOGIN.search(f"{path} {name}"):
                    continue  # a counter is reset
                if kind in ("reset", "register", "mail") and _UNGUESSABLE.search(endpoint.path):
                    return None
                if kind == "login" and endpoint.method in ("PUT", "PATCH") and not _LOGS_IN.search(f"{path} {name}"):
                    continue  # a setting of that name is changed
                if endpoint.auth:
                    return kind if self._stays_guessable(kind, endpoint.path, path, name) else None
                if kind == "mail" and not self._mails(declared, f"{path} {name}"):
                    continue
                return kind
        return "register" if not endpoint.auth and self._makes_user(declared, path, name) else None

    def _stays_guessable(self, kind: str, whole: str, path: str, name: str) -> bool:
        """Whether something is left to guess behind a login, where the account is known already: only codes, and a login in the path."""
        asks = {"code": _VERIFIES, "login": _LOGS_IN}.get(kind)
        ends = "/".join(path.split("/")[-2:])
        if kind == "login" and "{" not in whole and re.search(r"(^|/)tokens?$", path):
            return True  # basic auth before a token route is a login, too
        return asks is not None and not _OF_ACCOUNT.search(f"{path}") and not _OF_ACCOUNT.search(name) and (
            asks.search(ends) is not None or asks.search(name) is not None
        )  # fmt: skip

    def _mails(self, declared: Declared, told: str) -> bool:
        """Whether a handler sends a mail, or says so."""
        if declared.handler in self._mailing or re.search(r"mail", told, re.IGNORECASE) is not None:
            return True
        level = [declared.handler] if declared.handler is not None else []
        for _ in range(2):  # a client of one's own that asks a service for mail
            level = [target for fn in level for _, target in self.model.effects.callees.get(fn, ())]
            if any(_SENDS_MAIL.search(self.model.project.function(fn).name) for fn in level):
                return True
        return False

    def _makes_user(self, declared: Declared, path: str, name: str) -> bool:
        """Whether an open endpoint creates somebody who can log in: under a path of people, with a password that it hashes or is sent."""
        if declared.method not in ("POST", "PUT") or declared.handler is None or _FOR_INSIDE.search(path):
            return False
        if _CHANGES_USER.match(name):
            return False  # somebody who is there already
        if not _PEOPLE.search(_NEW_ENDS.sub("", path)) and not _MAKES_USER.match(name):
            return False
        return declared.handler in self._hashing or (
            _NEW_ENDS.search(path) is None and self._takes_password(declared.handler)
        )

    def _takes_password(self, handler: Fn) -> bool:
        """Whether the body of a request has a password: by its type, or by what the handler reads of it."""
        project = self.model.project
        types = [p.type for p in project.function(handler).params if p.type and p.type[:1].isupper()]
        known = [cls for each in types if (cls := project.find_class(handler.file, each)) is not None]
        if any(is_clear(field.name) for cls in known for field in project.class_(cls).fields):
            return True
        file = self.model.files[handler.file]
        told = [call for call in file.calls if call.fn == handler.index]
        return any(read.fn == handler.index and is_clear(read.attr) for read in file.reads) or any(
            is_clear(call.name.removeprefix("set")) or any(v.kind == "str" and is_clear(v.text) for v in call.args)
            for call in told
        )


def _name(handler: str) -> str:
    """Return a handler's name with underscores; that of the class where the method is only a verb."""
    head, _, last = handler.rpartition(".")
    told = head.rpartition(".")[2] if last.lower() in _VERBS and head else last
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", told)
