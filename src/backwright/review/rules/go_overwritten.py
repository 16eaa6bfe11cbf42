"""Go: errors that the next call overwrites, and errors that nothing in the rest of the function looks at."""

import itertools
from collections import defaultdict
from collections.abc import Iterator

from backwright.review.facts import Assign, File
from backwright.review.link.model import Model
from backwright.review.rules.go_errors import ERRORS, GoErrors, Mentions, mentions_in
from backwright.review.rules.telling import Silent

FIX = "Look at each error before the next call: if err != nil { return ..., err }."


def overwritten(model: Model, errors: GoErrors, at: int, known: set[int]) -> Iterator[Silent]:
    """Yield errors of a file that are assigned and never looked at; known has lines that another check has told."""
    file = model.files[at]
    groups: dict[tuple[int, str], list[Assign]] = defaultdict(list)
    for each in file.assigns:
        if each.fn >= 0 and ERRORS.match(each.target) and each.type in ("", "error"):
            groups[each.fn, each.target].append(each)
    if not groups:
        return
    mentions = mentions_in(file)
    for (fn, target), assigns in groups.items():
        assigns.sort(key=lambda each: each.line)
        seen = mentions.get(target, [])
        for each, after in itertools.pairwise(assigns):
            if _is_next(each, after, seen):
                says = f"overwrites the error of a call with that of the next one: {target} is not looked at in between"
                yield Silent(each.line, fn, "overwritten", says, FIX)
        last = assigns[-1]
        if last.line not in known and _is_call(last) and not _is_seen(errors, at, last, seen):
            says = f"never looks at an error that it has taken: {target} is assigned and the function goes on"
            yield Silent(last.line, fn, "never looked at", says, FIX)


def _is_call(each: Assign) -> bool:
    return each.value.kind == "call" or (each.value.kind == "name" and ")." in each.value.text)


def _is_next(each: Assign, after: Assign, seen: Mentions) -> bool:
    """Whether two calls stand one below the other, so that nothing is between them."""
    if after.line != each.line + 1 or not (_is_call(each) and _is_call(after)):
        return False
    return not any(line in (each.line, after.line) for line, _ in seen)


def _is_seen(errors: GoErrors, at: int, last: Assign, seen: Mentions) -> bool:
    """Whether something may look at an error after it was assigned, also in the next turn of a loop."""
    file = errors.model.files[at]
    made = file.functions[last.fn]
    if made.kind == "lambda" or last.loop >= 0 or errors.may_go_out(file, last, made):
        return True
    if any(each.target == last.target for each in errors.model.inside.assigns[at].get(-1, ())):
        return True  # a variable of the package
    if not any(made.line <= line < last.line for line, _ in seen) or (
        "error" in made.returns and _returns_bare(file, last.fn)
    ):
        return True  # a variable of Go that is never used does not compile: this one is a result, or from outside
    return any(last.line <= line <= made.end for line, _ in seen)


def _returns_bare(file: File, fn: int) -> bool:
    """Whether a function has results with names, by a handler that returns without naming one."""
    given = {each.line for each in file.returns if each.fn == fn}
    return any(
        each.fn == fn and {"return", "raise"} & set(each.does) and not given & set(range(each.line, each.end + 1))
        for each in file.catches
    )
