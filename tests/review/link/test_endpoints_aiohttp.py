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
