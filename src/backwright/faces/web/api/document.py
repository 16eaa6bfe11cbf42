"""The OpenAPI 3.1 document of the HTTP interface, made from the same operations as its routes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from backwright import __version__
from backwright.faces.web.api.operation import JSON, PROBLEM, ROOT, Json, Operation

if TYPE_CHECKING:
    from collections.abc import Iterable

_ABOUT = """Everything that `backwright` does, for programs. Answers have the fields that `--json` prints, with their schema's name.

What only reads can be asked by GET; POST takes the same fields as JSON, and files. What lasts answers 202 with a job. Lists come in pages
(`limit`, `cursor`, a Link header). Every answer to GET has a strong ETag. A POST with an `Idempotency-Key` happens once. Problems are
`application/problem+json` (RFC 9457) with a hint: the next command to try."""
_PROBLEM: Json = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "hint": {"type": "string", "description": "What to do next, as a command"},
    },
    "required": ["type", "title", "status", "detail", "instance"],
}
_WORDS = {
    200: "The answer",
    202: "Begun: a job",
    304: "What the caller has is still so",
    400: "Something asked makes no sense, or the answer cannot be given",
    401: "A token is needed",
    403: "Not for this caller",
    404: "Something that was named does not exist",
    406: "Nothing that the caller accepts is offered",
    409: "Not now: it is not there yet, or is still being answered",
    413: "More was sent than is taken",
    415: "The body is of a kind that is not read here",
    421: "The host name is not this page's",
    422: "The key belongs to another request",
    429: "Too often: Retry-After says when to come again",
    503: "Not now: Retry-After says when to come again",
}
_ALWAYS = (400, 401, 403, 406, 421, 429)
_ON_WRITE = (409, 413, 415, 422)
_HEADERS: Json = {
    "ETag": {"schema": {"type": "string"}, "description": "Changes whenever the answer does"},
    "Link": {"schema": {"type": "string"}, "description": "The first and the next page"},
    "Location": {"schema": {"type": "string"}, "description": "The job"},
    "RetryAfter": {"schema": {"type": "integer"}, "description": "Seconds"},
}
_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Sent again under the same key, the request gets the first answer again",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
_MATCH: Json = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "An ETag that the caller has",
    "schema": {"type": "string"},
}


def document(operations: Iterable[Operation], url: str = "/") -> Json:
    """Return the document of these operations."""
    schemas: Json = {"Problem": _PROBLEM}
    paths: dict[str, Json] = {}
    tags: dict[str, None] = {}
    for each in operations:
        tags[each.tag] = None
        paths.setdefault(ROOT + each.path, {})[each.method.lower()] = _operation(each, schemas)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Backwright",
            "version": __version__,
            "summary": "A backend and server-architecture specialist that you can run",
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": url.rstrip("/") or "/"}],
        "tags": [{"name": tag} for tag in tags],
        "security": [{}, {"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "headers": _HEADERS,
            "parameters": {"Key": _KEY, "Match": _MATCH},
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token from /account; none at the machine itself",
                }
            },
        },
    }


def _operation(each: Operation, schemas: Json) -> Json:
    is_read = each.method == "GET"
    shared = "Match" if is_read else "Key"
    made: Json = {
        "operationId": each.id,
        "tags": [each.tag],
        "summary": each.summary,
        "parameters": [*each.parameters, {"$ref": f"#/components/parameters/{shared}"}],
        "responses": {},
    }
    if each.note:
        made["description"] = each.note
    if each.takes:
        made["requestBody"] = {
            "required": False,
            "content": {kind: {"schema": schema} for kind, schema in each.takes.items()},
        }
        if any("required" in schema and schema["required"] for schema in each.takes.values()):
            made["requestBody"]["required"] = True
    for status, schema in each.answers.items():
        headers = {"ETag": {"$ref": "#/components/headers/ETag"}}
        if status == 202:
            headers["Location"] = {"$ref": "#/components/headers/Location"}
        if any(parameter["name"] == "cursor" for parameter in each.parameters):
            headers["Link"] = {"$ref": "#/components/headers/Link"}
        made["responses"][str(status)] = {
            "description": _WORDS[status],
            "headers": headers if each.produces == JSON else {},
            "content": {each.produces: {"schema": hoisted(schema, schemas)}},
        }
    if is_read:
        made["responses"]["304"] = {"description": _WORDS[304]}
    for status in sorted({*_ALWAYS, *each.problems, *(() if is_read else _ON_WRITE)}):
        made["responses"][str(status)] = _problem(status)
    return made


def _problem(status: int) -> Json:
    made: Json = {
        "description": _WORDS[status],
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in (429, 503):
        made["headers"] = {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}
    return made


def hoisted(schema: Json, schemas: Json) -> Json:
    """Return a schema whose definitions have moved to the document's own; two of one name get two names.

    The same definition, met again, is the one that is there already.
    """
    definitions = schema.get("$defs", {})
    rest = {name: value for name, value in schema.items() if name != "$defs"}
    names = {name: name for name in definitions}
    for _ in definitions:  # a name that changes changes those who refer to it, too
        changed = False
        for name in definitions:
            while _differs(schemas.get(names[name]), _renamed(definitions[name], names)):
                names[name] += "_"
                changed = True
        if not changed:
            break
    for name, made in definitions.items():
        schemas[names[name]] = _renamed(made, names)
    moved: Json = _renamed(rest, names)
    return moved


def _as_items(value: Json) -> Json:
    """Return a tuple of values of one kind as a list of so many: the same, and known to more programs."""
    first, *others = value["prefixItems"]
    if any(each != first for each in others):
        return value
    rest = {name: each for name, each in value.items() if name != "prefixItems"}
    length = 1 + len(others)
    return {**rest, "items": first, "minItems": length, "maxItems": length}


def _differs(there: Json | None, made: Json) -> bool:
    return there is not None and json.dumps(there, sort_keys=True) != json.dumps(
        made, sort_keys=True
    )


def _renamed(value: Any, names: dict[str, str]) -> Any:  # noqa: ANN401  (a JSON value)
    if isinstance(value, dict):
        if isinstance(value.get("prefixItems"), list):
            value = _as_items(value)
        return {
            key: f"#/components/schemas/{names[each.rpartition('/')[2]]}"
            if key == "$ref" and isinstance(each, str)
            else _renamed(each, names)
            for key, each in value.items()
        }
    return [_renamed(each, names) for each in value] if isinstance(value, list) else value
