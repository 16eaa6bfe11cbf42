"""Python: logins that are told by what they do, whatever they are called: a name and a password come in, and one is compared."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from backwright.model.blueprint import Endpoint, Spot
from backwright.model.finding import Confidence
from backwright.review.facts import Arg, Call
from backwright.review.link.declared import Declared
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.link.saying import LIMIT
from backwright.review.regexes import regex
from backwright.review.rules.owned import texts
from backwright.review.rules.resolvers import resolvers
from backwright.review.rules.rule import Hit

DEPTH_MAX = 3  # handler, service, repository
_PROVES = regex(
    r"^(check_password(_hash)?|check_pw|checkpw|verify_password|password_verify|verify_pass(word)?_hash|authenticate(_user)?|check_credentials|check_creds|"
    r"(validate|verify|check)_(user|login|credentials|creds|auth_user|user_password|account)|log_?in(_user)?|sign_?in)$",
    re.IGNORECASE,
)
_PASSWORD = regex(r"(^|[^a-z])(passw(or)?d|pwd|passphrase)($|[^a-z])", re.IGNORECASE)
# Where the password is a new one, or that of who is logged in.
_OF_ACCOUNT = regex(
    r"old|current|change|new_?pass|confirm|repeat|regist|sign_?up|create_?(user|account)|add_?user|delete|update|edit|settings|reset|forgot|seed|setup",
    re.IGNORECASE,
)
_GIVES = regex(
    r"login_user|\.remember$|(create|make|generate|encode|issue)\w*_?(token|jwt)|jwt\.encode|set_(secure_)?cookie|auth_login|\.login$"
)
_WHERE = regex(r"\bselect\b.*\bwhere\b.*\b(passw(or)?d|pwd)\b", re.IGNORECASE | re.DOTALL)
_SERVER = regex(r"(^|\.)(Base|Simple|CGI|WSGI)HTTPRequestHandler$")
_LIBRARIES = {
    "oauth2_provider.urls": "tokens of django-oauth-toolkit",
    "django.contrib.auth.urls": "Django's own login",
    "djoser.urls.authtoken": "djoser's login",
    "djoser.urls.jwt": "djoser's login",
    "dj_rest_auth.urls": "dj-rest-auth's login",
    "rest_auth.urls": "django-rest-auth's login",
}


class PythonLogins:
    """Answers for handlers, resolvers and plain servers of one repository."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def is_login(self, declared: Declared, endpoint: Endpoint) -> bool:
        """Whether an endpoint takes a password and proves somebody by it."""
        handler = declared.handler
        if handler is None or self.model.files[handler.file].language != "python":
            return False
        if endpoint.method in ("DELETE", "HEAD", "OPTIONS") or _OF_ACCOUNT.search(
            f"{endpoint.path} {endpoint.handler}"
        ):
            return False
        if endpoint.auth and not self._logs_in(handler):
            return False
        return self._proves(handler) is not None

    def _logs_in(self, handler: Fn) -> bool:
        """Whether a handler itself makes a session or a token."""
        assigns = self.model.inside.assigns[handler.file].get(handler.index, ())
        return any(re.search(r"session\W", assign.target) for assign in assigns) or any(
            _GIVES.search(f"{call.on}.{call.name}") for call in self._calls(handler)
        )

    def proof(self, declared: Declared) -> Iterator[Spot]:
        """Yield where the handler itself compares the password."""
        handler = declared.handler
        if handler is not None and self.model.files[handler.file].language == "python":
            line = self._compares(handler)
            if line is not None:
                yield Spot(self.model.files[handler.file].path, line, "the password is compared")

    def is_only_shown(self, declared: Declared) -> bool:
        """Whether a handler does nothing but show or redirect, whatever it is called."""
        handler = declared.handler
        if handler is None or self.model.files[handler.file].language != "python" or declared.handler_class is not None:
            return False
        made = self.model.project.function(handler)
        calls = self._calls(handler)
        return made.end - made.line < 6 and bool(calls) and all(
            call.name in ("redirect", "render", "render_template", "HttpResponseRedirect", "url_for", "reverse") for call in calls
        )  # fmt: skip

    def hits(self) -> Iterator[Hit]:
        """Yield logins that are no routes: GraphQL resolvers, methods of a plain HTTP server, views that a library brings."""
        if self._is_limited:
            return
        found: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
        for each in resolvers(self.model):
            made = self.model.project.function(each.fn)
            takes = any(_PASSWORD.search(param.name) for param in made.params)
            if takes and not _OF_ACCOUNT.search(each.name):
                line = self._proves(each.fn)
                if line is not None:
                    found[each.fn.file].append((made.line, each.fn.index, self.model.label(each.fn)))
        for at in self.model.own:
            file = self.model.files[at]
            if file.language != "python":
                continue
            for number, cls in enumerate(file.classes):
                if any(_SERVER.search(base) for base in cls.bases):
                    found[at] += self._of_server(at, number)
            for call in file.calls:
                if call.name == "include" and call.args and call.args[0].text in _LIBRARIES:
                    found[at].append((call.line, call.fn, _LIBRARIES[call.args[0].text]))
        for at, places in found.items():
            if places:
                yield self._hit(at, sorted(set(places)))

    def _hit(self, at: int, found: list[tuple[int, int, str]]) -> Hit:
        line, fn, label = found[0]
        spots = tuple(Spot(self.model.files[at].path, line, f"{label}, no limit found") for line, _, label in found)
        more = f", like {found[1][2]}" if len(found) > 1 else ""
        return Hit(at, line, f"{label} takes any number of tries{more}", fn, spots, Confidence.MEDIUM)

    # ---- a password is proved ---------------------------------------------------------------

    def _proves(self, handler: Fn) -> int | None:
        """Return the line where a function compares a password that it was sent, itself or deeper; None if it does not."""
        reached = [fn for level in self.model.effects.levels(handler, DEPTH_MAX + 1) for fn in level]
        if not any(self._takes(fn) for fn in reached[:1]):
            return None
        return next((line for fn in reached if (line := self._compares(fn)) is not None), None)

    def _takes(self, fn: Fn) -> bool:
        """Whether a password is among a function's parameters, or what it takes out of a request or a form."""
        made = self.model.project.function(fn)
        if any(_PASSWORD.search(param.name) or param.type == "OAuth2PasswordRequestForm" for param in made.params):
            return True
        told = [text for call in self._calls(fn) for text in texts(call.args)]
        told += [
            text for assign in self.model.inside.assigns[fn.file].get(fn.index, ()) for text in texts((assign.value,))
        ]
        told += [read.attr for read in self.model.inside.reads[fn.file].get(fn.index, ())]
        return any(_PASSWORD.search(text) for text in told if len(text) < 200)

    def _calls(self, fn: Fn) -> list[Call]:
        return [self.model.files[fn.file].calls[n] for n in self.model.inside.calls[fn.file].get(fn.index, ())]

    def _compares(self, fn: Fn) -> int | None:
        for call in self._calls(fn):
            if _PROVES.match(call.name) and any(_PASSWORD.search(text) for text in texts(call.args)):
                return call.line
            if any(_WHERE.search(value.text) for value in call.args if value.kind in ("str", "fmt", "concat")):
                return call.line
            if call.name in ("filter_by", "get", "filter", "find_one") and any(
                _is_password(value) for value in call.args
            ):
                return call.line
        for compare in self.model.inside.compares[fn.file].get(fn.index, ()):
            sides = (compare.left, compare.right)
            if all(any(_PASSWORD.search(t) for t in texts((side,))) for side in sides):
                if not _OF_ACCOUNT.search(f"{compare.left.text} {compare.right.text}"):
                    return compare.line
        for assign in self.model.inside.assigns[fn.file].get(fn.index, ()):
            if assign.value.kind in ("str", "fmt", "concat") and _WHERE.search(assign.value.text):
                return assign.line
        return None

    def _of_server(self, at: int, number: int) -> Iterator[tuple[int, int, str]]:
        for index, made in enumerate(self.model.files[at].functions):
            if made.cls == number and (line := self._compares(Fn(at, index))) is not None:
                yield line, index, f"{made.owner}.{made.name}"

    @cached_property
    def _is_limited(self) -> bool:
        """Whether anything in the Python code limits or counts tries: then what a resolver is behind cannot be told."""
        files = [self.model.files[at] for at in self.model.own if self.model.files[at].language == "python"]
        return any(LIMIT.search(call.name) for file in files for call in file.calls) or any(
            made.module.partition(".")[0] in ("axes", "defender", "django_ratelimit", "ratelimit", "slowapi", "flask_limiter")
            for file in files for made in file.imports
        )  # fmt: skip


def _is_password(value: Arg) -> bool:
    """Whether a condition is about a password: `password=password`, `{"password": ...}`."""
    if value.name and _PASSWORD.fullmatch(value.name):
        return True
    return value.kind == "dict" and any(_is_password(item) for item in value.items)
