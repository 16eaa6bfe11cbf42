"""Python: whether code asks who is there, by what it reads of the request, the session or a token."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from backwright.review.facts import NEW, Arg
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.bodies import Bodies
from backwright.review.rules.owned import texts

_WHO = regex(
    r"current_?user|(?<![\w.])g\.(session|\w*(user|identity|member|account|auth))|get_jwt|jwt_required|get_current_\w+|get_session\(|"
    r"(?<![\w.])(self\.)?(request|req|flask|ctx|context|info\.context|connection|scope)\.(session|user|auth|authorization|identity|state\.user)(?![a-z_])|"
    r"info\.context\.\w*(user|auth|account)|context\[.(user|current_user|request).\]|context\.get\(|"
    r"cookies?(?![a-z])|COOKIES|get_(secure|signed)_cookie|Authorization|HTTP_AUTHORIZATION|api_?key|x-\w*(auth|token|key|user)|bearer|"
    r"logged_?in|is_?authenticated|get_identity|get_?username|identity\b|login_required|require_(auth|login|user|role|permission|token|session|admin)\w*|"
    r"(verify|decode|check|validate|parse|load|authenticate)_?\w*(token|auth|jwt|session|login|user|permission|access|credential|signature|owner|role|admin)|"
    r"token_?(verif|valid|check|decod|auth)\w*|jwt\.decode|auth\w*\.(verify|check|authenticate|current)|unsign|BadSignature|hmac|has_perm|is_(admin|staff|superuser|owner)|permission",
    re.IGNORECASE,
)  # fmt: skip
TEXT_MAX = 100  # characters of an expression: longer ones are SQL, messages and the like
_HEADERS_ONLY = regex(r"(?<![\w.])(self\.)?(request|req)\.(headers|META)$")
_USER = regex(r"(^|[^\w.])(self\.)?(request|info\.context)\.user(\.(id|pk|username))?$")
_REFUSES = regex(
    r"^(HttpResponseForbidden|PermissionDenied|NotAuthenticated|AuthenticationFailed|handle_no_permission|Unauthorized|Forbidden|HTTPUnauthorized|HTTPForbidden|"
    r"AuthError|InvalidToken\w*|permission_denied|redirect_to_login|unauthorized|forbidden|access_denied)$"
)
_STATUS = regex(r"^(401|403|status\.HTTP_40[13]_\w+|HTTPStatus\.(UNAUTHORIZED|FORBIDDEN))$")
_ANSWERS = regex(r",\s*(401|403)\b")  # return jsonify(error="no"), 401
_LOGS_IN = regex(
    r"^(login_user|create_access_token|set_secure_cookie|check_password(_hash)?|verify_password|checkpw|create_jwt\w*|create_token|encode_auth_token|remember)$"
)
_LOGIN_MODULES = (
    "django.contrib.auth.login django.contrib.auth.authenticate flask_login flask_jwt_extended flask_security flask_httpauth fastapi.security "
    "fastapi_users rest_framework.authtoken rest_framework_simplejwt oauth2_provider allauth aiohttp_security graphql_jwt"
).split()
_STORES = regex(r"(^|\.)session\[.\w*(user|login|logged|uid|account|auth|email|admin)\w*.\]$", re.IGNORECASE)
_MAKES = regex(r"^(create|get_or_create|update_or_create|add|set|append|insert|new|save|info|debug|warning|error|log)$")


class Identity:
    """Looks into functions by their facts."""

    def __init__(self, bodies: Bodies) -> None:
        self.bodies, self.model = bodies, bodies.model
        self._asked: dict[Fn, bool] = {}

    def is_asked(self, reach: Iterable[Fn]) -> bool:
        """Whether any of these functions asks who is there."""
        return any(self._asks(fn) for fn in reach)

    def _asks(self, fn: Fn) -> bool:
        if fn not in self._asked:
            self._asked[fn] = any(is_who(text) for text in self._texts(fn)) or self._session(fn)
        return self._asked[fn]

    def _texts(self, fn: Fn) -> Iterator[str]:
        """All that a function reads and calls. That somebody is only noted in what it makes is no question."""
        bodies, made = self.bodies, self.model.project.function(fn)
        for mark in made.marks:
            yield mark.name
        for param in made.params:
            yield param.name
            yield from texts((param.default,) if param.default is not None else ())
        for _, call in bodies.calls_of(fn):
            yield f"{call.on}.{call.name}()"
            yield from _noted(call.args) if call.flags & NEW or _MAKES.match(call.name) else texts(call.args)
        for read in bodies.reads_of(fn):
            if (not _USER.search(f"{read.base}.{read.attr}") and read.base[-5:] != ".user") or (
                read.base[-5:] == ".user" and read.attr not in ("id", "pk", "username")
            ):
                yield f"{read.base}.{read.attr}"
        for assign in bodies.assigns_of(fn):
            yield from texts((assign.value,)) if "." not in assign.target else _noted((assign.value,))
        for compare in bodies.compares_of(fn):
            yield from texts((compare.left, compare.right))

    def _session(self, fn: Fn) -> bool:
        """Flask: the session, under the name that the file imports it by."""
        made = self.model.project.imported[fn.file].get("session")
        if made is None or made.module != "flask":
            return False
        found = [f"{call.on}." for _, call in self.bodies.calls_of(fn)]
        found += [text for _, call in self.bodies.calls_of(fn) for text in texts(call.args)]
        found += [f"{read.base}." for read in self.bodies.reads_of(fn)]
        found += [text for assign in self.bodies.assigns_of(fn) for text in texts((assign.value,))]
        found += [text for each in self.bodies.compares_of(fn) for text in texts((each.left, each.right))]
        return any(re.match(r"session([.\[]|$)", text) for text in found)

    def refuses(self, fn: Fn) -> bool:
        """Whether a function answers that somebody may not."""
        for _, call in self.bodies.calls_of(fn):
            if _REFUSES.match(call.name) or any(_STATUS.match(text) for text in texts(call.args)):
                return True
        made = self.model.project.function(fn)
        return any(
            any(_STATUS.match(text) or _ANSWERS.search(text) for text in texts((told.value,)))
            for told in self.model.files[fn.file].returns
            if told.fn == fn.index and made.end - made.line < 400
        )

    def logs_in(self, at: int) -> bool:
        """Whether a file logs somebody in."""
        file = self.model.files[at]
        if any(_STORES.search(assign.target) for assign in file.assigns):
            return True
        if any(
            f"{made.module}.{made.name}.".startswith(tuple(f"{m}." for m in _LOGIN_MODULES)) for made in file.imports
        ):
            return True
        return any(_LOGS_IN.match(call.name) or f"{call.on}.{call.name}" == "jwt.encode" for call in file.calls)


@lru_cache(maxsize=20_000)
def is_who(text: str) -> bool:
    """Whether an expression says, or asks, who is logged in."""
    return len(text) <= TEXT_MAX and _WHO.search(text) is not None and not _HEADERS_ONLY.search(text)


def _noted(values: Iterable[Arg]) -> Iterator[str]:
    """The texts of values without a plain `request.user`."""
    return (text for text in texts(values) if not _USER.search(text) and text not in ("current_user",))
