"""Endpoints of Flask's blueprints and Flask-RESTX's namespaces, from small projects written as people write them."""

import pytest
from tests.review.cases import model_of

RESOURCES = """
from flask_restx import Namespace, Resource

pets_namespace = Namespace("pets", description="What is kept")

@pets_namespace.route("", "/")
class Pets(Resource):
    def get(self):
        return []

    def post(self):
        return {}

@pets_namespace.route("/<int:pet_id>", "/by-id/<int:pet_id>")
class Pet(Resource):
    def delete(self, pet_id):
        return {}
"""


def _app(made: str, added: str) -> dict[str, str]:
    return {
        "shop/pets.py": RESOURCES,
        "shop/api.py": (
            "from flask import Blueprint, Flask\nfrom flask_restx import Api\nfrom shop.pets import pets_namespace\n"
            f"{made}\n{added}\napp = Flask(__name__)\napp.register_blueprint(bp)\n"
        ),
    }


CASES = [
    pytest.param(
        _app('bp = Blueprint("api", __name__, url_prefix="/api/v1")\nouter = Api(bp, version="v1")', 'outer.add_namespace(pets_namespace, "/animals")'),
        ["DELETE /api/v1/animals/by-id/{pet_id}", "DELETE /api/v1/animals/{pet_id}", "GET /api/v1/animals", "POST /api/v1/animals"],
        id="an Api hangs on its blueprint, the path of add_namespace replaces the name, a route has several paths",
    ),
    pytest.param(
        _app('bp = Blueprint("api", __name__, url_prefix="/api")\nouter = Api(bp, prefix="/v2")', "outer.add_namespace(pets_namespace)"),
        ["DELETE /api/v2/pets/by-id/{pet_id}", "DELETE /api/v2/pets/{pet_id}", "GET /api/v2/pets", "POST /api/v2/pets"],
        id="an Api's own prefix, and a namespace whose path is its name",
    ),
    pytest.param(
        {
            "app.py": (
                "from flask import Flask\nfrom flask_restx import Api, Resource\napp = Flask(__name__)\napi = Api(app)\n"
                'toys = api.namespace("toys")\n@toys.route("/<id>")\nclass Toy(Resource):\n    def get(self, id):\n        return {}\n'
            )
        },
        ["GET /toys/{id}"],
        id="a namespace that the Api makes",
    ),
    pytest.param(
        {
            "shop/pages.py": (
                'from flask import Blueprint\npages = Blueprint("pages", __name__, url_prefix="/old")\n'
                '@pages.route("/about")\ndef about():\n    return ""\n'
            ),
            "shop/app.py": (
                "from flask import Flask\nfrom shop.pages import pages\napp = Flask(__name__)\n"
                'app.register_blueprint(pages, url_prefix="/new")\napp.register_blueprint(pages, name="again")\n'
            ),
        },
        ["GET /new/about", "GET /old/about"],
        id="the prefix at registration replaces the blueprint's own; without one that stays",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), CASES)
def test_flask(files, expected):
    assert expected == sorted(f"{e.method} {e.path}" for e in model_of(files).endpoints)


def test_a_module_that_is_called_like_a_user_asks_for_no_login_by_its_name():
    files = {
        "shop/web/user.py": "def shown():\n    return True\n\ndef get_current_user():\n    return None\n",
        "shop/app.py": (
            "from flask import Flask\nfrom flask_login import current_user\n"
            "from shop.web import user as principal\napp = Flask(__name__)\n"
            '@app.route("/bye")\ndef bye():\n    if principal.shown():\n        leave()\n    return ""\n'
            '@app.route("/me")\ndef me():\n    return principal.get_current_user()\n'
            '@app.route("/mine")\ndef mine():\n    return current_user.get_orders()\n'
        ),
    }
    found = {e.path: e.auth for e in model_of(files).endpoints}
    assert {"/bye": False, "/me": True, "/mine": True} == found
