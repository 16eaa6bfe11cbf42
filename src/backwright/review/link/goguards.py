"""Go's guards: whether middleware turns away who is not logged in, or who asks too often."""

import re
from collections.abc import Iterator
from functools import cached_property

from backwright.review.facts import Arg, Catch, File
from backwright.review.link.effects import Effects
from backwright.review.link.project import Fn, Project
from backwright.review.regexes import regex

THIN_LINES = 3  # of a handler that only hands the request on
DEPTH_MAX = 2  # helpers of a guard that are looked into
_DENIES = regex(
    r"\b40[13]\b|Status(Unauthorized|Forbidden)|Err(Unauthorized|Forbidden|Unauthenticated)|un_?auth(enticated|orized)|"
    r"not_?permitted|forbidden|access_?denied|authentication_?required|auth(entication|orization)_?fail\w*",
    re.IGNORECASE,
)
_TO_LOGIN = regex(r"/(log|sign)-?_?in\b|/auth\b|(log|sign)_?in_?(redirect|url|path|page|route)", re.IGNORECASE)
_COMPARES = regex(r"(^|\.)(HasPrefix|HasSuffix|Contains|Equal\w*|Match\w*|TrimPrefix)\(")
_OPTIONAL = regex(r"anonymous|guest|optional|\.(Is)?Private$", re.IGNORECASE)
_PASSES = frozenset({"ServeHTTP", "Next", "next", "h", "handler", "f", "fn", "handle"})
_ANSWERS = regex(
    r"(^|\.)(Abort\w*|\w*JSON|String|Redirect|Status|Data|HTML|XML|File|Error\w*|Render)\(|WithContext|context"
)
_HANDLED = regex(r"[hH]andle(r|Func|rFunc)?$")
_LIMITS = regex(
    r"limiter\b.*\.Allow|limiter\.|rate\.NewLimiter|StatusTooManyRequests|\b429\b|tollbooth|httprate|TooManyRequests|rate_?limit",
    re.IGNORECASE,
)
_WHO = regex(
    r"auth|session|token|jwt|claims|principal|identity|credential|api_?key|bearer|basic_?auth|logged|login|signed|current_?_?user|user_?(id)?(from|in)_?(ctx|context|request|session)|getuser$|\.Get\(user|role|permission|admin|account|member",
    re.IGNORECASE,
)  # fmt: skip
_ASKS = regex(
    r"(FromContext|FromCtx|FromRequest|CurrentUser|GetSession|Session|Claims|VerifyToken|ParseToken|ValidateToken|Principal|"
    r"Authenticate\w*|authorize\w*|isAuthenticated|IsLoggedIn|UserID)$|^MustGet$|^BasicAuth$",
    re.IGNORECASE,
)
# `err := h.validateSession(r)` in a handler: what it does with the error need not be seen.
_DEMANDED = regex(
    r"^(validate|check|verify|require|ensure|must)_?(be_?)?(session|auth\w*|log_?in|logged_?in|user|token|jwt|api_?key|permission|admin)\w*$",
    re.IGNORECASE,
)
_REQUEST = regex(r"^(r|req|request|c|ctx|w|\w+\.Context)$")
_ENTERS = regex(r"log_?in|sign_?in|sign_?up|register|token|auth|session|callback|oauth|refresh", re.IGNORECASE)
_DEMANDED_IF = regex(
    r"^(is_?)?(require|must|need|enforce|strict|mandatory|enable|check|auth(?!_?me))|required$", re.IGNORECASE
)
_ONLY_RUNS = regex(
    r"(handle|execute|serve|run|invoke|do)(http)?$", re.IGNORECASE
)  # the type says what: LoginController.Handle
_DEMANDS = regex(r"require|only|must|protect|ensure", re.IGNORECASE)
_INLINE = regex(r"closure_(\d+)")  # middleware that is written where it is added
_WORD = regex(r"[A-Za-z_][\w.]*")


class GoGuards:
    """Reads what stands in middleware. Answers are kept."""

    def __init__(self, project: Project, effects: Effects) -> None:
        self.project, self.effects = project, effects
        self._words: dict[tuple[int, str], str] = {}

    def word(self, at: int, text: str, auth: re.Pattern[str]) -> str:
        """Return the words of a middleware with what its body says: "login_required", "rate_limit", or without what only sounds like a login."""
        if (at, text) not in self._words:
            self._words[at, text] = self._word(at, text, auth)
        return self._words[at, text]

    def _word(self, at: int, text: str, auth: re.Pattern[str]) -> str:
        kept = text
        for name in dict.fromkeys(_WORD.findall(text)):
            for fn in self._meant(at, name):
                said = self.said(fn)
                is_open = any(_OPTIONAL.search(each) for each in said) or self._lets_unknown(fn)
                if (self._turns_away(name, said) or self._hands_back(fn)) and not is_open:
                    kept = f"{self._given(kept, name, fn)} login_required"
                elif is_open or self._is_seen(fn, said):
                    kept = kept.replace(name, auth.sub("", name))
                if any(_LIMITS.search(each) for each in said):
                    kept += " rate_limit"
        return kept

    def _given(self, text: str, name: str, fn: Fn) -> str:
        """Return the words of a guard without the flags that do not open it: in `Auth("orders.edit", false)` false may mean `isPublic`."""
        params = self.project.function(fn).params
        if " false" not in text.replace("(", " ") or any(_DEMANDED_IF.search(each.name) for each in params):
            return text
        held = re.search(rf"{re.escape(name)}\(([^()]*)\)", text)
        if held is None or not any(each.type == "bool" for each in params):
            return text
        left = " ".join(word for word in held[1].split() if word != "false")
        return text.replace(held[0], f"{name}({left})")

    def _turns_away(self, name: str, said: list[str]) -> bool:
        sends = any("edirect" in each for each in said)  # also to a path that another call has built
        denies = any(_DENIES.search(each) for each in said) or any(
            sends and _TO_LOGIN.search(each) and not _COMPARES.search(each) for each in said
        )
        denies = denies or (_DEMANDS.search(name) is not None and any("NotFound" in each for each in said))
        return denies and (
            _WHO.search(name) is not None or any(_WHO.search(each) and not _DENIES.search(each) for each in said)
        )

    def _hands_back(self, fn: Fn) -> bool:
        """Whether a guard gives the error of finding out who asks to what runs it: `if err != nil { return err }` behind `auth.Authenticate(...)`."""
        file, own = self.project.files[fn.file], self._own(fn)
        givers = {n for n in own if self.project.files[fn.file].functions[n].returns == "error"}
        backs = [r for r in file.returns if r.fn in givers and r.catch >= 0 and r.value.kind == "name"]
        return any(
            call.fn == back.fn
            and (_ASKS.search(call.name) or _DEMANDED.search(call.name))
            and 0 <= start - call.line <= 2
            for back in backs
            if back.value.text == file.catches[back.catch].var
            for start in (file.catches[back.catch].start or file.catches[back.catch].line,)
            for call in file.calls
        )

    def _is_seen(self, fn: Fn, said: list[str]) -> bool:
        """Whether the whole of a guard is known: its body goes on to the next one, and nothing outside guards in its place."""
        goes_on = any(each.partition("(")[0].rpartition(".")[2] in _PASSES for each in said)
        is_gin = any(param.type.endswith("gin.Context") for param in self.project.function(fn).params)
        goes_on = goes_on or (is_gin and not any(_ANSWERS.search(each) for each in said))  # gin goes on by itself
        outside = any(
            re.search(
                r"(?i)jwt\w*\.(New|Authenticator|WithConfig)|keyauth|basicauth|casbin|\.RequireAuth|\.BasicAuth\(",
                each,
            )
            for each in said
        )
        return goes_on and not outside

    def _lets_unknown(self, fn: Fn) -> bool:
        """Whether a guard goes on with the request where who asks could not be found out: `if err != nil { return next(c) }`."""
        file, own = self.project.files[fn.file], self._own(fn)
        passing = {c.catch for c in file.calls if c.catch >= 0 and c.fn in own and c.name in _PASSES}
        return any(self._is_passed(file, own, file.catches[each]) for each in passing)

    def _is_passed(self, file: File, own: set[int], catch: Catch) -> bool:
        """Whether nobody is turned away where an error is handled."""
        calls = [f"{c.on}.{c.name}" for c in file.calls if c.fn in own and catch.line <= c.line <= catch.end]
        reads = [r.attr for r in file.reads if r.fn in own and catch.line <= r.line <= catch.end]
        return not any(_DENIES.search(each) for each in (*calls, *reads))

    def _meant(self, at: int, name: str) -> list[Fn]:
        """The middleware that a name stands for, whatever it is called on."""
        if inline := _INLINE.fullmatch(name):
            return [Fn(at, int(inline[1]))]
        on, _, last = name.rpartition(".")
        found = [fn for fn in self.project.resolve(at, -1, on, last) if self._is_middleware(fn)]
        if found:
            return found[:1]
        alike = self._middleware.get(last, [])
        near = [fn for fn in alike if self.project.go.same_package(fn.file, at)]
        return near[:1] or (alike if len(alike) == 1 and on else [])

    @cached_property
    def _middleware(self) -> dict[str, list[Fn]]:
        found: dict[str, list[Fn]] = {}
        for number in self._go_files():
            for index, made in enumerate(self.project.files[number].functions):
                if made.kind == "lambda" or not self._is_middleware(Fn(number, index)):
                    continue
                own = self.project.own_class(number, index) if made.owner else None
                if own is None or self.project.class_(own).kind != "interface":
                    found.setdefault(made.name, []).append(Fn(number, index))
        return found

    def _go_files(self) -> Iterator[int]:
        return (n for n, file in enumerate(self.project.files) if file.language == "go" and not file.is_test)

    def _is_middleware(self, fn: Fn) -> bool:
        made = self.project.function(fn)
        types = [made.returns, *(param.type for param in made.params)]
        if made.name == "Prepare" and made.owner and not made.params:  # what Beego runs before each method
            return True
        return any(
            re.search(
                r"Handler|Context\b|\bCtx\b|[hH]andle(Func|Fn)?\b|ResponseWriter|MiddlewareFunc|Middleware\b",
                each,
            )
            for each in types
        )

    # ---- bodies -----------------------------------------------------------------------------

    def said(self, fn: Fn, depth: int = DEPTH_MAX) -> list[str]:
        """Return what a function and what it calls says before it goes on: calls with their arguments, names that are read."""
        file, own = self.project.files[fn.file], self._own(fn)
        last = self._went_on(fn, own)
        found = list(_said(file, own, last))
        for each in sorted(own) if depth else ():
            for edge, target in self.effects.callees.get(Fn(fn.file, each), ())[:20]:
                is_before = edge.at != fn.file or file.calls[edge.call].line <= last
                if is_before and (target.file != fn.file or target.index not in own):
                    found += self.said(target, depth - 1) if self._answers(target) else []
        return found

    def _went_on(self, fn: Fn, own: set[int]) -> int:
        """The line on which a closure keeps what a handler gives, `err := h(w, r)`: what it says behind that is about an error of the handler's."""
        if self.project.function(fn).kind != "lambda":
            return 1 << 30
        file = self.project.files[fn.file]
        scopes = [each for each in (*own, self.project.function(fn).parent) if each >= 0]
        names = {
            param.name
            for each in scopes
            for param in file.functions[each].params
            if param.name in _PASSES or _HANDLED.search(param.type)
        }
        kept = (
            call.line
            for call in file.calls
            if call.fn in own and call.to not in ("", "return") and not call.on and call.name in names
        )
        return min(kept, default=1 << 30)

    def _answers(self, fn: Fn) -> bool:
        """Whether a helper may answer the request: it is given the response or the context."""
        return any(
            re.search(r"ResponseWriter|Context\b|\bCtx\b", param.type) for param in self.project.function(fn).params
        ) or self._is_middleware(fn)

    def _own(self, fn: Fn) -> set[int]:
        """A function and the lambdas in it."""
        functions = self.project.files[fn.file].functions
        found = {fn.index}
        for index in range(fn.index + 1, len(functions)):
            if functions[index].line > functions[fn.index].end:
                break
            if functions[index].parent in found:
                found.add(index)
        return found

    # ---- handlers ---------------------------------------------------------------------------

    def asks_itself(self, handler: Fn) -> bool:
        """Whether a handler turns away who is not known, by asking the request; who comes to log in is not asked."""
        file = self.project.files[handler.file]
        own = self._own(handler)
        named = self.project.label(handler)
        owner, _, last = named.rpartition(".")
        if _ENTERS.search(owner if _ONLY_RUNS.match(last) else last):
            return False
        made = self.project.function(handler)
        if made.kind == "lambda" or made.end - made.line <= THIN_LINES:  # { return handleEvents(c, hub) }
            inside = {
                target
                for n in own
                for _, target in self.effects.callees.get(Fn(handler.file, n), ())
                if self._answers(target) and self.project.function(target).params
            }
            if len(inside) == 1 and all(self.project.function(each).kind != "lambda" for each in inside):
                return self.asks_itself(inside.pop())
        if any(
            c.fn in own and _DEMANDED.search(c.name) and any(_REQUEST.search(v.text) for v in c.args)
            for c in file.calls
        ):
            return True
        denies = any(r.fn in own and re.search(r"Unauthorized|Unauthenticated", r.attr) for r in file.reads) or any(
            c.fn in own and any(v.text == "401" for v in c.args) for c in file.calls
        )
        return denies and any(c.fn in own and _ASKS.search(c.name) for c in file.calls)


def _said(file: File, own: set[int], last: int) -> Iterator[str]:
    for call in file.calls:
        if call.fn in own and call.line <= last:
            yield f"{call.on}.{call.name}({' '.join(_texts(value) for value in call.args)})".lstrip(".")
    for read in file.reads:
        if read.fn in own and read.line <= last:
            yield f"{read.base}.{read.attr}"
    for each in file.returns:
        if each.fn in own and each.value.kind == "name" and each.line <= last:
            yield each.value.text


def _texts(value: Arg) -> str:
    return value.text if value.kind in ("name", "str", "num", "bool") else ""
