"""Call policies, autoscalers and failures, read from YAML."""

from typing import Literal

from backwright.design.written.fields import Reader
from backwright.design.written.tree import Fields, Leaf, Tree
from backwright.model.design import Backoff, Breaker, CallPolicy, Failure, Scale

POLICY = ("timeout", "retries", "backoff", "budget", "breaker", "hedge", "deadline", "limit", "bulkhead", "failing")  # fmt: skip
RETRIES_MAX = 100  # more is a loop without end
JITTERS = ("full", "equal", "none")
FAILURE_KINDS = ("load", "slow", "kill", "errors", "cold", "zone")


def read_policies(reader: Reader, tree: Fields) -> tuple[CallPolicy, ...]:
    """Return the policies of `calls`; the limit of an external system becomes one of each caller's."""
    made = []
    for name, part in reader.fields(tree.items.get("calls"), "calls").items.items():
        caller, arrow, callee = (each.strip() for each in name.partition("->"))
        if not arrow or not caller or not callee:
            reader.wrong(part.line, f'calls."{name}": write "caller -> callee"')
            continue
        made.append(_policy(reader, caller, callee, part, f"calls.{name}"))
    return tuple(made)


def _policy(reader: Reader, caller: str, callee: str, part: Tree, at: str) -> CallPolicy:
    fields = reader.fields(part, at, POLICY).items
    retries = reader.number(fields.get("retries"), f"{at}.retries", "count", most=RETRIES_MAX)
    limit = reader.limit(fields.get("limit"), f"{at}.limit")
    timeout = reader.number(fields.get("timeout"), f"{at}.timeout", "time")
    if timeout == 0:
        reader.wrong(fields["timeout"].line, f"{at}.timeout: nothing answers within 0 s")
    return CallPolicy(
        caller,
        callee,
        timeout,
        int(retries or 0),
        _backoff(reader, fields.get("backoff"), f"{at}.backoff"),
        reader.number(fields.get("budget"), f"{at}.budget", "share"),
        _breaker(reader, fields.get("breaker"), f"{at}.breaker"),
        reader.number(fields.get("hedge"), f"{at}.hedge", "time"),
        reader.word(fields.get("deadline"), f"{at}.deadline", ("none", "propagate"), "none"),
        limit,
        reader.whole(fields.get("bulkhead"), f"{at}.bulkhead", least=1),
        reader.quantity(fields.get("failing"), f"{at}.failing", "share"),
    )


def _backoff(reader: Reader, tree: Tree | None, at: str) -> Backoff:
    """Read `50 ms full` (the pause, doubled each time, and its jitter) or base, factor, most, jitter."""
    if isinstance(tree, Leaf):
        base, _, jitter = tree.text.strip().rpartition(" ")
        if jitter not in JITTERS:
            base, jitter = tree.text.strip(), "full"
        tree = Fields({"base": Leaf(base, tree.line), "jitter": Leaf(jitter, tree.line)}, tree.line)
    fields = reader.fields(tree, at, ("base", "factor", "most", "jitter")).items
    factor = reader.number(fields.get("factor"), f"{at}.factor", "factor", least=1.0, most=100.0)
    most = reader.number(fields.get("most"), f"{at}.most", "time")
    return Backoff(
        reader.number(fields.get("base"), f"{at}.base", "time") or 0.0,
        2.0 if factor is None else factor,
        60.0 if most is None else most,
        reader.word(fields.get("jitter"), f"{at}.jitter", ("full", "equal", "none"), "full"),
    )


def _breaker(reader: Reader, tree: Tree | None, at: str) -> Breaker | None:
    if tree is None or (isinstance(tree, Leaf) and not tree.text):
        return None
    fields = reader.fields(tree, at, ("errors", "window", "open")).items
    errors = reader.number(fields.get("errors"), f"{at}.errors", "share")
    window = reader.whole(fields.get("window"), f"{at}.window", least=1)
    open_for = reader.number(fields.get("open"), f"{at}.open", "time")
    return Breaker(errors or 0.5, window or 100, 5.0 if open_for is None else open_for)


def read_scales(reader: Reader, tree: Tree | None) -> tuple[Scale, ...]:
    """Return the autoscalers."""
    made = []
    for name, part, at in reader.named(tree, "scale"):
        fields = reader.fields(part, at, ("signal", "target", "interval", "boot", "min", "max")).items  # fmt: skip
        signal: Literal["cpu", "workers", "queue"] = reader.word(fields.get("signal"), f"{at}.signal", ("cpu", "workers", "queue"), "cpu")  # fmt: skip
        unit = "count" if signal == "queue" else "share"
        target = reader.number(fields.get("target"), f"{at}.target", unit)  # type: ignore[arg-type]
        least = reader.whole(fields.get("min"), f"{at}.min", least=1) or 1
        most = reader.whole(fields.get("max"), f"{at}.max", least=1)
        if most is None or most < least:
            reader.wrong(part.line, f"{at}.max: how many instances at most? at least min, {least}")
            most = least
        if not target and not reader.problems:
            reader.wrong(part.line, f"{at}.target: the share in use that it aims at, such as 65 %")
        interval = reader.number(fields.get("interval"), f"{at}.interval", "time") or 30.0
        boot = reader.number(fields.get("boot"), f"{at}.boot", "time")
        made.append(Scale(name, signal, target or 0.65, interval, 60.0 if boot is None else boot, least, most))  # fmt: skip
    return tuple(made)


def read_failures(reader: Reader, tree: Tree | None) -> tuple[Failure, ...]:
    """Return what goes wrong in a simulation."""
    made = []
    for number, row in enumerate(reader.rows(tree, "failures")):
        at = f"failures.{number}"
        fields = reader.fields(row, at, ("at", "for", *FAILURE_KINDS, "factor", "share", "count")).items  # fmt: skip
        kinds = [kind for kind in FAILURE_KINDS if kind in fields]
        if len(kinds) != 1:
            reader.wrong(row.line, f"{at}: exactly one of {', '.join(FAILURE_KINDS)} says what fails")  # fmt: skip
            continue
        failure = _failure(reader, kinds[0], fields, row.line, at)
        if failure is not None:
            made.append(failure)
    return tuple(made)


def _failure(reader: Reader, kind: str, fields: dict[str, Tree], line: int, at: str) -> Failure | None:  # fmt: skip
    begins = reader.number(fields.get("at"), f"{at}.at", "time")
    lasting = reader.number(fields.get("for"), f"{at}.for", "time") or 0.0
    if begins is None:
        if "at" not in fields:
            reader.wrong(line, f"{at}: when? at: 60 s")
        return None
    if kind != "cold" and not lasting:
        reader.wrong(line, f"{at}: how long? for: 10 s")
        return None
    count = reader.whole(fields.get("count"), f"{at}.count", least=1) or 1
    where = f"{at}.{kind}"
    if kind == "load":
        factor = reader.number(fields["load"], where, "factor")
        return None if factor is None else Failure("load", begins, lasting, factor=factor)
    if kind == "zone":
        return Failure("zone", begins, lasting, count=reader.whole(fields["zone"], where, least=1) or 1)  # fmt: skip
    target = reader.text(fields[kind], where)
    if kind == "slow":
        factor = reader.number(fields.get("factor"), f"{at}.factor", "factor")
        if "factor" not in fields:
            reader.wrong(line, f"{at}: how much slower? factor: 5x")
        return None if factor is None else Failure("slow", begins, lasting, target, factor)
    share = reader.number(fields.get("share"), f"{at}.share", "share")
    factor = share if kind == "errors" and share is not None else 1.0
    return Failure(kind, begins, lasting, target, factor, count)  # type: ignore[arg-type]
