"""Lists of entities that are gone through element by element: loops, mappings, serializers and resources."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from backwright.model.blueprint import Spot
from backwright.review.facts import Arg, Call, Loop
from backwright.review.link.data import Access
from backwright.review.link.model import Model
from backwright.review.link.names import family_of
from backwright.review.link.packs import matches
from backwright.review.link.project import OVERLOADING, Cls, Fn
from backwright.review.link.related import Related
from backwright.review.link.types import written
from backwright.review.regexes import regex
from backwright.review.rules.handed import Handed
from backwright.review.rules.lazily import Lazily, Lazy, plain
from backwright.review.rules.looping import (
    Loops,
    backend,
    is_offline,
    root,
    served,
)
from backwright.review.rules.parameters import own_params, parameter_of
from backwright.review.rules.referring import Referring

HOLDS = frozenset("items Items content Content data results rows all object_list".split())
MAPPERS = frozenset(
    "map flatMap forEach Select SelectMany ConvertAll mapNotNull array_map each transform mapToObj for_each filter_map mapItems through".split()
)
RESOURCES = ("*JsonResource", "JsonResource", "*Resource", "*ResourceCollection")
ANEW = regex(r"\.(filter|exclude|order_by|annotate|distinct|reverse|select_related|prefetch_related|only|defer)\(")
LOADED = regex(r"(?:select_related|prefetch_related|Prefetch)\(([^)]*)")
SETTERS = regex(r"(set|add|remove)[A-Z_]")
KNOWS_OWNER = frozenset({"python", "java", "kotlin", "csharp"})  # where what is loaded from its owner knows it
NAME_MIN = 5  # letters of a name that says what it is by itself
_GIVES = frozenset("getResultList getResultStream list findAll listAll".split())
CALLERS_MAX = 6  # callers asked what they hand over


class Element(NamedTuple):
    """What one round goes through.

    Attributes:
        at, fn, line: Where the list is gone through.
        how: For people: "for each order", "OrderSerializer of each order".
        access: The query that the list comes from, if it is known.
        via: The relation of another entity that the list is.
        lists: All queries that a list that was handed over may come from, without those that load what is read.
        spots: Where else the list is given: what the method of a view returns.
        is_known: It is known what is loaded with the list, though no query is.
    """

    at: int
    fn: int
    line: int
    how: str
    cls: Cls
    access: Access | None
    via: str = ""
    lists: tuple[Access, ...] = ()
    spots: tuple[Spot, ...] = ()
    is_known: bool = False


class Reading(NamedTuple):
    """A lazy relation of an element that is read in each round."""

    element: Element
    lazy: Lazy


def may_follow(lazy: Lazy, *, is_asked: bool) -> bool:
    """Whether a query of its own can load a relation for each row.

    An EAGER one is joined wherever no query is written: by the id of a row, or as a list that an entity holds.

    `is_asked`: the list is what a query gives.
    """
    return lazy.relation.is_lazy or (is_asked and not lazy.via)


class Lists:
    """Finds lists of entities and what is read lazily on their elements."""

    def __init__(self, model: Model, loops: Loops, lazily: Lazily) -> None:
        self.model, self.loops, self.lazily = model, loops, lazily
        self.handed = Handed(model)
        self.referring = Referring(model, lazily, self.handed)

    def readings(self) -> Iterator[Reading]:
        """Yield every lazy read on an element of a list, unless it was loaded with the list."""
        if not self.model.data.entities:
            return
        yield from self._loops()
        yield from self._mappings()

    # ---- loops ------------------------------------------------------------------------------

    def _loops(self) -> Iterator[Reading]:
        for at in backend(self.model):
            for number, made in enumerate(self.model.files[at].loops):
                if (
                    made.kind not in ("each", "map")
                    or not made.vars
                    or not self._worth(at, number)
                    or not self.loops.grows(at, number)
                ):
                    continue
                if is_offline(self.model.files[at]) and not served(self.model, at, made.fn):
                    continue
                if self._keeps_sides(at, made.fn):
                    continue
                cls, access, via = self._element(at, number)
                fn = Fn(at, self._inside(at, number))
                if cls is None:
                    cls = self._by_use(fn, made)
                if cls not in self.model.data.entities or cls is None or (access is not None and access.many is False):
                    continue
                element = Element(at, made.fn, made.line, f"for each {made.vars[0]}", cls, access, via)
                handed = [] if access or via else self.handed.queries(at, made.fn, root(made.over), cls)
                asked: list[Access | None] = [*handed] or [access]
                for var in made.vars:
                    for lazy in self.lazily.on(fn, var, cls, number if fn.index == made.fn else -2):
                        found = self._unloaded(at, made, lazy, element, asked)
                        if found:
                            lists = tuple(each for each in found if each is not None) if handed else ()
                            yield Reading(element._replace(access=found[0], lists=lists), lazy)

    def _keeps_sides(self, at: int, fn: int) -> bool:
        """Whether a method of an entity keeps the two sides of a relation in step: `label.setOperations(operations)`."""
        own = self.model.project.own_class(at, fn)
        named = self.model.named(at, fn)
        return own in self.model.data.entities and bool(SETTERS.match(self.model.files[at].functions[named].name))

    def _unloaded(
        self, at: int, made: Loop, lazy: Lazy, element: Element, accesses: list[Access | None]
    ) -> list[Access | None]:
        """Return the queries that a list may come from without those that load a relation."""
        near, name, via = self.nearby(at, made.fn), plain(lazy.relation.name), element.via
        anew = ANEW.search(made.over) if via and self.model.files[at].language == "python" else None
        is_of_owner = bool(via) or re.match(r"\w+\.\w+", made.over) is not None
        if is_of_owner and self.model.files[at].language in KNOWS_OWNER and plain(root(made.over)).endswith(name):
            return []  # for line in order.lines: line.order is there
        if anew is not None and not lazy.via:  # order.lines.filter(...) is a query of its own
            words = {plain(part) for text in LOADED.findall(made.over) for part in re.split(r"__|\W+", text)}
            return [] if name in words | near else accesses[:1]
        unloaded = [each for each in accesses if not self.lazily.is_loaded(lazy, element.cls, each, near, via)]
        is_asked = not via and self._is_asked_for(at, made)
        return [each for each in unloaded if may_follow(lazy, is_asked=is_asked or (each is not None and not via))]

    def _is_asked_for(self, at: int, made: Loop) -> bool:
        """Whether a list is what a call was given something for, or what a query gives: no list that an entity holds."""
        name = made.over.strip()
        return name.isidentifier() and any(
            call.to == name and call.fn == made.fn and (bool(call.args) or call.name in _GIVES)
            for call in self.model.files[at].calls
        )

    def _element(self, at: int, loop: int) -> tuple[Cls | None, Access | None, str]:
        """Return the entity that a loop goes through, its query, and the relation of another entity that it is."""
        made = self.model.files[at].loops[loop]
        cls, access = self.model.data.element(at, loop)
        if cls is not None and (access is None or access.many is not False):
            return cls, access, ""
        over = re.sub(r"^(await|list|sorted|tuple|set|enumerate)\b\W*", "", made.over.strip().lstrip("$&*("))
        found = re.match(r"(\w+)(?:(?:\.|->|\?\.)(?:get)?(\w+))?", over)
        if found is None:
            return None, None, ""
        owner, access = self._of_name(at, made.fn, found[1], 2)
        if not found[2]:
            return owner, access, ""
        related = self.model.data.entities[owner].relations if owner in self.model.data.entities else {}
        target = next((r.target for name, r in related.items() if plain(name) == plain(found[2])), None)
        if target is None and owner is None:
            target = self._only.get((family_of(self.model.files[at]), plain(found[2])))
        if target is not None:
            return target, None, found[2]
        held = found[2] in HOLDS and access is not None and access.many
        return (owner, access, "") if held else (None, None, "")

    def _by_use(self, fn: Fn, made: Loop) -> Cls | None:
        """Return the entity that an element must be by the function it is handed to: `OrderDto.of(it)`."""
        model = self.model
        for index in model.inside.calls[fn.file].get(fn.index, ()):
            call = model.files[fn.file].calls[index]
            given = [(n, v) for n, v in enumerate(call.args) if v.kind == "name" and v.text in made.vars]
            if not given or not made.line <= call.line <= made.end:
                continue
            for target in model.project.resolve_call(fn.file, call)[:1]:
                into = model.project.function(target)
                names = {name for name, _ in parameter_of(into, call, given)}
                for param in into.params:
                    known = (
                        model.project.named_type(target.file, param.type)
                        if param.name in names and param.type
                        else None
                    )
                    if known is not None and known.cls in model.data.entities and not known.is_many:
                        return known.cls
        return None

    @cached_property
    def _only(self) -> dict[tuple[str, str], Cls]:
        """Relations that one entity alone has: what goes through `x.widgets` goes through those, whatever x is."""
        found: dict[tuple[str, str], set[Cls]] = defaultdict(set)
        for cls, stored in self.model.data.entities.items():
            for name, related in stored.relations.items():
                if related.target is not None and len(name) > NAME_MIN:
                    found[family_of(self.model.files[cls.file]), plain(name)].add(related.target)
        return {key: next(iter(targets)) for key, targets in found.items() if len(targets) == 1}

    def only_relation(self, at: int, name: str) -> Related | None:
        """Return the relation of that name, if one entity alone has one."""
        target = self._only.get((family_of(self.model.files[at]), plain(name)))
        return Related(name, is_many=True, is_lazy=True, line=0, target=target) if target is not None else None

    def _of_name(self, at: int, fn: int, name: str, depth: int) -> tuple[Cls | None, Access | None]:
        """Return the entity and the query of a variable; of a parameter, what callers hand over."""
        known = self.model.project.type_of(at, fn, name).cls
        access = self.model.data.origin(at, fn, name)
        if access is not None and access.entity is not None:
            return access.entity, access
        if known in self.model.data.entities:
            return known, access
        made = self.model.files[at].functions[fn] if fn >= 0 else None
        if made is None or depth == 0 or name not in own_params(made):
            return None, None
        for edge in self.model.effects.callers.get(Fn(at, fn), ())[:CALLERS_MAX]:
            call = self.model.files[edge.at].calls[edge.call]
            for param, value in parameter_of(made, call, enumerate(call.args)):
                if param == name and value.kind in ("name", "call"):
                    access = self.model.data.origin_of(edge.at, call.fn, value)
                    if access is not None and access.entity is not None:
                        return access.entity, access
                    if value.kind == "name":
                        found = self._of_name(edge.at, call.fn, value.text, depth - 1)
                        if found[0] is not None:
                            return found
        return None, None

    def _inside(self, at: int, loop: int) -> int:
        """Return the function that is run each round: the lambda of a mapping, else the one the loop stands in."""
        made = self.model.files[at].loops[loop]
        if made.kind == "map":
            for index, fn in enumerate(self.model.files[at].functions):
                if fn.loop == loop and fn.kind == "lambda" and fn.parent == made.fn and fn.call >= 0:
                    return index
        return made.fn

    def _worth(self, at: int, loop: int) -> bool:
        """Whether anything in a loop could be a lazy read: cheap, and asked before what the list is."""
        made = self.model.files[at].loops[loop]
        fn = self._inside(at, loop)
        names = set(made.vars)
        if (
            made.kind == "map"
            and self.model.files[at].language == "csharp"
            and self.model.effects.dotnet.is_translated(at, fn)
        ):
            return False
        return any(read.base in names for read in self.model.inside.reads[at].get(fn, ())) or any(
            self.model.files[at].calls[n].on in names
            or any(v.text.lstrip("&*$") in names for v in self.model.files[at].calls[n].args)
            for n in self.model.inside.calls[at].get(fn, ())
        )

    def nearby(self, at: int, fn: int) -> set[str]:
        """Return what is loaded in the function around, apart from the query itself: `$orders->load('customer')`."""
        found: set[str] = set()
        for number in self.model.enclosing(at, fn):
            found |= self.lazily.loads(Fn(at, number))
        return found

    # ---- mappings ---------------------------------------------------------------------------

    def _mappings(self) -> Iterator[Reading]:
        """A function that is handed to map by name, and a resource that is made of each."""
        for at in backend(self.model):
            yield from self._by_getter(at)
            for index, call in enumerate(self.model.files[at].calls):
                if call.name in MAPPERS and any(value.kind == "name" for value in call.args[:2]):
                    yield from self._by_name(at, index, call)
                elif call.name in ("collection", "make") and call.on[:1].isupper():
                    yield from self._resource(at, index, call, call.on)
                elif call.name.endswith("Collection") and call.flags & 32 and call.args:
                    yield from self._resource(at, index, call, call.name.removesuffix("Collection") + "Resource")

    def _by_name(self, at: int, index: int, call: Call) -> Iterator[Reading]:
        for value in call.args[:2]:
            on, _, name = value.text.rpartition(".")
            targets = self.model.project.resolve(at, call.fn, on, name) if value.kind == "name" and name else ()
            if not targets:
                continue
            cls, access = self.source(at, index, call, value)
            target = self._of_one(targets[0])
            made = self.model.project.function(target)
            params = own_params(made)
            if cls is None and made.params:
                typed = next((p.type for p in made.params if p.name in params[:1] and p.type), "")
                cls = self.model.project.named_type(target.file, typed).cls if typed else None
            if cls is None or cls not in self.model.data.entities:
                continue
            element = Element(at, call.fn, call.line, f"{value.text} for each", cls, access)
            handed = [] if access else self.handed.queries(at, call.fn, root(call.on), cls)
            asked: list[Access | None] = [*handed] or [access]
            for lazy in self.lazily.on(target, params[0] if params else made.receiver, cls):
                near = self.nearby(at, call.fn)
                found = [
                    a
                    for a in asked
                    if not self.lazily.is_loaded(lazy, cls, a, near) and may_follow(lazy, is_asked=a is not None)
                ]
                if found:
                    lists = tuple(each for each in found if each is not None) if handed else ()
                    yield Reading(element._replace(access=found[0], lists=lists), lazy)

    def _by_getter(self, at: int) -> Iterator[Reading]:
        for index, value, cls, related, access in self.referring.readings(at):
            call = self.model.files[at].calls[index]
            lazy = Lazy(at, call.line, call.fn, related)
            is_loaded = self.lazily.is_loaded(lazy, cls, access, self.nearby(at, call.fn))
            if not is_loaded and may_follow(lazy, is_asked=access is not None):
                yield Reading(Element(at, call.fn, call.line, f"{value.text} for each", cls, access), lazy)

    def _of_one(self, fn: Fn) -> Fn:
        """Return, of methods that share a name, the one for one entity: `from(Order)` next to `from(List<Order>)`."""
        made = self.model.project.function(fn)
        if self.model.files[fn.file].language not in OVERLOADING or not self._takes_many(fn):
            return fn
        same = (f for f in self.model.project.functions_by_name.get(made.name, ()) if f.file == fn.file)
        own = (f for f in same if self.model.project.function(f).owner == made.owner)
        return next((f for f in own if not self._takes_many(f)), fn)

    def _takes_many(self, fn: Fn) -> bool:
        params = self.model.project.function(fn).params
        return bool(params) and written(params[0].type).is_many

    def source(self, at: int, index: int, call: Call, without: Arg | None = None) -> tuple[Cls | None, Access | None]:
        """Return the entity and the query of what a call goes through: what it is called on, or an argument."""
        data = self.model.data
        access = data.by_call.get((at, call.prev)) or data.by_call.get((at, index))
        if access is None and call.on and not call.on[:1].isupper():
            access = data.origin(at, call.fn, call.on)
        if access is None:
            for value in call.args:
                if value is not without and value.kind in ("name", "call"):
                    access = self._of_argument(at, index, call, value)
                    if access is not None:
                        break
        cls = access.entity if access is not None else None
        if cls is None:
            for text in (
                call.on,
                *(v.text for v in call.args if v.kind == "name" and v is not without),
            ):
                known = self.model.project.type_of(at, call.fn, text).cls if text else None
                if known in data.entities:
                    cls = known
        return cls, access

    def _of_argument(self, at: int, index: int, call: Call, value: Arg) -> Access | None:
        for number, inner in enumerate(self.model.files[at].calls):
            if inner.inside == index and (at, number) in self.model.data.by_call:
                return self.model.data.by_call[at, number]
        return self.model.data.origin_of(at, call.fn, value)

    def _resource(self, at: int, index: int, call: Call, name: str) -> Iterator[Reading]:
        """Laravel: OrderResource::collection($orders) runs toArray for each."""
        found = self.model.project.find_class(at, name)
        if found is None or not any(matches(RESOURCES, base) for base in self.model.project.ancestors(found)[1:]):
            return
        cls, access = self.source(at, index, call)
        if cls is None:
            cls = self.model.data.by_name.get(self.model.project.class_(found).name.removesuffix("Resource"))
        if (
            cls is None
            or cls not in self.model.data.entities
            or (call.name == "make" and (access is None or not access.many))
        ):
            return
        element = Element(at, call.fn, call.line, f"{name} of each", cls, access)
        for target in self.model.project.method(found, "toArray")[:1]:
            for lazy in self._of_resource(found, target, cls):
                if not self.lazily.is_loaded(lazy, cls, access, self.nearby(at, call.fn)):
                    yield Reading(element, lazy)

    def _handed_on(self, resource: Cls, target: Fn, cls: Cls) -> Iterator[Lazy]:
        """Yield the methods that ask and that a resource hands on to what it stands for: `$this->isOwner()`."""
        project, asking = self.model.project, self.lazily.asking
        for index in self.model.inside.calls[target.file].get(target.index, ()):
            call = self.model.files[target.file].calls[index]
            if call.on in ("this", "this.resource") and call.name in asking.names:
                if (
                    not project.method(resource, call.name)
                    and project.method(cls, call.name)[:1]
                    and (asking.reach.get(project.method(cls, call.name)[0], (None, "", 0))[1] == "query")
                ):
                    asked = Related(call.name, is_many=False, is_lazy=True, line=call.line)
                    yield Lazy(target.file, call.line, call.fn, asked, asks=True)

    def _of_resource(self, resource: Cls, target: Fn, cls: Cls) -> Iterator[Lazy]:
        """Yield what a resource reads of what it stands for: `$this->customer`, or `$this->order->customer` if it has a field for it."""
        own = {
            field.name
            for each in self.model.project.base_classes(resource)
            for field in self.model.project.class_(each).fields
        }
        yield from (lazy for lazy in self.lazily.on(target, "this", cls) if lazy.relation.name not in own)
        yield from self._handed_on(resource, target, cls)
        for each in self.model.project.base_classes(resource):
            for field in self.model.project.class_(each).fields:
                if field.type and self.model.project.named_type(each.file, field.type).cls == cls:
                    yield from self.lazily.on(target, f"this.{field.name}", cls)
