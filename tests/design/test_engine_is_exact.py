"""The engine gives what theory knows exactly: a small part of the closed-form suite, at fixed seeds.

All of it, at full size: python -m benchmarks.design.exact
"""

import pytest
from benchmarks.design.cases import every_case
from benchmarks.design.exact import measured

REQUESTS, RUNS = 20_000, 10
CONFIDENCE = 0.999  # two dozen intervals: at fixed seeds, one that misses is an error, not chance
CASES = {case.name: case for case in every_case()}
CHOSEN = (
    "M/M/4 at 0.8",
    "E2/M/1 at 0.6: one of two copies in turn",
    "M/D/4 at 0.7",
    "M/G/1 at 0.6, gamma cv 0.50",
    "M/M/4/10 at 1.25",
    "M/M/1 at 0.8 whose callers wait 30 ms at most",
    "M/M/1 at 0.6, a quarter comes back",
    "closed: 50 users, three stations of 1, 4, 8",
    "one worker held over a query is M/G/1 at 0.6",
    "fork over two M/M/1 at 0.5, both needed",
    "a time-out of two mean times",
    "a hedge after two mean times",
    "LRU of 2 among 6 keys",
)


@pytest.mark.parametrize("name", CHOSEN)
def test_the_exact_value_is_inside(name):
    case = CASES[name]
    for known, (interval,) in zip(
        case.known, measured(case, REQUESTS, RUNS, 1, (CONFIDENCE,)), strict=True
    ):
        assert interval.low <= known.exact <= interval.high, known.kind
        assert interval.half < 0.4 * known.exact, known.kind
