"""Flamego and Macaron: groups whose closures take no router, and one path with several methods."""

from tests.review.cases import model_of

FLAMEGO = """
package main

import (
	"github.com/flamego/flamego"

	"example.com/shop/orders"
)

func main() {
	f := flamego.Classic()
	f.Get("/", home)
	f.Group("/orders", func() {
		f.Get("/{id}", orders.Show)
		f.Combo("/{id}/lines").Get(orders.Lines).Post(orders.AddLine)
		f.Group("/all", func() {
			f.Delete("", orders.Clear)
		}, requireAdmin)
	}, requireLogin)
	f.Get("/about", about)
	f.Run()
}
"""
MACARON = """
package main

import "gopkg.in/macaron.v1"

func web() {
	m := macaron.New()
	m.Group("/user", func() {
		m.Post("/leave", requireLogin, leave)
		m.Get("/:name", show)
	})
}
"""
CHI = """
package main

import "github.com/go-chi/chi/v5"

func web() {
	r := chi.NewRouter()
	r.Route("/a", func(r chi.Router) {
		r.Get("/b", show)
	})
	r.Group(func(r chi.Router) {
		r.Get("/c", show)
	})
}
"""


def endpoints(source):
    model = model_of({"go.mod": "module example.com/shop\n\ngo 1.22\n", "main.go": source})
    return {(each.method, each.path, each.auth) for each in model.endpoints}


def test_a_group_without_a_router_of_its_own_goes_before_what_stands_inside():
    assert endpoints(FLAMEGO) == {
        ("GET", "/", False),
        ("GET", "/orders/{id}", True),
        ("GET", "/orders/{id}/lines", True),
        ("POST", "/orders/{id}/lines", True),
        ("DELETE", "/orders/all", True),
        ("GET", "/about", False),
    }


def test_macaron_writes_parameters_with_a_colon():
    assert endpoints(MACARON) == {("POST", "/user/leave", True), ("GET", "/user/{name}", False)}


def test_a_closure_with_a_router_of_its_own_is_read_as_before():
    assert endpoints(CHI) == {("GET", "/a/b", False), ("GET", "/c", False)}
