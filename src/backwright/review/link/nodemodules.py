"""Node's names of modules: packages of the workspace, what they export, and the aliases of tsconfig.json."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import PurePosixPath
from typing import NamedTuple

from backwright.review.link.modulepaths import normal
from backwright.review.regexes import regex

EXTENDS_MAX = 4  # configurations that build on each other
TARGETS_MAX = 24  # places that one name is looked for
_CONFIGURATION = regex(r"(^|/)[tj]sconfig[^/]*\.json$")
_FOR_TESTS = regex(r"\.(spec|test|e2e|eslint|build-storybook)\.json$")
_BESIDES = regex(r"\"(?:\\.|[^\"\\\n])*\"|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])", re.DOTALL)
_ENDING = regex(r"(\.d)?\.[cm]?[jt]sx?$")
_BUILT = frozenset("dist build lib out esm cjs es types typings".split())  # folders of what a compiler writes
# What of `exports` names the source, or what is made of it.
_CONDITIONS = ("source", "development", "bun", "import", "default", "node", "require", "module", "types", "browser")
_ASKED = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
_MAINS = ("source", "module", "main", "types", "typings")


class Alias(NamedTuple):
    """One line of `paths`: names before and after the star, and where they lead, `*` standing for what the star stood for."""

    before: str
    after: str
    is_open: bool
    targets: tuple[str, ...]


def _read(text: str) -> dict[str, object]:
    """Return a JSON file that may have comments and a comma too many; {} if it is none."""
    try:
        found = json.loads(_BESIDES.sub(lambda m: m[0] if m[0].startswith('"') else " ", text).removeprefix("\ufeff"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _texts(value: object) -> list[str]:
    """Return the texts in what may be one, or a list of them."""
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


def _joined(*parts: str) -> str:
    """Return a path from the root of the repository, as modules are called: without ending, an index file as its folder."""
    return normal(PurePosixPath(_ENDING.sub("", "/".join(part for part in parts if part))))


class NodeModules:
    """What the manifests and configurations of a repository say about names of modules."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._read: dict[str, dict[str, object]] = {}

    def _of(self, path: str) -> dict[str, object]:
        if path not in self._read:
            self._read[path] = _read(self._texts[path])
        return self._read[path]

    def places(self, path: str, module: str) -> Iterator[list[str]]:
        """Yield where a module may lie that a file asks for, most likely first: a group holds what one line of a configuration names.

        Places are paths from the root without ending; nothing is yielded for what nobody in the repository defines.
        """
        for folder in self._above(path):
            yield from self._aliased(self.aliases.get(folder, ()), module)
            if (base := self._bases.get(folder)) is not None and not module.startswith("@"):
                yield [_joined(base, module)]
            if module.startswith("#") and folder in self.packages_at:
                yield from self._exported(folder, self.packages_at[folder].get("imports"), module)
                break
        yield from self._package(module)

    def _above(self, path: str) -> Iterator[str]:
        folder = path.rpartition("/")[0]
        while folder:
            yield folder
            folder = folder.rpartition("/")[0]
        yield ""

    # ---- aliases ------------------------------------------------------------------------------

    @cached_property
    def aliases(self) -> dict[str, tuple[Alias, ...]]:
        """Folder to the aliases that its configurations define, the longest first."""
        found: dict[str, list[Alias]] = {}
        for path in sorted(self._texts, key=lambda each: (len(each), each)):
            folder = path.rpartition("/")[0]
            if _CONFIGURATION.search(path) and not _FOR_TESTS.search(path):
                found.setdefault(folder, []).extend(self._configured(path, EXTENDS_MAX))
            elif path.rpartition("/")[2] == "package.json" and isinstance(
                given := self._of(path).get("_moduleAliases"), dict
            ):
                for name, target in given.items():
                    places = tuple(f"{folder}/{each}" for each in _texts(target))
                    found.setdefault(folder, []).append(Alias(name, "", False, places))
                    starred = tuple(f"{each}/*" for each in places)
                    found[folder].append(Alias(f"{name}/", "", True, starred))
        return {
            folder: tuple(sorted(dict.fromkeys(made), key=lambda each: (each.is_open, -len(each.before))))
            for folder, made in found.items() if made
        }  # fmt: skip

    def _options(self, path: str) -> dict[str, object]:
        made = self._of(path).get("compilerOptions")
        return made if isinstance(made, dict) else {}

    def _configured(self, path: str, hops: int) -> list[Alias]:
        """Return the aliases of one configuration, or of what it extends."""
        folder, options = path.rpartition("/")[0], self._options(path)
        given = options.get("paths")
        if not isinstance(given, dict):
            return [alias for each in self._extended(path) if hops for alias in self._configured(each, hops - 1)]
        base = options.get("baseUrl")
        root = f"{folder}/{base}" if isinstance(base, str) else folder
        return [
            Alias(*_halves(name), tuple(f"{root}/{target}" for target in _texts(targets)))
            for name, targets in given.items() if name != "*"
        ]  # fmt: skip

    def _extended(self, path: str) -> Iterator[str]:
        """Yield the configurations that one builds on, if they lie in the repository."""
        folder = path.rpartition("/")[0]
        for name in _texts(self._of(path).get("extends")):
            first, _, rest = name.partition("/") if not name.startswith("@") else _scoped(name)
            below = f"{folder}/{name}" if name.startswith(".") else f"{self.packages.get(first, folder)}/{rest}"
            place = _plain(below)
            yield from (each for each in (place, f"{place}.json", f"{place}/tsconfig.json") if each in self._texts)

    @cached_property
    def _bases(self) -> dict[str, str]:
        """Folder to the one that names without a dot are looked for in, as its configuration says."""
        return {
            path.rpartition("/")[0]: f"{path.rpartition('/')[0]}/{base}"
            for path in self._texts if re.search(r"(^|/)[tj]sconfig\.json$", path)
            and isinstance(base := self._options(path).get("baseUrl"), str)
        }  # fmt: skip

    def _aliased(self, aliases: Iterable[Alias], module: str) -> Iterator[list[str]]:
        for alias in aliases:
            if not alias.is_open:
                if module == alias.before:
                    yield [_joined(target) for target in alias.targets[:TARGETS_MAX]]
            elif module.startswith(alias.before) and module.endswith(alias.after):
                star = module[len(alias.before) : len(module) - len(alias.after)]
                yield [_joined(target.replace("*", star)) for target in alias.targets[:TARGETS_MAX]]

    # ---- packages -----------------------------------------------------------------------------

    @cached_property
    def packages_at(self) -> dict[str, dict[str, object]]:
        """Folder of each manifest to what it says."""
        return {
            path.rpartition("/")[0]: self._of(path) for path in self._texts if path.rpartition("/")[2] == "package.json"
        }

    @cached_property
    def packages(self) -> dict[str, str]:
        """Name of each package of the repository to its folder; names that two have are nobody's."""
        found: dict[str, list[str]] = {}
        for folder, made in self.packages_at.items():
            if isinstance(name := made.get("name"), str) and name:
                found.setdefault(name, []).append(folder)
        return {name: folders[0] for name, folders in found.items() if len(folders) == 1}

    @cached_property
    def _libraries(self) -> frozenset[str]:
        """What manifests ask for that is no package of the repository, with dots: "@nestjs.common"."""
        asked = (made.get(key) for made in self.packages_at.values() for key in _ASKED)
        names = {name for each in asked if isinstance(each, dict) for name in each}
        return frozenset(name.replace("/", ".") for name in names - self.packages.keys())

    def is_of_library(self, name: str) -> bool:
        """Whether the dotted name of a type begins with that of a library: "bullmq.Queue", "@nestjs.common.Logger"."""
        parts = name.split(".")
        return len(parts) > 1 and (".".join(parts[:2]) if name.startswith("@") else parts[0]) in self._libraries

    def _package(self, module: str) -> Iterator[list[str]]:
        name, _, rest = _scoped(module) if module.startswith("@") else module.partition("/")
        folder = self.packages.get(name)
        if folder is None:
            return
        made = self.packages_at[folder]
        yield from self._exported(folder, made.get("exports"), f"./{rest}" if rest else ".")
        if rest:
            yield [_joined(folder, rest), _joined(folder, "src", rest)]
        else:
            for key in _MAINS:
                yield from (_sources(folder, each) for each in _texts(made.get(key)))
            yield [_joined(folder, "src"), _joined(folder, "src/main"), folder]

    def _exported(self, folder: str, exports: object, wanted: str) -> Iterator[list[str]]:
        """Yield where what a manifest's `exports` or `imports` names lies."""
        if isinstance(exports, dict) and any(key[:1] in (".", "#") for key in exports):
            lines = exports
        else:
            lines = {".": exports}
        for name, value in sorted(lines.items(), key=lambda each: ("*" in each[0], -len(each[0]))):
            before, after, is_open = _halves(name)
            if wanted == name:
                star = ""
            elif is_open and wanted.startswith(before) and wanted.endswith(after):
                star = wanted[len(before) : len(wanted) - len(after)]
            else:
                continue
            for target in _targets(value):
                yield _sources(folder, target.replace("*", star))


def _targets(value: object) -> list[str]:
    """Return the files that one entry of `exports` names, those of the source first."""
    if isinstance(value, dict):
        ordered = [value[key] for key in _CONDITIONS if key in value]
        rest = [each for key, each in value.items() if key not in _CONDITIONS]
        return [text for each in (*ordered, *rest) for text in _targets(each)][:TARGETS_MAX]
    if isinstance(value, list):
        return [text for each in value for text in _targets(each)][:TARGETS_MAX]
    return [value] if isinstance(value, str) else []


def _sources(folder: str, target: str) -> list[str]:
    """Return where the source of a file lies that a manifest names: `dist/orders.js` is made of `src/orders.ts`."""
    parts = [part for part in target.split("/") if part not in (".", "")]
    found = [_joined(folder, *parts)]
    built = next((n for n, part in enumerate(parts[:-1]) if part in _BUILT), None)
    if built is not None:
        rest = parts[built + 1 :]
        while rest[:1] and rest[0] in _BUILT | {"src"} and len(rest) > 1:
            rest = rest[1:]
        found += [_joined(folder, *parts[:built], "src", *rest), _joined(folder, *parts[:built], *rest)]
    return found


def _halves(name: str) -> tuple[str, str, bool]:
    before, star, after = name.partition("*")
    return before, after, bool(star)


def _scoped(module: str) -> tuple[str, str, str]:
    """Return the name of a package with a scope, a slash, and what stands behind it."""
    scope, _, rest = module.partition("/")
    name, slash, below = rest.partition("/")
    return f"{scope}/{name}", slash, below


def _plain(path: str) -> str:
    """Return a path without its dots."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part not in ("", ".", ".."):
            parts.append(part)
    return "/".join(parts)
