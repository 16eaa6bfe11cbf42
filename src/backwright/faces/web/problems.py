"""Problems as answers: which status each has, the page that says it, and the same for programs (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec
from starlette.responses import Response

from backwright.faces.web.templating import page
from backwright.model.errors import (
    BackwrightError,
    Busy,
    ModelProblem,
    NotFound,
    Refused,
    StoreProblem,
    TooMany,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

RETRY_SECONDS = 5  # a database that is restarted is back by then, mostly
STATUS = {
    NotFound: 404,
    StoreProblem: 503,
    Busy: 503,
    Refused: 403,
    TooMany: 429,
    ModelProblem: 502,
}
MEDIA = "application/problem+json"
PROGRAMS = "/api/"
# What each status means, as the page about the interface explains it; the type of a problem leads there.
KINDS = {
    400: "What was asked makes no sense, or cannot be answered: the detail names the value.",
    401: "A token is needed.",
    403: "Whoever asks may not do this.",
    404: "Something that was named does not exist, or is not yours.",
    405: "The path does not know this method; Allow names those it knows.",
    406: "Nothing that you accept is offered.",
    408: "The rest of what was sent did not come in time.",
    409: "Not now: the answer is not there yet, or the first request with this key is being answered.",
    413: "More was sent than is taken.",
    415: "The body is of a kind that is not read here.",
    421: "The host name is not this page's.",
    422: "The idempotency key belongs to another request.",
    429: "Too often, or too many jobs of yours are open: Retry-After says when to come again.",
    500: "Our fault; the log of the server knows more.",
    502: "The language model that is configured refuses or cannot be reached.",
    503: "The database or the queue takes nothing now: Retry-After says when to come again.",
}


def status_of(error: BackwrightError | None) -> int:
    """Return the HTTP status of an answer or an error; a kind of problem that only the web knows brings its own."""
    if error is None:
        return 200
    own: int = getattr(error, "status", 0)
    return own or STATUS.get(type(error), 400)


def headers_of(error: BackwrightError | None) -> dict[str, str]:
    """Return when to come again, if the answer is that it does not work now."""
    if isinstance(error, Busy):
        return {"retry-after": str(error.seconds)}
    return {"retry-after": str(RETRY_SECONDS)} if isinstance(error, StoreProblem) else {}


def problem_page(
    request: Request,
    error: BackwrightError,
    status: int = 0,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the answer that a problem is: a page that says it; for programs, JSON."""
    status = status or status_of(error)
    sent = {**headers_of(error), **(headers or {})}
    if is_for_programs(request.url.path):
        return problem_json(request.url.path, error, status, sent)
    return page(request, "problem.html", {"error": error}, status, sent)


def problem_json(
    path: str, error: BackwrightError, status: int, headers: Mapping[str, str]
) -> Response:
    """Return a problem for programs."""
    told = {
        "type": f"/api#problem-{status}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": f"{error.problem}. {error.detail}" if error.detail else error.problem,
        "instance": quote(path[:400]),
        **({"hint": error.hint} if error.hint else {}),
    }
    return Response(msgspec.json.encode(told), status, dict(headers), MEDIA)


def is_for_programs(path: str) -> bool:
    """Whether programs ask here, who read JSON."""
    return path.startswith(PROGRAMS)
