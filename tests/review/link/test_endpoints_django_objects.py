"""Django's handlers that are objects, and what only is called like a route."""

from tests.review.cases import model_of

FEEDS = """
from django.contrib.syndication.views import Feed as PlainFeed
from shop.models import Order

class Feed(PlainFeed):
    def __call__(self, request, *args, **kwargs):
        return super().__call__(request, *args, **kwargs)

class OrdersFeed(Feed):
    def get_object(self, request, shop_id):
        return shop_id

    def items(self, shop_id):
        return Order.objects.filter(shop=shop_id)

class Answer:
    def __call__(self, request):
        return None

class Silent:
    pass
"""

URLS = """
from django.urls import path
from shop.feeds import Answer, OrdersFeed, Silent
from shop import views

if settings.NO_FEEDS:
    orders_feed = views.gone
else:
    orders_feed = OrdersFeed()

urlpatterns = [
    path("orders/<int:shop_id>/feed", orders_feed),
    path("answer", Answer()),
    path("silent", Silent()),
]
"""

SETTINGS = """
import os

def path(*parts):
    return os.path.join(ROOT, *parts)

MEDIA_ROOT = path("media")
"""

FILES = {
    "shop/feeds.py": FEEDS,
    "shop/urls.py": URLS,
    "shop/settings.py": SETTINGS,
    "shop/views.py": "def gone(request):\n    return None\n",
}


def test_handlers_that_are_objects():
    model = model_of(FILES)
    found = {
        f"{e.path} {e.handler}": d.handler is not None
        for d, e in zip(model.declared, model.endpoints, strict=True)
    }
    assert {
        "/orders/{shop_id}/feed OrdersFeed.items": True,
        "/answer Answer.__call__": True,
        "/silent Silent()": False,
    } == found


LOGINS = """
from django.http import Http404, HttpResponseForbidden
from shop.access import group_required, timed_required

@group_required("staff")
def queue(request):
    return None

@timed_required("staff")
def timed(request):
    return None

def remove(request):
    user = request.user
    if not user.is_authenticated:
        message = _("Log in first")
        return HttpResponseForbidden(message)
    return None

def shown(request):
    user = request.user
    if user.is_authenticated:
        greet(user)
    return None
"""


def test_who_is_in_a_group_is_logged_in_and_so_is_who_is_asked_by_another_name():
    urls = "from django.urls import path\nfrom shop import views\n\nurlpatterns = [\n" + "".join(
        f'    path("{name}", views.{name}),\n' for name in ("queue", "timed", "remove", "shown")
    )
    found = model_of({"shop/views.py": LOGINS, "shop/urls.py": f"{urls}]\n"}).endpoints
    assert {"/queue": True, "/timed": False, "/remove": True, "/shown": False} == {
        e.path: bool(e.auth) for e in found
    }
