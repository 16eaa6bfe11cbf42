"""Web sockets on the JVM that a mark on a class declares: the handshake is a GET of their path."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backwright.review.facts import Mark
from backwright.review.link.generated import mark_text
from backwright.review.link.marked import Marked
from backwright.review.link.packs import Pack, Route, alternatives
from backwright.review.link.paths import join
from backwright.review.link.project import Cls, Fn
from backwright.review.link.routers import Use

if TYPE_CHECKING:
    from backwright.review.link.annotated import Annotated


class Sockets:
    """Reads the classes that answer on a web socket."""

    def __init__(self, annotated: "Annotated") -> None:
        self.annotated, self.project = annotated, annotated.project

    def find(self, cls: Cls, pack: Pack) -> Iterator[Marked]:
        """Yield the handshake of a class that is marked as a web socket; inner ones hang below the class around them."""
        for mark, route in self._marks(cls, pack):
            made = self.project.class_(cls)
            handler = self._handler(cls, route)
            uses = tuple(
                Use(mark_text(each), cls.file, each.line)
                for each in made.marks
                if each is not mark and self.annotated.guards(each, pack)
            )
            label = self.project.label(handler) if handler is not None else made.name
            for path in self._paths(cls, mark, route):
                whole = join(self.annotated.prefix(cls.file, pack, cls), path)
                yield Marked(
                    route.method, whole, label, cls.file, mark.line or made.line, pack.name, handler, cls, uses
                )

    def _marks(self, cls: Cls, pack: Pack) -> Iterator[tuple[Mark, Route]]:
        for mark in self.project.class_(cls).marks:
            for route in pack.route:
                if (
                    route.shape == "socket"
                    and mark.name in alternatives(route.name)
                    and self.annotated.means(cls.file, mark, pack)
                ):
                    yield mark, route

    def _paths(self, cls: Cls, mark: Mark, route: Route) -> list[str]:
        told = self.annotated.paths(cls.file, -1, mark.args, route.path) or [""]
        outer = self.project.class_(cls).outer
        around = next(
            (each for each in self.project.files[cls.file].classes[outer].marks if each.name == mark.name), None
        ) if outer >= 0 else None  # fmt: skip
        above = self._paths(Cls(cls.file, outer), around, route)[:1] if around is not None else [""]
        return [join(above[0], path) for path in told]

    def _handler(self, cls: Cls, route: Route) -> Fn | None:
        """The method that is run first: the one with the first of these marks, also an inherited one."""
        found: dict[str, Fn] = {}
        for each in self.project.base_classes(cls):
            for index, made in enumerate(self.project.files[each.file].functions):
                if made.cls == each.index:
                    for mark in made.marks:
                        found.setdefault(mark.name, Fn(each.file, index))
        return next((found[name] for name in route.handler if name in found), None)
