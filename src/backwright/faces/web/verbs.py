"""The page of any verb: its form, and its answer below. A module in `pages/` replaces it for one verb."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio.to_thread

from backwright.faces.web import forms, jobs
from backwright.faces.web.answers import context_of, template_of
from backwright.faces.web.problems import headers_of, status_of
from backwright.faces.web.site import bench_of, visitor_of
from backwright.faces.web.templating import page
from backwright.model.errors import BackwrightError, Busy, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from starlette.datastructures import ImmutableMultiDict
    from starlette.requests import Request
    from starlette.responses import Response

    from backwright.usecases.spec import UseCase

SECONDS_MAX = 30  # of one request: whoever waits longer has gone; what may take longer is a job
NOT_ASKED = ("next",)  # names that a form may carry besides the verb's own fields


async def run(
    request: Request,
    use_case: UseCase,
    ask: Any,  # noqa: ANN401  (the verb's Ask)
    folder: Path | None = None,
) -> Any:  # noqa: ANN401  (the verb's answer)
    """Run a verb for whoever asks, in a thread, so that others are served meanwhile.

    Args:
        folder: Where an upload was put; nothing else can be read then.

    Raises:
        Busy: It takes longer than a request may.
    """
    with anyio.move_on_after(SECONDS_MAX):
        return await anyio.to_thread.run_sync(
            use_case.run, ask, bench_of(request, folder), abandon_on_cancel=True
        )
    raise Busy(
        f"'{use_case.name}' takes longer than {SECONDS_MAX} s with these values",
        seconds=SECONDS_MAX,
        detail="Ask for less, or ask in a terminal.",
        hint=use_case.example,
    )


async def verb_page(use_case: UseCase, request: Request) -> Response:
    """Show the form of a verb, and the answer if something was asked; what lasts becomes a job with a page of its own."""
    sent: ImmutableMultiDict[str, Any] = (
        request.query_params if request.method in ("GET", "HEAD") else await request.form()
    )
    if not visitor_of(request).may_run(use_case.audience):
        raise NotFound(f"'{use_case.name}' is not offered here")
    answer: Any = None
    error: BackwrightError | None = None
    asked = bool(sent) or not (use_case.writes or use_case.lasts or _needs_more(use_case))
    if (use_case.writes or use_case.lasts) and request.method != "POST":
        asked = False  # a link fills the form in; it starts nothing
    try:
        if asked:
            ask = forms.ask_of(use_case, sent, leave_out=NOT_ASKED)
            if use_case.lasts:
                return await jobs.begin_and_show(request, use_case, ask, pairs(sent))
            answer = await run(request, use_case, ask)
    except BackwrightError as problem:
        error = problem
    return show(request, use_case, answer, sent or None, error)


def pairs(sent: ImmutableMultiDict[str, Any]) -> list[tuple[str, str]]:
    """Return what was filled into a form, uploads aside."""
    return [(name, value) for name, value in sent.multi_items() if isinstance(value, str)]


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
    context = {**context_of(use_case, visitor_of(request), answer, sent, error), **(more or {})}
    return page(request, template_of(use_case), context, status_of(error), headers_of(error))


def _needs_more(use_case: UseCase) -> bool:
    return any(question.default is ... for question in use_case.questions())
