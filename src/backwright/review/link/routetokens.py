"""How ASP.NET writes the names of controllers and actions into paths: `MyOrders` becomes `my-orders` by a transformer of the project."""

import re
from functools import cached_property
from typing import NamedTuple

from backwright.review.facts import Arg, Call
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.regexes import regex

_CONSTRAINTS = frozenset(
    "alpha bool datetime decimal double exists file float guid int length long max maxlength min minlength nonfile range regex required".split()
)
_WORDS = regex(r"(?<=[a-z0-9])(?=[A-Z])")
_GROUP = regex(r"\$(?:(\d)|\{(\w+)\})")
_LOWER = frozenset({"ToLower", "ToLowerInvariant"})
_BY_NAME = {
    "Kebaberize": "-",
    "Dasherize": "-",
    "ToKebabCase": "-",
    "Slugify": "-",
    "Underscore": "_",
    "ToSnakeCase": "_",
}


class Transformer(NamedTuple):
    """What a transformer does to a name: replacements, what it puts between words, and whether it lowers them."""

    replaced: tuple[tuple[str, str], ...] = ()
    between: str = ""
    is_lower: bool = False

    def applied(self, name: str) -> str:
        """Return a name as it stands in paths."""
        for pattern, put in self.replaced:
            try:
                name = re.sub(pattern, put, name)
            except re.error:  # written for another engine
                name = _WORDS.sub("-", name)
        name = _WORDS.sub(self.between, name) if self.between else name
        return name.lower() if self.is_lower else name


class RouteTokens:
    """Finds the transformers of names: the one for all tokens of a folder's controllers, and those that patterns name."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @cached_property
    def of_tokens(self) -> dict[int, Transformer]:
        """File that adds a `RouteTokenTransformerConvention` to the transformer of it."""
        found: dict[int, Transformer] = {}
        for at, index in self.project.calls_by_name.get("RouteTokenTransformerConvention", ()):
            file = self.project.files[at]
            if file.language == "csharp" and not file.is_test:
                found[at] = self._of(at, next(iter(file.calls[index].args), None))
        return found

    def of_place(self, constraint: str) -> Transformer | None:
        """Return what `{action:slugify}` does to a name, None if the word is no transformer."""
        name = constraint.partition("(")[0].partition(":")[0]
        return None if not name or name in _CONSTRAINTS else self._named.get(name)

    @cached_property
    def _named(self) -> dict[str, Transformer]:
        """Words that `ConstraintMap` gives to transformers."""
        found: dict[str, Transformer] = {}
        for at, file in enumerate(self.project.files):
            for assign in file.assigns if file.language == "csharp" else ():
                told = re.search(r'ConstraintMap\["(\w+)"\]$', assign.target)
                if told:
                    found[told[1]] = self._of(at, assign.value)
        for at, index in self.project.calls_by_name.get("Add", ()):
            call = self.project.files[at].calls[index]
            if call.on.endswith("ConstraintMap") and len(call.args) == 2:
                found[call.args[0].text] = self._of(at, call.args[1])
        return found

    def _of(self, at: int, value: Arg | None) -> Transformer:
        """Return what a class does in `TransformOutbound`; one that is not in the project puts hyphens between lower words."""
        cls = self.project.find_class(at, value.text.rpartition(".")[2]) if value is not None else None
        for fn in self.project.method(cls, "TransformOutbound")[:1] if cls is not None else ():
            return self._read(fn, cls)
        return Transformer(between="-", is_lower=True)

    def _read(self, fn: Fn, cls: Cls | None) -> Transformer:
        replaced: list[tuple[str, str]] = []
        between, is_lower = "", False
        for call in self.project.files[fn.file].calls:
            if call.fn != fn.index:
                continue
            is_lower = is_lower or call.name in _LOWER or call.name in _BY_NAME
            between = _BY_NAME.get(call.name, between)
            if call.name == "Replace" and (made := self._replacement(fn, cls, call)) is not None:
                replaced.append(made)
        return Transformer(tuple(replaced), between, is_lower)

    def _replacement(self, fn: Fn, cls: Cls | None, call: Call) -> tuple[str, str] | None:
        texts = [value.text for value in call.args if value.kind == "str"]
        if call.on.rpartition(".")[2] == "Regex" and len(texts) >= 2:
            return texts[0], _put(texts[1])
        pattern = self._pattern(fn, cls, call.on.removesuffix("()")) if len(texts) == 1 else None
        if pattern is not None:
            return pattern, _put(texts[0])
        return (re.escape(texts[0]), texts[1].replace("\\", "\\\\")) if len(texts) == 2 else None

    def _pattern(self, fn: Fn, cls: Cls | None, name: str) -> str | None:
        """Return the pattern of a `Regex` that is a field, or a method that the compiler fills in."""
        for field in self.project.class_(cls).fields if cls is not None else ():
            if field.name == name and field.value is not None:
                return next((item.text for item in field.value.items if item.kind == "str"), None)
        for made in self.project.files[fn.file].functions:
            mark = next((m for m in made.marks if m.name == "GeneratedRegex"), None) if made.name == name else None
            if mark is not None:
                return next((value.text for value in mark.args if value.kind == "str"), None)
        return None


def _put(text: str) -> str:
    """Return a replacement of .NET as Python writes it."""
    return _GROUP.sub(lambda match: rf"\g<{match[1] or match[2]}>", text.replace("\\", "\\\\"))


__all__ = ["RouteTokens", "Transformer"]
