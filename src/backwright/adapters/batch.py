"""The sandbox's child: runs Python and SQL programs, given as JSON on stdin, in one process.

Started as a script by its path, so it imports nothing of ours. Each program gets a fresh main
module or database and an empty folder; its output is caught at the file descriptor, so that what
a process it starts prints counts, too.
"""

import json
import os
import sqlite3
import sys
import tempfile
import traceback
from collections.abc import Iterator
from types import ModuleType

PROBLEM_CHARACTERS_MAX = 1000  # a line to show, not a dump
HOME = os.environ["HOME"]  # the sandbox's folder, which goes when the batch has ended


def statements(script: str) -> Iterator[str]:
    """Yield the statements of a SQL script."""
    part = ""
    for line in script.splitlines(keepends=True):
        for piece in line.replace(";", ";\0").split("\0"):
            part += piece
            if part.strip() and sqlite3.complete_statement(part):
                yield part
                part = ""
    if part.strip():
        yield part


def run_sql(script: str) -> None:
    """Run the script on an empty database and print the rows of its last query."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    rows: list[tuple[object, ...]] = []
    for statement in statements(script):
        cursor = database.execute(statement)
        rows = cursor.fetchall() if cursor.description else rows
    for row in rows:
        print("|".join("NULL" if value is None else str(value) for value in row))  # noqa: T201
    database.close()


def run_python(program: str) -> None:
    """Run the program as the main module, where pickle and type hints look for its names."""
    module = sys.modules["__main__"] = ModuleType("__main__")
    exec(compile(program, "main.py", "exec"), module.__dict__)  # noqa: S102


def caught(runtime: str, program: str, characters_max: int) -> tuple[str, str]:
    """Run one program and return what it printed, and its error's last line."""
    problem = ""
    os.chdir(tempfile.mkdtemp(dir=HOME))
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        os.dup2(output.fileno(), 1)
        sys.stdout = output
        try:
            (run_sql if runtime == "sqlite" else run_python)(program)
        except SystemExit as error:
            problem = f"exit status {error.code}" if error.code else ""
        except BaseException as error:  # whatever a program does is its result
            problem = traceback.format_exception_only(error)[-1].strip()
        output.flush()
        output.seek(0)
        return output.read(characters_max).strip(), problem[:PROBLEM_CHARACTERS_MAX]


def main() -> None:
    """Read [[runtime, program], ...], write [[printed, problem], ...]."""
    answer = os.dup(1)
    characters_max = int(sys.argv[1])
    results = [
        caught(runtime, program, characters_max) for runtime, program in json.load(sys.stdin)
    ]
    with os.fdopen(answer, "w", encoding="utf-8") as out:
        json.dump(results, out)


main()
