"""Calls whose receiver is not known: a name alone says whose method runs only beside other evidence; and loops that ask no data."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.model.finding import Confidence, Tier
from backwright.review.reviewing import review_model

STOCK = """package shop.stock;
import org.springframework.jdbc.core.JdbcTemplate;
public class StockLevels {
  private JdbcTemplate jdbc;
  public Integer remaining(long id) { return jdbc.queryForObject("SELECT amount FROM stock WHERE id = ?", Integer.class, id); }
}
"""
REPORT = """package shop.web;
import java.util.*;
import shop.data.*;
import org.springframework.web.bind.annotation.*;
@RestController public class Reports {
  @GetMapping("/reports") public List<Object> all(@RequestParam List<Long> ids) {
    List<Object> found = new ArrayList<>();
    for (Long id : ids) { found.add(%s.remaining(id)); }
    return found;
  }
}
"""
ROWS = """import { PrismaClient } from '@prisma/client';
%s
import express from 'express';

const app = express();
const prisma = new PrismaClient();

app.post('/totals', async (req, res) => {
  const found = [];
  for (const order of req.body.orders) {
    found.push(await %s(order.lines, (line) => line.sku));
  }
  res.json(found);
});
"""
KINDS = """from django.db import models
from django.http import JsonResponse
from django.urls import path


class Parcel(models.Model):
    name = models.CharField(max_length=20)

    @classmethod
    def is_known(cls, name):
        return cls.objects.filter(name=name).exists()

    def has_twin(self, name):
        return Parcel.objects.filter(name=name).exists()


def known(request):
    return JsonResponse({"known": [each.%s(each.name) for each in Parcel.choose(request)]})


urlpatterns = [path("known", known)]
"""
SHOPS = """from django.db import models
from django.http import JsonResponse
from django.urls import path


class Shop(models.Model):
    host = models.CharField(max_length=20)


def shop_of(request, name):
    %s
        shop = found_shop(name)
        request._shop = shop
    return request._shop


def found_shop(name):
    return Shop.objects.get(host=name)


def names(request):
    return JsonResponse({"names": [shop_of(request, name).host for name in request.GET.getlist("name")]})


urlpatterns = [path("names", names)]
"""
FAILING = """from django.db import models
from django.http import JsonResponse
from django.urls import path


class Job(models.Model):
    name = models.CharField(max_length=20)


def label(name, rates):
    try:
        return rates.label(name)
    except %s:
        return Job.objects.get(name=name).name


def labels(request, rates):
    return JsonResponse({"names": [label(name, rates) for name in request.GET.getlist("name")]})


urlpatterns = [path("labels", labels)]
"""
SOURCES = """use sqlx::PgPool;

pub struct %s { pub names: Vec<String> }

impl %s {
    pub async fn counts(&self, pool: &PgPool) -> sqlx::Result<Vec<i64>> {
        let mut counts = Vec::new();
        for name in &self.names {
            let count: i64 = sqlx::query_scalar("SELECT count(*) FROM tiles WHERE source = $1").bind(name).fetch_one(pool).await?;
            counts.push(count);
        }
        Ok(counts)
    }
}
"""

LATEST = """import express from 'express';
import { PrismaClient } from '@prisma/client';

const app = express();
const prisma = new PrismaClient();

app.get('/latest', async (req, res) => {
  const orders = await prisma.order.findMany({ take: %s });
  const found = [];
  for (const order of orders) {
    found.push(await prisma.line.findMany({ where: { orderId: order.id } }));
  }
  res.json(found);
});
"""

INDEXES = """use sqlx::SqlitePool;

pub async fn columns(pool: &SqlitePool, names: &[String]) -> sqlx::Result<Vec<String>> {
    let mut found = Vec::new();
    for name in names {
        let column: String = sqlx::query_scalar("SELECT name FROM %s WHERE name = $1").bind(name).fetch_one(pool).await?;
        found.push(column);
    }
    Ok(found)
}
"""

FIELDS = """using Microsoft.AspNetCore.Mvc;
using MongoDB.Driver;
namespace A;
public record Column(string Name);
public class ColumnCollection : List<Column> { }
public class ColumnsController(IMongoCollection<Column> stored) : ControllerBase {
  [HttpGet("/columns")] public List<object> All([FromQuery] List<string> names, ColumnCollection columns) {
    var kept = columns.Where(x => x.Name != "id").ToList();
    var found = new List<object>();
    foreach (var name in names) { found.Add(%s.Find(x => x.Name == name)); }
    return found;
  }
}
"""


def _stock(receiver: str) -> dict[str, str]:
    return {"StockLevels.java": STOCK, "Reports.java": REPORT % receiver}


def _sources(name: str) -> dict[str, str]:
    return {"src/sources.rs": SOURCES.replace("%s", name)}


PAIRS = [
    pytest.param(_stock("stock()"), _stock("voucher()"), id="a method of another thing has the same name"),
    pytest.param(_stock("stock()"), _stock("stock().toBuilder()"), id="what a builder has is its own"),
    pytest.param({"a.ts": ROWS % ("", "prisma.line.groupBy")}, {"a.ts": ROWS % ("import { groupBy } from 'remeda';", "groupBy")}, id="a function of another library"),
    pytest.param({"a.py": KINDS % "has_twin"}, {"a.py": KINDS % "is_known"}, id="the elements are classes"),
    pytest.param({"a.py": SHOPS % "if name:"}, {"a.py": SHOPS % 'if not hasattr(request, "_shop"):'}, id="an answer is kept on the request"),
    pytest.param({"a.py": FAILING % "KeyError"}, {"a.py": FAILING % "ConnectionError"}, id="asked only after a failure"),
    pytest.param(_sources("Sources"), _sources("SourcesConfig"), id="what a configuration lists"),
    pytest.param({"a.ts": LATEST % "50"}, {"a.ts": LATEST % "3"}, id="three rows are three rows"),
    pytest.param({"src/a.rs": INDEXES % "parcels"}, {"src/a.rs": INDEXES % "pragma_index_info('parcels')"}, id="what the database says of itself"),
    pytest.param({"A.cs": FIELDS % "stored"}, {"A.cs": FIELDS % "kept"}, id="a list in memory has a Find of its own"),
]  # fmt: skip


@pytest.mark.parametrize(("asks", "stays_quiet"), PAIRS)
def test_calls_in_loops(asks: dict[str, str], stays_quiet: dict[str, str]) -> None:
    """Only the loop is told that asks for each element."""
    rules = [knowledge().rules["query-in-loop"]]
    assert review_model(model_of(asks), rules, Tier.DEFAULT).findings
    told = review_model(model_of(stays_quiet), rules, Tier.DEFAULT).findings
    assert not [each for each in told if each.confidence is not Confidence.LOW]
