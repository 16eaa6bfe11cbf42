"""Who you are: the first hour's five questions, and the same again as settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backwright.assess.person import LEVEL_LETTERS
from backwright.faces.web import verbs
from backwright.faces.web.people import person_at
from backwright.faces.web.problems import status_of
from backwright.faces.web.templating import page as page_of
from backwright.model.errors import BackwrightError
from backwright.usecases import USE_CASES
from backwright.usecases.given import request_of

if TYPE_CHECKING:
    from starlette.datastructures import ImmutableMultiDict
    from starlette.requests import Request

    from backwright.usecases.spec import UseCase

SETTINGS = "/settings"


async def page(use_case: UseCase, request: Request) -> Response:
    """Ask who the visitor is, keep what they say, and lead on to the assessment."""
    is_settings = request.url.path == SETTINGS
    if request.method != "POST":
        if level := request.query_params.get("simulate"):
            return RedirectResponse(request.url_for("home").include_query_params(simulate=level))
        return await _form(use_case, request)
    sent = await request.form()
    try:
        await verbs.run(request, use_case, request_of(use_case, _said(sent)))
    except BackwrightError as error:
        return await _form(use_case, request, sent, error)
    return RedirectResponse(f"{SETTINGS}?kept=1" if is_settings else "/assess", status_code=303)


def _said(sent: ImmutableMultiDict[str, Any]) -> dict[str, object]:
    given: dict[str, object] = {
        name: str(sent[name]).strip()
        for name in ("name", "role", "hours_per_week", "own_level")
        if sent.get(name)
    }
    if sent.get("languages-asked"):  # a box that is not ticked sends nothing, and is an answer, too
        given["languages"] = " ".join(map(str, sent.getlist("languages"))) or "none"
    return given


async def _form(
    use_case: UseCase,
    request: Request,
    sent: ImmutableMultiDict[str, Any] | None = None,
    error: BackwrightError | None = None,
) -> Response:
    person = await person_at(request)
    state = await verbs.run(request, use_case, use_case.ask())
    level = next((k for k, name in LEVEL_LETTERS.items() if name == person.own_level), "")
    filled = {
        "name": person.name,
        "role": person.role,
        "hours_per_week": f"{person.hours_per_week or 8:g}",
        "own_level": level,
    }
    filled |= {name: str(sent[name]) for name in filled if sent is not None and name in sent}
    languages = sent.getlist("languages") if sent is not None else person.languages or ()
    context = {
        "verb": use_case,
        "state": state,
        "filled": filled,
        "languages": languages,
        "levels": LEVEL_LETTERS,
        "error": error,
        "is_settings": request.url.path == SETTINGS,
        "kept": bool(request.query_params.get("kept")),
    }
    return page_of(request, "about_you.html", context, status_of(error))


async def settings(request: Request) -> Response:
    """Show and change what the visitor said about themselves."""
    return await page(next(u for u in USE_CASES if u.name == "start"), request)


ROUTES = [Route(SETTINGS, settings, methods=["GET", "POST"], name="settings")]
