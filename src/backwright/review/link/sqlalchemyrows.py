"""SQLAlchemy: of which class the row is that a query gives: `session.get(Order, 1)`, `session.scalars(select(Order)).first()`.

Only a query of whole rows of one class counts: one of columns, of two classes, or of a subquery gives something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from backwright.review.facts import Arg, Call
from backwright.review.link.perfile import PerFile, grouped
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Cls, Project

_LIBRARIES = ("sqlalchemy", "sqlmodel", "flask_sqlalchemy")
_ONE = frozenset(
    "first one one_or_none first_or_404 one_or_404 get_or_404 get get_one scalar scalar_one scalar_one_or_none merge".split()
)
_MANY = frozenset({"all", "scalars", "exec", "unique", "yield_per", "limit"})
_SENDS = frozenset({"scalar", "scalars", "execute", "exec", "stream", "stream_scalars", "paginate"})
_OTHER = frozenset(  # what makes other rows than those that were selected
    "with_entities with_only_columns add_columns add_column values mappings count subquery cte select_from union union_all columns group_by".split()
)
_SESSION = regex(r"(^|[._])(session|db|conn|connection)(\(\))?$|[sS]ession(\(\))?$")
_QUERY = regex(r"^([A-Z]\w*)\.query$")
LINES_MAX = 3  # between the first line of a loop and the last call of what it goes through
_HOPS = 4  # variables that a statement is followed through


class SqlalchemyRows:
    """Finds of which class the rows are that variables and loops hold."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._into = PerFile(
            project.files, lambda file: grouped(((call.fn, call.to), n) for n, call in enumerate(file.calls) if call.to)
        )
        self._inside = PerFile(
            project.files,
            lambda file: grouped((call.inside, n) for n, call in enumerate(file.calls) if call.inside >= 0),
        )

    @cached_property
    def _is_used(self) -> bool:
        return any(
            made.module.partition(".")[0] in _LIBRARIES
            for file in self.project.files
            for made in file.imports
            if file.language == "python"
        )

    def typed(self, at: int, fn: int, name: str) -> Cls | None:
        """Return the class of the row that a variable of a function holds, if all that it is given are rows of one."""
        if fn < 0 or not self._is_used or not name.isidentifier():
            return None
        told = self.project.assigned[at].get((fn, name), ())
        numbers = self._into[at].get((fn, name), ())
        if not numbers or any(each.value.kind not in ("call", "none", "other") for each in told):
            return None
        found = {self._row(at, number, _ONE) for number in numbers}
        return found.pop() if len(found) == 1 else None

    def returned(self, at: int, fn: int) -> Cls | None:
        """Return the class of the row that a function gives back, if its calls that do give rows of one."""
        numbers = self._into[at].get((fn, "return"), ()) if fn >= 0 and self._is_used else ()
        found = {self._row(at, number, _ONE) for number in numbers}
        return found.pop() if len(found) == 1 else None

    def element(self, at: int, loop: int, value: Arg) -> Cls | None:
        """Return the class whose rows a loop goes through; `value`: what it goes through."""
        if not self._is_used:
            return None
        file = self.project.files[at]
        made = file.loops[loop]
        if value.kind == "name":
            numbers = list(self._into[at].get((made.fn, value.text), ()))
        else:
            last = value.text.rpartition(".")[2]
            near = ((n, file.calls[n]) for number, n in self.project.calls_by_name.get(last, ()) if number == at)
            numbers = [n for n, call in near if call.fn == made.fn and made.line <= call.line <= made.line + LINES_MAX]
        found = {self._row(at, number, _MANY) for number in numbers}
        return found.pop() if len(found) == 1 else None

    # ---- one chain of calls ---------------------------------------------------------------------

    def _row(self, at: int, number: int, ends: frozenset[str]) -> Cls | None:
        calls = self.project.files[at].calls
        chain = self._chain(calls, number)
        first, last = calls[chain[0]], calls[number]
        names = {calls[n].name for n in chain}
        if last.name not in ends or names & _OTHER:
            return None
        if first.name in ("get", "get_one") and len(chain) == 1 and _SESSION.search(first.on):
            return self._class(at, first) if len(first.args) > 1 else None
        if first.name == "merge":
            is_row = len(chain) == 1 and _SESSION.search(first.on) and len(first.args) == 1
            return self.project.type_of(at, first.fn, first.args[0].text).cls if is_row else None
        if (of := _QUERY.match(first.on)) is not None:  # Order.query.filter_by(id=1).first()
            return self.project.find_class(at, of[1])
        if not _SESSION.search(first.on):
            return self._of_variable(at, first, ends) if len(chain) == 1 else None
        if first.name == "query":
            return self._class(at, first) if len(first.args) == 1 and len(chain) > 1 else None
        if first.name not in _SENDS or not first.args:
            return None
        if first.name == "execute" and not names & {"scalars", "scalar_one", "scalar_one_or_none", "scalar"}:
            return None  # tuples
        if first.name == "scalar" and ends is _MANY:
            return None
        return self._statement(at, chain[0], _HOPS)

    def _of_variable(self, at: int, call: Call, ends: frozenset[str]) -> Cls | None:
        """`query.first()` where `query = session.query(Order)`, and `result.scalar_one()` where that was sent before."""
        name = call.on.partition(".")[0]
        if not name.isidentifier():
            return None
        calls = self.project.files[at].calls
        found: set[Cls | None] = set()
        for number in self._into[at].get((call.fn, name), ()):
            chain = self._chain(calls, number)
            first = calls[chain[0]]
            if any(calls[n].name in _OTHER or calls[n].name in ends for n in chain):
                return None
            if first.on == name:
                continue  # query = query.filter(...)
            if not _SESSION.search(first.on):
                return None
            is_sent = first.name in ("scalars", "exec") or (first.name in _SENDS and call.name.startswith("scalar"))
            if first.name == "query" and len(first.args) == 1:
                found.add(self._class(at, first))
            elif is_sent:
                found.add(self._statement(at, chain[0], _HOPS))
            else:
                return None
        return found.pop() if len(found) == 1 else None

    def _chain(self, calls: Sequence[Call], number: int) -> list[int]:
        chain = [number]
        while calls[chain[0]].prev >= 0:
            chain.insert(0, calls[chain[0]].prev)
        return chain

    def _statement(self, at: int, number: int, hops: int) -> Cls | None:
        """Return the class that the statement among a call's arguments selects."""
        calls = self.project.files[at].calls
        value = calls[number].args[0]
        root = value.text.partition(".")[0].removesuffix("()")
        if value.kind == "name" or (value.kind == "call" and (calls[number].fn, root) in self._into[at]):
            return self._held(at, calls[number].fn, root, hops)
        below = [n for n in self._inside[at].get(number, ()) if calls[n].name == "select" and calls[n].prev < 0]
        names = {calls[n].name for n in self._inside[at].get(number, ())}
        return self._class(at, calls[below[0]]) if len(below) == 1 and not names & _OTHER else None

    def _held(self, at: int, fn: int, name: str, hops: int) -> Cls | None:
        """Return the class that a statement in a variable selects."""
        calls = self.project.files[at].calls
        found: set[Cls | None] = set()
        for number in self._into[at].get((fn, name), ()) if hops else ():
            chain = self._chain(calls, number)
            first = calls[chain[0]]
            if any(calls[n].name in _OTHER for n in chain):
                return None
            if first.name == "select":
                found.add(self._class(at, first))
            elif first.on == name:
                continue
            elif first.on.isidentifier():
                found.add(self._held(at, fn, first.on, hops - 1))
            else:
                return None
        return found.pop() if len(found) == 1 else None

    def _class(self, at: int, call: Call) -> Cls | None:
        """Return the class that is the first argument of a call, and the only one of those without a name but a key."""
        plain = [value for value in call.args if not value.name]
        is_key = call.name in ("get", "get_one")
        if not plain or plain[0].kind != "name" or (len(plain) > 1 and not is_key):
            return None
        return self.project.find_class(at, plain[0].text)


__all__ = ["SqlalchemyRows"]
