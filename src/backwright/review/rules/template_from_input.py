"""template-from-input: what a client sent becomes the template itself, and the engine runs what stands in it."""

import re
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.rules.rule import Hit
from backwright.review.rules.tainted import flows


def check(model: Model) -> Iterator[Hit]:
    """Yield templates that a client takes part in writing."""
    yield from flows(model, "sink-template", "makes a template of what a client sent with", _counts, (0,))
    yield from _of_errors(model)


def _of_errors(model: Model) -> Iterator[Hit]:
    """Templates with an error's text in them, which mostly repeats what was sent."""
    for at in model.own:
        file = model.files[at]
        for index, told in model.effects.of_call[at].items():
            call = file.calls[index]
            if call.catch < 0 or not call.args or not any(does.does == "sink-template" for does in told):
                continue
            error = file.catches[call.catch].var
            fn = Fn(at, model.named(at, call.fn))
            if error and model.is_served(fn) and error in _words(_made(model, at, call)):
                path = (*model.path_to(fn), Spot(file.path, call.line, f"{shown(call)}()"))
                message = f"{model.label(fn)} makes a template of an error's text with {shown(call)}()"
                yield Hit(at, call.line, message, call.fn, path, Confidence.MEDIUM)


def _made(model: Model, at: int, call: Call) -> Arg:
    """The text that is put together for a template, itself or through a variable; the last one before the call."""
    value = call.args[0]
    for number in model.enclosing(at, call.fn) if value.kind == "name" else ():
        near = [a for a in model.project.assigned[at].get((number, value.text), ()) if a.line <= call.line]
        if near:
            return near[-1].value
    return value


def _words(value: Arg) -> list[str]:
    return [
        *re.findall(r"\w+", value.text if value.kind in ("name", "call", "other") else ""),
        *(w for item in value.items for w in _words(item)),
    ]


def _counts(model: Model, at: int, call: Call, value: Arg) -> bool:
    if any("Sandbox" in each for each in model.effects.receivers(at, call)):
        return False  # an engine that is made for templates of strangers
    return value.name in ("", "source", "template", "template_string")
