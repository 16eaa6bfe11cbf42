"""What no linter checks: each file says what it is for, and none grows too large to be read."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "backwright"
PYTHON = sorted(
    path
    for folder in (SOURCE, ROOT / "tests", ROOT / "benchmarks")
    for path in folder.rglob("*.py")
    if path.read_text()  # an empty file only makes a folder a package
)
VAGUE = {"utils", "util", "helpers", "common", "misc", "base", "core", "manager", "shared", "lib"}
LINES_MAX = 600
# Files and functions that grew beyond that and are to be divided; these numbers may only fall.
LARGE = {
    line.partition(" ")[0]: int(line.partition(" ")[2])
    for line in (Path(__file__).parent / "large.txt").read_text().splitlines()
}
FUNCTION_LINES_MAX = 100


def where(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PYTHON, ids=where)
def test_first_line_says_what_the_file_is_for(path):
    text = ast.get_docstring(ast.parse(path.read_text()))
    assert text, f"{where(path)} has no docstring"
    assert text.splitlines()[0].endswith((".", ":"))


@pytest.mark.parametrize("path", PYTHON, ids=where)
def test_name_says_something(path):
    assert path.stem not in VAGUE
    assert path.parent.name not in VAGUE


@pytest.mark.parametrize("path", PYTHON, ids=where)
def test_file_and_functions_fit_in_the_head(path):
    text = path.read_text()
    assert len(text.splitlines()) <= LARGE.get(where(path), LINES_MAX)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            allowed = LARGE.get(f"{where(path)}:{node.name}", FUNCTION_LINES_MAX)
            assert node.end_lineno - node.lineno < allowed, node.name


def test_content_has_no_python():
    assert [] == sorted(map(where, (SOURCE / "content").rglob("*.py")))
