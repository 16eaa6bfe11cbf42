"""A question is rebuilt from its token; an answer is judged as a person means it."""

from collections import Counter

import pytest
from tests.bench import catalog_and_digest

from backwright.assess.families import families
from backwright.assess.question import build, judge, ordered, parse_token
from backwright.model.errors import BadRequest, NotFound
from backwright.model.item import ItemKind

CATALOG = catalog_and_digest()[0]
ITEMS = [item for each in CATALOG.items.values() for item in each]
CHOICE = next(i for i in ITEMS if i.kind is ItemKind.CHOICE)
NUMBER = next(
    i for i in ITEMS if i.kind is ItemKind.TYPED and i.answer.isdigit() and not i.tolerance
)


def question(source: str, seed: int = 7):
    return build(f"{source}@{seed}", CATALOG, families(), lambda run: "")


@pytest.mark.parametrize("item", ITEMS, ids=lambda i: i.id)
def test_the_key_is_judged_right_and_each_mistake_wrong(item):
    asked, key = question(f"item:{item.id}")
    assert judge(asked, key, key.right).outcome == "right"
    for wrong in item.wrong:
        judged = judge(asked, key, wrong.say)
        assert judged.outcome == "wrong"
        assert judged.because == wrong.because


def test_a_token_gives_the_same_question_again():
    assert question(f"item:{CHOICE.id}", 5) == question(f"item:{CHOICE.id}", 5)


def test_letters_follow_the_order_served():
    asked, key = question(f"item:{CHOICE.id}")
    letter = "abcde"[asked.options.index(key.right)]
    assert judge(asked, key, letter.upper()).outcome == "right"


@pytest.mark.parametrize("said", ["i", "I", "I don't know", "?", " idk "])
def test_not_knowing_can_be_said_in_several_ways(said):
    asked, key = question(f"item:{CHOICE.id}")
    assert judge(asked, key, said).outcome == "unknown"


@pytest.mark.parametrize("said", ["z", "", "6", "e" * 10_000])
def test_what_is_no_option_is_refused_and_named(said):
    asked, key = question(f"item:{CHOICE.id}")
    with pytest.raises(BadRequest):
        judge(asked, key, said)


@pytest.mark.parametrize("form", ["{}", " {} ", "{}.0", "`{}`", "+{}"])
def test_a_number_may_be_written_in_several_ways(form):
    asked, key = question(f"item:{NUMBER.id}")
    assert judge(asked, key, form.format(NUMBER.answer)).outcome == "right"


@pytest.mark.parametrize("said", ["nan", "inf", "-inf", "1e999", "0x10", "\x1b[2J"])
def test_odd_numbers_are_wrong_answers_not_errors(said):
    asked, key = question(f"item:{NUMBER.id}")
    assert judge(asked, key, said).outcome == "wrong"


@pytest.mark.parametrize(
    "token", ["", "item:x", "item:../../etc/passwd@1", "family:a@-1", "x" * 5000]
)
def test_a_forged_token_is_refused(token):
    with pytest.raises((BadRequest, NotFound)):
        build(token, CATALOG, families(), lambda run: "")


def test_a_question_that_is_gone_says_so():
    with pytest.raises(NotFound):
        question("item:sql.basics/never-was")
    with pytest.raises(NotFound):
        question("family:never-was/sql.basics")


def test_numbers_are_served_in_order():
    assert ordered(["200 ms", "50 ms", "1,000 ms"], 3) == ("50 ms", "200 ms", "1,000 ms")


def test_keys_are_spread_evenly_over_the_letters():
    places: Counter[int] = Counter()
    choices = [i for i in ITEMS if i.kind is ItemKind.CHOICE and len(i.wrong) == 3]
    for number, item in enumerate(choices):
        asked, key = question(f"item:{item.id}", number * 7919)
        places[asked.options.index(key.right)] += 1
    expected = len(choices) / 4
    chi_square = sum((places[n] - expected) ** 2 / expected for n in range(4))
    assert chi_square < 11.34  # 3 degrees of freedom, p > .01


def test_tokens_carry_source_and_seed():
    assert parse_token("family:lru-trace/cache.basics@12") == ("family:lru-trace/cache.basics", 12)
