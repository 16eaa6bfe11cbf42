"""C#: what goes through a chain of LINQ: the same rows, one of them, and what the lambdas in it are handed."""

from typing import TYPE_CHECKING

from backwright.review.facts import Arg
from backwright.review.link.types import written

if TYPE_CHECKING:
    from backwright.review.link.project import Project, Type

# What gives the same kind of rows.
_SAME = frozenset(
    "Where WhereIf OrderBy OrderByDescending ThenBy ThenByDescending Order OrderDescending Skip Take SkipWhile TakeWhile SkipLast TakeLast "
    "Distinct DistinctBy Reverse Concat Union UnionBy Except ExceptBy Intersect IntersectBy Append Prepend DefaultIfEmpty "
    "Include ThenInclude AsNoTracking AsNoTrackingWithIdentityResolution AsTracking AsSplitQuery AsSingleQuery AsQueryable AsEnumerable "
    "AsAsyncEnumerable AsExpandable TagWith IgnoreQueryFilters ToList ToListAsync ToArray ToArrayAsync ToHashSet ToHashSetAsync "
    "ToImmutableList ToImmutableArray AsParallel AsReadOnly FromSqlRaw FromSqlInterpolated FromSql".split()
)
# What gives one row.
_ONE = frozenset(
    f"{name}{ending}"
    for name in ("First", "FirstOrDefault", "Single", "SingleOrDefault", "Last", "LastOrDefault", "ElementAt", "ElementAtOrDefault", "Find")
    for ending in ("", "Async")
) | {"MinBy", "MaxBy"}  # fmt: skip
# What hands each row to its lambda, besides.
_ASKS = frozenset(
    "Select SelectMany Any All Count LongCount Sum Max Min Average AnyAsync AllAsync CountAsync LongCountAsync SumAsync MaxAsync MinAsync AverageAsync "
    "GroupBy ToDictionary ToDictionaryAsync ToLookup ForEach ForEachAsync RemoveAll FindAll FindIndex Exists ConvertAll TrueForAll CountBy".split()
)
OPERATORS = _SAME | _ONE | _ASKS | frozenset("Contains OfType Cast Join GroupJoin Zip Aggregate AddRange SequenceEqual Chunk ContainsKey TryGetValue".split())  # fmt: skip
_OTHERS = frozenset({"ThenInclude"})  # hands on what the step before included
HOPS_MAX = 6  # functions around a lambda


class Values:
    """What values are, seen through chains of LINQ. Answers are kept."""

    def __init__(self, project: "Project") -> None:
        self.project = project
        self._known: dict[tuple[int, int, str], Type] = {}

    def of(self, at: int, fn: int, chain: str) -> "Type":
        """Return what a chain is: `orders.Where().FirstOrDefault()` is what `orders` holds."""
        key = (at, fn, chain)
        if key not in self._known:
            told = self.project.type_of(at, fn, chain)
            self._known[key] = told  # a cycle ends here
            if not _is_told(told):
                self._known[key] = self._through(at, fn, chain, told)
        return self._known[key]

    def _through(self, at: int, fn: int, chain: str, told: "Type") -> "Type":
        on, _, word = chain.rpartition(".")
        if not on:
            return self._assigned(at, fn, word, told)
        base = self.of(at, fn, on)
        if not word.endswith("()"):
            found = self.project.member(base, word, at) if base.cls is not None and not base.is_many else told
            return found if _is_told(found) else told
        name = word[:-2]
        if name == "ConfigureAwait":
            return base
        if (name in _SAME or name in _ONE) and self._is_of_rows(base, name):
            return base._replace(is_many=name in _SAME)
        for target in self.project.resolve(at, fn, on, name)[:1]:
            made = self.project.function(target)
            taken = written(made.params[0].type) if made.params and made.params[0].name == made.receiver else None
            heart = written(made.returns)
            if (
                taken is not None
                and heart.name == taken.name
                and self.project.find_class(target.file, heart.name) is None
            ):
                return base._replace(is_many=heart.is_many)  # IQueryable<T> Open<T>(this IQueryable<T> ...)
            return self.project.named_type(target.file, made.returns) if made.returns else told
        return told

    def _is_of_rows(self, base: "Type", name: str) -> bool:
        """Whether an operator of LINQ works on what holds many, or on a class of the project that has no such method."""
        if base.cls is None:
            return base.is_many
        return base.is_many or not self.project.method(base.cls, name)

    def _assigned(self, at: int, fn: int, name: str, told: "Type") -> "Type":
        scope = fn
        for _ in range(HOPS_MAX):
            for assign in self.project.assigned[at].get((scope, name), ()):
                if (found := self.of_value(at, assign.fn, assign.value, name)) is not None:
                    return found
            if scope < 0:
                break
            scope = self.project.files[at].functions[scope].parent
        return told

    def of_value(self, at: int, fn: int, value: Arg, name: str = "") -> "Type | None":
        """Return the class of a value that is given to a name, None if it is of none."""
        if value.kind not in ("call", "name") or not value.text or value.text.partition(".")[0] == name:
            return None
        known = self.of(at, fn, f"{value.text}()" if value.kind == "call" else value.text)
        return known if _is_told(known) else None

    def handed(self, at: int, fn: int, place: int) -> "Type | None":
        """Return what a lambda is handed at a place, None if that is not known: `orders.Where(order => order.IsOpen)`."""
        file = self.project.files[at]
        made = file.functions[fn]
        if made.kind != "lambda" or made.call < 0 or place > 0:
            return None
        call = file.calls[made.call]
        if not call.on or call.name in _OTHERS or call.name not in _SAME | _ONE | _ASKS:
            return None
        known = self.of(at, call.fn, call.on)
        return known._replace(is_many=False) if self._is_of_rows(known, call.name) else None


def _is_told(known: "Type") -> bool:
    """Whether a type is known, and not only what gave it."""
    return known.cls is not None or bool(known.name and "(" not in known.name)


__all__ = ["OPERATORS", "Values"]
