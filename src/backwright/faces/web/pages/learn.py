"""Learning in a browser: the way and its next step, a lesson part by part, practice, reviews, progress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from backwright.faces.web import asked, verbs
from backwright.faces.web.problems import status_of
from backwright.faces.web.site import bench_of
from backwright.faces.web.templating import page as page_of
from backwright.model.errors import BackwrightError, BadRequest
from backwright.usecases.given import request_of

if TYPE_CHECKING:
    from starlette.datastructures import ImmutableMultiDict
    from starlette.requests import Request
    from starlette.responses import Response

    from backwright.usecases.learn import Learning
    from backwright.usecases.spec import UseCase

TEMPLATES = {"PathList": "learn_paths.html", "Progress": "learn_progress.html"}
SHOWS = ("name", "paths", "progress", "part", "drill", "due")
DRILLS = ("name", "drill", "due")  # what a round of questions carries from page to page


async def page(use_case: UseCase, request: Request) -> Response:
    """GET shows; a lesson shown is remembered as read that far. POST takes an answer or minutes in."""
    if request.method != "POST":
        given: dict[str, object] = {
            name: request.query_params[name] for name in SHOWS if request.query_params.get(name)
        }
        return _show(request, await verbs.run(request, use_case, request_of(use_case, given)))
    sent = await request.form()
    given = {name: str(sent[name]) for name in (*SHOWS, "log") if sent.get(name)}
    try:
        if sent.get("question"):
            given |= asked.answer_in(sent, bench_of(request).clock.now())
            if given["answer"] == "":
                raise BadRequest("choose an answer, or say that you don't know")
        answer = await verbs.run(request, use_case, request_of(use_case, given))
    except BackwrightError as error:
        return await _again(use_case, request, sent, error)
    return _show(request, answer, sent, logged=bool(given.get("log")))


async def _again(
    use_case: UseCase,
    request: Request,
    sent: ImmutableMultiDict[str, Any],
    error: BackwrightError,
) -> Response:
    """Show the same question, or the same skill, with what is wrong."""
    from dataclasses import replace

    from backwright.assess.question import parse_token
    from backwright.usecases.asking import open_question

    name = str(sent.get("name", ""))
    known = name if name in bench_of(request).catalog.skills else ""
    way: Learning = await verbs.run(request, use_case, request_of(use_case, {"name": known}))
    if sent.get("question"):
        try:
            source, seed = parse_token(str(sent["question"]))
            question, _ = await run_in_threadpool(open_question, bench_of(request), source, seed)
            way = replace(way, question=question)
        except BackwrightError:
            pass
    return _show(request, way, sent, error=error)


def _show(
    request: Request,
    answer: Any,  # noqa: ANN401  (one of the three answers of the verb)
    sent: ImmutableMultiDict[str, Any] | None = None,
    error: BackwrightError | None = None,
    *,
    logged: bool = False,
) -> Response:
    given = sent if sent is not None else request.query_params
    context: dict[str, Any] = {
        "answer": answer,
        "error": error,
        "letter_of": asked.letter_of,
        "is_logged": logged,
        "round": {name: str(given[name]) for name in DRILLS if given.get(name)},
        "at": int(bench_of(request).clock.now().timestamp()),
    }
    template = TEMPLATES.get(type(answer).__name__, "learn_way.html")
    if template == "learn_way.html":
        if answer.lesson:
            template = "learn_lesson.html"
        elif answer.question or answer.feedback or given.get("drill") or given.get("due"):
            template = "learn_drill.html"
            now = bench_of(request).clock.now()
            context["question"] = asked.shown(answer.question, 0, now) if answer.question else None
    return page_of(request, template, context, status_of(error))
