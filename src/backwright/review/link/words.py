"""What stands among the arguments of a call: at a place, and as words."""

from collections.abc import Iterable, Iterator, Sequence

from backwright.review.facts import Arg, Call, Mark, Param
from backwright.review.link.packs import glob
from backwright.review.regexes import regex

CONTEXT = regex(
    r"(^|\.)(ctx|\w*Ctx|[cC]ontext|UserContext|Background|TODO|WithTimeout|WithValue|WithoutCancel)$"
)  # Go's first argument

_DESCRIBING = frozenset({"description", "title", "example", "examples", "summary"})
_DESCRIBED = regex(r"""\b(description|title|examples?|summary)\s*=\s*[fr]?("[^"]*"|'[^']*')""")


def matches_on(pattern: str, on: str) -> bool:
    """Whether what a call is called on is meant by a glob, as a whole or by its last word."""
    if pattern == "*":
        return True
    if not pattern:
        return not on
    return bool(glob(pattern).match(on) or glob(pattern).match(on.rpartition(".")[2]))


def argument(args: Sequence[Arg], place: str) -> Arg | None:
    """Return the argument at "0", "-1", "prefix", or "1.prefix" (entry of a dictionary); None if it is not there."""
    first, _, rest = place.partition(".")
    found: Arg | None = None
    if first.lstrip("-").isdigit():
        plain = [value for value in args if not value.name]
        index = int(first)
        if -len(plain) <= index < len(plain):
            found = plain[index]
    else:
        found = next((value for value in args if value.name == first), None)
        if found is None:
            for value in args:
                if value.kind == "dict":
                    found = next((item for item in value.items if item.name == first), None)
    if found is not None and rest:
        return argument(found.items, rest)
    return found


def placed(call: Call, place: str) -> Arg | None:
    """Return what stands at a place of a call: a path is itself, "receiver" is the text or constant that it is made on: `"/x".nest { }`."""
    if place.startswith("/"):
        return Arg("str", place)
    if place == "receiver":
        return Arg("str", call.on.strip("'")) if call.on.startswith("'") else Arg("name", call.on)
    return argument(call.args, place)


def words_of(value: Arg) -> list[str]:
    """Return the words that tell what a middleware is: its name, with its arguments' names."""
    if value.kind in ("list", "dict"):
        return [word for item in value.items for word in words_of(item)]
    if value.kind == "call":
        inner = " ".join(
            item.text or item.kind
            for item in value.items
            if item.kind in ("name", "call", "str") or item.text == "false"
        )
        inner += " " + " ".join(
            each.text for item in value.items for each in item.items if each.kind in ("name", "str", "call")
        )
        return [f"{value.text}({inner.strip()})"]
    if value.kind in ("name", "str", "other"):
        return [value.text]
    if value.kind == "none" and value.name == "auth":  # Django Ninja: whatever stands around asks nobody here
        return ["None"]
    if value.kind in ("concat", "fmt"):
        return [f"{' '.join(item.text for item in value.items)} {value.text}"]
    return []


def mark_text(mark: Mark) -> str:
    """Return what a mark says: its name, with its arguments' names."""
    inside = " ".join(word for value in mark.args for word in words_of(value))
    return f"{mark.on}.{mark.name}({inside})" if mark.on else f"{mark.name}({inside})"


def said_by(param: Param) -> str:
    """Return what a parameter says of where it comes from: its type, marks and default, without what only describes it."""
    default = param.default
    told = [default.text, *(m.name for m in param.marks)] if default is not None else [m.name for m in param.marks]
    told += [item.text for item in default.items if item.name not in _DESCRIBING] if default is not None else []
    return " ".join([_DESCRIBED.sub("", param.type), *told])


def texts_of(values: Iterable[Arg]) -> Iterator[str]:
    """Yield the text of each value and of all that stands in it."""
    for value in values:
        yield value.text
        yield from texts_of(value.items)
