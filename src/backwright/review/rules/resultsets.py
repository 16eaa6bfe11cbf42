"""Rows that Python takes from what a statement gave: `result.scalars().all()` chooses nothing, the statement did."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from backwright.review.link.data import Access
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.asking import STATEMENT
from backwright.review.rules.looping import root

SENDS = regex(r"(execute|exec|stream|scalars|stream_scalars)$")
_SELECTS = frozenset({"select", "query", "where", "filter", "filter_by"})
_CONDITIONS = regex(r"(where|filter|filter_by|having)$")
_DEPTH = 4  # variables that a statement is followed through


class ResultSets:
    """Finds the statement that a variable holds the rows of.

    `into`: for each file, (function, variable) to the calls whose result it is.
    `behind`: what is said of a variable's query before, see Choosing.
    """

    def __init__(
        self,
        model: Model,
        into: Sequence[Mapping[tuple[int, str], list[int]]],
        behind: Callable[[int, int, str, set[int], int], Iterator[tuple[int, int, bool]]],
    ) -> None:
        self.model, self.into, self.behind = model, into, behind

    def sent(self, access: Access) -> int | None:
        """Return the call that sent the statement whose rows are taken, None if this is the call itself."""
        file = self.model.files[access.at]
        first = file.calls[access.calls[0]]
        if file.language != "python" or (SENDS.match(first.name) is not None and first.args):
            return None
        made = [
            number
            for number in self.into[access.at].get((first.fn, root(first.on)), ())
            if file.calls[number].line <= first.line and number not in access.calls
        ]
        last = max(made, key=lambda number: file.calls[number].line, default=None)
        return last if last is not None and SENDS.match(file.calls[last].name) and file.calls[last].args else None

    def statement(self, at: int, sent: int) -> Iterator[tuple[int, int, bool]]:
        """Yield the calls that say what a statement asks for, as Choosing.calls does."""
        call = self.model.files[at].calls[sent]
        given = call.args[0]
        known = {sent}
        if given.kind == "call":
            for number in self.model.data.inner(at, [sent]):
                known.add(number)
                if not self._is_in_condition(at, number, sent):
                    yield at, number, False
        name = root(given.text)
        if name:
            yield from self.behind(at, call.fn, name, known, _DEPTH)

    def _is_in_condition(self, at: int, number: int, sent: int) -> bool:
        """Whether a call stands in a condition, which is read as a whole: the last one of `where(col(Order.name).ilike(part))`."""
        calls = self.model.files[at].calls
        around = calls[number].inside
        while around >= 0 and around != sent:
            if _CONDITIONS.match(calls[around].name):
                return True
            around = calls[around].inside
        return False

    def sql(self, access: Access) -> str:
        """Return the text of the statement that was sent, "" if it is none: `execute(text("SELECT ..."))`."""
        sent = self.sent(access)
        if sent is None:
            return ""
        call = self.model.files[access.at].calls[sent]
        value = call.args[0]
        if value.kind == "name":
            told = self.model.project.assigned[access.at].get((call.fn, value.text), ())
            before = [each for each in told if each.line <= call.line]
            value = before[-1].value if before else value
        if value.kind == "call" and value.text.rpartition(".")[2] == "text" and value.items:
            value = value.items[0]
        return value.text if value.kind in ("str", "fmt", "concat") and STATEMENT.match(value.text) else ""

    def is_unseen(self, access: Access) -> bool:
        """Whether rows come from a statement that is made where nobody looks: handed over, or by another function."""
        sent = self.sent(access)
        if sent is None or self.sql(access):
            return False
        names = (self.model.files[at].calls[number].name for at, number, _ in self.statement(access.at, sent))
        return not any(name in _SELECTS for name in names)
