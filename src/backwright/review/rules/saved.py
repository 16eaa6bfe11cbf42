"""C#: a unit of work that is sent in each round of a loop, though one SaveChanges behind the loop would send all of it."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import AWAITED, File
from backwright.review.link.data import Access
from backwright.review.link.effects import Step
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.looping import Loops, is_offline, served
from backwright.review.rules.rule import Hit
from backwright.review.rules.weighing import weighed

FIX = "Save once behind the loop: what was added and changed in it is sent together."
_SAVES = regex(r"SaveChanges(Async)?$")
# Methods of a repository or a unit of work, by their names: one that does more for its row is a step of its own.
_OF_REPOSITORY = regex(
    r"(Add|Create|Insert|Update|Edit|Delete|Remove|Save|SaveAll|Commit|Complete)(Entity|Changes)?(Async)?$"
)
# What is done for each element besides: a round that failed must not take the others with it.
_ALONE = frozenset({"outgoing", "mail", "publish", "process", "file", "cpu", "transaction"})


class Saved:
    """Finds loops whose every round sends what was changed."""

    def __init__(self, model: Model, loops: Loops) -> None:
        self.model, self.loops = model, loops

    def hits(self) -> Iterator[Hit]:
        """Yield one finding for each loop."""
        names = {"SaveChanges", "SaveChangesAsync"} | {self.model.project.function(fn).name for fn in self._savers}
        found: dict[tuple[int, int], list[int]] = defaultdict(list)
        for name in sorted(names):
            for at, index in self.model.project.calls_by_name.get(name, ()):
                loop = self._loop(at, index)
                if loop >= 0 and self._save(at, index) is not None:
                    found[at, loop].append(index)
        for (at, loop), calls in sorted(found.items()):
            if len(calls) == 1 and self._is_one_work(at, loop, calls):  # several are sent in an order that matters
                yield self._hit(at, loop, calls)

    def _loop(self, at: int, index: int) -> int:
        """Return the loop over elements that a call stands in, -1 for none that a request runs."""
        file = self.model.files[at]
        call = file.calls[index]
        if file.language != "csharp" or file.is_test or is_offline(file) or call.loop < 0 or call.catch >= 0:
            return -1
        if file.loops[call.loop].kind != "each" or not served(self.model, at, call.fn):
            return -1
        return call.loop

    def _save(self, at: int, index: int) -> Access | None:
        """Return what a call sends: itself, or in the function that it runs."""
        access = self.model.data.by_call.get((at, index))
        if access is not None:
            return access if _SAVES.match(self.model.files[at].calls[index].name) else None
        there = self.model.project.resolve_call(at, self.model.files[at].calls[index])
        return next((self._savers[fn] for fn in there if fn in self._savers), None)

    @cached_property
    def _savers(self) -> dict[Fn, Access]:
        """Functions that do nothing with the database but change it and send that, each with the query that sends."""
        found: dict[Fn, Access] = {}
        for fn, accesses in self.model.data.by_function.items():
            file = self.model.files[fn.file]
            if file.language != "csharp" or fn.index < 0 or any(a.op != "write" or a.loop >= 0 for a in accesses):
                continue
            sent = [a for a in accesses if _SAVES.match(file.calls[a.index].name)]
            name = self.model.project.function(fn).name
            if (
                len(sent) == 1
                and _OF_REPOSITORY.match(name)
                and not any(made.fn == fn.index and made.over for made in file.loops)
            ):
                found[fn] = sent[0]
        return found

    def _is_one_work(self, at: int, loop: int, calls: list[int]) -> bool:
        """Whether all rounds could be sent together: nothing else leaves the process, no error is taken, nothing is counted off."""
        file = self.model.files[at]
        made = file.loops[loop]
        if any(each.fn == made.fn and made.line <= each.start <= made.end for each in file.catches if each.start):
            return False
        last = max(file.calls[index].line for index in calls)
        if any(each.fn == made.fn and last <= each.line <= made.end for each in file.returns):
            return False  # there is one such round
        for index in self.loops.within(at, loop):
            call = file.calls[index]
            if call.line > last and (call.flags & AWAITED or (at, index) in self.model.data.by_call):
                return False  # the round goes on with what the database gave
            if any(does.does in _ALONE for does in self.model.effects.of_call[at].get(index, ())):
                return False
            if index not in calls and any(fn in self._alone for fn in self.model.project.resolve_call(at, call)):
                return False
        return not _counts(file, made.line, made.end)

    @cached_property
    def _alone(self) -> dict[Fn, Step]:
        """Functions that lead to what is done for each element besides."""
        return self.model.effects.reaching(_ALONE)

    def _hit(self, at: int, loop: int, calls: list[int]) -> Hit:
        file = self.model.files[at]
        call, made = file.calls[calls[0]], file.loops[loop]
        fn = Fn(at, self.model.named(at, call.fn))
        declared = self.model.endpoint_of(fn)
        who = f"{declared.method} {declared.path}" if declared is not None else self.model.label(fn)
        each = next(iter(made.vars), "element")
        saves = (self._save(at, index) for index in calls)
        spots = [Spot(file.path, file.calls[index].line, shown(file.calls[index])) for index in calls]
        spots += [Spot(self.model.files[a.at].path, a.line, "all that was changed is sent") for a in saves if a is not None and a.at != at]  # fmt: skip
        path = (*self.model.path_to(fn), Spot(file.path, made.line, f"for each {each}"), *dict.fromkeys(spots))
        message = f"{who} saves to the database once per {each}: {shown(call)}() stands in the loop"
        return Hit(
            at,
            call.line,
            message,
            call.fn,
            path,
            weighed(self.model, at, call.fn, Confidence.MEDIUM),
            key=f"{at}:{loop}",
            fix=FIX,
        )


def _counts(file: File, line: int, end: int) -> bool:
    """Whether rounds are counted off in lines: `if (number % 100 == 0)`, which saves many at a time."""
    tests = (test for test in file.compares if line <= test.line <= end)
    return any("%" in side.text or side.text.endswith("Count") for test in tests for side in (test.left, test.right))


__all__ = ["Saved"]
