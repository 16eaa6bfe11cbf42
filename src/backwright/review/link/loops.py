"""Calls in loops over tables that stand in the source, one for each row of the table."""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from backwright.review.facts import Arg, Call, File
from backwright.review.link.javascript import EXPORTS, own_name
from backwright.review.link.phphelpers import handed
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Project
    from backwright.review.link.routers import Use, Way

DEPTH_MAX = 4  # names and callers followed to a table
ROWS_MAX = 200  # of a table of routes
_UNROLLED = ("javascript", "kotlin", "python")
_LISTS = ("listOf", "setOf", "arrayOf", "sequenceOf")
_PAIRS = ("to", "Pair", "Triple")
_QUOTED = regex(r"""["'`]([^"'`]*)["'`]""")
_PLAIN_LIST = regex(r"""\[\s*(?:["'`][^"'`]*["'`]\s*,?\s*)*\]\Z""")
_ROW = "row="  # starts the word of a group that stands in a loop: which loop and which row


class Row(NamedTuple):
    """A call with what one element of a table puts into it; `at` and `fn` are where the table's names stand."""

    call: Call
    at: int
    fn: int


class Unrolling:
    """Calls in loops over tables that stand in the source: `routes.forEach((r) => app.use(r.path, r.router))`."""

    def __init__(self, project: "Project") -> None:
        self.project = project

    def rows(self, at: int, call: Call) -> list[Row]:
        """Return a call once for each element of the table that it goes through; alone if there is none."""
        file = self.project.files[at]
        if file.language == "php":
            given = handed(self.project, at, call)
            return [Row(*each) for each in given] if given is not None else [Row(call, at, call.fn)]
        if file.language not in _UNROLLED or call.loop < 0:
            return [Row(call, at, call.fn)]
        loop = file.loops[call.loop]
        held = next((m for m in file.functions if m.loop == call.loop and m.call >= 0), None)
        over = loop.value or _over(file, loop.over, held.call if held is not None else -1)
        if not any(_names(call.args) & set(_variables(each)) for each in loop.vars) and call.name:
            return [Row(call, at, call.fn)]
        found: list[Row] = []
        for place, fn, table in self.tables(at, loop.fn, over):
            for item in _elements(table):
                env = _bound(loop.vars, item)
                args = tuple(_put(value, env) for value in call.args)
                name, on = call.name, call.on
                if not name and on.endswith("[]"):  # app[route.method](...)
                    verb = next(
                        (i.text for i in item.items if i.name in ("method", "verb", "httpMethod") and i.kind == "str"),
                        "",
                    )
                    name, on = verb.lower(), on[:-2]
                found.append(
                    Row(
                        structs.replace(call, args=args, name=name, on=_root_put(on, env)),
                        place,
                        fn,
                    )
                )
        return found[:ROWS_MAX] or [Row(call, at, call.fn)]

    def tables(self, at: int, fn: int, value: Arg, depth: int = DEPTH_MAX) -> list[tuple[int, int, Arg]]:
        """Return the lists and dictionaries that a value may be, each with its file and function."""
        if value.kind == "list" or (value.kind == "dict" and value.items):
            return [(at, fn, value)]
        if depth <= 0:
            return []
        if value.kind == "call" and value.text in _LISTS:
            return [(at, fn, Arg("list", items=value.items))]
        if value.kind == "call":
            name = value.text.rpartition(".")[2]
            if value.text == "Object.entries" and value.items:
                return [(a, f, _entries(t)) for a, f, t in self.tables(at, fn, value.items[0], depth - 1)]
            if value.text in ("Object.values", "Object.keys") and value.items:
                return [
                    (a, f, Arg("list", items=tuple(structs.replace(i, name="") for i in t.items)))
                    for a, f, t in self.tables(at, fn, value.items[0], depth - 1)
                ]
            if name in ("concat", "filter", "reverse", "sort", "slice") and "." in value.text:
                return self.tables(at, fn, Arg("name", value.text.rpartition(".")[0]), depth - 1)
            return []
        return self._named(at, fn, value.text, depth) if value.kind == "name" else []

    def _named(self, at: int, fn: int, chain: str, depth: int) -> list[tuple[int, int, Arg]]:
        project, file, scope = self.project, self.project.files[at], fn
        while True:
            for assign in project.assigned[at].get((scope, chain), ()):
                return self.tables(at, assign.fn, assign.value, depth - 1)
            if scope < 0:
                break
            made = file.functions[scope]
            place = next((n for n, param in enumerate(made.params) if param.name == chain), -1)
            if place >= 0:
                return self._given(at, scope, place, depth)
            scope = made.parent
        first, _, rest = chain.partition(".")
        if first == "this" and rest:
            return self._member(at, fn, rest, depth)
        imported = project.imported[at].get(first)
        if imported is None and file.language == "kotlin":
            return self._in_package(at, chain, depth)
        if imported is None:
            return []
        wanted = (imported.name if imported.name not in ("", "*", "default") else rest,)
        for number in project.module_files(at, imported.module):
            for name in wanted if wanted[0] else EXPORTS:
                for assign in project.assigned[number].get((-1, name), ()):
                    return self.tables(number, -1, assign.value, depth - 1)
        return []

    def _in_package(self, at: int, name: str, depth: int) -> list[tuple[int, int, Arg]]:
        """Kotlin: a value of another file of the same package."""
        for number in self._declaring.get((self.project.files[at].package, name), ()):
            for assign in self.project.assigned[number].get((-1, name), ()):
                return self.tables(number, -1, assign.value, depth - 1)
        return []

    @cached_property
    def _declaring(self) -> dict[tuple[str, str], list[int]]:
        """Kotlin: package and name of a list at the top of a file to the files."""
        found: dict[tuple[str, str], list[int]] = {}
        for number, file in enumerate(self.project.files):
            for assign in file.assigns if file.language == "kotlin" else ():
                if assign.fn < 0 and assign.cls < 0 and assign.value.kind in ("list", "call", "dict"):
                    found.setdefault((file.package, assign.target), []).append(number)
        return found

    def _given(self, at: int, fn: int, place: int, depth: int) -> list[tuple[int, int, Arg]]:
        """What callers hand to a parameter: `new App([new UserController()])`."""
        made = self.project.files[at].functions[fn]
        name = made.owner if made.kind == "constructor" else own_name(self.project.files[at], fn)
        found: list[tuple[int, int, Arg]] = []
        for number, index in self.project.calls_by_name.get(name, ()) if name else ():
            call = self.project.files[number].calls[index]
            if place < len(call.args) and self.project.files[number].language == "javascript":
                found += self.tables(number, call.fn, call.args[place], depth - 1)
        return found

    def _member(self, at: int, fn: int, name: str, depth: int) -> list[tuple[int, int, Arg]]:
        cls = self.project.own_class(at, fn)
        if cls is None:
            return []
        for field in self.project.class_(cls).fields:
            if field.name == name and field.value is not None:
                return self.tables(cls.file, -1, field.value, depth - 1)
        for assign in self.project.files[cls.file].assigns:
            if assign.target == f"this.{name}" and assign.cls == cls.index:
                return self.tables(cls.file, assign.fn, assign.value, depth - 1)
        return []


def _over(file: File, text: str, call: int) -> Arg:
    """Return what a loop goes through as a value, from how it is written."""
    if _PLAIN_LIST.match(text):
        return Arg("list", items=tuple(Arg("str", each) for each in _QUOTED.findall(text)))
    made = file.calls[call] if call >= 0 else None
    if made is not None and made.prev >= 0:
        before = file.calls[made.prev]
        return Arg("call", f"{before.on}.{before.name}" if before.on else before.name, items=before.args)
    return Arg("name", text)


def _entries(table: Arg) -> Arg:
    return Arg(
        "list",
        items=tuple(
            Arg("list", items=(Arg("str", each.name), structs.replace(each, name="")))
            for each in table.items
            if each.name
        ),
    )


def _elements(table: Arg) -> list[Arg]:
    return [item for item in table.items if item.name != "..."]


def _variables(written: str) -> list[str]:
    return re.findall(r"[A-Za-z_$][\w$]*", written)


def _bound(variables: tuple[str, ...], item: Arg) -> dict[str, Arg]:
    """Return what each name of a loop stands for, for one element."""
    if len(variables) == 1 and not variables[0].startswith(("[", "{")):
        return {variables[0]: item}
    names = [
        name
        for each in variables
        for name in (
            [each]
            if each.isidentifier()
            else [part.partition(":")[2].strip() or part.strip() for part in each.strip("[]{} ").split(",")]
        )
    ]
    if item.kind == "dict":
        keys = [
            name
            for each in variables
            for name in (
                [each]
                if each.isidentifier()
                else [part.partition(":")[0].strip() for part in each.strip("{} ").split(",")]
            )
        ]
        held = {entry.name: entry for entry in item.items}
        return {name: held[key] for name, key in zip(names, keys, strict=False) if key in held}
    is_pair = item.kind == "call" and item.text in _PAIRS  # Kotlin: Get to "/x"
    return (
        dict(zip(names, item.items, strict=False)) if item.kind == "list" or is_pair else dict.fromkeys(names[:1], item)
    )


def _put(value: Arg, env: dict[str, Arg]) -> Arg:
    """Return a value with the names of a loop replaced by what they stand for."""
    if value.kind == "name":
        first, _, rest = value.text.partition(".")
        found = env.get(first)
        while found is not None and rest and found.kind == "dict":
            first, _, rest = rest.partition(".")
            found = next((item for item in found.items if item.name == first), None)
        if found is None:
            return value
        if not rest:
            return structs.replace(found, name=value.name)
        if found.kind in ("name", "call"):
            return Arg("name", f"{found.text}{'()' if found.kind == 'call' else ''}.{rest}", value.name)
        return value
    if value.kind == "call":
        return structs.replace(
            value,
            text=_root_put(value.text, env),
            items=tuple(_put(item, env) for item in value.items),
        )
    if value.items:
        return structs.replace(value, items=tuple(_put(item, env) for item in value.items))
    return value


def _root_put(chain: str, env: dict[str, Arg]) -> str:
    first, dot, rest = chain.partition(".")
    found = env.get(first)
    if found is None or not dot or found.kind not in ("name", "call"):
        return chain
    return f"{found.text}{'()' if found.kind == 'call' else ''}.{rest}"


def _names(values: tuple[Arg, ...]) -> set[str]:
    found: set[str] = set()
    for value in values:
        if value.kind in ("name", "call"):
            found.add(value.text.partition(".")[0])
        found |= _names(value.items)
    return found


def row_mark(call: Call, number: int) -> str:
    """Return the word that says in which row of which loop a group is."""
    return f"{_ROW}{call.loop}:{number}"


def other_row(one: Iterable["Use"], other: Iterable["Use"]) -> bool:
    """Whether two groups are in different rows of one loop, and so not in each other."""
    rows = {(use.file, *_place(use.text)[:1]): _place(use.text)[1] for use in one if use.text.startswith(_ROW)}
    return any(
        rows.get((use.file, _place(use.text)[0]), _place(use.text)[1]) != _place(use.text)[1]
        for use in (other if rows else ())
        if use.text.startswith(_ROW)
    )


def _place(mark: str) -> tuple[str, str]:
    loop, _, number = mark.removeprefix(_ROW).partition(":")
    return loop, number


def without_rows(ways: Iterable["Way"]) -> list["Way"]:
    """Return the ways without the words that say in which row they are."""
    return [way._replace(uses=tuple(use for use in way.uses if not use.text.startswith(_ROW))) for way in ways]
