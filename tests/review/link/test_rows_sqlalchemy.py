"""SQLAlchemy: of which class the row is that a variable, a loop or a function holds, and what is none."""

import pytest
from tests.review.cases import model_of

MODELS = """
from sqlmodel import SQLModel

class User(SQLModel, table=True):
    name: str

    def greet(self):
        return self.name

class Order(SQLModel, table=True):
    owner: int
"""

STORE = """
from shop.models import Order, User
from sqlalchemy import func, select

def show(session, data, is_new):
    got = session.get(User, 1)
    queried = session.query(User).filter(User.id == 1).first()
    selected = session.scalar(select(User).where(User.id == 1))
    first = session.scalars(select(User)).first()
    executed = session.execute(select(User)).scalar_one_or_none()
    statement = select(User)
    statement = statement.where(User.id == 1)
    held = session.scalars(statement.limit(1)).first()
    query = session.query(Order)
    query = query.filter(Order.owner == 1)
    later = query.one_or_none()
    sent = session.execute(select(Order))
    taken = sent.scalar_one()
    by_class = User.query.filter_by(id=1).first_or_404()
    made = User.model_validate(data)
    merged = session.merge(got)
    found = find(session)

    column = session.scalar(select(User.name).where(User.id == 1))
    count = session.scalar(select(func.count()).select_from(User))
    pair = session.execute(select(User, Order)).first()
    row = session.execute(select(User)).first()
    many = session.scalars(select(User)).all()
    named = session.query(User.name).first()
    kept = cache.get(User, 1)
    either = session.get(User, 1)
    if is_new:
        either = session.get(Order, 1)
    for each in session.scalars(select(User)).all():
        each.greet()
    for other in many:
        other.greet()
    for pairs in session.execute(select(User)).all():
        print(pairs)
    return got.greet()

def find(session):
    return session.get(Order, 1)
"""

MODEL = model_of({"shop/models.py": MODELS, "shop/store.py": STORE})


@pytest.mark.parametrize(
    ("name", "cls"),
    [
        *(
            (name, "User")
            for name in "got queried selected first executed held by_class made merged each other".split()
        ),
        *((name, "Order") for name in ("later", "taken", "found")),
        *((name, "") for name in "column count pair row many named kept either pairs".split()),
    ],
)
def test_rows(name: str, cls: str) -> None:
    at = next(n for n, file in enumerate(MODEL.files) if file.path.endswith("store.py"))
    known = MODEL.project.type_of(at, 0, name).cls
    assert cls == (MODEL.project.class_(known).name if known is not None else "")


def test_methods_of_rows_are_followed() -> None:
    at = next(n for n, file in enumerate(MODEL.files) if file.path.endswith("store.py"))
    calls = [call for call in MODEL.files[at].calls if call.name == "greet"]
    assert [["User.greet"]] * 3 == [
        [MODEL.label(fn) for fn in MODEL.project.resolve_call(at, call)] for call in calls
    ]
