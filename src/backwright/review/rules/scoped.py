"""Scopes: what is asked for by its owner in most places, and so belongs to its owner alone; and what everybody may see."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from backwright.review.facts import Arg
from backwright.review.link.data import Access
from backwright.review.link.model import Model
from backwright.review.link.project import Cls, Fn
from backwright.review.regexes import regex
from backwright.review.rules.bodies import WHO, Known, root, words
from backwright.review.rules.owned import Owners, snake, texts, thing
from backwright.review.rules.vouching import LOADS, Subject, Vouchers

SCOPED_MIN = 2  # queries that ask for the owner: one may be a page of one's own things among public ones
SCOPED_SHARE = 0.4  # of all lists; the others are what may be wrong, and jobs and pages of everybody's things
# What changes nothing of which rows are found, or how many.
_PLAIN = regex(
    r"^(find(_?(all|many|one|unique|first|by_?(id|pk)))?(_or_(fail|404|throw))?|find_?or_?fail|get(_?(all|object_or_404|one|by_?id|object|list))?|all|first|one|list|to_?list(_?async)?|latest|oldest|query|objects|count|"
    r"paginate|limit|offset|skip|take|page|select\w*|model|table|fetch\w*|exec\w*|scalars?|distinct|as_?no_?tracking|as_?\w*query\w*|sort\w*|order\w*|map|iterator|stream|cursor|collect|execute)$",
    re.IGNORECASE,
)
_SHOWN = regex(r"(?<![a-z])(public|published|visib\w*|privacy|(is_)?private|shared|approved|is_?draft)(?![a-z])")
# Laravel, Hibernate, Entity Framework: filters that stand before every query of a class.
_FILTER_CALLS = ("addGlobalScope", "HasQueryFilter")
_FILTER_MARKS = frozenset({"Filter", "Where", "SQLRestriction", "ScopedBy"})
_BINDS = regex(r"(route_?bind|bind_?route)", re.IGNORECASE)  # methods that find the row of a route


class Scopes:
    """Which things are asked for by their owner, and which are shown to guests."""

    def __init__(self, model: Model, owners: Owners, vouchers: Vouchers) -> None:
        self.model, self.owners, self.vouchers = model, owners, vouchers
        self._bound: dict[tuple[str, str], dict[int, bool]] = defaultdict(dict)
        self._open: set[tuple[str, str]] = set()

    def add(self, reach: Mapping[Fn, Known]) -> None:
        """Count the queries of an endpoint behind a login."""
        for fn, known in reach.items():
            for access in self.model.data.by_function.get(fn, ()):
                if access.many is not True or access.op != "read" or self.owners.is_person(access):
                    continue
                begins = self.model.files[access.at].calls[access.calls[0]].on
                if root(begins) not in known.keys and self.owners.owner(access) is not None:
                    key = self._key(access)
                    kept = self._bound[key]
                    if not kept.get(id(access)):
                        kept[id(access)] = self.vouchers.binds_rows(fn, access, known.pure, key[1])

    def add_open(self, reach: Mapping[Fn, Known], path: str) -> None:
        """Note what an endpoint without a login shows by its path, if nothing restricts which rows."""
        named = {thing(part.replace("-", "_")) for part in path.split("/") if part and "{" not in part}
        for fn in reach:
            for access in self.model.data.by_function.get(fn, ()):
                calls = self.model.files[access.at].calls
                key = self._key(access)
                if not any(key[1].endswith(name) for name in named):
                    continue
                if access.op == "read" and all(
                    _PLAIN.match(calls[n].name) or LOADS.match(calls[n].name) for n in access.calls
                ):
                    self._open.add(key)

    def _key(self, access: Access) -> tuple[str, str]:
        return self.owners.apps.of(access.at), thing(self.owners.name(access))

    def _of(self, subject: Subject) -> tuple[str, str]:
        if subject.access is not None:
            return self._key(subject.access)
        stored = self.model.data.entities.get(subject.cls) if subject.cls is not None else None
        name = (stored.table or stored.name) if stored is not None else subject.name
        return self.owners.apps.of(subject.at), thing(name)

    def is_scoped(self, access: Access) -> bool:
        """Whether most queries of what a query is about ask for its owner."""
        return self._is_scoped(self._key(access)) and not self.is_filtered(access.entity)

    def _is_scoped(self, key: tuple[str, str]) -> bool:
        bound = self._bound.get(key, {})
        count = sum(bound.values())
        return count >= SCOPED_MIN and count >= SCOPED_SHARE * len(bound) and key not in self._open

    def is_only_own(self, subject: Subject) -> bool:
        """Whether something is listed, and never without a word on whose."""
        bound = self._bound.get(key := self._of(subject), {})
        return bool(bound) and all(bound.values()) and key not in self._open

    def is_shown(self, access: Access) -> bool:
        """Whether a query asks only for what its owner shows to others."""
        calls = (self.model.files[access.at].calls[n] for n in access.calls)
        return any(_SHOWN.search(snake(text)) for call in calls for text in (call.name, *texts(call.args)))

    def is_private(self, subject: Subject) -> bool:
        """Whether only its owner may see something: by its name or fields, or because it is asked for by its owner elsewhere."""
        cls = subject.access.entity if subject.access is not None else subject.cls
        if self.is_filtered(cls):
            return False
        key = self._of(subject)
        if self._is_scoped(key):
            return True
        return key not in self._open and bool(self.owners.private_of(subject.at, key[1], cls))

    def are_private(self, subjects: Iterable[Subject]) -> bool:
        """Whether all of several things are their owners' alone."""
        return all(self._is_scoped(self._of(subject)) for subject in subjects)

    # ---- filters that stand before every query ------------------------------------------------

    def is_filtered(self, cls: Cls | None) -> bool:
        """Whether a filter by who asks stands before every query of a class."""
        if cls is None:
            return False
        names = {self.model.project.class_(each).name for each in self.model.project.base_classes(cls)}
        return not names.isdisjoint(self._filtered)

    @cached_property
    def _filtered(self) -> frozenset[str]:
        """Names of classes with such a filter, and of traits and bases that bring one."""
        found: set[str] = set()
        for name in _FILTER_CALLS:
            for at, index in self.model.project.calls_by_name.get(name, ()):
                call = self.model.files[at].calls[index]
                if not any(self._names_somebody(at, value) for value in call.args):
                    continue
                own = self.model.project.own_class(at, call.fn)
                if own is not None:
                    found.add(self.model.project.class_(own).name)
                found |= {name for name in re.findall(r"\w+", call.on) if name[:1].isupper()}
        for file in self.model.files:
            for made in file.classes:
                if any(mark.name == "TenantId" or (mark.name in _FILTER_MARKS and not words(" ".join(texts(mark.args))).isdisjoint(WHO)) for mark in made.marks):  # fmt: skip
                    found.add(made.name)
            found |= {file.classes[fn.cls].name for fn in file.functions if fn.cls >= 0 and _BINDS.search(fn.name)}
        return frozenset(found)

    def _names_somebody(self, at: int, value: Arg) -> bool:
        """Whether a filter is about a user or tenant: what it says, or what its function or class calls."""
        if not words(" ".join(texts((value,)))).isdisjoint(WHO):
            return True
        fns = [Fn(at, value.ref)] if value.kind == "fn" else []
        cls = self.model.project.find_class(at, value.text) if value.kind == "call" else None
        fns += self.model.project.method(cls, "apply") if cls is not None else ()
        calls = [self.model.files[fn.file].calls[n] for fn in fns for n in self.model.inside.calls[fn.file].get(fn.index, ())]  # fmt: skip
        return any(not words(" ".join((call.on, call.name, *texts(call.args)))).isdisjoint(WHO) for call in calls)
