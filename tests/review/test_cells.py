"""Nine languages, ten pitfalls: cases written by people who had not read the rules."""

from pathlib import Path

import pytest
from tests.review.cases import cells, knowledge, problems

FOLDER = Path(__file__).parent / "cells"
CELLS = sorted(FOLDER.glob("*/*.md"))
CASES = [
    pytest.param(path.stem, case, id=f"{path.parent.name} {path.stem}: {case.title}")
    for path in CELLS
    for case in cells(path)
]


def rules_of(pitfall: str) -> set[str]:
    return {rule.id for rule in knowledge().rules.values() if rule.pitfall == pitfall}


def test_the_table_is_complete():
    assert 90 == len(CELLS)


@pytest.mark.parametrize("path", CELLS, ids=lambda path: f"{path.parent.name} {path.stem}")
def test_each_cell_has_a_case_across_files_and_three_near_misses(path):
    found = cells(path)
    assert any(case.finds for case in found)
    assert sum(not case.finds for case in found) >= 3


@pytest.mark.parametrize(("pitfall", "case"), CASES)
def test_cell(pitfall, case):
    assert [] == problems(case, rules_of(pitfall))
