"""Page sizes that are none: what a client asks for without an upper bound, and numbers that stand for everything."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from backwright.review.facts import Arg, Call, File, Function
from backwright.review.link.effects import Edge
from backwright.review.link.model import Model
from backwright.review.link.project import Cls, Fn
from backwright.review.regexes import regex
from backwright.review.rules.parameters import own_params, parameter_of

DEPTH_MAX = 5  # variables, parameters and helpers that a page size is followed through
EVERYTHING = 5_000  # rows: a page that long is no page
SIZE = regex(
    r"^_?\$?(limit|per_?page|page_?size|page_?limit|max_?results|page_?length|page_?count|size|take|top|first|rows|num_?results|count|amount|results_?per_?page|items_?per_?page|limit_?to|row_?count)$",
    re.IGNORECASE,
)
_LIMITS = regex(
    r"^(limit|take|Take|Limit|setMaxResults|paginate|simplePaginate|cursorPaginate|startPage|offset_and_limit|setLimit|SetLimit|max_results|forPage|fetch_limit|withLimit|LIMIT|ofSize)$"
)
_PAGE_CLASSES = regex(r"^(PageRequest|Pageable|PageImpl|Page|RowBounds|Limit)$")
_OPTIONS = regex(r"^(findMany|findAll|findAndCount|findAndCountAll|find|paginate|query|list)$")
_REQUEST = regex(
    r"(^|[._>])(request|req|query|params?|input|args|form|URL|ctx|c|r|queryParams|searchParams|GET)\b", re.IGNORECASE
)
_TAKES = regex(
    r"^(get|input|query|integer|int|param|QueryParam|Query|DefaultQuery|QueryInt|GetInt|getQuery|getInt|value|getQueryParam|QueryParamInt|FormValue|Get|getParameter|queryParam)$"
)
_CLAMPS = regex(
    r"(^|[\W_])(min|Min|minOf|clamp\w*|Clamp|coerce\w+|constrain\w*|cap|capped|bounded?)([\W_]|$)|max_?(per_?page|page|size|limit|rows|results|count)|MAX|[<>]|max\(|Max[A-Z]",
    re.ASCII,
)
_CLAMP_CALLS = regex(r"^(min|Min|minOf|clamp\w*|Clamp|coerce\w+|constrain\w*|cap\w*)$")
_CLAMP_MARKS = regex(r"^(Max|Range|DecimalMax|Positive?Max|LessThan\w*|IsIn|Min?Max|max|lte|le)$")
_RULE = regex(r"\b(max|lte|le|between|in|oneof|digits_between)\b\s*[:=(]", re.IGNORECASE)
_UNPAGED = frozenset({"unpaged", "Unpaged", "UnpagedSorted", "unlimited", "no_limit"})
_BIGGEST = regex(
    r"(^|[.:_])(MaxValue|MAX_VALUE|MAX_SAFE_INTEGER|MaxInt(32|64)?|PHP_INT_MAX|MAX|maxsize|INT_MAX|Infinity|MaxUint\d*)$"
)
_NUMBER = regex(r"(?<![\w.])(\d[\d_]{3,})(?![\w.])")
_NUMBERS = regex(r"^-?\d[\d_]*$")


_PAGED = regex(r"^(limit|per_?page|page_?size|take|max_?results)$", re.IGNORECASE)
_ASKS = regex(r"page|pagin|query|find|list|search|filter|^get|^all|fetch|read|load", re.IGNORECASE)
_VALIDATES = regex(
    r"^(InclusiveBetween|ExclusiveBetween|LessThan\w*|max|Max|le|lte|Range|between|Between|maximum|at_most|range)$"
)
_BOUND_NAMES = regex(
    r"^_*(max|upper|hard)_?(per_?page|page_?size|page_?limit|limit|results|items|rows|count|take|top|per)|^_*(per_?page|page_?size|limit|list_?limit|pagination)_?max|max_?page_?size|max_?limit|page_?size_?limit",
    re.IGNORECASE,
)
_REFUSES = regex(
    r"abort|bad_?request|unprocessable|validation|invalid|illegal_?argument|HTTPException|throw_?if|out_?of_?range",
    re.IGNORECASE,
)


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
        self.model = model

    def of(self, fn: Fn, way: tuple[Edge, ...]) -> Iterator[Size]:
        """Yield the sizes in a function that do not bound; `way` are the calls that lead there from what asks."""
        file = self.model.files[fn.file]
        for number in self.model.inside.calls[fn.file].get(fn.index, ()):
            call = file.calls[number]
            yield from self._of_call(fn, call, way)
        if any(_LIMITS.match(file.calls[number].name) for number in self.model.inside.calls[fn.file].get(fn.index, ())):
            for each in self.model.inside.compares[fn.file].get(fn.index, ()):
                name = each.left.text.rpartition(".")[2]
                if SIZE.match(name) and each.right.kind == "str" and each.right.text == "all":
                    yield Size(fn.file, each.line, (fn.file, each.line), f"{name}=all", is_asked=False)

    def _of_call(self, fn: Fn, call: Call, way: tuple[Edge, ...]) -> Iterator[Size]:
        file = self.model.files[fn.file]
        used = (fn.file, call.line)
        if call.prev < 0 and self.model.project.resolve_call(fn.file, call):
            return  # what the project's own function does with it stands there
        if call.name in _UNPAGED:
            yield Size(fn.file, call.line, used, f"{call.name}()", is_asked=False)
            return
        for value in self._sizes(call):
            told = _everything(value) if self._is_query(fn, call, value) else ""
            if told:
                yield Size(
                    fn.file,
                    call.line,
                    used,
                    f"{value.name}={told}" if value.name else f"{call.name}({told})",
                    is_asked=False,
                )
                return
            if _LIMITS.match(call.name) or _OPTIONS.match(call.name) or _PAGE_CLASSES.match(call.on.rpartition(".")[2]):
                place = (
                    self._asked(fn, value, way, DEPTH_MAX)
                    if not self._is_bounded_project(file.language) and not self._refuses(fn, way)
                    else None
                )
                if place is not None:
                    yield Size(*place[:2], (fn.file, value.line or call.line), place[2], is_asked=True)
                    return

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
        if (
            _PAGE_CLASSES.match(call.on.rpartition(".")[2])
            or _PAGE_CLASSES.match(call.name)
            or call.name in ("startPage", "offset_and_limit")
        ):
            yield from plain[1:2]
        elif _LIMITS.match(call.name) and call.on:
            yield plain[0]

    # ---- what a client says ---------------------------------------------------------------------

    def _asked(self, fn: Fn, value: Arg, way: tuple[Edge, ...], depth: int) -> tuple[int, int, str] | None:
        """Return where a client's page size comes in, and its name; None if it is bounded on the way or the server's."""
        if depth == 0 or value.kind not in ("name", "call", "other", "fmt", "concat") or _is_clamped(value):
            return None
        file = self.model.files[fn.file]
        if value.kind == "call":
            on, _, name = value.text.rpartition(".")
            if _TAKES.match(name) and value.items and value.items[0].kind == "str" and SIZE.match(value.items[0].text):
                return (fn.file, self._line(fn, name, value.items[0].text), value.items[0].text)
            if _CLAMP_CALLS.match(name):
                return None
            told = self.model.project.resolve(fn.file, fn.index, on, name)[:1]
            if not told and not on and len(alone := self.model.project.functions_by_name.get(name, ())) == 1:
                told = tuple(alone)  # a helper that is loaded everywhere
            for made in told:
                if SIZE_WORD.search(name):
                    return self._of_helper(made, depth - 1)
            for item in value.items if not told else ():
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
            if not SIZE.match(words[-1]):
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
                known = self.model.project.named_type(fn.file, param.type).cls if param.type else None
                if known is not None and self._is_bounded_class(known, words[-1]):
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
                return (fn.file, made.line, ".".join(words)) if not self._is_clamped_in(fn, words[-1]) else None
            scope = made.parent
        if _REQUEST.match(owner) and len(words) > 2 and not self._is_clamped_in(fn, words[-1]):  # req.query.limit
            return (fn.file, self._line(fn, "", words[-1]), ".".join(words))
        return None

    def _is_filled_with_bounded(self, fn: Fn, param: str, field: str, way: tuple[Edge, ...]) -> bool:
        """Whether a caller makes the object itself, with a size that is bounded: `new Page { Size = request.Size }`."""
        while way:
            edge, way = way[-1], way[:-1]
            call = self.model.files[edge.at].calls[edge.call]
            given = parameter_of(self.model.project.function(fn), call, enumerate(call.args))
            value = next((value for name, value in given if name == param), None)
            if value is None or value.kind != "name":
                return False
            fn = Fn(edge.at, call.fn)
            made = [each.value for each in self.model.project.assigned[edge.at].get((fn.index, value.text), ())]
            if made:
                sizes = [item for each in made for item in each.items if item.name == field]
                return bool(sizes) and all(self._asked(fn, item, way, DEPTH_MAX) is None for item in sizes)
            param = value.text
        return False

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
            found = [each for each in assigned if self._asked(fn, each.value, way, depth - 1)] if depth else []
            if not found or self._is_clamped_in(fn, name) or any(_is_clamped(each.value) for each in assigned):
                return None
            if any(each.value.kind in ("num", "name") and each.line > found[0].line for each in assigned):
                return None  # if limit > 100 { limit = 100 }
            place = self._asked(fn, found[0].value, way, depth - 1)
            return (fn.file, found[0].line, place[2]) if place is not None else None
        made = file.functions[fn.index]
        if name not in [each.lstrip("$&") for each in own_params(made)]:
            return (
                self._of_name(Fn(fn.file, made.parent), name, way, depth - 1)
                if made.kind == "lambda" and made.parent >= 0 and depth
                else None
            )
        if self._is_clamped_in(fn, name):
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
                if fn in self.model.handlers and not self._is_bounded_param(made, name)
                else None
            )
        edge = way[-1]
        call = self.model.files[edge.at].calls[edge.call]
        for param, value in parameter_of(made, call, enumerate(call.args)):
            if param.lstrip("$&") == name:
                return self._asked(Fn(edge.at, call.fn), value, way[:-1], depth - 1)
        return None

    def _of_helper(self, fn: Fn, depth: int) -> tuple[int, int, str] | None:
        """`paginate(pageSize())`: what a function returns that asks the request itself."""
        file = self.model.files[fn.file]
        returns = [each for each in file.returns if each.fn == fn.index]
        if self._is_clamped_in(fn, "") or any(
            _is_clamped(each.value) and not _NUMBER.search(each.value.text) for each in returns
        ):
            return None
        for each in returns:
            if _everything(each.value, in_text=True):
                return (fn.file, each.line, "all")
            if self._asked(fn, each.value, (), depth) is not None:
                return (fn.file, each.line, "page size")
        return None

    # ---- upper bounds ---------------------------------------------------------------------------

    def _refuses(self, fn: Fn, way: tuple[Edge, ...]) -> bool:
        """Whether one of the functions on the way turns a request down: what for is not known."""
        return any(
            _REFUSES.search(self.model.files[each.file].calls[number].name)
            for each in (fn, *(edge.caller for edge in way))
            for number in self.model.inside.calls[each.file].get(each.index, ())
        )

    def _is_bounded_project(self, language: str) -> bool:
        return language in self._bounded_languages

    @cached_property
    def _bounded_languages(self) -> frozenset[str]:
        """Languages in which something of the project is called a largest page, or a validator bounds one."""
        found: set[str] = set()
        for at in self.model.own:
            file = self.model.files[at]
            if file.language in found:
                continue
            names = (
                *(a.target.rpartition(".")[2] for a in file.assigns),
                *(f.name for c in file.classes for f in c.fields),
            )
            if any(_BOUND_NAMES.search(name) for name in names) or any(
                _BOUND_NAMES.search(p.name) for fn in file.functions for p in fn.params
            ):
                found.add(file.language)
                continue
            for call in file.calls:
                if _VALIDATES.match(call.name):
                    texts = (
                        [
                            call.on,
                            *(v.text for v in call.args),
                            *(
                                v.text
                                for n in self.model.effects.chain(at, _number(file, call))
                                for v in file.calls[n].args
                            ),
                        ]
                        if call.prev >= 0
                        else [call.on]
                    )
                    if any(_SIZE_IN.search(text) for text in texts):
                        found.add(file.language)
                        break
        return frozenset(found)

    def _is_clamped_in(self, fn: Fn, name: str) -> bool:
        """Whether a function bounds a page size by a call: `min(limit, 100)`."""
        file = self.model.files[fn.file]
        return any(
            _CLAMP_CALLS.match(call.name)
            and (not name or any(name in text for text in (call.on, *(value.text for value in call.args))))
            for call in (file.calls[number] for number in self.model.inside.calls[fn.file].get(fn.index, ()))
        )

    def _is_bounded_param(self, made: Function, name: str) -> bool:
        """`limit: int = Query(20, le=100)`, `@Max(100) int limit`; also a type of its own."""
        for param in made.params:
            if param.name.lstrip("$&") == name:
                default = param.default
                told = default is not None and (
                    any(item.name in ("le", "lt", "max", "maximum", "max_value") for item in default.items)
                    or "le=" in default.text
                )
                marked = any(_CLAMP_MARKS.match(mark.name) for mark in param.marks) or re.search(
                    r"\b(le|lt|max\w*)\s*=", param.type
                )
                return bool(told or marked)
        return False

    def _is_bounded_class(self, cls: Cls, name: str) -> bool:
        """Whether a class of what a client asks for bounds one of its fields: `[Range(1, 100)]`, `validate:"max=100"`, a setter."""
        for each in self.model.project.base_classes(cls):
            made = self.model.project.class_(each)
            for field in made.fields:
                if re.search(r"max", field.name, re.IGNORECASE) and not SIZE.match(field.name):
                    return True
                if field.name.lower().replace("_", "") == name.lower().replace("_", ""):
                    words = " ".join(
                        (
                            field.type,
                            *(f"{mark.name} {_text(mark.args)}" for mark in field.marks),
                            field.value.text if field.value else "",
                            _text(field.value.items if field.value else ()),
                        )
                    )
                    if (
                        any(_CLAMP_MARKS.match(mark.name) for mark in field.marks)
                        or _RULE.search(words)
                        or re.search(r"\b(le|lt|max\w*)=", words)
                    ):
                        return True
            file = self.model.files[each.file]
            if any(
                fn.cls == each.index and self._is_clamped_in(Fn(each.file, n), "")
                for n, fn in enumerate(file.functions)
            ):
                return True
            if any(a.cls == each.index and _is_clamped(a.value) for a in file.assigns):
                return True
        return False

    @cached_property
    def bounded_by_rules(self) -> frozenset[str]:
        """Names of page sizes that rules of a form bound: `'per_page' => 'integer|max:100'`, `limit: Joi.number().max(100)`."""
        found: set[str] = set()
        for at in self.model.own:
            file = self.model.files[at]
            if file.language not in ("php", "javascript", "python"):
                continue
            values = [
                *(a.value for a in file.assigns),
                *(v for call in file.calls for v in call.args),
                *(r.value for r in file.returns),
            ]
            for value in values:
                for item in _entries(value, 4):
                    if SIZE.match(item.name) and re.search(
                        r"\bmax|\ble=|\blte\b|between|\bin:", f"{item.text} {_deep(item)}"
                    ):
                        found.add(item.name.lower())
        return frozenset(found)

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


def _number(file: File, call: Call) -> int:
    return next(number for number, each in enumerate(file.calls) if each is call)


_SIZE_IN = regex(r"(^|[.>_\s])(limit|per_?page|page_?size|take)\b", re.IGNORECASE)
SIZE_WORD = regex(r"pag|limit|size|count", re.IGNORECASE)


def _entries(value: Arg, depth: int) -> Iterator[Arg]:
    """Yield the named entries in a value, also of dictionaries inside."""
    for item in value.items if depth else ():
        if item.name:
            yield item
        yield from _entries(item, depth - 1)


def _deep(value: Arg, depth: int = 3) -> str:
    return " ".join(f"{item.name}={item.text} {_deep(item, depth - 1)}" for item in value.items) if depth else ""


def _text(values: Iterable[Arg]) -> str:
    return " ".join(f"{value.name}={value.text}" if value.name else value.text for value in values)


def _is_clamped(value: Arg) -> bool:
    return _CLAMPS.search(value.text.replace("->", ".").replace("=>", "")) is not None or any(
        _is_clamped(item) for item in value.items if item.kind != "str"
    )


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
