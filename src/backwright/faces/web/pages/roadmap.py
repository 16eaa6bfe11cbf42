"""The roadmap: this week, weeks, dates that move with the form, the role map, the ten sections, files to take along."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backwright.adapters.kept import KeptFiles
from backwright.faces.prose.roadmap import SECTION_TITLES
from backwright.faces.web import forms, templating
from backwright.faces.web.problems import status_of
from backwright.faces.web.rolemap import role_map
from backwright.faces.web.site import bench_of
from backwright.faces.web.verbs import run
from backwright.model.errors import BackwrightError, NotFound
from backwright.usecases import USE_CASES
from backwright.usecases.given import request_of
from backwright.usecases.roadmap import BANDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from backwright.usecases.roadmap import Roadmap
    from backwright.usecases.spec import UseCase

WEEKS_SHOWN = 4  # blocks of weeks; the others are one click away
# What the page asks for; it has its own way with the verb's other fields.
ASKED = (
    "role", "band", "track", "hours_per_week", "start", "deadline", "from_role", "section",
    "simulate", "seed",
)  # fmt: skip
GOAL = ("role", "band", "hours_per_week")  # what a person can keep as theirs
# Format to (name, media type, what it is for).
FORMATS = {
    "md": ("Markdown", "text/markdown; charset=utf-8", "weeks to tick off, for a notebook"),
    "ics": ("calendar", "text/calendar; charset=utf-8", "each step as days in your calendar"),
    "csv": ("CSV", "text/csv; charset=utf-8", "one row a step, for a spreadsheet"),
    "json": ("JSON", "application/json", "everything, for programs"),
    "svg": ("role map", "image/svg+xml", "the map as a picture"),
    "gantt": ("Gantt chart", "image/svg+xml", "bars over months, as a picture"),
    "html": ("printable page", "text/html; charset=utf-8", "one file, without network"),
}
# A file of ours carries its own style; alone in a browser it may use that and nothing else.
ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


async def page(use_case: UseCase, request: Request) -> Response:
    """Show a plan; a POST keeps its role, level and hours as the person's own."""
    if request.method == "POST":
        return await _keep(use_case, request)
    asked = {name: request.query_params.get(name, "") for name in ASKED}
    answer, error = None, None
    try:
        answer = await run(request, use_case, _ask(use_case, request, {"what_if": True}))
    except BackwrightError as problem:
        error = problem
    return templating.page(
        request, "verbs/roadmap.html", _context(request, use_case, asked, answer, error),
        status_of(error),
    )  # fmt: skip


def _ask(use_case: UseCase, request: Request, also: Mapping[str, object]) -> Any:  # noqa: ANN401  (the verb's Ask)
    return forms.ask_of(use_case, request.query_params, also)


async def _keep(use_case: UseCase, request: Request) -> Response:
    sent = await request.form()
    asked = {name: value for name, value in sent.items() if name in GOAL and isinstance(value, str)}
    await run(request, use_case, forms.ask_of(use_case, sent))
    rest = {k: v for k, v in sent.items() if k in ASKED and k not in asked and v}
    return RedirectResponse(f"/roadmap?{urlencode(rest)}" if rest else "/roadmap", 303)


def _context(
    request: Request,
    use_case: UseCase,
    asked: Mapping[str, str],
    answer: Roadmap | None,
    error: BackwrightError | None,
) -> dict[str, Any]:
    catalog = bench_of(request).catalog
    hours = {step.skill: step.hours for step in answer.steps} if answer else {}
    return {
        "verb": use_case,
        "asked": asked,
        "answer": answer,
        "error": error,
        "roles": [(role.id, role.name) for role in catalog.roles.values()],
        "tracks": [(track.id, track.name) for track in catalog.profile.tracks.values()],
        "bands": BANDS,
        "again": _again(asked),
        "formats": FORMATS,
        "weeks_shown": WEEKS_SHOWN,
        "section_titles": SECTION_TITLES,
        "goal": GOAL,
        "steps": {step.skill: step for step in answer.steps} if answer else {},
        "map": role_map(answer.skills, answer.domains, hours) if answer and answer.steps else None,
        "share": _shares(answer) if answer else None,
    }


def _again(asked: Mapping[str, str]) -> Callable[..., str]:
    """Return what makes the address of the same plan with some values changed."""

    def again(path: str = "/roadmap", **changed: object) -> str:
        merged = {**asked, **changed}
        query = urlencode({k: v for k, v in merged.items() if v not in ("", None)})
        return f"{path}?{query}" if query else path

    return again


def _shares(answer: Roadmap) -> Callable[[str], float]:
    """Return what says where a day lies between the start of the plan and its last P80."""
    begin = date.fromisoformat(answer.start)
    end = date.fromisoformat(answer.end_p80)
    days = max((end - begin).days, 1)
    return lambda day: (date.fromisoformat(day) - begin).days / days


async def export(request: Request) -> Response:
    """Send the plan as a file."""
    name = request.path_params["format"]
    if name not in FORMATS:
        raise NotFound(f"there is no export '{name[:40]}'", detail=f"there: {', '.join(FORMATS)}")
    asked = {k: v for k, v in request.query_params.items() if k in ASKED}
    use_case = next(each for each in USE_CASES if each.name == "roadmap")
    ask = request_of(use_case, {**asked, "what_if": True, "export": name})
    bench = bench_of(request)
    kept = KeptFiles(bench.files)

    def made() -> str:
        use_case.run(ask, replace(bench, files=kept))
        return next(iter(kept.written))

    path = await run_in_threadpool(made)
    headers = {"content-security-policy": ALONE}
    if "show" not in request.query_params:
        headers["content-disposition"] = f'attachment; filename="{path.rpartition("/")[2]}"'
    return Response(kept.written[path], headers=headers, media_type=FORMATS[name][1])


ROUTES = [Route("/roadmap/export/{format}", export)]
