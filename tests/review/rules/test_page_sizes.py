"""Page sizes that a client says, and what bounds them."""

from pathlib import Path

import pytest
from tests.review.cases import Case, page_cases, problems

PAGE = Path(__file__).parent / "page-sizes.md"


@pytest.mark.parametrize(
    "case",
    [pytest.param(each, id=each.title) for each in page_cases("unbounded-read", PAGE.read_text())],
)
def test_page_size(case: Case) -> None:
    assert [] == problems(case, {"unbounded-read"})
