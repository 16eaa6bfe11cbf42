"""Lists of entities that are gone through element by element: loops, mappings, serializers and resources."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from backwright.model.blueprint import Spot
from backwright.review.facts import Arg, Call, Field, Loop
from backwright.review.link.data import Access
from backwright.review.link.model import Model
from backwright.review.link.packs import matches
from backwright.review.link.project import OVERLOADING, Cls, Fn, family_of
from backwright.review.link.types import written
from backwright.review.rules.handed import Handed
from backwright.review.rules.lazily import Lazily, Lazy, plain
from backwright.review.rules.looping import (
    Loops,
    backend,
    is_offline,
    own_params,
    parameter_of,
    root,
    served,
)
from backwright.review.rules.patterns import flat
from backwright.review.rules.referring import Referring

HOLDS = frozenset("items Items content Content data results rows all object_list".split())
MAPPERS = frozenset(
    "map flatMap forEach Select SelectMany ConvertAll mapNotNull array_map each transform mapToObj for_each filter_map mapItems through".split()
)
RESOURCES = ("*JsonResource", "JsonResource", "*Resource", "*ResourceCollection")
FOR_ONE = re.compile(r"Create|Update|Write|Patch|Neighbors|Retrieve|Import|Validator")
SERIALIZERS = ("*Serializer", "*Schema")
LIST_VIEWS = re.compile(r"ListAPIView|ListCreateAPIView|ModelViewSet|ReadOnlyModelViewSet|ListModelMixin")
PK_RELATIONS = re.compile(r"PrimaryKeyRelatedField|HyperlinkedRelatedField")
NESTED_MAX = 3
ANEW = re.compile(r"\.(filter|exclude|order_by|annotate|distinct|reverse|select_related|prefetch_related|only|defer)\(")
LOADED = re.compile(r"(?:select_related|prefetch_related|Prefetch)\(([^)]*)")
KNOWS_OWNER = frozenset({"python", "java", "kotlin", "csharp"})  # where what is loaded from its owner knows it
NAME_MIN = 5  # letters of a name that says what it is by itself
CALLERS_MAX = 6  # callers asked what they hand over


class Element(NamedTuple):
    """What one round goes through.

    Attributes:
        at, fn, line: Where the list is gone through.
        how: For people: "for each order", "OrderSerializer of each order".
        access: The query that the list comes from, if it is known.
        via: The relation of another entity that the list is.
        lists: All queries that a list that was handed over may come from, without those that load what is read.
    """

    at: int
    fn: int
    line: int
    how: str
    cls: Cls
    access: Access | None
    via: str = ""
    lists: tuple[Access, ...] = ()


class Reading(NamedTuple):
    """A lazy relation of an element that is read in each round."""

    element: Element
    lazy: Lazy


class Lists:
    """Finds lists of entities and what is read lazily on their elements."""

    def __init__(self, model: Model, loops: Loops, lazily: Lazily) -> None:
        self.model, self.loops, self.lazily = model, loops, lazily
        self.handed = Handed(model)
        self._referring = Referring(model, lazily, self.handed)

    def readings(self) -> Iterator[Reading]:
        """Yield every lazy read on an element of a list, unless it was loaded with the list."""
        if not self.model.data.entities:
            return
        yield from self._loops()
        yield from self._mappings()
        yield from Serializers(self).readings()

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
                cls, access, via = self._element(at, number)
                if cls not in self.model.data.entities or cls is None or (access is not None and access.many is False):
                    continue
                fn = Fn(at, self._inside(at, number))
                element = Element(at, made.fn, made.line, f"for each {made.vars[0]}", cls, access, via)
                handed = [] if access or via else self.handed.queries(at, made.fn, root(made.over), cls)
                asked: list[Access | None] = [*handed] or [access]
                for var in made.vars:
                    for lazy in self.lazily.on(fn, var, cls, number if fn.index == made.fn else -2):
                        found = self._unloaded(at, made, lazy, element, asked)
                        if found:
                            lists = tuple(each for each in found if each is not None) if handed else ()
                            yield Reading(element._replace(access=found[0], lists=lists), lazy)

    def _unloaded(
        self, at: int, made: Loop, lazy: Lazy, element: Element, accesses: list[Access | None]
    ) -> list[Access | None]:
        """Return the queries that a list may come from without those that load a relation."""
        near, name, via = self.nearby(at, made.fn), plain(lazy.relation.name), element.via
        anew = ANEW.search(made.over) if via and self.model.files[at].language == "python" else None
        if via and self.model.files[at].language in KNOWS_OWNER and plain(root(made.over)).endswith(name):
            return []  # for line in order.lines: line.order is there
        if anew is not None and not lazy.via:  # order.lines.filter(...) is a query of its own
            words = {plain(part) for text in LOADED.findall(made.over) for part in re.split(r"__|\W+", text)}
            return [] if name in words | near else accesses[:1]
        return [each for each in accesses if not self.lazily.is_loaded(lazy, element.cls, each, near, via)]

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

    @cached_property
    def _only(self) -> dict[tuple[str, str], Cls]:
        """Relations that one entity alone has: what goes through `x.widgets` goes through those, whatever x is."""
        found: dict[tuple[str, str], set[Cls]] = defaultdict(set)
        for cls, stored in self.model.data.entities.items():
            for name, related in stored.relations.items():
                if related.target is not None and len(name) > NAME_MIN:
                    found[family_of(self.model.files[cls.file]), plain(name)].add(related.target)
        return {key: next(iter(targets)) for key, targets in found.items() if len(targets) == 1}

    def of_relation(self, at: int, value: Arg) -> tuple[Cls | None, str]:
        """Return what `project.widgets.all()` holds, if only one entity has such a relation, and its name."""
        words = [word for word in value.text.split(".")[1:] if word != "all"]
        found = self._only.get((family_of(self.model.files[at]), plain(words[0]))) if len(words) == 1 else None
        return found, words[0] if found is not None else ""

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
        return any(read.base in names for read in self.lazily.reads[at].get(fn, ())) or any(
            self.model.files[at].calls[n].on in names
            or any(v.text.lstrip("&*$") in names for v in self.model.files[at].calls[n].args)
            for n in self.lazily.calls[at].get(fn, ())
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
                found = [a for a in asked if not self.lazily.is_loaded(lazy, cls, a, near)]
                if found:
                    lists = tuple(each for each in found if each is not None) if handed else ()
                    yield Reading(element._replace(access=found[0], lists=lists), lazy)

    def _by_getter(self, at: int) -> Iterator[Reading]:
        for index, value, cls, related, access in self._referring.readings(at):
            call = self.model.files[at].calls[index]
            lazy = Lazy(at, call.line, call.fn, related)
            if not self.lazily.is_loaded(lazy, cls, access, self.nearby(at, call.fn)):
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

    def _of_resource(self, resource: Cls, target: Fn, cls: Cls) -> Iterator[Lazy]:
        """Yield what a resource reads of what it stands for: `$this->customer`, or `$this->order->customer` if it has a field for it."""
        own = {
            field.name
            for each in self.model.project.base_classes(resource)
            for field in self.model.project.class_(each).fields
        }
        yield from (lazy for lazy in self.lazily.on(target, "this", cls) if lazy.relation.name not in own)
        for each in self.model.project.base_classes(resource):
            for field in self.model.project.class_(each).fields:
                if field.type and self.model.project.named_type(each.file, field.type).cls == cls:
                    yield from self.lazily.on(target, f"this.{field.name}", cls)


class Serializers:
    """Django REST framework: what a serializer reads of each object of a list."""

    def __init__(self, lists: Lists) -> None:
        self.lists, self.model, self.lazily = lists, lists.model, lists.lazily

    def readings(self) -> Iterator[Reading]:
        """Yield lazy reads of serializers that list views use, and of serializers made with many=True."""
        for at in backend(self.model):
            file = self.model.files[at]
            if file.language != "python":
                continue
            for index, made in enumerate(file.classes):
                names = {field.name: field for field in made.fields}
                listing = self._listing(at, index, names)
                if listing and any(LIST_VIEWS.search(base) for base in self.model.project.ancestors(Cls(at, index))):
                    access, words = self._of_view(at, index)
                    for serializer in listing:
                        yield from self._of(at, -1, made.line, serializer, access, words)
            for number, call in enumerate(file.calls):
                if (
                    any(v.name == "many" and v.text == "True" for v in call.args)
                    and call.fn >= 0
                    and call.args[0].name in ("", "instance")
                ):
                    called = self.model.project.find_class(at, call.name)
                    if called is not None and any(
                        matches(SERIALIZERS, base) for base in self.model.project.ancestors(called)
                    ):
                        _, access = self.lists.source(at, number, call)
                        of_relation = self.lists.of_relation(at, call.args[0]) if access is None else (None, "")
                        yield from self._of(
                            at,
                            call.fn,
                            call.line,
                            called,
                            access,
                            self.lists.nearby(at, call.fn),
                            of_relation,
                        )

    def _listing(self, at: int, index: int, names: Mapping[str, Field]) -> list[Cls]:
        """Return the serializers that a view lists with: its attribute, or what `get_serializer_class` chooses for lists."""
        file, project = self.model.files[at], self.model.project
        chosen = [
            each.value.text
            for each in file.returns
            if each.fn >= 0
            and file.functions[each.fn].name == "get_serializer_class"
            and file.functions[each.fn].cls == index
            and each.value.kind == "name"
            and not FOR_ONE.search(each.value.text)
        ]
        of_lists = [text for text in chosen if "List" in text]
        value = names["serializer_class"].value if "serializer_class" in names else None
        found = [project.find_class(at, text) for text in of_lists or chosen[-1:] or ([value.text] if value else [])]
        return [cls for cls in found if cls is not None]

    def _of_view(self, at: int, index: int) -> tuple[Access | None, set[str]]:
        """Return the query of a view, and all that is loaded anywhere in its class."""
        made = self.model.files[at].classes[index]
        inside = [
            a
            for a in self.model.data.accesses
            if a.at == at and made.line <= a.line <= made.end and a.entity is not None
        ]
        words: set[str] = set()
        for number, fn in enumerate(self.model.files[at].functions):
            if fn.cls == index:
                words |= self.lazily.loads(Fn(at, number))
                for _, target in self.model.effects.callees.get(Fn(at, number), ()):
                    words |= self.lazily.loads(target)
        for call in self.model.files[at].calls:
            if made.line <= call.line <= made.end and call.name in (
                "select_related",
                "prefetch_related",
                "Prefetch",
                "with_related",
                "setup_eager_loading",
            ):
                words |= {plain(part) for text in flat(call.args) for part in re.split(r"__|\W+", text) if part}
        return (inside[0] if inside else None), words

    def _of(
        self,
        at: int,
        fn: int,
        line: int,
        serializer: Cls,
        access: Access | None,
        words: set[str],
        of: tuple[Cls | None, str] = (None, ""),
    ) -> Iterator[Reading]:
        cls = self._entity(serializer) or (access.entity if access is not None else of[0])
        via = of[1] if cls == of[0] else ""
        if cls is None:
            return
        name = self.model.project.class_(serializer).name
        element = Element(at, fn, line, f"{name} of each", cls, access)
        for lazy in self._reads(serializer, cls, NESTED_MAX):
            if not self.lazily.is_loaded(lazy, cls, access, words, via):
                yield Reading(element, lazy)

    def _meta(self, serializer: Cls, name: str) -> Arg | None:
        for each in self.model.project.base_classes(serializer):
            for made in self.model.files[each.file].classes:
                if made.name == "Meta" and made.outer == each.index:
                    for field in made.fields:
                        if field.name == name:
                            return field.value
        return None

    def _entity(self, serializer: Cls) -> Cls | None:
        value = self._meta(serializer, "model")
        return self.model.project.find_class(serializer.file, value.text) if value is not None else None

    def _reads(self, serializer: Cls, cls: Cls, depth: int) -> Iterator[Lazy]:
        stored = self.model.data.entities.get(cls)
        lazy = self.lazily.relations.get(cls, {})
        if stored is None or depth == 0:
            return
        declared: set[str] = set()
        for each in self.model.project.base_classes(serializer):
            for field in self.model.project.class_(each).fields:
                if field.value is None or field.value.kind != "call" or field.name in declared:
                    continue
                declared.add(field.name)
                yield from self._field(each, field.name, field.line, field.value, cls, depth)
        fields = self._meta(serializer, "fields")
        listed = {plain(item.text): item for item in fields.items} if fields is not None else {}
        nested = self._meta(serializer, "depth") is not None
        for name, related in lazy.items():
            if name in listed and related.name not in declared and (related.is_many or nested):
                line = next(
                    (
                        f.line
                        for c in self.model.files[serializer.file].classes
                        if c.name == "Meta" and c.outer == serializer.index
                        for f in c.fields
                        if f.name == "fields"
                    ),
                    self.model.project.class_(serializer).line,
                )
                yield Lazy(serializer.file, line, -1, related)
        for made in ("to_representation",):
            for target in self.model.project.method(serializer, made)[:1]:
                params = own_params(self.model.project.function(target))
                yield from self.lazily.on(target, params[0] if params else "", cls)

    def _field(self, at: Cls, name: str, line: int, value: Arg, cls: Cls, depth: int) -> Iterator[Lazy]:
        lazy = self.lazily.relations.get(cls, {})
        given = {item.name: item for item in value.items if item.name}
        if "write_only" in given:
            return
        kind = value.text.rpartition(".")[2]
        source = given["source"].text if "source" in given else name
        first, _, rest = source.partition(".")
        related = lazy.get(plain(first))
        if source == "*":  # another serializer of the same object
            nested = self.model.project.find_class(at.file, value.text)
            if nested is not None:
                yield from self._reads(nested, cls, depth - 1)
            return
        if kind.endswith("MethodField"):
            method = given["method_name"].text if "method_name" in given else f"get_{name}"
            for target in self.model.project.method(at, method)[:1]:
                params = own_params(self.model.project.function(target))
                yield from self.lazily.on(target, params[0] if params else "", cls)
            return
        if related is None:
            if kind.endswith("Field") and "." not in source:
                for target in self.model.project.method(cls, source)[:1]:  # a property or method of the model
                    for each in self.lazily.on(target, "self", cls):
                        yield each._replace(
                            path=(
                                Spot(self.model.files[at.file].path, line, f"{name} reads {source}"),
                                *each.path,
                            )
                        )
            return
        if PK_RELATIONS.search(kind) and not related.is_many:
            return  # the key stands in the row itself
        if rest == "id" or (
            not rest
            and kind.endswith("Field")
            and not kind.endswith("RelatedField")
            and not related.is_many
            and "source" not in given
            and kind != "StringRelatedField"
        ):
            return
        yield Lazy(at.file, line, -1, related)
