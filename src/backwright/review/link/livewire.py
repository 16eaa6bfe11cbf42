"""Livewire's components, and Filament's pages, which are some: each public method runs when a page asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backwright.review.link.declared import Declared
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Fn, Project

_BASES = regex(
    r"(^|\.)Livewire\.(Volt\.)?Component$|^Filament\.(\w+\.)*(Page|CreateRecord|EditRecord|ListRecords|ViewRecord|ManageRecords|ManageRelatedRecords|RelationManager|\w*Widget)$"
)
_SHOWS = frozenset({"render", "mount", "boot", "booted", "hydrate", "dehydrate", "with", "getViewData"})


def components(project: Project) -> Iterator[tuple[Fn, Declared]]:
    """Yield each method that a page of such a component runs, with what a request for it looks like."""
    known = {made.module for file in project.files if file.language == "php" for made in file.imports}
    if not any(module.startswith(("Livewire", "Filament")) for module in known):
        return
    for at, file in enumerate(project.files):
        if file.language != "php" or file.is_test:
            continue
        for index, made in enumerate(file.classes):
            cls = project.find_class(at, made.name)
            if cls is None or (cls.file, cls.index) != (at, index):
                continue
            if not any(_BASES.search(name.replace("\\", ".")) for name in project.ancestors(cls)[1:]):
                continue
            for number, each in enumerate(file.functions):
                if each.cls != index or each.kind != "method" or not each.is_public or each.name.startswith("_"):
                    continue
                label = f"{made.name}.{each.name}"
                fn = next((one for one in project.method(cls, each.name) if one == (at, number)), None)
                if fn is not None:
                    kind = "page" if each.name in _SHOWS else "action"
                    yield fn, Declared(kind, label, label, at, each.line, "livewire", fn, cls)
