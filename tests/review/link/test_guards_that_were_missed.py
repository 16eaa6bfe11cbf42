"""Guards and their opposites as frameworks write them: put together by operators, handed to routers, and for guests only."""

import pytest
from tests.review.cases import model_of

DJANGO = {
    "shop/permissions.py": """
from rest_framework import permissions


class IsOurUser(permissions.BasePermission):
    def has_permission(self, request, view):
        return request.user.is_authenticated


class IsAuthor(permissions.BasePermission):
    def has_permission(self, request, view):
        return request.user.is_authenticated


class HasScope(permissions.BasePermission):
    def has_permission(self, request, view):
        return True


class IsReading(permissions.BasePermission):
    def has_permission(self, request, view):
        return request.method in permissions.SAFE_METHODS
""",
    "shop/views.py": """
from rest_framework.views import APIView
from shop.permissions import HasScope, IsAuthor, IsOurUser, IsReading


class Plans(APIView):
    permission_classes = [(IsAuthor | IsOurUser) & HasScope]

    def post(self, request):
        return None


class Rooms(APIView):
    permission_classes = [(IsReading & IsOurUser) | IsAuthor & HasScope]

    def post(self, request):
        return None


class Notes(APIView):
    permission_classes = [(IsReading | HasScope) & HasScope]

    def post(self, request):
        return None


class Doors(APIView):
    permission_classes = [~IsAuthor & HasScope]

    def post(self, request):
        return None
""",
    "shop/urls.py": """
from django.urls import path
from shop import views

urlpatterns = [
    path("plans", views.Plans.as_view()),
    path("rooms", views.Rooms.as_view()),
    path("notes", views.Notes.as_view()),
    path("doors", views.Doors.as_view()),
]
""",
}

GO = {
    "go.mod": "module example.com/shop\n",
    "ui/ui.go": """
package ui

import "net/http"

func Serve(store *Store) http.Handler {
	sessions := newSessions(store)
	h := &handler{store}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /orders/{id}/remove", h.remove)
	return sessions.handle(mux)
}

func (h *handler) remove(w http.ResponseWriter, r *http.Request) {}
""",
    "ui/sessions.go": """
package ui

import "net/http"

type sessions struct{ store *Store }

func newSessions(store *Store) *sessions { return &sessions{store} }

func (m *sessions) handle(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !IsAuthenticated(r) && !isPublic(r) {
			sendTo(w, r, loginRedirectURL(r.RequestURI))
			return
		}
		next.ServeHTTP(w, r)
	})
}
""",
}

RUST = {
    "src/guards.rs": """
use rocket::request::{self, FromRequest, Outcome, Request};

pub struct HouseAdmin(pub User);

impl<'a, 'r> FromRequest<'a, 'r> for HouseAdmin {
    type Error = ();
    fn from_request(request: &'a Request<'r>) -> request::Outcome<HouseAdmin, ()> {
        let user = request.guard::<User>()?;
        if user.is_admin() { Outcome::Success(HouseAdmin(user)) } else { Outcome::Forward(()) }
    }
}

pub struct Context { pub user: Option<User> }

impl<'a, 'r> FromRequest<'a, 'r> for Context {
    type Error = ();
    fn from_request(request: &'a Request<'r>) -> request::Outcome<Context, ()> {
        let user = request.guard::<User>().succeeded();
        Outcome::Success(Context { user })
    }
}
""",
    "src/main.rs": """
mod guards;
use guards::{Context, HouseAdmin};

#[get("/house")]
pub fn house(_admin: HouseAdmin) -> Page { page() }

#[post("/rooms/<id>/delete")]
pub fn remove(id: i32, context: Context) -> Page {
    let user = context.user.clone().unwrap();
    drop_room(id, user)
}

#[get("/rooms/<id>")]
pub fn show(id: i32, context: Context) -> Page { show_room(id, context.user.clone()) }

#[launch]
fn rocket() -> _ { rocket::build().mount("/", routes![house, remove, show]) }
""",
}

LARAVEL = {
    "app/Http/Kernel.php": """<?php
namespace App\\Http;
class Kernel extends HttpKernel {
    protected $routeMiddleware = ['auth' => \\App\\Http\\Middleware\\Authenticate::class, 'guest' => \\App\\Http\\Middleware\\RedirectIfAuthenticated::class];
}
""",
    "app/Http/Middleware/RedirectIfAuthenticated.php": """<?php
namespace App\\Http\\Middleware;
class RedirectIfAuthenticated {
    public function handle($request, $next, $guard = null) {
        if (Auth::guard($guard)->check()) { return redirect('/home'); }
        return $next($request);
    }
}
""",
    "routes/web.php": """<?php
use Illuminate\\Support\\Facades\\Route;
Route::post('/enter', [EntryController::class, 'store'])->middleware('guest');
Route::post('/orders', [OrderController::class, 'store'])->middleware('auth');
""",
}


@pytest.mark.parametrize(
    ("logins", "files"),
    [
        pytest.param(
            {"/plans": True, "/rooms": True, "/notes": False, "/doors": False}, DJANGO, id="permissions in brackets"
        ),
        pytest.param({"/orders/{id}/remove": True}, GO, id="a router that is given back in a wrapper that sends to the login"),
        pytest.param(
            {"/house": True, "/rooms/{id}/delete": True, "/rooms/{id}": False},
            RUST,
            id="a guard of Rocket's that stands on another, and a user that must be there",
        ),
        pytest.param({"/enter": False, "/orders": True}, LARAVEL, id="for guests only is no login, though it asks for one"),
    ],
)  # fmt: skip
def test_logins(logins, files):
    assert logins == {
        each.path: each.auth for each in model_of(files).endpoints if each.method in ("GET", "POST")
    }
