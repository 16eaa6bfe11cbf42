"""Bursts: what retries leave behind, and which defence brings a system back."""

import pytest

from backwright.design.trials.metastable import aftermath_of, defended
from backwright.design.written.reading import read_design

STORM = """\
version: 1
name: storm
workload: {{rate: 84/s, mix: {{app.read: 1}}}}
services:
  app: {{instances: 3, workers: 64, handlers: {{read: [{{cpu: constant(5 ms)}}, {{call: db.read}}]}}}}
stores: {{db: {{servers: 6, operations: {{read: 50 ms}}}}}}
calls: {{client -> app: {{timeout: 1 s, retries: {retries}, backoff: 200 ms equal}}}}
"""


@pytest.mark.parametrize(
    ("retries", "recovered"),
    [pytest.param(3, 0.0, id="three retries"), pytest.param(0, 1.0, id="no retries")],
)
def test_a_burst_of_three_times_at_seventy_percent_is_survived_without_retries_only(retries, recovered):  # fmt: skip
    design = read_design(STORM.format(retries=retries)).design
    found = aftermath_of(design, 84, 3.0, 5, runs=2)
    assert recovered == found.recovered
    assert found.before > 0.95


def test_defences_are_settings_that_exist():
    design = read_design(STORM.format(retries=3)).design
    names = [name for name, _, _ in defended(design)]
    assert {"no retries", "retry budget of 10 %", "circuit breaker", "newest first"} <= {*names}
    assert all(changed != design for _, _, changed in defended(design))
