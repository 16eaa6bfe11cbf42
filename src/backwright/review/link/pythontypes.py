"""Python: what values are where no type is written: choices, defaults of parameters, what functions and properties give back."""

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from backwright.review.facts import Arg, Import, Param

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backwright.review.link.project import Cls, Fn, Project, Type

_OWN = frozenset({"cls", "self.__class__", "type"})  # what makes another one of the same class
# Class methods of pydantic's models that make one.
_VALIDATES = frozenset(
    {"model_validate", "model_validate_json", "model_construct", "parse_obj", "parse_raw", "from_orm"}
)
_PROPERTIES = frozenset({"property", "cached_property", "functools.cached_property"})
_DEPENDS = frozenset({"Depends", "Security"})
_RETURNS_MAX = 6  # values that a function may give back


class PythonTypes:
    """Types of values by what makes them."""

    def __init__(self, project: "Project") -> None:
        self.project = project
        self._given: dict[tuple[int, int, Cls | None], Type | None] = {}

    def of_value(self, at: int, fn: int, value: Arg) -> "Type | None":
        """Return what a value is: a row, `client or Client()`, `Client() if live else fake`; None if that is for others to say."""
        if self.project.files[at].language != "python":
            return None
        if value.kind == "call" and (row := self.project.django.row(at, fn, value)) is not None:
            return self.project.named_type(row.file, self.project.class_(row).name)
        if value.kind == "call" and value.text in _OWN and (own := self.project.own_class(at, fn)) is not None:
            return self.project.named_type(own.file, self.project.class_(own).name)
        on, _, name = value.text.rpartition(".")
        if (
            value.kind == "call"
            and name in _VALIDATES
            and on[:1].isupper()
            and not self.project.resolve(at, fn, on, name)
        ):
            return self.project.named_type(at, on)
        if value.kind == "call" and value.text.rpartition(".")[2] in _DEPENDS and value.items:
            given = value.items[0]
            return self.of_value(at, fn, Arg("call", given.text)) or self.project.value_type(
                at, fn, Arg("call", given.text)
            )
        if value.kind == "other" and value.items:
            told = (self.project.value_type(at, fn, item) for item in value.items)
            return next((known for known in told if known.cls is not None), None)
        return None

    def parameter(self, at: int, fn: int, param: Param) -> "Type | None":
        """Return what a parameter is by its default."""
        if self.project.files[at].language != "python" or param.default is None or param.default.kind == "none":
            return None
        known = self.project.value_type(at, -1, param.default)
        return known if known.cls is not None else None

    def returned(self, fn: "Fn", of: "Cls | None" = None) -> "Type | None":
        """Return what a function gives back, if all that it returns is of one class; `of`: the class that it is called on."""
        if self.project.files[fn.file].language != "python":
            return None
        key = (fn.file, fn.index, of)
        if key not in self._given:
            self._given[key] = None  # a cycle ends here
            self._given[key] = self._returned(fn, of)
        return self._given[key]

    def _returned(self, fn: "Fn", of: "Cls | None") -> "Type | None":
        values = [v for v in self.returns.get((fn.file, fn.index), ()) if v.kind != "none"]
        if not values or len(values) > _RETURNS_MAX:
            return None
        row = self.project.django.rows.returned(fn.file, fn.index) if all(v.kind == "call" for v in values) else None
        if row is not None:
            return self.project.named_type(row.file, self.project.class_(row).name)
        found: dict[Cls, Type] = {}
        for value in values:
            if of is not None and (value.text == "self" or (value.kind == "call" and value.text in _OWN)):
                known = self.project.named_type(of.file, self.project.class_(of).name)
            else:
                known = self.project.value_type(fn.file, fn.index, value)
            if known.cls is None:
                return None
            found[known.cls] = known
        return next(iter(found.values())) if len(found) == 1 else None

    def property_(self, cls: "Cls", name: str) -> "Type | None":
        """Return what a property of a class gives."""
        for fn in self.project.methods_of(cls, name) if self.project.files[cls.file].language == "python" else ():
            made = self.project.function(fn)
            if any(mark.name in _PROPERTIES or mark.name.endswith("property") for mark in made.marks):
                return self.project.named_type(fn.file, made.returns) if made.returns else self.returned(fn)
        return None

    def of_module(self, at: int, made: Import | None, chain: str) -> "Type | None":
        """Return what a variable of an imported module is: `crud.orders`."""
        return self._known_in(self.project.module_files(at, made.inner), at, chain) if made is not None else None

    def handed_on(self, at: int, made: Import) -> "Type | None":
        """Return what a name is that a package has from one of its modules: `from .orders import orders`."""
        files = self.project.module_files(at, made.module)
        return self._known_in([n for n in files if made.name in self.project.imported[n]], at, made.name)

    def _known_in(self, files: "Sequence[int]", at: int, chain: str) -> "Type | None":
        if self.project.files[at].language != "python":
            return None
        told = (self.project.type_of(number, -1, chain) for number in files if number != at)
        return next((known for known in told if known.cls is not None), None)

    def module(self, at: int, fn: int, on: str) -> "list[int]":
        """Return the files of the module that a function gives back: `def helper(): from shop import orders; return orders`."""
        if self.project.files[at].language != "python" or not on.endswith("()") or "." in on:
            return []
        for made in self.project.resolve(at, fn, "", on[:-2])[:1]:
            values = self.returns.get((made.file, made.index), [])
            names = [value.text for value in values if value.kind == "name"]
            given = self.project.imported[made.file].get(names[0]) if len(names) == len(values) == 1 else None
            if given is not None:
                return self.project.module_files(made.file, given.inner)
        return []

    def beside(self, cls: "Cls", name: str) -> "tuple[Fn, ...]":
        """Return the method that what a mixin is mixed into has from its other bases, if that is one: `class Orders(Paged, Repository)`."""
        if self.project.files[cls.file].language != "python":
            return ()
        found = {
            fn: None
            for heir in self.project.all_heirs(cls)
            for base in self.project.base_classes(heir)
            for fn in self.project.methods_of(base, name)[:1]
            if self.project.does_something(fn)  # a protocol's only says that there is one
        }
        return tuple(found) if len(found) == 1 else ()

    @cached_property
    def returns(self) -> dict[tuple[int, int], list[Arg]]:
        """(file, function) to what it returns or yields."""
        found: dict[tuple[int, int], list[Arg]] = defaultdict(list)
        for at, file in enumerate(self.project.files):
            for each in file.returns if file.language == "python" else ():
                found[at, each.fn].append(each.value)
        return found
