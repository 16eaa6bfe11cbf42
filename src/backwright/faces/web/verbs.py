"""The page of any verb: its form, and its answer below. A module in `pages/` replaces it for one verb."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio.to_thread

from backwright.faces.web import forms, jobs, own, uploads
from backwright.faces.web.answers import context_of, template_of
from backwright.faces.web.problems import headers_of, status_of
from backwright.faces.web.site import bench_of, visitor_of
from backwright.faces.web.templating import page
from backwright.model.errors import BackwrightError, BadRequest, Busy, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from starlette.datastructures import ImmutableMultiDict
    from starlette.requests import Request
    from starlette.responses import Response

    from backwright.usecases.spec import UseCase

SECONDS_MAX = 30  # of one request: whoever waits longer has gone; what may take longer is a job
# Names that a form may carry besides the verb's own fields.
NOT_ASKED = ("next", uploads.UPLOAD)
UPLOADS_MAX, FIELDS_MAX = 20, 200  # of one form: the largest has about 25 fields


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
        answer = await anyio.to_thread.run_sync(
            use_case.run, ask, bench_of(request, folder), abandon_on_cancel=True
        )
        await own.after(use_case, request)
        return answer
    raise Busy(
        f"'{use_case.name}' takes longer than {SECONDS_MAX} s with these values",
        seconds=SECONDS_MAX,
        detail="Ask for less, or ask in a terminal.",
        hint=use_case.example,
    )


async def verb_page(
    use_case: UseCase, request: Request, also: Mapping[str, object] | None = None
) -> Response:
    """Show the form of a verb, and the answer if something was asked; what lasts becomes a job with a page of its own.

    `also` holds values that the page gives whatever was sent.
    """
    sent = await sent_with(request)
    if not visitor_of(request).may_run(use_case.audience):
        raise NotFound(f"'{use_case.name}' is not offered here")
    error: BackwrightError | None = None
    asked = bool(sent) or not (use_case.writes or use_case.lasts or _needs_more(use_case))
    if (use_case.writes or use_case.lasts) and request.method != "POST":
        asked = False  # a link fills the form in; it starts nothing
    try:
        if asked:
            return await answered(request, use_case, sent, also)
    except BackwrightError as problem:
        is_only_empty = not sent and isinstance(problem, BadRequest)  # nothing was asked yet
        error = None if is_only_empty else problem
    return show(request, use_case, None, sent or None, error)


async def sent_with(request: Request) -> ImmutableMultiDict[str, Any]:
    """Return what came with a request: its query, or its form."""
    if request.method in ("GET", "HEAD"):
        return request.query_params
    return await request.form(max_files=UPLOADS_MAX, max_fields=FIELDS_MAX)


async def answered(
    request: Request,
    use_case: UseCase,
    sent: ImmutableMultiDict[str, Any],
    also: Mapping[str, object] | None = None,
) -> Response:
    """Run a verb on what was sent and show its answer; what lasts becomes a job."""
    taken = await uploads.taken(request, use_case, sent)
    try:
        ask = forms.ask_of(use_case, sent, {**taken.also, **(also or {})}, NOT_ASKED)
        if use_case.lasts:
            said = [*pairs(sent), *([(uploads.NOTE, taken.note)] if taken.note else [])]
            return await jobs.begin_and_show(request, use_case, ask, said, taken.folder)
    except BaseException:
        taken.forget()
        raise
    try:
        answer = await run(request, use_case, ask, taken.folder)
    finally:
        taken.forget()
    return show(request, use_case, answer, sent or None)


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
