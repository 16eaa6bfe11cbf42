"""PHP: what the project's own middleware and list builders make of an endpoint."""

import pytest
from tests.review.cases import model_of
from tests.review.link.test_endpoints_php import ROUTE, controller, php


def _guarded(body: str) -> dict[str, str]:
    return {
        "app/Http/Kernel.php": php(
            "namespace App\\Http;",
            "class Kernel extends HttpKernel { protected $routeMiddleware = ['guard' => \\App\\Http\\Middleware\\CheckGuard::class]; }",
        ),
        "app/Http/Middleware/CheckGuard.php": php(
            "namespace App\\Http\\Middleware;",
            "class CheckGuard { public function handle($request, Closure $next, ...$methods) {",
            body,
            "return $next($request); } }",
        ),
        "routes/web.php": php(
            ROUTE,
            "Route::post('/login', [LoginController::class, 'login'])->middleware('guard:standard');",
        ),
        "app/Http/Controllers/LoginController.php": controller("LoginController", "login"),
    }


@pytest.mark.parametrize(
    ("body", "auth"),
    [
        ("if (!in_array(config('auth.method'), $methods)) { return redirect('/'); }", False),
        ("if (!$request->user()) { return response('Unauthorized', 401); }", True),
    ],
)
def test_a_short_name_counts_for_what_its_class_does(body: str, auth: bool) -> None:
    (endpoint,) = model_of(_guarded(body)).endpoints
    assert endpoint.auth is auth


def test_a_list_builder_of_the_project_makes_pages() -> None:
    files = {
        "routes/api.php": php(ROUTE, "Route::get('/books', [BookController::class, 'list']);"),
        "app/Http/Controllers/BookController.php": php(
            "namespace App\\Http\\Controllers;",
            "class BookController extends ApiController {",
            "    public function list() { return $this->listing(Book::query()); }",
            "}",
        ),
        "app/Http/Controllers/ApiController.php": php(
            "namespace App\\Http\\Controllers;",
            "class ApiController extends Controller {",
            "    protected function listing(Builder $query) {",
            "        $builder = new Listing($query, request());",
            "        return $builder->respond();",
            "    }",
            "}",
        ),
        "app/Http/Controllers/Listing.php": php(
            "namespace App\\Http\\Controllers;",
            "class Listing {",
            "    public function __construct(protected Builder $query, protected Request $request) {}",
            "    public function respond() {",
            "        $count = $this->request->get('count', 50);",
            "        return $this->query->take($count)->get();",
            "    }",
            "}",
        ),
    }
    (endpoint,) = model_of(files).endpoints
    assert endpoint.paginated is True
