"""Upper bounds of page sizes: what a function, a parameter, a class or the whole project says of the most rows."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from backwright.review.facts import Arg, Call, File, Function
from backwright.review.link.model import Model
from backwright.review.link.project import Cls, Fn
from backwright.review.regexes import regex

EVERYTHING = 5_000  # rows: a page that long is no page
SIZE = regex(
    r"^_?\$?(limit|per_?page|page_?size|page_?limit|max_?results|page_?length|page_?count|size|take|top|first|rows|num_?results|count|amount|results_?per_?page|items_?per_?page|limit_?to|row_?count)$",
    re.IGNORECASE,
)
_CLAMPS = regex(
    r"(^|[\W_])(min|Min|minOf|clamp\w*|Clamp|coerce(AtMost|In)|constrain\w*|cap|capped|bounded?)([\W_]|$)|max_?(per_?page|page|size|limit|rows|results|count)|MAX|[<>]|max\(|Max[A-Z]",
    re.ASCII,
)
# What bounds nothing, as a number of rows.
BIGGEST = regex(
    r"\b[\w.:]*(MaxValue|MAX_VALUE|MAX_SAFE_INTEGER|MaxInt(32|64)?|PHP_INT_MAX|[ui](8|16|32|64|128|size)(::|\.)MAX|maxsize|INT_MAX|MaxUint\d*)\b"
)
CLAMP_CALLS = regex(r"^(min|Min|minOf|clamp\w*|Clamp|coerce(AtMost|In)|constrain\w*|cap\w*)$")
_CLAMP_MARKS = regex(r"^(Max|Range|DecimalMax|Positive?Max|LessThan\w*|IsIn|Min?Max|max|lte|le)$")
_SHORT = regex(r"\b(u8|u16|i8|i16|u?int8|u?int16|[Uu]?[Ss]hort|[Bb]yte)\b")  # numbers that are never large
_RULE = regex(r"\b(max|lte|le|between|in|oneof|digits_between)\b\s*[:=(]", re.IGNORECASE)
_VALIDATES = regex(
    r"^(InclusiveBetween|ExclusiveBetween|LessThan\w*|max|Max|le|lte|Range|between|Between|maximum|at_most|range)$"
)
_BOUND_NAMES = regex(
    r"^_*(max|upper|hard)_?(per_?page|page_?size|page_?limit|page_?length|limit|results|take|(items|rows|records)_?per)|^_*(per_?page|page_?size|limit|list_?limit|pagination)_?max|max_?page_?size|max_?limit|page_?size_?limit",
    re.IGNORECASE,
)
# What a page size is handed to that puts it right or turns it down.
_CHECKS = regex(
    r"valid|check|ensure|assert|require|guard|sanitize|normali[sz]e|refuse|verif|includes|^contains|^in_?array$|index_?of|^has$",
    re.IGNORECASE,
)
_GIVES = regex(
    r"query_?param|path_?param|header", re.IGNORECASE
)  # requireQueryParameter("limit") only asks that it is there
_WORDS = regex(r"[A-Za-z_]\w*(?![\w(])")
_COUNTED = regex(r"(\.|->)(size|length|count|Count|Length|len)(\(\))?$|^(len|count|sizeof)\(")
_LEAST = regex(r"[<>]=?\s*-?[01]\b|\b[01]\s*[<>]|[<>]=?\s*(null|nil|None)\b")  # `limit > 0 ? limit : 20` bounds nothing


class UpperBounds:
    """Knows what bounds a page size."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def in_project(self, language: str) -> bool:
        """Whether something of the project is called a largest page, or bounds one."""
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

    def in_function(self, fn: Fn, name: str) -> bool:
        """Whether a function bounds a page size: by a call, `min(limit, 100)`, or by a comparison, `limit > 100`."""
        file = self.model.files[fn.file]
        return any(
            (CLAMP_CALLS.match(call.name) or (name and _CHECKS.search(call.name) and not _GIVES.search(call.name)))
            and (not name or any(name in text for text in (call.on, *(value.text for value in call.args))))
            for call in (file.calls[number] for number in self.model.inside.calls[fn.file].get(fn.index, ()))
        ) or bool(name and self.is_compared(fn, name))

    def is_compared(self, fn: Fn, name: str) -> bool:
        """Whether a function compares a page size with more than one row, and not with how many were read: `rows.size() > limit`."""
        by_line: dict[int, list[str]] = defaultdict(list)
        for read in self.model.inside.reads[fn.file].get(fn.index, ()):
            if read.attr == "<":
                by_line[read.line].append(read.base)
        return any(
            not (len(told) == 2 and any(_COUNTED.search(each) for each in told))
            and any(name.lower() in (word.lower() for word in _WORDS.findall(each)) for each in told)
            for told in by_line.values()
        )

    def of_param(self, made: Function, name: str) -> bool:
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

    def of_class(self, cls: Cls, name: str) -> bool:
        """Whether a class of what a client asks for bounds one of its fields: `[Range(1, 100)]`, `validate:"max=100"`, a setter."""
        for each in self.model.project.base_classes(cls):
            made = self.model.project.class_(each)
            for field in made.fields:
                if re.search(r"max", field.name, re.IGNORECASE) and not SIZE.match(field.name):
                    return True
                if field.name.lower().replace("_", "") == name.lower().replace("_", ""):
                    if _SHORT.search(field.type):
                        return True
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
                fn.cls == each.index and self.in_function(Fn(each.file, n), "") for n, fn in enumerate(file.functions)
            ):
                return True
            if any(a.cls == each.index and is_clamped(a.value) for a in file.assigns):
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
                for item in entries(value, 4):
                    if SIZE.match(item.name) and re.search(
                        r"\bmax|\ble=|\blte\b|between|\bin:", f"{item.text} {deep(item)}"
                    ):
                        found.add(item.name.lower())
        return frozenset(found)


def _number(file: File, call: Call) -> int:
    return next(number for number, each in enumerate(file.calls) if each is call)


_SIZE_IN = regex(r"(^|[.>_\s])(limit|per_?page|page_?size|take)\b", re.IGNORECASE)


def entries(value: Arg, depth: int) -> Iterator[Arg]:
    """Yield the named entries in a value, also of dictionaries inside."""
    for item in value.items if depth else ():
        if item.name:
            yield item
        yield from entries(item, depth - 1)


def deep(value: Arg, depth: int = 3) -> str:
    """Return what stands in a value, its entries by their names."""
    return " ".join(f"{item.name}={item.text} {deep(item, depth - 1)}" for item in value.items) if depth else ""


def _text(values: Iterable[Arg]) -> str:
    return " ".join(f"{value.name}={value.text}" if value.name else value.text for value in values)


def is_clamped(value: Arg) -> bool:
    """Whether a value is bounded where it is written: `min(limit, 100)`, `limit > 100 ? 100 : limit`."""
    text = _LEAST.sub("", BIGGEST.sub("", value.text.replace("->", ".").replace("=>", "")))
    return _CLAMPS.search(text) is not None or any(is_clamped(item) for item in value.items if item.kind != "str")
