"""Modules: the parts an application is divided into, what they import of each other, whose tables they touch."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath
from typing import NamedTuple

from backwright.review.facts import Import
from backwright.review.link.data import Data
from backwright.review.link.modulepaths import program_of
from backwright.review.link.names import family_of
from backwright.review.link.project import Project
from backwright.review.regexes import regex

DEPTH_MAX = 3  # folders below the source root that are looked at for modules
TECHNICAL = frozenset(
    "controllers controller services service models model repositories repository entities entity dto dtos views utils util helpers "
    "common shared core lib config configuration middleware middlewares routes api schemas domain infrastructure application web db database "
    "interfaces types exceptions errors constants handlers handler adapters ports cmd internal pkg app src main http rest persistence data "
    "detail details impl storage store stores bolt sqlite sqlite3 postgres postgresql mysql mongo mongodb redis sql gorm orm dao daos dal repo repos ent "
    "presentation extensions mappers security base support components providers requests resources includes include "
    # Folders by kind of class, as Laravel and Symfony lay them out.
    "builders casts enums events facades jobs listeners observers rules values traits contracts policies notifications mail console commands tasks "
    "form forms transformers helpers validators validation attributes pipelines scopes queries actions decorators guards interceptors pipes filters serializers".split()
)
_ROOTS = frozenset("src main java kotlin app lib internal pkg source server backend api scala com org net io".split())


MANIFEST = regex(
    r"(^|/)(Cargo\.toml|pom\.xml|build\.gradle(\.kts)?|package\.json|pyproject\.toml|go\.mod|composer\.json|[^/]+\.csproj)$"
)


class Crossing(NamedTuple):
    """One import from one module to another."""

    source: str
    target: str
    at: int
    line: int
    names: str


class Modules:
    """The modules of one repository."""

    def __init__(self, project: Project, own: Sequence[int], data: Data) -> None:
        self.project, self.own, self.data = project, own, data

    @cached_property
    def of_file(self) -> dict[int, str]:
        """File to the name of its module: the first folder below what all files of a service share."""
        groups: dict[str, list[int]] = defaultdict(list)
        for number in self.own:
            groups[family_of(self.project.files[number])].append(number)
        found: dict[int, str] = {}
        for numbers in groups.values():
            paths = {n: PurePosixPath(self.project.files[n].path).parent.parts for n in numbers}
            root = self._root(list(paths.values()))
            for number, parts in paths.items():
                rest = parts[len(root) :] if parts[: len(root)] == root else parts
                found[number] = "/".join((*root, rest[0])) if rest else "/".join(root) or "."
        return found

    def _root(self, paths: list[tuple[str, ...]]) -> tuple[str, ...]:
        """The folder below which the modules lie: go down while one folder holds nearly everything."""
        root: tuple[str, ...] = ()
        for _ in range(10):
            below = Counter(path[len(root)] for path in paths if len(path) > len(root) and path[: len(root)] == root)
            inside = sum(1 for path in paths if path[: len(root)] == root)
            if not below:
                break
            name, count = below.most_common(1)[0]
            if count >= 0.8 * inside or (len(below) == 1):
                root = (*root, name)
            else:
                break
        deeper = {path[: len(root)] for path in paths}
        return root if any(len(path) > len(root) for path in paths) or len(deeper) <= 1 else root[:-1]

    @cached_property
    def crossings(self) -> list[Crossing]:
        """Every import that leads from one module to another."""
        found: list[Crossing] = []
        for number in self.own:
            source = self.of_file[number]
            for made in self.project.files[number].imports:
                if made.is_type_only:
                    continue
                targets = self._meant(number, made)
                others = {self.of_file.get(each, "") for each in targets} - {"", source}
                found += [Crossing(source, target, number, made.line, made.name or made.module) for target in others]
        return found

    def _meant(self, number: int, made: Import) -> set[int]:
        """The files that an import means for certain: what only ends alike, such as a library of the same name, does not count."""
        project, file = self.project, self.project.files[number]
        targets = set(project.module_files(number, made.module))
        if made.name and made.name != "*":
            targets |= set(project.module_files(number, f"{made.module}.{made.name}"))
            cls = project.find_class(number, made.name)
            if cls is not None and (not targets or cls.file in targets):
                targets = {cls.file}
        elif made.name == "*" and file.language in ("java", "kotlin", "csharp", "php"):
            if any(self.of_file.get(each) == self.of_file[number] for each in targets):
                return set()  # the package lies in several places
            targets = {
                each for each in targets if any(cls.name in self._names[number] for cls in project.files[each].classes)
            }
        return {each for each in targets if self._is_meant(number, made, each)}

    def _is_meant(self, number: int, made: Import, target: int) -> bool:
        file, other = self.project.files[number], self.project.files[target]
        if file.language in ("java", "kotlin", "csharp", "php") and other.package:
            package, named = (re.sub(r"[\\/]+", ".", each).strip(".") for each in (other.package, made.module))
            return f"{named}.".startswith(f"{package}.") and self.of_file[number] not in self._declaring[other.package]
        if file.language == "python" and not made.module.startswith("."):
            path = PurePosixPath(other.path)
            parts = (*path.parent.parts, *((path.stem,) if path.stem != "__init__" else ()))
            module = made.module.split(".")
            for length in (len(module) + 1, len(module)):
                if parts[-length:] in (tuple(module), (*module, made.name)):
                    return "/".join((*parts[:-length], "__init__.py")) not in self._paths
        if file.language == "rust":
            root = made.module.split("::")[0]
            return root in ("crate", "super", "self") or root in self._local_roots
        return True

    @cached_property
    def _declaring(self) -> dict[str, set[str]]:
        """Package to the modules that have files of it: programs beside each other may use the same names."""
        found: dict[str, set[str]] = defaultdict(set)
        for number in self.own:
            found[self.project.files[number].package].add(self.of_file[number])
        return found

    def program(self, path: str) -> str:
        """Return the folder of the nearest manifest above a file: what is built for itself."""
        return program_of(path, self._programs)

    @cached_property
    def _programs(self) -> frozenset[str]:
        return frozenset(path.rpartition("/")[0] for path in self.project.texts if MANIFEST.search(path))

    @cached_property
    def _paths(self) -> frozenset[str]:
        return frozenset(file.path for file in self.project.files)

    @cached_property
    def _local_roots(self) -> frozenset[str]:
        """Names of modules and crates of the repository: what a path in Rust may start with, besides crate and super."""
        paths = [PurePosixPath(file.path) for file in self.project.files if file.language == "rust"]
        return frozenset(
            part.replace("-", "_")
            for path in paths
            for index, part in enumerate(path.parts[:-1])
            if path.parts[index + 1 : index + 2] == ("src",)
        )

    @cached_property
    def _names(self) -> list[set[str]]:
        """For each file: the words of its types and of what its calls are made on."""
        return [
            {
                word
                for text in (
                    *(call.on for call in file.calls), *(call.name for call in file.calls),
                    *(param.type for fn in file.functions for param in fn.params), *(fn.returns for fn in file.functions),
                    *(each.type for cls in file.classes for each in cls.fields), *(base for cls in file.classes for base in cls.bases),
                    *(each.type for each in file.assigns), *(each.base for each in file.reads),
                )
                for word in re.findall(r"\w+", text)
            }
            for file in self.project.files
        ]  # fmt: skip

    @cached_property
    def graph(self) -> dict[str, dict[str, int]]:
        """Module to the modules it imports, with the number of imports."""
        found: dict[str, dict[str, int]] = {name: {} for name in sorted(set(self.of_file.values()))}
        for crossing in self.crossings:
            found[crossing.source][crossing.target] = found[crossing.source].get(crossing.target, 0) + 1
        return found

    @cached_property
    def cycles(self) -> list[tuple[str, ...]]:
        """Groups of modules that reach each other (strongly connected components of two or more).

        A folder that holds other modules is where they are put together: what starts there may know them all.
        """
        outer = {
            name for name in self.graph if name == "." or any(other.startswith(f"{name}/") for other in self.graph)
        }
        graph = {
            name: {t: n for t, n in below.items() if t not in outer}
            for name, below in self.graph.items()
            if name not in outer
        }
        return [tuple(sorted(group)) for group in components(graph) if len(group) > 1]

    @cached_property
    def tables(self) -> dict[str, Counter[str]]:
        """Module to the tables that it reads or writes, with the number of places."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for access in self.data.accesses:
            name = self.of_file.get(access.at)
            if name is not None and access.table:
                found[name][access.table] += 1
        return found


def components(graph: Mapping[str, Mapping[str, int]]) -> list[list[str]]:
    """Return the strongly connected components (Tarjan, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    on: set[str] = set()
    stack: list[str] = []
    found: list[list[str]] = []
    for start in graph:
        if start in index:
            continue
        work = [(start, iter(graph[start]))]
        index[start] = low[start] = len(index)
        stack.append(start)
        on.add(start)
        while work:
            node, below = work[-1]
            step = next((n for n in below if n not in index or n in on), None)
            if step is not None and step not in index:
                index[step] = low[step] = len(index)
                stack.append(step)
                on.add(step)
                work.append((step, iter(graph.get(step, ()))))
                continue
            if step is not None:
                low[node] = min(low[node], index[step])
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[node])
            if low[node] == index[node]:
                group: list[str] = []
                while True:
                    member = stack.pop()
                    on.discard(member)
                    group.append(member)
                    if member == node:
                        break
                found.append(group)
    return found
