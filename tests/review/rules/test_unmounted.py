"""Routes of a router that nobody mounts need no guard: nobody reaches them."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.review.reviewing import review_model

RULE = [knowledge().rules["missing-auth"]]
ORDERS = """
from fastapi import APIRouter, Depends

from shop.login import current_user
from shop.models import Order

router = APIRouter()


@router.get("/orders", dependencies=[Depends(current_user)])
async def orders():
    return await Order.all().limit(20)


@router.put("/orders/{id}", dependencies=[Depends(current_user)])
async def change(id: int, body: Change):
    await Order.filter(id=id).update(state=body.state)


@router.post("/orders", dependencies=[Depends(current_user)])
async def add(body: Change):
    await Order.create(state=body.state)
"""
TASKS = """
from fastapi import APIRouter

from shop.models import Task

router = APIRouter()


@router.delete("/tasks/{id}")
async def remove(id: int):
    await Task.filter(id=id).delete()
"""
APP = """
from fastapi import FastAPI

from shop import orders, tasks

app = FastAPI()
app.include_router(orders.router)
"""
LOGIN = "from fastapi import HTTPException\n\n\nasync def current_user(token: str):\n    raise HTTPException(401)\n"
MODELS = "from tortoise import Model\n\n\nclass Order(Model):\n    pass\n\n\nclass Task(Model):\n    pass\n"


@pytest.mark.parametrize(
    ("app", "told"),
    [(APP, False), (APP + "app.include_router(tasks.router)\n", True)],
    ids=["mounted nowhere", "mounted"],
)
def test_only_what_is_mounted_needs_a_guard(app: str, *, told: bool) -> None:
    files = {
        "shop/app.py": app,
        "shop/orders.py": ORDERS,
        "shop/tasks.py": TASKS,
        "shop/login.py": LOGIN,
        "shop/models.py": MODELS,
    }
    found = review_model(model_of(files), RULE).findings
    assert ("shop/tasks.py" in {each.file for each in found}) is told
