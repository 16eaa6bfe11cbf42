"""Small applications of the JVM: page sizes that clients choose, overloads of repositories, QueryDSL, methods run for each row."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.model.finding import Finding, Tier
from backwright.review.reviewing import review_model


def told(files: dict[str, str], rule: str) -> list[Finding]:
    found = review_model(model_of(files), [knowledge().rules[rule]], Tier.DEFAULT).findings
    return [each for each in found if each.rule == rule]


ORDER = 'package a;\nimport jakarta.persistence.*;\n@Entity @Table(name = "orders") public class Order { @Id Long id; public Long getId() { return id; } }\n'
LINE = "package a;\nimport jakarta.persistence.*;\n@Entity public class Line { @Id Long id; }\n"
USER = 'package a;\nimport jakarta.persistence.*;\n@Entity @Table(name = "users") public class User { @Id Long id; }\n'
LINES = """package a;
import java.util.List;
import org.springframework.data.jpa.repository.JpaRepository;
public interface Lines extends JpaRepository<Line, Long> { List<Line> findByOrder(Long order); }
"""
ORDERS = """package a;
import java.util.List;
import org.springframework.data.domain.*;
import org.springframework.data.jpa.repository.JpaRepository;
public interface Orders extends JpaRepository<Order, Long> {
  Page<Order> findByStatus(String status, Pageable page);
  List<Order> findByStatus(String status);
  List<Order> findByUser(User user);
}
"""
STORED = {
    "src/main/java/a/Order.java": ORDER, "src/main/java/a/Line.java": LINE, "src/main/java/a/User.java": USER,
    "src/main/java/a/Lines.java": LINES, "src/main/java/a/Orders.java": ORDERS,
}  # fmt: skip
API = """package a;
import org.springframework.web.bind.annotation.*;
import org.springframework.data.domain.*;
import java.util.*;
@RestController public class Api {
  private final Orders orders; private final Lines lines;
  @GetMapping("/orders") public Object all(@RequestParam int page, @RequestParam int size) { %s }
  private Reply reply(Order order) { %s }
  private Reply plain(Order order) { return new Reply(order.getId()); }
}
"""
QUERY = "return new Reply(lines.findByOrder(order.getId()));"


@pytest.mark.parametrize(
    ("body", "inside", "is_told"),
    [
        pytest.param("return orders.findAll().stream().map(this::reply).toList();", QUERY, True, id="a method of the class for each row"),
        pytest.param("return orders.findAll().stream().map(this::plain).toList();", QUERY, False, id="one that asks nothing"),
        pytest.param("return orders.findById(1L).map(this::reply).orElseThrow();", QUERY, False, id="one row"),
        pytest.param("return ids.stream().map(lines::findByOrder).toList();", QUERY, True, id="a method of a repository"),
        pytest.param("return orders.findAll().stream().map(Reply::of).toList();", QUERY, False, id="of a class"),
        pytest.param("return orders.findAll().stream().map(names::get).toList();", QUERY, False, id="of a map"),
    ],
)  # fmt: skip
def test_methods_that_run_for_each_row(body: str, inside: str, *, is_told: bool) -> None:
    files = {**STORED, "src/main/java/a/Api.java": API % (body, inside)}
    assert bool(told(files, "query-in-loop")) is is_told


def test_of_overloads_the_one_that_takes_as_many() -> None:
    body = "int n = orders.findByStatus(name).size(); return orders.findByStatus(name, PageRequest.of(page, 20));"
    files = {**STORED, "src/main/java/a/Api.java": API % (body, QUERY)}
    found = {
        access.is_bounded for access in model_of(files).data.accesses if access.table == "orders"
    }
    assert found == {True, False}


def test_a_repository_is_about_its_own_entity() -> None:
    files = {
        **STORED,
        "src/main/java/a/Api.java": API
        % ("User user = null; return orders.findByUser(user);", QUERY),
    }
    assert {access.table for access in model_of(files).data.accesses} == {"orders", "Line"}


PAGED = """package %s;
import org.springframework.web.bind.annotation.*;
import org.springframework.data.domain.*;
@RestController public class Api {
  private final Orders orders;
  @GetMapping("/%s") public Object all(@RequestParam int page, @RequestParam int size) { %s }
}
"""
PAGES = "return orders.findAll(PageRequest.of(page, size));"


@pytest.mark.parametrize(
    ("body", "is_told"),
    [
        pytest.param(PAGES, True, id="nothing"),
        pytest.param("var rows = orders.findAll(PageRequest.of(0, size + 1)).getContent(); boolean more = rows.size() > size; return rows;", True, id="how many were read"),
        pytest.param("if (size > 100) { size = 100; } " + PAGES, False, id="a comparison"),
        pytest.param("return orders.findAll(PageRequest.of(page, Math.min(size, 100)));", False, id="the smaller of two"),
    ],
)  # fmt: skip
def test_what_bounds_a_page_size(body: str, *, is_told: bool) -> None:
    files = {
        "src/main/java/a/Order.java": ORDER,
        "src/main/java/a/Orders.java": ORDERS,
        "src/main/java/a/Api.java": PAGED % ("a", "orders", body),
    }
    assert bool(told(files, "unbounded-read")) is is_told


def test_one_finding_for_each_application() -> None:
    files: dict[str, str] = {}
    for name in ("cars", "rents"):
        files[f"{name}/pom.xml"] = f"<project><artifactId>{name}</artifactId></project>"
        files[f"{name}/src/main/java/{name}/Order.java"] = ORDER.replace(
            "package a", f"package {name}"
        )
        files[f"{name}/src/main/java/{name}/Orders.java"] = ORDERS.replace(
            "package a", f"package {name}"
        )
        files[f"{name}/src/main/java/{name}/Api.java"] = PAGED % (name, name, PAGES)
    assert {each.file.partition("/")[0] for each in told(files, "unbounded-read")} == {
        "cars",
        "rents",
    }


TABLE = """package a
import org.jetbrains.exposed.dao.id.IntIdTable
object Orders : IntIdTable("orders") { val name = text("name") }
"""
ROUTE = """package a
import io.ktor.server.routing.*
import org.jetbrains.exposed.sql.*
import org.jetbrains.exposed.sql.transactions.transaction
fun Route.orders() {
  get("/orders") {
    val limit = %s
    val rows = transaction { Orders.selectAll().limit(limit).toList() }
    call.respond(rows)
  }
}
fun ApplicationCall.requireQueryParameter(name: String): String = request.queryParameters[name] ?: throw BadRequest(name)
"""


@pytest.mark.parametrize(
    ("limit", "is_told"),
    [
        pytest.param('call.request.queryParameters["limit"]?.toIntOrNull() ?: 20', True, id="a default"),
        pytest.param('call.request.queryParameters["limit"]!!.toInt()', True, id="what must be there"),
        pytest.param('call.requireQueryParameter("limit").toInt()', True, id="a helper that only asks that it is there"),
        pytest.param('call.parameters["limit"]?.toInt()?.coerceIn(1, 100) ?: 20', False, id="bounded"),
        pytest.param("20", False, id="a number"),
    ],
)  # fmt: skip
def test_page_sizes_of_ktor(limit: str, *, is_told: bool) -> None:
    files = {"src/main/kotlin/a/Orders.kt": TABLE, "src/main/kotlin/a/Routes.kt": ROUTE % limit}
    assert bool(told(files, "unbounded-read")) is is_told


DSL = """package a;
import com.querydsl.core.types.dsl.BooleanExpression;
import com.querydsl.jpa.impl.JPAQueryFactory;
import org.springframework.web.bind.annotation.*;
import java.util.List;
%s
@RestController public class Api {
  private final JPAQueryFactory query;
  private static final QOrder ORDER = QOrder.order;
  @GetMapping("/orders/{user}") public List<Order> all(@PathVariable Long user) {
    return query.select(user.name).from(%s).innerJoin(line).on(line.order.eq(order.id)).where(%s).fetch();
  }
  private BooleanExpression isOpen() { return order.closedAt.isNull(); }
  private BooleanExpression ofUser(Long user) { if (user == null) return null; return order.userId.eq(user); }
}
"""


@pytest.mark.parametrize(
    ("imported", "about"),
    [
        pytest.param("import static a.QOrder.order;", "order", id="by its only name"),
        pytest.param("import a.QOrder;", "QOrder.order", id="by its class"),
        pytest.param("import static a.QOrder.*;", "order", id="all names of the class"),
        pytest.param("class Held { QOrder unused; }", "ORDER", id="a constant"),
    ],
)
def test_tables_of_querydsl(imported: str, about: str) -> None:
    files = {**STORED, "src/main/java/a/Api.java": DSL % (imported, about, "order.id.eq(user)")}
    assert [access.table for access in model_of(files).data.accesses] == ["orders"]


@pytest.mark.parametrize(
    ("conditions", "confidence"),
    [
        pytest.param("isOpen()", "high", id="nearly all"),
        pytest.param("isOpen(), order.id.eq(user)", "", id="one"),
        pytest.param("isOpen(), made(user)", "", id="what is not known"),
    ],
)
def test_conditions_that_functions_give(conditions: str, confidence: str) -> None:
    adds = 'package a;\nimport org.springframework.web.bind.annotation.*;\n@RestController public class Adds { private final Orders orders; @PostMapping("/orders") public Order add(@RequestBody Order order) { return orders.save(order); } }\n'
    files = {
        **STORED,
        "src/main/java/a/Adds.java": adds,
        "src/main/java/a/Api.java": DSL % ("import static a.QOrder.order;", "order", conditions),
    }
    assert [each.confidence.value for each in told(files, "unbounded-read")] == (
        [confidence] if confidence else []
    )


MAIL = """package a;
import jakarta.mail.*;
import java.util.Properties;
public class Mails {
  private Session session() {
    Properties told = new Properties();
    told.put("mail.smtp.host", "mail.example.com");
    return Session.getInstance(told);
  }
  public void send(Message message) throws MessagingException {
    Transport.send(message);
  }
}
"""


def test_a_finding_names_where_mail_is_set_up() -> None:
    found = told({"src/main/java/a/Mails.java": MAIL}, "missing-timeout")
    assert [[spot.line for spot in each.path if spot.line == 7] for each in found] == [[7]]
    assert [] == told(
        {"src/main/java/a/Mails.java": MAIL.replace("smtp.host", "smtp.timeout")}, "missing-timeout"
    )


STATUS = """package a
import io.ktor.server.routing.*
import org.jetbrains.exposed.sql.*
import org.jetbrains.exposed.sql.transactions.transaction
fun Route.orders() {
  post("/orders") { transaction { Orders.insert { it[name] = "a" } } }
  get("/orders") {
    val rows = transaction {
      val query = Orders.selectAll()
      if (status != null) { query.where { Orders.name eq status } }
      query.orderBy(Orders.id).map { it[Orders.name] }
    }
    call.respond(rows)
  }
}
"""


def test_a_finding_names_where_a_query_goes_on() -> None:
    found = told(
        {"src/main/kotlin/a/Orders.kt": TABLE, "src/main/kotlin/a/Routes.kt": STATUS},
        "unbounded-read",
    )
    assert [
        (each.line, [spot.line for spot in each.path if spot.line == 11]) for each in found
    ] == [(9, [11])]


MANAGED = """package a
import jakarta.persistence.*
@Entity @Table(name = "users") class User(@Id var id: Long)
class Users(private val em: EntityManager) {
  fun told(): Any = em.createQuery("select u from User u", User::class.java)%s
    .let { it }
}
"""


@pytest.mark.parametrize(
    ("end", "rows"),
    [
        pytest.param(".resultList", [(True, False)], id="all rows"),
        pytest.param(".setMaxResults(10).resultList", [(True, True)], id="some"),
        pytest.param(".singleResult", [(False, True)], id="one"),
        pytest.param(".getResultList()", [(True, False)], id="as in Java"),
        pytest.param("", [], id="not sent"),
    ],
)
def test_properties_of_queries_in_kotlin(end: str, rows: list[tuple[bool, bool]]) -> None:
    found = model_of({"src/main/kotlin/a/Users.kt": MANAGED % end}).data.accesses
    assert [(access.many, access.is_bounded) for access in found if access.table == "users"] == rows


def run_remotely(files: dict[str, str]) -> bool:
    model = model_of(files)
    return any(model.project.function(fn).name == "replies" for fn in model.called_remotely)


FIELDS = """package a;
%s
import java.util.*;
%s public class Fields {
  private final Lines lines; private final Orders orders;
  %s public List<Reply> replies() {
    List<Reply> found = new ArrayList<>();
    for (Order order : orders.findAll()) { found.add(new Reply(lines.findByOrder(order.getId()))); }
    return found;
  }
}
"""


@pytest.mark.parametrize(
    ("imported", "on", "mark", "is_told"),
    [
        pytest.param("import org.springframework.graphql.data.method.annotation.*;", "@Controller", "@QueryMapping", True, id="Spring for GraphQL"),
        pytest.param("import com.netflix.graphql.dgs.*;", "@DgsComponent", "@DgsQuery", True, id="DGS"),
        pytest.param("import org.eclipse.microprofile.graphql.*;", "@GraphQLApi", "@Query", True, id="MicroProfile"),
        pytest.param("import org.eclipse.microprofile.graphql.*;", "@GraphQLApi", "", False, id="no field"),
        pytest.param("", "", "", False, id="nobody asks"),
    ],
)  # fmt: skip
def test_fields_of_graphql(imported: str, on: str, mark: str, *, is_told: bool) -> None:
    assert (
        run_remotely({**STORED, "src/main/java/a/Fields.java": FIELDS % (imported, on, mark)})
        is is_told
    )


def test_fields_of_graphql_in_kotlin() -> None:
    text = """package a
import com.expediagroup.graphql.server.operations.Query
class Fields(private val lines: Lines, private val orders: Orders) : Query {
  fun replies(): List<Reply> = orders.findAll().map { Reply(lines.findByOrder(it.id)) }
}
"""
    assert run_remotely({**STORED, "src/main/kotlin/a/Fields.kt": text})
    assert not run_remotely(
        {**STORED, "src/main/kotlin/a/Fields.kt": text.replace("com.expediagroup.graphql", "shop")}
    )


ROUTED = {
    "properties": "spring.application.name=gate\nspring.cloud.gateway.routes[0].id=orders\nspring.cloud.gateway.routes[0].uri=http://orders\n",
    "yml": "spring:\n  cloud:\n    gateway:\n      routes:\n        - id: orders\n          uri: lb://orders\n",
}


@pytest.mark.parametrize("kind", ["properties", "yml"])
def test_gateways_that_wait(kind: str) -> None:
    place = f"gate/src/main/resources/application.{kind}"
    files = {
        place: ROUTED[kind],
        "gate/src/main/java/a/Gate.java": "package a;\npublic class Gate { }\n",
    }
    assert [each.file for each in told(files, "missing-timeout")] == [place]
    limit = "spring.cloud.gateway.httpclient.response-timeout=5s\n"
    assert [] == told({**files, "config/gate.properties": limit}, "missing-timeout")
    assert len(told({**files, "config/orders.properties": limit}, "missing-timeout")) == 1
    assert [] == told({place.replace("application", "messages"): ROUTED[kind]}, "missing-timeout")
    built = "package a;\npublic class Routes { Object made(Builder b) { return b.route(r -> r.metadata(RESPONSE_TIMEOUT_ATTR, 200)); } }\n"
    assert [] == told({**files, "gate/src/main/java/a/Routes.java": built}, "missing-timeout")


KEPT = """package a;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.stereotype.Service;
@Service public class Keeps {
  private final Orders orders;
  @Cacheable(value = "orders", key = "%s") public Order one(Long id, String role, String language) {
    %s
    return orders.findById(id).orElseThrow();
  }
}
"""
CHECK = 'if (!"ADMIN".equals(role)) { throw new IllegalStateException(); }'


@pytest.mark.parametrize(
    ("key", "body", "is_told"),
    [
        pytest.param("#id", CHECK, True, id="checked inside"),
        pytest.param("#id + #role", CHECK, False, id="part of the key"),
        pytest.param("#id", 'log.info("asked as {}", role);', False, id="only logged"),
        pytest.param("#id", "translate(language);", False, id="not who asks"),
        pytest.param("#root.args", CHECK, False, id="all that is given"),
    ],
)
def test_checks_inside_of_what_is_kept(key: str, body: str, *, is_told: bool) -> None:
    files = {**STORED, "src/main/java/a/Keeps.java": KEPT % (key, body)}
    assert bool(told(files, "cache-key-without-user")) is is_told


OLD = """package a
import io.ktor.server.routing.*
import org.jetbrains.exposed.sql.*
import org.jetbrains.exposed.sql.transactions.transaction
fun Route.orders(source: javax.sql.DataSource) {
  post("/orders") { transaction { Orders.insert { it[name] = "a" } } }
  get("/orders/{id}") { call.respond(transaction(Database.connect(%s)) { Orders.select { %s }.map { it[Orders.name] } }) }
}
"""


@pytest.mark.parametrize(
    ("condition", "is_told"),
    [("Orders.id eq id", False), ("Orders.name like term", True)],
)
def test_conditions_of_old_statements_of_exposed(condition: str, *, is_told: bool) -> None:
    files = {
        "src/main/kotlin/a/Orders.kt": TABLE,
        "src/main/kotlin/a/Routes.kt": OLD % ("source", condition),
    }
    assert bool(told(files, "unbounded-read")) is is_told


@pytest.mark.parametrize(("given", "is_told"), [("source", False), ("url", True)])
def test_connections_of_exposed(given: str, *, is_told: bool) -> None:
    files = {
        "src/main/kotlin/a/Orders.kt": TABLE,
        "src/main/kotlin/a/Routes.kt": OLD % (given, "Orders.id eq id"),
    }
    assert bool(told(files, "connection-per-request")) is is_told


KOTLIN_API = """package a
import org.springframework.web.bind.annotation.*
@RestController class Api(private val orders: Orders, private val lines: Lines) {
  @GetMapping("/orders") fun all(@RequestParam ids: List<Long>): Any = %s
  private fun reply(order: Order): Any = lines.findByOrder(order.id)
  private fun plain(order: Order): Any = order.id
}
"""


@pytest.mark.parametrize(
    ("body", "is_told"),
    [
        pytest.param("orders.findAll().map(::reply)", True, id="a function of the class"),
        pytest.param("orders.findAll().map(this::reply)", True, id="by this"),
        pytest.param("ids.map(lines::findByOrder)", True, id="a method of a repository"),
        pytest.param("orders.findAll().map(::plain)", False, id="one that asks nothing"),
        pytest.param("orders.findAll().let(::answer)", False, id="all at once"),
    ],
)
def test_functions_of_kotlin_that_run_for_each_row(body: str, *, is_told: bool) -> None:
    files = {**STORED, "src/main/kotlin/a/Api.kt": KOTLIN_API % body}
    assert bool(told(files, "query-in-loop")) is is_told
