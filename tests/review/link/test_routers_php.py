"""Routers that a PHP project has written itself, and those of small libraries."""

import pytest
from tests.review.cases import model_of


def php(*lines: str) -> str:
    return "<?php\n" + "\n".join(lines) + "\n"


COLLECTION = php(
    "namespace Shop\\Http;",
    "class RouteCollection {",
    "    public function get(string $path, string $name, callable|string $handler): self { return $this->addRoute('GET', $path, $name, $handler); }",
    "    public function post(string $path, string $name, callable|string $handler): self { return $this->addRoute('POST', $path, $name, $handler); }",
    "    public function addRoute(string $method, string $path, string $name, callable|string $handler): self { $this->routes[] = $path; return $this; }",
    "    public function group(string $prefix, callable $callback): void { $callback($this); }",
    "}",
)


def handler(name: str, *lines: str, base: str = "") -> str:
    inherits = f" extends {base}" if base else ""
    return php("namespace Shop\\Api;", f"class {name}{inherits} {{", *lines, "}")


CASES = [
    pytest.param(
        {
            "shop.php": php(
                "class Shop_Api {",
                "    public function register() {",
                "        register_rest_route('shop/v1', '/orders/(?P<id>\\d+)', ['methods' => WP_REST_Server::READABLE, 'callback' => [$this, 'one'], 'permission_callback' => '__return_true']);",
                "        register_rest_route('shop/v1', '/orders', [",
                "            ['methods' => 'GET', 'callback' => [$this, 'all'], 'permission_callback' => [$this, 'may']],",
                "            ['methods' => ['POST', 'PUT'], 'callback' => 'shop_make', 'permission_callback' => function () { return true; }],",
                "        ]);",
                "        add_action('wp_ajax_shop_save', [$this, 'all']);",
                "        add_action('wp_ajax_nopriv_shop_vote', 'shop_make');",
                "        add_action('init', [$this, 'one']);",
                "    }",
                "    public function one($request) {} public function all($request) {} public function may() { return current_user_can('edit_posts'); }",
                "}",
                "function shop_make($request) {}",
            ),
        },
        {
            ("GET", "/wp-json/shop/v1/orders/{id}", "Shop_Api.one", False),
            ("GET", "/wp-json/shop/v1/orders", "Shop_Api.all", True),
            ("POST", "/wp-json/shop/v1/orders", "shop_make", False),
            ("PUT", "/wp-json/shop/v1/orders", "shop_make", False),
            ("POST", "/wp-admin/admin-ajax.php/shop_save", "Shop_Api.all", True),
            ("POST", "/wp-admin/admin-ajax.php/shop_vote", "shop_make", False),
        },
        id="WordPress: routes of a plugin, and what its pages ask for",
    ),
    pytest.param(
        {
            "src/Http/RouteCollection.php": COLLECTION,
            "src/routes.php": php(
                "use Shop\\Http\\RouteCollection;",
                "use Shop\\Api\\{ShowUser, CreateUser, DropUser};",
                "return function (RouteCollection $map, $route) {",
                "    $map->get('/users/{id}', 'users.show', $route->toController(ShowUser::class));",
                "    $map->post('/users', 'users.create', CreateUser::class);",
                "    $map->group('/admin', function (RouteCollection $map) { $map->addRoute('DELETE', '/users/{id}', 'users.drop', DropUser::class); });",
                "};",
            ),
            "src/Api/ShowUser.php": handler(
                "ShowUser", "    public function handle($request) { return []; }"
            ),
            "src/Api/CreateUser.php": handler(
                "CreateUser",
                "    public function handle($request) { Actor::of($request)->assertAdmin(); }",
            ),
            "src/Api/Dropping.php": handler(
                "Dropping", "    public function handle($request) { $this->drop($request); }"
            ),
            "src/Api/DropUser.php": handler(
                "DropUser",
                "    protected function drop($request) { Actor::of($request)->assertCan('drop'); }",
                base="Dropping",
            ),
        },
        {
            ("GET", "/users/{id}", "ShowUser.handle", False),
            ("POST", "/users", "CreateUser.handle", True),
            ("DELETE", "/admin/users/{id}", "DropUser.handle", True),
        },
        id="a collection of routes with names, groups and controllers that a factory wraps",
    ),
    pytest.param(
        {
            "src/Http/RouteCollection.php": COLLECTION,
            "extend.php": php(
                "use Shop\\Http;",
                "use Shop\\Api\\ShowUser;",
                "return [(new Http\\RouteCollection('api'))->get('/a', 'a', ShowUser::class)->post('/b', 'b', ShowUser::class)];",
            ),
            "src/Api/ShowUser.php": handler(
                "ShowUser", "    public function handle($request) { return []; }"
            ),
        },
        {("GET", "/a", "ShowUser.handle", False), ("POST", "/b", "ShowUser.handle", False)},
        id="routes chained behind a collection that is made in place",
    ),
    pytest.param(
        {
            "core/Router.php": php(
                "class Router {",
                "    public static function get($uri, $action) { self::$routes['GET'][$uri] = $action; }",
                "    public static function post($uri, $action) { self::$routes['POST'][$uri] = $action; }",
                "}",
            ),
            "web.php": php(
                "Router::get('/posts', [PostController::class, 'index']);",
                "Router::post('posts', 'PostController@store');",
            ),
            "app/PostController.php": php(
                "class PostController { public function index() {} public function store() {} }"
            ),
        },
        {
            ("GET", "/posts", "PostController.index", False),
            ("POST", "/posts", "PostController.store", False),
        },
        id="a router with static methods",
    ),
    pytest.param(
        {
            "src/Client.php": php(
                "class Client { public function get(string $url, array $options = []) {} public function post(string $url, array $body, callable $callback = null) {} }"
            ),
            "src/Cache.php": php(
                "class Cache { public function get(string $key, callable $callback) {} public function put(string $key, callable $callback) {} }"
            ),
            "src/Use.php": php(
                "class Shop { public function __construct(private Client $client, private Cache $cache) {}",
                "    public function run() { $this->client->get('/users'); $this->client->post('/users', [], fn () => 1); $this->cache->get('/users', fn () => 1); } }",
            ),
        },
        set(),
        id="a client's and a cache's methods declare nothing",
    ),
    pytest.param(
        {
            "public/index.php": php(
                "use League\\Route\\Router;",
                "use App\\{ListPosts, Stats, Login};",
                "$router = new Router();",
                "$router->map('GET', '/posts', ListPosts::class);",
                "$router->group('/admin', function ($route) { $route->get('/stats', Stats::class); })->middleware(new AuthMiddleware());",
            ),
        },
        {("GET", "/posts", "ListPosts", False), ("GET", "/admin/stats", "Stats", True)},
        id="League's router with groups",
    ),
    pytest.param(
        {
            "public/index.php": php(
                "$app = $container->get(\\Mezzio\\Application::class);",
                "(require 'config/pipeline.php')($app);",
                "(require 'config/routes.php')($app);",
            ),
            "config/pipeline.php": php(
                "use Mezzio\\Application;",
                "return function (Application $app): void { $app->pipe(ErrorHandler::class); $app->pipe('/admin', App\\AuthMiddleware::class); };",
            ),
            "config/routes.php": php(
                "use Mezzio\\Application;",
                "return static function (Application $app): void {",
                "    $app->get('/ping', App\\Handler\\PingHandler::class, 'ping');",
                "    $app->post('/orders', [App\\AuthMiddleware::class, App\\Handler\\OrderHandler::class], 'orders');",
                "    $app->route('/contact', App\\Handler\\PingHandler::class, ['GET', 'POST'], 'contact');",
                "};",
            ),
            "src/Handler/PingHandler.php": php(
                "namespace App\\Handler;",
                "class PingHandler { public function handle($request) {} }",
            ),
            "src/Handler/OrderHandler.php": php(
                "namespace App\\Handler;",
                "class OrderHandler { public function handle($request) {} }",
            ),
        },
        {
            ("GET", "/ping", "PingHandler.handle", False),
            ("POST", "/orders", "OrderHandler.handle", True),
            ("GET", "/contact", "PingHandler.handle", False),
            ("POST", "/contact", "PingHandler.handle", False),
        },
        id="Mezzio's routes in a file that returns a function, middleware in a list",
    ),
    pytest.param(
        {
            "public/index.php": php(
                "use FastRoute\\RouteCollector;",
                "$dispatcher = FastRoute\\simpleDispatcher(function (RouteCollector $r) {",
                "    $r->addRoute('GET', '/users', 'list_users');",
                "    $r->addGroup('/admin', function (RouteCollector $r) { $r->addRoute(['GET', 'POST'], '/jobs', 'jobs'); });",
                "});",
            ),
        },
        {
            ("GET", "/users", "list_users", False),
            ("GET", "/admin/jobs", "jobs", False),
            ("POST", "/admin/jobs", "jobs", False),
        },
        id="FastRoute with groups",
    ),
    pytest.param(
        {
            "app/Router.php": php(
                "namespace App;",
                "class Router { private array $routes = [];",
                "    public function addRoute(string $method, string $path, array $handler, ?string $middleware = null): void { $this->routes[] = [$method, $path, $handler, $middleware]; } }",
            ),
            "public/index.php": php(
                "use App\\Router; use App\\Users; use App\\TokenMiddleware;",
                "$router = new Router();",
                "$router->addRoute('POST', '/login', [Users::class, 'login']);",
                "$router->addRoute('GET', '/users/me', [Users::class, 'me'], TokenMiddleware::class);",
            ),
            "app/Users.php": php(
                "namespace App;",
                "class Users { public function login() {} public function me() {} }",
            ),
            "app/TokenMiddleware.php": php(
                "namespace App;",
                "class TokenMiddleware { public function handle() { if (!$this->token()) { http_response_code(401); echo 'Unauthorized'; exit; } } }",
            ),
        },
        {
            ("POST", "/login", "Users.login", False),
            ("GET", "/users/me", "Users.me", True),
        },
        id="one method that takes all, and middleware behind the handler",
    ),
]


@pytest.mark.parametrize(("files", "expected"), CASES)
def test_routers(files: dict[str, str], expected: set[tuple[str, str, str, bool]]) -> None:
    found = {(e.method, e.path, e.handler, e.auth) for e in model_of(files).endpoints}
    assert expected == found
