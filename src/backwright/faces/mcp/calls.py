"""Runs one tool call: named values in, text and values out; problems are answers, too."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backwright.faces.mcp.bounded import VALUES_MAX, bounded_text, bounded_values
from backwright.faces.mcp.listing import NOTICE, quotes_files, writes_files
from backwright.faces.mcp.sitting import asking_text, question_in
from backwright.faces.mcp.spoken import call_of
from backwright.faces.prose import prose
from backwright.model.errors import BackwrightError
from backwright.usecases import UseCase
from backwright.usecases.bench import Bench
from backwright.usecases.given import request_of

ASKING_MAX = (
    6_000  # characters of values beside a question: the report belongs to a call that asks for it
)
# An agent follows what it reads; what cannot be undone is the person's to say.
CONFIRMED = "only after the person has confirmed it: "


@dataclass(frozen=True)
class Told:
    """What a call came to.

    Attributes:
        values: The answer's fields with the name of their schema; of an error, its parts.
        answer: What the verb returned, None with an error.
    """

    text: str
    values: dict[str, Any] = field(default_factory=dict)
    is_error: bool = False
    answer: Any = None


def call(use_case: UseCase, arguments: Mapping[str, object], bench: Bench) -> Told:
    """Run a verb and return its answer, or what is wrong and what to call next."""
    try:
        ask = request_of(use_case, arguments)
        answer = use_case.run(ask, bench)
        return told(use_case, answer, arguments)
    except BackwrightError as error:
        return problem(error)
    except Exception as error:
        return problem(
            BackwrightError(
                f"this should not have happened: {type(error).__name__}: {error}",
                hint=f"backwright {use_case.name.replace('.', ' ')} --debug",
            )
        )


def told(use_case: UseCase, answer: object, arguments: Mapping[str, object]) -> Told:
    """Return an answer as text and values, neither longer than a client takes in."""
    import msgspec

    asks = question_in(answer) is not None
    fields = json.loads(msgspec.json.encode(answer))
    fields, cut_values = bounded_values(fields, ASKING_MAX if asks else VALUES_MAX)
    values = {"schema": use_case.schema_name, **fields}
    text = asking_text(use_case, answer, arguments) if asks else prose(answer)
    text, cut_text = bounded_text(text)
    if quotes_files(use_case) or _quotes_pages(answer):
        text, values = fenced(text), {"notice": NOTICE, **values}
    cut = [*cut_text, *cut_values]
    if cut:
        text = f"{text}\ncut, as the answer is long   {'; '.join(cut)}\n{_whole(use_case)}\n"
    return Told(text, values, answer=answer)


def _quotes_pages(answer: object) -> bool:
    """Whether an answer holds text of a lesson or of other pages, which anybody may have written."""
    return bool(getattr(answer, "lesson", None) or getattr(answer, "quotes", None))


def fenced(text: str) -> str:
    """Return text between two marks that nobody could have written into a file beforehand."""
    mark = f"data-{secrets.token_hex(4)}"
    return f"{NOTICE}, up to the second {mark}.\n<{mark}>\n{text}</{mark}>\n"


def _whole(use_case: UseCase) -> str:
    if writes_files(use_case):
        return "whole   name a file in `output`, or ask for less"
    return "whole   ask for less at a time"


def problem(error: BackwrightError) -> Told:
    """Return an error as an answer: what is wrong, why it matters, the next tool to call."""
    lines = [error.problem]
    values: dict[str, Any] = {"problem": error.problem}
    if error.detail:
        lines.append(error.detail)
        values["detail"] = error.detail
    following = call_of(error.hint)
    if following:
        shown = json.dumps(following.arguments, ensure_ascii=False)
        asked = CONFIRMED if following.arguments.get("yes") else ""
        lines.append(f"next   {asked}the tool {following.tool} with {shown}")
        values["next"] = {"tool": following.tool, "arguments": following.arguments}
    elif error.hint:
        lines.append(f"next   {error.hint}")
    text, _ = bounded_text("\n".join(lines) + "\n")
    return Told(text, values, is_error=True)
