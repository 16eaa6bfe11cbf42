"""missing-auth: records of others, open endpoints, applications without a login; and what must stay quiet."""

from pathlib import Path

import pytest
from tests.review.cases import Case, cells, findings, knowledge, model_of, problems

from backwright.model.finding import Confidence, Tier
from backwright.review.reviewing import review_model

FOLDER = Path(__file__).parent / "auth"
CASES = [
    pytest.param(case, id=f"{path.stem}: {case.title}")
    for path in sorted(FOLDER.glob("*.md"))
    for case in cells(path)
]


@pytest.mark.parametrize("case", CASES)
def test_missing_auth(case):
    assert [] == problems(case, {"missing-auth"})


def by_title(stem: str, title: str) -> Case:
    return next(case for case in cells(FOLDER / f"{stem}.md") if title in case.title)


def test_a_sibling_that_compares_makes_it_certain():
    found = findings(by_title("java", "beside one that compares"), {"missing-auth"})
    assert [Confidence.HIGH] == [each.confidence for each in found]
    assert "OrderController.java" in found[0].path[-1].file


def test_without_any_login_there_is_one_doubtful_finding_and_none_by_default():
    case = by_title("python", "nothing in this application")
    assert [Confidence.LOW] == [f.confidence for f in findings(case, {"missing-auth"})]
    rule = knowledge().rules["missing-auth"]
    assert () == review_model(model_of(case.files), [rule], Tier.DEFAULT).findings
