"""Class-based views: which HTTP methods a class answers, with its own functions or those of the library's views."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from backwright.review.facts import Arg, Mark
from backwright.review.link.packs import Pack
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.regexes import regex

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE")
_VERBS = frozenset(method.lower() for method in METHODS)
_ACTIONS = frozenset({"action", "list_route", "detail_route"})
_RESTRICTING = {"require_POST": "POST", "require_GET": "GET", "require_safe": "GET"}
_DEPTH_MAX = 4  # calls around a view: login_required(cache_page(60)(View.as_view()))
_LISTS = regex(r"^(Base)?ListView$|^List(Create)?APIView$|^ListModelMixin$|ArchiveView$|^MultipleObjectMixin$")
# What a library's view runs of its heirs to answer a method, the most telling first.
_STEPS = {
    "GET": ("list", "retrieve", "get_context_data", "get_queryset", "get_object", "render_to_response"),
    "POST": ("create", "perform_create", "form_valid"),
    "PUT": ("update", "perform_update"),
    "PATCH": ("partial_update", "update", "perform_update"),
    "DELETE": ("destroy", "perform_destroy"),
}
_ACTION_STEPS = {
    "list": ("get_queryset",),
    "retrieve": ("get_object",),
    "create": ("perform_create",),
    "update": ("perform_update",),
    "partial_update": ("update", "perform_update"),
    "destroy": ("perform_destroy",),
}


class Extra(NamedTuple):
    """An endpoint below a resource that a viewset declares itself: DRF's @action."""

    methods: list[str]
    suffix: str
    handler: Fn
    mark: Mark


class DjangoViews:
    """What classes of views answer. Other frameworks' views are the same without a library's methods."""

    def __init__(self, project: Project) -> None:
        self.project = project

    # ---- the methods of a class -------------------------------------------------------------

    def answers(self, cls: Cls, pack: Pack, given: Arg | None) -> list[tuple[str, Fn | None]]:
        """Return the HTTP methods that a view class answers, each with the project's function that does most of it.

        `given`: what makes the view, `View.as_view({"get": "list"})`.
        """
        made = as_view(given)
        chosen = next((item for item in made.items if item.kind == "dict" and not item.name), None) if made else None
        if chosen is not None:
            return [(item.name.upper(), self.function(cls, item.text)) for item in chosen.items if item.name in _VERBS]
        hidden = {name for base in self._bases(cls) for name in pack.class_hooks.get(base, ())}
        of_library = {m for base in self._bases(cls) for m in pack.class_methods.get(base, ()) if m.isupper()}
        found: list[tuple[str, Fn | None]] = []
        for method in METHODS:
            fn = None if method.lower() in hidden else self.function(cls, method.lower())
            if fn is None and method in of_library:
                found.append((method, self.step(cls, method)))
            elif fn is not None:
                found.append((method, fn))
        allowed = self.allowed(cls)
        return [each for each in found if each[0] in allowed] or [("*", None)]

    def of_library(self, label: str, pack: Pack) -> list[str]:
        """Return the HTTP methods that a view of a library answers, or any."""
        return [m for m in pack.class_methods.get(label.rpartition(".")[2], ()) if m.isupper()] or ["*"]

    def function(self, cls: Cls, name: str) -> Fn | None:
        """Return the method of that name that a class has or inherits, if it is the project's."""
        return next(
            (
                fn
                for each in self.project.base_classes(cls)
                for fn in self.project.methods.get((self.project.class_(each).name, name), ())
                if fn.file == each.file and self.project.function(fn).cls == each.index
            ),
            None,
        )

    def methods(self, cls: Cls) -> list[Fn]:
        """Return all methods that a class has or inherits from classes of the project."""
        return [fn for each in self.project.base_classes(cls) for fn in self._methods.get(each, ())]

    @cached_property
    def _methods(self) -> dict[Cls, list[Fn]]:
        found: dict[Cls, list[Fn]] = defaultdict(list)
        for number, file in enumerate(self.project.files):
            for index, made in enumerate(file.functions) if file.language == "python" else ():
                if made.cls >= 0:
                    found[Cls(number, made.cls)].append(Fn(number, index))
        return found

    def reading(self, cls: Cls) -> list[Fn]:
        """Return the functions of a class that a library's own list view runs to answer GET."""
        names = _STEPS["GET"] if any(_LISTS.search(base) for base in self._bases(cls)) else ()
        return [fn for name in names if (fn := self.function(cls, name)) is not None]

    def step(self, cls: Cls, method: str, action: str = "") -> Fn | None:
        """Return the function of a class that a library's own handler of a method, or of a viewset's action, runs."""
        names = _ACTION_STEPS.get(action, ()) if action else _STEPS.get(method, ())
        if not action and not any(_LISTS.search(base) for base in self._bases(cls)):
            names = tuple(name for name in names if name != "get_queryset")  # what one object is chosen from
        return next((fn for name in names if (fn := self.function(cls, name)) is not None), None)

    def allowed(self, cls: Cls) -> frozenset[str]:
        """Return the HTTP methods that a class lets through: all, unless `http_method_names` or a mark say which."""
        told = self.field(cls, "http_method_names")
        if told is not None and told.kind == "list":
            return frozenset(item.text.upper() for item in told.items)
        words = {value.text for mark in self.project.class_(cls).marks for value in mark.args}
        marked = frozenset(_RESTRICTING[word] for word in words if word in _RESTRICTING)
        return marked or frozenset((*METHODS, "*"))

    def field(self, cls: Cls, name: str) -> Arg | None:
        """Return the value of a class's attribute, its own or the nearest inherited one."""
        for each in self.project.base_classes(cls):
            for field in self.project.class_(each).fields:
                if field.name == name and field.value is not None:
                    return field.value
        return None

    def lookup(self, cls: Cls) -> str:
        """Return the name of the path parameter that chooses one object of a viewset."""
        told = self.field(cls, "lookup_url_kwarg") or self.field(cls, "lookup_field")
        return told.text if told is not None and told.kind == "str" and told.text.isidentifier() else "pk"

    def _bases(self, cls: Cls) -> list[str]:
        return [base.rpartition(".")[2] for base in self.project.ancestors(cls)]

    # ---- viewsets ---------------------------------------------------------------------------

    @cached_property
    def _own(self) -> dict[Cls, list[Fn]]:
        """Class to its methods with marks that declare an endpoint."""
        found: dict[Cls, list[Fn]] = defaultdict(list)
        for number, file in enumerate(self.project.files):
            for index, made in enumerate(file.functions) if file.language == "python" else ():
                if made.cls >= 0 and any(m.name in _ACTIONS or m.on.endswith(".mapping") for m in made.marks):
                    found[Cls(number, made.cls)].append(Fn(number, index))
        return found

    def extras(self, cls: Cls) -> Iterator[Extra]:
        """Yield what a viewset answers besides its resource: methods marked @action, and `@that.mapping.delete`."""
        lookup, allowed = self.lookup(cls), self.allowed(cls)
        suffixes: dict[str, str] = {}
        mapped: list[tuple[str, Mark, Fn]] = []
        for each in self.project.base_classes(cls):
            for fn in self._own.get(each, ()):
                made = self.project.function(fn)
                for mark in made.marks:
                    if mark.name in _ACTIONS and made.name not in suffixes:
                        suffixes[made.name] = _suffix(mark, made.name, lookup)
                        methods = [method for method in _methods(mark) if method in allowed]
                        yield Extra(methods, suffixes[made.name], fn, mark)
                    elif mark.on.endswith(".mapping") and mark.name in _VERBS:
                        mapped.append((mark.on.removesuffix(".mapping"), mark, fn))
        for name, mark, fn in mapped:
            if name in suffixes:
                yield Extra([mark.name.upper()], suffixes[name], fn, mark)


def as_view(value: Arg | None) -> Arg | None:
    """Return the call of `as_view` that a handler is, also within decorators, or None."""
    for _ in range(_DEPTH_MAX):
        if value is None or value.kind != "call" or value.text.rpartition(".")[2] == "as_view":
            break
        value = next((item for item in value.items if item.kind == "call"), None)
    return value if value is not None and value.kind == "call" else None


def _suffix(mark: Mark, name: str, lookup: str) -> str:
    given = {value.name: value for value in mark.args}
    detail = mark.name == "detail_route" or ("detail" in given and given["detail"].text == "True")
    path = given["url_path"].text if "url_path" in given else name
    return f"{{{lookup}}}/{path}" if detail else path


def _methods(mark: Mark) -> list[str]:
    told = next((value for value in mark.args if value.name == "methods"), None)
    told = told or next((value for value in mark.args if not value.name and value.kind == "list"), None)
    return [item.text.upper() for item in told.items or (told,)] if told is not None else ["GET"]
