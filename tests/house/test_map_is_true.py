"""ARCHITECTURE.md shows the floors that `make check` enforces, and no others."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAP = ROOT / "ARCHITECTURE.md"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]


@pytest.mark.skipif(not MAP.exists(), reason="ARCHITECTURE.md is not written yet")
def test_drawn_floors_are_the_enforced_floors():
    drawn = re.search(r"^```floors\n(.*?)^```", MAP.read_text(), re.MULTILINE | re.DOTALL)
    assert drawn, "ARCHITECTURE.md has no block that starts with ```floors"
    assert CONTRACTS["contracts"][0]["layers"] == drawn[1].splitlines()


def test_every_floor_is_there():
    named = re.split(r" \| |\n", "\n".join(CONTRACTS["contracts"][0]["layers"]))
    source = ROOT / "src" / "backwright"
    there = {path.stem for path in source.glob("*.py")} - {"__init__"}
    there |= {path.parent.name for path in source.glob("*/__init__.py")}
    assert there == set(named)
