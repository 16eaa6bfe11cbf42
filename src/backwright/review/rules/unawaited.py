"""JavaScript and Python: a check that is asynchronous and not awaited, which lets everybody pass."""

import re
from collections import defaultdict
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.facts import AWAITED, BARE, DEFERRED, Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.owned import snake
from backwright.review.rules.rule import Hit

_LANGUAGES = ("javascript", "python")
CHECK = regex(
    r"^(is|has|can|may|verify|check|validate|compare|authenticate|authori[sz]e|assert|ensure|require|matches)_(\w*_)?"
    r"(passwords?|passwd|permissions?|access|auth\w*|owner\w*|admin\w*|roles?|tokens?|signatures?|credentials?|user|members?|membership|totp|otp|hash|allowed|api_keys?|session)$"
)
_LIBRARIES = regex(r"^(bcrypt(js)?|argon2?|argon2id)$")
_COMPARES = frozenset({"compare", "verify"})
_COMPARE_ARGS = 2  # one more is a callback
_ELSEWHERE = regex(r"(^|[/_.-])(tests?|specs?|mocks?|fixtures?|e2e|__tests__)([/_.-]|$)", re.IGNORECASE)


def unawaited_checks(model: Model) -> Iterator[Hit]:
    """Yield one finding for each file in which the promise of a check is taken for its answer."""
    found: dict[int, list[tuple[Call, str]]] = defaultdict(list)
    own = set(model.own)
    names = {
        made.name
        for at in own
        if model.files[at].language in _LANGUAGES
        for made in model.files[at].functions
        if (made.is_async or made.returns.startswith("Promise<")) and CHECK.match(snake(made.name))
    }
    for name in sorted(names | _COMPARES):
        for at, index in model.project.calls_by_name.get(name, ()):
            file = model.files[at]
            if at not in own or file.language not in _LANGUAGES or _ELSEWHERE.search(file.path):
                continue
            call = file.calls[index]
            if _is_dropped(model, at, index) and (told := _of_promise(model, at, call)):
                found[at].append((call, told))
    for at, calls in found.items():
        calls.sort(key=lambda each: each[0].line)
        first, told = calls[0]
        path = tuple(Spot(model.files[at].path, call.line, f"{call.on}.{call.name}() is not awaited".lstrip(".")) for call, _ in calls)  # fmt: skip
        message = f"{first.name}() is asynchronous ({told}) and not awaited: a promise is always true, so this check lets everybody pass"
        yield Hit(at, first.line, message, first.fn, path, Confidence.HIGH, Severity.HIGH, key=f"unawaited checks {at}", fix=f"Write await before {first.name}().")  # fmt: skip


def _is_dropped(model: Model, at: int, index: int) -> bool:
    """Whether a call's promise goes nowhere: it is not awaited, kept, returned, handed on, or waited for by a callback."""
    call, calls = model.files[at].calls[index], model.files[at].calls
    if call.flags & (AWAITED | DEFERRED) or call.to or call.inside >= 0 or call.prev >= 0:
        return False
    made = model.function_at(at, call.fn)
    if made is None or (made.kind == "lambda" and not made.is_async):
        return False
    near = model.inside.calls[at].get(call.fn, ())
    return not any(calls[n].prev == index or (calls[n].flags & AWAITED and calls[n].line == call.line) for n in near)


def _of_promise(model: Model, at: int, call: Call) -> str:
    """Return what tells that a call gives a promise, "" if nothing does."""
    if call.name in _COMPARES:
        is_known = model.files[at].language == "javascript" and _LIBRARIES.match(call.on) is not None
        return call.on if is_known and len(call.args) == _COMPARE_ARGS and not call.flags & BARE else ""
    targets: list[Fn] = list(model.project.resolve_call(at, call))
    made = [model.project.function(fn) for fn in targets]
    if not made or not all(each.is_async or each.returns.startswith("Promise<") for each in made):
        return ""
    return f"{model.files[targets[0].file].path}:{made[0].line}"
