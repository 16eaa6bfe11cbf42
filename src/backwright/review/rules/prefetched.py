"""Python: what a method asks of its own object's relations that the query of those objects loads with them."""

from collections.abc import Sequence

from backwright.review.link.effects import Step
from backwright.review.link.model import Model

_KEPT = frozenset({"all", "count", "exists"})  # what a loaded relation answers without a query


def is_prefetched(model: Model, at: int, loop: int, steps: Sequence[Step]) -> bool:
    """Whether what is asked in the end is `self.lines.all()`, and the rows that a loop goes through have their `lines` loaded."""
    if model.files[at].language != "python" or not steps:
        return False
    last = steps[-1]
    access = model.data.by_call.get((last.at, last.call))
    calls = model.files[last.at].calls
    if access is None or any(calls[number].name not in _KEPT for number in access.calls):
        return False
    owner, _, relation = calls[access.calls[0]].on.partition(".")
    _, loaded = model.data.element(at, loop)
    return owner == "self" and loaded is not None and relation in loaded.eager
