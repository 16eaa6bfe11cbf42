"""Paginators that are declared: classes of Django REST framework, and settings that name one, whose pages nobody bounds."""

from collections.abc import Iterator
from typing import NamedTuple

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import Arg, Class
from backwright.review.link.model import Model
from backwright.review.link.project import Cls
from backwright.review.rules.rule import Hit
from backwright.review.rules.upperbounds import EVERYTHING

FIX = "Set max_limit (LimitOffsetPagination) or max_page_size to the most rows that one request may read."
_LIMIT_OFFSET = "rest_framework.pagination.LimitOffsetPagination"
# What a client's word for the page size is declared by, None if it always has one; and what bounds it.
_LIBRARY = {
    _LIMIT_OFFSET: (None, "max_limit", ("get_limit",)),
    "rest_framework.pagination.PageNumberPagination": ("page_size_query_param", "max_page_size", ("get_page_size",)),
    "rest_framework.pagination.CursorPagination": ("page_size_query_param", "max_page_size", ("get_page_size",)),
}
_USES = frozenset({"pagination_class", "DEFAULT_PAGINATION_CLASS"})


class _Open(NamedTuple):
    at: int
    line: int
    said: str


def open_paginators(model: Model) -> Iterator[Hit]:
    """Yield one finding for all paginators that give a client any number of rows."""
    found = [*_named(model), *_declared(model)]
    if not found:
        return
    first = found[0]
    spots = tuple(Spot(model.files[each.at].path, each.line, f"{each.said}, too") for each in found[1:])
    message = f"a client may ask for any number of rows: {first.said} has no upper bound"
    yield Hit(first.at, first.line, message, -1, spots, Confidence.MEDIUM, fix=FIX)


def _named(model: Model) -> Iterator[_Open]:
    """Yield where the library's own paginator is named, which bounds nothing: in the settings, in a view."""
    for at in model.own:
        file = model.files[at]
        if file.language != "python":
            continue
        values = [(each.target.rpartition(".")[2], each.value, each.line) for each in file.assigns if each.fn < 0]
        values += [
            (field.name, field.value, field.line) for made in file.classes for field in made.fields if field.value
        ]
        for target, value, line in values:
            for name, each in ((target, value), *((item.name, item) for item in value.items)):
                if name.strip("'\"") in _USES and _absolute(model, at, each) == _LIMIT_OFFSET:
                    yield _Open(at, each.line or line, "LimitOffsetPagination")


def _absolute(model: Model, at: int, value: Arg) -> str:
    if value.kind == "str":
        return value.text
    return model.project.absolute(at, value.text) if value.kind == "name" else ""


def _declared(model: Model) -> Iterator[_Open]:
    """Yield the project's paginators that let a client choose and bound nothing."""
    for at in model.own:
        file = model.files[at]
        for index, made in enumerate(file.classes if file.language == "python" else ()):
            if not any("Pagination" in base for base in made.bases):
                continue
            cls = Cls(at, index)
            library = next((_LIBRARY[name] for name in model.project.ancestors(cls) if name in _LIBRARY), None)
            if library is None or any(heir != cls for heir in model.project.heirs.get(cls, ())):
                continue
            word, bound, methods = library
            family = model.project.base_classes(cls)
            if any(model.project.method(cls, name) for name in methods):
                continue
            asked = _field(model, family, word) if word else Arg("str")
            most = _field(model, family, bound)
            if asked is None or asked.kind == "none":
                continue
            if most is None or most.kind == "none" or _is_everything(most):
                yield _Open(at, _line(made, word, bound), made.name)


def _field(model: Model, family: tuple[Cls, ...], name: str | None) -> Arg | None:
    fields = (field for cls in family for field in model.project.class_(cls).fields)
    return next((field.value for field in fields if field.name == name), None)


def _is_everything(value: Arg) -> bool:
    text = value.text.replace("_", "")
    return value.kind == "num" and text.isdigit() and int(text) >= EVERYTHING


def _line(made: Class, word: str | None, bound: str) -> int:
    return next((field.line for name in (bound, word) for field in made.fields if field.name == name), made.line)
