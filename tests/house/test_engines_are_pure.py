"""The core does no input or output: read from the syntax tree, not from what happens to run."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "backwright"
CORE = ("assess", "plan", "search", "review", "advise", "design", "interview", "model", "usecases")
FILES = sorted(path for folder in CORE for path in (SOURCE / folder).rglob("*.py"))
CALLS = {"open", "input", "print", "eval", "exec", "compile", "__import__", "breakpoint"}
MODULES = {"socket", "ssl", "asyncio", "subprocess", "time", "os", "shutil", "tempfile"}
PURE = {"PurePosixPath"}  # all that the core may take from pathlib: a path without a disk
ATTRIBUTES = {
    "os.environ",
    "os.getenv",
    "sys.stdin",
    "sys.stdout",
    "sys.stderr",
    "sys.argv",
    "date.today",
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "random.random",
    "random.seed",
    "time.monotonic",
    "time.time",
    "np.random.seed",
    "np.random.rand",
}


def where(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def impurities(tree: ast.AST) -> list[str]:
    """Return "line: name" of whatever touches the world outside."""
    found = []
    imported = {
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            names = [node.func.id] if node.func.id in CALLS else []
        elif isinstance(node, ast.Attribute):
            dotted = ast.unparse(node)
            if dotted.partition(".")[0] in imported:  # a generator may be called random, too
                names = [a for a in ATTRIBUTES if dotted == a or dotted.endswith(f".{a}")]
        elif isinstance(node, ast.Import):
            names = [
                a.name for a in node.names if a.name.partition(".")[0] in MODULES | {"pathlib"}
            ]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module] if (node.module or "").partition(".")[0] in MODULES else []
            if node.module == "pathlib":
                names = [f"pathlib.{a.name}" for a in node.names if a.name not in PURE]
        found += [f"{node.lineno}: {name}" for name in names]
    return found


@pytest.mark.parametrize("path", FILES, ids=where)
def test_core_touches_nothing_outside(path):
    assert [] == impurities(ast.parse(path.read_text()))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("open('x')", ["1: open"], id="a file"),
        pytest.param("import socket", ["1: socket"], id="the network"),
        pytest.param("from os.path import join", ["1: os.path"], id="the disk"),
        pytest.param(
            "from pathlib import Path", ["1: pathlib.Path"], id="a path that can be opened"
        ),
        pytest.param("from pathlib import PurePosixPath", [], id="a path without a disk"),
        pytest.param(
            "import datetime; x = datetime.datetime.now()", ["1: datetime.now"], id="the clock"
        ),
        pytest.param("def f():\n    print(1)", ["2: print"], id="the screen"),
        pytest.param("x = re.compile('a').pattern", [], id="a pattern is no input"),
    ],
)
def test_the_check_itself_sees(code, expected):
    assert expected == impurities(ast.parse(code))
