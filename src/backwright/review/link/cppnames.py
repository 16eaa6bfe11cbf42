"""C++: functions and classes by the namespaces they stand in: `prices::find(id)`, `shop::Order::create()`."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from backwright.review.facts import Arg
from backwright.review.link.modulepaths import shared
from backwright.review.link.types import INSTANCE, dotted

if TYPE_CHECKING:
    from backwright.review.link.project import Cls, Fn, Project, Type

SAME_NAMES_MAX = 4  # overloads of one function; more are told apart by nobody here
_LIBRARIES = frozenset({"std", "boost"})
INCLUDES_MAX = 3  # headers that headers include
OUTER_MAX = 8  # classes in classes


class CppNames:
    """Which functions and classes of a project a qualified name means."""

    def __init__(self, project: "Project") -> None:
        self.project = project
        self._seen: dict[int, frozenset[str]] = {}

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """Every word of a namespace of the project's."""
        found: set[str] = set()
        for file in self.project.files:
            if file.language == "cpp":
                spaces = {made.space for made in file.functions} | {made.space for made in file.classes}
                found.update(word for space in spaces for word in space.split("::") if word)
        return frozenset(found)

    @cached_property
    def aliases(self) -> dict[str, list[tuple[int, str]]]:
        """Name of a type to the files that say what it stands for, with that: `using OrderPtr = std::shared_ptr<Order>`."""
        found: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for at, file in enumerate(self.project.files):
            for made in file.assigns if file.language == "cpp" else ():
                if made.fn < 0 and made.value.kind == "type" and not made.type and made.target.isidentifier():
                    found[made.target].append((at, made.value.text))
        return found

    @cached_property
    def _constants(self) -> dict[str, list[tuple[int, Arg]]]:
        """Last word of a constant to the files that give it a text: `const Query kSelect{"SELECT ..."}`."""
        found: dict[str, list[tuple[int, Arg]]] = defaultdict(list)
        for at, file in enumerate(self.project.files):
            if file.language != "cpp":
                continue
            given = [(each.target, each.value) for each in file.assigns if each.fn < 0]
            given += [
                (field.name, field.value) for made in file.classes for field in made.fields if field.value is not None
            ]
            for name, value in given:
                text = value.items[0] if value.kind in ("call", "list") and value.items else value
                if text.kind == "str" and text.text:
                    found[name.rpartition(".")[2].rpartition("::")[2]].append((at, text))
        return found

    def constant(self, at: int, name: str) -> Arg | None:
        """Return the text of a constant: of this file, or the only one of that name."""
        there = self._constants.get(name.rpartition(".")[2], ())
        here = [text for number, text in there if number == at] or [text for _, text in there]
        return here[0] if len(here) == 1 else None

    def is_space(self, at: int, on: str) -> bool:
        """Whether what stands before a name in a file is a namespace: of the project's, another name of one, or the standard library's."""
        words = self._meant(at, on).split(".")
        return words[0] in _LIBRARIES or all(word in self.namespaces for word in words)

    def is_singleton(self, at: int, on: str, name: str) -> bool:
        """Whether a call gives the one object of a class that it is made on: `Orders::instance()`."""
        if self.project.files[at].language != "cpp" or not INSTANCE.match(name):
            return False
        return self.project.find_class(at, on) is not None

    def functions(self, at: int, on: str, name: str) -> "tuple[Fn, ...]":
        """Return the functions of a name in a namespace; those of the nearest file if several have it."""
        wanted = self._meant(at, on).split(".")
        found = [
            fn for fn in self.project.functions_by_name.get(name, ())
            if (space := self._space(fn)) is not None and _within(space, wanted)
        ]  # fmt: skip
        if not found and (cls := self.project.find_class(at, f"{on}.{name}")) is not None:
            return self.constructors(cls)[:1]
        return self._nearest(at, found)

    def methods(self, cls: "Cls", there: "list[Fn]") -> "list[Fn]":
        """Return, of the methods of classes that are called the same, those of one class: in it, or in the nearest file outside."""
        project = self.project
        if len(there) < 2 or len(project.classes_by_name.get(project.class_(cls).name, ())) < 2:
            return there
        inside = [fn for fn in there if fn.file == cls.file and project.function(fn).cls == cls.index]
        outside = [fn for fn in there if project.function(fn).cls < 0] if not inside else []
        if len({fn.file for fn in outside}) > 1:
            path = project.files[cls.file].path

            def near(at: int) -> tuple[bool, bool, int]:
                other = project.files[at].path
                return at == cls.file, _stem(other) == _stem(path), shared(other, path)

            best = max(near(fn.file) for fn in outside)
            outside = [fn for fn in outside if near(fn.file) == best]
        return inside or outside

    def constructors(self, cls: "Cls") -> "tuple[Fn, ...]":
        """Return the constructors of a class, also those that are written outside of it."""
        name = self.project.class_(cls).name
        there = self.project.methods.get((name, name), ()) if self.project.files[cls.file].language == "cpp" else ()
        return tuple(fn for fn in there if self.project.function(fn).kind == "constructor")

    def around(self, at: int, fn: int, name: str) -> "tuple[Fn, ...]":
        """Return the functions of a plain name in the namespaces that a function stands in or that its file uses, innermost first."""
        file = self.project.files[at]
        outer = fn
        while outer >= 0 and file.functions[outer].parent >= 0:
            outer = file.functions[outer].parent
        here = (self._space_around(at, outer) if outer >= 0 else file.package).split("::")
        there = self.project.functions_by_name.get(name, ())
        free = [(each, space) for each in there if (space := self._space(each)) is not None]
        if not free:
            return ()
        for length in range(len(here), 0, -1):
            if found := [each for each, space in free if space == here[:length]]:
                return self._nearest(at, found)
        used = [dotted(each.module).split(".") for each in file.imports if each.name == "*" and "/" not in each.module]
        found = [each for each, space in free if any(_within(space, words) for words in used)]
        return self._nearest(at, found or [each for each, space in free if not space and self._is_seen(at, each)])

    def classes(self, at: int, name: str, there: "Sequence[Cls]") -> "Sequence[Cls]":
        """Return, of classes that share a last name, those that a qualified name can mean: `std::string` is no `string` of the project's."""
        if self.project.files[at].language != "cpp" or "." not in name:
            return there
        words = self._meant(at, name).split(".")
        return [cls for cls in there if _ends_so(self._whole(cls), words)]

    def begun(self, at: int, chain: str) -> "tuple[Type | None, str]":
        """Return what a chain begins with behind its namespaces, and the rest: `shop.Prices.list`, `shop.prices().list`."""
        words = chain.split(".")
        for length in range(1, len(words)):
            if words[length - 1] not in self.namespaces:
                break
            name, rest = words[length].removesuffix("()"), ".".join(words[length + 1 :])
            on = ".".join(words[:length])
            if self.project.find_class(at, f"{on}.{name}") is not None:
                return self.project.named_type(at, f"{on}.{name}"), rest
            for fn in self.functions(at, on, name)[:1] if words[length].endswith("()") else ():
                returns = self.project.function(fn).returns
                return (self.project.named_type(fn.file, returns) if returns else None), rest
        return None, ""

    # ---- where something stands -------------------------------------------------------------

    def _meant(self, at: int, name: str) -> str:
        """Return a name with a short name for a namespace written out: `namespace db = shop::storage`."""
        first, dot, rest = name.partition(".")
        made = self.project.imported[at].get(first)
        return f"{dotted(made.module)}{dot}{rest}" if made is not None and not made.name else name

    def _space(self, fn: "Fn") -> list[str] | None:
        """Return the namespaces of a function that no class has; None for a method or a lambda."""
        made = self.project.function(fn)
        if self.project.files[fn.file].language != "cpp" or made.cls >= 0 or made.kind == "lambda" or made.parent >= 0:
            return None
        if made.owner and made.owner in self.project.classes_by_name:
            return None
        words = made.space.split("::") if made.space else []
        return [*words, made.owner] if made.owner else words

    def _space_around(self, at: int, fn: int) -> str:
        file = self.project.files[at]
        made = file.functions[fn]
        cls = made.cls
        for _ in range(OUTER_MAX):
            if cls < 0 or file.classes[cls].outer < 0:
                break
            cls = file.classes[cls].outer
        return file.classes[cls].space if cls >= 0 else made.space

    def _whole(self, cls: "Cls") -> list[str]:
        """Return the namespaces, the classes around and the name of a class."""
        made = self.project.class_(cls)
        words = [made.name]
        for _ in range(OUTER_MAX):
            if made.outer < 0:
                break
            made = self.project.files[cls.file].classes[made.outer]
            words.append(made.name)
        return [*(made.space.split("::") if made.space else ()), *reversed(words)]

    def _is_seen(self, at: int, fn: "Fn") -> bool:
        """Whether a file includes the one that a function stands in, or its header."""
        if at not in self._seen:
            level, found = {at}, {at}
            for _ in range(INCLUDES_MAX):
                below = {
                    n for each in level for made in self.project.files[each].imports if made.name == "*"
                    for n in self.project.module_files(each, made.module)
                }  # fmt: skip
                level = below - found
                found |= level
            self._seen[at] = frozenset(_stem(self.project.files[n].path) for n in found)
        return _stem(self.project.files[fn.file].path) in self._seen[at]

    def _nearest(self, at: int, found: "list[Fn]") -> "tuple[Fn, ...]":
        """Return the functions of one file: those of this one, or of the nearest."""
        if len(found) > 1:
            here = self.project.files[at].path
            best = max((fn.file for fn in found), key=lambda n: (n == at, shared(self.project.files[n].path, here)))
            found = [fn for fn in found if fn.file == best]
        return tuple(found) if len(found) <= SAME_NAMES_MAX else ()


def _within(space: list[str], wanted: list[str]) -> bool:
    """Whether a namespace is one that is written so, from wherever: `detail` in `shop::detail`."""
    return space[-len(wanted) :] == wanted


def _ends_so(whole: list[str], words: list[str]) -> bool:
    """Whether a class may be written so: namespaces may be left out, as inline ones are, but none may be wrong."""
    if whole[-1] != words[-1]:
        return False
    left = iter(whole[:-1])
    return all(word in left for word in words[:-1])


def _stem(path: str) -> str:
    """Return the name of a file without its ending: a header and its source share it."""
    return path.rpartition("/")[2].partition(".")[0]
