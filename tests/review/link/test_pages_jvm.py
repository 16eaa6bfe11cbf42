"""Whether lists of Java and Kotlin come in pages, by the types that are written."""

import pytest
from tests.review.cases import model_of

KTOR = "package a\n\nimport io.ktor.server.application.*\nimport io.ktor.server.routing.*\n"
TYPES = """package a

data class Order(val id: Long, val lines: List<Line>, val payer: User, val state: String)
data class User(val name: String, val roles: List<Role>)
data class OrdersPage(val orders: List<Order>, val count: Int)
data class Asked(val limit: Int, val offset: Int, val owner: String)

interface Orders {
    fun all(): List<Order>
    fun one(id: Long): Order?
    fun some(asked: Asked): OrdersPage
}
class KeptOrders : Orders {
    override fun all() = kept.values.toList()
    override fun one(id: Long) = kept[id]
    override fun some(asked: Asked) = OrdersPage(listOf(), 0)
}
"""


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        pytest.param("/o", "call.respond(orders.all())", False, id="a list"),
        pytest.param("/o", "val found = orders.all()\n call.respond(Template(\"x\", mapOf(\"o\" to found)))", False, id="a list handed to a template"),
        pytest.param("/o", "call.respondHtml { body { for (each in orders.all()) { p { +each.state } } } }", False, id="a list that a page goes through"),
        pytest.param("/o", "call.respond(orders.all().map { it.state })", False, id="what was made of a list"),
        pytest.param("/o", "call.respond<List<Order>>(known)", False, id="a list by the type that is answered"),
        pytest.param("/o", "call.respond(orders.some(Asked(20, 0, name)))", True, id="a class around a list, cut by a limit that its question has"),
        pytest.param("/o/{id}", "call.respond(orders.all().first())", None, id="the path of one thing"),
        pytest.param("/o/first", "call.respond(orders.one(1))", None, id="one thing that has a list"),
        pytest.param("/o/me", "call.respond(me())", None, id="one thing with a list of another name"),
        pytest.param("/o", "orders.all().forEach { log(it) }\n call.respondText(\"done\")", None, id="a list that is not answered"),
    ],
)  # fmt: skip
def test_ktor(path: str, body: str, expected: bool | None) -> None:
    routes = f'{KTOR}\nfun me(): User = User("a", listOf())\nfun Route.all(orders: Orders) {{ get("{path}") {{ {body} }} }}\nfun Application.module() {{ routing {{ all(KeptOrders()) }} }}\n'
    found = model_of({"src/Types.kt": TYPES, "src/Routes.kt": routes}).endpoints
    assert [expected] == [each.paginated for each in found]


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        pytest.param('@GetMapping("/o") public Flux<Order> all() { return stream; }', False, id="a stream"),
        pytest.param('@GetMapping("/o") public ResponseEntity<List<Order>> all(Pageable page) { return null; }', True, id="a list with a page among the parameters"),
        pytest.param('@GetMapping("/o/{id}/lines") public Mono<List<Line>> all(@PathVariable long id) { return null; }', False, id="a list below one thing"),
        pytest.param('@GetMapping("/o") public ResponseEntity<OrderPageDto> all(Integer size) { return of(service.page(size)); } private Page<Order> page(int size) { return null; } private OrderPageDto of(Object o) { page(1); return null; }', True, id="a page by what is called"),
        pytest.param('@GetMapping("/o/{id}") public Order one(@PathVariable long id) { return null; }', None, id="one thing"),
        pytest.param('@GetMapping("/o/{id}/picture") public byte[] picture(@PathVariable long id) { return null; }', None, id="bytes"),
    ],
)  # fmt: skip
def test_spring(method: str, expected: bool | None) -> None:
    source = f"package a;\nimport org.springframework.web.bind.annotation.*;\n@RestController public class C {{ {method} }}"
    found = model_of({"src/C.java": source}).endpoints
    assert [expected] == [each.paginated for each in found]


SESSIONS = f"""{KTOR}
fun Route.all() {{
    get("/session") {{
        val session = call.sessions.get<Known>()
        if (session == null) call.respondRedirect("/login") else call.respond(1)
    }}
    get("/thrown") {{ call.respond(call.sessions.getOrThrow<Known>().name) }}
    get("/greeting") {{ call.respond(call.sessions.get<Known>()?.name ?: "you may log in") }}
    authenticate("jwt") {{
        authenticate("jwt", optional = true) {{ get("/both") {{ call.respond(1) }} }}
    }}
    authenticate("jwt", optional = true) {{ get("/maybe") {{ call.respond(call.principal<User>()) }} }}
}}
fun Application.module() {{ routing {{ all() }} }}
"""


def test_sessions_and_optional_logins() -> None:
    found = {each.path: each.auth for each in model_of({"src/Routes.kt": SESSIONS}).endpoints}
    assert found == {
        "/session": True,
        "/thrown": True,
        "/greeting": False,
        "/both": True,
        "/maybe": False,
    }


OVERLOADS = """package a;
import org.springframework.web.bind.annotation.*;
@RestController public class C {
  private Orders orders;
  @GetMapping("/o") public Object all() { return orders.all(); }
  @GetMapping("/p") public Object page(Pageable asked) { return orders.all(asked); }
}
"""
ORDERS = """package a;
interface Orders { List<Order> all(); Page<Order> all(Pageable asked); }
class KeptOrders implements Orders {
  private org.springframework.jdbc.core.JdbcTemplate jdbc;
  public List<Order> all() { return jdbc.query("select * from orders", mapper); }
  public Page<Order> all(Pageable asked) { return jdbc.query("select * from orders limit ?", mapper, asked.size()); }
}
class OtherOrders implements Orders {
  private org.springframework.jdbc.core.JdbcTemplate jdbc;
  public List<Order> all() { return jdbc.query("select * from orders", mapper); }
  public Page<Order> all(Pageable asked) { return jdbc.query("select * from orders limit ?", mapper, asked.size()); }
}
"""


def test_methods_of_the_same_name_are_told_apart_by_what_they_take() -> None:
    found = model_of({"src/C.java": OVERLOADS, "src/Orders.java": ORDERS}).endpoints
    assert {each.path: each.paginated for each in found} == {"/o": False, "/p": True}
