"""What the reader of Python makes of single statements."""

import pytest

from backwright.review.read.languages import read_source


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(
            "a, b = f(x)", [("a", "f"), ("b", "f")], id="each name holds a part of a call"
        ),
        pytest.param("a, b = x, y", [("a", "x"), ("b", "y")], id="a tuple is taken apart"),
        pytest.param("a, self.b = f(x)", [("a", "f")], id="fields are left out"),
    ],
)
def test_what_is_taken_apart(source, expected):
    read = read_source("app.py", source.encode())
    assert expected == [(assign.target, assign.value.text) for assign in read.assigns]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("if 'user' not in session: stop()", [("session", "not in")], id="not in"),
        pytest.param(
            "found = key in self.cache",
            [("self.cache", "in"), ("self", "cache")],
            id="in, and the attribute",
        ),
        pytest.param("for key in session: stop()", [], id="a loop asks nothing"),
    ],
)
def test_containers_that_are_asked(source, expected):
    read = read_source("app.py", source.encode())
    assert sorted(expected) == sorted((each.base, each.attr) for each in read.reads)
