"""JavaScript: models that a generic repository is handed by its heirs, `super(Order)`: what an heir inherits from it are queries of that model."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from backwright.review.facts import Arg, Call, Param
from backwright.review.link.jsdata import declared_model
from backwright.review.link.packs import Effect
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.types import written
from backwright.review.regexes import regex

ROUNDS = 2  # repository.findOrFail() -> this.findOne() -> this.model.findOne()
STEPS_MAX = 6  # base classes, calls in a chain, functions in functions
_STORES = frozenset({"query", "one", "lazy"})
_ASKED = regex(
    r"[mM]odel$|[rR]epository$|[cC]ollection$"
)  # mongoose.model("Order", schema), source.getRepository(Order)
_STREAMS = frozenset({"cursor", "stream", "eachAsync"})  # rows that are read one by one
_STARTS = regex(r"(find|count|aggregate|query|where|createQueryBuilder)")  # what a chain on a model begins with
_NO_MODEL = regex(
    r"([pP]risma|[kK]nex|[cC]lient|[cC]onnection|[pP]ool|[dD]b|[dD]atabase|[sS]ervice|[sS]ource|[mM]anager|[cC]ontext|[sS]ession)$"
)
_WORD = regex(r"[A-Za-z_$][\w$]*")
_PLACE = "text:"


class Query(NamedTuple):
    """What a method of a generic repository asks: its effects, and the parameters one of which must be given for it to be bounded."""

    effects: tuple[Effect, ...]
    bounds: tuple[tuple[int, str], ...] = ()


def handed(
    project: Project, known: Sequence[Mapping[int, Sequence[Effect]]]
) -> Iterator[tuple[int, int, list[Effect]]]:
    """Yield (file, call, effects) of what heirs inherit, and of what they ask the model themselves. `known`: for each file, call to what it does."""
    models = HandedModels(project)
    fresh: dict[Fn, Query] = {}
    for at in sorted({cls.file for cls in models.fields}):
        fresh.update(models.queries(at, known[at]))
    for at, calls in enumerate(known):
        if project.files[at].language == "javascript":
            yield from models.own(at, calls)
    done: set[tuple[int, int]] = set()
    seen: set[Fn] = set()
    for _ in range(ROUNDS):
        seen |= fresh.keys()
        above: dict[Fn, Query] = {}
        for fn, query in fresh.items():
            base = models.class_of(fn)
            for at, index in project.calls_by_name.get(project.function(fn).name, ()) if base is not None else ():
                call = project.files[at].calls[index]
                if (
                    project.files[at].language != "javascript"
                    or not call.on
                    or (at, index) in done
                    or index in known[at]
                ):
                    continue
                if fn not in project.resolve_call(at, call):
                    continue
                cls = project.type_of(at, call.fn, call.on).cls
                if cls == base:
                    inside = models.around(at, call.fn)
                    if inside is not None and inside not in seen and models.class_of(inside) == base:
                        above.setdefault(inside, query._replace(bounds=()))
                elif cls is not None and base is not None and (model := models.meant(cls, base)):
                    done.add((at, index))
                    yield at, index, [replace(each, entity=f"{_PLACE}{model}") for each in told(query, call)]
        fresh = above


def told(query: Query, call: Call) -> list[Effect]:
    """Return what a call of a method of a generic repository does: bounded only if it is given what bounds it."""
    if not query.bounds or any(_is_given(call.args, *place) for place in query.bounds):
        return list(query.effects)
    return [each for each in query.effects if each.does != "bounded"]


def _is_given(args: Sequence[Arg], place: int, key: str) -> bool:
    if place >= len(args):
        return False
    value = args[place]
    if not key or value.kind != "dict":
        return value.kind != "none" and value.text != "undefined"
    return any(item.name == key or not item.name for item in value.items)


class HandedModels:
    """Which classes keep a model that their heirs hand to them, and which model each heir hands."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.fields: dict[Cls, dict[str, int]] = {}
        self._constructors: dict[Cls, Fn | None] = {}
        self._models: dict[tuple[Cls, Cls, int], str] = {}
        for base in project.heirs:
            if project.files[base.file].language == "javascript" and (found := self._fields(base)):
                self.fields[base] = found
        self.asked: dict[Cls, dict[str, int]] = {}  # of these fields, those that queries are made on
        self._names = frozenset(name for fields in self.fields.values() for name in fields)

    def _constructor(self, cls: Cls) -> Fn | None:
        if cls not in self._constructors:
            self._constructors[cls] = next(iter(self.project.constructors(cls)), None)
        return self._constructors[cls]

    def _fields(self, base: Cls) -> dict[str, int]:
        """Return the fields of a class that hold what its constructor is given, each with the place of the parameter."""
        made = self._constructor(base)
        if made is None:
            return {}
        places = {param.name: n for n, param in enumerate(self.project.function(made).params)}
        own = {field.name for field in self.project.class_(base).fields}
        found = {name: place for name, place in places.items() if name in own}
        for assign in self.project.files[base.file].assigns if places else ():
            if assign.fn == made.index and assign.target.startswith("this.") and assign.value.kind == "name":
                name = assign.target.removeprefix("this.")
                if assign.value.text in places and name.isidentifier():
                    found[name] = places[assign.value.text]
        return found

    def class_of(self, fn: Fn) -> Cls | None:
        """Return the class that a function is a method of."""
        made = self.project.function(fn)
        return Cls(fn.file, made.cls) if made.cls >= 0 else None

    def around(self, at: int, index: int) -> Fn | None:
        """Return the method that a place stands in, also from within its lambdas."""
        functions = self.project.files[at].functions
        for _ in range(STEPS_MAX):
            if index < 0:
                return None
            if functions[index].kind == "method":
                return Fn(at, index)
            index = functions[index].parent
        return None

    # ---- which model --------------------------------------------------------------------------

    def meant(self, cls: Cls, base: Cls) -> str:
        """Return the one model that an object of a class has from a base, or those have that fill an interface."""
        project = self.project
        if base in project.base_classes(cls):
            return self.of(cls, base)
        heirs = [each for each in project.all_heirs(cls) if base in project.base_classes(each)]
        found = {self.of(each, base) for each in heirs}
        return found.pop() if len(found) == 1 else ""

    def of(self, cls: Cls, base: Cls, field: str = "") -> str:
        """Return the name of the model that a class hands to a base of its own, "" if that is not known. `field`: which one keeps it."""
        places = self.asked.get(base, {}) if not field else self.fields.get(base, {})
        names = [field] if field else list(places)
        return next((found for name in names if name in places and (found := self._model(cls, base, places[name]))), "")

    def _model(self, cls: Cls, base: Cls, place: int) -> str:
        key = (cls, base, place)
        if key not in self._models:
            self._models[key] = self._handed(cls, base, place)
        return self._models[key]

    def _handed(self, cls: Cls, base: Cls, place: int) -> str:
        way = [cls]
        while way[-1] != base and len(way) <= STEPS_MAX:
            above = (
                self.project.find_class(way[-1].file, written(each).name) for each in self.project.class_(way[-1]).bases
            )
            up = next((each for each in above if each is not None and base in self.project.base_classes(each)), None)
            if up is None:
                return ""
            way.append(up)
        for each in reversed(way[:-1]) if way[-1] == base else ():
            made = self._constructor(each)
            if made is None:
                continue  # what it is given goes on as it is
            call = next(
                (c for c in self.project.files[each.file].calls if c.fn == made.index and c.name == "super"), None
            )
            if call is None or place >= len(call.args) or any(v.text.startswith("...") for v in call.args):
                return ""
            value = call.args[place]
            params = self.project.function(made).params
            names = [param.name for param in params]
            if value.kind != "name" or value.text not in names:
                return _named(value)
            place = names.index(value.text)
            if each == cls:
                return _injected(params[place])
        return ""

    # ---- what is asked of it ------------------------------------------------------------------

    def queries(self, at: int, known: Mapping[int, Sequence[Effect]]) -> dict[Fn, Query]:
        """Return the methods of a file's generic repositories that ask the model."""
        found: dict[Fn, list[tuple[int, Sequence[Effect]]]] = {}
        for index, effects in known.items():
            call = self.project.files[at].calls[index]
            fn = self.around(at, call.fn) if call.fn >= 0 else None
            base = self.class_of(fn) if fn is not None else None
            if fn is None or base not in self.fields or not _is_query(effects):
                continue
            field = self._field(at, call)
            if field in self.fields[base]:
                self.asked.setdefault(base, {})[field] = self.fields[base][field]
                found.setdefault(fn, []).append((index, effects))
        return {fn: self._query(fn, asked, known) for fn, asked in found.items()}

    def _field(self, at: int, call: Call) -> str:
        """Return the field of its own object that is asked: `this.model.find().sort()`, `new this.model(order)` in a variable that is saved."""
        calls = self.project.files[at].calls
        first = call
        for _ in range(STEPS_MAX):
            if first.prev < 0:
                break
            first = calls[first.prev]
        if first is not call and not _STARTS.match(first.name):
            return ""  # what it is given says which table it asks
        parts = first.on.split(".")
        if len(parts) == 1 and parts[0].isidentifier() and parts[0] != "this":
            made = self.project.assigned[at].get((call.fn, parts[0]), ())
            parts = next((each.value.text for each in made if each.value.kind == "call"), "").split(".")
            parts = parts[:2] if len(parts) == 2 or (len(parts) == 3 and _STARTS.match(parts[2])) else []
        elif first is call and parts == ["this"]:
            parts = ["this", call.name]
        return parts[1] if len(parts) == 2 and parts[0] == "this" else ""

    def _query(self, fn: Fn, asked: list[tuple[int, Sequence[Effect]]], known: Mapping[int, Sequence[Effect]]) -> Query:
        """Return what a method asks in all: it writes if one of its queries does, and gives many rows if one does that is not bounded for sure."""
        stores = [each for _, effects in asked for each in effects if each.does in _STORES]
        write = next((each for each in stores if each.op == "write"), None)
        is_single = [any(e.does == "one" for e in effects) for _, effects in asked]
        several = [
            (index, each)
            for (index, effects), single in zip(asked, is_single, strict=True)
            for each in effects
            if each.does in _STORES and each.many and not single
        ]
        first = write or (several[0][1] if several else stores[0])
        does = "query" if several or first.does != "one" else "one"
        effects = [Effect(does, (), op=first.op, many=bool(several), library=first.library)]
        if any(each.does == "batch" for _, all_ in asked for each in all_):
            effects.append(Effect("batch", ()))
        told = [self._bounds(fn, index, known) for index, _ in several]
        if not told or any(each is None for each in told):
            return Query(tuple(effects))
        places = tuple(dict.fromkeys(place for each in told for place in each or ()))
        return Query((*effects, Effect("bounded", ())), places)

    def _bounds(self, fn: Fn, index: int, known: Mapping[int, Sequence[Effect]]) -> list[tuple[int, str]] | None:
        """Return the parameters that bound a query, [] if it is bounded whatever is given, None if it is not."""
        calls = self.project.files[fn.file].calls
        chain = self._chain(fn.file, index)
        if any(calls[number].name in _STREAMS for number in chain):
            return []
        bounding = [number for number in chain if any(each.does == "bounded" for each in known.get(number, ()))]
        if not bounding:
            return None
        params = self.project.function(fn).params
        found: list[tuple[int, str]] = []
        for number in bounding:
            given = [value for value in calls[number].args if value.kind in ("name", "other", "dict")]
            words = [word for value in given for word in (value.text, *(item.text for item in value.items))]
            places = [place for word in words if (place := _parameter(params, word)) is not None]
            if not places or calls[number].name != "limit":
                return []
            found += places
        return found

    def _chain(self, at: int, index: int) -> list[int]:
        """Return the calls of a chain that ask something of what a query gives: themselves, and those behind."""
        calls = self.project.files[at].calls
        behind = {
            call.prev: number for number, call in enumerate(calls) if call.prev >= 0 and call.fn == calls[index].fn
        }
        found = [index]
        while found[-1] in behind and len(found) <= 2 * STEPS_MAX:
            found.append(behind[found[-1]])
        return found

    def own(self, at: int, known: Mapping[int, Sequence[Effect]]) -> Iterator[tuple[int, int, list[Effect]]]:
        """Yield the queries that are made on the model itself, by its heirs or through them: `this.model.find()`, `orders.model.find()`."""
        for index, effects in known.items():
            call = self.project.files[at].calls[index]
            on, _, field = call.on.rpartition(".")
            if not _is_query(effects):
                continue
            kept = self._kept(at, call, field) if on == "this" else ""
            if kept := kept or declared_model(self.project, at, call)[1]:
                yield at, index, _about(effects, kept)
                continue
            if not on or field not in self._names:
                continue
            cls = self.project.type_of(at, call.fn, on).cls
            for base in self.project.base_classes(cls)[1:] if cls is not None else ():
                if cls is not None and field in self.fields.get(base, {}) and (model := self.of(cls, base, field)):
                    yield at, index, _about(effects, model)
                    break

    def _kept(self, at: int, call: Call, field: str) -> str:
        """Return the model that a class puts into a field of its own: `this.orders = Order`."""
        own = self.project.own_class(at, call.fn)
        for cls in self.project.base_classes(own) if own is not None else ():
            made = self._constructor(cls)
            given = [param.name for param in self.project.function(made).params] if made else []
            for assign in self.project.assigned[cls.file].get((made.index, f"this.{field}"), ()) if made else ():
                if assign.value.kind != "name" or assign.value.text in given:
                    continue
                if (name := _named(assign.value))[:1].isupper():
                    return name
        return ""


def _about(effects: Sequence[Effect], model: str) -> list[Effect]:
    return [replace(each, entity=f"{_PLACE}{model}") if each.does in _STORES else each for each in effects]


def _is_query(effects: Sequence[Effect]) -> bool:
    """Whether a call asks a store, and with no statement of its own."""
    return any(each.does in _STORES for each in effects) and not any(each.sql for each in effects)


def _parameter(params: Sequence[Param], word: str) -> tuple[int, str] | None:
    """Return which parameter a value is, and which of its fields: `options.limit`, also of a parameter that is taken apart. None with a default."""
    first, _, rest = word.partition(".")
    for place, param in enumerate(params):
        if param.name == first:
            is_set = param.default is not None and param.default.kind not in ("dict", "none", "name")
            return None if is_set else (place, _WORD.findall(rest)[0] if _WORD.findall(rest) else "")
        if not param.name.isidentifier() and first in _WORD.findall(param.name):
            return place, first
    return None


def _named(value: Arg) -> str:
    """Return the model in what is handed: `Order`, `models.Order`, `mongoose.model("Order", schema)`."""
    if value.kind == "name" and not _NO_MODEL.search(value.text):
        return value.text.rpartition(".")[2]
    if value.kind == "call" and _ASKED.search(value.text) and value.items and value.items[0].kind in ("name", "str"):
        return value.items[0].text.rpartition(".")[2]
    return ""


def _injected(param: Param) -> str:
    """Return the model that a container hands: `@InjectModel(Order.name) model: Model<Order>`."""
    for mark in param.marks:
        for value in mark.args[:1]:
            if value.kind in ("name", "str") and "Inject" in mark.name:
                return value.text.removesuffix(".name").rpartition(".")[2]
    name = written(param.type).name.rpartition(".")[2]
    return name if name[:1].isupper() and not _NO_MODEL.search(name) else ""
