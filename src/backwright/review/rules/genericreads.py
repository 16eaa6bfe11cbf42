"""Queries of a base class for any entity: what they read, by the type of what they are called through: `new OrderStore().GetAll()`."""

from collections.abc import Sequence
from dataclasses import replace

from backwright.review.facts import Arg, Call
from backwright.review.link.data import Access
from backwright.review.link.effects import Edge
from backwright.review.link.model import Model
from backwright.review.link.project import Cls
from backwright.review.link.types import written
from backwright.review.regexes import regex
from backwright.review.rules.choosing import CHOOSES, PLAIN, Choosing
from backwright.review.rules.conditions import Part, of_values
from backwright.review.rules.growing import Growing
from backwright.review.rules.looping import root

_LANGUAGES = frozenset({"csharp", "java", "kotlin", "javascript"})
_SELF = frozenset({"", "this", "base", "super"})
_NONE = Cls(-1, -1)
_PARAMETER = regex(r"T([A-Z]\w*)?$")
_ALWAYS = regex(r"^\(?\w+\)?\s*(=>|->)\s*true$")


class GenericReads:
    """Gives a query of a generic class the entity that its caller means."""

    def __init__(self, model: Model, choosing: Choosing, growing: Growing) -> None:
        self.model, self.choosing, self.growing = model, choosing, growing
        self._generic: dict[tuple[int, int], bool] = {}

    def of(self, access: Access, way: Sequence[Edge]) -> Access | None:
        """Return the same query with the entity it reads for these calls, None if it is no such query or nobody says the entity."""
        if not way or access.entity is not None or not self._is_generic(access):
            return None
        for edge in reversed(way):
            call = self.model.files[edge.at].calls[edge.call]
            if call.on in _SELF:
                continue
            cls = self._entity(access, edge, call) if self._asks_for_all(edge, call) else None
            if cls is None:
                return None
            found = replace(access, entity=cls, table=self.model.project.class_(cls).name)
            self.choosing.tell(found, self._part(access, way))
            return found
        return None

    def _is_generic(self, access: Access) -> bool:
        key = (access.at, access.fn)
        if key not in self._generic:
            self._generic[key] = self.model.files[access.at].language in _LANGUAGES and self._own(access) is not None
        return self._generic[key] and (not self.growing.name(access) or self._is_of_any(access))

    def _is_of_any(self, access: Access) -> bool:
        """Whether the table is that of a type parameter: `context.Set<T>()`."""
        calls = (self.model.files[access.at].calls[number] for number in access.calls)
        return any(value.kind == "type" and _PARAMETER.match(value.text) for call in calls for value in call.args)

    def _own(self, access: Access) -> Cls | None:
        return (
            self.model.project.own_class(access.at, self.model.named(access.at, access.fn)) if access.fn >= 0 else None
        )

    def _entity(self, access: Access, edge: Edge, call: Call) -> Cls | None:
        """Return the one entity among the type arguments of what a call is made on, and of what that inherits from."""
        project, own = self.model.project, self._own(access)
        known = project.type_of(edge.at, call.fn, root(call.on))
        if known.cls is None or own is None or known.cls == own:
            return None
        told: set[Cls] = set()
        if own in project.base_classes(known.cls):
            for cls in project.base_classes(known.cls):
                for base in project.class_(cls).bases:
                    told.update(self._named(cls.file, argument) for argument in written(base).args)
        elif known.cls in project.base_classes(own):  # an interface that the base class fills
            told.update(self._named(edge.at, argument) for argument in known.args)
        told.discard(_NONE)
        return told.pop() if len(told) == 1 else None

    def _named(self, at: int, name: str) -> Cls:
        entities = self.model.data.entities
        found = self.model.project.find_class(at, name)
        if found is None or found not in entities:
            found = self.model.data.by_name.get(name)
        return found if found is not None and found in entities else _NONE

    def _asks_for_all(self, edge: Edge, call: Call) -> bool:
        """Whether nothing is said in the chain before the call that could choose: `orders.AsNoTracking().GetAll()`."""
        before = [
            self.model.files[edge.at].calls[number]
            for number in self.model.effects.chain(edge.at, edge.call)
            if number < edge.call or self.model.files[edge.at].calls[number] is not call
        ]
        at = next((n for n, each in enumerate(before) if each.line > call.line), len(before))
        return all(PLAIN.match(each.name) and not any(v.kind == "fn" for v in each.args) for each in before[:at])

    def _part(self, access: Access, way: Sequence[Edge]) -> Part:
        """Return which part is asked for, with conditions that callers hand over."""
        part = self.choosing.part(access)
        if part is not Part.UNKNOWN:
            return part
        found = Part.ALL
        for number in access.calls:
            call = self.model.files[access.at].calls[number]
            if CHOOSES.match(call.name):
                values = [self._handed(value, access.at, access.fn, way) for value in call.args]
                told = [value for value in values if value is not None and not _ALWAYS.match(value.text.strip())]
                found = max(found, of_values(told, name=call.name) if told else Part.ALL)
        return found

    def _handed(self, value: Arg, at: int, fn: int, way: Sequence[Edge]) -> Arg | None:
        """Return what a parameter was given, None if it was left out."""
        for edge in reversed(way):
            params = [param.name for param in self.model.files[at].functions[fn].params] if fn >= 0 else []
            if value.kind != "name" or value.text not in params:
                break
            given = [each for each in self.model.files[edge.at].calls[edge.call].args if each.kind != "type"]
            place = params.index(value.text)
            named = next((each for each in given if each.name == value.text), None)
            if named is None and (place >= len(given) or given[place].name):
                return None
            value = named or given[place]
            at, fn = edge.at, edge.caller.index
        return value
