"""JavaScript: functions that are handed over by their names run where they are handed over."""

import pytest
from tests.review.cases import model_of

SERVICE = "import { prisma } from './db';\nexport class OrderService {\n  static async list(req) { return prisma.order.findMany(); }\n  async keep(order) { return prisma.order.create({ data: order }); }\n  async all(orders) { return Promise.all(orders.map(this.keep.bind(this))); }\n}\nexport const service = new OrderService();\nexport async function load(id) { return prisma.order.findUnique({ where: { id } }); }\n"
APP = "import express from 'express';\nimport {{ OrderService, service, load }} from './service';\nimport {{ run }} from './running';\nconst app = express();\nasync function own(id) {{ return load(id); }}\napp.get('/orders', async (req, res) => {{ {} }});\n"

RUN = [
    pytest.param("run(OrderService.list.bind(this), req)", "OrderService.list", id="a bound method of a class"),
    pytest.param("run(OrderService.list, req)", "OrderService.list", id="a method of a class"),
    pytest.param("await service.all(req.body)", "OrderService.keep", id="the own method"),
    pytest.param("await Promise.all(req.body.map(load))", "load", id="an imported function"),
    pytest.param("await Promise.all(req.body.map(own))", "own", id="a function of the file"),
    pytest.param("const one = async (id) => own(id); await Promise.all(req.body.map(one))", "own", id="a function in a variable"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "name"), RUN)
def test_a_function_that_is_handed_over_by_name_is_run(body, name):
    model = model_of(
        {
            "app.ts": APP.format(body),
            "service.ts": SERVICE,
            "running.ts": "export const run = (what, req) => what(req);\n",
        }
    )
    served = {model.label(fn) for fn in model.served}
    assert name in served


NOT_RUN = [
    pytest.param("const load = req.body.load; run(load)", "load", id="a variable of that name"),
    pytest.param("req.body.forEach(({ own }) => run(own))", "own", id="a parameter of that name"),
    pytest.param("run(unknown.list)", "OrderService.list", id="a method of something unknown"),
    pytest.param("run(OrderService)", "OrderService.list", id="the class itself"),
    pytest.param("run('own')", "own", id="a text"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "name"), NOT_RUN)
def test_what_only_has_the_name_of_a_function_is_not_run(body, name):
    model = model_of(
        {
            "app.ts": APP.format(body),
            "service.ts": SERVICE,
            "running.ts": "export const run = (what, req) => what(req);\n",
        }
    )
    assert name not in {model.label(fn) for fn in model.served}
