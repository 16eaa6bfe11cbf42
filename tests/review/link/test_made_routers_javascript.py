"""JavaScript: routers that functions of the project make, and where they are mounted."""

from tests.review.cases import model_of

FACTORY = {
    "src/app.ts": """
import express from 'express';
import { makeRoutes } from './routes';

export const makeApp = () => {
  const app = express();
  makeRoutes(app, stores);
  return app;
};
""",
    "src/routes.ts": """
import type { Application } from 'express';
import { makeOrders } from './orders';

export const makeRoutes = (app: Application, stores) => {
  const orders = makeOrders(stores.orders);
  app.use('/api/orders', requireLogin, orders);
};
""",
    "src/orders.ts": """
import { Router } from 'express';

export const makeOrders = (store): Router => {
  const router = Router();
  router.delete('/:id', store.remove);
  return router;
};
""",
}


def test_a_router_that_a_function_has_made_for_a_variable() -> None:
    model = model_of(FACTORY)
    found = [(each.method, each.path, each.auth) for each in model.endpoints]
    assert found == [("DELETE", "/api/orders/{id}", True)]


def test_what_limits_a_login_is_no_login() -> None:
    routes = FACTORY["src/routes.ts"].replace("requireLogin", "authApiLimiter")
    model = model_of(FACTORY | {"src/routes.ts": routes})
    assert [(each.auth, each.limited) for each in model.endpoints] == [(False, True)]


FIELDS = {
    "src/app.ts": """
import express, { Router } from 'express';
import { OrderController } from './controller';

const app = express();

export const makeOrders = (orders: OrderController): Router => {
  const router = Router();
  router.get('/', orders.list);
  router.post('/', orders.add);
  router.delete('/', orders.unknown);
  return router;
};

app.use('/orders', makeOrders(new OrderController()));
""",
    "src/controller.ts": """
export class OrderController {
  list = caught(async (req, res) => {
    res.json([]);
  });

  add = async (req, res) => {
    res.json({});
  };

  limit = wrapped(10);
}
""",
}


def test_handlers_that_are_wrapped_fields_of_a_class() -> None:
    model = model_of(FIELDS)
    found = {
        declared.method: declared.handler is not None and model.label(declared.handler)
        for declared in model.declared
    }
    assert found == {"GET": "OrderController.list", "POST": "OrderController.add", "DELETE": False}
