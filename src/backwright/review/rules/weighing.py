"""How much a query per element matters: where nobody waits for it, or each element is worked on anyway, it is told to those who ask."""

from collections.abc import Sequence

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import File
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.asked import ACTS
from backwright.review.rules.jobs import is_in_background
from backwright.review.rules.looping import served
from backwright.review.rules.onceruns import LANGUAGES, runs_once

# Work that takes its time by its nature, also where a request starts it.
_JOBS = regex(r"(^|/)(importers?|exporters?|export_import|import_export|rebuild\w*|etl)(/|\.\w+$)")
_JOB_NAMES = regex(r"^_*(import|migrate|rebuild|reindex|sync|backfill|anonymi[sz]e)(?![a-z])")

# React: what only a component of the browser may call.
_HOOKS = regex(r"use(State|Effect|Mutation|Form|Query|Callback|Memo|Ref|Reducer|LayoutEffect|FormContext|Fetcher)$")

_WITH_JOBS = ("csharp", "go")


def in_browser(file: File) -> bool:
    """Whether a file holds a component that keeps state, and so runs in a browser: what it asks, a person waits for alone."""
    return file.path.endswith((".tsx", ".jsx")) and any(_HOOKS.match(call.name) for call in file.calls)


def weighed(model: Model, at: int, fn: int, sure: Confidence) -> Confidence:
    """Return how sure it is that what a function asks in a loop holds a request up.

    A task that a scheduler starts counts as a request does: of such loops readers and judges agreed with as many.
    """
    file = model.files[at]
    if in_browser(file) and not served(model, at, fn):
        return Confidence.LOW
    if file.language in LANGUAGES and fn >= 0 and runs_once(model, at, fn):
        return Confidence.LOW
    if file.language in _WITH_JOBS and model.declared and is_in_background(model, Fn(at, fn)):
        return Confidence.LOW
    if file.language != "python" or not model.declared or fn < 0:
        return sure
    names = [file.functions[n].name for n in model.enclosing(at, fn)]
    if _JOBS.search(file.path) or any(_JOB_NAMES.search(name) for name in names):
        return Confidence.LOW
    return sure


def worked_on(path: Sequence[Spot]) -> bool:
    """Whether an element is handed to what works on it: `order.cancel()`; that it reads on the way is not what is wrong."""
    return any(ACTS.search(spot.note.rpartition(".")[2]) for spot in path[:1])
