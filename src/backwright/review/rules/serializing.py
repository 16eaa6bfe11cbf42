"""Serializers: what Django REST framework's read of each object of a list, lazily or with a query of their own."""

from collections.abc import Iterator
from itertools import islice

from backwright.model.blueprint import Spot
from backwright.review.facts import Arg, Call, Class, Field
from backwright.review.link.data import Access
from backwright.review.link.packs import matches
from backwright.review.link.project import Cls, Fn
from backwright.review.link.related import Related
from backwright.review.regexes import regex
from backwright.review.rules.lazily import Lazy, plain
from backwright.review.rules.lists import Element, Lists, Reading
from backwright.review.rules.listviews import ListViews, ViewList
from backwright.review.rules.looping import backend
from backwright.review.rules.parameters import own_params
from backwright.review.rules.perobject import asked_with
from backwright.review.rules.prefetching import Prefetching

SERIALIZERS = ("*Serializer", "*Schema")
LIST_VIEWS = regex(r"ListAPIView|ListCreateAPIView|ModelViewSet|ReadOnlyModelViewSet|ListModelMixin")
PK_RELATIONS = regex(r"PrimaryKeyRelatedField|HyperlinkedRelatedField")
NESTED_MAX = 3
WRITES = regex(r"Create|Update|Write|Post|Input|Patch")  # serializers for what comes in


class Serializers:
    """Django REST framework: what a serializer reads of each object of a list."""

    def __init__(self, lists: Lists) -> None:
        self.lists, self.model, self.lazily = lists, lists.model, lists.lazily
        self._prefetching = Prefetching(self.model)
        self._views = ListViews(self.model, self.lazily)

    def readings(self) -> Iterator[Reading]:
        """Yield lazy reads of serializers that list views use, and of serializers made with many=True."""
        for at in backend(self.model):
            file = self.model.files[at]
            if file.language != "python":
                continue
            for index, made in enumerate(file.classes):
                if any(LIST_VIEWS.search(base) for base in self.model.project.ancestors(Cls(at, index))):
                    is_loaded = self._prefetching.works_out(Cls(at, index))
                    for serializer in self._chosen(Cls(at, index), made):
                        told = self._views.of(Cls(at, index), self._entity(serializer))
                        line = told.access.line if told.access is not None else made.line
                        found = iter(()) if told.is_one else self._of(at, -1, line, serializer, told)
                        yield from (each for each in found if each.lazy.asks or not is_loaded)
            for number, call in enumerate(file.calls):
                if call.fn >= 0 and any(v.name == "many" and v.text == "True" for v in call.args):
                    yield from self._made(at, number, call)

    def _made(self, at: int, number: int, call: Call) -> Iterator[Reading]:
        """A serializer that is made for many: `OrderSerializer(orders, many=True)`, also by the class's own attribute."""
        if call.args[0].name not in ("", "instance"):
            return
        serializer = self.model.project.find_class(at, call.name)
        own = self.model.project.own_class(at, call.fn)
        if call.name == "serializer_class" and own is not None and call.on == "self":
            serializer = next(iter(self._chosen(own, self.model.project.class_(own))), None)
        if serializer is None or not self._serializes(serializer):
            return
        _, access = self.lists.source(at, number, call)
        access = access or self._own_query(at, call)
        owner = self._relation(at, call) if access is None else None
        told = ViewList(access, self.lists.nearby(at, call.fn))
        yield from self._of(at, call.fn, call.line, serializer, told, owner)

    def _serializes(self, cls: Cls) -> bool:
        return any(matches(SERIALIZERS, base) for base in self.model.project.ancestors(cls))

    def _relation(self, at: int, call: Call) -> Related | None:
        """The relation whose objects are serialized: `LineSerializer(order.lines.all(), many=True)`."""
        words = call.args[0].text.split(".") if call.args else []
        name = words[-2] if len(words) > 2 and words[-1] == "all" else words[-1] if len(words) > 1 else ""
        return self.lists.only_relation(at, name)

    def _own_query(self, at: int, call: Call) -> Access | None:
        """The query of the view itself: `page = self.paginate_queryset(self.get_queryset())`."""
        own = self.model.project.own_class(at, call.fn)
        texts = {v.text for v in call.args}
        texts |= {
            item.text
            for assign in self.model.files[at].assigns
            if assign.fn == call.fn and assign.target in texts
            for item in (assign.value, *assign.value.items)
        }
        if own is None or not any("queryset" in text for text in texts):
            return None
        return self._views.of(own, None).access

    def _chosen(self, view: Cls, made: Class) -> list[Cls]:
        """Return the serializer of a view's list: its `serializer_class`, or what `get_serializer_class` gives for one."""
        find = self.model.project.find_class
        own = next((f.value for f in made.fields if f.name == "serializer_class" and f.value is not None), None)
        names = [own.text] if own is not None else []
        for fn in self.model.project.methods.get((made.name, "get_serializer_class"), ()):
            if fn.file != view.file or self.model.project.function(fn).cls != view.index:
                continue
            given = [
                r.value.text for r in self.model.files[fn.file].returns if r.fn == fn.index and r.value.kind == "name"
            ]
            reading = [text for text in given if not WRITES.search(text)] or given
            listed = [text for text in reading if "List" in text]
            names = [*(listed or names or reading[-1:])]
        found = (find(view.file, name) for name in names)
        return [cls for cls in found if cls is not None]

    def _of(
        self,
        at: int,
        fn: int,
        line: int,
        serializer: Cls,
        told: ViewList,
        owner: Related | None = None,
    ) -> Iterator[Reading]:
        access = told.access
        cls = self._entity(serializer) or (access.entity if access is not None else None)
        cls = cls or (owner.target if owner is not None else None)
        if cls is None:
            return
        name = self.model.project.class_(serializer).name
        element = Element(at, fn, line, f"{name} of each", cls, access, spots=told.spots, is_known=told.is_known)
        via = owner.name if owner is not None else ""
        for lazy in self._reads(serializer, cls, NESTED_MAX):
            if not self.lazily.is_loaded(lazy, cls, access, told.words, via, is_known=told.is_known):
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
                yield from self._field(each, field, cls, depth)
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

    def _field(self, at: Cls, made: Field, cls: Cls, depth: int) -> Iterator[Lazy]:
        """Yield what a declared field reads of an object."""
        value, name = made.value, made.name
        if value is None:
            return
        given = {item.name: item for item in value.items if item.name}
        if "write_only" in given:
            return
        kind = value.text.rpartition(".")[2]
        told = given.get("source") or given.get("attr")
        source = told.text if told is not None else name
        nested = self.model.project.find_class(at.file, value.text)
        nested = nested if nested is not None and self._serializes(nested) else None
        first, _, rest = source.partition(".")
        related = self._related(cls, first)
        if kind.endswith("MethodField"):
            first_given = next((item for item in value.items if not item.name and item.kind == "str"), None)
            by_name = given.get("method_name", first_given)
            method = by_name.text if by_name is not None else f"get_{name}"
            for target in self.model.project.method(at, method)[:1]:
                params = own_params(self.model.project.function(target))
                yield from self._of_function(target, params[0] if params else "", cls, method)
        elif nested is None and (whole := self._whole(at, value.text, source)) is not None:
            spot = Spot(self.model.files[at.file].path, made.line, f"{name} of each")
            params = own_params(self.model.project.function(whole))
            for each in self._of_function(whole, params[0] if params else "", cls, name):
                yield each._replace(path=(spot, *each.path))
        elif nested is not None and source == "*":
            yield from self._reads(nested, cls, depth - 1)
        elif related is None:
            if kind.endswith("Field") and "." not in source:
                yield from self._of_property(at, made.line, name, source, cls)
        elif self._is_read(kind, related, rest, is_named="source" in given):
            yield from self._of_relation(
                at, made, related, nested, depth, is_lazy=plain(first) in self.lazily.relations.get(cls, {})
            )

    def _whole(self, at: Cls, name: str, source: str) -> Fn | None:
        """Return what shows the object itself, of a field of the project's own: `source="*"`, or get_attribute gives it."""
        project = self.model.project
        own = project.find_class(at.file, name)
        if own is None or not any(base.endswith("Field") for base in project.ancestors(own)):
            return None
        gives = project.method(own, "get_attribute")[:1]
        is_given = any(
            r.value.kind == "name" and r.value.text in own_params(project.function(fn))
            for fn in gives
            for r in self.model.files[fn.file].returns
            if r.fn == fn.index
        )
        return next(iter(project.method(own, "to_representation")), None) if is_given or source == "*" else None

    def _related(self, cls: Cls, name: str) -> Related | None:
        stored = self.model.data.entities.get(cls)
        relations = stored.relations.items() if stored is not None else ()
        return next((related for each, related in relations if plain(each) == plain(name)), None)

    def _is_read(self, kind: str, related: Related, rest: str, *, is_named: bool) -> bool:
        """Whether a field of a relation loads it: its key stands in the row itself."""
        if (PK_RELATIONS.search(kind) and not related.is_many) or rest == "id":
            return False
        plain_field = kind.endswith("Field") and not kind.endswith("RelatedField") and kind != "StringRelatedField"
        return bool(rest) or related.is_many or is_named or not plain_field

    def _of_relation(
        self, at: Cls, made: Field, related: Related, nested: Cls | None, depth: int, *, is_lazy: bool
    ) -> Iterator[Lazy]:
        """A relation that is serialized, and what its own serializer reads of each object in turn."""
        if is_lazy:
            yield Lazy(at.file, made.line, -1, related)
        if nested is None or related.target is None:
            return
        spot = Spot(self.model.files[at.file].path, made.line, f"{made.name} of each")
        for inner in self._reads(nested, related.target, depth - 1):
            if inner.asks or not inner.via:
                yield inner._replace(via="" if inner.asks else related.name, path=(spot, *inner.path))

    def _of_property(self, at: Cls, line: int, name: str, source: str, cls: Cls) -> Iterator[Lazy]:
        """A property or method of the entity that a field shows."""
        spot = Spot(self.model.files[at.file].path, line, f"{name} reads {source}")
        for target in self.model.project.method(cls, source)[:1]:
            for each in self._of_function(target, "self", cls, source):
                yield each._replace(path=(spot, *each.path))

    def _of_function(self, fn: Fn, name: str, cls: Cls, shown: str) -> Iterator[Lazy]:
        """Yield what a function reads lazily of what it is given, and what it asks anew whatever was loaded."""
        asked = list(self._asked(fn, name, shown))
        lines = {(each.at, each.line) for each in asked}
        yield from (each for each in self.lazily.on(fn, name, cls) if (each.at, each.line) not in lines)
        yield from asked

    def _asked(self, fn: Fn, name: str, shown: str) -> Iterator[Lazy]:
        """Yield the first query that a function makes with what it is given: it runs for each object anew."""
        asked = asked_with(self.model, self.lists.loops, self.lazily.asking, fn, name)
        for index in islice(asked, 1):
            line = self.model.files[fn.file].calls[index].line
            yield Lazy(fn.file, line, fn.index, Related(shown, is_many=False, is_lazy=True, line=line), asks=True)
