"""Endpoints of Kotlin's frameworks, from small projects written as people write them."""

import pytest
from tests.review.cases import model_of

KTOR = "import io.ktor.server.application.*\nimport io.ktor.server.routing.*\nimport io.ktor.resources.*\nimport io.ktor.server.auth.*\n"

CASES = [
    pytest.param(
        {
            "src/Resources.kt": f"""package a

{KTOR}
@Resource("/orders")
class Orders() {{
    @Resource("{{id}}")
    class One(val parent: Orders = Orders(), val id: Long)
}}

/** Hangs below an order, and stands elsewhere. */
@Resource("lines")
class Lines(val order: Orders.One)

object Pages {{
    @Resource("/pages")
    object Orders
}}
""",
            "src/Routes.kt": f"""package a

{KTOR}
fun Route.orders() {{
    get<Orders> {{ call.respond(all()) }}
    post<Lines> {{ call.respond(add(it)) }}
    get<Pages.Orders> {{ call.respondHtml {{ head {{ title("x") }} }} }}
    resource<Orders.One> {{
        delete {{ call.respond(Unit) }}
        method(HttpMethod.Put) {{
            handle<Orders.One> {{ call.respond(Unit) }}
        }}
    }}
}}
fun Application.module() {{ routing {{ orders() }} }}
""",
        },
        {
            ("GET", "/orders"), ("POST", "/orders/{id}/lines"), ("GET", "/pages"),
            ("DELETE", "/orders/{id}"), ("PUT", "/orders/{id}"),
        },
        id="Ktor: resources in each other, by a property, of the same name",
    ),
    pytest.param(
        {
            "src/Methods.kt": """package a

import io.ktor.http.HttpMethod

val READS = listOf(HttpMethod.Get, HttpMethod.Head)
val PURGE = HttpMethod("PURGE")
""",
            "src/Routes.kt": f"""package a

{KTOR}
fun Application.module() {{
    routing {{
        route("/any") {{
            for (method in READS) {{
                method(method) {{ handle {{ call.respond(1) }} }}
            }}
            method(PURGE) {{ handle {{ call.respond(2) }} }}
        }}
        for ((method, path) in listOf(HttpMethod.Post to "/made", HttpMethod.Put to "/put")) {{
            route(path) {{
                method(method) {{ handle {{ call.respond(3) }} }}
            }}
        }}
        listOf("/de", "/en").forEach {{ language ->
            route(language) {{ get("/home") {{ call.respond(4) }} }}
        }}
        for (name in names()) {{
            route("/known/$name") {{ get {{ call.respond(5) }} }}
        }}
    }}
}}
""",
        },
        {
            ("GET", "/any"), ("HEAD", "/any"), ("PURGE", "/any"), ("POST", "/made"), ("PUT", "/put"),
            ("GET", "/de/home"), ("GET", "/en/home"), ("GET", "/known/{*}"),
        },
        id="Ktor: routes in loops over methods and paths",
    ),
    pytest.param(
        {
            "src/Client.kt": f"""package a

{KTOR}
suspend fun HttpClient.names(): List<String> = get("https://example.org/names").body()
fun ApplicationCall.page() {{ html {{ head {{ title("x") }} }} }}
fun Route.delete(store: Store, check: (String) -> Boolean) {{
    post("/orders/{{id}}/delete") {{ call.respond(store.drop(check)) }}
}}
fun Application.module(store: Store) {{
    val check = {{ word: String -> word == "x" }}
    routing {{
        delete(store, check)
        get("/", ::home)
        get("/list") {{ client.run {{ get("https://example.org") {{ header("a", "b") }} }} }}
    }}
}}
suspend fun home(call: ApplicationCall) {{ call.respond(1) }}
""",
        },
        {("POST", "/orders/{id}/delete"), ("GET", "/"), ("GET", "/list")},
        id="Ktor: calls of the same names that declare nothing",
    ),
    pytest.param(
        {
            "src/Api.kt": """package a

import opensavvy.spine.api.DynamicResource
import opensavvy.spine.api.RootResource as SpineRoot
import opensavvy.spine.api.StaticResource

object Api : SpineRoot("v1") {
    object Orders : StaticResource<Api>("orders", Api) {
        val list by
            get()
                .response<List<Order>>()
        val recent by get("recent").response<List<Order>>()

        object Id : DynamicResource<Orders>("order", Orders) {
            val get by get().response<Order>()
            val replace by put().request<Order>().response<Order>()
        }
    }
}
""",
            "src/Routes.kt": f"""package a

{KTOR}
import opensavvy.spine.server.route

@JvmInline value class Id(val value: Long)

fun Route.orders() {{
    route(Api.Orders.list) {{ respond(all()) }}
    route(Api.Orders.recent) {{ respond(recent()) }}
    route(Api.Orders.Id.get) {{ respond(one(Id(idOf(Api.Orders.Id)))) }}
    secured(settings.orAnonymous()) {{ route(Api.Orders.Id.replace) {{ respond(replace()) }} }}
    route("/plain") {{ get {{ respond(1) }} }}
}}
fun Application.module() {{
    routing {{ orders() }}
    install(Cohort) {{ healthcheck("/ready", checks) }}
}}
""",
            "src/Health.kt": "package a\nimport com.sksamuel.cohort.Cohort\nfun checks() = 1\n",
        },
        {
            ("GET", "/v1/orders"), ("GET", "/v1/orders/recent"), ("GET", "/v1/orders/{order}"),
            ("PUT", "/v1/orders/{order}"), ("GET", "/plain"), ("GET", "/ready"),
        },
        id="Spine: endpoints that are fields of objects; Cohort's health check",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), CASES)
def test_endpoints(files: dict[str, str], expected: set[tuple[str, str]]) -> None:
    found = model_of(files).endpoints
    assert expected == {(each.method, each.path) for each in found}
    assert not [
        word for each in found for word in each.chain if word.startswith(("row=", "methods="))
    ]


LOGINS = f"""package a

{KTOR}
class Login<T>(val name: String) {{ fun orAnonymous(): Login<T?> = this as Login<T?> }}

inline fun <T : Any> Route.authenticateWith(login: Login<T>, crossinline block: Route.() -> Unit): Route =
    authenticate(login.name) {{ block() }}
inline fun <T : Any> Route.authenticateWith(login: Login<T?>, crossinline block: Route.() -> Unit): Route =
    authenticate(login.name, optional = true) {{ block() }}

fun Application.module(login: Login<User>) {{
    routing {{
        authenticateWith(login.orAnonymous()) {{ get("/maybe") {{ call.respond(1) }} }}
        authenticateWith(login) {{ get("/mine") {{ call.respond(2) }} }}
        get("/open") {{ call.respond(3) }}
    }}
}}
"""


def test_wrapped_logins_are_told_apart() -> None:
    found = model_of({"src/Routes.kt": LOGINS}).endpoints
    assert {each.path: each.auth for each in found} == {
        "/maybe": False,
        "/mine": True,
        "/open": False,
    }
