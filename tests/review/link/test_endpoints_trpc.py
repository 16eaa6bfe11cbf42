"""tRPC: procedures with the names they have in the routers above them, and what stands before them."""

import pytest
from tests.review.cases import model_of

BASE = """
import { initTRPC, TRPCError } from '@trpc/server';
const t = initTRPC.context().create();
export const router = t.router;
const counted = t.middleware(async ({ next }) => { const told = await next(); count(told); return told; });
const signedIn = t.middleware(async ({ ctx, next }) => {
  if (!ctx.user) { throw new TRPCError({ code: 'UNAUTHORIZED' }); }
  return next({ ctx });
});
const refreshed = t.middleware(async ({ ctx, next }) => {
  if (!ctx.user) return next();
  if (gone(ctx.user)) { throw new TRPCError({ code: 'UNAUTHORIZED' }); }
  return next();
});
export const publicProcedure = t.procedure.use(counted).use(refreshed);
export const memberProcedure = publicProcedure.use(signedIn);
export const ownerProcedure = memberProcedure.use(async ({ ctx, next }) => {
  if (!ctx.user.owner) { throw new TRPCError({ code: 'FORBIDDEN' }); }
  return next();
});
export const scoped = (name) => memberProcedure.use(async (opts) => opts.next());
export const demoProcedure = t.procedure.use(async (opts) => {
  if (demo()) { throw new TRPCError({ code: 'FORBIDDEN' }); }
  return opts.next();
});
"""
ORDERS = """
import { z } from 'zod';
import { router, publicProcedure, memberProcedure, ownerProcedure, scoped, demoProcedure } from './base';
import { pay } from './pay';
import { rateLimit } from './limits';
const scopedProcedure = scoped('orders');
export const orderRouter = router({
  list: publicProcedure.input(z.object({ page: z.number() })).query(async ({ input }) => find(input.page)),
  create: memberProcedure.input(z.object({ id: z.string() })).mutation(({ ctx, input }) => {
    return save(input);
  }),
  pay,
  notes: router({
    add: ownerProcedure.use(rateLimit({ max: 5 })).mutation(async () => add()),
  }),
  old: { drop: scopedProcedure.mutation(remove) },
  demo: demoProcedure.subscription(() => watch()),
});
function remove() { return drop(); }
"""
FILES = {
    "server/base.ts": BASE,
    "server/orders.ts": ORDERS,
    "server/pay.ts": "import { memberProcedure } from './base';\nexport const pay = memberProcedure.mutation(async (opts) => charge(opts.input));\n",
    "server/app.ts": "import { router } from './base';\nimport { orderRouter } from './orders';\nexport const appRouter = router({ orders: orderRouter });\n",
}


def test_procedures_are_endpoints_with_the_names_of_their_routers():
    model = model_of(FILES)
    assert {
        ("GET", "/trpc/orders.list", False),
        ("POST", "/trpc/orders.create", True),
        ("POST", "/trpc/orders.pay", True),
        ("POST", "/trpc/orders.notes.add", True),
        ("POST", "/trpc/orders.old.drop", True),
        ("GET", "/trpc/orders.demo", False),
    } == {(each.method, each.path, each.auth) for each in model.endpoints}
    assert all(each.handler is not None for each in model.declared)
    assert ["/trpc/orders.notes.add"] == [each.path for each in model.endpoints if each.limited]


def test_what_clients_send_to_a_procedure_is_theirs():
    model = model_of(FILES)
    create = next(each for each in model.declared if each.path == "/trpc/orders.create")
    assert "input" in model.taint.values[create.handler]


@pytest.mark.parametrize(
    ("adapter", "base"),
    [
        pytest.param({"server/http.ts": "import { fetchRequestHandler } from '@trpc/server/adapters/fetch';\nexport const handle = (req) => fetchRequestHandler({ endpoint: '/api/rpc', req, router });\n"}, "/api/rpc", id="an adapter is told"),
        pytest.param({"pages/api/trpc/[trpc].ts": "export const config = {};\n"}, "/api/trpc", id="a route of Next"),
        pytest.param({}, "/trpc", id="nobody says"),
    ],
)  # fmt: skip
def test_procedures_are_where_they_are_mounted(adapter, base):
    model = model_of(FILES | adapter)
    assert f"{base}/orders.list" in {each.path for each in model.endpoints}


def test_routers_that_are_merged_or_taken_in():
    model = model_of(
        FILES
        | {
            "server/app.ts": "import { mergeRouters, router } from './base';\nimport { orderRouter } from './orders';\nconst more = router({ ...orderRouter });\nexport const appRouter = mergeRouters(router({ shop: more }));\n"
        }
    )
    assert "/trpc/shop.list" in {each.path for each in model.endpoints}


NO_PROCEDURES = [
    pytest.param("import { api } from './client';\nexport const show = () => api.orders.query(async () => 1);\n", id="another query"),
    pytest.param("import { db } from './db';\nexport const orders = db.query((sql) => sql);\n", id="a database"),
]  # fmt: skip


@pytest.mark.parametrize("source", NO_PROCEDURES)
def test_other_queries_are_no_procedures(source):
    model = model_of(
        {
            "server/base.ts": BASE,
            "server/show.ts": source,
            "server/db.ts": "export const db = open();\n",
        }
    )
    assert [] == model.endpoints


def test_without_the_library_nothing_is_a_procedure():
    model = model_of(
        {"server/base.ts": BASE.replace("@trpc/server", "./own"), "server/orders.ts": ORDERS}
    )
    assert [] == model.endpoints
