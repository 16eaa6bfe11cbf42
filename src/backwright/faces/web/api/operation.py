"""One operation of the HTTP interface as data: its routes and its description in the OpenAPI document are made from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from backwright.faces.web.site import Visitor

Json = dict[str, Any]
ROOT = "/api/v1"
JSON, FORM, MULTIPART = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
)
PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Operation:
    """What one method of one path does.

    Attributes:
        path: Below ROOT, with {names} of what varies.
        id: What programs made from the document call it.
        parameters: OpenAPI parameter objects of path and query.
        takes: Schema of the body by media type; empty if it has none.
        answers: Schema of the answer by status, besides problems.
        problems: Statuses of problems that this operation has besides those that all have.
        produces: Media type of the answer.
        audience: As of a verb.
        note: What is said besides the summary.
    """

    method: str
    path: str
    id: str
    tag: str
    summary: str
    handler: Callable[[Request], Awaitable[Response]]
    parameters: tuple[Json, ...] = ()
    takes: Mapping[str, Json] = field(default_factory=dict)
    answers: Mapping[int, Json] = field(default_factory=dict)
    problems: tuple[int, ...] = ()
    produces: str = JSON
    audience: str = "everybody"
    note: str = ""

    def is_for(self, visitor: Visitor) -> bool:
        """Whether it is offered to whoever asks."""
        return visitor.may_run(self.audience)


def query(name: str, schema: Json, text: str, *, required: bool = False) -> Json:
    """Return the description of a query parameter."""
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": text,
        "schema": schema,
    }


def in_path(name: str, text: str) -> Json:
    """Return the description of a name in the path."""
    schema = {"type": "string", "minLength": 1, "maxLength": 200}
    return {"name": name, "in": "path", "required": True, "description": text, "schema": schema}
