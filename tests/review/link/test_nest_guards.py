"""NestJS: guards of the project for all endpoints count for what they do, and only in their own application."""

import pytest
from tests.review.cases import model_of

MAIN = """import { NestFactory, Reflector } from '@nestjs/core';
import { RouteGuard } from './route.guard';
import { AppModule } from './app.module';
async function start() { const app = await NestFactory.create(AppModule); app.useGlobalGuards(new RouteGuard(app.get(Reflector))); await app.listen(3000); }
start();
"""
ORDERS = """import { Controller, Get } from '@nestjs/common';
import { ForMembers } from './marks';
@Controller('orders')
export class OrdersController { @Get() list() { return []; } @Get('mine') @ForMembers() mine() { return []; } }
"""
MARKS = "import { SetMetadata } from '@nestjs/common';\nexport const MEMBERS = 'members';\nexport const ForMembers = () => SetMetadata(MEMBERS, true);\n"
GUARD = """import {{ CanActivate, ExecutionContext, Injectable }} from '@nestjs/common';
import {{ Reflector }} from '@nestjs/core';
import {{ MEMBERS }} from './marks';
@Injectable()
export class RouteGuard implements CanActivate {{
  constructor(private readonly reflector: Reflector, private readonly jwt: JwtService) {{}}
  canActivate(context: ExecutionContext): boolean {{
    {}
  }}
}}
"""
TOKEN = "const request = context.switchToHttp().getRequest(); if (!request.headers.authorization) return false; return this.jwt.verify(request.headers.authorization);"
GUARDS = [
    pytest.param(f"const wanted = this.reflector.get(MEMBERS, context.getHandler());\n if (!wanted) {{ return true; }}\n {TOKEN}", [False, True], id="where a mark wants it"),
    pytest.param(f"const wanted = this.reflector.get('members', context.getHandler());\n if (!wanted) return true;\n {TOKEN}", [False, True], id="by the text of the mark"),
    pytest.param(f"const isPublic = this.reflector.get(MEMBERS, context.getHandler());\n if (isPublic) return true;\n {TOKEN}", [True, True], id="but where a mark opens it"),
    pytest.param(f"const wanted = this.reflector.get(UNKNOWN, context.getHandler());\n if (!wanted) return true;\n {TOKEN}", [True, True], id="a mark that nobody sets here"),
    pytest.param(f"const request = context.switchToHttp().getRequest();\n const wanted = this.reflector.get(MEMBERS, context.getHandler());\n if (request.method === 'OPTIONS') return true;\n {TOKEN}", [True, True], id="let through for another reason"),
    pytest.param(TOKEN, [True, True], id="a token for all"),
    pytest.param("const request = context.switchToHttp().getRequest(); if (!request.headers[KEY]) { return false; } return true;", [True, True], id="a header that is not seen"),
    pytest.param("const request = context.switchToHttp().getRequest(); if (request.method === 'GET') return true; if (!request.headers[READ_ONLY]) { return true; } throw new ForbiddenException();", [False, False], id="it does not ask who is there"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "logins"), GUARDS)
def test_a_guard_for_all_counts_for_what_it_does(body, logins):
    files = {
        "src/main.ts": MAIN,
        "src/marks.ts": MARKS,
        "src/orders.controller.ts": ORDERS,
        "src/route.guard.ts": GUARD.format(body),
    }
    assert logins == [each.auth for each in model_of(files).endpoints]


HEIRS = [
    pytest.param("export class RouteGuard extends AuthGuard('jwt') { canActivate(context) { return super.canActivate(context); } }", True, id="of a library's guard"),
    pytest.param("export class RouteGuard extends ThrottlerGuard { canActivate(context) { return super.canActivate(context); } }", True, id="of another one, by its name"),
]  # fmt: skip


@pytest.mark.parametrize(("guard", "login"), HEIRS)
def test_a_guard_that_inherits_is_what_it_is_called(guard, login):
    files = {"src/main.ts": MAIN, "src/orders.controller.ts": ORDERS, "src/route.guard.ts": guard}
    assert [login, login] == [each.auth for each in model_of(files).endpoints]


def test_a_guard_at_one_route_that_asks_nobody_is_no_login():
    controller = """import { Controller, Get, UseGuards } from '@nestjs/common';
import { FeatureGuard, KeyGuard } from './guards';
@Controller('orders')
export class OrdersController { @Get() @UseGuards(FeatureGuard) list() { return []; } @Get('mine') @UseGuards(FeatureGuard, KeyGuard) mine() { return []; } }
"""
    guards = """import { CanActivate } from '@nestjs/common';
export class FeatureGuard implements CanActivate { canActivate() { return this.features.isOn('orders'); } }
export class KeyGuard implements CanActivate { canActivate(context) { return context.switchToHttp().getRequest().headers['x-api-key'] === KEY; } }
"""
    found = model_of({"src/orders.controller.ts": controller, "src/guards.ts": guards}).endpoints
    assert [False, True] == [each.auth for each in found]


APPLICATION = "import {{ NestFactory }} from '@nestjs/core';\nasync function start() {{ const app = await NestFactory.create(AppModule); {} await app.listen(3000); }}\n"
ONE = "import { Controller, Get } from '@nestjs/common';\n@Controller('orders')\nexport class OrdersController { @Get() list() { return []; } }\n"


def test_an_application_does_not_take_the_prefix_of_another():
    files = {
        "services/jobs/src/main.ts": APPLICATION.format("app.setGlobalPrefix('jobs'); app.useGlobalGuards(new JwtAuthGuard());"),
        "services/shop/src/main.ts": APPLICATION.format(""),
        "services/jobs/src/jobs.ts": ONE.replace("orders", "runs"),
        "services/shop/src/orders.ts": ONE,
    }  # fmt: skip
    assert {("/jobs/runs", True), ("/orders", False)} == {
        (each.path, each.auth) for each in model_of(files).endpoints
    }


def test_a_library_takes_the_prefix_of_its_application():
    files = {
        "apps/shop/src/main.ts": APPLICATION.format("app.setGlobalPrefix('api');"),
        "libs/orders/orders.ts": ONE,
    }
    assert [each.path for each in model_of(files).endpoints] == ["/api/orders"]


def test_a_login_elsewhere_that_an_enum_names_is_no_login():
    module = "import { Module, MiddlewareConsumer, RequestMethod } from '@nestjs/common';\nimport passport from 'passport';\nexport class OrdersModule { configure(consumer: MiddlewareConsumer) { consumer.apply(passport.authenticate(Provider.GITHUB, { session: false })).forRoutes({ path: '/orders', method: RequestMethod.GET }); } }\n"
    assert [
        each.auth for each in model_of({"src/orders.ts": ONE, "src/module.ts": module}).endpoints
    ] == [False]
