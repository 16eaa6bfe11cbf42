"""Handlers of Go that stand in a variable of the package, inside the wrapper that asks for a login."""

import pytest
from tests.review.cases import model_of

ROUTES = """package web

import (
	"net/http"

	"github.com/gorilla/mux"
)

func routes(store *Store) http.Handler {
	r := mux.NewRouter()
	with := func(fn handleFunc, prefix string) http.Handler {
		return handle(fn, prefix, store)
	}
	r.Handle("/users", with(listUsers, "")).Methods("GET")
	r.Handle("/files", with(removeFile(store), "")).Methods("DELETE")
	return r
}
"""
USERS = """package web

type handleFunc func(w http.ResponseWriter, r *http.Request, d *data) (int, error)

func withUser(fn handleFunc) handleFunc {
	return func(w http.ResponseWriter, r *http.Request, d *data) (int, error) {
		token, err := parseToken(r)
		if err != nil {
			return http.StatusUnauthorized, nil
		}
		return fn(w, r, d)
	}
}

func logged(fn handleFunc) handleFunc {
	return func(w http.ResponseWriter, r *http.Request, d *data) (int, error) {
		log.Print(r.URL.Path)
		return fn(w, r, d)
	}
}

var listUsers = %(around)s(func(w http.ResponseWriter, r *http.Request, d *data) (int, error) {
	return renderJSON(w, d.users)
})

func removeFile(store *Store) handleFunc {
	return %(around)s(func(w http.ResponseWriter, r *http.Request, d *data) (int, error) {
		return 0, store.Remove(r.URL.Path)
	})
}
"""
THIN = """package web

import "net/http"

type Handler struct{}

func routes(mux *http.ServeMux, h *Handler) {
	mux.HandleFunc("GET /tags", h.handleTags)
}

func (h *Handler) handleTags(w http.ResponseWriter, r *http.Request) {
	h.apiTags(w, r)
}

func (h *Handler) apiTags(w http.ResponseWriter, r *http.Request) {
	err := h.%s(r)
	checkError(err)
	render(w, h.tags())
}
"""


@pytest.mark.parametrize(("around", "expected"), [("withUser", True), ("logged", False)])
def test_the_wrapper_around_a_handler_in_a_variable_counts(around: str, expected: bool) -> None:
    model = model_of({"web/routes.go": ROUTES, "web/users.go": USERS % {"around": around}})
    assert [(each.path, each.auth, each.handler_file) for each in model.endpoints] == [
        ("/users", expected, "web/users.go"),
        ("/files", expected, "web/users.go"),
    ]


@pytest.mark.parametrize(("name", "expected"), [("validateSession", True), ("countVisit", False)])
def test_a_thin_handler_asks_where_it_hands_the_request_on(name: str, expected: bool) -> None:
    model = model_of({"web/tags.go": THIN % name})
    assert [each.auth for each in model.endpoints] == [expected]
