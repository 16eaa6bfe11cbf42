"""Go: objects that are routers because they embed one: `type Server struct { *mux.Router }`, `s.HandleFunc("/orders", s.list)`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from backwright.review.facts import Assign
from backwright.review.link.project import Cls, Project

if TYPE_CHECKING:
    from backwright.review.link.routers import Key, Routers


class Embedded:
    """Knows which field of a type is the router that it embeds."""

    def __init__(self, routers: Routers, project: Project) -> None:
        self.routers, self.project = routers, project

    def field(self, at: int, fn: int) -> str:
        """Return the embedded router of the type that a method belongs to, "" if it embeds none."""
        if self.project.files[at].functions[fn].owner not in self._names:
            return ""
        cls = self.project.own_class(at, fn)
        return self._fields.get(cls, "") if cls is not None else ""

    def hang(self, numbers: Sequence[int]) -> None:
        """Hang the variables that such an object is put into on the field, the field on what holds what a function makes: `h := NewHandler()`."""
        for at in numbers if self._names else ():
            for assign in self.project.files[at].assigns:
                name = assign.value.text.rpartition(".")[2] if assign.value.kind == "call" else ""
                if "." in assign.target or (name not in self._names and name not in self._makers):
                    continue
                cls = self.project.find_class(at, assign.value.text) if name in self._names else None
                held = self.routers.key("var", at, assign.fn, assign.target)
                if cls is not None and cls in self._fields:
                    self._hang(held, self._key(cls))
                elif (made := self._made(at, assign)) is not None:
                    self._hang(self._key(made), held)

    def _made(self, at: int, assign: Assign) -> Cls | None:
        """Return the type of what a function makes, if that embeds a router."""
        on, _, name = assign.value.text.rpartition(".")
        for fn in self.project.resolve(at, assign.fn, on, name)[:1]:
            cls = self.project.find_class(fn.file, self.project.function(fn).returns.lstrip("*"))
            return cls if cls in self._fields else None
        return None

    def _key(self, cls: Cls) -> Key:
        return self.routers.key("field", cls.file, cls.index, self._fields[cls])

    def _hang(self, child: Key, parent: Key) -> None:
        self.routers.add_edge(child, parent, "", (), 0)
        self.routers.known.update((child, parent))

    @cached_property
    def _makers(self) -> frozenset[str]:
        return frozenset(
            made.name
            for file in self.project.files
            if file.language == "go" and self._names
            for made in file.functions
            if made.name and not made.receiver and made.returns.lstrip("*") in self._names
        )

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self.project.class_(cls).name for cls in self._fields)

    @cached_property
    def _fields(self) -> dict[Cls, str]:
        packs = self.routers.packs.get("go")
        return {
            Cls(at, index): field.name
            for at, file in enumerate(self.project.files)
            if file.language == "go" and packs is not None
            for index, made in enumerate(file.classes)
            for field in (made.fields if made.kind == "struct" and made.bases else ())
            if field.type in made.bases
            and field.name == field.type.rpartition(".")[2]
            and "." in field.type
            and self.routers.is_router_type(at, packs, field.type)
        }
