"""Endpoints of FastAPI's routers, from small projects written as people write them."""

import pytest
from tests.review.cases import model_of

OWN_ROUTERS = """
from fastapi import APIRouter, Depends
from shop.login import get_current_user

class UserRouter(APIRouter):
    def __init__(self, tags=None, prefix="", **kwargs):
        super().__init__(tags=tags, prefix=prefix, dependencies=[Depends(get_current_user)], **kwargs)

class StaffRouter(UserRouter):
    pass

class HealthRouter(APIRouter):
    def __init__(self):
        super().__init__(prefix="/health")

class Router:
    def get(self, path):
        return lambda made: made
"""

VIEWS = """
from typing import Annotated
from fastapi import APIRouter, Depends, FastAPI
from fastapi_utils.cbv import cbv
from shop.login import get_current_user, open_session

router = APIRouter(prefix="/api")

class Base:
    session: Session = Depends(open_session)

class ForUsers(Base):
    user: User = Depends(get_current_user)

class Opened(ForUsers):
    user: None = None

@cbv(router)
class Orders(ForUsers):
    @router.get("/orders")
    def orders(self):
        return []

@cbv(router)
class Bills:
    who: Annotated[User, Depends(get_current_user)]

    @router.get("/bills")
    def bills(self):
        return []

@cbv(router)
class Invoices:
    def __init__(self, user: User = Depends(get_current_user)):
        self.user = user

    @router.get("/invoices")
    def invoices(self):
        return []

@cbv(router)
class News(Base):
    current_user: str = "nobody"

    @router.get("/news")
    def news(self):
        return []

@cbv(router)
class Offers(Opened):
    @router.get("/offers")
    def offers(self):
        return []

app = FastAPI()
app.include_router(router)
"""

CASES = [
    pytest.param(
        {
            "shop/login.py": "def get_current_user():\n    return None\n\ndef open_session():\n    return None\n",
            "shop/main.py": VIEWS,
        },
        [
            "GET /api/bills auth",
            "GET /api/invoices auth",
            "GET /api/news open",
            "GET /api/offers open",
            "GET /api/orders auth",
        ],
        id="what a class-based view depends on, also by its base classes and its constructor",
    ),
    pytest.param(
        {
            "shop/login.py": "def get_current_user():\n    return None\n",
            "shop/routing.py": OWN_ROUTERS,
            "shop/orders.py": (
                'from shop.routing import HealthRouter, Router, StaffRouter, UserRouter\nmine = UserRouter(prefix="/orders")\n'
                'staff = StaffRouter(prefix="/staff")\nalive = HealthRouter()\nother = Router()\n'
                '@mine.get("/{id}")\ndef one(id: int):\n    return {}\n'
                '@staff.get("")\ndef all_orders():\n    return []\n'
                '@alive.get("/live")\ndef live():\n    return {}\n'
                '@other.get("/nothing")\ndef nothing():\n    return {}\n'
            ),
            "shop/main.py": (
                "from fastapi import FastAPI\nfrom shop import orders\napp = FastAPI()\n"
                "app.include_router(orders.mine)\napp.include_router(orders.staff)\napp.include_router(orders.alive)\n"
            ),
        },
        ["GET /health/live open", "GET /orders/{id} auth", "GET /staff auth"],
        id="classes that inherit from the framework's router, with what their constructors hand on",
    ),
    pytest.param(
        {
            "shop/__init__.py": "",
            "shop/routes/__init__.py": (
                'from fastapi import APIRouter\nfrom . import login\nrouter = APIRouter(prefix="/api")\nrouter.include_router(login.router)\n'
            ),
            "shop/routes/login/__init__.py": (
                'from fastapi import APIRouter\nfrom . import login\nrouter = APIRouter(prefix="/login")\nrouter.include_router(login.public)\n'
            ),
            "shop/routes/login/login.py": (
                "from fastapi import APIRouter\npublic = APIRouter()\n@public.post('/start')\ndef start():\n    return {}\n"
            ),
            "shop/main.py": "from fastapi import FastAPI\nfrom shop.routes import router\napp = FastAPI()\napp.include_router(router)\n",
        },
        ["POST /api/login/start open"],
        id="a package with a module of the same name",
    ),
    pytest.param(
        {
            "shop/pages.py": "def about():\n    return {}\n",
            "shop/main.py": (
                "from fastapi import FastAPI\nfrom shop import pages\nfrom shop.pages import about\n\ndef show(id: int):\n    return {}\n\n"
                'def hang(app: FastAPI):\n    app.get("/things/{id}", include_in_schema=False)(show)\n'
                '    app.api_route("/about", methods=["PUT"])(pages.about)\n'
                '    settings.get("/other")(show)\n    client.get("/nothing")(missing)\n\n'
                "app = FastAPI()\nhang(app)\n"
            ),
        },
        ["GET /things/{id} open", "PUT /about open"],
        id="decorators that are called with the function",
    ),
    pytest.param(
        {
            "main.py": (
                "from fastapi import Depends, FastAPI\nfrom login import get_current_user, try_get_current_user\napp = FastAPI()\n"
                '@app.get("/seen")\ndef seen(user: User | None = Depends(try_get_current_user)):\n    return {}\n'
                '@app.get("/mine")\ndef mine(user: User = Depends(get_current_user)):\n    return {}\n'
            ),
            "login.py": "def try_get_current_user():\n    return None\n\ndef get_current_user():\n    return None\n",
        },
        ["GET /mine auth", "GET /seen open"],
        id="a dependency that only tries to find out who is there",
    ),
]


@pytest.mark.parametrize(("files", "expected"), CASES)
def test_fastapi(files, expected):
    assert expected == sorted(
        f"{e.method} {e.path} {'auth' if e.auth else 'open'}" for e in model_of(files).endpoints
    )


LISTS = """
from fastapi import Depends, FastAPI
from pydantic import BaseModel

app = FastAPI()

class Ordering(BaseModel):
    order_by: str = ""

class PageQuery(Ordering):
    page: int = 1
    per_page: int = 50

class BookQuery(PageQuery):
    author: str = ""

class Sheet(BaseModel):
    page: int = 1

@app.get("/books")
def books(q: BookQuery = Depends(), search: str = ""):
    return repository.list_books(q)

@app.get("/pages")
def pages(q: PageQuery = Depends(PageQuery)):
    return repository.find(q.page, q.per_page)

@app.get("/unused")
def unused(q: PageQuery = Depends(PageQuery)):
    return repository.find()

@app.get("/ordered")
def ordered(q: Ordering = Depends(Ordering)):
    return repository.find(q)

@app.get("/sheet")
def sheet(q: Sheet = Depends(Sheet)):
    return repository.find(q)

@app.post("/books")
def add(q: PageQuery):
    return repository.add(q)
"""


def test_what_is_given_a_page_hands_out_pages():
    found = {f"{e.method} {e.path}": e.paginated for e in model_of({"main.py": LISTS}).endpoints}
    assert {
        "GET /books": True,
        "GET /pages": True,
        "GET /unused": None,
        "GET /ordered": None,
        "GET /sheet": None,
        "POST /books": None,
    } == found


@pytest.mark.parametrize(
    "name", ["current_superuser", "current_active_user", "current_verified_superuser"]
)
def test_a_dependency_of_fastapi_users_is_a_login(name: str) -> None:
    source = f"""
from fastapi import APIRouter, Depends, FastAPI
from shop.users import {name}

app = FastAPI()

@app.post("/imports", dependencies=[Depends({name})])
def imports():
    return None
"""
    assert [True] == [e.auth for e in model_of({"shop/main.py": source}).endpoints]
