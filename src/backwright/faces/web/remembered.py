"""Answers that only depend on what is known about somebody are drawn once, and given again until that changes."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from starlette.concurrency import run_in_threadpool

from backwright.faces.web.api.operation import ROOT
from backwright.faces.web.shown import command_path
from backwright.model.errors import BackwrightError
from backwright.usecases import USE_CASES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from backwright.faces.web.site import Site
    from backwright.usecases.spec import UseCase

ANSWERS_MAX = 512  # of one process: a few pages for each of a hundred people
BYTES_MAX = 32_000_000  # of all bodies together
BODY_MAX = 400_000  # of one: the largest page is a tenth of that
QUERY_MAX = 400  # a longer question is nobody else's
# A model may answer differently each time; settings are told afresh.
NEVER = frozenset({"ask", "config.explain"})
PAGES = ("/role/", "/skill/", "/technology/", "/report", f"{ROOT}/evidence", f"{ROOT}/roles",
         f"{ROOT}/skills", f"{ROOT}/technologies", f"{ROOT}/paths", f"{ROOT}/rules", f"{ROOT}/sources")  # fmt: skip
# What an answer may depend on besides the rows, the hour and who asks.
ASKED_BY = (b"cookie", b"authorization", b"accept", b"accept-encoding", b"hx-request", b"host")


class _Answer(NamedTuple):
    headers: list[tuple[bytes, bytes]]
    body: bytes
    etag: bytes
    route: object


class Remembered:
    """A layer that asks the store, for each request, whether the rows of whoever asks have changed since.

    Mastery fades by the hour, so that an answer is given again within the same hour only.
    """

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app, self._site = app, site
        self._kept: OrderedDict[tuple[object, ...], _Answer] = OrderedDict()
        self._bytes = 0
        self._paths = frozenset(_same_again(USE_CASES))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._may_be_kept(scope):
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        try:
            key = await self._key(scope, headers)
        except BackwrightError:  # the store does not answer, which is told where problems are told
            await self._app(scope, receive, send)
            return
        kept = self._kept.get(key)
        if kept is None:
            await self._app(scope, receive, self._keeping(key, scope, send))
            return
        scope["route"] = kept.route  # as if it had been found, for whoever counts
        self._kept.move_to_end(key)
        if kept.etag in headers.get(b"if-none-match", b"").split(b", "):
            unchanged = [
                each for each in kept.headers if each[0] not in (b"content-length", b"content-type")
            ]
            await send({"type": "http.response.start", "status": 304, "headers": unchanged})
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.start", "status": 200, "headers": list(kept.headers)})
        await send({"type": "http.response.body", "body": kept.body})

    def _may_be_kept(self, scope: Scope) -> bool:
        if scope["method"] != "GET" or len(scope["query_string"]) > QUERY_MAX:
            return False
        path = scope["path"]
        return (path in self._paths or path.startswith(PAGES)) and bool(scope["visitor"].is_known)

    async def _key(self, scope: Scope, headers: dict[bytes, bytes]) -> tuple[object, ...]:
        store, profile = self._site.bench.store, scope["visitor"].profile
        # A file beside us answers sooner than a thread starts; a database elsewhere does not.
        near = self._site.is_store_near
        stamp = store.stamp(profile) if near else await run_in_threadpool(store.stamp, profile)
        hour = f"{self._site.bench.clock.now():%Y%m%d%H}"
        asked_by = tuple(headers.get(name) for name in ASKED_BY)
        return (scope["path"], scope["query_string"], profile, stamp, hour, asked_by)

    def _keeping(self, key: tuple[object, ...], scope: Scope, send: Send) -> Send:
        """Return a `send` that passes the answer on and keeps a copy if it is whole, small and good for this."""
        start: Message = {}
        parts: list[bytes] = []
        good = True

        async def keeping(message: Message) -> None:
            nonlocal start, good
            if message["type"] == "http.response.start":
                start = message
                good = message["status"] == 200 and _is_plain(message["headers"])
                if good:  # held back until its body is known, for the tag
                    return
            elif message["type"] == "http.response.body" and good:
                parts.append(message.get("body", b""))
                if sum(map(len, parts)) > BODY_MAX or message.get("more_body"):
                    good = False
                    await send(start)
                    await send({**message, "body": b"".join(parts)})
                    return
                answer = _tagged(start["headers"], b"".join(parts), scope.get("route"))
                self._keep(key, answer)
                await send({**start, "headers": list(answer.headers)})
            await send(message)

        return keeping

    def _keep(self, key: tuple[object, ...], answer: _Answer) -> None:
        before = self._kept.pop(key, None)  # two who asked at once
        self._bytes -= len(before.body) if before else 0
        self._kept[key] = answer
        self._bytes += len(answer.body)
        while len(self._kept) > ANSWERS_MAX or self._bytes > BYTES_MAX:
            self._bytes -= len(self._kept.popitem(last=False)[1].body)


def _same_again(use_cases: Iterable[UseCase]) -> Iterable[str]:
    """Yield the paths of verbs whose answer follows from their fields and the person alone."""
    for use_case in use_cases:
        reads_disk = any(q.mark.disk not in ("", "write") for q in use_case.questions())
        if use_case.writes or use_case.lasts or reads_disk or use_case.name in NEVER:
            continue
        yield command_path(use_case.name)
        yield f"{ROOT}{command_path(use_case.name)}"


def _is_plain(headers: list[tuple[bytes, bytes]]) -> bool:
    return not any(
        name == b"set-cookie" or (name == b"cache-control" and b"no-store" in value)
        for name, value in headers
    )


def _tagged(headers: list[tuple[bytes, bytes]], body: bytes, route: object) -> _Answer:
    """Return the answer with a tag by which a browser can ask whether it changed."""
    given = dict(headers)
    etag = given.get(b"etag") or b'"' + sha256(body).hexdigest()[:32].encode() + b'"'
    made = {b"cache-control": b"private, no-cache", **given, b"etag": etag}
    return _Answer(list(made.items()), body, etag, route)
