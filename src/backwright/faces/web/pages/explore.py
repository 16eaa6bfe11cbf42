"""Roles, skills, technologies, languages: lists, one opened, several side by side, what a word finds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backwright.faces.web import forms, verbs
from backwright.faces.web.problems import status_of
from backwright.faces.web.site import bench_of
from backwright.faces.web.templating import page as page_of
from backwright.model.errors import BackwrightError, NotFound
from backwright.usecases import USE_CASES
from backwright.usecases.given import request_of
from backwright.usecases.guides import guides_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from backwright.usecases.spec import UseCase

TEMPLATES = {
    "RoleList": "explore_roles.html",
    "RoleCard": "explore_role.html",
    "Comparison": "explore_compare.html",
    "SkillList": "explore_skills.html",
    "SkillCard": "explore_skill.html",
    "TechnologyList": "explore_technologies.html",
    "TechnologyCard": "explore_technology.html",
    "LanguageList": "explore_languages.html",
    "SearchResult": "explore_search.html",
    "GuideList": "explore_guides.html",
    "GuideCard": "explore_guide.html",
}


async def page(use_case: UseCase, request: Request) -> Response:
    """Show what was asked for: the roles when nothing was."""
    sent = request.query_params if request.method in ("GET", "HEAD") else await request.form()
    name = str(sent.get("name", "")).strip()
    if name and set(sent) <= {"name", "all"}:
        return RedirectResponse(_home_of(name, request), status_code=303)
    try:
        answer = await verbs.run(
            request, use_case, forms.ask_of(use_case, sent, leave_out=("next",))
        )
    except BackwrightError as error:
        roles = await verbs.run(request, use_case, use_case.ask())
        return _show(request, roles, error, str(sent.get("search", "")))
    return _show(request, answer, None, str(sent.get("search", "")))


def _home_of(name: str, request: Request) -> str:
    """Return the page of what has this id or name."""
    catalog = bench_of(request).catalog
    for role in catalog.roles.values():
        if name.lower() in (role.id, role.name.lower()):
            return f"/role/{role.id}"
    if name in catalog.skills:
        return f"/skill/{name}"
    if name in catalog.technologies:
        return f"/technology/{name}"
    if name in catalog.paths:
        return str(request.url_for("learn").include_query_params(name=name))
    if name in guides_of(bench_of(request)):
        return f"/guide/{name}"
    return str(request.url_for("explore").include_query_params(search=name))


def _show(
    request: Request, answer: object, error: BackwrightError | None = None, search: str = ""
) -> Response:
    catalog = bench_of(request).catalog
    context = {
        "answer": answer,
        "error": error,
        "here": "/explore",
        "search": search,
        "roles": {role.id: role.name for role in catalog.roles.values()},
        "paths": {path.id: path.name for path in catalog.paths.values()},
        "technology_ids": {each.name: each.id for each in catalog.technologies.values()},
    }
    return page_of(request, TEMPLATES[type(answer).__name__], context, status_of(error))


async def card(kind: str, request: Request) -> Response:
    """Show one role, skill, technology or guide under an address that stays."""
    name = request.path_params["id"]
    catalog = bench_of(request).catalog
    known: dict[str, object] = {
        "role": catalog.roles,
        "skill": catalog.skills,
        "technology": catalog.technologies,
        "guide": guides_of(bench_of(request)) if kind == "guide" else (),
    }
    if name not in known[kind]:  # type: ignore[operator]
        raise NotFound(
            f"no {kind} is called '{name[:80]}'", hint="backwright explore --search WORD"
        )
    use_case = next(each for each in USE_CASES if each.name == "explore")
    return _show(
        request,
        await verbs.run(request, use_case, request_of(use_case, {"name": name, "all": True})),
    )


ROUTES = [
    Route(f"/{kind}/{{id}}", partial(card, kind), name=kind)
    for kind in ("role", "skill", "technology", "guide")
]
