"""Numbers as people say them, and as we show them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backwright.interview.quantity import figures, read_quantity, show, unit_of
from backwright.model.errors import BadRequest


@pytest.mark.parametrize(
    ("said", "unit", "expected"),
    [
        pytest.param("35k/s", "requests/s", 35_000, id="a letter for a thousand"),
        pytest.param("35,000", "requests/s", 35_000, id="thousands marked, the unit asked for"),
        pytest.param("about 35 000 req/s", "requests/s", 35_000, id="words around it"),
        pytest.param("35k rps", "requests/s", 35_000, id="requests per second in three letters"),
        pytest.param("3 billion a day", "requests/s", 34_722, id="per day"),
        pytest.param("4 million/hour", "requests/s", 1111, id="per hour"),
        pytest.param("3.5 x 10^4", "requests/s", 35_000, id="a power of ten"),
        pytest.param("10^6", "requests/s", 1e6, id="nothing but a power of ten"),
        pytest.param("1e9 * 3 / day", "requests/s", 34_722, id="a calculation with a unit"),
        pytest.param("100 * 3", "TB", 300e12, id="a calculation without one"),
        pytest.param("1.8 TB", "TB", 1.8e12, id="terabytes"),
        pytest.param("1800 GB", "TB", 1.8e12, id="gigabytes for terabytes"),
        pytest.param("1.8", "TB", 1.8e12, id="a bare number is in the unit asked for"),
        pytest.param("1.8 T", "TB", 1.8e12, id="half a unit"),
        pytest.param("2 TiB", "TB", 2 * 2**40, id="powers of two"),
        pytest.param("140 Mbit/s", "Gbit/s", 140e6 / 8, id="bits"),
        pytest.param("17 MB/s", "Mbit/s", 17e6, id="bytes for bits"),
        pytest.param("2 Gbps", "Gbit/s", 2e9 / 8, id="bits in four letters"),
        pytest.param("45", "servers", 45, id="a count"),
        pytest.param("45 machines", "servers", 45, id="a count by another word"),
        pytest.param("2.5 million", "viewers", 2.5e6, id="millions in words"),
        pytest.param("2.5M users", "viewers", 2.5e6, id="millions by letter"),
        pytest.param("81 %", "%", 0.81, id="per cent"),
        pytest.param("81", "%", 0.81, id="per cent unsaid"),
        pytest.param("90 s", "minutes", 90, id="seconds for minutes"),
        pytest.param("1.5", "minutes", 90, id="minutes unsaid"),
        pytest.param("3 years", "years", 3 * 365 * 86_400, id="years"),
    ],
)
def test_read(said, unit, expected):
    assert expected == pytest.approx(read_quantity(said, unit), rel=1e-3)


@pytest.mark.parametrize(
    ("said", "unit"),
    [
        pytest.param("many", "requests/s", id="no number"),
        pytest.param("", "requests/s", id="nothing"),
        pytest.param("3 GB", "requests/s", id="a size for a rate"),
        pytest.param("0", "servers", id="zero"),
        pytest.param("-4", "servers", id="below zero"),
        pytest.param("5 %", "TB", id="a share for a size"),
        pytest.param("1" * 300, "TB", id="a number that fills the screen"),
        pytest.param("4/fortnight", "requests/s", id="a time that we do not know"),
    ],
)
def test_what_is_no_number_of_the_kind_is_refused(said, unit):
    with pytest.raises(BadRequest):
        read_quantity(said, unit)


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0.123, "0.123"), (1, "1"), (81.5, "81.5"), (11_574, "11,600"), (999_700, "1 million"), (2.31e9, "2.31 billion")],
)  # fmt: skip
def test_three_figures(number, expected):
    assert expected == figures(number)


UNITS = st.sampled_from(
    ["requests/s", "TB", "Gbit/s", "servers", "%", "minutes", "ms", "kB", "years"]
)


@given(st.floats(1e-3, 1e14), UNITS)
def test_what_is_shown_is_read_back(number, unit):
    value = number * unit_of(unit).scale
    assert value == pytest.approx(read_quantity(show(value, unit), unit), rel=6e-3)


@given(st.text(max_size=60), UNITS)
def test_any_text_is_a_number_above_zero_or_refused(text, unit):
    with contextlib.suppress(BadRequest):
        assert read_quantity(text, unit) > 0
