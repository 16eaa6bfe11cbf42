"""The MCP face: one tool per use case. There is no server yet."""

from typing import Any

from backwright.model.errors import NothingToDo
from backwright.usecases import USE_CASES

_JSON_TYPES = {str: "string", float: "number", int: "integer", bool: "boolean"}


def tools() -> list[dict[str, Any]]:
    """Return the tool list a client sees: name, description, JSON Schema of the input."""
    return [
        {
            "name": use_case.name.replace(".", "_"),
            "description": use_case.summary,
            "inputSchema": {
                "type": "object",
                "properties": {
                    q.name: _property(q.type, q.help, q.choices, repeated=q.repeated)
                    for q in use_case.questions()
                },
                "required": [q.name for q in use_case.questions() if q.default is ...],
            },
        }
        for use_case in USE_CASES
    ]


def launch(ask: object) -> int:
    """Serve; there is nothing to serve yet."""
    raise NothingToDo("there is no server for coding agents yet", hint="backwright serve")


def _property(kind: type, text: str, choices: tuple[str, ...], *, repeated: bool) -> dict[str, Any]:
    one: dict[str, Any] = {"type": _JSON_TYPES[kind]}
    if choices:
        one["enum"] = list(choices)
    if repeated:
        one = {"type": "array", "items": one}
    return {**one, "description": text}
