"""Queries in loops that are sent elsewhere than where they are made, deleted or saved row by row, or of a builder that no pack knows."""

import pytest
from tests.review.cases import Case, problems

RULE = {"query-in-loop"}

MODELS = """
from sqlalchemy import Column, Integer
from sqlalchemy.orm import DeclarativeBase

from app.db import Session


class Base(DeclarativeBase):
    @classmethod
    def filter_by(cls, **kw):
        return Session.query(cls).filter_by(**kw)


class Alias(Base):
    __tablename__ = "alias"
    id = Column(Integer, primary_key=True)
    mailbox_id = Column(Integer)


class Mailbox(Base):
    __tablename__ = "mailbox"
    id = Column(Integer, primary_key=True)

    def nb_alias(self):
        return Alias.filter_by(mailbox_id=self.id).count()

    def aliases(self):
        return Alias.filter_by(mailbox_id=self.id)
"""
VIEWS = """
from flask import Blueprint, jsonify

from app.models import Mailbox

api = Blueprint("api", __name__)


@api.route("/mailboxes")
def mailboxes():
    found = Mailbox.filter_by(user_id=1).limit(50).all()
    return jsonify([{"id": each.id, %s} for each in found])
"""

JAVA = """
package shop;
import java.util.*;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.web.bind.annotation.*;
@jakarta.persistence.Entity class Order { @jakarta.persistence.Id Long id; boolean paid; }
interface OrderRepository extends JpaRepository<Order, Long> {}
@RestController class Orders {
  private final OrderRepository orders;
  @DeleteMapping("/orders") void handle(@RequestBody List<Long> ids, @RequestBody List<Order> given) {
%s
  }
}
"""

DJANGO = """
from django.db import models
from django.http import HttpResponse
from django.urls import path


class Team(models.Model):
    name = models.CharField(max_length=20)


class Membership(models.Model):
    teams = models.ManyToManyField(Team)
    user = models.IntegerField()
    is_open = models.BooleanField()


def leave(request):
%s
    return HttpResponse()


urlpatterns = [path("leave", leave)]
"""

PHP = """<?php
namespace Shop;

use Slim\\Factory\\AppFactory;

class Stock {
    private $db;
    public function all($request, $response) {
        foreach ($this->db->products()->where('active', 1)->limit(500) as $product) {
%s
        }
        return $response;
    }
}

$app = AppFactory::create();
$app->get('/stock', [Stock::class, 'all']);
"""

SINGLETON = """<?php
namespace Shop;

use Slim\\Factory\\AppFactory;

class Base {
    private static $all = [];
    protected $db;
    public static function %s() {
        $name = get_called_class();
        return self::$all[$name] ?? new $name();
    }
}

class Users extends Base {
    public function settingsOf($id) {
        return $this->db->user_settings()->where('user_id', $id)->fetchAll();
    }
}

class Calendar {
    private $events;
    public function all($request, $response) {
        $users = Users::%s();
        foreach ($this->events->upcoming() as $event) {
            $colors[] = $users->settingsOf($event->user); // finding
        }
        return $response;
    }
}

$app = AppFactory::create();
$app->get('/calendar', [Calendar::class, 'all']);
"""

RUST = """
use axum::{extract::State, routing::post, Router};
use diesel::prelude::*;

async fn follow(State(db): State<Db>, mut found: Source) {
    while let Some(order) = found.%s().await {
        let rows = orders::table.filter(orders::id.eq(order.id)).load::<Order>(&db).await; // finding
        show(rows);
    }
}

pub fn app() -> Router {
    Router::new().route("/follow", post(follow))
}
"""

TYPESCRIPT = """
import { Controller, Get, Injectable } from '@nestjs/common';

@Injectable()
export class Tags {
  constructor(private readonly db: Db) {}
  async of(id: string, transaction?: Db): Promise<string[]> {
    const actor = transaction ?? this.db;
    const rows = %sactor('tag').select('name').where('note', id);
    return rows.map((row) => row.name);
  }
}

@Controller('notes')
export class Notes {
  constructor(private readonly tags: Tags) {}
  @Get()
  async all(notes: Note[]) {
    return Promise.all(notes.map((note) => this.tags.of(note.id))); // finding
  }
}
"""

GO = """
package shop

import (
	"net/http"
	"slices"

	"github.com/jmoiron/sqlx"
)

type Order struct {
	ID    int
	Lines []string
	Uses  int
}

type Page struct{ Orders []Order }

type Store struct{ *sqlx.DB }

func (s *Store) CountUses(id int) int {
	n := 0
	s.Get(&n, "SELECT count(*) FROM uses WHERE order_id = $1", id)
	return n
}

func (s *Store) Handle(w http.ResponseWriter, r *http.Request) {
	page := &Page{}
	s.Select(&page.Orders, "SELECT id FROM orders LIMIT 50")
%s
}

func Serve(s *Store) {
	http.HandleFunc("/orders", s.Handle)
}
"""


def go(lines: str) -> dict[str, str]:
    return {"shop.go": GO % lines}


def java(lines: str) -> dict[str, str]:
    return {"shop/Orders.java": JAVA % lines}


def mailboxes(value: str) -> dict[str, str]:
    return {"app/models.py": MODELS, "app/views.py": VIEWS % value}


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            {
                "app/models.py": MODELS,
                "app/views.py": (VIEWS % '"n": each.nb_alias()').replace(
                    "found])", "found])  # finding"
                ),
            },
            id="a method counts what a class method gives unsent",
        ),
        pytest.param(mailboxes('"n": len(each.known)'), id="nothing is asked of the element"),
        pytest.param(
            java("    for (Long id : ids) { orders.deleteById(id); } // finding"),
            id="Spring Data deletes one by one",
        ),
        pytest.param(
            java(
                "    for (Order each : given) { each.paid = true; orders.save(each); } // finding"
            ),
            id="Spring Data saves one by one",
        ),
        pytest.param(
            java("    for (Long id : ids) { Order made = new Order(); orders.save(made); }"),
            id="new rows are no change",
        ),
        pytest.param(java("    orders.deleteAllByIdInBatch(ids);"), id="one statement deletes all"),
        pytest.param(
            {
                "leave.py": DJANGO
                % "    for each in Membership.objects.filter(user=1):\n        each.delete()  # finding"
            },
            id="Django deletes one by one",
        ),
        pytest.param(
            {"leave.py": DJANGO % "    Membership.objects.filter(user=1).delete()"},
            id="Django deletes all at once",
        ),
        pytest.param(
            {
                "leave.py": DJANGO
                % "    for key in request.POST:\n        Membership.objects.get(user=key)  # finding"
            },
            id="what a form holds is no constant",
        ),
        pytest.param(
            {
                "shop.php": PHP
                % "$row = $this->db->locations()->where('id', $product->location)->fetch(); // finding"
            },
            id="the chain of a builder that no pack knows",
        ),
        pytest.param(
            {
                "shop.php": PHP
                % "$row = $this->locations->where('id', $product->location)->first();"
            },
            id="a collection is searched in memory",
        ),
        pytest.param(
            {
                "leave.py": DJANGO
                % "    for each in Membership.objects.filter(user=1):\n        each.teams.add(request.team)  # finding"
            },
            id="what belongs to each row is added one by one",
        ),
        pytest.param(
            {
                "leave.py": DJANGO
                % "    found = []\n    for each in Membership.objects.filter(user=1):\n        found.append(each.user)"
            },
            id="a list in memory grows",
        ),
        pytest.param(
            {"shop.php": SINGLETON % ("GetInstance", "GetInstance")}, id="the one object of a class"
        ),
        pytest.param(
            {
                "shop.php": (SINGLETON % ("instance", "instance")).replace(
                    "$event->user", "CALENDAR"
                )
            },
            id="the one object of a class is asked the same in each round",
        ),
        pytest.param({"src/main.rs": RUST % "next"}, id="row after row"),
        pytest.param(
            {"src/main.rs": (RUST % "recv").replace(" // finding", "")},
            id="what happens next, which is no list",
        ),
        pytest.param(
            {"notes.ts": TYPESCRIPT % "await "}, id="a chain of conditions that is awaited"
        ),
        pytest.param(
            {"notes.ts": (TYPESCRIPT % "").replace(" // finding", "")},
            id="a chain of conditions that nobody awaits",
        ),
        pytest.param(
            go(
                "\tfor i := range page.Orders {\n\t\tpage.Orders[i].Uses = s.CountUses(page.Orders[i].ID) // finding\n\t}"
            ),
            id="an element of a list in a field by its index",
        ),
        pytest.param(
            go(
                "\tfor _, order := range slices.Backward(page.Orders) {\n\t\torder.Uses = s.CountUses(order.ID) // finding\n\t}"
            ),
            id="a list from behind",
        ),
        pytest.param(
            go(
                "\tfor part := range slices.Chunk(page.Orders, 500) {\n\t\ts.CountUses(part[0].ID)\n\t}"
            ),
            id="a list in chunks",
        ),
        pytest.param(
            go(
                '\tlines, _ := s.Preparex("SELECT name FROM line WHERE order_id = $1")\n\tfor i, order := range page.Orders {\n'
                "\t\tlines.Select(&page.Orders[i].Lines, order.ID) // finding\n\t}"
            ),
            id="a prepared statement",
        ),
    ],
)
def test_loop(files: dict[str, str]) -> None:
    case = Case("loop", finds=True)
    for path, text in files.items():
        case.add(path, text)
    assert [] == problems(case, RULE)
