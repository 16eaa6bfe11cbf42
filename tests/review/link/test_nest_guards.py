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


ONE = "import { Controller, Get } from '@nestjs/common';\n@Controller('orders')\nexport class OrdersController { @Get() list() { return []; } }\n"
DECORATORS = [
    pytest.param("return applyDecorators(ApiUnauthorizedResponse({ description: 'log in' }), ApiOkResponse());", False, id="it only describes"),
    pytest.param("return applyDecorators(UseGuards(KeyGuard), ApiBearerAuth());", True, id="it sets a guard, too"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "login"), DECORATORS)
def test_a_decorator_that_only_describes_an_endpoint_is_no_login(body, login):
    controller = ONE.replace("@Get()", "@Get() @Told()").replace(
        "\n@Controller", "\nimport { Told } from './told';\n@Controller"
    )
    told = f"import {{ applyDecorators, UseGuards }} from '@nestjs/common';\nimport {{ ApiUnauthorizedResponse, ApiOkResponse, ApiBearerAuth }} from '@nestjs/swagger';\nexport function Told() {{ {body} }}\n"
    assert [
        each.auth for each in model_of({"src/orders.ts": controller, "src/told.ts": told}).endpoints
    ] == [login]


ENABLED = [
    pytest.param("canActivate(): boolean { if (!this.config.enableLogin) { throw new FeatureDisabledError(); } return true; }", False, id="of a setting"),
    pytest.param("canActivate(context) { if (!this.config.enableLogin) { throw new FeatureDisabledError(); } return true; }", False, id="what it is asked about is not looked at"),
    pytest.param("canActivate(context) { return this.sessions.has(sessionOf(context)); }", True, id="a session"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "login"), ENABLED)
def test_a_guard_that_sees_no_request_is_no_login(body, login):
    controller = ONE.replace("@Get()", "@Get() @UseGuards(LoginEnabledGuard)").replace(
        "\n@Controller", "\nimport { LoginEnabledGuard } from './guards';\n@Controller"
    )
    guards = f"import {{ CanActivate }} from '@nestjs/common';\nexport class LoginEnabledGuard implements CanActivate {{ {body} }}\n"
    assert [
        each.auth
        for each in model_of({"src/orders.ts": controller, "src/guards.ts": guards}).endpoints
    ] == [login]


APPLICATION = "import {{ NestFactory }} from '@nestjs/core';\nasync function start() {{ const app = await NestFactory.create(AppModule); {} await app.listen(3000); }}\n"


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
