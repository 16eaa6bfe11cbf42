"""blocking-call-in-async: a call that holds the thread on which an event loop serves everybody."""

from collections.abc import Iterator

from backwright.review.link.effects import HOLDS
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.rules.rule import Hit


def check(model: Model) -> Iterator[Hit]:
    """Yield blocking calls in async functions, and calls there of sync functions that block."""
    holding = HOLDS | {"password-hash"}
    for at in model.own:
        for index, told in model.effects.of_call[at].items():
            call = model.files[at].calls[index]
            blocking = any(d.effect.blocks if d.effect.blocks is not None else d.does in holding for d in told)
            if blocking and model.in_async(at, call.fn) and not any(d.does == "offload" for d in told):
                fn = Fn(at, model.named(at, call.fn))
                yield Hit(at, call.line, f"{shown(call)}() holds the event loop in {model.label(fn)}", call.fn, model.path_to(fn))
