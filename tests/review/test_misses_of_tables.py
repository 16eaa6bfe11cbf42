"""Tables of another module: written past it with own SQL, or by the class that it offers."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.model.finding import Confidence, Tier
from backwright.review.reviewing import review_model

OWNER = """from django.db import connection, models


class Stock(models.Model):
    sku = models.CharField(max_length=20)
    count = models.IntegerField()


def take(sku):
    Stock.objects.filter(sku=sku).update(count=1)


def take_all():
    connection.cursor().execute("UPDATE warehouse_stock SET count = 0")
"""
BOOKING = """from django.db import connection
from py.warehouse.models import Stock


def book_out(sku, rows):
    %s
"""
SQL = 'connection.cursor().execute("UPDATE warehouse_stock SET count = 0 WHERE sku = 1")'
OFFERED = "Stock.objects.filter(sku=sku).update(count=0)"


@pytest.mark.parametrize(
    ("written", "expected"), [(SQL, Confidence.HIGH), (OFFERED, Confidence.LOW)]
)
def test_what_the_owner_offers_is_doubtful(written: str, expected: Confidence) -> None:
    files = {"py/warehouse/models.py": OWNER, "py/shipping/booking.py": BOOKING % written}
    found = review_model(model_of(files), [knowledge().rules["shared-table"]], Tier.AUDIT).findings
    assert [each.confidence is Confidence.LOW for each in found] == [expected is Confidence.LOW]
