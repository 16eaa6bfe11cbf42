"""Symfony's routes that PHP or XML names, and attributes that only describe an endpoint."""

import pytest
from tests.review.cases import model_of


def php(*lines: str) -> str:
    return "<?php\n" + "\n".join(lines) + "\n"


def controller(name: str, *methods: str) -> str:
    return php(
        "namespace App\\Controller;",
        f"class {name} extends AbstractController {{",
        *(f"    public function {method}(Request $request) {{ return []; }}" for method in methods),
        "}",
    )


CASES = [
    pytest.param(
        {
            "config/packages/security.yaml": "security:\n    access_control:\n        - { path: ^/api/, roles: ROLE_USER, methods: [PUT] }\n        - { route: account, roles: ROLE_USER }\n",
            "src/Controller/ShopController.php": php(
                "namespace App\\Controller;",
                "use Symfony\\Component\\HttpFoundation\\Request;",
                "use Symfony\\Component\\Routing\\Attribute\\Route;",
                "class ShopController extends AbstractController {",
                "    const LIST = '/list';",
                "    #[Route('/api/one', methods: [Request::METHOD_PUT, Request::METHOD_GET])] public function one() {}",
                "    #[Route(self::LIST, name: 'list', methods: ['GET'])] public function all() {}",
                "    #[Route('/account', name: 'account', methods: ['GET'])] public function account() {}",
                "    #[Route('/mine', methods: ['GET'])] public function mine() {",
                "        $user = $this->getUser();",
                "        if (!$user) { throw $this->createAccessDeniedException(); }",
                "        return $user;",
                "    }",
                "    #[Route('/seen', methods: ['GET'])] public function seen(Order $order) {",
                "        $user = $this->getUser();",
                "        $this->log($user);",
                "        $this->count($order);",
                "        if ($order->isHidden()) { throw $this->createAccessDeniedException(); }",
                "    }",
                "}",
            ),
        },
        {
            ("PUT", "/api/one", "ShopController.one", True),
            ("GET", "/api/one", "ShopController.one", False),
            ("GET", "/list", "ShopController.all", False),
            ("GET", "/account", "ShopController.account", True),
            ("GET", "/mine", "ShopController.mine", True),
            ("GET", "/seen", "ShopController.seen", False),
        },
        id="constants for paths and methods; rules for a method and for the name of a route; a handler that denies access",
    ),
    pytest.param(
        {
            "src/Kernel.php": php(
                "namespace App;",
                "use Symfony\\Component\\Routing\\Loader\\Configurator\\RoutingConfigurator;",
                "class Kernel extends BaseKernel {",
                "    protected function configureRoutes(RoutingConfigurator $routes): void {",
                "        $projectDir = $this->getProjectDir();",
                "        $routes->import($projectDir.'/config/{routes}/'.$this->environment.'/*.yaml');",
                "        $routes->import($projectDir.'/config/{shop_routes}/*.yaml');",
                "        $routes->import($projectDir.'/config/partner.yaml')->prefix('/partner');",
                "    }",
                "}",
            ),
            "config/shop_routes/cart.yaml": "cart:\n    path: /cart/{id}\n    controller: App\\Controller\\CartController::show\n    methods: [GET]\n",
            "config/partner.yaml": "ping:\n    path: /ping\n    controller: App\\Controller\\CartController::ping\n",
            "config/services.yaml": "services:\n    App\\:\n        resource: '../src/'\n",
            "src/Controller/CartController.php": controller("CartController", "show", "ping"),
        },
        {
            ("GET", "/cart/{id}", "CartController.show", False),
            ("*", "/partner/ping", "CartController.ping", False),
        },
        id="files of routes that the kernel imports, also below a prefix",
    ),
    pytest.param(
        {
            "config/routes.php": php(
                "use Symfony\\Component\\Routing\\Loader\\Configurator\\RoutingConfigurator;",
                "return function (RoutingConfigurator $routes) { $routes->import('../src/Controller/Admin/', 'attribute')->prefix('/admin'); };",
            ),
            "config/routes/other.yaml": "nothing:\n    path: /nothing\n    controller: App\\Controller\\HomeController\n",
            "src/Controller/Admin/UserController.php": php(
                "namespace App\\Controller\\Admin;",
                "use Symfony\\Component\\Routing\\Attribute\\Route;",
                "class UserController { #[Route('/users', methods: ['GET'])] public function list() { return $this->rows(); } private function rows() { $this->denyAccessUnlessGranted('ROLE_ADMIN'); } }",
            ),
            "src/Controller/HomeController.php": controller("HomeController", "__invoke"),
        },
        {
            ("GET", "/admin/users", "UserController.list", True),
            ("*", "/nothing", "HomeController.__invoke", False),
        },
        id="marked controllers that a file in PHP puts below a prefix; a method of the controller that asks for a role",
    ),
    pytest.param(
        {
            "config/routes/shop.xml": '<?xml version="1.0"?>\n<routes>\n  <route id="order_show" path="/orders/{id}" controller="App\\Controller\\OrderController::show" methods="GET|HEAD"/>\n'
            '  <route id="order_new" path="/orders" methods="POST">\n    <default key="_controller">App\\Controller\\OrderController::create</default>\n  </route>\n</routes>\n',
            "src/Controller/OrderController.php": controller("OrderController", "show", "create"),
            "src/Kernel.php": php(
                "use Symfony\\Bundle\\FrameworkBundle\\Kernel\\MicroKernelTrait;", "class Kernel {}"
            ),
        },
        {
            ("GET", "/orders/{id}", "OrderController.show", False),
            ("HEAD", "/orders/{id}", "OrderController.show", False),
            ("POST", "/orders", "OrderController.create", False),
        },
        id="routes in XML",
    ),
    pytest.param(
        {
            "config/routes/api_platform.yaml": "api_platform:\n    resource: .\n    type: api_platform\n    prefix: /api\n",
            "config/routes/attributes.yaml": "controllers:\n    resource: ../../src/Controller/\n    type: attribute\n",
            "src/Controller/PostController.php": php(
                "namespace App\\Controller;",
                "use Nelmio\\ApiDocBundle\\Attribute\\Security;",
                "use OpenApi\\Attributes as OA;",
                "use Symfony\\Component\\Routing\\Attribute\\Route;",
                "class PostController {",
                "    #[OA\\Get(deprecated: true)]",
                "    #[OA\\Response(response: 401, description: 'The access token is missing: login required')]",
                "    #[Security(name: 'oauth2')]",
                "    #[Route('/posts', methods: ['GET'])]",
                "    public function list() {}",
                "}",
            ),
        },
        {("GET", "/posts", "PostController.list", False)},
        id="attributes that describe an endpoint are neither a route nor a guard, and API Platform's prefix is its own",
    ),
]


@pytest.mark.parametrize(("files", "expected"), CASES)
def test_symfony(files: dict[str, str], expected: set[tuple[str, str, str, bool]]) -> None:
    found = {(e.method, e.path, e.handler, e.auth) for e in model_of(files).endpoints}
    assert expected == found


RESOURCES = [
    pytest.param(
        [
            "#[ApiResource(",
            "    operations: [",
            "        new Get(security: \"is_granted('read', object)\"),",
            "        new GetCollection(),",
            "        new Post(uriTemplate: '/reviews/{id}/publish', controller: PublishReview::class),",
            "    ],",
            "    routePrefix: '/shop',",
            ")]",
        ],
        {
            ("GET", "/api/shop/book_reviews/{id}", "BookReview.Get", True),
            ("GET", "/api/shop/book_reviews", "BookReview.GetCollection", False),
            ("POST", "/api/shop/reviews/{id}/publish", "PublishReview.__invoke", False),
        },
        id="operations that are listed, with a path, a controller and a role of their own",
    ),
    pytest.param(
        ["#[ApiResource(security: \"is_granted('ROLE_USER')\")]"],
        {
            ("GET", "/api/book_reviews/{id}", "BookReview.Get", True),
            ("GET", "/api/book_reviews", "BookReview.GetCollection", True),
            ("POST", "/api/book_reviews", "BookReview.Post", True),
            ("PATCH", "/api/book_reviews/{id}", "BookReview.Patch", True),
            ("DELETE", "/api/book_reviews/{id}", "BookReview.Delete", True),
        },
        id="a resource that lists none has all of them",
    ),
    pytest.param(
        [
            "#[ApiResource(uriTemplate: '/books/{id}/reviews', operations: [new GetCollection()])]",
            "#[Get]",
        ],
        {
            ("GET", "/api/books/{id}/reviews", "BookReview.GetCollection", False),
            ("GET", "/api/book_reviews/{id}", "BookReview.Get", False),
        },
        id="a resource below another, and an operation as an attribute",
    ),
    pytest.param(
        ["#[ApiResource(collectionOperations: ['get'], itemOperations: ['get', 'put'])]"],
        {
            ("GET", "/api/book_reviews", "BookReview.GetCollection", False),
            ("GET", "/api/book_reviews/{id}", "BookReview.Get", False),
            ("PUT", "/api/book_reviews/{id}", "BookReview.Put", False),
        },
        id="operations of old versions",
    ),
]


@pytest.mark.parametrize(("marks", "expected"), RESOURCES)
def test_api_platform(marks: list[str], expected: set[tuple[str, str, str, bool]]) -> None:
    files = {
        "config/routes/api_platform.yaml": "api_platform:\n    resource: .\n    type: api_platform\n    prefix: /api\n",
        "src/Entity/BookReview.php": php(
            "namespace App\\Entity;",
            "use ApiPlatform\\Metadata\\{ApiResource, Get, GetCollection, Post};",
            "use App\\Controller\\PublishReview;",
            *marks,
            "class BookReview { public int $id; }",
        ),
        "src/Dto/Other.php": php(
            "namespace App\\Dto;",
            "use App\\Attribute\\Get;",
            "#[Get] class Other { public int $id; }",
        ),
        "src/Controller/PublishReview.php": controller("PublishReview", "__invoke"),
    }
    found = {(e.method, e.path, e.handler, e.auth) for e in model_of(files).endpoints}
    assert expected == found
