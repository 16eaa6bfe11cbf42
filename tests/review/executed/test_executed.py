"""N+1 queries that are run: how many queries the bad and the good form send, and what the rule says of each."""

import importlib.util
import json
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest
from tests.review.cases import Case, problems

FOLDER = Path(__file__).parent
ORDERS = 7
SCHEMA = "".join([
    "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER);",
    "CREATE TABLE lines (id INTEGER PRIMARY KEY, order_id INTEGER);",
    *(f"INSERT INTO customers VALUES ({n}, 'c{n}'); INSERT INTO orders VALUES ({n}, {n}); INSERT INTO lines VALUES ({n}, {n});" for n in range(1, ORDERS + 1)),
])  # fmt: skip
PYTHON = sorted(path.stem.removesuffix("_before") for path in FOLDER.glob("python/*_before.py"))
NODE = sorted(path.stem.removesuffix("_before") for path in FOLDER.glob("javascript/*_before.mjs"))


def ran_python(path):
    """Return how many queries a program sends, and what it returns."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA)
    sent = []
    connection.set_trace_callback(sent.append)
    rows = program.run(connection)
    connection.close()
    return len(sent), rows


def ran_node(path):
    done = subprocess.run(
        ["node", FOLDER / "javascript/count.mjs", path, SCHEMA],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    return told["queries"], told["rows"]


def node_has_sqlite():
    return (
        shutil.which("node") is not None
        and subprocess.run(
            ["node", "-e", "require('node:sqlite')"], capture_output=True, check=False
        ).returncode
        == 0
    )


def found(path, name):
    case = Case(name, finds="before" in name)
    case.add(f"src/{path.name.replace('.mjs', '.js')}", path.read_text())
    return problems(case, {"query-in-loop"})


@pytest.mark.parametrize("shape", PYTHON)
def test_a_loop_sends_one_query_more_than_there_are_orders_and_its_fix_one_or_two(shape):
    before, rows = ran_python(FOLDER / f"python/{shape}_before.py")
    after, same = ran_python(FOLDER / f"python/{shape}_after.py")
    assert ORDERS + 1 == before
    assert after in (1, 2)
    assert rows == same


@pytest.mark.parametrize("shape", NODE)
def test_the_same_in_node(shape):
    if not node_has_sqlite():
        pytest.skip(f"{len(NODE)} programs not run: this node has no node:sqlite")
    before, rows = ran_node(FOLDER / f"javascript/{shape}_before.mjs")
    after, same = ran_node(FOLDER / f"javascript/{shape}_after.mjs")
    assert ORDERS + 1 == before
    assert after in (1, 2)
    assert rows == same


@pytest.mark.parametrize(
    "program",
    [
        *(f"python/{s}_{w}.py" for s in PYTHON for w in ("before", "after")),
        *(f"javascript/{s}_{w}.mjs" for s in NODE for w in ("before", "after")),
    ],
)
def test_the_rule_finds_what_sends_many_and_is_quiet_on_its_fix(program):
    assert [] == found(FOLDER / program, program)
