"""Guards by what a path leads to: most endpoints under {bookId} stand behind the same check of access, a few do not."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.regexes import regex
from backwright.review.rules.opened import SPOTS_MAX
from backwright.review.rules.others import CHANGING, LITTLE, SOCIAL, Asked, Others, for_others, spots_of
from backwright.review.rules.owned import Owner, is_person, snake, thing
from backwright.review.rules.public import PUBLIC
from backwright.review.rules.rule import Hit
from backwright.review.rules.vouching import Subject

GUARDED_MIN = 4  # endpoints behind the same guard: fewer are no custom
GUARDED_SHARE = 0.5  # of those and the ones that ask nothing: where fewer have it, it was left out on purpose
_GENERIC = regex(r"^(id|pk|uuid|slug|key|name|code|num(ber)?|token)$", re.IGNORECASE)
_ENDING = regex(r"\.\w+$")
_NAME = regex(r"[A-Za-z_][\w.]*")
# What asks whether somebody may have a thing; a limit, a log or a cache says nothing of it.
_ASKS = regex(
    r"access|owner|permi|author|belong|member|polic|check|ensure|require|guard|verify|protect|allow|can_|is_|role", re.IGNORECASE
)  # fmt: skip
_NOT = regex(r"constructor|limit|throttl|cache|log|csrf|cors|valid|param|parse|upload|exist|load|find|set_|body|schema|cond|profile|transaction|rate|captcha|feature|installed|enabled", re.IGNORECASE)  # fmt: skip


class Guard(NamedTuple):
    """A guard as endpoints name it, and the first of them."""

    name: str
    holders: list[Asked]


def unlike_peers(others: Others) -> Iterator[Hit]:
    """Yield endpoints that lead to a thing without the check that most others of it stand behind, one finding for each guard."""
    groups: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    for each in others.asked:
        for name in _leads_to(each):
            groups[others.owners.apps.of(each.declared.at), name].append(each)
    for (app, name), group in groups.items():
        guard = _guard(others, name, group)
        if guard is None:
            continue
        held = {id(each) for each in guard.holders}
        known = {text for each in guard.holders for text in others.model.judge.words(each.declared)}
        free = [each for each in group if id(each) not in held and _is_free(others, each, name, known)]
        count = len(free) + len(guard.holders)
        if free and len(guard.holders) >= GUARDED_SHARE * count:
            yield _hit(others, free, guard, name, count, f"unlike peers {app} {name}")


def _leads_to(each: Asked) -> set[str]:
    """The things that the ids of a path belong to: by an id's name, else by the word before it."""
    found, before = set(), ""
    for part in each.endpoint.path.split("/"):
        if part.startswith("{"):
            bare = re.sub(r"(?<=[a-z])_?(ids?|uuid|pk|slug|key)$", "", snake(part.strip("{}*?")))
            found.add(thing(before.replace("-", "_")) if not bare or _GENERIC.match(bare) else thing(bare))
        before = part or before
    return {name for name in found if name and not is_person(name)}


def _guard(others: Others, name: str, group: list[Asked]) -> Guard | None:
    """The check that most of what leads to a thing stands behind, if it is of this thing."""
    held: Mapping[str, list[Asked]] = defaultdict(list)
    for each in group:
        for guard in {_named(text) for text in others.model.judge.words(each.declared) if _is_of(text, name)}:
            if guard:
                held[guard].append(each)
    best = max(held.items(), key=lambda item: (len(item[1]), item[0]), default=("", []))
    return Guard(*best) if len(best[1]) >= GUARDED_MIN else None


def _is_of(text: str, name: str) -> bool:
    """Whether a guard checks something of a thing: it is named after it, or is given its id."""
    return name.rpartition("_")[2] in snake(text) and _asks(text)


def _asks(text: str) -> bool:
    """Whether something that stands before an endpoint asks who may."""
    found = _NAME.search(text)
    return found is not None and _ASKS.search(snake(found[0])) is not None and _NOT.search(snake(found[0])) is None


def _named(text: str) -> str:
    found = _NAME.search(text)
    if found is not None and found[0] in ("Depends", "Security", "UseGuards", "PreAuthorize"):
        return text  # what tells is what it is given
    return found[0] if found is not None else ""


def _is_free(others: Others, each: Asked, name: str, known: set[str]) -> bool:
    """Whether an endpoint does something with a thing and nothing else asks who may; `known`: what stands before its peers."""
    endpoint = each.endpoint
    words = others.model.judge.words(each.declared)
    if any(text not in known and _asks(text) for text in words):
        return False  # it has a guard of its own
    if PUBLIC.search(re.sub(r"\{\w*\}", "", endpoint.path)):
        return False
    if any(_is_of(text, other) for text in words for other in _leads_to(each)):
        return False  # what it stands in is checked
    if each.staff is not None or for_others(endpoint):
        return False
    if endpoint.method in CHANGING and SOCIAL.search(snake(endpoint.handler.rpartition(".")[2])):
        return False
    if endpoint.method not in CHANGING and LITTLE.search(_ENDING.sub("", endpoint.path)):
        return False
    accesses = (access for fn in each.reach for access in others.model.data.by_function.get(fn, ()))
    if not any(name in (made := thing(others.owners.name(access))) or (made and made in name) for access in accesses):
        return False
    subject = Subject(Owner("access"), None, False, name, 0, 0)
    return others.vouchers.inside(each.reach, subject, each.declared) is None


def _hit(others: Others, free: list[Asked], guard: Guard, name: str, count: int, key: str) -> Hit:
    model = others.model
    free.sort(key=lambda each: each.endpoint.method not in CHANGING)
    declared, endpoint = free[0].declared, free[0].endpoint
    path = [spot for each in free for spot in spots_of(model, each.declared, each.endpoint, f"no {guard.name}")]
    other = guard.holders[0]
    path = [*path[:SPOTS_MAX], Spot(other.endpoint.file, other.declared.line, f"{other.endpoint.method} {other.endpoint.path} stands behind it")]  # fmt: skip
    more = f" and {len(free) - 1} more" if len(free) > 1 else ""
    message = (
        f"{endpoint.method} {endpoint.path}{more} take any {name.replace('_', ' ')} that the client names: "
        f"{guard.name}, which {len(guard.holders)} of {count} such endpoints stand behind, is missing"
    )
    fn = declared.beside
    fix = "Put the same check before it, or say there why everybody may."
    return Hit(declared.at, declared.line, message, fn, tuple(path), Confidence.MEDIUM, Severity.HIGH, key=key, fix=fix)
