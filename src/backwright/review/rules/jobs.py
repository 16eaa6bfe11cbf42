"""Code that runs in the background: scheduled tasks, hosted services, and what they alone call."""

from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.looping import served

# What a scheduler or a host runs is of such a kind.
_KINDS = regex(r"I?\w*(ScheduledTask|ScanTask|BackgroundService|HostedService|BackgroundJob|Invocable)$|I\w*Job$")
_NAMES = regex(r"(Job|ScheduledTask|BackgroundService|HostedService|Worker)$")
_FUNCTIONS = regex(r"[Rr]epair[A-Z]\w*|\w+(Cron|Job|Worker)")  # Go has no classes that would say so
CALLS_MAX = 3  # calls followed up to what runs in the background


def is_in_background(model: Model, fn: Fn, depth: int = CALLS_MAX) -> bool:
    """Whether nobody waits for a function: it is a job's, or jobs alone call it."""
    if fn.index < 0:
        return False
    fn = Fn(fn.file, model.named(fn.file, fn.index))
    own = model.project.own_class(fn.file, fn.index)
    names = model.project.ancestors(own) if own is not None else ()
    if any(_KINDS.match(name.rpartition(".")[2]) for name in names[1:]):
        return True
    if served(model, fn.file, fn.index):
        return False
    if (names and _NAMES.search(names[0])) or (
        model.files[fn.file].language == "go" and _FUNCTIONS.fullmatch(model.project.function(fn).name)
    ):
        return True
    callers = {edge.caller for edge in model.effects.callers.get(fn, ()) if not model.files[edge.at].is_test}
    callers.discard(fn)
    return depth > 0 and bool(callers) and all(is_in_background(model, each, depth - 1) for each in callers)
