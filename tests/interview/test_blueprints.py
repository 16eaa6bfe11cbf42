"""Blueprints are run: the reference of each case holds and needs all its parts, the skeleton does not hold."""

from dataclasses import replace

import pytest
from tests.bench import catalog_and_digest

from backwright.design.written.reading import read_design
from backwright.interview.cases import draw
from backwright.usecases.interview_blueprint import judge_blueprint, judge_text

CASES = catalog_and_digest()[0].cases
SEED = 7


def designs(name: str, seed: int = 0):
    drawn = draw(CASES[name], seed)
    return tuple(
        read_design(drawn.blueprint(text)).design
        for text in (CASES[name].skeleton, CASES[name].reference)
    )


def judged(design, name: str = "ledger"):
    given, reference = designs(name)
    return judge_blueprint(design, given, reference, SEED)


@pytest.mark.parametrize("name", CASES)
def test_the_reference_holds_and_has_no_part_too_many(name):
    made = judged(designs(name)[1], name)
    assert [] == [check for check in (*made.slo, *made.failures, made.cost) if not check.is_met]
    assert made.holds
    assert () == made.unnecessary


@pytest.mark.parametrize("name", CASES)
def test_the_skeleton_does_not_hold(name):
    made = judged(designs(name)[0], name)
    assert not made.holds
    assert () == made.problems
    assert () == made.changed


@pytest.mark.parametrize("name", ["url-shortener", "job-queue", "rate-limiter"])
def test_the_reference_holds_for_other_numbers(name):
    for seed in (1, 2):
        given, reference = designs(name, seed)
        assert judge_blueprint(reference, given, reference, seed).holds, seed


LEDGER = designs("ledger")[1]


def with_node(name: str, **changes):
    nodes = tuple(replace(n, **changes) if n.name == name else n for n in LEDGER.nodes)
    return replace(LEDGER, nodes=nodes)


def test_a_shorter_time_than_given_is_told_and_does_not_count():
    text = draw(CASES["ledger"], 0).blueprint(CASES["ledger"].reference)
    fast = read_design(text.replace("book: exponential(8 ms)", "book: exponential(1 ms)")).design
    made = judged(fast)
    assert ("ledger.book takes 1 ms; given: 8 ms",) == made.changed
    assert not made.holds


def test_a_larger_store_than_given_is_told():
    assert "works on 80 at once; given: 8" in judged(with_node("ledger", workers=80)).changed[0]


def test_twice_the_price_of_the_reference_is_too_much():
    made = judged(with_node("api", instances=20))
    assert not made.cost.is_met
    assert not made.holds


def test_an_instance_too_many_is_named():
    assert ("one of the 3 instances of api",) == judged(with_node("api", instances=3)).unnecessary


def test_without_what_requests_ask_for_nothing_is_run():
    nodes = tuple(replace(n, name="server") if n.name == "api" else n for n in LEDGER.nodes)
    made = judged(replace(LEDGER, nodes=nodes))
    assert "there is no api in it" in made.problems[0]
    assert not made.holds


def test_a_text_that_is_no_blueprint_is_told_with_its_lines():
    drawn = draw(CASES["ledger"], 0)
    given, reference = (
        drawn.blueprint(t) for t in (CASES["ledger"].skeleton, CASES["ledger"].reference)
    )
    made = judge_text(reference.replace("workers: 48", "workers: 0"), given, reference, SEED)
    assert made.problems[0].startswith("line ")
    assert not made.holds


def test_the_same_seed_gives_the_same_judgement():
    assert judged(LEDGER) == judged(LEDGER)
