"""Installations and upgrades, which run once, and imports and exports that no request waits for: what they do row by row keeps nobody waiting."""

import re

from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.looping import served

LANGUAGES = frozenset({"javascript", "java", "php", "rust", "kotlin", "go", "csharp", "python"})
WAY_MAX = 12  # callers followed up
_DOES = r"_*(?:(?i:do|run|perform|start|process)_?)?"
_ONCE = regex(rf"{_DOES}(?i:install|migrate|migrations?|upgrade|reindex|rebuild|backfill|seed)(?![a-z])")
_MOVES = regex(rf"{_DOES}(?i:import)(?![a-z])")
_ONCE_CLASSES = regex(r"(Install|Upgrad|Migrat|Reindex|Seed)(e|er|or|s|ers|ation|ion|ing)?s?(?=[A-Z]|$)")
_MOVES_CLASSES = regex(r"(Import|Export)(er|ers|ing|s)?(?=[A-Z]|$)")
_PLACES = regex(r"(^|/)(installers?|install|upgrades?|importers?)/")


# An endpoint that whoever installs the program calls once.
_SET_UP = regex(r"(^|/)(_?setup|install|installer|first-?run)(/|$)", re.IGNORECASE)


def runs_once(model: Model, at: int, fn: int) -> bool:
    """Whether what a function does belongs to an installation or an upgrade, or to an import or export in the background."""
    file, waited = model.files[at], served(model, at, fn)
    around = [file.functions[n] for n in model.enclosing(at, fn)]
    if any(_ONCE.match(made.name) or _ONCE_CLASSES.search(made.owner) for made in around):
        return True
    if waited:
        return _on_the_way(model, at, fn)
    return (
        bool(_PLACES.search(file.path))
        or any(_MOVES.match(made.name) or _MOVES_CLASSES.search(made.owner) for made in around)
        or _is_called_once(model, Fn(at, model.named(at, fn)))
    )


def _is_called_once(model: Model, fn: Fn) -> bool:
    """Whether only an installation, an upgrade or a seeder calls a function."""
    edges = [edge for edge in model.effects.callers.get(fn, ()) if not model.files[edge.at].is_test]
    callers = {edge.caller for edge in edges if edge.caller != fn}
    made = [model.project.function(each) for each in callers if each.index >= 0]
    return len(made) == len(callers) > 0 and all(
        _ONCE.match(each.name) or _ONCE_CLASSES.search(each.owner) for each in made
    )


def _on_the_way(model: Model, at: int, fn: int) -> bool:
    """Whether a request comes here through an installation."""
    here: Fn | None = Fn(at, model.named(at, fn))
    for _ in range(WAY_MAX):
        if here is None or here.index < 0:
            return False
        if _ONCE.match(model.project.function(here).name):
            return True
        declared = model.handlers.get(here)
        if declared is not None and _SET_UP.search(declared.path):
            return True
        here = model.served.get(here, (None, None))[0]
    return False
