"""Tries: where a password is compared, whatever the route or function is called: in a handler, a filter, behind Basic auth."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from backwright.model.blueprint import Endpoint, Spot
from backwright.model.finding import Confidence
from backwright.review.facts import Arg, Call
from backwright.review.link.declared import Declared
from backwright.review.link.limits import gateway_limits
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.link.remembering import remembered
from backwright.review.link.saying import LIMIT
from backwright.review.regexes import regex
from backwright.review.rules.credentials import last_name, password_word
from backwright.review.rules.rule import Hit

DEPTH_MAX = 3  # handler, service, repository
COUNTED_DEPTH = 6  # a count of failures has only that one meaning, however deep it stands
_VERIFIES = regex(r"compare|verif|check|match|valid", re.IGNORECASE)
_PROVES = regex(
    r"^(try_?)?((check|verify|validate|compare)_?(user_?)?(password|passwd|credentials?|creds|basic_?auth)(_?hash)?|password_?verify|authenticate(_?user)?|check_?pw)$",
    re.IGNORECASE,
)
_EQUALS = frozenset("equals equalsIgnoreCase Equals eq contentEquals isEqual".split())
_SAFELY = frozenset("compare_digest hash_equals timingSafeEqual ConstantTimeCompare FixedTimeEquals strcmp".split())
_GIVEN = regex(r"pass|pwd|key$|secret|given|input|attempt|provided|entered|typed|cred", re.IGNORECASE)
_SENT = regex(r"\b(req|request|body|dto|form|input|params?|data|payload|args|command|model|this|self)\b", re.IGNORECASE)
_NEW = regex(r"new|old|current|confirm|repeat|again|previous|empty|default", re.IGNORECASE)
# Proves who the application itself is, at another server: who changes such a setting compares it with what it was.
_ELSEWHERE = regex(
    r"(^|_)(proxy|smtp|imap|mail|ftp|sftp|ssh|webdav|database|db|registry|broker|mqtt|redis|vpn|wifi)_?(pass|pwd|secret)",
    re.IGNORECASE,
)
# What hands a request, or the credentials in it, to a function that is no handler.
_REQUEST = regex(
    r"ServletRequest|ServiceRequest|HttpRequest|\bRequest\b|BasicAuth\b|PasswordCredential|ServerWebExchange|ContainerRequest|"
    r"RequestParts|HeaderMap|HttpContext|gin\.Context|echo\.Context|fiber\.Ctx|ServerRequestInterface|coro_http_request|HttpServletRequest",
)
_PERSON = regex(r"user|account|member|customer|person|people|profile|\bme\b|current|self|owner|login", re.IGNORECASE)
_CREDENTIAL = regex(r"pass|pwd|secret|cred|authoriz|basic|token|key|\bpin\b", re.IGNORECASE)
_ACCOUNT = regex(
    r"(change|update|new|set|old|edit|delete|remove)[-_/]?(my[-_/]?)?(pass|account|user|e?mail)|profile|settings|/me\b",
    re.IGNORECASE,
)
# A field that is counted up by each failure: FailedLoginAttempts, invalid_password_count.
_FAILURES = remembered(
    regex(
        r"(fail(ed|ure)?|invalid|wrong|bad|unsuccessful|incorrect)_?(log_?in|sign_?in|password|pwd|access|auth\w*?)?_?(attempts?|tries|counts?)(_?count)?$",
        re.IGNORECASE,
    )
)
_FRONT = regex(r"(^|/)(client|frontend|cli|tools?|scripts?|examples?)/", re.IGNORECASE)


class Tries:
    """Answers for handlers and filters of one repository."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @cached_property
    def checks(self) -> dict[Fn, list[tuple[int, str]]]:
        """Functions that compare a password that they were given with a stored one: (line, the stored one as written)."""
        found: dict[Fn, list[tuple[int, str]]] = {}
        for at in self.model.own:
            file = self.model.files[at]
            if _FRONT.search(file.path):
                continue
            for index, call in enumerate(file.calls):
                if call.fn >= 0 and call.args and self._is_check(at, index, call):
                    told = [value.text for value in (Arg("name", call.on), *call.args)]
                    stored = next(
                        (t for t in told if re.search(r"\w[.>\[]", t) and password_word(last_name(t))), "user"
                    )
                    found.setdefault(Fn(at, self.model.named(at, call.fn)), []).append((call.line, stored))
            for compare in file.compares:
                if (
                    compare.fn >= 0
                    and _compares(compare.left, compare.right)
                    and not self._is_changed(at, compare.fn, compare.left, compare.right)
                ):
                    stored = max(compare.left.text, compare.right.text, key=len)
                    found.setdefault(Fn(at, self.model.named(at, compare.fn)), []).append((compare.line, stored))
        return found

    def _is_changed(self, at: int, fn: int, left: Arg, right: Arg) -> bool:
        """Whether two values are compared to see if one is new, and it is put in the other's place."""
        sides = {left.text, right.text}
        return any(
            assign.target in sides and assign.value.text in sides - {assign.target}
            for assign in self.model.inside.assigns[at].get(fn, ())
        )

    def _is_check(self, at: int, index: int, call: Call) -> bool:
        if call.name in _EQUALS and call.on and len(call.args) == 1:
            return _compares(Arg("name", call.on), call.args[0])
        if call.name in _SAFELY and len(call.args) >= 2:
            return _compares(call.args[0], call.args[1])
        if not (_PROVES.match(call.name) or _VERIFIES.search(call.name)):
            return False
        if _NEW.search(" ".join(last_name(value.text) for value in call.args)):
            return False
        if _PROVES.match(call.name) and not self.model.project.resolve_call(at, call):
            return any(password_word(last_name(value.text)) for value in call.args if value.kind in ("name", "call"))
        if not _VERIFIES.search(call.name):
            return False
        return any(does.does == "password-hash" for does in self.model.effects.of_call[at].get(index, ()))

    def proof(self, declared: Declared) -> Spot | None:
        """Return where a handler compares a password, itself or deeper."""
        return self._proved(declared.handler) if declared.handler is not None else None

    def _proved(self, handler: Fn, *, of_things: bool = False) -> Spot | None:
        """Return where a function compares a password; `of_things`: one that is none of a person."""
        for level in self.model.effects.levels(handler, DEPTH_MAX):
            for fn in level:
                for line, stored in self.checks.get(fn, ()):
                    if not of_things or not _PERSON.search(stored):
                        return Spot(self.model.files[fn.file].path, line, "the password is compared")
        return None

    def takes(self, declared: Declared, endpoint: Endpoint) -> bool:
        """Whether an open endpoint lets a password be tried."""
        handler = declared.handler
        if handler is None or self.model.files[handler.file].language == "python":
            return False
        if endpoint.auth and _ACCOUNT.search(f"{endpoint.path} {endpoint.handler}"):
            return False
        if endpoint.method == "GET" and not self._is_sent(handler):
            return False
        return self._proved(handler, of_things=endpoint.auth is True) is not None

    def _is_sent(self, handler: Fn) -> bool:
        """Whether a handler that answers GET reads what a client proves itself with, and does not only ask if one is needed."""
        file, inside = self.model.files[handler.file], self.model.inside
        calls = [file.calls[number] for number in inside.calls[handler.file].get(handler.index, ())]
        told = [param.name for param in self.model.project.function(handler).params]
        told += [read.attr for read in inside.reads[handler.file].get(handler.index, ())]
        told += [value.text for call in calls for value in call.args]
        return any(_CREDENTIAL.search(text) for text in told) or bool(self.checks.get(handler))

    def is_counted(self, declared: Declared) -> bool:
        """Whether a handler counts an account's failures, itself or deeper."""
        if declared.handler is None or not self._counters:
            return False
        levels = self.model.effects.levels(declared.handler, COUNTED_DEPTH)
        return any(fn in self._counters for level in levels for fn in level)

    @cached_property
    def _counters(self) -> frozenset[Fn]:
        return frozenset(
            Fn(at, self.model.named(at, read.fn))
            for at in self.model.own
            for read in self.model.files[at].reads
            if read.fn >= 0 and _FAILURES(read.attr)
        )

    def hits(self) -> Iterator[Hit]:
        """Yield filters, middlewares and validators that compare a password before any handler, where nothing counts tries."""
        if not self.checks or gateway_limits(self.model.texts) or any(each.limited for each in self.model.endpoints):
            return
        groups: dict[int, list[tuple[int, Fn]]] = defaultdict(list)
        for fn in self._before:
            spot = self._proved(fn)
            if spot is not None and self.model.files[fn.file].language not in self._counting:
                own = spot.line if spot.file == self.model.files[fn.file].path else 0
                groups[fn.file].append((own or self.model.project.function(fn).line, fn))
        for at, found in groups.items():
            found.sort()
            line, fn = found[0]
            path = self.model.files[at].path
            spots = tuple(
                spot
                for line, fn in found
                for spot in (
                    Spot(path, self.model.project.function(fn).line, self.model.label(fn)),
                    Spot(path, line, "no limit found"),
                    *self._way(fn),
                )
            )
            message = f"{self.model.label(fn)} compares the password of each request and takes any number of tries"
            yield Hit(at, line, message, fn.index, spots, Confidence.MEDIUM)

    def _way(self, fn: Fn) -> Iterator[Spot]:
        """Yield the calls in a function that lead to what compares the password."""
        for edge, target in self.model.effects.callees.get(fn, ()):
            if self._proved(target) is not None:
                file = self.model.files[edge.at]
                yield Spot(file.path, file.calls[edge.call].line, "hands it on")

    @cached_property
    def _before(self) -> list[Fn]:
        """Functions that compare a password before any handler runs: they are given a request or its credentials."""
        found: dict[Fn, None] = {}
        level, seen = list(self.checks), set(self.checks)
        for _ in range(DEPTH_MAX):
            found |= dict.fromkeys(fn for fn in level if self._is_before(fn))
            level = [
                edge.caller
                for fn in level if fn not in found
                for edge in self.model.effects.callers.get(fn, ())
                if edge.caller.index >= 0 and edge.caller not in seen
            ]  # fmt: skip
            seen.update(level)
        return list(found)

    def _is_before(self, fn: Fn) -> bool:
        if self.model.endpoint_of(fn) is not None:
            return False
        made = self.model.project.function(fn)
        file = self.model.files[fn.file]
        if file.language == "kotlin":
            hooks = {
                file.calls[each.call].name
                for each in file.functions
                if each.call >= 0 and made.line <= each.line <= made.end
            }
            if "validate" in hooks and hooks & {"basic", "form"}:
                return True
        if not any(_REQUEST.search(param.type) for param in made.params):
            return False
        return not any(self.model.endpoint_of(edge.caller) for edge in self.model.effects.callers.get(fn, ()))

    @cached_property
    def _counting(self) -> frozenset[str]:
        """Languages in which something of the application counts or limits tries."""
        return frozenset(
            self.model.files[at].language
            for at in self.model.own
            if any(LIMIT.search(call.name) for call in self.model.files[at].calls)
        )


def _compares(left: Arg, right: Arg) -> bool:
    """Whether a stored password is compared with one that was given: not two that were typed."""
    if left.kind not in ("name", "call") or right.kind not in ("name", "call"):
        return False
    if any(_ELSEWHERE.search(_snake(last_name(side.text))) for side in (left, right)):
        return False
    for one, other in ((left, right), (right, left)):
        mine, theirs = last_name(one.text), last_name(other.text)
        if not password_word(mine) or password_word(mine) == "again" or _NEW.search(f"{mine} {theirs}"):
            return False if password_word(mine) else _one_sided(other, one)
        if not password_word(theirs):
            return _one_sided(one, other)
    return not (_SENT.search(left.text.partition(".")[0]) and _SENT.search(right.text.partition(".")[0]))


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)


def _one_sided(stored: Arg, given: Arg) -> bool:
    """Whether only the stored one is called a password: `user.getPasswordMD5().equals(key)`."""
    base = re.split(r"[.>]", stored.text)[0]
    name = last_name(stored.text)
    return (
        password_word(name) not in ("", "again")
        and stored.text != name
        and not _SENT.search(base)
        and given.kind == "name"
        and re.fullmatch(r"\w+", given.text) is not None
        and not given.text.isupper()
        and _GIVEN.search(given.text) is not None
        and not _NEW.search(f"{name} {given.text}")
    )
