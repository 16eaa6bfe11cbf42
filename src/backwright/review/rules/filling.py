"""What a variable is filled with after it was made: fields, setters, entries, streams and buffers."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from backwright.review.facts import Arg, Assign, Catch
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.looping import root

SETS = regex(r"^(set\w*|put\w*|add\w*|append\w*|insert|push|with\w*|write\w*|<<)$", re.IGNORECASE)
FIELD = regex(r"[.\[]|->")
BUFFERS = frozenset({"snprintf", "sprintf", "vsnprintf", "strcpy", "strncpy", "strcat", "strncat"})
READS = regex(r"^(\w+)\.(str|c_str|toString|ToString|to_string|toStyledString|dump|data|build|get)(\(\))?$")


class Filling:
    """What fills the variables of each file."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.by_file = cache(self._in_file)
        self.catches = cache(self._catches)

    def of(self, at: int, fn: int, name: str, line: int = 0) -> list[tuple[int, Arg]]:
        """Return what a variable of a function is filled with and in which line, without fields that also get a fixed text.

        `line`: where it is read; what another handler of errors puts into a variable of that name is left out there.
        """
        name = name.lstrip("$*&")
        fields, called = self.by_file(at)
        block = self._block(at, fn, line) if line else -1
        found: list[tuple[int, Arg]] = []
        for made in fields.get((fn, name), {}).values():
            near = made
            if block >= 0:
                near = [each for each in made if self._block(at, fn, each.line) == block]
                near = near or [each for each in made if self._block(at, fn, each.line) < 0]
            if near and all(each.value.kind != "str" for each in near):
                found.append((near[-1].line, near[-1].value))
        return found + [
            each for each in called.get((fn, name), ()) if block < 0 or self._block(at, fn, each[0]) in (block, -1)
        ]

    def _block(self, at: int, fn: int, line: int) -> int:
        """Return the number of the innermost handler of errors in which a line of a function stands, -1 if it stands in none."""
        around = [(made.line, number) for number, made in self.catches(at).get(fn, ()) if made.line <= line <= made.end]
        return max(around, default=(0, -1))[1]

    def _catches(self, at: int) -> dict[int, list[tuple[int, Catch]]]:
        found: dict[int, list[tuple[int, Catch]]] = defaultdict(list)
        for number, made in enumerate(self.model.files[at].catches):
            found[made.fn].append((number, made))
        return found

    def _in_file(
        self, at: int
    ) -> tuple[dict[tuple[int, str], dict[str, list[Assign]]], dict[tuple[int, str], list[tuple[int, Arg]]]]:
        """Return, for each variable of each function, what its fields are given, and what it is handed by calls."""
        fields: dict[tuple[int, str], dict[str, list[Assign]]] = defaultdict(lambda: defaultdict(list))
        for assign in self.model.files[at].assigns:
            if assign.fn >= 0 and FIELD.search(assign.target):
                fields[assign.fn, root(assign.target)][assign.target].append(assign)
        called: dict[tuple[int, str], list[tuple[int, Arg]]] = defaultdict(list)
        for fn, name, line, value in self._in_calls(at):
            called[fn, name].append((line, value))
        return fields, called

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
