"""FastEndpoints: a class for each endpoint, which says in `Configure` what it answers; closed unless it is opened."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from backwright.review.facts import Arg, Call
from backwright.review.link.marked import Marked
from backwright.review.link.minimalapi import describes
from backwright.review.link.paths import join
from backwright.review.link.project import Cls
from backwright.review.link.routers import Use
from backwright.review.link.types import written

if TYPE_CHECKING:
    from backwright.review.link.aspnet import AspNet

VERBS = {f"Http{verb.title()}": verb for verb in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")}
FAST = frozenset(
    {
        "Endpoint",
        "EndpointWithoutRequest",
        "EndpointWithMapper",
        "EndpointWithMapping",
        "EndpointWithoutRequestWithMapper",
    }
)
_FAST_VERBS = {verb.title(): verb for verb in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")}
_FAST_CLOSED = frozenset(
    {
        "Policies",
        "Roles",
        "Permissions",
        "PermissionsAll",
        "Claims",
        "ClaimsAll",
        "Scopes",
        "AuthSchemes",
        "Policy",
    }
)


class FastEndpoints:
    """Reads the endpoint classes of FastEndpoints."""

    def __init__(self, aspnet: "AspNet") -> None:
        self.aspnet, self.project, self.routers = aspnet, aspnet.project, aspnet.routers

    def find(self, cls: Cls) -> Iterator[Marked]:
        """Yield the endpoints of a class."""
        made = self.project.class_(cls)
        handler = next(
            (
                fn
                for name in ("HandleAsync", "ExecuteAsync")
                for fn in self.project.method(cls, name)
                if fn.file == cls.file
            ),
            None,
        )
        configure = next((fn for fn in self.project.method(cls, "Configure")), None)
        marks = [(VERBS[mark.name], mark) for mark in made.marks if mark.name in VERBS]
        calls = (
            [
                call
                for call in self.project.files[configure.file].calls
                if call.fn == configure.index and call.on in ("", "this")
            ]
            if configure is not None
            else []
        )
        declared = [
            (
                [verb],
                [t for t in (self.aspnet.template(cls.file, -1, mark),) if t is not None],
                mark.line,
            )
            for verb, mark in marks
        ]
        declared += [
            ([_FAST_VERBS[call.name]], self._texts(cls.file, call), call.line)
            for call in calls
            if call.name in _FAST_VERBS and call.args
        ]
        verbs = [v.text.rpartition(".")[2].upper() for call in calls if call.name == "Verbs" for v in call.args]
        routes = next(
            ((self._texts(cls.file, call), call.line) for call in calls if call.name == "Routes"),
            None,
        )
        if verbs and routes is not None:
            declared.append((verbs, *routes))
        prefix, above = self._fast_group(cls.file, calls)
        uses = (
            Use("RequireAuthorization()", cls.file, made.line),
            *above,
            *self._fast_uses(cls.file, calls),
        )
        uses += tuple(self.aspnet.use(cls.file, mark) for mark in made.marks if not describes(mark.name))
        label = f"{made.name}.{self.project.function(handler).name}" if handler is not None else made.name
        for methods, paths, line in declared:
            for path in paths:
                for method in methods:
                    yield Marked(
                        method,
                        join(self._fast_prefix, join(prefix, path)),
                        label,
                        cls.file,
                        line,
                        "fastendpoints",
                        handler,
                        cls,
                        uses,
                    )

    def _texts(self, at: int, call: Call) -> list[str]:
        return [told for value in call.args if (told := self.routers.constant(at, call.fn, value)) is not None]

    def _fast_uses(self, at: int, calls: Sequence[Call]) -> tuple[Use, ...]:
        return tuple(
            Use(f"RequireAuthorization({call.name})" if call.name in _FAST_CLOSED else f"{call.name}()", at, call.line)
            for call in calls if call.name in _FAST_CLOSED or call.name in ("AllowAnonymous", "Throttle")
        )  # fmt: skip

    def _fast_group(self, at: int, calls: Sequence[Call], depth: int = 3) -> tuple[str, tuple[Use, ...]]:
        name = next(
            (v.text for call in calls if call.name == "Group" for v in call.args if v.name == "<>"),
            "",
        )
        cls = self.project.find_class(at, name) if name and depth else None
        if cls is None:
            return "", ()
        file = self.project.files[cls.file]
        inside = [
            call
            for call in file.calls
            if call.fn >= 0 and file.functions[call.fn].owner == self.project.class_(cls).name
        ]
        prefix = next(
            (texts[0] for call in inside if call.name == "Configure" and (texts := self._texts(cls.file, call))),
            "",
        )
        parent = next(
            (
                written(base).args[0]
                for base in self.project.class_(cls).bases
                if written(base).name == "SubGroup" and written(base).args
            ),
            "",
        )
        above, uses = (
            self._fast_group(cls.file, [Call("Group", "", 0, args=(Arg("type", parent, "<>"),))], depth - 1)
            if parent
            else ("", ())
        )
        return join(above, prefix), (*uses, *self._fast_uses(cls.file, inside))

    @cached_property
    def _fast_prefix(self) -> str:
        return next(
            (
                a.value.text
                for file in self.project.files
                if file.language == "csharp"
                for a in file.assigns
                if a.target.endswith("Endpoints.RoutePrefix") and a.value.kind == "str"
            ),
            "",
        )
