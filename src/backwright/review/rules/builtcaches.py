"""Caches that a library makes with no bound: neither where they are built nor by what is put into them."""

from collections.abc import Iterator

from backwright.review.facts import Call
from backwright.review.link.effects import Does
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.caching import LIVES, ZERO
from backwright.review.rules.looping import NAMES, backend, is_offline, root
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit

_BOUNDS = regex(r"(?i:max|size|expir|weak|soft|capacity|limit|ttl|bound|evict|weigh|time_?to|idle)")
_PUTS = frozenset("set put insert mset Set Put Add".split())
BUILDERS_MAX = 3  # variables and functions that a builder is followed through


def made_caches(model: Model) -> Iterator[Hit]:
    """Yield caches of libraries with neither a size nor a time to live."""
    for at in backend(model):
        file = model.files[at]
        for index, told in model.effects.of_call[at].items():
            for does in told:
                if does.does != "cache-make" or does.effect.default != "none" or is_offline(file):
                    continue
                if _is_bounded(model, does) or _entries_end(model, does):
                    continue
                call = file.calls[index]
                message = f"{shown(call)}() makes a cache with neither a size nor a time to live"
                yield Hit(at, call.line, message, call.fn)


def _is_bounded(model: Model, does: Does) -> bool:
    """Whether a bound is given, in the call, in its chain, or to the builder that it ends."""
    given = model.effects.given(does, does.effect.ttl)
    if given is not None and given.kind != "none":
        return True
    calls = model.files[does.at].calls
    chain = [calls[n] for n in model.effects.chain(does.at, does.index)]
    return _says_bound(chain) or _builder_bounds(model, does.at, calls[does.index], BUILDERS_MAX)


def _says_bound(calls: list[Call]) -> bool:
    return any(_BOUNDS.search(word) for call in calls for word in (call.name, *flat(call.args)))


def _builder_bounds(model: Model, at: int, call: Call, hops: int) -> bool:
    """Whether a builder was given a bound before: `builder = builder.max_capacity(n)`, or by the function that made it."""
    name = root(call.on) or next((value.text for value in call.args if value.kind == "name"), "")
    if not name or hops == 0:
        return False
    calls = model.files[at].calls
    scopes = set(model.enclosing(at, call.fn))
    near = [n for n, each in enumerate(calls) if each.fn in scopes and name in (each.to, root(each.on))]
    chains = [calls[n] for number in near for n in model.effects.chain(at, number)]
    if _says_bound(chains):
        return True
    return any(
        _function_bounds(model, fn)
        for each in (*chains, call)
        if not each.on or each.on == name or each is not call
        for fn in model.project.resolve_call(at, each)[:1]
    )


def _function_bounds(model: Model, fn: Fn) -> bool:
    """Whether a function of the project that makes a builder gives it a bound."""
    calls = model.files[fn.file].calls
    return _says_bound([calls[n] for n in model.inside.calls[fn.file].get(fn.index, ())])


# ---- what is put into it ----------------------------------------------------------------------


def _entries_end(model: Model, does: Does) -> bool:
    """Whether each entry has a time to live of its own, or stands under a key that is written down."""
    names = _names_of(model, does)
    puts = [
        call
        for at in backend(model)
        if model.files[at].language == model.files[does.at].language
        for call in model.files[at].calls
        if call.name in _PUTS
        and len(call.args) > 1
        and NAMES.findall(call.on)[-1:]
        and NAMES.findall(call.on)[-1] in names
    ]
    return bool(puts) and all(call.args[0].kind == "str" or _says_when(call) for call in puts)


def _says_when(call: Call) -> bool:
    """Whether a value is put in together with how long it may stay."""
    rest = call.args[2:]
    return any(
        not ZERO.match(value.text)
        and value.kind != "none"
        and (value.kind != "dict" or any(map(LIVES.search, flat((value,)))))
        for value in rest
    )


def _names_of(model: Model, does: Does) -> set[str]:
    """Return what a cache is called: the variable it is kept in, or that which keeps what a function gives."""
    call = model.files[does.at].calls[does.index]
    if call.to and call.to != "return":
        return {NAMES.findall(call.to)[-1]} if NAMES.findall(call.to) else set()
    named = Fn(does.at, model.named(does.at, does.fn))
    if does.fn < 0 or call.to != "return":
        return set()
    edges = model.effects.callers.get(named, ())
    if not edges:  # a module whose one function makes it is called as what it makes: cache.js
        return {model.files[does.at].path.rpartition("/")[2].partition(".")[0]}
    kept = (model.files[edge.at].calls[edge.call].to for edge in edges)
    return {NAMES.findall(name)[-1] for name in kept if NAMES.findall(name)}
