"""Django: pages of views whose `get_context_data` gives lists to the template that the class names."""

from collections.abc import Iterator

from backwright.review.facts import Arg, Call
from backwright.review.link.djangoviews import DjangoViews
from backwright.review.link.model import Model
from backwright.review.link.project import Cls, Fn
from backwright.review.regexes import regex
from backwright.review.rules.looping import backend
from backwright.review.rules.templating import INCLUDES_MAX, Bound, Shown, Templates

_GIVES = "get_context_data"
_PUT = regex(r"\w+\[[\"'](\w+)[\"']\]")  # context["orders"] = ...
_FILLS = frozenset({"update", _GIVES})


class ContextPages:
    """Follows what a view gives into its template."""

    def __init__(self, model: Model, templates: Templates) -> None:
        self.model, self.templates = model, templates
        self._views = DjangoViews(model.project)

    def readings(self) -> Iterator[Shown]:
        """Yield the lazy reads of the templates of all such views."""
        if not self.templates.files or not self.model.data.entities:
            return
        own = set(backend(self.model))
        for fn in self.model.project.functions_by_name.get(_GIVES, ()):
            made = self.model.project.function(fn)
            if fn.file in own and self.model.files[fn.file].language == "python" and made.cls >= 0:
                yield from self._of(fn, Cls(fn.file, made.cls))

    def _of(self, fn: Fn, view: Cls) -> Iterator[Shown]:
        """Yield what is read lazily in the page of a view, and in those of views made from it that have one of their own."""
        given = list(self._given(fn))
        env = {value.name: bound for value in given if (bound := self._bound(fn, value)) is not None}
        if not env:
            return
        call = Call(_GIVES, "", self.model.project.function(fn).line, fn.index)
        pages = dict.fromkeys(self._template(each) for each in (view, *self.model.project.all_heirs(view)))
        for path in pages:
            if path:
                yield from self.templates.walk(
                    fn.file, call, path, env, frozenset(value.name for value in given), INCLUDES_MAX
                )

    def _template(self, view: Cls) -> str:
        named = self._views.field(view, "template_name")
        return self.templates.find(named.text) if named is not None and named.kind == "str" else ""

    def _given(self, fn: Fn) -> Iterator[Arg]:
        """Yield what a template is given, each under its name."""
        file = self.model.files[fn.file]
        for assign in self.model.inside.assigns[fn.file].get(fn.index, ()):
            if put := _PUT.fullmatch(assign.target):
                yield _called(assign.value, put[1])
            elif assign.value.kind == "dict":
                yield from (item for item in assign.value.items if item.name)
        for number in self.model.inside.calls[fn.file].get(fn.index, ()):
            call = file.calls[number]
            if call.name in _FILLS:
                yield from (value for value in call.args if value.name and value.kind != "other")
                yield from (item for value in call.args if value.kind == "dict" for item in value.items if item.name)
        for told in file.returns:
            if told.fn == fn.index and told.value.kind == "dict":
                yield from (item for item in told.value.items if item.name)

    def _bound(self, fn: Fn, value: Arg) -> Bound | None:
        """Return what a name stands for in the template: the rows of a query, or what a variable holds."""
        if value.kind != "call":
            return self.templates.bound(fn.file, fn.index, value) if value.kind == "name" else None
        calls = self.model.files[fn.file].calls
        for number in self.model.inside.calls[fn.file].get(fn.index, ()):
            access = self.model.data.by_call.get((fn.file, number))
            if (
                access is not None
                and access.entity is not None
                and f"{calls[number].on}.{calls[number].name}" == value.text
            ):
                return Bound(access.entity, access, access.many is not False)
        return None


def _called(value: Arg, name: str) -> Arg:
    return Arg(value.kind, value.text, name, value.items, value.ref, value.line)
