"""Models of SQLAlchemy that ask by methods of a mixin, and templates that show what their methods ask."""

import pytest
from tests.review.cases import Case, findings

MODELS = """
from sqlalchemy.orm import declarative_base
from shop.db import Session

Base = declarative_base()


class Records:
    @classmethod
    def filter_by(cls, **given):
        return Session.query(cls).filter_by(**given)

    @classmethod
    def settings(cls):
        return {}


class Line(Base, Records):
    __tablename__ = "line"


class Order(Base, Records):
    __tablename__ = "order"

    def count_lines(self):
        return Line.filter_by(order_id=self.id).count()

    def label(self):
        return self.number.upper()
"""
VIEWS = """
from flask import Flask, jsonify, render_template
from shop.models import Line, Order

app = Flask(__name__)


@app.route("/orders")
def orders():
    orders = Order.filter_by(paid=True).limit(50).all()
    %s
"""
SHOWN = "return render_template('orders.html', %s)"
LOOP = "return jsonify([%s for order in orders])"


def told(body: str, page: str = "") -> int:
    files = {"shop/models.py": MODELS, "shop/views.py": VIEWS % body, "templates/orders.html": page}
    return len(findings(Case("records", files), {"query-in-loop"}))


@pytest.mark.parametrize(
    ("times", "each"),
    [
        pytest.param(
            1, "Line.filter_by(order_id=order.id).count()", id="a query that goes on from a mixin's"
        ),
        pytest.param(1, "order.count_lines()", id="in a method of the row"),
        pytest.param(0, "Line.settings().get(order.id)", id="a mixin's dictionary"),
        pytest.param(0, "order.label()", id="a method that asks nothing"),
    ],
)
def test_loops(times, each):
    assert times == told(LOOP % each)


@pytest.mark.parametrize(
    ("times", "given", "page"),
    [
        pytest.param(1, "orders=orders", "{% for o in orders %}{{ o.count_lines() }}{% endfor %}", id="a method that asks"),
        pytest.param(1, "**locals()", "{% for o in orders %}{{ o.count_lines() }}{% endfor %}", id="of all local names"),
        pytest.param(0, "orders=orders", "{% for o in orders %}{{ o.label() }}{% endfor %}", id="one that does not"),
        pytest.param(0, "order=orders[0]", "{{ order.count_lines() }}", id="of one row"),
    ],
)  # fmt: skip
def test_templates(times, given, page):
    assert times == told(SHOWN % given, page)
