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


def require_key(view):
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
        "shop/views.py": "from shop.guards import allowed, logged, only, require_key, tagged\n"
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
]


@pytest.mark.parametrize(("files", "expected"), CASES)
def test_decorators(files, expected):
    assert expected == sorted(
        f"{e.method} {e.path} {'auth' if e.auth else 'open'}" for e in model_of(files).endpoints
    )
