"""The outermost layer: an id for each request, counts, and a line in the log if that is wanted. Pure ASGI, for speed."""

from __future__ import annotations

import json
import re
import sys
import time
from datetime import UTC, datetime
from random import getrandbits
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from backwright.adapters.measures import Measures
    from backwright.faces.web.site import Site

_HEADER = b"x-request-id"
ID = re.compile(r"[A-Za-z0-9._-]{8,64}")  # what a proxy may say the request is called


class Watch:
    """Sees every request. It neither counts nor logs what was asked for in words: bodies, queries, tokens, names, addresses."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._measures: Measures | None = site.parts.get("measures")
        self._is_logging: bool = site.parts.get("log", False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = next(
            (value.decode("latin-1") for key, value in scope["headers"] if key == _HEADER), ""
        )
        name = said if ID.fullmatch(said) else f"{getrandbits(64):016x}"
        scope["request_id"] = name
        begun, status = time.perf_counter(), 500

        async def with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (_HEADER, name.encode())]
            await send(message)

        if self._measures:
            self._measures.begun()
        try:
            await self._app(scope, receive, with_id)
        finally:
            seconds = time.perf_counter() - begun
            route = getattr(scope.get("route"), "path", "") or "none"
            method = scope["method"] if scope["method"] in METHODS else "other"
            if self._measures:
                self._measures.ended(route, method, status, seconds)
            if self._is_logging:
                _log(name, method, route, status, seconds)


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _log(name: str, method: str, route: str, status: int, seconds: float) -> None:
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),  # noqa: TID251  (when it was, for whoever reads the log)
        "level": "error" if status >= 500 else "info",
        "event": "request",
        "request": name,
        "method": method,
        "route": route,
        "status": status,
        "ms": round(1000 * seconds, 1),
    }
    sys.stderr.write(json.dumps(line) + "\n")
