"""What a request of the JVM reaches: methods handed over by name, resources handed to lambdas, generated queries."""

import pytest
from tests.review.cases import Case, findings

QUARKUS = {
    "src/main/java/org/acme/Hero.java": """package org.acme;
import jakarta.persistence.Entity;
@Entity public class Hero { public Long id; public String name; }
""",
    "src/main/java/org/acme/Heroes.java": """package org.acme;
import io.quarkus.hibernate.reactive.panache.PanacheRepository;
public class Heroes implements PanacheRepository<Hero> { }
""",
    "src/main/java/org/acme/HeroService.java": """package org.acme;
import io.smallrye.mutiny.Uni;
public class HeroService {
  private final Heroes heroes;
  public Uni<java.util.List<Hero>> all() {
    return this.heroes.listAll();
  }
  public Uni<java.util.List<Hero>> page(int page) {
    return this.heroes.findAll().page(page, 20).list();
  }
}
""",
}
RESOURCE = """package org.acme;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import io.smallrye.mutiny.Uni;
@Path("/heroes") public class HeroResource {
  private final HeroService heroes;
  @GET public Uni<String> page(java.util.Optional<Integer> page) { return %s; }
}
"""


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        pytest.param("page.map(this.heroes::page).orElseGet(this.heroes::all).map(Pages::of)", [6], id="a method handed over by name"),
        pytest.param("page.map(this.heroes::page).orElse(NONE).map(Pages::of)", [], id="only the page is asked for"),
        pytest.param("render(this.heroes.all)", [], id="a field of that name"),
    ],
)  # fmt: skip
def test_unbounded_reads_of_panache(body: str, lines: list[int]) -> None:
    case = Case(
        "heroes",
        {**QUARKUS, "src/main/java/org/acme/HeroResource.java": RESOURCE.replace("%s", body)},
    )
    assert lines == [found.line for found in findings(case, {"unbounded-read"})]


KTOR = """package a

import io.ktor.server.application.*
import io.ktor.server.routing.*
import javax.sql.DataSource

fun Application.module(board: Board) {
    routing { get("/messages") { call.respond(board.all()) } }
}
"""
BOARD = """package a

import javax.sql.DataSource

class Board(private val db: DataSource, private val dao: Dao) {
    suspend fun all(): List<Message> = run { %s }
}
interface Dao { suspend fun read(): List<Message> }
class KeptDao(private val db: DataSource) : Dao {
    override suspend fun read() = inBackground {
        db.connection.use {
            it.prepareStatement("SELECT * FROM messages").use { asked -> asked.executeQuery().use { rows -> all(rows) } }
        }
    }
}
suspend fun <T> inBackground(block: suspend () -> T): T = withContext(Dispatchers.IO) { block() }
"""


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        pytest.param("dao.read()", [12], id="through lambdas and an interface, a statement handed to a lambda"),
        pytest.param("db.connection.use { it.prepareStatement(\"SELECT * FROM messages LIMIT 20\").use { asked -> rows(asked.executeQuery()) } }", [], id="a statement with a limit"),
    ],
)  # fmt: skip
def test_unbounded_reads_of_ktor(body: str, lines: list[int]) -> None:
    case = Case("board", {"src/Routes.kt": KTOR, "src/Board.kt": BOARD.replace("%s", body)})
    assert lines == [found.line for found in findings(case, {"unbounded-read"})]


JPA = """package org.acme;
import jakarta.persistence.EntityManager;
import org.springframework.web.bind.annotation.*;
@RestController public class HeroController {
  private EntityManager em;
  @GetMapping("/heroes") public java.util.List<Hero> all() {
    var query = em.createQuery("SELECT h FROM Hero h ORDER BY h.id");
    %s
    return query.getResultList();
  }
  @PostMapping("/heroes") public void add(Hero hero) { em.persist(hero); }
}
"""


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        pytest.param(
            "query.setMaxResults(20);", [], id="a statement that is limited by a call of its own"
        ),
        pytest.param("query.setHint(HINT, true);", [9], id="a statement that is not"),
    ],
)
def test_statements_in_a_variable(body: str, lines: list[int]) -> None:
    hero = {path: text for path, text in QUARKUS.items() if path.endswith("/Hero.java")}
    case = Case(
        "heroes", {**hero, "src/main/java/org/acme/HeroController.java": JPA.replace("%s", body)}
    )
    assert lines == [found.line for found in findings(case, {"unbounded-read"})]


SQLDELIGHT = """package a

import a.data.OrdersQueries

class Orders(private val orders: OrdersQueries) {
    fun all(): List<Order> = orders.selectAll(100).executeAsList()
    suspend fun drop(id: Long) {
        orders.delete(id).await()
    }
    suspend fun one(id: Long): Order? = withContext(Dispatchers.IO) { orders.selectById(id).executeAsOneOrNull() }
}
"""
ORDERS = """package a

import io.ktor.server.application.*
import io.ktor.server.routing.*
%s
fun Application.module(orders: Orders) {
    routing {
        get("/orders") { call.respond(orders.all()) }
        delete("/orders/{id}") { call.respond(orders.drop(1)) }
        get("/orders/{id}") { call.respond(orders.one(1)) }
    }
}
"""


@pytest.mark.parametrize(
    ("imports", "lines"),
    [
        pytest.param("import app.cash.sqldelight.driver.jdbc.asJdbcDriver", {6, 8}, id="JDBC waits whatever is awaited"),
        pytest.param("import app.cash.sqldelight.driver.r2dbc.R2dbcDriver", {6}, id="another driver may suspend where it is awaited"),
    ],
)  # fmt: skip
def test_generated_queries_block_the_event_loop(imports: str, lines: set[int]) -> None:
    case = Case(
        "orders", {"src/Routes.kt": ORDERS.replace("%s", imports), "src/Orders.kt": SQLDELIGHT}
    )
    found = findings(case, {"blocking-call-in-async"})
    assert lines == {
        spot.line for each in found for spot in (*each.path, each) if spot.file == "src/Orders.kt"
    }
