"""missing-auth: records of others, open endpoints, applications without a login; and what must stay quiet."""

from pathlib import Path

import pytest
from tests.review.cases import Case, cells, findings, knowledge, model_of, problems, sure

from backwright.model.finding import Confidence, Tier
from backwright.review.reviewing import review_model

FOLDER = Path(__file__).parent / "auth"
CASES = [
    pytest.param(case, id=f"{path.stem}: {case.title}")
    for path in sorted(FOLDER.glob("*.md"))
    for case in cells(path)
]


@pytest.mark.parametrize("case", CASES)
def test_missing_auth(case):
    assert [] == problems(case, {"missing-auth"})


def by_title(stem: str, title: str) -> Case:
    return next(case for case in cells(FOLDER / f"{stem}.md") if title in case.title)


def test_a_sibling_that_compares_makes_it_certain():
    found = findings(by_title("java", "beside one that compares"), {"missing-auth"})
    assert [Confidence.HIGH] == [each.confidence for each in found]
    assert "OrderController.java" in found[0].path[-1].file


def test_without_any_login_there_is_one_doubtful_finding_and_none_by_default():
    case = by_title("python", "nothing in this application")
    assert [Confidence.LOW] == [f.confidence for f in findings(case, {"missing-auth"})]
    rule = knowledge().rules["missing-auth"]
    assert () == review_model(model_of(case.files), [rule], sure([rule])).findings


OPEN_LIST = {
    "src/paths.ts": "export const PUBLIC_PATHS = ['/api/prices', '/api/news/'];\n",
    "src/app.ts": """import express from 'express';
import { PUBLIC_PATHS } from './paths';
import { requireUser } from './guards';
import { db } from './db';

const app = express();
app.post('/api/orders', requireUser, async (req, res) => { await db.orders.insert(req.body); res.end(); });
app.put('/api/orders/:id', requireUser, async (req, res) => { await db.orders.update(req.body); res.end(); });
app.post('/api/bills', requireUser, async (req, res) => { await db.bills.insert(req.body); res.end(); });
app.post('/api/prices', async (req, res) => { await db.prices.insert(req.body); res.end(); });
app.post('/api/pricesets', async (req, res) => { await db.sets.insert(req.body); res.end(); });
""",
}
READS = """from flask import Blueprint, jsonify, request
from flask_login import login_required
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
views = Blueprint("views", __name__)


class Song(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(80))


@views.post("/songs")
@login_required
def add():
    db.session.add(Song(title=request.json["title"]))
    db.session.commit()
    return "", 201


@views.post("/songs/clear")
@login_required
def clear():
    Song.query.delete()
    db.session.commit()
    return "", 204


@views.post("/songs/{name}")
def {name}():
    {body}
"""


def told(files):
    rule = knowledge().rules["missing-auth"]
    found = review_model(model_of(files), [rule], sure([rule])).findings
    return sorted(each.message.partition(" needs")[0] for each in found)


def test_what_a_list_of_open_paths_names_is_open_on_purpose():
    assert ["POST /api/pricesets"] == told(OPEN_LIST)


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        pytest.param(
            "some",
            "return jsonify([s.title for s in Song.query.limit(5).all()])",
            [],
            id="it reads",
        ),
        pytest.param(
            "rename",
            'Song.query.filter_by(id=request.json["id"]).update({"title": "x"})\n    db.session.commit()\n    return ""',
            ["POST /songs/rename"],
            id="it changes",
        ),
    ],
)
def test_a_post_that_only_reads_is_a_guess(name, body, expected):
    code = READS.replace("{name}", name).replace("{body}", body)
    assert expected == told({"app/views.py": code})


OWNED = """from django.contrib.auth.decorators import login_required
from django.db import models
from django.shortcuts import get_object_or_404, redirect
from django.urls import path


class Shelf(models.Model):
    user = models.ForeignKey("auth.User", on_delete=models.CASCADE)
    name = models.CharField(max_length=40)

    def raise_not_deletable(self, viewer):
        if self.user != viewer:
            raise PermissionError


@login_required
def delete_shelf(request, shelf_id):
    shelf = get_object_or_404(Shelf, id=shelf_id)
    CHECK
    shelf.delete()
    return redirect("/")


urlpatterns = [path("shelves/<int:shelf_id>/delete", delete_shelf)]
"""


@pytest.mark.parametrize(
    ("check", "expected"), [("shelf.raise_not_deletable(request.user)", 0), ("pass", 1)]
)
def test_a_check_that_raises_for_others_vouches(check, expected):
    model = model_of({"shop/views.py": OWNED.replace("CHECK", check)})
    found = review_model(model, [knowledge().rules["missing-auth"]], Tier.STRICT).findings
    assert expected == len(found)


_ORDERS = """
[Authorize] [Route("orders")]
public class OrdersController : ControllerBase { [HttpPost] public IActionResult Place() => Ok(); }
"""
_REGIONS = """
public class Region { public int Id { get; set; } }
public class ShopContext : DbContext { public DbSet<Region> Regions { get; set; } }
[Route("regions")]
public class RegionsController : ControllerBase
{
    private readonly ShopContext _context;
    %s
}
"""
_REMOVES = '[HttpDelete("{id}")] public IActionResult Remove(int id) { _context.Regions.Remove(_context.Regions.Find(id)); _context.SaveChanges(); return Ok(); }'
_ADDS = "[HttpPost] public IActionResult Add(Region region) { _context.Regions.Add(region); _context.SaveChanges(); return Ok(); }"
_SEES = '[HttpDelete("{id}")] public IActionResult Seen(int id) { return Ok(_context.Regions.Find(id)); }'


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"Orders.cs": _ORDERS, "Regions.cs": _REGIONS % (_REMOVES + _ADDS)}, ["DELETE /regions/{id} and 1 more need no login"], id="one finding for a file, what deletes first"),
        pytest.param({"Regions.cs": _REGIONS % _REMOVES}, [], id="nothing in the application needs a login"),
        pytest.param({"Regions.cs": (_REGIONS % _REMOVES).replace("public DbSet", "public DbSet<User> Users { get; set; } public DbSet", 1), "User.cs": "public class User { public int Id { get; set; } public string Email { get; set; } public string PasswordHash { get; set; } }"}, ["DELETE /regions/{id} can be used by everybody: nothing in this application needs a login"], id="nothing needs a login though there are accounts"),
        pytest.param({"Orders.cs": _ORDERS, "Regions.cs": _REGIONS % _ADDS}, [], id="what guests may add"),
        pytest.param({"Orders.cs": _ORDERS, "Regions.cs": _REGIONS % _SEES}, [], id="nothing is changed"),
        pytest.param({"Orders.cs": _ORDERS, "Regions.cs": _REGIONS % f"[Authorize] {_REMOVES}"}, [], id="a login before it"),
        pytest.param({"Orders.cs": _ORDERS, "Regions.cs": (_REGIONS % _REMOVES).replace('"regions"', '"webhooks"')}, [], id="open by what it is for"),
        pytest.param({"Orders.cs": _ORDERS, "Regions.cs": (_REGIONS % _REMOVES).replace('"regions"', '"contacts"').replace("RegionsController", "ContactsController")}, ["DELETE /contacts/{id} needs no login"], id="a contact that is kept is no form"),
        pytest.param({"Orders.cs": _ORDERS, "Regions.cs": _REGIONS % _REMOVES.replace("_context.Regions.Find(id)", "_context.Regions.First(r => r.Owner == HttpContext.CurrentUserId())")}, [], id="who asks is asked for"),
    ],
)  # fmt: skip
def test_what_anybody_deletes_is_told_by_default_where_logins_are_said_plainly(
    files: dict[str, str], expected: list[str]
) -> None:
    rule = knowledge().rules["missing-auth"]
    found = review_model(model_of(files), [rule], Tier.DEFAULT).findings
    assert expected == [each.message.partition(" and anybody")[0] for each in found]
