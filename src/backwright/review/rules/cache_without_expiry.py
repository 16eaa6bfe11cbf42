"""cache-without-expiry: an entry of a shared cache that stays for ever and is never taken out."""

import re
from collections.abc import Iterator

from backwright.review.facts import Arg, Call
from backwright.review.link.effects import Does
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.cachepairs import returned_early
from backwright.review.rules.caching import CACHE, DROPS, LIVES, STATE, ZERO, entry_key
from backwright.review.rules.looping import NAMES, backend, is_offline, root
from backwright.review.rules.parameters import own_params
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit

EVICTS = regex(
    r"maxmemory-policy\s+(allkeys|volatile)|default_lifetime\s*:\s*[1-9]|defaultTtl|default-ttl|time-to-live\s*[:=]\s*[1-9]",
    re.IGNORECASE,
)
DEFAULTS = regex(
    r"^(ttl|stdTTL|defaultTtl|default_ttl|defaultTTL|TIMEOUT|CACHE_DEFAULT_TIMEOUT|DefaultEntryOptions|default_timeout|ttlSeconds|expires?_?in)$",
    re.IGNORECASE,
)
GETS = frozenset("get Get getOrDefault GetStringAsync StringGet StringGetAsync getex mget fetch".split())
SETTINGS = (".conf", ".yaml", ".yml", ".properties", ".toml", ".json", ".env")
RAW = regex(r"redis|rdb|r\b", re.IGNORECASE)  # a client of the server itself, which knows no defaults
FOREVER = regex(r"forever|persist|permanent", re.IGNORECASE)


def check(model: Model) -> Iterator[Hit]:
    """Yield entries that are written without a time to live, unless they are dropped when the data changes."""
    for at in backend(model):
        yield from returned_early(model, at)
    sets = [
        does for at in backend(model) if not is_offline(model.files[at])
        for told in model.effects.of_call[at].values() for does in told if does.does == "cache-set" and does.fn >= 0
    ]  # fmt: skip
    if not sets or any(EVICTS.search(text) for path, text in model.texts.items() if path.endswith(SETTINGS)):
        return
    defaults: dict[str, bool] = {}
    for does in sets:
        if not does.effect.ttl and does.effect.default != "none" and not FOREVER.search(model.effects.call(does).name):
            continue  # a cache of the process, which gives a life to all its entries when it is made
        if _only_reads(model, does) or not _is_cache(model, does) or _has_life(model, does):
            continue
        call, language = model.effects.call(does), model.files[does.at].language
        if not RAW.search(call.on) or "cache" in call.on.lower():
            if language not in defaults:
                defaults[language] = _has_default(model, language)
            if defaults[language]:
                continue
        if not _is_dropped(model, does, call):
            yield _hit(model, does)


def _only_reads(model: Model, does: Does) -> bool:
    """Whether a call named get has no function that would fill the entry, or the receiver is a plain collection."""
    call = model.effects.call(does)
    if call.name in ("get", "Get", "fetch") and not any(value.kind == "fn" for value in call.args):
        return True
    own = model.project.own_class(does.at, does.fn)
    last = NAMES.findall(call.on)[-1:]
    return own is not None and any(
        field.name in last and re.search(r"Collection|Map\b|array|dict|List", field.type)
        for field in model.project.class_(own).fields
    )


def _hit(model: Model, does: Does) -> Hit:
    call = model.effects.call(does)
    fn = Fn(does.at, model.named(does.at, does.fn))
    key = entry_key(call)
    what = f"an entry under {_said(key)}" if key is not None else "an entry"
    message = f"{model.label(fn)} caches {what} that never expires: {shown(call)}() has no time to live"
    return Hit(does.at, call.line, message, does.fn, model.path_to(fn))


def _said(key: Arg) -> str:
    return f"'{key.text}'" if key.kind in ("str", "fmt", "concat") and len(key.text) < 50 else "its key"


def _has_life(model: Model, does: Does) -> bool:
    file = model.files[does.at]
    call = model.effects.call(does)
    given = model.effects.given(does, does.effect.ttl)
    if given is not None:
        constant = model.routers.constant(does.at, does.fn, given) if given.kind == "name" else None
        return not ZERO.match((constant or given.text).strip())
    if does.effect.default and does.effect.default != "none":
        return True
    if re.search(r"(?<![a-z])ex$|_ex$|EX$|Ex$|expir|ttl", call.name, re.IGNORECASE) and not FOREVER.search(call.name):
        return True
    inside = {n for n, made in enumerate(file.functions) if made.call == does.index}
    if (
        any(LIVES.search(text) for text in flat(call.args[1:]))
        or any(c.fn in inside and LIVES.search(c.name) for c in file.calls)
        or any(a.fn in inside and LIVES.search(a.target) for a in file.assigns)
    ):
        return True
    nearby = [
        c
        for c in file.calls
        if c.fn == call.fn and c is not call and re.search(r"expire|set_?ttl|KeyExpire", c.name, re.IGNORECASE)
    ]
    return bool(nearby)


def _has_default(model: Model, language: str) -> bool:
    """Whether the caches of the framework give every entry a time to live by themselves."""
    for at in backend(model):
        file = model.files[at]
        if file.language != language:
            continue
        if any(
            DEFAULTS.match(value.name)
            for each in file.calls
            if re.search(r"cache|register|create|build|configure", f"{each.on}.{each.name}", re.IGNORECASE)
            for value in _named(each.args)
        ):
            return True
        if any(
            DEFAULTS.match(assign.target.rpartition(".")[2])
            or any(DEFAULTS.match(v.name) for v in _named((assign.value,)))
            for assign in file.assigns
            if "ache" in assign.target or DEFAULTS.match(assign.target.rpartition(".")[2])
        ):
            return True
    return False


def _named(values: tuple[Arg, ...]) -> Iterator[Arg]:
    for value in values:
        if value.name:
            yield value
        yield from _named(value.items)


def _is_dropped(model: Model, does: Does, call: Call) -> bool:
    """Whether the same class, or something with the same key, takes the entry out when the data is written."""
    key = entry_key(call)
    wanted = _key_words(model, does.at, does.fn, key) if key is not None else ""
    made = model.function_at(does.at, does.fn)
    for at in backend(model):
        file = model.files[at]
        for other in file.calls:
            if (
                not DROPS.match(other.name)
                or other is call
                or not other.args
                or (other.name.lower().startswith(("expire", "pexpire", "touch")) and at != does.at)
            ):
                continue
            same = (
                made is not None
                and at == does.at
                and root(other.on) == root(call.on)
                and other.on == call.on
                and other.fn >= 0
                and file.functions[other.fn].owner == made.owner
                and bool(made.owner)
            )
            other_key = entry_key(other)
            if (
                same
                or (
                    wanted
                    and other_key is not None
                    and CACHE.search(f"{other.on} {call.on}")
                    and _key_words(model, at, other.fn, other_key) == wanted
                )
                or (
                    wanted
                    and other_key is not None
                    and re.search(r"redis|rdb|kv|client", other.on, re.IGNORECASE)
                    and _key_words(model, at, other.fn, other_key) == wanted
                )
            ):
                return True
    return False


def _key_words(model: Model, at: int, fn: int, key: Arg) -> str:
    """Return the constant text that a key begins with, or the name of what makes it."""
    text = model.routers.constant(at, fn, key) if key.kind == "name" else None
    if text is not None:
        return text
    if key.kind in ("str", "fmt", "concat"):
        return key.text.partition("{")[0]
    if key.kind == "name":
        for number in (*model.enclosing(at, fn), -1):
            for assign in model.project.assigned[at].get((number, key.text), ()):
                if assign.value.kind in ("str", "fmt", "concat"):
                    return assign.value.text.partition("{")[0]
        return key.text.rpartition(".")[2] if key.text.rpartition(".")[2].isupper() else ""
    return key.text


def _is_cache(model: Model, does: Does) -> bool:
    """Whether this is a cache of something that can be had again, under keys of which there may be many."""
    file = model.files[does.at]
    call = model.effects.call(does)
    key = entry_key(call)
    if key is None or (key.kind in ("str", "num") and not FOREVER.search(call.name)):
        return False
    made = file.functions[model.named(does.at, does.fn)]
    words = f"{call.on} {made.name} {made.owner} {file.path.rpartition('/')[2]} {' '.join(flat((key,)))}"
    if key.kind == "name" and key.text not in own_params(made):
        words += " " + _key_words(model, does.at, does.fn, key)
    if STATE.search(re.sub(r"(?i)basket|cart|order|client|stream|store\b", "", words)) and not CACHE.search(words):
        return False
    if CACHE.search(words) or FOREVER.search(call.name):
        return True
    receiver = NAMES.findall(call.on)[-1:]
    return any(
        other.fn in model.enclosing(does.at, does.fn)
        and other.line <= call.line
        and NAMES.findall(other.on)[-1:] == receiver
        and (other.name in GETS or any(d.does == "cache-get" for d in model.effects.of_call[does.at].get(n, ())))
        for n, other in enumerate(file.calls)
    )
