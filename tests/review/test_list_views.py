"""Lists of Django REST framework's views: what their class, managers and mixins load, and what serializers read of each row."""

import pytest
from tests.review.cases import Case, findings

MODELS = """
from django.db import models
from mptt.models import MPTTModel, TreeForeignKey


class Customer(models.Model):
    name = models.CharField(max_length=80)


class Loaded(models.Manager):
    def get_queryset(self):
        return super().get_queryset().select_related("customer")


class Order(models.Model):
    customer = models.ForeignKey(Customer, related_name="orders", on_delete=models.CASCADE)
    owner = models.OneToOneField("auth.User", on_delete=models.CASCADE)
    number = models.CharField(max_length=20)
    objects = models.Manager()
    loaded = Loaded()


class Line(models.Model):
    order = models.ForeignKey(Order, related_name="lines", on_delete=models.CASCADE)
    sent = models.BooleanField(default=False)


class Shelf(MPTTModel):
    parent = TreeForeignKey("self", null=True, on_delete=models.CASCADE)
    name = models.CharField(max_length=80)

    @property
    def path(self):
        return " > ".join(each.name for each in self.get_ancestors())

    @property
    def depth(self):
        return self.get_level()


def elsewhere():
    return Order.objects.select_related("customer").prefetch_related("lines")
"""
SERIALIZERS = """
from rest_framework import serializers
from shop.models import Customer, Order, Shelf


class CustomerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Customer
        fields = ["name"]


class WaitingField(serializers.Field):
    def get_attribute(self, instance):
        return instance

    def to_representation(self, order):
        return order.lines.filter(sent=False).exists()


class ShoutField(serializers.Field):
    def to_representation(self, value):
        return value.lines.filter(sent=False).exists()


class OrderSerializer(serializers.ModelSerializer):
    customer = CustomerSerializer()

    class Meta:
        model = Order
        fields = ["number", "customer"]


class CountedSerializer(serializers.ModelSerializer):
    lines = serializers.SerializerMethodField("count_lines")

    class Meta:
        model = Order
        fields = ["number", "lines"]

    def count_lines(self, order):
        return order.customer.orders.filter(number="").count()


class WaitingSerializer(serializers.ModelSerializer):
    waiting = WaitingField()

    class Meta:
        model = Order
        fields = ["number", "waiting"]


class ShoutSerializer(serializers.ModelSerializer):
    number = ShoutField()

    class Meta:
        model = Order
        fields = ["number"]


class ShelfSerializer(serializers.ModelSerializer):
    path = serializers.CharField()

    class Meta:
        model = Shelf
        fields = ["name", "path"]


class FlatShelfSerializer(serializers.ModelSerializer):
    depth = serializers.CharField()

    class Meta:
        model = Shelf
        fields = ["name", "depth"]
"""
URLS = """
from django.urls import path
from shop import views

urlpatterns = [path("orders/", views.Orders.as_view())]
"""
HELPED = """
    def get_queryset(self):
        return self.loaded(self.queryset.filter(number="1"))

    def loaded(self, found):
        return found.select_related("customer")
"""
MIXED = """
    def get_queryset(self):
        return super().get_queryset().filter(number="1")
"""
OWN = """
    def get_queryset(self):
        return self.queryset.filter(owner=self.request.user)
"""
NARROWED = """
    def get_queryset(self):
        return self.queryset.filter(number="1")
"""


def view(serializer: str, query: str, more: str, bases: str) -> str:
    return f"""
from rest_framework import generics
from shop.models import Order, Shelf
from shop.serializers import *


class LoadedMixin:
    def get_queryset(self):
        return self.queryset.select_related("customer")


class Orders({bases}generics.ListAPIView):
    queryset = {query}
    serializer_class = {serializer}
{more}
"""


@pytest.mark.parametrize(
    ("told", "serializer", "query", "more", "bases"),
    [
        pytest.param(1, "OrderSerializer", "Order.objects", "", "", id="a bare manager loads nothing, whatever others load"),
        pytest.param(1, "OrderSerializer", "Order.objects", NARROWED, "", id="nor does what the view narrows it to"),
        pytest.param(0, "OrderSerializer", "Order.loaded", "", "", id="a manager of its own may load the relation"),
        pytest.param(0, "OrderSerializer", "Order.objects", HELPED, "", id="a method of the view may"),
        pytest.param(0, "OrderSerializer", "Order.objects", MIXED, "LoadedMixin, ", id="and one of a mixin"),
        pytest.param(0, "OrderSerializer", "Order.objects", OWN, "", id="one row by a one-to-one is no list"),
        pytest.param(1, "CountedSerializer", "Order.objects", "", "", id="a method is named without a keyword"),
        pytest.param(1, "WaitingSerializer", "Order.objects", "", "", id="a field of the project's own is handed the row"),
        pytest.param(0, "ShoutSerializer", "Order.objects", "", "", id="or only a value of it"),
        pytest.param(1, "ShelfSerializer", "Shelf.objects", "", "", id="ancestors in a tree are a query"),
        pytest.param(0, "FlatShelfSerializer", "Shelf.objects", "", "", id="the level stands in the row"),
    ],
)  # fmt: skip
def test_list_views(told, serializer, query, more, bases):
    files = {
        "shop/models.py": MODELS,
        "shop/serializers.py": SERIALIZERS,
        "shop/urls.py": URLS,
        "shop/views.py": view(serializer, query, more, bases),
    }
    assert told == len(findings(Case("views", files, {}), {"query-in-loop"}))


def test_where_the_list_is_given():
    """The finding names the lines of get_queryset, where the relation would be loaded."""
    files = {
        "shop/models.py": MODELS,
        "shop/serializers.py": SERIALIZERS,
        "shop/urls.py": URLS,
        "shop/views.py": view("OrderSerializer", "Order.objects", NARROWED, ""),
    }
    (found,) = findings(Case("views", files, {}), {"query-in-loop"})
    assert ("shop/views.py", 17) in [(spot.file, spot.line) for spot in found.path]
