"""Limits by address that a header evades, and those that hold."""

from pathlib import Path

import pytest
from tests.review.cases import Case, page_cases, problems

PAGE = Path(__file__).parent / "evaded-limits.md"


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(each, id=each.title)
        for each in page_cases("login-without-limit", PAGE.read_text())
    ],
)
def test_evaded_limit(case: Case) -> None:
    assert [] == problems(case, {"login-without-limit"})
