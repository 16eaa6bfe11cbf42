"""Routes that one call has a library of .NET answer: `MapIdentityApi<User>()`, `MapHealthChecks("/health")`."""

from collections.abc import Iterator, Mapping

from backwright.review.facts import Call
from backwright.review.link.marked import Marked
from backwright.review.link.packs import Packs, Route
from backwright.review.link.paths import join
from backwright.review.link.routers import Routers, Use, argument
from backwright.review.link.yarp import proxied


class Served:
    """Reads the calls whose routes the packs list, each route with what the library itself puts before it."""

    def __init__(self, routers: Routers, packs: Mapping[str, Packs]) -> None:
        self.routers, self.project = routers, routers.project
        told = packs["csharp"].routes if "csharp" in packs else {}
        self._routes: dict[str, tuple[str, Route]] = {
            name: (pack.name, route) for name, specs in told.items() for pack, route in specs if route.shape == "served"
        }

    def find(self, at: int) -> Iterator[Marked]:
        """Yield the routes of such calls in a file."""
        for index, call in enumerate(self.project.files[at].calls):
            if call.name in self._routes and call.on and call.name not in self.project.functions_by_name:
                yield from self._of_call(at, index, call)
            elif call.name == "MapReverseProxy" and call.on:
                yield from self._of_settings(at, index, call)

    def _of_settings(self, at: int, index: int, call: Call) -> Iterator[Marked]:
        before = (*self.routers.context(at, call).uses, *self.routers.behind(at, index))
        for each in proxied(self.project.texts, self.project.files[at].path.rpartition("/")[0]):
            uses = (*before, *(Use(word, at, call.line) for word in each.words))
            for method in each.methods:
                yield Marked(method, each.path, "", at, call.line, "minimal-api", None, None, uses, call.args)

    def _of_call(self, at: int, index: int, call: Call) -> Iterator[Marked]:
        framework, route = self._routes[call.name]
        path = self._path(at, call, route)
        if path is None:
            return
        context = self.routers.context(at, call)
        behind = self.routers.behind(at, index)
        for way in self.routers.ways(context.key, call.line):
            prefix = join(join(way.prefix, context.prefix), path)
            before = (*way.uses, *context.uses, *behind)
            for action in route.actions:
                method, rest, *words = action.split()
                own = tuple(Use(word, at, call.line) for word in words)
                yield Marked(
                    method, join(prefix, rest), "", at, call.line, framework, None, None, (*before, *own), call.args
                )

    def _path(self, at: int, call: Call, route: Route) -> str | None:
        """Return the path that is given, else the library's own; None if it cannot be known."""
        for place in route.path:
            if place.startswith("/"):
                return place
            value = argument(call.args, place)
            told = self.routers.constant(at, call.fn, value) if value is not None and value.name != "<>" else None
            if told is not None:
                return told
        return None if route.path else ""
