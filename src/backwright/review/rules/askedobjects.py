"""Objects that a client fills: the page size in what a schema parsed, a binder filled or a function made of a request."""

import re
from collections.abc import Callable, Iterator

from backwright.review.facts import Arg, Assign, Call
from backwright.review.link.effects import Edge
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.upperbounds import UpperBounds, deep, entries, is_clamped

DEPTH_MAX = 3  # functions of the project that hand an object on
Place = tuple[int, int, str]  # file, line, what the client says
Asked = Callable[[Fn, Arg, tuple[Edge, ...], int], Place | None]
_PARSES = regex(r"^(safeParse|parse|validate|cast)(Async|Sync)?$")
_BINDS = regex(
    r"^((Should|Must)?Bind\w*|BodyParser|QueryParser|ParamsParser|Decode\w*|Unmarshal\w*|ParseForm|ReadJSON|ReadQuery|Parse)$"
)
# A number in a schema of zod, valibot, Joi, yup or TypeBox, and what bounds it.
_NUMBER = regex(
    r"^(z|zod|v|yup|[jJ]oi|t|Type|vine|s)\.(coerce\.)?(number|string|int\w*|preprocess|union)\b|^(preprocess|union)$",
    re.IGNORECASE,
)
_BOUND = regex(
    r"\b(max|maximum|maxValue|lte?|less|oneOf|enum|literal|union|valid|refine|superRefine|check|range|between|length|clamp)\b"
)


def property_of(name: str) -> str:
    """Return what a getter gives: `pageSize` of `getPageSize`."""
    return name[3:4].lower() + name[4:] if re.match(r"[gG]et_?[A-Z]", name) else ""


class AskedObjects:
    """Knows what an object says of its page size that no parameter is."""

    def __init__(self, model: Model, bounds: UpperBounds, asked: Asked) -> None:
        self.model, self.bounds, self.asked = model, bounds, asked

    def of(self, fn: Fn, owner: str, field: str, depth: int = DEPTH_MAX) -> Place | None:
        """Return where the client says how many rows, in an object that a function holds in a variable."""
        scope = fn.index
        while scope >= 0:
            if told := [*self._assigned(Fn(fn.file, scope), owner)]:
                return self._of_assigned(Fn(fn.file, scope), told, owner, field, depth)
            made = self.model.files[fn.file].functions[scope]
            scope = made.parent if made.kind == "lambda" else -1
        return None

    def of_value(self, fn: Fn, value: Arg, field: str) -> Place | None:
        """`const { limit } = schema.parse(req.query)`: the field of what a schema gives."""
        on, _, name = value.text.rpartition(".")
        return self._of_schema(fn, on, field) if _PARSES.match(name) and value.items else None

    def _assigned(self, fn: Fn, owner: str) -> Iterator[Assign]:
        for target in (owner, f"${owner}"):
            yield from self.model.project.assigned[fn.file].get((fn.index, target), ())

    def _of_assigned(self, fn: Fn, told: list[Assign], owner: str, field: str, depth: int) -> Place | None:
        for each in told:
            if each.value.kind == "call":
                on, _, name = each.value.text.rpartition(".")
                if _PARSES.match(name) and (place := self._of_schema(fn, on, field)) is not None:
                    return place
                if name == "into_inner" and "." not in on and fn in self.model.handlers:  # Actix: query.into_inner()
                    return self.asked(fn, Arg("name", f"{on}.{field}"), (), depth)
                for made in self.model.project.resolve(fn.file, fn.index, on, name)[:1] if depth else ():
                    if (place := self._of_maker(made, field, depth - 1)) is not None:
                        return place
        return self._of_bound(fn, told, owner, field)

    # ---- schemas --------------------------------------------------------------------------------

    def _of_schema(self, fn: Fn, on: str, field: str) -> Place | None:
        """Return where a schema says that a field is a number, None if it bounds it or says nothing of it."""
        for at, value, line in self._schemas(fn, on):
            for entry in entries(value, 4):
                if entry.name != field:
                    continue
                said = f"{entry.text} {deep(entry, 6)}"
                if entry.kind != "call" or not _NUMBER.match(entry.text) or _BOUND.search(said) or _clamps(entry):
                    return None
                return (at, entry.line or line, field)
        return None

    def _schemas(self, fn: Fn, on: str) -> Iterator[tuple[int, Arg, int]]:
        project = self.model.project
        for scope in (fn.index, -1):
            for each in project.assigned[fn.file].get((scope, on), ()):
                yield fn.file, each.value, each.line
        made = project.imported[fn.file].get(on)
        if made is not None:
            for at in project.module_files(fn.file, made.module):
                for each in project.assigned[at].get((-1, made.name or on), ()):
                    yield at, each.value, each.line
        if "(" in on:  # z.object({ limit: ... }).parse(req.query)
            file = self.model.files[fn.file]
            for number in self.model.inside.calls[fn.file].get(fn.index, ()):
                call: Call = file.calls[number]
                if call.on == on and _PARSES.match(call.name) and call.prev >= 0:
                    for value in file.calls[call.prev].args:
                        yield fn.file, value, call.line

    # ---- binders and makers ---------------------------------------------------------------------

    def _of_bound(self, fn: Fn, told: list[Assign], owner: str, field: str) -> Place | None:
        """Go: `c.ShouldBindQuery(&query)` fills a variable of a type whose tags bound nothing."""
        written = next((each.type or each.value.text for each in told if each.type or each.value.kind == "call"), "")
        known = self.model.project.named_type(fn.file, written).cls if written else None
        if known is None or self.bounds.of_class(known, field):
            return None
        file = self.model.files[fn.file]
        for number in self.model.inside.calls[fn.file].get(fn.index, ()):
            call = file.calls[number]
            if _BINDS.match(call.name) and any(value.text == owner for value in call.args):
                return (fn.file, call.line, f"{owner}.{field}")
        return None

    def _of_maker(self, made: Fn, field: str, depth: int) -> Place | None:
        """`TableSupport.getPage()`: a function that fills an object with what it takes from the request itself."""
        file = self.model.files[made.file]
        for each in file.returns:
            if each.fn != made.index:
                continue
            value = each.value
            if value.kind == "name":
                for given in self.given(made, value.text.lstrip("$"), field):
                    if (place := self.asked(made, given, (), depth + 2)) is not None:
                        return place
            for item in value.items if value.kind in ("dict", "call") else ():
                if item.name == field and (place := self.asked(made, item, (), depth + 2)) is not None:
                    return place
            if value.kind == "call" and depth:
                on, _, name = value.text.rpartition(".")
                for other in self.model.project.resolve(made.file, made.index, on, name)[:1]:
                    return self._of_maker(other, field, depth - 1)
        return None

    def given(self, fn: Fn, owner: str, field: str) -> Iterator[Arg]:
        """Yield what a function puts into a field: `page.setSize(...)`, `page.Size = ...`, `Page{Size: ...}`."""
        file = self.model.files[fn.file]
        for number in self.model.inside.calls[fn.file].get(fn.index, ()):
            call = file.calls[number]
            if call.on.lstrip("$") == owner and call.name.lower() == f"set{field}".lower() and call.args:
                yield call.args[0]
        for each in self.model.inside.assigns[fn.file].get(fn.index, ()):
            if each.target.lstrip("$").replace("->", ".") == f"{owner}.{field}":
                yield each.value
            elif each.target.lstrip("$") == owner:
                yield from (item for item in each.value.items if item.name == field)


def _clamps(value: Arg) -> bool:
    return any(is_clamped(item) for item in value.items if item.kind != "call") or any(
        _clamps(item) for item in value.items
    )
