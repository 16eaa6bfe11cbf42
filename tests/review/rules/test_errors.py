"""Errors that are lost, and error texts that reach a client, on ways that cross lines, helpers and frameworks."""

from pathlib import Path

import pytest
from tests.review.cases import cells, problems

HERE = Path(__file__).parent
CASES = [
    pytest.param(rule, case, id=f"{rule}: {case.title}")
    for rule, name in (("swallowed-error", "lost-errors"), ("error-text-to-client", "error-texts"))
    for case in cells(HERE / f"{name}.md")
]


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_case(rule, case):
    assert [] == problems(case, {rule})
