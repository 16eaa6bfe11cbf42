"""aiohttp: whether a request reaches a handler only past middleware of its application that turns strangers away."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from backwright.review.facts import Arg, Call
from backwright.review.link.inside import within
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.pythonguards import demands
from backwright.review.link.remembering import kept_with_it
from backwright.review.link.words import argument, texts_of

DEPTH_MAX = 12  # names, callers and functions followed to an application or to its middleware
_ADDS = frozenset({"add_get", "add_post", "add_put", "add_patch", "add_delete", "add_view"})
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "view", "route"})


class _Application(NamedTuple):
    """Where an application is made: file, function, the call, and what it is put into."""

    at: int
    fn: int
    made: Arg
    target: str


class _Registered(NamedTuple):
    """A route as it is added: the application as written where the call stands, the path, the handler."""

    at: int
    fn: int
    app: str
    path: str
    handler: Arg


def is_behind(project: Project, handler: Fn) -> bool:
    """Whether all applications that a handler is added to have such middleware, and it lets nobody else pass to the handler."""
    return handler in _guarded(project)


@kept_with_it
def _guarded(project: Project) -> frozenset[Fn]:
    told: dict[Fn, list[bool]] = defaultdict(list)
    for at, file in enumerate(project.files):
        if file.language != "python" or file.is_test or not any("aiohttp" in made.module for made in file.imports):
            continue
        for each in _registered(project, at):
            handlers = _handlers(project, each)
            apps = _applications(project, each.at, each.fn, each.app, DEPTH_MAX) if handlers else []
            guards = [[fn for fn in _middleware(project, app) if demands(project, fn, 0)] for app in apps]
            for handler in handlers:
                is_guarded = bool(guards) and all(
                    any(not _lets_pass(project, guard, handler, each.path) for guard in some) for some in guards
                )
                told[handler].append(is_guarded)
    return frozenset(handler for handler, all_ in told.items() if all(all_))


# ---- routes -----------------------------------------------------------------------------------


def _registered(project: Project, at: int) -> Iterator[_Registered]:
    for call in project.files[at].calls:
        if call.name in _ADDS | {"add_route"} and call.on.rpartition(".")[2] == "router":
            place = 1 if call.name == "add_route" else 0
            path, handler = argument(call.args, str(place)), argument(call.args, str(place + 1))
            if handler is not None:
                app = call.on.rpartition(".")[0]
                yield _Registered(at, call.fn, app, path.text if path is not None else "", handler)
        elif call.name == "add_routes" and call.args:
            yield from _of_table(project, at, call)


def _of_table(project: Project, at: int, call: Call) -> Iterator[_Registered]:
    """`app.add_routes([web.get("/", index)])`, and `app.add_routes(routes)` of functions that are marked with them."""
    value = call.args[0]
    for item in value.items if value.kind == "list" else ():
        if item.kind == "call" and item.text.rpartition(".")[2] in _VERBS and len(item.items) > 1:
            path, handler = item.items[-2:] if item.text.endswith("route") else item.items[:2]
            yield _Registered(at, call.fn, call.on, path.text, handler)
    if value.kind != "name":
        return
    made = project.imported[at].get(value.text.partition(".")[0])
    name = value.text.rpartition(".")[2]
    files = [at] if made is None else project.module_files(at, made.inner) or project.module_files(at, made.module)
    for number in files:
        file = project.files[number]
        marked = [(each.name, mark) for each in file.functions for mark in each.marks]
        marked += [(each.name, mark) for each in file.classes for mark in each.marks]
        for named, mark in marked:
            if mark.on == name and mark.name in _VERBS:
                told = mark.args[0].text if mark.args else ""
                yield _Registered(number, -1, f"{at}:{call.fn}:{call.on}", told, Arg("name", named))


def _handlers(project: Project, each: _Registered) -> list[Fn]:
    """Return the function, or all methods of the view."""
    if each.handler.kind not in ("name", "call"):
        return []
    on, _, name = each.handler.text.rpartition(".")
    cls = project.find_class(each.at, each.handler.text)
    if cls is not None:
        return [fn for base in project.base_classes(cls) for fn in _methods(project, base)]
    return list(project.resolve(each.at, each.fn, on, name))


def _methods(project: Project, cls: Cls) -> list[Fn]:
    return [Fn(cls.file, n) for n, made in enumerate(project.files[cls.file].functions) if made.cls == cls.index]


# ---- applications -----------------------------------------------------------------------------


def _applications(project: Project, at: int, fn: int, chain: str, depth: int) -> list[_Application]:
    """Return where the application that a name means is made; [] if that is not seen."""
    if ":" in chain:  # where a table of routes is added
        number, within_, chain = chain.split(":", 2)
        at, fn = int(number), int(within_)
    if depth == 0 or not chain:
        return []
    found: list[_Application] = []
    for scope, target in _places(project, at, fn, chain):
        for assign in project.assigned[at].get((scope, target), ()):
            found += _of_value(project, at, scope, assign.value, target, depth)
    scope = fn
    while not found and scope >= 0:
        made = project.files[at].functions[scope]
        if any(param.name == chain for param in made.params):
            return _handed(project, Fn(at, scope), chain, depth)
        scope = made.parent
    return found


def _places(project: Project, at: int, fn: int, chain: str) -> Iterator[tuple[int, str]]:
    """Yield where a name may be given a value: in the function and those around it; a field in all methods of its class."""
    own = project.own_class(at, fn) if chain.startswith("self.") else None
    if own is not None:
        yield from ((method.index, chain) for method in _methods(project, own))
        return
    yield fn, chain
    while fn >= 0:
        fn = project.files[at].functions[fn].parent
        yield fn, chain


def _of_value(project: Project, at: int, fn: int, value: Arg, target: str, depth: int) -> list[_Application]:
    if value.kind == "name" and value.text != target:
        return _applications(project, at, fn, value.text, depth - 1)
    if value.kind != "call":
        return []
    on, _, name = value.text.rpartition(".")
    if name == "Application" and project.find_class(at, value.text) is None:
        return [_Application(at, fn, value, target)]
    found: list[_Application] = []
    for made in project.resolve(at, fn, on, name):
        for each in project.files[made.file].returns:
            if each.fn == made.index:
                found += _of_value(project, made.file, made.index, each.value, "", depth - 1) if depth > 1 else []
    return found


def _handed(project: Project, fn: Fn, name: str, depth: int) -> list[_Application]:
    """Return the applications that a function is handed as one of its parameters."""
    made = project.function(fn)
    params = [param.name for param in made.params if param.name != made.receiver]
    found: list[_Application] = []
    for at, index in project.calls_by_name.get(made.name, ()):
        call = project.files[at].calls[index]
        if project.files[at].is_test or fn not in project.resolve_call(at, call):
            continue
        value = argument(call.args, name) or argument(call.args, str(params.index(name)))
        if value is not None and value.kind == "name":
            found += _applications(project, at, call.fn, value.text, depth - 1)
    return found


# ---- middleware -------------------------------------------------------------------------------


def _middleware(project: Project, app: _Application) -> Iterator[Fn]:
    """Yield the functions that an application is given as middleware, when it is made or later."""
    given = next((item for item in app.made.items if item.name == "middlewares"), None)
    if given is not None:
        yield from _functions(project, app.at, app.fn, given, DEPTH_MAX)
    for call in project.files[app.at].calls if app.target else ():
        if call.fn == app.fn and call.on == f"{app.target}.middlewares" and call.name in ("append", "extend", "insert"):
            for value in call.args[-1:]:
                yield from _functions(project, app.at, app.fn, value, DEPTH_MAX)


def _functions(project: Project, at: int, fn: int, value: Arg, depth: int) -> Iterator[Fn]:
    """Yield the functions that a value is or holds: of a list all, of a factory the factory, of an object its methods."""
    if depth == 0:
        return
    if value.kind == "other":  # *more
        text = value.text.lstrip("*").strip()
        root = text.partition("(")[0]
        value = Arg("call" if text.endswith(")") else "name", root) if value.text.startswith("*") else value
    if value.kind in ("list", "concat", "other"):
        for item in value.items:
            yield from _functions(project, at, fn, item, depth - 1)
    elif value.kind == "name":
        yield from _named(project, at, fn, value.text, depth)
    elif value.kind == "call":
        on, _, name = value.text.rpartition(".")
        if (cls := project.find_class(at, value.text)) is not None:
            yield from _methods(project, cls)
            return
        for made in project.resolve(at, fn, on, name):
            if any(each.parent == made.index for each in project.files[made.file].functions):
                yield made
            for each in project.files[made.file].returns:
                if each.fn == made.index:
                    yield from _functions(project, made.file, made.index, each.value, depth - 1)


def _named(project: Project, at: int, fn: int, chain: str, depth: int) -> Iterator[Fn]:
    on, _, name = chain.rpartition(".")
    found = project.resolve(at, fn, on, name)
    if found:
        yield from found
        return
    for scope, target in _places(project, at, fn, chain):
        for assign in project.assigned[at].get((scope, target), ()):
            yield from _functions(project, at, scope, assign.value, depth - 1)
    cls = project.type_of(at, fn, on).cls if on and on != "self" else None
    if cls is not None:  # a field: whatever objects of the class are made with
        for number, index in project.calls_by_name.get(project.class_(cls).name, ()):
            call = project.files[number].calls[index]
            for value in call.args:
                if value.name == name and not project.files[number].is_test:
                    yield from _functions(project, number, call.fn, value, depth - 1)


def _lets_pass(project: Project, guard: Fn, handler: Fn, path: str) -> bool:
    """Whether middleware names the path, or what the handler is marked with: it asks nobody there."""
    file = project.files[guard.file]
    inside = {n for n in range(len(file.functions)) if n == guard.index or within(project, guard, n)}
    texts = [text for call in file.calls if call.fn in inside for text in texts_of(call.args)]
    texts += [side.text for each in file.compares if each.fn in inside for side in (each.left, each.right)]
    texts += [
        item.text
        for each in file.members
        if each.fn in inside
        for item in (each.left, *(each.right.items or _constant(project, guard, each.right)))
    ]
    if any(text.startswith("/") and path.startswith(text.rstrip("*")) and text != "/" for text in texts):
        return True
    read = {f"{each.base.rpartition('.')[2]}.{each.attr}" for each in file.reads if each.fn in inside}
    read |= {".".join(text.rsplit(".", 2)[-2:]) for text in texts if "." in text}
    return bool(read & set(_marked(project, handler)))


def _constant(project: Project, guard: Fn, value: Arg) -> tuple[Arg, ...]:
    """Return what stands in a list of the module: `request.path in PUBLIC`."""
    told = project.assigned[guard.file].get((-1, value.text), ()) if value.kind == "name" else ()
    return tuple(item for assign in told for held in (assign.value, *assign.value.items) for item in held.items)


def _marked(project: Project, handler: Fn) -> Iterator[str]:
    """Yield the constants that a handler, its class, and what that inherits from are marked with, and that stand in their fields."""
    made = project.function(handler)
    values = [value for mark in made.marks for value in mark.args]
    own = project.own_class(handler.file, handler.index)
    for cls in project.base_classes(own) if own is not None else ():
        held = project.class_(cls)
        values += [value for mark in held.marks for value in mark.args]
        values += [field.value for field in held.fields if field.value is not None]
    for text in texts_of(tuple(values)):
        if "." in text:
            yield ".".join(text.rsplit(".", 2)[-2:])
