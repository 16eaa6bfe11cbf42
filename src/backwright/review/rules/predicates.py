"""Predicates of QueryDSL and Criteria that functions of the project give: `where(isShown(), ofPost(postId))`."""

from backwright.review.facts import Arg, Call
from backwright.review.link.jvmnames import JVM
from backwright.review.link.model import Model
from backwright.review.rules.conditions import Part, of_values


def of_predicates(model: Model, at: int, call: Call, part: Part) -> Part:
    """Return what conditions leave that a function gives each, the given part if one of them is not understood.

    A function that gives nothing if it is handed nothing is taken at its word: what a path names is always there.
    """
    if part is not Part.UNKNOWN or model.files[at].language not in JVM or not call.args:
        return part
    return max(_of(model, at, call, value) for value in call.args)


def said_by(model: Model, at: int, call: Call) -> str:
    """Return what a call does by its name; Exposed's `Orders.select { Orders.id eq id }` of old is a condition."""
    is_condition = (
        call.name == "select" and model.files[at].language == "kotlin" and [v.kind for v in call.args] == ["fn"]
    )
    return "where" if is_condition else call.name


def _of(model: Model, at: int, call: Call, value: Arg) -> Part:
    known = of_values([value], name=call.name)
    if known is not Part.UNKNOWN or value.kind != "call" or "." in value.text:
        return known
    made = next(iter(model.project.resolve(at, call.fn, "", value.text)), None)
    told = [
        of_values([each.value], name=call.name)
        for each in (model.files[made.file].returns if made is not None else ())
        if made is not None and each.fn == made.index and each.value.kind != "none"
    ]
    return max(told, default=Part.UNKNOWN)


__all__ = ["of_predicates"]
