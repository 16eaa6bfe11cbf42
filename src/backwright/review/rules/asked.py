"""Calls in loops that ask or change rows once per element."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from backwright.model.finding import Confidence
from backwright.review.facts import Call, Loop
from backwright.review.link.data import Access
from backwright.review.link.effects import Step
from backwright.review.link.javascript import called
from backwright.review.link.model import Model
from backwright.review.link.project import NOTHING, Cls, Fn
from backwright.review.regexes import regex
from backwright.review.rules.asking import Asking
from backwright.review.rules.changing import MAKES, ONE_BY_ONE, Changing
from backwright.review.rules.destroying import Destroying
from backwright.review.rules.fewrounds import finds_one, is_left_after
from backwright.review.rules.keptonobjects import KeptOnObjects
from backwright.review.rules.lazily import plain
from backwright.review.rules.leftout import is_left_out
from backwright.review.rules.lists import Lists
from backwright.review.rules.looping import NAMES, REGISTERED, Loops, is_offline, root, served
from backwright.review.rules.othertables import asks_another_table
from backwright.review.rules.prefetched import is_prefetched
from backwright.review.rules.rounds import ends_at_first, is_for_errors, is_of_classes, locks_rows, stores_files
from backwright.review.rules.ruledout import RuledOut

ACTS = regex(
    r"^_*(?i:handle|process|refresh|sync|update|create|save|store|add|insert|delete|remove|destroy|softDestroy|trash|clone|duplicate|send|import|export|keep|scan|upload|download|notify|move|copy|publish|run|exec|apply|dispatch|perform|cancel|"
    r"charge|pay|reindex|index|migrate|upsert|persist|write|put|post|set|assign|attach|detach|archive|restore|merge|execute|enqueue|schedule|deliver|mark|close|open|start|stop|register|unregister|"
    r"install|upgrade|deploy|rebuild|recalculate|recompute|increase|decrease|increment|decrement|bump|record|track|touch|generate|ensure|flush|clean|clear|purge|invalidate|lock|unlock|release|reserve|confirm|approve|reject|complete|finish|fail|retry|revoke|"
    r"grant|do|on)(?![a-z])",
)
WHOLE = ("whereIn", "inList", "In", "in_", "__in", "any_", "ANY", "Contains", "eq_any", "is_in")


class Asked(NamedTuple):
    """A call in a loop that asks once per element.

    Attributes:
        what: query, request, delete or update.
        steps: The way down to it, for a call of a function; empty if it stands in the loop itself.
        is_same: Nothing in it depends on the element: the same is asked in each round.
    """

    at: int
    call: int
    loop: int
    what: str
    steps: list[Step]
    confidence: Confidence
    is_same: bool = False


FIELDS_MIN = 3  # heirs of an interface with fields from which on it is one of services
SAME_DEPTH = 2  # calls to a query that is the same in each round: what lies deeper may depend on what was done
# What takes its time for each element whatever it asks: files, mails, messages.
UNITS = regex(
    r"scan|upload|download|import|export|install|upgrade|render|send|mail|notif|publish|handle|process|dispatch",
    re.IGNORECASE,
)
# What gives something else each time it is asked although it is asked the same.
ANEW = regex(
    r"count|exist|next|sequence|free|unused|unique|random|lock|refresh|fetch|pop|poll|receive|now$", re.IGNORECASE
)

SCHEMA = regex(
    r"\b(information_schema|pg_catalog|pg_index(es)?|pg_class|pg_attribute|sqlite_(master|schema)|pragma|pragma_\w+|user_tab_columns|all_tables)\b",
    re.IGNORECASE,
)


class InLoops:
    """Finds the calls in loops that ask once per element."""

    def __init__(self, model: Model, loops: Loops, asking: Asking, lists: Lists) -> None:
        self.model, self.loops, self.asking, self.lists = model, loops, asking, lists
        self.changing = Changing(model, loops, asking)
        self._destroying = Destroying(model, asking, self.changing)
        self._kept, self._ruled_out = KeptOnObjects(model, loops), RuledOut(model)
        self._names = asking.names | {called(model.project, fn) for fn in self.changing.reach}

    def by_loop(self, at: int) -> Iterator[list[Asked]]:
        """Yield what asks in each loop of a file."""
        found: dict[int, list[Asked]] = {}
        for asked in self._asked(at):
            found.setdefault(asked.loop, []).append(asked)
        for loop, each in found.items():
            if len(each) > 1 and all(asked.is_same for asked in each):
                continue  # they are the branches of a choice, of which a round takes one
            stores = all(a.what == "update" for a in each) and stores_files(self.model, self.loops, at, loop)
            if not stores and not locks_rows(self.model, self.loops, at, loop):
                yield each

    def _asked(self, at: int) -> Iterator[Asked]:
        file, model = self.model.files[at], self.model
        inside = {
            number for number, made in enumerate(file.functions)
            if made.kind == "lambda" and any(file.functions[n].loop >= 0 for n in model.enclosing(at, number))
        }  # fmt: skip
        done: set[tuple[int, ...]] = set()
        for index, call in enumerate(file.calls):
            if call.loop < 0 and call.fn not in inside:
                continue
            access = model.data.by_call.get((at, index))
            if access is not None:
                if access.calls not in done:
                    yield from self._access(access)
                done.add(access.calls)
            elif any(d.does == "outgoing" and self.asking.asks(d) for d in model.effects.of_call[at].get(index, ())):
                chain = tuple(model.effects.chain(at, index))
                if chain not in done:
                    yield from self._direct(at, index, "request", chain)
                done.add(chain)
            elif through := self._through(at, index):
                yield from through
            elif what := self.changing.of_element(at, index):
                yield from self._direct(at, index, what, (index,))
            elif self.asking.guessed.reads(at, index):
                chain = tuple(model.effects.chain(at, index))
                if chain not in done:
                    yield from (
                        asked._replace(confidence=Confidence.MEDIUM)
                        for asked in self._direct(at, index, "query", chain)
                    )
                done.add(chain)

    # ---- in the loop itself -----------------------------------------------------------------

    def _access(self, access: Access) -> Iterator[Asked]:
        if self.asking.reads(access):
            if not self._is_loaded(access) and not self._is_checked(access):
                yield from self._direct(access.at, access.index, "query", access.calls)
            return
        what = self.changing.changes(access)
        if what and self.changing.at_once(access) and served(self.model, access.at, access.fn):
            yield from self._direct(access.at, access.index, what, access.calls)

    def _is_loaded(self, access: Access) -> bool:
        """Whether a query goes through a relation that was loaded before: `song.genres.pluck("id")` after `songs.load("genres")`."""
        calls = self.model.files[access.at].calls
        words = re.split(r"\W+", calls[access.calls[0]].on)
        made = root(calls[access.calls[0]].on)
        if not any(made in self.loops.names(access.at, loop) for loop in self.loops.around(access.at, access.index)):
            return False  # prisma.folder is the client's
        first = calls[access.calls[0]].name
        near = self.lists.nearby(access.at, access.fn)
        return any(plain(word) in near for word in (*words[1:], first) if word)

    def _is_checked(self, access: Access) -> bool:
        """Whether a row is looked at by a statement before another changes it, one by one: each is a unit of work."""
        if access.op != "raw" or not access.table or access.loop < 0:
            return False
        same = self.model.data.by_function.get(Fn(access.at, access.fn), ())
        return any(
            other.loop == access.loop
            and other.table == access.table
            and other.op == "raw"
            and not self.asking.reads(other)
            for other in same
        )

    def _direct(self, at: int, index: int, what: str, chain: tuple[int, ...]) -> Iterator[Asked]:
        loop = self._loop(at, index, chain, what)
        fn = self.model.files[at].calls[index].fn
        if loop >= 0 and self._is_statement(at, chain, loop):
            return
        if loop >= 0 and (what == "request" or self._is_known(at, fn, at, index)):
            sure = Confidence.HIGH if what != "update" else Confidence.MEDIUM
            yield Asked(at, index, loop, what, [], Confidence.LOW if self._of_schema(at, index) else sure)
        elif what == "query" and (loop := self._same(at, index, chain)) >= 0:
            yield Asked(at, index, loop, what, [], Confidence.MEDIUM, is_same=True)

    def _is_statement(self, at: int, chain: tuple[int, ...], loop: int) -> bool:
        """Whether the loop goes through statements, of which each is run: a script, a schema, what is set up."""
        file, variables = self.model.files[at], self.model.files[at].loops[loop].vars
        for number in chain:
            call = file.calls[number]
            if any(
                each.value.kind == "call"
                and each.value.text.endswith(".execute")
                and any(item.text in variables for item in each.value.items[:1])
                for each in self.model.project.assigned[at].get((call.fn, call.on), ())
            ):
                return True  # cursor = database.execute(statement); cursor.fetchall()
            if not any("0" in does.effect.sql for does in self.model.effects.of_call[at].get(number, ())):
                continue
            first = call.args[:1]
            given = (*first, *(item for value in first if value.kind == "call" for item in value.items[:1]))
            if any(value.kind == "name" and value.text in variables for value in given):
                return True
        return False

    def _of_schema(self, at: int, index: int) -> bool:
        """Whether a query asks what there is in the database: of indexes, columns and tables there are few, however much data."""
        access = self.model.data.by_call.get((at, index))
        return access is not None and SCHEMA.search(self.asking.sql(access)) is not None

    # ---- through functions ------------------------------------------------------------------

    def _through(self, at: int, index: int) -> list[Asked]:
        call = self.model.files[at].calls[index]
        if (own := self._own(at, call)) is not None:
            return list(self._recursive(at, index, own))
        name, targets = call.name, self._targets(at, call)
        if not targets:
            return []
        if call.name != (made := self.model.project.function(targets[0])).name and made.params:
            name = made.params[0].type or name  # mediator.Send(new GetOrder(id)) runs a handler of GetOrder
        asking = [fn for fn in targets if fn in self.asking.reach or fn in self.asking.unsent.builders]
        # a thing is done to each element: that it asks on the way is not what is wrong
        acts = ACTS.search(name) and (UNITS.search(name) or not asking or asking[0] in self.changing.acting)
        if not acts and asking and (asking[0] in self.asking.reach or self.asking.is_used_at_once(at, index)):
            return list(self._asks(at, index, asking))
        return list(self._acts(at, index, targets[0])) if self.changing.looks_up(at, call.fn) else []

    def _own(self, at: int, call: Call) -> Fn | None:
        """Return the function that a call stands in if that is the one it calls."""
        if call.on not in ("", "this", "self", "$this", "cls", "Self"):
            return None
        functions = self.model.files[at].functions
        return next((Fn(at, n) for n in self.model.enclosing(at, call.fn) if functions[n].name == call.name), None)

    def _recursive(self, at: int, index: int, own: Fn) -> Iterator[Asked]:
        """A function that asks and calls itself for each child: one query for each node of a tree."""
        step, what = self.asking.of_function.get(own, (None, ""))
        loop = self._loop(at, index, (index,), "query")
        if step is not None and what == "query" and loop >= 0 and served(self.model, at, own.index):
            sure = Confidence.LOW if self._destroying.is_cascade(own) else Confidence.MEDIUM
            yield Asked(at, step.call, loop, what, [], sure)

    def _targets(self, at: int, call: Call) -> list[Fn]:
        """Return the functions that a call runs; of what is handed to a mediator, its handlers."""
        project = self.model.project
        if call.name in self._names or call.name in project.imported[at]:
            if found := project.resolve_call(at, call):
                return list(found)
        if filled := self.model.effects.filled_in.targets(at, call):
            return list(filled)
        return self.model.effects.dotnet.handled(at, call) if self.model.files[at].language == "csharp" else []

    def _asks(self, at: int, index: int, targets: list[Fn]) -> Iterator[Asked]:
        call, target = self.model.files[at].calls[index], targets[0]
        _, what, depth = self.asking.reach.get(target, (None, "query", 0))
        loop = self._loop(at, index, (index,), what)
        is_same = loop < 0 and what == "query" and depth <= SAME_DEPTH
        if is_same:
            loop = self._same(at, index, (index,))
        if loop < 0 or Fn(at, self.model.named(at, call.fn)) == target:
            return
        steps = self.asking.steps(target) if target in self.asking.reach else self.asking.unsent.steps(target)
        if is_left_out(self.model, self.asking, call, target) or is_prefetched(self.model, at, loop, steps):
            return
        if self._kept.is_same(at, index, target, steps, self.loops.names(at, loop)):
            return
        if self._ruled_out.is_ruled_out(at, index, target, steps) or is_of_classes(self.model, at, loop, call, target):
            return
        if what == "request" or self._is_known(at, call.fn, steps[-1].at, steps[-1].call):
            is_served = served(self.model, at, call.fn) or not self.model.declared
            is_guess = what == "query" and (steps[-1].at, steps[-1].call) not in self.model.data.by_call
            sure = Confidence.MEDIUM if is_same or is_guess else _sureness(depth, len(targets), is_served=is_served)
            sure = Confidence.LOW if self._destroying.is_cascade(target) else sure
            yield Asked(at, index, loop, what, steps, sure, is_same)

    def _acts(self, at: int, index: int, target: Fn) -> Iterator[Asked]:
        """A function that does something to each element: what it looks up, deletes or updates could be done for all at once."""
        fn = self.model.files[at].calls[index].fn
        if UNITS.search(self.model.files[at].calls[index].name):
            return
        loop = self._loop(at, index, (index,), "query")
        if loop < 0 or Fn(at, self.model.named(at, fn)) == target:
            return
        what = "query"
        steps = self.changing.look_up(at, index, target, self.loops.names(at, loop))
        if (
            not steps
            and target in self.changing.reach
            and served(self.model, at, fn)
            and not self._makes(at, index, target)
        ):
            what, steps = self.changing.reach[target][1], self.changing.steps(target)
        if steps and self._ruled_out.is_left_to_caller(at, index, target, steps):
            return
        if steps and self._is_known(at, fn, steps[-1].at, steps[-1].call):
            sure = Confidence.LOW if self._destroying.is_cascade(target) else Confidence.MEDIUM
            yield Asked(at, index, loop, what, steps, sure)

    def _makes(self, at: int, index: int, target: Fn) -> bool:
        """Whether a function saves new rows, by its name, with a library that has one call for new rows and old ones."""
        last = self.changing.steps(target)[-1]
        access = self.model.data.by_call.get((last.at, last.call))
        is_save = access is not None and access.library in ONE_BY_ONE
        return is_save and MAKES.match(self.model.files[at].calls[index].name) is not None

    def besides(self, found: list[Asked]) -> Iterator[int]:
        """Yield the other calls that a round makes and that ask or change rows: what is mended there is mended together."""
        at, loop = found[0].at, found[0].loop
        told = {asked.call for asked in found}
        file, made = self.model.files[at], self.model.files[at].loops[loop]
        for index in self.loops.within(at, loop):
            call = file.calls[index]
            if index in told or (made.kind != "map" and call.line > max(made.end, made.line)):
                continue
            access = self.model.data.by_call.get((at, index))
            if access is not None:
                if access.index == index and not access.is_lazy:
                    yield index
            elif call.name in self._besides:
                target = next(iter(self.model.project.resolve_call(at, call)), None)
                if target is not None and (target in self.asking.reach or target in self.changing.storing):
                    yield index

    @cached_property
    def _besides(self) -> frozenset[str]:
        """The names of all functions that ask or change rows."""
        return self.asking.names | {called(self.model.project, fn) for fn in self.changing.storing}

    # ---- which loop -------------------------------------------------------------------------

    def _is_known(self, at: int, fn: int, query_at: int, query: int) -> bool:
        """Whether a request runs this, or the table is known: tools that walk through any database ask each table in turn."""
        access = self.model.data.by_call.get((query_at, query))
        return (
            not self.model.declared
            or served(self.model, at, fn)
            or access is None
            or access.op != "raw"
            or access.entity is not None
            or bool(access.table)
        )

    def _loop(self, at: int, index: int, chain: tuple[int, ...], what: str) -> int:
        """Return the loop that makes a call run once per element, -1 for none."""
        file, loops = self.model.files[at], self.loops
        call = file.calls[index]
        if not served(self.model, at, call.fn) and (is_offline(file) or (what == "request" and self.model.declared)):
            return -1
        for loop in loops.around(at, index):
            if self._is_registered(at, loop):
                return -1
            if not loops.grows(at, loop):
                if file.loops[loop].kind == "while" or loops.is_written_out(at, loop):
                    continue
                return -1
            names = loops.names(at, loop)
            if not any(loops.depends(at, number, names) for number in chain) and not self._prepared(at, index, names):
                continue
            if (
                _asks_for_whole(self.model, at, chain, file.loops[loop].vars)
                or asks_another_table(loops, at, loop, chain, names)
                or is_left_after(self.model, at, loop, index)
                or loops.remembers(at, loop, index)
                or loops.searches(at, loop, index)
                or finds_one(self.model, at, loop, index)
                or ends_at_first(self.model, at, loop)
                or is_for_errors(file, call, file.loops[loop].line)
                or is_of_classes(self.model, at, loop, file.calls[chain[0]], None)
            ):
                return -1
            return loop
        return -1

    def _is_registered(self, at: int, loop: int) -> bool:
        """Whether a loop goes through pieces of the program, and no data: handlers, plugins, modules."""
        model, made = self.model, self.model.files[at].loops[loop]
        for var in made.vars:
            cls = model.project.type_of(at, made.fn, var).cls
            if cls in model.data.entities:
                return False
            if REGISTERED.match(var):
                return True
            if cls is not None and (self._is_service(cls) or model.project.class_(cls).kind == "enum"):
                return True  # one round for each value that the code knows, or for each piece of it
        return any(self._holds_services(at, made.fn, name) for name in self._came_from(at, made))

    def _came_from(self, at: int, made: Loop) -> Iterator[str]:
        """Yield the list that a loop goes through, and the one that it was chosen from: `fit = providers.Where(...)`."""
        for name in NAMES.findall(made.over) if made.kind == "count" else [root(made.over)]:
            yield name
            for assign in self.model.project.assigned[at].get((made.fn, name), ()):
                if assign.value.kind in ("call", "name") and "." in assign.value.text:
                    yield root(assign.value.text)

    def _holds_services(self, at: int, fn: int, name: str) -> bool:
        known = self.model.project.type_of(at, fn, name) if name else NOTHING
        if known.cls is None or not known.is_many or known.cls in self.model.data.entities:
            return False
        kind = self.model.project.class_(known.cls).kind
        named = kind in ("interface", "trait") and REGISTERED.match(name.removesuffix("s")) is not None
        return named or self._is_service(known.cls)

    def _is_service(self, cls: Cls) -> bool:
        """Whether a class is an interface of what does things, and no thing itself: `IModule.MapEndpoints`."""
        made, heirs = self.model.project.class_(cls), len(self.model.project.heirs.get(cls, ()))
        return made.kind in ("interface", "trait") and heirs > (FIELDS_MIN if made.fields else 1)

    def _same(self, at: int, index: int, chain: tuple[int, ...]) -> int:
        """Return the loop in each round of which a call asks the same, -1 for none: it belongs before the loop."""
        file = self.model.files[at]
        names = [file.calls[number].name for number in chain]
        if not self.changing.counts(at, file.calls[index].fn) or any(ANEW.search(name) for name in names):
            return -1
        loop = next(iter(self.loops.around(at, index)), -1)
        if loop < 0 or file.loops[loop].kind not in ("each", "map") or not self.loops.grows(at, loop):
            return -1
        if not file.loops[loop].vars or any(
            self.loops.depends(at, number, self.loops.names(at, loop)) for number in chain
        ):
            return -1
        is_kept = self.loops.remembers(at, loop, index) or self.loops.searches(at, loop, index)
        return -1 if is_kept or self._stays(at, loop, index) else loop

    def _stays(self, at: int, loop: int, index: int) -> bool:
        """Whether what a call gives is put into a name that is there before the loop, which may ask whether it has it already."""
        file = self.model.files[at]
        call, begin = file.calls[index], file.loops[loop].line
        return any(each.line < begin for each in self.model.project.assigned[at].get((call.fn, call.to), ()) if call.to)

    def _prepared(self, at: int, index: int, names: frozenset[str]) -> bool:
        """Whether a statement was given something of the element before it is run: statement.setLong(1, order.id)."""
        file = self.model.files[at]
        call = file.calls[index]
        if not call.on or call.loop < 0:
            return False
        return any(
            file.calls[number].on == call.on
            and number != index
            and self.loops.depends(at, number, names)
            and file.calls[number].args
            for number in self.loops.calls[at].get(call.loop, ())
        )


def _sureness(depth: int, targets: int, *, is_served: bool) -> Confidence:
    """Return how sure it is that a call asks: the further down, the more conditions stand between."""
    if depth < 3 and targets == 1:
        return Confidence.HIGH
    return Confidence.MEDIUM if depth < 3 or is_served else Confidence.LOW


def _asks_for_whole(model: Model, at: int, chain: tuple[int, ...], variables: tuple[str, ...]) -> bool:
    """Whether the variable of the loop is a list that one query asks for at once."""
    for number in chain:
        call = model.files[at].calls[number]
        for value in call.args:
            listed = (
                call.name in WHOLE
                or value.name.endswith("__in")
                or (value.kind == "call" and value.text.rpartition(".")[2] in WHOLE)
            )
            if listed and any(each.text in variables for each in (value, *value.items)):
                return True
    return False
