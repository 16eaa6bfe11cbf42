"""The page as one ASGI application: routes from the verbs, pages of their own, errors, assets."""

from __future__ import annotations

from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from backwright.faces.web import ending, own, uploads, verbs
from backwright.faces.web.doorkeeper import Doorkeeper
from backwright.faces.web.guard import CLOSES, Guard, TooLarge, TooSlow
from backwright.faces.web.problems import problem_page
from backwright.faces.web.remembered import Remembered
from backwright.faces.web.site import PARALLEL, Site
from backwright.faces.web.templating import HERE
from backwright.faces.web.watch import Watch
from backwright.model.errors import BackwrightError, BadRequest, NotFound
from backwright.usecases import USE_CASES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from os import PathLike, stat_result

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import Scope

    from backwright.faces.web.jobs import Jobs
    from backwright.usecases.spec import UseCase

COMPRESSED_FROM = 1400  # bytes; what fits one packet anyway is not made smaller


def make_app(site: Site) -> Starlette:
    """Return the application over a site."""
    app = Starlette(
        routes=_routes(),
        middleware=[
            Middleware(Watch, site=site),
            Middleware(Guard, site=site),
            Middleware(Doorkeeper, site=site),
            Middleware(Remembered, site=site),
            Middleware(GZipMiddleware, minimum_size=COMPRESSED_FROM, compresslevel=5),
        ],
        exception_handlers={
            BackwrightError: _problem,
            HTTPException: _http_problem,
            TooLarge: _too_large,
            TooSlow: _too_slow,
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
    ending.listen()
    jobs: Jobs = site.parts["jobs"]
    jobs.start()
    with suppress(BackwrightError):  # without the database nobody knows what is still needed
        fresh = 0 if site.is_local else uploads.FRESH_SECONDS
        uploads.sweep(site.uploads, jobs.folders(), fresh)
    yield
    site.parts["jobs"].stop()
    site.parts["replies"].close()
    site.bench.close()


def _routes() -> list[BaseRoute]:
    made: list[BaseRoute] = []
    for module in own.modules().values():
        made += getattr(module, "ROUTES", ())
    for use_case in USE_CASES:
        handler = getattr(own.module_of(use_case), "page", verbs.verb_page)
        made.append(_route(use_case, handler))
    made.append(Mount("/static", Assets(directory=HERE / "static"), name="static"))
    return made


class Assets(StaticFiles):
    """Our own files. Pages name them with the version, so that a browser may keep them for good."""

    def file_response(
        self,
        full_path: str | PathLike[str],
        stat_result: stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        made = super().file_response(full_path, stat_result, scope, status_code)
        if scope["query_string"]:
            made.headers["cache-control"] = "public, max-age=31536000, immutable"
        return made


def _route(use_case: UseCase, handler: Callable[[UseCase, Request], Awaitable[Response]]) -> Route:
    path = f"/{use_case.name.replace('.', '/')}"
    return Route(path, partial(handler, use_case), methods=["GET", "POST"], name=use_case.name)


async def _problem(request: Request, error: Exception) -> Response:
    problem = error if isinstance(error, BackwrightError) else BadRequest(str(error))
    return problem_page(request, problem)


async def _http_problem(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        problem: BackwrightError = NotFound(f"there is no page '{request.url.path[:200]}'")
    elif status == 405:
        problem = BadRequest(f"'{request.url.path[:200]}' does not know {request.method}")
    else:
        problem = BadRequest(str(getattr(error, "detail", error)))
    return problem_page(request, problem, status, getattr(error, "headers", None))


async def _too_large(request: Request, error: Exception) -> Response:
    problem = BadRequest(f"more than {error.args[0]:,} bytes were sent")
    return problem_page(request, problem, 413, CLOSES)


async def _too_slow(request: Request, error: Exception) -> Response:
    del error
    problem = BadRequest("the rest of what was sent did not come", hint="send it again")
    return problem_page(request, problem, 408, CLOSES)


async def _unexpected(request: Request, error: Exception) -> Response:
    problem = BackwrightError(f"this should not have happened: {type(error).__name__}")
    return problem_page(request, problem, 500)
