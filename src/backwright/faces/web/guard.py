"""What stands before every page: host names, origin of writes, size of bodies, headers. Pure ASGI, for speed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response

from backwright.faces.web.problems import is_for_programs, problem_json
from backwright.faces.web.site import Visitor
from backwright.model.errors import BadRequest

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from backwright.faces.web.site import Site

BODY_MAX = 1_000_000  # bytes of a form or JSON body
UPLOAD_MAX = 64_000_000  # bytes of an upload: an archive of a repository of a million lines
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
        limit = UPLOAD_MAX if headers.get("content-type", "").startswith("multipart/") else BODY_MAX
        await self._app(scope, _bounded(receive, limit), with_headers)

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "")
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        if name.lower() not in self._site.hosts and scope["path"] not in PROBES:
            return 421, f"this page does not answer to the name '{name[:80]}'"
        if scope["method"] not in SAFE and not _is_own(headers, host):
            return 403, "this came from another page; open the form here and send it again"
        length = headers.get("content-length", "0")
        if not length.isdigit():
            return 400, "content-length is not a number"
        if int(length) > UPLOAD_MAX:
            return 413, f"more than {UPLOAD_MAX // 1_000_000} MB"
        return None


def _said(path: str, status: int, text: str) -> Response:
    if is_for_programs(path):
        return problem_json(path, BadRequest(text), status, {})
    return PlainTextResponse(text + "\n", status)


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


def _bounded(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise TooLarge(limit)
        return message

    return bounded
