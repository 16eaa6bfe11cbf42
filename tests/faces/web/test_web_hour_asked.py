"""A question as a page shows it: what is asked on top, the situation below."""

import pytest
from tests.bench import START

from backwright.faces.web.asked import apart, seconds_between

NOW = int(START.timestamp())


@pytest.mark.parametrize(
    ("text", "asks", "rest"),
    [
        pytest.param("It is slow. Why?", "Why?", "It is slow.", id="the last sentence"),
        pytest.param("Why?", "Why?", "", id="nothing else"),
        pytest.param(
            "A pool has 5. How many\nare left? Type a number.",
            "How many are left?",
            "A pool has 5. Type a number.",
            id="what comes after it stays, and lines are joined",
        ),
        pytest.param(
            "```python\nprint(1 if x else 2)\n```\nWhat is printed?",
            "What is printed?",
            "```python\nprint(1 if x else 2)\n```",
            id="after code",
        ),
        pytest.param("```\na ? b : c\n```", "", "```\na ? b : c\n```", id="only code"),
        pytest.param("Choose the table.", "", "Choose the table.", id="no question mark"),
        pytest.param("W" + "h" * 160 + "y?", "", "W" + "h" * 160 + "y?", id="too long"),
        pytest.param("One? No.\n\nTwo?", "Two?", "One? No.", id="the last paragraph"),
    ],
)
def test_what_is_asked_stands_apart(text, asks, rest):
    assert (asks, rest) == apart(text)


@pytest.mark.parametrize(
    ("at", "seconds"),
    [(str(NOW - 5), 5.0), (str(NOW + 5), None), (str(NOW - 10**6), None), ("x", None), ("", None)],
)
def test_how_long_an_answer_took_if_that_can_be(at, seconds):
    assert seconds == seconds_between(at, START)
