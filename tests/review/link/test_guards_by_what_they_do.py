"""Guards that are known by what they do, whatever they are called: they turn strangers away."""

import pytest
from tests.review.cases import model_of

FASTAPI = """
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException

router = APIRouter()


async def visitor(token: Annotated[str | None, Depends(shown)] = None):
    if token is None:
        raise HTTPException(401, "Nobody")
    return token


async def chief(account: Annotated[Account, Depends(visitor)]):
    return account


async def boss(account: Account):
    if not account.is_boss:
        raise HTTPException(status_code=403)
    return account


async def switched_on():
    if not settings.shop:
        raise HTTPException(status_code=403, detail="The shop is closed")


async def paged(size: int = 10):
    if size > 100:
        raise HTTPException(status_code=422)


@router.delete("/orders", dependencies=[Depends(%s)])
async def empty():
    return {}
"""


@pytest.mark.parametrize(
    ("name", "auth"),
    [("visitor", True), ("chief", True), ("boss", True), ("switched_on", False), ("paged", False)],
)
def test_dependencies_of_fastapi(name: str, *, auth: bool) -> None:
    model = model_of({"shop/orders.py": FASTAPI % name})
    assert [each.auth for each in model.endpoints] == [auth]


MIXINS = """
from django.contrib.auth.mixins import LoginRequiredMixin as Base
from django.views.generic.base import ContextMixin as Other


class LoginRequiredMixin(Base):
    login_url = "/in"


class ContextMixin(Other):
    pass
"""
VIEWS = """
from django.views.generic import ListView
from shop.mixins import ContextMixin, LoginRequiredMixin


class Orders(LoginRequiredMixin, ListView):
    model = None


class Goods(ContextMixin, ListView):
    model = None
"""
URLS = """
from django.urls import path
from shop import views

urlpatterns = [path("orders", views.Orders.as_view()), path("goods", views.Goods.as_view())]
"""


def test_mixins_that_have_the_name_of_what_they_extend() -> None:
    model = model_of({"shop/mixins.py": MIXINS, "shop/views.py": VIEWS, "shop/urls.py": URLS})
    found = {each.path: each.auth for each in model.endpoints}
    assert found == {"/orders": True, "/goods": False}


FILTERS = """
using Microsoft.AspNetCore.Mvc.Filters;

public class StaffFilter : IAuthorizationFilter
{
    public void OnAuthorization(AuthorizationFilterContext context)
    {
        if (context.HttpContext.Items["role"] is not "staff") throw new ForbiddenException("staff only");
    }
}

public class TimeFilter : IActionFilter
{
    public void OnActionExecuting(ActionExecutingContext context) { Watch.Start(); }
    public void OnActionExecuted(ActionExecutedContext context) { Watch.Stop(); }
}
"""
CONTROLLER = """
using Microsoft.AspNetCore.Mvc;

[ApiController]
[Route("orders")]
[%s]
public class OrderController : ControllerBase
{
    [HttpDelete] public IActionResult Empty() => Ok();
}
"""


@pytest.mark.parametrize(
    ("mark", "auth"),
    [
        ("TypeFilter<StaffFilter>", True),
        ("TypeFilter(typeof(StaffFilter))", True),
        ("TypeFilter<TimeFilter>", False),
    ],
)
def test_filters_of_aspnet(mark: str, *, auth: bool) -> None:
    model = model_of({"Filters.cs": FILTERS, "OrderController.cs": CONTROLLER % mark})
    assert [each.auth for each in model.endpoints] == [auth]


EXPRESS = """
const express = require('express');

const app = express();
app.post('/login', (req, res) => res.json(login(req.body)));
"""


@pytest.mark.parametrize(
    ("path", "text", "limited"),
    [
        ("pnpm-lock.yaml", "packages:\n  express-rate-limit@7.0.0:\n    rate-limit: 1\n", False),
        ("docs/kong.yaml", "plugins:\n- name: rate-limiting\n", False),
        ("gateway/kong.yaml", "plugins:\n- name: rate-limiting\n", True),
    ],
)
def test_a_list_of_packages_limits_nothing(path: str, text: str, *, limited: bool) -> None:
    model = model_of({"app.js": EXPRESS, path: text})
    assert [each.limited for each in model.endpoints] == [limited]


RESTFUL = """
from flask_restful import Api, Resource

from shop.keys import check_key

orders_api = Api(app)


class Order(Resource):
    def __init__(self, **kwargs):
        self.store = kwargs["store"]

    @check_key
    def get(self, number):
        return {}

    def delete(self, number):
        return {}


orders_api.add_resource(Order, "/orders/<int:number>", resource_class_kwargs={"store": store})
"""
KEYS = """
from functools import wraps

from flask import make_response, request


def check_key(function):
    @wraps(function)
    def checked(*args, **kwargs):
        if request.headers.get("x-key") != KEY:
            return make_response("no", 401)
        return function(*args, **kwargs)

    return checked
"""


def test_resources_that_are_built_with_something() -> None:
    model = model_of({"shop/orders.py": RESTFUL, "shop/keys.py": KEYS})
    found = {each.method: (each.path, each.auth) for each in model.endpoints}
    assert found == {"GET": ("/orders/{number}", True), "DELETE": ("/orders/{number}", False)}


NEXT = """
import type { NextApiRequest } from 'next';

import verifyUser from '../../lib/verifyUser';

export default async function orders(req, res) {
  const user = await verifyUser({ req, res });
  if (!user) return;
  return res.json(await list(user));
}
"""
VERIFY = """
import { getToken } from 'next-auth/jwt';

export default async function verifyUser({ req, res }) {
  const token = await getToken({ req });
  if (!token) {
    res.status(401).json({ error: 'nobody' });
    return null;
  }
  return token;
}
"""
NAMES = """
export default async function verifyUser({ req, res }) {
  return { name: req.query.name };
}
"""


@pytest.mark.parametrize(("verify", "auth"), [(VERIFY, True), (NAMES, False)])
def test_handlers_that_are_answered_for(verify: str, *, auth: bool) -> None:
    package = '{"dependencies": {"next": "15.0.0"}}'
    model = model_of(
        {"package.json": package, "pages/api/orders.ts": NEXT, "lib/verifyUser.ts": verify}
    )
    assert [each.auth for each in model.endpoints] == [auth]


SPRING = """
package shop;

import org.acme.sso.SsoWebInterceptor;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

@Configuration
public class WebConfig implements WebMvcConfigurer {
    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        SsoWebInterceptor checked = new SsoWebInterceptor("/in");
        registry.addInterceptor(checked).addPathPatterns("/**");
    }
}
"""
ORDERS = """
package shop;

import org.acme.sso.Sso;
import org.springframework.web.bind.annotation.*;

@RestController
public class OrderController {
    @DeleteMapping("/orders") @Sso public void empty() {}

    @PostMapping("/in") @Sso(login = false) public void enter() {}
}
"""


def test_interceptors_of_a_library_and_what_they_leave_open() -> None:
    model = model_of({"shop/WebConfig.java": SPRING, "shop/OrderController.java": ORDERS})
    found = {each.path: each.auth for each in model.endpoints}
    assert found == {"/orders": True, "/in": False}


FASTIFY = """
import Fastify from 'fastify';
import { orders } from './orders';

const server = Fastify();
orders(server);

server.addHook('preHandler', async (request, reply) => {
  if (!request.headers.authorization) {
    reply.status(401).send({ error: 'nobody' });
  }
});
"""
REGISTERED = """
export function orders(fastify) {
  fastify.delete('/orders', async (request, reply) => reply.send({}));
}
"""


def test_hooks_of_fastify_count_for_routes_before_them() -> None:
    model = model_of({"server.ts": FASTIFY, "orders.ts": REGISTERED})
    assert [(each.path, each.auth) for each in model.endpoints] == [("/orders", True)]


ECHO = """
package web

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

func Routes(e *echo.Echo) {
	group := e.Group("/orders", RequireUser)
	group.DELETE("", empty)
}

func RequireUser(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if isKnown(c) {
			return next(c)
		}
		target := built("%s")
		return c.Redirect(http.StatusFound, target)
	}
}
"""


@pytest.mark.parametrize(("target", "auth"), [("/auth/login", True), ("/tour", False)])
def test_guards_of_go_that_send_to_a_path_that_was_built(target: str, *, auth: bool) -> None:
    model = model_of({"web/routes.go": ECHO % target})
    assert [each.auth for each in model.endpoints] == [auth]


FLASK = """
from flask import Blueprint, request

from shop.errors import ApiUnauthorized

orders = Blueprint("orders", __name__)


def visitor(*, optional=False):
    shown = request.headers.get("Authorization")
    if not shown and not optional:
        raise ApiUnauthorized("Nobody")
    return shown


def wanted(password):
    if request.headers.get("X-Way") != password:
        raise ApiUnauthorized("No")


@orders.route("/orders", methods=["DELETE"])
def empty():
    %s
    return {}
"""


@pytest.mark.parametrize(
    ("asks", "auth"),
    [("visitor()", True), ("visitor(optional=True)", False), ("wanted(request.args['p'])", False)],
)
def test_handlers_of_flask_that_have_it_checked(asks: str, *, auth: bool) -> None:
    model = model_of({"shop/orders.py": FLASK % asks})
    assert [each.auth for each in model.endpoints] == [auth]


ROCKET = """
use rocket::outcome::IntoOutcome;
use rocket::request::{self, FromRequest, Request};

pub struct User {
    pub id: i32,
}

impl<'a, 'r> FromRequest<'a, 'r> for User {
    type Error = ();

    fn from_request(request: &'a Request<'r>) -> request::Outcome<User, ()> {
        request
            .cookies()
            .get_private("user")
            .and_then(|cookie| cookie.value().parse().ok())
            .%s
    }
}

#[delete("/orders")]
pub fn empty(user: User) -> &'static str {
    "gone"
}
"""


@pytest.mark.parametrize(
    ("ends", "auth"), [("or_forward(())", True), ("map(Success).unwrap()", False)]
)
def test_guards_of_rocket_that_leave_it_to_the_next_route(ends: str, *, auth: bool) -> None:
    model = model_of({"src/orders.rs": ROCKET % ends})
    assert [each.auth for each in model.endpoints] == [auth]


JAXRS = """
package shop;

import jakarta.ws.rs.*;

@Path("/orders")
public class OrderResource extends BaseResource {
    @DELETE
    public void empty() {
        if (!authenticate()) {
            throw new ForbiddenClientException();
        }
    }

    @GET
    public String list() {
        return authenticate() ? mine() : all();
    }
}
"""


def test_handlers_of_the_jvm_that_ask_and_refuse() -> None:
    model = model_of({"shop/OrderResource.java": JAXRS})
    found = {each.method: each.auth for each in model.endpoints}
    assert found == {"DELETE": True, "GET": False}


ASKED_BELOW = """
const express = require('express');

const app = express();
app.use((req, res, next) => {
  if (%s) {
    %s
  }
  next();
});
app.get('/files/:name', (req, res) => res.json({}));
app.get('/orders', (req, res) => res.json({}));
"""


def test_a_guard_that_asks_below_a_path_and_one_that_lets_it_through() -> None:
    refuses = "if (!req.headers.authorization) return res.status(401).json({});"
    asks = ASKED_BELOW % ("req.path.includes('/files')", refuses)
    lets = (ASKED_BELOW % ("req.path.startsWith('/files')", "return next();")).replace(
        "  next();\n});", f"  {refuses}\n  next();\n}});"
    )
    found = [
        {e.path: e.auth for e in model_of({"app.js": each}).endpoints} for each in (asks, lets)
    ]
    assert found == [
        {"/files/{name}": True, "/orders": False},
        {"/files/{name}": False, "/orders": True},
    ]
