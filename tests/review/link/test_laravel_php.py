"""Laravel's routes and guards as they are really written: other names of the facade, variables, settings, middleware that only logs out."""

import pytest
from tests.review.cases import model_of


def php(*lines: str) -> str:
    return "<?php\n" + "\n".join(lines) + "\n"


ROUTE = "use Illuminate\\Support\\Facades\\Route;"


def kernel(*lines: str) -> str:
    return php(
        "namespace App\\Http;",
        "use Illuminate\\Foundation\\Http\\Kernel as HttpKernel;",
        "class Kernel extends HttpKernel {",
        *lines,
        "}",
    )


def middleware(name: str, body: str) -> str:
    return php(
        "namespace App\\Http\\Middleware;",
        f"class {name} {{ public function handle($request, \\Closure $next) {{ {body} return $next($request); }} }}",
    )


CASES = [
    pytest.param(
        {
            "routes/api.php": php(
                ROUTE,
                "if (! function_exists('apiThings')) {",
                "    function apiThings(string $name, string $controller): void {",
                "        Route::apiResource($name, $controller)->only(['index']);",
                "        Route::patch(restoring($name), [$controller, 'restore'])->middleware('auth');",
                "    }",
                "}",
                "function nobodyCalls(string $name): void { Route::get($name, fn () => 1); }",
                "apiThings('series', SeriesController::class);",
                "Route::prefix('v2')->group(function () { apiThings(controller: BookController::class, name: 'books'); });",
            ),
            "app/Http/Controllers/SeriesController.php": php(
                "class SeriesController extends Controller { public function index() {} public function restore() {} }"
            ),
            "app/Http/Controllers/BookController.php": php(
                "class BookController extends Controller { public function index() {} public function restore() {} }"
            ),
        },
        {
            ("GET", "/api/series", False, False),
            ("PATCH", "/api/{*}", True, False),
            ("GET", "/api/v2/books", False, False),
            ("PATCH", "/api/v2/{*}", True, False),
        },
        id="functions that declare routes for what they are handed",
    ),
    pytest.param(
        {
            "app/Providers/RouteServiceProvider.php": php(
                "namespace App\\Providers;",
                "use Illuminate\\Support\\Facades\\Route as Facade;",
                "class RouteServiceProvider {",
                "    public function map() { Facade::prefix('{company}')->middleware(['auth'])->group(base_path('routes/admin.php')); }",
                "}",
            ),
            "routes/admin.php": php(ROUTE, "Route::get('items', 'ItemController@index');"),
        },
        {("GET", "/{company}/items", True, False)},
        id="the facade imported under another name",
    ),
    pytest.param(
        {
            "app/Providers/RouteServiceProvider.php": php(
                "namespace App\\Providers;",
                ROUTE,
                "class RouteServiceProvider {",
                "    public function map() { Route::prefix('api/v1')->middleware('auth:api')->group(base_path('routes/shop.php')); }",
                "}",
            ),
            "routes/shop.php": php(
                "$router = resolve('router');",
                "$router->group(['prefix' => 'shops'], static function () use ($router) { $router->get('{shop}', 'ShopController@show'); });",
            ),
        },
        {("GET", "/api/v1/shops/{shop}", True, False)},
        id="the router that the container gives hangs where the facade would",
    ),
    pytest.param(
        {
            "app/Providers/RouteServiceProvider.php": php(
                "namespace App\\Providers;",
                ROUTE,
                "class RouteServiceProvider { public function map() { Route::middleware('api')->group(base_path('routes/api.php')); } }",
            ),
            "routes/api.php": php(ROUTE, "Route::get('ping', fn () => 'pong');"),
        },
        {("GET", "/ping", False, False)},
        id="a file of routes that is mounted without a prefix has none",
    ),
    pytest.param(
        {
            "routes/web.php": php(
                ROUTE,
                "$guarded = ['auth:web', 'verified'];",
                "Route::get('open', fn () => 1);",
                "Route::group(['prefix' => 'a'], function () use ($guarded) { Route::get('mine', fn () => 1)->middleware($guarded); });",
                "Route::middleware(array_merge($guarded, ['throttle:3']))->group(function () { Route::get('both', fn () => 1); });",
            ),
        },
        {
            ("GET", "/open", False, False),
            ("GET", "/a/mine", True, False),
            ("GET", "/both", True, True),
        },
        id="middleware in a variable, also merged with more",
    ),
    pytest.param(
        {
            "app/Http/Kernel.php": kernel("protected $middleware = [TrimStrings::class];"),
            "routes/api.php": php(
                ROUTE,
                "$middleware = ['auth:api'];",
                "Route::get('open', fn () => 1);",
                "Route::get('mine', fn () => 1)->middleware($middleware);",
            ),
            "app/Http/Controllers/JobController.php": php(
                "class JobController extends Controller { protected $middleware = ['auth']; }"
            ),
        },
        {("GET", "/api/open", False, False), ("GET", "/api/mine", True, False)},
        id="a variable or a controller's field called middleware is not the kernel's",
    ),
    pytest.param(
        {
            "config/panel.php": php(
                "return ['prefix' => env('PANEL_PREFIX', 'panel'), 'guards' => ['web', 'auth']];"
            ),
            "routes/web.php": php(
                ROUTE,
                "Route::prefix(config('panel.prefix'))->middleware(config('panel.guards'))->group(function () { Route::get('home', fn () => 1); });",
                "Route::get('again', fn () => 1)->middleware([config('panel.guard', 'auth').':web']);",
            ),
        },
        {("GET", "/panel/home", True, False), ("GET", "/again", True, False)},
        id="prefixes and middleware that stand in config/",
    ),
    pytest.param(
        {
            "app/Http/Kernel.php": kernel(
                "protected $middlewareGroups = ['web' => [\\App\\Http\\Middleware\\FrameGuard::class, \\Laravel\\Passport\\Http\\Middleware\\CreateFreshApiToken::class, \\App\\Http\\Middleware\\LeaveBanned::class, 'second']];",
                "protected $routeMiddleware = ['second' => \\App\\Http\\Middleware\\TwoFactorAuth::class, 'admin' => \\App\\Http\\Middleware\\Admin::class, 'member' => \\App\\Http\\Middleware\\Member::class];",
            ),
            "app/Http/Middleware/FrameGuard.php": middleware("FrameGuard", ""),
            "app/Http/Middleware/LeaveBanned.php": middleware(
                "LeaveBanned",
                "$user = Auth::user(); if ($user && $user->isBanned()) { Auth::logout(); return redirect()->route('login'); }",
            ),
            "app/Http/Middleware/TwoFactorAuth.php": middleware(
                "TwoFactorAuth", "if ($request->user()) { return redirect('/checkpoint'); }"
            ),
            "app/Http/Middleware/Admin.php": middleware(
                "Admin", "if (! Auth::user()->is_admin) { abort(403); }"
            ),
            "app/Http/Middleware/Member.php": middleware(
                "Member", "if (! Auth::check()) { return redirect('/login'); }"
            ),
            "routes/web.php": php(
                ROUTE,
                "Route::get('news', fn () => 1);",
                "Route::get('users', fn () => 1)->middleware('admin');",
                "Route::get('mine', fn () => 1)->middleware(\\App\\Http\\Middleware\\Member::class);",
            ),
        },
        {
            ("GET", "/news", False, False),
            ("GET", "/users", True, False),
            ("GET", "/mine", True, False),
        },
        id="middleware counts by what it does: who is logged out, asked again or framed need not be logged in",
    ),
    pytest.param(
        {
            "app/Http/Controllers/Controller.php": php(
                "namespace App\\Http\\Controllers;",
                "class Controller { public function __construct() { $this->middleware('auth'); } }",
            ),
            "app/Http/Controllers/LoginController.php": php(
                "namespace App\\Http\\Controllers;",
                "class LoginController extends Controller { public function __construct() { $this->middleware('throttle:5'); } public function show() {} }",
            ),
            "app/Http/Controllers/HomeController.php": php(
                "namespace App\\Http\\Controllers;",
                "class HomeController extends Controller { public function __construct() { parent::__construct(); } public function show() {} }",
            ),
            "routes/web.php": php(
                ROUTE,
                "Route::get('enter', 'LoginController@show');",
                "Route::get('home', 'HomeController@show');",
            ),
        },
        {("GET", "/enter", False, True), ("GET", "/home", True, False)},
        id="a constructor that hides that of its base hides its middleware",
    ),
    pytest.param(
        {
            "app/Http/Controllers/PostController.php": php(
                "namespace App\\Http\\Controllers;",
                "class PostController extends Controller {",
                "    public function store($request) { abort_if(! config('app.open') || ! $request->user(), 403); }",
                "    public function change() { abort_unless(auth()->check(), 401); }",
                "    public function show($request) { abort_if($request->user() && $request->user()->banned, 403); }",
                "    public function list($request) { abort_if(! $request->user() && config('app.closed'), 403); }",
                "    public function one($request) { abort_if(! Post::find(1), 404); return $request->user(); }",
                "}",
            ),
            "routes/web.php": php(
                ROUTE,
                "Route::controller(PostController::class)->group(function () {",
                "    Route::post('posts', 'store'); Route::put('posts', 'change'); Route::get('posts/1', 'show'); Route::get('posts', 'list'); Route::get('one', 'one');",
                "});",
            ),
        },
        {
            ("POST", "/posts", True, False),
            ("PUT", "/posts", True, False),
            ("GET", "/posts/1", False, False),
            ("GET", "/posts", False, False),
            ("GET", "/one", False, False),
        },
        id="handlers that begin by turning away who is not logged in",
    ),
    pytest.param(
        {
            "config/app.php": php("use Config;", "return ['name' => Config::get('x.y')];"),
            "app/Models/Home.php": php(
                "use Illuminate\\Database\\Eloquent\\Model;", "class Home extends Model {}"
            ),
            "routes/api.php": php(
                "Route::group(['prefix' => 'v1', 'middleware' => 'auth:api'], function () { Route::get('/', 'HomeController@show'); });",
                "$rows->map(fn ($row) => $row->query()->get());",
            ),
        },
        {("GET", "/api/v1", True, False)},
        id="a file that imports nothing is Laravel's by its facade, and a collection's get is no route",
    ),
    pytest.param(
        {
            "app/Http/Controllers/TeamController.php": php(
                "namespace App\\Http\\Controllers;",
                "class TeamController extends Controller { use ThrottlesLogins; protected ?string $throttleKeyPrefix = null; public function index() {} }",
            ),
            "routes/web.php": php(
                ROUTE, "Route::resource('teams', 'TeamController')->middleware('auth');"
            ),
        },
        {("GET", "/teams", True, False)},
        id="neither a trait nor a field without a value says what stands before a resource",
    ),
]


def test_namespaces() -> None:
    """Classes of one name: those of the namespace that the groups say."""
    made = "class ShowController extends Controller { public function show() {} }"
    files = {
        "app/Providers/RouteServiceProvider.php": php(
            "namespace App\\Providers;",
            ROUTE,
            "class RouteServiceProvider {",
            "    protected $namespace = 'App\\Http\\Controllers';",
            "    public function map() { Route::middleware('web')->namespace($this->namespace)->group(base_path('routes/web.php')); }",
            "}",
        ),
        "routes/web.php": php(
            "Route::group(['namespace' => 'Orders', 'prefix' => 'orders'], function () { Route::get('{id}', 'ShowController@show'); });",
            "Route::group(['namespace' => 'App\\Http\\Controllers\\Users', 'prefix' => 'users'], function () { Route::get('{id}', ['uses' => 'ShowController@show']); });",
        ),
        "app/Http/Controllers/A/ShowController.php": php(
            "namespace App\\Http\\Controllers\\A;", made
        ),
        "app/Http/Controllers/Orders/ShowController.php": php(
            "namespace App\\Http\\Controllers\\Orders;", made
        ),
        "app/Http/Controllers/Users/ShowController.php": php(
            "namespace App\\Http\\Controllers\\Users;", made
        ),
    }
    found = {e.path: e.handler_file for e in model_of(files).endpoints}
    assert found == {
        "/orders/{id}": "app/Http/Controllers/Orders/ShowController.php",
        "/users/{id}": "app/Http/Controllers/Users/ShowController.php",
    }


@pytest.mark.parametrize(("files", "expected"), CASES)
def test_laravel(files: dict[str, str], expected: set[tuple[str, str, bool, bool]]) -> None:
    found = {(e.method, e.path, e.auth, e.limited) for e in model_of(files).endpoints}
    assert expected == found
    assert {"laravel"} == {e.framework for e in model_of(files).endpoints}
