"""Links that change something: a GET that deletes, blocks or installs for whoever is logged in with a cookie."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from backwright.model.blueprint import Endpoint, Spot
from backwright.model.finding import Confidence
from backwright.review.facts import File
from backwright.review.link.declared import Declared
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.link.settings import module_of
from backwright.review.regexes import regex
from backwright.review.rules.opened import SPOTS_MAX
from backwright.review.rules.others import CHANGING, Others
from backwright.review.rules.owned import snake
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit

_DESTROYS = regex(
    r"(?<![a-z])(delete|del(?=_)|remove|rem(?=_)|destroy|drop|purge|wipe|clear|erase|trash|revoke|uninstall)(?![a-rt-z])"
)
_CHANGES = regex(
    r"(?<![a-z])(un_?)?(block|ban|toggle|enable|disable|activate|deactivate|approve|reject|reset|create(?=_new)|install|update|upgrade|impersonate|promote|demote|publish|archive|restore|cancel|lock|suspend|set|switch|verify_user|make_admin|rotate|regenerate)(?![a-rt-z])"
)
# The way out, what a mail leads to, another site's answer, and what is cleared for oneself and nobody minds.
_MEANT = regex(
    r"log_?out|sign_?out|unsubscribe|confirm|verif|activate|callback|oauth|oidc|saml|sso|web_?hook|cron|(?<![a-z])(log_?in|sign_?in|sign_?up|register|invit\w*|token|reset_?password|password|health|status|cache|filter|search|session|cart|basket|flash|history|tour|notif\w*|banner|locale|lang\w*|theme|read|seen|download|export|preview|form|modal|dialog|partial|page)(?![a-z])"
)
_SECRET = regex(r"\{\w*(token|code|hash|secret|signature|nonce|key)\w*\}", re.IGNORECASE)
_SIGNED = regex(r"\bsigned\b|signature|hmac|(?<![a-z])(api|sanctum|bearer|jwt|basic|token)(?![a-z])", re.IGNORECASE)
_PLACED = regex(r"^/\S*\s")  # where a middleware stands
_ASKS = frozenset("validate validate_on_submit is_valid checkCsrf isCsrfTokenValid isSubmitted".split())
_REMOVES = regex(r"delete|destroy|remove|purge|drop|truncate|clear|prune|unlink|rm", re.IGNORECASE)
_SESSIONS = {
    "javascript": regex(r"^(express-session|cookie-session|koa-session|koa-generic-session|@fastify/(secure-)?session|iron-session|@hapi/cookie|@hapi/yar)$"),
    "python": regex(r"^(flask_login|flask_session|flask_security\w*|django\.\S*|starlette\.middleware\.sessions|fastapi_login|aiohttp_session)(\.|$)"),
    "go": regex(r"(gorilla/sessions|alexedwards/scs|gin-contrib/sessions|echo-contrib/session|/session|/sessions|macaron/session|csrf)(/v\d+)?$"),
}  # fmt: skip
_SETS = {
    "php": frozenset("setcookie session_start".split()),
    "csharp": frozenset("AddCookie AddIdentity AddDefaultIdentity AddIdentityCookies PasswordSignInAsync".split()),
    "java": frozenset({"formLogin"}),
    "kotlin": frozenset({"formLogin"}),
    "rust": frozenset("add_private remove_private SessionMiddleware CookieSessionStore SessionManagerLayer".split()),
}
_STATELESS = frozenset("rest-framework drf fastapi minimal-api jaxrs".split())


class Changing(NamedTuple):
    """A GET that changes something, and whether something is gone after it."""

    declared: Declared
    endpoint: Endpoint
    destroys: bool


def changed_by_links(model: Model) -> Iterator[Hit]:
    """Yield one finding for each file of routes in which a link is enough to change something."""
    found: dict[int, list[Changing]] = defaultdict(list)
    links = Links(model)
    for declared, endpoint in zip(model.declared, model.endpoints, strict=True):
        if endpoint.method in ("GET", "*") and endpoint.auth is True and links.is_candidate(declared, endpoint):
            does = links.does(declared, endpoint)
            if does is not None:
                found[declared.at].append(does)
    for at, all_ in found.items():
        all_.sort(key=lambda each: (not each.destroys, each.declared.line))
        spots = tuple(
            Spot(each.endpoint.file, each.declared.line, f"GET {each.endpoint.path}: a link is enough")
            for each in all_[:SPOTS_MAX]
        )
        first = all_[0]
        more = f" (and {len(all_) - 1} more here)" if len(all_) > 1 else ""
        told = "deletes" if first.destroys else "changes something"
        message = f"GET {first.endpoint.path} {told} for whoever is logged in, and any page may link to it{more}"
        fix = "Take a POST or DELETE for it, with the framework's check of where the form comes from."
        confidence = Confidence.HIGH if first.destroys else Confidence.MEDIUM
        yield Hit(at, first.declared.line, message, first.declared.beside, spots, confidence, fix=fix)


class Links:
    """Judges endpoints that a link leads to."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._with_cookie: dict[tuple[str, str], bool] = {}

    @cached_property
    def others(self) -> Others:
        """What handlers run and do; made only if there is a candidate."""
        return Others(self.model)

    @cached_property
    def _sent(self) -> set[Fn]:
        """Handlers that take a form, too: they tell the two apart."""
        return {d.handler for d in self.model.declared if d.handler is not None and d.method in CHANGING - {"*"}}

    @cached_property
    def _posted(self) -> set[str]:
        """Paths that take a form: a GET of them shows it."""
        return {e.path for e in self.model.endpoints if e.method in CHANGING - {"*"}}

    @cached_property
    def _is_strict(self) -> bool:
        """Whether a cookie is kept from all links of other sites."""
        files = [self.model.files[at] for at in self.model.own]
        settings = (f"{a.target}={a.value.text}" for f in files for a in f.assigns if "same" in a.target.lower())
        given = (text for f in files for c in f.calls for text in flat(c.args) if "ame" in text)
        return any(
            re.search(r"same_?site\W*(=>?|:)?\W*(\w+\.)*strict", text, re.IGNORECASE) for text in (*settings, *given)
        )

    def is_candidate(self, declared: Declared, endpoint: Endpoint) -> bool:
        """Whether an endpoint says that it changes something, by its path or its handler's name, and who comes is known by a cookie."""
        handler = declared.handler
        if (
            handler is None
            or declared.framework in _STATELESS
            or handler in self._sent
            or endpoint.path in self._posted
        ):
            return False
        words = _words(endpoint)
        if not (_DESTROYS.search(words) or _CHANGES.search(words)) or _MEANT.search(words):
            return False
        if _SECRET.search(endpoint.path) or any(_SIGNED.search(_PLACED.sub("", use.text)) for use in declared.uses):
            return False
        if self._asks(handler) or not self._has_cookie(declared):
            return False
        return not self._is_strict

    def _asks(self, fn: Fn) -> bool:
        """Whether a handler tells a form from a link, or has a token checked."""
        file, made = self.model.files[fn.file], self.model.files[fn.file].functions[fn.index]
        if any(re.match(r"require_|ratelimit_post|csrf|http_method", mark.name, re.IGNORECASE) for mark in made.marks):
            return True
        reads = (r for r in file.reads if r.fn == fn.index)
        if any(r.attr in ("method", "POST", "REQUEST_METHOD", "Method", "HttpMethod") for r in reads):
            return True
        calls = [call for _, call in self.others.bodies.calls_of(fn)]
        return any(c.name in _ASKS or re.search("csrf|xsrf|is_?post|ismethod", c.name, re.IGNORECASE) for c in calls)

    def _has_cookie(self, declared: Declared) -> bool:
        """Whether logins are kept in a cookie of the browser."""
        language = self.model.files[declared.at].language
        if declared.framework == "laravel":
            return any(use.text == "web" for use in declared.uses)
        if declared.framework in ("django", "symfony"):
            return True
        home = _home(self.model.files[declared.at])
        if (language, home) not in self._with_cookie:
            files = [
                file
                for file in (self.model.files[at] for at in self.model.own)
                if file.language == language and home in (_home(file), "")
            ]
            imported, called = _SESSIONS.get(language), _SETS.get(language, frozenset())
            self._with_cookie[language, home] = any(
                (imported is not None and any(imported.search(made.module) for made in file.imports))
                or any(call.name in called for call in file.calls)
                for file in files
            )
        return self._with_cookie[language, home]

    def does(self, declared: Declared, endpoint: Endpoint) -> Changing | None:
        """Return what a candidate changes as far as can be seen, None if it only reads."""
        reach = self.others.bodies.reach(declared, endpoint)
        words = _words(endpoint)
        accesses = [a for fn in reach for a in self.model.data.by_function.get(fn, ())]
        names = [
            self.model.files[a.at].calls[n].name for a in accesses if self.others.kind(a) == "change" for n in a.calls
        ]
        destroys = any(_REMOVES.match(name) for name in names) or any("delete" in s.lower()[:30] for a in accesses for s in self.others.sql(a))  # fmt: skip
        if _DESTROYS.search(words) and (destroys or bool(names) or self.others.removes(reach)):
            return Changing(declared, endpoint, destroys=True)
        own = self.model.data.by_function.get(declared.handler, ()) if declared.handler is not None else ()
        if _CHANGES.search(words) and any(self.others.kind(a) in ("change", "save", "insert") for a in own):
            return Changing(declared, endpoint, destroys=False)
        return None


def _home(file: File) -> str:
    """The module of a file on the JVM, where a repository may hold several applications; "" for all of it elsewhere."""
    return module_of(file.path) if file.language in ("java", "kotlin") else ""


def _words(endpoint: Endpoint) -> str:
    """The words of a path without its variables, and of its handler's own name."""
    path = re.sub(r"\{[^}]*\}", "", endpoint.path)
    return snake(f"{path} {endpoint.handler.rpartition('.')[2]}").replace("-", "_")
