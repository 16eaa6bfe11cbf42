"""What stood between small Go applications and their models: made middleware, handed-on routers, objects that hold or embed one."""

from tests.review.cases import model_of

Shown = tuple[str, str, bool]


def shown(files: dict[str, str]) -> set[Shown]:
    model = model_of(files)
    assert len(model.endpoints) == len({(e.method, e.path) for e in model.endpoints})
    return {(e.method, e.path, bool(e.auth)) for e in model.endpoints}


FIBER_MAIN = """
package main

import (
	"example.com/shop/middleware"
	"github.com/gofiber/fiber/v2"
)

func main() {
	app := fiber.New()
	auth := app.Group("auth")
	auth.Post("/login", login)
	orders := app.Group("/orders")
	orders.Use(middleware.Protected())
	orders.Get("/", list)
	app.Listen(":80")
}

func login(c *fiber.Ctx) error { return nil }
func list(c *fiber.Ctx) error  { return nil }
"""
PROTECTED = """
package middleware

import "github.com/gofiber/fiber/v2"

func Protected() fiber.Handler {
	return func(c *fiber.Ctx) error {
		if c.Get("Authorization") == "" {
			return c.SendStatus(fiber.StatusUnauthorized)
		}
		return c.Next()
	}
}
"""


def test_middleware_that_a_function_makes_guards_what_uses_it() -> None:
    assert shown({"main.go": FIBER_MAIN, "middleware/auth.go": PROTECTED}) == {
        ("POST", "/auth/login", False),
        ("GET", "/orders", True),
    }


def test_an_application_that_a_function_makes_is_mounted() -> None:
    inner = "\nfunc orders() *fiber.App {\n\tinner := fiber.New()\n\tinner.Get('/all', list)\n\treturn inner\n}\n".replace(
        "'", '"'
    )
    main = FIBER_MAIN.replace(
        "orders.Use(middleware.Protected())", 'app.Use("/inner", orders())'
    ).replace('orders := app.Group("/orders")', 'mine := app.Group("/mine")')
    found = shown(
        {
            "main.go": main.replace("orders.Get", "mine.Get").replace(
                '	"example.com/shop/middleware"\n', ""
            )
            + inner
        }
    )
    assert ("GET", "/inner/all", False) in found


SERVED = """
package main

import "net/http"

func main() {
	mux := http.NewServeMux()
	mux.Handle("/api/", http.StripPrefix("/api", api()))
	http.ListenAndServe(":80", mux)
}

func api() http.Handler {
	mux := http.NewServeMux()
	addOrders(mux)
	mux.Handle("/goods/", http.StripPrefix("/goods", goods()))
	return chain(mux.ServeHTTP, logged)
}

func addOrders(mux *http.ServeMux) {
	h := chain(orders().ServeHTTP, requireLogin())
	mux.Handle("/orders", h)
	mux.Handle("/orders/", h)
}

func orders() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", show)
	return mux
}

func goods() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /all", list)
	return mux
}

func requireLogin() func(http.Handler) http.HandlerFunc {
	return func(next http.Handler) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == "" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			next.ServeHTTP(w, r)
		}
	}
}

func chain(h http.HandlerFunc, around ...func(http.Handler) http.HandlerFunc) http.HandlerFunc {
	for _, each := range around {
		h = each(h)
	}
	return h
}

func logged(next http.Handler) http.HandlerFunc { return next.ServeHTTP }
func show(w http.ResponseWriter, r *http.Request) {}
func list(w http.ResponseWriter, r *http.Request) {}
"""


def test_routers_that_are_handed_on_as_what_serves() -> None:
    assert shown({"main.go": SERVED}) == {
        ("GET", "/api/orders/{id}", True),
        ("GET", "/api/goods/all", False),
    }


KEPT = """
package main

import "github.com/gin-gonic/gin"

type Routes struct {
	group *gin.RouterGroup
}

func NewRoutes(group *gin.RouterGroup) *Routes {
	return &Routes{group: group}
}

func (r *Routes) Add() {
	v1 := r.group.Group("/v1")
	v1.GET("/orders", list)
}

func addUsers(
	group *gin.RouterGroup,
	name string,
) {
	group.GET("/all", list)
}

func main() {
	engine := gin.Default()
	routes := NewRoutes(engine.Group("/api"))
	routes.Add()
	addUsers(
		engine.Group("/users"),
		"users",
	)
	engine.Run(":80")
}

func list(c *gin.Context) {}
"""


def test_an_object_that_keeps_a_router_is_none_and_groups_over_several_lines() -> None:
    assert shown({"main.go": KEPT}) == {
        ("GET", "/api/v1/orders", False),
        ("GET", "/users/all", False),
    }


EMBEDDED = """
package main

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/gorilla/mux"
)

type Server struct {
	*mux.Router
	name string
}

func (s *Server) routes() {
	s.HandleFunc("/orders", s.list).Methods("GET")
}

func (s *Server) list(w http.ResponseWriter, r *http.Request) {}

type Goods struct {
	*chi.Mux
}

func NewGoods() Goods {
	g := Goods{Mux: chi.NewMux()}
	g.Get("/{id}", g.Show)
	return g
}

func (g Goods) Show(w http.ResponseWriter, r *http.Request) {}

type Cache struct {
	*Store
}

type Store struct{}

func (s *Store) Get(key string, fill func() string) string { return fill() }

func (c *Cache) warm() string {
	return c.Get("/nothing", func() string { return "" })
}

func main() {
	s := &Server{Router: mux.NewRouter()}
	s.routes()
	root := chi.NewMux()
	goods := NewGoods()
	root.Mount("/goods", goods)
	http.ListenAndServe(":80", root)
}
"""


def test_objects_that_embed_a_router_are_one() -> None:
    assert shown({"main.go": EMBEDDED}) == {
        ("GET", "/orders", False),
        ("GET", "/goods/{id}", False),
    }


TABLES = """
package routes

import (
	"net/http"

	"github.com/gorilla/mux"
)

type Route struct {
	Path       string
	Method     string
	Do         http.HandlerFunc
	NeedsLogin bool
}

var enter = Route{Path: "/enter", Method: http.MethodPost, Do: show, NeedsLogin: false}

var people = []Route{
	{Path: "/people", Method: http.MethodPost, Do: show},
	{Path: "/people", Method: http.MethodGet, Do: show, NeedsLogin: true},
}

var notes = []Route{
	{Path: "/notes", Method: http.MethodGet, Do: show, NeedsLogin: true},
}

func Fill(r *mux.Router) *mux.Router {
	routes := people
	routes = append(routes, enter)
	routes = append(routes, notes...)
	for _, route := range routes {
		if route.NeedsLogin {
			r.HandleFunc(route.Path, logged(authenticated(route.Do))).Methods(route.Method)
		} else {
			r.HandleFunc(route.Path, logged(route.Do)).Methods(route.Method)
		}
	}
	return r
}

func show(w http.ResponseWriter, r *http.Request) {}

func logged(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { next(w, r) }
}

func authenticated(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		next(w, r)
	}
}
"""


def test_tables_of_routes_that_are_joined_and_say_which_need_a_login() -> None:
    assert shown({"routes/routes.go": TABLES}) == {
        ("POST", "/enter", False),
        ("POST", "/people", False),
        ("GET", "/people", True),
        ("GET", "/notes", True),
    }


STATEMENTS = """
package store

import "database/sql"

const addOrder = `INSERT INTO orders (name) VALUES (?)`

func Add(db *sql.DB, name string) error {
	statement, err := db.Prepare(addOrder)
	if err != nil {
		return err
	}
	_, err = statement.Exec(name)
	return err
}

func Drop(db *sql.DB, id int) error {
	text := "DELETE FROM carts WHERE id = ?"
	statement, err := db.Prepare(text)
	if err != nil {
		return err
	}
	_, err = statement.Exec(id)
	return err
}

func Run(db *sql.DB, text string) error {
	statement, err := db.Prepare(text)
	if err != nil {
		return err
	}
	_, err = statement.Exec(text)
	return err
}
"""


def test_a_statement_has_the_table_of_the_text_it_was_prepared_from() -> None:
    assert [access.table for access in model_of({"store/store.go": STATEMENTS}).data.accesses] == [
        "orders",
        "carts",
        "",
    ]
