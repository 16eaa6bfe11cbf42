"""MongoDB's collections: those that functions of the project give, those that types name, and what they are called."""

import pytest
from tests.review.cases import model_of

STORAGE = "import { Collection, Db } from 'mongodb';\nexport default class Storage {\n  private db: Db;\n  public getCollection<T>(tenant: string, name: string): Collection<T> { return this.db.collection<T>(`${tenant}.${name}`); }\n}\n"
NAMES = "export const ORDERS = 'orders';\nexport const names = { users: 'app-users' };\n"
ASKED = [
    pytest.param("async all(tenant) { return this.storage.getCollection<any>(tenant.id, 'orders').find({}).toArray(); }", "read", "orders", id="of a function"),
    pytest.param("async all(tenant) { const found = this.storage.getCollection(tenant.id, ORDERS); return found.find({}).toArray(); }", "read", "orders", id="in a variable, by a constant"),
    pytest.param("async add(orders: Collection<Order>, order) { await orders.insertOne(order); }", "write", "orders", id="a parameter of the type"),
    pytest.param("async drop(db, id) { await db.collection(names.users).deleteOne({ id }); }", "write", "app-users", id="a name in an object"),
    pytest.param("async all(db) { return db.collection(LOCAL).findOne({}); }", "read", "local-orders", id="a constant of the file"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "op", "table"), ASKED)
def test_a_query_of_a_collection_is_known_with_its_name(method, op, table):
    model = model_of(
        {
            "storage.ts": STORAGE,
            "names.ts": NAMES,
            "orders.ts": f"import {{ Collection }} from 'mongodb';\nimport Storage from './storage';\nimport {{ ORDERS, names }} from './names';\nconst LOCAL = 'local-orders';\nexport class Orders {{\n  constructor(private storage: Storage) {{}}\n  {method}\n}}\n",
        }
    )
    found = [(a.op, a.table) for accesses in model.data.by_function.values() for a in accesses]
    assert (op, table) in found


def test_a_collection_of_another_library_is_a_list():
    model = model_of(
        {
            "storage.ts": "import { MongoClient } from 'mongodb';\n",
            "orders.ts": "import { Collection } from '@shop/lists';\nexport async function add(things: Collection<Order>, order) { await things.insertOne(order); }\n",
        }
    )
    assert [] == [a for accesses in model.data.by_function.values() for a in accesses]
