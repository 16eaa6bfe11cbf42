"""Beego: endpoints that name a controller and its methods, `web.Router("/orders", &Orders{}, "get:List;post:Add")`, and the filters around them."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from backwright.review.facts import Arg, Call
from backwright.review.link.connexion import Operation
from backwright.review.link.paths import canonical_path, join
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.routers import Use
from backwright.review.regexes import regex

FRAMEWORK = "beego"
_METHODS = ("Get", "Post", "Put", "Delete", "Patch", "Head", "Options")
_MODULES = regex(r"github\.com/(beego|astaxie)/beego(/v\d+)?(/server/web)?$")
_SPACES = frozenset({"NSNamespace", "NewNamespace"})
_BEFORE = frozenset({"NSBefore", "NSCond"})
_BEFORE_METHODS = frozenset({"BeforeStatic", "BeforeRouter", "BeforeExec"})
_PARAM = regex(r":(\w+)(?:\([^()]*\)|:(?:int|string))?")
_SPACES_MAX = 6  # namespaces in namespaces


def beego(project: Project, numbers: Iterable[int]) -> Iterator[Operation]:
    """Yield what these files declare on Beego's own router."""
    go = [n for n in numbers if project.files[n].language == "go" and not project.files[n].is_test]
    go = [n for n in go if any(_MODULES.match(made.module) for made in project.files[n].imports)]
    if go:
        yield from _Beego(project, go).operations()


class _Beego:
    def __init__(self, project: Project, numbers: list[int]) -> None:
        self.project, self.numbers = project, numbers

    def operations(self) -> Iterator[Operation]:
        for at in self.numbers:
            for index, call in enumerate(self.project.files[at].calls):
                if not self._is_beego(at, call):
                    continue
                name = call.name.removeprefix("NS")
                if name == "Router" and len(call.args) > 1:
                    yield from self._routed(at, index, call)
                elif name in ("AutoRouter", "AutoPrefix") and call.args:
                    yield from self._automatic(at, index, call, name == "AutoPrefix")
                elif name.removeprefix("Ctrl") in (*_METHODS, "Any") and len(call.args) > 1:
                    yield from self._single(at, index, call, name)

    def _is_beego(self, at: int, call: Call) -> bool:
        made = self.project.imported[at].get(call.on)
        if made is not None and _MODULES.match(made.module):
            return True
        return call.on.partition(".")[0] in ("web", "beego") and "NewControllerRegister" in call.on

    # ---- what a call declares ---------------------------------------------------------------

    def _routed(self, at: int, index: int, call: Call) -> Iterator[Operation]:
        cls = self._class(at, call.fn, call.args[1])
        if cls is None:
            return
        told = [value.text for value in call.args[2:] if value.kind == "str"]
        pairs = [pair.partition(":") for text in told for pair in text.split(";") if ":" in pair]
        for methods, _, name in pairs:
            for method in methods.split(","):
                yield from self._answer(at, index, call, cls, method.strip().upper(), name.strip())
        for name in _METHODS if not pairs else ():
            yield from self._answer(at, index, call, cls, name.upper(), name)

    def _automatic(self, at: int, index: int, call: Call, is_below: bool) -> Iterator[Operation]:
        """`AutoRouter(&Orders{})`: each public method of its own answers at /orders/method."""
        cls = self._class(at, call.fn, call.args[-1])
        if cls is None:
            return
        name = self.project.class_(cls).name
        start = call.args[0].text if is_below and call.args[0].kind == "str" else ""
        for number in self.project.go.package_files(cls.file):
            for made in self.project.files[number].functions:
                if made.owner == name and made.is_public and not made.params and made.name not in ("Prepare", "Finish"):
                    path = join(start, f"/{name.removesuffix('Controller').lower()}/{made.name.lower()}")
                    yield from self._answer(at, index, call, cls, "*", made.name, path)

    def _single(self, at: int, index: int, call: Call, name: str) -> Iterator[Operation]:
        """`web.Get("/x", handler)`, `web.CtrlGet("/x", (*Orders).List)`."""
        method = name.removeprefix("Ctrl").upper().replace("ANY", "*")
        value = call.args[1]
        if value.kind == "fn" and value.ref >= 0:
            found: Fn | None = Fn(at, value.ref)
        else:
            on, _, last = value.text.replace("(", "").replace(")", "").lstrip("*&").rpartition(".")
            found = next(iter(self.project.resolve(at, call.fn, on, last)), None)
            if found is None and on and (cls := self.project.find_class(at, on)) is not None:
                found = next(iter(self.project.method(cls, last)), None)
        if found is not None:
            own = self.project.own_class(found.file, found.index)
            yield self._operation(at, index, call, method, self._path(at, index, call), found, own)

    def _answer(
        self, at: int, index: int, call: Call, cls: Cls, method: str, name: str, path: str = ""
    ) -> Iterator[Operation]:
        for fn in self.project.method(cls, name)[:1]:
            yield self._operation(at, index, call, method, path or self._path(at, index, call), fn, cls)

    def _operation(self, at: int, index: int, call: Call, method: str, path: str, fn: Fn, cls: Cls | None) -> Operation:
        uses = [*self._filters(path), *self._around(at, index)]
        if cls is not None and (first := next(iter(self.project.method(cls, "Prepare")), None)) is not None:
            made = self.project.function(first)
            uses.append(Use(f"{made.owner}.Prepare", first.file, made.line))
        return Operation(method, path, self.project.label(fn), fn, cls, tuple(uses), (), FRAMEWORK)

    def _class(self, at: int, fn: int, value: Arg) -> Cls | None:
        if value.kind == "call":
            return self.project.find_class(at, value.text)
        return self.project.type_of(at, fn, value.text).cls if value.kind == "name" else None

    # ---- what stands around -----------------------------------------------------------------

    def _path(self, at: int, index: int, call: Call) -> str:
        path = call.args[0].text if call.args[0].kind == "str" else "/{*}"
        for outer in self._spaces(at, index):
            path = join(outer.args[0].text if outer.args and outer.args[0].kind == "str" else "", path)
        return canonical_path(_PARAM.sub(r"{\1}", path.replace("?:", ":")))

    def _spaces(self, at: int, index: int) -> list[Call]:
        """The namespaces that a call stands in, innermost first."""
        calls = self.project.files[at].calls
        found: list[Call] = []
        while calls[index].inside >= 0 and len(found) < _SPACES_MAX:
            index = calls[index].inside
            if calls[index].name in _SPACES:
                found.append(calls[index])
        return found

    def _around(self, at: int, index: int) -> Iterator[Use]:
        """What the namespaces around a call run before: `web.NSBefore(auth)`."""
        calls = self.project.files[at].calls
        while calls[index].inside >= 0:
            index = calls[index].inside
            for call in calls:
                if call.inside == index and call.name in _BEFORE:
                    yield from (Use(_word(value), at, call.line) for value in call.args)

    @cached_property
    def _all_filters(self) -> list[tuple[re.Pattern[str], Use]]:
        found: list[tuple[re.Pattern[str], Use]] = []
        for name in ("InsertFilter", "InsertFilterChain"):
            for at, index in self.project.calls_by_name.get(name, ()):
                call = self.project.files[at].calls[index]
                if not self._is_beego(at, call) or len(call.args) < 2 or call.args[0].kind != "str":
                    continue
                is_chain = name == "InsertFilterChain"
                if not is_chain and call.args[1].text.rpartition(".")[2] not in _BEFORE_METHODS:
                    continue
                value = call.args[1] if is_chain else call.args[2] if len(call.args) > 2 else None
                if value is not None:
                    found.append((_pattern(call.args[0].text), Use(_word(value), at, call.line)))
        return found

    def _filters(self, path: str) -> list[Use]:
        return [use for pattern, use in self._all_filters if pattern.match(path)]


def _word(value: Arg) -> str:
    inside = " ".join(item.text for item in value.items)
    return f"{value.text}({inside})" if value.kind == "call" else value.text


def _pattern(text: str) -> re.Pattern[str]:
    """A filter's pattern: `*` and `/*` mean all, `/api/*` what is below, `/orders/:id` one segment."""
    parts = [re.escape(part) for part in _PARAM.sub("\0", text.lstrip("/")).split("*")]
    return re.compile("/?" + ".*".join(parts).replace("\0", "[^/]+") + "$")
