"""What stands before every page: host names, origin of writes, size of bodies, headers. Pure ASGI, for speed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import anyio
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response

from backwright.faces.web.access import rule_of, takes_tokens
from backwright.faces.web.problems import is_for_programs, problem_json
from backwright.faces.web.site import Visitor
from backwright.model.errors import BadRequest

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from backwright.faces.web.site import Site

BODY_MAX = 1_000_000  # bytes of a form or JSON body
UPLOAD_MAX = 64_000_000  # bytes of an upload: an archive of a repository of a million lines
# Of a body: seconds of silence, and in all. 64 MB in ten minutes are 0.9 Mbit/s, less than a phone sends.
SILENCE_SECONDS, BODY_SECONDS = 20.0, 600.0
LENGTH_DIGITS = 18  # of a number of bytes; more is a riddle
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PROBES = frozenset({"/healthz", "/readyz"})  # asked by address, by what starts and stops servers
HEADERS = {
    # Nothing inline, nothing from elsewhere: a text that slips through as markup cannot act.
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}

# Where a body is not read to its end, nothing after it on this connection is a request.
CLOSES = {"connection": "close"}
_RAW = [(name.encode(), value.encode()) for name, value in HEADERS.items()]


class Guard:
    """The outermost layer: refuses before anything is parsed, and adds the headers to every answer."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app, self._site = app, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if self._site.is_local:
            scope["visitor"] = Visitor(self._site.bench.profile, is_operator=True, is_local=True)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name for name, _ in message["headers"]}
                more = [each for each in _RAW if each[0] not in said]
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        if refusal:
            status, text = refusal
            await _said(scope["path"], status, text)(scope, receive, with_headers)
            return
        is_upload = headers.get("content-type", "").startswith("multipart/")
        # Nothing is uploaded by whom nobody knows: it would fill the disk.
        limit = UPLOAD_MAX if is_upload and rule_of(scope["path"]) != "open" else BODY_MAX
        await self._app(scope, _bounded(receive, limit), with_headers)

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "")
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        if name.lower() not in self._site.hosts and scope["path"] not in PROBES:
            return 421, f"this page does not answer to the name '{name[:80]}'"
        if scope["method"] not in SAFE and not _is_own(headers, host):
            return 403, "this came from another page; open the form here and send it again"
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit() and len(length) <= LENGTH_DIGITS):
            return 400, "content-length is not a number that can be"
        if length != "0" and "transfer-encoding" in headers:
            # A proxy that believes the other one of the two would take what follows for somebody else's request.
            return 400, "content-length and transfer-encoding say two things about one body"
        if headers.get("content-encoding", "identity").lower() not in ("", "identity"):
            return 415, "a body is taken as it is, not compressed"
        if int(length) > UPLOAD_MAX:
            return 413, f"more than {UPLOAD_MAX // 1_000_000} MB"
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        is_form = kind in FORMS or not (kind or length != "0" or "transfer-encoding" in headers)
        if scope["method"] not in SAFE and not is_form and not takes_tokens(scope["path"]):
            # What is no form reads as an empty one, and empty fields of a form mean something, too.
            return 415, "a form is taken here; programs use /api"
        return None


def _said(path: str, status: int, text: str) -> Response:
    if is_for_programs(path):
        return problem_json(path, BadRequest(text), status, CLOSES)
    return PlainTextResponse(text + "\n", status, CLOSES)


def _is_own(headers: Headers, host: str) -> bool:
    """Whether a write comes from our own page, by what browsers say and pages cannot forge.

    Programs send neither header; they carry no cookie of a person either, and a token if one is needed.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc.lower() == host.lower()
    return "cookie" not in headers


class TooLarge(Exception):
    """A body went over its limit while it was read."""


class TooSlow(Exception):
    """A body did not come."""


def _bounded(receive: Receive, limit: int) -> Receive:
    seen, ends, is_whole = 0, 0.0, False

    async def bounded() -> Message:
        nonlocal seen, ends, is_whole
        if is_whole:  # what still comes is that they went away, whenever that is
            return await receive()
        now = anyio.current_time()
        ends = ends or now + BODY_SECONDS
        with anyio.move_on_after(min(SILENCE_SECONDS, ends - now)):
            message = await receive()
            seen += len(message.get("body", b""))
            is_whole = not message.get("more_body", False)
            if seen > limit:
                raise TooLarge(limit)
            return message
        raise TooSlow

    return bounded
