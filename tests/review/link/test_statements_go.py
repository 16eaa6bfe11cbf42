"""Go's statements that are built or handed on: which table they are about, whether they change, how many rows may come."""

import pytest
from tests.review.cases import model_of

HEAD = """
package store

import (
	"context"
	"database/sql"

	sq "github.com/Masterminds/squirrel"
	"github.com/go-gorp/gorp/v3"
	"github.com/huandu/go-sqlbuilder"
	"github.com/jmoiron/sqlx"
	"github.com/uptrace/bun"
)

const tableOrders = "orders"

type Order struct {
	ID int64 `db:"id"`
}

type Store struct {
	db     *sql.DB
	core   bun.IDB
	gorp   *gorp.DbMap
	prefix string
}

type DBTX interface {
	QueryRows(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	Run(ctx context.Context, query string, args ...any) (sql.Result, error)
}

func (s *Store) builder() sq.StatementBuilderType {
	return sq.StatementBuilder.PlaceholderFormat(sq.Dollar).RunWith(s.db)
}

func (s *Store) base() sq.SelectBuilder {
	return s.builder().Select("*").From("invoices AS i")
}

func (s *Store) read(ctx context.Context, what sq.Sqlizer) (*sql.Rows, error) {
	text, args, err := what.ToSql()
	if err != nil {
		return nil, err
	}
	return s.db.QueryContext(ctx, text, args...)
}

func one[T any](ctx context.Context, s *Store, what sq.Sqlizer) (*T, error) {
	rows, err := s.read(ctx, what)
	return scanned[T](rows), err
}

func (s *Store) page(q sq.SelectBuilder, count int) (found []Order, err error) {
	if count > 0 {
		q = q.Limit(uint64(count))
	}
	rows, err := q.Query()
	return
}

func (s *Store) exec(query string, args ...any) (sql.Result, error) {
	q := s.rebind(query)
	return s.db.Exec(q, args...)
}

func (s *Store) rebind(query string) string { return query }

func (s *Store) found(holder any, query string, args ...any) error {
	return s.gorp.SelectOne(holder, s.rebind(query), args...)
}
"""


def _accesses(
    line: str, params: str = "ctx context.Context, s *Store", result: str = "error"
) -> set[tuple[object, ...]]:
    model = model_of(
        {"store.go": HEAD, "use.go": f"{_imports()}\nfunc use({params}) {result} {{\n{line}\n}}\n"}
    )
    return {
        (a.table, a.op, a.many, a.is_bounded)
        for a in model.data.accesses
        if model.project.files[a.at].path == "use.go"
    }


def _imports() -> str:
    return HEAD.partition("const")[0]


@pytest.mark.parametrize(("line", "expected"), [
    pytest.param('rows, err := s.builder().Select("*").From(s.prefix + "orders").Query()',
                 {("orders", "read", True, False)}, id="a builder that a method makes"),
    pytest.param('q := s.builder().Select("*").From("orders AS o")\nq = q.Where("id = ?", 1)\nrows, err := q.Query()',
                 {("orders", "read", True, False)}, id="a builder in a variable that it is put into again"),
    pytest.param('q := s.builder().Select("*").From(tableOrders)\nq = q.Limit(5)\nrows, err := q.Query()',
                 {("orders", "read", True, True)}, id="a limit in another line, a table that is a constant"),
    pytest.param('err := s.builder().Select("COUNT(*)").From("orders").QueryRow().Scan(&n)',
                 {("orders", "read", False, True)}, id="a count"),
    pytest.param('rows, err := s.base().Where("paid").Query()',
                 {("invoices", "read", True, False)}, id="what a function of the project has begun"),
    pytest.param('_, err := s.builder().Update("orders").Set("paid", true).Exec()',
                 {("orders", "write", False, True)}, id="an update"),
    pytest.param('_, err := s.builder().Insert("orders").Columns("id").Values(1).Suffix("RETURNING id").Query()',
                 {("orders", "write", False, True)}, id="an insert that gives a row"),
    pytest.param('rows, err := s.read(ctx, s.builder().Select("*").From("orders"))',
                 {("orders", "read", True, False)}, id="a statement that is handed on"),
    pytest.param('order, err := one[Order](ctx, s, s.builder().Select("*").From("orders"))',
                 {("orders", "read", False, True)}, id="handed on twice, and one is given"),
    pytest.param('found, err := s.page(s.builder().Select("*").From("orders"), 20)',
                 {("orders", "read", True, True)}, id="what it is handed to limits it"),
    pytest.param('_, err := s.exec("DELETE FROM orders WHERE id = ?", 1)',
                 {("orders", "raw", False, True)}, id="a text that is handed on"),
    pytest.param('var order Order\nerr := s.found(&order, "SELECT * FROM orders WHERE id = ?", 1)',
                 {("orders", "raw", False, True)}, id="a text with the place for its row"),
    pytest.param('var order Order\ntext, args, err := sq.Select("*").From("orders").ToSql()\nerr = s.found(&order, text, args...)',
                 {("orders", "read", False, True)}, id="a statement that was made a text before"),
    pytest.param('sb := sqlbuilder.NewSelectBuilder()\nsb.Select("*")\nsb.From("orders")\ntext, args := sb.Build()\n'
                 "rows, err := s.db.Query(text, args...)", {("orders", "read", True, False)}, id="a builder that is changed in place"),
    pytest.param('query := "SELECT * FROM orders"\nif count > 0 {\nquery += " LIMIT ?"\n}\nrows, err := s.db.Query(query, count)',
                 {("orders", "raw", False, True)}, id="a text that is put together"),
    pytest.param('query := "SELECT * FROM orders"\nif all {\nquery = "SELECT * FROM orders LIMIT 1"\n}\nrows, err := s.db.Query(query)',
                 {("orders", "raw", True, False)}, id="one of two texts"),
    pytest.param('_, err := s.exec(sq.Expr("UPDATE orders SET paid = 1 WHERE id = ?", id))',
                 {("orders", "write", False, True)}, id="an expression that changes"),
    pytest.param("rows.Scan(&id)", set(), id="rows are no query"),
    pytest.param('s.rebind("SELECT 1")', set(), id="a function that only spells a text is none"),
])  # fmt: skip
def test_statements(line: str, expected: set[tuple[object, ...]]) -> None:
    assert expected == _accesses(line)


def test_methods_of_interfaces_that_give_rows_are_queries() -> None:
    line = 'rows, err := db.QueryRows(ctx, "SELECT * FROM orders")\n_, err = db.Run(ctx, "DELETE FROM lines")'
    found = _accesses(line, "ctx context.Context, db DBTX")
    assert found == {("orders", "raw", True, False), ("lines", "raw", False, True)}


def test_a_named_result_says_what_a_query_gives() -> None:
    line = "err = s.core.NewSelect().Model(&orders).Scan(ctx)\nreturn"
    assert _accesses(line, result="(orders []Order, err error)") == {("Order", "read", True, False)}
    line = "err = s.core.NewSelect().Model(&order).Scan(ctx)\nreturn"
    assert _accesses(line, result="(order Order, err error)") == {("Order", "read", False, True)}


def test_what_hands_a_statement_on_is_no_query_of_its_own() -> None:
    model = model_of(
        {
            "store.go": HEAD,
            "use.go": f'{_imports()}\nfunc use(s *Store) {{\ns.exec("DELETE FROM orders")\n}}\n',
        }
    )
    held = {model.project.function(fn).name for fn, told in model.data.by_function.items() if told}
    assert "exec" not in held
    assert "use" in held
    assert "found" in held  # nobody calls it, so it stays one


def test_a_part_of_a_statement_is_handed_to_no_driver() -> None:
    more = (
        'func (s *Store) by(where string) {\ns.db.Query("SELECT * FROM orders WHERE " + where)\n}\n'
    )
    model = model_of(
        {
            "store.go": HEAD + more,
            "use.go": f'{_imports()}\nfunc use(s *Store) {{\ns.by("paid")\n}}\n',
        }
    )
    held = {
        model.project.function(fn).name: [a.table for a in told]
        for fn, told in model.data.by_function.items()
        if told
    }
    assert held["by"] == ["orders"]
    assert "use" not in held


PREPARED = """
package store

import "github.com/jmoiron/sqlx"

type Order struct {
	ID int64 `db:"id"`
}

type Queries struct {
	GetOrders   *sqlx.Stmt `query:"get-orders"`
	DeleteOrder *sqlx.Stmt `query:"delete-order"`
	Unknown     *sqlx.Stmt `query:"unknown"`
}

type Store struct{ q *Queries }

func (s *Store) all(id string) {
	var orders []Order
	s.q.GetOrders.Select(&orders, id)
}

func (s *Store) remove(id string) { s.q.DeleteOrder.Exec(id) }

func (s *Store) unknown(id string) { s.q.Unknown.Exec(id) }

func (s *Store) prepared(db *sqlx.DB, id string) {
	stmt, err := db.Preparex("SELECT * FROM customers WHERE id = $1")
	stmt.QueryRowx(id)
}

func (s *Store) use() {
	s.remove("1")
}
"""
NAMED = """
-- name: get-orders
-- The newest first.
SELECT * FROM orders WHERE $1 = '' OR id = $1 ORDER BY id DESC;

-- name: delete-order
DELETE FROM orders WHERE id = $1;
"""


def test_statements_that_were_prepared() -> None:
    model = model_of({"store.go": PREPARED, "queries/orders.sql": NAMED})
    held = {
        model.project.function(fn).name: [(a.table, a.many) for a in told]
        for fn, told in model.data.by_function.items()
        if told
    }
    assert held == {
        "all": [("orders", True)],
        "remove": [
            ("orders", False)
        ],  # an argument of a statement is no statement that is handed on
        "unknown": [("", False)],
        "prepared": [("customers", False)],
    }
    sinks = {
        model.effects.call(does).name
        for calls in model.effects.of_call
        for told in calls.values()
        for does in told
        if does.does == "sink-sql"
    }
    assert sinks == {"Preparex"}


GENERATED = """
package orders

import (
	"context"

	"example.com/shop/dbgen"
	"github.com/pocketbase/dbx"
)

type Orders []Order

type Order struct {
	ID int64 `db:"id"`
}

type Service struct {
	dbgen *dbgen.Queries
	mail  *Mailer
}

type Mailer struct{}

func (m *Mailer) ListOrders(ctx context.Context) {}

func (s *Service) list(ctx context.Context) { s.dbgen.ListOrders(ctx) }

func (s *Service) one(ctx context.Context) { s.dbgen.OrderOfCustomer(ctx, 1) }

func (s *Service) remove(ctx context.Context) { s.dbgen.ForgetOrder(ctx, 1) }

func (s *Service) mailed(ctx context.Context) { s.mail.ListOrders(ctx) }

func builder(db dbx.Builder) {
	var found Orders
	db.NewQuery("SELECT * FROM lines").All(&found)
}

func built(db dbx.Builder) {
	var found Order
	db.Select("*").From("customers").One(&found)
}

func typed(db dbx.Builder, what string) {
	var found Orders
	db.Select("*").From(what).All(&found)
}
"""
SQLC = """
-- name: ListOrders :many
SELECT * FROM orders ORDER BY id;

-- name: OrderOfCustomer :one
SELECT * FROM orders
WHERE customer = $1;

-- name: ForgetOrder :exec
DELETE FROM orders WHERE id = $1;
"""


def test_statements_of_files_that_methods_are_generated_from() -> None:
    model = model_of(
        {
            "go.mod": "module example.com/shop\\n",
            "orders/orders.go": GENERATED,
            "queries/orders.sql": SQLC,
        }
    )
    held = {
        model.project.function(fn).name: [(a.table, a.op, a.many) for a in told]
        for fn, told in model.data.by_function.items()
        if told
    }
    assert held == {
        "list": [("orders", "raw", True)],
        "one": [("orders", "raw", False)],
        "remove": [("orders", "raw", False)],
        "builder": [("lines", "raw", True)],
        "built": [("customers", "read", False)],
        "typed": [("Order", "read", True)],  # a list that has a name
    }


KEPT = """
package store

import "gorm.io/gorm"

type Order struct{ ID uint }

type Repo struct{ db *gorm.DB }

func (r *Repo) First(into any, conds ...any) error { return r.db.Where("paid").First(into, conds...).Error }

func (r *Repo) All(into interface{}) error { return r.db.Order("id").Find(into).Error }

func (r *Repo) Orders(into any) error { return r.db.Model(&Order{}).Find(into).Error }

func (r *Repo) Typed(into *Order) error { return r.db.Where("paid").First(into).Error }

func use(r *Repo) {
	var order Order
	var orders []Order
	r.First(&order, 1)
	r.All(&orders)
	r.Orders(&orders)
	r.Typed(&order)
}
"""


def test_functions_that_fill_what_they_are_given() -> None:
    model = model_of({"store.go": KEPT})
    held = {
        model.project.function(fn).name: [(a.table, a.op, a.many) for a in told]
        for fn, told in model.data.by_function.items()
        if told
    }
    assert held == {
        "Orders": [("Order", "read", True)],  # says what it reads
        "Typed": [("Order", "read", False)],
        "use": [("Order", "read", False), ("Order", "read", None)],
    }
