"""The choice of light or dark: a cookie, set by the form in every footer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backwright.faces.web.templating import THEMES

if TYPE_CHECKING:
    from starlette.requests import Request

YEAR = 365 * 24 * 3600


async def choose(request: Request) -> Response:
    """Keep the theme and go back to where the form was."""
    sent = await request.form()
    theme, back = str(sent.get("theme", "")), str(sent.get("next", "/"))
    # backwright: allow redirect-from-input, own_path keeps it to this page
    answer = RedirectResponse(own_path(back), status_code=303)
    if theme in THEMES:
        secure = request.url.scheme == "https"
        answer.set_cookie(
            "theme", theme, max_age=YEAR, samesite="lax", httponly=True, secure=secure
        )
    return answer


def own_path(path: str) -> str:
    """Return a path of this page, "/" for anything that would lead elsewhere."""
    is_own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_own else "/"


ROUTES = [Route("/theme", choose, methods=["POST"])]
