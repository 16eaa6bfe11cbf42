"""Open lists: paths that the application itself names as open, for a guard that stands before everything."""

from backwright.review.facts import Arg
from backwright.review.link.model import Model
from backwright.review.link.remembering import kept_with_it
from backwright.review.regexes import regex

LISTED_MIN = 2  # paths that make a list of them
_OPEN = r"(white_?list(ed)?|allow_?list(ed)?|exempt(ed)?|public|open|anonymous|unauth\w*|no_?auth|skip(ped)?|exclu\w+|ignored?|unprotected|permit\w*)"
_PATHS = r"(urls?|uris?|paths?|routes?|endpoints?|matchers?)"
_NAME = regex(rf"(?<![a-z]){_OPEN}\w*{_PATHS}|{_PATHS}\w*(?<![a-z]){_OPEN}")
_PATH = regex(r"/[\w{}:*./-]+")


def is_listed_open(model: Model, path: str) -> bool:
    """Whether a path, or one that it begins with, stands in such a list."""
    return any(
        path == each or path.startswith(each if each.endswith("/") else f"{each}/") or f"{path}/" == each
        for each in _listed(model)
    )


@kept_with_it
def _listed(model: Model) -> tuple[str, ...]:
    found: set[str] = set()
    for at in model.own:
        file = model.files[at]
        named = [(a.target, a.value) for a in file.assigns if a.fn < 0]
        named += [(field.name, field.value) for cls in file.classes for field in cls.fields if field.value is not None]
        for name, value in named:
            if value.kind in ("list", "call") and _NAME.search(_snake(name)):
                paths = _paths(value)
                found.update(paths if len(paths) >= LISTED_MIN else ())
    return tuple(sorted(found))


def _paths(value: Arg) -> list[str]:
    """The paths of a list, or of the call that makes one: `Set.of("/health", "/login")`."""
    texts = [item.text for item in value.items if item.kind == "str" and _PATH.fullmatch(item.text)]
    return [text.rstrip("*") for text in texts if text.strip("/*")]


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() and not name.isupper() else c.lower() for c in name)
