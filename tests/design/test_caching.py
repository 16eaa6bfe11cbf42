"""Hit ratios: against sums over all keys, and against an LRU list that is simulated."""

import math
from collections import OrderedDict
from itertools import accumulate
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backwright.design.theory.caching import (
    characteristic_time,
    ideal_hit_ratio,
    lru_hit_ratio,
    misses_after_emptying,
    power_sum,
    seconds_until_warm,
    stampede,
    ttl_entries,
    ttl_hit_ratio,
    zipf,
)

near = pytest.approx


@pytest.mark.parametrize("exponent", [0.0, 0.6, 0.999999, 1.0, 1.000001, 1.4])
@pytest.mark.parametrize("keys", [1, 256, 257, 20_000])
def test_groups_add_up_to_all_keys(keys, exponent):
    assert math.fsum(r**-exponent for r in range(1, keys + 1)) == near(
        power_sum(1, keys, exponent), rel=1e-9
    )
    groups = zipf(keys, exponent)
    assert keys == sum(group.count for group in groups)
    assert 1 == near(sum(group.count * group.each for group in groups), rel=1e-9)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        pytest.param(10**6, 0.7576, id="1 percent of 1e8 keys hits 76 percent"),
        pytest.param(2 * 10**7, 0.9153, id="20 percent hits 92 percent"),
        pytest.param(10**8, 1.0, id="all"),
        pytest.param(0, 0.0, id="nothing"),
    ],
)
def test_an_ideal_cache(entries, expected):
    assert expected == near(ideal_hit_ratio(10**8, 1.0, entries), abs=5e-5)


def simulated(keys, exponent, entries, count=60_000):
    random, held, hits = Random(7), OrderedDict(), 0
    weights = list(accumulate(r**-exponent for r in range(1, keys + 1)))
    for n, key in enumerate(random.choices(range(keys), cum_weights=weights, k=count)):
        if key in held:
            held.move_to_end(key)
            hits += n >= count // 4
        else:
            held[key] = None
            if len(held) > entries:
                held.popitem(last=False)
    return hits / (count - count // 4)


@pytest.mark.parametrize(
    ("keys", "exponent", "entries"),
    [
        pytest.param(1000, 1.0, 50, id="a small cache"),
        pytest.param(1000, 0.7, 300, id="flat popularity"),
        pytest.param(5000, 1.2, 100, id="steep popularity"),
    ],
)
def test_che_is_within_what_it_says(keys, exponent, entries):
    answer = lru_hit_ratio(keys, exponent, entries)
    assert simulated(keys, exponent, entries) == near(answer.value, rel=answer.within)


def test_grouping_changes_nothing_that_matters():
    keys, entries = 5000, 400
    weights = [1 / r for r in range(1, keys + 1)]
    total = math.fsum(weights)
    time = characteristic_time(keys, 1.0, entries)
    held = math.fsum(-math.expm1(-weight / total * time) for weight in weights)
    hit = math.fsum(-weight / total * math.expm1(-weight / total * time) for weight in weights)
    assert entries == near(held, rel=1e-4)
    assert hit == near(lru_hit_ratio(keys, 1.0, entries).value, rel=1e-5)


def test_a_billion_keys():
    assert 0.72 == near(lru_hit_ratio(10**9, 1.0, 10**7).value, abs=0.005)


def test_equal_popularity_hits_what_fits():
    assert 0.25 == near(lru_hit_ratio(10**6, 0.0, 250_000).value, rel=1e-6)
    assert 1.0 == lru_hit_ratio(100, 1.0, 100).value


def test_expiry():
    # One key, 10 look-ups a second, 1 s: after each miss ten hits on average.
    assert 10 / 11 == near(ttl_hit_ratio(1, 1.0, 10.0, 1.0))
    assert 1 - math.exp(-10) == near(ttl_hit_ratio(1, 1.0, 10.0, 1.0, is_renewed=True))
    assert 10 / 11 == near(ttl_entries(1, 1.0, 10.0, 1.0))
    assert 0 == ttl_hit_ratio(1000, 1.0, 10.0, 0.0)


def test_an_emptied_cache_lets_everything_through():
    answer = stampede(rate=1000, hit_ratio=0.95, hottest=0.1, load=0.2)
    assert (50, 1000, 20, 20) == near((answer.steady, answer.cold, answer.factor, answer.same_key))
    assert math.inf == stampede(1000, 1.0, 0.1, 0.2).factor


def test_misses_fall_from_all_to_the_steady_ones():
    cold = [misses_after_emptying(10_000, 1.0, 500, 100, t) for t in (0, 1, 5, 20, 1e6)]
    assert 100 == near(cold[0])
    assert cold == sorted(cold, reverse=True)
    assert 100 * (1 - lru_hit_ratio(10_000, 1.0, 500).value) == near(cold[-1])
    warm = seconds_until_warm(10_000, 1.0, 500, 100)
    assert cold[-1] == near(misses_after_emptying(10_000, 1.0, 500, 100, warm))


@given(st.integers(2, 10**6), st.floats(0, 2), st.floats(0.001, 0.999))
def test_lru_lies_between_chance_and_the_ideal(keys, exponent, part):
    entries = max(1, int(keys * part))
    hit = lru_hit_ratio(keys, exponent, entries).value
    assert entries / keys <= hit * (1 + 1e-6) + 1e-9
    # Che's cache holds `entries` only on average, so tiny caches may seem a little above the ideal.
    assert hit <= ideal_hit_ratio(keys, exponent, entries) * (1 + 1e-6) + 1e-9


@pytest.mark.parametrize(
    ("ask", "named"),
    [
        pytest.param(lambda: lru_hit_ratio(0, 1, 1), "keys is 0", id="no keys"),
        pytest.param(lambda: lru_hit_ratio(10, -1, 1), "exponent is -1", id="exponent"),
        pytest.param(lambda: lru_hit_ratio(10, 1, 0), "entries is 0", id="no entries"),
        pytest.param(lambda: ttl_hit_ratio(10, 1, 0, 1), "rate is 0", id="no look-ups"),
        pytest.param(lambda: stampede(1, 90, 0.1, 1), "hit_ratio is 90", id="percent"),
    ],
)
def test_what_is_out_of_range_is_named(ask, named):
    with pytest.raises(ValueError, match=named):
        ask()
