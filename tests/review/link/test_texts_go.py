"""Go's SQL that a function puts together, and the table of a statement with others in front."""

import pytest
from tests.review.cases import model_of

from backwright.review.link.tables import main_part, table_in

SOURCE = """
package store

import (
	"database/sql"
	"fmt"
)

const selectOrders = `SELECT id, total FROM orders WHERE %s`

func orderQuery(filter string) string {
	return fmt.Sprintf(selectOrders, filter)
}

func lineQuery(paid bool) string {
	if paid {
		return "SELECT id FROM lines WHERE paid"
	}
	return "SELECT id FROM lines"
}

func title(name string) string { return fmt.Sprintf("from %s", name) }

func show(db *sql.DB, name string) {
	row := db.QueryRow(LINE)
}
"""


@pytest.mark.parametrize(
    ("line", "table"),
    [
        pytest.param('orderQuery("id = $1"), 1', "orders", id="a constant with a filter put in"),
        pytest.param("lineQuery(true)", "lines", id="one of two texts"),
        pytest.param(
            'fmt.Sprintf(selectOrders, "id = 1")', "orders", id="a constant where it is sent"
        ),
        pytest.param(
            'fmt.Sprintf("SELECT * FROM (%s) AS q", orderQuery("paid"))',
            "orders",
            id="a statement in another",
        ),
        pytest.param("title(name)", "", id="a text that is no statement"),
        pytest.param("name", "", id="a text that is not known"),
    ],
)
def test_texts_that_are_put_together(line, table):
    model = model_of(
        {"go.mod": "module example.com/shop\n", "store.go": SOURCE.replace("LINE", line)}
    )
    assert [table] == [access.table for access in model.data.accesses]


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        pytest.param("SELECT id FROM orders", "orders", id="nothing in front"),
        pytest.param(
            "WITH t AS (SELECT id FROM tags), u AS (SELECT 1) SELECT * FROM orders JOIN t ON true",
            "orders",
            id="two",
        ),
        pytest.param(
            "WITH gone AS (SELECT id FROM orders) DELETE FROM lines", "lines", id="a change"
        ),
        pytest.param(
            "WITH t AS (SELECT id FROM orders) SELECT * FROM t",
            "orders",
            id="the one in front is all",
        ),
        pytest.param(
            "SELECT * FROM (WITH t AS (SELECT 1 FROM tags) SELECT * FROM orders) q",
            "orders",
            id="inside",
        ),
        pytest.param("WITH t AS (SELECT id FROM tags", "", id="a text that was cut"),
    ],
)
def test_the_table_of_a_statement_with_others_in_front(sql, table):
    assert table == table_in(main_part(sql))
