"""What stood between small applications and their models: names that are taken out of modules, handed on by packages, long, or grouped."""

import pytest
from tests.review.cases import model_of

Shown = tuple[str, str, str, bool]


def shown(files: dict[str, str]) -> set[Shown]:
    model = model_of(files)
    return {
        (e.method, e.path, model.label(d.handler) if d.handler is not None else "", bool(e.auth))
        for d, e in zip(model.declared, model.endpoints, strict=True)
    }


CONTROLLERS = """
import { getAll } from './factory'
const list = getAll(async (given) => fetchOrders(given.query))
const show = wrapped(async (req, res) => res.json(await one(req.params.id)))
export default { list, show }
"""
TAKEN_OUT = {
    "package.json": '{"dependencies": {"express": "5.1.0"}}',
    "controllers/orders.ts": CONTROLLERS,
    "controllers/factory.ts": "export const getAll = (load) => async function (req, res) { res.json(await load({ query: req.query })) }\n",
    "controllers/index.ts": "import orders from './orders'\nexport { orders }\n",
    "app.ts": """
import express from 'express'
import { orders } from './controllers'
const { list, show } = orders
const app = express()
app.get('/orders', list)
app.route('/orders/:id').get(caught(show))
app.listen(3000)
""",
}


def test_names_taken_out_of_the_object_that_a_module_hands_on() -> None:
    model = model_of(TAKEN_OUT)
    handlers = {
        e.path: d.handler and model.files[d.handler.file].path
        for d, e in zip(model.declared, model.endpoints, strict=True)
    }
    assert handlers == {
        "/orders": "controllers/orders.ts",
        "/orders/{id}": "controllers/orders.ts",
    }


def test_a_name_taken_out_of_a_variable_is_no_function_of_another_file() -> None:
    app = TAKEN_OUT["app.ts"].replace("= orders\n", "= made(orders)\n")
    model = model_of({**TAKEN_OUT, "app.ts": app})
    assert [d.handler for d in model.declared if d.path == "/orders"] == [None]


DEPENDENCIES = """
from typing import Annotated

from fastapi import Depends, HTTPException


async def current_user(token: Annotated[str, Depends(dependency=shown_token)]):
    if token is None:
        raise HTTPException(status_code=403, detail="Not you")
    return token


CurrentUser = Annotated[User, Depends(dependency=current_user)]


async def current_team(user: CurrentUser, team_id: int):
    return team_id


async def settings(size: int = 10):
    return size


CurrentTeam = Annotated[Team, Depends(current_team)]
Settings = Annotated[int, Depends(settings)]
"""


@pytest.mark.parametrize(
    ("name", "auth"),
    [("CurrentUser", True), ("CurrentTeam", True), ("MyTeam", True), ("Settings", False)],
)
def test_dependencies_that_a_package_hands_on_under_names(name: str, *, auth: bool) -> None:
    files = {
        "shop/deps/__init__.py": "from .common import CurrentTeam, CurrentUser, Settings\nfrom .common import CurrentTeam as MyTeam\n",
        "shop/deps/common.py": DEPENDENCIES,
        "shop/routes.py": f"""
from fastapi import APIRouter

from shop.deps import {name}

router = APIRouter()


@router.get("/orders")
async def orders(given: {name}):
    return []
""",
    }
    assert shown(files) == {("GET", "/orders", "orders", auth)}


def test_a_controller_of_a_long_name_in_php() -> None:
    name = "ApproveOrdersOfCustomersController"
    space = "App\\Http\\Controllers\\Api\\V1\\Administration"
    files = {
        "composer.json": '{"require": {"laravel/framework": "^11.0"}}',
        "routes/web.php": f"<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::post('/orders/approve', \\{space}\\{name}::class);\n",
        f"app/Http/Controllers/Api/V1/Administration/{name}.php": f"<?php\nnamespace {space};\nclass {name} {{ public function __invoke() {{ return []; }} }}\n",
    }
    assert {(path, handler) for _, path, handler, _ in shown(files)} == {
        ("/orders/approve", f"{name}.__invoke")
    }


HUMA = """
package main

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/danielgtaylor/huma/v2/sse"
	"github.com/go-chi/chi/v5"
)

func main() {
	router := chi.NewMux()
	api := humachi.New(router, huma.DefaultConfig("Orders", "1.0.0"))
	v1 := huma.NewGroup(api, "/v1")
	orders := huma.NewGroup(v1, "/orders")
	open := huma.NewGroup(v1, "/open")
	addOrders(orders)
	huma.Get(open, "/health", health)
	http.ListenAndServe(":8888", router)
}

func addOrders(group *huma.Group) {
	group.UseMiddleware(requireLogin())
	huma.Register(group, huma.Operation{Method: http.MethodGet, Path: "/{id}"}, show)
	sse.Register(group, huma.Operation{Method: http.MethodGet, Path: "/news"}, map[string]any{}, news)
}

func requireLogin() func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) { ctx.SetStatus(401) }
}
func health(ctx context.Context, in *struct{}) (*Out, error) { return nil, nil }
func show(ctx context.Context, in *struct{}) (*Out, error) { return nil, nil }
func news(ctx context.Context, in *struct{}, send sse.Sender) {}
"""


def test_groups_of_huma_hang_once_and_have_their_middleware() -> None:
    assert shown({"main.go": HUMA}) == {
        ("GET", "/v1/open/health", "health", False),
        ("GET", "/v1/orders/{id}", "show", True),
        ("GET", "/v1/orders/news", "news", True),
    }
