"""MapStruct: mappers without a body, which read each relation of an entity that the other class has a field for."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from backwright.model.blueprint import Spot
from backwright.review.facts import Arg, Call, Field, Mark
from backwright.review.link.data import Access
from backwright.review.link.project import Cls, Fn
from backwright.review.link.related import Related
from backwright.review.link.types import written
from backwright.review.regexes import regex
from backwright.review.rules.lazily import Lazy, plain
from backwright.review.rules.lists import MAPPERS, Element, Lists, Reading, may_follow
from backwright.review.rules.looping import is_offline

LANGUAGES = frozenset({"java", "kotlin"})
BACK = regex(
    r"entity|entities|update|patch|create|merge|fromDto", re.IGNORECASE
)  # what makes an entity of the other class
_ID = regex(r"(^|\.)(id|uuid|pk)$", re.IGNORECASE)


class Pair(NamedTuple):
    """What a method of a mapper makes of what; `fn` is None if a base class says so for all."""

    entity: Cls
    into: Cls
    fn: Fn | None


class GeneratedMappers:
    """Finds lists that generated mappers turn into others, and what they read lazily of each element."""

    def __init__(self, lists: Lists) -> None:
        self.lists, self.model, self.lazily = lists, lists.model, lists.lazily

    def readings(self) -> Iterator[Reading]:
        """Yield lazy reads of mappers on the elements of lists."""
        for name in sorted({name for methods in self._mappers.values() for name in methods}):
            for at, index in self.model.project.calls_by_name.get(name, ()):
                call = self.model.files[at].calls[index]
                if self.model.files[at].language in LANGUAGES and call.args and call.on:
                    pair = self._mappers.get(self._mapper(at, call.fn, call.on), {}).get(name)
                    if pair is not None:
                        yield from self._called(at, index, call, pair)
        for name in MAPPERS if self._mappers else ():
            for at, index in self.model.project.calls_by_name.get(name, ()):
                call = self.model.files[at].calls[index]
                for value in call.args if self.model.files[at].language in LANGUAGES else ():
                    on, _, method = value.text.replace("::", ".").rpartition(".")
                    if value.kind == "name" and on:
                        yield from self._handed(at, index, call, value, on, method)

    # ---- mappers ----------------------------------------------------------------------------

    @cached_property
    def _mappers(self) -> dict[Cls | None, dict[str, Pair]]:
        """Mapper to what its methods make of entities that have something to load."""
        found: dict[Cls | None, dict[str, Pair]] = {}
        for at in self.model.own:
            file = self.model.files[at]
            if file.language not in LANGUAGES or not any("mapstruct" in made.module for made in file.imports):
                continue
            for index, made in enumerate(file.classes):
                if any(mark.name == "Mapper" for mark in made.marks):
                    pairs = dict(self._pairs(Cls(at, index)))
                    if pairs:
                        found[Cls(at, index)] = pairs
        return found

    def _pairs(self, mapper: Cls) -> Iterator[tuple[str, Pair]]:
        project, entities = self.model.project, self.model.data.entities
        generic = [
            cls
            for base in project.class_(mapper).bases
            for text in base.partition("<")[2].rstrip(">").split(",")
            if (cls := project.find_class(mapper.file, text.strip())) is not None
        ]
        entity = next((cls for cls in generic if cls in entities), None)
        other = next((cls for cls in generic if cls not in entities), None)
        for owner in reversed(project.base_classes(mapper)):
            for number, fn in enumerate(self.model.files[owner.file].functions):
                if fn.cls != owner.index or not fn.params or fn.kind != "method" or BACK.search(fn.name):
                    continue
                if owner != mapper and len(written(fn.params[0].type).name) == 1:
                    if entity is not None and other is not None:
                        yield fn.name, Pair(entity, other, None)
                    continue
                given = project.named_type(owner.file, fn.params[0].type).cls
                into = project.named_type(owner.file, fn.returns).cls
                if given in entities and given is not None and into is not None and into not in entities:
                    yield fn.name, Pair(given, into, Fn(owner.file, number))

    @cached_property
    def _by_pair(self) -> dict[tuple[Cls, Cls], Pair]:
        return {
            (pair.entity, pair.into): pair
            for methods in self._mappers.values()
            for pair in methods.values()
            if pair.fn is not None and not written(self.model.project.function(pair.fn).params[0].type).is_many
        }

    def _mapper(self, at: int, fn: int, on: str) -> Cls | None:
        """Return what a call is made on: an object, or `OrderMapper.INSTANCE`."""
        known = self.model.project.type_of(at, fn, on).cls
        if known is None and on[:1].isupper():
            return self.model.project.find_class(at, on.partition(".")[0])
        return known

    # ---- lists ------------------------------------------------------------------------------

    def _called(self, at: int, index: int, call: Call, pair: Pair) -> Iterator[Reading]:
        """A mapper that is called with a list, or with the element of a loop."""
        file, value = self.model.files[at], call.args[0]
        if is_offline(file):
            return
        if call.loop >= 0 and value.text in file.loops[call.loop].vars:
            access = self.model.data.element(at, call.loop)[1]
            if access is None or access.many is not False:
                yield from self._readings(at, call, file.loops[call.loop].line, pair, access)
            return
        cls, access = self.lists.source(at, index, call)
        is_many = value.kind == "name" and self.model.project.type_of(at, call.fn, value.text).is_many
        if cls == pair.entity and (is_many or (access is not None and access.many)):
            yield from self._readings(at, call, call.line, pair, access)

    def _handed(self, at: int, index: int, call: Call, value: Arg, on: str, method: str) -> Iterator[Reading]:
        """A mapper's method that is handed on by name: `page.map(mapper::toDto)`."""
        pair = self._mappers.get(self._mapper(at, call.fn, on), {}).get(method)
        if pair is not None and not is_offline(self.model.files[at]):
            many, access = self.lists.referring.list_of(at, index, call, value, pair.entity)
            if many:
                yield from self._readings(at, call, call.line, pair, access)

    def _readings(self, at: int, call: Call, line: int, pair: Pair, access: Access | None) -> Iterator[Reading]:
        element = Element(at, call.fn, line, f"{call.name} for each", pair.entity, access)
        near = self.lists.nearby(at, call.fn)
        for related, via, spot in self._reads(pair):
            lazy = Lazy(at, call.line, call.fn, related, (spot,), via)
            if not self.lazily.is_loaded(lazy, pair.entity, access, near) and may_follow(
                lazy, is_asked=access is not None
            ):
                yield Reading(element, lazy)

    # ---- what is read -----------------------------------------------------------------------

    def _reads(self, pair: Pair, via: str = "") -> Iterator[tuple[Related, str, Spot]]:
        """Yield what a mapper reads of an entity: relation, through which other one, and the field that it fills."""
        lazy = self.lazily.relations.get(pair.entity, {})
        named = self._by_pair.get((pair.entity, pair.into))
        marks = [*_mappings(self.model.project.function(fn).marks)] if (fn := pair.fn or (named and named.fn)) else []
        told = {plain(_arg(mark, "target")): mark for mark in marks}
        path = self.model.files[pair.into.file].path
        for name, made in self._fields(pair.into).items():
            mark = told.get(name)
            if mark is not None and (_arg(mark, "ignore") == "true" or _arg(mark, "expression")):
                continue
            source = (_arg(mark, "source") if mark is not None else "") or made.name
            first, _, rest = source.partition(".")
            related = self._relation(pair.entity, first)
            if related is None or _ID.search(rest) or (mark is not None and _arg(mark, "qualifiedByName")):
                continue
            into = self.model.project.named_type(pair.into.file, made.type).cls
            spot = Spot(path, made.line, f"{made.name} is filled from it")
            if not (rest or related.is_many or (into is not None and into != related.target)):
                continue  # the object itself, or a key that another mapper makes of it
            if plain(first) in lazy:
                yield lazy[plain(first)], via, spot
            if not via and not related.is_many and into is not None and related.target is not None:
                yield from self._reads(Pair(related.target, into, None), related.name)

    def _relation(self, cls: Cls, name: str) -> Related | None:
        relations = self.model.data.entities[cls].relations.items() if cls in self.model.data.entities else ()
        return next((related for each, related in relations if plain(each) == plain(name)), None)

    def _fields(self, cls: Cls) -> dict[str, Field]:
        project = self.model.project
        return {
            plain(made.name): made
            for each in reversed(project.base_classes(cls))
            for made in project.class_(each).fields
        }


def _mappings(marks: tuple[Mark, ...]) -> Iterator[Mark]:
    """Yield each `@Mapping` of a method; several stand in one `@Mappings`."""
    for mark in marks:
        if mark.name == "Mapping":
            yield mark
        elif mark.name == "Mappings":
            for value in mark.args:
                for item in value.items if value.kind == "list" else (value,):
                    yield Mark("Mapping", args=item.items)


def _arg(mark: Mark, name: str) -> str:
    return next((value.text for value in mark.args if value.name == name), "")
