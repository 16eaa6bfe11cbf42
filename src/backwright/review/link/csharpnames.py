"""C#: partial classes, outer classes, `using static`, and the type parameters that a use binds."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from backwright.review.facts import Arg
from backwright.review.link.csharpextensions import Extensions, extended
from backwright.review.link.heirs import HEIRS_MAX, standing_for
from backwright.review.link.linq import Values
from backwright.review.link.names import method_alone
from backwright.review.link.types import written
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Cls, Fn, Project, Type

# What the framework's own bases have, whatever class of the project is called the same.
OF_FRAMEWORK = {
    "User": "ClaimsPrincipal",
    "HttpContext": "HttpContext",
    "Request": "HttpRequest",
    "Response": "HttpResponse",
    "Url": "IUrlHelper",
    "TempData": "ITempDataDictionary",
    "ModelState": "ModelStateDictionary",
    "Session": "ISession",
}
_FRAMEWORK = regex(r"(^|\.)(\w*Controller|ControllerBase|PageModel|ViewComponent|RazorPage)$")
# What gives the service of the type that it is asked for: `provider.GetRequiredService<Orders>()`.
_SERVES = frozenset("GetRequiredService GetService GetRequiredKeyedService GetKeyedService Resolve CreateInstance GetServiceOrCreateInstance".split())  # fmt: skip
_WORDS = regex(r"\b")


class CSharpNames:
    """Where names of C# lead that are not written where they are looked for."""

    def __init__(self, project: "Project") -> None:
        self.project = project
        self.extensions, self.values = Extensions(project), Values(project)

    # ---- partial classes --------------------------------------------------------------------

    @cached_property
    def _partial(self) -> "dict[tuple[str, str, str, str], list[Cls]]":
        """What the parts of a class have in common, to them."""
        found = defaultdict(list)
        for there in self.project.classes_by_name.values():
            for cls in there if len(there) > 1 else ():
                if (key := self._key(cls)) is not None:
                    found[key].append(cls)
        return found

    def _key(self, cls: "Cls") -> tuple[str, str, str, str] | None:
        file, made = self.project.files[cls.file], self.project.class_(cls)
        if file.language != "csharp" or not any(mark.name == "partial" for mark in made.marks):
            return None
        return made.name, file.package, file.classes[made.outer].name if made.outer >= 0 else "", made.kind

    def parts(self, cls: "Cls") -> "Sequence[Cls]":
        """Return all parts of a partial class, or the class alone."""
        key = self._key(cls)
        return self._partial.get(key, [cls]) if key is not None else [cls]

    # ---- calls of a bare name -----------------------------------------------------------------

    def plain(self, at: int, fn: int, name: str) -> "tuple[Fn, ...]":
        """Return the method that a bare name means besides those of the own class: of an outer class, or of one that is used statically."""
        cls = self.project.own_class(at, fn)
        if cls is not None and (found := self.of_class(cls, name)):
            return found
        while cls is not None and self.project.class_(cls).outer >= 0:
            cls = cls._replace(index=self.project.class_(cls).outer)
            if found := self.project.method(cls, name) or self.of_class(cls, name):
                return found
        for module in (each.module for each in self.project.files[at].imports if each.name == "*"):
            if found := self._used_statically(module, name):
                return found
        for module in self.extensions.everywhere(at):
            if found := self._used_statically(module, name):
                return found
        return ()

    def _used_statically(self, module: str, name: str) -> "tuple[Fn, ...]":
        package, _, last = module.partition("<")[0].rpartition(".")
        for cls in self.project.classes_by_name.get(last, ()):
            file = self.project.files[cls.file]
            if file.language == "csharp" and file.package == package:
                return self.project.method(cls, name) or self.of_class(cls, name)
        return ()

    def of_class(self, cls: "Cls", name: str) -> "tuple[Fn, ...]":
        """Return the extension methods of that name that stand in a static class, which are also called as `Orders.Total(order)`."""
        return self.extensions.of_class(self.parts(cls), name)

    def called(self, at: int, fn: int, on: str, name: str, known: "Type") -> "tuple[Fn, ...]":
        """Return what a call on something runs: a method of its class, an extension method, or the only method of that name."""
        if on == "base":
            return self._of_bases(known.cls, name) if known.cls is not None else ()
        if known.cls is None:
            known = self.values.of(at, fn, on)
        if known.cls is not None:
            is_class = on.rpartition(".")[2] == self.project.class_(known.cls).name
            if not known.is_many and (found := self.project.method(known.cls, name)):
                return self._of_arguments(known, found, name)
            return (is_class and self.of_class(known.cls, name)) or self.extensions.find(at, on, name, known)
        if not known.name and on in OF_FRAMEWORK:
            known = known._replace(name=OF_FRAMEWORK[on])
        if found := self.extensions.find(at, on, name, known):
            return found
        alone = method_alone(self.project, at, fn, on, name, known)
        return tuple(each for each in alone if not extended(self.project, each))

    def _of_arguments(self, known: "Type", found: "tuple[Fn, ...]", name: str) -> "tuple[Fn, ...]":
        """Leave out, of the methods of several heirs, those that are for other type arguments: Create of Customers for `IRepository<Order>`."""
        if known.cls is None or len(found) < 2 or not known.args:
            return found
        fitting = [fn for fn in standing_for(self.project, known.cls, name) if self._fits_arguments(known, fn)]
        return tuple(fitting[:HEIRS_MAX]) or found

    def _fits_arguments(self, known: "Type", fn: "Fn") -> bool:
        own = self.project.own_class(fn.file, fn.index)
        if own is None:
            return True
        free = self.project.class_(own).typed
        held = known._replace(cls=own, args=free)
        return all(
            told in free or told == wanted
            for cls, given, _ in self._bases(fn.file, held)
            if cls == known.cls
            for told, wanted in zip(given, known.args, strict=False)
        )

    def _of_bases(self, cls: "Cls", name: str) -> "tuple[Fn, ...]":
        """Return what `base.Save()` runs: the nearest that a class inherits, and not its own."""
        own = self.parts(cls)
        for each in self.project.base_classes(cls):
            found = self.project.methods_of(each, name) if each not in own else []
            if found and self.project.class_(each).kind != "interface":
                return tuple(found)
        return ()

    # ---- types ---------------------------------------------------------------------------------

    def is_of_framework(self, at: int, fn: int, name: str) -> bool:
        """Whether a name is a property of the framework's base of a class, and no class of the project that is called the same."""
        own = self.project.own_class(at, fn) if name in OF_FRAMEWORK else None
        return own is not None and any(_FRAMEWORK.search(base) for base in self.project.ancestors(own)[1:])

    def asked(self, at: int, value: Arg) -> str:
        """Return the type that a call is asked to give, `provider.GetRequiredService<Orders>()`; "" if it is no such call."""
        if value.text.rpartition(".")[2] not in _SERVES or self.project.files[at].language != "csharp":
            return ""
        return next((item.text for item in value.items if item.name == "<>" and "," not in item.text), "")

    def returned(self, at: int, fn: int, on: str, name: str, found: "Fn") -> "Type | None":
        """Return what a call of a method gives whose type has type parameters in it, None if it has none."""
        if self.project.files[at].language != "csharp" or extended(self.project, found):
            return None
        own = (
            self.project.own_class(at, fn) if not on else None
        )  # a call of what a base has: GetAll() of Repository<Order>
        known = self.project.type_of_class(own) if own is not None else self.values.of(at, fn, on)
        return self.given(at, known, name, self.project.function(found).returns)

    def given(self, at: int, known: "Type", name: str, source: str) -> "Type | None":
        """Return what a method gives whose type has type parameters in it, None if it has none."""
        for each in self.project.base_classes(known.cls) if known.cls is not None and source else ():
            for fn in self.project.methods_of(each, name)[:1]:
                return self.bound(at, known, each, self.project.function(fn).returns)
        return None

    def bound(self, at: int, known: "Type", cls: "Cls", source: str) -> "Type | None":
        """Return the type that a member has if type parameters stand in it, None if none do: T of `IOrders : IRepository<Order>` is Order.

        `at`: where `known` is written; `cls`: the class that declares the member, `source`: its type as written there.
        """
        typed = self.project.class_(cls).typed
        if not typed or not any(word in typed for word in _WORDS.split(source)):
            return None
        for each, given, place in self._bases(at, known):
            if each == cls and given:
                told = dict(zip(typed, given, strict=False))
                whole = "".join(told.get(word, word) for word in _WORDS.split(source))
                heart = written(source).name
                return self.project.named_type(place if heart in told else cls.file, whole)
        return None

    def _bases(self, at: int, known: "Type") -> "Iterator[tuple[Cls, tuple[str, ...], int]]":
        """Yield a class and its bases, each with the type arguments that it is given, and the file where those are written."""
        todo = [(known.cls, known.args, at)] if known.cls is not None else []
        seen = set()
        while todo:
            cls, args, place = todo.pop(0)
            yield cls, args, place
            made = self.project.class_(cls)
            told = dict(zip(made.typed, args, strict=False))
            for base in made.bases:
                heart = written(base)
                up = self.project.find_class(cls.file, heart.name)
                if up is None or up in seen:
                    continue
                seen.add(up)
                given = tuple(told.get(arg, arg) for arg in heart.args)
                todo.append((up, given, place if any(arg in told for arg in heart.args) else cls.file))


__all__ = ["CSharpNames"]
