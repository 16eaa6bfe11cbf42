"""Spring HATEOAS: assemblers, which a list or a page is handed to and which make a model of each element."""

from collections.abc import Iterator

from backwright.review.facts import Call
from backwright.review.link.project import Cls
from backwright.review.link.types import written
from backwright.review.regexes import regex
from backwright.review.rules.lists import Element, Lists, Reading, may_follow
from backwright.review.rules.looping import is_offline
from backwright.review.rules.parameters import own_params

_BASES = regex(
    r"(^|\.)(RepresentationModelAssembler(Support)?|SimpleRepresentationModelAssembler|ResourceAssembler(Support)?)\b"
)
_PAGES = regex(r"PagedResourcesAssembler")


class Assemblers:
    """Finds lists that assemblers go through, and what they read lazily of each element."""

    def __init__(self, lists: Lists) -> None:
        self.lists, self.model, self.lazily = lists, lists.model, lists.lazily

    def readings(self) -> Iterator[Reading]:
        """Yield lazy reads of assemblers on the elements of lists."""
        project = self.model.project
        for name in ("toCollectionModel", "toModel", "toResources"):
            for at, index in project.calls_by_name.get(name, ()):
                call = self.model.files[at].calls[index]
                if call.args and not is_offline(self.model.files[at]):
                    yield from self._called(at, index, call, is_page=name == "toModel")

    def _called(self, at: int, index: int, call: Call, *, is_page: bool) -> Iterator[Reading]:
        """`assembler.toCollectionModel(orders)`, and `pages.toModel(page, assembler)`."""
        type_of = self.model.project.type_of
        on = type_of(at, call.fn, call.on)
        if is_page and (len(call.args) < 2 or not self._is_paged(on.name, on.cls)):
            return
        assembler = type_of(at, call.fn, call.args[1].text).cls if is_page else on.cls
        if assembler is None or not any(_BASES.search(base) for base in self.model.project.ancestors(assembler)):
            return
        for target in self.model.project.method(assembler, "toModel")[:1]:
            made = self.model.project.function(target)
            params = own_params(made)
            entity = self.model.project.named_type(target.file, made.params[0].type).cls if params else None
            if entity is None or entity not in self.model.data.entities:
                continue
            cls, access = self.lists.source(at, index, call)
            if access is None or cls != entity or access.many is False:
                continue  # what was loaded with the list is not seen
            element = Element(at, call.fn, call.line, f"{call.name} for each", entity, access)
            near = self.lists.nearby(at, call.fn)
            for lazy in self.lazily.on(target, params[0], entity):
                if not self.lazily.is_loaded(lazy, entity, access, near) and may_follow(
                    lazy, is_asked=access is not None
                ):
                    yield Reading(element, lazy)

    def _is_paged(self, name: str, cls: Cls | None) -> bool:
        bases = self.model.project.ancestors(cls) if cls is not None else (written(name).name,)
        return any(_PAGES.search(base) for base in bases)
