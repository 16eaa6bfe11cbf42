"""Order and dates: prerequisites first, what is begun first, dates that add up, cuts that fit."""

from datetime import date
from random import Random

import pytest
from tests.bench import catalog_and_digest

from backwright.model.mastery import Mastery, SkillMastery
from backwright.model.skill import SkillId
from backwright.plan.goal import goal_of, targets_of
from backwright.plan.hours import Pace, total
from backwright.plan.schedule import Learner, cut_to, plan_for
from backwright.plan.transfer import efforts_left, reached, savings, whole_efforts

catalog = catalog_and_digest()[0]
START = date(2026, 11, 23)
NOBODY = Mastery({}, 0, 0)
ROLES = sorted(catalog.roles)


def somebody(seed: int) -> Mastery:
    random = Random(seed)
    skills = {s.id: SkillMastery(s.id, random.random(), 1) for s in catalog.real_skills}
    return Mastery(skills, 10, 0)


def goal(role: str, track: str = "py", shift: int = 0):
    wanted = catalog.roles[role]
    return goal_of(
        catalog, targets_of(wanted, shift), wanted.track if wanted.track != "any" else track
    )


def planned(role: str, mastery: Mastery = NOBODY, started=(), per_week: float = 8.0):
    return plan_for(catalog, goal(role), Learner(mastery, per_week, Pace(), tuple(started)), START)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_step_stands_before_what_it_needs(role, seed):
    mastery = somebody(seed) if seed else NOBODY
    steps = [step.skill for step in planned(role, mastery).steps]
    for number, skill in enumerate(steps):
        needs = {catalog.resolve(n.skill, goal(role).track) for n in catalog.skills[skill].needs}
        assert not needs & set(steps[number + 1 :])


@pytest.mark.parametrize("role", ROLES)
def test_the_same_state_gives_the_same_plan(role):
    assert planned(role, somebody(4)) == planned(role, somebody(4))


def test_dates_never_go_back_and_p80_is_never_before_p50():
    plan = planned("go-developer", somebody(1))
    for step, following in zip(plan.steps, plan.steps[1:], strict=False):
        assert step.end_p50 <= following.end_p50
        assert step.start_p50 <= step.end_p50 <= step.end_p80
    assert plan.end_p50 <= plan.end_p80


def test_what_is_begun_comes_first_as_soon_as_it_can():
    steps = planned("backend-developer").steps
    ready = [
        s.skill
        for s in steps
        if not any(n.skill in {t.skill for t in steps} for n in catalog.skills[s.skill].needs)
    ]
    begun = ready[-1]
    assert planned("backend-developer", started=[begun]).steps[0].skill == begun


def test_what_the_person_can_do_is_not_in_the_plan():
    mastery = somebody(3)
    for step in planned("backend-developer", mastery).steps:
        assert not mastery.of(step.skill).meets(step.level)


def test_a_prerequisite_of_something_known_is_not_asked_for():
    skills = {s.id: SkillMastery(s.id, 0.99, 1, 4) for s in catalog.real_skills}
    skills[SkillId("fnd.shell")] = SkillMastery(SkillId("fnd.shell"), 0.01, 1)
    assert planned("backend-developer", Mastery(skills, 1, 0)).steps == ()


@pytest.mark.parametrize("role", ROLES)
def test_from_zero_a_role_takes_what_its_catalog_says(role):
    plan = planned(role)
    assert 400 < plan.hours < 1000
    assert plan.hours == pytest.approx(plan.hours_zero)


def test_more_hours_a_week_end_earlier():
    assert (
        planned("php-developer", per_week=16).end_p50 < planned("php-developer", per_week=8).end_p50
    )


@pytest.mark.parametrize("days", [30, 120, 300, 600])
def test_what_is_kept_fits_before_the_deadline(days):
    wanted, learner = goal("backend-developer"), Learner(somebody(2), 8, Pace())
    deadline = date.fromordinal(START.toordinal() + days)
    cut = cut_to(catalog, wanted, learner, START, deadline)
    left = efforts_left(catalog, type(wanted)(cut.keep, wanted.track), learner.mastery)
    assert total(left.values()).hours <= cut.hours_left + 1e-6
    assert not set(cut.dropped) & set(cut.keep)


@pytest.mark.parametrize("days", [60, 200, 365])
def test_nothing_more_important_is_dropped_while_it_would_still_fit(days):
    wanted, learner = goal("java-developer"), Learner(NOBODY, 8, Pace())
    cut = cut_to(catalog, wanted, learner, START, date.fromordinal(START.toordinal() + days))
    left = whole_efforts(catalog, wanted, NOBODY)
    for skill in cut.dropped:
        more = reached(catalog, wanted, left, [*cut.keep, skill])
        assert sum(left[s].hours for s in more) > cut.hours_left


def test_one_language_saves_hours_of_another():
    skills = {SkillId("java.core"): SkillMastery(SkillId("java.core"), 1.0, 1)}
    saved = savings(catalog, goal("kotlin-developer"), Mastery(skills, 1, 0))
    assert saved[SkillId("kotlin.core")] == pytest.approx(0.6)
    assert savings(catalog, goal("kotlin-developer"), NOBODY) == {}


@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_a_band_moves_what_matters_and_nothing_else(shift):
    role = catalog.roles["go-developer"]
    moved = targets_of(role, shift)
    for skill, target in role.targets.items():
        expected = min(4, max(2, target.level + shift)) if target.weight >= 2 else target.level
        assert expected == moved[skill].level
