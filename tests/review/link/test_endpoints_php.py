"""Endpoints of PHP's frameworks, from small projects written as people write them."""

import pytest
from tests.review.cases import model_of


def php(*lines: str) -> str:
    return "<?php\n" + "\n".join(lines) + "\n"


def controller(
    name: str, *methods: str, space: str = "App\\Http\\Controllers", inside: str = ""
) -> str:
    made = "\n".join(
        f"    public function {method}(Request $request) {{ return []; }}" for method in methods
    )
    return php(
        f"namespace {space};",
        "use Illuminate\\Http\\Request;",
        f"class {name} extends Controller",
        "{",
        inside,
        made,
        "}",
    )


ROUTE = "use Illuminate\\Support\\Facades\\Route;"

CASES = [
    # ---- Laravel --------------------------------------------------------------------------
    pytest.param(
        {
            "bootstrap/app.php": php(
                "use Illuminate\\Foundation\\Application;",
                "return Application::configure(basePath: dirname(__DIR__))",
                "    ->withRouting(web: __DIR__.'/../routes/web.php', api: __DIR__.'/../routes/api.php', commands: __DIR__.'/../routes/console.php', health: '/up', apiPrefix: 'api/v2')",
                "    ->withMiddleware(function (Middleware $middleware) {",
                "        $middleware->alias(['admin' => \\App\\Http\\Middleware\\EnsureAdmin::class]);",
                "    })->create();",
            ),
            "app/Http/Middleware/EnsureAdmin.php": php(
                "namespace App\\Http\\Middleware;",
                "class EnsureAdmin { public function handle($request, \\Closure $next) { if (! $request->user()?->is_admin) { abort(401); } return $next($request); } }",
            ),
            "routes/web.php": php(
                ROUTE,
                "use App\\Http\\Controllers\\HomeController;",
                "Route::get('/', [HomeController::class, 'index'])->name('home');",
                "Route::view('/about', 'pages.about');",
                "Route::middleware('guest')->group(function () {",
                "    Route::get('/login', [HomeController::class, 'login'])->name('auth.login');",
                "});",
                "require __DIR__.'/admin.php';",
            ),
            "routes/admin.php": php(
                ROUTE,
                "Route::prefix('admin')->middleware(['admin'])->name('admin.')->group(function () {",
                "    Route::get('stats', fn () => ['ok' => true]);",
                "});",
            ),
            "routes/api.php": php(
                ROUTE,
                "use App\\Http\\Controllers\\OrderController;",
                "Route::post('tokens', [OrderController::class, 'token'])->middleware('throttle:5,1');",
                "Route::middleware('auth:sanctum')->group(function () {",
                "    Route::get('orders', [OrderController::class, 'index']);",
                "    Route::get('orders/public', [OrderController::class, 'open'])->withoutMiddleware('auth:sanctum');",
                "});",
            ),
            "app/Http/Controllers/HomeController.php": controller(
                "HomeController", "index", "login"
            ),
            "app/Http/Controllers/OrderController.php": controller(
                "OrderController", "token", "index", "open"
            ),
        },
        {
            ("GET", "/", "HomeController.index", False, False),
            ("GET", "/about", "pages.about", False, False),
            ("GET", "/login", "HomeController.login", False, False),
            ("GET", "/admin/stats", "(anonymous)", True, False),
            ("POST", "/api/v2/tokens", "OrderController.token", False, True),
            ("GET", "/api/v2/orders", "OrderController.index", True, False),
            ("GET", "/api/v2/orders/public", "OrderController.open", False, False),
        },
        id="Laravel 11 mounts its files in bootstrap/app.php, with a prefix of its own and named middleware",
    ),
    pytest.param(
        {
            "app/Providers/RouteServiceProvider.php": php(
                "namespace App\\Providers;",
                "use Illuminate\\Foundation\\Support\\Providers\\RouteServiceProvider as ServiceProvider;",
                ROUTE,
                "class RouteServiceProvider extends ServiceProvider {",
                "    protected $namespace = 'App\\Http\\Controllers';",
                "    public function map() { $this->mapApiRoutes(); $this->mapPartnerRoutes(); }",
                "    protected function mapApiRoutes() {",
                "        Route::prefix('api')->middleware('api')->namespace($this->namespace)->group(base_path('routes/api.php'));",
                "    }",
                "    protected function mapPartnerRoutes() {",
                "        Route::group(['prefix' => 'partner/v1', 'middleware' => ['api', 'auth.basic']], function ($router) { require base_path('routes/partner.php'); });",
                "    }",
                "}",
            ),
            "app/Http/Kernel.php": php(
                "namespace App\\Http;",
                "use Illuminate\\Foundation\\Http\\Kernel as HttpKernel;",
                "class Kernel extends HttpKernel {",
                "    protected $middlewareGroups = ['api' => ['throttle:api', \\Illuminate\\Routing\\Middleware\\SubstituteBindings::class]];",
                "    protected $routeMiddleware = ['auth' => \\App\\Http\\Middleware\\Authenticate::class, 'auth.basic' => \\Illuminate\\Auth\\Middleware\\AuthenticateWithBasicAuth::class, 'throttle' => \\Illuminate\\Routing\\Middleware\\ThrottleRequests::class];",
                "}",
            ),
            "routes/api.php": php(
                "Route::group(['prefix' => 'users', 'namespace' => 'Api'], function () {",
                "    Route::get('/', 'UserController@index');",
                "    Route::match(['put', 'patch'], '{user}', 'UserController@update')->where('user', '[0-9]+');",
                "    Route::any('hook', 'UserController@hook');",
                "});",
            ),
            "routes/partner.php": php("Route::get('ping', function () { return 'pong'; });"),
            "app/Http/Controllers/Api/UserController.php": controller(
                "UserController",
                "index",
                "update",
                "hook",
                space="App\\Http\\Controllers\\Api",
                inside="    public function __construct() { $this->middleware('auth:api')->except(['index', 'hook']); }",
            ),
        },
        {
            ("GET", "/api/users", "UserController.index", False, True),
            ("PUT", "/api/users/{user}", "UserController.update", True, True),
            ("PATCH", "/api/users/{user}", "UserController.update", True, True),
            ("*", "/api/users/hook", "UserController.hook", False, True),
            ("GET", "/partner/v1/ping", "(anonymous)", True, True),
        },
        id="Laravel 6 with a route provider, texts as handlers, groups by array and middleware in the constructor",
    ),
    pytest.param(
        {
            "routes/api.php": php(
                ROUTE,
                "use App\\Http\\Controllers\\{PhotoController, CommentController, ProfileController, ExportController};",
                "Route::apiResource('photos', PhotoController::class)->only(['index', 'show']);",
                "Route::resource('photos.comments', CommentController::class)->shallow()->except('create', 'edit')->middleware('auth');",
                "Route::singleton('profile', ProfileController::class);",
                "Route::get('export', ExportController::class)->middleware('can:export,App\\Models\\Photo');",
            ),
            "app/Http/Controllers/PhotoController.php": controller(
                "PhotoController", "index", "store", "show", "update", "destroy"
            ),
            "app/Http/Controllers/CommentController.php": controller(
                "CommentController", "index", "store", "show", "update", "destroy"
            ),
            "app/Http/Controllers/ProfileController.php": controller(
                "ProfileController", "show", "edit", "update"
            ),
            "app/Http/Controllers/ExportController.php": controller("ExportController", "__invoke"),
        },
        {
            ("GET", "/api/photos", "PhotoController.index", False, False),
            ("GET", "/api/photos/{photo}", "PhotoController.show", False, False),
            ("GET", "/api/photos/{photo}/comments", "CommentController.index", True, False),
            ("POST", "/api/photos/{photo}/comments", "CommentController.store", True, False),
            ("GET", "/api/comments/{comment}", "CommentController.show", True, False),
            ("PUT", "/api/comments/{comment}", "CommentController.update", True, False),
            ("PATCH", "/api/comments/{comment}", "CommentController.update", True, False),
            ("DELETE", "/api/comments/{comment}", "CommentController.destroy", True, False),
            ("GET", "/api/profile", "ProfileController.show", False, False),
            ("GET", "/api/profile/edit", "ProfileController.edit", False, False),
            ("PUT", "/api/profile", "ProfileController.update", False, False),
            ("PATCH", "/api/profile", "ProfileController.update", False, False),
            ("GET", "/api/export", "ExportController.__invoke", True, False),
        },
        id="Laravel resources: nested, shallow, singleton, and a controller that is called",
    ),
    pytest.param(
        {
            "routes/api.php": php(
                ROUTE,
                "use App\\Http\\Controllers\\InvoiceController;",
                "use App\\Http\\Controllers\\ReportController;",
                "use App\\Support\\Paths;",
                "Route::prefix(Paths::V1)->group(function () {",
                "    Route::controller(InvoiceController::class)->prefix('invoices')->middleware('auth:api')->group(function () {",
                "        Route::get('/', 'index');",
                "        Route::post('/{invoice}/pay', 'pay')->middleware('throttle:pay');",
                "    });",
                "    Route::resources(['reports' => ReportController::class], ['only' => ['index']]);",
                "});",
                "if (app()->environment('local')) { Route::get('debug', function () { return Cache::get('debug'); }); }",
            ),
            "app/Support/Paths.php": php(
                "namespace App\\Support;", "final class Paths { public const V1 = 'v1'; }"
            ),
            "app/Http/Controllers/InvoiceController.php": controller(
                "InvoiceController", "index", "pay"
            ),
            "app/Http/Controllers/ReportController.php": php(
                "namespace App\\Http\\Controllers;",
                "use Illuminate\\Routing\\Controllers\\{HasMiddleware, Middleware};",
                "class ReportController extends Controller implements HasMiddleware {",
                "    public static function middleware(): array { return [new Middleware('auth', only: ['index']), new Middleware('throttle:10', except: ['index'])]; }",
                "    public function index() { return Http::get('https://reports.example.com/all'); }",
                "}",
            ),
        },
        {
            ("GET", "/api/v1/invoices", "InvoiceController.index", True, False),
            ("POST", "/api/v1/invoices/{invoice}/pay", "InvoiceController.pay", True, True),
            ("GET", "/api/v1/reports", "ReportController.index", True, False),
            ("GET", "/api/debug", "(anonymous)", False, False),
        },
        id="Laravel controller groups, a prefix from a constant, HasMiddleware; Cache::get and Http::get are no routes",
    ),
    pytest.param(
        {
            "modules/Blog/Routes/BlogRoutes.php": php(
                "namespace Modules\\Blog\\Routes;",
                "use Illuminate\\Support\\Facades\\Route;",
                "class BlogRoutes {",
                "    public static function api(): void { Route::get('posts/{post:slug}', [PostController::class, 'show']); }",
                "}",
            ),
            "routes/api.php": php(
                ROUTE,
                "use Modules\\Blog\\Routes\\BlogRoutes;",
                "Route::group(['prefix' => 'blog', 'middleware' => 'throttle:60,1'], function () { BlogRoutes::api(); });",
            ),
        },
        {("GET", "/api/blog/posts/{post}", "PostController.show", False, True)},
        id="Laravel routes registered by a static method that a group calls",
    ),
    pytest.param(
        {
            "app/Http/Controllers/TagController.php": php(
                "namespace App\\Http\\Controllers;",
                "use Spatie\\RouteAttributes\\Attributes\\{Get, Post, Prefix, Middleware};",
                "#[Prefix('tags')]",
                "#[Middleware('auth')]",
                "class TagController {",
                "    #[Get('/')] public function index() {}",
                "    #[Post('{tag}/merge', middleware: 'throttle:3')] public function merge() {}",
                "}",
            ),
        },
        {
            ("GET", "/tags", "TagController.index", True, False),
            ("POST", "/tags/{tag}/merge", "TagController.merge", True, True),
        },
        id="Laravel routes as attributes",
    ),
    # ---- Symfony ----------------------------------------------------------------------------
    pytest.param(
        {
            "config/routes.yaml": "controllers:\n    resource:\n        path: ../src/Controller/\n        namespace: App\\Controller\n    type: attribute\n    prefix: /v1\n\nhealth:\n    path: /health\n    controller: App\\Ops\\HealthAction\n    methods: GET\n",
            "config/packages/security.yaml": (
                "security:\n    firewalls:\n        main:\n            lazy: true\n            json_login:\n                check_path: api_login\n            login_throttling: ~\n"
                "    access_control:\n        - { path: ^/v1/login, roles: PUBLIC_ACCESS }\n        - { path: ^/v1/admin, roles: [ROLE_ADMIN, ROLE_ROOT] }\n"
            ),
            "src/Ops/HealthAction.php": php(
                "namespace App\\Ops;",
                "use Symfony\\Component\\HttpFoundation\\Response;",
                "final class HealthAction { public function __invoke(): Response { return new Response('ok'); } }",
            ),
            "src/Controller/LoginController.php": php(
                "namespace App\\Controller;",
                "use Symfony\\Component\\Routing\\Attribute\\Route;",
                "use Symfony\\Component\\Security\\Http\\Attribute\\CurrentUser;",
                "final class LoginController extends AbstractController {",
                "    #[Route('/login', name: 'api_login', methods: ['POST'])]",
                "    public function login(#[CurrentUser] ?User $user): JsonResponse { return $this->json([]); }",
                "}",
            ),
            "src/Controller/Admin/UserController.php": php(
                "namespace App\\Controller\\Admin;",
                "use Symfony\\Component\\Routing\\Attribute\\Route;",
                "#[Route('/admin/users', name: 'admin_users_')]",
                "final class UserController extends AbstractController {",
                "    #[Route('', name: 'list', methods: ['GET'])] public function list() {}",
                "    #[Route('/{id<\\d+>}', name: 'edit', methods: ['GET', 'POST'])] public function edit() {}",
                "}",
            ),
        },
        {
            ("POST", "/v1/login", "LoginController.login", False, True),
            ("GET", "/v1/admin/users", "UserController.list", True, False),
            ("GET", "/v1/admin/users/{id}", "UserController.edit", True, False),
            ("POST", "/v1/admin/users/{id}", "UserController.edit", True, False),
            ("GET", "/health", "HealthAction.__invoke", False, False),
        },
        id="Symfony attributes below a prefix in YAML, with access_control and login throttling",
    ),
    pytest.param(
        {
            "src/Controller/ShowOrder.php": php(
                "namespace App\\Controller;",
                "use Symfony\\Component\\Routing\\Annotation\\Route;",
                "use Symfony\\Component\\Security\\Http\\Attribute\\IsGranted;",
                "#[Route('/orders/{id}', name: 'order_show', methods: 'GET')]",
                "#[IsGranted('ROLE_USER')]",
                "final class ShowOrder { public function __invoke(int $id) {} }",
            ),
            "src/Controller/SearchController.php": php(
                "namespace App\\Controller;",
                "use Symfony\\Component\\RateLimiter\\RateLimiterFactory;",
                "use Symfony\\Component\\Routing\\Attribute\\Route;",
                "class SearchController extends AbstractController {",
                "    #[Route(path: ['en' => '/search', 'de' => '/suche'], name: 'search')]",
                "    public function search(Request $request, RateLimiterFactory $searchLimiter, Security $security) {",
                "        $searchLimiter->create($request->getClientIp())->consume()->ensureAccepted();",
                "    }",
                "    #[Route('/drafts', methods: ['GET'])]",
                "    public function drafts() { $this->denyAccessUnlessGranted('ROLE_EDITOR'); }",
                "}",
            ),
        },
        {
            ("GET", "/orders/{id}", "ShowOrder.__invoke", True, False),
            ("*", "/search", "SearchController.search", False, True),
            ("*", "/suche", "SearchController.search", False, True),
            ("GET", "/drafts", "SearchController.drafts", True, False),
        },
        id="Symfony: a class that is called, one path for each language, a limiter in the handler",
    ),
    pytest.param(
        {
            "src/Controller/ApiController.php": php(
                "namespace App\\Controller;",
                "use FOS\\RestBundle\\Controller\\Annotations as Rest;",
                "use Sensio\\Bundle\\FrameworkExtraBundle\\Configuration\\IsGranted;",
                "use Symfony\\Component\\Routing\\Annotation\\Route;",
                "/**",
                " * Orders of the shop.",
                ' * @Route("/api", name="api_")',
                " */",
                "class ApiController {",
                "    /**",
                '     * @Route("/orders/{id}", name="order", methods={"GET", "HEAD"}, requirements={"id"="\\d+"})',
                '     * @IsGranted("ROLE_USER")',
                "     * @param int $id",
                "     */",
                "    public function order(int $id) {}",
                "    /**",
                '     * @Rest\\Post("/orders")',
                "     */",
                "    public function create() {}",
                "}",
            ),
        },
        {
            ("GET", "/api/orders/{id}", "ApiController.order", True, False),
            ("HEAD", "/api/orders/{id}", "ApiController.order", True, False),
            ("POST", "/api/orders", "ApiController.create", False, False),
        },
        id="Symfony 4 annotations in docblocks",
    ),
    pytest.param(
        {
            "config/routes.php": php(
                "use App\\Controller\\BlogController;",
                "use Symfony\\Component\\Routing\\Loader\\Configurator\\RoutingConfigurator;",
                "return function (RoutingConfigurator $routes) {",
                "    $routes->add('blog_list', '/blog')->controller([BlogController::class, 'list'])->methods(['GET']);",
                "    $routes->add('blog_show', '/blog/{slug}')->controller([BlogController::class, 'show']);",
                "};",
            ),
            "src/Controller/BlogController.php": php(
                "namespace App\\Controller;",
                "class BlogController { public function list() {} public function show() {} }",
            ),
        },
        {
            ("GET", "/blog", "BlogController.list", False, False),
            ("*", "/blog/{slug}", "BlogController.show", False, False),
        },
        id="Symfony routes in PHP",
    ),
    # ---- Slim -------------------------------------------------------------------------------
    pytest.param(
        {
            "public/index.php": php(
                "use Slim\\Factory\\AppFactory;",
                "require __DIR__ . '/../vendor/autoload.php';",
                "$app = AppFactory::create();",
                "$app->addErrorMiddleware(true, true, true);",
                "(require __DIR__ . '/../config/routes.php')($app);",
                "$app->run();",
            ),
            "config/routes.php": php(
                "use App\\Action\\{Login, ListUsers, UserAction};",
                "use App\\Middleware\\JwtMiddleware;",
                "use Slim\\App;",
                "use Slim\\Routing\\RouteCollectorProxy;",
                "return static function (App $app): void {",
                "    $app->post('/login', Login::class);",
                "    $app->group('/api', function (RouteCollectorProxy $group) {",
                "        $group->get('/users', ListUsers::class)->setName('auth.users');",
                "        $group->group('/users/{id:[0-9]+}', function (RouteCollectorProxy $user) {",
                "            $user->map(['GET', 'DELETE'], '', UserAction::class . ':one');",
                "            $user->put('[/{part}]', [UserAction::class, 'change'])->add(new RateLimitMiddleware(10));",
                "        });",
                "    })->add(JwtMiddleware::class);",
                "};",
            ),
            "src/Action/Login.php": php(
                "namespace App\\Action;",
                "final class Login { public function __invoke($request, $response) {} }",
            ),
            "src/Action/ListUsers.php": php(
                "namespace App\\Action;",
                "final class ListUsers { public function __invoke($request, $response) {} }",
            ),
            "src/Action/UserAction.php": php(
                "namespace App\\Action;",
                "final class UserAction { public function one() {} public function change() {} }",
            ),
        },
        {
            ("POST", "/login", "Login.__invoke", False, False),
            ("GET", "/api/users", "ListUsers.__invoke", True, False),
            ("GET", "/api/users/{id}", "UserAction.one", True, False),
            ("DELETE", "/api/users/{id}", "UserAction.one", True, False),
            ("PUT", "/api/users/{id}/{part}", "UserAction.change", True, True),
        },
        id="Slim 4 skeleton: routes in a file that returns a function, groups with middleware behind them",
    ),
    pytest.param(
        {
            "public/index.php": php(
                "use DI\\Bridge\\Slim\\Bridge;",
                "$app = Bridge::create();",
                "$app->get('/status', function ($request, $response) { return $response; });",
                "$app->add(App\\Middleware\\SessionAuth::class);",
                "App\\Routes::register($app);",
                "$app->run();",
            ),
            "src/Routes.php": php(
                "namespace App;",
                "use Slim\\App;",
                "final class Routes {",
                "    public static function register(App $app): void { $app->any('/files/{path:.+}', [FileController::class, 'show']); }",
                "}",
            ),
        },
        {
            ("GET", "/status", "(anonymous)", True, False),
            ("*", "/files/{path}", "FileController.show", True, False),
        },
        id="Slim middleware of the whole application counts for what was declared before it",
    ),
    pytest.param(
        {
            "index.php": php(
                "require 'vendor/autoload.php';",
                "$app = new \\Slim\\App(['settings' => ['displayErrorDetails' => false]]);",
                "$app->get('/hello/{name}', 'HelloController:hello');",
                "$app->group('/v1', function () {",
                "    $this->get('/notes', 'NoteController:index');",
                "});",
                "$app->run();",
            ),
            "src/NoteController.php": php(
                "use Slim\\Http\\Request;",
                "class NoteController { public function index(Request $request, $response) { return $request->getQueryParam('q'); } }",
            ),
        },
        {
            ("GET", "/hello/{name}", "HelloController.hello", False, False),
            ("GET", "/v1/notes", "NoteController.index", False, False),
        },
        id="Slim 3 with $this in groups and handlers as texts",
    ),
    # ---- Lumen ------------------------------------------------------------------------------
    pytest.param(
        {
            "bootstrap/app.php": php(
                "$app = new Laravel\\Lumen\\Application(dirname(__DIR__));",
                "$app->routeMiddleware(['auth' => App\\Http\\Middleware\\Authenticate::class]);",
                "$app->router->group(['namespace' => 'App\\Http\\Controllers'], function ($router) { require __DIR__.'/../routes/web.php'; });",
                "return $app;",
            ),
            "routes/web.php": php(
                "/** @var \\Laravel\\Lumen\\Routing\\Router $router */",
                "$router->get('/', function () use ($router) { return $router->app->version(); });",
                "$router->group(['prefix' => 'api', 'middleware' => 'auth'], function () use ($router) {",
                "    $router->get('cars', 'CarController@index');",
                "    $router->post('cars', ['as' => 'cars.store', 'middleware' => 'throttle:5', 'uses' => 'CarController@store']);",
                "    $router->group(['prefix' => 'cars/{id}'], function () use ($router) { $router->delete('/', 'CarController@destroy'); });",
                "});",
            ),
            "app/Http/Controllers/CarController.php": php(
                "namespace App\\Http\\Controllers;",
                "use Laravel\\Lumen\\Routing\\Controller;",
                "class CarController extends Controller { public function index() {} public function store() {} public function destroy($id) {} }",
            ),
        },
        {
            ("GET", "/", "(anonymous)", False, False),
            ("GET", "/api/cars", "CarController.index", True, False),
            ("POST", "/api/cars", "CarController.store", True, True),
            ("DELETE", "/api/cars/{id}", "CarController.destroy", True, False),
        },
        id="Lumen groups that use the outer router",
    ),
    pytest.param(
        {
            "routes/web.php": php(
                "use Laravel\\Lumen\\Routing\\Router;",
                "$router->addRoute(['GET', 'POST'], '/search', 'SearchController@search');",
                "$router->group(['prefix' => 'admin'], function (Router $router) { $router->put('users/{id:[0-9]+}', 'UserController@update'); });",
            ),
        },
        {
            ("GET", "/search", "SearchController.search", False, False),
            ("POST", "/search", "SearchController.search", False, False),
            ("PUT", "/admin/users/{id}", "UserController.update", False, False),
        },
        id="Lumen with addRoute and a typed router",
    ),
    # ---- CodeIgniter ------------------------------------------------------------------------
    pytest.param(
        {
            "app/Config/Routes.php": php(
                "use CodeIgniter\\Router\\RouteCollection;",
                "use App\\Controllers\\Api\\Orders;",
                "/** @var RouteCollection $routes */",
                "$routes->get('/', 'Home::index');",
                "$routes->get('users/(:num)', 'Users::show/$1', ['filter' => 'session']);",
                "$routes->match(['get', 'post'], 'contact', 'Contact::form');",
                "$routes->group('api', ['namespace' => 'App\\Controllers\\Api', 'filter' => 'jwt'], static function ($routes) {",
                "    $routes->post('orders', [Orders::class, 'create']);",
                "    $routes->resource('photos', ['only' => ['index', 'show']]);",
                "});",
            ),
            "app/Config/Filters.php": php(
                "namespace Config;",
                "use CodeIgniter\\Config\\BaseConfig;",
                "class Filters extends BaseConfig {",
                "    public array $aliases = ['session' => \\App\\Filters\\SessionFilter::class, 'jwt' => \\App\\Filters\\JwtFilter::class];",
                "    public array $filters = ['session' => ['before' => ['account/*']]];",
                "}",
            ),
            "app/Filters/SessionFilter.php": php(
                "namespace App\\Filters;",
                "class SessionFilter implements FilterInterface { public function before($request, $arguments = null) { if (! session('user')) { return redirect()->to('/login'); } } }",
            ),
            "app/Controllers/Api/Photos.php": php(
                "namespace App\\Controllers\\Api;",
                "use CodeIgniter\\RESTful\\ResourceController;",
                "class Photos extends ResourceController { public function index() {} public function show($id = null) {} public function create() {} }",
            ),
            "app/Controllers/Users.php": php(
                "namespace App\\Controllers;",
                "class Users extends BaseController { public function show($id) {} }",
            ),
        },
        {
            ("GET", "/", "Home.index", False, False),
            ("GET", "/users/{num}", "Users.show", True, False),
            ("GET", "/contact", "Contact.form", False, False),
            ("POST", "/contact", "Contact.form", False, False),
            ("POST", "/api/orders", "Orders.create", True, False),
            ("GET", "/api/photos", "Photos.index", True, False),
            ("GET", "/api/photos/{id}", "Photos.show", True, False),
        },
        id="CodeIgniter 4 routes, groups, filters and a resource",
    ),
    pytest.param(
        {
            "app/Config/Routes.php": php(
                "namespace Config;",
                "$routes = Services::routes();",
                "$routes->group('account', static function ($routes) { $routes->add('profile', 'Account::profile'); });",
                "$routes->presenter('news', ['controller' => 'NewsAdmin', 'only' => 'index']);",
            ),
            "app/Config/Filters.php": php(
                "namespace Config;",
                "use CodeIgniter\\Config\\BaseConfig;",
                "class Filters extends BaseConfig { public array $filters = ['login' => ['before' => ['account/*']]]; public array $globals = ['before' => ['throttle']]; "
                "public array $aliases = ['login' => \\Myth\\Auth\\Filters\\LoginFilter::class, 'throttle' => \\App\\Filters\\Throttle::class]; }",
            ),
        },
        {
            ("*", "/account/profile", "Account.profile", True, True),
            ("GET", "/news", "NewsAdmin.index", False, True),
        },
        id="CodeIgniter 4 filters by path and for everything",
    ),
]


@pytest.mark.parametrize(("files", "expected"), CASES)
def test_endpoints(files: dict[str, str], expected: set[tuple[str, str, str, bool, bool]]) -> None:
    found = {(e.method, e.path, e.handler, e.auth, e.limited) for e in model_of(files).endpoints}
    assert expected == found


PARAMETERS = [
    pytest.param(
        {
            "routes/api.php": php(
                ROUTE,
                "use App\\Http\\Controllers\\PostController;",
                "Route::post('posts/{blog}', [PostController::class, 'store']);",
            ),
            "app/Http/Controllers/PostController.php": php(
                "namespace App\\Http\\Controllers;",
                "use App\\Http\\Requests\\StorePost;",
                "class PostController { public function store(StorePost $request, Blog $blog) { $request->query('notify'); $request->header('X-Client'); $request->input('draft'); } }",
            ),
            "app/Http/Requests/StorePost.php": php(
                "namespace App\\Http\\Requests;",
                "use Illuminate\\Foundation\\Http\\FormRequest;",
                "class StorePost extends FormRequest { public function rules(): array { return ['title' => 'required|max:200', 'body' => ['required']]; } }",
            ),
        },
        {
            ("blog", "path"),
            ("notify", "query"),
            ("X-Client", "header"),
            ("draft", "body"),
            ("title", "body"),
            ("body", "body"),
        },
        id="Laravel: path, query, header, body and the rules of the form request",
    ),
    pytest.param(
        {
            "src/Controller/ItemController.php": php(
                "namespace App\\Controller;",
                "use Symfony\\Component\\HttpFoundation\\Request;",
                "use Symfony\\Component\\Routing\\Attribute\\Route;",
                "class ItemController {",
                "    #[Route('/items/{id}', methods: ['GET'])]",
                "    public function show(int $id, Request $request, #[MapQueryParameter] int $page = 1) { $request->query->get('sort'); $request->headers->get('Accept'); }",
                "}",
            ),
        },
        {("id", "path"), ("page", "query"), ("sort", "query"), ("Accept", "header")},
        id="Symfony: attributes on parameters and the request's bags",
    ),
]


@pytest.mark.parametrize(("files", "expected"), PARAMETERS)
def test_parameters(files: dict[str, str], expected: set[tuple[str, str]]) -> None:
    (endpoint,) = model_of(files).endpoints
    assert expected == {(p.name, p.where) for p in endpoint.params}
