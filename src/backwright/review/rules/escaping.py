"""Express 4: async handlers whose errors nobody takes, so that the request hangs and Node ends the process."""

from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.facts import AWAITED, IN_TRY
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.failing import Failing
from backwright.review.rules.rule import Hit

SAME_MAX = 40  # other handlers named in one finding
# Before version 5, Express knows nothing of promises.
VERSION = regex(r'"express"\s*:\s*"[\^~=v]*4\b')
# What teaches it: wherever one of these is named, handlers may be wrapped.
TAUGHT = regex(
    r"express-(async-errors|promise-router|async-router|async-handler)|@awaitjs/express|routing-controllers|@nestjs/core"
)
VERBS = frozenset({"get", "post", "put", "patch", "delete", "all", "use", "options", "head"})
FIX = "Put a try around it that calls next(error), wrap the handler, or use Express 5."


def escaping(model: Model, failing: Failing) -> Iterator[Hit]:
    """Yield the async handlers of an application of Express 4 that wait for what may fail, outside of any try: once for all."""
    manifests = [text for path, text in model.texts.items() if path.rpartition("/")[2] == "package.json"]
    if not any(VERSION.search(text) for text in manifests) or any(TAUGHT.search(text) for text in manifests):
        return
    found = sorted({place for declared in model.declared for place in _escapes(model, failing, declared.handler)})
    if not found:
        return
    at, line, fn = found[0]
    named = Fn(at, model.named(at, fn))
    says = f"{len(found)} async handlers of Express 4 wait" if len(found) > 1 else f"{model.label(named)} waits"
    message = f"{says} for what may fail with nobody to take the error: the request hangs, and an unhandled rejection ends the process"
    others = tuple(Spot(model.files[a].path, where, "the same") for a, where, _ in found[1 : SAME_MAX + 1])
    path = (*model.path_to(named), Spot(model.files[at].path, line, "not in a try"), *others)
    yield Hit(at, line, message, fn, path, Confidence.MEDIUM, Severity.MEDIUM, f"{at}:escaping", FIX)


def _escapes(model: Model, failing: Failing, handler: Fn | None) -> Iterator[tuple[int, int, int]]:
    """Yield the first place where a handler that is written in its route waits for what may fail, outside of any try."""
    if handler is None or model.files[handler.file].language != "javascript":
        return
    file = model.files[handler.file]
    made = file.functions[handler.index]
    if not made.is_async or made.kind != "lambda" or made.call < 0 or file.calls[made.call].name not in VERBS:
        return
    for number in model.inside.calls[handler.file].get(handler.index, ()):
        call = file.calls[number]
        chain = model.effects.chain(handler.file, number)
        if not call.flags & AWAITED or call.flags & IN_TRY or any(file.calls[n].name == "catch" for n in chain):
            continue
        if call.catch < 0 and (failing.weigh(handler.file, chain) is not None or failing.works(handler.file, number)):
            yield handler.file, call.line, handler.index
            return
