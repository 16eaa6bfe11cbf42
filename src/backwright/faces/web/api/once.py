"""Idempotency keys: a request that is sent again under the same key gets the first answer again, and nothing happens twice."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from backwright.adapters.reply_rows import Reply
from backwright.faces.web.api.answering import etag_of
from backwright.faces.web.site import site_of, visitor_of
from backwright.model.errors import BackwrightError, BadRequest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from backwright.adapters.reply_rows import ReplyRows

KEY = re.compile(r"[!-~]{1,200}")  # a UUID has 36 characters
REPLY_MAX = 4_000_000  # bytes of a kept answer; a larger one is computed again
KEPT_HEADERS = ("content-type", "etag", "location", "link", "cache-control")


class KeyReused(BadRequest):
    """The key belongs to another request."""

    status = 422


class KeyInUse(BadRequest):
    """The first request with this key is still being answered."""

    status = 409


async def once(request: Request, do: Callable[[Request], Awaitable[Response]]) -> Response:
    """Do it, unless it was done under this key before; then answer as then."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return await do(request)
    if not KEY.fullmatch(key):
        raise BadRequest(
            "Idempotency-Key: not 1 to 200 visible ASCII characters",
            detail="A random UUID is a good key.",
        )
    rows: ReplyRows = site_of(request).parts["replies"]
    profile = visitor_of(request).profile
    digest = etag_of(
        request.method, request.url.path, request.url.query, await request.body()
    ).strip('"')
    found = await run_in_threadpool(rows.begin, profile, key, digest)
    if found is not None:
        return _again(found, digest)
    kept = False
    try:
        made = await do(request)
        body = bytes(made.body)
        if made.status_code < 500 and made.status_code != 429 and len(body) <= REPLY_MAX:
            headers = {name: made.headers[name] for name in KEPT_HEADERS if name in made.headers}
            reply = Reply(digest, made.status_code, json.dumps(headers), body)
            await run_in_threadpool(rows.fill, profile, key, reply)
            kept = True
        return made
    finally:
        if not kept:
            with suppress(BackwrightError):  # the key frees itself after two minutes
                await run_in_threadpool(rows.give_up, profile, key)


def _again(found: Reply, digest: str) -> Response:
    if found.digest != digest:
        raise KeyReused(
            "this Idempotency-Key was used for another request",
            detail="A new request needs a new key.",
        )
    if not found.status:
        raise KeyInUse("the first request with this Idempotency-Key is still being answered")
    headers = {**json.loads(found.headers), "idempotent-replayed": "true"}
    return Response(found.body, found.status, headers)
