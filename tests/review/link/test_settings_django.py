"""Django: lists under names, middleware that lets nobody through, and the paths that it lets through all the same."""

from tests.review.cases import model_of

URLS = """
from django.urls import path
from shop import views

urlpatterns = [
    path("", views.home),
    path("orders/", views.orders),
    path("webhook/<str:secret>", views.webhook),
    path("files/<str:token>/raw", views.files),
    path("login/", views.sign_in),
]
"""
VIEWS = """
from django.shortcuts import render

def home(request): return render(request, "home.html")
def orders(request): return render(request, "orders.html")
def webhook(request, secret): return render(request, "done.html")
def files(request, token): return render(request, "file.html")
def sign_in(request): return render(request, "login.html")
"""
SETTINGS = r"""
PREFIX = env("PREFIX")
LOGIN_URL = "/login"
EXEMPT_PATHS = (rf"^{PREFIX}webhook/([\w-]+)$",)
EXEMPT_PATHS += (r"files/(?P<token>[^/]+)/raw",)
BASE_MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shop.gate.%s",
]
MIDDLEWARE = BASE_MIDDLEWARE
if env("DEBUG"):
    MIDDLEWARE = ["debug_toolbar.middleware.DebugToolbarMiddleware", *MIDDLEWARE]
"""
GATE = """
import re
from django.conf import settings
from django.http import HttpResponseForbidden, HttpResponseRedirect
from django.contrib.auth.views import redirect_to_login

EXEMPT = [re.compile(each) for each in settings.EXEMPT_PATHS]


class LoginRequiredMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.user.is_authenticated:
            if not any(each.match(request.path_info.lstrip("/")) for each in EXEMPT):
                target = f"{settings.LOGIN_URL}?next={request.path}"
                return HttpResponseRedirect(target)
        return self.get_response(request)


class Members:
    def process_view(self, request, view, args, kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)


class OnlyStaffPages:
    def __call__(self, request):
        if request.path.startswith("/staff") and not request.user.is_authenticated:
            return HttpResponseForbidden()
        return self.get_response(request)


class Clock:
    def __call__(self, request):
        return self.get_response(request)
"""


def _told(gate: str) -> dict[str, bool | None]:
    files = {
        "site/urls.py": URLS,
        "shop/views.py": VIEWS,
        "site/settings.py": SETTINGS % gate,
        "shop/gate.py": GATE,
    }
    return {each.path: each.auth for each in model_of(files).endpoints}


def test_a_middleware_of_the_project_that_turns_away() -> None:
    told = _told("LoginRequiredMiddleware")
    assert told == {
        "/": True,
        "/orders": True,
        "/webhook/{secret}": False,
        "/files/{token}/raw": False,
        "/login": False,
    }


def test_a_middleware_that_asks_for_all_paths_or_for_some() -> None:
    assert _told("Members")["/orders"] is True
    assert _told("OnlyStaffPages")["/orders"] is False
    assert _told("Clock")["/orders"] is False


PERMITTED = {
    "site/urls.py": """
from django.urls import path
from shop import views

urlpatterns = [
    path("notes", views.Notes.as_view()),
    path("sums", views.Sums.as_view()),
    path("lists", views.Lists.as_view()),
    path("open", views.Open.as_view()),
]
""",
    "shop/views.py": """
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.views import APIView
from shop.permissions import EDITORS as _EDITORS, READERS

OURS = [*READERS]
ALL = (AllowAny,)


class Notes(APIView):
    permission_classes = _EDITORS
    def post(self, request): return None


class Sums(APIView):
    permission_classes = READERS + [IsAuthenticated]
    def post(self, request): return None


class Lists(APIView):
    permission_classes = OURS
    def post(self, request): return None


class Open(APIView):
    permission_classes = ALL
    def post(self, request): return None
""",
    "shop/permissions.py": """
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated


class IsEditor(BasePermission):
    def has_permission(self, request, view):
        return request.user.is_staff


EDITORS = [IsAuthenticated, IsEditor]
READERS = [AllowAny]
""",
}


def test_permissions_that_are_kept_under_a_name() -> None:
    told = {each.path: each.auth for each in model_of(PERMITTED).endpoints}
    assert told == {"/notes": True, "/sums": True, "/lists": False, "/open": False}
