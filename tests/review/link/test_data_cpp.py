"""C++: which calls ask a database, and for which table."""

import pytest
from tests.review.cases import model_of

from backwright.review.link.model import Model

OATPP = """#include "oatpp-postgresql/orm.hpp"
class OrderDb : public oatpp::orm::DbClient {
public:
  QUERY(all,
        "SELECT * FROM orders LIMIT :limit;",
        PREPARE(true),
        PARAM(oatpp::UInt32, limit))

  QUERY(remove, "DELETE FROM orders WHERE id=:id;", PARAM(oatpp::Int32, id));
  int own(int x) { return x; }
};
"""
SERVICE = """#include "OrderDb.hpp"
class OrderService {
  OATPP_COMPONENT(std::shared_ptr<OrderDb>, m_db);
public:
  void list() { m_db->all(20); }
  void drop(int id) { m_db->remove(id); }
  void together(int id) { m_db->remove(id, connection); }
  void neither(int id) { m_db->own(id); }
};
"""
MAPPER = """#include <drogon/orm/Mapper.h>
void work() {
  Mapper<Order> found(client);
  %s
}
"""
ORMPP = """#include <ormpp/dbng.hpp>
struct orders_t { int id; };
void work() {
  auto conn = connection_pool<dbng<mysql>>::instance().get();
  orders_t made{};
  %s
}
"""
TEXTS = """#include <x.hpp>
namespace sql { const Query kAll{"SELECT id FROM orders", Query::Name{"all"}}; }
void work() {
  %s
}
"""


def _accesses(model: Model) -> list[tuple[str, str, str, bool | None]]:
    return [
        (model.project.function(fn).name, a.op, a.table, a.many)
        for fn, all_ in model.data.by_function.items()
        for a in all_
    ]


def test_a_declared_query_is_asked_where_it_is_called() -> None:
    found = _accesses(model_of({"src/OrderDb.hpp": OATPP, "src/OrderService.hpp": SERVICE}))
    assert [
        ("list", "read", "orders", False),
        ("drop", "write", "orders", False),
        ("together", "write", "orders", False),
    ] == found


@pytest.mark.parametrize(
    ("source", "body", "expected"),
    [
        pytest.param(MAPPER, "found.findAll();", ("read", "Order", True), id="a mapper's model, whatever it is called"),
        pytest.param(MAPPER, "found.findBy(Criteria(Order::Cols::_state, state));", ("read", "Order", True), id="by a column that many share"),
        pytest.param(MAPPER, "found.findBy(Criteria(Order::Cols::_id, id));", ("read", "Order", False), id="by its number"),
        pytest.param(MAPPER, "found.findBy(Criteria(Order::Cols::_id, CompareOperator::In, ids));", ("read", "Order", True), id="by many numbers"),
        pytest.param(MAPPER, "found.findBy(Criteria(Order::Cols::_owner_id, id));", ("read", "Order", True), id="by another's number"),
        pytest.param(MAPPER, "client->execSqlSync(text);", ("raw", "", None), id="a client is no table"),
        pytest.param(ORMPP, "conn->select(all).from<orders_t>().collect();", ("read", "orders_t", True), id="collected from a type"),
        pytest.param(ORMPP, "conn->select(all).from<orders_t>().where(col(&orders_t::id) == 1).collect();", ("read", "orders_t", None), id="with a condition"),
        pytest.param(ORMPP, "conn->select(count(col(&orders_t::id))).from<orders_t>().collect();", ("read", "orders_t", False), id="counted"),
        pytest.param(ORMPP, "conn->insert(made);", ("write", "orders_t", False), id="an object of a type"),
        pytest.param(ORMPP, "conn->update_some<&orders_t::id, &orders_t::state>(made, text);", ("write", "orders_t", False), id="columns of a type"),
        pytest.param(TEXTS, "pg_cluster->Execute(ClusterHostType::kMaster, sql::kAll, id);", ("raw", "orders", None), id="a text kept under a name"),
        pytest.param(TEXTS, "transaction.Execute(sql::kAll, id);", ("raw", "orders", None), id="the text comes first"),
        pytest.param(TEXTS, 'pqxx::work order(c); order.exec("SELECT id FROM orders");', ("raw", "orders", None), id="libpqxx, by its type"),
        pytest.param(TEXTS, 'session << "INSERT INTO orders(id) VALUES(:id)", use(id);', ("raw", "orders", False), id="SOCI"),
        pytest.param(TEXTS, 'rowset<row> all = (sql.prepare << "SELECT id FROM orders", use(id));', ("raw", "orders", None), id="a prepared statement of SOCI"),
    ],
)  # fmt: skip
def test_table_and_rows(source: str, body: str, expected: tuple[str, str, bool | None]) -> None:
    assert [("work", *expected)] == _accesses(model_of({"src/work.cpp": source % body}))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('session << "hello", flush();', id="a text that is no SQL"),
        pytest.param('std::cout << "SELECT 1", done();', id="what is printed"),
        pytest.param("gallery.select(all).from(shelf);", id="another kind of choice"),
        pytest.param(
            "ctx.stream(size); window.exec(flow);", id="what only ends like a transaction"
        ),
    ],
)
def test_what_asks_no_database(body: str) -> None:
    assert [] == _accesses(model_of({"src/work.cpp": TEXTS % body}))
