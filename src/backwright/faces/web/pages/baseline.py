"""The baseline's page: it only writes into a folder that a person at this machine has named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backwright.adapters.source_tree import EXAMPLE
from backwright.faces.web import uploads, verbs
from backwright.faces.web.site import visitor_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from backwright.usecases.spec import UseCase


async def page(use_case: UseCase, request: Request) -> Response:
    """Show the form; for an upload and the example only say what would be accepted."""
    sent = await verbs.sent_with(request)
    named = str(sent.get("path") or "").strip()
    uploaded = any(getattr(file, "filename", "") for file in sent.getlist(uploads.UPLOAD))
    may_write = visitor_of(request).is_local and named not in ("", EXAMPLE) and not uploaded
    return await verbs.verb_page(use_case, request, None if may_write else {"dry_run": True})
