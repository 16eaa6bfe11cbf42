"""Endpoints of Django Ninja, from small projects written as people write them."""

import pytest
from tests.review.cases import model_of

API = """
from ninja import NinjaAPI, Router
from ninja.security import HttpBearer
from shop.lines import router as lines


class Bearer(HttpBearer):
    def authenticate(self, request, token):
        return token


api = NinjaAPI({whole})
router = Router()


@router.get("/one")
def one(request):
    return 1


@api.get("/two", auth=None)
def two(request):
    return 1


@api.post("/three", auth=Bearer())
def three(request, body: Order):
    return 1


@api.api_operation(["PUT"], "/four")
def four(request):
    return 1


api.add_router("/sub", router)
api.add_router("/lines", lines)
api.add_router("/more", "shop.more.router")
"""
LINES = """
from ninja import Router

router = Router(tags=["lines"])


@router.get("")
def lines(request):
    return 1


@router.delete("/{number}")
def drop(request, number: int):
    return 1
"""
MORE = """
from ninja import Router

router = Router()


@router.patch("/a")
def more(request):
    return 1
"""
URLS = """
from django.urls import path
from shop.api import api

urlpatterns = [path("api/", api.urls)]
"""
WHOLE = [
    "DELETE /api/lines/{number} drop auth",
    "GET /api/lines lines auth",
    "GET /api/sub/one one auth",
    "GET /api/two two",
    "PATCH /api/more/a more auth",
    "POST /api/three three auth",
    "PUT /api/four four auth",
]


@pytest.mark.parametrize(
    ("whole", "told"),
    [
        pytest.param(
            "auth=Bearer()", WHOLE, id="who is asked for everywhere, but where it says auth=None"
        ),
        pytest.param(
            "title='Shop'",
            [each if "three" in each else each.removesuffix(" auth") for each in WHOLE],
            id="who is asked for at one endpoint",
        ),
    ],
)
def test_endpoints(whole, told):
    files = {
        "shop/api.py": API.replace("{whole}", whole),
        "shop/lines.py": LINES,
        "shop/more.py": MORE,
        "shop/urls.py": URLS,
    }
    model = model_of(files)
    found = [f"{e.method} {e.path} {e.handler}{' auth' if e.auth else ''}" for e in model.endpoints]
    assert told == sorted(found)
