"""How many random models run on the engine exactly as on SimPy, float for float.

    python -m benchmarks.design.identity             1,000 models of 100 requests, a minute
    python -m benchmarks.design.identity --quick     100 models

The other interpreter is tests/design/oracle.py, which walks the same op trees with generators on SimPy's
clock and draws from the same streams; models are tests/design/random_nets.py. Compared are the latency of each
request, failures, tries, time-outs, refusals, dead letters, cache hits (equal), and the use of stations (to 1e-6,
because both add up in their own order).
"""

import argparse

from tests.design.identity import differences
from tests.design.random_nets import random_net

ARRIVALS = 100


def main() -> None:
    """Run the models and print what differs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    count = 100 if options.quick else 1000
    different, succeeded, failed, events = 0, 0, 0, 0
    for seed in range(options.first, options.first + count):
        found, run = differences(random_net(seed), seed, ARRIVALS)
        different += bool(found)
        succeeded += sum(map(len, run.latencies))
        failed += sum(run.failed)
        events += run.events
        for line in found:
            print(f"model {seed}: {line}")
    print(f"{count - different} of {count} random models are identical to SimPy's run")
    print(f"{succeeded:,} requests succeeded, {failed:,} failed, {events:,} events")
    raise SystemExit(different > 0)


main()
