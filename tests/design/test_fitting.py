"""Demands fitted to samples whose truth is known."""

from itertools import pairwise
from random import Random

import pytest
from tests.bench import CONTENT

from backwright.design.measured.attribution import place
from backwright.design.measured.comparing import (
    Effect,
    agree,
    measured_effect,
    percentile,
    predicted_effect,
)
from backwright.design.measured.fitting import Level, fit, law_of, mean_of, statement_time, student
from backwright.design.measured.observed import Sample, Statement
from backwright.design.written.reading import read_design

SHOP = read_design((CONTENT / "examples" / "designs" / "shop.yaml").read_text()).design


def level(rate: float, marginal: float, fixed: float, count: int = 400, seed: int = 1) -> Level:
    """Samples of a process that burns `marginal` s for each request and `fixed` s each second."""
    chance = Random(seed)
    now = used = 0.0
    samples, latencies = [], []
    for _ in range(count):
        gap = chance.expovariate(rate)
        now += gap
        used += fixed * gap + marginal * chance.uniform(0.8, 1.2)
        query = chance.expovariate(1 / 0.02)
        sections = (("db.wait", 0.001), ("postgres.write", query))
        samples.append(Sample("orders.buy", query + 0.004, now, 0.003, 0, sections, used, "1"))
        latencies.append(query + 0.0052)
    return Level(rate, tuple(samples), tuple(latencies))


def test_cpu_at_two_loads_is_told_apart_into_marginal_and_fixed():
    cpu = fit([level(200, 0.004, 0.05), level(10, 0.004, 0.05, seed=2)]).cpu
    assert cpu.depends_on_load
    assert cpu.marginal.low <= 0.004 <= cpu.marginal.high
    assert cpu.fixed.low <= 0.05 <= cpu.fixed.high
    assert [10, 200] == [rate for rate, _ in cpu.levels]


def test_cpu_that_does_not_depend_on_the_load_is_said_to_be_constant():
    cpu = fit([level(200, 0.004, 0.0), level(10, 0.004, 0.0, seed=2)]).cpu
    assert not cpu.depends_on_load


def test_two_processes_are_added_up_apart():
    one = level(50, 0.004, 0.0)
    other = tuple(
        Sample(s.name, s.wall, s.at, s.cpu, 0, (), (s.busy or 0) + 100, "2") for s in one.samples
    )
    cpu = fit([Level(100, one.samples + other)]).cpu
    assert 2 == cpu.processes
    assert pytest.approx(0.004, rel=0.02) == cpu.levels[0][1].value


def test_sections_are_demands_and_waits_are_not():
    (operation,) = fit([level(10, 0.004, 0.0)]).operations
    sections = {section.name: section for section in operation.sections}
    assert sections["db.wait"].is_wait
    assert not sections["postgres.write"].is_wait
    assert sections["postgres.write"].time.low <= 0.02 <= sections["postgres.write"].time.high
    assert (
        pytest.approx(0.0012 - 0.001, abs=1e-4) == operation.network
    )  # 1.2 ms beyond the wall, 1 of them CPU


def test_an_empirical_law_keeps_the_mean():
    chance = Random(3)
    values = [chance.expovariate(100) for _ in range(2000)]
    points = law_of(values)
    mean = sum((b - a) * (x + y) / 2 for (a, x), (b, y) in pairwise(points))
    assert pytest.approx(sum(values) / len(values), rel=0.05) == mean
    assert (0.0, 1.0) == (points[0][0], points[-1][0])


def test_a_mean_of_nothing_and_of_one():
    assert 0 == mean_of([]).count
    assert float("inf") == mean_of([0.1]).high


@pytest.mark.parametrize(
    ("df", "t"), [(1, 12.706), (4, 2.776), (10, 2.228), (19, 2.093), (100, 1.984)]
)
def test_students_t(df, t):
    assert pytest.approx(t, rel=0.006) == student(df)


def test_every_demand_finds_its_place():
    fitted = fit([level(10, 0.004, 0.0), level(100, 0.004, 0.0, seed=2)])
    placed = place(SHOP, fitted, {}, "calibrate", "2026-11-26")
    assert {"services.orders.handlers.buy.0.cpu", "stores.postgres.operations.write"} == {
        n.at for n in placed.numbers
    }
    assert () == placed.homeless


@pytest.mark.parametrize(
    ("names", "homeless"),
    [
        pytest.param({}, 1, id="a name that is not in the blueprint is asked for"),
        pytest.param({"insert": "postgres.write"}, 0, id="--map says what it is"),
    ],
)
def test_sections_of_another_name(names, homeless):
    sections = (("insert", 0.02), ("payment.charge", 0.15))
    samples = tuple(Sample("orders.buy", 0.2, n / 10, 0.004, 0, sections) for n in range(50))
    placed = place(SHOP, fit([Level(10, samples)]), names, "calibrate", "2026-11-26")
    assert homeless == len(placed.homeless)
    assert ("externals.payment.operations.charge" in {n.at for n in placed.numbers}) is True


def test_a_whole_time_alone_says_what_to_do():
    samples = tuple(Sample("orders.buy", 0.2, n / 10) for n in range(50))
    placed = place(SHOP, fit([Level(10, samples)]), {}, "access log", "2026-11-26")
    assert () == placed.numbers
    assert "backwright.adapters.timing" in placed.homeless[0]


def test_statements_to_the_time_of_a_call():
    told = (
        Statement("INSERT INTO orders", 100, 0.025, 0.005),
        Statement("SELECT 1", 900, 0.0001, 0),
    )
    time = statement_time(told, "insert", 0)
    assert pytest.approx(0.025) == time.value
    assert pytest.approx(0.025 - 1.96 * 0.005 / 10) == time.low
    assert statement_time(told, "delete", 0) is None


def test_a_percentile_has_an_interval_that_holds_it():
    chance = Random(1)
    span = percentile([chance.expovariate(1) for _ in range(3000)], 0.99)
    assert span.low <= span.value <= span.high
    assert 3.5 < span.value < 6


@pytest.mark.parametrize(
    ("predicted", "factor", "expected"),
    [
        pytest.param([0.5, 0.6], 0.5, True, id="lower, and it was"),
        pytest.param([0.5, 0.6], 2.0, False, id="lower, but it rose"),
        pytest.param([1.0, 1.02], 1.0, True, id="nothing, and it was nothing"),
        pytest.param([1.5, 1.6], 1.0, False, id="higher, but nothing moved"),
    ],
)
def test_signs_agree(predicted, factor, expected):
    chance = Random(1)
    before = [chance.expovariate(1) for _ in range(4000)]
    after = [factor * x for x in before]
    assert expected is agree(predicted_effect(predicted), measured_effect([before], [after], 0.99))


def test_a_measurement_that_leaves_it_open_decides_nothing():
    assert agree(Effect(0.5, 0.4, 0.6, "lower"), Effect(0.8, 0.5, 1.2, "open")) is None
