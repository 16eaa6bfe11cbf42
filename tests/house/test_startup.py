"""Each verb imports only what it needs. Start-up is guarded by what is imported, never by a clock."""

import re
import subprocess
import sys

import pytest
from tests.command import environment

UNUSED = ("sqlite3", "subprocess", "secrets", "hashlib", "difflib", "msgspec", "tomllib")
HEAVY = ("numpy", "rich", "fsrs", "sqlite3", "msgspec", "jinja2", "icalendar", "psycopg")


def imported_by(line: str, tmp_path) -> set[str]:
    """Return the top-level modules that `backwright <line>` imports in a pipe on a fresh install."""
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "backwright", *line.split()],
        input="",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment(tmp_path / "data"),
    )
    assert ran.returncode == 0, ran.stderr[-500:]
    named = re.findall(r"^import time:[\d |]+\| +([\w.]+)$", ran.stderr, re.MULTILINE)
    assert "click" in named
    return {name.partition(".")[0] for name in named}


@pytest.mark.parametrize(
    ("line", "unwanted"),
    [
        pytest.param("--help", HEAVY, id="help imports nothing heavy"),
        pytest.param("--version", HEAVY, id="version imports nothing heavy"),
        pytest.param(
            "assess --help",
            ("rich", "sqlite3", "jinja2", "icalendar", "psycopg"),
            id="help of a verb shows no colour",
        ),
        pytest.param(
            "explore",
            ("numpy", "rich", "fsrs", "jinja2", "icalendar", "psycopg"),
            id="explore without evidence computes no mastery",
        ),
        pytest.param(
            "data export",
            ("numpy", "rich", "fsrs", "jinja2", "icalendar", "psycopg"),
            id="export computes nothing",
        ),
        pytest.param(
            "config explain",
            ("numpy", "rich", "fsrs", "jinja2", "icalendar", "psycopg"),
            id="settings need no engine",
        ),
        pytest.param(
            "assess --simulate intermediate --seed 7",
            ("rich", "jinja2", "icalendar", "psycopg"),
            id="a piped report shows no colour",
        ),
        pytest.param("learn api-design", ("rich", "psycopg"), id="a piped path shows no colour"),
        pytest.param(
            "design solve shop --rate 40",
            (*HEAVY, *UNUSED, "tree_sitter"),
            id="an analytic answer needs no numeric library, store, sandbox or catalog",
        ),
        pytest.param(
            "design check shop --rate 40",
            (*HEAVY, *UNUSED, "tree_sitter"),
            id="laws need no numeric library, store, sandbox or catalog",
        ),
        pytest.param(
            "advise performance",
            ("numpy", "rich", "fsrs"),
            id="a law needs no arrays, only a heap does",
        ),
        pytest.param("advise security", ("numpy", "rich", "fsrs"), id="schemes need no arrays"),
        pytest.param("advise deploy", ("numpy", "rich", "fsrs"), id="platforms need no arrays"),
    ],
)
def test_imports_only_what_is_needed(line, unwanted, tmp_path):
    assert set() == imported_by(line, tmp_path) & set(unwanted)
