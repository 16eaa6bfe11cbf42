"""Python's ORMs: queries that go on from a variable, and from the other side of a relation, under names that packs know."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from backwright.review.facts import Arg, Call
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.pythonstatements import Statements
from backwright.review.regexes import regex

_KEYS = frozenset({"ForeignKey", "ManyToManyField", "OneToOneField", "TreeForeignKey", "ParentalKey"})
_LOADS = frozenset({"select_related", "prefetch_related", "Prefetch", "prefetch_related_objects"})
# What asks anew even if the relation was loaded before; `all` does not.
_ANEW = frozenset(
    "filter exclude order_by values values_list select_related prefetch_related annotate aggregate".split()
)
_QUERY = regex(r"\bobjects\b|\.query\b|_set\b|\bqueryset\b|get_queryset")
_BEGINS = regex(r"\bquery(\(\))?(\.|$)")
_SENT = regex(r"\.(all|first|one|one_or_none|get|count|scalar|exists|delete|update|paginate|first_or_404)$")
_BEGUN = regex(
    r"\bobjects\.|\bquery\.\w+$|\bquery\(\)\.|session\.query$", re.IGNORECASE
)  # a query that a function gives
_ENDED = regex(
    r"\.(all|first|one|one_or_none|scalar|count|get|exists|delete|update|create|aggregate|paginate|in_bulk)$"
)
_GIVEN = regex(r"(?:([A-Za-z_][\w.]*)\.)?(\w+)\(\)((?:\.\w+\(\))*)$")
_WORDS = regex(r"\w+")
_PLAIN = frozenset({"Any", "str", "int", "float", "bool", "bytes", "object", "None"})
_HOPS = 2  # variables followed from one to the other


class PythonQueries:
    """Names of what a call is called on, besides the one that is written."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._statements = Statements(project)

    def names(self, at: int, call: Call) -> Iterator[str]:
        """Yield `Order.objects.filter()` for `orders` that was made so, and `customer.orders_set` for a related name."""
        if made := self.spelled(at, call) or self._given(at, call):
            yield made
        if made := self._begun_by_class(at, call):
            yield made
        words = call.on.split(".")
        for place, word in enumerate(words[1:], 1):
            then = words[place + 1].removesuffix("()") if place + 1 < len(words) else call.name
            is_anew = then in _ANEW or (then == "all" and word not in self._loaded)
            if word in self.related and (is_anew or self._is_own(at, call, words[: place + 1], then)):
                yield ".".join([*words[:place], f"{word}_set", *words[place + 1 :]])
                return

    def _is_own(self, at: int, call: Call, words: list[str], then: str) -> bool:
        """Whether a call goes on by a method of the project's managers: `event.orders.paid()`."""
        return bool(self.project.django.resolve(at, call.fn, ".".join(words), then))

    def is_of_plain_values(self, at: int, call: Call) -> bool:
        """Whether a call is made on a dictionary or a list of values that are no objects, by its type: `dict[str, Any]`."""
        if self.project.files[at].language != "python" or not call.on:
            return False
        known = self.project.type_of(at, call.fn, call.on)
        return known.is_many and known.cls is None and known.name.rpartition(".")[2] in _PLAIN

    def is_for_sqlalchemy(self, at: int) -> bool:
        """Whether a file asks by SQLAlchemy, so that `db.execute(...)` is no call of a driver."""
        return at in self._by_sqlalchemy

    @cached_property
    def _by_sqlalchemy(self) -> frozenset[int]:
        return frozenset(
            at
            for at, file in enumerate(self.project.files)
            if any(made.module.partition(".")[0] in ("sqlalchemy", "sqlmodel") for made in file.imports)
        )

    def about(self, at: int, call: Call, last: Call) -> str:
        """Return what says which model a chain is about: `Line.objects` for `order.lines`, else what `spelled` gives.

        `call`, `last`: its first and its last call.
        """
        for each in (last, call):
            known = self.project.django.asked(at, each.fn, each.on)
            if known is not None and known.kind == "query" and known.model is not None:
                return f"{self.project.class_(known.model).name}.objects"
        return self.spelled(at, call) or self._statements.about(at, call, last)

    def spelled(self, at: int, call: Call) -> str:
        """Return what a call is called on with its first variable put in, "" if that holds no query."""
        root, dot, rest = call.on.partition(".")
        made = self._made(at, call.fn, root, _HOPS) if root.isidentifier() else ""
        if made or not root.isidentifier():
            return f"{made}{dot}{rest}" if made else ""
        known = self.project.django.asked(at, call.fn, root) if root not in ("self", "cls") else None
        if known is None or known.kind != "query" or known.model is None:
            return ""
        begun = "objects_set" if known.is_part else "objects"  # of the rows that belong to another one
        return f"{self.project.class_(known.model).name}.{begun}.all(){dot}{rest}"

    def _begun_by_class(self, at: int, call: Call) -> str:
        """Return `Order.query.filter_by()` for `Order.filter_by()`, if a class method of the project begins a query of its class."""
        root, _, rest = call.on.partition(".")
        method = rest.partition("(")[0] if rest else call.name
        if not root[:1].isupper() or method not in self._beginners:
            return ""
        cls = self.project.find_class(at, root)
        told = self.project.method(cls, method) if cls is not None else ()
        if not any(fn in self._beginners[method] for fn in told):
            return ""
        return f"{root}.query.{rest}" if rest else f"{root}.query"

    @cached_property
    def _beginners(self) -> dict[str, set[Fn]]:
        """Class methods that give back a query of their class that was not sent yet: `return session.query(cls).filter(...)`."""
        found: dict[str, set[Fn]] = defaultdict(set)
        for fn, _ in self._given_back(_BEGINS, _SENT):
            made = self.project.function(fn)
            if made.cls >= 0 and any(mark.name == "classmethod" for mark in made.marks):
                found[made.name].add(fn)
        return found

    def _given_back(self, begins: re.Pattern[str], sent: re.Pattern[str]) -> Iterator[tuple[Fn, str]]:
        """Yield each function that returns a query which was begun and not sent, with what it returns."""
        for at, file in enumerate(self.project.files):
            for each in file.returns if file.language == "python" else ():
                text = each.value.text
                if each.fn >= 0 and each.value.kind == "call" and begins.search(text) and not sent.search(text):
                    yield Fn(at, each.fn), text

    def _given(self, at: int, call: Call) -> str:
        """Return what a call is called on if that is what a function of the project gives: `Order.filter_by().count()`."""
        found = _GIVEN.match(call.on)
        if found is None or found[2] not in self._builders:
            return ""
        targets = self.project.resolve(at, call.fn, found[1] or "", found[2])[:1]
        text = next((self._builders[found[2]].get(target, "") for target in targets), "")
        return f"{text}{found[3]}" if text else ""

    @cached_property
    def _builders(self) -> dict[str, dict[Fn, str]]:
        """Names of functions that return a query which goes on, to each of them with what it returns."""
        found: dict[str, dict[Fn, str]] = defaultdict(dict)
        for fn, text in self._given_back(_BEGUN, _ENDED):
            if not self.project.files[fn.file].is_test:
                found[self.project.function(fn).name][fn] = f"{text}()"
        return found

    def _made(self, at: int, fn: int, name: str, hops: int) -> str:
        for assign in self.project.assigned[at].get((fn, name), ()) if fn >= 0 else ():
            value = assign.value
            text = f"{value.text}()" if value.kind == "call" else value.text if value.kind == "name" else ""
            if _QUERY.search(text):
                return text
            root = text.partition(".")[0]
            if hops and text and root != name and (above := self._made(at, fn, root, hops - 1)):
                return f"{above}{text[len(root) :]}"
        return ""

    @cached_property
    def related(self) -> dict[str, Cls | None]:
        """Name of a relation that leads to many to the class of those, None if there are several of that name."""
        found: dict[str, set[Cls | None]] = defaultdict(set)
        for at, file in enumerate(self.project.files):
            for index, made in enumerate(file.classes) if file.language == "python" and not file.is_test else ():
                for field in made.fields:
                    value = field.value
                    kind = value.text.rpartition(".")[2] if value is not None and value.kind == "call" else ""
                    if value is None or kind not in _KEYS:
                        continue
                    named = next((v.text for v in value.items if v.name == "related_name" and v.kind == "str"), "")
                    if named and named != "+" and kind != "OneToOneField":
                        found[named].add(Cls(at, index))
                    if kind == "ManyToManyField":
                        found[field.name].add(self._target(at, value))
        return {name: next(iter(told)) if len(told) == 1 else None for name, told in found.items()}

    def _target(self, at: int, value: Arg) -> Cls | None:
        words = _WORDS.findall(value.items[0].text) if value.items else []
        return self.project.find_class(at, words[-1]) if words else None

    @cached_property
    def _loaded(self) -> set[str]:
        """Words of all relations that some query of the project loads with its rows."""
        calls = (
            self.project.files[at].calls[index]
            for name in _LOADS
            for at, index in self.project.calls_by_name.get(name, ())
        )
        texts = (value.text for call in calls for value in call.args if value.kind == "str")
        return {word for text in texts for word in text.split("__")}
