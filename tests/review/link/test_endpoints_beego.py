"""Beego: paths that name a controller and its methods, namespaces, filters, and what a controller runs before each method."""

import pytest
from tests.review.cases import model_of

ROUTER = """
package routers

import (
	"github.com/beego/beego/v2/server/web"
	"example.com/shop/controllers"
)

func init() {
	web.InsertFilter("/api/*", web.BeforeRouter, RequireLogin)
	web.InsertFilter("*", web.AfterExec, RequireLogin)
	web.Router("/api/orders", &controllers.OrderController{}, "get:List;post,put:Save")
	web.Router("/lines/:id", &controllers.LineController{})
	web.AutoRouter(&controllers.PageController{})
	web.Get("/ping", func(ctx *context.Context) { ctx.WriteString("pong") })
	ns := web.NewNamespace("/v1",
		web.NSRouter("/open", &controllers.OrderController{}, "get:List"),
		web.NSNamespace("/closed",
			web.NSBefore(RequireLogin),
			web.NSRouter("/orders/:id:int", &controllers.OrderController{}, "get:Show"),
		),
	)
	web.AddNamespace(ns)
	web.Router("/admin", &controllers.AdminController{}, "get:Index")
	other.Router("/no", &controllers.OrderController{}, "get:List")
}
"""
FILTERS = """
package routers

import "github.com/beego/beego/v2/server/web/context"

func RequireLogin(ctx *context.Context) {
	if ctx.Input.Session("user") == nil {
		ctx.Abort(401, "login first")
	}
}
"""
CONTROLLERS = """
package controllers

import "github.com/beego/beego/v2/server/web"

type OrderController struct{ web.Controller }

func (c *OrderController) List() { c.ServeJSON() }
func (c *OrderController) Save() { c.ServeJSON() }
func (c *OrderController) Show() { c.ServeJSON() }

type LineController struct{ web.Controller }

func (c *LineController) Get()  { c.ServeJSON() }
func (c *LineController) Post() { c.ServeJSON() }

type PageController struct{ web.Controller }

func (c *PageController) About() { c.ServeJSON() }

type closed struct{ web.Controller }

func (c *closed) Prepare() {
	if c.GetSession("user") == nil {
		c.Abort("401")
	}
}

type AdminController struct{ closed }

func (c *AdminController) Index() { c.ServeJSON() }
"""


@pytest.fixture(scope="module")
def endpoints() -> dict[tuple[str, str], tuple[str | None, bool]]:
    model = model_of(
        {
            "go.mod": "module example.com/shop\n\ngo 1.22\n",
            "routers/router.go": ROUTER,
            "routers/filters.go": FILTERS,
            "controllers/controllers.go": CONTROLLERS,
        }
    )
    return {(each.method, each.path): (each.handler, bool(each.auth)) for each in model.endpoints}


@pytest.mark.parametrize(
    ("method", "path", "handler", "auth"),
    [
        pytest.param("GET", "/api/orders", "OrderController.List", True, id="a method by its name, below a filter"),
        pytest.param("PUT", "/api/orders", "OrderController.Save", True, id="two verbs for one method"),
        pytest.param("POST", "/lines/{id}", "LineController.Post", False, id="methods that are called like verbs"),
        pytest.param("*", "/page/about", "PageController.About", False, id="all public methods of its own"),
        pytest.param("GET", "/ping", "init", False, id="a plain function; what runs after is no guard"),
        pytest.param("GET", "/v1/open", "OrderController.List", False, id="in a namespace"),
        pytest.param("GET", "/v1/closed/orders/{id}", "OrderController.Show", True, id="in a namespace with a guard"),
        pytest.param("GET", "/admin", "AdminController.Index", True, id="what the controller runs before each method"),
    ],
)  # fmt: skip
def test_endpoints(
    endpoints: dict[tuple[str, str], tuple[str | None, bool]],
    method: str,
    path: str,
    handler: str,
    auth: bool,
) -> None:
    assert endpoints[method, path] == (handler, auth)


def test_nothing_else(endpoints: dict[tuple[str, str], tuple[str | None, bool]]) -> None:
    assert len(endpoints) == 10
