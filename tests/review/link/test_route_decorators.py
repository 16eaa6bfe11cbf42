"""Python: decorators of a project that register what they decorate, and what they put before it."""

import pytest
from tests.review.cases import model_of

GUARDS = """
import functools
from fastapi import HTTPException, Security
from fastapi.security import HTTPBasic, OAuth2PasswordBearer

scheme = OAuth2PasswordBearer(tokenUrl="/token", auto_error=False)

def demand(scopes):
    def decorator(func):
        @functools.wraps(func)
        def wrapper(*args, **kwargs):
            if not kwargs["request"].user.scopes:
                raise HTTPException(status_code=401)
            return func(*args, **kwargs)
        return wrapper
    return decorator

def guarded(method, path, scopes=None, **kwargs):
    def decorator(func):
        fn = demand(scopes or [])(func)
        return method(
            path,
            dependencies=[Security(dependency=scheme, scopes=scopes or []), Security(dependency=HTTPBasic(auto_error=False))],
            **kwargs,
        )(fn)
    return decorator

def timed(method, path):
    def decorator(func):
        print(method, path)
        return func
    return decorator
"""

ORDERS = """
from shop.guards import guarded as secured, timed
from shop.routing import APIRouter

router = APIRouter(prefix="/orders")
ONE = "/{id}"

@secured(router.get, "", ["orders.read"])
def list_orders(request):
    return []

@secured(router.api_route, ONE, ["orders.write"], methods=["PUT", "PATCH"])
def change(request, id):
    return {}

@secured(router.post, path="/guess", scopes=[])
def guess(request):
    return {}

@timed(router.get, "/timed")
def timing(request):
    return {}

@secured(client.get, "/elsewhere", ["orders.read"])
def elsewhere(request):
    return {}

@router.get("/plain")
def plain():
    return {}
"""

ROUTING = """
from fastapi import APIRouter as Plain

class APIRouter(Plain):
    pass
"""

MAIN = """
import aiohttp
from fastapi import FastAPI
from shop.orders import router as orders

app = FastAPI()
app.include_router(orders, prefix="/api")
"""

BLUEPRINTS = """
from flask import Blueprint, Flask
from flask_login import login_required

bp = Blueprint("pages", __name__, url_prefix="/pages")

def for_members(blueprint, path, **options):
    def decorator(view):
        blueprint.add_url_rule(path, view_func=login_required(view), **options)
        return view
    return decorator

def page(path, **options):
    def decorator(view):
        return bp.route(path, **options)(view)
    return decorator

class Pages:
    def __init__(self, blueprint):
        self.blueprint = blueprint

    def cached(self, path):
        def decorator(view):
            def wrapper(*args):
                return view(*args)
            return cache(path)(wrapper)
        return decorator

pages = Pages(bp)

@for_members(bp, "/mine", methods=["POST"])
def mine():
    return ""

@page("/about")
def about():
    return ""

@pages.cached("/nothing")
def nothing():
    return ""

app = Flask(__name__)
app.register_blueprint(bp)
"""

TABLES = """
from aiohttp import web

routes = web.RouteTableDef()

def with_session(method, path):
    def decorator(handler):
        @require_login
        async def wrapper(request):
            return await handler(request)
        return method(f"/v1{path}")(wrapper)
    return decorator

def added(path):
    def decorator(handler):
        app.router.add_get(path, handler)
        return handler
    return decorator

@with_session(routes.delete, "/things/{id}")
async def remove(request):
    return web.Response()

app = web.Application()
app.add_routes(routes)

@added("/alive")
async def alive(request):
    return web.Response()
"""

MARKED = """
import functools
from fastapi import APIRouter, Depends, FastAPI, HTTPException

router = APIRouter(prefix="/v2")
other = APIRouter()

def checked(where, path, **options):
    def decorator(func):
        @where.post(path, **options)
        @functools.wraps(func)
        async def wrapper(*args, **kwargs):
            if not kwargs["token"]:
                raise HTTPException(status_code=401)
            return await func(*args, **kwargs)
        return wrapper
    return decorator

def named(method, path):
    def decorator(func):
        return getattr(router, method.lower())(path)(func)
    return decorator

def repeated(path):
    def decorator(func):
        def wrapper(*args):
            return router.get(path)
        return wrapper
    return decorator

@checked(router, "/orders")
async def add_order():
    return {}

@named("PUT", "/orders/{id}")
def change_order(id: int):
    return {}

@repeated("/nothing")
def nothing():
    return {}

app = FastAPI()
app.include_router(router)
"""

CASES = [
    pytest.param(
        {"app.py": MARKED},
        ["fastapi POST /v2/orders auth add_order", "fastapi PUT /v2/orders/{id} open change_order"],
        id="one that marks what it puts around the function, and one that gets the method by its name",
    ),
    pytest.param(
        {"shop/guards.py": GUARDS, "shop/routing.py": ROUTING, "shop/orders.py": ORDERS, "shop/main.py": MAIN},
        [
            "fastapi GET /api/orders auth list_orders",
            "fastapi GET /api/orders/plain open plain",
            "fastapi PATCH /api/orders/{id} auth change",
            "fastapi POST /api/orders/guess open guess",
            "fastapi PUT /api/orders/{id} auth change",
        ],
        id="a decorator that is handed the method of a router of the project's own class",
    ),
    pytest.param(
        {"app.py": BLUEPRINTS},
        ["flask GET /pages/about open about", "flask POST /pages/mine auth mine"],
        id="one that is handed a blueprint, and one that knows it",
    ),
    pytest.param(
        {"app.py": TABLES},
        ["aiohttp DELETE /v1/things/{id} auth remove", "aiohttp GET /alive open alive"],
        id="one that registers a function around the handler, and one that adds it to an application",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), CASES)
def test_decorators_that_register(files, expected):
    assert expected == sorted(
        f"{e.framework} {e.method} {e.path} {'auth' if e.auth else 'open'} {e.handler}"
        for e in model_of(files).endpoints
    )


ASKED = """
from fastapi import Depends, FastAPI, Query
from pydantic import BaseModel
from shop.backend import Backend, get_current_user, own_scheme
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.middleware.sessions import SessionMiddleware

class AuthPayload(BaseModel):
    name: str

app = FastAPI()
app.add_middleware(SessionMiddleware, secret_key=AUTH_KEY)
app.add_middleware(AuthenticationMiddleware, backend=Backend())

@app.post("/start")
def start(request, payload: AuthPayload):
    check_token_rate_limit(request)
    return {}

@app.get("/shown")
def shown(request):
    return {"error": settings.error if request.user.is_authenticated else None}

@app.get("/looked", dependencies=[Depends(own_scheme)])
def looked(request):
    return {}

@app.get("/named")
def named(user: User = Depends(get_current_user), name: str = Query(description="a name (optional)")):
    return {}

@app.get("/asked")
def asked(request):
    if not request.user.is_authenticated:
        raise Refused()
    return load(request.user)
"""

BACKEND = """
from fastapi.security import HTTPBearer
from starlette.authentication import AuthenticationBackend

own_scheme = HTTPBearer(auto_error=False)

class Backend(AuthenticationBackend):
    async def authenticate(self, conn):
        return None

def get_current_user():
    return None
"""


def test_what_only_looks_who_is_there_is_no_login():
    found = model_of({"shop/main.py": ASKED, "shop/backend.py": BACKEND}).endpoints
    assert {
        "/start": False,
        "/shown": False,
        "/looked": False,
        "/named": True,
        "/asked": True,
    } == {e.path: bool(e.auth) for e in found}
