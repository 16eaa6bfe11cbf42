"""What a call of Java or Kotlin runs: static imports, methods that are inherited, lambdas' parameters, generated getters, extensions."""

import pytest
from tests.review.cases import model_of

ENTITIES = """package com.acme.model;
import jakarta.persistence.*;
import lombok.Getter;
import java.util.*;
@Entity @Getter public class Order {
  @Id private Long id;
  @ManyToOne private Customer customer;
  @OneToMany private List<Line> lines;
  public Customer payer() { return customer; }
  public void close() { this.id = null; }
}
"""
CUSTOMER = """package com.acme.model;
public class Customer {
  private String name;
  public String title() { return name.trim(); }
}
"""
LINE = """package com.acme.model;
public class Line {
  private int count;
  public int total() { return count * 2; }
}
"""
CRUD = """package com.acme.base;
import org.springframework.data.jpa.repository.JpaRepository;
public interface Crud<T> {
  T findOne(Long id);
  T keep(T entity);
}
"""
CRUD_IMPL = """package com.acme.base;
import org.springframework.data.jpa.repository.JpaRepository;
public abstract class CrudImpl<T> implements Crud<T> {
  private JpaRepository<T, Long> rows;
  public T findOne(Long id) { return rows.findById(id).orElseThrow(); }
  public T keep(T entity) { return rows.save(entity); }
}
"""
SERVICES = """package com.acme.orders;
import com.acme.base.Crud;
import com.acme.model.Order;
import java.util.List;
public interface OrderService extends Crud<Order> { List<Order> open(); }
"""
SERVICE_IMPL = """package com.acme.orders;
import com.acme.base.CrudImpl;
import com.acme.model.Order;
import java.util.List;
public class OrderServiceImpl extends CrudImpl<Order> implements OrderService {
  public List<Order> open() { return List.of(); }
}
"""
REPOSITORY = """package com.acme.orders;
import com.acme.model.Order;
import org.springframework.data.jpa.repository.JpaRepository;
public interface OrderRepository extends JpaRepository<Order, Long> { }
"""
TEXTS = """package com.acme.texts;
public class Texts {
  public static String shorten(String text) { return text.trim(); }
  public static class Inner { public static String cut(String text) { return text.trim(); } }
}
"""
OTHER = """package com.acme.other;
public class Response { public static Response status(int code) { return new Response(); } }
"""
CALLER = """package com.acme.web;
import com.acme.model.*;
import com.acme.orders.*;
import static com.acme.texts.Texts.shorten;
import com.acme.texts.Texts.Inner;
import jakarta.ws.rs.core.Response;
import java.util.*;
public class Caller {
  private static final String FIRST = first();
  private static String first() { return "a".trim(); }
  private OrderService orders;
  private OrderRepository rows;
  void run(List<Order> list, Order one, Optional<Order> may) {
    %s
  }
  void own() { one(); }
  static void one() { "b".trim(); }
}
"""
FILES = {
    "src/main/java/com/acme/model/Order.java": ENTITIES,
    "src/main/java/com/acme/model/Customer.java": CUSTOMER,
    "src/main/java/com/acme/model/Line.java": LINE,
    "src/main/java/com/acme/base/Crud.java": CRUD,
    "src/main/java/com/acme/base/CrudImpl.java": CRUD_IMPL,
    "src/main/java/com/acme/orders/OrderService.java": SERVICES,
    "src/main/java/com/acme/orders/OrderServiceImpl.java": SERVICE_IMPL,
    "src/main/java/com/acme/orders/OrderRepository.java": REPOSITORY,
    "src/main/java/com/acme/texts/Texts.java": TEXTS,
    "src/main/java/com/acme/other/Response.java": OTHER,
}


def run_by(files: dict[str, str], path: str, name: str) -> set[str]:
    """Return what the calls of a name run, by file and label."""
    model = model_of(files)
    at = next(number for number, file in enumerate(model.files) if file.path == path)
    found = {
        fn
        for call in model.files[at].calls
        if call.name == name
        for fn in model.project.resolve_call(at, call)
    }
    return {f"{model.files[fn.file].path.rpartition('/')[2]} {model.label(fn)}" for fn in found}


@pytest.mark.parametrize(
    ("body", "name", "runs"),
    [
        pytest.param("", "first", "Caller.java Caller.first", id="in a field's initial value"),
        pytest.param('shorten("a");', "shorten", "Texts.java Texts.shorten", id="a static import"),
        pytest.param('Inner.cut("a");', "cut", "Texts.java Inner.cut", id="a nested class that is imported"),
        pytest.param('com.acme.texts.Texts.shorten("a");', "shorten", "Texts.java Texts.shorten", id="a whole name"),
        pytest.param("orders.findOne(1L);", "findOne", "CrudImpl.java CrudImpl.findOne", id="inherited by what implements an interface"),
        pytest.param("orders.findOne(1L).payer();", "payer", "Order.java Order.payer", id="a type parameter"),
        pytest.param("var order = orders.findOne(1L); order.close();", "close", "Order.java Order.close", id="a type parameter in a variable"),
        pytest.param("list.forEach(o -> o.close());", "close", "Order.java Order.close", id="a lambda's parameter"),
        pytest.param("list.stream().filter(o -> true).forEach(o -> { o.close(); });", "close", "Order.java Order.close", id="of a stream"),
        pytest.param("may.ifPresent(o -> o.close());", "close", "Order.java Order.close", id="of an optional"),
        pytest.param("one.getCustomer().title();", "title", "Customer.java Customer.title", id="a generated getter"),
        pytest.param("list.stream().map(Order::getCustomer).forEach(c -> c.title());", "title", "Customer.java Customer.title", id="mapped by name"),
        pytest.param("list.stream().map(o -> o.payer()).findFirst().get().title();", "title", "Customer.java Customer.title", id="mapped by a lambda"),
        pytest.param("list.stream().flatMap(o -> o.getLines().stream()).forEach(l -> l.total());", "total", "Line.java Line.total", id="flattened"),
        pytest.param("var first = list.stream().map(Order::payer).findFirst().orElseThrow(); first.title();", "title", "Customer.java Customer.title", id="a variable of a chain"),
        pytest.param("rows.findById(1L).orElseThrow().close();", "close", "Order.java Order.close", id="what a repository gives"),
    ],
)  # fmt: skip
def test_run(body: str, name: str, runs: str) -> None:
    path = "src/main/java/com/acme/web/Caller.java"
    assert run_by(FILES | {path: CALLER % body}, path, name) == {runs}


@pytest.mark.parametrize(
    ("body", "name"),
    [
        pytest.param("Response.status(200);", "status", id="a library's class of the same name"),
        pytest.param("list.close();", "close", id="a collection is not its element"),
        pytest.param("list.stream().map(o -> pick(o)).forEach(c -> c.title());", "title", id="mapped by something unknown"),
        pytest.param("map.put(1, 2);", "put", id="nothing known"),
    ],
)  # fmt: skip
def test_runs_nothing_of_ours(body: str, name: str) -> None:
    path = "src/main/java/com/acme/web/Caller.java"
    assert run_by(FILES | {path: CALLER % body}, path, name) == set()


KOTLIN = {
    "src/main/kotlin/a/Order.kt": "package a\n\nclass Order(val id: Long) {\n    fun close() { println(id) }\n}\n",
    "src/main/kotlin/b/Views.kt": """package b

import a.Order
import java.util.Optional

fun Order.toView(): String = "$id".trim()

interface Views {
    fun Optional<Order>.mapToView(): Optional<String> = map { it.toView() }
    fun Collection<Order>.mapToView(): List<String> = map { it.toView() }
}
""",
}
ORDERS = """package c

import a.Order
%s
class Orders(private val all: List<Order>)%s {
    fun views() = all.%s
}
"""


@pytest.mark.parametrize(
    ("imports", "bases", "body", "name", "runs"),
    [
        pytest.param("import b.toView", "", "first().toView()", "toView", {"Views.kt Order.toView"}, id="imported"),
        pytest.param("import b.*", "", "map { it.toView() }", "toView", {"Views.kt Order.toView"}, id="of a package, on it"),
        pytest.param("import b.Views", " : Views", "mapToView()", "mapToView", {"Views.kt Optional.mapToView", "Views.kt Collection.mapToView"}, id="of what the class implements"),
        pytest.param("", "", "forEach { it.close() }", "close", {"Order.kt Order.close"}, id="the lambda's own parameter"),
        pytest.param("", "", "let { it.close() }", "close", set(), id="all of the list"),
    ],
)  # fmt: skip
def test_extensions(imports: str, bases: str, body: str, name: str, runs: set[str]) -> None:
    path = "src/main/kotlin/c/Orders.kt"
    files = KOTLIN | {path: ORDERS % (imports, bases, body)}
    assert run_by(files, path, name) == runs


CLASSES = """package com.acme.orders;
import com.acme.model.Order;
public class Reader {
  void read(Handle handle, EntityManager manager, String text) {
    %s
  }
}
"""


@pytest.mark.parametrize(
    ("body", "runs"),
    [
        pytest.param("var order = manager.find(Order.class, 1L); order.close();", {"Order.java Order.close"}, id="of a class that is handed over"),
        pytest.param("manager.createQuery(text, Order.class).getResultList().forEach(o -> o.close());", {"Order.java Order.close"}, id="a query's rows"),
        pytest.param("handle.attach(Order.class).close();", {"Order.java Order.close"}, id="in a chain"),
        pytest.param("handle.check(Order.class).close();", set(), id="a method that may give anything"),
    ],
)  # fmt: skip
def test_class_literals(body: str, runs: set[str]) -> None:
    path = "src/main/java/com/acme/orders/Reader.java"
    assert run_by(FILES | {path: CLASSES % body}, path, "close") == runs


DAO = """package com.acme.orders;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
public interface OrderDao {
  @SqlQuery("SELECT * FROM orders WHERE id = :id")
  Order one(long id);
}
"""
USES_DAO = """package com.acme.orders;
import org.jdbi.v3.core.Handle;
public class Uses {
  void run(Handle jdbiHandle) {
    jdbiHandle.attach(OrderDao.class).one(1);
    jdbiHandle.createQuery("SELECT * FROM lines").mapTo(Line.class).list();
  }
}
"""


def test_accesses_of_jdbi() -> None:
    model = model_of({"a/OrderDao.java": DAO, "a/Uses.java": USES_DAO})
    found = {(access.table, access.many) for access in model.data.accesses}
    assert found == {("orders", False), ("lines", True)}
