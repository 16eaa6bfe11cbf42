"""Ktor: routes whose path and method are said by a class or an object instead of a text."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from backwright.review.facts import Arg, Call, File
from backwright.review.link.packs import Packs
from backwright.review.link.paths import join
from backwright.review.link.types import written
from backwright.review.link.words import argument
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Cls, Fn, Project

# What a function extends that declares no routes: a bare `get` or `head` in it is another's.
_NO_ROUTER = regex(
    r"(^|\.)(ApplicationCall|RoutingCall|RoutingContext|HttpClient|HttpRequestBuilder|HTML|HEAD|BODY|[A-Z]*Content)$"
)
DEPTH_MAX = 8  # resources in each other
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})


class Endpoint(NamedTuple):
    """What an object says about an endpoint."""

    method: str
    path: str


class Typed:
    """Reads what stands for a path: a marked class (`get<Orders.Item>`), or an object's endpoint (`route(Api.Orders.list)`)."""

    def __init__(self, project: "Project") -> None:
        self.project = project
        self._made: dict[int, dict[str, list[int]]] = {}

    # ---- resources: classes with a mark ---------------------------------------------------------

    def path(self, at: int, args: Sequence[Arg], mark: str) -> str | None:
        """Return the path that a type argument's mark gives, with those of the resources that it belongs to."""
        given = next((value.text for value in args if value.kind == "type"), "")
        cls = self._class(at, given) if given else None
        parts: list[str] = []
        while cls is not None and len(parts) < DEPTH_MAX:
            found = self._marked(cls, mark)
            if found is None:
                break
            parts.insert(0, found)
            cls = self._parent(cls, mark)
        return _joined(parts) if parts else None

    def _marked(self, cls: "Cls", mark: str) -> str | None:
        marks = self.project.class_(cls).marks
        return next((v.text for m in marks if m.name == mark for v in m.args[:1] if v.kind == "str"), None)

    def _parent(self, cls: "Cls", mark: str) -> "Cls | None":
        """Return the resource that a property of a resource is, `val parent: Orders`; else the class around it."""
        made = self.project.class_(cls)
        held = [self._class(cls.file, written(field.type).name) for field in made.fields if field.type]
        above = next((each for each in held if each not in (None, cls) and self._marked(each, mark) is not None), None)
        return above or (type(cls)(cls.file, made.outer) if made.outer >= 0 else None)

    # ---- endpoints: fields of objects -----------------------------------------------------------

    def endpoint(self, at: int, args: Sequence[Arg]) -> Endpoint | None:
        """Return what the object says that the first argument names: `val list by get("feed")` of a resource."""
        given = argument(args, "0")
        holder, _, name = given.text.rpartition(".") if given is not None and given.kind == "name" else ("", "", "")
        cls = self._class(at, holder) if holder else None
        if cls is None:
            return None
        field = next((each for each in self.project.class_(cls).fields if each.name == name), None)
        first = self._first_call(cls.file, name, field.line) if field is not None else None
        above = self._resource(cls)
        if first is None or above is None or first.name not in _VERBS:
            return None
        told = argument(first.args, "0")
        path = told.text if told is not None and told.kind == "str" else ""
        return Endpoint(first.name.upper(), join(above, path))

    def _resource(self, cls: "Cls") -> str | None:
        """Return the path of a resource object: what it and those above it hand to the library's class."""
        parts: list[str] = []
        above: Cls | None = cls
        while above is not None and len(parts) < DEPTH_MAX:
            made, file = self.project.class_(above), self.project.files[above.file]
            kind, call = self._extended(above)
            if call is None or not call.args or call.args[0].kind != "str":
                return None
            parts.insert(0, f"{{{call.args[0].text}}}" if kind.startswith("Dynamic") else call.args[0].text)
            if kind.startswith("Root"):
                return _joined(parts)
            parent = argument(call.args, "1")
            above = type(cls)(above.file, made.outer) if made.outer >= 0 else None
            if parent is not None and (above is None or file.classes[above.index].name != parent.text):
                above = self._class(cls.file, parent.text)
        return None

    def _extended(self, cls: "Cls") -> tuple[str, Call | None]:
        """Return what a resource object extends, by its name in the library, and the call of its constructor."""
        file = self.project.files[cls.file]
        made = file.classes[cls.index]
        for base in made.bases:
            heart = written(base).name
            kind = self.project.absolute(cls.file, heart).rpartition(".")[2]
            if not kind.endswith("Resource"):
                continue
            made_by = (call for call in file.calls if call.name == heart and made.line <= call.line <= made.end)
            return kind, next(made_by, None)
        return "", None

    def _first_call(self, at: int, name: str, line: int) -> Call | None:
        """Return the first call of the chain that a field is given."""
        file = self.project.files[at]
        if at not in self._made:
            self._made[at] = _by_target(file)
        index = next((n for n in self._made[at].get(name, ()) if file.calls[n].line >= line), -1)
        while index >= 0 and file.calls[index].prev >= 0:
            index = file.calls[index].prev
        return file.calls[index] if index >= 0 else None

    # ---- classes in each other --------------------------------------------------------------------

    def _class(self, at: int, chain: str) -> "Cls | None":
        """Return the class that a chain of classes in each other ends with: `Api.Orders.Item`."""
        first, *rest = chain.split(".")
        cls = self.project.find_class(at, first) if rest else None
        for name in rest:
            inner = self.project.files[cls.file].classes if cls is not None else ()
            index = next(
                (
                    n
                    for n, made in enumerate(inner)
                    if cls is not None and made.outer == cls.index and made.name == name
                ),
                -1,
            )
            cls = type(cls)(cls.file, index) if cls is not None and index >= 0 else None
        return cls or self.project.find_class(at, chain)


def declares(project: "Project", packs: Packs, at: int, call: Call) -> bool:
    """Whether a call is given what answers, and stands where routes are declared: not in what answers itself."""
    file = project.files[at]
    if not any(value.kind == "fn" for value in call.args) and (
        not any(value.kind == "name" and _is_function(project, at, value) for value in call.args)
        or project.resolve_call(at, call)  # `delete(dao, hash)`, a function of the project
    ):
        return False
    fn = call.fn
    while fn >= 0 and file.functions[fn].kind == "lambda":
        made = file.functions[fn]
        around = file.calls[made.call] if made.call >= 0 else None
        if around is not None and not around.on and around.name not in packs.scopes:
            if any(route.closure for _, route in packs.routes.get(around.name, ())):
                return False
        fn = made.parent
    return fn < 0 or file.functions[fn].cls == -1 or not _NO_ROUTER.search(file.functions[fn].owner)


def _is_function(project: "Project", at: int, value: Arg) -> bool:
    return any(project.function(fn).kind != "lambda" for fn in project.resolve(at, -1, "", value.text))


def meant(project: "Project", at: int, call: Call) -> tuple["Fn", ...]:
    """Return the project's function that a call means; of several with that name the one that takes the type of an argument."""
    if call.name not in project.functions_by_name:
        return ()
    found = project.resolve_call(at, call)[:1]
    same = [fn for fn in project.functions_by_name[call.name] if found and fn.file == found[0].file]
    for value in call.args if len(same) > 1 else ():
        on, _, name = value.text.rpartition(".")
        made = project.resolve(at, call.fn, on, name)[:1] if value.kind == "call" else ()
        given = project.function(made[0]).returns if made else ""
        takes = [fn for fn in same if given and any(param.type == given for param in project.function(fn).params)]
        if takes:
            return (takes[0],)
    return found


def _by_target(file: File) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for index, call in enumerate(file.calls):
        if call.to and call.fn < 0:
            found.setdefault(call.to, []).append(index)
    return found


def _joined(parts: Sequence[str]) -> str:
    whole = ""
    for part in parts:
        whole = join(whole, part)
    return whole
