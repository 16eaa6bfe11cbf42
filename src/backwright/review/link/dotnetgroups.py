"""ASP.NET's route groups that are named after classes: found by reflection, by type arguments, or made from an object."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from backwright.review.facts import Arg, Call
from backwright.review.link.project import Cls, Fn
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.routers import Key, Routers

# A class's name in a prefix, with what is done to it, until it is known which class registers the route: [class], [class|lower].
_CLASS = regex(r"\[class((?:\|\w+(?::\w*)?)*)\]")
# A member of that class, and what stands there if it has none: [RoutePrefix ?? /api/Orders].
_MEMBER = regex(r"\[(\w+) \?\? ([^\[\]]*)\]")
_NAME_OF = regex(r"(?:(?:[\w.]+\.)?GetType\(\)|typeof\(T\w*\))\.Name$")
_ASKED_MEMBER = regex(r'GetProperty\((?:nameof\((?:\w+\.)*(\w+)\)|"(\w+)")|^[\w.]*?\b(\w+)$')
_REFLECTS = frozenset("GetMethod GetProperty CreateInstance GetExportedTypes GetTypes GetInterfaces".split())
_CHOOSES = frozenset("IsAssignableTo IsAssignableFrom IsSubclassOf".split())


class Groups:
    """Reads which classes a group is handed to, and how its prefix is made from their names."""

    def __init__(self, routers: "Routers") -> None:
        self.routers, self.project = routers, routers.project

    # ---- texts ------------------------------------------------------------------------------

    def text(self, at: int, fn: int, value: Arg, depth: int) -> str | None:
        """Return a text that is made from a class's name or member, with tokens for both; None if it is no such text."""
        if self.project.files[at].language != "csharp" or depth <= 0:
            return None
        left, told, right = value.text.partition("??")
        if value.kind == "other" and told:
            member = _ASKED_MEMBER.search(left.partition("?.")[0].strip())
            default = self._expression(at, fn, right.strip(), depth - 1)
            return f"[{next(g for g in member.groups() if g)} ?? {default}]" if member and default is not None else None
        if value.kind == "name":
            return self._class_name(at, fn, value.text) or self._member(at, fn, value.text)
        return self._changed_name(at, fn, value.text) if value.kind == "call" else None

    def _expression(self, at: int, fn: int, source: str, depth: int) -> str | None:
        """Return the text of an expression that is only known as written."""
        if source.startswith('$"') and source.endswith('"'):
            parts = [
                self.routers.constant(at, fn, Arg("name", each), depth) if number % 2 else each
                for number, each in enumerate(re.split(r"\{([\w.()]+)\}", source[2:-1]))
            ]
            return "".join("{*}" if each is None else each for each in parts)
        if source.startswith('"') and source.endswith('"'):
            return source[1:-1]
        return self.routers.constant(at, fn, Arg("name", source), depth)

    def _class_name(self, at: int, fn: int, chain: str) -> str | None:
        if _NAME_OF.match(chain):
            return "[class]"
        first, _, rest = chain.rpartition(".")
        return "[class]" if rest == "Name" and self._is_type(at, fn, first) else None

    def _is_type(self, at: int, fn: int, name: str) -> bool:
        """Whether a variable holds a `Type`: it is declared as one, or goes through the types that reflection gives."""
        file = self.project.files[at]
        if fn < 0 or not name.isidentifier():
            return False
        if any(param.name == name and param.type == "Type" for param in file.functions[fn].params):
            return True
        is_element = any(name in loop.vars and loop.fn == fn for loop in file.loops)
        return is_element and any(call.fn == fn and call.name in _REFLECTS for call in file.calls)

    def _changed_name(self, at: int, fn: int, chain: str) -> str | None:
        """`type.Name.Replace("Endpoints", "").ToLower()`: the name with what is done to it."""
        done: list[str] = []
        while True:
            on, _, name = chain.rpartition(".")
            if name.removesuffix("()") in ("ToLower", "ToLowerInvariant"):
                done.insert(0, "|lower")
            elif name.removesuffix("()") == "Replace":
                call = next(
                    (c for c in self.project.files[at].calls if c.fn == fn and c.name == "Replace" and c.on == on), None
                )
                if call is None or not call.args or (len(call.args) > 1 and call.args[1].text):
                    return None
                done.insert(0, f"|without:{call.args[0].text}")
            else:
                break
            chain = on
        base = self._class_name(at, fn, chain) if done else None
        return f"{base[:-1]}{''.join(done)}]" if base else None

    def _member(self, at: int, fn: int, chain: str) -> str | None:
        """`group.Prefix`, where each heir of the group's class says its own."""
        on, _, name = chain.rpartition(".")
        cls = self.project.type_of(at, fn, on).cls if on else None
        if cls is None or not self.project.heirs.get(cls):
            return None
        return f"[{name} ?? ]" if any(field.name == name for field in self.project.class_(cls).fields) else None

    def own_prefix(self, at: int, call: Call) -> str:
        """Return the prefix of the group that a project's own `MapGroup(this)` opens, "" if it is not known."""
        if self.project.files[at].language != "csharp" or not call.name.startswith("MapGroup"):
            return ""
        for fn in self.project.resolve_call(at, call)[:1]:
            for inner in self.project.files[fn.file].calls:
                if inner.fn == fn.index and inner.name == "MapGroup" and inner.args and inner is not call:
                    return self.routers.constant(fn.file, fn.index, inner.args[0]) or ""
        return ""

    def named(self, at: int, line: int, path: str) -> str:
        """Return a path with the names and members of the class that registers the route at a line put in."""
        if "[" not in path or not (_CLASS.search(path) or _MEMBER.search(path)):
            return path
        around = [
            Cls(at, index) for index, made in enumerate(self.project.files[at].classes) if made.line <= line <= made.end
        ]
        if not around:
            return path
        cls = max(around, key=lambda each: self.project.class_(each).line)
        path = _CLASS.sub(lambda match: _applied(self.project.class_(cls).name, match[1]), path)
        return _MEMBER.sub(lambda match: self._own_member(cls, match[1]) or match[2], path)

    def _own_member(self, cls: Cls, name: str) -> str | None:
        for each in self.project.base_classes(cls):
            for field in self.project.class_(each).fields:
                if field.name == name and field.value is not None and field.value.kind != "none":
                    return self.routers.constant(each.file, -1, field.value)
        return None

    # ---- classes that are handed a group ----------------------------------------------------------

    def bind(self, at: int) -> None:
        """Hang what classes declare below the groups that they are handed by reflection or by their type."""
        file = self.project.files[at]
        for index, call in enumerate(file.calls):
            if call.name == "Invoke" and call.prev >= 0 and file.calls[call.prev].name == "GetMethod":
                told = file.calls[call.prev].args[:1]
                methods = self._chosen(at, call.fn, told[0].text) if told and told[0].kind == "str" else []
                self._hang(at, call, methods, [item for value in call.args for item in (value, *value.items)])
            elif call.on and call.args and call.args[0].name == "<>" and call.name in self.project.functions_by_name:
                self._hang_typed(at, index, call)

    def _hang(self, at: int, call: Call, methods: Sequence[Fn], values: Sequence[Arg]) -> None:
        for value in values:
            parent = self.routers.key_of(at, call.fn, value.text) if value.kind == "name" else None
            if parent is not None and parent in self.routers.known:
                for fn in methods:
                    self.routers.add_edge(self._entry(fn), parent, "", (), call.line)

    def _chosen(self, at: int, fn: int, name: str) -> list[Fn]:
        """Return the methods of this name that take a router, of the classes that the function chooses by their type."""
        bases = set(self._types_asked_for(at, fn))
        found: list[Fn] = []
        for each in self.project.functions_by_name.get(name, ()):
            cls = self.project.own_class(each.file, each.index)
            if cls is not None and self.routers.minimal.takes_router(each):
                ancestors = {base.rpartition(".")[2] for base in self.project.ancestors(cls)}
                if self.project.class_(cls).kind != "interface" and (not bases or bases & ancestors):
                    found.append(each)
        return found

    def _types_asked_for(self, at: int, fn: int) -> Iterator[str]:
        file = self.project.files[at]
        for call in file.calls:
            if call.name in _CHOOSES and (call.fn == fn or (call.fn >= 0 and file.functions[call.fn].parent == fn)):
                yield from (value.text for value in call.args if value.kind == "type")
                if call.on.startswith("typeof("):
                    yield call.on[7:-1]

    def _hang_typed(self, at: int, index: int, call: Call) -> None:
        """`group.MapEndpoint<Orders>()`, where `MapEndpoint<T>` calls `T.Map(group)`."""
        cls = self.project.find_class(at, call.args[0].text)
        for fn in self.project.resolve_call(at, call)[:1] if cls is not None else ():
            params = self.project.function(fn).params
            for inner in self.project.files[fn.file].calls:
                handed = inner.fn == fn.index and params and any(v.text == params[0].name for v in inner.args)
                if handed and inner.on.isidentifier() and self.project.find_class(fn.file, inner.on) is None and cls:
                    above = self.routers.context(at, call)
                    uses = above.uses + self.routers.behind(at, index)
                    for target in self.project.method(cls, inner.name)[:1]:
                        if not self.project.function(target).params:
                            continue  # it is handed nothing: `T.Default()`
                        self.routers.add_edge(self._entry(target), above.key, above.prefix, uses, call.line)

    def _entry(self, fn: Fn) -> "Key":
        """Return the router that a method is handed."""
        key = self.routers.key("var", fn.file, fn.index, self.project.function(fn).params[0].name)
        self.routers.known.add(key)
        return key


def _applied(name: str, done: str) -> str:
    for each in done.split("|")[1:]:
        name = name.lower() if each == "lower" else name.replace(each.removeprefix("without:"), "")
    return name


__all__ = ["Groups"]
