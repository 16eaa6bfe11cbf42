"""Go's routers: one name in several blocks, middleware that is written in place, and what a router gives back that it was given middleware."""

import pytest
from tests.review.cases import model_of

HEAD = """
package main

import (
	"net/http"
	"path"

	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"
)

const admin = "/admin"

type auth struct{}

func (a *auth) Login(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Get("user") == nil {
			return echo.NewHTTPError(http.StatusUnauthorized)
		}
		return next(c)
	}
}

func requireLogin(c *gin.Context) {
	if c.GetHeader("Authorization") == "" {
		c.AbortWithStatus(401)
	}
}

func list(c echo.Context) error { return nil }
func show(c *gin.Context)       {}
"""
BLOCKS = """
func routes(e *echo.Echo, a *auth) {
	{
		g := e.Group("/private", a.Login)
		g.GET("/orders", list)
	}
	{
		g := e.Group("/public")
		g.GET("/orders", list)
	}
	{
		g := e.Group("", func(next echo.HandlerFunc) echo.HandlerFunc {
			return func(c echo.Context) error {
				if c.Get("user") == nil {
					return c.NoContent(401)
				}
				return next(c)
			}
		})
		g.GET(path.Join(admin, "/orders"), list)
	}
	need := a.Login
	e.GET("/wrapped", need(list))
	e.GET(path.Join(admin, ""), list)
}
"""
ARMS = """
func routes(e *echo.Echo, a *auth, old bool) {
	g := e.Group("/new", a.Login)
	if old {
		g = e.Group("/old", a.Login)
	}
	g.GET("/orders", list)
}
"""
USED = """
func routes(r *gin.Engine) {
	r.GET("/open", show)
	router := r.Use(requireLogin)
	router.GET("/orders", show)
}

func health(r *gin.Engine) {
	r.GET("/health", show)
}

func main() {
	r := gin.New()
	health(r)
	routes(r)
	r.GET("/after", show)
}
"""
SHADOWED = """
func routes(r *gin.Engine) {
	order := r.Group("/orders")
	{
		order.GET("", show)
		base := order.Group("/:id", requireLogin)
		{
			order := base.Group("")
			order.GET("/lines", show)
		}
	}
	router := r.Group("/v1")
	router.GET("/open", show)
	router = router.Group("/closed", requireLogin)
	router.GET("/orders", show)
}
"""
GIVEN = """
func newRouter() *gin.Engine {
	router := gin.New()
	router.GET("/ping", show)
	router.Use(requireLogin)
	return router
}

func addRoutes(router *gin.Engine) {
	router.GET("/orders", show)
}

func main() {
	router := newRouter()
	addRoutes(router)
}
"""
IN_PLACE = """
func main() {
	r := gin.New()
	r.Use(func(c *gin.Context) {
		if c.GetHeader("Authorization") == "" {
			c.AbortWithStatus(401)
		}
	})
	r.GET("/orders", show)
}
"""
NO_GUARD = """
func main() {
	r := gin.New()
	r.Use(func(c *gin.Context) {
		c.Header("X-Session", "none")
		c.Next()
	})
	r.GET("/orders", show)
}
"""


def _endpoints(source: str) -> set[tuple[str, bool]]:
    model = model_of({"go.mod": "module example.com/shop\n\ngo 1.22\n", "main.go": HEAD + source})
    return {(each.path, bool(each.auth)) for each in model.endpoints}


@pytest.mark.parametrize(("source", "expected"), [
    pytest.param(BLOCKS, {("/private/orders", True), ("/public/orders", False), ("/admin/orders", True), ("/wrapped", True), ("/admin", False)},
                 id="one name in three blocks"),
    pytest.param(ARMS, {("/new/orders", True), ("/old/orders", True)}, id="what a condition may change is both"),
    pytest.param(USED, {("/health", False), ("/open", False), ("/orders", True), ("/after", True)}, id="what Use gives back"),
    pytest.param(SHADOWED, {("/orders", False), ("/orders/{id}/lines", True), ("/v1/open", False), ("/v1/closed/orders", True)},
                 id="a name that hides another, and one that goes on from itself"),
    pytest.param(GIVEN, {("/ping", False), ("/orders", True)}, id="what a function gives and another one fills"),
    pytest.param(IN_PLACE, {("/orders", True)}, id="a guard that is written in place"),
    pytest.param(NO_GUARD, {("/orders", False)}, id="no guard that is written in place"),
])  # fmt: skip
def test_routers(source: str, expected: set[tuple[str, bool]]) -> None:
    assert expected == _endpoints(source)


def test_a_text_that_is_made_of_itself_is_not_known() -> None:
    more = 'func routes(e *echo.Echo, name string) {\nname = strings.ToUpper(name)\ne.GET(name, list)\ne.GET("/orders", list)\n}\n'
    assert ("/orders", False) in _endpoints(more)


def test_fasthttp() -> None:
    source = """
package main

import (
	"github.com/fasthttp/router"
	"github.com/valyala/fasthttp"
)

func show(ctx *fasthttp.RequestCtx) {}

func main() {
	r := router.New()
	r.GET("/orders/{id}", show)
	g := r.Group("/admin")
	g.POST("/orders", show)
}
"""
    model = model_of({"main.go": source})
    assert {(each.method, each.path) for each in model.endpoints} == {
        ("GET", "/orders/{id}"),
        ("POST", "/admin/orders"),
    }


def test_routegroup() -> None:
    source = """
package main

import (
	"net/http"

	"github.com/go-pkgz/routegroup"
)

func show(w http.ResponseWriter, r *http.Request) {}

func routes(s *Server) http.Handler {
	router := routegroup.New(http.NewServeMux())
	authMiddleware := s.Authenticator.Middleware()
	api := router.Mount("/api/v1")
	api.Group().Route(func(open *routegroup.Bundle) {
		open.Use(authMiddleware.Trace)
		open.HandleFunc("GET /find", show)
	})
	api.Group().Route(func(private *routegroup.Bundle) {
		private.Use(authMiddleware.Auth)
		private.HandleFunc("PUT /vote/{id}", show)
	})
	return router
}
"""
    model = model_of({"main.go": source})
    assert {(each.method, each.path, bool(each.auth)) for each in model.endpoints} == {
        ("GET", "/api/v1/find", False),
        ("PUT", "/api/v1/vote/{id}", True),
    }
