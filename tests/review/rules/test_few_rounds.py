"""Loops that make few rounds or ask something else in each, and what only looks so."""

from pathlib import Path

import pytest
from tests.review.cases import Case, page_cases, problems

PAGE = Path(__file__).parent / "few-rounds.md"
CASES = page_cases("query-in-loop", PAGE.read_text())


@pytest.mark.parametrize("case", [pytest.param(each, id=each.title) for each in CASES])
def test_loop(case: Case) -> None:
    assert [] == problems(case, {"query-in-loop"})
