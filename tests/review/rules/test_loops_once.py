"""What asks once per element, beside what looks like it and asks once."""

from pathlib import Path

import pytest
from tests.review.cases import Case, findings, page_cases, problems

PAGE = Path(__file__).parent / "loops-once.md"
CASES = page_cases("query-in-loop", PAGE.read_text())


@pytest.mark.parametrize("case", [pytest.param(each, id=each.title) for each in CASES])
def test_loop(case: Case) -> None:
    assert [] == problems(case, {"query-in-loop"})


def test_fields_of_one_type_are_one_finding() -> None:
    case = next(each for each in CASES if "told together" in each.title)
    found = [each.message for each in findings(case, {"query-in-loop"})]
    assert found == [
        "The resolvers of Book.author and reviews run one query each for each Book of a list"
    ]
