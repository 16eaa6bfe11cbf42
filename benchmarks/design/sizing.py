"""Is the fleet that `design size` finds as light as the lightest of all fleets? Every one is simulated to see."""

import argparse
import sys
import time
from dataclasses import replace
from itertools import product
from random import Random

from backwright.design.layers.layered import layers_of
from backwright.design.programs import plan_of
from backwright.design.trials.judging import all_judgements, judged, without_one
from backwright.design.trials.knobs import knobs_of, turned, weight_of
from backwright.design.trials.simulating import replicate, run_length
from backwright.design.trials.sizing import ARRIVALS, RUNS, at_rate, size
from backwright.design.written.reading import read_design
from backwright.model.design import Design

CASES, QUICK = 50, 6
MOST = 6  # of each knob, for going through all


def small(rng: Random) -> Design:
    """Return a design of one or two services whose fleet has two or three knobs."""
    cpu, query = rng.uniform(5, 30), rng.uniform(2, 15)
    two = rng.random() < 0.5
    rate = rng.uniform(20, 80)
    p99 = rng.uniform(4.5, 9) * (cpu + query) * (1.7 if two else 1.0)
    back = f"  back: {{workers: {rng.randint(2, 6)}, handlers: {{get: [{{cpu: {cpu / 2:.2f} ms}}]}}}}\n" if two else ""  # fmt: skip
    call = ", {call: back.get}" if two else ""
    survive = ", survive: instance" if rng.random() < 0.3 else ""
    text = f"""\
version: 1
name: small
workload: {{rate: {rate:.1f}/s, mix: {{app.get: 100 %}}}}
services:
  app: {{workers: {rng.randint(1, 4)}, handlers: {{get: [{{cpu: {cpu:.2f} ms}}, {{call: db.read}}{call}]}}}}
{back}stores: {{db: {{servers: 8, operations: {{read: {query:.2f} ms}}}}}}
pools: {{pool: {{owner: app, to: db, size: 1}}}}
slo: {{p99: {p99:.1f} ms{survive}}}
"""
    reading = read_design(text)
    assert reading.design is not None, reading.problems
    return at_rate(reading.design, rate)


def holds(design: Design, seed: int) -> bool:
    """Decide a fleet as the search does, without the search."""
    rate = design.workload.rate.value  # type: ignore[union-attr]
    for each in (design, *(lost for _, lost in without_one(design))):
        if not layers_of(each, rate).is_stable:
            return False
        plan = plan_of(each)
        judgement = "not decided"
        for runs in range(2, RUNS + 1, 2):  # stops as the search does: when it is decided
            sample = replicate(plan, seed, runs=runs, length=run_length(plan, ARRIVALS), tight=None, at_once=runs)  # fmt: skip
            if (
                runs >= 6
                and (judgement := all_judgements(judged(each.slo, sample))) != "not decided"
            ):
                break
        if judgement != "meets":
            return False
    return True


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    count = QUICK if parser.parse_args().quick else CASES
    worse = unproved = none = 0
    trials = fleets = 0
    begun = time.process_time()
    searching = 0.0
    for number in range(count):
        design = small(Random(9000 + number))
        knobs = tuple(k for k in knobs_of(design) if k.field in ("instances", "size"))
        start = time.process_time()
        found = size(design, knobs, 7)
        searching += time.process_time() - start
        trials += found.trials
        if found.design is None or max(found.values) > MOST:
            none += 1
            continue
        unproved += not found.is_proved
        best = float("inf")
        limit = weight_of(found.design, knobs)
        for values in product(range(1, MOST + 1), repeat=len(knobs)):
            made = design
            for knob, value in zip(knobs, values, strict=True):
                made = turned(made, knob, value)
            if weight_of(made, knobs) < limit - 1e-9:
                fleets += 1
                if holds(replace(made), 7):
                    best = min(best, weight_of(made, knobs))
        if best < limit:
            worse += 1
            sys.stdout.write(f"case {number}: found {limit:.3f}, lightest {best:.3f}\n")
    sys.stdout.write(
        f"{count} cases, {none} without a fleet in reach: {worse} worse than going through all ({fleets} lighter fleets simulated), "
        f"{unproved} not proved; {trials / count:.1f} simulated fleets and {searching / count:.2f} CPU s a search; {time.process_time() - begun:.0f} CPU s in all\n"
    )


main()
