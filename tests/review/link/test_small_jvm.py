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


CHAIN = """package a;
import org.springframework.context.annotation.*;
import org.springframework.security.config.annotation.web.configuration.WebSecurityConfigurerAdapter;
public class Security extends WebSecurityConfigurerAdapter {
  @Autowired private Open open;
  protected void configure(HttpSecurity http) throws Exception {
    List<String> paths = open.getPaths();
    http.authorizeRequests().antMatchers(paths.toArray(new String[paths.size()])).permitAll().anyRequest().authenticated();
  }
}
"""
OPEN = """package a;
import org.springframework.boot.context.properties.ConfigurationProperties;
@ConfigurationProperties(prefix = "open") public class Open {
  private List<String> paths = new ArrayList<>();
  public List<String> getPaths() { return paths; }
}
"""
SHOP = """package a;
import org.springframework.web.bind.annotation.*;
@RestController public class Shop {
  @PostMapping("/login") public String login() { return ""; }
  @GetMapping("/orders") public String orders() { return ""; }
}
"""


def test_paths_of_the_settings_in_a_variable() -> None:
    files = {
        "src/main/java/a/Security.java": CHAIN,
        "src/main/java/a/Open.java": OPEN,
        "src/main/java/a/Shop.java": SHOP,
        "src/main/resources/application.yml": "open:\n  paths:\n    - /login\n    - /docs/**\n",
    }
    assert auth_of(files) == {"POST /login": False, "GET /orders": True}


FILTER = """package lib;
import org.springframework.web.filter.OncePerRequestFilter;
public class TokenFilter extends OncePerRequestFilter {
  private final Set<String> %s;
  public TokenFilter(Set<String> paths) { this.%s = paths; }
  protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain) {
    for (String path : %s) { if (request.getRequestURI().startsWith(path)) { chain.doFilter(request, response); return; } }
    if (request.getHeader("Authorization") == null) { response.setStatus(HttpServletResponse.SC_UNAUTHORIZED); return; }
    chain.doFilter(request, response);
  }
}
"""
MADE = """package %s;
import lib.TokenFilter;
@Configuration public class Filters {
  private static final Set<String> OPEN = Set.of(%s);
  @Bean public OncePerRequestFilter tokens() { return new TokenFilter(OPEN); }
}
"""
SERVED = """package %s;
import org.springframework.web.bind.annotation.*;
@SpringBootApplication @RestController public class Api {
  @PostMapping("/%s/login") public String login() { return ""; }
  @GetMapping("/%s/all") public String all() { return ""; }
}
"""


def test_a_filter_that_is_handed_what_it_leaves_out() -> None:
    files = {
        "lib/pom.xml": "<artifactId>lib</artifactId>",
        "lib/src/main/java/lib/TokenFilter.java": FILTER % (("openPaths",) * 3),
    }
    for name, opened in (("cars", '"/cars/login"'), ("rents", "")):
        files[f"{name}/pom.xml"] = "<dependency><artifactId>lib</artifactId></dependency>"
        files[f"{name}/src/main/java/{name}/Filters.java"] = MADE % (name, opened)
        files[f"{name}/src/main/java/{name}/Api.java"] = SERVED % (name, name, name)
    files["ads/pom.xml"] = "<dependency><artifactId>lib</artifactId></dependency>"
    files["ads/src/main/java/ads/Api.java"] = SERVED % ("ads", "ads", "ads")
    assert auth_of(files) == {
        "POST /cars/login": False, "GET /cars/all": True, "POST /rents/login": True, "GET /rents/all": True,
        "POST /ads/login": False, "GET /ads/all": False,
    }  # fmt: skip


WATCHED = """package shop
import io.micronaut.http.annotation.Filter
import io.micronaut.http.filter.HttpServerFilter
@Filter("/**") class %s : HttpServerFilter {
  override fun doFilter(request: HttpRequest<*>, chain: ServerFilterChain): Publisher<MutableHttpResponse<*>> {
    %s
  }
}
"""
ASKS = """package shop
import io.micronaut.http.*
import io.micronaut.http.annotation.*
@Controller("/api") class Orders(private val owners: Owners) {
  %s
}
"""
WATCHES = 'return Flux.from(chain.proceed(request)).doOnNext { if (it.status.code == 401) { log.warn("refused") } }'


@pytest.mark.parametrize(
    ("name", "body", "is_asked"),
    [
        pytest.param("TokenFilter", "if (request.cookies.get(\"t\") == null) return Flux.just(HttpResponse.unauthorized())\n return chain.proceed(request)", True, id="that refuses"),
        pytest.param("AuditFilter", WATCHES, False, id="that looks at the answer"),
        pytest.param("RevokedTokenFilter", "if (revoked(request)) return Flux.just(HttpResponse.unauthorized())\n return chain.proceed(request)", False, id="of tokens taken back"),
    ],
)  # fmt: skip
def test_filters(name: str, body: str, *, is_asked: bool) -> None:
    files = {
        "src/main/kotlin/shop/F.kt": WATCHED % (name, body),
        "src/main/kotlin/shop/Orders.kt": ASKS
        % '@Get("/orders") fun all(): HttpResponse<List<Order>> = HttpResponse.ok(all())',
    }
    assert auth_of(files) == {"GET /api/orders": is_asked}


@pytest.mark.parametrize(
    ("handler", "is_asked"),
    [
        pytest.param('@Get("/a") fun a(request: HttpRequest<*>): HttpResponse<X> { val owner = owners.of(request) ?: return HttpResponse.status(HttpStatus.UNAUTHORIZED)\n return HttpResponse.ok(owner) }', True, id="nobody is sent away"),
        pytest.param('@Get("/a") fun a(request: HttpRequest<*>): HttpResponse<X> { val owner = owners.of(request)\n ?: return HttpResponse.unauthorized()\n return HttpResponse.ok(owner) }', True, id="on the next line"),
        pytest.param('@Post("/a") fun a(@Body request: Proof): HttpResponse<X> { val owner = owners.of(request) ?: return HttpResponse.unauthorized()\n return HttpResponse.ok(owner) }', False, id="what a client sent is wrong"),
        pytest.param('@Get("/a") fun a(request: HttpRequest<*>): HttpResponse<X> { val owner = owners.of(request) ?: return HttpResponse.notFound()\n return HttpResponse.ok(owner) }', False, id="not there"),
        pytest.param('@Post("/login") fun a(request: HttpRequest<*>): HttpResponse<X> { val owner = owners.of(request) ?: return HttpResponse.unauthorized()\n return HttpResponse.ok(owner) }', False, id="a login"),
    ],
)  # fmt: skip
def test_handlers_that_send_nobody_away(handler: str, *, is_asked: bool) -> None:
    assert list(auth_of({"src/main/kotlin/shop/Orders.kt": ASKS % handler}).values()) == [is_asked]


KTOR = """package shop
import io.ktor.server.routing.*
fun Route.orders() { get("/orders") { %s
  call.respond(1) } }
"""


@pytest.mark.parametrize(
    ("body", "is_asked"),
    [
        pytest.param("val id = call.userId() ?: return@get call.respond(HttpStatusCode.Unauthorized)", True, id="an extension of the call"),
        pytest.param("val id = call.receive<Proof>() ?: return@get call.respond(HttpStatusCode.Unauthorized)", False, id="what was sent"),
        pytest.param("val id = find(1) ?: return@get call.respond(HttpStatusCode.Unauthorized)", False, id="something else"),
    ],
)  # fmt: skip
def test_handlers_of_ktor(body: str, *, is_asked: bool) -> None:
    assert auth_of({"src/main/kotlin/shop/Orders.kt": KTOR % body}) == {"GET /orders": is_asked}


MARKED = """package a;
import jakarta.ws.rs.*;
@Path("/orders") public class Orders {
  @GET @Secured(%s) public String all() { return ""; }
}
"""


@pytest.mark.parametrize(
    ("given", "is_asked"),
    [("optional = true", False), ("optional = false", True), ("Role.USER", True), ("", True)],
)
def test_a_mark_that_may_be_left_out(given: str, *, is_asked: bool) -> None:
    assert auth_of({"src/main/java/a/Orders.java": MARKED % given}) == {"GET /orders": is_asked}


ENTITY = 'package a;\nimport jakarta.persistence.*;\n@Entity @TableName("orders") public class Order { @Id Long id; }\n'
OWN = """package a;
import com.baomidou.mybatisplus.extension.service.impl.ServiceImpl;
import com.baomidou.mybatisplus.core.mapper.BaseMapper;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import java.util.UUID;
%s
"""


@pytest.mark.parametrize(
    ("made", "tables"),
    [
        pytest.param("public class Orders extends ServiceImpl<OrderMapper, Order> { long size() { return count(); } void add(Object row) { save(row); } }", ["Order", "Order"], id="a service of a library"),
        pytest.param("class Kept<E, I> implements PanacheRepositoryBase<E, I> { }\nclass Orders extends Kept<Order, UUID> { long size() { return count(\"x\"); } }", ["Order"], id="through a class of its own"),
        pytest.param("public class Orders { long size() { return count(); } }", [], id="nothing of a library"),
    ],
)  # fmt: skip
def test_what_a_class_inherits_is_about_its_entity(made: str, tables: list[str]) -> None:
    files = {
        "src/main/java/a/Order.java": ENTITY,
        "src/main/java/a/OrderMapper.java": "package a;\nimport com.baomidou.mybatisplus.core.mapper.BaseMapper;\npublic interface OrderMapper extends BaseMapper<Order> { }\n",
        "src/main/java/a/Orders.java": OWN % made,
    }  # fmt: skip
    assert [each.table for each in model_of(files).data.accesses] == tables


LIMITED = """package shop
import io.ktor.server.routing.*
import io.ktor.server.plugins.ratelimit.*
fun Route.orders() {
  rateLimit(RateLimitName("auth")) { post("/login") { call.respond(1) } }
  authenticate("jwt") { rateLimit(RateLimitName("auth")) { get("/me") { call.respond(1) } } }
}
"""


def test_the_name_of_a_limit_is_no_login() -> None:
    endpoints = model_of({"src/main/kotlin/shop/Orders.kt": LIMITED}).endpoints
    assert {each.path: (bool(each.auth), bool(each.limited)) for each in endpoints} == {
        "/login": (False, True),
        "/me": (True, True),
    }


PLACES_IN_KOTLIN = """package a
object Places { const val ORDERS = "/api/orders" }
class Homes { companion object { const val ORDERS = "/home/orders" } }
"""
IMPORTS = """package a.web
import a.%s
import org.springframework.web.bind.annotation.*
@RestController class Api { @GetMapping(ORDERS) fun all() = 1 }
"""


@pytest.mark.parametrize(
    ("imported", "path"),
    [
        pytest.param("Places.ORDERS", "/api/orders", id="of an object"),
        pytest.param("Places.*", "/api/orders", id="all of an object"),
        pytest.param("Homes.Companion.ORDERS", "/home/orders", id="of a companion"),
    ],
)
def test_constants_taken_out_of_an_object(imported: str, path: str) -> None:
    files = {
        "src/main/kotlin/a/Places.kt": PLACES_IN_KOTLIN,
        "src/main/kotlin/a/web/Api.kt": IMPORTS % imported,
    }
    assert [each.path for each in model_of(files).endpoints] == [path]


NAMED = """package a;
import org.springframework.web.bind.annotation.*;
@RestController public class Api { @%s @GetMapping("/orders") public String all() { return ""; } }
"""


@pytest.mark.parametrize(
    ("mark", "is_asked"),
    [
        ("Login", True),
        ("LoginCheck", True),
        ("LoginRequired", True),
        ("Log", False),
        ("LoginLog", False),
        ("Logged", False),
    ],
)
def test_marks_that_ask_for_a_login(mark: str, *, is_asked: bool) -> None:
    assert auth_of({"src/main/java/a/Api.java": NAMED % mark}) == {"GET /orders": is_asked}


TOKENS = """package a
import org.springframework.web.reactive.result.method.HandlerMethodArgumentResolver
class TokenResolver : HandlerMethodArgumentResolver {
  override fun supportsParameter(parameter: MethodParameter) = parameter.hasParameterAnnotation(Login::class.java)
  override fun resolveArgument(parameter: MethodParameter, context: BindingContext, exchange: ServerWebExchange): Mono<Any> {
    val token = exchange.request.headers["Authorization"]?.first()
    %s
    return Mono.just(token)
  }
}
annotation class Login
"""
TAKES = f'package a\n{WEB}@RestController class Api {{ @GetMapping("/orders") fun all(@Login token: String) = 1 }}\n'


@pytest.mark.parametrize(
    ("body", "is_asked"),
    [('requireNotNull(token) { "no token" }', True), ("log.info(token)", False)],
)
def test_resolvers_that_need_a_token(body: str, *, is_asked: bool) -> None:
    files = {"src/main/kotlin/a/TokenResolver.kt": TOKENS % body, "src/main/kotlin/a/Api.kt": TAKES}
    assert auth_of(files) == {"GET /orders": is_asked}
