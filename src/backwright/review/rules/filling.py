"""What a variable is filled with after it was made: fields, setters, entries, streams and buffers."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from backwright.review.facts import Arg, Assign
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.looping import root

SETS = regex(r"^(set\w*|put\w*|add\w*|append\w*|insert|push|with\w*|write\w*|<<)$", re.IGNORECASE)
FIELD = regex(r"[.\[]|->")
BUFFERS = frozenset({"snprintf", "sprintf", "vsnprintf", "strcpy", "strncpy", "strcat", "strncat"})
READS = regex(r"^(\w+)\.(str|c_str|toString|ToString|to_string|data|build|get)(\(\))?$")


class Filling:
    """What fills the variables of each file."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.by_file = cache(self._in_file)

    def of(self, at: int, fn: int, name: str) -> list[tuple[int, Arg]]:
        """Return what a variable of a function is filled with and in which line, without fields that also get a fixed text."""
        return self.by_file(at).get((fn, name.lstrip("$*&")), [])

    def _in_file(self, at: int) -> dict[tuple[int, str], list[tuple[int, Arg]]]:
        file = self.model.files[at]
        fields: dict[tuple[int, str], dict[str, list[Assign]]] = defaultdict(lambda: defaultdict(list))
        for assign in file.assigns:
            if assign.fn >= 0 and FIELD.search(assign.target):
                fields[assign.fn, root(assign.target)][assign.target].append(assign)
        found = {
            key: [(made[-1].line, made[-1].value) for made in each.values() if all(m.value.kind != "str" for m in made)]
            for key, each in fields.items()
        }
        for fn, name, line, value in self._in_calls(at):
            found.setdefault((fn, name), []).append((line, value))
        return found

    def _in_calls(self, at: int) -> Iterator[tuple[int, str, int, Arg]]:
        file = self.model.files[at]
        for call in file.calls:
            if call.fn < 0:
                continue
            if call.name in BUFFERS and call.args:
                for value in call.args[1:]:
                    yield call.fn, call.args[0].text, call.line, value
            elif SETS.match(call.name) and call.on.lstrip("$").isidentifier():
                for value in call.args:
                    yield call.fn, call.on.lstrip("$"), call.line, value


def read_of(value: Arg) -> str:
    """Return the variable whose contents a value is: out of out.str()."""
    if value.kind == "name":
        return value.text if value.text.lstrip("$").isidentifier() else ""
    found = READS.match(value.text) if value.kind == "call" and not value.items else None
    return found[1] if found else ""
