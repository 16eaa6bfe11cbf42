"""From rows to mastery: what counts, what ages, what is only a statement."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.bench import bench_in

from backwright.model.evidence import Kind, Outcome
from backwright.model.mastery import State, state_of
from backwright.usecases.standing import declare, recorded, standing

SKILL = "sql.indexes"


@pytest.fixture
def bench(tmp_path):
    return bench_in(tmp_path)


def answer(bench, outcome=Outcome.RIGHT, **changes):
    values = {
        "skill": SKILL,
        "kind": Kind.ANSWER,
        "outcome": outcome,
        "guess": 0.03,
        "slip": 0.12,
        "source": f"item:{SKILL}/x",
    }
    return recorded(bench, **(values | changes))


def probability(bench, *rows, skill=SKILL) -> float:
    bench.store.append(rows)
    return standing(bench).mastery.of(skill).probability


def test_nothing_is_known_of_somebody_who_did_nothing(bench):
    assert not standing(bench).mastery.is_measured


def test_statements_alone_are_no_measurement(bench):
    bench.store.append([declare(bench, "level", "expert"), declare(bench, "languages", "py")])
    assert not standing(bench).mastery.is_measured


@pytest.mark.parametrize(
    ("first", "second", "more"),
    [
        pytest.param(Outcome.WRONG, Outcome.RIGHT, True, id="right beats wrong"),
        pytest.param(Outcome.UNKNOWN, Outcome.RIGHT, True, id="right beats I don't know"),
        pytest.param(Outcome.RIGHT, Outcome.WRONG, False, id="wrong is below right"),
    ],
)
def test_outcomes_order_mastery(tmp_path, first, second, more):
    low = probability(one := bench_in(tmp_path / "a"), answer(one, first))
    high = probability(other := bench_in(tmp_path / "b"), answer(other, second))
    assert more == (high > low)


def test_a_rapid_answer_is_kept_and_not_counted(bench):
    bench.store.append([answer(bench, Outcome.RAPID), answer(bench, skill="net.http")])
    mastery = standing(bench).mastery
    assert mastery.dropped == 1
    assert mastery.of(SKILL).evidence == 0


def test_time_says_nothing_about_mastery(bench):
    before = probability(bench, answer(bench))
    row = recorded(bench, kind=Kind.TIME, skill=SKILL, weight=600.0, source="log", given="600")
    assert probability(bench, row) == pytest.approx(before, abs=1e-3)


def test_old_proof_fades_towards_not_known(bench):
    old = bench.clock.now() - timedelta(days=900)
    fresh = probability(bench, answer(bench))
    other = replace(bench, profile="old")
    faded = probability(other, replace(answer(other, occurred_at=old), profile="old"))
    assert faded < fresh
    assert standing(other).mastery.of(SKILL).retrievability < 0.9


def test_the_same_rows_give_the_same_mastery(bench):
    bench.store.append([answer(bench), answer(bench, Outcome.WRONG, skill="sec.jwt")])
    until = bench.clock.now()
    assert standing(bench, until).mastery == standing(bench, until).mastery


def test_a_cache_that_forgets_changes_nothing(bench):
    bench.store.append([answer(bench)])
    until = bench.clock.now()
    before = standing(bench, until).mastery
    bench.cache.clear()
    assert before == standing(bench, until).mastery


def test_languages_never_used_are_left_out(bench):
    bench.store.append([declare(bench, "languages", "py"), answer(bench)])
    left_out = standing(bench).mastery.left_out
    assert "rust.core" in left_out
    assert "py.core" not in left_out


@pytest.mark.parametrize(
    ("probability", "state"),
    [(0.2, State.GAP), (0.21, State.UNKNOWN), (0.79, State.UNKNOWN), (0.8, State.STRONG)],
)
def test_states(probability, state):
    assert state == state_of(probability)


@pytest.mark.parametrize(
    ("days", "seed", "source", "counted"),
    [
        pytest.param(0, 1, "item:sql.indexes/x", 1, id="the same question at once counts once"),
        pytest.param(
            6, 2, "item:sql.indexes/x", 1, id="the same question within a week counts once"
        ),
        pytest.param(
            8, 2, "item:sql.indexes/x", 1, id="after a week the later answer takes its place"
        ),
        pytest.param(0, 2, "item:sql.indexes/y", 2, id="another question counts as well"),
        pytest.param(0, 1, "family:index-used/sql.indexes", 2, id="a family is another question"),
    ],
)
def test_a_question_speaks_once(bench, days, seed, source, counted):
    first = answer(bench, seed=1)
    later = answer(bench, Outcome.WRONG, seed=seed, source=source)
    later = replace(later, occurred_at=first.occurred_at + timedelta(days=days, seconds=5))
    bench.store.append([first, later])
    bench.clock.time += timedelta(days=days)
    assert counted == standing(bench).mastery.of(SKILL).evidence


def test_the_same_numbers_of_a_family_count_once_and_others_again(bench):
    source = "family:index-used/sql.indexes"
    rows = [answer(bench, source=source, seed=s) for s in (1, 1, 2)]
    bench.store.append(rows)
    assert standing(bench).mastery.of(SKILL).evidence == 2


def test_a_rapid_answer_does_not_keep_a_proper_one_out(bench):
    bench.store.append([answer(bench, Outcome.RAPID), answer(bench)])
    assert standing(bench).mastery.of(SKILL).evidence == 1
