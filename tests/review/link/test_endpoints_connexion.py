"""Endpoints that Connexion reads from an OpenAPI document, from small projects written as people write them."""

import pytest
from tests.review.cases import model_of

DOCUMENT = """
openapi: 3.0.1
servers:
  - url: http://localhost:8080/api/v1
components:
  securitySchemes:
    bearer:
      type: http
security:
  - bearer: []
paths:
  /pets/{pet_id}:
    parameters:
      - name: pet_id
        in: path
        schema:
          type: integer
    get:
      operationId: shop.pets.show
      security: []
    delete:
      operationId: remove
      x-openapi-router-controller: shop.pets
  /pets:
    post:
      operationId: shop.pets.Pets.add
      requestBody:
        content:
          application/json:
            schema:
              $ref: '#/components/schemas/Pet'
  /gone:
    get:
      operationId: shop.nowhere.list_all
"""
PETS = """
def show(pet_id):
    return {}

def remove(pet_id):
    return {}

class Pets:
    @staticmethod
    def add(body):
        return {}
"""

CASES = [
    pytest.param(
        {
            "app.py": 'import connexion\napp = connexion.App(__name__, specification_dir="api")\napp.add_api("pets.yml")\n',
            "api/pets.yml": DOCUMENT,
            "shop/pets.py": PETS,
        },
        [
            "DELETE /api/v1/pets/{pet_id} remove auth",
            "GET /api/v1/pets/{pet_id} show open",
            "POST /api/v1/pets Pets.add auth",
        ],
        id="operationId, router controller and a method; document-wide security with an exception",
    ),
    pytest.param(
        {
            "app.py": (
                "from pathlib import Path\nfrom connexion import FlaskApp\napp = FlaskApp(__name__)\n"
                'spec = Path(__file__).parent / "pets.yml"\napp.add_api(spec, base_path="/v2")\n'
            ),
            "pets.yml": DOCUMENT,
            "shop/pets.py": PETS,
        },
        [
            "DELETE /v2/pets/{pet_id} remove auth",
            "GET /v2/pets/{pet_id} show open",
            "POST /v2/pets Pets.add auth",
        ],
        id="a path in a variable and a base path of the call",
    ),
    pytest.param(
        {
            "app.py": (
                "import connexion\nfrom connexion.resolver import RestyResolver\napp = connexion.App(__name__)\n"
                'app.add_api("toys.json", resolver=RestyResolver("api"))\n'
            ),
            "toys.json": '{"swagger": "2.0", "basePath": "/v3", "paths": {"/toys": {"get": {}, "post": {}}, "/toys/{id}": {"put": {}}}}',
            "api/toys.py": "def search():\n    return []\n\ndef post(body):\n    return {}\n\ndef put(id, body):\n    return {}\n",
        },
        ["GET /v3/toys search open", "POST /v3/toys post open", "PUT /v3/toys/{id} put open"],
        id="names made by the RestyResolver",
    ),
    pytest.param(
        {
            "app.py": "from flask import Flask\napp = Flask(__name__)\n",
            "pets.yml": DOCUMENT,
            "shop/pets.py": PETS,
        },
        [],
        id="a document that no application adds declares nothing",
    ),
]


@pytest.mark.parametrize(("files", "expected"), CASES)
def test_connexion(files, expected):
    endpoints = model_of(files).endpoints
    assert expected == sorted(
        f"{e.method} {e.path} {e.handler} {'auth' if e.auth else 'open'}" for e in endpoints
    )


def test_what_an_operation_takes_is_known():
    files = {
        "app.py": 'import connexion\napp = connexion.App(__name__)\napp.add_api("pets.yml")\n',
        "pets.yml": DOCUMENT.replace(
            "  securitySchemes:",
            "  schemas:\n    Pet:\n      type: object\n      properties:\n        name:\n          type: string\n  securitySchemes:",
        ),
        "shop/pets.py": PETS,
    }
    taken = {
        e.handler: [f"{p.name} {p.where}" for p in e.params] for e in model_of(files).endpoints
    }
    assert ["pet_id path"] == taken["show"]
    assert ["name body"] == taken["Pets.add"]
