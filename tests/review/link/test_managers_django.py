"""Django: managers and query sets of the project's own, and rows that are reached through models."""

import pytest
from tests.review.cases import model_of

MODELS = """
from django.db import models


class OrderQuerySet(models.QuerySet):
    def paid(self):
        return self.filter(is_paid=True)

    def with_lines(self):
        return self.paid().prefetch_related("lines")

    def newest(self):
        return self.order_by("-at")[:10]

    def numbered(self, number):
        return self.get(number=number)

    def names(self):
        return [each.number for each in self]


class ActiveManager(models.Manager.from_queryset(OrderQuerySet)):
    def get_queryset(self):
        return super().get_queryset().filter(is_active=True)


class Customer(models.Model):
    name = models.CharField(max_length=80)

    def greet(self):
        return self.name


class Order(models.Model):
    customer = models.ForeignKey(Customer, related_name="orders", on_delete=models.CASCADE)
    number = models.CharField(max_length=20)
    objects = OrderQuerySet.as_manager()
    active = ScopedManager(event="event", _manager_class=ActiveManager)

    def close(self):
        self.number = ""


class Line(models.Model):
    order = models.ForeignKey("shop.Order", related_name="lines", on_delete=models.CASCADE)
    objects = models.Manager()
"""


def views(body: str) -> dict[str, str]:
    indented = "\n".join(f"    {line}" for line in body.strip().splitlines())
    return {
        "shop/models.py": MODELS,
        "shop/views.py": f"from shop.models import Customer, Line, Order\n\n\ndef show(request, pk):\n{indented}\n",
    }


@pytest.mark.parametrize(
    ("asked", "body"),
    [
        pytest.param("Order many", "return list(Order.objects.paid())", id="as_manager"),
        pytest.param(
            "Order many",
            "return list(Order.active.paid())",
            id="a manager that another one is given",
        ),
        pytest.param(
            "Order many bounded", "return list(Order.objects.newest())", id="a method that cuts"
        ),
        pytest.param(
            "Order many lines", "return list(Order.objects.with_lines())", id="a method that loads"
        ),
        pytest.param(
            "Order many",
            "customer = Customer.objects.get(pk=pk)\nreturn list(customer.orders.paid())",
            id="of related objects",
        ),
        pytest.param("Order one", "return Order.objects.paid().first()", id="one of them"),
        pytest.param("", "return Order.objects.names()", id="a method that gives something else"),
        pytest.param(
            "", "return Line.objects.paid()", id="a model whose manager has no such method"
        ),
        pytest.param("", "return request.paid()", id="a method of anything else"),
    ],
)
def test_a_method_of_a_manager_is_what_it_gives(asked, body):
    model = model_of(views(body))
    told = []
    for access in model.data.accesses:
        if model.files[access.at].path == "shop/views.py" and access.table == "Order":
            words = [access.table, "one" if access.many is False else "many"]
            words += ["bounded"] if access.many is not False and access.is_bounded else []
            told.append(" ".join([*words, *sorted(access.eager)]))
    assert asked == ", ".join(told)


@pytest.mark.parametrize(
    ("method", "body"),
    [
        pytest.param("Order.close", "Order.objects.get(pk=pk).close()", id="a row of a query"),
        pytest.param(
            "Order.close", "order = get_object_or_404(Order, pk=pk)\norder.close()", id="one or 404"
        ),
        pytest.param(
            "Order.close",
            "for order in Order.objects.paid():\n    order.close()",
            id="each of a query",
        ),
        pytest.param(
            "Order.close", "Order.objects.numbered(pk).close()", id="a method that gives a row"
        ),
        pytest.param(
            "Order.close",
            "Line.objects.get(pk=pk).order.close()",
            id="by a foreign key that a text names",
        ),
        pytest.param(
            "Customer.greet", "Order.objects.first().customer.greet()", id="by a foreign key"
        ),
        pytest.param(
            "Order.close",
            "customer = Customer.objects.get(pk=pk)\nfor order in customer.orders.all():\n    order.close()",
            id="each of the other side of a foreign key",
        ),
        pytest.param("", "Order.objects.values_list().close()", id="values are no rows"),
        pytest.param("", "Order.objects.filter(pk=pk).close()", id="a query is no row"),
        pytest.param("", "request.order.close()", id="what something else is called"),
    ],
)
def test_rows_have_the_methods_of_their_model(method, body):
    files = views(body) | {
        "shop/door.py": "class Door:\n    def close(self):\n        return 1\n\n    def greet(self):\n        return 2\n"
    }
    model = model_of(files)
    at = next(n for n, file in enumerate(model.files) if file.path == "shop/views.py")
    call = next(call for call in model.files[at].calls if call.name in ("close", "greet"))
    assert method == "".join(model.label(fn) for fn in model.project.resolve_call(at, call))


def test_a_module_called_lib_is_no_folder():
    model = model_of(
        {
            "coins/__init__.py": "",
            "coins/lib.py": "def send(key):\n    return key\n",
            "coins/views.py": "from coins.lib import send\n\n\ndef show(request):\n    return send(request)\n",
        }
    )
    at = next(n for n, file in enumerate(model.files) if file.path == "coins/views.py")
    assert ["send"] == [
        model.label(fn)
        for call in model.files[at].calls
        for fn in model.project.resolve_call(at, call)
    ]


MORE = """
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.views.generic import DetailView
from rest_framework import serializers
from shop.models import Customer, Order


class OrderPage(DetailView):
    queryset = Order.objects.paid()

    def post(self, request):
        self.get_object().close()
        self.object.close()
        self.thing.close()
        request.user.greet()


class OrderSerializer(serializers.ModelSerializer):
    class Meta:
        model = Order

    def get_owner(self, obj):
        return obj.customer.greet()

    def other(self, obj):
        return obj.close()


@receiver(post_save, sender=Order)
def saved(sender, instance, **kwargs):
    instance.close()


def seen(sender, instance, **kwargs):
    instance.close()
"""


def test_the_framework_hands_over_rows():
    files = {
        "shop/models.py": MODELS,
        "shop/more.py": MORE,
        "shop/settings.py": 'AUTH_USER_MODEL = "shop.Customer"\n',
        "shop/door.py": "class Door:\n    def close(self):\n        return 1\n\n    def greet(self):\n        return 2\n",
    }
    model = model_of(files)
    at = next(n for n, file in enumerate(model.files) if file.path == "shop/more.py")
    calls = [call for call in model.files[at].calls if call.name in ("close", "greet")]
    told = {
        call.on: [model.label(fn) for fn in model.project.resolve_call(at, call)] for call in calls
    }
    assert told == {
        "self.get_object()": ["Order.close"],
        "self.object": ["Order.close"],
        "self.thing": [],
        "request.user": ["Customer.greet"],
        "obj.customer": ["Customer.greet"],
        "obj": [],
        "instance": [],  # the last one: it is no receiver
    }
