"""Where a run of the engine differs from the oracle's: floats must be equal, not near."""

from math import inf, isclose

from tests.design.oracle import Oracle

from backwright.design.engine import simulate
from backwright.design.net import Net, Run

COUNTS = ("failed", "tries", "timeouts", "refused", "dead_letters", "hits", "lookups")
# Average use is a sum that both add up in their own order.
SUMS = {"rel_tol": 1e-6, "abs_tol": 1e-9}


def differences(net: Net, seed: int, arrivals: int) -> tuple[list[str], Run]:
    """Return what differs, one line each, and the engine's run."""
    run = simulate(net, seed, inf, arrivals_max=arrivals)
    oracle = Oracle(net, seed, arrivals).run()
    found = []
    if oracle.offered != sum(run.offered):
        found.append(f"arrived: {oracle.offered} and {sum(run.offered)}")
    for kind, succeeded in enumerate(oracle.succeeded):
        mine = list(zip(run.started[kind], run.latencies[kind], strict=True))
        if sorted(succeeded) != mine:
            found.append(f"latencies of kind {kind}: {sorted(succeeded)[:3]} and {mine[:3]} ...")
    for name in COUNTS:
        theirs, mine = tuple(getattr(oracle, name)), getattr(run, name)
        if theirs != mine:
            found.append(f"{name}: {theirs} and {mine}")
    for k, desks in enumerate(oracle.desks):
        end, mine = run.ended_at, run.stations[k]
        busy = sum(desk.busy + desk.users * (end - desk.at) for desk in desks) / end
        waiting = sum(desk.waited + len(desk.line) * (end - desk.at) for desk in desks) / end
        exact = (max(desk.peak for desk in desks), sum(desk.refused for desk in desks))
        if exact != (mine.peak_waiting, mine.refused):
            found.append(f"station {k}: peak, refused {exact} and {mine}")
        if not isclose(busy, mine.busy, **SUMS) or not isclose(waiting, mine.waiting, **SUMS):
            found.append(f"station {k}: busy {busy}, waiting {waiting} and {mine}")
    return found, run
