"""html-from-input: what a client sent is put into a page without escaping (cross-site scripting)."""

import re
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Tier
from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.link.storedtext import SANITIZES
from backwright.review.regexes import regex
from backwright.review.rules.autoescape import check_autoescape
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit
from backwright.review.rules.tainted import flows, is_text_with_values
from backwright.review.rules.unescaped import Unescaping

TAG = regex(r"<\s*/?[a-zA-Z!][^>]*>")
_PRINTS = frozenset({"echo", "print"})
_FILE = regex(r"image/|attachment|video/|audio/", re.IGNORECASE)
JSON = regex(r"json|text/plain|octet-stream|csv|xml", re.IGNORECASE)


def check(model: Model) -> Iterator[Hit]:
    """Yield pages that are put together out of text with a client's input in it."""
    yield from flows(model, "sink-html", "puts what a client sent into a page with", _counts, (0,))
    for at in model.own:
        file = model.files[at]
        for each in file.returns:
            fn = Fn(at, each.fn)
            if fn not in model.handlers or each.value.kind not in ("fmt", "concat") or not TAG.search(each.value.text):
                continue
            trace = model.taint.of(fn, each.value, model.taint.around(fn), each.line)
            if trace is not None:
                declared = model.handlers[fn]
                path = (*trace.spots, Spot(file.path, each.line, "returned as a page"))
                yield Hit(
                    at,
                    each.line,
                    f"{declared.method} {declared.path} returns a page with what a client sent in it",
                    each.fn,
                    path,
                    Confidence.HIGH,
                )
    unescaping = Unescaping(model)
    yield from check_autoescape(model, unescaping)
    yield from _templates(unescaping)


def _templates(unescaping: Unescaping) -> Iterator[Hit]:
    """Templates that do not escape: told where the text is known to be a client's, else to who asks for more."""
    for told in unescaping.found():
        places = [output for output, _ in told.known] or list(told.outputs)
        first = places[0]
        more = f" and {len(places) - 1} more" if len(places) > 1 else ""
        spots = tuple(Spot(told.path, each.line, "put into the page as it is") for each in places)
        origin = told.known[0][1].spots if told.known else ()
        who = (
            "what a client sent"
            if told.is_sent
            else "what a client stored"
            if told.known
            else "a value of unknown origin"
        )
        yield Hit(
            -1,
            first.line,
            f"the page shows {who}, {first.shown}{more}, without escaping it",
            path=(*origin, *spots),
            confidence=Confidence.HIGH if told.is_sent else Confidence.MEDIUM if told.known else Confidence.LOW,
            file=told.path,
            tier=None if told.known else Tier.STRICT,
        )


def _counts(model: Model, at: int, call: Call, value: Arg) -> bool:
    if JSON.search(" ".join(flat(call.args[1:]))) or _is_cleaned(model, at, call, value):
        return False
    if call.name in ("mark_safe", "Markup", "HtmlString", "raw", "Raw", "SafeString", "html_safe"):
        return True
    if call.name in _PRINTS and model.files[at].language == "php" and not call.on:
        return value.text != "json_encode" and not _is_no_page(
            model, at
        )  # what a script prints is a page, unless it says otherwise
    return is_text_with_values(model, at, call.fn, value) and bool(TAG.search(_text(model, at, call, value)))


def _is_no_page(model: Model, at: int) -> bool:
    """Whether a file of PHP says that what it prints is JSON, text or a file."""
    return any(
        call.name == "header" and any(JSON.search(text) or _FILE.search(text) for text in flat(call.args))
        for call in model.files[at].calls
    )


def _is_cleaned(model: Model, at: int, call: Call, value: Arg) -> bool:
    """Whether a variable was last given what a function that cleans pages made: `html = clean_html(html)`."""
    made = [
        each
        for each in model.project.assigned[at].get((call.fn, value.text), ())
        if value.kind == "name"
        if each.line < call.line
    ]
    return bool(made) and made[-1].value.kind == "call" and SANITIZES.search(made[-1].value.text) is not None


def _text(model: Model, at: int, call: Call, value: Arg) -> str:
    if value.kind == "name":
        return " ".join(
            a.value.text
            for number in model.enclosing(at, call.fn)
            for a in model.project.assigned[at].get((number, value.text), ())
        )
    return value.text
