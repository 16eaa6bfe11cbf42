"""Handlers of any error with nothing in them, not even a word why, around work that is waited for or done for its effect."""

import re
from collections.abc import Iterator

from backwright.review.facts import AWAITED, BARE, IN_TRY, Call, Catch
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.failing import BROAD, CLEANS, Failing
from backwright.review.rules.filtered import is_filtered
from backwright.review.rules.looping import is_offline
from backwright.review.rules.telling import Silent
from backwright.review.rules.weighing import in_browser

LANGUAGES = frozenset({"python", "javascript", "java", "kotlin", "csharp", "php"})
AWAITING = frozenset({"javascript", "csharp"})
NOTHING = ((), ("pass",))
# What is called for what it does, and not for what it gives.
DOES = regex(
    r"^(send|save|store|persist|publish|deliver|enqueue|dispatch|notify|upload|import|create|update|insert|register|sync|submit|"
    r"add|remove|delete|revoke|grant)_?[A-Z]\w+$|^(send|save|store|persist|publish|deliver|enqueue|notify|upload|import|sync)(_\w+)?(Async)?$",
)
# What may well fail, and is asked for no more than that it was tried.
TRIED = regex(
    r"^run$|^when_?(all|any)$|delay|sleep|wait(?!ing)|cancel|stop|kill|close|dispose|unlock|release|rollback|cleanup|header|timeout|attribute|property|cookie|listener|"
    r"status|title|style|focus|icon|locale|encoding|culture|permission|socket|stream|buffer|keep_?alive|typing|presence|cache|dir(ector|s?$)|stat$|access|exists|lookup",
    re.IGNORECASE,
)
# What makes something that may be there already, and what ends.
ENSURES = regex(r"^_*(ensure|stop|close|shut_?down|dispose)|if_?not_?exist|if_?missing|or_?create|init", re.IGNORECASE)
FIX = "Log the error, or let it rise. If it may be ignored, catch only the one you expect, and say why."


def emptied(model: Model, failing: Failing, at: int, known: set[int]) -> Iterator[Silent]:
    """Yield empty handlers of any error around what works, where it is not known what that does; known has lines already told."""
    file = model.files[at]
    if file.language not in LANGUAGES or is_offline(file) or in_browser(file):
        return
    for index, made in enumerate(file.catches):
        if made.fn < 0 or made.line in known or not is_empty(made) or is_filtered(file, made):
            continue
        named = model.named(at, made.fn)
        if named >= 0 and ENSURES.search(file.functions[named].name):
            continue
        if failing.is_asking(at, made.fn):
            continue
        if made.loop >= 0 and file.loops[made.loop].kind in ("while", "count"):
            continue  # tried again
        guarded = [n for n in failing.guarded(at, index) if file.calls[n].flags & IN_TRY]
        if failing.weigh(at, guarded) is not None:
            continue
        done = next((n for n in guarded if _does(failing, at, n, file.calls[n])), -1)
        if done >= 0:
            says = f"drops whatever fails in {file.calls[done].name}() with an empty handler: nobody hears of it, and nothing says why"
            yield Silent(made.line, made.fn, "empty handler", says, FIX)


def is_empty(made: Catch) -> bool:
    """Whether nothing stands in a handler of any error: no comment, and no name that says that it is ignored."""
    if not all(BROAD.match(each.strip()) for each in made.types) or "ignor" in made.var.lower():
        return False
    return made.does in NOTHING and not made.body.strip("{} ;").removeprefix("pass")


def _does(failing: Failing, at: int, index: int, call: Call) -> bool:
    """Whether a call is done for its effect, or waited for where a language waits for all that leaves the process."""
    waits = failing.model.files[at].language in AWAITING
    if CLEANS.match(call.name) or TRIED.search(call.name):
        return False
    if call.flags & BARE and DOES.match(call.name) and not waits:
        return True
    return bool(call.flags & AWAITED) and failing.works(at, index)
