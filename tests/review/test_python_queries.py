"""Queries of Django applications: what serializers, templates and jobs ask per object, and what list views read whole."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.model.finding import Tier
from backwright.review.reviewing import review_model

MODELS = """
from django.db import models


class Customer(models.Model):
    name = models.CharField(max_length=80)


class Order(models.Model):
    customer = models.ForeignKey(Customer, related_name="orders", on_delete=models.CASCADE)
    number = models.CharField(max_length=20)


class Line(models.Model):
    order = models.ForeignKey(Order, related_name="lines", on_delete=models.CASCADE)
    product = models.CharField(max_length=80)
"""
URLS = """
from django.urls import path
from shop import views

urlpatterns = [path("orders/", views.Orders.as_view())]
"""


def view(serializer: str, query: str = "Order.objects.all()", more: str = "") -> str:
    return f"""
from rest_framework import generics
from shop.models import Customer, Line, Order
from shop.serializers import *


class Orders(generics.ListAPIView):
    queryset = {query}
    serializer_class = {serializer}
{more}
"""


NESTED = """
from rest_framework import serializers
from shop.models import Customer, Order


class CustomerSerializer(serializers.ModelSerializer):
    waiting = serializers.SerializerMethodField()

    class Meta:
        model = Customer
        fields = ["name", "waiting"]

    def get_waiting(self, customer):
        return customer.orders.filter(number="").exists()


class PlainSerializer(serializers.ModelSerializer):
    class Meta:
        model = Customer
        fields = ["name"]


class LinksSerializer(serializers.Serializer):
    owner = serializers.SerializerMethodField()

    def get_owner(self, order):
        return f"/customers/{order.customer.name}"


class OrderSerializer(serializers.ModelSerializer):
    customer = CustomerSerializer()

    class Meta:
        model = Order
        fields = ["number", "customer"]


class ShortSerializer(serializers.ModelSerializer):
    customer = PlainSerializer()

    class Meta:
        model = Order
        fields = ["number", "customer"]


class LinkedSerializer(serializers.ModelSerializer):
    links = LinksSerializer(source="*")

    class Meta:
        model = Order
        fields = ["number", "links"]


class OrderCreateSerializer(serializers.ModelSerializer):
    class Meta:
        model = Order
        fields = ["number"]
"""

CHOSEN = """
    def get_serializer_class(self):
        if self.request.method == "POST":
            return OrderCreateSerializer
        return LinkedSerializer
"""

PAGES = """
from django.shortcuts import render
from shop.models import Customer, Order


def orders(request):
    return render(request, "orders.html", {"orders": Order.objects.all()})


def customers(request):
    found = Customer.objects.filter(name__gt="")
    rows = []
    for customer in found:
        orders = Order.objects.filter(customer=customer)
        rows.append({"customer": customer, "last": orders.last()})
    return render(request, "customers.html", {"rows": rows})


def lines(request):
    numbers = []
    for customer in Customer.objects.all():
        for order in customer.orders.order_by("number"):
            numbers.append(order.number)
    return render(request, "lines.html", {"numbers": numbers})
"""
PAGE_URLS = """
from django.urls import path
from shop import views

urlpatterns = [
    path("orders/", views.orders),
    path("customers/", views.customers),
    path("lines/", views.lines),
]
"""
TEMPLATE = """
{% for order in orders %}
  <li>{{ order.customer.name }}
  {% for line in order.lines.all %}<b>{{ line.product }}</b>{% endfor %}
{% endfor %}
"""

CASES = [
    pytest.param(
        {"shop/views.py": view("OrderSerializer"), "shop/serializers.py": NESTED, "shop/urls.py": URLS},
        ["Order: customer and get_waiting"],
        id="a nested serializer, and what its method asks of each",
    ),
    pytest.param(
        {
            "shop/views.py": view("OrderSerializer", 'Order.objects.select_related("customer")'),
            "shop/serializers.py": NESTED,
            "shop/urls.py": URLS,
        },
        ["Order: get_waiting"],
        id="what a method asks cannot be loaded with the list",
    ),
    pytest.param(
        {
            "shop/views.py": view("ShortSerializer", 'Order.objects.select_related("customer")'),
            "shop/serializers.py": NESTED,
            "shop/urls.py": URLS,
        },
        [],
        id="the relation is loaded with the list",
    ),
    pytest.param(
        {
            "shop/views.py": view("None", more=CHOSEN).replace("    serializer_class = None\n", ""),
            "shop/serializers.py": NESTED,
            "shop/urls.py": URLS,
        },
        ["Order: customer"],
        id="the serializer that a view chooses, and one for the object itself",
    ),
    pytest.param(
        {"shop/views.py": PAGES, "shop/urls.py": PAGE_URLS, "templates/orders.html": TEMPLATE},
        ["/lines", "/customers", "/orders"],
        id="queries that go on from a variable and from a related name; one finding for a page",
    ),
]  # fmt: skip


def told(files: dict[str, str], tier: Tier, rule: str = "query-in-loop") -> list[str]:
    rules = [each for each in knowledge().rules.values() if each.id == rule]
    return sorted(each.message for each in review_model(model_of(files), rules, tier).findings)


@pytest.mark.parametrize(("files", "expected"), CASES)
def test_queries_per_object(files: dict[str, str], expected: list[str]) -> None:
    found = told({"shop/models.py": MODELS, **files}, Tier.DEFAULT)
    assert len(found) == len(expected), found
    for part in expected:
        assert any(part in message for message in found), (part, found)


JOB = """
from shop.models import Customer, Order


def report(numbers):
    return [Order.objects.get(number=number).customer_id for number in numbers]


def import_orders(numbers):
    return [Order.objects.get(number=number).customer_id for number in numbers]
"""
JOB_VIEW = """
from django.http import JsonResponse
from django.views.generic import View
from shop.work import import_orders{more}


class Orders(View):
    def get(self, request):
        return JsonResponse({{"orders": import_orders(request.GET.getlist("n")){use}}})
"""


@pytest.mark.parametrize(
    ("more", "use", "in_default", "in_all"),
    [
        pytest.param("", "", 1, 1, id="an import is quiet, and what no view reaches is told"),
        pytest.param(", report", ', "r": report([])', 1, 1, id="what a view reaches"),
    ],
)
def test_what_nobody_waits_for(more: str, use: str, in_default: int, in_all: int) -> None:
    files = {
        "shop/models.py": MODELS,
        "shop/urls.py": URLS,
        "shop/work.py": JOB,
        "shop/views.py": JOB_VIEW.format(more=more, use=use),
    }
    assert len(told(files, Tier.DEFAULT)) == in_default
    assert len(told(files, Tier.AUDIT)) == in_all


LIST = """
from django.views.generic import {base}
from shop.models import Order


class Orders({base}):
    template_name = "orders.html"
{pages}
    def get_queryset(self):
        return Order.objects.all()
"""


@pytest.mark.parametrize(
    ("base", "pages", "count"),
    [
        pytest.param("ListView", "", 1, id="a list view without pages"),
        pytest.param("ListView", "    paginate_by = 20\n", 0, id="a list view with pages"),
        pytest.param("DetailView", "", 0, id="what one object is chosen from"),
    ],
)
def test_list_views_that_read_whole_tables(base: str, pages: str, count: int) -> None:
    files = {
        "shop/models.py": MODELS,
        "shop/urls.py": URLS,
        "shop/views.py": LIST.format(base=base, pages=pages),
    }
    assert len(told(files, Tier.DEFAULT, "unbounded-read")) == count
