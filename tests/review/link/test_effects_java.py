"""What Java's calls ask of databases and other services, from small classes written as people write them."""

import pytest
from tests.review.cases import model_of


def service(imports: str, fields: str, body: str) -> str:
    lines = "".join(f"import {each};\n" for each in imports.split())
    return f"package a;\n{lines}\nclass Service {{\n  {fields}\n  Object run(Order order, String sql, long id) throws Exception {{\n    {body}\n  }}\n}}\n"


ORDER = 'package a;\nimport jakarta.persistence.*;\n@Entity @Table(name = "orders") class Order { @Id Long id;\n @ManyToOne(fetch = FetchType.LAZY) Customer customer;\n @OneToMany List<Line> lines; }\n'
ORDERS = """package a;
import org.springframework.data.jpa.repository.*;
interface Orders extends JpaRepository<Order, Long> {
  List<Order> findByState(String state);
  Optional<Order> findByNumber(String number);
  Page<Order> findByCustomer(
      long customer,
      Pageable page);
  List<Order> findTop10ByOrderByIdDesc();
  @Query("select o from Order o join fetch o.lines where o.id = :id") Order withLines(long id);
  @Modifying @Query("update Order o set o.state = 'old'") int age();
  long countByState(String state);
}
"""
DATA, JDBC = (
    "org.springframework.data.domain.PageRequest",
    "org.springframework.jdbc.core.JdbcTemplate",
)

CASES = [
    pytest.param("", "Orders orders;", "return orders.findByState(sql);", ("read", True, False, "orders"), id="Spring Data: a derived query for many"),
    pytest.param("", "Orders orders;", "return orders.findByNumber(sql);", ("read", False, True, "orders"), id="Spring Data: a derived query for one"),
    pytest.param("", "Orders orders;", "return orders.findByCustomer(id, page);", ("read", True, True, "orders"), id="Spring Data: a page"),
    pytest.param("", "Orders orders;", "return orders.findTop10ByOrderByIdDesc();", ("read", True, True, "orders"), id="Spring Data: the first ten"),
    pytest.param("", "Orders orders;", "return orders.withLines(id);", ("read", False, True, "orders"), id="Spring Data: a query of its own"),
    pytest.param("", "Orders orders;", "return orders.age();", ("write", False, True, "orders"), id="Spring Data: a query that changes"),
    pytest.param("", "Orders orders;", "return orders.findAll();", ("read", True, False, "orders"), id="Spring Data: everything"),
    pytest.param(DATA, "Orders orders;", "return orders.findAll(PageRequest.of(0, 20));", ("read", True, True, "orders"), id="Spring Data: everything, in pages"),
    pytest.param("", "Orders orders;", "return orders.save(order);", ("write", False, True, "orders"), id="Spring Data: saved"),
    pytest.param("jakarta.persistence.EntityManager", "EntityManager em;", "return em.find(Order.class, id);", ("read", False, True, "orders"), id="JPA: by id"),
    pytest.param("jakarta.persistence.EntityManager", "EntityManager em;", "return em.createQuery(\"select o from Order o\", Order.class).getResultList();", ("read", True, False, "orders"), id="JPA: a list"),
    pytest.param("jakarta.persistence.EntityManager", "EntityManager em;", "return em.createQuery(\"select o from Order o\", Order.class).setMaxResults(20).getResultList();", ("read", True, True, "orders"), id="JPA: a bounded list"),
    pytest.param("jakarta.persistence.EntityManager", "EntityManager em;", "em.persist(order); return null;", ("write", False, True, "orders"), id="JPA: persisted, by the type of what is"),
    pytest.param(JDBC, "JdbcTemplate jdbc;", "return jdbc.query(\"select * from orders\", mapper);", ("read", True, False, "orders"), id="JdbcTemplate: many"),
    pytest.param(JDBC, "JdbcTemplate jdbc;", "return jdbc.queryForObject(\"select count(*) from orders\", Long.class);", ("read", False, True, "orders"), id="JdbcTemplate: one value"),
    pytest.param(JDBC, "JdbcTemplate jdbc;", "return jdbc.update(\"delete from orders where id = ?\", id);", ("write", False, True, "orders"), id="JdbcTemplate: a change"),
    pytest.param("org.jooq.DSLContext", "DSLContext dsl;", "return dsl.selectFrom(ORDERS).limit(10).fetch();", ("read", True, True, "ORDERS"), id="jOOQ: a bounded list"),
    pytest.param("org.jooq.DSLContext", "DSLContext dsl;", "return dsl.deleteFrom(ORDERS).where(ORDERS.ID.eq(id)).execute();", ("write", False, True, "ORDERS"), id="jOOQ: a change"),
    pytest.param("org.springframework.data.mongodb.core.MongoTemplate", "MongoTemplate mongo;", "return mongo.find(new Query(where(\"a\").is(1)).limit(5), Order.class);", ("read", True, True, "orders"), id="MongoTemplate: a bounded list"),
]  # fmt: skip


@pytest.mark.parametrize(("imports", "fields", "body", "expected"), CASES)
def test_queries(
    imports: str, fields: str, body: str, expected: tuple[str, bool, bool, str]
) -> None:
    files = {
        "src/a/Order.java": ORDER,
        "src/a/Orders.java": ORDERS,
        "src/a/Service.java": service(imports, fields, body),
    }
    (access,) = model_of(files).data.accesses
    assert expected[:3] == (access.op, access.many, access.is_bounded)
    assert expected[3].lower() == access.table.lower()


def test_mybatis_statements_come_from_xml() -> None:
    mapper = "package a;\ninterface OrderMapper { List<Order> all();\n int drop(long id); }\n"
    xml = '<mapper namespace="a.OrderMapper"><select id="all">select * from orders <where><if test="x">a = #{x}</if></where></select><delete id="drop">delete from orders where id = #{id}</delete></mapper>'
    made = service("", "OrderMapper mapper;", "mapper.all(); return mapper.drop(id);")
    accesses = model_of(
        {
            "src/a/OrderMapper.java": mapper,
            "src/a/Service.java": made,
            "src/main/resources/OrderMapper.xml": xml,
        }
    ).data.accesses
    assert [("read", True, "orders"), ("write", False, "orders")] == [
        (a.op, a.many, a.table) for a in accesses
    ]


EFFECTS = [
    pytest.param(
        "org.springframework.web.client.RestTemplate",
        "RestTemplate rest;",
        "return rest.getForObject(sql, String.class);",
        {"outgoing"},
        id="RestTemplate",
    ),
    pytest.param(
        "org.springframework.web.reactive.function.client.WebClient",
        "WebClient client;",
        "return client.get().uri(sql).retrieve().bodyToMono(String.class);",
        {"outgoing"},
        id="WebClient",
    ),
    pytest.param(
        "java.net.http.HttpClient",
        "HttpClient client;",
        "return client.send(request, handler);",
        {"outgoing"},
        id="the JDK's client",
    ),
    pytest.param(
        "okhttp3.OkHttpClient",
        "OkHttpClient client;",
        "return client.newCall(request).execute();",
        {"outgoing"},
        id="OkHttp",
    ),
    pytest.param(
        "java.sql.DriverManager",
        "",
        "return DriverManager.getConnection(sql);",
        {"connect"},
        id="a driver's connection",
    ),
    pytest.param(
        "com.zaxxer.hikari.HikariDataSource",
        "",
        "return new HikariDataSource();",
        {"pool"},
        id="a pool",
    ),
    pytest.param(
        "org.springframework.kafka.core.KafkaTemplate",
        "KafkaTemplate<String, String> kafka;",
        'return kafka.send("t", sql);',
        {"publish"},
        id="Kafka",
    ),
    pytest.param(
        "org.springframework.security.crypto.password.PasswordEncoder",
        "PasswordEncoder encoder;",
        "return encoder.encode(sql);",
        {"password-hash"},
        id="a password",
    ),
    pytest.param("java.util.Random", "", "return new Random();", {"random-weak"}, id="weak random"),
    pytest.param(
        "java.security.SecureRandom",
        "",
        "return new SecureRandom();",
        {"random-strong"},
        id="strong random",
    ),
    pytest.param(
        "java.util.Map",
        "Map<String, String> map;",
        "map.put(sql, sql); return map.get(sql);",
        set(),
        id="a map is no client",
    ),
    pytest.param(
        "java.util.List",
        "List<Order> all;",
        "return all.stream().findFirst();",
        set(),
        id="a list is no query",
    ),
]


@pytest.mark.parametrize(("imports", "fields", "body", "expected"), EFFECTS)
def test_effects(imports: str, fields: str, body: str, expected: set[str]) -> None:
    model = model_of(
        {"src/a/Order.java": ORDER, "src/a/Service.java": service(imports, fields, body)}
    )
    assert expected == {does.does for told in model.effects.of_call[1].values() for does in told}


def test_relations_are_lazy_by_jpas_defaults() -> None:
    (order,) = list(model_of({"src/a/Order.java": ORDER}).data.entities.values())
    assert {"customer": (False, True), "lines": (True, True)} == {
        name: (r.is_many, r.is_lazy) for name, r in order.relations.items()
    }
