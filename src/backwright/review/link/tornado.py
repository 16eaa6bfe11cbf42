"""Tornado: endpoints that stand in lists of a path and the class that answers it."""

from collections.abc import Iterable, Iterator

from backwright.review.facts import Arg
from backwright.review.link.connexion import Operation
from backwright.review.link.paths import canonical_path
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.regexes import regex

_HANDLER = regex(r"(^|\.)(RequestHandler|WebSocketHandler)$")
_SPEC = regex(r"(^|\.)(url|URLSpec|Rule)$")
_METHODS = ("get", "post", "put", "patch", "delete")
_GROUP = regex(r"\((?:\?P<(\w+)>)?[^()]*\)")
FRAMEWORK = "tornado"


def tornado(project: Project, numbers: Iterable[int]) -> Iterator[Operation]:
    r"""Yield what the lists of these files declare: `[(r"/users/(\d+)", UserHandler)]`, `url(r"/", MainHandler)`."""
    numbers = [n for n in numbers if project.files[n].language == "python"]
    if not any(made.module.partition(".")[0] == "tornado" for n in numbers for made in project.files[n].imports):
        return
    for at in numbers:
        file = project.files[at]
        values = [assign.value for assign in file.assigns]
        values += [value for call in file.calls for value in call.args]
        values += [each.value for each in file.returns]
        for path, name in {pair: None for value in values for pair in _pairs(value)}:
            cls = project.find_class(at, name)
            if cls is not None and any(_HANDLER.search(base) for base in project.ancestors(cls)):
                yield from _answers(project, cls, path)


def _pairs(value: Arg) -> Iterator[tuple[str, str]]:
    """Paths with the names of their classes, as deep as a list of lists."""
    items = value.items if value.kind == "list" or (value.kind == "call" and _SPEC.search(value.text)) else ()
    if len(items) > 1 and items[0].kind == "str" and items[0].text[:1] in "/^" and items[1].kind in ("name", "type"):
        yield items[0].text, items[1].text
    else:
        for item in items:
            yield from _pairs(item)


def _answers(project: Project, cls: Cls, path: str) -> Iterator[Operation]:
    done: set[str] = set()
    for each in project.base_classes(cls):
        for index, made in enumerate(project.files[each.file].functions):
            if made.cls == each.index and made.name in _METHODS and made.name not in done:
                done.add(made.name)
                names = [param.name for param in made.params if param.name != made.receiver]
                label = f"{project.class_(cls).name}.{made.name}"
                yield Operation(
                    made.name.upper(), _path(path, names), label, Fn(each.file, index), cls, (), (), FRAMEWORK
                )


def _path(path: str, names: list[str]) -> str:
    """A path whose groups are called as the parameters of the method that gets them."""
    rest = iter(names)
    plain = _GROUP.sub(lambda told: f"{{{told[1] or next(rest, 'part')}}}", path.strip("^$"))
    return canonical_path(plain.removesuffix("/?"))
