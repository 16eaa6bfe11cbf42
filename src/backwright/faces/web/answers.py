"""A verb's answer as its page and its JSON show it. Needs no request, so that a job can fill it in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from starlette.datastructures import ImmutableMultiDict

from backwright.faces.prose import can_render
from backwright.faces.web import forms, own
from backwright.faces.web.templating import environment
from backwright.faces.web.told import told_of

if TYPE_CHECKING:
    from backwright.faces.web.site import Visitor
    from backwright.model.errors import BackwrightError
    from backwright.usecases.spec import UseCase


def template_of(use_case: UseCase) -> str:
    """Return the name of a verb's own template, or of the one that fits all."""
    own = f"verbs/{use_case.name.replace('.', '_').replace('-', '_')}.html"
    return own if own in environment().list_templates() else "verb.html"


def context_of(
    use_case: UseCase,
    visitor: Visitor,
    answer: Any,  # noqa: ANN401
    sent: ImmutableMultiDict[str, Any] | None = None,
    error: BackwrightError | None = None,
) -> dict[str, Any]:
    """Return what a verb's template is given."""
    return {
        "visitor": visitor,
        "is_local": visitor.is_local,
        "verb": use_case,
        "fields": forms.fields_of(use_case, visitor, sent),
        "answer": answer,
        "error": error,
        "told": told_of(answer) if answer is not None and can_render(answer) else None,
        "sent": sent if sent is not None else ImmutableMultiDict(),
        **own.context_of(use_case, answer, visitor),
    }


def as_json(use_case: UseCase, answer: object) -> bytes:
    """Return an answer as `--json` prints it, with the name of its schema first."""
    fields = msgspec.json.encode(answer)  # what is not a number or without end is null
    start = b'{"schema":' + msgspec.json.encode(use_case.schema_name)
    return start + (b"," + fields[1:] if len(fields) > 2 else b"}")
