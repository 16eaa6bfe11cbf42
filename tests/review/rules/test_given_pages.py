"""Django: lists that views give to their templates, and queries that a slice limits."""

from pathlib import Path

import pytest
from tests.review.cases import Case, findings, page_cases, problems

PAGE = Path(__file__).parent / "given-pages.md"
VIEW = {
    "site/urls.py": "from django.urls import path\nfrom shop import views\n\nurlpatterns = [path('orders', views.orders)]\n",
    "shop/models.py": "from django.db import models\n\n\nclass Order(models.Model):\n    name = models.CharField()\n    placed = models.DateTimeField()\n",
}


@pytest.mark.parametrize(
    "case",
    [pytest.param(each, id=each.title) for each in page_cases("query-in-loop", PAGE.read_text())],
)
def test_page(case: Case) -> None:
    assert [] == problems(case, {"query-in-loop"})


@pytest.mark.parametrize(
    ("count", "lines"),
    [
        pytest.param(1, "rows = list(\n        Order.objects.order_by('name')\n    )", id="no slice"),
        pytest.param(0, "rows = list(\n        Order.objects.order_by('name')[:10]\n    )", id="in brackets"),
        pytest.param(0, "query = Order.objects.order_by('name')\n    rows = list(query[start:end])", id="of a variable"),
        pytest.param(0, "rows = {}\n    query = Order.objects.filter(name__contains=request.GET['q'])\n    rows['x'] = query.all().order_by('-name')[:10]", id="put into a dictionary"),
        pytest.param(1, "rows = list(\n        Order.objects.order_by('name')[5:]\n    )", id="all but the first"),
        pytest.param(1, "rows = list(\n        Order.objects.order_by('name')\n    )\n    other = names[:10]", id="of something else"),
    ],
)  # fmt: skip
def test_slices(count: int, lines: str) -> None:
    view = f"from django.http import JsonResponse\nfrom shop.models import Order\n\n\ndef orders(request):\n    {lines}\n    return JsonResponse(rows, safe=False)\n"
    assert count == len(findings(Case("", VIEW | {"shop/views.py": view}), {"unbounded-read"}))
