"""Blueprints in the browser: an example, a file, or text that is typed, sent to each verb of `design`."""

from __future__ import annotations

import secrets
from dataclasses import replace
from shutil import rmtree
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import ImmutableMultiDict
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backwright.faces.web import answers, forms, jobs, verbs
from backwright.faces.web.blueprints import ranges_of
from backwright.faces.web.site import bench_of, site_of, visitor_of
from backwright.faces.web.templating import page as show_page
from backwright.model.errors import BackwrightError, BadRequest, NotFound
from backwright.usecases import USE_CASES
from backwright.usecases.design_file import design_text
from backwright.usecases.design_new import START
from backwright.usecases.design_new import Ask as AskNew
from backwright.usecases.design_new import run as run_new
from backwright.usecases.design_solve import DesignSolved

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

    from backwright.faces.web.site import Visitor
    from backwright.usecases.bench import Bench
    from backwright.usecases.spec import UseCase

FAMILY = True  # these are the pages of all verbs that begin with "design."
MINE = "mine.yaml"  # what typed text is called, in problems and in commands
MINE_MAX = 200_000  # characters; one of 10,000 lines, which is read and checked in about 2 s
PICTURED = {"svg"}  # a field `format` is not asked for: the page shows the picture beside the words
EDITOR = ("text", "shown")  # fields of the editor that are none of a verb's
FILES = {
    "svg": ("image/svg+xml", "svg"),
    "mermaid": ("text/plain", "mmd"),
    "structurizr": ("text/plain", "dsl"),
    "d2": ("text/plain", "d2"),
    "adr": ("text/markdown", "md"),
    "html": ("text/html", "html"),
    "json": ("application/json", "json"),
}


async def index(request: Request) -> Response:
    """Show the examples, and what each verb answers about them."""
    known = await run_in_threadpool(run_new, AskNew(list=True), bench_of(request))
    visitor = visitor_of(request)
    offered = [each for each in USE_CASES if visitor.may_run(each.audience)]
    return show_page(
        request,
        "design.html",
        {
            "examples": known.examples,
            "verbs": [each for each in offered if each.name.startswith("design.")],
            "advice": [each for each in offered if each.name.startswith("advise.")],
            "start": START,
        },
    )


async def page(use_case: UseCase, request: Request) -> Response:
    """Show a verb of `design` with the editor; what is typed there is a blueprint like any other."""
    if not visitor_of(request).may_run(use_case.audience):
        raise NotFound(f"'{use_case.name}' is not offered here")
    sent = await _sent(request)
    names = {question.name for question in use_case.questions()}
    if "path" not in names:
        return await verbs.verb_page(use_case, request)
    if not sent:
        return await _shown(request, use_case, None, ImmutableMultiDict([("path", START)]))
    mine = await run_in_threadpool(_own_text, sent, bench_of(request))
    if request.method == "POST" and not mine and not (use_case.lasts or use_case.writes):
        # backwright: allow redirect-from-input, a path that a route of ours has matched whole
        return RedirectResponse(f"{request.url.path}?{_query(sent, names)}", status_code=303)
    folder = None
    try:
        folder = await run_in_threadpool(_folder, request, mine) if mine else None
        return await _answered(request, use_case, sent, folder)
    except BackwrightError as error:
        await run_in_threadpool(_forget, folder)
        return await _shown(request, use_case, None, sent, error)


async def _answered(
    request: Request,
    use_case: UseCase,
    sent: ImmutableMultiDict[str, Any],
    folder: Path | None,
) -> Response:
    if folder and use_case.audience == "machine":
        raise BadRequest(
            "text in the editor cannot be measured: save it as a file on this machine, and name that",
            hint=f"backwright {use_case.name.replace('.', ' ')} {MINE} --serve example",
        )
    names = {question.name: question for question in use_case.questions()}
    also: dict[str, object] = {"path": MINE} if folder else {}
    if "format" in names and PICTURED & set(names["format"].choices):
        also["format"] = "svg"
    ask = forms.ask_of(use_case, _only(sent, names), also)
    if use_case.lasts or use_case.writes:
        if request.method != "POST":  # a link fills the form in; it starts nothing
            await run_in_threadpool(_forget, folder)
            return await _shown(request, use_case, None, sent)
        filled = await run_in_threadpool(_with_text, sent, bench_of(request))
        return await jobs.begin_and_show(request, use_case, ask, verbs.pairs(filled), folder)
    answer = await run_in_threadpool(use_case.run, ask, bench_of(request, folder))
    _forget(folder)
    return await _shown(request, use_case, answer, sent)


async def _shown(
    request: Request,
    use_case: UseCase,
    answer: object,
    sent: ImmutableMultiDict[str, Any],
    error: BackwrightError | None = None,
) -> Response:
    filled = await run_in_threadpool(_with_text, sent, bench_of(request))
    return verbs.show(request, use_case, answer, filled, error)


async def _sent(request: Request) -> ImmutableMultiDict[str, Any]:
    """Return what was filled in; what a button's own address says goes before the fields beside it."""
    asked = request.query_params
    if request.method != "POST":
        return ImmutableMultiDict(asked.multi_items())
    form = await request.form()
    above = [name for name in asked if name not in (*EDITOR, "path") or name not in form]
    kept = [(name, value) for name, value in form.multi_items() if name not in above]
    return ImmutableMultiDict([*kept, *((n, v) for n, v in asked.multi_items() if n in above)])


def _own_text(sent: ImmutableMultiDict[str, Any], bench: Bench) -> str:
    """Return the text that was typed, "" if it is still that of the example or file it was filled from."""
    text = _lines(sent.get("text", ""))
    if not text.strip():
        return ""
    shown, path = str(sent.get("shown", "")), str(sent.get("path", ""))
    if shown and path and shown != path:
        return ""  # another example was chosen
    return "" if shown and _lines(_text_of(shown, bench)) == text else text


def _with_text(sent: ImmutableMultiDict[str, Any], bench: Bench) -> ImmutableMultiDict[str, Any]:
    """Return what was sent with the text that belongs in the editor."""
    mine = _own_text(sent, bench)
    path = "" if mine else str(sent.get("path", ""))
    rest = [(n, v) for n, v in sent.multi_items() if n not in (*EDITOR, "path")]
    text = mine or _text_of(path, bench)
    kept = path if text and not mine else ""
    return ImmutableMultiDict([*rest, ("path", path), ("text", text), ("shown", kept)])


def _text_of(path: str, bench: Bench) -> str:
    try:
        return design_text(path, bench)[0] if path else ""
    except BackwrightError:
        return ""


def _lines(text: object) -> str:
    """Return a text with the line ends of a file; forms send those of the network."""
    return str(text).replace("\r\n", "\n").rstrip("\n") + "\n"


def _only(
    sent: ImmutableMultiDict[str, Any], names: dict[str, Any]
) -> ImmutableMultiDict[str, Any]:
    """Return the fields that the verb has: the buttons of the editor lead to verbs with others."""
    return ImmutableMultiDict([(n, v) for n, v in sent.multi_items() if n in names])


def _query(sent: ImmutableMultiDict[str, Any], names: set[str]) -> str:
    from urllib.parse import urlencode

    return urlencode([(n, v) for n, v in verbs.pairs(sent) if n in names and v.strip()])


def _folder(request: Request, text: str) -> Path:
    """Return a folder of its own with the text in it: all that this request may read.

    Raises:
        BadRequest: The text is too long.
    """
    if len(text) > MINE_MAX:
        raise BadRequest(
            f"the text has {len(text):,} characters; at most {MINE_MAX:,} are read here",
            hint=f"backwright design check {MINE}",
        )
    folder = site_of(request).uploads / secrets.token_hex(16)
    folder.mkdir(parents=True)
    (folder / MINE).write_text(text, encoding="utf-8")
    return folder


def _forget(folder: Path | None) -> None:
    if folder is not None:
        rmtree(folder, ignore_errors=True)


async def download(request: Request) -> Response:
    """Send a drawing in one of its notations."""
    from backwright.faces.prose.design_html import render

    kind = request.path_params["kind"]
    if kind not in FILES:
        raise NotFound(f"there is no notation '{kind[:40]}'", hint="backwright design draw shop")
    use_case = next(each for each in USE_CASES if each.name == "design.draw")
    sent = await _sent(request)
    mine = await run_in_threadpool(_own_text, sent, bench_of(request))
    folder = await run_in_threadpool(_folder, request, mine) if mine else None
    names = {question.name: question for question in use_case.questions()}
    also: dict[str, object] = {"path": MINE} if folder else {}
    try:
        ask = forms.ask_of(use_case, _only(sent, names), also)
        answer = await run_in_threadpool(
            use_case.run, replace(ask, format="text"), bench_of(request, folder)
        )
    finally:
        await run_in_threadpool(_forget, folder)
    if kind == "html":
        text: str | bytes = render(answer)
    else:
        text = answers.as_json(use_case, answer) if kind == "json" else getattr(answer, kind)
    media, ending = FILES[kind]
    name = "".join(char if char.isalnum() or char in "-_" else "-" for char in answer.name)
    return Response(
        text,
        media_type=media,
        headers={"content-disposition": f'attachment; filename="{name or "design"}.{ending}"'},
    )


def context(answer: object, visitor: Visitor) -> dict[str, Any]:
    """Return what the templates of a design show beside the words."""
    del visitor
    if isinstance(answer, DesignSolved):
        return {"ranges": ranges_of(answer)}
    return {}


ROUTES = [
    Route("/design", index),
    Route("/design/draw/{kind}", download, methods=["GET", "POST"]),
]
