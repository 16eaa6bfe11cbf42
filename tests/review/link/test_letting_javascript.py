"""Middleware of the project: what it is called says less than what it does."""

import pytest
from tests.review.cases import model_of

APP = """
import express from 'express';
import { checked } from './middleware';
const app = express();
app.get('/orders', checked, (req, res) => res.json(list()));
"""
LETS_THROUGH = [
    pytest.param("export const authContext = async (req, res, next) => { req.context = await contextOf(req); await next(); };\nasync function contextOf(req) { return read(req.headers); }\n", id="it looks and goes on"),
    pytest.param("export function authContext(req, res, next) { req.user = find(req); next(); }\n", id="a function"),
]  # fmt: skip
REFUSES = [
    pytest.param("export const authContext = async (req, res, next) => { if (!req.user) return res.status(401).end(); next(); };\n", id="it answers"),
    pytest.param("export const authContext = async (req, res, next) => { if (!req.user) throw new LoginError(); next(); };\n", id="it throws"),
    pytest.param("export const authContext = async (req, res, next) => { await verifyToken(req); next(); };\n", id="something unknown verifies"),
    pytest.param("export const authContext = async (req, res, next) => { await contextOf(req); next(); };\nasync function contextOf(req) { if (!req.user) throw new HttpError(401); }\n", id="what it calls refuses"),
    pytest.param("export async function authContext(req, res, next) { if (await open()) { next(); } else { const made = basic({}); made(req, res, next); } }\n", id="it leaves it to another one"),
    pytest.param("export const authContext = passport.authenticate('jwt');\n", id="of a library"),
]  # fmt: skip


def auth(middleware, app=APP):
    model = model_of({"app.js": app.replace("checked", "authContext"), "middleware.js": middleware})
    return [each.auth for each in model.endpoints]


@pytest.mark.parametrize("middleware", LETS_THROUGH)
def test_middleware_that_always_goes_on_is_no_login(middleware):
    assert auth(middleware) == [False]


@pytest.mark.parametrize("middleware", REFUSES)
def test_middleware_that_refuses_is_a_login(middleware):
    assert auth(middleware) == [True]


def test_what_middleware_calls_to_make_a_key_is_no_login():
    cached = "export function cached() { return async (req, res, next) => { const hit = await find(withAuthPart(req)); if (hit) return res.json(hit); return next(); }; }\nfunction withAuthPart(req) { return req.headers.authorization; }\n"
    model = model_of(
        {
            "app.js": APP.replace("checked }", "cached }").replace("checked,", "cached(),"),
            "middleware.js": cached,
        }
    )
    assert [False] == [each.auth for each in model.endpoints]


def test_a_default_import_is_what_the_module_exports_by_default():
    model = model_of(
        {
            "app.js": "import express from 'express';\nimport orders from './orders/routes';\nconst app = express();\napp.use('/orders', orders);\n",
            "orders/routes.js": "import { Router } from 'express';\nimport { orders } from '../tables';\nconst router = Router();\nrouter.get('/:id', (req, res) => find(orders, req));\nexport default router;\n",
            "tables.js": "export const orders = table('orders');\n",
        }
    )
    assert ["/orders/{id}"] == [each.path for each in model.endpoints]


@pytest.mark.parametrize(
    ("columns", "behind", "is_bounded"),
    [
        pytest.param("{ n: count() }", "", True, id="a count"),
        pytest.param(
            "{ n: sum(orders.total).mapWith(Number), m: max(orders.id) }", "", True, id="sums"
        ),
        pytest.param(
            "{ n: count() }", ".groupBy(orders.userId)", False, id="a count of each group"
        ),
        pytest.param("{ id: orders.id, n: count() }", "", False, id="rows"),
        pytest.param("", "", False, id="everything"),
    ],
)
def test_statements_that_only_count_give_one_row(columns, behind, is_bounded):
    model = model_of(
        {
            "orders.ts": f"import {{ drizzle }} from 'drizzle-orm/node-postgres';\nimport {{ count, sum, max }} from 'drizzle-orm';\nimport {{ orders }} from './schema';\nconst db = drizzle(pool);\nexport async function told() {{ return db.select({columns}).from(orders){behind}; }}\n"
        }
    )
    assert [is_bounded] == [
        a.is_bounded for accesses in model.data.by_function.values() for a in accesses
    ]
