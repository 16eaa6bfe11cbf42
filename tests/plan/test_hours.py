"""How many hours are left, and how sure that is."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backwright.model.mastery import Mastery, SkillMastery
from backwright.model.role import Target
from backwright.model.skill import Skill, SkillId
from backwright.plan.hours import PACE_SPREAD, Pace, effort_left, p80, pace_from

SQL = SkillId("sql.basics")
SKILL = Skill(SQL, "SQL", "databases", 1, hours=20)
SHARES = {2: 0.5, 3: 1.0, 4: 1.75}


def left(
    probability: float, level: int, *, measured: bool = True, expert: int = 0, saved: float = 0.0
) -> float:
    known = SkillMastery(SQL, probability, 1, expert)
    return effort_left(SKILL, Target(level, 2), known, SHARES, measured=measured, saved=saved).hours


@pytest.mark.parametrize(
    ("probability", "level", "expected"),
    [
        pytest.param(0.0, 3, 20.0, id="nothing known costs everything"),
        pytest.param(0.5, 3, 10.0, id="half known costs half"),
        pytest.param(0.8, 3, 0.0, id="a met target costs nothing"),
        pytest.param(0.5, 2, 0.0, id="guided is met at even chances"),
        pytest.param(0.3, 2, 7.0, id="a guided target costs half the hours"),
        pytest.param(1.0, 4, 15.0, id="unaided still has the way to expert before it"),
    ],
)
def test_hours_left(probability, level, expected):
    assert pytest.approx(expected) == left(probability, level)


def test_expert_is_met_only_with_expert_evidence():
    assert left(0.95, 4) > 0
    assert left(0.95, 4, expert=3) == 0


def test_without_any_measurement_everybody_starts_from_zero():
    assert left(0.9, 3, measured=False) == 20


def test_transfer_takes_its_share_off():
    assert left(0.0, 3, saved=0.4) == pytest.approx(12)


@pytest.mark.parametrize(
    ("finished", "ratio"),
    [
        pytest.param(0, 1.523, id="before anything is logged"),
        pytest.param(3, 1.271, id="after three skills"),
        pytest.param(10, 1.161, id="after ten skills"),
    ],
)
def test_p80_narrows_as_pace_is_learned(finished, ratio):
    pace = pace_from([(10.0, 10.0)] * finished)
    assert pytest.approx(ratio, abs=0.002) == p80(100, 0, pace) / 100


def test_pace_moves_towards_the_logged_hours():
    slow = pace_from([(20.0, 10.0)] * 5)
    assert 1.5 < slow.median < 2.0
    assert slow.spread < PACE_SPREAD


@given(st.floats(0.1, 1e4), st.floats(0, 4), st.floats(0.2, 5), st.floats(0.01, 1))
def test_p80_is_never_below_the_expectation(hours, relative, median, spread):
    variance = relative * hours**2  # a target of 3 is met from .8, so the state never adds more
    assert p80(hours, variance, Pace(median, spread)) >= hours * median
    assert math.isfinite(p80(hours, variance, Pace(median, spread)))


def test_mastery_of_a_skill_nobody_asked_about_is_zero():
    assert Mastery({}, 0, 0).of(SQL).probability == 0


@pytest.mark.parametrize("actual", [1000.0, 0.001])
def test_one_odd_skill_does_not_ruin_the_pace(actual):
    assert 0.5 < pace_from([(actual, 1.0)]).median < 2.0
