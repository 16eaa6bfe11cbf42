"""Rust: the files that a path of modules means: `crate::orders::store`, `super::rows`, `shop_store::orders`."""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from backwright.review.link.modulepaths import normal
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Cls, Project

_PACKAGE = regex(r"^\[package\][^\[]*?^name\s*=\s*\"([\w-]+)\"", re.MULTILINE | re.DOTALL)
_PARTS = regex(r"::|[./]")
# What gives the object that a lock, a smart pointer, an Option or a Result holds.
HANDS_OVER = frozenset(
    f"{name}()"
    for name in (
        "lock read write borrow borrow_mut as_ref as_mut as_deref get_ref get_mut inner into_inner clone cloned to_owned "
        "unwrap expect unwrap_or_default unwrap_or_else ok ok_or ok_or_else map_err context with_context load_full"
    ).split()
)
_BESIDE = "#path"  # see the reader
_HOPS_MAX = 4  # modules that are handed on under another path

_Place = tuple[str, tuple[str, ...]]  # folder of a crate's source, modules below it


class RustModules:
    """Modules by their crate and path. What a file declares inside itself (`mod tests { }`) is part of that file."""

    def __init__(self, project: "Project") -> None:
        self.project = project

    def files(self, at: int, path: str, hops: int = _HOPS_MAX) -> list[int]:
        """Return the files of the module that a path means in file number `at`; [] if it is of another crate or not known."""
        parts = [part.removeprefix("r#") for part in _PARTS.split(path) if part]
        root, here = self._places[at]
        if not parts or not hops:
            return []
        if parts[0] == _BESIDE:
            return self._beside(at, parts[1:], hops)
        if parts[0] == "crate":
            return self._below((root, ()), parts[1:], hops)
        if parts[0] in ("self", "super"):
            while parts and parts[0] in ("self", "super"):
                here = here[:-1] if parts.pop(0) == "super" else here
            return self._below((root, here), parts, hops)
        for place in ((root, here), (root, ())):
            if (place[0], (*place[1], parts[0])) in self._by_place:
                return self._below(place, parts, hops)
        if len(inside := self._beyond.get((root, here, parts[0]), [])) == 1:
            return self._below(inside[0], parts[1:], hops)
        if (crate := self.crates.get(parts[0])) is not None:
            return self._below((crate, ()), parts[1:], hops)
        return self._handed(at, parts, hops)

    def class_in(self, at: int, chain: str) -> "tuple[Cls, str] | None":
        """Return the class that a chain begins with and what is left of it: `shop_store::Orders::new()`."""
        words = chain.split(".")
        place = next((n for n, word in enumerate(words) if word[:1].isupper()), 0)
        name = words[place]
        if not place or name not in self.project.classes_by_name:
            return None
        for number in self.files(at, "::".join(words[:place])):
            cls = self.project.find_class(number, name)
            if cls is not None and (cls.file == number or self.project.imported[number].get(name)):
                return cls, ".".join(words[place + 1 :])
        return None

    def _below(self, place: _Place, parts: Sequence[str], hops: int) -> list[int]:
        for done, part in enumerate(parts):
            if (place[0], (*place[1], part)) not in self._by_place:
                files = self._by_place.get(place, [])
                handed = next((found for at in files if (found := self._handed(at, parts[done:], hops))), [])
                return handed or (self._inline(place, parts[done:]) if hops == _HOPS_MAX else [])
            place = (place[0], (*place[1], part))
        return self._by_place.get(place, [])

    def _inline(self, place: _Place, parts: Sequence[str]) -> list[int]:
        """Return the files of `mod v1 { pub mod orders; }`, which has none itself: its own things stand in the file around it."""
        root, here = place
        if len(parts) == 1 and (beyond := self._beyond.get((root, here, parts[0]), ())):
            return self._by_place[beyond[0]] if len(beyond) == 1 else []
        if len(parts) > 1:
            return self._by_place.get((root, (*here, *parts)), [])
        declared = (at for at in self._by_place.get(place, []) if parts and parts[0] not in self.project.imported[at])
        return list(declared) if parts and parts[0].islower() else []

    @cached_property
    def _beyond(self) -> dict[tuple[str, tuple[str, ...], str], list[_Place]]:
        """Modules in a folder that is no module of a file, by what stands around the folder and their name."""
        found: dict[tuple[str, tuple[str, ...], str], list[_Place]] = defaultdict(list)
        for root, parts in self._by_place:
            if len(parts) > 1 and (root, parts[:-1]) not in self._by_place:
                found[root, parts[:-2], parts[-1]].append((root, parts))
        return dict(found)

    def _beside(self, at: int, parts: Sequence[str], hops: int) -> list[int]:
        """Return the files of a module whose place an attribute says, from the folder of the file on."""
        folder = PurePosixPath(self.project.files[at].path).parent
        for length in range(1, len(parts) + 1):
            there = self._by_path.get(normal(folder / f"{'/'.join(parts[:length])}.rs"))
            if there is not None:
                return self._below(self._places[there], parts[length:], hops) if parts[length:] else [there]
        return []

    @cached_property
    def _by_path(self) -> dict[str, int]:
        return {self.project.files[at].path: at for at in self._places}

    def _handed(self, at: int, parts: Sequence[str], hops: int) -> list[int]:
        """`use crate::orders::store;`, `pub use store::rows as lines;` and `pub use store::*;`: what begins with a name that a file imports."""
        made = self.project.imported[at].get(parts[0])
        if made is not None:
            return self.files(at, "::".join((made.inner, *parts[1:])), hops - 1)
        stars = (each.module for each in self.project.files[at].imports if each.name == "*") if hops > 1 else ()
        told = (self.files(at, "::".join((module, *parts)), hops - 1) for module in stars)
        return next((found for found in told if found), [])

    @cached_property
    def crates(self) -> dict[str, str]:
        """Name of each crate of the workspace, as its manifest says, to the folder of its source."""
        found: dict[str, str] = {}
        for path, text in self.project.texts.items():
            if path.endswith("Cargo.toml") and (named := _PACKAGE.search(text)):
                found[named[1].replace("-", "_")] = f"{path.removesuffix('Cargo.toml')}src"
        for file in self.project.files if not found else ():
            if file.path.endswith("/src/lib.rs"):
                folder = file.path.removesuffix("/src/lib.rs")
                found.setdefault(folder.rpartition("/")[2].replace("-", "_"), f"{folder}/src")
        return found

    @cached_property
    def _places(self) -> dict[int, _Place]:
        """Where each file of Rust stands."""
        rust = {at: PurePosixPath(file.path) for at, file in enumerate(self.project.files) if file.language == "rust"}
        roots = {str(path.parent) for path in rust.values() if path.name in ("lib.rs", "main.rs")}
        roots.update(self.crates.values())
        found: dict[int, _Place] = {}
        for at, path in rust.items():
            root = next((str(folder) for folder in path.parents if str(folder) in roots), ".")
            stem = path.relative_to(root).with_suffix("")
            if stem.name in ("lib", "main", "mod"):
                stem = stem.parent
            found[at] = (root, stem.parts)
        return found

    @cached_property
    def _by_place(self) -> dict[_Place, list[int]]:
        found: dict[_Place, list[int]] = defaultdict(list)
        for at, place in self._places.items():
            found[place].append(at)
        return dict(found)
