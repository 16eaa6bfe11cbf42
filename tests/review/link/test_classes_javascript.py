"""TypeScript's classes: those that modules hand on, and what their getters give."""

from tests.review.cases import model_of

PACKAGES = {
    "libs/shop/package.json": '{"name": "@shop/orders", "main": "dist/index.js"}',
    "libs/shop/src/index.ts": "export * from './orders';",
    "libs/shop/src/orders/index.ts": "export * from './store';",
    "libs/shop/src/orders/store.ts": "export class Store { find() { return 1; } }",
    "libs/app/package.json": '{"name": "@shop/caches", "main": "dist/index.js"}',
    "libs/app/src/index.ts": "export class Store { find() { return 2; } }",
}


def run(files, path, name):
    """Return the functions that the call of a name in a file runs, each with its file."""
    model = model_of(files)
    at = next(n for n, file in enumerate(model.files) if file.path == path)
    call = next(each for each in model.files[at].calls if each.name == name)
    found = model.project.resolve_call(at, call)
    return [(model.files[fn.file].path, model.label(fn)) for fn in found]


def test_a_class_is_that_of_the_package_that_hands_it_on():
    use = "import { Store } from '@shop/orders';\nexport class Use { constructor(private store: Store) {} run() { return this.store.find(); } }\n"
    found = run({**PACKAGES, "libs/app/src/use.ts": use}, "libs/app/src/use.ts", "find")
    assert found == [("libs/shop/src/orders/store.ts", "Store.find")]


GETTER = "import { Queue } from 'bullmq';\nexport class Queues { private made: Queue; get queue(): Queue { return this.made; } get jobs(): Jobs { return new Jobs(); } count() { return 1; } }\nexport class Jobs { waiting() { return 1; } }\n"


def test_a_call_on_what_a_getter_gives_runs_the_method_of_its_class():
    use = "import { Queues } from './queues';\nexport class Use { constructor(private queues: Queues) {} run() { return this.queues.jobs.waiting(); } }\n"
    assert run({"queues.ts": GETTER, "use.ts": use}, "use.ts", "waiting") == [
        ("queues.ts", "Jobs.waiting")
    ]


LIBRARIES = {"package.json": '{"dependencies": {"bullmq": "5", "@shop/logs": "1"}}'}


def test_a_call_on_what_a_getter_gives_of_a_library_is_the_librarys():
    use = "import { Queues } from './queues';\nexport class Use { constructor(private queues: Queues) {} getWaitingCount() { return this.queues.queue.getWaitingCount(); } }\n"
    assert run({**LIBRARIES, "queues.ts": GETTER, "use.ts": use}, "use.ts", "getWaitingCount") == []


def test_a_librarys_type_may_be_a_base_of_the_class_that_has_the_method():
    heir = "import { Queue } from 'bullmq';\nexport class OwnQueue extends Queue { drainSlowly() { return 1; } }\n"
    use = "import { Queue } from 'bullmq';\nexport function run(queue: Queue) { return queue.drainSlowly(); }\n"
    found = run({**LIBRARIES, "own.ts": heir, "use.ts": use}, "use.ts", "drainSlowly")
    assert found == [("own.ts", "OwnQueue.drainSlowly")]


def test_a_type_of_a_module_of_the_project_says_nothing_against_a_method():
    store = "export class Orders { findRecent() { return 1; } }\n"
    use = "import type { Store } from './types';\nexport function run(orders: Store) { return orders.findRecent(); }\n"
    files = {
        **LIBRARIES,
        "orders.ts": store,
        "types.ts": "export type Store = unknown;\n",
        "use.ts": use,
    }
    assert run(files, "use.ts", "findRecent") == [("orders.ts", "Orders.findRecent")]


def test_what_is_asked_of_a_getter_whose_class_has_heirs_is_a_query_as_before():
    db = "export abstract class Executor { abstract execute(sql: string); }\nexport class MyExecutor extends Executor { execute(sql: string) { return run(sql); } }\n"
    lazy = "import { Executor } from './db';\nexport class Lazy { protected get db(): Executor { return this.supply(); } }\nexport class Orders extends Lazy { all() { return this.db.execute('SELECT * FROM orders'); } }\n"
    mysql = "import mysql from 'mysql2';\nexport const pool = mysql.createPool({});\n"
    model = model_of({"db.ts": db, "orders.ts": lazy, "pool.ts": mysql})
    assert [a.table for told in model.data.by_function.values() for a in told] == ["orders"]
