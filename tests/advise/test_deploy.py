"""Where to run services: three inputs, three verdicts; and the arithmetic of zones, canaries, backups, cost."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bench import bench_in

from backwright.advise.deploy import Plan, canary, layout, machine, monthly, recovery, up
from backwright.catalog.advice import read_advice
from backwright.model.errors import BadRequest
from backwright.model.guidance import DeployGuide
from backwright.usecases.advise_deploy import Ask, run

PLAN = Plan(
    10, 4, 50, 0.999, 0.995, 0.9995, 0.9995, "office", 0.001, 0.01, 10, 0.95, 20, 2, 50, 60, 240
)


@pytest.fixture
def bench(tmp_path):
    return bench_in(tmp_path)


@pytest.fixture
def guide(bench) -> DeployGuide:
    return read_advice(bench.advice("deploy"), "deploy", DeployGuide)


@pytest.mark.parametrize(
    ("ask", "left"),
    [
        pytest.param(Ask(), ["paas"], id="four people, one service, a managed database"),
        pytest.param(Ask(team=2, state="own", availability=99), ["vm"], id="two people who run their own database"),
        pytest.param(
            Ask(team=30, services=25, on_call="always", needs=("agents",)), ["kubernetes"], id="many services and agents"
        ),
        pytest.param(Ask(team=3, regions=2, needs=("streams",)), ["containers"], id="two regions and streams"),
        pytest.param(
            Ask(team=3, idle=90, peak=30, price=("functions=2", "containers=30"), budget=100),
            ["paas", "functions"], id="idle most of the time, at your prices",
        ),
        pytest.param(
            Ask(team=3, idle=90, peak=30, price=("functions=2", "paas=300"), budget=100), ["functions"],
            id="the same, with a platform above the budget",
        ),
    ],
)  # fmt: skip
def test_different_answers_get_different_verdicts(ask, left, bench):
    choice = run(ask, bench).choice
    assert left == [each.platform.id for each in choice.left]
    assert (len(left) > 1) == bool(choice.decide_by)


def test_each_platform_is_left_ruled_out_or_beaten_with_a_reason(bench):
    choice = run(Ask(), bench).choice
    named = [each.platform.id for each in choice.left]
    named += [each.id for each in choice.ruled_out] + [each.id for each in choice.beaten]
    assert sorted(named) == ["containers", "functions", "kubernetes", "paas", "vm"]
    assert all(each.say for each in choice.ruled_out)


def test_what_is_beaten_is_beaten_on_everything_that_counts(bench):
    choice = run(Ask(idle=90, peak=30, team=20, services=12, on_call="always"), bench).choice
    assert {"operate", "elastic", "idle", "many"} == {aspect for aspect, _ in choice.left[0].values}
    assert len(choice.left) > 1


@pytest.mark.parametrize(
    ("needed", "zones", "per_zone", "instance", "zone", "expected"),
    [
        pytest.param(1, 1, 1, 0.99, 1.0, 0.99, id="one instance"),
        pytest.param(1, 1, 2, 0.99, 1.0, 0.9999, id="one of two"),
        pytest.param(2, 1, 3, 0.9, 1.0, 3 * 0.81 * 0.1 + 0.729, id="two of three"),
        pytest.param(1, 2, 1, 1.0, 0.9, 0.99, id="one of two zones"),
        pytest.param(2, 2, 1, 1.0, 0.9, 0.81, id="both zones"),
    ],
)
def test_availability_is_a_sum_of_binomials(needed, zones, per_zone, instance, zone, expected):
    assert expected == pytest.approx(up(needed, zones, per_zone, instance, zone))


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 6), st.integers(1, 3), st.integers(1, 5), st.integers(0, 2**31))
def test_availability_is_what_is_counted(needed, zones, per_zone, seed):
    chance = Random(seed)
    counted = 0
    for _ in range(3000):
        alive = 0
        for _ in range(zones):
            if chance.random() < 0.9:
                alive += sum(chance.random() < 0.8 for _ in range(per_zone))
        counted += alive >= needed
    assert counted / 3000 == pytest.approx(up(needed, zones, per_zone, 0.8, 0.9), abs=0.045)


def test_the_layout_is_the_smallest_that_reaches_the_goal():
    found = layout(PLAN)
    assert found.reachable
    assert found.needed == 2  # 40/s at 50/s * 70 %
    assert found.reached >= 0.999
    for zones in (1, 2, 3):
        for per_zone in range(1, found.instances // zones + 1):
            if zones * per_zone < found.instances:
                assert up(2, zones, per_zone, 0.995, 0.9995) * 0.9995 < 0.999


def test_a_goal_above_what_it_depends_on_is_unreachable(bench):
    answer = run(Ask(availability=99.99, depends=99.9), bench)
    assert ("unreachable", False) == (answer.verdict, answer.layout.reachable)


def test_one_machine_is_sized_for_the_peak_and_reaches_what_is_promised():
    found = machine(replace(PLAN, depends=1.0, goal=0.99))
    assert (1, 1, 2, True, 0.995) == (
        found.zones,
        found.instances,
        found.needed,
        found.reachable,
        found.reached,
    )


def test_the_room_for_failures_is_the_year_s_allowance_by_the_wait():
    assert 8766 * 0.001 / 63 == pytest.approx(layout(PLAN).alone)
    assert 8766 * 0.001 / 0.5 == pytest.approx(layout(replace(PLAN, on_call="always")).alone)


@pytest.mark.parametrize(
    ("usual", "bad"),
    [
        pytest.param(0.001, 0.01, id="ten times as many failures"),
        pytest.param(0.0, 0.02, id="none before"),
        pytest.param(0.01, 0.02, id="twice as many"),
        pytest.param(0.05, 0.06, id="a fifth more"),
    ],
)
def test_a_canary_of_that_size_notices_and_seldom_cries_wolf(usual, bad):
    found = canary(replace(PLAN, error_rate=usual, rise_to=bad))
    chance = Random(20261126)

    def failures(p: float) -> int:
        # Sums of many rare events: the normal would hide what is tested, so each request is drawn.
        return sum(chance.random() < p for _ in range(found.requests))

    rounds = max(60, min(400, 400_000 // found.requests))
    noticed = sum(failures(bad) >= found.stop_at for _ in range(rounds)) / rounds
    cried = sum(failures(usual) >= found.stop_at for _ in range(rounds)) / rounds
    slack = 3 * (0.05 * 0.95 / rounds) ** 0.5
    assert noticed >= 0.95 - slack
    assert cried <= 0.05 + slack


def test_the_share_is_requests_by_traffic_and_cannot_be_more_than_all():
    busy, quiet = canary(PLAN), canary(replace(PLAN, rate=0.01))
    assert busy.requests / (10 * 60 * 10) == pytest.approx(busy.share)
    assert 1.0 == quiet.share


def test_too_little_traffic_for_a_canary_takes_the_next_rollout(bench):
    answer = run(Ask(rate=0.2), bench)
    assert "blue-green" == answer.rollout.id
    assert "too little traffic" in answer.not_rollouts[0].say


@pytest.mark.parametrize(
    ("changed", "backup", "loss"),
    [
        pytest.param({"rpo_minutes": 1440}, "dump", 1440, id="a day may be lost"),
        pytest.param({"rpo_minutes": 60}, "archive", 1, id="an hour may be lost"),
        pytest.param({"rpo_minutes": 0}, "replica", 0, id="nothing may be lost"),
        pytest.param(
            {"rpo_minutes": 1440, "data_gib": 5000},
            "archive",
            1,
            id="a copy that takes longer than a day",
        ),
    ],
)
def test_the_simplest_backup_that_loses_no_more_than_is_allowed(changed, backup, loss, guide):
    found = recovery(replace(PLAN, **changed), guide)
    assert (backup, loss) == (found.backup.id, pytest.approx(found.loss_minutes))
    assert found.loss_minutes <= max(changed["rpo_minutes"], 0)


def test_a_restore_that_is_too_late_asks_for_a_standby(guide):
    late = recovery(replace(PLAN, on_call="always", data_gib=1000), guide)
    # 1000 GiB at 50 MiB/s = 5.7 h, half an hour until somebody acts, 0.7 minutes of log.
    assert 1000 * 1024 / 50 / 60 + 2 * 1024 / 50 / 60 == pytest.approx(late.restore_minutes)
    assert late.standby
    assert not recovery(replace(PLAN, on_call="always"), guide).standby


def test_cost_is_only_your_own_price():
    assert 120 == monthly("paas", 40, PLAN, 3)
    assert 40 == monthly("vm", 40, PLAN, 3)
    assert 2 * 10 * 2.6298 == pytest.approx(monthly("functions", 2, PLAN, 3))


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        pytest.param(Ask(price=("vm",)), "cannot be read", id="a price without a number"),
        pytest.param(Ask(price=("mainframe=3",)), "cannot be read", id="an unknown platform"),
        pytest.param(Ask(price=("vm=-3",)), "cannot be read", id="a negative price"),
        pytest.param(Ask(rise_to=0.05), "not above", id="a bad version that is better"),
        pytest.param(Ask(team=0), "makes no sense", id="nobody"),
        pytest.param(Ask(availability=100), "makes no sense", id="never down"),
        pytest.param(Ask(rate=float("nan")), "makes no sense", id="no number"),
    ],
)
def test_what_makes_no_sense_is_refused(ask, why, bench):
    with pytest.raises(BadRequest, match=why):
        run(ask, bench)
