"""The share of a request that a framework can change."""

import pytest
from tests.bench import CONTENT

from backwright.advise.amdahl import Split, split_of
from backwright.design.written.reading import read_design


def test_three_times_as_fast_saves_two_thirds_of_the_share():
    split = Split(cpu_ms=6, wait_ms=24)
    assert 0.2 == pytest.approx(split.share)
    assert 1 - 0.2 * 2 / 3 == pytest.approx(split.times_faster(3))


def test_of_the_shop_all_but_the_handlers_own_computing_is_waiting():
    design = read_design((CONTENT / "examples/designs/shop.yaml").read_text()).design
    assert design is not None
    payment = design.node("payment").handler("charge").steps[0].time.mean.value * 1000
    split = split_of(design)
    assert 5 == pytest.approx(split.cpu_ms)
    assert 25 + payment == pytest.approx(split.wait_ms)


BLUEPRINT = """
version: 1
name: all
workload: {rate: 1/s, mix: {app.go: 100%}}
services:
  app:
    workers: 4
    handlers:
      go:
        - cpu: constant(1 ms)
        - repeat: 3
          steps:
            - cpu: constant(1 ms)
            - call: db.read
        - choose: [{share: 50 %, steps: [wait: constant(8 ms)]}]
        - parallel: [[wait: constant(2 ms)], [cpu: constant(5 ms)]]
stores: {db: {servers: 2, operations: {read: constant(10 ms)}}}
"""


def test_steps_add_up_by_what_they_are():
    reading = read_design(BLUEPRINT)
    assert () == reading.problems
    split = split_of(reading.design)
    assert 1 + 3 + 5 == pytest.approx(split.cpu_ms)
    assert 30 + 4 == pytest.approx(split.wait_ms)
