"""Go's tables of routes: `for _, r := range routes { mux.HandleFunc(r.Path, r.Handler) }`, one row after the other."""

import re
from collections.abc import Iterator

from backwright.review.facts import Arg, Call
from backwright.review.link.project import Fn, Project
from backwright.review.regexes import regex

ROWS_MAX = 400
HOPS_MAX = 3  # variables and functions followed to a list

Row = dict[str, Arg]
_GUARDED = regex(
    r"\.\w*(auth|autentica|login|logged|protected|private|secure|token|requer|require|guard)\w*$", re.IGNORECASE
)


def rows(project: Project, at: int, call: Call) -> list[Row]:
    """Return what `r.Path` and the like are in each round of the loop that a call stands in; [] if that is not known."""
    file = project.files[at]
    if call.loop < 0 or not file.loops[call.loop].vars:
        return []
    made = file.loops[call.loop]
    var = made.vars[-1]
    if not any(_mentions(value, f"{var}.") for value in call.args):
        outer = [each for each in file.calls if each.loop == call.loop and each.prev >= 0]
        if not any(_mentions(value, f"{var}.") for each in outer for value in each.args):
            return []
    found: list[Row] = []
    for item, fields in _items(project, at, made.fn, made.value or Arg("name", made.over), HOPS_MAX):
        row = {
            f"{var}.{value.name or (fields[place] if place < len(fields) else place)}": value
            for place, value in enumerate(item.items)
        }
        if row and len(found) < ROWS_MAX:
            found.append(row)
    return _meant(project, at, call, var, found)


def _meant(project: Project, at: int, call: Call, var: str, found: list[Row]) -> list[Row]:
    """Return the rows that a call is for, where a flag of them decides between two: `if r.NeedsLogin { handle(r.Path, auth(r.Func)) } else { ... }`."""
    flag = next((n for row in found for n, v in row.items() if v.kind == "bool" and _GUARDED.search(n)), "")
    if not flag or not call.args:
        return found
    both = [
        each
        for each in project.files[at].calls
        if each.loop == call.loop and each.name == call.name and each.args and each.args[0].text == call.args[0].text
    ]
    around = [max(map(_depth, each.args)) for each in both]
    asks = any(f"{read.base}.{read.attr}" == flag and read.loop == call.loop for read in project.files[at].reads)
    if len(both) != 2 or around[0] == around[1] or not asks:
        return found
    guarded = both[around.index(max(around))]
    is_guarded = call.line == guarded.line
    return [row for row in found if (flag in row and row[flag].text == "true") is is_guarded]


def _depth(value: Arg) -> int:
    """How many calls stand around each other in a value."""
    return (value.kind == "call") + max((_depth(item) for item in value.items), default=0)


def _mentions(value: Arg, start: str) -> bool:
    return value.text.startswith(start) or any(_mentions(item, start) for item in value.items)


def _items(
    project: Project, at: int, fn: int, value: Arg, hops: int, declared: str = ""
) -> Iterator[tuple[Arg, list[str]]]:
    """Yield the entries of a list with the names of their fields."""
    if value.kind in ("list", "dict") or (
        value.kind == "call" and value.items and all(i.kind in ("list", "dict", "call") for i in value.items)
    ):
        kind = declared or (value.text if value.kind == "call" else "")
        for item in value.items:
            yield item, _fields(project, at, item.text if item.kind == "call" else kind)
    elif value.kind == "name" and hops:
        scope = fn
        while True:
            given = project.assigned[at].get((scope, value.text), ())
            for number, assign in enumerate(given):
                if assign.value.kind == "call" and assign.value.text == "append":  # routes = append(routes, more...)
                    yield from _appended(project, at, scope, value.text, assign.value, hops - 1)
                elif number == 0:
                    yield from _items(project, at, scope, assign.value, hops - 1, assign.type)
            if given:
                return
            if scope < 0:
                break
            scope = project.files[at].functions[scope].parent
        for number in project.go.package_files(at):
            for assign in project.assigned[number].get((-1, value.text), ()):
                yield from _items(project, number, -1, assign.value, hops - 1, assign.type)
                return
    elif value.kind == "call" and hops:
        on, _, name = value.text.rpartition(".")
        for made in project.resolve(at, fn, on, name)[:1]:
            yield from _returned(project, made, hops)


def _appended(project: Project, at: int, fn: int, name: str, value: Arg, hops: int) -> Iterator[tuple[Arg, list[str]]]:
    """Yield what is added to a list: the entries of another one, or one entry."""
    for each in value.items:
        if each.kind in ("call", "dict"):
            yield each, _fields(project, at, each.text if each.kind == "call" else "")
        elif each.kind == "name" and each.text != name and hops:
            one = _one(project, at, each.text)
            if one is not None:
                yield one, _fields(project, at, one.text)
            else:
                yield from _items(project, at, fn, each, hops)


def _one(project: Project, at: int, name: str) -> Arg | None:
    """Return the entry that a variable of the package is: `var loginRoute = Route{Path: "/login"}`."""
    for number in project.go.package_files(at):
        for assign in project.assigned[number].get((-1, name), ()):
            is_entry = assign.value.kind == "call" and any(item.name for item in assign.value.items)
            return assign.value if is_entry else None
    return None


def _returned(project: Project, made: Fn, hops: int) -> Iterator[tuple[Arg, list[str]]]:
    declared = project.function(made).returns
    for each in project.files[made.file].returns:
        if each.fn == made.index:
            yield from _items(project, made.file, made.index, each.value, hops - 1, declared)


def _fields(project: Project, at: int, declared: str) -> list[str]:
    """The names of a struct's fields in their order, of `[]Route`, `Routes` or `Route`."""
    for _ in range(HOPS_MAX):
        cls = project.find_class(at, declared.lstrip("[]*& "))
        if cls is None:
            return []
        made = project.class_(cls)
        if made.fields:
            return [field.name for field in made.fields]
        declared, at = next(iter(made.bases), ""), cls.file
    return []
