"""A design in which nothing holds anything is a network of queues whose mean is known exactly."""

from dataclasses import replace

import pytest

from backwright.design.layers.flows import Values
from backwright.design.layers.product_form import exact_mean
from backwright.design.layers.solving import solve
from backwright.design.programs import plan_of
from backwright.design.trials.simulating import replicate
from backwright.design.written.reading import read_design

LINE = """
version: 1
name: line
workload: {rate: 40/s, mix: {web.read: 70 %, web.write: 30 %}}
services:
  web:
    cores: 1
    handlers:
      read: [{cpu: exponential(10 ms)}, {call: db.get}]
      write: [{cpu: exponential(10 ms)}, {repeat: 2, steps: [{call: db.get}]}, {wait: constant(20 ms)}]
stores:
  db: {servers: 2, operations: {get: exponential(25 ms)}}
"""
# M/M/1 at 40/s x 10 ms, M/M/2 at 40 x 1.3 /s x 25 ms: s / (1 - used), s / (1 - used^2).
MEAN = 0.010 / (1 - 0.4) + 1.3 * 0.025 / (1 - 0.65**2) + 0.3 * 0.020


def design_of(text):
    reading = read_design(text, "line", ())
    assert reading.problems == ()
    return reading.design


def test_the_mean_is_that_of_each_station_by_itself():
    assert pytest.approx(MEAN, rel=1e-12) == exact_mean(design_of(LINE), Values(), 40.0)


def test_layers_find_the_same_mean_by_their_own_way():
    found = solve(design_of(LINE))
    assert found.is_mean_exact
    assert pytest.approx(MEAN, rel=1e-12) == found.mean
    held = replace(design_of(LINE), pools=design_of(POOL).pools)
    assert not solve(held).is_mean_exact


POOL = LINE + "pools: {line: {owner: web, to: db, size: 100}}\n"


def test_a_pool_that_never_binds_changes_nothing_but_the_proof():
    assert pytest.approx(MEAN, rel=1e-3) == solve(design_of(POOL)).mean


def test_a_simulation_finds_that_mean_too():
    sample = replicate(plan_of(design_of(LINE)), 5, runs=6, length=400.0, tight=None)
    mean = next(each for each in sample.latency() if each.percentile == 0)
    assert abs(mean.value - MEAN) <= 2 * mean.half


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("rate: 40/s", "rate: 40/s, arrivals: regular", id="arrivals are even"),
        pytest.param("rate: 40/s", "users: 40, think: 1 s", id="users think"),
        pytest.param("cores: 1", "workers: 8", id="a worker is held"),
        pytest.param("cores: 1", "cores: 1\n    instances: 2", id="copies take turns"),
        pytest.param("cores: 1", "cores: 1\n    queue: {max: 9}", id="a line ends"),
        pytest.param("read: [{cpu: exp", "read: [{cpu: constant(1 ms)}, {cpu: exp", id="a constant time"),
        pytest.param("read: [{cpu: exponential(10", "read: [{cpu: exponential(11", id="two means in one line"),
        pytest.param("{call: db.get}]\n", "{fail: 1 %}]\n", id="some fail"),
        pytest.param("{call: db.get}]\n", "{parallel: [[{call: db.get}], [{call: db.get}]]}]\n", id="two at once"),
        pytest.param("servers: 2,", "servers: 2, replicas: 1, replica_reads: [get],", id="replicas"),
    ],
)  # fmt: skip
def test_no_mean_is_called_exact_where(old, new):
    design = design_of(LINE.replace(old, new, 1))
    assert LINE != LINE.replace(old, new, 1)
    assert exact_mean(design, Values(), 40.0) is None
    assert not solve(design).is_mean_exact


@pytest.mark.parametrize(
    "text",
    [
        "\ncalls: {client -> web: {timeout: 3 s}}\n",
        "\ncalls: {web -> db: {retries: 1}}\n",
        "\npools: {line: {owner: web, to: db, size: 5}}\n",
    ],
    ids=["a time-out", "a second try", "a pool"],
)
def test_no_mean_is_called_exact_with(text):
    assert exact_mean(design_of(LINE + text), Values(), 40.0) is None
