"""unbounded-read: conditions of SQLAlchemy that stand in the call that sends the statement."""

import pytest
from tests.review.cases import Case, findings

APP = """
from fastapi import FastAPI
from sqlmodel import Field, SQLModel, col, select

class Order(SQLModel, table=True):
    id: int = Field(primary_key=True)
    number: str
    note: str

app = FastAPI()

@app.post("/orders")
async def add(db: AsyncSession):
    db.add(Order(number="1"))
    await db.commit()

@app.get("/orders")
async def listed(part: str, db: AsyncSession):
    result = await db.execute(select(Order).where(%s))
    return result.unique().scalars().all()
"""


@pytest.mark.parametrize(
    ("count", "condition"),
    [
        pytest.param(1, 'Order.number.ilike(f"%{part}%")', id="a search"),
        pytest.param(
            1, 'col(Order.number).ilike(f"%{part}%")', id="a search of a column that is wrapped"
        ),
        pytest.param(0, "Order.number.in_(numbers())", id="a list of keys"),
        pytest.param(0, "Order.number == part", id="a key"),
        pytest.param(0, "narrowed(part)", id="what another function says"),
    ],
)
def test_a_condition_in_what_is_sent(count: int, condition: str) -> None:
    found = findings(
        Case("", {"requirements.txt": "sqlmodel\n", "app.py": APP % condition}), {"unbounded-read"}
    )
    assert count == len(found)
