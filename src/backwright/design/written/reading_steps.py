"""The steps of a handler, read from YAML."""

from collections.abc import Callable

from backwright.design.written.fields import MOST_SERVERS, Reader, nearest
from backwright.design.written.tree import Fields, Leaf, Tree
from backwright.model.design import (
    Ask,
    Choice,
    Cpu,
    Fail,
    Holding,
    Locked,
    Lookup,
    Parallel,
    Put,
    Quantity,
    Repeat,
    Step,
    Wait,
)

TIMES_MAX = 10_000  # rounds of one repeat: more is a batch job, and would take hours to simulate


class Steps:
    """Reads lists of steps."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._kinds: dict[str, tuple[Callable[[Fields, str], Step | None], tuple[str, ...]]] = {
            "cpu": (self._cpu, ()),
            "wait": (self._wait, ()),
            "call": (self._call, ()),
            "hold": (self._hold, ("steps",)),
            "lock": (self._lock, ("keys", "steps")),
            "parallel": (self._parallel, ("need",)),
            "choose": (self._choose, ()),
            "repeat": (self._repeat, ("steps",)),
            "put": (self._put, ()),
            "cache": (self._cache, ("miss",)),
            "fail": (self._fail, ()),
        }

    def read(self, tree: Tree | None, at: str) -> tuple[Step, ...]:
        """Return the steps of a list."""
        made = []
        for number, row in enumerate(self._reader.rows(tree, at)):
            step = self._step(row, f"{at}.{number}")
            if step is not None:
                made.append(step)
        return tuple(made)

    def _step(self, row: Tree, at: str) -> Step | None:
        if not isinstance(row, Fields):
            self._reader.wrong(row.line, f"{at}: a step is written as one of {', '.join(self._kinds)}, such as call: postgres.read")  # fmt: skip
            return None
        kind = next((key for key in row.items if key in self._kinds), None)
        if kind is None:
            word = next(iter(row.items), "")
            self._reader.wrong(row.line, f'{at}: "{word}" is no step{nearest(word, self._kinds)}')
            return None
        make, more = self._kinds[kind]
        self._reader.fields(row, at, (kind, *more))
        return make(row, at)

    def _cpu(self, row: Fields, at: str) -> Step | None:
        law = self._reader.law(row.items["cpu"], f"{at}.cpu")
        return Cpu(law) if law else None

    def _wait(self, row: Fields, at: str) -> Step | None:
        law = self._reader.law(row.items["wait"], f"{at}.wait")
        return Wait(law) if law else None

    def _call(self, row: Fields, at: str) -> Step | None:
        said = self._reader.text(row.items["call"], f"{at}.call")
        target, _, operation = said.rpartition(".")
        return Ask(target, operation)

    def _hold(self, row: Fields, at: str) -> Step | None:
        return Holding(self._reader.text(row.items["hold"], f"{at}.hold"), self._body(row, at))

    def _lock(self, row: Fields, at: str) -> Step | None:
        keys = (
            self._reader.whole(row.items.get("keys"), f"{at}.keys", least=1, most=MOST_SERVERS) or 1
        )
        return Locked(self._reader.text(row.items["lock"], f"{at}.lock"), keys, self._body(row, at))

    def _body(self, row: Fields, at: str) -> tuple[Step, ...]:
        if "steps" not in row.items:
            self._reader.wrong(row.line, f"{at}: which steps run meanwhile? steps: [...]")
        return self.read(row.items.get("steps"), f"{at}.steps")

    def _parallel(self, row: Fields, at: str) -> Step | None:
        rows = self._reader.rows(row.items["parallel"], f"{at}.parallel")
        branches = tuple(self.read(each, f"{at}.parallel.{n}") for n, each in enumerate(rows))
        need = self._reader.whole(row.items.get("need"), f"{at}.need", least=1) or len(branches)
        if not branches or need > len(branches):
            self._reader.wrong(row.line, f"{at}: need {need} of {len(branches)} branches")
            return None
        return Parallel(branches, need)

    def _choose(self, row: Fields, at: str) -> Step | None:
        options: list[tuple[Quantity, tuple[Step, ...]]] = []
        for number, each in enumerate(self._reader.rows(row.items["choose"], f"{at}.choose")):
            where = f"{at}.choose.{number}"
            fields = self._reader.fields(each, where, ("share", "steps"))
            share = self._reader.quantity(fields.items.get("share"), f"{where}.share", "share")
            if share is None:
                self._reader.wrong(each.line, f"{where}: how often? share: 20 %")
                continue
            options.append((share, self.read(fields.items.get("steps"), f"{where}.steps")))
        total = sum(share.value for share, _ in options)
        if total > 1 + 1e-9:
            self._reader.wrong(row.line, f"{at}: the shares add up to {total * 100:g} %")
            return None
        return Choice(tuple(options)) if options else None

    def _repeat(self, row: Fields, at: str) -> Step | None:
        times = self._reader.number(row.items["repeat"], f"{at}.repeat", "count", least=1, most=TIMES_MAX)  # fmt: skip
        return Repeat(int(times), self._body(row, at)) if times else None

    def _put(self, row: Fields, at: str) -> Step | None:
        return Put(self._reader.text(row.items["put"], f"{at}.put"))

    def _cache(self, row: Fields, at: str) -> Step | None:
        name = self._reader.text(row.items["cache"], f"{at}.cache")
        return Lookup(name, self.read(row.items.get("miss"), f"{at}.miss"))

    def _fail(self, row: Fields, at: str) -> Step | None:
        tree = row.items["fail"]
        chance = self._reader.quantity(tree, f"{at}.fail", "share")
        if chance is None and not isinstance(tree, Leaf):
            return None
        return Fail(chance) if chance else None
