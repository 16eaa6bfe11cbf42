"""Small applications of the JVM: what they are built of, several in one repository, groups of WebFlux's routes."""

import pytest
from tests.review.cases import model_of

WEB = "import org.springframework.web.bind.annotation.*\n"
BOOT = "import org.springframework.boot.autoconfigure.SpringBootApplication\n"
SECURED = """package shop
import org.springframework.context.annotation.*
import org.springframework.security.web.SecurityFilterChain
@Configuration class Security {
  @Bean fun chain(http: HttpSecurity): SecurityFilterChain = http
    .authorizeHttpRequests { it.requestMatchers("/login").permitAll().anyRequest().authenticated() }.build()
}
"""


def auth_of(files: dict[str, str]) -> dict[str, bool]:
    """Return for each path whether one must be logged in."""
    return {f"{each.method} {each.path}": bool(each.auth) for each in model_of(files).endpoints}


def application(name: str, path: str) -> str:
    return f'package {name}\n{WEB}{BOOT}@SpringBootApplication class App\n@RestController class Api {{ @GetMapping("{path}") fun all() = 1 }}\n'


def test_the_configuration_of_one_application_says_nothing_of_another() -> None:
    files = {
        "shop/build.gradle.kts": 'dependencies { implementation("org.springframework.boot:spring-boot-starter-security") }',
        "shop/src/main/kotlin/shop/Security.kt": SECURED,
        "shop/src/main/kotlin/shop/Api.kt": application("shop", "/orders"),
        "notes/build.gradle.kts": 'dependencies { implementation("org.springframework.boot:spring-boot-starter-web") }',
        "notes/src/main/kotlin/notes/Api.kt": application("notes", "/notes"),
    }
    assert auth_of(files) == {"GET /orders": True, "GET /notes": False}


@pytest.mark.parametrize(
    ("build", "is_asked"),
    [
        pytest.param(
            'implementation("org.springframework.boot:spring-boot-starter-security")',
            True,
            id="by its name",
        ),
        pytest.param(
            "implementation(libs.spring.boot.starter.security)",
            True,
            id="out of a catalogue of versions",
        ),
        pytest.param(
            "implementation(libs.spring.boot.starter.oauth2.resource.server)",
            True,
            id="a resource server",
        ),
        pytest.param("implementation(libs.spring.boot.starter.web)", False, id="not at all"),
    ],
)
def test_what_is_built_in(build: str, *, is_asked: bool) -> None:
    files = {
        "build.gradle.kts": f"dependencies {{ {build} }}",
        "src/main/kotlin/shop/Api.kt": application("shop", "/orders"),
    }
    assert auth_of(files) == {"GET /orders": is_asked}


OPERATIONS = """package shop;
import io.micronaut.http.annotation.*;
public interface Operations {
  @Get("/orders{?limit}") String all(int limit);
  @Post("/orders") String add();
  @Post("/users/login") String login();
}
"""
CONTROLLER = """package shop;
import io.micronaut.http.annotation.*;
@Controller("${api.version}") public class Orders implements Operations {
  public String all(int limit) { return ""; }
  public String add() { return ""; }
  public String login() { return ""; }
}
"""
PATHS = """
api:
  version: /api
micronaut:
  security:
    enabled: true
    intercept-url-map:
      - pattern: ${api.version}/users/**
        httpMethod: POST
        access:
          - isAnonymous()
      - pattern: ${api.version}/orders/**
        httpMethod: GET
        access:
          - isAnonymous()
      - pattern: ${api.version}/**
        access:
          - isAuthenticated()
"""


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        pytest.param(PATHS, {"GET /api/orders": False, "POST /api/orders": True, "POST /api/users/login": False}, id="a map of paths and methods"),
        pytest.param("api:\n  version: /api\n", {"GET /api/orders": True, "POST /api/orders": True, "POST /api/users/login": True}, id="no map"),
        pytest.param(PATHS.replace("enabled: true", "enabled: false").partition("    intercept")[0],
                     {"GET /api/orders": False, "POST /api/orders": False, "POST /api/users/login": False}, id="switched off"),
    ],
)  # fmt: skip
def test_micronaut(paths: str, found: dict[str, bool]) -> None:
    files = {
        "api/build.gradle.kts": "dependencies { implementation(mn.micronaut.http) }",
        "api/src/main/java/shop/Operations.java": OPERATIONS,
        "service/build.gradle.kts": "dependencies { implementation(mn.micronaut.security.jwt) }",
        "service/src/main/java/shop/Orders.java": CONTROLLER,
        "service/src/main/resources/application.yml": paths,
    }
    assert auth_of(files) == found


ROUTES = """package com.acme.orders
import io.ktor.server.routing.*
fun Route.orderRoutes() { get("/list") { call.respond(1) } }
"""
MODULE = """package com.acme
import com.acme.orders.orderRoutes
import io.ktor.server.routing.*
fun Application.orders() { routing { route("%s") { orderRoutes() } } }
"""
PLACES = """package org.acme.rest;
public class Places { public static class Root { public static final String HOME = "%s"; } }
"""
RESOURCE = """package org.acme.rest;
import static org.acme.rest.Places.Root.HOME;
import jakarta.ws.rs.*;
@Path(HOME) public class Home { @GET public String all() { return ""; } }
"""


def test_two_applications_with_the_same_names() -> None:
    files = {
        "src/orders/Routes.kt": ROUTES,
        "src/Module.kt": MODULE % "/old",
        "new/src/main/kotlin/orders/Routes.kt": ROUTES,
        "new/src/main/kotlin/Module.kt": MODULE % "/new",
        **{
            f"{n}/src/main/java/org/acme/rest/Places.java": PLACES % f"/{n}"
            for n in ("cars", "rents")
        },
        **{f"{n}/src/main/java/org/acme/rest/Home.java": RESOURCE for n in ("cars", "rents")},
    }
    assert {each.path for each in model_of(files).endpoints} == {
        "/old/list",
        "/new/list",
        "/cars",
        "/rents",
    }


GROUPS = """package a
import org.springframework.context.annotation.*
import org.springframework.web.reactive.function.server.*
@Configuration class Routes {
  val base = "/admin"
  @Bean fun routes(orders: Orders) = coRouter {
    path(base).nest { %s { GET("/orders", orders::all) } }
  }
}
class Orders { suspend fun all(request: ServerRequest): ServerResponse = ServerResponse.ok().build() }
"""


@pytest.mark.parametrize(
    ("group", "path"),
    [
        pytest.param(
            "accept(MediaType.APPLICATION_JSON).nest", "/admin/orders", id="by what is accepted"
        ),
        pytest.param(
            "(accept(JSON) and contentType(JSON)).nest", "/admin/orders", id="by two things"
        ),
        pytest.param('"/v1".nest', "/admin/v1/orders", id="a text"),
        pytest.param('path("/v1").nest', "/admin/v1/orders", id="a path"),
        pytest.param('"/v1/${name}".nest', "/admin/orders", id="what is not known"),
    ],
)
def test_groups_of_webflux(group: str, path: str) -> None:
    assert [
        each.path for each in model_of({"src/main/kotlin/a/Routes.kt": GROUPS % group}).endpoints
    ] == [path]
