"""A plan in the large: this week, stages, domains."""

from datetime import date, timedelta

import pytest
from tests.bench import bench_in

from backwright.model.plan import Plan, Step
from backwright.model.skill import SkillId
from backwright.plan.route import RouteSkill
from backwright.plan.stages import domains_of, stages_of, this_week
from backwright.usecases.roadmap import Ask, run

START = date(2026, 1, 5)


def step(name: str, hours: float, weight: int, day: int) -> Step:
    end = START + timedelta(days=day)
    return Step(SkillId(name), name, 3, weight, hours, 2 * hours, START, end, end, "")


def plan(*steps: Step) -> Plan:
    return Plan(steps, START, START, START, 0, 0, 0, 1, 0.5, 0)


@pytest.mark.parametrize(
    ("hours", "per_week", "expected"),
    [
        pytest.param([20], 10, [8.5], id="a long step takes the whole week"),
        pytest.param([3, 20], 10, [3, 5.5], id="what is left goes to the next"),
        pytest.param([8.2, 20], 10, [8.2], id="less than half an hour begins nothing"),
        pytest.param([1, 2], 10, [1, 2], id="a plan shorter than a week"),
        pytest.param([], 10, [], id="nothing left"),
    ],
)
def test_this_week(hours, per_week, expected):
    steps = [step(f"s{at}", each, 2, at) for at, each in enumerate(hours)]
    assert pytest.approx(expected) == [p.hours for p in this_week(plan(*steps), per_week)]


def test_stages_come_in_the_order_in_which_they_are_reached():
    made = stages_of(plan(step("a", 1, 0, 1), step("b", 2, 3, 2), step("c", 4, 2, 3)))
    assert [
        ("What defines the role", 2, 3, "b"),
        ("The whole role", 3, 7, "c"),
    ] == [(s.name, s.steps, s.hours, s.last) for s in made]


def test_a_domain_says_what_is_done_and_when_the_rest_is():
    skills = [
        RouteSkill(SkillId(name), name, "api", "", 3, 2, state, None, (), ())
        for name, state in (("a", "ready"), ("b", "done"))
    ]
    (made,) = domains_of(plan(step("a", 5, 2, 9)), skills)
    assert ("API", 1, 1, 5, "2026-01-14") == (
        made.name,
        made.done,
        made.steps,
        made.hours,
        made.end_p50,
    )


def test_what_if_keeps_no_goal(tmp_path):
    bench = bench_in(tmp_path)
    run(Ask(role="go-developer", hours_per_week=3, what_if=True), bench)
    assert () == bench.store.rows("me")
    run(Ask(role="go-developer", hours_per_week=3), bench)
    assert ["go-developer", "3"] == [row.given for row in bench.store.rows("me")]
