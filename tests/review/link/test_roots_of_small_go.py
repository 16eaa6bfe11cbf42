"""What stood between small Go applications and their models: made middleware, handed-on routers, objects that hold or embed one."""

import pytest
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


SOUNDS = """
package main

import (
	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/contrib/instrumentation/github.com/gin-gonic/gin/otelgin"
)

type Guards struct{ jwt *JwtService }

func NewGuards(jwt *JwtService) *Guards { return &Guards{jwt: jwt} }

func (g *Guards) LogRequests(c *gin.Context) { log(c.Request.URL.Path) }

func (g *Guards) Authenticate(c *gin.Context) {
	if g.jwt.Parse(c.GetHeader("Authorization")) == nil {
		c.AbortWithStatus(401)
		return
	}
	c.Next()
}

func main() {
	guards := NewGuards(NewJwtService("secret"))
	engine := gin.New()
	engine.Use(otelgin.Middleware("identity-service"))
	open := engine.Group("/open", guards.LogRequests)
	open.GET("/news", list)
	closed := engine.Group("/closed", guards.LogRequests, guards.Authenticate)
	closed.GET("/news", list)
	engine.Run(":80")
}

func list(c *gin.Context) {}
"""


def test_what_only_sounds_like_a_login_is_none() -> None:
    assert shown({"main.go": SOUNDS}) == {
        ("GET", "/open/news", False),
        ("GET", "/closed/news", True),
    }


CONTROLLER = """
package main

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

type LoginController struct{ accounts *Accounts }

func (l *LoginController) Handle(c *gin.Context) {
	account, err := l.accounts.Authenticate(c.PostForm("name"), c.PostForm("password"))
	if err != nil {
		c.JSON(http.StatusUnauthorized, gin.H{"error": "no"})
		return
	}
	c.JSON(http.StatusOK, account)
}

func main() {
	login := &LoginController{}
	engine := gin.New()
	engine.POST("/students/enter", login.Handle)
	engine.Run(":80")
}
"""


@pytest.mark.parametrize(
    ("name", "is_guarded"),
    [
        pytest.param("LoginController", False, id="who logs in is not asked for a login"),
        pytest.param("ReportController", True, id="a controller of something else asks by itself"),
    ],
)
def test_a_controller_with_one_method_is_called_by_its_type(name: str, *, is_guarded: bool) -> None:
    found = shown({"main.go": CONTROLLER.replace("LoginController", name)})
    assert found == {("POST", "/students/enter", is_guarded)}


OWN_APP = """
package web

import (
	"context"
	"net/http"

	"github.com/dimfeld/httptreemux/v5"
)

type Handler func(ctx context.Context, w http.ResponseWriter, r *http.Request) error
type Middleware func(Handler) Handler

type App struct {
	*httptreemux.ContextMux
	around []Middleware
}

func NewApp(around ...Middleware) *App {
	return &App{ContextMux: httptreemux.NewContextMux(), around: around}
}

func (a *App) Handle(method string, path string, handler Handler, around ...Middleware) {
	handler = wrap(around, handler)
	h := func(w http.ResponseWriter, r *http.Request) {
		handler(r.Context(), w, r)
	}
	a.ContextMux.Handle(method, path, h)
}
"""
OWN_GUARDS = """
package guards

import (
	"context"
	"net/http"

	"example.com/shop/web"
)

func Authenticate() web.Middleware {
	return func(handler web.Handler) web.Handler {
		return func(ctx context.Context, w http.ResponseWriter, r *http.Request) error {
			person, err := people.Authenticate(ctx, r.Header.Get("authorization"))
			if err != nil {
				return err
			}
			return handler(with(ctx, person), w, r)
		}
	}
}

func Metrics() web.Middleware {
	return func(handler web.Handler) web.Handler {
		return func(ctx context.Context, w http.ResponseWriter, r *http.Request) error {
			err := handler(ctx, w, r)
			count(err)
			return err
		}
	}
}
"""
OWN_ROUTES = """
package main

import (
	"context"
	"net/http"

	"example.com/shop/guards"
	"example.com/shop/web"
)

func routes(app *web.App) {
	app.Handle(http.MethodGet, "/orders", list, guards.Authenticate())
	app.Handle(http.MethodGet, "/news", list, guards.Metrics())
}

func list(ctx context.Context, w http.ResponseWriter, r *http.Request) error { return nil }
"""


def test_an_own_application_around_a_router_whose_guards_hand_errors_back() -> None:
    files = {
        "go.mod": "module example.com/shop\n",
        "web/web.go": OWN_APP,
        "guards/guards.go": OWN_GUARDS,
        "main.go": OWN_ROUTES,
    }
    assert shown(files) == {("GET", "/orders", True), ("GET", "/news", False)}


FLAGS = """
package main

import (
	"net/http"

	"example.com/shop/guards"
	"github.com/gin-gonic/gin"
)

func Routes(r *gin.Engine, guards guards.Guards) {
	r.POST("/goods", guards.Auth("goods.add", false), add)
	r.GET("/goods", list)
}

func add(c *gin.Context)  {}
func list(c *gin.Context) {}
"""
FLAGGED = """
package guards

import "github.com/gin-gonic/gin"

type Guards interface {
	Auth(permission string, FLAG bool) gin.HandlerFunc
}

type guards struct{ tokens *Tokens }

func (g *guards) Auth(permission string, FLAG bool) gin.HandlerFunc {
	return func(c *gin.Context) {
		if !g.tokens.Verify(c.GetHeader("Authorization")) {
			c.AbortWithStatus(401)
			return
		}
		c.Next()
	}
}
"""


@pytest.mark.parametrize(
    ("flag", "is_guarded"),
    [
        pytest.param("isPublic", True, id="false does not open it"),
        pytest.param("required", False, id="false opens it"),
    ],
)
def test_flags_of_a_guard_that_an_interface_gives(flag: str, *, is_guarded: bool) -> None:
    files = {
        "go.mod": "module example.com/shop\n",
        "main.go": FLAGS,
        "guards/guards.go": FLAGGED.replace("FLAG", flag),
    }
    assert shown(files) == {("POST", "/goods", is_guarded), ("GET", "/goods", False)}


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


OWN_CHAIN = """
package main

import "net/http"

type chain []func(http.Handler) http.Handler

func (c chain) thenFunc(h http.HandlerFunc) http.Handler {
	var handler http.Handler = h
	for _, each := range c {
		handler = each(handler)
	}
	return handler
}

func main() {
	mux := http.NewServeMux()
	base := chain{logged}
	private := append(base, requireLogin)
	mux.Handle("GET /open", base.thenFunc(show))
	mux.Handle("GET /closed", private.thenFunc(show))
	http.ListenAndServe(":80", mux)
}

func show(w http.ResponseWriter, r *http.Request) {}

func logged(next http.Handler) http.Handler { return next }

func requireLogin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}
"""


def test_an_own_chain_of_middleware_counts_with_what_it_was_made_of() -> None:
    assert shown({"main.go": OWN_CHAIN}) == {("GET", "/open", False), ("GET", "/closed", True)}
