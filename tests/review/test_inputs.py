"""Rules about what clients send: small applications, each with the places to be found and the near misses that stay quiet."""

from pathlib import Path

import pytest
from tests.review.cases import cells, knowledge, problems

FOLDER = Path(__file__).parent / "inputs"
CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case.title}")
    for path in sorted(FOLDER.glob("*.md"))
    for case in cells(path)
]


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_input(rule, case):
    assert rule in knowledge().rules
    assert [] == problems(case, {rule})
