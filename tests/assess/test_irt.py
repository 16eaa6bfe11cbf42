"""Calibration reaches published values, shrinks where answers are few, and names what misbehaves."""

import numpy as np
import pytest

from backwright.assess.irt import (
    Prior,
    mantel_haenszel,
    misbehaving,
    point_biserial,
    rasch,
    two_parameter,
)


def people(slopes, intercepts, count=2000, seed=1):
    random = np.random.default_rng(seed)
    ability = random.normal(size=count)
    chance = 1 / (1 + np.exp(-(np.outer(ability, slopes) + intercepts)))
    return ability, (random.random(chance.shape) < chance).astype(float)


SLOPES, INTERCEPTS = (
    np.array([0.6, 1.0, 1.5, 2.0, 1.2, 0.9]),
    np.array([1.0, -0.5, 0.0, 0.7, -1.2, 0.3]),
)


def test_parameters_of_a_known_bank_are_recovered():
    _, right = people(SLOPES, INTERCEPTS, 20_000)
    fit = two_parameter(right)
    assert np.allclose(fit.slope, SLOPES, atol=0.12)
    assert np.allclose(fit.intercept, INTERCEPTS, atol=0.08)


def test_rasch_finds_the_spread_of_people():
    _, right = people(np.full(6, 1.3), INTERCEPTS, 20_000)
    assert rasch(right).variance == pytest.approx(1.3**2, rel=0.1)


def test_questions_not_asked_do_not_bend_the_rest():
    _, right = people(SLOPES, INTERCEPTS, 20_000)
    holes = right.copy()
    holes[np.random.default_rng(2).random(right.shape) < 0.5] = np.nan
    assert np.allclose(two_parameter(holes).slope, SLOPES, atol=0.25)


def test_with_few_answers_the_author_is_believed():
    _, right = people(SLOPES, INTERCEPTS, 12)
    expected = np.zeros(6)
    tight = two_parameter(right, Prior(expected, intercept_sd=0.3, slope_sd=0.2))
    loose = two_parameter(right)
    assert np.abs(tight.intercept - expected).max() < np.abs(loose.intercept - expected).max()
    assert tight.slope.max() < 2.0


def test_a_question_that_tells_nothing_is_named():
    _, right = people(SLOPES, INTERCEPTS)
    right[:, 2] = np.random.default_rng(3).random(len(right)) < 0.5
    named = {each.item: each.reasons for each in misbehaving(right)}
    assert set(named) == {2}
    assert "hardly tells" in named[2][0]
    assert point_biserial(right)[2] < 0.1


def test_a_question_unfair_to_a_group_is_class_c():
    ability, right = people(SLOPES, INTERCEPTS, 4000)
    group = np.arange(len(ability)) % 2 == 0
    random = np.random.default_rng(4)
    harder = 1 / (1 + np.exp(-(ability * SLOPES[1] + INTERCEPTS[1] - 1.6)))
    right[group, 1] = random.random(group.sum()) < harder[group]
    classes = {dif.item: dif.ets for dif in mantel_haenszel(right, group)}
    assert classes[1] == "C"
    assert all(ets == "A" for item, ets in classes.items() if item != 1)


def test_nothing_is_said_of_a_question_with_few_answers():
    assert misbehaving(np.zeros((5, 3))) == []
