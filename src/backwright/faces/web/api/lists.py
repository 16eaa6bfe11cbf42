"""Lists of the HTTP interface: the catalog, and the rows of whoever asks; in pages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.concurrency import run_in_threadpool

from backwright import __version__
from backwright.faces.web.api.answering import (
    answer,
    covered,
    etag_of,
    is_known,
    links,
    page_asked,
)
from backwright.faces.web.api.operation import Json, Operation, in_path, query
from backwright.faces.web.site import bench_of
from backwright.model.evidence import Evidence
from backwright.usecases.answers import kind_schema
from backwright.usecases.catalogue import (
    COLLECTIONS,
    PAGE,
    PAGE_MAX,
    Collection,
    Page,
    entry_of,
    evidence_after,
    page_of,
)

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

PAGING = (
    query(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": PAGE_MAX, "default": PAGE},
        "Entries of a page",
    ),
    query("cursor", {"type": "string"}, "`next` of the page before; the first page without it"),
)


def operations() -> list[Operation]:
    """Return the operations on lists."""
    made = [
        Operation(
            "GET",
            "/evidence",
            "list_evidence",
            "Lists",
            "Your rows of evidence, oldest first",
            _evidence,
            PAGING,
            answers={200: _page_schema(Evidence)},
        )
    ]
    for each in COLLECTIONS:
        made += [
            Operation(
                "GET",
                f"/{each.name}",
                f"list_{each.name}",
                "Lists",
                each.summary,
                partial(_page, each),
                PAGING,
                answers={200: _page_schema(each.kind)},
            ),
            Operation(
                "GET",
                f"/{each.name}/{{id}}",
                f"get_{each.one}",
                "Lists",
                f"One {each.one}",
                partial(_entry, each),
                (in_path("id", f"Id of the {each.one}"),),
                answers={200: kind_schema(each.kind)},
                problems=(404,),
            ),
        ]
    return made


def _page_schema(kind: type) -> Json:
    made = kind_schema(kind)
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": {"$ref": made["$ref"]}},
            "total": {"type": "integer", "minimum": 0, "description": "Of the whole list"},
            "next": {
                "type": ["string", "null"],
                "description": "Cursor of the next page; null on the last",
            },
        },
        "required": ["items", "total", "next"],
        "$defs": made["$defs"],
    }


async def _page(collection: Collection, request: Request) -> Response:
    after, limit = page_asked(request)
    bench = bench_of(request)
    etag = ""
    if collection.in_content:
        etag = etag_of(__version__, bench.digest, request.url.path, after, str(limit))
        if is_known(request, etag):
            return answer(request, b"", etag=etag)
    page = await run_in_threadpool(page_of, collection, bench, after, limit)
    return _answered(request, page, limit, etag)


async def _entry(collection: Collection, request: Request) -> Response:
    bench = bench_of(request)
    found = await run_in_threadpool(entry_of, collection, bench, request.path_params["id"])
    return answer(request, msgspec.json.encode(found))


async def _evidence(request: Request) -> Response:
    after, limit = page_asked(request)
    bench = bench_of(request)
    stamp = await run_in_threadpool(bench.store.stamp, bench.profile)
    etag = etag_of(__version__, bench.profile, stamp, after, str(limit))
    if is_known(request, etag):
        return answer(request, b"", etag=etag)
    page = await run_in_threadpool(evidence_after, bench, after, limit)
    return _answered(request, page, limit, etag)


def _answered(request: Request, page: Page[Any], limit: int, etag: str) -> Response:
    body = msgspec.json.encode(
        {
            "items": page.items,
            "total": page.total,
            "next": covered(page.next) if page.next else None,
        }
    )
    return answer(request, body, etag=etag, headers=links(request, page.next, limit))
