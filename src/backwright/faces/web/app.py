"""The page as one ASGI application: routes from the verbs, pages of their own, errors, assets."""

from __future__ import annotations

from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from backwright.faces.web import own, uploads, verbs
from backwright.faces.web.guard import Guard, TooLarge
from backwright.faces.web.site import PARALLEL, Site
from backwright.faces.web.templating import HERE, page
from backwright.model.errors import BackwrightError, BadRequest, NotFound
from backwright.usecases import USE_CASES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from backwright.faces.web.jobs import Jobs
    from backwright.usecases.spec import UseCase


def make_app(site: Site) -> Starlette:
    """Return the application over a site."""
    app = Starlette(
        routes=_routes(),
        middleware=[Middleware(Guard, site=site)],
        exception_handlers={
            BackwrightError: _problem,
            HTTPException: _http_problem,
            TooLarge: _too_large,
            Exception: _unexpected,
        },
        lifespan=_lifespan,
    )
    app.state.site = site
    return app


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = PARALLEL
    site: Site = app.state.site
    jobs: Jobs = site.parts["jobs"]
    jobs.start()
    with suppress(BackwrightError):  # without the database nobody knows what is still needed
        fresh = 0 if site.is_local else uploads.FRESH_SECONDS
        uploads.sweep(site.uploads, jobs.folders(), fresh)
    yield
    site.parts["jobs"].stop()
    site.bench.close()


def _routes() -> list[BaseRoute]:
    made: list[BaseRoute] = []
    for module in own.modules().values():
        made += getattr(module, "ROUTES", ())
    for use_case in USE_CASES:
        handler = getattr(own.module_of(use_case), "page", verbs.verb_page)
        made.append(_route(use_case, handler))
    made.append(Mount("/static", StaticFiles(directory=HERE / "static"), name="static"))
    return made


def _route(use_case: UseCase, handler: Callable[[UseCase, Request], Awaitable[Response]]) -> Route:
    path = f"/{use_case.name.replace('.', '/')}"
    return Route(path, partial(handler, use_case), methods=["GET", "POST"], name=use_case.name)


async def _problem(request: Request, error: Exception) -> Response:
    problem = error if isinstance(error, BackwrightError) else BadRequest(str(error))
    return page(
        request,
        "problem.html",
        {"error": problem},
        verbs.status_of(problem),
        verbs.headers_of(problem),
    )


async def _http_problem(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        problem: BackwrightError = NotFound(f"there is no page '{request.url.path[:200]}'")
    else:
        problem = BadRequest(str(getattr(error, "detail", error)))
    return page(request, "problem.html", {"error": problem}, status)


async def _too_large(request: Request, error: Exception) -> Response:
    problem = BadRequest(f"more than {error.args[0]:,} bytes were sent")
    return page(request, "problem.html", {"error": problem}, 413)


async def _unexpected(request: Request, error: Exception) -> Response:
    problem = BackwrightError(f"this should not have happened: {type(error).__name__}")
    return page(request, "problem.html", {"error": problem}, 500)
