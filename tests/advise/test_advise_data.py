"""Which model for data: verdicts, sizes, months, page reads, partitions; and that every pattern has a structure."""

from dataclasses import replace
from itertools import product
from math import inf, log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.bench import bench_in

from backwright.advise.data import (
    FAN,
    GIB,
    Load,
    answers,
    choose,
    levels,
    memory_months,
    months_until,
    pages,
    partitions,
    period,
    primary,
    size,
    walked,
)
from backwright.catalog.advice import read_advice
from backwright.model.errors import BadRequest
from backwright.model.guidance import DataGuide
from backwright.usecases.advise_data import Ask, run

LOAD = Load(
    ("key", "range", "join"), 200, 20, 1e6, 500, 0.05, 3, 2, 10, 8, 32, 1, 4, 0.2, 10_000, 0.1, is_strong=True
)  # fmt: skip
PATTERNS = ("key", "range", "join", "graph", "text", "aggregate", "time")
HEAVY = {"writes": 6000.0, "skew": 0.0}
EVENTUAL = {"consistency": "eventual", "transactions": "none"}


@pytest.fixture
def bench(tmp_path):
    return bench_in(tmp_path)


@pytest.fixture
def guide(bench) -> DataGuide:
    return read_advice(bench.advice("data"), "data", DataGuide)


@pytest.mark.parametrize(
    ("ask", "model"),
    [
        pytest.param(Ask(), "relational", id="joins, transactions, one primary"),
        pytest.param(Ask(patterns=("key",), transactions="none"), "relational", id="keys alone are no reason while one machine carries them"),
        pytest.param(Ask(shape="varying"), "relational-json", id="fields that vary"),
        pytest.param(Ask(shape="nested"), "relational-json", id="nested, and several records change together"),
        pytest.param(Ask(patterns=("key", "range"), shape="nested", transactions="one"), "document", id="nested, read and written whole"),
        pytest.param(Ask(patterns=("key",), transactions="one", **HEAVY), "key-value", id="keys alone, 6,000 writes a second"),
        pytest.param(Ask(patterns=("key", "time"), **EVENTUAL, **HEAVY), "wide-column", id="by time, 6,000 writes a second, a little old will do"),
        pytest.param(Ask(patterns=("key", "range"), transactions="one", **HEAVY), "divided", id="the same with reads that must see the last write"),
        pytest.param(Ask(**HEAVY), "divided", id="joins and 6,000 writes a second"),
        pytest.param(Ask(patterns=("graph",), depth=6), "graph", id="walks of six steps, and nothing else"),
        pytest.param(Ask(patterns=("graph",), depth=3), "relational", id="walks of three steps"),
        pytest.param(Ask(patterns=("graph", "join"), depth=6), "relational", id="long walks beside other questions"),
    ],
)  # fmt: skip
def test_different_answers_get_different_models(ask, model, bench):
    assert model == run(ask, bench).choice.model.id


@pytest.mark.parametrize(
    ("ask", "beside"),
    [
        pytest.param(Ask(), [], id="nothing"),
        pytest.param(Ask(patterns=("key", "text")), [], id="words that the store itself can search"),
        pytest.param(Ask(patterns=("key", "text"), rows=1e8, writes=200), ["search"], id="words of a hundred million rows"),
        pytest.param(Ask(patterns=("key", "aggregate")), ["view"], id="sums over some seconds of reading"),
        pytest.param(Ask(patterns=("key", "aggregate"), rows=1e8, writes=200), ["columns"], id="sums over minutes of reading"),
        pytest.param(Ask(patterns=("graph", "join"), depth=6), ["graph-copy"], id="long walks beside other questions"),
        pytest.param(Ask(reads=5000, consistency="eventual"), ["copies"], id="more reads than a machine carries, a little old will do"),
        pytest.param(Ask(patterns=("time", "text"), **EVENTUAL, **HEAVY), ["search"], id="words in a divided store"),
    ],
)  # fmt: skip
def test_what_stands_beside_it(ask, beside, bench):
    assert beside == [each.beside.id for each in run(ask, bench).choice.besides]


def test_size_is_rows_with_overhead_and_an_entry_in_each_index():
    now = size(LOAD, 0)
    assert 1e6 * 528 / GIB == pytest.approx(now.row_gib)
    assert 1e6 * 3 * 20 / 0.9 / GIB == pytest.approx(now.index_gib)  # key, range, join
    assert 1.05**36 == pytest.approx(size(LOAD, 36).gib / now.gib)
    words = replace(LOAD, patterns=("key", "text"))
    assert 1e6 * 150 / GIB == pytest.approx(size(words, 0).text_gib)


def test_months_follow_compound_growth():
    assert log(2) / log(1.05) == pytest.approx(months_until(1, 2, 0.05))
    assert (0.0, inf) == (months_until(2, 2, 0.05), months_until(1, 2, 0.0))


@given(now=st.floats(0.001, 1e6), more=st.floats(1.001, 1e6), growth=st.floats(0.001, 2))
def test_after_those_months_the_limit_is_reached(now, more, growth):
    limit = now * more
    assert limit == pytest.approx(now * (1 + growth) ** months_until(now, limit, growth))


def test_the_hot_share_leaves_memory():
    # .2 x .554 GiB grows to 24 GiB.
    hot = 0.2 * size(LOAD, 0).gib
    assert log(24 / hot) / log(1.05) == pytest.approx(memory_months(LOAD))


def test_a_primary_is_busy_by_the_utilisation_law():
    one = primary(LOAD)
    # 20/s x 4 ms + 200/s x 1 ms = .28 cores of 8 x 65 %.
    assert (0.28, 5.2) == (pytest.approx(one.cores_busy), pytest.approx(one.limit))
    assert log(5.2 / 0.08) / log(1.05) == pytest.approx(one.months_writes)
    assert log(5.2 / 0.28) / log(1.05) == pytest.approx(one.months_all)


def test_copies_repeat_the_writes_and_share_the_reads():
    # Then: 5.79 x .08 = .46 cores of writes on each, 5.79 x 10 = 57.9 of reads: 57.9 / (5.2 - .46) = 12.2.
    one = primary(replace(LOAD, reads=10_000, is_strong=False))
    assert 13 == one.machines
    assert inf == primary(replace(LOAD, writes=6000, is_strong=False)).machines


def test_the_most_popular_key_may_fill_a_partition():
    heavy = replace(LOAD, writes=6000, hottest=0.1)
    found = partitions(heavy, primary(heavy))
    busy = (6000 * 0.004 + 0.2) * 1.05**36
    assert -(-busy // 5.2) == found.by_load
    assert 0.1 * busy == pytest.approx(found.hottest_cores)
    assert 3 == found.buckets


def test_a_hot_key_is_a_negative_answer(bench):
    answer = run(Ask(writes=6000), bench)
    assert ("hot-key", 3) == (answer.verdict, answer.partitions.buckets)
    # Of 10,000 keys under Zipf 1 the first has 1 / H(10,000) = 1 / 9.7876.
    assert 1 / 9.787606 == pytest.approx(answer.load.hottest, rel=1e-5)
    assert "ok" == run(Ask(**HEAVY), bench).verdict


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(1, 1, id="one row"),
        pytest.param(FAN, 1, id="one page full"),
        pytest.param(FAN + 1, 2, id="one more"),
        pytest.param(FAN**2, 2, id="two levels full"),
        pytest.param(1e9, 4, id="a billion"),
    ],
)
def test_levels_of_a_tree(rows, expected):
    assert expected == levels(rows)


def test_a_walk_touches_the_powers_of_its_fan_out():
    assert 10 + 100 + 1000 == walked(10, 3, 1e9)
    assert 500 == walked(10, 3, 500)  # never more than there are


def test_page_reads_by_pattern():
    read = {each.pattern: each for each in pages(replace(LOAD, patterns=PATTERNS))}
    rows = 1e6 * 1.05**36
    assert 3 == levels(rows)
    assert (4, 53, 17) == (read["key"].pages, read["range"].pages, read["join"].pages)
    assert 110 * 4 == read["graph"].pages
    # 50 rows of 528 bytes lie on 4 pages, since they came in that order.
    assert 3 + 4 == read["time"].pages
    assert rows / (8168 / 528) == pytest.approx(read["aggregate"].pages)
    assert all(each.pages <= each.without for each in read.values())


def test_a_period_is_the_longest_that_fits_half_of_the_memory():
    small = period(LOAD)
    assert ("year", 3) == (small.name, small.kept)
    large = period(replace(LOAD, rows=2e8))
    assert ("week", 156) == (large.name, large.kept)
    assert large.gib <= 0.75 * 32 / 2


def test_rows_that_grow_faster_than_they_are_written_are_refused(bench):
    with pytest.raises(BadRequest, match="new rows a second, more than the 20 writes"):
        run(Ask(rows=1e12), bench)


def test_every_combination_has_a_model_with_a_reason_and_a_structure_for_each_pattern(guide):
    loads = [LOAD, replace(LOAD, writes=6000), replace(LOAD, depth=6), replace(LOAD, rows=1e10, writes=1000)]  # fmt: skip
    asked = [(p,) for p in PATTERNS] + [("key", "range", "text", "aggregate", "time"), PATTERNS, ("graph", "key", "text")]  # fmt: skip
    seen = set()
    for load, patterns, transactions, shape, strong in product(
        loads, asked, ("none", "one", "many"), ("fixed", "varying", "nested"), (True, False)
    ):
        given_ = replace(load, patterns=patterns, is_strong=strong)
        known = answers(given_, transactions, shape)
        choice = choose(known, guide)
        seen.add(choice.model.id)
        assert choice.because
        served = {structure.pattern for structure in choice.structures}
        assert set(patterns) == served, (choice.model.id, patterns)
        assert all(each.say and each.source for each in choice.ruled_out)
        if transactions == "many":
            assert choice.model.id in ("relational", "relational-json", "graph", "divided")
        if {"join", "graph"} & set(patterns):
            assert choice.model.id in ("relational", "relational-json", "graph", "divided")
    assert {model.id for model in guide.models} == seen


def test_what_is_assumed_is_only_what_was_used(bench):
    options = [each.option for each in run(Ask(patterns=("key",)), bench).assumed]
    assert not [each for each in options if each.startswith(("--depth", "--fan-out", "--keys"))]
    assert "--keys 10000" in [each.option for each in run(Ask(writes=6000), bench).assumed]
