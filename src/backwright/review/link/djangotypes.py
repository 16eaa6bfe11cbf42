"""Django: what a chain is that goes through models: a model, a row of it, a query of it, by fields and by managers of the project's own."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from backwright.review.facts import Arg, Class, Field
from backwright.review.link.djangoroots import given_model
from backwright.review.link.sqlalchemyrows import SqlalchemyRows
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Cls, Fn, Project

ONE = frozenset(
    "get first last earliest latest create get_or_create update_or_create aget afirst alast acreate aget_or_create".split()
)  # what gives a row of a query
GOES_ON = frozenset(
    "all filter exclude order_by annotate alias select_related prefetch_related only defer distinct reverse using select_for_update "
    "none union intersection difference extra iterator get_queryset complex_filter values values_list".split()
)
_TO_ONE = frozenset({"ForeignKey", "OneToOneField", "TreeForeignKey", "ParentalKey", "ForeignKeyField"})
_TO_MANY = frozenset({"ManyToManyField", "ParentalManyToManyField", "TreeManyToManyField"})
_ROWS = frozenset({"get_object_or_404", "aget_object_or_404"})
_MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
_HOLDER = regex(r"(?:^|\.)\w*(?:Manager|Query[sS]et)(?:\[.*\])?$")
_GIVEN_SET = regex(r"from_queryset\(\s*([\w.]+)")
_WORD = regex(r"[A-Za-z_]\w*")
_ARGUMENTS = regex(r"\([^()]*(?:\([^()]*\)[^()]*)*\)")
_HOPS = 4  # variables and functions that a chain is followed through
_MODEL = regex(
    r"(?:^|\.)(?:models\.Model|AbstractUser|AbstractBaseUser|MP_Node|NS_Node|AL_Node"
    r"|(?:TimeStamped|MPTT|Polymorphic|Clusterable|SafeDelete|SoftDeletable|Translatable|Typed)Model)$"
)


class Asked(NamedTuple):
    """What a chain is.

    Attributes:
        model: The model that it is about, if it is known.
        kind: class, row, query.
        holders: Of a query: managers and query sets of the project whose methods it has.
        is_part: Of a query: only of the rows that belong to another one.
    """

    model: "Cls | None"
    kind: str
    holders: tuple["Cls", ...] = ()
    is_part: bool = False


class DjangoTypes:
    """Models, rows and queries by how they are reached. Nothing is known by a name alone."""

    def __init__(self, project: "Project") -> None:
        self.project = project
        self._known: dict[tuple[int, int, str], Asked | None] = {}
        self._kinds: dict[Fn, str] = {}
        self.rows = SqlalchemyRows(project)

    # ---- rows -------------------------------------------------------------------------------

    def field(self, of: "Cls", at: int, field: Field) -> "Cls | None":
        """Return the model that a foreign key leads to; `of` is the class that has the field, `at` where that stands."""
        value = field.value
        if value is None or value.kind != "call" or value.text.rpartition(".")[2] not in _TO_ONE:
            return None
        return self._target(of, at, value)

    def _target(self, of: "Cls", at: int, value: Arg) -> "Cls | None":
        given = next((v for v in value.items if v.name in ("to", "model")), value.items[0] if value.items else None)
        if given is None or (given.name and given.name not in ("to", "model")):
            return None
        words = _WORD.findall(given.text)
        if not words:
            return None
        if given.kind == "str" and words == ["self"]:
            return of
        if words[-1] in ("AUTH_USER_MODEL", "get_user_model"):
            return self.user
        return self.project.find_class(at, words[-1]) or self._alone(words[-1], given.kind == "str")

    def _alone(self, name: str, is_named: bool) -> "Cls | None":
        """Return the one model that a text names: "shop.Order"."""
        there = self.project.classes_by_name.get(name, ()) if is_named else ()
        found = [cls for cls in there if cls in self.models]
        return found[0] if len(found) == 1 else None

    @cached_property
    def user(self) -> "Cls | None":
        """The model of users, if the settings name one of the project's."""
        for file in self.project.files:
            for assign in file.assigns if file.language == "python" and not file.is_test else ():
                if assign.target == "AUTH_USER_MODEL" and assign.value.kind == "str":
                    return self._alone(assign.value.text.rpartition(".")[2], is_named=True)
        return None

    def typed(self, at: int, fn: int, chain: str) -> "Cls | None":
        """Return the model that a chain is a row of."""
        if self.project.files[at].language != "python":
            return None
        found = self.asked(at, fn, chain)
        if found is None:
            return self.rows.typed(at, fn, chain)
        return found.model if found.kind == "row" else None

    def row(self, at: int, fn: int, value: Arg) -> "Cls | None":
        """Return the model of the row that a call gives: `Order.objects.get(id=1)`, `get_object_or_404(Order, id=1)`."""
        if self.project.files[at].language != "python":
            return None
        on, _, name = value.text.rpartition(".")
        if name in _ROWS and value.items:
            first = value.items[0]
            found = self.asked(at, fn, f"{first.text}()" if first.kind == "call" else first.text)
            return found.model if found is not None and found.kind in ("class", "query") else None
        if name not in ONE and name not in self.methods:
            return None
        found = self.asked(at, fn, f"{on}.{name}()") if on else None
        return found.model if found is not None and found.kind == "row" else None

    def element(self, at: int, loop: int) -> "Cls | None":
        """Return the model whose rows a loop goes through."""
        made = self.project.files[at].loops[loop]
        value = made.value if self.project.files[at].language == "python" else None
        if value is None or value.kind not in ("call", "name") or "values" in value.text:
            return None
        found = self.asked(at, made.fn, f"{value.text}()" if value.kind == "call" else value.text)
        if found is None:
            return self.rows.element(at, loop, value)
        return found.model if found.kind == "query" else None

    # ---- chains -----------------------------------------------------------------------------

    def asked(self, at: int, fn: int, chain: str) -> Asked | None:
        """Return what a chain is, None if it goes through nothing of Django's."""
        if not self.models or not chain:
            return None
        key = (at, fn, chain)
        if key not in self._known:
            self._known[key] = None  # a cycle ends here
            self._known[key] = self._asked(at, fn, chain)
        return self._known[key]

    def _asked(self, at: int, fn: int, chain: str) -> Asked | None:
        first, *rest = words = chain.split(".")
        known = self._root(at, fn, first)
        if (known is None or known.kind == "other") and (given := given_model(self, at, fn, words)) is not None:
            known, rest = Asked(given[0], "row"), words[given[1] :]
        for word in rest:
            if known is None:
                return None
            known = self._step(known, word)
        return known

    def _root(self, at: int, fn: int, first: str) -> Asked | None:
        project = self.project
        own = project.own_class(at, fn)
        if first in ("self", "cls", "super()") and own is not None:
            if own in self.holders:
                return Asked(self._model_of(own), "query", (own,))
            kind = "class" if first == "cls" else "row" if own in self.models else "other"
            return Asked(own, kind)
        if first.endswith("()"):
            return self._from_function(project.resolve(at, fn, "", first[:-2])[:1])
        if not first.isidentifier():
            return None
        known = project.type_of(at, fn, first)
        if known.cls is not None:
            if known.cls not in self.models or known.is_many:
                return None
            return Asked(known.cls, "class" if project.find_class(at, first) == known.cls else "row")
        scope = fn
        for _ in range(_HOPS):
            for assign in project.assigned[at].get((scope, first), ()):
                value = assign.value
                if value.kind in ("call", "name") and value.text.partition(".")[0] != first:
                    if found := self.asked(at, scope, f"{value.text}()" if value.kind == "call" else value.text):
                        return found
            if scope < 0:
                return None
            scope = project.files[at].functions[scope].parent
        return None

    def _step(self, known: Asked, word: str) -> Asked | None:
        name = word.removesuffix("()")
        is_call = word.endswith("()")
        if known.model is not None and (known.kind, word) in (("row", "__class__"), ("query", "model")):
            return Asked(known.model, "class")
        if known.kind == "query":
            return self._of_query(known, name) if is_call else None
        if known.model is None:
            return None
        if known.kind == "class":
            holders = self.managers.get(known.model, {}).get(name) if not is_call else None
            if holders is None and name in _MANAGERS and not is_call:
                holders = ()
            return Asked(known.model, "query", holders) if holders is not None else None
        if is_call:
            return self._from_function(self.project.method(known.model, name)[:1])
        made = self.project.class_(known.model)
        target = self.project.member(self.project.named_type(known.model.file, made.name), name)
        if target.cls is not None and not target.is_many:
            return Asked(target.cls, "row" if target.cls in self.models else "other")
        if known.kind != "row" or (led := self._related.get(known.model, {}).get(name)) is None:
            return None
        holders = self.default(led[0]) if led[0] is not None else ()
        return Asked(led[0], "query", holders, is_part=True) if led[1] else Asked(led[0], "row")

    def _of_query(self, known: Asked, name: str) -> Asked | None:
        for fn in self.own(known.holders, name):
            kind = self.kind(fn)
            if kind == "query":
                return known
            return Asked(known.model, "row") if kind == "row" else None
        if name in ONE:
            return Asked(known.model, "row")
        return known if name in GOES_ON else None

    def _from_function(self, found: "tuple[Fn, ...]") -> Asked | None:
        """Return what a function gives back, if that is a query or a row each time that it says."""
        for fn in found:
            told = [self._value(fn, value) for value in self._returned(fn)]
            kinds = [each for each in told if each is not None]
            if kinds and kinds[0].kind in ("query", "row"):
                return kinds[0]
        return None

    def _value(self, fn: "Fn", value: Arg) -> Asked | None:
        text = f"{value.text}()" if value.kind == "call" else _ARGUMENTS.sub("()", value.text).partition("[")[0]
        return self.asked(fn.file, fn.index, text) if value.kind in ("call", "name") else None

    def _returned(self, fn: "Fn") -> list[Arg]:
        return self.project.python.returns.get((fn.file, fn.index), [])

    # ---- managers ---------------------------------------------------------------------------

    def kind(self, fn: "Fn") -> str:
        """Return what a method of a manager or query set gives: "query" that goes on, "row", "" for anything else."""
        if fn not in self._kinds:
            self._kinds[fn] = ""
            told = [self._value(fn, value) for value in self._returned(fn)]
            kinds = {each.kind if each is not None else "" for each in told}
            self._kinds[fn] = next(iter(kinds)) if len(kinds) == 1 and kinds <= {"query", "row"} else ""
        return self._kinds[fn]

    def own(self, holders: "tuple[Cls, ...]", name: str) -> "tuple[Fn, ...]":
        """Return the method of that name that a query has of the project's."""
        for holder in holders if name in self.methods else ():
            for cls in self.project.base_classes(holder):
                if found := self.project.methods_of(cls, name):
                    return tuple(found[:1])
        return ()

    def resolve(self, at: int, fn: int, on: str, name: str) -> "tuple[Fn, ...]":
        """Return the method of a manager or query set of the project that a call runs: `Order.objects.paid()`."""
        if name not in self.methods:
            return ()
        known = self.asked(at, fn, on)
        return self.own(known.holders, name) if known is not None and known.kind == "query" else ()

    @cached_property
    def models(self) -> "frozenset[Cls]":
        """Classes that are models."""
        return frozenset(cls for cls in self._python() if any(_MODEL.search(n) for n in self._foreign(cls)))

    @cached_property
    def holders(self) -> "frozenset[Cls]":
        """Classes that are managers or query sets."""
        return frozenset(
            cls for cls in self._python() if any(_HOLDER.search(n) or "from_queryset(" in n for n in self._foreign(cls))
        )

    def _python(self) -> "Iterator[Cls]":
        for there in self.project.classes_by_name.values() if self._uses_django else ():
            yield from (cls for cls in there if self.project.files[cls.file].language == "python")

    @cached_property
    def _uses_django(self) -> bool:
        return any(
            made.module.partition(".")[0] == "django"
            for file in self.project.files
            if file.language == "python"
            for made in file.imports
        )

    def _foreign(self, cls: "Cls") -> Iterator[str]:
        """Yield the names of all bases that are not the project's, of a class and of those that it inherits from."""
        for each in self.project.base_classes(cls):
            for base in self.project.class_(each).bases:
                if "from_queryset(" in base or self.project.find_class(each.file, base.partition("[")[0]) is None:
                    yield self.project.absolute(each.file, base.partition("[")[0]) if "(" not in base else base

    @cached_property
    def methods(self) -> frozenset[str]:
        """Names of all methods of managers and query sets, and of what these inherit from."""
        classes = {each for cls in self.holders for each in self.project.base_classes(cls)}
        return frozenset(
            made.name
            for cls in classes
            for made in self.project.files[cls.file].functions
            if made.cls == cls.index and not made.name.startswith("__")
        )

    @cached_property
    def managers(self) -> "dict[Cls, dict[str, tuple[Cls, ...]]]":
        """Model to its managers by name, those of its bases too, each with the classes whose methods it has."""
        own = {cls: self._managers_of(cls, self.project.class_(cls)) for cls in self._python()}
        found: dict[Cls, dict[str, tuple[Cls, ...]]] = {}
        for cls in self.models:
            told: dict[str, tuple[Cls, ...]] = {}
            for each in self.project.base_classes(cls):
                for name, holders in own.get(each, {}).items():
                    told.setdefault(name, holders)
            if told:
                found[cls] = told
        return found

    def _managers_of(self, cls: "Cls", made: Class) -> "dict[str, tuple[Cls, ...]]":
        found: dict[str, tuple[Cls, ...]] = {}
        for field in made.fields:
            value = field.value
            if value is None or value.kind != "call":
                continue
            names = [field.type, value.text, *(item.text for item in value.items if item.kind == "name")]
            names += self._sets.get((cls.file, field.line), ())
            told = [held for name in names for held in self._holders(cls.file, name)]
            if told:
                found[field.name] = tuple(dict.fromkeys(told))
        return found

    def _holders(self, at: int, name: str) -> "Iterator[Cls]":
        """Yield the managers and query sets that a name in a file means: `OrderQuerySet.as_manager`, `OrderManager`."""
        root = name.partition("(")[0].removesuffix(".as_manager").removesuffix(".from_queryset")
        cls = self.project.find_class(at, root) if root else None
        if cls in self.holders and cls is not None:
            yield cls
            yield from self._given_sets(cls)
        elif cls is None and root.isidentifier():  # OrderManager = models.Manager.from_queryset(OrderQuerySet)
            made = self.project.imported[at].get(root)
            files = self.project.module_files(at, made.module) if made is not None else [at]
            for number in files:
                for assign in self.project.assigned[number].get((-1, root), ()):
                    for given in (assign.value.text, *self._sets.get((number, assign.line), ())):
                        if given != name:
                            yield from self._holders(number, given)

    def _given_sets(self, cls: "Cls") -> "Iterator[Cls]":
        """Yield the query sets that a manager hands out: by `from_queryset(...)` among its bases, or by get_queryset."""
        for each in self.project.base_classes(cls):
            for base in self.project.class_(each).bases:
                if (given := _GIVEN_SET.search(base)) and (found := self.project.find_class(each.file, given[1])):
                    yield found
            for fn in self.project.methods_of(each, "get_queryset"):
                for value in self._returned(fn):
                    root = re.split(r"[.(]", value.text)[0]
                    found = self.project.find_class(fn.file, root) if value.kind == "call" and root else None
                    if found in self.holders and found is not None:
                        yield found

    @cached_property
    def _sets(self) -> dict[tuple[int, int], tuple[str, ...]]:
        """(file, line) to the query sets that `from_queryset(...)` is given there."""
        found: dict[tuple[int, int], tuple[str, ...]] = {}
        for at, index in self.project.calls_by_name.get("from_queryset", ()):
            call = self.project.files[at].calls[index]
            found[at, call.line] = tuple(value.text for value in call.args[:1])
        return found

    def default(self, model: "Cls") -> "tuple[Cls, ...]":
        """Return the classes of the manager that related objects are asked for by: the first that is declared."""
        told = self.managers.get(model, {})
        return next(iter(told.values()), ())

    @cached_property
    def _by_holder(self) -> "dict[Cls, set[Cls]]":
        found: dict[Cls, set[Cls]] = defaultdict(set)
        for model, told in self.managers.items():
            for holders in told.values():
                for holder in holders:
                    for each in self.project.base_classes(holder):
                        found[each].add(model)
        return found

    def _model_of(self, holder: "Cls") -> "Cls | None":
        """Return the one model that a manager or query set is of."""
        found = self._by_holder.get(holder, set())
        return next(iter(found)) if len(found) == 1 else None

    # ---- the other side of foreign keys -------------------------------------------------------

    @cached_property
    def _related(self) -> "dict[Cls, dict[str, tuple[Cls | None, bool]]]":
        """Model to the relations that others declare, or that lead to many, by name: where they lead (None: to a library's model), and whether to many."""
        found: dict[Cls, dict[str, tuple[Cls | None, bool]]] = defaultdict(dict)
        for cls in self.models:
            for each in self.project.base_classes(cls):
                for field in self.project.class_(each).fields:
                    value = field.value
                    kind = value.text.rpartition(".")[2] if value is not None and value.kind == "call" else ""
                    target = self._target(cls, each.file, value) if value and kind in (*_TO_ONE, *_TO_MANY) else None
                    if kind in _TO_MANY:
                        found[cls].setdefault(field.name, (target, True))
                    if value is None or target is None:
                        continue
                    is_one = kind == "OneToOneField"
                    own = self.project.class_(cls).name.lower()
                    named = next((v.text for v in value.items if v.name == "related_name" and v.kind == "str"), "")
                    if named != "+" and "%" not in named:
                        found[target].setdefault(named or (own if is_one else f"{own}_set"), (cls, not is_one))
        for cls in list(found):  # heirs have them too
            for heir in self.project.all_heirs(cls):
                for name, led in found[cls].items() if heir in self.models else ():
                    found[heir].setdefault(name, led)
        return found
