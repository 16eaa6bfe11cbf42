"""CodeIgniter 3: controllers whose methods answer under their own names.

`application/controllers/admin/Orders.php` has a class Orders that extends CI_Controller: its method show($id) answers
/admin/orders/show/{id}, unless config/routes.php gives it another path. Those of a REST controller name their HTTP method, `list_get`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from backwright.review.facts import Function, Param
from backwright.review.link.declared import Declared
from backwright.review.link.paths import canonical_path, join
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Cls, Project
    from backwright.review.link.routes import Routes

FRAMEWORK = "codeigniter3"
_CONTROLLERS = regex(r"^(?:.*?/)?(?:modules/(?P<module>[\w-]+)/)?controllers/(?P<folder>.*/)?[\w-]+\.php$")
_ROUTES = regex(r"(^|/)config/routes\.php$")
_BASES = regex(r"(^|[.\\])(CI_Controller|MX_Controller|REST_Controller|RestController)$")
_REST = regex(r"(^|[.\\])(REST_Controller|RestController)$")
_VERB = regex(r"(?P<name>\w+)_(?P<verb>get|post|put|patch|delete|options)$")
_ROUTE = regex(r"route\[['\"](?P<path>[^'\"]*)['\"]\](\[['\"](?P<verb>\w+)['\"]\])?$")
_TARGET = regex(r"(?P<path>[\w/-]+?)(/\$\d+.*)?$")
_KEPT = frozenset({"default_controller", "404_override", "translate_uri_dashes"})
_READS_BODY = regex(r"^(this|CI|ci)\.(input|form_validation|upload)$")
_BODY_NAMES = frozenset({"post", "run", "do_upload", "input_stream", "raw_input_stream"})


class _Route(NamedTuple):
    """A line of config/routes.php."""

    method: str
    path: str
    at: int
    line: int


def controllers(routes: Routes, numbers: Sequence[int]) -> Iterator[Declared]:
    """Yield the endpoints of the controllers in these files."""
    project = routes.project
    found = [n for n in numbers if project.files[n].language == "php" and project.files[n].classes and _CONTROLLERS.match(project.files[n].path)]  # fmt: skip
    written: dict[str, list[_Route]] | None = None
    for at in found:
        for index, made in enumerate(project.files[at].classes):
            cls = project.find_class(at, made.name)
            if cls is None or (cls.file, cls.index) != (at, index) or not _is_controller(project, cls):
                continue
            written = written if written is not None else _written(project)
            yield from _of_class(project, cls, written)


def _is_controller(project: Project, cls: Cls) -> bool:
    return any(_BASES.search(name) for name in project.ancestors(cls)[1:])


def _of_class(project: Project, cls: Cls, written: dict[str, list[_Route]]) -> Iterator[Declared]:
    file, name = project.files[cls.file], project.class_(cls).name
    told = _CONTROLLERS.match(file.path)
    above = "/".join(filter(None, (told["module"], (told["folder"] or "").strip("/")))) if told is not None else ""
    own = name.lower() if above.rpartition("/")[2].lower() != name.lower() else ""
    start = join("/" + above, own) if above else f"/{own}"
    is_rest = any(_REST.search(base) for base in project.ancestors(cls)[1:])
    for index, made in enumerate(file.functions):
        if made.cls != cls.index or made.kind != "method" or not made.is_public or made.name.startswith("_"):
            continue
        verb = _VERB.fullmatch(made.name) if is_rest else None
        action = verb["name"] if verb is not None else made.name
        method = verb["verb"].upper() if verb is not None else _method(project, cls.file, index)
        fn = next((each for each in project.method(cls, made.name) if each == (cls.file, index)), None)
        if fn is None:
            continue
        plain = start if action == "index" else join(start, action)
        label = f"{name}.{made.name}"
        routed = written.get(plain.strip("/").lower(), ()) if action != "index" else (*written.get(plain.strip("/").lower(), ()), *written.get(join(plain, "index").strip("/").lower(), ()))  # fmt: skip
        for each in routed:
            yield Declared(
                each.method or method, canonical_path(each.path), label, each.at, each.line, FRAMEWORK, fn, cls
            )
        if not routed:
            whole = plain + "".join(f"/{{{param.name}}}" for param in _asked(made))
            yield Declared(method, canonical_path(whole), label, cls.file, made.line, FRAMEWORK, fn, cls)


def _asked(made: Function) -> list[Param]:
    return [param for param in made.params if param.default is None]


def _method(project: Project, at: int, index: int) -> str:
    """Return the HTTP method that a controller's method is written for, by what it reads."""
    file = project.files[at]
    for call in file.calls:
        if call.fn == index and call.name in _BODY_NAMES and _READS_BODY.match(call.on):
            return "POST"
    return "POST" if any(each.fn == index and "_POST" in each.value.text for each in file.assigns) else "GET"


def _written(project: Project) -> dict[str, list[_Route]]:
    """Return the paths that config/routes.php gives, by the controller and method that they stand for."""
    found: dict[str, list[_Route]] = {}
    for at, file in enumerate(project.files):
        if file.language != "php" or not _ROUTES.search(file.path):
            continue
        for assign in file.assigns:
            told = _ROUTE.search(assign.target)
            target = _TARGET.match(assign.value.text) if assign.value.kind == "str" else None
            if told is None or target is None:
                continue
            if told["path"] == "default_controller":
                found.setdefault(target["path"].lower(), []).append(_Route("", "/", at, assign.line))
            elif told["path"] not in _KEPT:
                verb = (told["verb"] or "").upper()
                found.setdefault(target["path"].strip("/").lower(), []).append(_Route(verb, f"/{told['path']}", at, assign.line))  # fmt: skip
    return found
