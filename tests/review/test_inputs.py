"""Rules about what clients send: small applications, each with the places to be found and the near misses that stay quiet."""

from pathlib import Path

import pytest
from tests.review.cases import cells, knowledge, model_of, problems, sure

from backwright.model.finding import Tier
from backwright.review.reviewing import review_model

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


def test_python_s_own_parsers_are_for_those_who_ask_for_more():
    source = "import xml.etree.ElementTree as tree\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n@app.post('/x')\ndef x():\n    return tree.fromstring(request.data).tag\n"
    model = model_of({"app.py": source})
    rule = [knowledge().rules["xml-with-entities"]]
    assert not review_model(model, rule, sure(rule)).findings
    assert 1 == len(review_model(model, rule, Tier.STRICT).findings)


def test_a_template_whose_values_nobody_knows_is_for_those_who_ask_for_more():
    model = model_of({"app.py": "x = 1\n", "templates/page.html": "<p>{{ notice|safe }}</p>\n"})
    rule = [knowledge().rules["html-from-input"]]
    assert not review_model(model, rule, sure(rule)).findings
    assert 1 == len(review_model(model, rule, Tier.STRICT).findings)
