"""Secrets, logins, passwords, tokens and cookies in small applications, with the near misses that stay quiet by default."""

from pathlib import Path

import pytest
from tests.review.cases import cells, knowledge, model_of, sure

from backwright.review.reviewing import review_model

FOLDER = Path(__file__).parent / "security"
CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case.title}")
    for path in sorted(FOLDER.glob("*.md"))
    for case in cells(path)
]


def places(rule, case):
    """Return the places of each finding of the default tier."""
    rules = [knowledge().rules[rule]]
    found = review_model(model_of(case.files), rules, sure(rules)).findings
    return [{(f.file, f.line), *((s.file, s.line) for s in f.path)} for f in found]


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_marked_lines_are_found_and_no_others(rule, case):
    found = places(rule, case)
    assert set() == case.marked - {place for each in found for place in each}
    assert [] == [each for each in found if not each & case.marked]


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_one_cause_is_one_finding(rule, case):
    if case.title.startswith("Finds once"):
        assert 1 == len(places(rule, case))
