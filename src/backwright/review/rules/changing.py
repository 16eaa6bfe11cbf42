"""Statements that change one row for each element of a list, where one statement could change them all."""

import re
from collections import defaultdict
from functools import cached_property

from backwright.review.facts import NEW
from backwright.review.link.data import Access
from backwright.review.link.effects import Does, Step
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.asking import Asking
from backwright.review.rules.looping import Loops, root, served
from backwright.review.rules.parameters import parameter_of

# Where it was measured how many such loops one would change. Unit of work libraries elsewhere send their statements together.
LANGUAGES = frozenset({"go", "rust", "php", "javascript"})
# Libraries that send each change by itself, with no unit of work, whatever the language.
AT_ONCE = frozenset(
    {"ASP.NET Identity", "MyBatis", "MyBatis-Plus", "JdbcTemplate", "JdbcClient", "JDBI", "Dapper", "jOOQ"}
    | {"Exposed", "SQLDelight", "MongoDB", "R2DBC"}
)
# Libraries that send a statement for each row that is saved or deleted, often after a SELECT, although they have one for all rows.
ONE_BY_ONE = frozenset({"Spring Data", "JPA", "Panache", "Django ORM"})
# Django: what changes a row, and what changes which rows belong to it.
OF_ROW = {"save": "update", "delete": "delete"}
OF_RELATION = frozenset("add remove set clear".split())
ACTS_MAX = 3  # calls followed to what changes something
ACTING = frozenset({"publish", "mail", "process"})
CALLS_MAX = 1  # calls followed from the one in the loop: what deletes on the way to something else is no bulk delete
SAVES = regex(
    r"_*(save|update|delete|remove|store|persist)(?![a-z])"
)  # a service's method that hands on to its repository's
DELETES = regex(r"^(force_?)?(delete|destroy|remove)", re.IGNORECASE)
# New rows: what is inserted differs from row to row, and a library that inserts many at once often skips what it does for one.
MAKES = regex(
    r"^(create|insert|bulk|add|append|attach|sync|associate|upsert|replace|put|setnx|push|first_?or|update_?or|insert_?or)",
    re.IGNORECASE,
)


class Changing:
    """Which queries and functions delete or update rows, and which look up by what they are given."""

    def __init__(self, model: Model, loops: Loops, asking: Asking) -> None:
        self.model, self.loops, self.asking = model, loops, asking

    def changes(self, access: Access) -> str:
        """Return "delete" or "update" if a query does so to rows that stand there already, else ""."""
        statement = self.asking.sql(access)
        if statement:
            first = statement.split(maxsplit=1)[0].lower()
            return first if first in ("delete", "update") else ""
        if access.op != "write" or any(does.does == "batch" for does in access.does):
            return ""
        names = [self.model.files[access.at].calls[number].name for number in access.calls]
        if any(DELETES.match(name) for name in names):
            return "delete"
        return "" if any(MAKES.match(name) for name in names) else "update"

    def of_element(self, at: int, index: int) -> str:
        """Return "update" or "delete" if a call changes the row of Django that a loop is at, or what belongs to it: `food.users.add(user)`."""
        file = self.model.files[at]
        call = file.calls[index]
        words = call.on.split(".")
        is_row = call.name in OF_ROW and len(words) == 1
        if file.language != "python" or not (is_row or (call.name in OF_RELATION and len(words) == 2)):
            return ""
        loop = next((each for each in self.loops.around(at, index) if words[0] in file.loops[each].vars), -1)
        cls, access = self.model.data.element(at, loop) if loop >= 0 else (None, None)
        if cls is None or access is None or access.library != "Django ORM" or not served(self.model, at, call.fn):
            return ""
        if is_row:
            return OF_ROW[call.name]
        related = self.model.data.entities[cls].relations if cls in self.model.data.entities else {}
        return "update" if any(each.name == words[1] and each.is_many for each in related.values()) else ""

    def counts(self, at: int, fn: int) -> bool:
        """Whether changes are looked at here: a request waits for them."""
        return self.model.files[at].language in LANGUAGES and served(self.model, at, fn)

    def at_once(self, access: Access) -> bool:
        """Whether a change is sent where it stands: by such a library, or as a statement in SQL."""
        language = self.model.files[access.at].language
        if language in LANGUAGES or access.library in AT_ONCE or (language != "cpp" and bool(self.asking.sql(access))):
            return True
        return access.library in ONE_BY_ONE and not self._is_new(access)

    def _is_new(self, access: Access) -> bool:
        """Whether a row is saved that its function has just made: `order = new Order(); orders.save(order);`."""
        file = self.model.files[access.at]
        call = file.calls[access.index]
        saved = {root(call.on), *(value.text for value in call.args[:1])}
        if any(value.kind == "call" and value.text[:1].isupper() for value in call.args[:1]):
            return True
        inside = self.model.inside.calls[access.at].get(access.fn, ())
        return any(file.calls[index].flags & NEW and file.calls[index].to in saved for index in inside)

    def looks_up(self, at: int, fn: int) -> bool:
        """Whether what is read on the way to a change is looked at here: a request waits for it."""
        return self.model.files[at].language != "cpp" and served(self.model, at, fn)

    @cached_property
    def reach(self) -> dict[Fn, tuple[Step, str, int]]:
        """Function to its first step to a delete or update, what it is, and how many calls lead there."""
        found: dict[Fn, tuple[Step, str, int]] = {}
        model = self.model
        for access in model.data.accesses:
            if access.fn < 0 or model.files[access.at].is_test or not self.at_once(access):
                continue
            what = self.changes(access)
            if what:
                found.setdefault(Fn(access.at, access.fn), (Step(access.at, access.index, None), what, 0))
        level = list(found)
        while level:
            above: list[Fn] = []
            for fn in level:
                step_free = self._is_lambda(fn)  # conn.run(|conn| ...) is no call further down
                for edge in self.model.effects.callers.get(fn, ()):
                    depth = found[fn][2] + (not step_free)
                    caller = edge.caller
                    hands_on = SAVES.match(model.project.function(caller).name) if caller.index >= 0 else None
                    if depth <= CALLS_MAX + bool(hands_on) and caller.index >= 0 and caller not in found:
                        found[caller] = (Step(edge.at, edge.call, fn), found[fn][1], depth)
                        above.append(caller)
            level = above
        return found

    @cached_property
    def acting(self) -> frozenset[Fn]:
        """Functions that change something, themselves or through a few calls: rows, files, what others are told."""
        model, files = self.model, self.model.files
        found = {
            Fn(a.at, a.fn)
            for a in model.data.accesses
            if a.fn >= 0 and not files[a.at].is_test and not self.asking.reads(a) and not a.is_lazy
        }
        for fn, told in model.effects.of_function.items():
            if fn.index >= 0 and not files[fn.file].is_test and any(self._acts(does) for does in told):
                found.add(fn)
        level = list(found)
        for _ in range(ACTS_MAX):
            above = {
                edge.caller for fn in level for edge in model.effects.callers.get(fn, ()) if edge.caller.index >= 0
            }
            level = list(above - found)
            found |= above
        return frozenset(found)

    def _acts(self, does: Does) -> bool:
        return does.does in ACTING or (does.does == "outgoing" and not self.asking.asks(does))

    @cached_property
    def storing(self) -> dict[Fn, int]:
        """Function to how many calls lead from it to a change of rows, new ones too."""
        model = self.model
        found = {
            Fn(a.at, a.fn): 0
            for a in model.data.accesses
            if a.fn >= 0 and not model.files[a.at].is_test and not self.asking.reads(a) and not a.is_lazy
        }
        level = list(found)
        for depth in range(1, ACTS_MAX):
            edges = (edge for fn in level for edge in model.effects.callers.get(fn, ()))
            above = {edge.caller for edge in edges if edge.caller.index >= 0} - found.keys()
            found |= dict.fromkeys(above, depth)
            level = list(above)
        return found

    def steps(self, fn: Fn) -> list[Step]:
        """Return the way from a function down to what it deletes or updates."""
        found = [self.reach[fn][0]]
        while found[-1].target is not None:
            found.append(self.reach[found[-1].target][0])
        return found

    def look_up(self, at: int, index: int, target: Fn, names: frozenset[str]) -> list[Step]:
        """Return the way to where a function that does something to an element reads a row by what it is given of it.

        `names`: what stands for the element where the function is called. The read may stand one call further down.
        """
        call = self.model.files[at].calls[index]
        given = [(place, value) for place, value in enumerate(call.args) if self.loops.mentions(at, value, names)]
        made = self.model.project.function(target)
        mine = {name for name, _ in parameter_of(made, call, given)}
        if root(call.on) in names:
            mine.add(made.receiver or "self")
        for number in self.calls[target.file].get(target.index, ()):
            if not self._is_by(target.file, number, frozenset(mine)):
                continue
            access = self.model.data.by_call.get((target.file, number))
            if access is not None and self.asking.reads(access):
                return [Step(target.file, number, None)]
            below = self.model.project.resolve_call(target.file, self.model.files[target.file].calls[number])
            for fn in below[:1]:
                if self.asking.reach.get(fn, (None, "", 0))[1] == "query" and self._is_near(self.asking.steps(fn)):
                    return [Step(target.file, number, fn), *self.asking.steps(fn)]
        return []

    @cached_property
    def calls(self) -> list[dict[int, list[int]]]:
        """For each file: function to its calls, with those in lambdas that stand in it."""
        found: list[dict[int, list[int]]] = []
        for at, file in enumerate(self.model.files):
            by_fn: dict[int, list[int]] = defaultdict(list)
            for index, call in enumerate(file.calls):
                by_fn[self.model.named(at, call.fn)].append(index)
            found.append(by_fn)
        return found

    def _is_near(self, steps: list[Step]) -> bool:
        """Whether nothing but lambdas stands between a function and its query."""
        return all(step.target is None or self._is_lambda(step.target) for step in steps)

    def _is_by(self, at: int, index: int, names: frozenset[str]) -> bool:
        calls = self.model.files[at].calls
        return root(calls[index].on) in names or any(
            self.loops.mentions(at, value, names)
            for number in self.model.effects.chain(at, index)
            for value in calls[number].args
        )

    def _is_lambda(self, fn: Fn) -> bool:
        return self.model.project.function(fn).kind == "lambda"
