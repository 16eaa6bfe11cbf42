"""Rust: what a trait leads to: `S: Store` of a type parameter, `impl Store for PgStore` wherever it stands, `impl<T: Store> Lists for T`, `type Tx: Transaction`."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from backwright.review.facts import Class, Function
from backwright.review.link.heirs import HEIRS_MAX
from backwright.review.link.rustmodules import HANDS_OVER
from backwright.review.link.types import AROUND, MANY, Written, dotted, split, written
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Cls, Fn, Project, Type

_AROUND = regex(r"(\w+)\s*<(.*)>$")
_TYPE = regex(r"[A-Z]\w*[a-z]\w*$")
_HOPS_MAX = 8  # closures and blocks around a place


class Impl(NamedTuple):
    """An `impl` and the file that it stands in."""

    at: int
    made: Class


class RustTraits:
    """Names of Rust that lead somewhere by a trait. What stands in tests implements nothing for the others."""

    def __init__(self, project: "Project") -> None:
        self.project = project

    # ---- indexes ----------------------------------------------------------------------------

    @cached_property
    def _impls(self) -> "dict[Cls, list[Impl]]":
        """Types of the project, and what is implemented for them."""
        found: dict[Cls, list[Impl]] = defaultdict(list)
        for impl in self._all():
            if (cls := self.project.find_class(impl.at, impl.made.name)) is not None:
                found[cls].append(impl)
        return found

    @cached_property
    def _blanket(self) -> "dict[Cls, list[tuple[Cls, Impl]]]":
        """Trait to the traits that all that have it are given, `impl<T: Store> Lists for T`, each with what gives it."""
        found: dict[Cls, list[tuple[Cls, Impl]]] = defaultdict(list)
        for impl in self._all():
            bounds = _bounds(impl.made.typed, impl.made.name) if impl.made.bases else ()
            trait = self._trait(impl) if bounds else None
            for bound in bounds if trait is not None else ():
                if (of := self.project.find_class(impl.at, bound)) is not None and trait is not None and of != trait:
                    found[of].append((trait, impl))
        return found

    @cached_property
    def _given(self) -> "dict[Cls, list[Impl]]":
        """Trait to what gives it to all that have another one."""
        found: dict[Cls, list[Impl]] = defaultdict(list)
        for there in self._blanket.values():
            for trait, impl in there:
                found[trait].append(impl)
        return found

    def _all(self) -> Iterator[Impl]:
        for at, file in enumerate(self.project.files):
            if not file.is_test:
                yield from (Impl(at, made) for made in file.impls)

    def _trait(self, impl: Impl) -> "Cls | None":
        return self.project.find_class(impl.at, written(impl.made.bases[0]).name) if impl.made.bases else None

    def bases(self, cls: "Cls") -> "Iterator[Cls]":
        """Yield the traits that a type has by an `impl` wherever it stands, and those that all have that have a trait."""
        for impl in self._impls.get(cls, ()):
            if (trait := self._trait(impl)) is not None:
                yield trait
        for trait, _ in self._blanket.get(cls, ()):
            yield trait

    def heirs(self) -> "Iterator[tuple[Cls, Cls]]":
        """Yield each trait with each type of the project that has it."""
        for cls, impls in self._impls.items():
            for impl in impls:
                if (trait := self._trait(impl)) is not None:
                    yield trait, cls

    # ---- methods ----------------------------------------------------------------------------

    def method(self, cls: "Cls", name: str) -> "tuple[Fn, ...]":
        """Return what a call on something of a type runs: its own method, that of a trait it has, or those of all that have the trait, if they are few."""
        declared: list[tuple[Cls, Fn]] = []
        for each in self.project.base_classes(cls):
            for fn in self._own(each, name)[:1]:
                if self.project.class_(each).kind != "trait":
                    return (fn,)
                declared.append((each, fn))
        found: dict[Fn, None] = {}
        for trait, fn in declared:
            if self.project.does_something(fn):
                found.setdefault(fn)
            if self.project.class_(cls).kind == "trait":
                found.update(dict.fromkeys(self._filled_in(trait, name)))
            found.update(dict.fromkeys(self._given_to_all(trait, name)))
        return tuple(found) if 0 < len(found) <= HEIRS_MAX else tuple(fn for _, fn in declared[:1])

    def declared(self, cls: "Cls | None", found: "tuple[Fn, ...]", name: str) -> "tuple[Fn, ...]":
        """Return what says the type that a call gives: of several methods that a trait leads to the one of the trait."""
        if len(found) < 2 or cls is None or self.project.class_(cls).kind != "trait":
            return found
        there = (fn for each in self.project.base_classes(cls) for fn in self._own(each, name) if self.is_of_trait(fn))
        return tuple(there)[:1] or found

    def is_of_trait(self, fn: "Fn") -> bool:
        """Whether a function stands in a trait of Rust, so that what it calls Self is what it is called on."""
        file, made = self.project.files[fn.file], self.project.function(fn)
        return file.language == "rust" and made.cls >= 0 and file.classes[made.cls].kind == "trait"

    def _own(self, cls: "Cls", name: str) -> "list[Fn]":
        there = self.project.methods_of(cls, name)
        if self.project.class_(cls).kind != "trait":
            return there
        return [fn for fn in there if fn.file == cls.file and self.project.function(fn).cls == cls.index]

    def _filled_in(self, trait: "Cls", name: str) -> "Iterator[Fn]":
        for heir in self.project.all_heirs(trait):
            if not self.project.files[heir.file].is_test:
                yield from (fn for fn in self._own(heir, name)[:1] if self.project.does_something(fn))

    def _given_to_all(self, trait: "Cls", name: str) -> "Iterator[Fn]":
        for impl in self._given.get(trait, ()):
            for fn in self.project.methods.get((impl.made.name, name), ()):
                if fn.file == impl.at and impl.made.line <= self.project.function(fn).line <= impl.made.end:
                    yield fn

    def run_on(self, at: int, fn: int, known: "Type", on: str, name: str) -> "tuple[Fn, ...] | None":
        """Return what a call runs on something of a known type; None if it may be known otherwise: it has more than a trait that is known of it says."""
        if known.cls is None:
            return None
        if known.is_many and not on.endswith("]") and known.name not in MANY:
            return ()  # what lists have is the library's
        found = self.method(known.cls, name)
        if found or self.project.class_(known.cls).kind != "trait":
            return found
        declared = next((param.type for each in self._around(at, fn) for param in each.params if param.name == on), on)
        others = self._parameters(at, fn, written(declared).name)
        return next((found for other in others if (found := self.method(other, name))), None)

    def handed(self, at: int, fn: int, on: str, name: str) -> "Type | None":
        """Return what a call hands over of what it is made on, if that is of a type of the project: `open(path).map_err(Failed)?`."""
        if self.project.files[at].language != "rust" or f"{name}()" not in HANDS_OVER:
            return None
        known = self.project.type_of(at, fn, on)
        return known if known.cls is not None else None

    # ---- types ------------------------------------------------------------------------------

    def parameter(self, at: int, fn: int, name: str) -> "Cls | None":
        """Return the first trait of the project that a type parameter is bound by: Store of `fn list<S: Store>(...)`."""
        return next(self._parameters(at, fn, name), None)

    def _parameters(self, at: int, fn: int, name: str) -> "Iterator[Cls]":
        for each in self._around(at, fn):
            for bound in _bounds(each.typed, name):
                if (cls := self.project.find_class(at, bound)) is not None:
                    yield cls

    def _around(self, at: int, fn: int) -> Iterator[Function]:
        """Yield a function of Rust and those that it is written in."""
        functions = self.project.files[at].functions if self.project.files[at].language == "rust" else ()
        for _ in range(_HOPS_MAX):
            if fn < 0 or not functions:
                return
            yield functions[fn]
            fn = functions[fn].parent

    def own(self, at: int, fn: int) -> "Cls | None":
        """Return what `self` is where all that have a trait are given another: Store in `impl<T: Store> Lists for T`."""
        owner = next((each.owner for each in self._around(at, fn) if each.owner), "")
        return self.parameter(at, fn, owner) if owner else None

    def typed(self, at: int, fn: int, source: str, of: "Cls | None" = None) -> "Type | None":
        """Return the type of what is declared so in a function if a type parameter or an associated type stands in it. `of`: what Self is."""
        if self.project.files[at].language != "rust" or not source:
            return None
        if (known := self.named(at, source)) is not None:
            return known
        heart = written(source)
        first, _, last = heart.name.partition(".")
        cls = (
            (of or self.project.own_class(at, fn) or self.own(at, fn))
            if first == "Self"
            else self.parameter(at, fn, first)
        )
        if cls is None or (first == "Self" and not last):
            return None
        if last:
            return self.associated(cls, last)
        return self._type(cls, is_many=heart.is_many)

    def named(self, at: int, source: str) -> "Type | None":
        """Return a type whose outermost name is not what it is elsewhere: the project's own `State<A, S>`, or `use axum::extract::State as AxumState`."""
        if self.project.files[at].language != "rust":
            return None
        found = _AROUND.match(source)
        if found is None:
            return self._behind_alias(at, source)
        args = split(found[2], ",")
        made = self.project.imported[at].get(found[1])
        if made is not None and made.alias != made.name and made.name in AROUND:
            return self.project.named_type(at, args[0])
        is_foreign = made is not None and not self.project.module_files(at, made.module)
        cls = self.project.find_class(at, found[1]) if not is_foreign else None
        if cls is not None and found[1] in AROUND and [each.name for each in self.project.class_(cls).fields] == ["0"]:
            return self.project.named_type(at, args[0])  # Query(page): Query<Page>, an extractor of the project's
        if cls is not None and self.project.class_(cls).typed:
            return self._type(cls)._replace(args=tuple(each.strip() for each in args))
        return self.named(at, args[0].strip()) if cls is None and found[1] in AROUND else None

    def _behind_alias(self, at: int, source: str) -> "Type | None":
        """Return what a name of a type stands for: `type Orders = Arc<dyn Store>`, also where it is handed on."""
        name = dotted(source).rpartition(".")[2]
        if name not in self._aliases or self.project.find_class(at, source) is not None:
            return None
        module, _, _ = source.rpartition("::")
        places = self.project.module_files(at, module) if module else [at]
        return next((known for place in places if (known := self._alias(place, name, _HOPS_MAX)) is not None), None)

    def _alias(self, at: int, name: str, hops: int) -> "Type | None":
        for told in self.project.assigned[at].get((-1, name), ()):
            return self.project.named_type(at, told.type) if told.type and told.type != name else None
        made = self.project.imported[at].get(name)
        handed = [made] if made is not None else [each for each in self.project.files[at].imports if each.name == "*"]
        for each in handed if hops else ():
            for number in self.project.module_files(at, each.module):
                if number != at and (known := self._alias(number, each.name if made is not None else name, hops - 1)):
                    return known
        return None

    @cached_property
    def _aliases(self) -> frozenset[str]:
        """All names of types that stand for others."""
        return frozenset(
            each.target
            for file in self.project.files if file.language == "rust"
            for each in file.assigns if each.fn < 0 and each.type and _TYPE.match(each.target)
        )  # fmt: skip

    def bound(self, at: int, of: "Type", cls: "Cls", source: str) -> "Type | None":
        """Return the type of a field whose type is a parameter of its struct's: what is given for it, or the trait that it is bound by."""
        typed = [each for each in self.project.class_(cls).typed if not each.startswith("Self::")]
        names = [each.partition(":")[0] for each in typed]
        heart = written(source) if names else Written("")
        if heart.name not in names:
            return None
        args = [each for each in of.args if not each.startswith("'")]
        if of.cls == cls and len(args) == len(names):
            known = self.project.named_type(at, args[names.index(heart.name)])
            if known.cls is not None:
                return known._replace(is_many=heart.is_many)
        bounds = [(cls.file, each) for each in _bounds(tuple(typed), heart.name)]
        for impl in self._impls.get(cls, ()):
            bounds += [(impl.at, each) for each in _bounds(impl.made.typed, heart.name)]
        for file, bound in bounds:
            if (trait := self.project.find_class(file, bound)) is not None:
                return self._type(trait, is_many=heart.is_many)
        return None

    def associated(self, cls: "Cls", name: str) -> "Type | None":
        """Return what an associated type is: what an `impl` says, the trait that it is bound by, or what the only one says that has its trait."""
        told = self._told(cls, name)
        if told is not None or self.project.class_(cls).kind != "trait":
            return told
        for each in self.project.base_classes(cls):
            for bound in _bounds(self.project.class_(each).typed, f"Self::{name}"):
                if (trait := self.project.find_class(each.file, bound)) is not None:
                    return self._type(trait)
        having = [heir for heir in self.project.all_heirs(cls) if self.project.class_(heir).kind != "trait"]
        return self._told(having[0], name) if len(having) == 1 else None

    def _told(self, cls: "Cls", name: str) -> "Type | None":
        wanted = f"Self::{name} = "
        for impl in self._impls.get(cls, ()):
            for each in impl.made.typed:
                if each.startswith(wanted):
                    return self.project.named_type(impl.at, each.removeprefix(wanted))
        return None

    def _type(self, cls: "Cls", *, is_many: bool = False) -> "Type":
        return self.project.type_of_class(cls)._replace(is_many=is_many)


def _bounds(typed: tuple[str, ...], name: str) -> list[str]:
    """Return what a type parameter is bound by."""
    start = f"{name}: "
    return [bound for each in typed if each.startswith(start) for bound in each.removeprefix(start).split(" + ")]
