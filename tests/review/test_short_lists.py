"""Lists that are short by what they are, each beside one that grows: doubtful things are left to those who ask for them."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.model.finding import Confidence, Tier
from backwright.review.reviewing import review_model

GROUPS = """const express = require('express');
const _ = require('lodash');
const { PrismaClient } = require('@prisma/client');
const prisma = new PrismaClient();
const app = express();

app.post('/login/:id', async (req, res) => {
  const mine = await prisma.membership.findMany({ where: { userId: req.params.id } });
  for (const group of %s) {
    await prisma.membership.delete({ where: { id: group.id } });
  }
  res.end();
});
"""
FORM = """from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

router = APIRouter()


class Base(DeclarativeBase):
    pass


class Scan(Base):
    __tablename__ = "scans"
    id: Mapped[UUID] = mapped_column(primary_key=True)


class Reply(BaseModel):
    scan_ids: list[UUID] = Field(default_factory=list%s)


@router.post("/replies")
def reply(given: Reply, session: Session = Depends()):
    found = []
    for scan_id in given.scan_ids:
        found.append(session.scalar(select(Scan).where(Scan.id == scan_id)))
    return found
"""
DJANGO = """from django.db import models
from django.shortcuts import render
from django.urls import path


class Order(models.Model):
    number = models.CharField(max_length=20)

    @classmethod
    def has_room(cls, shop):
        return cls.objects.filter(number=shop).count() < 3

    def is_late(self, shop):
        return Order.objects.filter(number=self.number).count() < 3


def order(request, kinds, %(each)s_code):
    found = []
    for %(each)s in kinds:
        found.append(%(asks)s)
    return render(request, "orders.html", {"found": found})


urlpatterns = [path("orders", order)]
"""
ROW = {"each": "number", "asks": "Order.objects.get(number=number)"}
NOTES = {
    "routes/api.php": "<?php\nuse App\\Http\\Controllers\\NoteController;\nuse Illuminate\\Support\\Facades\\Route;\nRoute::get('notes', [NoteController::class, 'index']);\nRoute::get('posts/{post}', [NoteController::class, 'show']);\nRoute::post('people', [NoteController::class, 'store']);\n",
    "app/Models/Note.php": "<?php\nnamespace App\\Models;\nuse Illuminate\\Database\\Eloquent\\Model;\nclass Note extends Model { public function author() { return $this->belongsTo(Person::class); } }\n",
    "app/Models/Person.php": "<?php\nnamespace App\\Models;\nuse Illuminate\\Database\\Eloquent\\Model;\nclass Person extends Model {}\n",
    "app/Models/Comment.php": "<?php\nnamespace App\\Models;\nuse Illuminate\\Database\\Eloquent\\Model;\nclass Comment extends Model {}\n",
}
CONTROLLER = """<?php
namespace App\\Http\\Controllers;
use App\\Models\\Comment;
use App\\Models\\Note;
use App\\Models\\Person;
use App\\Models\\Post;
class NoteController extends Controller
{
    public function index()
    {
        $found = [];
        foreach (Note::latest()%s->get() as $note) {
            $found[] = $note->author->name;
        }
        return $found;
    }
    public function show(Post $post)
    {
        return view('post', ['all' => $post->%s->get()]);
    }
    public function store()
    {
        Comment::create(['text' => 'a']);
        return Person::orderBy('id')->paginate(20);
    }
}
"""
POST = "<?php\nnamespace App\\Models;\nuse Illuminate\\Database\\Eloquent\\Model;\nclass Post extends Model { public function comments() { return $this->hasMany(Comment::class); }\npublic function people() { return $this->%s(Person::class); } }\n"


def _php(
    cut: str = "->take(3)", reads: str = "people()", kind: str = "belongsToMany"
) -> dict[str, str]:
    return {
        **NOTES,
        "app/Models/Post.php": POST % kind,
        "app/Http/Controllers/NoteController.php": CONTROLLER % (cut, reads),
    }


FILES = """const express = require('express');
const { PrismaClient } = require('@prisma/client');
const { readStoredFile, label } = require('./files');
const prisma = new PrismaClient();
const app = express();

app.post('/packets', async (req, res) => {
  const made = [];
  for (const page of req.body.pages) {
    const row = await prisma.page.findFirst({ where: { id: page.id } });
    made.push(await %s(row));
  }
  res.json(made);
});
"""
SCHEMA = """import sqlite3

from fastapi import FastAPI

app = FastAPI()


@app.get("/check")
def check(names: list[str]):
    conn = sqlite3.connect("a.db")
    found = []
    for name in names:
        found.append(conn.execute("SELECT %s(?)", (name,)).fetchall())
    return found
"""
HANDED = """from django.db import models
from django.shortcuts import render
from django.urls import path


class Order(models.Model):
    number = models.CharField(max_length=20)


def allowed(user):
    if user.is_superuser:
        return Order.objects.all()
    return Order.objects.filter(owner=user)


def show(request):
    order = %s
    return render(request, "order.html", {"order": order})


def add(request):
    Order.objects.create(number=request.POST["number"])


urlpatterns = [path("orders", show), path("orders/add", add)]
"""
ACCOUNTS = """const express = require('express');
const { PrismaClient } = require('@prisma/client');
const prisma = new PrismaClient();
const app = express();

app.get('/%(name)ss', async (req, res) => {
  res.json(await prisma.%(name)s.findMany({ where: { userId: req.user.id } }));
});
app.post('/%(name)ss', async (req, res) => {
  res.json(await prisma.%(name)s.create({ data: { userId: req.user.id } }));
});
app.listen(3000);
"""
MONGO = """using Microsoft.AspNetCore.Mvc;
using MongoDB.Driver;
namespace Shop;
public abstract class Store<T> { protected IMongoCollection<T> Collection { get; } }
public class Order { public string Id { get; set; } public string BuyerId { get; set; } }
public class OrderStore : Store<Order>
{
    public async Task<List<Order>> QueryAllAsync(string buyerId) =>
        await Collection.Find(%s).ToListAsync();
}
public class OrdersController(OrderStore orders) : ControllerBase
{
    [HttpGet("/orders")] public async Task<IActionResult> All(string buyer) => Ok(await orders.QueryAllAsync(buyer));
}
"""
REFUSED = """from django import forms
from django.db import models
from django.urls import path
from django.shortcuts import render


class Shop(models.Model):
    name = models.CharField(max_length=20)


class Order(models.Model):
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE)


class OrderForm(forms.Form):
    def clean(self):
        names = []
        for order in Order.objects.filter(shop__name="a"):
            %s


def show(request):
    form = OrderForm(request.POST)
    form.clean()
    return render(request, "order.html", {"form": form})


urlpatterns = [path("orders", show)]
"""

PANEL = """import { useState } from 'react';
import { PrismaClient } from '@prisma/client';

const prisma = new PrismaClient();

export const Panel = ({ rows }: { rows: Row[] }) => {
  %s
  const onSubmit = async () => {
    const found = [];
    for (const row of rows) {
      found.push(await prisma.order.findFirst({ where: { id: row.id } }));
    }
    return found;
  };
  return <form onSubmit={onSubmit} />;
};
"""
CHANGED = """const express = require('express');
const { PrismaClient } = require('@prisma/client');
const { findRows } = require('./rows');
const prisma = new PrismaClient();
const app = express();

app.put('/shelves/:id', async (req, res) => {
  const previous = req.body.previous;
  for (const row of %s) {
    await prisma.row.delete({ where: { id: row.id } });
  }
  res.end();
});
"""

PAIRS = [
    pytest.param("query-in-loop", {"a.tsx": PANEL % ""}, {"a.tsx": PANEL % "const [open] = useState(false);"}, id="a component in the browser"),
    pytest.param("query-in-loop", {"a.js": CHANGED % "findRows(req.body, previous)"}, {"a.js": CHANGED % "findRemovedRows(req.body, previous)"}, id="what was removed since"),
    pytest.param("query-in-loop", {"a.js": GROUPS % "mine"}, {"a.js": GROUPS % "_.differenceBy(mine, req.body.groups, 'id')"}, id="memberships that were taken away"),
    pytest.param("query-in-loop", {"a.py": FORM % ""}, {"a.py": FORM % ", max_length=10"}, id="a form that takes ten"),
    pytest.param("query-in-loop", {"a.py": DJANGO % ROW}, {"a.py": DJANGO % {"each": "locale", "asks": "Order.objects.get(number=locale)"}}, id="the languages of a site"),
    pytest.param("query-in-loop", {"a.py": DJANGO % {"each": "sort", "asks": "sort.is_late('a')"}}, {"a.py": DJANGO % {"each": "sort", "asks": "sort.has_room('a')"}}, id="the classes of a program"),
    pytest.param("query-in-loop", _php(""), _php("->take(3)"), id="a handful of rows"),
    pytest.param("query-in-loop", {"a.js": FILES % "label"}, {"a.js": FILES % "readStoredFile"}, id="a whole file is read each round"),
    pytest.param("query-in-loop", {"a.py": SCHEMA % "name FROM orders WHERE number = lower"}, {"a.py": SCHEMA % "name FROM pragma_index_info"}, id="what a database says of its tables"),
    pytest.param("query-in-loop", {"a.py": REFUSED % "names.append(order.shop.name)"}, {"a.py": REFUSED % 'self.add_error("shop", order.shop.name)'}, id="what is refused"),
    pytest.param("unbounded-read", {"a.py": HANDED % "list(allowed(request.user))"}, {"a.py": HANDED % "allowed(request.user).first()"}, id="a query set that another takes the first of"),
    pytest.param("unbounded-read", {"a.js": ACCOUNTS % {"name": "message"}}, {"a.js": ACCOUNTS % {"name": "account"}}, id="how one person logs in"),
    pytest.param("unbounded-read", _php(reads="comments()"), _php(reads="people()"), id="what was picked for one thing"),
    pytest.param("unbounded-read", _php(reads="comments()"), _php(reads="comments()->whereYear('created_at', $year)"), id="one year of it"),
    pytest.param("unbounded-read", {"A.cs": MONGO % "x => x.BuyerId != null"}, {"A.cs": MONGO % "x => x.BuyerId == buyerId"}, id="a lambda that chooses"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "wrong", "right"), PAIRS)
def test_short_lists(rule: str, wrong: dict[str, str], right: dict[str, str]) -> None:
    """The long one is told; nothing is told of the short one unless somebody asks for what is doubtful."""
    assert _told(rule, wrong)
    assert not _told(rule, right)


def _told(rule: str, files: dict[str, str]) -> list[str]:
    findings = review_model(model_of(files), [knowledge().rules[rule]], Tier.DEFAULT).findings
    return [each.message for each in findings if each.confidence is not Confidence.LOW]
