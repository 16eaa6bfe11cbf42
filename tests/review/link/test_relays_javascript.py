"""JavaScript: functions of the project that only hand on the SQL that they are given."""

import pytest
from tests.review.cases import model_of

POOL = "const { Pool } = require('pg');\nconst pool = new Pool();\n"
CALLER = "const db = require('./db');\nexports.list = async (req, res) => { const { rows } = await db.query('SELECT * FROM orders', []); res.json(rows); };\n"
MODULES = [
    pytest.param(POOL + "module.exports = { query: (text, params) => pool.query(text, params) };", ("orders", True), id="in an object"),
    pytest.param(POOL + "exports.query = async (text, params) => { const told = await pool.query(text, params); return told; };", ("orders", True), id="by its name"),
    pytest.param(POOL + "const query = (sql) => new Promise((resolve, reject) => { pool.query(sql, (e, rows) => { if (e) return reject(e); resolve(rows); }); });\nmodule.exports = { query };", ("orders", True), id="as a promise"),
    pytest.param(POOL + "exports.query = async (text, params) => { const told = await pool.query(text, params); return told.rows[0]; };", ("orders", False), id="the first row"),
    pytest.param(POOL + "exports.query = async (name) => { const text = texts[name]; return pool.query(text); };", None, id="a text of its own"),
    pytest.param("exports.query = (text) => search.find(text);", None, id="no database"),
]  # fmt: skip


@pytest.mark.parametrize(("module", "expected"), MODULES)
def test_a_call_of_a_function_that_hands_sql_on_is_a_query(module, expected):
    model = model_of({"src/db.js": module, "src/orders.js": CALLER})
    found = [
        (access.table, bool(access.many))
        for fn, accesses in model.data.by_function.items()
        for access in accesses
        if model.files[fn.file].path == "src/orders.js"
    ]
    assert found == ([expected] if expected else [])


BOUND = [
    pytest.param("const query = util.promisify(pool.query).bind(pool);\nmodule.exports = { query };", "const { query } = require('./store');", "query", ["orders"], id="as a promise"),
    pytest.param("exports.run = pool.query.bind(pool);", "const store = require('./store');", "store.run", ["orders"], id="bound, and exported"),
    pytest.param("const query = util.promisify(pool.query).bind(pool);\nmodule.exports = { query };", "const { query } = require('./other');", "query", [], id="of another module"),
    pytest.param("const query = util.promisify(fs.readFile);\nmodule.exports = { query };", "const { query } = require('./store');", "query", [], id="no query"),
]  # fmt: skip


@pytest.mark.parametrize(("module", "head", "name", "tables"), BOUND)
def test_a_query_of_a_driver_under_a_name_of_its_own(module, head, name, tables):
    start = "const mysql = require('mysql');\nconst util = require('util');\nconst pool = mysql.createPool({});\n"
    caller = f"{head}\nexports.list = async () => {{ const rows = await {name}('SELECT * FROM orders'); return rows; }};\n"
    model = model_of(
        {
            "src/store.js": start + module,
            "src/orders.js": caller,
            "src/other.js": "exports.query = (x) => x;",
        }
    )
    assert tables == [
        access.table for accesses in model.data.by_function.values() for access in accesses
    ]
