"""Schema: the JSON Schema of what Backwright writes, for programs that read it."""

import json
from dataclasses import dataclass
from typing import Annotated

import msgspec

from backwright.design.written.schema import blueprint_schema
from backwright.model.blueprint import Blueprint
from backwright.model.errors import NotFound
from backwright.usecases.bench import Bench
from backwright.usecases.spec import Mark

KINDS = ("blueprint", "design")


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    name: Annotated[
        str,
        "What to describe: blueprint (as map writes it) or design (its YAML)",
        Mark(positional=True),
    ] = "blueprint"


@dataclass(frozen=True)
class Schema:
    """A JSON Schema (draft 2020-12) as text."""

    name: str
    text: str


def run(ask: Ask, bench: Bench) -> Schema:
    """Return a schema; NotFound if there is none of that name."""
    if ask.name not in KINDS:
        raise NotFound(
            f"there is no schema of '{ask.name}'",
            detail=f"there: {', '.join(KINDS)}",
            hint="backwright schema blueprint",
        )
    if ask.name == "design":
        schema = blueprint_schema()
    else:
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Backwright blueprint",
            **msgspec.json.schema(Blueprint),
        }
    return Schema(ask.name, json.dumps(schema, indent=1) + "\n")
