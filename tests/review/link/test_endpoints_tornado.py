"""Endpoints of Tornado, Bottle and Sanic, from small projects written as people write them."""

import pytest
from tests.review.cases import model_of

CASES = [
    pytest.param(
        """
import tornado.web
from tornado.web import RequestHandler, url

class Base(RequestHandler):
    def delete(self, key):
        pass

class Main(tornado.web.RequestHandler):
    def get(self):
        if not self.current_user:
            self.redirect("/login")

class User(Base):
    @tornado.web.authenticated
    async def get(self, user_id, tab):
        pass

class Other:
    def get(self):
        pass

handlers = [(r"/", Main), (r"/other", Other), (r"/static/(.*)", tornado.web.StaticFileHandler, {"path": "static"})]

def make():
    return tornado.web.Application([*handlers, url(r"/users/(\\d+)/(?P<tab>\\w+)/?", User, name="user")])
""",
        [
            "DELETE /users/{key}/{tab} User.delete False",
            "GET / Main.get True",
            "GET /users/{user_id}/{tab} User.get True",
        ],
        id="tornado: lists of a path and a class, methods of base classes",
    ),
    pytest.param(
        """
from bottle import Bottle, post, route

app = Bottle()

@route("/hello/<name>")
def hello(name):
    return name

@route("/both", method=["GET", "POST"])
def both():
    return ""

@post("/login")
def login():
    return ""

@app.delete("/notes/<key:int>")
def remove(key):
    return ""
""",
        [
            "DELETE /notes/{key} remove False",
            "GET /both both False",
            "GET /hello/{name} hello False",
            "POST /both both False",
            "POST /login login False",
        ],
        id="bottle: decorators of the module and of an application",
    ),
    pytest.param(
        """
from sanic import Blueprint, Sanic

app = Sanic("shop")
bp = Blueprint("notes", url_prefix="/notes")

@app.get("/")
async def index(request):
    pass

@bp.route("/<key>", methods=["PUT"])
async def change(request, key):
    pass

app.blueprint(bp)
""",
        ["GET / index False", "PUT /notes/{key} change False"],
        id="sanic: an application and a blueprint",
    ),
]


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_endpoints(source, expected):
    found = [
        f"{e.method} {e.path} {e.handler} {e.auth}" for e in model_of({"app.py": source}).endpoints
    ]
    assert sorted(expected) == sorted(found)
