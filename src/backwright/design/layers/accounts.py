"""Where time goes: a mean duration as an account of who takes how much of it."""

from collections.abc import Mapping, Sequence

from backwright.design.layers.flows import Flows, Values
from backwright.design.layers.moments import Waiting
from backwright.design.layers.timing import Walk
from backwright.model.design import CallPolicy, Design, Law

WAITING = "waiting: "  # what stands before the name of a resource that is waited for
Account = dict[str, float]  # who or what: seconds on average


class AccountArithmetic:
    """Mean durations, by who takes them. What another node does is all put down to that node.

    Attributes:
        waits: Of each resource; what is not named has no wait.
    """

    def __init__(self, waits: Mapping[str, Waiting]) -> None:
        self.waits = waits

    def nothing(self) -> Account:
        return {}

    def law(self, law: Law, mean: float, node: str) -> Account:
        return {node: mean}

    def wait(self, resource: str) -> Account:
        waiting = self.waits.get(resource)
        mean = waiting.moments.mean if waiting else 0.0
        return {WAITING + resource: mean} if mean > 0 else {}

    def then(self, first: Account, second: Account) -> Account:
        total = dict(first)
        for who, seconds in second.items():
            total[who] = total.get(who, 0.0) + seconds
        return total

    def either(self, parts: Sequence[tuple[float, Account]]) -> Account:
        total: Account = {}
        for share, one in parts:
            total = self.then(total, {who: share * seconds for who, seconds in one.items()})
        return total

    def times(self, one: Account, count: int) -> Account:
        return {who: count * seconds for who, seconds in one.items()}

    def fastest(self, branches: Sequence[Account], need: int) -> Account:
        """Return the account of the branch that is waited for, by their means."""
        return sorted(branches, key=lambda one: sum(one.values()))[need - 1]

    def tried(self, one: Account, policy: CallPolicy, failing: float) -> Account:
        return one

    def failing(self, chance: float) -> Account:
        return {}

    def called(self, one: Account, node: str) -> Account:
        total = sum(one.values())
        return {node: total} if total else {}


def accounts_of(
    design: Design, flows: Flows, values: Values, waits: Mapping[str, Waiting] | None = None
) -> dict[str, Account]:
    """Return for each resource who takes how much of the time it is held, s, the longest first.

    Args:
        waits: For each resource; without them the account is of what must be held at least.
    """
    sums: dict[str, Account] = {}
    rates: dict[str, float] = {}
    arithmetic = AccountArithmetic(waits or {})

    def hold(resource: str, rate: float, time: Account) -> None:
        rates[resource] = rates.get(resource, 0.0) + rate
        weighed = {who: rate * seconds for who, seconds in time.items()}
        sums[resource] = arithmetic.then(sums.get(resource, {}), weighed)

    walk = Walk(design, flows, values, arithmetic, hold)
    for number in range(len(design.workload.entries)):
        walk.entry(number)
    for queue in design.queues:
        taken = walk.operation(queue.target, queue.operation)
        hold(f"{queue.name} consumers", flows.puts.get(queue.name, 0.0), {queue.target: sum(taken.values())})  # fmt: skip
    return {
        name: dict(
            sorted(
                ((who, seconds / rates[name]) for who, seconds in account.items()),
                key=lambda pair: -pair[1],
            )
        )
        for name, account in sums.items()
        if rates[name] > 0
    }
