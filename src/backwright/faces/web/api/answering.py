"""How the HTTP interface answers: JSON with a strong ETag, 304 for what is known, links between pages, what media types go."""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import TYPE_CHECKING

from starlette.responses import Response

from backwright.faces.web.api.operation import JSON
from backwright.model.errors import BadRequest
from backwright.usecases.catalogue import PAGE, PAGE_MAX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

CURSOR_MAX = 400  # characters; an id has fewer than 100


class NotAcceptable(BadRequest):
    """Nothing of what the caller accepts is offered."""

    status = 406


class UnsupportedMedia(BadRequest):
    """The body is of a kind that is not read here."""

    status = 415


def etag_of(*parts: str | bytes) -> str:
    """Return a strong validator of what the parts say."""
    hashed = sha256()
    for part in parts:
        hashed.update(part.encode() if isinstance(part, str) else part)
        hashed.update(b"\0")
    return f'"{hashed.hexdigest()[:32]}"'


def is_known(request: Request, etag: str) -> bool:
    """Whether the caller has this version already."""
    said = request.headers.get("if-none-match", "")
    if not said or request.method not in ("GET", "HEAD"):
        return False
    return said.strip() == "*" or etag in [
        each.strip().removeprefix("W/") for each in said.split(",")
    ]


def answer(
    request: Request,
    body: bytes,
    status: int = 200,
    *,
    etag: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a JSON answer; 304 without a body if the caller has it already."""
    etag = etag or etag_of(body)
    sent = {"etag": etag, "cache-control": "private, no-cache", **(headers or {})}
    if status == 200 and is_known(request, etag):
        return Response(status_code=304, headers=sent)
    return Response(body, status, sent, JSON)


def check_accepts(request: Request, produced: str) -> None:
    """Raise NotAcceptable if the caller takes nothing of this media type."""
    said = request.headers.get("accept", "*/*") or "*/*"
    kind = produced.partition("/")[0]
    for each in said.split(","):
        media, *parameters = (part.strip() for part in each.lower().split(";"))
        is_refused = any(
            p.replace(" ", "") in ("q=0", "q=0.0", "q=0.00", "q=0.000") for p in parameters
        )
        if media in ("*/*", f"{kind}/*", produced) and not is_refused:
            return
    raise NotAcceptable(
        f"'{said[:80]}' is asked for; this answers as {produced}", hint=f"Accept: {produced}"
    )


def page_asked(request: Request) -> tuple[str, int]:
    """Return after which id a page begins, and how many entries it has."""
    known = {"cursor", "limit"}
    for name in request.query_params:
        if name not in known:
            raise BadRequest(
                f"a list has no parameter '{name[:80]}'", detail="It has: cursor, limit"
            )
    said = request.query_params.get("limit", str(PAGE))
    if not (said.isascii() and said.isdigit() and 1 <= int(said[:9]) <= PAGE_MAX):
        raise BadRequest(f"limit: '{said[:20]}' is not a whole number from 1 to {PAGE_MAX}")
    return _uncovered(request.query_params.get("cursor", "")), int(said)


def covered(last_id: str) -> str:
    """Return the cursor of the page after an id: callers pass it on and do not read it."""
    return base64.urlsafe_b64encode(last_id.encode()).decode().rstrip("=")


def _uncovered(cursor: str) -> str:
    padded = cursor[:CURSOR_MAX] + "=" * (-len(cursor) % 4)
    try:
        found = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except ValueError:  # not that alphabet, not UTF-8
        found = ""
    if covered(found) != cursor or not found.isprintable():
        raise BadRequest(
            f"cursor: '{cursor[:40]}' is none of ours", detail="Take `next` of the page before."
        )
    return found


def links(request: Request, following: str, limit: int) -> dict[str, str]:
    """Return the header that names the first and the next page."""
    path = request.url.path
    made = [f'<{path}?limit={limit}>; rel="first"']
    if following:
        made.append(f'<{path}?limit={limit}&cursor={covered(following)}>; rel="next"')
    return {"link": ", ".join(made)}
