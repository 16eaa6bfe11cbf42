"""Guards that stand in another place than usual: around a whole list of patterns, or in a filter with a key of its own."""

import pytest
from tests.review.cases import model_of

PATTERNS = """from django.urls import include, path

from shop import extra, views
from shop.guards import keepers_only, timed, wrap_all

urlpatterns = [
    path("orders", views.orders),
    path("extra/", include("shop.extra")),
]
{wrap}
urlpatterns += [path("door", views.door)]
"""
GUARDS = """from django.contrib.auth.views import redirect_to_login


def wrap_all(patterns, decorator):
    for pattern in patterns:
        pattern.callback = decorator(pattern.callback)
    return patterns


def keepers_only(view):
    def wrapper(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        return view(request, *args, **kwargs)

    return wrapper


def timed(view):
    def wrapper(request, *args, **kwargs):
        with clock():
            return view(request, *args, **kwargs)

    return wrapper
"""
VIEWS = "def orders(request):\n    return None\n\n\ndef door(request):\n    return None\n"
EXTRA = 'from django.urls import path\nfrom shop import views\nurlpatterns = [path("bills", views.orders)]\n'


@pytest.mark.parametrize(
    ("wrap", "expected"),
    [
        pytest.param(
            "urlpatterns = wrap_all(urlpatterns, keepers_only)",
            {"/orders": True, "/extra/bills": True, "/door": False},
            id="a guard around all that is listed so far",
        ),
        pytest.param(
            "for each in urlpatterns:\n    each.callback = keepers_only(each.callback)",
            {"/orders": True, "/extra/bills": True, "/door": False},
            id="a guard around each in a loop",
        ),
        pytest.param(
            "urlpatterns = wrap_all(urlpatterns, timed)",
            {"/orders": False, "/extra/bills": False, "/door": False},
            id="a decorator that lets everybody in",
        ),
    ],
)
def test_patterns_that_are_wrapped_as_a_whole(wrap, expected):
    files = {
        "shop/guards.py": GUARDS,
        "shop/views.py": VIEWS,
        "shop/extra.py": EXTRA,
        "shop/urls.py": PATTERNS.format(wrap=wrap),
    }
    assert expected == {each.path: bool(each.auth) for each in model_of(files).endpoints}


FILTERS = """using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

public class NeedsKey : IActionFilter
{
    private readonly Keys keys;
    public void OnActionExecuting(ActionExecutingContext context)
    {
        if (!keys.Knows(context.HttpContext.Request.Query["key"]))
        {
            context.Result = new StatusCodeResult(401);
        }
    }
    public void OnActionExecuted(ActionExecutedContext context) { }
}
public class Measured : IActionFilter
{
    public void OnActionExecuting(ActionExecutingContext context) { Clock.Start(); }
    public void OnActionExecuted(ActionExecutedContext context) { Clock.Stop(); }
}
"""
CONTROLLER = """using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

[Route("machine"), Authorize]
public class MachineController : ControllerBase
{
    [HttpPost("stop"), AllowAnonymous, TypeFilter(typeof(NeedsKey))] public IActionResult Stop() => Ok();
    [HttpPost("count"), AllowAnonymous, TypeFilter(typeof(Measured))] public IActionResult Count() => Ok();
    [HttpPost("start")] public IActionResult Start() => Ok();
}
"""


def test_a_filter_that_refuses_stands_in_place_of_the_login():
    files = {
        "Program.cs": "var app = WebApplication.Create(args);\napp.MapControllers();\napp.Run();\n",
        "Filters.cs": FILTERS,
        "MachineController.cs": CONTROLLER,
    }
    assert {"/machine/stop": True, "/machine/count": False, "/machine/start": True} == {
        each.path: bool(each.auth) for each in model_of(files).endpoints
    }
