"""Errors that look lost or told and are not, and queries that look unbounded and are not, each beside the mistake that it looks like."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.model.finding import Tier
from backwright.review.reviewing import review_model

GO = """package store

import (
	"database/sql"
	"testing"

	"example.com/shop/logger"
	"golang.org/x/crypto/bcrypt"
)

type Store struct{ db *sql.DB }

var loadErr error

%s
"""
EXIT = """package logger

import "os"

func Error(text string, err error) { print(text) }

func EndWith(text string, err error) {
	Error(text, err)
	os.Exit(1)
}
"""
CREATE = """func (s *Store) Create(name string) (id int64, err error) {
	_, err = s.db.Exec("INSERT INTO users (name) VALUES (?)", name)
	if err != nil {
		return %s
	}
	return s.find(name)
}"""
FORGET = """func (s *Store) Forget(id int64) error {
	%s
	return s.db.Ping()
}"""
LOGIN = """func (s *Store) Login(name, password string) error {
	%s bcrypt.GenerateFromPassword([]byte(password), 12)
	return s.check(name, hash)
}"""
LOAD = """func load(path string) {
	%s
	if loadErr != nil {
		return
	}
	names, loadErr = parse(path)
}"""
OPEN = """func Open(address string) *Store {
	db, err := sql.Open("postgres", address)
	if err != nil {
		logger.%s("no database", err)
	}
	db.SetMaxOpenConns(9)
	return &Store{db}
}"""
ORDERS = """using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;

namespace Shop;

public class ShopContext : DbContext
{
    public DbSet<Order> Orders { get; set; }
}

public class Orders
{
    private readonly ShopContext _db;

    public async Task<Outcome> Place(Order order)
    {
        try
        {
            _db.Orders.Add(order);
            await _db.SaveChangesAsync();
            return Outcome.Placed;
        }
        catch (DbUpdateException e)%s
        {
            return Outcome.NotFound;
        }
    }
}
"""
NOTES = """import { ConflictException, Injectable } from '@nestjs/common';
import { PrismaClient } from '@prisma/client';

@Injectable()
export class Notes {
  constructor(private readonly prisma: PrismaClient) {}

  async create(title: string) {
    %s
      await this.prisma.$transaction(async (tx) => {
        try {
          await tx.note.create({ data: { title } });
        } catch (error) {
          throw new ConflictException(%s);
        }
      });
    %s
  }
}
"""
CAUGHT = ("try {", "} catch (error) { console.error('create', error); return false; }")
LISTED = """using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Shop;

public class ShopContext : DbContext
{
    public DbSet<Order> Orders { get; set; }
}

public class Search
{
    public IQueryable<Order> Run(ShopContext db)
    {
        var query = from o in db.Orders where o.Total > 0 orderby o.Id select o;
        return query%s;
    }
}

[ApiController]
[Route("orders")]
public class OrdersController : ControllerBase
{
    private readonly ShopContext _db;

    [HttpGet]
    public async Task<List<Order>> List(Guid id, Guid? shop, List<Guid> ids)
    {
        %s
    }

    [HttpPost]
    public async Task Add(Order order)
    {
        _db.Orders.Add(order);
        await _db.SaveChangesAsync();
    }

    private IQueryable<Order> Shown(IQueryable<Order> orders) => orders.Select(o => new Order { Id = o.Id });
}
"""
FROM = "var orders = from o in _db.Orders where %s select o;\n        return await orders.ToListAsync();"
RUN = "var search = new Search();\n        return await search.Run(_db).ToListAsync();"
GIVEN = "var chosen = _db.Orders.Where(o => %s);\n        var shown = Shown(chosen);\n        return await shown.ToListAsync();"
LARAVEL = """<?php
use Illuminate\\Database\\Eloquent\\Model;
class CustomField extends Model {
    %s = 'assets';
}
class FieldController {
    public function index() { return response()->json(CustomField::all()); }
    public function store() { return CustomField::create(['name' => 'colour']); }
}
"""
ROUTES = "<?php\nRoute::get('/fields', [FieldController::class, 'index']);\nRoute::post('/fields', [FieldController::class, 'store']);\n"
SPRING = """package shop;
import java.util.List;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;
import org.springframework.web.bind.annotation.*;
import jakarta.persistence.Entity;
@Entity class Order { @Id Long id; }
interface Orders extends JpaRepository<Order, Long> {
  @Query("SELECT o FROM Order o WHERE %s(o.total > 0 OR o.open = true)")
  List<Order> listed(List<Long> ids);
}
@RestController class OrderController {
  private Orders orders;
  @GetMapping("/orders") List<Order> list(@RequestParam List<Long> ids) { return orders.listed(ids); }
  @PostMapping("/orders") void add(@RequestBody Order order) { orders.save(order); }
}
"""
FILTER = """func (s *Store) filter(name string) (*Filter, error) {
	value, err := %s
	if err != nil {
		return nil, ErrInvalidFilter{}
	}
	return &Filter{value}, nil
}

func (s *Store) stored(name string) (string, error) { return s.repo.Find(name) }

func native(name string) (string, error) {
	field, ok := reflect.TypeOf(Filter{}).Elem().FieldByName(name)
	if !ok {
		return "", errors.New("no such field")
	}
	return field.Name, nil
}"""
AXUM = """use axum::{http::StatusCode, routing::get, Router};

async fn named() -> Result<String, StatusCode> {
    match load().await {
        Ok(name) => Ok(name),
        Err(_) => Err(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

pub fn router() -> Router {
    Router::new().route("/name", get(%s))
}
"""
MAILS = """package shop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.web.bind.annotation.*;
class Mails {
  private static final Logger log = LoggerFactory.getLogger(Mails.class);
  private JavaMailSender sender;
  void welcome(String to) throws MailFailed {
    try { sender.send(to); } catch (Exception e) { throw failed(e); }
  }
  private MailFailed failed(Exception e) {
    %s
    return new MailFailed("mail failed");
  }
}
@RestController class Users {
  private Mails mails;
  @PostMapping("/users") void create(@RequestBody User user) throws MailFailed {
    try {
      mails.welcome(user.mail);
    } catch (Exception e) {
      throw new MailFailed("no welcome");
    }
  }
}
"""
PROVIDER = """export class Provider {
  private handleError(e: any) {
    %s
    return new Failure('it did not answer');
  }
}
"""
CALLBACK = """package shop;
import org.springframework.http.*;
class Uploaded implements Callback {
  public void onError(Throwable e) {
    %s
    writer.setResult(new ResponseEntity<>(body, HttpStatus.INTERNAL_SERVER_ERROR));
  }
}
"""
DJANGO = """from django.db import models
from django.db.models import Count
from django.http import JsonResponse
from django.urls import path


class Order(models.Model):
    shop = models.CharField()


def place(request):
    Order.objects.create(shop="a")
    return JsonResponse({})


def orders(request):
    return JsonResponse({"rows": list(Order.objects.%s)})


urlpatterns = [path("orders", orders), path("place", place)]
"""
JOB = """using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace Shop;

public class ShopContext : DbContext
{
    public DbSet<Order> Orders { get; set; }
}

public class Counting : BackgroundService
{
    private readonly ShopContext _db;

    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        _db.Orders.Add(new Order());
        %s
    }

    private IQueryable<Order> Open(IQueryable<Order> orders) => %s;
}
"""
PAGED = """using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
namespace Shop;
public class ShopContext : DbContext { public DbSet<Order> Orders { get; set; } }
public class Order { public Guid Id { get; set; } }
public class Page { public int PageSize { get; set; } = 50; }
public class Asked { %spublic int PageSize { get; set; } = 10; }
public class OrderRepository {
  private readonly ShopContext _db;
  public async Task<List<Order>> Find(Page page) { return await _db.Orders.OrderBy(o => o.Id).Take(page.PageSize).ToListAsync(); }
}
public class Search {
  private readonly OrderRepository _repository;
  public Task<List<Order>> Run(Page options) { return _repository.Find(options); }
}
[ApiController]
[Route("orders")]
public class OrdersController : ControllerBase {
  private readonly Search _search;
  [HttpGet]
  public async Task<List<Order>> List([FromQuery] Asked asked) {
    var page = new Page { PageSize = asked.PageSize };
    return await _search.Run(page);
  }
}
"""

NESTED = PAGED.replace("%s", "").replace(
    "_db.Orders.OrderBy(o => o.Id).Take(page.PageSize).ToListAsync(); }",
    "Shown(_db.Orders.Where(o => %s)).ToListAsync(); }\n"
    "  public void Add(Order order) { _db.Orders.Add(order); _db.SaveChanges(); }\n"
    "  private IQueryable<Order> Shown(IQueryable<Order> orders) => orders.Select(o => new Order { Id = o.Id });",
)


def _go(code: str) -> dict[str, str]:
    return {"store.go": GO % code, "logger/logger.go": EXIT, "go.mod": "module example.com/shop\n"}


def _orders(filter_: str) -> dict[str, str]:
    return {"Orders.cs": ORDERS % filter_}


def _listed(code: str, end: str = "") -> dict[str, str]:
    return {"Orders.cs": LISTED % (end, code)}


LOST = "swallowed-error"
READ = "unbounded-read"
PAIRS = [
    pytest.param(LOST, _go(CREATE % "0, nil"), _go(CREATE % ""), id="a plain return hands on the result that is called err"),
    pytest.param(
        LOST,
        _go(FORGET % '_, _ = s.db.Exec("DELETE FROM users WHERE id = ?", id)'),
        _go(FORGET % 'if _, delErr := s.db.Exec("DELETE FROM users WHERE id = ?", id); delErr != nil { return delErr }'),
        id="not the error is thrown away",
    ),
    pytest.param(LOST, _go(LOGIN % "hash, _ :="), _go(LOGIN % "_, _ ="), id="a hash that is made for its time alone"),
    pytest.param(
        LOST,
        _go((LOAD % "var loadErr error = check(path)").replace("loadErr", "readErr")),
        _go(LOAD % "loadErr = check(path)"),
        id="a variable that others look at",
    ),
    pytest.param(LOST, _go(OPEN % "Error"), _go(OPEN % "EndWith"), id="a helper that ends the process"),
    pytest.param(
        LOST,
        _go('func Prepare(name string, s *Store) { _, _ = s.db.Exec("DELETE FROM users") }'),
        _go('func Prepare(t *testing.T, s *Store) { _, _ = s.db.Exec("DELETE FROM users") }'),
        id="a helper of tests",
    ),
    pytest.param(LOST, _orders(""), _orders(" when (IsDuplicate(e))"), id="a filter that a method is"),
    pytest.param(LOST, _orders(""), _orders(" when (e.HResult == 2601)"), id="a filter by number"),
    pytest.param(
        LOST,
        {"notes.ts": NOTES % (CAUGHT[0], "'no note'", CAUGHT[1])},
        {"notes.ts": NOTES % (CAUGHT[0], "error", CAUGHT[1])},
        id="thrown with what failed",
    ),
    pytest.param(
        "error-text-to-client",
        {"notes.ts": NOTES % ("", "error", "")},
        {"notes.ts": NOTES % (CAUGHT[0], "error", CAUGHT[1])},
        id="thrown no further than the handler around it",
    ),
    pytest.param(LOST, _go(FILTER % "s.stored(name)"), _go(FILTER % "native(name)"), id="what looks into a type is no store"),
    pytest.param(LOST, {"a.rs": AXUM % "named"}, {"a.rs": AXUM % "other"}, id="an error made of another, for no request"),
    pytest.param(LOST, {"a.java": MAILS % ""}, {"a.java": MAILS % 'log.warn("no mail", e);'}, id="written down by a helper below"),
    pytest.param(
        "error-text-to-client",
        {"a.ts": PROVIDER % "if (e instanceof Told) { return new Failure(e.message); }"},
        {"a.ts": PROVIDER % "if (e instanceof Told) { return e; }"},
        id="the error itself goes back to who throws it on",
    ),
    pytest.param(
        "error-text-to-client",
        {"a.java": CALLBACK % "String body = e.getMessage();"},
        {"a.java": CALLBACK % "String body = null; if (e instanceof Unread) { body = e.getMessage(); }"},
        id="nothing but for one kind of error",
    ),
    pytest.param(
        READ, {"a.py": DJANGO % "all()"}, {"a.py": DJANGO % 'values("shop").annotate(n=Count("id"))'}, id="a row for each group",
    ),
    pytest.param(
        READ,
        {"a.cs": JOB % ("var all = await _db.Orders.ToListAsync();", "orders")},
        {"a.cs": JOB % ("var count = await Open(_db.Orders).CountAsync();", "orders.Where(o => o.Total > 0)")},
        id="a query that is only counted",
    ),
    pytest.param(READ, {"a.cs": PAGED % ""}, {"a.cs": PAGED % "[Range(1, 100)] "}, id="a page filled with a size that is bounded"),
    pytest.param(READ, _listed(FROM % "o.Total > 0"), _listed(FROM % "o.Id.Equals(id)"), id="a key in the middle of a query"),
    pytest.param(READ, _listed(FROM % "o.Total > 0"), _listed(FROM % "ids.Contains(o.Id)"), id="a list of keys that is given"),
    pytest.param(
        READ,
        _listed(FROM % "(shop == null || o.ShopId == shop)"),
        _listed(FROM % "o.Id == id && (shop == null || o.ShopId == shop)"),
        id="a key beside an alternative in brackets",
    ),
    pytest.param(READ, _listed(RUN), _listed(RUN, ".Take(50)"), id="a query that is a class and limits itself"),
    pytest.param(READ, {"a.cs": NESTED % "o.Total > 0"}, {"a.cs": NESTED % "o.Id == page.Order"}, id="a query that is handed to a helper"),
    pytest.param(READ, _listed(GIVEN % "o.Total > 0"), _listed(GIVEN % "o.Id == id"), id="a query that a helper goes on from"),
    pytest.param(
        READ,
        {"Field.php": LARAVEL % "protected $table", "routes/api.php": ROUTES},
        {"Field.php": LARAVEL % "public static $table_name", "routes/api.php": ROUTES},
        id="a field that names another table",
    ),
    pytest.param(
        READ, {"Orders.java": SPRING % ""}, {"Orders.java": SPRING % "o.id IN (:ids) AND "}, id="keys beside alternatives",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "wrong", "right"), PAIRS)
def test_near_misses(rule: str, wrong: dict[str, str], right: dict[str, str]) -> None:
    rules = [knowledge().rules[rule]]
    assert review_model(model_of(wrong), rules, Tier.STRICT).findings
    assert not review_model(model_of(right), rules, Tier.STRICT).findings


TRIED = """<?php
use Illuminate\\Http\\Request;
class SettingsController {
    public function %s(Request $request) {
        try {
            Http::post($request->input('url'));
        } catch (\\Exception $e) {
            return response()->json(['message' => $e->getMessage()], 500);
        }
    }
}
"""


@pytest.mark.parametrize(("name", "is_told"), [("saveMail", True), ("testMail", False)])
def test_who_tries_a_setting_asks_for_the_error(name: str, *, is_told: bool) -> None:
    found = review_model(
        model_of({"a.php": TRIED % name}), [knowledge().rules["error-text-to-client"]], Tier.DEFAULT
    )
    assert bool(found.findings) is is_told
