"""JavaScript: objects of functions that a function makes: `const createOrders = (db) => ({ find: async (id) => ... })`."""

from collections.abc import Hashable
from typing import TYPE_CHECKING

from backwright.review.facts import Arg, Return
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Fn, Project

_MAKES = regex(r"^_*(?:create|make|build|new|init|get|provide|define|setup)(?=[A-Z])|Factory$|Impl$")
_KEY: Hashable = "factories"
_RETURNED: Hashable = "factories, returned"
HOPS_MAX = 4  # functions that give functions, scopes around
NAMES_MAX = 2  # makers of one name: a store and another one in memory


def made_by(project: "Project", at: int, fn: int, on: str, name: str) -> "tuple[Fn, ...]":
    """Return the function of a name of the object that a name stands for: of the maker that it was assigned from, else of the one called like it."""
    if "(" in on or name not in project.functions_by_name:
        return ()
    last = on.rpartition(".")[2]
    if on.isidentifier() and (makers := _assigned_from(project, at, fn, on)):
        return tuple(found for maker in makers if (found := _method(project, maker, name)) is not None)[:NAMES_MAX]
    known = _by_name(project).get(last.lower(), ())
    if not known or len(known) > NAMES_MAX:
        return ()
    return tuple(found for maker in known if (found := _method(project, maker, name)) is not None)


def _assigned_from(project: "Project", at: int, fn: int, name: str) -> "tuple[Fn, ...]":
    for _ in range(HOPS_MAX):
        for assign in project.assigned[at].get((fn, name), ()):
            on, _, called = assign.value.text.rpartition(".")
            if assign.value.kind == "call" and (not on or on in project.imported[at]) and called != name:
                return project.resolve(at, fn, on, called)
        if fn < 0:
            break
        fn = project.files[at].functions[fn].parent
    return ()


def _by_name(project: "Project") -> "dict[str, list[Fn]]":
    """What is made, in small letters, to the functions that make it: `createOrderStore` makes an orderstore."""
    found = project.kept.get(_KEY)
    if isinstance(found, dict):
        return found
    made: dict[str, list[Fn]] = {}
    for name, fns in project.functions_by_name.items():
        short = _MAKES.sub("", name)
        if short == name or len(short) < 4:
            continue
        for fn in fns:
            file = project.files[fn.file]
            if file.language == "javascript" and not file.is_test and _object(project, fn) is not None:
                made.setdefault(short.lower(), []).append(fn)
    project.kept[_KEY] = made
    return made


def _returned(project: "Project") -> "dict[Fn, list[Return]]":
    """Function to what it returns."""
    found = project.kept.get(_RETURNED)
    if isinstance(found, dict):
        return found
    made: dict[Fn, list[Return]] = {}
    for fns in project.functions_by_name.values():  # one of each file, to make more of its kind from
        for fn in fns:
            if project.files[fn.file].language == "javascript" and fn._replace(index=-1) not in made:
                made[fn._replace(index=-1)] = []
                for back in project.files[fn.file].returns:
                    made.setdefault(fn._replace(index=back.fn), []).append(back)
    project.kept[_RETURNED] = made
    return made


def _object(project: "Project", fn: "Fn", hops: int = HOPS_MAX) -> "tuple[Fn, Arg] | None":
    """Return the object that a function gives, itself or by a function that it gives, with where it stands."""
    for back in _returned(project).get(fn, ()):
        value = back.value
        if value.kind == "dict" and value.items:
            return fn, value
        if value.kind == "fn" and value.ref >= 0 and hops:
            return _object(project, fn._replace(index=value.ref), hops - 1)
        if value.kind == "name" and value.text.isidentifier():
            for assign in project.assigned[fn.file].get((fn.index, value.text), ()):
                if assign.value.kind == "dict" and assign.value.items:
                    return fn, assign.value
    return None


def _method(project: "Project", maker: "Fn", name: str) -> "Fn | None":
    """Return the function that the made object has under a name."""
    told = _object(project, maker)
    if told is None:
        return None
    where, value = told
    entry = next((item for item in value.items if item.name == name), None)
    if entry is None:
        return None
    if entry.kind == "fn" and entry.ref >= 0:
        return maker._replace(index=entry.ref)
    if entry.kind == "name" and entry.text.isidentifier():
        return _inside(project, where, entry.text)
    if entry.kind == "call" and "(" not in entry.text:
        on, _, called = entry.text.rpartition(".")
        for fn in project.resolve(where.file, where.index, on, called)[:1]:
            given = next((b.value.ref for b in _returned(project).get(fn, ()) if b.value.kind == "fn"), -1)
            return fn._replace(index=given) if given >= 0 else fn
    return None


def _inside(project: "Project", where: "Fn", name: str) -> "Fn | None":
    """Return the function of a name that stands in a function, or around it."""
    functions, index = project.files[where.file].functions, where.index
    for _ in range(HOPS_MAX):
        found = next(
            (
                fn
                for fn in project.functions_by_name.get(name, ())
                if fn.file == where.file and functions[fn.index].parent == index
            ),
            None,
        )
        if found is not None or index < 0:
            return found
        index = functions[index].parent
    return None
