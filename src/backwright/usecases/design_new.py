"""Design new: a blueprint to start from, one of the bundled examples, and the guide to it."""

from dataclasses import dataclass
from typing import Annotated, Literal

from backwright.model.errors import BadRequest, NotFound
from backwright.usecases.bench import Bench
from backwright.usecases.nearest import not_found
from backwright.usecases.spec import Mark

START = "shop"  # the example that everything in the guides is shown on


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    example: Annotated[str, "Which example to start from", Mark(positional=True)] = START
    output: Annotated[
        str, "Write there instead of to stdout", Mark(metavar="FILE", short="o", disk="write")
    ] = ""
    guide: Annotated[bool, "The guide to the example: what it is for and what its numbers show"] = False  # fmt: skip
    force: Annotated[bool, "Replace the file if it is there"] = False
    list: Annotated[bool, "Only the examples and what each is about"] = False


@dataclass(frozen=True)
class Example:
    """A bundled blueprint and its first comment."""

    name: str
    about: str


@dataclass(frozen=True)
class NewDesign:
    """A blueprint's text or its guide, where that was written, or the list of examples.

    Attributes:
        guide: Markdown, if it was asked for; `text` is then empty.
    """

    name: str
    text: str
    written: str
    examples: tuple[Example, ...]
    guide: str = ""
    verdict: Literal["ok"] = "ok"


def run(ask: Ask, bench: Bench) -> NewDesign:
    """Return a starting point; NotFound or BadRequest if the example or the file will not do."""
    bundled = bench.blueprints()
    examples = tuple(Example(name, about_of(text)) for name, text in bundled.items())
    if ask.list:
        return NewDesign("", "", "", examples)
    if ask.example not in bundled:
        raise not_found("example", ask.example, bundled, "backwright design new {}")
    text, guide = bundled[ask.example], ""
    if ask.guide:
        text, guide = "", bench.guides().get(ask.example, "")
        if not guide:
            raise NotFound(f"'{ask.example}' has no guide", hint=f"backwright design new {ask.example}")  # fmt: skip
    if not ask.output:
        return NewDesign(ask.example, text, "", examples, guide)
    if not ask.force and _is_there(ask.output, bench):
        raise BadRequest(
            f"'{ask.output}' is there already",
            detail="Nothing was changed.",
            hint=f"backwright design new {ask.example}{' --guide' if ask.guide else ''} -o {ask.output} --force",
        )
    written = bench.files.write(ask.output, guide or text)
    return NewDesign(ask.example, text, written, examples, guide)


def _is_there(path: str, bench: Bench) -> bool:
    try:
        bench.files.read(path)
    except NotFound:
        return False
    except BadRequest:
        return True
    return True


def about_of(text: str) -> str:
    """Return the first comment of a blueprint, as one line."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# ").strip())
    return " ".join(lines)
