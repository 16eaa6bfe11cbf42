"""Template engines whose escaping is switched off for all pages at once."""

import re
from collections.abc import Iterable, Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Tier
from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model, shown
from backwright.review.regexes import regex
from backwright.review.rules.rule import Hit
from backwright.review.rules.unescaped import Output, Unescaping, plain_outputs

_MAKES = frozenset({"Environment", "SandboxedEnvironment", "NativeEnvironment", "Jinja2Templates", "setup", "get_env", "setup_jinja2", "Jinja2", "configure"})  # fmt: skip
_WEB = regex(r"aiohttp_jinja2|flask|starlette|fastapi|sanic|quart|nunjucks|express", re.IGNORECASE)
_OTHER = regex(
    r"mail|codegen|generator|scripts?/|report|latex|(^|[/_-])(cli|sql|yaml|config|tests?)([/_.-]|$)", re.IGNORECASE
)
_PAGES = (".html", ".htm", ".jinja", ".jinja2", ".j2", ".njk")
_NO_TEXT = regex(r"(^|_)(id|pk|count|total|date|time|at|slug|url|price|is|has|index)(_|$)")
SPOTS_MAX = 20  # places named in one finding


def check_autoescape(model: Model, unescaping: Unescaping) -> Iterator[Hit]:
    """Yield where an engine is told not to escape, with the places that show what clients send or store."""
    pages = [
        path
        for path, text in unescaping.templates.files.items()
        if path.endswith(_PAGES) and "{{" in text and "<" in text
    ]
    if not pages:
        return
    for at in model.own:
        file = model.files[at]
        if file.language not in ("python", "javascript") or _OTHER.search(file.path):
            continue
        for call in file.calls:
            made = model.project.imported[at].get(call.name)  # from aiohttp_jinja2 import setup as setup_jinja
            if (made.name if made is not None else call.name) in _MAKES and any(_is_off(value) for value in call.args):
                yield _hit(model, unescaping, pages, at, call, shown(call))
        for assign in file.assigns:
            if assign.target.endswith("jinja_env.autoescape") and assign.value.text.lower() == "false":
                yield _hit(model, unescaping, pages, at, Call("", "flask", assign.line, assign.fn), assign.target)


def _is_off(value: Arg) -> bool:
    if value.name == "autoescape":
        return value.kind == "bool" and value.text.lower() == "false"
    return value.kind == "dict" and any(_is_off(item) for item in value.items)


def _hit(model: Model, unescaping: Unescaping, pages: list[str], at: int, call: Call, told: str) -> Hit:
    shown_there = [(path, each) for path in pages for each in plain_outputs(unescaping.templates.files[path])]
    spots = _spots((path, each) for path, each in shown_there if unescaping.origin(path, each) is not None)
    where = " ".join(model.effects.receivers(at, call)) if call.name else "flask"
    where += f" {model.project.absolute(at, call.name)}" if call.name and not call.on else ""
    is_web = _WEB.search(where) is not None
    known = len({spot.file for spot in spots})
    if is_web and not spots:  # where the text comes from is not known, but it is all text
        spots = _spots((path, each) for path, each in shown_there if each.member and not _NO_TEXT.search(each.member))
    message = f"{told} turns escaping off for every page" + (
        f"; {known} of them show what clients send or store" if known else ""
    )
    return Hit(
        at,
        call.line,
        message,
        call.fn,
        tuple(spots[:SPOTS_MAX]),
        Confidence.HIGH if is_web else Confidence.MEDIUM if spots else Confidence.LOW,
        tier=None if is_web or spots else Tier.STRICT,
    )


def _spots(places: Iterable[tuple[str, Output]]) -> list[Spot]:
    return [Spot(path, each.line, f"shows {each.shown} as it is") for path, each in places]
