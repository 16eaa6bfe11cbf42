"""Views whose decorators are the project's own, and views that hand on to others: methods and logins."""

import pytest
from tests.review.cases import model_of

GUARDS = """
from functools import wraps
from django.http import HttpResponse, HttpResponseNotAllowed


def only(*methods):
    def decorator(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            if request.method not in methods:
                return HttpResponse(status=405)
            return view(request, *args, **kwargs)

        return wrapper

    return decorator


def allowed(methods):
    def decorator(view):
        def wrapper(request, *args, **kwargs):
            if request.method in methods:
                return view(request, *args, **kwargs)
            return HttpResponseNotAllowed(methods)

        return wrapper

    return decorator


def logged(*methods):
    def decorator(view):
        def wrapper(request, *args, **kwargs):
            if request.method in methods:
                print("asked")
            return view(request, *args, **kwargs)

        return wrapper

    return decorator


def tagged(*words):
    def decorator(view):
        def wrapper(request, *args, **kwargs):
            if request.method == "TRACE":
                return HttpResponse(status=405)
            return view(request, *args, **kwargs)

        return wrapper

    return decorator


def require_api_key(view):
    def wrapper(request, *args, **kwargs):
        if request.headers.get("X-Key") is None:
            return HttpResponse(status=401)
        return view(request, *args, **kwargs)

    return wrapper
"""


def _shop(views: str, *names: str) -> dict[str, str]:
    paths = "".join(f'    path("{name}", views.{name}),\n' for name in names)
    return {
        "shop/guards.py": GUARDS,
        "shop/views.py": "from shop.guards import allowed, logged, only, require_api_key, tagged\n"
        + views,
        "shop/urls.py": f"from django.urls import path\nfrom shop import views\nurlpatterns = [\n{paths}]\n",
    }


CASES = [
    pytest.param(
        _shop(
            '@only("GET", "POST")\ndef orders(request):\n    return None\n\n'
            '@allowed(["DELETE"])\ndef order(request):\n    return None\n',
            "orders",
            "order",
        ),
        ["DELETE /order open", "GET /orders open", "POST /orders open"],
        id="decorators that answer 405 to other methods than those they are given",
    ),
    pytest.param(
        _shop(
            '@logged("GET")\ndef bills(request):\n    return None\n\n@tagged("beta")\ndef news(request):\n    return None\n',
            "bills",
            "news",
        ),
        ["* /bills open", "* /news open"],
        id="decorators that refuse nothing, or are given no methods",
    ),
    pytest.param(
        _shop(
            "@require_api_key\ndef create(request):\n    return None\n\n@require_api_key\ndef listed(request):\n    return None\n\n"
            "def public(request):\n    return None\n\n"
            'def orders(request):\n    if request.method == "POST":\n        return create(request)\n    return listed(request)\n\n'
            'def mixed(request):\n    if request.method == "POST":\n        return create(request)\n    return public(request)\n\n'
            'def partly(request):\n    if request.method == "POST":\n        return create(request)\n    return None\n',
            "orders",
            "mixed",
            "partly",
        ),
        ["* /mixed open", "* /orders auth", "* /partly open"],
        id="a view that hands every request on wants what all of those want",
    ),
    pytest.param(
        _shop(
            "from django.conf import settings\nfrom django.http import HttpResponse, HttpResponseForbidden\n\n"
            'def numbers(request):\n    key = request.headers.get("X-Key")\n    if key != settings.NUMBERS_KEY:\n'
            "        return HttpResponseForbidden()\n    return HttpResponse()\n\n"
            'def shown(request):\n    kind = request.headers.get("X-Kind")\n    if kind != settings.KIND:\n'
            "        return HttpResponseForbidden()\n    return HttpResponse()\n\n"
            'def counted(request):\n    key = request.headers.get("X-Key")\n    if key == settings.NUMBERS_KEY:\n'
            "        count(key)\n    return HttpResponse()\n",
            "numbers",
            "shown",
            "counted",
        ),
        ["* /counted open", "* /numbers auth", "* /shown open"],
        id="a header that is compared with a key of the settings",
    ),
]


@pytest.mark.parametrize(("files", "expected"), CASES)
def test_decorators(files, expected):
    assert expected == sorted(
        f"{e.method} {e.path} {'auth' if e.auth else 'open'}" for e in model_of(files).endpoints
    )
