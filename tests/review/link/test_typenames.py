"""FastAPI's names for what is handed to an endpoint: Annotated[...] under a name, in the file or imported from another."""

import pytest
from tests.review.cases import knowledge, model_of, sure

from backwright.review.reviewing import review_model

NAMES = """from typing import Annotated

from fastapi import Depends

from shop.orders import Orders


def make_orders() -> Orders: ...


orders_dep = Annotated[Orders, Depends(make_orders)]
again_dep = Annotated[orders_dep, "documented"]
round_dep = Annotated[back_dep, "never ends"]
back_dep = Annotated[round_dep, "never ends"]
"""
ORDERS = """from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.models import Order


class Orders:
    def __init__(self, db: Session):
        self.db = db

    def all(self):
        stmt = select(Order)%s
        return self.db.execute(stmt).scalars().unique().all()

    def add(self, order: Order):
        self.db.add(order)
"""
MODELS = """from sqlalchemy.orm import DeclarativeBase, Mapped


class Base(DeclarativeBase): ...


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int]
"""
ROUTES = """from fastapi import APIRouter

from shop.names import again_dep, orders_dep, round_dep

router = APIRouter()


@router.get("/orders")
def all(orders: %s):
    return orders.all()


@router.post("/orders")
def add(orders: orders_dep, order: dict):
    orders.add(order)
"""


def files(name: str, bound: str = "") -> dict[str, str]:
    return {
        "shop/names.py": NAMES,
        "shop/orders.py": ORDERS % bound,
        "shop/models.py": MODELS,
        "shop/routes.py": ROUTES % name,
    }


@pytest.mark.parametrize("name", ["orders_dep", "again_dep"])
def test_calls_lead_to_the_class_behind_a_name(name: str) -> None:
    model = model_of(files(name))
    at = next(n for n, file in enumerate(model.files) if file.path == "shop/routes.py")
    call = next(each for each in model.files[at].calls if each.name == "all")
    (found,) = model.project.resolve_call(at, call)
    assert model.label(found) == "Orders.all"


def test_names_that_lead_in_a_circle_end() -> None:
    model = model_of(files("round_dep"))
    at = next(n for n, file in enumerate(model.files) if file.path == "shop/routes.py")
    assert model.project.type_of(at, 0, "orders").cls is None


def test_a_session_that_is_called_db_is_no_driver() -> None:
    rules = [knowledge().rules["unbounded-read"]]
    (found,) = review_model(model_of(files("orders_dep")), rules, sure(rules)).findings
    assert (found.file, found.line) == ("shop/orders.py", 13)
    assert not review_model(
        model_of(files("orders_dep", ".limit(50)")), rules, sure(rules)
    ).findings
