"""Go: errors that are assigned and forgotten, or never asked for after a loop of rows."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from backwright.review.facts import Assign, Catch, File, Function
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.failing import Failing, Weight
from backwright.review.rules.looping import root
from backwright.review.rules.patterns import flat

DEPTH_MAX = 2  # calls between a handler and what failed: handler, service, repository
ERRORS = regex(r"^(err\w*|\w+Err)$")
NARROW = regex(r"(^|\.)(Err\w+|EOF|\w*NotFound\w*|\w*NoRows\w*|Nil)$")
NEXT = regex(r"^(\w+)\.Next(\(|$)")
STOPS = regex(r"^(Exit|Goexit|panic|(Fatal|Panic)(f|ln|w)?)$")
Mentions = list[tuple[int, Catch | None]]  # line, and the handler if it is one
READS = frozenset({"Query", "QueryContext", "Queryx", "QueryxContext", "Find", "Aggregate", "Rows", "NamedQuery"})


class Lost(NamedTuple):
    """An error that nobody hears of: the line, the function, what becomes of it, and what failed."""

    line: int
    fn: int
    ends: str
    weight: Weight


class GoErrors:
    """Errors of Go files that are lost other than by `_` and by bare calls."""

    def __init__(self, model: Model, failing: Failing) -> None:
        self.model, self.failing = model, failing

    def in_file(self, at: int) -> Iterator[Lost]:
        """Yield what a file loses."""
        file = self.model.files[at]
        mentions = mentions_in(file)
        for assign in file.assigns:
            if assign.fn >= 0 and ERRORS.match(assign.target) and assign.value.kind in ("call", "name"):
                yield from self._forgotten(at, assign, mentions)
        for made in file.catches:
            yield from self._used_anyway(at, made)
        yield from self._half_read(at)

    # ---- assigned, and not looked at ----------------------------------------------------------

    def _forgotten(self, at: int, assign: Assign, mentions: dict[str, Mentions]) -> Iterator[Lost]:
        """Yield a write whose error is never looked at, and a query of whose errors only one kind is."""
        file = self.model.files[at]
        made = file.functions[assign.fn]
        if made.kind == "lambda" or self.may_go_out(file, assign, made):
            return  # an error of the function around, or one that it returns by its name
        again = {each.line for each in file.assigns if each.target == assign.target and each is not assign}
        if assign.loop >= 0 and any(line < assign.line for line in again):
            return
        shadows = [each for each in file.catches if each.line in again and each.line > assign.line]
        after = [
            (line, catch)
            for line, catch in mentions.get(assign.target, ())
            if assign.line <= line <= made.end and not any(each.line <= line <= each.end for each in shadows)
        ]
        narrow = [catch for _, catch in after if catch is not None and catch.types and catch.start == catch.line]
        if len(narrow) != len(after) or not all(NARROW.search(kind) for each in narrow for kind in each.types):
            return
        weight = self._weight(at, assign)
        if weight is None or (not narrow and weight.kind != "write") or self.failing.is_asking(at, assign.fn):
            return
        if narrow and self._maps_its_errors(at, weight):
            return
        yield Lost(assign.line, assign.fn, "dropped", weight)

    def may_go_out(self, file: File, assign: Assign, made: Function) -> bool:
        """Whether a function may return the error by its name, or look at it in what it defers."""
        if "error" in made.returns and not any(r.fn == assign.fn and r.line > assign.line for r in file.returns):
            return True
        return any(
            each.var == assign.target and each.fn != assign.fn and made.line <= each.line <= made.end
            for each in file.catches
        )

    def _weight(self, at: int, assign: Assign) -> Weight | None:
        file = self.model.files[at]
        calls = [n for n, call in enumerate(file.calls) if call.fn == assign.fn and call.line == assign.line]
        weight = self.failing.weigh(at, calls)
        return weight if weight is not None and weight.depth <= DEPTH_MAX else None

    def _maps_its_errors(self, at: int, weight: Weight) -> bool:
        """Whether what is called makes errors of its own, so that one kind may be all there is."""
        targets = self.model.project.resolve_call(at, self.model.files[at].calls[weight.call])
        return any("DB" not in self.model.project.function(fn).returns for fn in targets)

    def _used_anyway(self, at: int, made: Catch) -> Iterator[Lost]:
        """Yield a database that could not be opened, of which a line is printed before its handle is used."""
        if not set(made.does) <= {"log", "call", "comment"} or "log" not in made.does or made.types or made.fn < 0:
            return
        file = self.model.files[at]
        if any(
            self._stops(at, number)
            for number in self.model.inside.calls[at].get(made.fn, ())
            if made.line <= file.calls[number].line <= made.end
        ):
            return
        opened = [each for each in file.assigns if each.fn == made.fn and made.line - 1 <= each.line <= made.line]
        if not any(each.target == made.var for each in opened):
            return
        handles = {each.target for each in opened if each.target not in (made.var, "_")}
        if not any(call.fn == made.fn and call.line > made.end and root(call.on) in handles for call in file.calls):
            return
        for index, call in enumerate(file.calls):
            if call.fn == made.fn and call.to in handles and made.line - 1 <= call.line <= made.line:
                if any(does.does in ("pool", "connect") for does in self.model.effects.of_call[at].get(index, ())):
                    yield Lost(made.line, made.fn, "dropped", Weight("connection", index, (), 0))

    def _stops(self, at: int, index: int) -> bool:
        """Whether a call runs a function of the project that ends the process."""
        inside = self.model.inside.calls
        return any(
            STOPS.match(self.model.files[fn.file].calls[number].name)
            for fn in self.model.project.resolve_call(at, self.model.files[at].calls[index])
            for number in inside[fn.file].get(fn.index, ())
        )

    # ---- rows ----------------------------------------------------------------------------------

    def _half_read(self, at: int) -> Iterator[Lost]:
        """Yield loops over rows after which nobody asks whether the rows ended or broke off."""
        file = self.model.files[at]
        for loop in file.loops:
            found = NEXT.match(loop.over) if loop.kind == "while" else None
            if not found or loop.fn < 0:
                continue
            rows = found[1]
            if any(call.on == rows and call.name == "Err" and call.fn == loop.fn for call in file.calls):
                continue
            made = [n for n, c in enumerate(file.calls) if c.to == rows and c.fn == loop.fn and c.line <= loop.line]
            if made and file.calls[made[-1]].name in READS and self.failing.kind(at, made[-1]) == "query":
                yield Lost(loop.line, loop.fn, "half", Weight("query", made[-1], (), 0))


def mentions_in(file: File) -> dict[str, Mentions]:
    """Return name of an error to each line that looks at it, with the handler if it is one."""
    found: dict[str, list[tuple[int, Catch | None]]] = defaultdict(list)
    texts: list[tuple[int, str]] = []
    for made in file.catches:
        if made.var:
            found[made.var.partition(".")[0]].append((made.line, made))
        texts.append((made.line + 1, made.body))
    asked = {made.line for made in file.catches}
    texts += [
        (call.line, f"{call.on} {' '.join(flat(call.args))}")
        for call in file.calls
        if not (call.on == "errors" and call.line in asked)  # errors.Is(err, ...) is the handler itself
    ]
    texts += [(each.line, " ".join((*flat((each.value,)), each.beside))) for each in file.returns]
    texts += [(each.line, " ".join(flat((each.value,)))) for each in file.assigns]
    texts += [(each.line, f"{each.left.text} {each.right.text}") for each in file.compares]
    texts += [(each.end, each.over) for each in file.loops]
    texts += [(each.line, each.base) for each in file.reads]
    for line, text in texts:
        for word in set(re.findall(r"\w+", text)):
            if ERRORS.match(word):
                found[word].append((line, None))
    return found
