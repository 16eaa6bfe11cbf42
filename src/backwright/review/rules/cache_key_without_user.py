"""cache-key-without-user: what one user may see is cached under a key that all users share."""

import re
from collections.abc import Iterator

from backwright.review.facts import Arg, Call, Function
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.cachedchecks import unchecked
from backwright.review.rules.cachepairs import stored_elsewhere
from backwright.review.rules.caching import CACHE, PUTS, USER, entry_key, names_in
from backwright.review.rules.looping import NAMES, backend, root
from backwright.review.rules.parameters import own_params
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit

WHO = regex(
    r"SecurityContextHolder|getAuthentication|getPrincipal|currentUser|current_user|getCurrentUser|get_current_user|getRemoteUser|Auth::(user|id)|auth\(\)|getUser$|FindFirstValue|get_jwt_identity",
    re.IGNORECASE,
)
CACHES = regex(r"^(Cacheable|cacheable|cached|memoize|CacheResult|OutputCache|CacheTTL)$")
PRIVATE = regex(
    r"(request|req|ctx|context|c|session|self\.request|this\.request)\.(user|session|auth|userId|user_id|principal|identity|account)\b",
    re.IGNORECASE,
)


def check(model: Model) -> Iterator[Hit]:
    """Yield entries whose value is made for one user, while the key names none."""
    for at in backend(model):
        yield from _marks(model, at)
        yield from unchecked(model, at)
        yield from stored_elsewhere(model, at)
        told = model.effects.of_call[at]
        for index, call in enumerate(model.files[at].calls):
            if call.fn < 0 or not call.args:
                continue
            if any(does.does == "cache-set" for does in told.get(index, ())) or _puts(model, at, call):
                yield from _call(model, at, index)


def _puts(model: Model, at: int, call: Call) -> bool:
    """Whether a call puts a value under a key into what calls itself a cache, by its name or type."""
    if call.name not in PUTS or len(call.args) < 2:
        return False
    return CACHE.search(call.on.rpartition(".")[2]) is not None or any(
        CACHE.search(each) for each in model.effects.receivers(at, call)
    )


def _call(model: Model, at: int, index: int) -> Iterator[Hit]:
    file = model.files[at]
    call = file.calls[index]
    key = entry_key(call)
    if key is None:
        return
    fn = model.named(at, call.fn)
    made = file.functions[fn]
    users = _users(model, at, fn)
    if not users or _names_user(model, at, call.fn, key, users, made):
        return
    if not _made_for(model, at, fn, call.args, key, users, index):
        return
    target = Fn(at, fn)
    who = sorted(users)[0]
    message = f"{model.label(target)} caches what belongs to {who} under {_said(model, at, call.fn, key)}, which all users share"
    yield Hit(
        at,
        call.line,
        message,
        call.fn,
        (*model.path_to(target),),
        fix=f"Put {who} into the key of {shown(call)}().",
    )


def _said(model: Model, at: int, fn: int, key: Arg) -> str:
    text = model.routers.constant(at, fn, key) if key.kind == "name" else None
    text = text or key.text
    return f"the key '{text}'" if len(text) < 50 else "one key"


def _users(model: Model, at: int, fn: int) -> set[str]:
    """Return the names in a function that stand for the user: parameters, and what is taken out of the request."""
    file = model.files[at]
    made = file.functions[fn]
    params = set(own_params(made))
    found = {
        p.name
        for p in made.params
        if p.name in params
        and (
            USER.search(_spaced(p.name)) or re.search(r"\b(User|Principal|Account|Tenant|Member|CurrentUser)\b", p.type)
        )
    }
    found -= {
        p.name
        for p in made.params
        if re.search(
            r"Service|Repository|Repo|Store|Dao|Client|Manager|Context$|Session$|Factory|Provider|Mapper|Cache",
            p.type,
        )
    }
    inner = {
        fn,
        *(n for n, each in enumerate(file.functions) if each.parent == fn and each.kind == "lambda"),
    }
    for assign in file.assigns:
        if (
            assign.fn in inner
            and USER.search(_spaced(root(assign.target)))
            and (any(WHO.search(text) or PRIVATE.search(text) for text in flat((assign.value,))))
        ):
            found.add(root(assign.target))
    return found


def _spaced(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)


def _names_user(model: Model, at: int, fn: int, key: Arg, users: set[str], made: Function) -> bool:
    """Whether a key is made from the user, or from something that is not known."""
    if key.kind in ("str", "num"):
        return False
    names = names_in(key)
    if names & users or any(USER.search(_spaced(name)) for name in names) or _comes_from(model, at, fn, names, users):
        return True
    if key.kind == "name":
        if model.routers.constant(at, fn, key) is not None:
            return False
        if root(key.text) in own_params(made):
            return True
        found = [
            a
            for number in (*model.enclosing(at, fn), -1)
            for a in model.project.assigned[at].get((number, key.text), ())
        ]
        if not found:
            return not re.fullmatch(r"(?:[\w.]*[.:])?_?[A-Z][A-Z0-9_]*|(self|static|Self)(::|\.)[A-Z]\w*", key.text)
        return any(_names_user(model, at, fn, a.value, users, made) for a in found)
    return key.kind not in ("fmt", "concat") or (
        bool(names & set(own_params(made))) and any(p.name in names and not p.type for p in made.params)
    )


def _comes_from(model: Model, at: int, fn: int, names: set[str], users: set[str]) -> bool:
    """Whether one of these variables was made from the user: `token = create(user)`."""
    scopes = (*model.enclosing(at, fn), -1)
    for _ in range(3):
        values = [
            a.value for scope in scopes for name in names for a in model.project.assigned[at].get((scope, name), ())
        ]
        more = {name for value in values for name in names_in(value)}
        if more & users:
            return True
        if more <= names:
            return False
        names = names | more
    return False


def _made_for(model: Model, at: int, fn: int, args: tuple[Arg, ...], key: Arg, users: set[str], index: int) -> bool:
    """Whether the value was asked for with the user: through the variables that it is made of, or in a closure."""
    file = model.files[at]
    values = [value for value in args if value is not key]
    for value in values:
        if value.kind == "fn":
            inner = {n for n, each in enumerate(file.functions) if each.call == index}
            for _ in range(2):
                inner |= {n for n, each in enumerate(file.functions) if each.parent in inner}
            if any(call.fn in inner and _asks(call.args, users) for call in file.calls):
                return True
    names = {name for value in values if value.kind != "fn" for name in names_in(value)}
    assigns = [a for a in file.assigns if fn in model.enclosing(at, a.fn)]
    for _ in range(4):
        more: set[str] = set()
        for assign in assigns:
            if root(assign.target) in names or (
                set(NAMES.findall(assign.target)) & names and assign.target.startswith(("[", "{", "("))
            ):
                if any(names_in(item) & users for item in assign.value.items) and assign.value.kind in (
                    "call",
                    "list",
                    "dict",
                    "other",
                ):
                    return True
                more |= names_in(assign.value)
        for number, call in enumerate(file.calls):
            if (call.to and root(call.to) in names and fn in model.enclosing(at, call.fn) and number != index) and any(
                _asks(file.calls[n].args, users) for n in model.effects.chain(at, number)
            ):
                return True
        if more <= names:
            return False
        names |= more
    return False


def _asks(args: tuple[Arg, ...], users: set[str]) -> bool:
    return any(names_in(value) & users for value in args)


def _marks(model: Model, at: int) -> Iterator[Hit]:
    """`@Cacheable("basket")` on a method without parameters that asks who is there."""
    file = model.files[at]
    for index, made in enumerate(file.functions):
        for mark in made.marks:
            if not CACHES.match(mark.name) or any(
                USER.search(_spaced(text)) for text in flat(mark.args) if "#" in text or "user" in text.lower()
            ):
                continue
            keyed = next((v for v in mark.args if v.name in ("key", "keyGenerator")), None)
            if own_params(made) and (keyed is None or "#" in keyed.text or keyed.name == "keyGenerator"):
                continue
            inner = {index, *(n for n, each in enumerate(file.functions) if each.parent == index)}
            asks = any(
                call.fn in inner and WHO.search(f"{call.on}.{call.name}" if call.on else call.name)
                for call in file.calls
            ) or any(read.fn in inner and PRIVATE.search(f"{read.base}.{read.attr}") for read in file.reads)
            if asks:
                fn = Fn(at, index)
                message = f"{model.label(fn)} asks who is signed in, but its result is cached once for all users"
                yield Hit(
                    at,
                    mark.line,
                    message,
                    index,
                    model.path_to(fn),
                    fix="Take the user as a parameter, so that it becomes part of the key.",
                )
