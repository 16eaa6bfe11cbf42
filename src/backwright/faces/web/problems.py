"""Problems as answers: which status each has, and the page that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backwright.faces.web.templating import page
from backwright.model.errors import BackwrightError, Busy, NotFound, Refused, StoreProblem, TooMany

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

RETRY_SECONDS = 5  # a database that is restarted is back by then, mostly
STATUS = {NotFound: 404, StoreProblem: 503, Busy: 503, Refused: 403, TooMany: 429}


def status_of(error: BackwrightError | None) -> int:
    """Return the HTTP status of an answer or an error."""
    return 200 if error is None else STATUS.get(type(error), 400)


def headers_of(error: BackwrightError | None) -> dict[str, str]:
    """Return when to come again, if the answer is that it does not work now."""
    if isinstance(error, Busy):
        return {"retry-after": str(error.seconds)}
    return {"retry-after": str(RETRY_SECONDS)} if isinstance(error, StoreProblem) else {}


def problem_page(request: Request, error: BackwrightError) -> Response:
    """Return the page of a problem that no form can show."""
    return page(request, "problem.html", {"error": error}, status_of(error), headers_of(error))
