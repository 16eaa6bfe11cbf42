"""The sandbox: what a program printed, alone or in company, and what it cannot do to others."""

import tempfile
from pathlib import Path

import pytest

from backwright.adapters.sandbox import ProcessSandbox
from backwright.model.item import Run
from backwright.usecases.ports import Ran

PROGRAMS = [
    pytest.param("python", "print(1)", Ran("1", ""), id="prints"),
    pytest.param("python", "1 / 0", Ran("", "ZeroDivisionError: division by zero"), id="fails"),
    pytest.param("python", "def (", Ran("", "SyntaxError: invalid syntax"), id="is no program"),
    pytest.param("python", "import sys; sys.exit(0)", Ran("", ""), id="ends itself well"),
    pytest.param(
        "python", "import sys; sys.exit(3)", Ran("", "exit status 3"), id="ends itself ill"
    ),
    pytest.param("python", "import os; os._exit(4)", Ran("", "exit status 4"), id="dies"),
    pytest.param("python", "import os; os.system('echo 5')", Ran("5", ""), id="starts another"),
    pytest.param(
        "python", "print('\\u00e9' * 70_000)", Ran("é" * 65_536, ""), id="prints too much"
    ),
    pytest.param(
        "python",
        "import pickle\nclass A: pass\nprint(type(pickle.loads(pickle.dumps(A()))).__name__)",
        Ran("A", ""),
        id="is looked up as the main module",
    ),
    pytest.param("sqlite", "SELECT 1, NULL, 'a;b'; -- c", Ran("1|NULL|a;b", ""), id="queries"),
    pytest.param(
        "sqlite",
        "SELEC",
        Ran("", 'sqlite3.OperationalError: near "SELEC": syntax error'),
        id="is no query",
    ),
    pytest.param("bash", "echo $((1 + 1))", Ran("2", ""), id="of another language"),
    pytest.param(
        "cobol", "", Ran("", "cobol is not on this machine", missing=True), id="without a runtime"
    ),
]


@pytest.mark.parametrize(("runtime", "program", "expected"), PROGRAMS)
def test_a_program_gives_the_same_alone_and_in_company(runtime, program, expected):
    sandbox, run, other = ProcessSandbox(), Run(runtime, program), Run("python", "print('other')")
    assert expected == sandbox.run(run)
    assert [Ran("other", ""), expected, Ran("other", "")] == sandbox.run_many([other, run, other])


def test_programs_in_company_see_nothing_of_each_other():
    runs = [
        Run("python", "x = 1; open('file', 'w').close()"),
        Run("python", "import os; print('x' in globals(), os.path.exists('file'))"),
        Run("sqlite", "CREATE TABLE t(x); SELECT 1"),
        Run("sqlite", "SELECT count(*) FROM sqlite_schema"),
    ]
    assert ["", "False False", "1", "0"] == [ran.printed for ran in ProcessSandbox().run_many(runs)]


def test_more_programs_than_a_batch_holds_come_back_in_order():
    runs = [
        Run(("python", "sqlite")[n % 2], (f"print({n})", f"SELECT {n}")[n % 2]) for n in range(120)
    ]
    assert [str(n) for n in range(120)] == [ran.printed for ran in ProcessSandbox().run_many(runs)]


@pytest.mark.parametrize("runtime", ["bash", "python"])
def test_temporary_files_of_a_program_go_with_it(runtime):
    program = {"bash": "mktemp -d", "python": "import tempfile; print(tempfile.mkdtemp())"}
    ran = ProcessSandbox().run(Run(runtime, program[runtime]))
    assert ran.printed.startswith(tempfile.gettempdir())
    assert not Path(ran.printed).exists()
    assert not Path(ran.printed).parent.exists()
