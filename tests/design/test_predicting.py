"""Predictions for given arrivals: kinds follow the trace, errors and ceilings are those of theory."""

from math import inf

import pytest

from backwright.design.engine import simulate
from backwright.design.measured.predicting import blind, ceiling, same_arrivals
from backwright.design.programs import plan_of
from backwright.design.written.reading import read_design

TEXT = """
version: 1
name: two
workload: {rate: 50/s, mix: {app.short: 50 %, app.long: 50 %}}
services:
  app:
    model: eventloop
    handlers:
      short: [{cpu: constant(1 ms)}]
      long: [{hold: db, steps: [{call: pg.sleep}]}]
stores: {pg: {servers: 100, operations: {sleep: constant(40 ms)}}}
pools: {db: {owner: app, to: pg, size: 2}}
"""
NET = plan_of(read_design(TEXT).design).net


def test_kinds_follow_the_trace():
    run = simulate(NET, 1, inf, trace=[(1.0, 1), (2.0, 0), (3.0, 0)])
    assert [[0.001, 0.001], [0.04]] == [[pytest.approx(x) for x in kind] for kind in run.latencies]


def test_times_alone_draw_their_kinds():
    run = simulate(NET, 1, inf, trace=[0.1 * n for n in range(1, 401)])
    assert 400 == sum(run.arrived)
    assert all(150 < count < 250 for count in run.arrived)


def test_the_network_is_added_and_the_first_part_left_out():
    told = same_arrivals(NET, [1.0, 2.0, 3.0], [1, 0, 0], 1, network=0.002, skip=1.5)
    assert pytest.approx(0.003) == told.p99.value
    assert 0 == told.failed


def test_the_ceiling_is_capacity_over_what_is_held():
    what, rate = ceiling(NET, 1)
    assert "db" == what
    assert (
        pytest.approx(2 / (0.5 * 0.04), rel=0.1) == rate
    )  # half of the requests hold one of two for 40 ms


def test_a_blind_prediction_knows_the_rate_only():
    told = blind(NET, 20.0, 1)
    assert 0.001 <= told.p50.value <= 0.06
    assert told.p99.low <= told.p99.value <= told.p99.high
