"""Go's wrappers: the handler or router inside `auth(log(h))`, and the words of what is around it."""

import re
from collections.abc import Callable

from backwright.review.facts import Arg, Function
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.regexes import regex

DEPTH_MAX = 8  # wrappers around each other
NAMES_MAX = 3  # variables followed to what they were made of
HANDLES = regex(
    r"(^|\.)(Handler|HandlerFunc|Handle|HandlerE|HandlerWithError|Endpoint)$|^func\((?!.*http\.Handler\b.*\) ?http\.Handler$)|[hH]andler?(Func|Fn)?$"
)
# Calls that only turn a handler into another type of handler.
_TURNS = regex(
    r"(^|\.)(HandlerFunc|WrapF|WrapH|WrapHandler|HTTPHandler|HTTPHandlerFunc|HandlerFuncWrapper|StripPrefix|TimeoutHandler|MaxBytesHandler|AllowQuerySemicolons)$"
)

_CHAINS = regex(
    r"then|append|extend|wrap|apply|with$|use$|chain|build|finish", re.IGNORECASE
)  # an own list of middleware
_VERB = regex(r"Method(Get|Post|Put|Patch|Delete|Head|Options)")

Fits = Callable[[int, int, Arg], bool]


class Wrapping:
    """Looks through calls that take a handler and give one."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def innermost(
        self, at: int, fn: int, value: Arg, fits: Fits | None = None, line: int = 0
    ) -> tuple[Arg, tuple[str, ...]]:
        """Return what is inside all wrappers, with the wrappers' words, outermost first.

        `fits` says what may be inside; without it whatever the project knows as a handler.
        """
        fits = fits or self.is_handler
        words: list[str] = []
        named = ""
        for _ in range(DEPTH_MAX):
            if value.kind == "name" and not fits(at, fn, value):
                made = self._made_of(at, fn, value.text)
                if made is None:
                    break
                named, value = value.text, made
                continue
            if value.kind != "call":
                break
            inner = self._held(at, fn, value, fits)
            if inner is None:
                break
            words += self._words(at, fn, value, inner, line)
            value = (
                inner
                if inner.kind != "fn" or inner.ref >= 0
                else Arg("fn", inner.text, ref=self._lambda(at, fn, value, line))
            )
        if value.kind == "fn" and value.ref < 0 and named and self._in_variable(at, named) is not None:
            value = Arg("name", named)  # `var list = withUser(func(...) {...})`, in another file of the package
        return value, (*words, *self._returned_words(at, fn, value))

    def _returned_words(self, at: int, fn: int, value: Arg) -> list[str]:
        """The words of wrappers that a maker of handlers puts around the one it returns: `return withUser(func(...) {...})`."""
        on, _, name = value.text.rpartition(".")
        makers = self.project.resolve(at, fn, on, name)[:1] if value.kind == "call" else ()
        return [
            word
            for maker in makers
            for each in self.project.files[maker.file].returns
            if each.fn == maker.index and each.value.kind == "call" and any(i.kind == "fn" for i in each.value.items)
            for word in self._words(maker.file, maker.index, each.value, each.value.items[0], 0)
        ]

    def _in_variable(self, at: int, name: str) -> Fn | None:
        """The handler that a variable of the package holds in its wrappers."""
        for number in self.project.go.package_files(at):
            file = self.project.files[number]
            for assign in self.project.assigned[number].get((-1, name), ()):
                if assign.value.kind == "fn" and assign.value.ref >= 0:
                    return Fn(number, assign.value.ref)
                for index, made in enumerate(file.functions):
                    if made.kind == "lambda" and made.parent < 0 and made.call >= 0 and made.line >= assign.line:
                        fits = file.calls[made.call].line == assign.line and self._is_handler_type(made)
                        return Fn(number, index) if fits else None
        return None

    def is_handler(self, at: int, fn: int, value: Arg) -> bool:
        """Whether a value is a function, or something that answers requests."""
        if value.kind == "fn":
            return True
        if value.kind not in ("name", "call") or not value.text:
            return False
        on, _, name = value.text.rpartition(".")
        found = self.project.resolve(at, fn, on, name)
        if value.kind == "name":
            return bool(found) or self.serving(at, fn, value) is not None
        return self.serving(at, fn, value) is not None or any(
            _makes_handler(self.project.function(each)) for each in found
        )

    def serving(self, at: int, fn: int, value: Arg) -> Fn | None:
        """Return the ServeHTTP method of what a value is."""
        on, _, name = value.text.rpartition(".")
        known = (
            self.project.type_of(at, fn, value.text)
            if value.kind == "name"
            else self.project.returned_by(at, fn, on, name)
        )
        return next(iter(self.project.method(known.cls, "ServeHTTP")), None) if known.cls is not None else None

    def handler(self, at: int, fn: int, value: Arg) -> tuple[Fn | None, Cls | None, str]:
        """Return (function, class, label) of a handler that is in no wrapper."""
        project = self.project
        if value.kind == "fn" and value.ref >= 0:
            return Fn(at, value.ref), None, project.label(Fn(at, value.ref))
        on, _, name = value.text.rpartition(".")
        found = next(iter(project.resolve(at, fn, on, name)), None)
        if found is None:
            found = self.serving(at, fn, value) or (
                self._in_variable(at, name) if value.kind == "name" and not on else None
            )
        elif value.kind == "call" and not self._is_handler_type(project.function(found)):
            found = self._returned(found) or found
        if found is None:
            return None, None, f"{value.text}()" if value.kind == "call" else value.text
        return found, project.own_class(found.file, found.index), project.label(found)

    def _is_handler_type(self, made: Function) -> bool:
        return any(
            "Request" in param.type or "Context" in param.type or "Ctx" in param.type for param in made.params[:2]
        )

    def _returned(self, maker: Fn) -> Fn | None:
        """The lambda that a function gives as a handler: `func handleOrders(s Store) http.HandlerFunc { return func(...) {...} }`."""
        functions = self.project.files[maker.file].functions
        for index in range(maker.index + 1, len(functions)):
            if functions[index].line > functions[maker.index].end:
                return None
            if (
                functions[index].parent == maker.index
                and functions[index].kind == "lambda"
                and self._is_handler_type(functions[index])
            ):
                return Fn(maker.file, index)
        return None

    def _lambda(self, at: int, fn: int, value: Arg, line: int) -> int:
        """The function that is written among the arguments of a call."""
        on, _, name = value.text.rpartition(".")
        file = self.project.files[at]
        for index, made in enumerate(file.functions):
            if made.kind == "lambda" and made.call >= 0 and made.parent == fn and line <= made.line:
                call = file.calls[made.call]
                if call.name == name and call.on == on:
                    return index
        return -1

    # ---- one wrapper ------------------------------------------------------------------------

    def _held(self, at: int, fn: int, value: Arg, fits: Fits) -> Arg | None:
        """The argument of a wrapper that is the handler; None if the call is no wrapper."""
        on, _, name = value.text.rpartition(".")
        items = [item for item in value.items if item.name != "<>"]
        candidates = [item for item in items if item.kind in ("name", "call", "fn")]
        made = next(iter(self.project.resolve(at, fn, on, name)), None) if name else None
        if made is not None:
            params = self.project.function(made).params
            places = [
                place
                for place, param in enumerate(params)
                if HANDLES.search(param.type) and not param.type.startswith("[]")
            ]
            given = [items[place] for place in places if place < len(items) and items[place] in candidates]
            given = given or [
                item for item in candidates if item.kind in ("name", "fn") and self._answers(at, fn, item)
            ]
            return given[0] if given and "error" != self.project.function(made).returns else None
        if not candidates:
            return None
        fitting = [
            item
            for item in candidates
            if fits(at, fn, item) or (item.kind == "call" and self._fits_within(at, fn, item, fits))
        ]
        told = [item for item in fitting if item.kind == "call" and item.text.endswith("WithHandler")]  # an option
        if told:
            return told[0]
        if fitting:
            return fitting[-1] if fitting[-1].kind != "name" or len(fitting) == 1 else fitting[0]
        return candidates[0] if _TURNS.search(value.text) or not name else None

    def _answers(self, at: int, fn: int, value: Arg) -> bool:
        """Whether a value is a function that is given a request or a response."""
        if value.kind == "fn":
            return "Request" in value.text or "Context" in value.text or "Ctx" in value.text
        on, _, name = value.text.rpartition(".")
        return any(
            self._is_handler_type(self.project.function(each)) for each in self.project.resolve(at, fn, on, name)[:1]
        )

    def _fits_within(self, at: int, fn: int, value: Arg, fits: Fits, depth: int = 4) -> bool:
        return depth > 0 and any(
            fits(at, fn, item) or (item.kind == "call" and self._fits_within(at, fn, item, fits, depth - 1))
            for item in value.items
        )

    def _words(self, at: int, fn: int, value: Arg, inner: Arg, line: int) -> list[str]:
        """The words of one wrapper: its name, its other arguments, and what it was made of."""
        if _TURNS.search(value.text):
            return []
        others = " ".join(_texts(item) for item in value.items if item is not inner)
        around = f"{value.text.removesuffix('.')}({others})"
        return [*self.made_words(at, fn, value.text), *self._before(at, fn, value, line), around]

    def made_words(self, at: int, fn: int, chain: str, depth: int = NAMES_MAX) -> list[str]:
        """The words of what a variable was made of: `protected := dynamic.Append(requireLogin)`."""
        first = re.split(r"[.(\[]", chain, maxsplit=1)[0]
        on, _, name = chain.rpartition(".")
        if on and not _CHAINS.match(name) and self.project.resolve(at, fn, on, name):
            return []  # a method of the project's own, whose body tells: guards.LogRequests
        made = self._made_of(at, fn, first) if depth and first else None
        if made is None and depth and first:
            return self._handed_words(at, fn, first, depth)
        if made is not None and made.kind == "name":  # perm = s.auth.Perm
            return [*self.made_words(at, fn, made.text, depth - 1), made.text]
        if made is None or made.kind not in ("call", "list"):
            return []
        above = (
            self.made_words(at, fn, made.text, depth - 1)
            if made.kind == "call" and not made.text.startswith(first)
            else []
        )
        held = [
            word for item in made.items if item.kind == "name" for word in self.made_words(at, fn, item.text, depth - 1)
        ]
        return [*above, *held, _texts(made)]

    def _handed_words(self, at: int, fn: int, name: str, depth: int) -> list[str]:
        """The words of what a parameter is given: `Register(r, auth.Handler(key))` with `func Register(r Router, guard Handler)`."""
        for scope in (fn,) if fn >= 0 else ():
            made = self.project.files[at].functions[scope]
            place = next((n for n, param in enumerate(made.params) if param.name == name), -1)
            if (
                place < 0
                or not made.name
                or (not HANDLES.search(made.params[place].type) and "iddleware" not in made.params[place].type)
            ):
                continue
            for number, index in self.project.calls_by_name.get(made.name, ())[:40]:
                call = self.project.files[number].calls[index]
                if (
                    place < len(call.args)
                    and call.args[place].kind in ("name", "call")
                    and Fn(at, scope) in self.project.resolve_call(number, call)
                ):
                    given = call.args[place]
                    return [*self.made_words(number, call.fn, given.text, depth - 1), _texts(given)]
        return []

    def _before(self, at: int, fn: int, value: Arg, line: int) -> list[str]:
        """The words of calls before the last one of a chain: alice.New(a, b).Then(h), requireRole("admin")(h)."""
        on, _, name = value.text.rpartition(".")
        if "()" not in on or not line:
            return []
        calls = self.project.files[at].calls
        last = next(
            (c for c in calls if c.fn == fn and c.name == name and c.on == on and line <= c.line <= line + 12),
            None,
        )
        found: list[str] = []
        while last is not None and last.prev >= 0:
            last = calls[last.prev]
            found.append(f"{last.on}.{last.name}({' '.join(_texts(each) for each in last.args)})".lstrip("."))
        return found[::-1]

    def _made_of(self, at: int, fn: int, name: str) -> Arg | None:
        """The call or list that a variable was given, in its function, one around it, or the package."""
        file, assigned = self.project.files[at], self.project.assigned[at]
        scope = fn
        while True:
            for assign in assigned.get((scope, name), ()):
                if assign.value.kind in ("call", "list", "fn") or (
                    assign.value.kind == "name" and assign.value.text != name
                ):
                    return assign.value
            if scope < 0:
                break
            if any(param.name == name for param in file.functions[scope].params):
                return None
            scope = file.functions[scope].parent
        for number in self.project.go.package_files(at) if "." not in name else ():
            for assign in self.project.assigned[number].get((-1, name), ()):
                if assign.value.kind == "call":
                    return assign.value
        return None


def allowed_methods(project: Project, handler: Fn) -> list[str]:
    """Return the methods that a handler answers, if it refuses all others with 405."""
    file = project.files[handler.file]
    reads = [read.attr for read in file.reads if read.fn == handler.index]
    if "Method" not in reads or not any("MethodNotAllowed" in attr for attr in reads):
        return []
    return [attr.removeprefix("Method").upper() for attr in dict.fromkeys(reads) if _VERB.fullmatch(attr)]


def _makes_handler(made: Function) -> bool:
    return bool(HANDLES.search(made.returns.strip("()").partition(",")[0]))


def _texts(value: Arg) -> str:
    """A value with what is inside it, as one text."""
    inside = " ".join(_texts(item) for item in value.items)
    text = value.text if value.kind in ("name", "call", "str", "bool", "num", "type") else ""
    return f"{text}({inside})" if inside or value.kind == "call" else text
