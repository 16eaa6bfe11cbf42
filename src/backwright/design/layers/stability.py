"""Why a design is unstable, and what is asked of it by users who think."""

from math import inf

from backwright.design.layers.flows import Values, entry_shares
from backwright.design.layers.layered import Layers, layers_of
from backwright.design.wording import digits, per_second
from backwright.model.design import Design


def rate_of(design: Design, values: Values) -> float:
    """Return requests per second: as given, or the most that users can ask for if nobody ever waits."""
    load = design.workload
    if load.rate is not None:
        return values(load.rate)
    alone = layers_of(design, 0.0, values)
    shares = entry_shares(design, values)
    answer = sum(share * time.mean for share, time in zip(shares, alone.entries, strict=True))
    cycle = (values.law(load.think) if load.think else 0.0) + answer
    return load.users / cycle if cycle > 0 else inf


def why_not_stable(design: Design, layers: Layers, patient: Layers, rate: float) -> str:
    """Return why a design is unstable in which nothing is full by itself, "" if it is stable.

    Args:
        patient: The same without second tries.
    """
    if layers.is_stable:
        return ""
    if patient.is_stable:
        caller, callee = max(layers.lost, key=lambda link: layers.lost[link])
        tries = layers.flows.calls[caller, callee] / max(1e-12, patient.flows.calls[caller, callee])
        return (
            f"without second tries it would carry {per_second(rate)}, but calls of {callee} time out and {caller} makes"
            f" {digits(tries)} times as many"
        )
    full = [use for use in patient.uses if use.held.mean * use.rate >= use.resource.total]
    use = (full or patient.unstable)[0]
    return f"the {use.resource.name} could carry it alone, but are held while lower layers are waited for"
