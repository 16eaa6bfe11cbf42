"""Go: a bus of the project runs what was registered for the type of a message."""

from tests.review.cases import model_of

from backwright.review.link.project import Fn

BUS = """
package bus

import "reflect"

type HandlerFunc any
type Msg interface{}

var handlers = map[string]HandlerFunc{}

func AddHandler(handler HandlerFunc) {
	handlers[reflect.TypeOf(handler).In(1).Elem().Name()] = handler
}

func Dispatch(ctx context.Context, msgs ...Msg) error { return nil }

func Describe(msg Msg) string { return "" }
"""
QUERY = """
package query

type GetUser struct{ ID int }
type GetOrder struct{ ID int }
type Unheard struct{ ID int }
"""
STORE = """
package store

import (
	"context"

	"example.com/shop/bus"
	"example.com/shop/query"
)

func Init() {
	bus.AddHandler(getUser)
	bus.AddHandler(getOrder)
}

func getUser(ctx context.Context, q *query.GetUser) error   { return nil }
func getOrder(ctx context.Context, q *query.GetOrder) error { return nil }
func unheard(ctx context.Context, q *query.Unheard) error   { return nil }
"""


def runs(lines: str) -> set[str]:
    source = f"""
package web

import (
	"context"

	"example.com/shop/bus"
	"example.com/shop/query"
)

func show(ctx context.Context, other Other) {{
{lines}
}}
"""
    files = {
        "bus/bus.go": BUS,
        "query/query.go": QUERY,
        "store/store.go": STORE,
        "web/show.go": source,
    }
    model = model_of({"go.mod": "module example.com/shop\n", **files})
    at = next(number for number, file in enumerate(model.files) if file.path == "web/show.go")
    called = {target for _, target in model.effects.callees.get(Fn(at, 0), ())}
    return {
        model.project.label(fn) for fn in called if model.files[fn.file].path == "store/store.go"
    }


def test_a_message_where_it_is_handed_over():
    assert runs("bus.Dispatch(ctx, &query.GetUser{ID: 1})") == {"getUser"}


def test_several_messages_and_one_in_a_variable():
    assert runs("q := &query.GetOrder{ID: 1}\nbus.Dispatch(ctx, &query.GetUser{ID: 1}, q)") == {
        "getUser",
        "getOrder",
    }


def test_a_variable_of_any_type_is_all_that_it_is_given():
    told = "var q bus.Msg\nif first {\nq = &query.GetUser{}\n} else {\nq = &query.GetOrder{}\n}\nbus.Dispatch(ctx, q)"
    assert runs(told) == {"getUser", "getOrder"}


def test_what_was_not_registered_or_is_not_sent_through_the_bus_runs_nothing():
    assert not runs("bus.Dispatch(ctx, &query.Unheard{ID: 1})")
    assert not runs(
        "bus.Describe(&query.GetUser{ID: 1})\nother.Dispatch(ctx, &query.GetUser{ID: 1})"
    )
