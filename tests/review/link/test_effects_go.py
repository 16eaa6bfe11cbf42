"""What Go's calls do, which structs and tables queries are about, and where Go's names lead."""

import pytest
from tests.review.cases import model_of

from backwright.review.link.project import Cls
from backwright.review.link.types import written

HEAD = """
package app

import (
	"context"
	"crypto/md5"
	crand "crypto/rand"
	"database/sql"
	"log/slog"
	"math/rand"
	"net/http"
	"net/smtp"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"time"

	"github.com/go-resty/resty/v2"
	"github.com/golang-jwt/jwt/v5"
	"github.com/hashicorp/golang-lru/v2"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jmoiron/sqlx"
	gocache "github.com/patrickmn/go-cache"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/redis/go-redis/v9"
	"go.mongodb.org/mongo-driver/mongo"
	"golang.org/x/crypto/bcrypt"
	"google.golang.org/grpc"
	"gorm.io/gorm"
)

type User struct {
	ID    uint
	Posts []Post
}

type Post struct{ ID uint }

const byID = "SELECT * FROM accounts WHERE id = $1"
"""


def _does(params: str, line: str) -> set[str]:
    model = model_of({"app.go": f"{HEAD}\nfunc f({params}) {{\n{line}\n}}\n"})
    return {
        does.does for calls in model.effects.of_call for told in calls.values() for does in told
    }


@pytest.mark.parametrize(("params", "line", "expected"), [
    pytest.param("", 'http.Get("http://a.example")', {"outgoing"}, id="the default client asks outside"),
    pytest.param("", "client := &http.Client{Timeout: time.Second}\nclient.Do(req)", {"client", "outgoing"}, id="a client of one's own"),
    pytest.param("", 'resty.New().R().Get("http://a.example")', {"client", "outgoing"}, id="resty"),
    pytest.param("", 'grpc.Dial("a:1")', {"client", "client-pool"}, id="a gRPC connection"),
    pytest.param("", 'smtp.SendMail("a:25", nil, "a", nil, nil)', {"mail"}, id="a mail"),
    pytest.param("", "time.Sleep(time.Second)", {"sleep"}, id="a sleep"),
    pytest.param("", 'exec.Command("ls", name).Run()', {"process", "sink-command"}, id="a process"),
    pytest.param("", "os.ReadFile(name)", {"file", "sink-path"}, id="a file"),
    pytest.param("", "md5.Sum(data)", {"hash"}, id="a fast hash"),
    pytest.param("", "bcrypt.GenerateFromPassword(pw, 10)", {"password-hash", "cpu"}, id="a password hash"),
    pytest.param("", "rand.Intn(10)", {"random-weak"}, id="math/rand can be guessed"),
    pytest.param("", "crand.Read(buf)", {"random-strong"}, id="crypto/rand cannot"),
    pytest.param("", "jwt.NewWithClaims(jwt.SigningMethodHS256, claims)", {"token-make"}, id="a token is made"),
    pytest.param("", "jwt.ParseWithClaims(text, claims, key)", {"token-check"}, id="a token is checked"),
    pytest.param("m *sync.RWMutex", "m.RLock()", {"lock"}, id="a lock by its type"),
    pytest.param("", 'slog.Error("failed", "err", err)', {"log"}, id="a log"),
    pytest.param("l *slog.Logger", 'l.Info("x")', {"log"}, id="a logger by its type"),
    pytest.param("", "promhttp.Handler()", {"metric"}, id="metrics"),
    pytest.param("", "signal.Notify(c, os.Interrupt)", {"shutdown"}, id="a signal"),
    pytest.param("s *http.Server", "s.Shutdown(ctx)", {"shutdown"}, id="a graceful end"),
    pytest.param("rdb *redis.Client", 'rdb.Set(ctx, "k", 1, time.Minute)', {"cache-set"}, id="a value is cached"),
    pytest.param("c *gocache.Cache", 'c.Get("k")', {"cache-get"}, id="a value is looked up"),
    pytest.param("", "lru.New[string, User](10)", {"cache-make"}, id="a cache is made"),
    pytest.param("db *sql.DB", "db.QueryContext(ctx, byID, 1)", {"query", "sink-sql"}, id="database/sql"),
    pytest.param("store *sqlx.DB", "store.SelectContext(ctx, &users, byID)", {"query", "sink-sql"}, id="sqlx by its type"),
    pytest.param("p *pgxpool.Pool", "p.QueryRow(ctx, byID, 1).Scan(&u)", {"query", "sink-sql"}, id="pgx by its type"),
    pytest.param("", 'sql.Open("postgres", dsn)', {"pool"}, id="a pool"),
    pytest.param("g *gorm.DB", "g.Create(&User{})", {"query"}, id="GORM writes"),
    pytest.param("c *mongo.Collection", "c.FindOne(ctx, filter)", {"query"}, id="MongoDB"),
    pytest.param("u *User", 'u.Get("http://x")\nu.Find(1)\nq.Get("a")', set(), id="everyday names of one's own do nothing"),
])  # fmt: skip
def test_effects(params: str, line: str, expected: set[str]) -> None:
    assert expected == _does(params, line)


@pytest.mark.parametrize(("params", "line", "expected"), [
    pytest.param("db *gorm.DB", "var users []User\ndb.Where(1).Find(&users)", ("read", "User", True, False), id="many into a list"),
    pytest.param("db *gorm.DB", "var user User\ndb.Find(&user, id)", ("read", "User", False, True), id="one into a struct"),
    pytest.param("db *gorm.DB", "var users []User\ndb.Limit(10).Find(&users)", ("read", "User", True, True), id="a limit bounds"),
    pytest.param("db *gorm.DB", "var u User\ndb.Preload(\"Posts\").First(&u)", ("read", "User", False, True), id="the first"),
    pytest.param("db *gorm.DB", "db.Model(&User{}).Where(1).Updates(m)", ("write", "User", False, True), id="a model is changed"),
    pytest.param("db *gorm.DB", "var posts []Post\ndb.Raw(`SELECT * FROM articles LIMIT 5`).Scan(&posts)", ("read", "articles", False, True), id="SQL in a chain"),
    pytest.param("db *sql.DB", "db.Query(`SELECT * FROM orders`)", ("raw", "orders", True, False), id="SQL text"),
    pytest.param("db *sql.DB", "db.QueryContext(ctx, byID, 1)", ("raw", "accounts", True, False), id="SQL in a constant, behind a context"),
    pytest.param("db *sql.DB", "db.QueryContext(ctx, `SELECT * FROM orders LIMIT $1`, n)", ("raw", "orders", False, True), id="SQL with a limit"),
    pytest.param("db *sql.DB", "db.ExecContext(ctx, `UPDATE stock SET n = n - 1`)", ("raw", "stock", False, True), id="SQL that changes"),
    pytest.param("db *mongo.Database", 'db.Collection("posts").Find(ctx, m)', ("read", "posts", True, False), id="a collection by its name"),
])  # fmt: skip
def test_queries(params: str, line: str, expected: tuple[str, str, bool, bool]) -> None:
    (access,) = model_of({"app.go": f"{HEAD}\nfunc f({params}) {{\n{line}\n}}\n"}).data.accesses
    assert expected == (access.op, access.table, access.many, access.is_bounded)


@pytest.mark.parametrize(("source", "expected"), [
    pytest.param("(*Order, error)", ("Order", False), id="the first result"),
    pytest.param("(map[string][]Order, error)", ("Order", True), id="a map among results"),
    pytest.param("map[string]*models.Order", ("models.Order", True), id="a map"),
    pytest.param("[2]Order", ("Order", True), id="an array"),
    pytest.param("<-chan Order", ("Order", True), id="a channel"),
    pytest.param("error", ("error", False), id="a plain name"),
])  # fmt: skip
def test_types(source: str, expected: tuple[str, bool]) -> None:
    made = written(source)
    assert expected == (made.name, made.is_many)


INTERFACES = {
    "go.mod": "module example.com/shop\n",
    "order/service.go": """
package order

type Store interface {
	Find(id int) (*Order, error)
	Save(o *Order) error
}

type Order struct{}

type Service struct{ store Store }

func (s *Service) Pay(id int) { s.store.Find(id) }
""",
    "postgres/store.go": """
package postgres

import "example.com/shop/order"

type Store struct{}

func (s *Store) Find(id int) (*order.Order, error) { return nil, nil }
func (s *Store) Save(o *order.Order) error         { return nil }
""",
    "mocks/store.go": """
package mocks

type Store struct{}

func (s *Store) Find(id int) (any, error) { return nil, nil }
func (s *Store) Save(o any) error         { return nil }
""",
    "other/store.go": "package other\n\ntype Store struct{}\n\nfunc (s *Store) Find(id int) error { return nil }\n",
}


def test_an_interface_stands_for_the_types_that_have_its_methods() -> None:
    project = model_of(INTERFACES).project
    call = next(c for c in project.files[0].calls if c.name == "Find")
    assert ["postgres/store.go"] == [
        project.files[fn.file].path for fn in project.resolve_call(0, call)
    ]


@pytest.mark.parametrize(("imported", "expected"), [
    pytest.param("net/http", None, id="the standard library is no folder of ours"),
    pytest.param("github.com/labstack/echo/v4/middleware", None, id="a library's package is not our folder of that name"),
    pytest.param("github.com/acme/app/internal/middleware", "internal/middleware/m.go", id="our own package, without a go.mod"),
])  # fmt: skip
def test_imports(imported: str, expected: str | None) -> None:
    files = {
        "main.go": f'package main\n\nimport (\n\t"{imported}"\n\t"github.com/acme/app/http"\n\t"github.com/labstack/echo/v4"\n)\n',
        "http/h.go": "package http\n\ntype Server struct{}\n",
        "internal/middleware/m.go": "package middleware\n\ntype M struct{}\n",
    }
    project = model_of(files).project
    at = next(n for n, f in enumerate(project.files) if f.path == "main.go")
    found = project.module_files(at, imported)
    assert expected == (project.files[found[0]].path if found else None)


def test_a_type_of_a_library_is_none_of_ours_with_that_name() -> None:
    files = {
        "db.go": 'package app\n\nimport "database/sql"\n\ntype DB struct{}\n\nfunc f(a *sql.DB, b *DB) {}\n',
    }
    project = model_of(files).project
    assert (None, Cls(0, 0)) == (project.type_of(0, 0, "a").cls, project.type_of(0, 0, "b").cls)


def test_a_type_that_embeds_the_interface_it_stands_for_ends() -> None:
    files = {
        "store.go": """
package app

type Store interface {
	Load(id string) error
}

type cached struct {
	Store
}

type traced struct {
	Store
}

func run(s Store) error { return s.Load("a") }
"""
    }
    model = model_of(files)
    (call,) = model.files[0].calls
    assert model.project.resolve_call(0, call)
