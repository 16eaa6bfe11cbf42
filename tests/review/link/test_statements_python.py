"""Python: which table a call is about that does not name it, and functions and modules that are called like others."""

import pytest
from tests.review.cases import model_of

MODELS = """
from sqlalchemy.orm import DeclarativeBase

class Base(DeclarativeBase):
    pass

class Order(Base):
    __tablename__ = "orders"

class Customer(Base):
    __tablename__ = "customers"
"""

STORE = """
import functools
from sqlalchemy import Select, select
from sqlalchemy.orm import Query, Session
from shop.models import Customer, Order

def with_lines(func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        kwargs["query"] = select(Order).options(selectinload(Order.lines))
        return func(*args, **kwargs)
    return wrapper

def plain(func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        return func(*args, **kwargs)
    return wrapper

@with_lines
def filled_in(id: int, query: Query = None, session: Session = None):
    return session.scalar(query.filter_by(id=id).limit(1))

@plain
def not_filled_in(id: int, query: Query = None, session: Session = None):
    return session.scalar(query.filter_by(id=id).limit(1))

def typed(query: Select[tuple[Customer]], session: Session):
    return session.scalars(query.limit(3)).all()

def gone_on_from(session: Session, name: str):
    statement = select(Customer).where(Customer.name == name)
    return session.scalar(statement.limit(1))

def row(order: Order, session: Session):
    order = session.merge(order)
    return order

def unknown(thing, session: Session):
    return session.merge(thing)
"""


@pytest.mark.parametrize(
    ("function", "table"),
    [
        pytest.param("filled_in", "orders", id="a statement that a decorator fills in"),
        pytest.param("not_filled_in", "", id="a decorator that fills in nothing"),
        pytest.param("typed", "customers", id="a statement whose type says of what"),
        pytest.param("gone_on_from", "customers", id="a statement that goes on from a variable"),
        pytest.param("row", "orders", id="a row that the session is handed"),
        pytest.param("unknown", "", id="something of which nothing is known"),
    ],
)
def test_tables_of_statements(function: str, table: str) -> None:
    model = model_of({"shop/models.py": MODELS, "shop/store.py": STORE})
    found = [
        access.table
        for fn, accesses in model.data.by_function.items()
        for access in accesses
        if model.label(fn) == function
    ]
    assert [table] == found


ROWS = """
from django.contrib.auth.models import User
from django.db import models
from django.shortcuts import get_object_or_404

class Vote(models.Model):
    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)

class Votes(models.Manager):
    def get_queryset(self):
        return super().get_queryset()

def add(request):
    Vote(name="x").save()

def show(request, id):
    return get_object_or_404(Vote.objects.filter(user=request.user), id=id)

def of_library(request, id):
    return get_object_or_404(User, id=id)
"""


def test_tables_of_rows() -> None:
    model = model_of({"shop/models.py": ROWS})
    found = {
        model.label(fn): {access.table for access in accesses}
        for fn, accesses in model.data.by_function.items()
    }
    assert {"Vote.save": {"Vote"}, "add": {"Vote"}, "show": {"Vote"}, "of_library": {"User"}} == {
        name: tables for name, tables in found.items() if name != "Votes.get_queryset"
    }
    assert {""} == found.get("Votes.get_queryset", {""})


def test_calls_lead_to_functions_with_capitals_and_to_modules_that_can_be_imported() -> None:
    model = model_of(
        {
            "backend/tools/__init__.py": "def version():\n    return 1\n",
            "backend/tools/types.py": "def OwnType(**given):\n    return given\n",
            "backend/handlers/sales/tools.py": "def other():\n    return 1\n",
            "backend/handlers/orders.py": (
                "from tools import version\nfrom tools.types import OwnType\n\n"
                "def show():\n    return version(), OwnType(a=1)\n"
            ),
        }
    )
    at = next(n for n, file in enumerate(model.files) if file.path.endswith("orders.py"))
    found = {
        call.name: [model.label(fn) for fn in model.project.resolve_call(at, call)]
        for call in model.files[at].calls
    }
    assert {"version": ["version"], "OwnType": ["OwnType"]} == found


MANAGERS = """
from django.db import models

class OrderManager(models.Manager):
    def visible(self, user):
        return self.model.objects.filter(owner=user)

class Order(models.Model):
    objects = OrderManager()

    def others(self):
        return self.__class__.objects.visible(self.owner)

    def siblings(self):
        return self.__class__.objects.filter(owner=self.owner)
"""


def test_the_model_of_a_manager_and_the_class_of_a_row() -> None:
    model = model_of({"shop/models.py": MANAGERS})
    found = {
        model.label(fn): {access.table for access in accesses}
        for fn, accesses in model.data.by_function.items()
    }
    assert {"Order"} == found["OrderManager.visible"] == found["Order.siblings"]
    call = next(call for call in model.files[0].calls if call.name == "visible")
    assert ["OrderManager.visible"] == [
        model.label(fn) for fn in model.project.resolve_call(0, call)
    ]
