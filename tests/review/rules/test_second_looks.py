"""Rules that took one thing for another: what was drawn for what was chosen, a request for a client, a counter for a password."""

from pathlib import Path

import pytest
from tests.review.cases import Case, cells, problems

PAGES = (
    ("fast-password-hash", "drawn-passwords"),
    ("login-without-limit", "resets"),
    ("missing-timeout", "given-clients"),
)
CASES = [
    pytest.param(rule, case, id=f"{rule}: {case.title}")
    for rule, page in PAGES
    for case in cells(Path(__file__).parent / f"{page}.md")
]


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_case(rule: str, case: Case) -> None:
    assert [] == problems(case, {rule})
