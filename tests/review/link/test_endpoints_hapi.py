"""Hapi: endpoints that are objects, wherever they stand, and what stands before them."""

import pytest
from tests.review.cases import model_of

SERVER = """
import Hapi from '@hapi/hapi';
import { orderRoutes } from './orders.js';
import * as userRoutes from './users/index.js';
import { health } from './health.js';

export const start = async () => {
  const server = Hapi.server({ port: 80 });
  server.auth.strategy('token', 'jwt', {});
  server.auth.strategy('google', 'bell', { provider: 'google' });
  server.auth.default('token');
  server.route([health, ...orderRoutes, ...Object.values(userRoutes)]);
  server.route({ method: ['PUT', 'PATCH'], path: '/carts/{id*}', handler: (request, h) => save(request.payload), options: { auth: { mode: 'try' } } });
};
"""
ORDERS = """
import { find } from './finding.js';
const base = '/orders';
const list = async (request, h) => find(request.query);
export const orderRoutes = [
  { method: 'GET', path: base, handler: list },
  { method: 'get', path: `${base}/{id}`, options: { handler: find, auth: { strategy: 'token', scope: ['admin'] } } },
  { method: 'POST', path: base + '/import', config: { auth: false, validate: { payload: schema } }, handler: async (request, h) => h.response() },
];
"""
FILES = {
    "src/server.js": SERVER,
    "src/orders.js": ORDERS,
    "src/finding.js": "export async function find(request) { return load(request) }\n",
    "src/health.js": "const health = { method: '*', path: '/health', options: { auth: optional() }, handler: () => 'well' };\nfunction optional() { return false }\nexport { health };\n",
    "src/users/index.js": "export { userGet } from './get.js';\nexport * from './login.js';\n",
    "src/users/get.js": "export const userGet = { method: 'GET', path: '/users/{id}', handler: answers('user') };\nfunction answers(name) { return async (request, h) => load(name) }\n",
    "src/users/login.js": "export const login = { method: 'GET', path: '/login', options: { auth: 'google', handler: async (request, h) => enter(request) } };\n",
}


def test_endpoints_of_hapi():
    model = model_of(FILES)
    assert {
        ("*", "/health", False),
        ("GET", "/orders", True),
        ("GET", "/orders/{id}", True),
        ("POST", "/orders/import", False),
        ("GET", "/users/{id}", True),
        ("GET", "/login", False),
        ("PUT", "/carts/{id}", False),
        ("PATCH", "/carts/{id}", False),
    } == {(each.method, each.path, each.auth) for each in model.endpoints}
    assert {each.framework for each in model.endpoints} == {"hapi"}
    assert all(each.handler is not None for each in model.declared)
    by_path = {each.path: each for each in model.endpoints}
    assert by_path["/orders/{id}"].handler == "find"
    assert (by_path["/orders"].file, by_path["/orders"].line) == ("src/orders.js", 6)


def test_a_handler_is_what_a_function_makes():
    model = model_of(FILES)
    declared = next(each for each in model.declared if each.path == "/users/{id}")
    assert model.project.function(declared.handler).params[0].name == "request"


PLUGIN = """
exports.plugin = {
  name: 'orders',
  register: async (server, options) => {
    server.route(require('./routes'));
  },
};
"""


@pytest.mark.parametrize(
    ("server", "paths"),
    [
        pytest.param("await server.register(require('./orders'), { routes: { prefix: '/v1' } });", {"/v1/orders"}, id="options"),
        pytest.param("await server.register([{ plugin: orders, routes: { prefix: '/v1' } }, { plugin: orders, routes: { prefix: '/v2' } }]);", {"/v1/orders", "/v2/orders"}, id="two"),
        pytest.param("await server.register({ plugin: orders });", {"/orders"}, id="none"),
        pytest.param("const all = [orders]; await server.register(all);", {"/orders"}, id="a list"),
    ],
)  # fmt: skip
def test_routes_of_a_plugin_have_its_prefix(server, paths):
    model = model_of(
        {
            "server.js": f"const Hapi = require('@hapi/hapi');\nconst orders = require('./orders');\nasync function start() {{ const server = Hapi.server(); {server} }}\n",
            "orders/index.js": PLUGIN,
            "orders/routes.js": "module.exports = [{ method: 'GET', path: '/orders', handler: (request, h) => list() }];\n",
        }
    )
    assert paths == {each.path for each in model.endpoints}


def test_a_manifest_of_plugins_has_prefixes():
    model = model_of(
        {
            "server.js": "const Glue = require('@hapi/glue');\nconst manifest = { register: { plugins: [{ plugin: './orders', routes: { prefix: '/v1' } }] } };\nGlue.compose(manifest, { relativeTo: __dirname });\n",
            "orders/index.js": PLUGIN.replace("require('./routes')", "{ method: 'GET', path: '/orders', handler: () => list() }"),
        }
    )  # fmt: skip
    assert ["/v1/orders"] == [each.path for each in model.endpoints]


def test_what_runs_first_may_ask_for_a_login():
    model = model_of(
        {
            "server.js": "import Hapi from '@hapi/hapi';\nimport { ensureUser } from './users';\n"
            "server.route({ method: 'GET', path: '/orders', options: { pre: [{ method: ensureUser, assign: 'user' }] }, handler: () => list() });\n"
            "server.route({ method: 'GET', path: '/news', options: { pre: [[{ method: counted }]] }, handler: () => list() });\n",
            "users.js": "export function ensureUser(request) { return request.headers }\n",
        }
    )
    assert [("/orders", True), ("/news", False)] == [
        (each.path, each.auth) for each in model.endpoints
    ]


def test_a_limit_for_all_and_for_one():
    server = "import Hapi from '@hapi/hapi';\n{}server.route({{ method: 'POST', path: '/login', options: {{ {} }}, handler: () => list() }});\n"
    for files, limited in (
        ({"server.js": server.format("", "")}, False),
        ({"server.js": server.format("import limits from 'hapi-rate-limit';\n", "")}, True),
        (
            {"server.js": server.format("", "plugins: { 'hapi-rate-limit': { userLimit: 5 } }")},
            True,
        ),
    ):
        assert [limited] == [each.limited for each in model_of(files).endpoints]


def test_routes_in_files_that_a_folder_holds():
    model = model_of(
        {
            "server.js": "import Hapi from '@hapi/hapi';\nawait server.register({ plugin: HapiRouter, options: { routes: 'routes/*.js' } });\n",
            "routes/orders.js": "export default [{ method: 'GET', path: '/orders', handler: (request, h) => list() }];\n",
        }
    )
    assert ["/orders"] == [each.path for each in model.endpoints]


NO_ROUTES = [
    pytest.param("import http from 'node:http';\nexport const request = { method: 'GET', path: '/orders', handler: () => list() };\n", id="without the library"),
    pytest.param("import Hapi from '@hapi/hapi';\nconst asked = { method: 'GET', path: '/orders', options: { timeout: 5 } };\ncall(asked);\n", id="a request"),
    pytest.param("import Hapi from '@hapi/hapi';\nserver.route({ method: 'GET', handler: () => list() });\n", id="no path"),
    pytest.param("import Hapi from '@hapi/hapi';\nserver.route(unknown);\nserver.route(...others);\n", id="what nobody knows"),
]  # fmt: skip


@pytest.mark.parametrize("source", NO_ROUTES)
def test_other_objects_are_no_endpoints(source):
    assert [] == model_of({"server.js": source}).endpoints
