"""Rows that are loaded only to be deleted or counted, and who else asks for a whole table."""

from pathlib import Path

import pytest
from tests.review.cases import Case, findings, page_cases, problems

PAGE = Path(__file__).parent / "wasted-rows.md"
STORE = """package shop

import (
	"database/sql"
	"net/http"
)

type Store struct{ db *sql.DB }

func (s *Store) AllOrders() []string {
	rows, _ := s.db.Query("SELECT number FROM orders")
	defer rows.Close()
	return numbers(rows)
}

func (s *Store) Add(number string) { s.db.Exec("INSERT INTO orders (number) VALUES (?)", number) }

func all(s *Store) []string { return s.AllOrders() }

func count(s *Store) int {
	return len(all(s))
}

func Routes(s *Store) {
	http.HandleFunc("/orders", func(w http.ResponseWriter, r *http.Request) {
		s.Add(r.FormValue("number"))
		write(w, s.AllOrders())
	})
}
"""


@pytest.mark.parametrize(
    "case",
    [pytest.param(each, id=each.title) for each in page_cases("unbounded-read", PAGE.read_text())],
)
def test_wasted_row(case: Case) -> None:
    assert [] == problems(case, {"unbounded-read"})


def test_whoever_asks_for_a_whole_table_is_named() -> None:
    found = findings(Case("", {"shop/store.go": STORE}), {"unbounded-read"})
    notes = {spot.note for each in found for spot in each.path}
    assert len(found) == 1
    assert {"all asks for it, too", "count asks for it, too"} <= notes
