"""Formulas in content: arithmetic, nothing else."""

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backwright.model.formula import FormulaError, evaluate, harmonic, names_in


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        pytest.param("1 + 2 * 3", 7, id="times before plus"),
        pytest.param("2 ** 10 - 24", 1000, id="powers"),
        pytest.param("-(3 - 5) / 4", 0.5, id="minus and brackets"),
        pytest.param("ceil(7 / 2) + floor(7 / 2)", 7, id="rounding"),
        pytest.param("max(1, n, 2) + min(n, 4)", 9, id="names in functions"),
        pytest.param("3 * day / hour", 72, id="units of time"),
        pytest.param("2 * Gbit / MB", 250, id="a byte has eight bits"),
        pytest.param("log2(1024)", 10, id="logarithms"),
        pytest.param("year / day", 365, id="a year has 365 days"),
    ],
)
def test_value(formula, expected):
    assert expected == pytest.approx(evaluate(formula, {"n": 5.0}))


@pytest.mark.parametrize(
    "formula",
    [
        pytest.param("__import__('os')", id="an import"),
        pytest.param("n.real", id="an attribute"),
        pytest.param("[1, 2]", id="a list"),
        pytest.param("n if n else 1", id="a condition"),
        pytest.param("open('x')", id="a function of Python"),
        pytest.param("lambda: 1", id="a function of its own"),
        pytest.param("True", id="a truth value"),
        pytest.param("'a' * 9", id="text"),
        pytest.param("9 ** 9 ** 9", id="a power that never ends"),
        pytest.param("1 / 0", id="a division by zero"),
        pytest.param("log2(0)", id="a logarithm of nothing"),
        pytest.param("10.0 ** 60 * 10.0 ** 60 * 10.0 ** 60 * 10.0 ** 60 * 10.0 ** 60 * 10.0 ** 60", id="infinity"),
        pytest.param("m + 1", id="a name that nobody gave"),
        pytest.param("1 +", id="half a formula"),
        pytest.param("(" * 300 + "1" + ")" * 300, id="too long"),
        pytest.param("ceil(1, 2)", id="an argument too many"),
        pytest.param("max(n=1)", id="a named argument"),
    ],
)  # fmt: skip
def test_nothing_but_arithmetic(formula):
    with pytest.raises(FormulaError):
        evaluate(formula, {"n": 5.0})


def test_names_are_without_units_and_functions():
    assert {"users", "peak"} == names_in("ceil(users * peak / day)")


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_a_formula_error(text):
    with contextlib.suppress(FormulaError):
        assert math.isfinite(evaluate(text, {}))


@given(st.integers(1, 3000))
def test_the_harmonic_number_is_the_sum(n):
    assert sum(1 / k for k in range(1, n + 1)) == pytest.approx(harmonic(n), rel=1e-2)
    if n > 10:
        assert sum(1 / k for k in range(1, n + 1)) == pytest.approx(harmonic(n), rel=1e-6)
