"""Django: which HTTP methods the decorators of a view let through, the library's and the project's own."""

from backwright.review.facts import Call, File, Mark
from backwright.review.link.djangoviews import METHODS
from backwright.review.link.project import Fn, Project

_ONE = {"require_POST": "POST", "require_GET": "GET", "require_safe": "GET"}
_NAMED = frozenset({"api_view", "require_http_methods"})
_STATUSES = frozenset({"405", "HTTPStatus.METHOD_NOT_ALLOWED"})
_NOT_ALLOWED = frozenset({"HttpResponseNotAllowed", "MethodNotAllowed"})


def let_through(project: Project, fn: Fn) -> list[str]:
    """Return the methods that a view's marks leave: @require_POST, @api_view(["GET"]), @only("GET", "POST"); "*" for all."""
    for mark in project.function(fn).marks:
        if mark.name in _ONE:
            return [_ONE[mark.name]]
        named = _verbs(mark)
        if mark.name in _NAMED:
            return named or ["GET"]
        if named and set(named) <= set(METHODS) and _is_guard(project, fn.file, mark):
            return named
    return ["*"]


def _verbs(mark: Mark) -> list[str]:
    """Return the texts that a mark is given, if it is given nothing else by place."""
    values = [
        item for value in mark.args if not value.name or value.name == "methods" for item in value.items or (value,)
    ]
    return [item.text.upper() for item in values] if all(item.kind == "str" for item in values) else []


def _is_guard(project: Project, at: int, mark: Mark) -> bool:
    """Whether a decorator of the project looks at the request's method and answers 405 to others."""
    for made in project.resolve(at, -1, mark.on, mark.name):
        file = project.files[made.file]
        # The function that it puts in place of the view stands in it, or in the decorator that it returns.
        inner = {number for number, each in enumerate(file.functions) if made.index in _around(file, each.parent)}
        looks = any(read.attr == "method" and read.fn in inner for read in file.reads)
        if looks and any(call.fn in inner and _refuses(call) for call in file.calls):
            return True
    return False


def _around(file: File, parent: int) -> tuple[int, ...]:
    """Return the functions around one, at most two."""
    return (parent, file.functions[parent].parent) if parent >= 0 else ()


def _refuses(call: Call) -> bool:
    return call.name in _NOT_ALLOWED or any(value.text in _STATUSES for value in call.args)
