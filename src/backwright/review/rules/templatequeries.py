"""Blade: queries that a template itself sends in a loop, `Customer::find($order->customer_id)`."""

from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.link.model import Model
from backwright.review.link.names import family_of
from backwright.review.regexes import regex
from backwright.review.rules.rule import Hit

ENDING = ".blade.php"
_TOKEN = regex(
    r"@for(?:each|else)\s*\(\s*(?P<over>[^\n]*?)\s+as\s+(?:\$\w+\s*=>\s*)?\$(?P<var>\w+)\s*\)|(?P<end>@endforeach|@endforelse)|"
    r"(?<![\w>$])(?:\\?\w+\\)*(?P<cls>[A-Z]\w*)::(?P<call>find|findOrFail|firstWhere|where\w*|query)\((?P<rest>[^;\n]*)"
)
_SENT = regex(r"->(first|firstOrFail|get|count|exists|doesntExist|sum|avg|max|min|value|pluck|find|paginate)\(")
_BY_ITSELF = frozenset({"find", "findOrFail", "firstWhere"})
FIX = "Load it with the list where the page is rendered: with() for a relation, withCount() for a number, or one whereIn() keyed by id."


def template_queries(model: Model) -> Iterator[Hit]:
    """Yield each template that asks for each element of a list, with all that it asks so."""
    for path, text in model.texts.items():
        if path.endswith(ENDING) and "::" in text:
            found = list(_asked(model, text))
            if found:
                yield _hit(path, found)


def _asked(model: Model, text: str) -> Iterator[tuple[int, int, str, str]]:
    """Yield the line of a loop, the line of a query in it, the loop's variable, and the query.

    Only what is asked with a field of a row: a list of keys in a template is what somebody chose in a form.
    """
    loops: list[tuple[str, int]] = []
    for token in _TOKEN.finditer(text):
        line = text.count("\n", 0, token.start()) + 1
        if token["end"]:
            del loops[-1:]
        elif token["var"]:
            loops.append(("" if token["over"].startswith("[") else token["var"], line))
        elif loops and _is_entity(model, token["cls"]):
            rest = token["rest"]
            is_sent = token["call"] in _BY_ITSELF or _SENT.search(rest) is not None
            is_kept = "remember(" in text[text.rfind("\n", 0, token.start()) + 1 : token.start()]
            var, start = next(((v, n) for v, n in reversed(loops) if v and f"${v}->" in rest), ("", 0))
            if var and is_sent and not is_kept:
                yield start, line, var, f"{token['cls']}::{token['call']}"


def _is_entity(model: Model, name: str) -> bool:
    cls = model.data.by_name.get(name)
    return cls is not None and family_of(model.files[cls.file]) == "php"


def _hit(path: str, found: list[tuple[int, int, str, str]]) -> Hit:
    _, line, var, asked = found[0]
    what = "one query" if len(found) == 1 else f"{len(found)} queries"
    spots = (
        spot
        for start, each, name, text in found
        for spot in (Spot(path, start, f"for each {name}"), Spot(path, each, text))
    )
    message = f"The template {path.rpartition('/')[2]} runs {what} per {var}: {asked}() in its loop"
    key = f"template:{path}"
    return Hit(
        -1, line, message, path=tuple(dict.fromkeys(spots)), confidence=Confidence.HIGH, key=key, fix=FIX, file=path
    )
