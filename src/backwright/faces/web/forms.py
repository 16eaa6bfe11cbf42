"""Forms made from the fields of a verb, and requests made from what was sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backwright.usecases.given import request_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.datastructures import ImmutableMultiDict

    from backwright.faces.web.site import Visitor
    from backwright.usecases.spec import Question, UseCase


_ASSUMED = re.compile(r"\(assumed ([^)]+)\)")


@dataclass(frozen=True)
class Field:
    """One field as it stands in a form.

    Attributes:
        kind: text, number, choice, choices, flag, lines (one value a line), upload, folder.
        values: What is filled in.
        is_given: The visitor filled it in.
    """

    name: str
    label: str
    help: str
    kind: str
    choices: tuple[str, ...]
    is_required: bool
    values: tuple[str, ...]
    is_given: bool = False

    @property
    def assumed(self) -> str:
        """What is taken if nothing is filled in, as the help line says it."""
        found = _ASSUMED.search(self.help)
        return found[1] if found else ""

    @property
    def value(self) -> str:
        """What is filled in, as one text."""
        return "\n".join(self.values)


def fields_of(
    use_case: UseCase, visitor: Visitor, sent: ImmutableMultiDict[str, Any] | None = None
) -> tuple[Field, ...]:
    """Return the fields of a verb that this visitor can fill in, with what they sent."""
    return tuple(
        Field(
            question.name,
            _label(question.name),
            question.help,
            "text" if _is_named(use_case, question) else _kind(question, visitor),
            tuple(choice for choice in question.choices if choice),
            question.default is ...,
            _values(question, sent),
            sent is not None and any(sent.getlist(question.name)),
        )
        for question in use_case.questions()
        # A browser saves what it is sent; what only writes a file says where, to whom that disk belongs.
        if question.mark.disk != "write" or (question.default is ... and visitor.is_local)
    )


def _is_named(use_case: UseCase, question: Question) -> bool:
    """Whether a field is typed wherever its caller is: blueprints are examples by name, or text in an editor."""
    return (
        use_case.name.startswith("design.")
        and question.mark.disk == "file"
        and not question.repeated
    )


UNITS = {
    "gib": "GiB", "mib": "MiB", "kb": "kB", "us": "µs", "rtt": "RTT", "rpo": "RPO", "rto": "RTO", "cpu": "CPU",
    "url": "URL", "mbit": "Mbit/s", "api": "API", "id": "id",
}  # fmt: skip


def _label(name: str) -> str:
    """Return a field's name as a label: words, with units and short names as they are written."""
    first, *rest = name.split("_")
    said = [UNITS.get(first, first.capitalize()), *(UNITS.get(word, word) for word in rest)]
    return " ".join(said)


def _kind(question: Question, visitor: Visitor) -> str:
    if question.mark.disk == "folder":
        return "folder" if visitor.is_local else "upload"
    if question.mark.disk == "file" and not visitor.is_local:
        return "upload"
    if question.type is bool:
        return "flag"
    if question.choices:
        return "choices" if question.repeated else "choice"
    if question.repeated:
        return "lines"
    return "number" if question.type in (int, float) else "text"


def _values(question: Question, sent: ImmutableMultiDict[str, Any] | None) -> tuple[str, ...]:
    if sent is not None and question.name in sent:
        return tuple(value for value in sent.getlist(question.name) if isinstance(value, str))
    default = question.default
    if default is ... or default is None or default == "" or sent is not None:
        return ()
    return tuple(map(str, default)) if isinstance(default, tuple) else (str(default),)


def ask_of(
    use_case: UseCase,
    sent: ImmutableMultiDict[str, Any],
    also: Mapping[str, object] | None = None,
    leave_out: Sequence[str] = (),
) -> Any:  # noqa: ANN401  (the verb's Ask)
    """Return the request that a form makes; BadRequest names the field that is wrong.

    Args:
        also: Values that do not come from the form, such as where an upload was put.
        leave_out: Names that the form has and the verb has not.
    """
    given: dict[str, object] = {}
    for question in use_case.questions():
        values = [v for v in sent.getlist(question.name) if isinstance(v, str)]
        if question.repeated:
            if not question.choices:
                values = [word.strip() for value in values for word in value.splitlines()]
            given[question.name] = [value for value in values if value]
        elif values:
            given[question.name] = values[-1].strip() if question.type is not str else values[-1]
    known = set(given) | {q.name for q in use_case.questions()}
    for name in sent:
        if name not in known and name not in leave_out:
            given[name] = sent[name]
    return request_of(use_case, {**given, **(also or {})})
