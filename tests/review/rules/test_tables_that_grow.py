"""Whole tables that are read: which ones grow, by whom they are asked for, and what only looks like such a query."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.model.finding import Tier
from backwright.review.reviewing import review_model
from backwright.review.rules.conditions import Part, of_equal

MODELS = """from db import Base, session
from sqlalchemy import Column, Integer


class Queries:
    @classmethod
    def filter_by(cls, **given):
        return %s


class Order(Base, Queries):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
"""
VIEWS = """from flask import Flask, jsonify
from models import Order, session

app = Flask(__name__)


@app.get("/orders")
def orders():
    return jsonify(Order.filter_by(deleted=False).all())


@app.post("/orders")
def add():
    order = Order()
    session.add(order)
    session.commit()
    return jsonify(ok=True)
"""
LISTED = """from flask import Flask, jsonify
from models import Button, session

app = Flask(__name__)


@app.get("/buttons")
def buttons():
    return jsonify(session.query(Button).all())
"""
ADDED = """

@app.post("/buttons")
def add():
    session.add(Button())
    session.commit()
    return jsonify(ok=True)
"""
BUTTON = """from db import Base, session
from sqlalchemy import Column, Integer


class Button(Base):
    __tablename__ = "buttons"
    id = Column(Integer, primary_key=True)
"""
EITHER = """from flask import Flask, jsonify
from models import Order, session
from sqlalchemy import or_

app = Flask(__name__)


@app.get("/orders")
def orders(a, b):
    return jsonify(session.query(Order).filter(or_(%s)).all())


@app.post("/orders")
def add():
    session.add(Order())
    session.commit()
"""
CRON = """from models import Order


def close_orders():
    for order in Order.filter_by(state="open").all():
        order.close()


if __name__ == "__main__":
    close_orders()
"""
WORKER = """package worker

import (
	"time"

	"gorm.io/gorm"
)

type Delivery struct {
	ID   uint
	Sent bool
}

type Worker struct{ db *gorm.DB }

func (w *Worker) Start() {
	%s {
		w.deliver()
	}
}

func (w *Worker) deliver() {
	var due []Delivery
	w.db.Where("sent = ?", false).Find(&due)
	send(due)
}

func (w *Worker) Add() {
	w.db.Create(&Delivery{})
}
"""
RELATED = """package api

import (
	"net/http"

	"github.com/jinzhu/gorm"
)

type Campaign struct {
	Id     int64
	Events []Event
}

type Event struct{ Id int64 }

var db *gorm.DB

func Routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /campaigns/{id}", show)
	mux.HandleFunc("POST /campaigns/{id}/events", add)
}

func show(w http.ResponseWriter, r *http.Request) {
	c := Campaign{}
	db.Model(&c).Related(&c.%s)
	write(w, c)
}

func add(w http.ResponseWriter, r *http.Request) {
	db.Create(&Event{})
}
"""
ITEMS = """using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapGet("/orders", Orders.All);
app.MapPost("/orders", Orders.Add);

public static class Orders
{
    public static async Task<List<Order>> All(ShopDb db) => await %s.ToListAsync();
    public static async Task Add(ShopDb db) { db.Orders.Add(new Order()); await db.SaveChangesAsync(); }
    private static async IAsyncEnumerable<Order> ItemsOf(object orders) { yield break; }
}
public class Order { public int Id { get; set; } }
public class ShopDb : DbContext { public DbSet<Order> Orders => Set<Order>(); }
"""
GENERIC = """using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapGet("/orders", async (OrderService orders, int id) => await orders.All(%s));
app.MapPost("/orders", async (ShopDb db) => { db.Orders.Add(new Order()); await db.SaveChangesAsync(); });
app.Run();

public abstract class Store<T>(ShopDb db) where T : class
{
    public async Task<List<T>> All() => await All(x => true);
    public async Task<List<T>> All(int id) => await db.Set<T>().Take(1).ToListAsync();
    public async Task<List<T>> All(Expression<Func<T, bool>> predicate) => await db.Set<T>().Where(predicate).ToListAsync();
}
public class OrderService(ShopDb db) : Store<Order>(db) { }
public class Order { public int Id { get; set; } }
public class ShopDb : DbContext { public DbSet<Order> Orders => Set<Order>(); }
"""
SERIALIZED = """from django.db import models
from django.urls import path
from rest_framework.response import Response
from rest_framework.serializers import ModelSerializer
from rest_framework.views import APIView


class Order(models.Model):
    number = models.CharField(max_length=20)


class OrderSerializer(ModelSerializer):
    pass


class Orders(APIView):
    def get(self, request):
        orders = Order.objects.all()
        %s
        return Response(serializer.data)

    def post(self, request):
        return Response(OrderSerializer(Order.objects.create(number=request.data["number"])).data)


urlpatterns = [path("orders", Orders.as_view())]
"""
BEGUN = MODELS % "session.query(cls).filter_by(**given)"

PAIRS = [
    pytest.param(
        {"models.py": BEGUN, "views.py": VIEWS},
        {"models.py": MODELS % "session.query(cls).filter_by(**given).limit(50)", "views.py": VIEWS},
        id="a class method that begins a query",
    ),
    pytest.param(
        {"models.py": BUTTON, "views.py": LISTED + ADDED}, {"models.py": BUTTON, "views.py": LISTED}, id="nobody adds to it"
    ),
    pytest.param(
        {"models.py": BEGUN, "views.py": EITHER % "Order.deleted.is_(None), Order.id == a"},
        {"models.py": BEGUN, "views.py": EITHER % "Order.email == a, Order.email == b"},
        id="one key or another",
    ),
    pytest.param(
        {"models.py": BEGUN, "views.py": VIEWS.replace(".all()", ".first()"), "cron.py": CRON},
        {"models.py": BEGUN, "views.py": VIEWS.replace(".all()", ".first()"), "closing.py": CRON},
        id="a program for a schedule",
    ),
    pytest.param(
        {"a.py": SERIALIZED % "serializer = OrderSerializer(orders, many=True)"},
        {"a.py": SERIALIZED % "page = paginate_queryset(orders, request)\n        serializer = OrderSerializer(page, many=True)"},
        id="what a serializer is handed in a variable",
    ),
    pytest.param({"a.cs": GENERIC % ""}, {"a.cs": GENERIC % "o => o.Id == id"}, id="a base class for any entity"),
    pytest.param({"a.go": WORKER % "for range time.Tick(time.Minute)"}, {"a.go": WORKER % "for range w.once"}, id="a worker that ticks"),
    pytest.param({"a.go": RELATED % "Events"}, {"a.go": RELATED % "Steps"}, id="what belongs to a model"),
    pytest.param({"a.cs": ITEMS % "db.Orders"}, {"a.cs": ITEMS % "ItemsOf(db.Orders)"}, id="what a method gives one by one"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "right"), PAIRS)
def test_whole_table(wrong: dict[str, str], right: dict[str, str]) -> None:
    assert told(wrong)
    assert not told(right)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        pytest.param("owner_id", True, id="of one owner"),
        pytest.param("filename", False, id="a name is no owner"),
    ],
)
def test_name_of_an_owner(column: str, expected: bool) -> None:
    assert (of_equal(column, "value") is Part.OWNER) is expected


def test_id_of_who_asks_is_one_row() -> None:
    assert of_equal("id", "$userId") is Part.FEW
    assert of_equal("created_for", "request.user.id") is Part.OWNER


def told(files: dict[str, str]) -> list[int]:
    rule = knowledge().rules["unbounded-read"]
    return [each.line for each in review_model(model_of(files), [rule], Tier.DEFAULT).findings]
