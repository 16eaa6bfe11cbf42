"""Getters that are handed on by name: `orders.stream().map(Order::getCustomer)` reads the relation of each."""

import re
from collections.abc import Iterator

from backwright.review.facts import Arg, Call
from backwright.review.link.data import Access
from backwright.review.link.model import Model
from backwright.review.link.project import Cls
from backwright.review.link.related import Related
from backwright.review.regexes import regex
from backwright.review.rules.handed import Handed
from backwright.review.rules.lazily import GETTER, Lazily, plain
from backwright.review.rules.looping import root

EACH = regex(
    r"map|foreach|grouping|peek|comparing|collect|associate|flatten|sortedby|distinctby|tolist|toset", re.IGNORECASE
)
STREAMS = regex(r"stream\(\)|Stream\.of|fromIterable|fromStream|asSequence|Flux\.", re.IGNORECASE)
ONE = regex(r"Optional|Mono\.|findFirst|findAny|orElse")
# What asks an object who it is: a proxy that was not loaded is loaded for that.
KNOWS = regex(r"toset|tomap|grouping|distinct|sorted|comparing|equals|contains", re.IGNORECASE)
KEY = regex(r"[.:](get)?(id|pk|class)$", re.IGNORECASE)


class Referring:
    """Finds getters of lazy relations that are handed to what goes through a list."""

    def __init__(self, model: Model, lazily: Lazily, handed: Handed) -> None:
        self.model, self.lazily, self.handed = model, lazily, handed

    def readings(self, at: int) -> Iterator[tuple[int, Arg, Cls, Related, Access | None]]:
        """Yield what is read of each element so in a file: the call, the getter, entity, relation and query."""
        if self.model.files[at].language not in ("java", "kotlin"):
            return
        for index, call in enumerate(self.model.files[at].calls):
            for value in call.args if EACH.search(call.name) else ():
                found = self._relation(at, value)
                if found is not None and (found[1].is_many or self._is_used(at, index)):
                    many, access = self.list_of(at, index, call, value, found[0])
                    if many:
                        yield index, value, found[0], found[1], access

    def _relation(self, at: int, value: Arg) -> tuple[Cls, Related] | None:
        owner, _, name = value.text.replace("::", ".").rpartition(".")
        getter = GETTER.match(name) if value.kind == "name" and owner[:1].isupper() else None
        if getter is None or plain(getter[1]) not in self.lazily.words:
            return None
        cls = self.model.project.find_class(at, owner)
        related = self.lazily.relations.get(cls, {}).get(plain(getter[1])) if cls is not None else None
        return (cls, related) if cls is not None and related is not None else None

    def list_of(self, at: int, index: int, call: Call, value: Arg, cls: Cls) -> tuple[bool, Access | None]:
        """Return whether many are gone through, and the query that they come from."""
        data, project = self.model.data, self.model.project
        if ONE.search(call.on):
            return False, None
        access = data.by_call.get((at, call.prev)) or data.by_call.get((at, index))
        names = [root(call.on), *(root(v.text) for v in call.args if v is not value and v.kind == "name")]
        for name in names if access is None else ():
            access = access or data.origin(at, call.fn, name)
        if access is not None and access.entity == cls:
            return access.many is not False, access
        for name in names:
            known = project.type_of(at, call.fn, name)
            if known.cls == cls and known.is_many:
                return True, next(iter(self.handed.queries(at, call.fn, name, cls)), None)
        return STREAMS.search(call.on) is not None or any(
            STREAMS.search(self.model.files[at].calls[number].on) for number in self._around(at, call)
        ), None

    def _around(self, at: int, call: Call) -> Iterator[int]:
        """Yield the calls that a collector is handed to: `orders.stream().collect(groupingBy(...))`."""
        inside = call.inside
        for _ in range(3):
            if inside < 0:
                return
            yield inside
            inside = self.model.files[at].calls[inside].inside

    def _is_used(self, at: int, index: int) -> bool:
        """Whether more than the key of what a getter gives is asked for: a key alone loads nothing."""
        file = self.model.files[at]
        chain = self.model.effects.chain(at, index)
        later = [file.calls[number] for number in chain[chain.index(index) + 1 :]] if index in chain else []
        following = next((each for each in later if each.name not in ("filter", "nonNull")), None)
        if KNOWS.search(file.calls[index].name):
            return True
        if following is None:
            return False
        texts = [value.text for value in following.args]
        if following.name in ("map", "mapToLong", "mapToInt", "mapNotNull"):
            return bool(texts) and "." in texts[0] and not any(KEY.search(text) for text in texts)
        return KNOWS.search(" ".join((following.name, *texts))) is not None
