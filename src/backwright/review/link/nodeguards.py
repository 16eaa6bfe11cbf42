"""Node: functions of the project that a handler calls before anything else, and on whose answer it returns at once.

`const { auth, error } = await parseRequest(request, schema); if (error) return error();` is middleware in all but its
place: such a call counts for what the function demands, with the switches it is given.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from backwright.review.facts import BARE, Arg, Call, Function, Return
from backwright.review.link.effects import STORES, Effects, Step
from backwright.review.link.node import demands_login, inline_words
from backwright.review.link.project import Fn, Project
from backwright.review.regexes import regex

_DEPTH = 3  # calls from the function that refuses to where the token is looked at
_TOKEN = regex(
    r"(jwt\.verify|jwtVerify|jwtDecrypt|get(Server|Iron|User)?Session|(^|\.)auth|getAuth|validateRequest|currentUser|getToken|unsealData|"
    r"verify_?(Access|Id|Bearer|Auth)?_?(Token|Jwt|Session|SessionCookie))$",
    re.IGNORECASE,
)
_TOKEN_READ = regex(
    r"(headers\.authorization|cookies\.\w*(token|session|auth)\w*|(req|request|ctx|event|locals)(\.\w+)?\.(session|user|auth))$",
    re.IGNORECASE,
)
_HEADS = regex(r"(headers|cookies)(\(\))?$|(req|request|c\.req)$", re.IGNORECASE)
_TOKEN_NAME = regex(r"^authorization$|api[-_]?key|token|session", re.IGNORECASE)
_PASSWORD = regex(
    r"(compare|verify|check|match|validate)\w*Password|password\w*\.(compare|verify|check|matches)|bcrypt\w*\.compare|argon2?\.verify",
    re.IGNORECASE,
)
_OFF = regex(
    r"(skip|no|without|disable|bypass|ignore)_?(auth\w*|login|session|user)|allow_?(anonymous|public|guests?)|(is_?)?(public|optional|anonymous)(_?auth)?",
    re.IGNORECASE,
)
_ON = regex(
    r"(require|need|check|with|enforce)s?_?(auth\w*|login|session|user)|auth(enticated|enticate|_?required)?|login_?required|protected",
    re.IGNORECASE,
)
_REQUEST = regex(r"_?(req|request|ctx|context|c|event|res|response)")
_RESPONSE = regex(r"_?(res|resp|response|reply)")
_ROOT = regex(r"[A-Za-z_$][\w$]*")
_PART = regex(r"(\w+)(?:\s*:\s*\w+)?(?:\s*=\s*([\w.]+))?$")


class NodeGuards:
    """What handlers demand, themselves and by the functions that they call first."""

    def __init__(self, project: Project, effects: Effects) -> None:
        self.project, self.effects = project, effects
        self._known: dict[Fn, bool] = {}
        self._signs: dict[int, dict[int, set[str]]] = {}

    def demands(self, handler: Fn) -> bool:
        """Whether a handler turns away who is not logged in, or has it done by what it calls first."""
        return demands_login(self.project, handler.file, handler.index) or self._by_first_calls(handler)

    def said(self, middleware: Fn) -> str:
        """Return what a middleware demands, itself or by the function that it leaves the answer to."""
        own = inline_words(self.project, middleware.file, middleware.index)
        if own or not self._by_first_calls(middleware):
            return own
        return "login_required"

    # ---- the handler ------------------------------------------------------------------------

    def _by_first_calls(self, fn: Fn, depth: int = _DEPTH) -> bool:
        """Whether one of the calls that stand before all else refuses, and its answer is returned."""
        returned = self._returned.get(fn, ())
        edges = sorted(self.effects.callees.get(fn, ()), key=lambda each: self._call(each[0].at, each[0].call).line)
        for edge, target in edges:
            call = self._call(edge.at, edge.call)
            if self._has_read(fn, call.line):
                return False
            if self.project.function(target).parent == fn.index and target.file == fn.file:
                continue  # part of it
            first = next((told for told in returned if told.line >= call.line), None)
            if _answers_itself(call) or (first is not None and self._answers(fn, call, first)):
                if self._refuses(target, depth) and not self._switched_off(fn, call, self.project.function(target)):
                    return True
                if inline_words(self.project, target.file, target.index):
                    continue  # refuses for another reason
            if target in self._reaching:
                return False
        return False

    def _answers(self, fn: Fn, call: Call, told: Return) -> bool:
        """Whether what is returned is what a call gave, or part of it, or holds it."""
        if call.to == "return":
            return told.line == call.line and told.value.kind == "call" and told.value.text.endswith(call.name)
        held = told.value.items if told.value.kind == "dict" else (told.value,)
        roots = (_ROOT.match(value.text) for value in held if value.kind in ("name", "call"))
        return any(
            assign.line == call.line and assign.value.kind == "call" and assign.value.text.endswith(call.name)
            for root in roots if root is not None
            for assign in self.project.assigned[fn.file].get((fn.index, root[0]), ())
        )  # fmt: skip

    def _has_read(self, fn: Fn, line: int) -> bool:
        """Whether a function itself asks a store before a line: what is refused later is not refused first."""
        return any(
            does.does in STORES and self.effects.call(does).line < line for does in self.effects.of_function.get(fn, ())
        )

    @cached_property
    def _reaching(self) -> dict[Fn, Step]:
        return self.effects.reaching(STORES)

    @cached_property
    def _returned(self) -> dict[Fn, list[Return]]:
        found: dict[Fn, list[Return]] = defaultdict(list)
        for at, file in enumerate(self.project.files):
            for told in file.returns if file.language == "javascript" else ():
                found[Fn(at, told.fn)].append(told)
        for returns in found.values():
            returns.sort(key=lambda told: told.line)
        return found

    def _call(self, at: int, index: int) -> Call:
        return self.project.files[at].calls[index]

    # ---- what it calls ----------------------------------------------------------------------

    def _refuses(self, fn: Fn, depth: int) -> bool:
        """Whether a function looks for a token or a session and answers 401 without one, itself or by what it calls first."""
        if fn not in self._known:
            self._known[fn] = False  # while it calls itself
            denies = "login_required" in inline_words(self.project, fn.file, fn.index)
            signs = self._said(fn) if denies else set()
            self._known[fn] = (
                "token" in signs and "password" not in signs
                if denies
                else depth > 0 and self._by_first_calls(fn, depth - 1)
            )
        return self._known[fn]

    def _said(self, fn: Fn) -> set[str]:
        """The signs of a function and of what it runs, a few calls deep."""
        reached = (each for level in self.effects.levels(fn, _DEPTH + 1) for each in level)
        return {sign for each in reached for sign in self._of_file(each.file).get(each.index, ())}

    def _of_file(self, at: int) -> dict[int, set[str]]:
        """Function to what it looks at: a token or session, a password; its lambdas included."""
        if at not in self._signs:
            file = self.project.files[at]
            found: dict[int, set[str]] = defaultdict(set)
            told = [(call.fn, _sign(call)) for call in file.calls]
            told += [(read.fn, "token") for read in file.reads if _TOKEN_READ.search(f"{read.base}.{read.attr}")]
            for fn, sign in told:
                while sign and fn >= 0:
                    found[fn].add(sign)
                    fn = file.functions[fn].parent
            self._signs[at] = found
        return self._signs[at]

    # ---- switches ---------------------------------------------------------------------------

    def _switched_off(self, fn: Fn, call: Call, made: Function) -> bool:
        """Whether a call says that nobody need be logged in: `{ skipAuth: true }`, `{ auth: false }`, or no `requireAuth`."""
        given = dict(self._given(fn, call, made))
        if any((_OFF.fullmatch(n) and v == "true") or (_ON.fullmatch(n) and v == "false") for n, v in given.items()):
            return True
        return any(
            _ON.fullmatch(name) and name not in given and default in ("", "false") for name, default in _switches(made)
        )

    def _given(self, fn: Fn, call: Call, made: Function) -> Iterator[tuple[str, str]]:
        for place, value in enumerate(call.args):
            if place < len(made.params) and value.kind in ("bool", "name"):
                yield made.params[place].name, value.text
            for item in self._held(fn, value).items:
                yield item.name, item.text

    def _held(self, fn: Fn, value: Arg) -> Arg:
        """What a name stands for, if it holds options."""
        for scope in (fn.index, -1) if value.kind == "name" else ():
            for assign in self.project.assigned[fn.file].get((scope, value.text), ()):
                if assign.value.kind == "dict":
                    return assign.value
        return value


def _answers_itself(call: Call) -> bool:
    """Whether a function is handed the response, and its caller looks at what it gives: `if (!session(req, res)) return;`."""
    handed = [
        *call.args,
        *(item for value in call.args if value.kind == "dict" for item in value.items),
    ]  # ({ req, res })
    return not call.flags & BARE and any(value.kind == "name" and _RESPONSE.fullmatch(value.text) for value in handed)


def _sign(call: Call) -> str:
    """What a call looks at."""
    name = f"{call.on}.{call.name}" if call.on else call.name
    if _PASSWORD.search(name):
        return "password"
    if _TOKEN.search(name):
        return "token"
    asks = call.name in ("get", "header", "cookie") and _HEADS.search(call.on)
    return "token" if asks and any(v.kind == "str" and _TOKEN_NAME.search(v.text) for v in call.args[:1]) else ""


def _switches(made: Function) -> Iterator[tuple[str, str]]:
    """The parameters of a function, and the parts of those that it takes apart, with what they are by default."""
    for param in made.params:
        if param.name.startswith("{"):
            for part in param.name.strip("{} ").split(","):
                if told := _PART.match(part.strip()):
                    yield told[1], told[2] or ""
        elif param.name and not _REQUEST.fullmatch(param.name):
            yield param.name, param.default.text if param.default is not None else ""
