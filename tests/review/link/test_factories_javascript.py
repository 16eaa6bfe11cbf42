"""JavaScript: calls on objects that functions of the project make, by what they are assigned from, else by what they are called."""

import pytest
from tests.review.cases import model_of

STORE = """
import { save } from './save';
const performFind = (db) => async (id) => db.collection('orders').findOne({ id });
export const createOrderStore = (db) => () => ({
  find: performFind(db),
  keep: async (order) => save(order),
  drop,
});
async function drop(id) { return id; }
"""
USERS = """
export function makeUserService({ store }) {
  async function find(id) { return store.get(id); }
  const service = { find, list: () => [] };
  return service;
}
"""


def led_to(source, name):
    model = model_of(
        {
            "store.js": STORE,
            "users.js": USERS,
            "memory.test.js": "export const createOrderStore = () => ({ find: () => 1 });\n",
            "other.js": "export const helpers = { find(id) { return id; }, keep() {}, drop() {}, list() {} };\n",
            "app.js": source,
        }
    )
    at = next(n for n, file in enumerate(model.files) if file.path == "app.js")
    call = next(call for call in model.files[at].calls if call.name == name)
    return [
        (model.files[fn.file].path, model.project.function(fn).line)
        for fn in model.project.resolve_call(at, call)
    ]


LED = [
    pytest.param("export const handler = async ({ orderStore }) => orderStore.find(1);", "find", [("store.js", 3)], id="a parameter called like its maker"),
    pytest.param("export const handler = async (request) => request.app.orderStore.keep(1);", "keep", [("store.js", 6)], id="a field called like its maker"),
    pytest.param("export const handler = async ({ orderStore }) => orderStore.drop(1);", "drop", [("store.js", 9)], id="a function of the file"),
    pytest.param("import { makeUserService } from './users';\nconst users = makeUserService({});\nexport const handler = () => users.find(1);", "find", [("users.js", 3)], id="a variable that was assigned from it"),
    pytest.param("import { makeUserService } from './users';\nexport const handler = () => { const people = makeUserService({}); return people.list(); };", "list", [("users.js", 4)], id="an object in a variable"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "name", "expected"), LED)
def test_a_call_leads_to_the_object_that_a_function_makes(source, name, expected):
    assert expected == led_to(source, name)


NOWHERE = [
    pytest.param("export const handler = async ({ store }) => store.find(1);", "find", id="another name"),
    pytest.param("export const handler = async ({ orderStore }) => orderStore.list(1);", "list", id="a function that it does not have"),
    pytest.param("import { other } from 'other';\nconst orderStore = other();\nexport const handler = () => orderStore.unknown();", "unknown", id="a function that nobody has"),
    pytest.param("let a = b.find();\nlet b = a.find();\nexport const handler = () => a.find();", "find", id="a circle"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "name"), NOWHERE)
def test_what_is_not_made_here_leads_nowhere(source, name):
    assert [] == led_to(source, name)


OBJECT = """
module.exports = {
  async list(req) { return this.found(req).map((one) => this.shown(one)); },
  found(req) { return read(req); },
  shown: function (one) { return one.name; },
  other() { return outer.found(); },
};
"""


@pytest.mark.parametrize(
    ("name", "line"),
    [pytest.param("found", 4, id="a method"), pytest.param("shown", 5, id="from within a lambda")],
)
def test_this_in_an_object_is_the_object(name, line):
    model = model_of({"orders.js": OBJECT})
    call = next(call for call in model.files[0].calls if call.name == name and call.on == "this")
    assert [line] == [model.project.function(fn).line for fn in model.project.resolve_call(0, call)]


def test_a_field_of_a_global_object_is_the_module_that_it_is_filled_with():
    model = model_of(
        {
            "kernel.js": "global.APP = {};\nAPP.cache = require('./cache').init();\nAPP.other = make();\n",
            "cache.js": "module.exports = {\n  init() { return this; },\n  get(key) { return read(key); },\n};\n",
            "other.js": "module.exports = { get(key) { return 1; }, put() { return 2; } };\n",
            "app.js": "exports.show = (req) => APP.cache.get(req.key);\nexports.lost = () => APP.other.put();\n",
        }
    )
    at = next(n for n, file in enumerate(model.files) if file.path == "app.js")
    led = [
        [model.files[fn.file].path for fn in model.project.resolve_call(at, call)]
        for call in model.files[at].calls
    ]
    assert [["cache.js"], []] == led


def test_a_base_class_with_many_arguments_of_types():
    arguments = ", ".join(f"ArgumentsOfOneKind{n}" for n in range(8))
    model = model_of(
        {
            "base.ts": "export abstract class Stored<A, B, C, D, E, F, G, H> {\n  async findMany(where) { return this.all(where); }\n}\n",
            "orders.ts": f"import {{ Stored }} from './base';\nexport class Orders extends Stored<{arguments}> {{\n  list() {{ return this.findMany({{}}); }}\n}}\n",
        }
    )
    at = next(n for n, file in enumerate(model.files) if file.path == "orders.ts")
    call = next(call for call in model.files[at].calls if call.name == "findMany")
    assert ["base.ts"] == [model.files[fn.file].path for fn in model.project.resolve_call(at, call)]
