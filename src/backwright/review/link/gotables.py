"""Go's tables of routes: `for _, r := range routes { mux.HandleFunc(r.Path, r.Handler) }`, one row after the other."""

from collections.abc import Iterator

from backwright.review.facts import Arg, Call
from backwright.review.link.project import Fn, Project

ROWS_MAX = 400
HOPS_MAX = 3  # variables and functions followed to a list

Row = dict[str, Arg]


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
    return found


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
            for assign in project.assigned[at].get((scope, value.text), ()):
                yield from _items(project, at, scope, assign.value, hops - 1, assign.type)
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
