"""My data: take it with you, bring it back, delete it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from backwright.faces.web import verbs
from backwright.faces.web.people import person_at
from backwright.faces.web.problems import status_of
from backwright.faces.web.site import bench_of, site_of, visitor_of
from backwright.faces.web.templating import page as page_of
from backwright.model.errors import BackwrightError, BadRequest
from backwright.usecases.given import request_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from backwright.usecases.spec import UseCase

FILE = "rows.jsonl"


async def my_data(
    request: Request,
    error: BackwrightError | None = None,
    *,
    imported: object = None,
    deleted: object = None,
) -> Response:
    """Say what is kept about the visitor and what they can do with it."""
    bench = bench_of(request)
    rows = await run_in_threadpool(bench.store.rows, bench.profile)
    person = await person_at(request)
    context = {
        "rows": len(rows),
        "first": rows[0].recorded_at if rows else None,
        "word": person.name or "delete",
        "error": error,
        "imported": imported,
        "deleted": deleted,
    }
    return page_of(request, "data.html", context, status_of(error))


async def export(use_case: UseCase, request: Request) -> Response:
    """Send the visitor's rows as a file; everybody's only to the one person at this machine."""
    everybody = bool(request.query_params.get("everybody")) and visitor_of(request).is_local
    if request.method != "POST" and "download" not in request.query_params:
        return RedirectResponse("/data", status_code=303)
    made = await verbs.run(request, use_case, request_of(use_case, {"everybody": everybody}))
    return PlainTextResponse(
        made.text,
        media_type="application/x-ndjson",
        headers={"content-disposition": 'attachment; filename="backwright.jsonl"'},
    )


async def import_(use_case: UseCase, request: Request) -> Response:
    """Add the rows of an uploaded file as the visitor's own, whoever's they were."""
    if request.method != "POST":
        return RedirectResponse("/data", status_code=303)
    sent = await request.form()
    upload = sent.get("file")
    if not isinstance(upload, UploadFile) or not upload.filename:
        return await my_data(request, BadRequest("no file was chosen"))
    site = site_of(request)
    site.uploads.mkdir(parents=True, exist_ok=True)
    folder = Path(await run_in_threadpool(tempfile.mkdtemp, dir=site.uploads))
    try:
        (folder / FILE).write_bytes(await upload.read())
        given: dict[str, Any] = {"path": FILE, "into": visitor_of(request).profile}
        given |= {name: bool(sent.get(name)) for name in ("dry_run", "skip_bad")}
        bench = bench_of(request, folder)
        made = await run_in_threadpool(use_case.run, request_of(use_case, given), bench)
    except BackwrightError as error:
        return await my_data(request, error)
    finally:
        await run_in_threadpool(shutil.rmtree, folder, ignore_errors=True)
    return await my_data(request, imported=made)


async def delete(use_case: UseCase, request: Request) -> Response:
    """Forget the visitor if they typed their name, or "delete" when they gave none."""
    if request.method != "POST":
        return RedirectResponse("/data#delete", status_code=303)
    sent = await request.form()
    word = (await person_at(request)).name or "delete"
    if str(sent.get("word", "")).strip() != word:
        return await my_data(request, BadRequest(f"type '{word}' to delete; nothing was deleted"))
    made = await verbs.run(request, use_case, request_of(use_case, {"yes": True}))
    return await my_data(request, deleted=made)


ROUTES = [Route("/data", my_data, name="my data")]
