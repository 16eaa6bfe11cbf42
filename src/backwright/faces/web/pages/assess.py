"""The assessment in a browser: what to ask about, one question a page with feedback on the last, the end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import ImmutableMultiDict

from backwright.assess.question import parse_token
from backwright.faces.web import asked, verbs
from backwright.faces.web.people import person_at
from backwright.faces.web.problems import status_of
from backwright.faces.web.site import bench_of
from backwright.faces.web.templating import page as page_of
from backwright.model.errors import BackwrightError, BadRequest
from backwright.model.skill import SkillId
from backwright.usecases.asking import open_question
from backwright.usecases.assess import QUESTIONS
from backwright.usecases.given import request_of
from backwright.usecases.start import Ask as StartAsk
from backwright.usecases.start import run as start

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from backwright.usecases.assess import Assessment
    from backwright.usecases.spec import UseCase

SCOPE = (
    "role",
    "domain",
    "skill",
    "more",
    "exam",
)  # what a sitting is about; carried from page to page


async def page(use_case: UseCase, request: Request) -> Response:
    """GET says what will be asked, or shows a report; POST begins, or takes an answer in."""
    if request.method != "POST":
        return await _begin(use_case, request)
    sent = await request.form()
    given: dict[str, object] = {name: str(sent[name]) for name in SCOPE if sent.get(name)}
    number = _number(str(sent.get("asked", "")))
    try:
        if sent.get("question"):
            given |= asked.answer_in(sent, bench_of(request).clock.now())
            given["asked"] = number
            if given["answer"] == "":
                raise BadRequest("choose an answer, or say that you don't know")
        elif sent.get("languages-asked"):
            given["languages"] = " ".join(map(str, sent.getlist("languages"))) or "none"
        step: Assessment = await verbs.run(request, use_case, request_of(use_case, given))
    except BackwrightError as error:
        again = await _again(use_case, request, str(sent.get("question", "")), number)
        if again is None:
            return await _begin(use_case, request, sent, error)
        return _show(request, again, sent, error)
    return _show(request, step, sent)


def _show(
    request: Request,
    step: Assessment,
    sent: ImmutableMultiDict[str, Any],
    error: BackwrightError | None = None,
) -> Response:
    """Return the page of a step: the next question, or the end."""
    context = {
        "step": step,
        "scope": {name: str(sent[name]) for name in SCOPE if sent.get(name)},
        "letter_of": asked.letter_of,
        "error": error,
    }
    if step.next is None:
        return page_of(request, "assess_end.html", context)
    question = asked.shown(step.next, step.number, bench_of(request).clock.now())
    return page_of(
        request,
        "assess_question.html",
        {**context, "question": question},
        status_of(error),
    )


async def _again(use_case: UseCase, request: Request, token: str, number: int) -> Assessment | None:
    """Return the step at which this very question was asked, None if there is no such question."""
    try:
        source, seed = parse_token(token)
        question, _ = await run_in_threadpool(open_question, bench_of(request), source, seed)
        step: Assessment = await verbs.run(
            request, use_case, request_of(use_case, {"report": True})
        )
    except BackwrightError:
        return None
    left = max(1, QUESTIONS + 1 - number)
    return replace(step, next=question, number=max(1, number), left=left)


async def _begin(
    use_case: UseCase,
    request: Request,
    sent: ImmutableMultiDict[str, Any] | None = None,
    error: BackwrightError | None = None,
) -> Response:
    """Show what can be asked about. A request for a report is sent on to the report's page."""
    bench = bench_of(request)
    person = await person_at(request)
    state = await run_in_threadpool(start, StartAsk(), bench)
    given = sent if sent is not None else request.query_params
    return page_of(
        request,
        "assess_begin.html",
        {
            "verb": use_case,
            "person": person,
            "state": state,
            "given": given,
            "domains": bench.catalog.domains,
            "skill": bench.catalog.skills.get(SkillId(str(given.get("skill", "")))),
            "error": error,
        },
        status_of(error),
    )


def _number(said: str) -> int:
    return int(said) if said.isdigit() and len(said) <= 4 else 0
