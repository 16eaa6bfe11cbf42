"""Written types taken apart: what is at the heart of `Optional[List[Order]]`, and whether there are many."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from backwright.review.regexes import regex

MANY = frozenset(
    "list List Sequence Iterable Iterator Collection Set set frozenset tuple Tuple QuerySet Page Slice Array ReadonlyArray Vec "
    "IEnumerable IList ICollection IReadOnlyList IReadOnlyCollection IQueryable IAsyncEnumerable HashSet LinkedHashSet TreeSet SortedSet Queryable "
    "MutableList ArrayList LinkedList Stream Flux Flow Observable vector HasMany BelongsToMany ListCrudRepository "
    "AsyncIterable AsyncIterator Generator AsyncGenerator Seq Deque Queue SizedIterable HashMap WriteOnlyMapped "
    "DynamicMapped Many DbSet".split()
)
AROUND = frozenset(
    "Optional Promise Task ValueTask Mono Uni Result Option Arc Rc Box Ref RefCell Mutex RwLock Data State Json Path Query Form "
    "ActionResult ResponseEntity CompletableFuture Future Awaitable Coroutine Annotated Mapped ClassVar Final Lazy ObjectFactory "
    "ObjectProvider Provider Instance shared_ptr unique_ptr weak_ptr optional reference_wrapper Deferred Partial Readonly "
    "Type type Class Relation Extension Inject Nullable Maybe Either Ok Depends Model Loaded Ref Awaited Rel "
    "future shared_future awaitable expected Object HttpResponse Results TypedResult Call Response Reference Collection BelongsTo HasOne One".split()
)
OWN_TYPES = frozenset(
    {"Self", "self", "static", "this", "$this"}
)  # what a method gives that gives its object, or one of its class
_NOISE = regex(
    r"\b(const|final|readonly|mut|dyn|impl|static(?!$)|virtual|private|protected|public|struct|class|typename|async|out|in|ref)\b|&'?\w*\s|[*&?!]|\.\.\."
)

INSTANCE = regex(
    r"(get_?)?(shared_?)?instance$", re.IGNORECASE
)  # what gives the one object of the class it is called on
_MARKERS = frozenset("Send Sync Clone Debug Unpin Sized Copy Default".split())
_GO_HOLDS = regex(r"map\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)?\]\s*(?=\S)|\[\d+\]\s*(?=\S)|(?:<-\s*)?chan\b(?:\s*<-)?\s*")


class Written(NamedTuple):
    """A type: its dotted name, its arguments' names, and whether it holds many."""

    name: str
    args: tuple[str, ...] = ()
    is_many: bool = False


@lru_cache(maxsize=4_000)
def written(source: str) -> Written:
    """Return the heart of a type as written in any of the languages."""
    source = _NOISE.sub(" ", source).strip().strip("\"'")
    if source.count("<") > source.count(">") and "<-" not in source:  # a long one is cut among its arguments
        source = source.partition("<")[0]
    is_many = False
    for _ in range(6):
        source = source.strip().rstrip("?")
        if source.startswith("[]"):
            source, is_many = source[2:], True
            continue
        if source.endswith("[]"):
            source, is_many = source[:-2], True
            continue
        if source.startswith("(") and source.endswith(")"):  # Go: (*Order, error)
            source = split(source[1:-1], ",")[0]
            continue
        if go := _GO_HOLDS.match(source):  # Go: map[string]Order, [2]Order, <-chan Order
            source, is_many = source[go.end() :], True
            continue
        if source.startswith("[") and source.endswith("]") and ":" not in source:
            source, is_many = source[1:-1].partition(";")[0], True
            continue
        arms = split(source, "|")
        if len(arms) > 1:
            source = next((a for a in arms if a.strip() not in ("None", "null", "undefined", "")), arms[0])
            continue
        if " + " in source:  # Rust: dyn Store + Send
            source = _first_bound(source)
        name, args = _generic(source)
        last = re.split(r"[.:\\]+", name)[-1]
        if last in MANY and args:
            source, is_many = args[-1 if last == "HashMap" else 0], True
        elif last in AROUND and args:
            source = args[0]
        elif (
            last in ("Map", "Dict", "dict", "Record", "IDictionary", "Dictionary", "map", "unordered_map")
            and len(args) == 2
        ):
            source, is_many = args[1], True
        else:
            return Written(dotted(name), tuple(_generic(a)[0] for a in args), is_many or last in MANY)
    return Written(dotted(source), (), is_many)


def _first_bound(source: str) -> str:
    """Return the first of several traits that is none of Rust's own markers."""
    bounds = [each.strip() for each in split(source, "+")]
    return next((each for each in bounds if each not in _MARKERS and not each.startswith("'")), bounds[0])


def beginnings(chain: str, *, whole: bool) -> Iterator[tuple[str, str]]:
    """Yield a chain cut in two: at its first dot, or at each of them, the last one first, if `whole`."""
    words = chain.replace("->", ".").split(".")
    for end in range(len(words) - 1 if whole else min(1, len(words) - 1), 0, -1):
        yield ".".join(words[:end]), ".".join(words[end:])


def dotted(name: str) -> str:
    r"""Return `a::b`, `a\b` and `a->b` as `a.b`."""
    return name.replace("::", ".").replace("\\", ".").replace("->", ".").replace(" ", "").strip(".")


def _generic(source: str) -> tuple[str, tuple[str, ...]]:
    source = source.strip()
    for opening, closing in (("<", ">"), ("[", "]")):
        at = source.find(opening)
        if at > 0 and source.endswith(closing):
            return source[:at].strip(), tuple(a.strip() for a in split(source[at + 1 : -1], ","))
    return source, ()


def split(source: str, mark: str) -> list[str]:
    """Split at marks that are in no bracket."""
    if mark not in source:
        return [source]
    parts, depth, start = [], 0, 0
    for at, char in enumerate(source):
        if char in "<[({":
            depth += 1
        elif char in ">])}":
            depth -= 1
        elif char == mark and depth == 0:
            parts.append(source[start:at])
            start = at + 1
    return [*parts, source[start:]]


def package_of_class(name: str) -> str:
    """Return the package that a class is of, by its dotted name, "" if it is no such name: aiohttp of "aiohttp.web.WebSocketResponse()"."""
    module, _, last = name.removesuffix("()").rpartition(".")
    return module.partition(".")[0] if last[:1].isupper() and "(" not in module else ""
