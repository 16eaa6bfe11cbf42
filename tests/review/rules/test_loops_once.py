"""What asks once per element, beside what looks like it and asks once."""

from pathlib import Path

import pytest
from tests.review.cases import Case, findings, knowledge, model_of, page_cases, problems

from backwright.model.finding import Tier
from backwright.review.reviewing import review_model

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


ASKS = """package shop;

import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

class %s {
    private JdbcTemplate jdbc;

    void %s(List<String> names) {
        for (String name : names) {
            keep(jdbc.queryForObject("select id from part where name = ?", Long.class, name));
        }
    }
}
"""


@pytest.mark.parametrize(
    ("cls", "name", "told"),
    [
        ("Parts", "list", 1),
        ("Parts", "important", 1),
        ("Parts", "installDefaults", 0),
        ("PartUpgrader", "list", 0),
        ("PartImportService", "list", 0),
    ],
)
def test_what_runs_once_is_for_those_who_ask(cls: str, name: str, told: int) -> None:
    model, rules = (
        model_of({f"{cls}.java": ASKS % (cls, name)}),
        [knowledge().rules["query-in-loop"]],
    )
    assert len(review_model(model, rules, Tier.DEFAULT).findings) == told
    assert len(review_model(model, rules, Tier.AUDIT).findings) == 1
