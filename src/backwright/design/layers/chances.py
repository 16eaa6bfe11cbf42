"""The chance that a request ends well, put together from time-outs, failing calls and failing steps."""

from collections.abc import Mapping, Sequence

from backwright.design.layers.flows import Link, Values, entry_shares
from backwright.design.layers.laws import limits_of
from backwright.design.layers.layered import Layers
from backwright.design.layers.moments import at_least
from backwright.design.layers.timing import Walk
from backwright.model.design import CallPolicy, Design, Law


class ChanceArithmetic:
    """Chances of success of independent things.

    Attributes:
        lost: Chance that a try of a call times out or is refused, by caller and callee.
    """

    def __init__(self, lost: Mapping[Link, float]) -> None:
        self.lost = lost

    def nothing(self) -> float:
        return 1.0

    def law(self, law: Law, mean: float, node: str) -> float:
        return 1.0

    def wait(self, resource: str) -> float:
        return 1.0

    def then(self, first: float, second: float) -> float:
        return first * second

    def either(self, parts: Sequence[tuple[float, float]]) -> float:
        return sum(share * one for share, one in parts)

    def times(self, one: float, count: int) -> float:
        return float(one**count)

    def fastest(self, branches: Sequence[float], need: int) -> float:
        return 1 - at_least([1 - one for one in branches], need)

    def tried(self, one: float, policy: CallPolicy, failing: float) -> float:
        late = self.lost.get((policy.caller, policy.callee), 0.0)
        once = one * (1 - failing) * (1 - late)
        return 1 - (1 - once) ** (1 + policy.retries)

    def failing(self, chance: float) -> float:
        return 1 - chance

    def called(self, one: float, node: str) -> float:
        return one


def success_of(design: Design, layers: Layers, values: Values, number: int) -> float:
    """Return the chance that a kind of request ends well, queues of limited length left out."""
    lost = dict(layers.lost)
    for link, limit in limits_of(design).items():
        offered = layers.flows.calls.get(link, 0.0)
        if offered > limit:
            lost[link] = 1 - (1 - lost.get(link, 0.0)) * limit / offered
    return Walk(design, layers.flows, values, ChanceArithmetic(lost)).entry(number)


def failed_share(design: Design, layers: Layers, values: Values) -> float:
    """Return the share of requests that fail, queues of limited length left out."""
    shares = entry_shares(design, values)
    ends = (success_of(design, layers, values, number) for number in range(len(shares)))
    return 1 - sum(share * well for share, well in zip(shares, ends, strict=True))
