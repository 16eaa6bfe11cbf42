"""PHP: which object a call is made on, by what gives it."""

import pytest
from tests.review.cases import model_of

LOG = """<?php
namespace App\\Logs;
class Log {
    public static function boot() { return new self; }
    public static function begin(): static { return new static(); }
    public function about($what) { $this->what = $what; return $this; }
    public function level(int $level): self { $this->level = $level; return $this; }
    public function copied() { return new \\App\\Logs\\Log(); }
    public function some() { return $this->what; }
    public function save(): void {}
    public static function quick() { return (new self)->save(); }
}
"""

USE = """<?php
namespace App;
use App\\Logs\\Log;
use Illuminate\\Support\\Facades\\App;
class Shop {
    public function run($container) { %s }
}
"""


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param("Log::boot()->save();", True, id="made by a static method that says no type"),
        pytest.param("Log::boot()->about(1)->save();", True, id="a fluent method that says no type"),
        pytest.param("Log::begin()->level(2)->save();", True, id="methods that say static and self"),
        pytest.param("$log = new Log(); $log->level(1)->about(2)->save();", True, id="a variable"),
        pytest.param("(new Log())->copied()->save();", True, id="a class that a method makes"),
        pytest.param("app(Log::class)->save();", True, id="the container's helper"),
        pytest.param("App::make(Log::class)->save();", True, id="the container's facade"),
        pytest.param("$container->get(Log::class)->save();", True, id="a container that is handed over"),
        pytest.param("$log = resolve(Log::class); $log->save();", True, id="what the container gave, in a variable"),
        pytest.param("Log::boot()->some()->save();", False, id="what a method gives is not the object"),
        pytest.param("app('log')->save();", False, id="a name that is no class"),
        pytest.param("$container->find(Log::class)->save();", False, id="another method of a container"),
        pytest.param("cache(Log::class)->save();", False, id="a function that gives no object of a class"),
    ],
)  # fmt: skip
def test_object(body, found):
    other = (
        "<?php\nclass Draft { public function save() {} }\n"  # so that the name alone says nothing
    )
    model = model_of({"src/Log.php": LOG, "src/Shop.php": USE % body, "src/Draft.php": other})
    at = next(n for n, file in enumerate(model.files) if file.path == "src/Shop.php")
    (call,) = (each for each in model.files[at].calls if each.name == "save")
    assert found == (
        ["Log.save"] == [model.label(fn) for fn in model.project.resolve_call(at, call)]
    )


def test_new_self():
    model = model_of({"src/Log.php": LOG})
    (call,) = (each for each in model.files[0].calls if each.name == "save")
    assert ["Log.save"] == [model.label(fn) for fn in model.project.resolve_call(0, call)]


TABLES = [
    pytest.param("DB::table('orders')->where('a', 1)->get();", "orders", id="the facade"),
    pytest.param("$this->connection->table('orders as o')->count();", "orders", id="a connection that is held"),
    pytest.param("$this->db->table('orders')->where('a', 1)->delete();", "orders", id="CodeIgniter's or Laravel's"),
    pytest.param("$this->em->getRepository(Draft::class)->findAll();", "Draft", id="Doctrine's repository of a class"),
    pytest.param("$this->em->find($class, 1);", "", id="a variable names no table"),
    pytest.param("$this->em->find(Draft::class, 1);", "Draft", id="Doctrine's manager"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "table"), TABLES)
def test_table(body, table):
    files = {
        "src/Shop.php": "<?php\nnamespace App;\nuse Illuminate\\Support\\Facades\\DB;\nuse Doctrine\\ORM\\EntityManagerInterface;\n"
        f"class Shop {{ public function run() {{ {body} }} }}\n",
        "src/Draft.php": "<?php\nnamespace App;\nclass Draft { public int $id; }\n",
    }
    accesses = [each for held in model_of(files).data.by_function.values() for each in held]
    assert [table] == [each.table for each in accesses]
