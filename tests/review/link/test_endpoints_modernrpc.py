"""Procedures of django-modern-rpc, each an endpoint by its name."""

from tests.review.cases import model_of

PROCEDURES = """
from modernrpc.server import RpcServer

from shop.doors import login_required, permissions_required

server = RpcServer()


@server.register_procedure(name="Order.show", auth=login_required)
def show(number):
    return number


@server.register_procedure(name="Order.drop", auth=permissions_required("orders.delete"))
def drop(number):
    return number


@server.register_procedure(name="Login.enter", auth=None)
def enter(name, password):
    return name


@server.other(name="Order.other")
def other(number):
    return number
"""


def test_procedures_are_endpoints():
    model = model_of({"shop/procedures.py": PROCEDURES})
    found = [f"{e.method} {e.path} {e.handler}{' auth' if e.auth else ''}" for e in model.endpoints]
    assert sorted(found) == [
        "POST /Login.enter enter",
        "POST /Order.drop drop auth",
        "POST /Order.show show auth",
    ]
