"""The design interview in a browser: a case, one question a page with what came of the last, the result in two halves."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from backwright.faces.web import asked, verbs
from backwright.faces.web.problems import status_of
from backwright.faces.web.site import bench_of, site_of
from backwright.faces.web.templating import page as page_of
from backwright.model.errors import BackwrightError, BadRequest
from backwright.usecases.given import request_of

if TYPE_CHECKING:
    from starlette.datastructures import ImmutableMultiDict
    from starlette.requests import Request
    from starlette.responses import Response

    from backwright.usecases.interview import CaseList, Interview
    from backwright.usecases.spec import UseCase

CARRIED = (
    "case",
    "level",
    "seed",
    "role",
    "dry_run",
)  # what an interview is; sent with every answer
FILE = "mine.yaml"
BLUEPRINT_MAX = 200_000  # characters; a design of a thousand parts has fewer


async def page(use_case: UseCase, request: Request) -> Response:
    """GET lists the cases; POST begins one, or takes an answer in. The page itself carries the answers."""
    if request.method != "POST":
        return await _cases(use_case, request)
    sent = await request.form()
    kept = [str(value).replace("\r\n", "\n") for value in sent.getlist("kept")]
    try:
        answers = [*kept, *_answer(sent)]
    except BackwrightError as error:
        return await _shown(use_case, request, sent, kept, error)
    try:
        return await _shown(use_case, request, sent, answers)
    except BackwrightError as error:
        try:
            return await _shown(use_case, request, sent, kept, error)
        except BackwrightError:
            return await _cases(use_case, request, error)


def _answer(sent: ImmutableMultiDict[str, Any]) -> list[str]:
    """Return the answer of this page as id=text; none when the interview begins or stops."""
    turn = str(sent.get("turn", ""))
    if not turn or sent.get("stop") or sent.get("run"):
        return []
    said = str(sent.get("idk") or sent.get("answer") or "").replace("\r\n", "\n").strip()
    if not said:
        raise BadRequest("an empty answer; write one, or skip")
    return [f"{turn}={said}"]


async def _cases(
    use_case: UseCase, request: Request, error: BackwrightError | None = None
) -> Response:
    listed: CaseList = await verbs.run(request, use_case, request_of(use_case, {"cases": True}))
    levels = next(q.choices for q in use_case.questions() if q.name == "level")
    context = {
        "answer": listed,
        "levels": levels,
        "given": request.query_params,
        "error": error,
        "here": "/learn",
    }
    return page_of(request, "interview_cases.html", context, status_of(error))


async def _shown(
    use_case: UseCase,
    request: Request,
    sent: ImmutableMultiDict[str, Any],
    answers: list[str],
    error: BackwrightError | None = None,
) -> Response:
    given: dict[str, object] = {name: str(sent[name]) for name in CARRIED if sent.get(name)}
    text = str(sent.get("text", "")).replace("\r\n", "\n").strip()
    step = await _run(use_case, request, {**given, "answer": answers}, text)
    is_over = step.next is None or bool(sent.get("stop"))
    step = replace(step, is_over=is_over)
    now = bench_of(request).clock.now()
    context: dict[str, Any] = {
        "step": step,
        "carried": {**given, "case": step.case, "level": step.level, "seed": step.seed},
        "kept": answers,
        "text": text,
        "error": error,
        "last": step.turns[-1] if step.turns else None,
        "said": str(sent.get("answer", "")) if error else "",
        "question": asked.shown(step.next.question, step.next.number, now)
        if step.next and step.next.question
        else None,
        "letter_of": asked.letter_of,
        "here": "/learn",
    }
    name = "interview_result.html" if is_over else "interview_turn.html"
    return page_of(request, name, context, status_of(error))


async def _run(
    use_case: UseCase, request: Request, given: dict[str, object], text: str
) -> Interview:
    """Run the verb; a blueprint that was pasted lies in a folder of its own meanwhile."""
    if len(text) > BLUEPRINT_MAX:
        raise BadRequest(f"{len(text):,} characters of blueprint; at most {BLUEPRINT_MAX:,}")
    if not text:
        made: Interview = await verbs.run(request, use_case, request_of(use_case, given))
        return made
    uploads = site_of(request).uploads
    uploads.mkdir(parents=True, exist_ok=True)
    folder = Path(await run_in_threadpool(tempfile.mkdtemp, dir=uploads))
    try:
        (folder / FILE).write_text(text, encoding="utf-8")
        ask = request_of(use_case, {**given, "blueprint": FILE})
        made = await verbs.run(request, use_case, ask, folder)
    finally:
        await run_in_threadpool(shutil.rmtree, folder, ignore_errors=True)
    return made
