"""C#: pages that are cut in memory, after all rows of the table were read: a query that is handed on as IEnumerable, or a list."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import Arg, Call
from backwright.review.link.data import Access
from backwright.review.link.dotnetdata import QUERY
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.choosing import Choosing
from backwright.review.rules.conditions import Part
from backwright.review.rules.looping import root
from backwright.review.rules.rule import Hit

DEPTH_MAX = 4  # functions followed from what gives the rows to the query
SPOTS_MAX = 30  # places named in one finding
FIX = "Take IQueryable<T> and cut the page before the rows are read: query.Skip(...).Take(...).ToListAsync()."
_IN_MEMORY = regex(r"^I?(Ordered)?(Enumerable|List|Collection)$|^IReadOnly(List|Collection)$")

_TASK = regex(r"^(?:[\w.]+\.)?(?:Value)?Task<")


class Cut(NamedTuple):
    """Where a function cuts a page out of a parameter that holds what is in memory."""

    fn: Fn
    place: int
    call: Call


class MemoryPages:
    """Finds what reads a table and shows a page of it."""

    def __init__(self, model: Model, choosing: Choosing) -> None:
        self.model, self.choosing, self.project = model, choosing, model.project
        self.dotnet = model.effects.dotnet
        self._told: frozenset[tuple[str, int]] = frozenset()

    def hits(self, told: frozenset[tuple[str, int]]) -> Iterator[Hit]:
        """Yield one finding for each place that cuts, with all that hand it whole tables; `told`: reads that are told already."""
        self._told = told
        found: dict[tuple[int, int], list[tuple[str, int, str]]] = defaultdict(list)
        for at, number in self.project.calls_by_name.get("Skip", ()):
            file = self.model.files[at]
            if file.language != "csharp" or file.is_test or not self._is_page(at, number):
                continue
            call = file.calls[number]
            cut = self._of_parameter(at, call)
            if cut is None:
                self._add(found[at, call.line], at, call.fn, Arg("name", call.on.removesuffix("()")), call.line, None)
            for there, index in self._callers(cut) if cut is not None else ():
                asked = self.model.files[there].calls[index]
                value = self._given(asked, cut) if cut is not None else None
                if value is not None:
                    self._add(found[at, call.line], there, asked.fn, value, asked.line, cut)
        for (at, line), places in found.items():
            if places:
                yield self._hit(at, line, places)

    def _is_page(self, at: int, number: int) -> bool:
        """Whether a Skip is followed by Take."""
        calls = self.model.files[at].calls
        outer = self.model.effects.outer[at].get(number)
        return outer is not None and calls[outer].name == "Take"

    def _of_parameter(self, at: int, call: Call) -> Cut | None:
        """Return the parameter that a page is cut out of, if it holds what is in memory."""
        if call.fn < 0:
            return None
        name = root(call.on)
        for place, param in enumerate(self.model.files[at].functions[call.fn].params):
            if param.name == name and _IN_MEMORY.match(_outer(param.type)):
                return Cut(Fn(at, call.fn), place, call)
        return None

    def _callers(self, cut: Cut) -> Iterator[tuple[int, int]]:
        """Yield the calls that run a function, and no overload of it that takes a query."""
        name = self.project.function(cut.fn).name
        for at, index in self.project.calls_by_name.get(name, ()):
            there = self.project.resolve_call(at, self.model.files[at].calls[index])
            if cut.fn in there and not self.model.files[at].is_test and not any(map(self._takes_query, there)):
                yield at, index

    def _takes_query(self, fn: Fn) -> bool:
        return any("IQueryable<" in param.type for param in self.project.function(fn).params)

    def _given(self, call: Call, cut: Cut) -> Arg | None:
        """Return what a call hands to the parameter that is cut."""
        made = self.project.function(cut.fn)
        name = made.params[cut.place].name
        args = [value for value in call.args if value.name != "<>"]
        if (named := next((value for value in args if value.name == name), None)) is not None:
            return named
        place = cut.place
        if made.receiver == made.params[0].name and made.owner and call.on and not call.on[:1].isupper():
            if place == 0:
                return Arg("name", call.on)
            place -= 1
        return args[place] if place < len(args) and not args[place].name else None

    # ---- what is read ----------------------------------------------------------------------------

    def _add(
        self, places: list[tuple[str, int, str]], at: int, fn: int, value: Arg, line: int, cut: Cut | None
    ) -> None:
        named = Fn(at, self.model.named(at, fn)) if fn >= 0 else None
        if named is None or not self.model.is_served(named):
            return
        path = self.model.files[at].path
        text = f"{value.text}()" if value.kind == "call" else value.text
        if self.dotnet.kind(at, fn, text) == QUERY:
            if cut is not None:  # it is no query any more where it is cut
                places.append((path, line, self._who(named)))
            return
        for access in self._behind(at, fn, root(text), line):
            read = (self.model.files[access.at].path, access.line)
            if read not in self._told:
                places += [(*read, self._who(named)), (path, line, self._who(named))]

    def _who(self, fn: Fn) -> str:
        declared = self.model.endpoint_of(fn)
        return f"{declared.method} {declared.path}" if declared is not None else self.model.label(fn)

    def _behind(self, at: int, fn: int, name: str, line: int) -> list[Access]:
        """Return the queries that gave all rows which a variable holds: read here, or by what was called for it."""
        file = self.model.files[at]
        own = [a for a in self.model.data.by_function.get(Fn(at, fn), ()) if a.to == name and a.line <= line]
        if own:
            return [access for access in own[-1:] if self._is_whole(access)]
        made = [call for call in file.calls if call.fn == fn and call.to == name and call.line <= line]
        if not made or any(
            each.fn == fn and each.target == name and each.value.kind == "call" and root(each.value.text) == name
            for each in file.assigns
        ):
            return []
        there = self.project.resolve_call(at, made[-1])
        if not all(_IN_MEMORY.match(_outer(_TASK.sub("", self.project.function(each).returns))) for each in there):
            return []  # a query, which the page is asked of
        found: dict[Fn, None] = dict.fromkeys(there)
        level = list(found)
        for _ in range(DEPTH_MAX):
            level = [t for each in level for _, t in self.model.effects.callees.get(each, ()) if t not in found]
            found.update(dict.fromkeys(level))
        reads = [a for each in found for a in self.model.data.by_function.get(each, ()) if a.op != "write"]
        return reads if len({a.table for a in reads}) == 1 and all(map(self._is_whole, reads)) else []

    def _is_whole(self, access: Access) -> bool:
        """Whether a query gives every row of its table, or all that a search fits."""
        return (
            access.op == "read"
            and bool(access.table)
            and access.many is not False
            and not access.is_bounded
            and access.loop < 0
            and self.choosing.part(access) <= Part.OPEN
            and not self.choosing.is_cut(access)
        )

    # ---- telling it ------------------------------------------------------------------------------

    def _hit(self, at: int, line: int, places: list[tuple[str, int, str]]) -> Hit:
        file = self.model.files[at]
        who = places[0][2]
        spots = dict.fromkeys(
            Spot(path, there, f"all rows are read for {told}") for path, there, told in places
            if (path, there) != (file.path, line)
        )  # fmt: skip
        message = f"{who} reads all rows and cuts its page out of them in memory: Skip() is not asked of the database"
        fn = next((call.fn for call in file.calls if call.name == "Skip" and call.line == line), -1)
        return Hit(at, line, message, fn, tuple(spots)[:SPOTS_MAX], Confidence.HIGH, fix=FIX)


def _outer(source: str) -> str:
    """Return the name of a generic type itself: IEnumerable of IEnumerable<T>."""
    return source.partition("<")[0].rpartition(".")[2]


__all__ = ["MemoryPages"]
