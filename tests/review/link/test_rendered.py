"""What frameworks run for a request without a route of its own: pages, loaders, server actions."""

import pytest
from tests.review.cases import model_of

DATA = "import { prisma } from './db';\nexport async function orders() { return prisma.order.findMany(); }\n"


def shown(model):
    """Return what is said of the endpoint that runs the function `orders`."""
    fn = model.project.functions_by_name["orders"][0]
    declared = model.endpoint_of(fn)
    return (declared.method, declared.path) if declared is not None else None


CALL = "import { orders } from '@/lib/orders';\n"
RUN = [
    pytest.param("src/app/(shop)/orders/[id]/page.tsx", "import { notFound } from 'next/navigation';\n" + CALL + "export default async function Page() { return <p>{await orders()}</p>; }\n", ("GET", "/orders/{id}"), id="a page of Next"),
    pytest.param("src/app/x/orders/layout.tsx", "import { notFound } from 'next/navigation';\n" + CALL + "export async function generateMetadata() { return orders(); }\n", ("GET", "/x/orders"), id="what Next says of a page"),
    pytest.param("src/pages/x/orders.tsx", "import Link from 'next/link';\n" + CALL + "export const getServerSideProps = async () => orders();\n", ("GET", "/x/orders"), id="an older page of Next"),
    pytest.param("src/app/routes/orders.tsx", "import { json } from '@remix-run/node';\n" + CALL + "export const loader = async () => orders();\n", ("GET", "/orders"), id="a loader"),
    pytest.param("src/app/routes/orders.tsx", "import { redirect } from 'react-router';\n" + CALL + "export async function action() { return orders(); }\n", ("POST", "/orders"), id="an action"),
    pytest.param("src/routes/x/orders/+page.server.ts", "import { error } from '@sveltejs/kit';\n" + CALL + "export const load = async () => orders();\n", ("GET", "/x/orders"), id="SvelteKit's load"),
    pytest.param("src/app/x/actions.ts", "// what pages call\n'use server';\n" + CALL + "export async function listOrders() { return orders(); }\n", ("action", "listOrders"), id="a file of actions"),
    pytest.param("src/app/x/actions.ts", "'use server';\n" + CALL + "export const listOrders = client.schema(z).action(async () => orders());\n", ("action", "listOrders"), id="an action that a client makes"),
    pytest.param("src/app/x/form.tsx", CALL + "export function Form() {\n  return 1;\n}\nexport async function listOrders() {\n  'use server';\n  return orders();\n}\n", ("action", "listOrders"), id="one action"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "source", "expected"), RUN)
def test_what_a_framework_runs_is_served(path, source, expected):
    model = model_of({"src/lib/orders.ts": DATA, path: source})
    assert shown(model) == expected
    assert model.endpoints == []


NOT_RUN = [
    pytest.param("src/app/x/orders/page.tsx", CALL + "export default async function Page() { return orders(); }\n", id="without the library"),
    pytest.param("src/app/x/orders/list.tsx", "import Link from 'next/link';\n" + CALL + "export default async function List() { return orders(); }\n", id="no page"),
    pytest.param("src/app/x/orders/actions.ts", "import Link from 'next/link';\n" + CALL + "export async function listOrders() { const told = 'use server'; return orders(told); }\n", id="a text like the directive"),
    pytest.param("src/app/routes/orders.tsx", "import { json } from '@remix-run/node';\n" + CALL + "export const reader = async () => orders();\n", id="another name"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "source"), NOT_RUN)
def test_what_nobody_runs_is_not_served(path, source):
    model = model_of({"src/lib/orders.ts": DATA, path: source})
    assert shown(model) is None
