"""Loops that make few rounds or ask something else in each, and what only looks so."""

from pathlib import Path

import pytest
from tests.review.cases import Case, findings, page_cases, problems

from backwright.model.finding import Confidence

PAGE = Path(__file__).parent / "few-rounds.md"
CASES = page_cases("query-in-loop", PAGE.read_text())
JOB = """
public class {name} : {base}
{{
    private readonly OrderRepository _orderRepository;

    {mark}
    public async Task {method}(List<int> ids)
    {{
        foreach (var id in ids)
        {{
            var order = await _orderRepository.GetByIdAsync(id);
            Use(order);
        }}
    }}
}}

public class HomeController : ControllerBase
{{
    [HttpGet("/")]
    public IActionResult Home() => Ok();
}}
"""


def surest(path: str, text: str) -> Confidence:
    found = findings(Case("", {path: text}), {"query-in-loop"})
    assert len(found) == 1
    return found[0].confidence


@pytest.mark.parametrize("case", [pytest.param(each, id=each.title) for each in CASES])
def test_loop(case: Case) -> None:
    assert [] == problems(case, {"query-in-loop"})


@pytest.mark.parametrize(
    ("name", "base", "method", "mark", "is_told"),
    [
        ("CleanScheduledTask", "IScheduledTask", "ExecuteAsync", "", False),
        ("OrderSyncJob", "BaseJob", "Run", "", False),
        ("OrderRefresher", "BackgroundService", "ExecuteAsync", "", False),
        ("OrderQuery", "IOrderQuery", "Run", "", True),
        ("JobController", "ControllerBase", "Get", '[HttpGet("/jobs")]', True),
    ],
)
def test_nobody_waits_for_a_job(
    name: str, base: str, method: str, mark: str, is_told: bool
) -> None:
    text = JOB.format(name=name, base=base, method=method, mark=mark)
    assert (surest("src/Orders.cs", text) is not Confidence.LOW) is is_told
