"""Python: what values are where no type is written, and which methods calls on them run."""

import pytest
from tests.review.cases import model_of

CLIENTS = """
import contextlib


class Client:
    def fetch(self):
        return 1


class Other:
    def fetch(self):
        return 2

    def push(self):
        return 3


def made():
    return Client()


def lazily():
    global _client
    if _client is None:
        _client = Client()
    return _client


_client = None


def either(live):
    if live:
        return Client()
    return Other()


@contextlib.contextmanager
def opened():
    client = Client()
    yield client


def helper():
    from shop import helpers

    return helpers
"""
HELPERS = "def push():\n    return 1\n"


def service(init: str = "pass", run: str = "pass", more: str = "") -> dict[str, str]:
    return {
        "shop/clients.py": CLIENTS,
        "shop/helpers.py": HELPERS,
        "shop/service.py": f"""
from shop.clients import Client, Other, either, helper, lazily, made, opened


class Service:
    client = None

    def __init__(self, client=None, live=False, given=Client()):
        {init}

    def run(self, live):
        {run}

{more}
""",
    }


@pytest.mark.parametrize(
    ("method", "init", "run"),
    [
        pytest.param(
            "Client.fetch", "self.client = client or Client()", "self.client.fetch()", id="or"
        ),
        pytest.param(
            "Client.fetch",
            "self.client = client if client is not None else Client()",
            "self.client.fetch()",
            id="a choice",
        ),
        pytest.param("Client.fetch", "self.client = given", "self.client.fetch()", id="a default"),
        pytest.param(
            "Client.fetch",
            "self.client = Client()",
            "self.client.fetch()",
            id="a field that is None at first",
        ),
        pytest.param("Client.fetch", "pass", "made().fetch()", id="what a function gives"),
        pytest.param("Client.fetch", "pass", "lazily().fetch()", id="what a function makes once"),
        pytest.param(
            "Client.fetch",
            "pass",
            "with opened() as it: it.fetch()",
            id="what a context manager yields",
        ),
        pytest.param("Client.fetch", "pass", "if it := made(): it.fetch()", id="a walrus"),
        pytest.param("Client.fetch", "pass", "self.held.fetch()", id="a property"),
        pytest.param("", "pass", "either(live).fetch()", id="one or the other"),
        pytest.param("", "self.client = client", "self.client.fetch()", id="nobody says"),
        pytest.param("push", "pass", "helper().push()", id="a module that a function gives"),
    ],
)
def test_values_are_what_makes_them(method, init, run):
    model = model_of(
        service(init, run, "    @property\n    def held(self):\n        return Client()\n")
    )
    at = next(n for n, file in enumerate(model.files) if file.path == "shop/service.py")
    call = next(call for call in model.files[at].calls if call.name in ("fetch", "push"))
    assert method == "".join(model.label(fn) for fn in model.project.resolve_call(at, call))


MIXED = """
from typing import Protocol, overload


class Asks(Protocol):
    def one(self, key): ...


class Repository:
    def one(self, key):
        return key

    @overload
    def many(self, key: int): ...

    @overload
    def many(self, key: str): ...

    def many(self, key):
        return self.one(key)


class ById:
    def by_id(self: Asks, key):
        return self.one(key)

    def by_name(self, key):
        return self.other(key)


class Orders(ById, Repository, Asks):
    pass


class Door:
    def other(self, key):
        return 1


class Window:
    def other(self, key):
        return 2
"""


@pytest.mark.parametrize(
    ("asked", "method"),
    [
        pytest.param("one", "Repository.one", id="of another base of what it is mixed into"),
        pytest.param("other", "", id="of no base"),
    ],
)
def test_a_mixin_calls_what_it_is_mixed_with(asked, method):
    model = model_of({"shop/repository.py": MIXED})
    file = model.files[0]
    calls = [c for c in file.calls if c.name == asked and file.functions[c.fn].owner == "ById"]
    assert [method] == [
        "".join(model.label(fn) for fn in model.project.resolve_call(0, call)) for call in calls
    ]


def test_an_overload_is_no_function():
    model = model_of(
        {
            "shop/repository.py": MIXED,
            "shop/use.py": "from shop.repository import Orders\nOrders().many(1)\n",
        }
    )
    at = next(n for n, file in enumerate(model.files) if file.path == "shop/use.py")
    call = next(call for call in model.files[at].calls if call.name == "many")
    found = model.project.resolve_call(at, call)
    assert [
        call.name for fn in found for call in model.files[fn.file].calls if call.fn == fn.index
    ] == ["one"]
