"""What the rounds of a loop are: units of work that lock their row or store a file, or a search that ends at the first hit."""

import re

from backwright.review.facts import Call, File
from backwright.review.link.data import Access
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.looping import Loops

_LOCKS = frozenset("lockForUpdate sharedLock forUpdate for_update forNoKeyUpdate for_no_key_update setLock".split())
_FILE = regex(r"(^|[^a-z])file$|File$", re.IGNORECASE)
_STORES = regex(r"upload|(handle|save|store|put|move)_?files?|^(move|store|storeAs|mv)$", re.IGNORECASE)
# Streams do no more than what is asked of them: `ids.stream().map(this::find).findFirst()`.
_MANAGERS = ("objects", "_default_manager", "_base_manager")
# What is caught because nothing was there, and not because something failed.
_NOT_THERE = regex(
    r"DoesNotExist|NotFound|NoResult|KeyError|AttributeError|IndexError|LookupError|NoSuchElement|Missing|Empty"
)
_FIRST = frozenset({"findFirst", "findAny", "next"})
_GATHERS = frozenset({"collect", "collectList", "toList", "sorted", "sort", "block"})
_FINDS = frozenset({"find_map", "firstNotNullOf", "firstNotNullOfOrNull"})


def locks_rows(model: Model, loops: Loops, at: int, loop: int) -> bool:
    """Whether each round locks the row that it works on: it must come one by one."""
    accesses = (model.data.by_call.get((at, index)) for index in loops.within(at, loop))
    return any(access is not None and _locks(model, access) for access in accesses)


def _locks(model: Model, access: Access) -> bool:
    calls = [model.files[access.at].calls[number] for number in access.calls]
    return any(call.name in _LOCKS for call in calls) or any(
        value.name == "lock" and value.text not in ("false", "null", "undefined")
        for call in calls
        for given in call.args
        for value in (given, *given.items)
    )


def stores_files(model: Model, loops: Loops, at: int, loop: int) -> bool:
    """Whether each round puts a file of a form into its place, beside which a row is little."""
    file = model.files[at]
    if not any(_FILE.search(var) for var in file.loops[loop].vars):
        return False
    return any(_STORES.search(file.calls[index].name) for index in loops.within(at, loop))


def ends_at_first(model: Model, at: int, loop: int) -> bool:
    """Whether a lazy chain asks only until it has one: `.map(find).findFirst()`."""
    file = model.files[at]
    if file.language not in ("java", "kotlin", "rust") or file.loops[loop].kind != "map":
        return False
    index = next((made.call for made in file.functions if made.loop == loop and made.call >= 0), -1)
    if index < 0:
        return False
    if file.calls[index].name in _FINDS:
        return True
    outer = model.effects.outer[at]
    while file.language == "java" and index in outer:
        index = outer[index]
        if file.calls[index].name in _GATHERS:
            return False
        if file.calls[index].name in _FIRST:
            return True
    return False


def is_of_classes(model: Model, at: int, loop: int, call: Call, target: Fn | None) -> bool:
    """Python: whether a loop goes through classes: of what it goes through, a manager or a method of the class itself is called.

    What a model says of itself is of classes, too: `for relation in model._meta.related_objects`.
    """
    file = model.files[at]
    if file.language != "python":
        return False
    if "._meta." in file.loops[loop].over or "get_models(" in file.loops[loop].over:
        return True
    variables = file.loops[loop].vars
    if any(
        call.on == f"{var}.{manager}" or call.on.startswith(f"{var}.{manager}.")
        for var in variables
        for manager in _MANAGERS
    ):
        return True
    return (
        target is not None
        and call.on in variables
        and any(mark.name == "classmethod" for mark in model.project.function(target).marks)
    )


def is_for_errors(file: File, call: Call, begin: int = 0) -> bool:
    """Whether a call is made only if something failed, and whether it is so since a line: no round makes it as long as all is well."""
    if call.catch < 0:
        return False
    caught = file.catches[call.catch]
    return caught.line >= begin and not any(_NOT_THERE.search(each) for each in caught.types)
