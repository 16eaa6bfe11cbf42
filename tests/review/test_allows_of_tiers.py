"""A comment that allows a rule is called unused only by a review in which the whole rule ran."""

from tests.review.cases import knowledge, model_of

from backwright.model.finding import Tier
from backwright.review.reviewing import review_model

CODE = "import os\n\n# backwright: allow redirect-from-input (only our own pages)\nx = os.sep\n"


def test_a_rule_that_did_not_run_says_nothing_of_its_comments():
    model, rules = model_of({"a.py": CODE}), knowledge().rules.values()
    assert review_model(model, rules, Tier.DEFAULT).unused == ()
    assert [line for _, line, _ in review_model(model, rules, Tier.STRICT).unused] == [3]
