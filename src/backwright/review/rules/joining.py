"""Root causes: loops and lists that lack the same thing are one finding, which names the other places."""

import re
from collections.abc import Iterable, Iterator

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.asked import Asked
from backwright.review.rules.lists import Reading
from backwright.review.rules.rule import Hit

# What makes something of each element; that it asks is one mistake, wherever it is looped over.
SERIALIZES = regex(
    r"to_?(dict|array|json|dto|view|model|response|map|object|resource)|serial|present|transform|respon|render|^from$|^of$|"
    r"as_?(dict|json)|dump|format|resource|mapper|convert",
    re.IGNORECASE,
)
SAME_MAX = 12  # other places named in one finding
EACH = regex(r"^for each | (for|of) each$")  # the note of the spot that a loop or a list stands at
BESIDES_MAX = 6  # further calls named of each of these
SURENESS = (Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW)


class Causes:
    """Hits by what they lack, in the order in which they were found."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._hits: dict[object, list[Hit]] = {}
        self._cause_of: dict[object, object] = {}  # what was told already, to the cause that told it

    def add_loop(self, found: list[Asked], hit: Hit) -> None:
        """Add a loop that asks."""
        calls = self.model.files[found[0].at].calls
        ends = [(asked.steps[-1].at, asked.steps[-1].call) for asked in found if len(asked.steps) > 1]
        serializes = all(len(a.steps) > 1 and SERIALIZES.search(calls[a.call].name) for a in found)
        told = [self._cause_of.get(("end", *end)) for end in ends] if serializes else []
        cause = told[0] if told and all(told) else self._known(self._names(found))
        for end in ends if serializes else ():
            self._cause_of.setdefault(("end", *end), cause)
        line = self.model.files[found[0].at].loops[found[0].loop].line
        self._cause_of.setdefault(("list", found[0].at, line), cause)
        self._hits.setdefault(cause, []).append(hit)

    def add_list(self, readings: list[Reading], hit: Hit) -> None:
        """Add a list on whose elements relations are read lazily."""
        element = readings[0].element
        names: list[object] = [("list", element.at, element.line)]
        names += [("lazy", r.lazy.at, r.lazy.line, r.lazy.relation.name, r.lazy.via) for r in readings]
        names.append(("entity", readings[0].lazy.at, element.cls))
        cause = self._known(names)
        self._hits.setdefault(cause, []).append(hit)

    def joined(self) -> Iterator[Hit]:
        """Yield one hit for each cause: the surest, with the places of the others."""
        for hits in self._hits.values():
            first = min(hits, key=lambda hit: SURENESS.index(hit.confidence or Confidence.HIGH))
            others = [hit for hit in hits if hit is not first]
            if not others:
                yield first
                continue
            more = f"{len(others)} more loops do" if len(others) > 1 else "one more loop does"
            path = dict.fromkeys((*first.path, *self._places(others)))
            yield structs.replace(first, message=f"{first.message} ({more} so)", path=tuple(path))

    def _places(self, others: list[Hit]) -> Iterator[Spot]:
        """Yield where the other loops stand, each with who leads there."""
        for hit in others[:SAME_MAX]:
            yield Spot(self.model.files[hit.at].path, hit.line, "in a loop, too")
            yield from self._inside(hit)
            if hit.fn >= 0:
                yield from self.model.path_to(Fn(hit.at, self.model.named(hit.at, hit.fn)))[-1:]

    def _inside(self, hit: Hit) -> list[Spot]:
        """Return where the loop or the list stands, and the calls that it makes in each round."""
        start = next((n for n, spot in enumerate(hit.path) if EACH.search(spot.note)), len(hit.path))
        file = hit.path[start].file if start < len(hit.path) else ""
        return [spot for spot in hit.path[start:] if spot.file == file and spot.line != hit.line][:BESIDES_MAX]

    def _known(self, names: Iterable[object]) -> object:
        """Return the cause that one of these names led to before, else a new one; the others lead there from now on."""
        names = list(names)
        cause = next((self._cause_of[name] for name in names if name in self._cause_of), names[0])
        for name in names:
            self._cause_of.setdefault(name, cause)
        return cause

    def _of_any(self, at: int, index: int, through: Fn) -> tuple[object, ...]:
        """C#: return what a method of a class for any entity is called on: orders asked for one by one and customers are two mistakes."""
        own = self.model.project.own_class(through.file, through.index)
        if own is None or not self.model.project.class_(own).typed:
            return ()
        call = self.model.files[at].calls[index]
        known = self.model.project.type_of(at, call.fn, call.on or "this")
        return known.cls, known.args

    def _names(self, found: list[Asked]) -> list[object]:
        """Return what is missing: the batch form of the function that a loop asks through, else what the loop itself asks."""
        at, steps = found[0].at, found[0].steps
        if steps:
            first, last = steps[0], steps[-1]
            through = Fn(first.at, self.model.named(first.at, self.model.files[first.at].calls[first.call].fn))
            asks = Fn(last.at, self.model.named(last.at, self.model.files[last.at].calls[last.call].fn))
            return [("through", through, *self._of_any(at, found[0].call, through)), ("in file", at, asks)]
        access = self.model.data.by_call.get((at, found[0].call))
        fn = Fn(at, self.model.named(at, self.model.files[at].calls[found[0].call].fn))
        names: list[object] = [("function", at, fn.index)]
        declared = self.model.endpoint_of(fn) if self.model.files[at].language == "python" else None
        if declared is not None:  # a service's loops that one request runs
            names.append(("request", at, declared.method, declared.path))
        if access is not None and access.table:
            chain = [self.model.files[at].calls[number] for number in access.calls]
            names.insert(0, ("table", at, access.table, chain[0].name, chain[-1].name, found[0].what))
        return names
