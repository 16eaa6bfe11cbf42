"""Calibrating and validating against a service whose truth is known: a simulated one behind the ports."""

from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from math import inf, nan

import pytest
from tests.bench import bench_in

from backwright.design.engine import simulate
from backwright.design.programs import plan_of
from backwright.design.written.reading import read_design
from backwright.faces.prose import prose
from backwright.model.errors import BadRequest, NotFound, NothingToDo
from backwright.model.measured import Interference, LoadPlan, LoadRun
from backwright.usecases import design_calibrate, design_validate

TRUTH = """# our service
version: 1
name: till
workload: {rate: 40/s}
services:
  till:
    model: eventloop
    handlers:
      pay:
        - cpu: constant(4 ms)   # measured truth
        - hold: db
          steps: [{call: pg.write}]
stores:
  pg: {servers: 100, operations: {write: exponential(30 ms)}}
pools:
  db: {owner: till, to: pg, size: 4}
"""
GUESS = TRUTH.replace("constant(4 ms)", "constant(9 ms)").replace("exponential(30 ms)", "10 ms")
CLEAN = Interference(0.0, 0.0, 0.0, "", is_clean=True)
BUSY = replace(CLEAN, foreign=0.5, is_clean=False, why="other processes took 50% of the machine")
URL = ("till.pay=http://127.0.0.1:8000/pay",)


class Simulated:
    """Servers and LoadGenerator at once: answers as the engine says the truth would, with timing headers."""

    def __init__(
        self, truth: str = TRUTH, seen: Interference = CLEAN, dies_after: int = 10**9
    ) -> None:
        self.truth, self.seen, self.dies_after = truth, seen, dies_after
        self.started: list[dict[str, str]] = []
        self.stop_in = 10**9
        self.size = "4"

    def free_port(self) -> int:
        return 4242

    @contextmanager
    def serve(self, command: str, environment: dict[str, str], port: int) -> Iterator[int]:
        self.started.append({"command": command, **environment})
        self.size = environment.get("POOL", "4")
        yield 1

    def run(
        self, plan: LoadPlan, *, is_own_host: bool = False, system: tuple[str, ...] = ()
    ) -> LoadRun:
        self.stop_in -= 1
        if self.stop_in < 0:
            raise KeyboardInterrupt
        text = self.truth.replace("size: 4", f"size: {self.size}")
        net = plan_of(read_design(text).design).net
        run = simulate(net, 99, inf, trace=list(zip(plan.at, plan.which, strict=True)))
        took = dict(zip(run.started[0], run.latencies[0], strict=True))
        alone = dict(zip(run.started[0], [x - 0.004 for x in run.latencies[0]], strict=True))
        latency, outcome, timing = array("d"), array("b"), []
        for number, at in enumerate(plan.at):
            is_dead = number >= self.dies_after
            latency.append(nan if is_dead else took[at] + 0.0005)
            outcome.append(5 if is_dead else 0)
            timing.append(
                ""
                if is_dead
                else f'wall;dur={took[at] * 1e3:.4f}, cpu;dur=4.0, busy;dur={4.0 * number:.1f};desc="1", pg.write;dur={alone[at] * 1e3:.4f}'
            )
        died = plan.at[self.dies_after] if len(plan.at) > self.dies_after else None
        tries = array("H", [1]) * len(plan.at)
        return LoadRun(
            plan,
            latency,
            outcome,
            tries,
            tuple(timing),
            0.0001,
            False,
            0,
            plan.at[-1],
            died,
            self.seen,
        )


@pytest.fixture
def measure(tmp_path, monkeypatch):
    """Return what runs a verb against a simulated service, in a folder with the guess as till.yaml."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "till.yaml").write_text(GUESS)

    def run(verb, service: Simulated, **asked):
        bench = replace(bench_in(tmp_path / "data"), loads=lambda: service, servers=lambda: service)
        answer = verb.run(verb.Ask("till.yaml", seed=1, **asked), bench)
        assert prose(answer, 80).isascii()
        assert [] == [
            line
            for line in prose(answer, 80).splitlines()
            if len(line) > 80 and len(line.split()) > 2
        ]
        return answer

    return run


def test_calibrating_finds_the_truth_and_writes_only_that(measure, tmp_path):
    told = measure(
        design_calibrate, Simulated(), url=URL, rates=("5/s", "20/s"), seconds=240.0, write=True
    )
    cpu, write = told.changes
    assert "services.till.handlers.pay.0.cpu" == cpu.at
    design = read_design((tmp_path / "till.yaml").read_text()).design
    assert (
        pytest.approx(0.004, rel=0.01) == design.node("till").handlers[0].steps[0].time.mean.value
    )
    assert pytest.approx(0.030, rel=0.15) == design.node("pg").handlers[0].steps[0].time.mean.value
    assert "measured" == design.node("pg").handlers[0].steps[0].time.mean.origin
    assert "# our service" in (tmp_path / "till.yaml").read_text()
    assert "# measured truth" in (tmp_path / "till.yaml").read_text()
    assert ("ok", "db pool (4)") == (told.verdict, told.ceilings[0].what)
    assert write.line > cpu.line


def test_without_write_the_file_stays(measure, tmp_path):
    told = measure(design_calibrate, Simulated(), url=URL, rates=("5/s", "20/s"), seconds=20.0)
    assert (GUESS, 2, "") == ((tmp_path / "till.yaml").read_text(), len(told.changes), told.written)


def test_a_server_that_dies_leaves_what_was_measured_before(measure):
    told = measure(
        design_calibrate, Simulated(dies_after=150), url=URL, rates=("5/s", "20/s"), seconds=20.0
    )
    assert (True, "partly", 2) == (told.died, told.verdict, len(told.changes))
    assert "stopped answering" in told.loads[1].trouble


def test_ctrl_c_keeps_the_loads_that_are_done(measure):
    service = Simulated()
    service.stop_in = 1
    told = measure(design_calibrate, service, url=URL, rates=("5/s", "20/s"), seconds=20.0)
    assert (True, "partly", 1) == (told.stopped, told.verdict, len(told.loads))


def test_a_busy_machine_is_said_in_the_source_of_the_number(measure):
    told = measure(
        design_calibrate, Simulated(seen=BUSY), url=URL, rates=("5/s", "20/s"), seconds=20.0
    )
    assert all(load.trouble for load in told.loads)
    assert "on a busy machine" in told.changes[0].new


def test_a_right_blueprint_is_confirmed_and_a_change_has_the_right_sign(measure, tmp_path):
    (tmp_path / "till.yaml").write_text(TRUTH)
    service = Simulated()
    told = measure(
        design_validate, service, serve="mine --port {port}", env=("POOL={pools.db.size}",), seconds=60.0, rounds=1,
        url=("till.pay=http://127.0.0.1:{port}/pay",), rates=("50%", "85%"), change=("pools.db.size=3", "pools.db.size=8"),
    )  # fmt: skip
    assert "ok" == told.verdict
    assert [True, True] == [each.is_right for each in told.loads]
    assert [True, True] == [each.sign_right for each in told.interventions]
    assert ["higher", "lower"] == [each.measured.direction for each in told.interventions]
    assert "mine --port 4242" == service.started[0]["command"]
    assert ["4", "4", "3", "4", "8"] == [each["POOL"] for each in service.started]


def test_a_wrong_blueprint_is_refuted(measure):
    told = measure(design_validate, Simulated(), url=URL, rates=("30/s",), seconds=40.0)
    assert ("refuted", False) == (told.verdict, told.loads[0].is_right)


@pytest.mark.parametrize(
    ("noisy", "verdict"), [pytest.param(False, "partly", id="rejected"), pytest.param(True, "refuted", id="counted with --noisy")]
)  # fmt: skip
def test_runs_that_others_disturbed(measure, noisy, verdict):
    told = measure(
        design_validate, Simulated(seen=BUSY), url=URL, rates=("30/s",), seconds=40.0, noisy=noisy
    )
    assert verdict == told.verdict


@pytest.mark.parametrize("ending", ["md", "json"])
def test_a_report_is_written(measure, tmp_path, ending):
    told = measure(
        design_validate,
        Simulated(),
        url=URL,
        rates=("10/s",),
        seconds=20.0,
        report=f"kept.{ending}",
    )
    text = (tmp_path / f"kept.{ending}").read_text()
    assert str(tmp_path / f"kept.{ending}") == told.report
    assert "NaN" not in text
    assert "till" in text


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        pytest.param({}, NothingToDo, "nothing to measure", id="nothing named"),
        pytest.param({"url": ("till.pay",)}, BadRequest, "not NAME=VALUE", id="no address"),
        pytest.param({"url": ("till.buy=http://127.0.0.1/",)}, BadRequest, "not in the workload", id="another operation"),
        pytest.param({"url": ("till.pay=FETCH http://127.0.0.1/",)}, BadRequest, "none of GET", id="a method that is none"),
        pytest.param({"url": URL, "rates": ("20/s",)}, BadRequest, "one load cannot tell", id="one load"),
        pytest.param({"url": URL, "rates": ("20/s", "fast")}, BadRequest, "fast", id="a rate that is none"),
        pytest.param({"url": URL, "rates": ("0", "5")}, BadRequest, "sends nothing", id="no rate"),
        pytest.param({"serve": "a {no.such.path}", "url": URL}, BadRequest, "names no value", id="a setting that is not there"),
        pytest.param({"url": URL, "map": ("db",)}, BadRequest, "--map", id="half a name"),
        pytest.param({"timing": "none.jsonl"}, NotFound, "none.jsonl", id="no such file"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said(measure, asked, error, said):
    with pytest.raises(error, match=said):
        measure(design_calibrate, Simulated(), **asked)


def test_a_change_needs_a_server_that_can_be_started_again(measure):
    with pytest.raises(BadRequest, match="started again"):
        measure(design_validate, Simulated(), url=URL, change=("pools.db.size=8",))


def test_evidence_without_a_server_is_enough(measure, tmp_path):
    (tmp_path / "statements.csv").write_text(
        "query,calls,mean_exec_time\nINSERT INTO pay,500,31.5\n"
    )
    told = measure(design_calibrate, Simulated(), statements="statements.csv")
    assert ["stores.pg.operations.write"] == [change.at for change in told.changes]
    assert "31.5 ms" in told.changes[0].new
