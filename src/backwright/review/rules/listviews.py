"""Django REST framework: what the list of a view is asked with, by its class and those it stands on."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from backwright.model.blueprint import Spot
from backwright.review.facts import Call
from backwright.review.link.data import Access
from backwright.review.link.model import Model
from backwright.review.link.project import Cls, Fn
from backwright.review.rules.lazily import Lazily, plain
from backwright.review.rules.patterns import flat

LOADS = frozenset({"select_related", "prefetch_related", "Prefetch", "with_related", "setup_eager_loading"})
CALLEES_MAX = 2  # functions followed from one of the view
SPOTS_MAX = 2  # places named that give the list


class ViewList(NamedTuple):
    """The list of a view.

    Attributes:
        access: The query that gives it, if it is known.
        words: What is loaded with it anywhere in the class, or in what that stands on or calls.
        is_known: All that it is asked with stands there: `queryset = Order.objects`, narrowed by methods of the class.
        is_one: One row by its condition: `filter(user=request.user)` on a one-to-one.
        spots: The lines that give the list.
    """

    access: Access | None
    words: set[str]
    is_known: bool = False
    is_one: bool = False
    spots: tuple[Spot, ...] = ()


class ListViews:
    """Works out what the lists of views are asked with."""

    def __init__(self, model: Model, lazily: Lazily) -> None:
        self.model, self.lazily = model, lazily

    def of(self, view: Cls, entity: Cls | None) -> ViewList:
        """Return the list of a view that shows an entity."""
        file, made = self.model.files[view.file], self.model.project.class_(view)
        own = {number: fn.name for number, fn in enumerate(file.functions) if fn.cls == view.index}
        inside = [a for a in self._accesses.get(view.file, ()) if made.line <= a.line <= made.end]
        inside = [a for a in inside if a.entity is not None]
        known = self._manager(view, entity) if entity is not None else None
        of_entity = [a for a in inside if a.entity == entity] or (inside if known is None else [])
        told = [a for a in of_entity if own.get(a.fn) == "get_queryset"] or [a for a in of_entity if a.fn < 0]
        access = next(iter(told or (of_entity if known is None else ())), None)
        words = self._words(view, own)
        calls = [file.calls[n] for number in own for n in self.model.inside.calls[view.file].get(number, ())]
        is_one = entity is not None and any(self._is_one(entity, call) for call in calls)
        return ViewList(access, words | (known or set()), known is not None, is_one, self._spots(view, own))

    def _words(self, view: Cls, own: dict[int, str]) -> set[str]:
        """Return all that is loaded in a class, in what it stands on, and in what they call."""
        file, made = self.model.files[view.file], self.model.project.class_(view)
        found: set[str] = set()
        for number in own:
            found |= self.lazily.loads(Fn(view.file, number))
            for _, target in self.model.effects.callees.get(Fn(view.file, number), ()):
                found |= self.lazily.loads(target)
        for call in file.calls:
            if made.line <= call.line <= made.end and call.name in LOADS:
                found |= _words_of(call)
        return found

    def _manager(self, view: Cls, entity: Cls) -> set[str] | None:
        """Return what is loaded with `queryset = Order.objects` and with what methods make of it; None if that is not the list."""
        project, found = self.model.project, set[str]()
        field = next(
            (f for c in project.base_classes(view) for f in project.class_(c).fields if f.name == "queryset"), None
        )
        text = field.value.text if field is not None and field.value is not None and field.value.kind == "name" else ""
        owner, _, manager = text.rpartition(".")
        if not owner or project.find_class(view.file, owner) != entity:
            return None
        todo = [
            (Fn(each.file, number), CALLEES_MAX)
            for each in project.base_classes(view)
            for number, fn in enumerate(self.model.files[each.file].functions)
            if fn.cls == each.index
        ]
        made_by = next(
            (f.value for c in project.base_classes(entity) for f in project.class_(c).fields if f.name == manager), None
        )
        own = project.find_class(entity.file, made_by.text.partition("(")[0]) if made_by is not None else None
        if own is not None:
            todo += [(fn, 1) for fn in project.method(own, "get_queryset")]
        seen: set[Fn] = set()
        while todo:
            fn, depth = todo.pop()
            if fn in seen:
                continue
            seen.add(fn)
            found |= self.lazily.loads(fn)
            for index in self.model.inside.calls[fn.file].get(fn.index, ()):
                if self.model.files[fn.file].calls[index].name in LOADS:
                    found |= _words_of(self.model.files[fn.file].calls[index])
            if depth:
                todo += [(target, depth - 1) for _, target in self.model.effects.callees.get(fn, ())]
        return found

    def _is_one(self, entity: Cls, call: Call) -> bool:
        """Whether a call narrows a list to the one row that belongs to who asks."""
        if call.name not in ("filter", "get") or not call.args:
            return False
        own = {
            f.name
            for c in self.model.project.base_classes(entity)
            for f in self.model.project.class_(c).fields
            if f.value is not None and f.value.kind == "call" and f.value.text.endswith("OneToOneField")
        }
        return any(v.name in own and v.text.endswith("request.user") for v in call.args)

    def _spots(self, view: Cls, own: dict[int, str]) -> tuple[Spot, ...]:
        """Return where `get_queryset` begins with its list, and where it gives it."""
        file = self.model.files[view.file]
        inside = [number for number, name in own.items() if name == "get_queryset"]
        begun = [file.calls[n].line for number in inside for n in self._queries(view.file, number)]
        given = [r.line for r in file.returns if r.fn in inside]
        lines = dict.fromkeys([*sorted(begun)[:1], *sorted(given)[-SPOTS_MAX:]])
        return tuple(Spot(file.path, line, "the list") for line in lines)

    def _queries(self, at: int, fn: int) -> Iterator[int]:
        calls = self.model.files[at].calls
        return (n for n in self.model.inside.calls[at].get(fn, ()) if "queryset" in calls[n].on)

    @cached_property
    def _accesses(self) -> dict[int, list[Access]]:
        found: dict[int, list[Access]] = defaultdict(list)
        for access in self.model.data.accesses:
            found[access.at].append(access)
        return found


def _words_of(call: Call) -> set[str]:
    return {plain(part) for text in flat(call.args) for part in re.split(r"__|\W+", text) if part}
