"""JavaScript: routers asked for in place, options of routes that other modules hold, chains, and guards that let everybody in."""

import pytest
from tests.review.cases import model_of


def told(files: dict[str, str]) -> set[tuple[str, str, str, bool]]:
    return {
        (each.method, each.path, each.handler, bool(each.auth))
        for each in model_of(files).endpoints
    }


MODULES = [
    pytest.param(
        "module.exports = app => { var router = require('express').Router(); router.get('/', list); app.use('/api/orders', router); };",
        id="in a function",
    ),
    pytest.param(
        "const express = require('express');\nmodule.exports = app => { const router = express.Router(); router.get('/', list); app.use('/api/orders', router); };",
        id="of a module that has a name",
    ),
    pytest.param(
        "module.exports = function (app) { const orders = require('express').Router(); orders.get('/', list); app.use('/api/orders', orders); };",
        id="under another name",
    ),
]


@pytest.mark.parametrize("routes", MODULES)
def test_a_router_of_a_module_asked_for_in_place(routes: str) -> None:
    app = "const express = require('express');\nconst app = express();\nrequire('./routes')(app);\napp.listen(80);\n"
    assert told({"app.js": app, "routes.js": routes}) == {("GET", "/api/orders", "list", False)}


def test_what_another_module_makes_is_no_router() -> None:
    routes = (
        "module.exports = app => { const cache = require('lru').Router(); cache.get('/x', 1); };"
    )
    assert not told({"routes.js": routes, "app.js": "const express = require('express');"})


FASTIFY = "const fastify = require('fastify')();\nfastify.register(require('./routes'), { prefix: '/api' });\n"
OPTIONS = """
const { list, add } = require('./orders');
const listed = { schema: {}, handler: list };
const added = { schema: {}, preHandler: verifyJwt, handler: add };
const removed = { onRequest: [verifyJwt] };
module.exports = { listed, added, removed };
"""
ORDERS = (
    "const list = async () => [];\nconst add = async () => 1;\nmodule.exports = { list, add };\n"
)
ROUTES = """
const { listed, added, removed: gone } = require('./options');
function routes(fastify, options, done) {
  fastify.get('/orders', listed);
  fastify.post('/orders', added);
  fastify.delete('/orders/:id', gone, async () => 1);
  done();
}
module.exports = routes;
"""


def test_options_of_a_route_that_another_module_holds() -> None:
    found = told(
        {"app.js": FASTIFY, "routes.js": ROUTES, "options.js": OPTIONS, "orders.js": ORDERS}
    )
    assert found == {
        ("GET", "/api/orders", "list", False),
        ("POST", "/api/orders", "add", True),
        ("DELETE", "/api/orders/{id}", "routes", True),
    }


def test_a_parameter_is_no_option_of_the_module() -> None:
    routes = ROUTES.replace("(fastify, options, done)", "(fastify, listed, done)")
    found = told(
        {"app.js": FASTIFY, "routes.js": routes, "options.js": OPTIONS, "orders.js": ORDERS}
    )
    assert ("GET", "/api/orders", "list", False) not in found


def test_another_object_of_a_module_is_no_option_of_a_route() -> None:
    orders = "const list = async (req, res) => res.json([]);\nmodule.exports = { list: { method: list, error: 'no orders' } };\n"
    app = "const express = require('express');\nconst orders = require('./orders');\nconst app = express();\napp.get('/orders', orders.list);\n"
    assert [each.path for each in model_of({"app.js": app, "orders.js": orders}).endpoints] == [
        "/orders"
    ]


HONO = {
    "src/make.ts": """
import { OpenAPIHono } from '@hono/zod-openapi';
export function makeRouter() { return new OpenAPIHono({ strict: false }); }
""",
    "src/app.ts": """
import { makeRouter } from './make';
import orders from './orders.index';
import users from './users.index';
const app = makeRouter();
app.route('/orders', orders);
app.route('/users', users);
export default app;
""",
    "src/orders.index.ts": """
import { makeRouter } from './make';
import * as handlers from './orders.handlers';
import * as routes from './orders.routes';
const router = makeRouter()
  .openapi(routes.list, handlers.list)
  .openapi(routes.remove, handlers.remove);
export default router;
""",
    "src/orders.routes.ts": """
import { createRoute } from '@hono/zod-openapi';
import { loggedIn } from './mine';
export const list = createRoute({ path: '/', method: 'get', responses: {} });
export const remove = createRoute({ path: '/{id}', method: 'delete', middleware: [loggedIn] as const, responses: {} });
""",
    "src/mine.ts": "export const loggedIn = async (c, next) => { if (!c.get('user')) return c.json({}, 401); await next(); };\n",
    "src/orders.handlers.ts": """
export const list: Handler<List> = async (c) => c.json([]);
export const remove: Handler<Remove> = async (c) => c.json({});
""",
    "src/users.index.ts": """
import { createRoute } from '@hono/zod-openapi';
import { makeRouter } from './make';
const router = makeRouter().openapi(createRoute({ path: '/', method: 'post', responses: {} }), (c) => c.json({}));
export default router;
""",
}


def test_routes_that_are_described_in_another_module() -> None:
    assert told(HONO) == {
        ("GET", "/orders", "handlers.list", False),
        ("DELETE", "/orders/{id}", "handlers.remove", True),
        ("POST", "/users", "(anonymous)", False),
    }


def test_what_is_used_behind_a_route_counts_from_there_on() -> None:
    app = """
import { Hono } from 'hono';
const app = new Hono()
  .get('/open', (c) => c.text(''))
  .use('*', requireAuth)
  .get('/mine', (c) => c.text(''));
"""
    assert told({"app.ts": app}) == {
        ("GET", "/open", "(anonymous)", False),
        ("GET", "/mine", "(anonymous)", True),
    }


def test_what_adonis_says_behind_a_route_is_said_of_that_route() -> None:
    routes = """
import router from '@adonisjs/core/services/router'
import { middleware } from '#start/kernel'
router.get('/orders', [Orders, 'list']).use(middleware.auth())
router.get('/free', [Orders, 'free'])
router.group(() => { router.get('/me', [Orders, 'me']) }).prefix('/api').use(middleware.auth())
router.get('/also', [Orders, 'also'])
"""
    assert told({"start/routes.ts": routes}) == {
        ("GET", "/orders", "Orders.list", True),
        ("GET", "/free", "Orders.free", False),
        ("GET", "/api/me", "Orders.me", True),
        ("GET", "/also", "Orders.also", False),
    }


NEST = """
import {{ CanActivate, Controller, ExecutionContext, Get, UseGuards }} from '@nestjs/common';
import {{ AuthGuard }} from '@nestjs/passport';
{}
@Controller('orders')
export class OrdersController {{ @UseGuards(JwtGuard) @Get() list() {{ return []; }} }}
"""
LOOKS = "const request = context.switchToHttp().getRequest(); const token = request.headers.authorization;"
SIGNING_IN = [
    pytest.param("export class JwtGuard extends AuthGuard('jwt') {}", "JwtGuard", True, id="who has a token"),
    pytest.param("export class LocalAuthGuard extends AuthGuard('local') {}", "LocalAuthGuard", False, id="who signs in"),
    pytest.param("", "AuthGuard('local')", False, id="who signs in, by passport's own"),
    pytest.param("", "AuthGuard('local'), RolesGuard", True, id="and another guard beside it"),
]  # fmt: skip


@pytest.mark.parametrize(("guard", "name", "login"), SIGNING_IN)
def test_a_guard_by_which_one_signs_in_is_no_login(guard: str, name: str, login: bool) -> None:
    controller = NEST.format(guard).replace("UseGuards(JwtGuard)", f"UseGuards({name})")
    assert told({"src/orders.controller.ts": controller}) == {
        ("GET", "/orders", "OrdersController.list", login)
    }


GUARDS = [
    pytest.param(f"export class JwtGuard implements CanActivate {{ async canActivate(context: ExecutionContext) {{ {LOOKS} try {{ request.user = await this.jwt.verifyAsync(token); return true; }} catch (e) {{ console.log(e); }} request.user = null; return true; }} }}", False, id="it looks and lets in"),
    pytest.param(f"export class JwtGuard implements CanActivate {{ async canActivate(context: ExecutionContext) {{ {LOOKS} request.user = await this.jwt.verifyAsync(token); return true; }} }}", True, id="what fails is not caught"),
    pytest.param(f"export class JwtGuard implements CanActivate {{ async canActivate(context: ExecutionContext) {{ {LOOKS} try {{ request.user = await this.jwt.verifyAsync(token); return true; }} catch (e) {{ throw e; }} }} }}", True, id="it is thrown again"),
    pytest.param(f"export class JwtGuard implements CanActivate {{ async canActivate(context: ExecutionContext) {{ {LOOKS} if (!token) throw new UnauthorizedException(); return true; }} }}", True, id="it throws"),
    pytest.param(f"export class JwtGuard implements CanActivate {{ async canActivate(context: ExecutionContext) {{ {LOOKS} return !!token; }} }}", True, id="it answers what it sees"),
    pytest.param("export class JwtGuard extends AuthGuard('jwt') { handleRequest(err, user) { return user ?? null; } }", False, id="passport: nobody is a user too"),
    pytest.param("export class JwtGuard extends AuthGuard('jwt') { handleRequest(err, user) { if (err || !user) throw err || new UnauthorizedException(); return user; } }", True, id="passport: nobody is refused"),
    pytest.param("export class JwtGuard extends AuthGuard('jwt') { handleRequest(err, user, info, context) { return super.handleRequest(err, user, info, context); } }", True, id="passport: as it does itself"),
]  # fmt: skip


@pytest.mark.parametrize(("guard", "login"), GUARDS)
def test_a_guard_that_lets_everybody_in_is_no_login(guard: str, login: bool) -> None:
    assert told({"src/orders.controller.ts": NEST.format(guard)}) == {
        ("GET", "/orders", "OrdersController.list", login)
    }


APP = "const express = require('express');\nconst app = express();\n{}\napp.get('/orders', (req, res) => res.json([]));\napp.post('/login', (req, res) => res.json({{}}));\napp.post('/login/again', (req, res) => res.json({{}}));\n"
MIDDLEWARE = [
    pytest.param("app.use(requireAuth);\napp.use(express.static(path.join(__dirname, 'public')));", [True, True, True], id="files that are public behind a login"),
    pytest.param("app.use(express.static('public'));\napp.use(requireAuth);", [True, True, True], id="files that are public before a login"),
    pytest.param("app.use(helmet.contentSecurityPolicy({ directives: {} }));", [False, False, False], id="a header about security is no login"),
    pytest.param("app.use(jwt({ secret, algorithms }).unless({ path: ['/login'] }));", [True, False, True], id="one path is spared, and none below it"),
    pytest.param("app.use(jwt({ secret }).unless({ path: [/^\\/login/] }));", [True, False, False], id="all that begins so is spared"),
    pytest.param("app.use(jwt({ secret }).unless({ path: [{ url: '/login', methods: ['POST'] }] }));", [True, False, True], id="spared for what changes"),
    pytest.param("app.use(jwt({ secret }).unless({ path: [{ url: '/login', methods: ['GET'] }] }));", [True, True, True], id="spared for reading alone"),
    pytest.param("app.use(guarded());\nfunction guarded() { return expressJwt({ secret }).unless({ path: ['/login'] }); }", [True, False, True], id="by a function of the project"),
]  # fmt: skip


@pytest.mark.parametrize(("middleware", "logins"), MIDDLEWARE)
def test_what_an_application_uses_for_all_its_routes(middleware: str, logins: list[bool]) -> None:
    assert logins == [
        bool(each.auth) for each in model_of({"app.js": APP.format(middleware)}).endpoints
    ]


LISTS = [
    pytest.param("const { verifyToken, check } = require('./mine');\nconst members = [verifyToken, check];", "members", True, id="of the file"),
    pytest.param("const { verifyToken, check } = require('./mine');\nconst members = [verifyToken, check];", "...members", True, id="spread"),
    pytest.param("const { members } = require('./mine');", "members", True, id="of another file"),
    pytest.param("const { check } = require('./mine');\nconst members = [check];", "members", False, id="that ask nobody"),
]  # fmt: skip
MINE = """
const verifyToken = (req, res, next) => { if (!req.headers.authorization) return res.status(401).end(); next(); };
const check = (req, res, next) => { req.time = Date.now(); next(); };
const members = [verifyToken, check];
module.exports = { verifyToken, check, members };
"""


@pytest.mark.parametrize(("head", "given", "login"), LISTS)
def test_middleware_in_a_list_that_has_a_name(head: str, given: str, login: bool) -> None:
    app = f"const express = require('express');\nconst app = express();\n{head}\napp.post('/orders', {given}, add);\n"
    assert [login] == [
        bool(each.auth) for each in model_of({"app.js": app, "mine.js": MINE}).endpoints
    ]


ORDERS_TS = """
export class OrderStore { async drop() { return 1; } }
export class UserStore { async drop() { return 2; } }
export interface Stores { orders: OrderStore; users?: UserStore }
"""
TAKEN = [
    pytest.param("({ orders }: { orders: OrderStore; users: UserStore })", "orders", "OrderStore.drop", id="declared in place"),
    pytest.param("({ users, orders }: Stores)", "users", "UserStore.drop", id="declared elsewhere"),
    pytest.param("({ orders: held }: Stores)", "held", "OrderStore.drop", id="under another name"),
    pytest.param("({ orders }: Unknown)", "orders", "", id="of a type that is not known"),
    pytest.param("({ orders }: Stores, users: UserStore)", "users", "UserStore.drop", id="a parameter of its own"),
]  # fmt: skip


@pytest.mark.parametrize(("params", "name", "called"), TAKEN)
def test_what_a_function_takes_out_of_what_it_is_handed(
    params: str, name: str, called: str
) -> None:
    routes = f"""
import {{ Router }} from 'express';
import {{ OrderStore, Stores, UserStore }} from './orders';
export const makeRouter = {params} => {{
  const router = Router();
  router.delete('/', async (req, res) => {{ await {name}.drop(); res.end(); }});
  return router;
}};
"""
    model = model_of({"src/routes.ts": routes, "src/orders.ts": ORDERS_TS})
    handler = model.declared[0].handler
    assert handler is not None
    found = [model.label(target) for _, target in model.effects.callees.get(handler, ())]
    assert found == ([called] if called else [])


HANDLED = [
    pytest.param("exports.add = [body('name').notEmpty(), async (req, res) => { await helped(); res.end(); }];", ["helped"], id="the last of a list"),
    pytest.param("exports.add = async (req, res) => { await helped(); res.end(); };", ["helped"], id="no list"),
    pytest.param("exports.add = [];", [], id="nothing in the list"),
]  # fmt: skip


@pytest.mark.parametrize(("orders", "called"), HANDLED)
def test_a_handler_is_the_last_of_a_list_that_a_module_exports(
    orders: str, called: list[str]
) -> None:
    app = "const express = require('express');\nconst orders = require('./orders');\nconst app = express();\napp.post('/orders', orders.add);\n"
    model = model_of({"app.js": app, "orders.js": f"const helped = async () => 1;\n{orders}\n"})
    handler = model.declared[0].handler
    found = (
        [model.label(target) for _, target in model.effects.callees.get(handler, ())]
        if handler is not None
        else []
    )
    assert (model.endpoints[0].path, found) == ("/orders", called)


def test_what_stands_before_a_handler_in_a_list_counts() -> None:
    app = "const express = require('express');\nconst orders = require('./orders');\nconst app = express();\napp.post('/orders', orders.add);\napp.get('/orders', orders.list);\n"
    orders = "exports.add = [requireAuth, async (req, res) => res.end()];\nexports.list = [(req, res, next) => next(), async (req, res) => res.end()];\n"
    found = {
        each.method: bool(each.auth)
        for each in model_of({"app.js": app, "orders.js": orders}).endpoints
    }
    assert found == {"POST": True, "GET": False}
