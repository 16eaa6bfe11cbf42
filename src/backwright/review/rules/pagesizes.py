"""Page sizes that are none: what a client asks for without an upper bound, and numbers that stand for everything."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from backwright.review.facts import Arg, Call, File
from backwright.review.link.effects import Edge
from backwright.review.link.jvmnames import JVM
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.askedobjects import AskedObjects, property_of
from backwright.review.rules.parameters import entry_of, own_params, parameter_of, taken_apart
from backwright.review.rules.upperbounds import CLAMP_CALLS, EVERYTHING, SIZE, UpperBounds, is_clamped

DEPTH_MAX = 7  # variables, parameters and helpers that a page size is followed through
_LIMITS = regex(
    r"^(limit|take|Take|Limit|setMaxResults|paginate|simplePaginate|cursorPaginate|startPage|offset_and_limit|setLimit|SetLimit|setMaxPerPage|max_results|forPage|fetch_limit|withLimit|LIMIT|ofSize)$"
)
_PAGE_CLASSES = regex(r"^(PageRequest|Pageable|PageImpl|Page|RowBounds|Limit)$")
_OPTIONS = regex(r"^(findMany|findAll|findAndCount|findAndCountAll|find|paginate|query|list)$")
_REQUEST = regex(
    r"(^|[._>])(request|req|query|params?|input|args|form|URL|ctx|c|r|queryParams|searchParams|GET)\b", re.IGNORECASE
)
_TAKES = regex(
    r"^(get|input|query|integer|int|param|QueryParam|Query|DefaultQuery|QueryInt|GetInt|getQuery|getInt|value|getQueryParam|QueryParamInt|FormValue|Get|getParameter|queryParam)$"
)
_UNPAGED = frozenset({"unpaged", "Unpaged", "UnpagedSorted", "unlimited", "no_limit"})
_BIGGEST = regex(
    r"(^|[.:_])(MaxValue|MAX_VALUE|MAX_SAFE_INTEGER|MaxInt(32|64)?|PHP_INT_MAX|MAX|maxsize|INT_MAX|Infinity|MaxUint\d*)$"
)
_NUMBER = regex(r"(?<![\w.])(\d[\d_]{3,})(?![\w.])")
_NUMBERS = regex(r"^-?\d[\d_]*$")


# A statement that is given how many rows it may read: `LIMIT $2`, `LIMIT {limit}`.
_LIMITED = regex(r"\blimit\s+([?$:@%{#]|\()", re.IGNORECASE)
# What makes a number of a text.
_CONVERTS = regex(
    r"^(to_?\w*|parse\w*|int|number|convert\w*|cast\w*|atoi|string_?to\w*|\w*or_?default)$", re.IGNORECASE
)
_AS_TEXT = regex(r"(_?str|_?string|_?param|_?query|_?raw|_?text|_?value)$", re.IGNORECASE)  # limitStr, pageSizeParam
_NAMED = regex(r"pag|limit|size|count", re.IGNORECASE)
# Kotlin, Java: a chain that begins with what a client said; what it was asked by may not stand in it any more.
_TAKEN = regex(r"\b(request|req|call|exchange|ctx|it)\b.*(?i:query_?params?\w*|parameters?)(\[|\(|\.get\()")
_PAGED = regex(r"^(limit|per_?page|page_?size|take|max_?results)$", re.IGNORECASE)
_ASKS = regex(r"page|pagin|query|find|list|search|filter|^get|^all|fetch|read|load", re.IGNORECASE)


class Size(NamedTuple):
    """A page size that does not bound.

    Attributes:
        at, line: Where it is taken from the client, or written.
        used: File and line of the call that it limits.
        what: As a person would say it: "per_page=-1".
        is_asked: Whether the client says it.
    """

    at: int
    line: int
    used: tuple[int, int]
    what: str
    is_asked: bool


class PageSizes:
    """Follows what limits a query back to where it comes from."""

    def __init__(self, model: Model) -> None:
        self.model, self.bounds = model, UpperBounds(model)
        self.objects = AskedObjects(model, self.bounds, self._asked)
        self._limits: dict[Fn, list[tuple[Call, list[Arg], list[Arg]]]] = {}

    def of(self, fn: Fn, way: tuple[Edge, ...]) -> Iterator[Size]:
        """Yield the sizes in a function that do not bound; `way` are the calls that lead there from what asks."""
        file = self.model.files[fn.file]
        if fn not in self._limits:
            calls = (file.calls[number] for number in self.model.inside.calls[fn.file].get(fn.index, ()))
            self._limits[fn] = [found for call in calls if (found := self._of_rows(fn, call)) is not None]
        for call, sizes, inside in self._limits[fn]:
            yield from self._of_call(fn, call, sizes, inside, way)
        if any(_LIMITS.match(call.name) for call, _, _ in self._limits[fn]):
            for each in self.model.inside.compares[fn.file].get(fn.index, ()):
                name = each.left.text.rpartition(".")[2]
                if SIZE.match(name) and each.right.kind == "str" and each.right.text == "all":
                    yield Size(fn.file, each.line, (fn.file, each.line), f"{name}=all", is_asked=False)

    def _of_rows(self, fn: Fn, call: Call) -> tuple[Call, list[Arg], list[Arg]] | None:
        """Return what a call is given as a number of rows, and what it puts into a statement as such.

        What the project's own function does with it stands there.
        """
        sizes, inside = [*self._sizes(call)], [*self._in_statement(fn, call)]
        if not (sizes or inside or call.name in _UNPAGED):
            return None
        if call.prev < 0 and not inside and self.model.project.resolve_call(fn.file, call):
            return None
        if not call.on and _PAGE_CLASSES.match(call.name) and not inside and not self._is_of_library(fn.file, call):
            return None
        return call, sizes, inside

    def _is_of_library(self, at: int, call: Call) -> bool:
        """Whether `new Page<>(number, size)` makes the page of a library, which limits a query, and no object of the project."""
        language = self.model.files[at].language
        return language in ("java", "kotlin") and self.model.project.named_type(at, call.name).cls is None

    def _of_call(
        self, fn: Fn, call: Call, sizes: list[Arg], inside: list[Arg], way: tuple[Edge, ...]
    ) -> Iterator[Size]:
        file = self.model.files[fn.file]
        used = (fn.file, call.line)
        if call.name in _UNPAGED:
            yield Size(fn.file, call.line, used, f"{call.name}()", is_asked=False)
            return
        limits = _LIMITS.match(call.name) or _OPTIONS.match(call.name) or _is_page(call)
        for value in (*sizes, *inside):
            told = _everything(value) if self._is_query(fn, call, value) else ""
            if told:
                what = f"{value.name}={told}" if value.name else f"{call.name}({told})"
                yield Size(fn.file, call.line, used, what, is_asked=False)
                return
            if not (limits or value in inside) or self.bounds.in_project(file.language):
                continue
            place = self._asked(fn, value, way, DEPTH_MAX)
            if place is not None and not self._is_bounded_above(fn, way, place):
                yield Size(*place[:2], (fn.file, value.line or call.line), place[2], is_asked=True)
                return

    def _is_bounded_above(self, fn: Fn, way: tuple[Edge, ...], place: tuple[int, int, str]) -> bool:
        """Whether one of the functions on the way looks at how large a page size is."""
        name = place[2].rpartition(".")[2].removesuffix("()")
        return any(self.bounds.in_function(each, name) for each in (fn, *(edge.caller for edge in way)))

    def _in_statement(self, fn: Fn, call: Call) -> Iterator[Arg]:
        """Yield what a call puts into a statement's LIMIT, by its name: `db.query("... LIMIT $1", [limit])`."""
        yield from self._in_declared(fn, call)
        texts = (each for value in self._statement(fn, call).args for each in self._texts(fn, value))
        if not any(_LIMITED.search(each.text) for each in texts):
            return
        for value in (*call.args, *self._pushed(fn, call)):
            for each in (value, *value.items):
                words = re.findall(r"\w+", each.text) if each.kind in ("name", "call", "other") else []
                if any(SIZE.match(word) for word in words[-3:]):
                    yield each

    def _pushed(self, fn: Fn, call: Call) -> Iterator[Arg]:
        """JavaScript: what is put into the list of values that a statement is given: `values.push(limit)`."""
        lists = {value.text for value in call.args if value.kind == "name"}
        file = self.model.files[fn.file]
        for number in self.model.inside.calls[fn.file].get(fn.index, ()) if file.language == "javascript" else ():
            if file.calls[number].name == "push" and file.calls[number].on in lists:
                yield from file.calls[number].args

    def _statement(self, fn: Fn, call: Call) -> Call:
        """Return the call that holds the statement: Rust's `query_as("... LIMIT $2").bind(limit)` begins with it."""
        file = self.model.files[fn.file]
        while file.language == "rust" and call.name == "bind" and call.prev >= 0 and (call.prev != call.inside):
            before = file.calls[call.prev]
            if before.name != "bind":
                return before
            call = before
        return call

    def _in_declared(self, fn: Fn, call: Call) -> Iterator[Arg]:
        """Java, Kotlin: what a method is given for the LIMIT of the statement in its annotation: `@Query("... limit :count")`."""
        language, words = self.model.files[fn.file].language, (value.text.rpartition(".")[2] for value in call.args)
        if language not in ("java", "kotlin") or not call.on or not any(SIZE.match(word) for word in words):
            return
        for told in self.model.project.resolve_call(fn.file, call)[:1]:
            made = self.model.project.function(told)
            if any(_LIMITED.search(value.text) for mark in made.marks for value in mark.args):
                given = parameter_of(made, call, enumerate(call.args))
                yield from (value for name, value in given if SIZE.match(name))

    def _texts(self, fn: Fn, value: Arg) -> Iterator[Arg]:
        if value.kind == "name":
            for each in self.model.project.assigned[fn.file].get((fn.index, value.text), ()):
                yield each.value
        elif value.kind in ("str", "fmt", "concat"):
            yield value

    def _is_query(self, fn: Fn, call: Call, value: Arg) -> bool:
        """Whether a number limits rows, and not a body or a cache."""
        if value.name:
            return _PAGED.match(value.name) is not None and _ASKS.search(call.name) is not None
        told = self.model.effects.of_call[fn.file]
        number = next(
            (
                n
                for n in self.model.inside.calls[fn.file].get(fn.index, ())
                if self.model.files[fn.file].calls[n] is call
            ),
            -1,
        )
        return _PAGE_CLASSES.match(call.on.rpartition(".")[2]) is not None or any(
            d.does == "bounded" for d in told.get(number, ())
        )

    def _sizes(self, call: Call) -> Iterator[Arg]:
        """Yield the arguments of a call that say how many rows."""
        for value in call.args:
            if value.name and SIZE.match(value.name):
                yield value
            elif value.kind == "dict" and (_OPTIONS.match(call.name) or not value.name):
                yield from (
                    item
                    for item in value.items
                    if item.name in ("take", "limit", "pageSize", "perPage", "per_page", "page_size", "size")
                )
        plain = [value for value in call.args if not value.name and value.kind not in ("dict", "fn", "type")]
        if not plain:
            return
        if _is_page(call) or call.name in ("startPage", "offset_and_limit"):
            yield from plain[1:2]
        elif _LIMITS.match(call.name) and call.on:
            yield plain[0]

    # ---- what a client says ---------------------------------------------------------------------

    def _asked(self, fn: Fn, value: Arg, way: tuple[Edge, ...], depth: int) -> tuple[int, int, str] | None:
        """Return where a client's page size comes in, and its name; None if it is bounded on the way or the server's."""
        if depth == 0 or value.kind not in ("name", "call", "other", "fmt", "concat") or is_clamped(value):
            return None
        file = self.model.files[fn.file]
        if value.kind == "call":
            on, _, name = value.text.rpartition(".")
            if _TAKES.match(name) and value.items:
                word = value.items[0].text.rpartition(".")[2]
                if value.items[0].kind in ("str", "name") and SIZE.match(word):
                    return (
                        fn.file,
                        self._line(fn, name, value.items[0].text),
                        word.lower() if word.isupper() else word,
                    )
            if CLAMP_CALLS.match(name):
                return None
            field = property_of(name)
            if on and not value.items and SIZE.match(field):
                return self._of_object(fn, [*re.split(r"\.|->", on), field], way, file)
            told = self.model.project.resolve(fn.file, fn.index, on, name)[:1]
            if not told and not on and len(alone := self.model.project.functions_by_name.get(name, ())) == 1:
                told = tuple(alone)  # a helper that is loaded everywhere
            for made in told:
                if _NAMED.search(name):
                    return self._of_helper(made, depth - 1)
            for item in value.items if not told or _CONVERTS.match(name) else ():
                place = self._asked(fn, item, way, depth - 1)
                if place is not None:
                    return place
            if (
                on
                and not told
                and (place := self._asked(fn, Arg("name", on.removesuffix("()")), way, depth - 1)) is not None
            ):
                return place  # params.limit.unwrap_or(20)
            return None
        for word in re.findall(r"[A-Za-z_$][\w$]*(?:(?:\.|->|\?\.|!\.)[A-Za-z_]\w*)*", value.text):
            words = re.split(r"\.|->|\?\.|!\.", word)
            if not SIZE.match(_AS_TEXT.sub("", words[-1])):
                continue
            if len(words) > 1:
                return self._of_object(fn, words, way, file)
            return self._of_name(fn, words[0].lstrip("$"), way, depth)
        return None

    def _of_object(self, fn: Fn, words: list[str], way: tuple[Edge, ...], file: File) -> tuple[int, int, str] | None:
        """`query.Limit`, where the client fills `query`."""
        owner = words[0].lstrip("$")
        scope = fn.index
        while scope >= 0:
            made = file.functions[scope]
            param = next((each for each in made.params if each.name.lstrip("$&") == owner), None)
            if param is not None:
                if len(words) > 2 and not _REQUEST.search(owner):
                    return None  # user.config.items_per_page: what was stored
                known = self.model.project.named_type(fn.file, param.type).cls if param.type else None
                if known is not None and self.bounds.of_class(known, words[-1]):
                    return None
                if (
                    known is None
                    and not _REQUEST.search(owner)
                    and param.type
                    and self.model.files[fn.file].language not in ("javascript", "python")
                ):
                    return None
                if not self._is_handed(fn, way) or self._is_filled_with_bounded(fn, param.name, words[-1], way):
                    return None
                return (fn.file, made.line, ".".join(words)) if not self.bounds.in_function(fn, words[-1]) else None
            scope = made.parent
        if _REQUEST.match(owner) and len(words) > 2 and not self.bounds.in_function(fn, words[-1]):  # req.query.limit
            return (fn.file, self._line(fn, "", words[-1]), ".".join(words))
        if len(words) > 1 and self._is_handed(fn, way):
            return self.objects.of(fn, owner, words[-1])
        return None

    def _is_filled_with_bounded(self, fn: Fn, param: str, field: str, way: tuple[Edge, ...]) -> bool:
        """Whether a caller makes the object itself, with a size that is bounded: `new Page { Size = request.Size }`."""
        while way:
            edge, way = way[-1], way[:-1]
            call = self.model.files[edge.at].calls[edge.call]
            given = parameter_of(self.model.project.function(fn), call, enumerate(call.args))
            value = next((value for name, value in given if name == param), None)
            if value is None:
                return False
            fn = Fn(edge.at, call.fn)
            if value.kind == "name":
                made = [each.value for each in self.model.project.assigned[edge.at].get((fn.index, value.text), ())]
                if not made:
                    param = value.text
                    continue
            else:
                made = [value]
            sizes = [item for each in made for item in each.items if _is_for(item, field)]
            if value.kind == "name":
                sizes += self.objects.given(fn, value.text.lstrip("$"), field)
            if sizes:
                return all(self._asked(fn, item, way, DEPTH_MAX) is None for item in sizes)
            return self._is_written_out(fn, made) and not self._is_filled(fn, value, call)
        return False

    def _is_written_out(self, fn: Fn, values: list[Arg]) -> bool:
        """Whether an object is made where it stands, `Filter{Owner: id}`, and not by a function that is given the request."""
        return all(
            each.kind == "dict"
            or (
                each.kind == "call"
                and (
                    any(item.name for item in each.items)
                    or self.model.project.named_type(fn.file, each.text).cls is not None
                )
            )
            for each in values
        )

    def _is_filled(self, fn: Fn, value: Arg, user: Call) -> bool:
        """Go, Rust: whether another call of a function is given the object, too: `bind(request, &filter)`."""
        if self.model.files[fn.file].language not in ("go", "rust"):
            return False
        calls = (self.model.files[fn.file].calls[n] for n in self.model.inside.calls[fn.file].get(fn.index, ()))
        return value.kind == "name" and any(
            any(each.text == value.text for each in call.args) for call in calls if call is not user
        )

    def _is_handed(self, fn: Fn, way: tuple[Edge, ...]) -> bool:
        return not way or any(edge.caller in self.model.handlers or edge.caller in self.model.served for edge in way)

    def _of_name(self, fn: Fn, name: str, way: tuple[Edge, ...], depth: int) -> tuple[int, int, str] | None:
        file = self.model.files[fn.file]
        assigned = [
            each
            for target in (name, f"${name}")
            for each in self.model.project.assigned[fn.file].get((fn.index, target), ())
        ]
        if assigned:
            if self.bounds.in_function(fn, name) or any(is_clamped(each.value) for each in assigned):
                return None  # if limit > 100 { limit = 100 }
            for each in assigned if depth else ():
                if file.language in JVM and _TAKEN.search(each.value.text):
                    return (fn.file, each.line, name)  # call.queryParameters["limit"]?.toInt() ?: 20
                if (place := self.objects.of_value(fn, each.value, name)) is not None:
                    return place  # const { limit } = schema.parse(req.query)
                if (place := self._asked(fn, each.value, way, depth - 1)) is not None:
                    here = file.functions[fn.index]
                    is_here = place[0] == fn.file and here.line <= place[1] <= here.end
                    return (fn.file, each.line, place[2]) if is_here else place
            if any(each.value.kind != "num" for each in assigned):
                return None  # else: if limit < 1 { limit = 20 }, of a parameter
        made = file.functions[fn.index]
        if way and any(name in taken_apart(param) for param in own_params(made)):
            return self._of_part(fn, name, way, depth)
        if name not in [each.lstrip("$&") for each in own_params(made)]:
            return (
                self._of_name(Fn(fn.file, made.parent), name, way, depth - 1)
                if made.kind == "lambda" and made.parent >= 0 and depth
                else None
            )
        if self.bounds.in_function(fn, name):
            return None
        if (
            fn in self.model.handlers
            and file.language in ("java", "kotlin")
            and not any(p.marks for p in made.params if p.name == name)
        ):
            return None  # declared elsewhere: an interface that is generated may bound it
        if fn in self.model.handlers or not way:
            return (
                (fn.file, made.line, name)
                if fn in self.model.handlers and not self.bounds.of_param(made, name)
                else None
            )
        edge = way[-1]
        call = self.model.files[edge.at].calls[edge.call]
        for param, value in parameter_of(made, call, enumerate(call.args)):
            if param.lstrip("$&") == name:
                return self._asked(Fn(edge.at, call.fn), value, way[:-1], depth - 1)
        return None

    def _of_part(self, fn: Fn, name: str, way: tuple[Edge, ...], depth: int) -> tuple[int, int, str] | None:
        """JavaScript: a name that a function takes out of the object that it is given: `list({ limit })`."""
        edge, caller = way[-1], Fn(way[-1].at, self.model.files[way[-1].at].calls[way[-1].call].fn)
        made, call = self.model.project.function(fn), self.model.files[edge.at].calls[edge.call]
        value = entry_of(made, call, name)
        if self.bounds.in_function(fn, name) or value is None or depth == 0:
            return None
        owner, _, field = value.text.rpartition(".")
        if value.kind == "name" and owner.isidentifier():  # an object that is made before: const filters = { limit }
            for each in self.model.project.assigned[edge.at].get((call.fn, owner), ()):
                for item in each.value.items if each.value.kind == "dict" else ():
                    if item.name == field:
                        place = self._asked(caller, item, way[:-1], depth - 1)
                        is_there = place is not None and place[0] == edge.at and item.line
                        return (edge.at, item.line, place[2]) if is_there and place is not None else place
        return self._asked(caller, value, way[:-1], depth - 1)

    def _of_helper(self, fn: Fn, depth: int) -> tuple[int, int, str] | None:
        """`paginate(pageSize())`: what a function returns that asks the request itself."""
        file = self.model.files[fn.file]
        returns = [each for each in file.returns if each.fn == fn.index]
        if self.bounds.in_function(fn, "") or any(
            is_clamped(each.value) and not _NUMBER.search(each.value.text) for each in returns
        ):
            return None
        for each in returns:
            if _everything(each.value, in_text=True):
                return (fn.file, each.line, "all")
            if self._asked(fn, each.value, (), depth) is not None:
                return (fn.file, each.line, "page size")
        return None

    def _line(self, fn: Fn, name: str, word: str) -> int:
        """Return the line where a function takes something from the request."""
        file = self.model.files[fn.file]
        for number in self.model.inside.calls[fn.file].get(fn.index, ()):
            call = file.calls[number]
            if call.name == name and any(value.text == word for value in call.args):
                return call.line
        return next(
            (read.line for read in file.reads if read.fn == fn.index and read.attr == word),
            file.functions[fn.index].line,
        )


def _is_for(item: Arg, field: str) -> bool:
    """Whether an entry fills a field: by its name, or as what is called the same: `new Query(tag, limit)`."""
    return item.name == field or (not item.name and item.text.rpartition(".")[2].lower() == field.lower())


def _is_page(call: Call) -> bool:
    """Whether a call makes a page: `PageRequest.of(page, size)`, `new Page<>(page, size)`; Go's `db.Limit(size)` makes none."""
    return _PAGE_CLASSES.match(call.on.rpartition(".")[2] if call.on else call.name) is not None


def _everything(value: Arg, *, in_text: bool = False) -> str:
    """Return a number of rows that stands for all of them, as it is written."""
    text = value.text
    if value.kind in ("num", "other", "name") and re.fullmatch(r"-1", text) and value.name:
        return text
    if value.kind in ("num", "other") and _NUMBERS.match(text):
        return text if int(text.replace("_", "")) >= EVERYTHING else ""
    if (
        value.kind in ("name", "other")
        and _BIGGEST.search(text)
        and (value.name or not text.startswith(("MAX_PAGE", "MAX_LIMIT")))
    ):
        return text if "." in text or ":" in text or (text.isupper() and text in ("PHP_INT_MAX", "INT_MAX")) else ""
    if in_text:
        return next((number for number in _NUMBER.findall(text) if int(number.replace("_", "")) >= EVERYTHING), "")
    return ""
