"""C#: extension methods, `static int Total(this Order order)`: which one a call on something runs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from backwright.review.link.everyday import COMMON
from backwright.review.link.linq import OPERATORS
from backwright.review.link.types import written
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Cls, Fn, Project, Type

_ANY = regex(r"T|T[A-Z]\w*|[A-Z]|object|Object|dynamic")
_FINAL = frozenset(
    "string String int long short byte bool char double float decimal object Guid DateTime DateTimeOffset DateOnly TimeSpan StringBuilder Uri Type Regex Task Stream".split()
)
_EVERYDAY = frozenset(word.lower() for word in COMMON)
_CONSTRUCTED = regex(r"[A-Z]\w*\(\)")
_NO_FIT, _MAYBE, _ANYTHING, _BASE, _SAME = -2, -1, 0, 1, 2


def extended(project: "Project", fn: "Fn") -> bool:
    """Whether a method of C# extends what it is called on: `static int Total(this Order order)`."""
    made = project.function(fn)
    if made.receiver in ("", "this") or made.kind != "method" or not made.params:
        return False
    return project.files[fn.file].language == "csharp" and made.params[0].name == made.receiver


class Extensions:
    """Extension methods by name, where they can be seen, and what they fit."""

    def __init__(self, project: "Project") -> None:
        self.project = project

    @cached_property
    def _by_name(self) -> "dict[str, list[Fn]]":
        found: dict[str, list[Fn]] = defaultdict(list)
        for name, there in self.project.functions_by_name.items():
            for fn in there:
                if extended(self.project, fn):
                    found[name].append(fn)
        return found

    def of_class(self, parts: "Sequence[Cls]", name: str) -> "tuple[Fn, ...]":
        """Return the extension methods of that name that stand in a static class, given all its parts."""
        there = self._by_name.get(name, ())
        return tuple(fn for fn in there if self.project.own_class(fn.file, fn.index) in parts)

    def find(self, at: int, on: str, name: str, known: "Type") -> "tuple[Fn, ...]":
        """Return the extension methods that a call on a value may run: overloads of one class, or nothing.

        `known`: what the value is. A method has to be seen from the file, and has to fit what is known. Of what is not known it is
        taken that it has no method of that name itself, unless the name is an everyday one.
        """
        there = self._by_name.get(name)
        if not there or self._names_a_class(on, known):
            return ()
        is_test = self.project.files[at].is_test
        served = [fn for fn in there if is_test or not self.project.files[fn.file].is_test]
        seen = [fn for fn in served if self._is_seen(at, fn)]
        fits = {fn: self._fit(known, fn) for fn in seen or (served if len(served) == 1 else ())}
        best = max(fits.values(), default=_NO_FIT)
        if best == _NO_FIT or (name in OPERATORS and (best < _BASE or known.is_many)):
            return ()
        if best == _MAYBE and name.lower() in _EVERYDAY:
            return ()
        chosen = tuple(fn for fn, fit in fits.items() if fit == best)
        if self._of_one_class(chosen):
            return chosen
        own = tuple(
            fn for fn in chosen if fn.file == at
        )  # those of other classes are private there, or it would not compile
        return own if self._of_one_class(own) else ()

    def _of_one_class(self, chosen: "tuple[Fn, ...]") -> bool:
        return len({(fn.file, self.project.function(fn).cls) for fn in chosen}) == 1

    def _names_a_class(self, on: str, known: "Type") -> bool:
        """Whether a call is made on a class itself: `string.Join`, `Path.Combine`."""
        last = on.rpartition(".")[2]
        if on in _FINAL:
            return True
        return known.cls is None and not known.name and on[:1].isupper() and last == on and on not in _PROPERTIES

    def _fit(self, known: "Type", fn: "Fn") -> int:
        """Return how well a method fits what it is called on."""
        heart = written(self.project.function(fn).params[0].type)
        wanted = heart.name.rpartition(".")[2]
        is_any = _ANY.fullmatch(wanted) is not None and self.project.find_class(fn.file, wanted) is None
        if known.cls is not None:
            if heart.is_many and not known.is_many:
                return _NO_FIT
            if known.is_many and not heart.is_many:
                return _ANYTHING if is_any else _NO_FIT
            names = [name.rpartition(".")[2] for name in self.project.ancestors(known.cls)]
            if wanted in names:
                return _SAME if wanted == names[0] else _BASE
            if is_any:
                return _ANYTHING
            return _MAYBE if not known.is_many and self._may_inherit(known.cls, fn.file, wanted) else _NO_FIT
        name = known.name
        if _CONSTRUCTED.fullmatch(name) or (name and "(" not in name):
            bare = name.removesuffix("()").rpartition(".")[2]
            if bare == wanted:
                return _SAME if heart.is_many == known.is_many else _NO_FIT
            if is_any:
                return _ANYTHING if heart.is_many == known.is_many or not heart.is_many else _NO_FIT
            if bare in _FINAL or wanted in _FINAL or heart.is_many != known.is_many:
                return _NO_FIT
            return _MAYBE if self.project.find_class(fn.file, wanted) is None else _NO_FIT
        return _MAYBE

    def _may_inherit(self, cls: "Cls", at: int, wanted: str) -> bool:
        """Whether a class inherits from what is not the project's, and so may be what is not the project's: a Controller is a ControllerBase."""
        if wanted in _FINAL or self.project.find_class(at, wanted) is not None:
            return False
        return any(
            self.project.find_class(each.file, written(base).name) is None
            for each in self.project.base_classes(cls)
            for base in self.project.class_(each).bases
        )

    # ---- where they are seen --------------------------------------------------------------------

    def _is_seen(self, at: int, fn: "Fn") -> bool:
        """Whether a file sees a namespace: it is in it or below it, or uses it, by itself or for its whole project."""
        package, here = self.project.files[fn.file].package, self.project.files[at]
        if fn.file == at or not package or f"{here.package}.".startswith(f"{package}."):
            return True
        return package in self._used[at] or package in self.everywhere(at)

    @cached_property
    def _used(self) -> list[frozenset[str]]:
        """For each file: the namespaces that it uses; one that is written in part is within its own."""
        found: list[frozenset[str]] = []
        for file in self.project.files:
            modules = {each.module for each in file.imports if each.name == "*"} if file.language == "csharp" else set()
            words = file.package.split(".")
            within = (f"{'.'.join(words[:end])}.{module}" for end in range(1, len(words) + 1) for module in modules)
            found.append(frozenset((*modules, *within)))
        return found

    def everywhere(self, at: int) -> frozenset[str]:
        """Return what the project that a file belongs to uses everywhere: `global using`, `<Using Include="..." />`."""
        folder = self.project_of(self.project.files[at].path)
        return self._everywhere.get(folder, frozenset())

    def project_of(self, path: str) -> str:
        """Return the folder of the project file that a path is below, "" if there is none."""
        while path:
            path = path.rpartition("/")[0]
            if path in self._folders:
                return path
        return ""

    @cached_property
    def _folders(self) -> frozenset[str]:
        """Folders with a project file."""
        return frozenset(path.rpartition("/")[0] for path in self.project.texts if path.endswith(".csproj"))

    @cached_property
    def _everywhere(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for file in self.project.files:
            modules = (each.module for each in file.imports if each.alias == "global *")
            if file.language == "csharp" and (told := set(modules)):
                found[self.project_of(file.path)] |= told
        for path, text in self.project.texts.items():
            if path.endswith(".csproj"):
                found[path.rpartition("/")[0]] |= set(_INCLUDED.findall(text))
        return {folder: frozenset(told) for folder, told in found.items()}


_INCLUDED = regex(r"<Using\s+Include=\"([\w.]+)\"")
# Properties that a base of the framework's has, so that they are no classes.
_PROPERTIES: Iterable[str] = frozenset("User HttpContext Request Response Url TempData ModelState Session Context Clients Groups Database Services Configuration Environment".split())  # fmt: skip

__all__ = ["Extensions", "extended"]
