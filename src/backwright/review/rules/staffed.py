"""What only staff may change, changed by anybody who is logged in: an endpoint beside others of the same class that ask for a role."""

import re
from collections import defaultdict
from collections.abc import Iterator

from backwright.model.blueprint import Endpoint, Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.regexes import regex
from backwright.review.rules.others import CHANGING, Asked, Others, last_of, spots_of
from backwright.review.rules.owned import Owner, snake, thing
from backwright.review.rules.public import SETS_UP
from backwright.review.rules.rule import Hit
from backwright.review.rules.vouching import Subject, Vouched

# What somebody does with a shared thing for himself.
OWN_USE = regex(
    r"(?<![a-z])(un_?)?(rat(e|ing)|like|favou?rite|follow|vote|bookmark|star|subscri\w*|react\w*|seen|read|unread|progress|mark|join|leave|share|comment\w*|reply|report|click|track|"
    r"search|filter|list|query|get|find|preview|validate|check|test|calculate|estimate|export|my|me|own|mine|self|profile|preferences?|settings?|want_to_\w+|on_deck|history|play\w*|claim|accept|decline|apply|vote|answer|quiz|attempt|submit|upload_?avatar|cart|checkout|order|buy|book|login|logout|password|token|session)(?![a-z])"
)
_GRAVE = (
    (3, regex(r"(?<![a-z])(delete|remove|destroy|purge|drop|clear|truncate|wipe)(?![a-z])")),
    (2, regex(r"(?<![a-z])(update|edit|change|modify|set|patch|save|rename|move|merge|replace|reset|restore|publish|archive|enable|disable|toggle|activate|deactivate|install|approve|reject|metadata)(?![a-z])")),
)  # fmt: skip
_OWNERS = regex(r"owner|author(?!i)|member|belong|mine|is_?self", re.IGNORECASE)
_METHODS = {"DELETE": 3, "PUT": 2, "PATCH": 2}
_SHARED_WORDS = frozenset({"controller", "resource", "api", "rest", "router", "routes", "view", "handler", "endpoint"})


def changes_of_staff(others: Others) -> Iterator[Hit]:
    """Yield classes and files of handlers in which some changes need a role, and as grave ones of the same thing do not."""
    grouped: dict[tuple[int, int], list[Asked]] = defaultdict(list)
    for each in others.asked:
        handler = each.declared.handler
        if handler is not None and each.endpoint.method in CHANGING:
            own = others.model.project.own_class(handler.file, handler.index)
            grouped[handler.file, own.index if own is not None else -1].append(each)
    for key, group in grouped.items():
        guarded = [(each, each.staff) for each in group if each.staff is not None and is_asked_here(each.staff, each)]
        if not guarded or len(guarded) == len(group):
            continue
        of_staff = {name for each, _ in guarded for name in _things(others, each)}
        least = min(_gravity(each.endpoint) for each, _ in guarded)
        free = [each for each in group if each.staff is None and _is_free(others, each, of_staff)]
        if any(_gravity(each.endpoint) >= max(least, 1 if _things(others, each) else 2) for each in free):
            free.sort(key=lambda each: -_gravity(each.endpoint))
            yield _hit(others, free, guarded[0][0], f"changes of staff {key}")


def _is_free(others: Others, each: Asked, of_staff: set[str]) -> bool:
    """Whether an endpoint does to a thing of staff what nobody does for himself, and nothing vouches for its caller."""
    words = f"{_tail(each.endpoint)} {each.endpoint.handler.rpartition('.')[2]}"
    if OWN_USE.search(snake(words).replace("-", "_")) or SETS_UP.search(each.endpoint.path):
        return False
    about = _things(others, each) & of_staff
    if not about:
        about = {name for name in of_staff if any(_is_called(name, thing(word)) for word in _class_words(each))}
    subject = Subject(Owner("role"), None, False, min(about, default=""), 0, 0)
    return bool(about) and others.vouchers.inside(each.reach, subject, each.declared) is None


def _is_called(name: str, word: str) -> bool:
    return name == word or name.endswith(f"_{word}")


def _class_words(each: Asked) -> list[str]:
    return re.findall(r"[A-Z][a-z]+", each.endpoint.handler.rpartition(".")[0])


def is_asked_here(staff: Vouched, each: Asked) -> bool:
    """Whether a role is asked for by the endpoint or its group: not only said by the path, and no guard of an owner."""
    return staff.text != each.declared.path and _OWNERS.search(staff.text) is None


def _things(others: Others, each: Asked) -> set[str]:
    """What an endpoint has to do with that belongs to nobody, and that its path or class is named after."""
    named = {thing(part.replace("-", "_")) for part in each.endpoint.path.split("/") if part and "{" not in part}
    named |= {thing(word) for word in _class_words(each)}
    named -= _SHARED_WORDS
    found: set[str] = set()
    for fn in each.reach:
        for access in others.model.data.by_function.get(fn, ()):
            name = thing(others.owners.name(access))
            if not name or others.owners.is_person(access) or not any(_is_called(name, n) for n in named):
                continue
            owner = others.owners.owner(access)
            if owner is None or owner.is_noted:
                found.add(name)
    return found


def _tail(endpoint: Endpoint) -> str:
    """The last word of a path."""
    return endpoint.path.rstrip("/").rpartition("/")[2]


def _gravity(endpoint: Endpoint) -> int:
    """How much harm an endpoint can do: 3 deletes, 2 changes, 1 adds or starts something."""
    words = snake(f"{_tail(endpoint)} {endpoint.handler.rpartition('.')[2]}").replace("-", "_").replace("_", " ")
    told = next((grade for grade, pattern in _GRAVE if pattern.search(words)), 1)
    return max(told, _METHODS.get(endpoint.method, 1))


def _hit(others: Others, free: list[Asked], guarded: Asked, key: str) -> Hit:
    model, (declared, endpoint) = others.model, (free[0].declared, free[0].endpoint)
    path = [spot for each in free for spot in spots_of(model, each.declared, each.endpoint, "no role is asked for")]
    path.append(Spot(guarded.endpoint.file, guarded.declared.line, f"{guarded.endpoint.method} {guarded.endpoint.path} asks for one"))  # fmt: skip
    more = f" and {len(free) - 1} more" if len(free) > 1 else ""
    what = min(_things(others, guarded), default=last_of(endpoint)).replace("_", " ")
    message = (
        f"{endpoint.method} {endpoint.path}{more} can be used by anybody who is logged in, "
        f"though {guarded.endpoint.method} {guarded.endpoint.path} beside it, on the same {what}, asks for a role"
    )
    fn = declared.beside
    fix = "Ask for the same role or policy, or say on the class that everybody may."
    return Hit(declared.at, declared.line, message, fn, tuple(path), Confidence.MEDIUM, Severity.HIGH, key=key, fix=fix)
