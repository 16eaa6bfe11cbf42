"""Endpoints that read a whole table: what is told, and what is not."""

import pytest
from tests.review.cases import Case, problems

RULE = {"unbounded-read"}

MONGO = """
package shop

import (
	"github.com/gin-gonic/gin"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
)

type Shop struct{ Db *mongo.Database }

func Routes(r *gin.Engine, s *Shop) {
	r.GET("/orders", s.list)
}

func (s *Shop) list(c *gin.Context) {
	cursor, err := s.Db.Collection("orders").Find(c.Request.Context(), %s)
	if err != nil {
		return
	}
	var orders []bson.M
	cursor.All(c.Request.Context(), &orders)
	c.JSON(200, orders)
}
"""

SQLX = """
use axum::{extract::State, routing::get, Json, Router};
use sqlx::PgPool;

async fn all(State(pool): State<PgPool>) -> Json<Vec<Order>> {
    let rows = sqlx::query_as::<_, Order>("%s")
        .fetch_all(&pool)%s
        .await
        .unwrap();
    Json(rows)
}

pub fn router(pool: PgPool) -> Router {
    Router::new().route("/orders", get(all)).with_state(pool)
}
"""

DIESEL = """
use axum::{extract::State, routing::get, Json, Router};
use diesel::prelude::*;

async fn all(State(conn): State<Db>) -> Json<Vec<Order>> {
    let rows = %s;
    Json(rows)
}

pub fn router() -> Router {
    Router::new().route("/orders", get(all))
}
"""


@pytest.mark.parametrize(
    "document",
    [
        pytest.param('bson.D{}) // finding\n\t_ = len(""', id="an empty document chooses nothing"),
        pytest.param(
            'bson.M{"customer": c.Query("customer")}', id="one that names a customer does"
        ),
    ],
)
def test_mongo(document):
    case = Case("go")
    case.add("shop/shop.go", MONGO % document)
    assert problems(case, RULE) == []


@pytest.mark.parametrize(
    ("sql", "mark"),
    [
        pytest.param("SELECT id FROM orders", " // finding", id="no condition"),
        pytest.param(
            "SELECT o.id, c.name FROM orders o LEFT JOIN customers c ON c.id = o.customer_id",
            " // finding",
            id="a left join keeps all",
        ),
        pytest.param(
            "SELECT id FROM orders WHERE length(number) > 0 AND deleted_at IS NULL",
            " // finding",
            id="a condition that nearly all meet",
        ),
        pytest.param("SELECT id FROM orders WHERE customer_id = $1", "", id="of one customer"),
        pytest.param("SELECT id FROM orders WHERE status = 'open'", "", id="those that are open"),
        pytest.param("SELECT id FROM orders ORDER BY id LIMIT 50", "", id="a limit"),
        pytest.param("SELECT DISTINCT status FROM orders", "", id="the different ones"),
        pytest.param(
            "SELECT o.id FROM orders o INNER JOIN picks p ON p.order_id = o.id", "", id="those that were picked"
        ),
    ],
)  # fmt: skip
def test_sql(sql, mark):
    case = Case("rust")
    case.add("src/main.rs", SQLX % (sql, mark))
    assert problems(case, RULE) == []


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(
            'orders::table.left_join(customers::table).select(Order::as_select()).load(&mut conn).expect("orders") // finding\n',
            id="a left join, and what unpacks the rows",
        ),
        pytest.param(
            'orders::table.filter(orders::paid.eq(false)).load::<Order>(&mut conn).expect("orders")',
            id="those that match",
        ),
        pytest.param(
            'orders::table.limit(50).load::<Order>(&mut conn).expect("orders")', id="a limit"
        ),
    ],
)
def test_diesel(query):
    case = Case("rust")
    case.add("src/main.rs", DIESEL % query)
    assert problems(case, RULE) == []


def test_a_go_connection_that_another_package_holds():
    case = Case("go")
    case.add("go.mod", "module example.com/shop\n")
    case.add(
        "store/store.go",
        'package store\n\nimport "gorm.io/gorm"\n\nvar Link *gorm.DB\n\ntype Order struct{ gorm.Model }\n',
    )
    case.add(
        "main.go",
        'package main\n\nimport (\n\t"example.com/shop/store"\n\t"github.com/gin-gonic/gin"\n)\n\nfunc main() {\n\tr := gin.Default()\n'
        '\tr.GET("/orders", list)\n\tr.Run()\n}\n\nfunc list(c *gin.Context) {\n\torders := []store.Order{}\n'
        "\tstore.Link.Find(&orders) // finding\n\tc.JSON(200, orders)\n}\n",
    )
    assert problems(case, RULE) == []


ROUTES = "<?php\nuse App\\Http\\Controllers\\OrderController;\nuse Illuminate\\Support\\Facades\\Route;\n\nRoute::get('orders', [OrderController::class, 'index']);\n"
MODEL = "<?php\nnamespace App\\Models;\n\nuse Illuminate\\Database\\Eloquent\\Model;\n\nclass Order extends Model {}\n"
CONTROLLER = """<?php
namespace App\\Http\\Controllers;

use App\\Models\\Order;
use Illuminate\\Database\\Eloquent\\Builder;

class OrderController extends Controller
{
    public function index() { return response()->json($this->%s); }

    private function all(): Builder { return Order::query()->scopes('visible')->select('id'); }
    private function some(): Builder { return $this->all()->where('paid', false); }
    private function few(): Builder { return $this->all()->limit(20); }
}
"""


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("all()->orderBy('id')->get()); // finding\n(0", id="begun in a function"),
        pytest.param("some()->get()", id="a condition in the function"),
        pytest.param("few()->get()", id="a limit in the function"),
        pytest.param("all()->paginate(20)", id="a page"),
    ],
)
def test_builders(query):
    case = Case("php")
    case.add("routes/api.php", ROUTES)
    case.add("app/Models/Order.php", MODEL)
    case.add("app/Http/Controllers/OrderController.php", CONTROLLER % query)
    assert problems(case, RULE) == []


NODE = """const express = require('express');
const mongoose = require('mongoose');
const Order = mongoose.model('Order', new mongoose.Schema({ customer: String, open: Boolean }));
const app = express();
app.get('/orders', async (req, res) => { res.json(await list(%s)); });
app.post('/orders', async (req, res) => { res.json(await Order.create(req.body)); });
async function list(query) {
  %s
}
"""


@pytest.mark.parametrize(
    ("given", "body"),
    [
        pytest.param("{}", "return Order.find(); // finding", id="all of it"),
        pytest.param("{ customer: req.user.id }", "return Order.find(query);", id="a document that callers hand over"),
        pytest.param("req.body", "const q = { _id: { $in: query.ids } };\n  return Order.find(q);", id="a document in a variable"),
        pytest.param("req", "const query = { open: { $ne: false } };\n  return Order.find(query); // finding", id="one that most rows meet"),
    ],
)  # fmt: skip
def test_documents_of_mongo(given, body):
    case = Case("node")
    case.add("app.js", NODE % (given, body))
    assert problems(case, RULE) == []
