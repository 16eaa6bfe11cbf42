"""Numbers with units: what they come to, and what is refused with which words."""

import pytest

from backwright.design.written.units import NEEDED, UnitError, read_number, read_range


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        pytest.param("25 ms", "time", 0.025, id="milliseconds"),
        pytest.param("25ms", "time", 0.025, id="no space is needed"),
        pytest.param("350 us", "time", 0.00035, id="microseconds"),
        pytest.param("1.5 s", "time", 1.5, id="seconds"),
        pytest.param("5 m", "time", 300.0, id="m is minutes"),
        pytest.param("2 h", "time", 7200.0, id="hours"),
        pytest.param("60/s", "rate", 60.0, id="per second"),
        pytest.param("3600/h", "rate", 1.0, id="per hour"),
        pytest.param("1M/day", "rate", 1e6 / 86_400, id="a million a day"),
        pytest.param("120 req/s", "rate", 120.0, id="requests are named"),
        pytest.param("120 rps", "rate", 120.0, id="rps"),
        pytest.param("4 GiB", "size", 4 * 2**30, id="binary bytes"),
        pytest.param("4 GB", "size", 4e9, id="decimal bytes"),
        pytest.param("10 %", "share", 0.1, id="percent"),
        pytest.param("0.1", "share", 0.1, id="a bare share"),
        pytest.param("10k", "count", 10_000.0, id="thousands"),
        pytest.param("1_000", "count", 1000.0, id="underscores"),
        pytest.param("1e6", "count", 1e6, id="powers"),
        pytest.param("3x", "factor", 3.0, id="times"),
        pytest.param("5 %/month", "growth", 0.05, id="growth a month"),
    ],
)
def test_a_number_is_read_in_base_units(text, unit, expected):
    assert expected == pytest.approx(read_number(text, unit))


def test_growth_a_year_compounds_to_itself():
    assert pytest.approx(1.6) == (1 + read_number("60 %/year", "growth")) ** 12


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        pytest.param("3", "time", id="a time without a unit"),
        pytest.param("3 sec", "time", id="a unit that is not known"),
        pytest.param("60", "rate", id="a rate without a period"),
        pytest.param("60/fortnight", "rate", id="an odd period"),
        pytest.param("110 %", "share", id="more than all"),
        pytest.param("-1 %", "share", id="less than nothing"),
        pytest.param("2.5", "count", id="half a thing"),
        pytest.param("", "time", id="nothing"),
        pytest.param("ten ms", "time", id="a word"),
        pytest.param("5 %", "growth", id="growth over what time?"),
    ],
)
def test_what_is_no_such_number_is_refused_with_an_example(text, unit):
    with pytest.raises(UnitError) as error:
        read_number(text, unit)
    assert NEEDED[unit] == str(error.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("150..220 ms", (0.15, 0.22), id="one unit for both"),
        pytest.param("800 us .. 2 ms", (0.0008, 0.002), id="a unit each"),
        pytest.param("25 ms", (0.025, 0.025), id="a single number twice"),
    ],
)
def test_a_range_has_two_ends(text, expected):
    assert expected == pytest.approx(read_range(text, "time"))


def test_a_range_that_falls_is_refused():
    with pytest.raises(UnitError, match="lower end comes first"):
        read_range("220..150 ms", "time")
