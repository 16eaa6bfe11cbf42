"""All files of a repository, and where each name that stands in one of them leads."""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath
from typing import NamedTuple

from backwright.review.facts import NEW, Arg, Assign, Call, Class, File, Function, Import
from backwright.review.link import jvmtypes
from backwright.review.link.codeigniterloads import loaded
from backwright.review.link.containers import asked_for, class_asked_for, is_new_self
from backwright.review.link.cppnames import CppNames
from backwright.review.link.csharpnames import CSharpNames
from backwright.review.link.djangotypes import DjangoTypes
from backwright.review.link.eloquent import of_model
from backwright.review.link.exports import Exports
from backwright.review.link.golang import GoNames
from backwright.review.link.heirs import ABSTRACT, heirs_of, overriding, standing_for
from backwright.review.link.javascript import EXPORTS, Stars, called, exported_name, field_name, files_of, wanted_in
from backwright.review.link.jsclasses import class_handed_on, class_taken_out, getter
from backwright.review.link.jsrefs import unpacked
from backwright.review.link.jvmnames import JVM, filled_in, in_module, inner_class, qualified, unimported, unqualified
from backwright.review.link.kotlinextensions import is_extension, starred
from backwright.review.link.labels import label_of
from backwright.review.link.modulepaths import is_ours, module_path, nearness, normal, shared
from backwright.review.link.names import by_name_alone, family_of, in_namespace, method_alone, nearest_first
from backwright.review.link.nodemodules import NodeModules
from backwright.review.link.overloads import overloaded
from backwright.review.link.perfile import PerFile, grouped
from backwright.review.link.pythonnames import held
from backwright.review.link.pythontypes import PythonTypes
from backwright.review.link.rustmodules import HANDS_OVER, RustModules
from backwright.review.link.rusttraits import RustTraits
from backwright.review.link.typenames import behind, heart_of
from backwright.review.link.types import INSTANCE, OWN_TYPES, Written, beginnings, dotted, package_of_class, written

HOPS_MAX = 6  # how many aliases, re-exports or base classes are followed for one name
ANCESTORS_MAX = 24  # of one class, all levels together
SAME_NAMES_MAX = 4  # a method name that more classes have says nothing about which is meant
OVERLOADING = frozenset({"java", "kotlin", "csharp", "cpp"})
SELVES = frozenset({"self", "this", "$this", "cls", "super()", "super", "parent", "static", "base", "Self"})


class Fn(NamedTuple):
    """A function of the project: which file, which index in it."""

    file: int
    index: int  # type: ignore[assignment]  # the method of a tuple is not needed


class Cls(NamedTuple):
    """A class of the project."""

    file: int
    index: int  # type: ignore[assignment]


class Type(NamedTuple):
    """What a value is.

    Attributes:
        name: Dotted name as far as known, "django.db.models.Model" or "Order".
        cls: The class, if it is one of the project's.
        args: Names of the type's arguments: ("Order", "Long").
    """

    name: str
    cls: Cls | None = None
    args: tuple[str, ...] = ()
    is_many: bool = False


NOTHING = Type("")


class Project:
    """Names of all files. Answers are kept: asking twice costs nothing."""

    def __init__(self, files: Sequence[File], texts: Mapping[str, str] | None = None) -> None:
        """`texts`: manifests that say what the repository's own modules are called (path to content)."""
        self.files = list(files)
        self._texts = texts or {}
        self.go = GoNames(self.files, self._texts)
        self.rust, self.cpp, self.csharp = RustModules(self), CppNames(self), CSharpNames(self)
        self.django, self.python, self.traits = DjangoTypes(self), PythonTypes(self), RustTraits(self)
        self._types: dict[tuple[int, int, str], Type] = {}
        self._resolved: dict[tuple[int, int, str, str], tuple[Fn, ...]] = {}
        self._ancestors: dict[Cls, tuple[str, ...]] = {}
        self._families: dict[Cls, tuple[Cls, ...]] = {}
        self._modules: dict[tuple[int, str], list[int]] = {}
        self._implementations: dict[tuple[Cls, str], tuple[Fn, ...]] = {}
        self._classes: dict[tuple[int, str], Cls | None] = {}
        self.alone: dict[tuple[str, str, bool], tuple[Fn, ...]] = {}
        self.kept: dict[Hashable, object] = {}

    # ---- lookups --------------------------------------------------------------------------

    @property
    def texts(self) -> Mapping[str, str]:
        """Manifests and other files that are no source (path to content)."""
        return self._texts

    def file_of(self, fn: Fn | Cls) -> File:
        """Return the file that something stands in."""
        return self.files[fn.file]

    def function(self, fn: Fn) -> Function:
        """Return a function's facts."""
        return self.files[fn.file].functions[fn.index]

    def class_(self, cls: Cls) -> Class:
        """Return a class's facts."""
        return self.files[cls.file].classes[cls.index]

    def label(self, fn: Fn) -> str:
        """Return how a person calls a function: "OrderService.recent"; a lambda is called as what holds it."""
        return label_of(self, fn)

    @cached_property
    def functions_by_name(self) -> dict[str, list[Fn]]:
        """Functions and methods by their own name."""
        all_ = (Fn(number, index) for number, file in enumerate(self.files) for index in range(len(file.functions)))
        return grouped((name, fn) for fn in all_ if (name := called(self, fn)) not in ("", "return"))

    @cached_property
    def classes_by_name(self) -> dict[str, list[Cls]]:
        """Classes by simple name."""
        classes = (
            (number, index, made) for number, file in enumerate(self.files) for index, made in enumerate(file.classes)
        )
        return grouped((made.name, Cls(number, index)) for number, index, made in classes)

    @cached_property
    def methods(self) -> dict[tuple[str, str], list[Fn]]:
        """(name of the class, name of the method) to methods; for Go and Rust by the receiver's type."""
        found: dict[tuple[str, str], list[Fn]] = defaultdict(list)
        for number, file in enumerate(self.files):
            for index, made in enumerate(file.functions):
                name = made.name if made.kind != "lambda" else field_name(file, index)
                if made.owner and name:
                    found[made.owner, name].append(Fn(number, index))
        return found

    @cached_property
    def assigned(self) -> PerFile[dict[tuple[int, str], list[Assign]]]:
        """For each file: (function, target) to its assignments."""
        return PerFile(self.files, lambda file: grouped(((each.fn, each.target), each) for each in file.assigns))

    @cached_property
    def calls_by_name(self) -> dict[str, list[tuple[int, int]]]:
        """Last word of a call to (file, index of the call)."""
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, file in enumerate(self.files):
            for index, call in enumerate(file.calls):
                found[call.name].append((number, index))
        return found

    @cached_property
    def imported(self) -> list[dict[str, Import]]:
        """For each file: alias to import."""
        found = [{made.alias: made for made in file.imports if made.alias != "*"} for file in self.files]
        for number, file in enumerate(self.files):
            if file.language == "go":  # a package may be called otherwise than its folder
                for made in file.imports:
                    package = self.go.package(number, made.module)
                    if package and made.alias not in ("_", ".", package) and made.alias in made.module.replace("-", ""):
                        found[number].setdefault(package, made)
        return found

    # ---- modules --------------------------------------------------------------------------

    @cached_property
    def _by_module(self) -> dict[tuple[str, str], list[int]]:
        """(language family, name of a module) to files; all suffixes of a Python or JS path are names."""
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, file in enumerate(self.files):
            family = family_of(file)
            path = PurePosixPath(file.path)
            if family in ("python", "javascript", "cpp", "rust", "php"):
                stem = path.with_suffix("") if family != "cpp" else path
                indexes = ("__init__",) if family == "python" else ("index", "mod", "lib")
                if stem.name in indexes and family not in ("cpp", "php"):
                    stem = stem.parent
                parts = stem.parts
                for start in range(max(0, len(parts) - 7), len(parts)):
                    found[family, "/".join(parts[start:])].append(number)
            if file.package:
                found[family, dotted(file.package)].append(number)
        return found

    def module_files(self, at: int, module: str) -> list[int]:
        """Return the files that a module name means when it stands in file number `at`."""
        key = (at, module)
        if key not in self._modules:
            self._modules[key] = self._module_files(at, module)
        return self._modules[key]

    def _module_files(self, at: int, module: str) -> list[int]:
        file = self.files[at]
        family = family_of(file)
        if family == "python":
            if module.startswith("."):
                dots = len(module) - len(module.lstrip("."))
                here = PurePosixPath(file.path).parents[dots - 1 : dots]
                wanted = "/".join([*(here[0].parts if here else ()), *[p for p in module[dots:].split(".") if p]])
                return self.exactly(family, wanted)
            return self.nearest(family, module.replace(".", "/"), at)
        if family == "javascript":
            return list(files_of(self, at, module))
        if family == "cpp":
            beside = normal(PurePosixPath(file.path).parent / module)
            return self.nearest(family, beside, at) or self.nearest(family, module.lstrip("./"), at)
        if family == "go":
            return self.go.module_files(at, module)
        if family == "rust":
            parts = [p for p in re.split(r"::|[./]", module) if p not in ("", "crate", "self", "super")]
            return self.rust.files(at, module) or (self.nearest(family, "/".join(parts), at) if parts else [])
        return nearest_first(self, at, self._by_module.get((family, dotted(module)), []))

    @cached_property
    def node(self) -> NodeModules:
        """What manifests and configurations say about Node's names of modules."""
        return NodeModules(self._texts)

    def exactly(self, family: str, path: str) -> list[int]:
        """Return the files of a module by its whole path."""
        wanted = path.strip("/")
        found = self._by_module.get((family, "/".join(wanted.split("/")[-7:])), [])
        return [n for n in found if self._module_paths[n] == wanted]

    @cached_property
    def _module_paths(self) -> list[str]:
        return [module_path(file) for file in self.files]

    def nearest(self, family: str, path: str, at: int) -> list[int]:
        """Return the file of a module by the end of its path, the nearest to file number `at` of several."""
        found = self._by_module.get((family, path), [])
        if len(found) < 2:
            return found
        here = self.files[at].path
        return [max(found, key=lambda n: nearness(family, self._module_paths[n], path, here, self.files[n].path))]

    # ---- classes --------------------------------------------------------------------------

    def find_class(self, at: int, name: str, hops: int = HOPS_MAX) -> Cls | None:
        """Return the class that a name means in a file, or None if it is not the project's."""
        if hops < HOPS_MAX:
            return self._find_class(at, name, hops)
        key = (at, name)
        if key not in self._classes:
            self._classes[key] = self._find_class(at, name, hops)
        return self._classes[key]

    def _find_class(self, at: int, name: str, hops: int) -> Cls | None:
        name = dotted(name)
        if self.files[at].language == "go":
            return Cls(*go) if (go := self.go.find_class(at, name)) is not None else None
        last = name.rpartition(".")[2]
        there = self.cpp.classes(at, name, self.classes_by_name.get(last, ()))
        if not there or hops == 0:
            made = self.imported[at].get(name.partition(".")[0]) if hops else None
            if made is not None and made.name and made.name not in ("*", name) and "." not in name:
                foreign = not self.module_files(at, made.module) and not is_ours(made.module, self.files[at])
                left = None if foreign and made.alias == name else self.find_class(at, made.name, 0)
                return self._imported_class(at, made, made.name, hops) or left
            if not there:
                return None
        if "." in name and self.files[at].language in JVM:
            return qualified(self, at, name)
        here = [cls for cls in there if cls.file == at] or in_namespace(self, at, name, there)
        if here:
            return here[0]
        made = self.imported[at].get(name.partition(".")[0])
        if made is not None:
            wanted = made.name if made.name not in ("", "*") and "." not in name else last
            found = self._imported_class(at, made, wanted, hops)
            if found is not None:
                return found
            if self.files[at].language in JVM:  # an import says the whole name
                return None
            if not self.module_files(at, made.module) and not is_ours(made.module, self.files[at]):
                return None if len(there) != 1 or self.files[at].language in ("python", "javascript") else there[0]
        family = family_of(self.files[at])
        same = [cls for cls in there if family_of(self.files[cls.file]) == family]
        package = self.files[at].package
        if package and family == "java":
            return unimported(self, at, same)
        near = [cls for cls in same if package and self.files[cls.file].package == package]
        if near:
            return near[0]
        if family in ("python", "javascript") and made is None and at not in self._starred:
            return same[0] if len(same) == 1 else None
        here_path = self.files[at].path
        return max(same, key=lambda cls: shared(self.files[cls.file].path, here_path)) if same else None

    @cached_property
    def _starred(self) -> frozenset[int]:
        """Files that import all of a module."""
        return frozenset(at for at, file in enumerate(self.files) if any(made.name == "*" for made in file.imports))

    def _imported_class(self, at: int, made: Import, name: str, hops: int) -> Cls | None:
        if hops == 0:
            return None
        for module in (made.module, made.inner):
            for number in self.module_files(at, module):
                for index, cls in enumerate(self.files[number].classes):
                    if cls.name == name:
                        return Cls(number, index)
                again = self.imported[number].get(name)
                if again is not None and number != at:
                    found = self._imported_class(number, again, again.name or name, hops - 1)
                    if found is not None:
                        return found
                if again is None and (handed := class_handed_on(self, number, name)) is not None:
                    return handed
        return inner_class(self, at, made, name)

    def ancestors(self, cls: Cls) -> tuple[str, ...]:
        """Return the dotted names of a class and all it inherits from, nearest first."""
        if cls not in self._ancestors:
            names: list[str] = []
            todo, seen = [cls], {cls}
            while todo and len(names) < ANCESTORS_MAX:
                each = todo.pop(0)
                made = self.class_(each)
                names.append(made.name)
                todo += [part for part in self.csharp.parts(each) if part not in seen]
                seen.update(self.csharp.parts(each))
                for base in made.bases:
                    heart = written(base)
                    found = self.find_class(each.file, heart.name)
                    if found is not None and found not in seen:
                        seen.add(found)
                        todo.append(found)
                    if found is None or family_of(self.files[cls.file]) not in ("python",):
                        names.append(self.absolute(each.file, heart.name))
            self._ancestors[cls] = tuple(dict.fromkeys(names))
        return self._ancestors[cls]

    def base_classes(self, cls: Cls) -> tuple[Cls, ...]:
        """Return a class and those of the project that it inherits from, nearest first."""
        if cls not in self._families:
            found = [cls, *(part for part in self.csharp.parts(cls) if part != cls)]
            for each in found:
                named = (self.find_class(each.file, written(base).name) for base in self.class_(each).bases)
                for up in (*named, *self.traits.bases(each)):
                    if up is not None and up not in found and len(found) < ANCESTORS_MAX:
                        found += [part for part in self.csharp.parts(up) if part not in found]
            self._families[cls] = tuple(found)
        return self._families[cls]

    @cached_property
    def heirs(self) -> dict[Cls, list[Cls]]:
        """Class or interface to the classes that name it as a base."""
        return heirs_of(self)

    def absolute(self, at: int, name: str) -> str:
        """Return a dotted name with its first word replaced by what it was imported as."""
        name = dotted(name)
        first, dot, rest = name.partition(".")
        called = first.endswith("()")
        made = self.imported[at].get(first.removesuffix("()"))
        if made is None:
            return name
        module = dotted(made.module.replace("/", "."))
        whole = f"{module}.{made.name}" if made.name not in ("", "*", "default") else module
        is_top = not made.name and "." in made.module and made.alias == made.module.partition(".")[0]
        if is_top and self.files[at].language == "python":
            whole = made.alias  # Python: `import a.b` binds a
        return f"{whole}{'()' if called else ''}{dot}{rest}"

    # ---- types ----------------------------------------------------------------------------

    def type_of(self, at: int, fn: int, chain: str) -> Type:
        """Return what a chain such as `self.repo` or `order` is, in a function of file `at`."""
        key = (at, fn, chain)
        if key not in self._types:
            self._types[key] = NOTHING  # a cycle ends here
            known = self._type_of(at, fn, chain)
            self._types[key] = known if known.cls is not None else self._row(self.django.typed(at, fn, chain), known)
        return self._types[key]

    def _row(self, model: Cls | None, known: Type) -> Type:
        return Type(self.class_(model).name, model) if model is not None else known

    def _type_of(self, at: int, fn: int, chain: str) -> Type:
        first, _, rest = chain.replace("->", ".").partition(".")
        is_own = self.files[at].language != "csharp" and self._is_receiver(at, fn, first)
        if first in SELVES or is_own or is_new_self(self, at, first):
            cls = self.own_class(at, fn) or self.traits.own(at, fn)
            known = self.type_of_class(cls) if cls is not None else NOTHING
        elif first.endswith("()"):
            known = self.returned_by(at, fn, "", first[:-2])
        elif (
            self.files[at].language == "go"
            and first in self.imported[at]
            and (made := rest.partition(".")[0]).endswith("()")
        ):
            known = self.returned_by(at, fn, first, made[:-2])
            rest = rest.partition(".")[2]
        elif self.files[at].language == "rust" and rest and (held := self.rust.class_in(at, chain)):
            known, rest = self.type_of_class(held[0]), held[1]
        else:
            known = self._variable(at, fn, first)
            if known is NOTHING and first.endswith("]"):  # orders[i]
                known = self._variable(at, fn, first.partition("[")[0])._replace(is_many=False)
        return self._along(at, known, first, rest)

    def _along(self, at: int, known: Type, first: str, rest: str) -> Type:
        for word in rest.split(".") if rest else ():
            if known is NOTHING or known.cls is None:
                return self._class_of_module(at, first, rest)
            inner = self._given_by(at, known, word[:-2]) if word.endswith("()") else self.member(known, word, at)
            if inner is NOTHING and word in HANDS_OVER and self.files[at].language == "rust":
                continue
            known = inner
        return known

    def _given_by(self, at: int, on: Type, name: str) -> Type:
        """Return what a method gives."""
        if (known := jvmtypes.told(self, on, name)) is not None:
            return known
        language = self.files[at].language
        if on.cls is not None and language == "cpp" and INSTANCE.match(name):
            return Type(self.class_(on.cls).name, on.cls)  # also if a base gives it: Singleton<Orders>
        there = self.method(on.cls, name) if on.cls is not None else ()
        for found in self.traits.declared(on.cls, there, name)[:1]:
            bound = self.csharp.given(at, on, name, self.function(found).returns) if language == "csharp" else None
            return bound or self._returned(found, on.cls)
        return NOTHING

    def _returned(self, fn: Fn, of: Cls | None) -> Type:
        """Return what a function gives, as its signature says. `of`: the class of the object that it is called on."""
        heart = heart_of(self, fn.file, self.function(fn).returns)
        if heart.name in OWN_TYPES and (cls := of or self.own_class(*fn)) is not None:
            return Type(self.class_(cls).name, cls, (), heart.is_many)
        returns = self.function(fn).returns
        if (known := self.traits.typed(*fn, returns, of)) is not None:
            return known
        return self.named_type(fn.file, returns) if heart.name else self.python.returned(fn, of) or NOTHING

    def _class_of_module(self, at: int, first: str, rest: str) -> Type:
        """Return the class in `models.Order`, where `models` is an imported module; in Go, also the variable in `database.Conn`."""
        made, last = self.imported[at].get(first), rest.rpartition(".")[2]
        if self.files[at].language == "cpp":
            known, rest = self.cpp.begun(at, f"{first}.{rest}")
            return self._along(at, known, "", rest) if known else NOTHING
        if made is None or not last[:1].isupper():
            return self.python.of_module(at, made, rest) or NOTHING
        found = self.find_class(at, f"{first}.{rest}")
        if found is None and self.files[at].language == "go" and self.module_files(at, made.module):
            return self._exported(at, Import(made.module, last, last))
        return Type(self.class_(found).name, found) if found is not None else NOTHING

    def _is_receiver(self, at: int, fn: int, name: str) -> bool:
        for _ in range(HOPS_MAX):
            if fn < 0:
                return False
            made = self.files[at].functions[fn]
            if made.receiver:
                return made.receiver == name
            fn = made.parent
        return False

    def own_class(self, at: int, fn: int) -> Cls | None:
        """Return the class that a function is a method of, also from within its lambdas."""
        file = self.files[at]
        for _ in range(HOPS_MAX):
            if fn < 0:
                return None
            made = file.functions[fn]
            if made.cls >= 0:
                return Cls(at, made.cls)
            if made.owner:
                return self.find_class(at, made.owner)
            fn = made.parent
        return None

    def _variable(self, at: int, fn: int, name: str) -> Type:
        file, scope = self.files[at], fn
        for _ in range(HOPS_MAX):
            for assign in self.assigned[at].get((scope, name), ()):
                known = self._of_assign(at, assign)
                if known is not NOTHING and not (file.language == "go" and known.name.startswith(f"{name}.")):
                    return known
            if scope < 0:
                break
            made = file.functions[scope]
            for place, param in enumerate(made.params):
                if param.name == name:
                    if param.type:
                        return self.traits.typed(at, scope, param.type) or self.named_type(at, param.type)
                    if (held := jvmtypes.parameter(self, at, scope)) is not None:
                        return held
                    if made.loop >= 0 and name in file.loops[made.loop].vars:
                        return self._element(at, made.loop)
                    if file.language == "csharp":
                        return self.csharp.values.handed(at, scope, place) or NOTHING
                    return self.python.parameter(at, scope, param) or NOTHING
            scope = made.parent
        for loop_number, loop in enumerate(file.loops):
            if name in loop.vars and loop.fn == fn:
                return self._element(at, loop_number)
        cls = self.own_class(at, fn)
        if cls is not None and file.language not in ("python", "javascript", "php", "go", "rust"):
            known = self.member(Type("", cls), name, at)
            if known is not NOTHING:
                return known
            for _ in range(HOPS_MAX):  # a field of the class that this one is written in
                if cls.file != at or file.classes[cls.index].outer < 0:
                    break
                cls = Cls(at, file.classes[cls.index].outer)
                known = self.member(Type("", cls), name)
                if known is not NOTHING:
                    return known
        if file.language == "csharp" and self.csharp.is_of_framework(at, fn, name):
            return NOTHING
        taken = self.traits.parameter(at, fn, name) or class_taken_out(self, at, fn, name)
        if (found := taken or self.find_class(at, name)) is not None:
            return self.type_of_class(found)
        if (made_import := self.imported[at].get(name)) is not None:
            return self._exported(at, made_import)
        return self._of_package(at, name) if file.language in ("go", "kotlin", "cpp") else NOTHING

    def _of_package(self, at: int, name: str) -> Type:
        file = self.files[at]
        for number in self.go.package_files(at) if file.language == "go" else self.module_files(at, file.package):
            for assign in self.assigned[number].get((-1, name), ()):
                return self._of_assign(number, assign)
        return NOTHING

    def _element(self, at: int, loop: int) -> Type:
        made = self.files[at].loops[loop]
        value = made.value
        known = self._of_value(at, made.fn, value) if value is not None and value.kind == "call" else NOTHING
        if known is NOTHING:
            known = self.type_of(at, made.fn, made.over)
        if known.cls is None and value is not None and self.files[at].language == "csharp":
            known = self.csharp.values.of_value(at, made.fn, value) or known
        known = known if known.cls is not None else self._row(self.django.element(at, loop), known)
        return known._replace(is_many=False)

    def _exported(self, at: int, made: Import) -> Type:
        for number in self.module_files(at, made.module):
            if self.files[number].language == "javascript" and made.name not in ("", "*", "default"):
                for handed in self.exports.handed_on(number, made.name):
                    every = [a for n in EXPORTS for a in self.assigned[handed].get((-1, n), ())]
                    known = next((k for a in every if (k := self._of_assign(handed, a)) is not NOTHING), NOTHING)
                    if known is not NOTHING:
                        return known
            names = [made.name] if made.name not in ("", "*") else [made.alias, "module.exports", "default"]
            for assign in (each for name in names for each in self.assigned[number].get((-1, name), ())):
                if (known := self._of_assign(number, assign)) is not NOTHING:
                    return known
        if not self.module_files(at, made.module):
            return Type(self.absolute(at, made.alias))
        return self.python.handed_on(at, made) or NOTHING

    def _of_assign(self, at: int, assign: Assign) -> Type:
        if assign.type and assign.type != "static":
            return self.named_type(at, assign.type)
        return jvmtypes.assigned(self, at, assign) or self._of_value(at, assign.fn, assign.value)

    def value_type(self, at: int, fn: int, value: Arg) -> Type:
        """Return the type of a value."""
        return self._of_value(at, fn, value)

    def _of_value(self, at: int, fn: int, value: Arg) -> Type:
        if (told := self.python.of_value(at, fn, value)) is not None:
            return told
        if value.kind == "call":
            if typed := self.csharp.asked(at, value):
                return self.named_type(at, typed)
            on, _, name = value.text.removesuffix("().ConfigureAwait").rpartition(".")
            asked = class_asked_for(self, at, value.text, value.items)
            return Type(self.class_(asked).name, asked) if asked is not None else self.returned_by(at, fn, on, name)
        if value.kind == "name" and value.text:
            return self.type_of(at, fn, value.text)
        return NOTHING

    def type_of_class(self, cls: Cls) -> Type:
        """Return the type that a class of the project is."""
        return Type(self.class_(cls).name, cls)

    def named_type(self, at: int, source: str) -> Type:
        """Return a type from how it is written."""
        if (known := self.traits.named(at, source)) is not None:
            return known
        known = self._named(at, heart) if (heart := heart_of(self, at, source)).name else NOTHING
        is_own = known.cls is not None and source.isidentifier()  # a class that is called like a collection
        return known._replace(is_many=False) if is_own and self.files[at].language in JVM else known

    def _named(self, at: int, heart: Written) -> Type:
        at, heart = behind(self, at, heart)
        cls = self.find_class(at, heart.name)
        name = self.absolute(at, heart.name) if cls is None else self.class_(cls).name
        return Type(name, cls, *heart[1:])

    def member(self, of: Type, name: str, at: int = -1) -> Type:
        """Return the type of a field or property. `at`: where the type is written, for what it binds."""
        if of.cls is None:
            return NOTHING
        name = name.removesuffix("[]")
        for cls in self.base_classes(of.cls):
            made = self.class_(cls)
            for field in made.fields:
                if field.name == name:
                    if field.type:
                        names = self.csharp if self.files[cls.file].language == "csharp" else self.traits
                        bound = names.bound(at, of, cls, field.type) if at >= 0 else None
                        return bound or self.named_type(cls.file, field.type)
                    if (model := self.django.field(of.cls, cls.file, field)) is not None:
                        return self._row(model, NOTHING)
                    known = self._of_value(cls.file, -1, field.value) if field.value else NOTHING
                    if known is not NOTHING or self.files[cls.file].language not in ("python", "php"):
                        return known
            known = self.python.property_(cls, name) or getter(self, cls, name) or self._assigned_member(cls, name)
            if known is not NOTHING:
                return known
        held = loaded(self, of.cls, name)
        return self.type_of_class(held) if held is not None else self.traits.associated(of.cls, name) or NOTHING

    def _assigned_member(self, cls: Cls, name: str) -> Type:
        wanted = (f"this.{name}", f"$this.{name}")
        for number, receiver in self._receivers.get(cls, ()):
            for target in (f"{receiver}.{name}", *wanted) if receiver else wanted:
                for assign in self.assigned[cls.file].get((number, target), ()):
                    known = self._of_assign(cls.file, assign)
                    if known is not NOTHING:
                        return known
        return NOTHING

    @cached_property
    def _receivers(self) -> dict[Cls, list[tuple[int, str]]]:
        """Class to its methods, with what they call their object."""
        return grouped(
            (Cls(at, made.cls), (number, made.receiver))
            for at, file in enumerate(self.files) for number, made in enumerate(file.functions)
            if made.cls >= 0 and made.kind in ("constructor", "method")
        )  # fmt: skip

    def returned_by(self, at: int, fn: int, on: str, name: str) -> Type:
        """Return what a call gives: a constructed class, a project function's declared type, or its dotted name."""
        if not on:
            if (cls := self.find_class(at, name)) is not None:
                return self.type_of_class(cls)
        elif (known := jvmtypes.told(self, self.type_of(at, fn, on), name)) is not None:
            return known
        if (found := self.resolve(at, fn, on, name)) and not self.cpp.is_singleton(at, on, name):
            found = self.traits.declared(self.type_of(at, fn, on).cls, found, name) if on else found
            made = self.function(found[0])
            if made.kind == "constructor" and (not on or not self.traits.is_of_trait(found[0])):
                return Type(made.owner, Cls(found[0].file, made.cls) if made.cls >= 0 else None)
            if made.returns and (bound := self.csharp.returned(at, fn, on, name, found[0])) is not None:
                return bound
            if made.returns or not (on[:1].isupper() and INSTANCE.match(name)):
                return self._returned(found[0], self.type_of(at, fn, on).cls if on else None)
        if on:
            if name[:1].isupper() and (cls := self.find_class(at, f"{on}.{name}")) is not None:
                return Type(self.class_(cls).name, cls)
            if name in ("new", "New", "create", "builder", "default", "Default") or INSTANCE.match(name):
                if (cls := self.find_class(at, on)) is not None:
                    return Type(self.class_(cls).name, cls)
            if (model := of_model(self, at, fn, on, name) or self.traits.handed(at, fn, on, name)) is not None:
                return model
        return Type(f"{self.canonical(at, fn, on)}.{name}()" if on else f"{self.absolute(at, name)}()")

    # ---- canonical names ------------------------------------------------------------------

    def canonical(self, at: int, fn: int, chain: str) -> str:
        """Return a chain with its root replaced by what it is: "requests.Session()", "django.db.models".

        An object of a known type is written as the type's dotted name with "()".
        """
        if not chain:
            return ""
        made = self.imported[at].get(chain.replace("->", ".").partition(".")[0].removesuffix("()"))
        if made is not None and not self.module_files(at, made.module):
            return self.absolute(at, chain)
        known = self.type_of(at, fn, chain)
        if known.name:
            is_told = known.name.endswith("()") or self._is_class_name(at, fn, chain, known)
            return known.name if is_told else f"{known.name}()"
        for start, rest in beginnings(chain, whole=self.files[at].language == "go"):
            if (root := self.type_of(at, fn, start)).name:
                is_told = root.name.endswith("()") or self._is_class_name(at, fn, start, root)
                return f"{root.name if is_told else f'{root.name}()'}.{rest}"
        return dotted(chain)

    def _is_class_name(self, at: int, fn: int, chain: str, known: Type) -> bool:
        """Whether the chain names the class itself (a static call) and not an object of it."""
        return chain.rpartition(".")[2] == known.name.rpartition(".")[2] and chain[:1].isupper()

    # ---- calls ----------------------------------------------------------------------------

    def resolve(self, at: int, fn: int, on: str, name: str) -> tuple[Fn, ...]:
        """Return the project's functions that a call may run; () if it leads outside or is not known."""
        if name not in self._names and name not in self.imported[at]:
            return ()
        asked = (at, fn, on, name)
        if (known := self._resolved.get(asked)) is None:
            known = self._resolved[asked] = self._resolve(*asked)
        return known

    def _resolve(self, at: int, fn: int, on: str, name: str) -> tuple[Fn, ...]:
        if not on:
            return self._plain(at, fn, name)
        language = self.files[at].language
        if language == "rust" and on.startswith(("super", "crate")):
            found = self._of_modules(at, on, name)
            if found or on in ("super", "crate"):
                return found
        if language == "python" and (found := self.django.resolve(at, fn, on, name)):
            return found
        known = self.type_of(at, fn, on)
        if language in JVM and (ran := jvmtypes.run_on(self, at, fn, known, name)) is not None:
            return ran
        if language == "csharp":
            return self.csharp.called(at, fn, on, name, known)
        if language == "rust" and (ran := self.traits.run_on(at, fn, known, on, name)) is not None:
            return ran
        if known.cls is not None and language != "rust":
            return self.method(known.cls, name)
        if modules := self.python.module(at, fn, on):
            return next(
                (found for each in modules if (found := self.in_file(each, name) or self._handed(each, name))), ()
            )
        if language == "rust" and "." in on and (found := self._of_modules(at, on, name)):
            return found
        if known.name and self._is_foreign(at, on, known.name):
            return ()
        if language == "cpp" and (not known.name or on in self.imported[at]) and self.cpp.is_space(at, on):
            return self.cpp.functions(at, on, name)
        if (made := self.imported[at].get(on.partition(".")[0])) is not None:
            files = (self.module_files(at, made.inner) if made.name else []) or self.module_files(at, made.module)
            for number in files:
                if found := self.in_file(number, name) or self._handed(number, name):
                    return found
            if self.files[at].language == "javascript" and files and "." not in on:
                for number in [file for each in files for file in self.exports.handed_on(each, made.name)]:
                    if found := self.in_file(number, name):
                        return found
                if on[:1].isupper():  # a model: what it has is the library's
                    return ()
            if not files or self.files[at].language == "go":
                return ()
        if self.files[at].language in ("rust", "cpp", "php") and on[:1].islower():
            if found := self._of_modules(at, on.replace("::", "/").replace(".", "/"), name):
                return found
        if self.files[at].language == "javascript":
            for number in self.exports.decorated.get(on.rpartition(".")[2], ()):
                if decorated := self.in_file(number, name):
                    return decorated
        return method_alone(self, at, fn, on, name, known)

    def _of_modules(self, at: int, module: str, name: str) -> tuple[Fn, ...]:
        """Return the function of a module, or the one of that name that it hands on."""
        files = self.module_files(at, module)
        return next((found for each in files if (found := self.in_file(each, name) or self._handed(each, name))), ())

    @cached_property
    def _names(self) -> frozenset[str]:
        """All names of functions and classes, and those that they have only where they are handed on: `pub use users::routes as user_routes`."""
        renamed = (each.alias for file in self.files for each in file.imports if each.alias != each.name)
        return frozenset((*self.functions_by_name, *self.classes_by_name, *renamed))

    def _handed(self, number: int, name: str) -> tuple[Fn, ...]:
        """Return the function that a module hands on under a name."""
        made = self.imported[number].get(name)
        return self._imported_function(number, made, name, HOPS_MAX) if made else self.stars.function(number, name)

    def _is_foreign(self, at: int, on: str, name: str) -> bool:
        """Go, Python: whether what a call is made on is a value of a type that is not the project's, and no package of its own."""
        if self.files[at].language == "python":
            return bool(top := package_of_class(name)) and not self.module_files(at, top)
        made = self.imported[at].get(on)
        return self.files[at].language == "go" and (made is None or not self.module_files(at, made.module))

    def _plain(self, at: int, fn: int, name: str) -> tuple[Fn, ...]:
        file = self.files[at]
        found = self.in_file(at, name) or unqualified(self, at, fn, name) or unpacked(self, at, fn, name)
        if found or (found := held(self, at, name)):
            return found
        made = self.imported[at].get(name)
        if made is not None:
            return self._imported_function(at, made, name, HOPS_MAX)
        if file.language in ("rust", "python") and at in self._starred and (found := self.stars.function(at, name)):
            return found
        cls = self.own_class(at, fn) if file.language != "go" else None
        if cls is not None and (found := self.method(cls, name)):
            return found
        if file.language == "cpp" and (found := self.cpp.around(at, fn, name)):
            return found
        cls = self.find_class(at, name)
        if cls is not None:
            keys = ((self.class_(cls).name, "__init__"), (name, name), (name, "constructor"))
            made_by = [f for key in keys for f in self.methods.get(key, ()) if f.file == cls.file]
            return tuple(made_by[:1]) or self.cpp.constructors(cls)[:1]
        if file.language == "csharp":
            return self.csharp.plain(at, fn, name)
        if file.language in ("go", "kotlin", "cpp", "java", "php"):
            same = [  # PHP falls back to functions of no namespace
                f for f in self.functions_by_name.get(name, ()) if self.function(f).kind != "lambda" and (
                self._same_package(at, f.file) or (file.language == "php" and (self.files[f.file].language, self.files[f.file].package) == ("php", "")))
            ]  # fmt: skip
            plain = [f for f in same if not self.function(f).owner or file.language == "kotlin"]
            if plain:
                return tuple(in_module(self, at, plain)[:SAME_NAMES_MAX])
        if file.language == "kotlin" and (found := starred(self, at, name)):
            return found
        is_open = at in self._starred or file.language in ("kotlin", "cpp", "rust", "javascript")
        return by_name_alone(self, at, name) if is_open else ()

    def _same_package(self, one: int, other: int) -> bool:
        a, b = self.files[one], self.files[other]
        return a.package == b.package and (a.language != "go" or self.go.same_package(one, other))

    def in_file(self, at: int, name: str) -> tuple[Fn, ...]:
        return tuple(
            f for f in self.functions_by_name.get(name, ())
            if f.file == at and (not self.function(f).owner or self.function(f).kind == "lambda" or is_extension(self, f))
        )[:1]  # fmt: skip

    def _imported_function(self, at: int, made: Import, name: str, hops: int) -> tuple[Fn, ...]:
        for number in self.module_files(at, made.module):
            wanted = wanted_in(self, number, made, name)
            if found := self.in_file(number, wanted):
                return found
            again = self.imported[number].get(wanted)
            if again is not None and hops and number != at:
                if found := self._imported_function(number, again, wanted, hops - 1):
                    return found
            if again is None and (found := self.stars.function(number, wanted)):
                return found
            if made.name == "default" or not made.name:  # whatever the module exports
                exported = [f for f, fact in enumerate(self.files[number].functions) if fact.name in EXPORTS]
                if exported:
                    return (Fn(number, exported[0]),)
                if self.files[number].language == "javascript" and (under := exported_name(self, number)):
                    return under
        cls = self.find_class(at, name)
        if cls is not None:
            return tuple(f for f in self.methods.get((self.class_(cls).name, "__init__"), []) if f.file == cls.file)[:1]
        return ()

    @cached_property
    def stars(self) -> Stars:
        return Stars(self)

    @cached_property
    def exports(self) -> Exports:
        """JavaScript: what modules and servers hand on under a name."""
        return Exports(self)

    def method(self, cls: Cls, name: str) -> tuple[Fn, ...]:
        """Return the method that an object of this class has: its own, inherited, or those of its heirs."""
        if self.files[cls.file].language == "rust":
            return self.traits.method(cls, name)
        for each in self.base_classes(cls):
            own = self.methods_of(each, name)
            concrete = [f for f in own if self.class_(each).kind not in ("interface", "trait") or self._has_body(f)]
            if (
                concrete
                and self.files[cls.file].language in ABSTRACT
                and (under := overriding(self, cls, concrete[0], name))
            ):
                return under
            if concrete:
                return tuple(concrete[:1])
            if own and self.files[each.file].language == "go":
                return self._implemented(each, name) or tuple(own[:1])
        if self.files[cls.file].language == "csharp":
            return standing_for(self, cls, name)[:SAME_NAMES_MAX]
        found: list[Fn] = []
        for heir in self.all_heirs(cls):
            found += filled_in(self, heir, name)
        found = list(dict.fromkeys(found))[:SAME_NAMES_MAX]
        return tuple(found or self.methods_of(cls, name)[:1]) or self.python.beside(cls, name)

    def _implemented(self, interface: Cls, name: str) -> tuple[Fn, ...]:
        """Go: the methods of the types that have all that an interface asks for, if they are few."""
        key = (interface, name)
        if key not in self._implementations:
            self._implementations[key] = ()  # a type that embeds the interface has its methods from it
            made = [fn for each in self.go.implementers(interface) for fn in self.method(Cls(*each), name)[:1]]
            self._implementations[key] = tuple(dict.fromkeys(made)) if len(made) <= SAME_NAMES_MAX else ()
        return self._implementations[key]

    def _has_body(self, fn: Fn) -> bool:
        return fn.index in self._busy[fn.file] and self.files[fn.file].language != "go"

    def does_something(self, fn: Fn) -> bool:
        """Whether a function has a body that is not empty."""
        return fn.index in self._busy[fn.file]

    @cached_property
    def _busy(self) -> list[set[int]]:
        """For each file: the functions in which something is done; the others are declared, or empty."""
        return [
            {c.fn for c in f.calls} | {r.fn for r in f.returns} | {a.fn for a in f.assigns} | {r.fn for r in f.reads}
            for f in self.files
        ]

    def methods_of(self, cls: Cls, name: str) -> list[Fn]:
        """Return the methods of that name that a class has itself."""
        made = self.class_(cls)
        there = self.methods.get((made.name, name), [])
        if there and self.files[cls.file].language == "go":
            return [f for f in there if self.go.same_package(f.file, cls.file)]
        if there and self.files[cls.file].language == "csharp":
            there = [f for f in there if self.function(f).receiver in ("", "this")]  # others only extend it
        if self.files[cls.file].language == "cpp" or len(there) < 2:
            return self.cpp.methods(cls, there)
        if self.files[cls.file].language == "rust":  # what is written elsewhere: of this type, and not of its namesakes
            return [f for f in there if self.find_class(f.file, made.name) == cls] or there
        exact = [f for f in there if f.file == cls.file and self.function(f).cls in (cls.index, -2, -1)]
        return exact or [f for f in there if self._same_package(f.file, cls.file)]

    def all_heirs(self, cls: Cls) -> Iterable[Cls]:
        """Return all that inherits from a class, also through others."""
        todo, seen = [cls], {cls}
        while todo and len(seen) < ANCESTORS_MAX:
            for heir in self.heirs.get(todo.pop(), ()):
                if heir not in seen:
                    seen.add(heir)
                    todo.append(heir)
                    yield heir

    def resolve_call(self, at: int, call: Call) -> tuple[Fn, ...]:
        """Return the project's functions that a call may run."""
        cls = self.find_class(at, call.name) if call.flags & NEW and not call.on else None
        if call.flags & NEW and not call.on and (cls is not None or self.files[at].language != "python"):
            return (tuple(self.constructors(cls)[:1]) or self.cpp.constructors(cls)[:1]) if cls is not None else ()
        found = self.resolve(at, call.fn, call.on, call.name)
        found = found or asked_for(self, at, call) or jvmtypes.behind_call(self, at, call)
        return overloaded(self, at, found, call) if found and self.files[at].language in OVERLOADING else found

    def constructors(self, cls: Cls) -> list[Fn]:
        """Return the constructors of a class."""
        made = enumerate(self.files[cls.file].functions)
        return [Fn(cls.file, n) for n, each in made if each.cls == cls.index and each.kind == "constructor"]
