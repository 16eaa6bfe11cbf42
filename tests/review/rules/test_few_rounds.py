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
DELETING = """package shop

import (
	"net/http"

	"xorm.io/xorm"
)

type Order struct{ ID int64 }
type Line struct{ ID int64 }
type Note struct{ ID int64 }

func deleteOrder(s *xorm.Session, id int64) error {
	found := &Order{}
	if _, err := s.Where("id = ?", id).Get(found); err != nil {
		return err
	}
	%s
	_, err := s.Where("id = ?", id).Delete(&Order{})
	return err
}

func handle(s *xorm.Session) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, id := range chosen(r) {
			if err := deleteOrder(s, id); err != nil {
				return
			}
		}
	}
}

func main(s *xorm.Session) { http.HandleFunc("DELETE /orders", handle(s)) }
"""
ALL_OF_IT = """if _, err := s.Where("order_id = ?", id).Delete(&Line{}); err != nil {
		return err
	}
	if _, err := s.Where("order_id = ?", id).Delete(&Note{}); err != nil {
		return err
	}
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


@pytest.mark.parametrize(("more", "is_told"), [("", True), (ALL_OF_IT, False)])
def test_deleting_all_of_a_thing_is_work(more: str, is_told: bool) -> None:
    assert (surest("shop/orders.go", DELETING % more) is not Confidence.LOW) is is_told
