"""Paths of files and the names that imports give them."""

import re
from collections.abc import Collection
from pathlib import PurePosixPath

from backwright.review.facts import File


def module_path(file: File) -> str:
    """Return what a Python or JavaScript file is called where it is imported."""
    path = PurePosixPath(file.path).with_suffix("")
    if path.name in (("__init__",) if file.language == "python" else ("index", "mod")):
        path = path.parent
    return str(path) if str(path) != "." else ""


def without_ending(module: str) -> str:
    """Return an import without the ending of a file."""
    for ending in (".js", ".ts", ".mjs", ".cjs", ".tsx", ".jsx"):
        if module.endswith(ending):
            return module.removesuffix(ending)
    return module.rstrip("/")


def normal(path: PurePosixPath) -> str:
    """Return a path without its dots, and the folder for its index file."""
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        elif part not in (".", ".."):
            parts.append(part)
    if parts and parts[-1] == "index":
        parts.pop()
    return "/".join(parts)


def shared(one: str, other: str) -> int:
    """Return how many leading folders two paths share."""
    count = 0
    for a, b in zip(one.split("/"), other.split("/"), strict=False):
        if a != b:
            break
        count += 1
    return count


def nearness(family: str, whole: str, module: str, here: str, path: str) -> tuple[bool, int, int]:
    """Return how near a module of this whole path, in the file `path`, is to a file that imports it by the end of it.

    Python looks in folders that are on its path, and those are above the file that is run: of two modules `tools` the one
    in a folder beside the file, which nobody could import so, counts less.
    """
    root = whole[: -len(module)].strip("/")
    is_above = family == "python" and here.startswith(f"{root}/" if root else "")
    return is_above, shared(path, here), -len(path)


def is_ours(module: str, file: File) -> bool:
    """Whether a module that was not found is likely one of the project."""
    first = re.split(r"[./\\:]", module.strip("./\\"))[0] if module else ""
    return module.startswith(".") or (
        bool(first) and (first in PurePosixPath(file.path).parts or file.package.startswith(first))
    )


def program_of(path: str, folders: Collection[str]) -> str:
    """Return the nearest of these folders above a path, "" if there is none."""
    folder = path
    while folder:
        folder = folder.rpartition("/")[0]
        if folder in folders:
            return folder
    return ""
