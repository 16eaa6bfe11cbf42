"""html-from-input: what a client sent is put into a page without escaping (cross-site scripting)."""

import re
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit
from backwright.review.rules.tainted import flows, is_text_with_values

TAG = re.compile(r"<\s*/?[a-zA-Z!][^>]*>")
JSON = re.compile(r"json|text/plain|octet-stream|csv|xml", re.IGNORECASE)


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


def _counts(model: Model, at: int, call: Call, value: Arg) -> bool:
    if JSON.search(" ".join(flat(call.args[1:]))):
        return False
    if call.name in ("mark_safe", "Markup", "HtmlString", "raw", "Raw", "SafeString", "html_safe"):
        return True
    return is_text_with_values(model, at, call.fn, value) and bool(TAG.search(_text(model, at, call, value)))


def _text(model: Model, at: int, call: Call, value: Arg) -> str:
    if value.kind == "name":
        return " ".join(
            a.value.text
            for number in model.enclosing(at, call.fn)
            for a in model.project.assigned[at].get((number, value.text), ())
        )
    return value.text
