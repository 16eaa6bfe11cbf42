"""Next.js: lists that helpers of the project read and cut into pages, wherever an index file hands them on."""

import pytest
from tests.review.cases import model_of


def js(*lines: str) -> str:
    return "\n".join(lines) + "\n"


QUERIES = {
    "src/queries/index.ts": js("export * from './orders';", "export * from './deep';"),
    "src/queries/deep/index.ts": js("export * from './counts';", "export * from '..';"),
    "src/queries/deep/counts.ts": js(
        "import prisma from '@/lib/prisma';",
        "import { runQuery } from '@/lib/db';",
        "export function getCounts(...args) { return runQuery({ sql: () => counts(...args) }); }",
        "async function counts(name, { limit = 500, offset = 0 }) {",
        "  const { rawQuery } = prisma;",
        "  return rawQuery(`select ${name}, count(*) from events group by 1 limit ${limit} offset ${offset}`, {});",
        "}",
        "export async function getTop(name) { return prisma.rawQuery(`select ${name} from events limit 10 offset 0`, {}); }",
    ),
    "src/queries/orders.ts": js(
        "import prisma from '@/lib/prisma';",
        "export async function getOrders(filters) { return prisma.pagedQuery('order', {}, filters); }",
        "export async function getAll(filters) { return prisma.client.order.findMany({ where: filters }); }",
        "export async function getVisits(filters) { const { pagedRawQuery } = prisma; return pagedRawQuery('select 1', filters); }",
    ),
    "src/lib/db.ts": js("export async function runQuery(queries) { return queries.sql(); }"),
    "src/lib/prisma.ts": js(
        "import { PrismaClient } from '@prisma/client';",
        "const client = new PrismaClient();",
        "async function rawQuery(sql, data) { return client.$queryRawUnsafe(sql, data); }",
        "async function pagedQuery(model, criteria, { page = 1, size = 20 }) {",
        "  return client[model].findMany({ ...criteria, ...(size > 0 && { take: size, skip: size * (page - 1) }) });",
        "}",
        "async function pagedRawQuery(sql, filters) { return rawQuery(`${sql} limit ${filters.size}`, {}); }",
        "export default { client, rawQuery, pagedQuery, pagedRawQuery };",
    ),
}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param("getOrders(filters)", True, id="a helper that reads pages"),
        pytest.param("getVisits(filters)", True, id="a helper that is taken out of an object"),
        pytest.param("getCounts('name', filters)", True, id="limit and offset put into SQL, in a lambda that is handed on"),
        pytest.param("getAll(filters)", False, id="all rows"),
        pytest.param("getTop('name')", False, id="a fixed limit in SQL"),
    ],
)  # fmt: skip
def test_lists_that_helpers_cut_into_pages(asked: str, expected: bool) -> None:
    function = asked.partition("(")[0]
    found = model_of(
        {
            **QUERIES,
            "src/app/api/orders/route.ts": js(
                "import { NextResponse } from 'next/server';",
                f"import {{ {function} }} from '@/queries';",
                "import { parse } from '@/lib/schema';",
                "export async function GET(request: Request) {",
                "  const filters = await parse(request);",
                f"  return NextResponse.json(await {asked});",
                "}",
            ),
        }
    ).endpoints
    assert [expected] == [each.paginated for each in found]
    assert [function] == [name for each in found for name in each.callees]


def test_handlers_of_a_barrel_that_is_imported_as_one() -> None:
    model = model_of(
        {
            "src/routes.ts": js(
                "import { Router } from 'express';",
                "import * as orders from './orders';",
                "export const router = Router();",
                "router.get('/orders', orders.listOrders);",
                "router.get('/others', orders.nobodyHasIt);",
            ),
            "src/orders/index.ts": js("export * from './listOrders';", "export * from './deep';"),
            "src/orders/listOrders.ts": js(
                "export async function listOrders(req, res) { res.json([]); }"
            ),
            "src/orders/deep/index.ts": js("export const other = 1;"),
        }
    )
    handled = [declared.handler and model.label(declared.handler) for declared in model.declared]
    assert ["listOrders", None] == handled
