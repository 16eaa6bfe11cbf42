"""The page of any verb: its form, and its answer below. A module in `pages/` replaces it for one verb."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from backwright.faces.prose import can_render
from backwright.faces.web import forms
from backwright.faces.web.site import bench_of, visitor_of
from backwright.faces.web.templating import environment, page
from backwright.faces.web.told import told_of
from backwright.model.errors import BackwrightError, NotFound, StoreProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import ImmutableMultiDict
    from starlette.requests import Request
    from starlette.responses import Response

    from backwright.usecases.spec import UseCase

NOT_ASKED = ("next",)  # names that a form may carry besides the verb's own fields


async def run(request: Request, use_case: UseCase, ask: Any) -> Any:  # noqa: ANN401  (the verb's Ask and answer)
    """Run a verb for whoever asks, in a thread, so that others are served meanwhile."""
    return await run_in_threadpool(use_case.run, ask, bench_of(request))


async def verb_page(use_case: UseCase, request: Request) -> Response:
    """Show the form of a verb, and the answer if something was asked."""
    sent: ImmutableMultiDict[str, Any] = (
        request.query_params if request.method in ("GET", "HEAD") else await request.form()
    )
    if not visitor_of(request).may_run(use_case.audience):
        raise NotFound(f"'{use_case.name}' is not offered here")
    answer: Any = None
    error: BackwrightError | None = None
    asked = bool(sent) or not (use_case.writes or use_case.lasts or _needs_more(use_case))
    if use_case.writes and request.method != "POST":
        asked = False
    try:
        if asked:
            answer = await run(request, use_case, forms.ask_of(use_case, sent, leave_out=NOT_ASKED))
    except BackwrightError as problem:
        error = problem
    # What a link has filled in stays, even where only a press of the button asks.
    return show(request, use_case, answer, sent or (sent if asked else None), error)


def show(
    request: Request,
    use_case: UseCase,
    answer: Any,  # noqa: ANN401
    sent: ImmutableMultiDict[str, Any] | None = None,
    error: BackwrightError | None = None,
    more: Mapping[str, Any] | None = None,
) -> Response:
    """Return the page of a verb: its own template, or the one that fits all.

    Args:
        more: What the verb's own template needs besides.
    """
    own = f"verbs/{use_case.name.replace('.', '_').replace('-', '_')}.html"
    has_own = own in environment().list_templates()
    return page(
        request,
        own if has_own else "verb.html",
        {
            "verb": use_case,
            "fields": forms.fields_of(use_case, visitor_of(request), sent),
            "answer": answer,
            "error": error,
            "told": told_of(answer) if answer is not None and can_render(answer) else None,
            **(more or {}),
        },
        status=status_of(error),
    )


def status_of(error: BackwrightError | None) -> int:
    """Return the HTTP status of an answer or an error."""
    if error is None:
        return 200
    return {NotFound: 404, StoreProblem: 503}.get(type(error), 400)


def _needs_more(use_case: UseCase) -> bool:
    return any(question.default is ... for question in use_case.questions())
