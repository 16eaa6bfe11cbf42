"""Verbs of the HTTP interface: what only reads can be asked by GET; what lasts is answered by a job."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from backwright.faces.web import jobs, verbs
from backwright.faces.web.answers import as_json
from backwright.faces.web.api import working
from backwright.faces.web.api.answering import answer
from backwright.faces.web.api.operation import (
    FORM,
    JSON,
    MULTIPART,
    ROOT,
    Json,
    Operation,
    query,
)
from backwright.faces.web.api.sending import FILES, from_body, from_query, offered, takes_files
from backwright.faces.web.uploads import UPLOAD
from backwright.usecases import USE_CASES
from backwright.usecases.answers import answer_schema, ask_schema
from backwright.usecases.given import TEXT_MAX, VALUES_MAX

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from backwright.usecases.spec import UseCase

WAIT_MAX = 30  # seconds that `Prefer: wait` can ask for: proxies give up after a minute


def operations() -> list[Operation]:
    """Return the operations of every verb."""
    return [each for use_case in USE_CASES for each in _of(use_case)]


def _of(use_case: UseCase) -> list[Operation]:
    path = f"/{use_case.name.replace('.', '/')}"
    name = re.sub(r"\W", "_", use_case.name)
    properties = _properties(use_case)
    made = []
    if not use_case.writes and not use_case.lasts:
        made.append(
            Operation(
                "GET",
                path,
                name,
                use_case.group,
                use_case.summary,
                partial(_get, use_case),
                tuple(_parameter(each, properties[each.name]) for each in offered(use_case)),
                answers={200: answer_schema(use_case)},
                problems=(404, 503),
                audience=use_case.audience,
                note=f"In a terminal: `{use_case.example}`.",
            )
        )
    finished = {200: answer_schema(use_case)}
    body: Json = {
        "type": "object",
        "properties": {each: _nullable(schema) for each, schema in properties.items()},
        "required": [each.name for each in offered(use_case) if each.default is ...],
        "additionalProperties": False,
    }
    form = {**body, "properties": dict(properties)}
    takes = {JSON: body, FORM: form}
    if takes_files(use_case):
        texts: Json = {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "Files that the other fields name, by path; nothing else is read then",
        }
        body["properties"][FILES] = texts
        binary = {"type": "string", "format": "binary"}
        files = {"type": "array", "items": binary, "description": texts["description"]}
        one = {
            **binary,
            "description": "A file, or a zip or tar.gz of a folder, instead of `files`",
        }
        takes[MULTIPART] = {**form, "properties": {**properties, FILES: files, UPLOAD: one}}
        # An upload stands for the field that it names.
        takes[MULTIPART]["required"] = []
    made.append(
        Operation(
            "POST",
            path,
            f"{name}_by_post" if made else name,
            use_case.group,
            use_case.summary,
            partial(_post, use_case),
            takes=takes,
            answers={**finished, 202: working.JOB_SCHEMA} if use_case.lasts else finished,
            problems=(404, 429, 503) if use_case.lasts else (404, 503),
            audience=use_case.audience,
            note=f"In a terminal: `{use_case.example}`. {LASTING if use_case.lasts else ''}".strip(),
        )
    )
    return made


LASTING = (
    f"This may take seconds: 202 names a job. With `Prefer: wait=10` (at most {WAIT_MAX}) the answer comes at once if it "
    "is there by then."
)


def _properties(use_case: UseCase) -> dict[str, Json]:
    """Return the schema of each field, with the limits that hold for what comes over a wire."""
    schemas = ask_schema(use_case)["properties"]
    made = {}
    for question in offered(use_case):
        schema = dict(schemas[question.name])
        one = dict(schema["items"]) if question.repeated else schema
        if question.type is str and not question.choices:
            one["maxLength"] = TEXT_MAX
            if question.default is ...:
                one["minLength"] = 1
        if question.choices and question.default == "":
            one["enum"] = sorted({*one["enum"], ""})
        if question.repeated:
            schema = {**schema, "items": one, "maxItems": VALUES_MAX}
            if question.default is ...:
                schema["minItems"] = 1
        made[question.name] = schema
    return made


def _nullable(schema: Json) -> Json:
    made = {**schema, "type": [schema["type"], "null"]}
    if "enum" in made:
        made["enum"] = [*made["enum"], None]
    return made


def _parameter(question: object, schema: Json) -> Json:
    name, default = question.name, question.default  # type: ignore[attr-defined]
    text = schema.pop("description", "")
    return query(name, schema, text, required=default is ...)


async def _get(use_case: UseCase, request: Request) -> Response:
    ask = from_query(use_case, request)
    found = await verbs.run(request, use_case, ask)
    return answer(request, as_json(use_case, found))


async def _post(use_case: UseCase, request: Request) -> Response:
    keep: list[Path] = []
    async with from_body(use_case, request, keep) as sent:
        if not use_case.lasts:
            found = await verbs.run(request, use_case, sent.ask, sent.folder)
            return answer(request, as_json(use_case, found))
        pairs = _pairs(sent.ask)
        job = await jobs.begin(request, use_case, sent.ask, pairs, sent.folder)
        if sent.folder is not None:
            keep.append(sent.folder)  # the job removes it
    seconds = wait_asked(request)
    if seconds:
        job = await working.over(request, job, seconds)
        if job.is_over:
            return await working.answered(request, job)
    place = f"{ROOT}/jobs/{job.id}"
    return answer(
        request, working.encoded(job), 202, headers={"location": place, "retry-after": "1"}
    )


def _pairs(ask: object) -> list[tuple[str, str]]:
    """Return an ask as a form would have sent it."""
    made = []
    for name, value in msgspec.to_builtins(ask).items():
        values = value if isinstance(value, list) else [value]
        made += [(name, str(each)) for each in values if each not in (None, "", False)]
    return made


def wait_asked(request: Request) -> float:
    """Return how many seconds the caller would rather wait than ask again (RFC 7240)."""
    found = re.search(r"\bwait=(\d{1,6})\b", request.headers.get("prefer", ""))
    return min(float(found[1]), WAIT_MAX) if found else 0.0
