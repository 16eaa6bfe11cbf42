"""The cases: whatever is drawn, references are plausible, right answers count and traps do not."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.bench import catalog_and_digest

from backwright.catalog.case_links import case_problems, places
from backwright.design.written.reading import read_design
from backwright.interview.cases import draw, with_values
from backwright.interview.levels import asked_of, is_expected
from backwright.interview.quoting import quotes
from backwright.interview.scoring import judge
from backwright.model.case import LEVELS, Trap
from backwright.model.formula import evaluate

CATALOG = catalog_and_digest()[0]
CASES = CATALOG.cases
SEEDS = st.integers(0, 2**31 - 1)
EACH = pytest.mark.parametrize("name", CASES)


@given(st.sampled_from(sorted(CASES)), SEEDS)
def test_whatever_is_drawn_references_are_finite_and_traps_outside_the_tolerance(name, seed):
    drawn = draw(CASES[name], seed)
    assert all(math.isfinite(number) for number in drawn.numbers.values())
    for estimate in CASES[name].estimates:
        reference = drawn.numbers[estimate.id]
        assert reference > 0
        for trap in estimate.traps:
            factor = evaluate(trap.formula, drawn.numbers) / reference
            assert abs(math.log(factor)) > math.log(estimate.tolerance), (estimate.id, trap.formula)


@given(st.sampled_from(sorted(CASES)), SEEDS)
def test_what_we_show_as_reference_counts_as_right(name, seed):
    drawn = draw(CASES[name], seed)
    for estimate in CASES[name].estimates:
        made = judge(drawn, estimate, drawn.shown[estimate.id])
        assert ("right", 1.0) == (made.verdict, made.score), estimate.id


@given(st.sampled_from(sorted(CASES)), SEEDS)
def test_who_falls_for_a_trap_is_told_which(name, seed):
    drawn = draw(CASES[name], seed)
    for estimate in CASES[name].estimates:
        for trap in estimate.traps:
            value = evaluate(trap.formula, drawn.numbers) / drawn.numbers[estimate.id]
            said = f"{value * float(1)!r} * {drawn.numbers[estimate.id]!r} * second"
            made = judge(drawn, estimate, said)
            assert made.verdict == "trap"
            assert made.trap


def test_the_same_seed_draws_the_same_and_another_does_not():
    case = CASES["url-shortener"]
    assert draw(case, 5) == draw(case, 5)
    assert len({tuple(draw(case, seed).numbers.values()) for seed in range(1, 20)}) > 10


@EACH
def test_every_level_is_asked_something_of_every_part(name):
    for level in LEVELS:
        asked = asked_of(CASES[name], level)
        assert asked.scope
        assert asked.failures
        assert asked.follow_ups
        assert len(asked.estimates) >= 3
        assert any(is_expected(point, level) for point in asked.design)


@EACH
def test_no_number_is_left_open_in_a_text(name):
    drawn = draw(CASES[name], 3)
    texts = [drawn.situation, drawn.slo]
    for estimate in CASES[name].estimates:
        texts += [drawn.filled(estimate.ask), drawn.filled(estimate.because)]
        texts += [drawn.filled(trap.because) for trap in estimate.traps]
    assert [] == [text for text in texts if "{" in text]
    assert all(text.isascii() for text in texts)


@EACH
@pytest.mark.parametrize("seed", range(5))
def test_both_blueprints_can_be_read(name, seed):
    drawn = draw(CASES[name], seed)
    for text in (CASES[name].skeleton, CASES[name].reference):
        assert () == read_design(drawn.blueprint(text)).problems


@EACH
def test_the_reference_changes_nothing_that_was_given(name):
    from backwright.usecases.interview_blueprint import _changed

    drawn = draw(CASES[name], 0)
    given_, reference = (
        read_design(drawn.blueprint(text)).design
        for text in (CASES[name].skeleton, CASES[name].reference)
    )
    assert () == _changed(reference, given_)
    assert given_.workload == reference.workload
    assert given_.slo == reference.slo


POINTS = [
    pytest.param(point, id=f"{case.id} {point.id}")
    for case in CASES.values()
    for _, points in places(case)
    for point in points
]


@pytest.mark.parametrize("point", POINTS)
def test_a_sentence_with_the_words_of_a_point_shows_it(point):
    for alternative in point.evidence:
        words = [term.split("|")[0].strip().replace("*", "") for term in alternative.split("&")]
        said = f"So we would say {' and then '.join(words)} here."
        assert quotes(said, [point])[0].quote, alternative


# What the catalog refuses


def problems(**changes: object) -> list[str]:
    case = replace(CASES["url-shortener"], **changes)
    broken = replace(CATALOG, cases={case.id: case})
    return list(case_problems(broken, lambda file, *path: f"{file} {path}"))


def with_estimate(**changes: object) -> list[str]:
    first, *others = CASES["url-shortener"].estimates
    return problems(estimates=(replace(first, **changes), *others))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        pytest.param(with_estimate(formula="users * fans / day"), "fans", id="an unknown parameter"),
        pytest.param(with_estimate(formula="users *"), "no formula", id="half a formula"),
        pytest.param(with_estimate(skill="url.magic"), "no skill", id="an unknown skill"),
        pytest.param(with_estimate(high=100.0), "not plausible", id="a reference out of range"),
        pytest.param(with_estimate(traps=(Trap("users * follows / day * 1.2", "?"),)), "counts as right", id="a trap inside the tolerance"),
        pytest.param(with_estimate(traps=(Trap("users * 5 / day", "?"),)), "crosses the reference", id="a trap that is right for some numbers"),
        pytest.param(with_estimate(because="{users} and {fans}"), "{fans}", id="a hole without a number"),
        pytest.param(with_estimate(tolerance=0.5), "factor above 1", id="a tolerance below one"),
        pytest.param(problems(sources=("nobody/1",)), "no source", id="an unknown source"),
        pytest.param(problems(follow_ups=()), "no follow-up for junior", id="no follow-ups"),
        pytest.param(problems(estimates=()), "estimates", id="no estimates"),
    ],
)  # fmt: skip
def test_what_does_not_hold_together_is_told(found, words):
    assert any(words in problem for problem in found), found


def test_the_cases_hold_together():
    assert [] == list(case_problems(CATALOG, lambda file, *path: f"{file} {path}"))


def test_values_of_ones_own_can_be_given():
    case = CASES["url-shortener"]
    drawn = with_values(case, {**case.defaults, "users": 86_400.0, "follows": 1.0})
    assert 1 == drawn.numbers["reads"]
