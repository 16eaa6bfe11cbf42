"""PHP: what small applications are made of that large ones are not."""

import pytest
from tests.review.cases import model_of
from tests.review.link.test_endpoints_php import ROUTE, controller, php

KERNEL = php(
    "namespace App\\Http;",
    "class Kernel extends HttpKernel { protected $middlewareGroups = ['api' => [\\App\\Http\\Middleware\\CheckTokenExpiration::class]]; }",
)
CHECK = php(
    "namespace App\\Http\\Middleware;",
    "class CheckTokenExpiration { public function handle($request, $next) {",
    "if (!$request->user()) { return response()->json(['message' => 'no'], 401); }",
    "return $next($request); } }",
)


@pytest.mark.parametrize(
    ("middleware", "auth"),
    [
        pytest.param("throttle:auth", False, id="a limit that is named after logins"),
        pytest.param("throttle:login-guard", False, id="a limit named after two things"),
        pytest.param("auth:sanctum", True, id="a login"),
        pytest.param("auth:sanctum', 'throttle:auth", True, id="a login and a limit"),
    ],
)
def test_a_limit_is_no_login_whatever_it_is_called(middleware: str, auth: bool) -> None:
    files = {
        "routes/api.php": php(
            ROUTE,
            f"Route::middleware(['{middleware}'])->group(function () {{",
            "Route::post('/login', [A::class, 'go']); });",
        ),
        "app/Http/Controllers/A.php": controller("A", "go"),
    }
    (endpoint,) = model_of(files).endpoints
    assert endpoint.auth is auth


@pytest.mark.parametrize(
    ("group", "auth"),
    [
        pytest.param(
            "Route::withoutMiddleware([CheckTokenExpiration::class])",
            False,
            id="what the kernel puts before all",
        ),
        pytest.param("Route::withoutMiddleware([TrimStrings::class])", True, id="something else"),
        pytest.param("Route::prefix('x')", True, id="nothing"),
    ],
)
def test_a_group_without_the_login_of_all(group: str, auth: bool) -> None:
    files = {
        "app/Http/Kernel.php": KERNEL,
        "app/Http/Middleware/CheckTokenExpiration.php": CHECK,
        "routes/api.php": php(
            ROUTE,
            "use App\\Http\\Middleware\\CheckTokenExpiration;",
            f"{group}->group(function () {{",
            "Route::post('/login', [A::class, 'go']); });",
        ),
        "app/Http/Controllers/A.php": controller("A", "go"),
    }
    (endpoint,) = model_of(files).endpoints
    assert endpoint.auth is auth
