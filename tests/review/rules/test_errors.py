"""Errors that are lost, and error texts that reach a client, on ways that cross lines, helpers and frameworks."""

from pathlib import Path

import pytest
from tests.review.cases import cells, knowledge, model_of, problems

from backwright.model.finding import Tier
from backwright.review.reviewing import review_model

HERE = Path(__file__).parent
CASES = [
    pytest.param(rule, case, id=f"{rule}: {case.title}")
    for rule, name in (
        ("swallowed-error", "lost-errors"),
        ("swallowed-error", "failures-unseen"),
        ("swallowed-error", "success-told"),
        ("swallowed-error", "fixed-answers"),
        ("error-text-to-client", "error-texts"),
        ("error-text-to-client", "errors-handed-on"),
    )
    for case in cells(HERE / f"{name}.md")
]


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_case(rule, case):
    assert [] == problems(case, {rule})


def test_what_an_option_holds_may_be_missing():
    case = next(each for each in cells(HERE / "failures-unseen.md") if "option" in each.title)
    rules = [knowledge().rules["swallowed-error"]]
    assert [] == list(review_model(model_of(case.files), rules, Tier.DEFAULT).findings)
