"""Generic repositories: what heirs inherit are queries of the model that they hand to the base."""

import pytest
from tests.review.cases import model_of

BASE = """import { Model } from 'mongoose';
export class BaseRepository<T, E> {
  public _model: Model<T>;
  constructor(protected StoredModel: Model<T>, protected entity: Ctor<E>) { this._model = StoredModel; this.model = StoredModel; }
  async findOne(query) { return this.model.findOne(query); }
  async findOrFail(query) { const found = await this.findOne(query); if (!found) throw new Error('none'); return found; }
  async find(query, select = '', options: { limit?: number } = {}) { return this.model.find(query, select).limit(options.limit as number).lean(); }
  async all(query) { return this.model.find(query); }
  async few(query, limit = 20) { return this.model.find(query).limit(limit); }
  async page({ query, limit }) { return this.model.find(query).limit(limit + 1); }
  async *batches(query) { for await (const row of this.model.find(query).cursor()) yield row; }
  async add(data) { const newRow = new this.model(data); return newRow.save(); }
  async addMany(rows) { return this.model.insertMany(rows); }
  map(row) { return this.entity.of(row); }
}
"""
ORDERS = """import { BaseRepository } from './base';
import { Order } from './order.schema';
export class OrderRepository extends BaseRepository<OrderRow, OrderEntity> {
  constructor() { super(Order, OrderEntity); }
  async ofCustomer(customer) { return %s; }
}
"""
READ, WRITE = ("read", "Order"), ("write", "Order")


def accesses(files, path):
    model = model_of(files)
    return [
        (a.op, a.table, a.many, a.is_bounded)
        for told in model.data.by_function.values() for a in told
        if model.files[a.at].path == path
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("call", "known"),
    [
        pytest.param("this.findOne({ customer })", [(*READ, False, True)], id="one row"),
        pytest.param("this.findOrFail({ customer })", [(*READ, False, True)], id="by another method of the base"),
        pytest.param("this.all({ customer })", [(*READ, True, False)], id="many rows"),
        pytest.param("super.all({ customer })", [(*READ, True, False)], id="of the base by name"),
        pytest.param("this.find({ customer })", [(*READ, True, False)], id="a limit that is not given"),
        pytest.param("this.find({ customer }, '', { limit: 5 })", [(*READ, True, True)], id="a limit that is given"),
        pytest.param("this.find({ customer }, '', { sort: 1 })", [(*READ, True, False)], id="other options"),
        pytest.param("this.few({ customer })", [(*READ, True, True)], id="a limit by default"),
        pytest.param("this.page({ query: { customer }, limit: 5 })", [(*READ, True, True)], id="in one object"),
        pytest.param("this.batches({ customer })", [(*READ, True, True)], id="one by one"),
        pytest.param("this.add({ customer })", [(*WRITE, False, True)], id="a new row that is saved"),
        pytest.param("this.addMany([])", [(*WRITE, False, True)], id="many written at once"),
        pytest.param("this._model.find({ customer })", [(*READ, True, False)], id="of the model itself"),
        pytest.param("this.map(customer)", [], id="no query"),
    ],
)  # fmt: skip
def test_what_an_heir_inherits_is_a_query_of_its_model(call, known):
    assert known == accesses({"base.ts": BASE, "orders.ts": ORDERS % call}, "orders.ts")


PACKAGE = {
    "libs/store/package.json": '{"name": "@shop/store", "main": "dist/index.js", "types": "dist/index.d.ts"}',
    "libs/store/src/index.ts": "export * from './orders';",
    "libs/store/src/orders/index.ts": "export * from './orders';",
    "libs/store/src/orders/base.ts": BASE,
    "libs/store/src/orders/orders.ts": ORDERS % "1",
}
USE = """import { OrderRepository } from '@shop/store';
export class ListOrders {
  constructor(private orders: OrderRepository) {}
  async execute(command) { return this.orders.all({ customer: command.customer }); }
}
"""


def test_a_repository_of_another_package_that_is_built():
    assert accesses({**PACKAGE, "apps/api/list.ts": USE}, "apps/api/list.ts") == [
        (*READ, True, False)
    ]


HEIRS = [
    pytest.param("constructor(@InjectModel(Order.name) orders: Model<OrderDocument>) { super(orders, X); }", "Order", id="injected by a mark"),
    pytest.param("constructor(orders: Model<Order>) { super(orders, X); }", "Order", id="injected by its type"),
    pytest.param("constructor() { super(mongoose.model('Order', schema), X); }", "Order", id="made on the spot"),
    pytest.param("constructor() { super(models.Order, X); }", "Order", id="of a module"),
    pytest.param("constructor(private db: DbService) { super(db, X); }", None, id="no model"),
    pytest.param("constructor(...all) { super(...all); }", None, id="not to be seen"),
]  # fmt: skip


@pytest.mark.parametrize(("constructor", "table"), HEIRS)
def test_which_model_is_handed(constructor, table):
    heir = f"import {{ BaseRepository }} from './base';\nexport class Orders extends BaseRepository<Row, X> {{ {constructor}\n of(customer) {{ return this.all({{ customer }}); }} }}\n"
    assert [a[1] for a in accesses({"base.ts": BASE, "orders.ts": heir}, "orders.ts")] == (
        [table] if table else []
    )


def test_a_model_goes_through_classes_between():
    middle = "import { BaseRepository } from './base';\nexport class Stored<T> extends BaseRepository<T, X> { constructor(kind, model: Model<T>) { super(model, X); } }\nexport class Plain<T> extends Stored<T> {}\n"
    heir = "import { Plain } from './middle';\nexport class Orders extends Plain<Row> { constructor() { super('order', Order); } of(customer) { return this.all({ customer }); } }\n"
    files = {"base.ts": BASE, "middle.ts": middle, "orders.ts": heir}
    assert accesses(files, "orders.ts") == [(*READ, True, False)]


def test_an_interface_that_one_heir_fills_with_what_it_inherits():
    files = {
        "base.ts": BASE,
        "orders.ts": "import { BaseRepository } from './base';\nexport interface Orders { all(query); }\nexport class MongoOrders extends BaseRepository<Row, X> implements Orders { constructor() { super(Order, X); } }\n",
        "use.ts": "import { Orders } from './orders';\nexport class List { constructor(@Inject('ORDERS') private orders: Orders) {} execute(c) { return this.orders.all({ c }); } }\n",
    }
    assert accesses(files, "use.ts") == [(*READ, True, False)]


NO_MODELS = [
    pytest.param("all() { return this.prisma.order.findMany(); }", "prisma", id="a client for all tables"),
    pytest.param("all(sql) { return this.pool.query('SELECT 1'); }", "pool", id="a statement"),
    pytest.param("all() { return this.db.collection('orders').find({}); }", "db", id="what is asked is said"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "field"), NO_MODELS)
def test_a_client_is_no_model(method, field):
    base = f"import {{ PrismaClient }} from '@prisma/client';\nimport {{ Pool }} from 'pg';\nimport {{ Db }} from 'mongodb';\nexport class Base {{ constructor(protected {field}) {{}}\n {method} }}\n"
    heir = "import { Base } from './base';\nexport class Orders extends Base { constructor() { super(Shop); } list() { return this.all(); } }\n"
    assert accesses({"base.ts": base, "orders.ts": heir}, "orders.ts") == []


DECLARED = [
    pytest.param("constructor(@InjectModel(Cat.name) private cats: Model<Cat>) {}\n list() { return this.cats.find({}); }", [("read", "Cat", True, False)], id="of the library's model"),
    pytest.param("constructor(private cats: Model<Cat>) {}\n add(cat) { return this.cats.create(cat); }", [("write", "Cat", False, True)], id="written"),
    pytest.param("list(cats: Model<Cat>) { return cats.find({}); }", [("read", "Cat", True, False)], id="a parameter"),
    pytest.param("constructor(private cats: Shelf<Cat>) {}\n list() { return this.cats.find({}); }", [], id="something else of cats"),
    pytest.param("private cats: SoftDeleteModel;\n constructor() { this.cats = Cat; }\n drop(query) { return this.cats.delete(query); }", [("write", "Cat", False, True)], id="a plugin's deletion"),
    pytest.param("private cats: SoftDeleteModel;\n constructor() { this.cats = Cat; }\n gone(query) { return this.cats.findDeleted(query); }", [("read", "Cat", True, False)], id="what a plugin deleted"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "known"), DECLARED)
def test_what_is_declared_as_a_model_is_asked(body, known):
    cats = f"import {{ Model }} from 'mongoose';\nimport {{ SoftDeleteModel }} from 'mongoose-delete';\nimport {{ Shelf }} from './shelf';\nexport class Cats {{\n {body}\n}}\nexport class Cat {{ name: string; }}\n"
    assert accesses({"cats.ts": cats}, "cats.ts") == known
