"""Python: middleware of the project that turns strangers away but for some paths, routers in loops, and gates of Django's views."""

import pytest
from tests.review.cases import model_of

SETTINGS = """
ROOT_URLCONF = "shop.urls"
MIDDLEWARE = ["django.middleware.common.CommonMiddleware", "shop.tokens.TokenMiddleware"]
PUBLIC_PATHS = ["/health", "/entry/"]
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}
"""
TOKENS = """
from django.conf import settings
from django.http import JsonResponse

class TokenMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if self._is_public(request.path):
            return self.get_response(request)
        if not self._known(request):
            return JsonResponse({"detail": "who?"}, status=401)
        return self.get_response(request)

    def _known(self, request):
        return request.COOKIES.get("shown") is not None

    def _is_public(self, path):
        return any(path.startswith(each) for each in settings.PUBLIC_PATHS)
"""
URLS = """
from django.urls import path
from shop import views

urlpatterns = [path("orders/", views.orders), path("health/", views.health), path("entry/new/", views.entry)]
"""
VIEWS = "def orders(request): ...\ndef health(request): ...\ndef entry(request): ...\n"


def logins(files: dict[str, str]) -> dict[str, bool]:
    return {e.path: bool(e.auth) for e in model_of(files).endpoints}


def django(tokens: str = TOKENS, settings: str = SETTINGS) -> dict[str, bool]:
    return logins(
        {
            "shop/settings.py": settings,
            "shop/tokens.py": tokens,
            "shop/urls.py": URLS,
            "shop/views.py": VIEWS,
        }
    )


def test_a_middleware_of_django_that_answers_401_but_for_a_list_in_the_settings() -> None:
    assert django() == {"/orders": True, "/health": False, "/entry/new": False}


@pytest.mark.parametrize(
    ("tokens", "settings"),
    [
        pytest.param(
            TOKENS.replace("status=401", "status=400"), SETTINGS, id="it refuses for another reason"
        ),
        pytest.param(
            TOKENS.replace("request.COOKIES", "found"),
            SETTINGS,
            id="it looks at nothing of the client",
        ),
        pytest.param(
            TOKENS.replace("settings.PUBLIC_PATHS)", '("/staff/",))').replace(
                "each)", '"/staff/")'
            ),
            SETTINGS,
            id="it does something for a path that says nothing",
        ),
        pytest.param(
            TOKENS, SETTINGS.replace("shop.tokens", "shop.other"), id="it is not in force"
        ),
    ],
)
def test_a_middleware_that_asks_nobody(tokens: str, settings: str) -> None:
    assert django(tokens, settings) == {"/orders": False, "/health": False, "/entry/new": False}


STARLETTE = """
from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from starlette.middleware.base import BaseHTTPMiddleware

class Lists:
    WHITELIST = frozenset({"/entry", "/docs"})

class AuthMiddleware(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        if request.url.path in Lists.WHITELIST:
            return await call_next(request)
        if not request.headers.get("authorization"):
            return JSONResponse({"detail": "who?"}, status_code=401)
        return await call_next(request)

router = APIRouter()

@router.post("/entry")
def entry(): ...

@router.get("/orders")
def orders(): ...

def add_routes(app):
    app.include_router(router)

def add_middleware(app):
    app.add_middleware(AuthMiddleware)

app = FastAPI()
add_routes(app)
add_middleware(app)
"""


def test_a_middleware_that_is_added_last_counts_for_all_paths_but_its_list() -> None:
    files = {"requirements.txt": "fastapi\n", "app.py": STARLETTE}
    assert logins(files) == {"/entry": False, "/orders": True}


FUNCTION = """
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

app = FastAPI()

@app.middleware("http")
async def gate(request: Request, call_next):
    if request.url.path.startswith("/desk/") and not request.url.path.startswith("/desk/login"):
        if not request.cookies.get("shown"):
            return JSONResponse({"detail": "who?"}, status_code=401)
    return await call_next(request)

@app.get("/desk/orders")
def orders(): ...

@app.post("/desk/login")
def enter(): ...

@app.get("/catalog")
def catalog(): ...
"""


def test_a_function_before_all_requests_that_guards_an_area_but_its_entry() -> None:
    files = {"requirements.txt": "fastapi\n", "app.py": FUNCTION}
    assert logins(files) == {"/desk/orders": True, "/desk/login": False, "/catalog": False}


def test_a_function_before_all_requests_that_only_measures() -> None:
    app = FUNCTION.replace("status_code=401", "status_code=503")
    assert not any(logins({"requirements.txt": "fastapi\n", "app.py": app}).values())


LOOPED = """
from fastapi import FastAPI
from shop import orders, users

TABLE = [(orders.router, "/orders"), (users.router, "/users")]
app = FastAPI()
for each, prefix in TABLE:
    app.include_router(each, prefix=prefix)
for module in (orders, users):
    app.include_router(router=module.router, prefix="/v2")
"""


def test_routers_that_a_loop_takes_out_of_a_list() -> None:
    router = "from fastapi import APIRouter\nrouter = APIRouter()\n\n@router.get('/%s')\ndef all_of(): ...\n"
    found = logins(
        {"app.py": LOOPED, "shop/orders.py": router % "new", "shop/users.py": router % "me"}
    )
    assert set(found) == {"/orders/new", "/v2/new", "/users/me", "/v2/me"}


GATED = """
from django.http import JsonResponse
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.settings import api_settings
from rest_framework.views import APIView
from rest_framework_simplejwt.authentication import JWTAuthentication
from drf_spectacular.utils import extend_schema, extend_schema_view
from shop.answers import NotAuthenticated401, answered

class MembersOnly:
    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return answered(NotAuthenticated401)
        return super().dispatch(request, *args, **kwargs)

class Measured:
    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            counted(request)
        return super().dispatch(request, *args, **kwargs)

class OfToken(BasePermission):
    def has_permission(self, request, view):
        found = JWTAuthentication().authenticate(request)
        return bool(found) and found[0].is_active

class Odd(BasePermission):
    def has_permission(self, request, view):
        return request.data.get("n", 0) % 2 == 1

class IsNotAuthenticated(BasePermission):
    def has_permission(self, request, view):
        if request.user.is_authenticated:
            return False
        return True

class Strangers(BasePermission):
    def has_permission(self, request, view):
        return not request.user.is_authenticated

class Entry(APIView):
    permission_classes = [IsNotAuthenticated]
    def post(self, request): ...

class Signup(APIView):
    permission_classes = [Strangers]
    def post(self, request): ...

class Gated(MembersOnly, APIView):
    permission_classes = [AllowAny]
    def get(self, request): ...

class Counted(Measured, APIView):
    permission_classes = [AllowAny]
    def get(self, request): ...

class ByToken(APIView):
    permission_classes = [OfToken]
    def get(self, request): ...

class ByNumber(APIView):
    permission_classes = [Odd]
    def get(self, request): ...

class Default(APIView):
    permission_classes = (*api_settings.DEFAULT_PERMISSION_CLASSES, Odd)
    def get(self, request): ...

@extend_schema_view(post=extend_schema(tags=["Auth"], summary="Register a new user"))
class Register(APIView):
    permission_classes = [AllowAny]
    def post(self, request): ...
"""


def test_gates_and_permissions_of_views() -> None:
    names = ("Gated", "Counted", "ByToken", "ByNumber", "Default", "Register", "Entry", "Signup")
    paths = ", ".join(f'path("{name.lower()}/", views.{name}.as_view())' for name in names)
    found = logins(
        {
            "shop/settings.py": SETTINGS.replace(', "shop.tokens.TokenMiddleware"', ""),
            "shop/urls.py": f"from django.urls import path\nfrom shop import views\n\nurlpatterns = [{paths}]\n",
            "shop/views.py": GATED,
        }
    )
    assert {path for path, auth in found.items() if auth} == {"/gated", "/bytoken", "/default"}
    assert len(found) == len(names)


COUNTING = """
from django.http import JsonResponse

class RateLimitingMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if counted(request.META["REMOTE_ADDR"]) > 100:
            return JsonResponse({"error": "slowly"}, status=429)
        return self.get_response(request)
"""


@pytest.mark.parametrize(
    ("counting", "limited"),
    [
        pytest.param(COUNTING, True, id="it answers 429"),
        pytest.param(COUNTING.replace("429", "400"), False, id="it answers something else"),
        pytest.param(
            COUNTING.replace("if counted", 'if request.path.startswith("/login") and counted'),
            False,
            id="it counts logins only",
        ),
    ],
)
def test_a_middleware_of_django_that_counts_requests(counting: str, *, limited: bool) -> None:
    settings = SETTINGS.replace("shop.tokens.TokenMiddleware", "shop.rates.RateLimitingMiddleware")
    files = {
        "shop/settings.py": settings,
        "shop/rates.py": counting,
        "shop/urls.py": URLS,
        "shop/views.py": VIEWS,
    }
    assert {bool(e.limited) for e in model_of(files).endpoints} == {limited}
