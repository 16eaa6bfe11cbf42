"""What a client's value meets on its way to a dangerous call: lists it must be in, patterns it must match, what it is compared with."""

import re
from collections.abc import Container, Iterable, Iterator
from functools import cached_property

from backwright.model.blueprint import Spot
from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.link.taint import INJECTED
from backwright.review.regexes import regex
from backwright.review.rules.looping import NAMES, root

_IN_LIST = frozenset(
    "includes contains Contains ContainsKey containsKey has in_array indexOf IndexOf array_key_exists is_in count contains_key".split()
)
_MATCHES = frozenset(
    "match fullmatch test matches Matches MatchString Match preg_match IsMatch is_match matchEntire regex_match".split()
)
_OF_REGEX = regex(r"(re|regex|regexp|pattern|_re|_rx)$|^/", re.IGNORECASE)
_REFUSES = regex(r"valid|check|verif|ensure|assert|^is_?[A-Z]|^is_|^Is[A-Z]", re.IGNORECASE)
_CUTS = frozenset("replace replaceAll ReplaceAll Replace str_replace replace_all preg_replace sub".split())
_SEPARATORS = regex(r"^(\.\.?[/\\]?|/|\\+|\[\^?.*\]\+?)$")
HOPS = 2  # variables that a statement is put together of
# PHP's own questions of a value, and where they take it.
_ASKED = {
    "in_array": 0,
    "array_key_exists": 0,
    "is_numeric": 0,
    "filter_var": 0,
    "is_int": 0,
    "ctype_digit": 0,
    "ctype_alnum": 0,
    "ctype_alpha": 0,
    "preg_match": 1,
}
_FINDS = regex(r"(find|get|has|exists?|is)_?\w*by", re.IGNORECASE)


class Guards:
    """Finds checks in the functions that a value went through."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @cached_property
    def _files(self) -> dict[str, int]:
        return {file.path: number for number, file in enumerate(self.model.files)}

    def along(self, spots: Iterable[Spot], at: int, fn: int) -> Iterator[Fn]:
        """Yield the functions that a value passed: the one it ends in with what is around it, then those of its way."""
        seen: set[Fn] = set()
        places = [Fn(at, n) for n in self.model.enclosing(at, fn)]
        for spot in spots:
            file = self._files.get(spot.file)
            if file is not None:
                inner = self._at(file, spot.line)
                places += [Fn(file, n) for n in self.model.enclosing(file, inner)]
        for place in places:
            if place not in seen:
                seen.add(place)
                yield place

    def _at(self, at: int, line: int) -> int:
        """Return the innermost function around a line, -1 if there is none."""
        around = [
            (made.end - made.line, n)
            for n, made in enumerate(self.model.files[at].functions)
            if made.line <= line <= made.end
        ]
        return min(around)[1] if around else -1

    def checked(self, fn: Fn) -> bool:
        """Whether a function asks whether a client's value is one of a list, matches a pattern or equals what it should be."""
        names = {name for name in self.model.taint.around(fn) if not INJECTED.match(name)}
        if not names:
            return False
        file = self.model.files[fn.file]
        for compare in file.compares:
            if compare.fn == fn.index:
                sides = (_of(compare.left) & names, _of(compare.right) & names)
                plain = (compare.left.kind, compare.right.kind)
                if bool(sides[0]) != bool(sides[1]) and "str" not in plain:
                    return True
        if any(each.fn == fn.index and _of(each.left) & names for each in file.members):
            return True
        return any(call.fn == fn.index and _checks(call, names) for call in file.calls)


def _checks(call: Call, names: set[str]) -> bool:
    given = {name for value in call.args for name in _of(value)}
    if _FINDS.match(call.name) and any(len(n) > 3 and n.lower() in call.name.lower() for n in given & names):
        return True  # findByFilename(filename): what is not stored is refused
    if call.name in _IN_LIST:
        return bool(call.on) and bool(given & names) and not set(NAMES.findall(call.on)[:1]) & names
    if call.name in _MATCHES:
        return bool((given | set(NAMES.findall(call.on)[:1])) & names)
    if call.name == "exec" and _OF_REGEX.search(call.on):
        return bool(given & names)
    if call.name in _CUTS:
        return any(value.kind == "str" and _SEPARATORS.match(value.text) for value in call.args) and bool(
            (given | set(NAMES.findall(call.on)[:1])) & names
        )
    return False


def is_refused(model: Model, at: int, call: Call, names: Container[str]) -> bool:
    """Whether a function of the project that is named after a check was given one of these variables before, and itself matches it or looks it up in a list."""
    return any(
        other.line < call.line
        and _REFUSES.search(other.name)
        and any(name in names for value in other.args for name in _of(value))
        and any(_asks(model, target) for target in model.project.resolve_call(at, other))
        for other in model.files[at].calls
        if other.fn == call.fn
    )


def is_of_list(model: Model, at: int, call: Call, value: Arg) -> bool:
    """PHP: whether what stands in a value was asked for before: `in_array($sort, $columns)`, `is_numeric($_GET["id"])`."""
    if model.files[at].language != "php":
        return False
    asked = {
        other.args[place].text
        for other in model.files[at].calls
        if other.fn == call.fn and other.line < call.line and not other.on
        if (place := _ASKED.get(other.name, -1)) >= 0 and len(other.args) > place
    }
    told = _of(value) | {item.text for item in value.items}
    for _ in range(HOPS if asked else 0):  # $where stands in $sql, and what was asked for in $where
        made = [each.value for name in told for each in model.project.assigned[at].get((call.fn, name), ())]
        told |= {text for each in made for text in (each.text, *(item.text for item in each.items))}
    return any(text and any(re.search(rf"(?<!\w){re.escape(text)}(?!\w)", each) for each in told) for text in asked)


def _asks(model: Model, fn: Fn) -> bool:
    """Whether a function matches one of its parameters, or looks it up in a list."""
    names = {param.name for param in model.project.function(fn).params}
    return any(each.fn == fn.index and _checks(each, names) for each in model.files[fn.file].calls)


def _of(value: Arg) -> set[str]:
    """The variables that a value is made of."""
    found = set(NAMES.findall(value.text)[:1]) if value.kind in ("name", "call", "other") else set()
    for item in value.items:
        found |= _of(item)
    return found


_SCHEME_ONLY = regex(r"^(https?:)?(//)?$")
_SAME_PAGE = regex(
    r"(self\.)?(request|req|ctx|ctx\.request)\.(path|path_info|get_full_path(\(\))?|full_path|originalUrl)|r\.URL\.Path"
)
# What a store gives as the address of something in it begins with the store's own.
_OF_STORE = regex(r"(^|[._a-z])(temporary|(pre)?_?signed?)_?\w*ur[li]s?$", re.IGNORECASE)
_ADDRESSES = regex(r"(^|\.)(Uri|URI|URL|HttpUrl)(\.(create|parse|get))?$")
_PUT_IN = regex(r"(^|\.)(replace|replaceAll|Replace|format|Format|with_query|appending\w*)$")


def starts_with_input(model: Model, at: int, fn: int, value: Arg, line: int, depth: int = 3) -> bool:
    """Whether the beginning of a text, where an address names its host, is what a client chose; yes where that is not known."""
    if _SAME_PAGE.fullmatch(value.text):
        return False  # the page that was asked for begins with a slash
    if value.kind in ("fmt", "concat"):
        start = value.text.partition("{")[0]
        if not _SCHEME_ONLY.match(start):
            return False
        return not value.items or starts_with_input(model, at, fn, value.items[0], line, depth)
    place = Fn(at, fn)
    known = model.taint.around(place)
    if value.kind == "call" and _PUT_IN.search(value.text):
        on = Arg("name", value.text.rpartition(".")[0])
        return _SAME_PAGE.fullmatch(on.text) is None and model.taint.of(place, on, known, line) is not None
    if value.kind == "call" and (
        _OF_STORE.search(value.text) or (depth and _begins_itself(model, place, value, depth))
    ):
        return False
    if value.kind == "call" and depth and value.items and _ADDRESSES.search(value.text):
        return starts_with_input(model, at, fn, value.items[0], line, depth - 1)
    if value.kind == "other" and "+" in value.text:
        first = value.text.partition("+")[0].strip()
        if depth and re.match(r"\w+(\s|$)", first):
            return starts_with_input(model, at, fn, Arg("name", root(first)), line, depth - 1)
        return model.taint.of(place, Arg("other", first), known, line) is not None
    if value.kind == "name" and depth:
        made = [
            each.value
            for number in (*model.enclosing(at, fn), -1)
            for each in model.project.assigned[at].get((number, value.text), ())
            if each.value.kind != "none"
        ]
        if made:
            return any(starts_with_input(model, at, fn, each, line, depth - 1) for each in made)
    return model.taint.of(place, value, known, line) is not None


def _begins_itself(model: Model, place: Fn, value: Arg, depth: int) -> bool:
    """Whether a function of the project puts what it is given behind a beginning of its own: `errorUrl(error)`."""
    on, _, name = value.text.rpartition(".")
    targets = model.project.resolve(place.file, place.index, on, name)
    ends = [
        (target, each)
        for target in targets
        for each in model.files[target.file].returns
        if each.fn == target.index and each.value.kind != "none"
    ]
    return {target for target, _ in ends} == set(targets) != set() and not any(
        _is_passed_on(model, target, each.value)
        or starts_with_input(model, target.file, target.index, each.value, each.line, depth - 1)
        for target, each in ends
    )


def _is_passed_on(model: Model, fn: Fn, value: Arg) -> bool:
    """Whether a value begins with a parameter of the function, as far as that is written there."""
    first = value.items[0] if value.kind in ("fmt", "concat") and value.items and value.text.startswith("{") else value
    made = model.project.function(fn)
    own = made.receiver or "self"
    return first.kind == "name" and root(first.text) != own and any(p.name == root(first.text) for p in made.params)
