"""The engine's limits: a line that grows without end ends the run, and the answer says so."""

from backwright.design.engine import simulate
from backwright.design.engine.outcome import ALIVE_MAX
from backwright.design.programs import plan_of
from backwright.design.trials.simulating import Experiment, summary_of
from backwright.design.written.reading import read_design

FLOOD = """\
version: 1
workload: {rate: 200k/s, mix: {a.x: 1}}
services: {a: {workers: 1, handlers: {x: [{cpu: 1 s}]}}}
"""


def test_a_line_that_grows_without_end_ends_the_run():
    run = simulate(plan_of(read_design(FLOOD).design).net, 1, 60.0)
    assert run.was_stopped
    assert 2 <= run.ended_at <= 4
    assert max(run.waiting[0]) > ALIVE_MAX / 2


def test_a_run_that_was_ended_is_summed_up_like_any_other():
    found = summary_of(Experiment(plan_of(read_design(FLOOD).design).net, 1, 60.0, 0.0))
    assert found.run.was_stopped
    assert found.run.ended_at < 60
