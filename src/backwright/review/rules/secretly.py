"""Whether an endpoint that is called like a login takes a secret at all, and is one for clients."""

import re
from functools import cached_property
from itertools import islice

from backwright.model.blueprint import Endpoint
from backwright.review.link.declared import Declared
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.link.remembering import remembered
from backwright.review.regexes import regex
from backwright.review.rules.owned import texts

DEPTH_MAX = 2  # functions below a handler whose parameters are looked at
# What is sent to prove who somebody is, and the functions that take it.
_SECRET = remembered(
    regex(
        r"pass_?(word|wd|phrase|code|port|key)?([^a-z]|$)|passw|pwd|credential|(?<!client)(?<!client_)secret|otp|2fa|mfa|\bpin\b|code|token|grant|signature|assertion|ticket|basic_?auth|authenticat|authoriz|"
        r"verif|compare|hash|attempt|sign_?in|^log_?in(_user)?$|\.log_?in$|jwt|oauth|ldap|session|cookie|principal|api_?key",
        re.IGNORECASE,
    )
)
# `login-activity`, `loginMethods`, `login_history`: about logins, and none.
_ABOUT = regex(
    r"(log|sign)[-_]?in[-_]?(activit|histor|method|logs?\b|option|provider|setting|type|page|config|theme|image|stat|record|event|audit)",
    re.IGNORECASE,
)
# What leads to another site, where the secret is asked for.
_OUTSIDE = remembered(regex(r"external|social|provider|challenge|cancellation", re.IGNORECASE))
_SERVICE = remembered(
    regex(r"(manager|service|provider|options)\b|cancellation", re.IGNORECASE)
)  # given by the application itself
_INVITES = regex(r"invit", re.IGNORECASE)
_INVITATION = regex(r"invit\w*[_-]?(code|token|key|hash|uuid|secret)", re.IGNORECASE)
_REQUEST = regex(r"request|context|body|\bform\b|params?\b|query", re.IGNORECASE)
_RESETS = regex(r"pass|account|user|mail|forgot|credential|pwd", re.IGNORECASE)
_STAND_INS = regex(r"(^|/)(suites?|mocks?|fakes?|fixtures?|e2e)/", re.IGNORECASE)
_BROKER = regex(r"(^|/)config/auth\.php$")


class Secretly:
    """Answers for the endpoints of one repository that are told by their names."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def is_none(self, kind: str, declared: Declared, endpoint: Endpoint) -> bool:
        """Whether nothing can be guessed: no secret is taken, it is a stand-in of a test suite, or its library waits itself."""
        if _STAND_INS.search(endpoint.file):
            return True
        path = re.sub(r"\{[^}]*\}", "", endpoint.path)
        if kind == "login":
            if endpoint.auth and _ABOUT.search(path):
                return True
            return _ABOUT.search(endpoint.handler) is not None or not self._takes(declared, endpoint)
        if kind == "reset":
            if not _RESETS.search(f"{path} {endpoint.handler}") and not self._takes(declared, endpoint):
                return True
            return self._waits and self._calls_broker(declared)
        if kind == "code":
            return self._is_given_nothing(declared)
        # Who has an invitation shows its secret, which is long: nobody else can sign up.
        return (
            kind == "register"
            and declared.handler is not None
            and _INVITES.search(path) is not None
            and any(_INVITATION.search(text) for text in self._told(declared.handler))
        )

    def _is_given_nothing(self, declared: Declared) -> bool:
        """Whether a handler whose parameters are what a client sends has none, and asks no request: no code is checked there."""
        handler = declared.handler
        if handler is None or self.model.files[handler.file].language not in ("java", "kotlin", "csharp"):
            return False
        made = self.model.project.function(handler)
        return (
            made.cls >= 0
            and not made.params
            and made.end > made.line
            and not any(_REQUEST.search(text) for text in self._told(handler))
        )

    def _takes(self, declared: Declared, endpoint: Endpoint) -> bool:
        """Whether a secret is among what a handler takes; yes where that cannot be read."""
        handler = declared.handler
        if handler is None or self.model.project.function(handler).end <= self.model.project.function(handler).line:
            return True
        if any(_SECRET(text) and not _OUTSIDE(text) for text in self._told(handler)):
            return True
        below = islice(self.model.effects.levels(handler, DEPTH_MAX + 1), 1, None)
        return any(_SECRET(text) and not _SERVICE(text) for level in below for fn in level for text in self._given(fn))

    def _told(self, fn: Fn) -> list[str]:
        """The words of a handler: what it is given, reads, calls and hands on."""
        inside, file = self.model.inside, self.model.files[fn.file]
        found = self._given(fn)
        made = file.functions[fn.index]
        around = [n for n, each in enumerate(file.functions) if made.line <= each.line and each.end <= made.end]
        for number in around:
            found += [read.attr for read in inside.reads[fn.file].get(number, ())]
            for assign in inside.assigns[fn.file].get(number, ()):
                found += [assign.target, *texts((assign.value,))]
            for at in inside.calls[fn.file].get(number, ()):
                call = file.calls[at]
                found += [f"{call.on}.{call.name}", *texts(call.args)]
        return found

    def _given(self, fn: Fn) -> list[str]:
        """The names of a function's parameters and of the fields of their types."""
        project = self.model.project
        found: list[str] = []
        for param in project.function(fn).params:
            found += [param.name, param.type]
            cls = project.find_class(fn.file, param.type.strip("?& ")) if param.type[:1].isupper() else None
            if cls is not None and project.class_(cls).kind != "enum":
                found += [field.name for field in project.class_(cls).fields]
        return found

    @cached_property
    def _waits(self) -> bool:
        """Laravel: whether each password broker sends one mail in a while."""
        return any(
            broker.kind == "dict" and any(item.name == "throttle" and item.text != "0" for item in broker.items)
            for at in self.model.own
            if _BROKER.search(self.model.files[at].path)
            for made in self.model.files[at].returns
            for group in made.value.items
            if group.name == "passwords"
            for broker in group.items
        )

    def _calls_broker(self, declared: Declared) -> bool:
        handler = declared.handler
        return handler is not None and any(
            self.model.files[handler.file].calls[number].name == "sendResetLink"
            for number in self.model.inside.calls[handler.file].get(handler.index, ())
        )
