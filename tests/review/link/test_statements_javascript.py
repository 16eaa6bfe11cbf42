"""Statements in templates: the table is what a constant holds that is put in."""

import pytest
from tests.review.cases import model_of

TABLES = "export const ORDERS = 'orders';\nexport const Tables = { USERS: 'app_users' };\n"
STATEMENTS = [
    pytest.param("select * from ${ORDERS} o where o.id = :id", "orders", id="a constant"),
    pytest.param("insert into ${Tables.USERS} (id) values (:id)", "app_users", id="an entry of an object"),
    pytest.param("with x as (select id from ${ORDERS}) select * from x", "orders", id="a part with a name"),
    pytest.param("select id from ${ORDERS} where a = '${Status.NEW}' for update skip locked", "orders", id="a locked row"),
    pytest.param("update ${LOCAL} set a = 1", "local_orders", id="a constant of the file"),
    pytest.param("select * from ${table} where id = :id", "", id="what is not known"),
    pytest.param("select a from users where ${alias}.id = 1", "users", id="a plain name"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "table"), STATEMENTS)
def test_a_statement_is_about_the_table_of_a_constant(sql, table):
    model = model_of(
        {
            "src/tables.ts": TABLES,
            "src/constants.ts": "export * from './tables';\n",
            "src/orders.ts": "import mysql from 'mysql2';\nimport { ORDERS, Tables } from './constants';\nconst LOCAL = 'local_orders';\nexport class OrdersDb {\n  async find(table, alias, id) { return this.db.execute(`" + sql + "`, { id }); }\n}\n",
        }
    )  # fmt: skip
    assert [table] == [a.table for accesses in model.data.by_function.values() for a in accesses]
