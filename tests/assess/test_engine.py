"""What the engine promises: evidence moves the right way, order does not matter, the graph speaks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bench import catalog_and_digest

from backwright.assess.bank import author_bank, information
from backwright.assess.beliefs import SETTLE_ROUNDS, Beliefs
from backwright.assess.engine import Engine
from backwright.assess.prior import cold_parameters
from backwright.assess.structure import Structure, structure_of

CATALOG = catalog_and_digest()[0]
STRUCTURE = structure_of(CATALOG)
PARAMETERS = cold_parameters(STRUCTURE)
COUNT = len(STRUCTURE.skills)
INDEX = {skill: n for n, skill in enumerate(STRUCTURE.skills)}


@pytest.fixture(scope="module")
def beliefs() -> Beliefs:
    return Beliefs(STRUCTURE, PARAMETERS)


def settled(beliefs: Beliefs, told: dict[str, float]) -> dict[str, float]:
    evidence = np.zeros((1, COUNT))
    for skill, odds in told.items():
        evidence[0, INDEX[skill]] = odds
    _, found = beliefs.run(evidence, beliefs.blank(), SETTLE_ROUNDS)
    return dict(zip(STRUCTURE.skills, found[0].tolist(), strict=True))


def engine(beliefs: Beliefs, per_skill: int = 3) -> Engine:
    skill = [k for k in range(COUNT) for _ in range(per_skill)]
    return Engine(beliefs, author_bank(skill, [0.24] * len(skill), [0.09] * len(skill), COUNT))


def test_the_prior_is_what_the_authors_expect(beliefs):
    before = settled(beliefs, {})
    easy = np.mean([before[s.id] for s in CATALOG.real_skills if s.level == 1])
    hard = np.mean([before[s.id] for s in CATALOG.real_skills if s.level == 4])
    assert easy > hard + 0.2


@pytest.mark.parametrize("skill", ["sql.explain", "sec.jwt", "ops.k8s", "go.concurrency"])
def test_a_right_answer_raises_the_skill_and_what_it_needs(beliefs, skill):
    before, after = settled(beliefs, {}), settled(beliefs, {skill: 3.0})
    assert after[skill] > before[skill]
    for need in CATALOG.skills[skill].needs:
        if not CATALOG.skills[need.skill].is_choice:
            assert after[need.skill] > before[need.skill]


@pytest.mark.parametrize("skill", ["sql.basics", "net.http", "fnd.shell"])
def test_a_wrong_answer_lowers_what_rests_on_the_skill(beliefs, skill):
    before, after = settled(beliefs, {}), settled(beliefs, {skill: -3.0})
    above = [s.id for s in CATALOG.real_skills if any(n.skill == skill for n in s.needs)]
    assert above
    assert all(after[each] < before[each] for each in above)


@given(st.lists(st.tuples(st.integers(0, COUNT - 1), st.floats(-4, 4)), max_size=12))
@settings(max_examples=25, deadline=None)
def test_probabilities_stay_probabilities(told):
    beliefs = Beliefs(STRUCTURE, PARAMETERS)
    evidence = np.zeros((1, COUNT))
    for skill, odds in told:
        evidence[0, skill] += odds
    _, found = beliefs.run(evidence, beliefs.blank(), SETTLE_ROUNDS)
    assert np.isfinite(found).all()
    assert ((found > 0) & (found < 1)).all()


def test_declaring_a_language_lowers_the_others(beliefs):
    said = beliefs.declare({name: name == "py" for name in STRUCTURE.languages})
    before, after = settled(beliefs, {}), settled(said, {})
    assert after["py.core"] > before["py.core"]
    assert after["rust.core"] < before["rust.core"] < 0.5


def test_the_order_of_answers_does_not_matter(beliefs):
    answers = [
        (INDEX["sql.basics"] * 3, True),
        (INDEX["net.http"] * 3, False),
        (INDEX["py.core"] * 3, None),
    ]
    forth, back = engine(beliefs), engine(beliefs)
    for item, right in answers:
        forth.answer(item, right)
    for item, right in reversed(answers):
        back.answer(item, right)
    assert np.allclose(forth.mastery, back.mastery, atol=0.02)


def test_a_replayed_log_is_the_same_as_answering(beliefs):
    live, replayed = engine(beliefs), engine(beliefs)
    item = INDEX["sql.indexes"] * 3
    odds = np.zeros(COUNT)
    odds[INDEX["sql.indexes"]] = live.weight_of(item, True)
    live.answer(item, True)
    replayed.observe(odds, [item], 1)
    assert np.allclose(live.mastery, replayed.mastery, atol=0.02)


def test_no_question_comes_twice_and_the_bank_ends(beliefs):
    small = engine(beliefs, per_skill=1)
    seen = set()
    scope = np.arange(12)
    while asked := small.next(scope):
        assert asked.item not in seen
        assert asked.skill in scope
        seen.add(asked.item)
        small.answer(asked.item, bool(asked.item % 2))
    assert len(seen) == 12


def test_a_rapid_answer_changes_nothing_but_is_not_asked_again(beliefs):
    one = engine(beliefs)
    before = one.mastery.copy()
    asked = one.next()
    one.skip(asked.item)
    assert np.array_equal(before, one.mastery)
    assert one.next().item != asked.item


def test_i_dont_know_speaks_against_mastery(beliefs):
    one = engine(beliefs)
    asked = one.next()
    before = one.mastery[asked.skill]
    one.answer(asked.item, None)
    assert one.mastery[asked.skill] < before


def test_an_answer_that_cannot_be_guessed_tells_more():
    even = np.array([0.5])
    typed, choice = (information(even, np.array([g]), np.array([0.1])) for g in (0.03, 0.25))
    assert typed[0] > 1.5 * choice[0]


def test_one_skill_alone_is_measured_too():
    lonely = Structure(("a",), ("x",), (1,), ((),), ())
    parameters = cold_parameters(lonely)
    one = Engine(Beliefs(lonely, parameters), author_bank([0, 0], [0.2, 0.2], [0.1, 0.1], 1))
    before = one.mastery[0]
    one.answer(one.next().item, True)
    assert one.mastery[0] > before
