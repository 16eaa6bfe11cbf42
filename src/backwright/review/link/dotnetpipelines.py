"""MediatR: behaviours that refuse a request before it is handled, and the requests that they stand before."""

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from backwright.review.facts import NEW, Call
from backwright.review.link.inside import within
from backwright.review.link.project import Cls, Fn
from backwright.review.link.words import texts_of
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.dotnetdata import DotnetData

_STANDS_BEFORE = regex(r"(^|\.)(IPipelineBehaviou?r|IRequestPreProcessor)<")
_RUNS = frozenset({"Handle", "Process"})
_REFUSES = regex(
    r"(Unauthori[sz]ed|Unauthenticated|Authori[sz]ation|Authentication|Forbidden\w*)(Access)?(Exception)?$"
)
_BY_MARK = frozenset({"GetCustomAttribute", "GetCustomAttributes", "IsDefined"})
_MARK = regex(r"\w*Authori[sz]e\w*Attribute$")


class Pipelines:
    """Which requests a behaviour of the project demands a login for: by what they implement, or by their attributes."""

    def __init__(self, dotnet: "DotnetData") -> None:
        self.dotnet, self.project = dotnet, dotnet.project

    def refuse(self, handler: Fn) -> bool:
        """Whether the first request that a handler sends is one that somebody unknown is refused."""
        if not self._demanded and not self._marks:
            return False
        calls = self.project.files[handler.file].calls
        own = (call for call in calls if call.fn == handler.index or within(self.project, handler, call.fn))
        sent = next((cls for call in own if (cls := self.dotnet.message(handler.file, call)) is not None), None)
        return sent is not None and self._is_demanded(sent)

    def _is_demanded(self, request: Cls) -> bool:
        names = {name.rpartition(".")[2] for name in self.project.ancestors(request)}
        marks = {mark.name.removesuffix("Attribute") for mark in self.project.class_(request).marks}
        return bool(names & self._demanded or marks & self._marks)

    @cached_property
    def _behaviours(self) -> list[Cls]:
        """Classes that stand before handlers and refuse."""
        return [
            Cls(at, index)
            for at, file in enumerate(self.project.files)
            if file.language == "csharp" and not file.is_test
            for index, made in enumerate(file.classes)
            if any(_STANDS_BEFORE.search(base) for base in made.bases) and any(map(_refuses, self._calls(Cls(at, index))))
        ]  # fmt: skip

    def _calls(self, cls: Cls) -> Iterator[Call]:
        """Yield what a behaviour calls when it stands before a request."""
        file = self.project.files[cls.file]
        runs = [
            Fn(cls.file, n) for n, made in enumerate(file.functions) if made.cls == cls.index and made.name in _RUNS
        ]
        return (
            call for call in file.calls if any(call.fn == fn.index or within(self.project, fn, call.fn) for fn in runs)
        )

    @cached_property
    def _demanded(self) -> frozenset[str]:
        """Interfaces of the project that a behaviour is bound to: `where TRequest : IRequest<TResponse>, ISecured`."""
        return frozenset(
            name
            for cls in self._behaviours
            for bound in self.project.class_(cls).bounds
            for name in (bound.partition(": ")[2].partition("<")[0].rpartition(".")[2],)
            if bound.startswith(f"{next(iter(self.project.class_(cls).typed), '')}: ")
            and self.project.find_class(cls.file, name) is not None
        )

    @cached_property
    def _marks(self) -> frozenset[str]:
        """Attributes that a behaviour asks a request for: `request.GetType().GetCustomAttributes<AuthorizeAttribute>()`."""
        return frozenset(
            told.rpartition(".")[2].removesuffix("Attribute")
            for cls in self._behaviours
            for call in self._calls(cls)
            if call.name in _BY_MARK
            for text in texts_of(call.args)
            for told in (text.removeprefix("typeof(").removesuffix(")"),)
            if _MARK.fullmatch(told.rpartition(".")[2])
        )


def _refuses(call: Call) -> bool:
    return bool(call.flags & NEW) and _REFUSES.search(call.name) is not None


__all__ = ["Pipelines"]
