"""Go projects that register routes through functions, methods and engines of their own."""

import pytest
from tests.review.cases import model_of

MOD = "module example.com/shop\n\ngo 1.22\n"
ENGINE = """
package web

import (
	"net/http"

	"github.com/julienschmidt/httprouter"
)

type Context struct{ User *User }
type HandlerFunc func(*Context) error
type MiddlewareFunc func(HandlerFunc) HandlerFunc

type Engine struct {
	mux    *httprouter.Router
	worker *Worker
	chain  []MiddlewareFunc
}

func New() *Engine { return &Engine{mux: httprouter.New()} }

func (e *Engine) Worker() *Worker { return e.worker }

func (e *Engine) Use(m MiddlewareFunc) { e.chain = append(e.chain, m) }

func (e *Engine) Group() *Group { return &Group{engine: e, chain: e.chain} }

func (e *Engine) Get(path string, handler HandlerFunc) {
	e.mux.Handle("GET", path, e.wrap(e.chain, handler))
}

func (e *Engine) wrap(chain []MiddlewareFunc, handler HandlerFunc) httprouter.Handle {
	next := handler
	for i := len(chain) - 1; i >= 0; i-- {
		next = chain[i](next)
	}
	return func(w http.ResponseWriter, r *http.Request, ps httprouter.Params) { next(&Context{}) }
}

type Group struct {
	engine *Engine
	chain  []MiddlewareFunc
}

func (g *Group) Use(m MiddlewareFunc) { g.chain = append(g.chain, m) }

func (g *Group) Sub(prefix string, m ...MiddlewareFunc) *Group { return &Group{engine: g.engine, chain: g.chain} }

func (g *Group) Post(path string, handler HandlerFunc) {
	g.engine.mux.Handle("POST", path, g.engine.wrap(g.chain, handler))
}

func (g *Group) Files(prefix, root string) {
	h := func(c *Context) error { return nil }
	g.engine.mux.Handle("GET", prefix, g.engine.wrap(g.chain, h))
}

type Worker struct{}

func (w *Worker) Use(m MiddlewareFunc) {}
"""
GUARDS = """
package guards

import "example.com/shop/web"

func IsAuthenticated() web.MiddlewareFunc {
	return func(next web.HandlerFunc) web.HandlerFunc {
		return func(c *web.Context) error {
			if !c.IsAuthenticated() {
				return c.Unauthorized()
			}
			return next(c)
		}
	}
}

func Known() web.MiddlewareFunc {
	return func(next web.HandlerFunc) web.HandlerFunc {
		return func(c *web.Context) error {
			claims, err := decodeToken(c)
			if err != nil {
				c.RemoveCookie("auth")
				return next(c)
			}
			if claims.Blocked {
				return c.Unauthorized()
			}
			return next(c)
		}
	}
}
"""
ROUTES = """
package cmd

import (
	"example.com/shop/guards"
	"example.com/shop/handlers"
	"example.com/shop/web"
)

func main() { routes(web.New()) }

func routes(r *web.Engine) *web.Engine {
	r.Worker().Use(guards.IsAuthenticated())
	r.Get("/health", handlers.Health())
	r.Use(guards.Known())
	r.Get("/orders/:id", handlers.Show())

	g := r.Group()
	g.Files("/assets/*path", "dist")
	g.Post("/login", handlers.Login)
	g.Use(guards.IsAuthenticated())
	g.Post("/orders", handlers.Create())

	admin := g.Sub("/admin")
	admin.Post("/users", handlers.Create())

	other := r.Group().Sub("/open")
	other.Post("/hook", handlers.Login)

	private := r.Group().Sub("/private", guards.IsAuthenticated())
	private.Post("/hook", handlers.Login)

	r.Use(guards.IsAuthenticated())
	r.Get("/me", handlers.Show())
	return r
}
"""
HANDLERS = """
package handlers

import "example.com/shop/web"

func Health() web.HandlerFunc { return func(c *web.Context) error { return nil } }
func Show() web.HandlerFunc   { return func(c *web.Context) error { return nil } }
func Create() web.HandlerFunc { return func(c *web.Context) error { return nil } }
func Login(c *web.Context) error { return nil }
"""
REQUIRE = """
func requireLogin(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			http.Error(w, "login", http.StatusUnauthorized)
			return
		}
		next(w, r)
	}
}

func list(w http.ResponseWriter, r *http.Request) {}
func show(w http.ResponseWriter, r *http.Request) {}
"""


def plain(source: str) -> dict[str, str]:
    return {"go.mod": MOD, "main.go": f"package main\n{source}\n{REQUIRE}"}


def endpoints(files: dict[str, str]) -> set[tuple[str, str, str, bool]]:
    return {(each.method, each.path, each.handler, each.auth) for each in model_of(files).endpoints}


def test_an_engine_of_the_projects_own_with_groups_and_middleware_in_the_order_of_its_lines():
    files = {
        "web/engine.go": ENGINE,
        "guards/guards.go": GUARDS,
        "cmd/routes.go": ROUTES,
        "handlers/handlers.go": HANDLERS,
    }
    assert endpoints({"go.mod": MOD, **files}) == {
        ("GET", "/health", "Health", False),
        ("GET", "/orders/{id}", "Show", False),
        ("POST", "/login", "Login", False),
        ("POST", "/orders", "Create", True),
        ("POST", "/admin/users", "Create", True),
        ("POST", "/open/hook", "Login", False),
        ("POST", "/private/hook", "Login", True),
        ("GET", "/me", "Show", True),
    }


METHODS = """
import "net/http"

type Server struct{ mux *http.ServeMux }

func (s *Server) handle(method, path string, h http.HandlerFunc) {
	s.mux.HandleFunc(method+" /api"+path, h)
}

func (s *Server) get(path string, h http.HandlerFunc) { s.handle(http.MethodGet, path, h) }

func (s *Server) private(path string, h http.HandlerFunc) {
	s.handle("POST", path, requireLogin(h))
}

func (s *Server) routes(name string) {
	s.get("/orders", list)
	s.private("/orders", show)
	s.handle("DELETE", "/orders/{id}", requireLogin(show))
	s.get(name, list)
}
"""
CLOSURE = """
import "net/http"

func main() {
	mux := http.NewServeMux()
	handle := func(path string, h http.HandlerFunc) { mux.HandleFunc(path, requireLogin(h)) }
	handle("GET /orders", list)
	open := func(path string, h http.HandlerFunc) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Frame-Options", "DENY")
			h(w, r)
		})
	}
	open("GET /about", show)
	asked := func(path string, h http.HandlerFunc) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			if _, err := currentSession(r); err != nil {
				http.Error(w, "login", http.StatusUnauthorized)
				return
			}
			h(w, r)
		})
	}
	asked("GET /me", show)
}
"""
HANDED = """
import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

func get(r chi.Router, path string, h http.HandlerFunc) { r.Get(path, h) }

func crud(r chi.Router, path string, h Resource) {
	r.Get(path, h.List)
	r.Post(path, h.Create)
}

type Resource interface {
	List(w http.ResponseWriter, r *http.Request)
	Create(w http.ResponseWriter, r *http.Request)
}

type Orders struct{}

func (o *Orders) List(w http.ResponseWriter, r *http.Request)   {}
func (o *Orders) Create(w http.ResponseWriter, r *http.Request) {}

func main() {
	r := chi.NewRouter()
	get(r, "/about", show)
	r.Route("/v1", func(api chi.Router) {
		get(api, "/orders", list)
	})
	orders := &Orders{}
	crud(r, "/lines", orders)
}
"""
PASSED_ON = """
import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

type answer func(r *http.Request) error

func h(r chi.Router, path string, f answer) {
	raw(r, path, func(_ http.ResponseWriter, r *http.Request) error { return f(r) })
}

func raw(r chi.Router, path string, f func(w http.ResponseWriter, r *http.Request) error) {
	handle := func(w http.ResponseWriter, r *http.Request) {
		err := f(w, r)
		if err == errNoSession {
			http.Error(w, "login", http.StatusUnauthorized)
		}
	}
	add(r, path, handle)
}

func add(r chi.Router, path string, handle func(w http.ResponseWriter, r *http.Request)) {
	r.HandleFunc("/"+path, handle)
	r.HandleFunc("/"+path+".view", handle)
}

func about(r *http.Request) error  { return nil }
func orders(r *http.Request) error { return nil }

func main() {
	r := chi.NewRouter()
	h(r, "about", about)
	r.Group(func(r chi.Router) {
		r.Use(requireSession)
		h(r, "orders", orders)
	})
	h(r.With(requireSession), "lines", orders)
}

func requireSession(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if session(r) == nil {
			sendError(w, newError(ErrorAuthenticationFail))
			return
		}
		next.ServeHTTP(w, r)
	})
}
"""
CHOSEN = """
import "net/http"

type Server struct{ mux *http.ServeMux }

func (s *Server) handle(path string, h http.HandlerFunc, private bool) {
	if private {
		h = requireLogin(h)
	}
	s.mux.HandleFunc(path, h)
}

func (s *Server) routes() { s.handle("GET /about", show, false) }
"""
MIDDLEWARE = """
import (
	"net/http"

	"github.com/gorilla/mux"
)

type Middleware func(http.HandlerFunc) http.HandlerFunc

type Server struct{ router *mux.Router }

func (s *Server) route(path string, h http.HandlerFunc, around ...Middleware) {
	for _, each := range around {
		h = each(h)
	}
	s.router.HandleFunc(path, h).Methods("PUT")
}

func (s *Server) routes() {
	s.route("/orders", list, requireLogin)
	s.route("/about", show)
}
"""
CLIENT = """
import "net/http"

type Client struct{ http *http.Client }

func (c *Client) Get(path string, then func(*http.Response)) {
	answer, _ := c.http.Get(path)
	then(answer)
}

func main() {
	c := &Client{}
	c.Get("/orders", func(*http.Response) {})
}
"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(
            METHODS,
            {
                ("GET", "/api/orders", "list", False),
                ("POST", "/api/orders", "show", True),
                ("DELETE", "/api/orders/{id}", "show", True),
            },
            id="methods of a server that call one another",
        ),
        pytest.param(
            CLOSURE,
            {
                ("GET", "/orders", "list", True),
                ("GET", "/about", "show", False),
                ("GET", "/me", "show", True),
            },
            id="closures, and what they put around a handler",
        ),
        pytest.param(
            HANDED,
            {
                ("GET", "/about", "show", False),
                ("GET", "/v1/orders", "list", False),
                ("GET", "/lines", "Orders.List", False),
                ("POST", "/lines", "Orders.Create", False),
            },
            id="functions that are handed a router",
        ),
        pytest.param(
            CHOSEN,
            {("GET", "/about", "show", False)},
            id="a login that a flag chooses is not known",
        ),
        pytest.param(
            MIDDLEWARE,
            {("PUT", "/orders", "list", True), ("PUT", "/about", "show", False)},
            id="middleware that is handed over",
        ),
        pytest.param(CLIENT, set(), id="a client declares no routes"),
    ],
)
def test_functions_that_register_for_others(source, expected):
    assert expected == endpoints(plain(source))
