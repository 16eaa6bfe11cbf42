"""Lazy relations: each read of one on an element of a list is a query of its own, unless it was loaded with the list."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from backwright.model.blueprint import Spot
from backwright.review.facts import Call, Read
from backwright.review.link.data import Access
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Cls, Fn
from backwright.review.link.related import Related
from backwright.review.regexes import regex
from backwright.review.rules.asking import GUARDS, Asking
from backwright.review.rules.jpacaches import LANGUAGES as JVM
from backwright.review.rules.jpacaches import JpaCaches
from backwright.review.rules.looping import NAMES, Loops
from backwright.review.rules.parameters import own_params, parameter_of
from backwright.review.rules.patterns import flat
from backwright.review.rules.proxies import is_of_key

DEPTH_MAX = 3  # functions that an element is followed into, and variables that a query goes on from
GETTER = regex(r"^(?:get|is|load|fetch)_?([A-Za-z]\w*)$")
# An argument that keeps a serializer from going on: `serialize(x, with_query=False)`.
SPARES = regex(r"^(with|include|load|expand|show|embed|nested|full|deep|detail)", re.IGNORECASE)
WRITERS = regex(
    r"^(attach|detach|sync|associate|dissociate|save|create|insert|update|delete|remove|add|set|clear|toggle|push|forceDelete|restore|increment|decrement|append|extend)",
    re.IGNORECASE,
)
ONE_OF = frozenset({"OneToOne", "ManyToOne"})
STATEMENTS = frozenset({"Query", "NamedQuery", "NamedQueries"})
FETCHES = regex(r"\bfetch\s+([\w.]+)", re.IGNORECASE)
DESTROYS = regex(r"(soft_?)?(destroy|delete|purge|trash)", re.IGNORECASE)
JOINS = frozenset("leftJoinAndSelect innerJoinAndSelect addSelect fetchJoin join_related joinWith".split())
LOADERS = frozenset(
    "load loadMissing loadCount prefetch_related_objects populate initialize with_ loadRelation include Include Preload".split()
)


class Lazy(NamedTuple):
    """A lazy relation that is read on an element.

    Attributes:
        at, line, fn: Where it is read.
        path: The functions that lead there from the loop.
        via: The relation of the element that it is a relation of: customer of `order.customer.address`.
        asks: It is no relation but a property that asks each time: nothing can have loaded it.
    """

    at: int
    line: int
    fn: int
    relation: Related
    path: tuple[Spot, ...] = ()
    via: str = ""
    asks: bool = False


class Lazily:
    """Finds what is read lazily on a name, in a function and in those it is handed to."""

    def __init__(self, model: Model, loops: Loops, asking: Asking) -> None:
        self.model, self.loops, self.asking = model, loops, asking
        self._looked: dict[tuple[Fn, str, Cls], list[Lazy]] = {}

    # ---- what there is ----------------------------------------------------------------------

    @cached_property
    def relations(self) -> dict[Cls, dict[str, Related]]:
        """Entity to its lazy relations, by name in lower case without underscores."""
        found: dict[Cls, dict[str, Related]] = {}
        for cls, stored in self.model.data.entities.items():
            if self.model.files[cls.file].language == "csharp" and not self._proxies:
                continue
            always = self._always(cls)
            lazy = {
                plain(name): related
                for name, related in stored.relations.items()
                if related.is_lazy and plain(name) not in always
            }
            for name in self._fetched_after(cls):
                lazy.setdefault(plain(name), stored.relations[name])
            if self.model.files[cls.file].language in JVM:
                lazy = self._asked_singly(cls, lazy)
            if lazy:
                found[cls] = lazy
        return found

    def _asked_singly(self, cls: Cls, lazy: dict[str, Related]) -> dict[str, Related]:
        """JPA: return the relations without those that are cached or loaded for many rows at once."""
        caches = JpaCaches(self.model)
        if caches.loads_in_batches:
            return {}
        together = {plain(field.name) for field in self.model.project.class_(cls).fields if caches.is_together(field)}
        return {
            name: related
            for name, related in lazy.items()
            if name not in together and (related.is_many or not caches.is_kept(related.target))
        }

    def _fetched_after(self, cls: Cls) -> list[str]:
        """JPA: what a row has one of, if it is EAGER: a query that does not join it is followed by one for each row."""
        if self.model.files[cls.file].language not in JVM:
            return []
        relations = self.model.data.entities[cls].relations
        return [
            field.name
            for field in self.model.project.class_(cls).fields
            if field.name in relations and not relations[field.name].is_lazy
            for mark in field.marks
            if mark.name in ONE_OF and not any(value.name == "mappedBy" for value in mark.args)
        ]

    @cached_property
    def _proxies(self) -> bool:
        """Whether navigations are loaded when they are read: EF 6 and NHibernate do so, EF Core only with proxies."""
        if self.model.imports("System.Data.Entity", "NHibernate", language="csharp"):
            files = self.model.files
            return not any(
                a.target.endswith("LazyLoadingEnabled") and a.value.text == "false" for f in files for a in f.assigns
            )
        return any(
            name in self.model.project.calls_by_name for name in ("UseLazyLoadingProxies", "UseLazyLoading")
        ) or any(
            param.type.endswith("ILazyLoader")
            for file in self.model.files
            for made in file.functions
            for param in made.params
        )

    def _always(self, cls: Cls) -> set[str]:
        """Eloquent: `protected $with = ['author']`."""
        made = self.model.project.class_(cls)
        return {
            plain(text)
            for field in made.fields
            if field.name in ("with", "$with") and field.value
            for text in flat(field.value.items)
        }

    @cached_property
    def words(self) -> frozenset[str]:
        """The names of all lazy relations."""
        return frozenset(name for relations in self.relations.values() for name in relations)

    @cached_property
    def children(self) -> list[dict[int, list[int]]]:
        """For each file: function to the lambdas written in it."""
        found: list[dict[int, list[int]]] = []
        for file in self.model.files:
            by_fn: dict[int, list[int]] = defaultdict(list)
            for index, made in enumerate(file.functions):
                if made.parent >= 0 and made.kind == "lambda":
                    by_fn[made.parent].append(index)
            found.append(by_fn)
        return found

    # ---- following an element ---------------------------------------------------------------

    def on(self, fn: Fn, name: str, cls: Cls, loop: int = -2, depth: int = DEPTH_MAX) -> list[Lazy]:
        """Return the lazy relations that are read on `name`, an element of entity `cls`, in a function.

        `loop`: only what stands in this loop; -2 for all of the function.
        """
        if depth == 0 or not name:
            return []
        key = (fn, name, cls)
        if loop == -2 and key in self._looked:
            return self._looked[key]
        if loop == -2:
            self._looked[key] = []
        found = [
            *self._read_here(fn, name, cls, loop),
            *self._called_here(fn, name, cls, loop, depth),
        ]
        for inner in self.children[fn.file].get(fn.index, ()):
            made = self.model.files[fn.file].functions[inner]
            if (loop == -2 or self._in_loop(fn.file, made.loop, loop)) and name not in own_params(made):
                found += self.on(Fn(fn.file, inner), name, cls, -2, depth)
        if loop == -2:
            self._looked[key] = found
        return found

    def _in_loop(self, at: int, inner: int, loop: int) -> bool:
        return loop == -2 or (inner >= 0 and loop in self.model.loops(at, inner))

    def _read_here(self, fn: Fn, name: str, cls: Cls, loop: int) -> Iterator[Lazy]:
        lazy = self.relations.get(cls, {})
        guarded = any(
            self.model.files[fn.file].calls[n].name in GUARDS
            for n in self.model.inside.calls[fn.file].get(fn.index, ())
        )
        for read in self.model.inside.reads[fn.file].get(fn.index, ()):
            if read.base in (name, f"{name}.resource") and self._in_loop(fn.file, read.loop, loop):
                related = lazy.get(plain(read.attr))
                if related is not None and not guarded and not self._is_written(fn, read):
                    yield Lazy(fn.file, read.line, fn.index, related)
            elif read.base.startswith(f"{name}.") and self._in_loop(fn.file, read.loop, loop) and not guarded:
                first = self._relation(cls, read.base[len(name) + 1 :])
                if first is not None and first.target is not None and not first.is_many:
                    related = self.relations.get(first.target, {}).get(plain(read.attr))
                    if related is not None and not self._is_written(fn, read):
                        yield Lazy(fn.file, read.line, fn.index, related, via=first.name)

    def _relation(self, cls: Cls, name: str) -> Related | None:
        stored = self.model.data.entities.get(cls)
        return (
            next((r for n, r in stored.relations.items() if plain(n) == plain(name)), None)
            if stored is not None
            else None
        )

    def _is_written(self, fn: Fn, read: Read) -> bool:
        """Whether the relation is given a value: `order.customer = other` reads nothing."""
        written = self.model.project.assigned[fn.file].get((fn.index, f"{read.base}.{read.attr}"), ())
        return any(assign.line == read.line for assign in written)

    def _called_here(self, fn: Fn, name: str, cls: Cls, loop: int, depth: int) -> Iterator[Lazy]:
        lazy = self.relations.get(cls, {})
        file = self.model.files[fn.file]
        if any(file.calls[n].name in GUARDS for n in self.model.inside.calls[fn.file].get(fn.index, ())):
            lazy = {}
        for index in self.model.inside.calls[fn.file].get(fn.index, ()):
            call = file.calls[index]
            if not self._in_loop(fn.file, call.loop, loop):
                continue
            if any(SPARES.match(value.name) and value.text.lower() == "false" for value in call.args):
                continue
            if call.on == name:
                getter = GETTER.match(call.name)
                related = lazy.get(plain(getter[1])) if getter else lazy.get(plain(call.name))
                if related is not None:
                    if getter and related.is_lazy and not related.is_many and is_of_key(self.model, fn.file, index):
                        continue
                    last = file.calls[self.model.effects.chain(fn.file, index)[-1]]
                    if not WRITERS.match(last.name):
                        # Eloquent: a relation's method begins a query of its own
                        asks = file.language == "php" and last is not call and getter is None
                        access = self.model.data.by_call.get((fn.file, index)) if asks else None
                        if access is not None and self.asking.kept.came_along(access):
                            continue
                        yield Lazy(fn.file, call.line, fn.index, related, asks=asks)
                    continue
                yield from self._through(fn.file, call, self.model.project.method(cls, call.name), "", cls, depth)
            given = [
                (place, value)
                for place, value in enumerate(call.args)
                if value.kind == "name" and value.text.lstrip("&*$") == name
            ]
            if given:
                targets = self.model.project.resolve_call(fn.file, call)[:1]
                for target in targets:
                    for param, _ in parameter_of(self.model.project.function(target), call, given):
                        yield from self._through(fn.file, call, (target,), param, cls, depth)
            yield from self._handed_relation(fn, call, name, cls, depth)
        yield from self._properties(fn, name, cls, loop, depth)

    def _handed_relation(self, fn: Fn, call: Call, name: str, cls: Cls, depth: int) -> Iterator[Lazy]:
        """A relation that is loaded and handed on: `serialize(alert.query)`, and what is read of it there."""
        for place, value in enumerate(call.args):
            if value.kind != "name" or not value.text.startswith(f"{name}."):
                continue
            first = self._relation(cls, value.text[len(name) + 1 :])
            if first is None or first.target is None or first.is_many:
                continue
            for target in self.model.project.resolve_call(fn.file, call)[:1]:
                for param, _ in parameter_of(self.model.project.function(target), call, [(place, value)]):
                    for each in self._through(fn.file, call, (target,), param, first.target, depth):
                        if not each.via:
                            yield each._replace(via=first.name)

    def _properties(self, fn: Fn, name: str, cls: Cls, loop: int, depth: int) -> Iterator[Lazy]:
        """Properties that are written as methods: `order.customer_name` in Python and Eloquent's accessors."""
        language = self.model.files[fn.file].language
        if language not in ("python", "php"):
            return
        for read in self.model.inside.reads[fn.file].get(fn.index, ()):
            if read.base in (name, f"{name}.resource") and self._in_loop(fn.file, read.loop, loop):
                accessor = read.attr if language == "python" else _accessor(read.attr)
                for target in self.model.project.method(cls, accessor)[:1]:
                    marks = self.model.project.function(target).marks
                    if language == "php" or any(mark.name.endswith("property") for mark in marks):
                        spot = Spot(self.model.files[fn.file].path, read.line, f"{name}.{read.attr}")
                        for each in self.on(target, self._self(target), cls, -2, depth - 1):
                            yield each._replace(path=(spot, *each.path))
                        if target in self.asking.reach or self._sends(target):
                            asked = Related(read.attr, is_many=False, is_lazy=True, line=read.line)
                            yield Lazy(fn.file, read.line, fn.index, asked, asks=True)

    def _sends(self, fn: Fn) -> bool:
        """Whether a property goes through a query that waits for its use."""
        return any(access.op != "write" for access in self.model.data.by_function.get(fn, ()))

    def _self(self, fn: Fn) -> str:
        return self.model.project.function(fn).receiver or "self"

    def _through(
        self, at: int, call: Call, targets: tuple[Fn, ...], param: str, cls: Cls, depth: int
    ) -> Iterator[Lazy]:
        for target in targets[:1]:
            if DESTROYS.match(self.model.project.function(target).name):
                continue  # what belongs to a thing goes with it, thing by thing
            for each in self.on(target, param or self._self(target), cls, -2, depth - 1):
                spot = Spot(self.model.files[at].path, call.line, shown(call))
                yield each._replace(path=(spot, *each.path))

    # ---- what was loaded with it ------------------------------------------------------------

    def eager_words(self, access: Access) -> set[str]:
        """Return the names of what a query loads at once, in lower case without underscores."""
        model = self.model
        words = {plain(part) for word in access.eager for part in re.split(r"__|\.", word)}
        calls = model.files[access.at].calls
        chain = [calls[number] for number in access.calls]
        if access.eager or any(call.name in JOINS for call in chain):
            words |= {
                plain(part)
                for call in chain
                for text in flat(call.args)
                for word in NAMES.findall(text)
                for part in re.split(r"__", word)
            }
        for number in (*access.calls, *self._made_before(access)):
            for target in model.project.resolve_call(access.at, calls[number])[:1]:
                words |= self._marked(target) | self.loads(target) | self._asked_to_load(access, calls[number], target)
        for fn in model.enclosing(access.at, access.fn):
            words |= self.loads(Fn(access.at, fn))
        return words

    def _made_before(self, access: Access) -> list[int]:
        """C#: return the calls that made what a query goes on from: `var open = orders.Get(...)`, and then `open.ToList()`."""
        found: list[int] = []
        if self.model.files[access.at].language != "csharp":
            return found
        calls, first = self.model.files[access.at].calls, access.calls[0]
        for _ in range(DEPTH_MAX):
            made = self.model.effects.maker(access.at, first)
            if made is None or made is calls[first]:
                break
            first = next(n for n, call in enumerate(calls) if call is made)
            chain = self.model.effects.chain(access.at, first)
            found += [n for n in chain if n not in found]
            first = chain[0]
        return found

    def _asked_to_load(self, access: Access, call: Call, target: Fn) -> set[str]:
        """C#: return what a method of the project is asked to load with its rows: `orders.Get(includeProperties: "Lines,Buyer")`."""
        if self.model.files[target.file].language != "csharp":
            return set()
        given = parameter_of(
            self.model.project.function(target), call, enumerate(v for v in call.args if v.kind != "type")
        )
        values = [value for name, value in given if name.lower().startswith("include")]
        own = self.model.project.own_class(access.at, access.fn)
        fields = {field.name: field.value for field in self.model.project.class_(own).fields} if own is not None else {}
        held = (fields.get(value.text) or value for value in values)
        return {plain(word) for text in flat(tuple(held)) for word in NAMES.findall(text)}

    def eager_pairs(self, access: Access) -> set[tuple[str, str]]:
        """Return which relation of which relation is loaded at once: `with("assets.model")` is (assets, model)."""
        calls = self.model.files[access.at].calls
        eager = [self.model.effects.call(does) for does in access.does if does.does == "eager"]
        eager += [
            calls[n]
            for fn in self.model.enclosing(access.at, access.fn)
            for n in self.model.inside.calls[access.at].get(fn, ())
            if calls[n].name in LOADERS
        ]
        found: set[tuple[str, str]] = set()
        for text in (text for call in eager for text in flat(call.args)):
            steps = [plain(step) for step in re.split(r"__|\.", text.partition(":")[0])]
            found |= set(pairwise(steps))
        return found

    def _marked(self, fn: Fn) -> set[str]:
        marks = self.model.project.function(fn).marks
        return {
            plain(word)
            for mark in marks
            for text in flat(mark.args)
            for word in (_fetched(text) if mark.name in STATEMENTS else NAMES.findall(text))
            if mark.name not in ("Transactional", "Override")
        }

    def loads(self, fn: Fn) -> set[str]:
        """Return the words of all that loads relations in a function, whatever query it belongs to."""
        found: set[str] = set()
        effects = self.model.effects.of_call[fn.file]
        for index in self.model.inside.calls[fn.file].get(fn.index, ()):
            call = self.model.files[fn.file].calls[index]
            if (
                call.name in LOADERS
                or call.name in JOINS
                or any(does.does == "eager" for does in effects.get(index, ()))
            ):
                joined = call.name == "fetchJoin" and call.prev >= 0  # query.join(order.customer).fetchJoin()
                args = self.model.files[fn.file].calls[call.prev].args if joined else call.args
                found |= {
                    plain(part) for text in flat(args) for word in NAMES.findall(text) for part in re.split("__", word)
                }
        return found

    @cached_property
    def loaded_somewhere(self) -> dict[Cls | None, set[str]]:
        """Entity to all that some query of the project loads with it; None for queries of no known entity."""
        found: dict[Cls | None, set[str]] = defaultdict(set)
        for access in self.model.data.accesses:
            found[access.entity] |= self.eager_words(access)
        for at in self.model.own:
            for index, told in self.model.effects.of_call[at].items():
                if any(does.does == "eager" for does in told):
                    found[None] |= _words_of(self.model.files[at].calls[index])
        return found

    @cached_property
    def loaded_together(self) -> list[set[str]]:
        """For each query that loads relations: their names."""
        found = [words for words in (self.eager_words(access) for access in self.model.data.accesses) if words]
        eager = (
            self.model.files[at].calls[index]
            for at in self.model.own
            for index, told in self.model.effects.of_call[at].items()
            if any(does.does == "eager" for does in told)
        )
        return [*found, *(_words_of(call) for call in eager)]

    def is_loaded(
        self,
        lazy: Lazy,
        cls: Cls,
        access: Access | None,
        more: Iterable[str] = (),
        via: str = "",
        *,
        is_known: bool = False,
    ) -> bool:
        """Whether a relation was loaded with the list, or may have been where the query is not known.

        `via`: the list is this relation of another entity, so that only what loads both can have loaded it.
        `is_known`: `more` is all that is loaded with it.
        """
        name = plain(lazy.relation.name)
        known = set(more)
        if lazy.asks:
            return False
        if lazy.via:  # of a relation that is lazy itself, that one is told
            known |= self.eager_words(access) if access is not None else set()
            return plain(lazy.via) not in known or name in known
        if via:
            return name in known or any(name in words and plain(via) in words for words in self.loaded_together)
        if access is not None:
            known |= self.eager_words(access)
        elif not is_known:
            known |= self.loaded_somewhere.get(cls, set()) | self.loaded_somewhere.get(None, set())
        return name in known


def _words_of(call: Call) -> set[str]:
    """Return the words of what a call loads with a list."""
    words = (word for text in flat(call.args) for word in NAMES.findall(text))
    return {plain(part) for word in words for part in word.split("__")}


def _accessor(name: str) -> str:
    """Return the method that Eloquent runs for an attribute: getDueDateAttribute of due_date and of dueDate."""
    return f"get{''.join(part[:1].upper() + part[1:] for part in name.split('_'))}Attribute"


def _fetched(statement: str) -> list[str]:
    """Return what a statement joins to have it: `join fetch o.customer`, not what it joins for a condition."""
    return [name for path in FETCHES.findall(statement) for name in path.split(".")[1:] or [path]]


def plain(name: str) -> str:
    """Return a name in lower case without underscores, so that getLines, lines and order_lines can be compared."""
    return name.replace("_", "").lower()
