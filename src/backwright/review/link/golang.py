"""Go's names: which folder an import means, which class a type is, and which types an interface stands for."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath

from backwright.review.facts import File
from backwright.review.regexes import regex

OURS_SHARE = 0.8  # of the imports below a module's path that must be folders here, if no go.mod says so
MODULE_PARTS = 3  # host, owner and name
EMBEDDED_MAX = 6  # types inside types
_MODULE = regex(r"^module\s+\"?([^\s\"]+)", re.MULTILINE)
_FALSE_ONES = regex(r"mock|fake|stub|testutil|testing", re.IGNORECASE)
_STANDARD = frozenset(
    "archive bufio bytes cmp compress container context crypto database debug embed encoding errors expvar flag fmt go hash "
    "html image index io iter log maps math mime net os path plugin reflect regexp runtime slices sort strconv strings structs "
    "sync syscall testing text time unicode unique unsafe C".split()
)
# Hosts of modules that are always someone else's.
_FOREIGN = (
    "golang.org/",
    "google.golang.org/",
    "gopkg.in/",
    "go.uber.org/",
    "gorm.io/",
    "go.mongodb.org/",
    "go.opentelemetry.io/",
    "k8s.io/",
)


class GoNames:
    """What names mean in the Go files of a repository. Functions and classes are (file, index)."""

    def __init__(self, files: Sequence[File], texts: Mapping[str, str]) -> None:
        self.files = files
        self._texts = texts
        self._modules: dict[tuple[str, str], list[int]] = {}
        self._homes: dict[str, str] = {}
        self._all_methods: dict[tuple[int, int], dict[str, int]] = {}
        self._found: dict[tuple[int, str], tuple[int, int] | None] = {}

    @cached_property
    def folders(self) -> dict[str, list[int]]:
        """Folder ("" for the root) to its Go files."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, file in enumerate(self.files):
            if file.language == "go":
                found[folder_of(file.path)].append(number)
        return found

    def package_files(self, at: int) -> list[int]:
        """Return the files of the package that a file belongs to, with itself."""
        return self.folders.get(folder_of(self.files[at].path), [at])

    def same_package(self, one: int, other: int) -> bool:
        """Whether two files are of one package."""
        return folder_of(self.files[one].path) == folder_of(self.files[other].path)

    # ---- imports ----------------------------------------------------------------------------

    def module_files(self, at: int, module: str) -> list[int]:
        """Return the files of the package that an import in a file means, () if it is not the repository's."""
        home = self._home(folder_of(self.files[at].path))
        if (home, module) not in self._modules:
            folder = self._folder(home, module)
            self._modules[home, module] = self.folders.get(folder, []) if folder is not None else []
        return self._modules[home, module]

    def _home(self, folder: str) -> str:
        """The folder of the go.mod that a folder's files belong to."""
        if folder not in self._homes:
            above = [
                root for _, root in self._written_roots if not root or folder == root or folder.startswith(f"{root}/")
            ]
            self._homes[folder] = max(above, key=len, default="")
        return self._homes[folder]

    def package(self, at: int, module: str) -> str:
        """Return what an imported package of the repository calls itself, "" for any other."""
        numbers = self.module_files(at, module)
        return next((self.files[n].package for n in numbers if not self.files[n].is_test), "")

    @cached_property
    def _written_roots(self) -> list[tuple[str, str]]:
        """(module path, folder of its go.mod), longest first."""
        found = []
        for path, text in self._texts.items():
            told = _MODULE.search(text) if PurePosixPath(path).name == "go.mod" else None
            if told:
                found.append((told[1], folder_of(path)))
        return sorted(found, key=lambda each: -len(each[0]))

    def _folder(self, home: str, module: str) -> str | None:
        for name, folder in sorted(self._written_roots, key=lambda root: root[1] != home):
            if module == name or module.startswith(f"{name}/"):
                whole = "/".join(part for part in (folder, module[len(name) + 1 :]) if part)
                return whole if whole in self.folders else None
        if self._written_roots or group_of(module) not in self._own_groups:
            return None
        return self._by_ending(module)

    def _by_ending(self, module: str) -> str | None:
        """The folder that an import ends with; the longest ending counts."""
        parts = module.split("/")
        for start in range(len(parts)):
            ending = "/".join(parts[start:])
            if ending in self.folders:
                return ending
            below = self._endings.get(ending)
            if below:
                return min(below, key=len)
        group = group_of(module)
        rest = module[len(group) + 1 :]
        return "" if not rest and "" in self.folders and self._package("") not in ("", "main") else None

    @cached_property
    def _endings(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for folder in self.folders:
            parts = folder.split("/")
            for start in range(1, len(parts)):
                found["/".join(parts[start:])].append(folder)
        return found

    def _package(self, folder: str) -> str:
        return next(
            (self.files[n].package for n in self.folders.get(folder, ()) if not self.files[n].is_test),
            "",
        )

    @cached_property
    def _own_groups(self) -> frozenset[str]:
        """The beginnings of imports that are this repository's: nearly all imports below them are folders here."""
        all_: dict[str, set[str]] = defaultdict(set)
        for file in self.files:
            if file.language == "go":
                for made in file.imports:
                    if made.module.partition("/")[0] not in _STANDARD and not made.module.startswith(_FOREIGN):
                        all_[group_of(made.module)].add(made.module)
        return frozenset(
            group
            for group, modules in all_.items()
            if sum(self._by_ending(module) is not None for module in modules) >= OURS_SHARE * len(modules)
        )

    # ---- types ------------------------------------------------------------------------------

    @cached_property
    def _classes(self) -> dict[tuple[str, str], tuple[int, int]]:
        """(folder, name) to the type; what is no test comes first."""
        found: dict[tuple[str, str], tuple[int, int]] = {}
        for folder, numbers in self.folders.items():
            for number in sorted(numbers, key=lambda n: self.files[n].is_test):
                for index, made in enumerate(self.files[number].classes):
                    found.setdefault((folder, made.name), (number, index))
        return found

    def find_class(self, at: int, name: str) -> tuple[int, int] | None:
        """Return the type that `Order` or `models.Order` means in a file, None if it is not the repository's."""
        if (at, name) not in self._found:
            self._found[at, name] = self._find_class(at, name)
        return self._found[at, name]

    def _find_class(self, at: int, name: str) -> tuple[int, int] | None:
        file = self.files[at]
        package, _, last = name.rpartition(".")
        if not package:
            found = self._classes.get((folder_of(file.path), last))
            stars = [made.module for made in file.imports if made.alias == "*"] if found is None else []
            return found or next(
                (each for module in stars if (each := self._in(self.module_files(at, module), last)) is not None),
                None,
            )
        if "." in package:
            return None
        for made in file.imports:
            if made.alias == package:
                return self._in(self.module_files(at, made.module), last)
        for made in file.imports:  # a package that is called otherwise than its folder
            numbers = self.module_files(at, made.module)
            if numbers and self.files[numbers[0]].package == package:
                return self._in(numbers, last)
        return None

    def _in(self, numbers: Sequence[int], name: str) -> tuple[int, int] | None:
        return self._classes.get((folder_of(self.files[numbers[0]].path), name)) if numbers else None

    # ---- interfaces -------------------------------------------------------------------------

    @cached_property
    def _sets(self) -> dict[tuple[str, str], dict[str, int]]:
        """(folder, type) to its own methods with the number of their parameters."""
        found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        for folder, numbers in self.folders.items():
            for number in numbers:
                if not self.files[number].is_test:
                    for made in self.files[number].functions:
                        if made.owner and made.kind == "method":
                            found[folder, made.owner][made.name] = len(made.params)
        return found

    def _method_set(self, cls: tuple[int, int], depth: int = 0) -> dict[str, int]:
        """All methods of a type, with those of what it embeds."""
        if cls not in self._all_methods:
            self._all_methods[cls] = {}  # a cycle ends here
            self._all_methods[cls] = self._made_set(cls, depth)
        return self._all_methods[cls]

    def _made_set(self, cls: tuple[int, int], depth: int) -> dict[str, int]:
        file = self.files[cls[0]]
        made = file.classes[cls[1]]
        found: dict[str, int] = {}
        for base in made.bases if depth < EMBEDDED_MAX and made.kind != "alias" else ():
            held = self.find_class(cls[0], base.lstrip("*").partition("[")[0])
            if held is not None and held != cls:
                found |= self._method_set(held, depth + 1)
        return found | self._sets.get((folder_of(file.path), made.name), {})

    @cached_property
    def _makers(self) -> dict[str, list[tuple[int, int]]]:
        """Name of a method to the types, no interfaces, that have it."""
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for cls in self._classes.values():
            file = self.files[cls[0]]
            if file.classes[cls[1]].kind in ("struct", "type") and not file.is_test:
                for name in self._method_set(cls):
                    found[name].append(cls)
        return found

    def implementers(self, cls: tuple[int, int]) -> list[tuple[int, int]]:
        """Return the types that have all methods of an interface, with as many parameters; real ones before stand-ins for tests."""
        wanted = self._method_set(cls)
        if not wanted:
            return []
        rarest = min(wanted, key=lambda name: len(self._makers.get(name, ())))
        found = [
            each for each in self._makers.get(rarest, ()) if each != cls and _covers(self._method_set(each), wanted)
        ]
        real = [each for each in found if not self._is_false(each)]
        return real or found

    def _is_false(self, cls: tuple[int, int]) -> bool:
        file = self.files[cls[0]]
        return bool(_FALSE_ONES.search(file.classes[cls[1]].name) or _FALSE_ONES.search(file.path))


def _covers(own: Mapping[str, int], wanted: Mapping[str, int]) -> bool:
    return all(own.get(name) == count for name, count in wanted.items())


def folder_of(path: str) -> str:
    """Return the folder of a path, "" for the root."""
    return path.rpartition("/")[0]


def group_of(module: str) -> str:
    """Return the part of an import's path that says whose it is."""
    parts = module.split("/")
    return "/".join(parts[:MODULE_PARTS]) if "." in parts[0] else parts[0]
