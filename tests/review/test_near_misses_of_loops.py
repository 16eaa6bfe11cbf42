"""Loops that look as if each round asked a database, each beside one that does."""

import pytest
from tests.review.cases import knowledge, model_of, sure

from backwright.model.finding import Confidence
from backwright.review.reviewing import review_model

OWNER = """package a;
import jakarta.persistence.*;
%s@Entity public class Owner { @Id Long id; String name; @OneToMany(mappedBy = "owner") java.util.List<Pet> pets; }
"""
PET = """package a;
import jakarta.persistence.*;
@Entity public class Pet { @Id Long id; @ManyToOne Owner owner; @ManyToOne Vet vet; public Vet getVet() { return vet; } public Owner getOwner() { return owner; } }
"""
VET = "package a;\nimport jakarta.persistence.*;\n@Entity public class Vet { @Id Long id; public String getName() { return name; } }\n"
PETS = """package a;
import java.util.*;
import jakarta.persistence.EntityManager;
import org.springframework.web.bind.annotation.*;
@RestController public class Pets {
  private EntityManager em;
  @GetMapping("/pets") public List<String> all() {
    List<String> names = new ArrayList<>();
    %s
    return names;
  }
}
"""
ASKED = """List<Pet> pets = em.createQuery("SELECT p FROM Pet p").getResultList();
    for (Pet pet : pets) { names.add(pet.getOwner().toString()); }"""
HELD = """Owner owner = em.find(Owner.class, 1L);
    for (Pet pet : owner.getPets()) { names.add(pet.getVet().toString()); }"""


def _java(loop: str, mark: str = "") -> dict[str, str]:
    return {"Owner.java": OWNER % mark, "Pet.java": PET, "Vet.java": VET, "Pets.java": PETS % loop}


FLAGS = """from django.db import models
from django.shortcuts import render
from django.urls import path


class Flag(models.Model):
    name = models.CharField(max_length=20)


class Team(models.Model):
    options: dict[str, object] = {}


def flags(request, team: Team, feature_settings, NAMES):
    found = []
    for name in request.GET.getlist("name"):
        found.append(%s)
    return render(request, "flags.html", {"found": found})


urlpatterns = [path("flags", flags)]
"""
SIGNED = """from cryptography.hazmat.primitives.serialization import load_pem_public_key
from fastapi import FastAPI
from passlib.context import CryptContext

app = FastAPI()
pwd_context = CryptContext(schemes=["bcrypt"])


@app.post("/hook")
async def hook(text: str, given: str):
    public_key = load_pem_public_key(text)
    return %s.verify(given, text)
"""
ORDERS = """from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

router = APIRouter()


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]


@router.post("/orders")
async def create(session: AsyncSession, user: int):
    session.add(Order(user_id=user))
    await session.commit()


@router.get("/orders")
async def orders(session: AsyncSession, ids: list[int], statement):
    stmt = %s
    result = await session.execute(stmt)
    return result.scalars().all()
"""
HOSTS = """import requests
from fastapi import FastAPI

app = FastAPI()


@app.get("/users/{id}")
def user(id: int, hosts: list[str]):
    found = []
    for host in hosts:
        answer = requests.get(f"{host}/{id}")
        %s
    %s
"""
CLIENT = """using Microsoft.AspNetCore.Mvc;
namespace A;
public class Options { public List<string> Hosts { get; set; } }
public class StatusController(HttpClient client, Options options) : ControllerBase {
  [HttpGet("/status")] public async Task<List<string>> All(List<string> hosts) {
    var found = new List<string>();
    foreach (var host in %s) { found.Add(await client.GetStringAsync(host)); }
    return found;
  }
}
"""
TAGS = """package a
import io.ktor.server.application.*
import io.ktor.server.routing.*
import org.jetbrains.exposed.sql.*
import org.jsoup.nodes.Document

object Pets : Table("pets") { val id = integer("id") }

fun Application.pets(page: Document, ids: List<Int>) {
    routing { get("/pets") { for (id in ids) { val found = %s.first(); call.respond(found) } } }
}
"""
KEPT = """from fastapi import FastAPI

app = FastAPI()
_%s_cache: dict[str, object] = {}


@app.get("/things/{name}")
def thing(name: str):
    found = _%s_cache.get(name)
    if found is None:
        found = _%s_cache[name] = make(name)
    return found
"""
VERSION = """from functools import lru_cache
from pathlib import Path

from fastapi import FastAPI

app = FastAPI()


%s
def version(name: str):
    return Path(name).read_bytes()


@app.get("/{name}")
async def show(name: str):
    return version(name)
"""
RENAMED = ORDERS.replace(
    "    stmt = %s\n    result = await session.execute(stmt)\n    return result.scalars().all()\n",
    """    for model in ids:
        stmt = select(%s).where(Order.user_id == model)
        await session.scalar(stmt)
""",
)
SUBQUERIES = """import { db } from './db';
import { and, inArray } from 'drizzle-orm';
import { orders, paid } from './tables';

function one(id) {
  return %s;
}

export async function found(ids) {
  const parts = ids.map((id) => one(id));
  return db.select().from(orders).where(and(...parts)).limit(20);
}
"""
PAIRS = [
    pytest.param("query-in-loop", {"a.py": RENAMED % "Order"}, {"a.py": RENAMED % "model"}, id="another table each round"),
    pytest.param("blocking-call-in-async", {"a.py": VERSION % ""}, {"a.py": VERSION % "@lru_cache(maxsize=32)"}, id="a file that is read once"),
    pytest.param("query-in-loop", {"a.kt": TAGS % "Pets.select { Pets.id eq id }"}, {"a.kt": TAGS % "page.select(id)"}, id="an element of a page"),
    pytest.param("unbounded-cache", {"a.py": KEPT.replace("%s", "thing")}, {"a.py": KEPT.replace("%s", "queue_url")}, id="what the program has a number of"),
    pytest.param("query-in-loop", {"a.py": HOSTS % ("found.append(answer.json())", "return found")}, {"a.py": HOSTS % ("if answer.ok:\n            return answer.json()", "return None")}, id="a search ends with what it finds"),
    pytest.param(
        "query-in-loop",
        {"a.ts": SUBQUERIES % "db.select({ id: paid.id }).from(paid).where(eq(paid.order, id)).execute()"},
        {"a.ts": SUBQUERIES % "inArray(orders.id, db.select({ id: paid.id }).from(paid).where(eq(paid.order, id)))"},
        id="a query within the condition of another",
    ),
    pytest.param("query-in-loop", {"A.cs": CLIENT % "hosts"}, {"A.cs": CLIENT % "options.Hosts"}, id="what is configured"),
    pytest.param("unbounded-read", {"a.py": ORDERS % "select(Order)"}, {"a.py": ORDERS % "select(Order).where(Order.id.in_(ids))"}, id="the statement chooses, not its rows"),
    pytest.param("unbounded-read", {"a.py": ORDERS % "select(Order)"}, {"a.py": ORDERS % "select(Order).limit(100)"}, id="the statement bounds its rows"),
    pytest.param("unbounded-read", {"a.py": ORDERS % "select(Order)"}, {"a.py": ORDERS % "statement"}, id="a statement that is made elsewhere"),
    pytest.param("query-in-loop", {"a.py": FLAGS % "Flag.objects.get(name=name)"}, {"a.py": FLAGS % "feature_settings.get(name, False)"}, id="settings are no set of rows"),
    pytest.param("query-in-loop", {"a.py": FLAGS % "Flag.objects.get(name=name)"}, {"a.py": FLAGS % "team.options.get(name)"}, id="a dictionary by its type"),
    pytest.param("blocking-call-in-async", {"a.py": SIGNED % "pwd_context"}, {"a.py": SIGNED % "public_key"}, id="a signature is checked in no time"),
    pytest.param("query-in-loop", _java(ASKED), _java(ASKED, "@Cacheable "), id="rows that are kept between sessions"),
    pytest.param("query-in-loop", _java(ASKED), _java(HELD), id="an EAGER relation is joined when a list is loaded"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "wrong", "right"), PAIRS)
def test_near_misses_of_loops(rule: str, wrong: dict[str, str], right: dict[str, str]) -> None:
    """Nothing is told of what is right unless somebody asks for what is doubtful."""
    rules = [knowledge().rules[rule]]
    assert review_model(model_of(wrong), rules, sure(rules)).findings
    told = review_model(model_of(right), rules, sure(rules)).findings
    assert not [each for each in told if each.confidence is not Confidence.LOW]


SCRIPT = """
import sqlite3

from flask import Flask

app = Flask(__name__)


@app.post("/setup")
def run():
    database = sqlite3.connect("shop.db")
    for %s in %s:
        cursor = database.execute(%s)
        rows = cursor.fetchall()
    return rows
"""


@pytest.mark.parametrize(
    ("each", "given", "told"),
    [
        ("statement", "statement", False),
        ("order", '"SELECT * FROM orders WHERE id = ?", (order,)', True),
    ],
)
def test_a_cursor_of_each_statement_of_a_script_is_no_query_per_row(
    each: str, given: str, *, told: bool
) -> None:
    listed = "read_script()" if each == "statement" else "read_orders()"
    rule = knowledge().rules["query-in-loop"]
    files = {"app.py": SCRIPT.replace("/setup", "/rows") % (each, listed, given)}
    assert bool(review_model(model_of(files), [rule], sure([rule])).findings) is told
