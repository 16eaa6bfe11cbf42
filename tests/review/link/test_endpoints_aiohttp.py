"""Endpoints of aiohttp's server, from small projects written as people write them."""

import pytest
from tests.review.cases import model_of

CASES = [
    pytest.param(
        """
from aiohttp import web

async def index(request):
    return web.Response(text="")

async def one(request):
    return web.json_response({"id": request.match_info["id"]})

class Notes(web.View):
    async def get(self):
        return web.json_response([])

    async def post(self):
        return web.json_response({})

app = web.Application()
app.router.add_get("/", index)
app.router.add_route("PUT", "/notes/{id}", one)
app.router.add_view("/notes", Notes)
app.add_routes([web.get("/notes/{id}", one), web.delete("/notes/{id}", one)])
""",
        [
            "DELETE /notes/{id} one",
            "GET / index",
            "GET /notes Notes.get",
            "GET /notes/{id} one",
            "POST /notes Notes.post",
            "PUT /notes/{id} one",
        ],
        id="calls on the application's router, a list of routes, a view",
    ),
    pytest.param(
        """
from aiohttp import web
routes = web.RouteTableDef()

@routes.post("/login")
async def login(request):
    data = await request.post()
    return web.Response(text=data["name"])

@routes.view("/me")
class Me(web.View):
    async def get(self):
        return web.json_response({})

admin = web.Application()
admin.add_routes(routes)
app = web.Application()
app.add_subapp("/admin", admin)
""",
        ["GET /admin/me Me.get", "POST /admin/login login"],
        id="a table of marked routes in an application below another",
    ),
    pytest.param(
        """
import aiohttp

async def fetch(session):
    async with session.get("/remote") as response:
        return await response.json()
""",
        [],
        id="a client asks and declares nothing",
    ),
]


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_aiohttp(source, expected):
    endpoints = model_of({"app/main.py": source}).endpoints
    assert expected == sorted(f"{e.method} {e.path} {e.handler}" for e in endpoints)


MIDDLEWARE = """
from aiohttp import web

PUBLIC = ("/health",)
OPEN = "open"


@web.middleware
async def check(request, handler):
    if request.path in PUBLIC or Needs.NOTHING in request.needs:
        return await handler(request)
    if not request.headers.get("Authorization"):
        raise web.HTTPUnauthorized()
    return await handler(request)


@web.middleware
async def timing(request, handler):
    return await handler(request)


def made(settings):
    @web.middleware
    async def inner(request, handler):
        if not request.headers.get("Authorization"):
            raise web.HTTPUnauthorized()
        return await handler(request)

    return inner


class Doors:
    @web.middleware
    async def process(self, request, handler):
        if not request.headers.get("Authorization"):
            raise web.HTTPUnauthorized()
        return await handler(request)
"""
HANDLERS = """
from aiohttp import web

routes = web.RouteTableDef()


async def one(request):
    return web.json_response({})


async def health(request):
    return web.json_response({})


class Notes(web.View):
    async def get(self):
        return web.json_response([])


@needs(Needs.NOTHING)
class Seen(web.View):
    async def get(self):
        return web.json_response([])


@routes.get("/two")
async def two(request):
    return web.json_response({})


def set_up(app):
    app.router.add_get("/one", one)
    app.router.add_get("/health", health)
    app.router.add_view("/notes", Notes)
    app.router.add_view("/seen", Seen)
    app.add_routes(routes)
"""
GUARDED = "/notes /one /two"


@pytest.mark.parametrize(
    ("guarded", "made"),
    [
        pytest.param(GUARDED, "app = web.Application(middlewares=[timing, check])", id="a list"),
        pytest.param(
            GUARDED,
            "given = [check]\n    app = web.Application(middlewares=given)",
            id="a variable",
        ),
        pytest.param(
            GUARDED,
            "more = [check]\n    app = web.Application(middlewares=[timing, *more])",
            id="a list in a list",
        ),
        pytest.param(
            GUARDED, "app = web.Application()\n    app.middlewares.append(check)", id="added later"
        ),
        pytest.param(
            "/health /notes /one /seen /two",
            "app = web.Application(middlewares=[made(1)])",
            id="a factory's",
        ),
        pytest.param(
            "/health /notes /one /seen /two",
            "app = web.Application(middlewares=[Doors().process])",
            id="a method",
        ),
        pytest.param(
            "", "app = web.Application(middlewares=[timing])", id="one that lets everybody pass"
        ),
        pytest.param(
            "",
            "other = web.Application(middlewares=[check])\n    app = web.Application()",
            id="another's",
        ),
    ],
)
def test_middleware_of_an_application_counts_for_its_handlers(guarded, made):
    model = model_of(
        {
            "app/middleware.py": MIDDLEWARE,
            "app/handlers.py": HANDLERS,
            "app/main.py": f"""
from aiohttp import web
from app.handlers import set_up
from app.middleware import Doors, check, made, timing


def start():
    {made}
    set_up(app)
    return app
""",
        }
    )
    assert guarded == " ".join(sorted(each.path for each in model.endpoints if each.auth))
