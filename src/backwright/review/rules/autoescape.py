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
_NO_PAGES = regex(r"codegen|generator|scripts?/|latex|(^|[/_-])(cli|sql|yaml|config|tests?)([/_.-]|$)", re.IGNORECASE)
_OTHER = regex(r"mail|report", re.IGNORECASE)  # where escaping may be turned off for texts
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
        if file.language not in ("python", "javascript") or _NO_PAGES.search(file.path):
            continue
        is_other = _OTHER.search(file.path) is not None
        for call in file.calls:
            if _says_nothing(model, at, call) and _is_of_pages(model, at, call):
                yield _hit(model, unescaping, pages, at, call, f"{shown(call)}() without autoescape")
                continue
            if is_other:
                continue
            made = model.project.imported[at].get(call.name)  # from aiohttp_jinja2 import setup as setup_jinja
            if (made.name if made is not None else call.name) in _MAKES and any(_is_off(value) for value in call.args):
                yield _hit(model, unescaping, pages, at, call, shown(call))
        for assign in () if is_other else file.assigns:
            if assign.target.endswith("jinja_env.autoescape") and assign.value.text.lower() == "false":
                yield _hit(model, unescaping, pages, at, Call("", "flask", assign.line, assign.fn), assign.target)


def _says_nothing(model: Model, at: int, call: Call) -> bool:
    """Python: whether an engine of Jinja is made without saying whether it escapes: it does not."""
    if call.name != "Environment" or model.files[at].language != "python":
        return False
    if any(value.name in ("autoescape", "**") or value.text.startswith("**") for value in call.args):
        return False
    made = model.project.imported[at].get("Environment" if not call.on else call.on)
    return made is not None and made.module.partition(".")[0] == "jinja2" and not made.is_type_only


def _is_of_pages(model: Model, at: int, call: Call) -> bool:
    """Whether its templates are pages by their names: here, or where the function that makes it is called."""
    file = model.files[at]
    if any(value.kind == "str" and value.text.endswith(_PAGES[:2]) for each in file.calls for value in each.args):
        return True
    name = file.functions[call.fn].name if call.fn >= 0 else ""
    return bool(name) and any(
        value.kind in ("str", "fmt") and value.text.endswith(_PAGES[:2])
        for where, number in model.project.calls_by_name.get(name, ())
        for value in model.files[where].calls[number].args
    )


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
