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

MISSED = set((Path(__file__).parent / "missed.txt").read_text().splitlines())


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
def test_cell(pitfall, case, request):
    """What is not found yet is listed in missed.txt; a line whose case is right by now must go."""
    wrong = problems(case, rules_of(pitfall))
    name = request.node.callspec.id
    assert (name in MISSED) == bool(wrong), (
        "\n".join(wrong) or "right by now: take it off missed.txt"
    )


def test_what_is_missed_is_named_as_it_is_called():
    assert set() == MISSED - {parameter.id for parameter in CASES}
