"""Rows that are changed, looked up or read lazily one by one, where one statement would do: what is told, and what is not."""

import pytest
from tests.review.cases import Case, findings, problems

RULE = {"query-in-loop"}

GO = """
package shop

import (
	"github.com/gin-gonic/gin"
	"gorm.io/gorm"
)

type Order struct {
	gorm.Model
	CustomerID uint
	Paid       bool
}

type Shop struct{ DB *gorm.DB }

func Routes(r *gin.Engine, s *Shop) {
	r.DELETE("/customers/:id", s.forget)
}

func (s *Shop) DeleteOrderByID(id uint) error {
	return s.DB.Where("id = ?", id).Delete(&Order{}).Error
}

func (s *Shop) DeleteOrders(ids []uint) error {
	return s.DB.Where("id IN ?", ids).Delete(&Order{}).Error
}

func (s *Shop) AddNote(order Order) error {
	return s.DB.Create(&Note{OrderID: order.ID}).Error
}

func (s *Shop) forget(c *gin.Context) {
	var orders []Order
	s.DB.Where("customer_id = ?", c.Param("id")).Find(&orders)
%s
}
"""

RUST = """
use axum::{extract::State, routing::post, Json, Router};
use diesel::prelude::*;

pub struct Db;

impl Db {
    pub async fn run<T>(&self, ask: impl FnOnce(&mut PgConnection) -> T) -> T { todo!() }
}

#[derive(Queryable)]
#[diesel(table_name = orders)]
pub struct Order { pub id: i64, pub paid: bool }

impl Order {
    pub async fn find_by_id(id: i64, conn: &Db) -> Option<Order> {
        conn.run(move |conn| orders::table.filter(orders::id.eq(id)).first::<Order>(conn).ok()).await
    }

    pub async fn find_all(conn: &Db) -> Vec<Order> {
        conn.run(move |conn| orders::table.filter(orders::paid.eq(false)).load::<Order>(conn).unwrap()).await
    }

    pub async fn delete(self, conn: &Db) -> QueryResult<usize> {
        conn.run(move |conn| diesel::delete(orders::table.filter(orders::id.eq(self.id))).execute(conn)).await
    }
}

pub struct Shop;

impl Shop {
    pub async fn find(conn: &Db) -> Option<Shop> {
        conn.run(move |conn| shops::table.filter(shops::open.eq(true)).first::<Shop>(conn).ok()).await
    }
}

async fn cancel_order(id: i64, conn: &Db) -> Result<(), Error> {
    let Some(order) = Order::find_by_id(id, conn).await else { return Err(Error::Missing) };
    order.refund();
    Ok(())
}

async fn cancel_all(State(conn): State<Db>, Json(ids): Json<Vec<i64>>) -> Result<(), Error> {
%s
    Ok(())
}

pub fn router() -> Router {
    Router::new().route("/orders/cancel", post(cancel_all))
}
"""

PHP_ROUTES = """<?php
use App\\Http\\Controllers\\OrderController;
use Illuminate\\Support\\Facades\\Route;

Route::get('orders', [OrderController::class, 'index']);
Route::put('orders', [OrderController::class, 'sort']);
"""
PHP_MODELS = """<?php
namespace App\\Models;

use Illuminate\\Database\\Eloquent\\Model;
use Illuminate\\Database\\Eloquent\\Relations\\HasMany;

class Order extends Model
{
    public function customer() { return $this->belongsTo(Customer::class); }
    public function lines() { return $this->hasMany(Line::class); }
    public function openLines(): HasMany { return $this->lines()->where('open', true); }
}
"""
PHP_CUSTOMER = """<?php
namespace App\\Models;

use Illuminate\\Database\\Eloquent\\Model;

class Customer extends Model
{
    public function photo() { return $this->belongsTo(Photo::class); }
    public function getPhotoUrl(): string { return $this->photo->url; }
}
"""
PHP_PHOTO = """<?php
namespace App\\Models;

use Illuminate\\Database\\Eloquent\\Model;

class Photo extends Model {}
"""
PHP_CONTROLLER = """<?php
namespace App\\Http\\Controllers;

use App\\Models\\Order;
use Illuminate\\Database\\Eloquent\\Builder;
use Illuminate\\Http\\Request;

class OrderController extends Controller
{
    public function index(Request $request)
    {
%s
    }

    public function sort(Request $request)
    {
%s
    }

    private function visible(): Builder { return Order::query()->where('hidden', false); }
    private function visibleWithCustomer(): Builder { return $this->visible()->with('customer'); }
}
"""


def changed(body: str) -> Case:
    case = Case("go", finds=True)
    case.add("shop/shop.go", GO % body)
    return case


def cancelled(body: str) -> Case:
    case = Case("rust", finds=True)
    case.add("src/main.rs", RUST % body)
    return case


def shown(index: str, templates: dict[str, str], sort: str = "") -> Case:
    case = Case("php", finds=True)
    case.add("routes/api.php", PHP_ROUTES)
    for name, text in (("Order", PHP_MODELS), ("Customer", PHP_CUSTOMER), ("Photo", PHP_PHOTO)):
        case.add(f"app/Models/{name}.php", text)
    case.add("app/Http/Controllers/OrderController.php", PHP_CONTROLLER % (index, sort))
    for name, text in templates.items():
        case.add(f"resources/views/{name}.blade.php", text)
    return case


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            "\tfor _, order := range orders {\n\t\ts.DeleteOrderByID(order.ID) // finding\n\t}",
            id="a function deletes each",
        ),
        pytest.param(
            "\tfor _, order := range orders {\n\t\tif err := s.DB.Where(\"id = ?\", order.ID).Delete(&Order{}).Error; err != nil { // finding\n\t\t\treturn\n\t\t}\n\t}",
            id="each is deleted where the loop stands, and an error ends it",
        ),
        pytest.param(
            "\tfor _, order := range orders {\n\t\ts.DB.Model(&Order{}).Where(\"id = ?\", order.ID).Update(\"paid\", true) // finding\n\t}",
            id="each is updated",
        ),
        pytest.param(
            "\tids := []uint{}\n\tfor _, order := range orders {\n\t\tids = append(ids, order.ID)\n\t}\n\ts.DeleteOrders(ids)",
            id="all are deleted at once",
        ),
        pytest.param(
            "\tfor _, order := range orders {\n\t\ts.AddNote(order)\n\t}", id="new rows are made"
        ),
    ],
)  # fmt: skip
def test_rows_that_are_changed(body):
    assert problems(changed(body), RULE) == []


def test_what_no_request_runs_may_change_row_by_row():
    case = Case("go")
    served = GO % "\tfor _, order := range orders {\n\t\ts.DeleteOrderByID(order.ID)\n\t}"
    unserved = served.replace('r.DELETE("/customers/:id", s.forget)', "")
    case.add("shop/shop.go", unserved.replace("c *gin.Context", "c Call"))
    assert findings(case, RULE) == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            "    for id in ids {\n        cancel_order(id, &conn).await?; // finding\n    }",
            id="each is looked up in the function that acts on it",
        ),
        pytest.param(
            "    for id in ids {\n        if let error @ Err(_) = cancel_order(id, &conn).await { // finding\n            return error;\n        }\n    }",
            id="an error that ends the loop is not what it looks for",
        ),
        pytest.param(
            "    for order in Order::find_all(&conn).await {\n        order.delete(&conn).await?; // finding\n    }",
            id="each deletes itself in a closure",
        ),
        pytest.param(
            "    for id in ids {\n        print(id, &conn).await;\n    }", id="nothing asks"
        ),
        pytest.param(
            "    for id in ids {\n        let shop = Shop::find(&conn).await; // finding\n        print(id, shop);\n    }",
            id="the same each time",
        ),
        pytest.param(
            "    let mut shop = None;\n    for id in ids {\n        if shop.is_none() {\n            shop = Shop::find(&conn).await;\n        }\n        print(id, shop);\n    }",
            id="the same is kept for the next rounds",
        ),
    ],
)
def test_functions_that_act_on_each(body):
    assert problems(cancelled(body), RULE) == []


def test_the_same_query_in_each_round_joins_what_else_the_loop_asks():
    body = "    for id in ids {\n        let shop = Shop::find(&conn).await;\n        let order = Order::find_by_id(id, &conn).await;\n    }"
    (found,) = findings(cancelled(body), RULE)
    assert "2 queries per id" in found.message


def test_loops_that_call_the_same_helper_are_one_finding():
    body = "    for id in &ids {\n        Order::find_by_id(*id, &conn).await;\n    }\n    for id in ids {\n        Order::find_by_id(id, &conn).await;\n    }"
    (found,) = findings(cancelled(body), RULE)
    assert "one more loop does so" in found.message


INDEX = "        return view('orders.index', ['orders' => $this->visible()->paginate(20)]);"
EAGER = (
    "        return view('orders.index', ['orders' => $this->visibleWithCustomer()->paginate(20)]);"
)


@pytest.mark.parametrize(
    ("index", "templates"),
    [
        pytest.param(
            INDEX,
            {"orders/index": "@foreach($orders as $order)\n{{ $order->customer->name }} <!-- finding -->\n@endforeach"},
            id="a builder that a function begins",
        ),
        pytest.param(
            EAGER,
            {"orders/index": "@foreach($orders as $order)\n{{ $order->customer->name }}\n@endforeach"},
            id="loaded by the function that the query goes on from",
        ),
        pytest.param(
            "        $orders = Order::query()->where('open', true);\n        $found = $orders->get();\n        return view('orders.index', compact('found'));",
            {"orders/index": "@foreach($found as $order)\n{{ $order->customer->name }} <!-- finding -->\n@endforeach"},
            id="handed over by compact, from a query in a variable",
        ),
        pytest.param(
            INDEX,
            {
                "orders/index": "@foreach($orders as $row)\n@include('orders.row', ['order' => $row])\n@endforeach",
                "orders/row": "<p>\n@foreach($order->openLines as $line) <!-- finding -->\n{{ $line->sku }}\n@endforeach",
            },
            id="an included template calls it by another name, and reads a narrowed relation",
        ),
        pytest.param(
            EAGER,
            {
                "orders/index": "@foreach($orders as $order)\n@include('parts.customer', ['customer' => $order->customer])\n@endforeach",
                "parts/customer": "<img src=\"{{ $customer->getPhotoUrl() }}\"> <!-- finding -->",
            },
            id="a getter of a relation that was loaded reads one that was not",
        ),
        pytest.param(
            INDEX,
            {"orders/index": "@foreach($orders as $order)\n@if($order->relationLoaded('customer'))\n{{ $order->customer->name }}\n@endif\n@endforeach"},
            id="shown only if it was loaded",
        ),
        pytest.param(
            INDEX,
            {
                "orders/index": "@foreach($orders as $order)\n@include('orders.row', ['order' => $order, 'showLines' => $showLines ?? false])\n@endforeach",
                "orders/row": "@if(($showLines ?? false) && $order->lines->count() > 0)\n{{ $order->lines->count() }}\n@endif",
            },
            id="shown only if somebody asks for it, and nobody does",
        ),
    ],
)  # fmt: skip
def test_templates(index, templates):
    assert problems(shown(index, templates), RULE) == []


@pytest.mark.parametrize(
    "sort",
    [
        pytest.param(
            "        foreach ($request->input('ids') as $place => $id) {\n            Order::query()->where('id', $id)->update(['place' => $place]); // finding\n        }",
            id="a place for each",
        ),
        pytest.param(
            "        foreach (array_chunk($request->input('ids'), 500) as $ids) {\n            Order::query()->whereIn('id', $ids)->delete();\n        }",
            id="many at a time",
        ),
        pytest.param(
            "        foreach ($this->types as $entityType) {\n            Order::query()->where('type', $entityType)->update(['place' => 1]);\n        }",
            id="one for each kind of thing",
        ),
    ],
)
def test_eloquent_changes(sort):
    assert problems(shown("        return [];", {}, sort), RULE) == []
