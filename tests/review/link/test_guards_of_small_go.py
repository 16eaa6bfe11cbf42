"""Guards of small Go applications: what only sounds like a login, flags, controllers, guards of an own application and chain."""

import pytest
from tests.review.cases import model_of

Shown = tuple[str, str, bool]


def shown(files: dict[str, str]) -> set[Shown]:
    model = model_of(files)
    assert len(model.endpoints) == len({(e.method, e.path) for e in model.endpoints})
    return {(e.method, e.path, bool(e.auth)) for e in model.endpoints}


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
