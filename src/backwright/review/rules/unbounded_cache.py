"""unbounded-cache: a cache in memory that takes in whatever is asked for and forgets nothing."""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import NEW, Arg
from backwright.review.link.model import Model
from backwright.review.link.project import Cls, Fn
from backwright.review.regexes import regex
from backwright.review.rules.builtcaches import made_caches
from backwright.review.rules.caching import CACHE, STATE, Put, Puts
from backwright.review.rules.connecting import Requests
from backwright.review.rules.finitekeys import (
    ATTRIBUTE_HOOKS,
    is_asked_as_type,
    is_of_types,
    is_type_of_value,
    may_be_few,
)
from backwright.review.rules.injectedanew import is_injected_anew
from backwright.review.rules.looping import NAMES, backend, is_offline, root
from backwright.review.rules.parameters import own_params
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit

KNOWN = regex(r"cache|memo|known|seen|results?|lookup|resolved|loaded|computed", re.IGNORECASE)
# What the program itself has a number of, and stores that stand in for a database.
_OF_CODE = regex(r"type|schema|reflect|metadata|serializer|converter|descriptor|accessor|propert|constructor|delegate|compiled|regex|template|provider|factory|factories|strateg|handler|driver|plugin|queue", re.IGNORECASE)  # fmt: skip
# State that clients make by asking: each address, name or token that is tried is one more entry.
_BY_CLIENTS = regex(
    r"captcha|\botp|nonce|black_?list|deny_?list|block_?list|revoked|attempts?|rate_?limit|limiter|throttl|visitors?|per_?ip|by_?ip",
    re.IGNORECASE,
)
_IN_PLACE = regex(r"in_?mem|memory|fake|stub|mock", re.IGNORECASE)
SMALL = regex(r"\b(bool|boolean|Literal|Enum|Class)\b|Enum$|Type$|Kind$", re.IGNORECASE)
LONG_RUNNING = regex(r"swoole|openswoole|roadrunner|spiral|workerman|react/http|octane", re.IGNORECASE)


def check(model: Model) -> Iterator[Hit]:
    """Yield maps that requests fill for ever, memos without a bound, and caches that are made without one."""
    requests = Requests(model)
    yield from _maps(model, requests)
    yield from _memos(model, requests)
    yield from made_caches(model)


# ---- maps -----------------------------------------------------------------------------------


def _maps(model: Model, requests: Requests) -> Iterator[Hit]:
    joined: dict[Fn, Hit] = {}
    for hit in _puts(model, requests):
        first = joined.setdefault(Fn(hit.at, hit.fn), hit)
        if first is not hit:  # two maps that one function fills
            joined[Fn(hit.at, hit.fn)] = replace(
                first,
                path=(
                    *first.path,
                    Spot(model.files[hit.at].path, hit.line, hit.message.partition(" keeps ")[0] + ", too"),
                ),
            )
    yield from joined.values()


def _puts(model: Model, requests: Requests) -> Iterator[Hit]:
    puts = Puts(model)
    dies = () if _runs_long(model) else ("php",)  # an array of PHP-FPM lives as long as the request
    for put in puts.all():
        file = model.files[put.at]
        if file.language in dies or is_offline(file):
            continue
        names = f"{put.container} {_owner(model, put)}"
        if not _varies(model, put) or not (puts.looks_up(put) or CACHE.search(names) or _BY_CLIENTS.search(names)):
            continue
        home = puts.home(put)
        if home is None or not _lives_long(model, requests, put, *home) or puts.shrinks(put, home[1]):
            continue
        if _OF_CODE.search(put.container) or (_IN_PLACE.search(names) and not CACHE.search(put.container)):
            continue
        if STATE.search(names) and not CACHE.search(names) and not _BY_CLIENTS.search(names):
            continue
        is_asked = not model.declared or requests.runs(put.at, put.fn)
        if not is_asked and not (
            CACHE.search(names) or _BY_CLIENTS.search(names) or (home[1] is None and KNOWN.search(names))
        ):
            continue
        fn = Fn(put.at, model.named(put.at, put.fn))
        name = put.container.removeprefix("self.").removeprefix("this.").removesuffix("()")
        message = (
            f"{name} keeps an entry for every {_said(put.key)} that {model.label(fn)} is asked for, and forgets none"
        )
        last = NAMES.findall(name)[-1:]
        made = [a for a in file.assigns if a.fn < 0 and NAMES.findall(a.target)[-1:] == last]
        spots = tuple(Spot(file.path, each.line, f"{name} is made") for each in made[:1])
        yield Hit(
            put.at,
            put.line,
            message,
            put.fn,
            (*model.path_to(fn), *spots),
            Confidence.LOW if _is_few(model, put) or (not is_asked and _may_be_small(model, puts, put, home)) else None,
            key=f"{put.at if home[1] is None else home[1]}:{name}",
        )


def _is_few(model: Model, put: Put) -> bool:
    """Whether all that a key is made from has few values by its name."""
    names = {name for text in flat((put.key,)) for name in NAMES.findall(text)}
    params = {name for n in model.enclosing(put.at, put.fn) for name in own_params(model.files[put.at].functions[n])}
    asked = names & params
    if len(asked) == 1 and put.key.kind in ("name", "call") and may_be_few(put.key.text.removesuffix("()")):
        return True
    return bool(asked) and all(may_be_few(name) for name in asked)


def _may_be_small(model: Model, puts: Puts, put: Put, home: tuple[str, Cls | None]) -> bool:
    """Whether a map that no request is known to fill may be one of many objects that come and go, or what is registered at the start."""
    return (home[0] == "field" and model.files[put.at].language != "csharp") or not puts.looks_up(put)


def _runs_long(model: Model) -> bool:
    return any(
        LONG_RUNNING.search(text) for path, text in model.texts.items() if path.endswith("composer.json")
    ) or model.imports("Swoole", "OpenSwoole", "Spiral.RoadRunner", "Workerman")


def _owner(model: Model, put: Put) -> str:
    made = model.files[put.at].functions[put.fn]
    return f"{made.owner} {model.files[put.at].path.rpartition('/')[2]}"


def _varies(model: Model, put: Put) -> bool:
    """Whether the key comes from what a function is given, and not from a loop over a table or a constant."""
    if put.key.kind in ("str", "num") or not any(NAMES.search(text) for text in flat((put.key,))):
        return False
    if is_type_of_value(put.key):
        return False
    file = model.files[put.at]
    names = {name for text in flat((put.key,)) for name in NAMES.findall(text)}
    params: set[str] = set()
    for number in model.enclosing(put.at, put.fn):
        made = file.functions[number]
        if made.kind == "constructor" or made.name in ("__init__", "init", "setup", "load", "Load"):
            return False
        params |= set(own_params(made))
        if made.name in ATTRIBUTE_HOOKS or any(SMALL.search(p.type) for p in made.params if p.name in names):
            return False
        asked = set(own_params(made)) & names
        if asked and all(is_of_types(model, put.at, made, name) for name in asked):
            return False
    if any(made.fn == put.fn and set(made.vars) & names for made in file.loops if made.line <= put.line <= made.end):
        return False
    for _ in range(3):
        derived = {
            n
            for a in file.assigns
            if a.fn == put.fn and root(a.target) in names
            for t in flat((a.value,))
            for n in NAMES.findall(t)
        }
        if derived <= names:
            break
        names |= derived
    return bool(names & params) or bool(names & model.taint.around(Fn(put.at, put.fn)).keys())


def _lives_long(model: Model, requests: Requests, put: Put, kind: str, cls: Cls | None) -> bool:
    """Whether what holds the map is made once: a module, a static field, or an object that no request makes."""
    if kind in ("module", "static") or cls is None:
        return True
    made = model.project.class_(cls)
    language = model.files[cls.file].language
    if any(
        mark.name in ("RequestScoped", "RequestScope", "Scope", "Entity", "dataclass", "Data") for mark in made.marks
    ) or is_injected_anew(model, cls):
        return False
    if language == "csharp":
        return not _is_made_anew(model, made.name) and any(
            made.name in " ".join(flat(model.files[at].calls[n].args))
            for name in ("AddSingleton", "AddHostedService")
            for at, n in model.project.calls_by_name.get(name, ())
        )
    if language == "cpp" and _is_local(model, made.name):
        return False
    makers = [
        n for n, f in enumerate(model.files[cls.file].functions) if f.cls == cls.index and f.kind == "constructor"
    ]
    built = [edge for n in makers for edge in model.effects.callers.get(Fn(cls.file, n), ())]
    if any(edge.caller.index >= 0 and requests.runs(edge.at, edge.caller.index) for edge in built):
        return False
    name = made.name
    return not any(
        call.flags & 32 and call.fn >= 0 and requests.runs(at, call.fn)
        for at, n in model.project.calls_by_name.get(name, ()) for call in (model.files[at].calls[n],)
    )  # fmt: skip


def _is_local(model: Model, name: str) -> bool:
    """C++: whether all objects of a class are variables of functions that end: `Collector collector{};`."""
    made = [
        (at, call)
        for at, n in model.project.calls_by_name.get(name, ())
        if (call := model.files[at].calls[n]).flags & NEW and not model.files[at].is_test
    ]
    return bool(made) and all(
        call.fn >= 0
        and any(each.type == name for each in model.project.assigned[at].get((call.fn, call.to), ()))
        and model.files[at].functions[call.fn].name != "main"
        for at, call in made
    )


def _is_made_anew(model: Model, name: str) -> bool:
    """Whether functions make objects of a class for themselves, each with an empty map."""
    calls = ((model.files[at], model.files[at].calls[n]) for at, n in model.project.calls_by_name.get(name, ()))
    return any(
        call.flags & NEW
        and call.fn >= 0
        and call.inside >= 0
        and not file.calls[call.inside].name.startswith("Add")  # of a container
        for file, call in calls
        if not file.is_test
    )


def _said(key: Arg) -> str:
    names = NAMES.findall(key.text) or [n for text in flat(key.items) for n in NAMES.findall(text)]
    return next(
        (n for n in names if n not in ("self", "this", "str", "format", "String", "to_owned", "to_string", "clone")),
        "key",
    )


# ---- memos ----------------------------------------------------------------------------------


def _memos(model: Model, requests: Requests) -> Iterator[Hit]:
    """Python: lru_cache(maxsize=None) or cache on a function that is fed by requests."""
    for at in backend(model):
        file = model.files[at]
        if file.language != "python" or is_offline(file):
            continue
        for index, made in enumerate(file.functions):
            for mark in made.marks:
                whole = model.project.absolute(at, f"{mark.on}.{mark.name}" if mark.on else mark.name)
                unbounded = whole == "functools.cache" or (
                    whole == "functools.lru_cache"
                    and any(v.text == "None" and v.name in ("", "maxsize") for v in mark.args)
                )
                params = own_params(made)
                if (
                    not unbounded
                    or not params
                    or all(p.type and SMALL.search(p.type) for p in made.params if p.name in params)
                    or all(is_of_types(model, at, made, p) or is_asked_as_type(model, at, index, p) for p in params)
                ):
                    continue
                if requests.runs(at, index):
                    fn = Fn(at, index)
                    message = f"{model.label(fn)} remembers its result for every {params[0]} it is ever given"
                    yield Hit(
                        at,
                        mark.line,
                        message,
                        index,
                        model.path_to(fn),
                        Confidence.LOW if all(may_be_few(name) for name in params) else None,
                        fix="Give lru_cache a maxsize, or use a cache with a size and a time to live.",
                    )
