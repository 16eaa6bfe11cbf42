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
