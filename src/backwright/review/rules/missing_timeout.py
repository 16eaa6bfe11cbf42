"""missing-timeout: a call to another service that waits as long as the other side likes."""

import re
from collections.abc import Iterator

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Edit, Severity, Tier
from backwright.review.facts import NEW, Call, File
from backwright.review.link.effects import Does
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.link.remembering import kept_with_it
from backwright.review.regexes import regex
from backwright.review.rules.endless import is_zero, never, unlimited
from backwright.review.rules.gateways import gateways
from backwright.review.rules.givenclients import (
    VERBS,
    has_deadline,
    is_configured,
    is_limited_for_all,
    is_request,
    may_be_limited_each_time,
    shared_client,
)
from backwright.review.rules.looping import NAMES, is_offline, root
from backwright.review.rules.mailing import mails
from backwright.review.rules.rule import Hit

# What waits for another machine; the second group only where the pack knows how a time-out is given.
WAITS = frozenset({"outgoing", "client"})
MAY_WAIT = frozenset({"mail", "query", "pool", "connect", "publish"})
FIXES = {
    "go": "Use an http.Client with Timeout set, or a request with context.WithTimeout.",
    "javascript": "Pass signal: AbortSignal.timeout(10000), or the library's timeout option.",
    "java": "Set a connect and a read time-out on the client's builder or request factory.",
    "kotlin": "Set a connect and a read time-out on the client, or install HttpTimeout.",
    "php": "Set CURLOPT_TIMEOUT, or the client's timeout option.",
    "csharp": "Set the client's Timeout, or pass a CancellationToken that ends.",
    "cpp": "Set connect, read and write time-outs on the client.",
    "rust": "Set timeout on the client's builder or on the request.",
}
LIMITS = frozenset(
    {
        "wait_for",
        "timeout",
        "withTimeout",
        "withTimeoutOrNull",
        "WithTimeout",
        "WithDeadline",
        "fail_after",
        "move_on_after",
    }
)
# Rust: how long connecting may take, or an idle connection is kept; the answer may still take for ever.
_OF_A_PART = frozenset({"connect_timeout", "pool_idle_timeout", "http2_keep_alive_timeout"})
_ASIDE = regex(r"(^|/)(extras?|contrib|[\w-]*examples?|samples?)/", re.IGNORECASE)  # no part of the application
_LARAVEL = regex(r"\"laravel/framework\"\s*:\s*\"[^\"\d]*(?P<major>\d+)")
LARAVEL_LIMITS = 9  # the first version whose client gives up by itself
MAKES = frozenset("build create createDefault newHttpClient newClient openConnection builder custom extend".split())
BARE = frozenset({"createDefault", "createSystem", "newHttpClient", "openConnection"})  # what these give is as it comes
MADE_MAX = 3  # places where a client that is handed over may come from
PLACES_MAX = 24  # places of one cause that are named


def check(model: Model) -> Iterator[Hit]:
    """Yield calls and clients of libraries that wait for ever unless they are told not to, each client once."""
    told: list[tuple[int, Does]] = []
    limited: set[str] = set()
    for at in model.own:
        for all_ in model.effects.of_call[at].values():
            for does in all_:
                if _has_no_default(model, does) and _waits(model, does) and not _is_namesake(model, does):
                    if _has_timeout(model, does):
                        limited.add(_client(model, does))
                    else:
                        told.append((at, does))
    limited.discard("")
    known: dict[tuple[str, str], bool] = {}
    left: dict[str, list[Does]] = {}
    for at, does in told:
        client = _client(model, does)
        bare = _request_has_timeout(model, does) is False
        if not bare and (client in limited or _set_elsewhere(model, does)):
            continue
        if not bare and client and not _made_here(model, does):
            asked = (model.files[at].language, does.effect.library)
            if asked not in known:
                known[asked] = _is_set_somewhere(model, *asked)
            if known[asked]:
                continue
        if not bare and _is_given_elsewhere(model, does):
            continue
        left.setdefault(_cause(model, does), []).append(does)
    said: set[tuple[str, int]] = set()
    for same in left.values():
        same.sort(
            key=lambda does: (
                is_offline(model.files[does.at]),
                bool(shared_client(model, does)) and not _is_served(model, does),
            )
        )
        hit = _hit(model, same[0].at, same[0], len(same) - 1)
        spots = tuple(dict.fromkeys(spot for does in same for spot in _places(model, does, hit.at, hit.line)))
        aside = not hit.path and all(_ASIDE.search(model.files[does.at].path) for does in same)
        is_doubtful = aside or all(may_be_limited_each_time(model, does) for does in same)
        said.update((spot.file, spot.line) for spot in spots)
        yield structs.replace(hit, path=(*hit.path, *spots[:PLACES_MAX]), tier=Tier.STRICT if is_doubtful else None)
    yield from unlimited(model, said)
    yield from never(model)
    yield from mails(model)
    yield from gateways(model)


_RESOURCE = regex(
    r"(^|\.)(getResource|getResources|findResource|getSystemResource|classpath\w*|toURI\(\)\.toURL|getManifestUrl|getCodeSource)\b",
    re.IGNORECASE,
)


def _has_no_default(model: Model, does: Does) -> bool:
    """Whether a library waits for ever by itself; Laravel's client did before version 9, and Symfony's looks like Guzzle."""
    if does.effect.library == "Laravel HTTP client":
        return _is_old_laravel(model)
    if does.effect.library == "Guzzle" and _has_symfony_alone(model):
        return False
    return does.effect.default == "none"


@kept_with_it
def _has_symfony_alone(model: Model) -> bool:
    """Whether the manifests name Symfony's client and no other."""
    manifests = [text for path, text in model.texts.items() if path.rpartition("/")[2] == "composer.json"]
    return any('"symfony/http-client"' in text for text in manifests) and not any(
        "guzzlehttp/guzzle" in text for text in manifests
    )


@kept_with_it
def _is_old_laravel(model: Model) -> bool:
    return any(
        (found := _LARAVEL.search(text)) is not None and int(found["major"]) < LARAVEL_LIMITS
        for path, text in model.texts.items()
        if path.rpartition("/")[2] == "composer.json"
    )


def _places(model: Model, does: Does, at: int, line: int) -> Iterator[Spot]:
    """Where a call begins, where its client was made, and the call itself if it is not the one that is told."""
    file = model.files[does.at]
    call = file.calls[does.index]
    first = min(file.calls[number].line for number in (does.index, *model.effects.chain(does.at, does.index)))
    if (does.at, call.line) != (at, line):
        yield Spot(file.path, call.line, f"{shown(call)}()")
    if first != call.line:
        yield Spot(file.path, first, "the call begins")
    client = NAMES.findall(call.on.partition("(")[0])[-1:] if does.does not in ("client", "pool", "connect") else []
    is_seen = False
    for number, made in enumerate(file.calls) if client else ():
        if NAMES.findall(made.to)[-1:] == client and (
            made.flags & NEW or made.name[:1].isupper() or made.name in MAKES
        ):
            begins = min(file.calls[n].line for n in (number, *model.effects.chain(does.at, number)))
            is_seen = True
            yield Spot(file.path, begins, f"{made.name} makes the client")
    if does.does == "client" and does.fn >= 0 and not call.to:
        fn = Fn(does.at, model.named(does.at, does.fn))
        for edge in model.effects.callers.get(fn, ())[:PLACES_MAX]:
            yield Spot(model.files[edge.at].path, model.files[edge.at].calls[edge.call].line, "asks with this client")
    elif client and not is_seen and not _made_here(model, does):
        yield from _made_elsewhere(model, file.language, does.effect.library)


@kept_with_it
def _made_elsewhere(model: Model, language: str, library: str) -> tuple[Spot, ...]:
    """Return where the application makes the client that it hands over: `new RestTemplate()`, `RestClient.create()`."""
    family = ("java", "kotlin") if language in ("java", "kotlin") else (language,)
    return tuple(
        Spot(model.files[at].path, call.line, f"{call.name} makes the client")
        for at in model.own
        if library and model.files[at].language in family
        for call in model.files[at].calls
        if call.name == library or (call.name in MAKES and call.on.split(".")[0].removesuffix("()") == library)
    )[:MADE_MAX]


def _cause(model: Model, does: Does) -> str:
    """Return what is mended at once: a client that is handed to many, a client object, else a library's calls: of a file, if requests lead there, or of all jobs."""
    shared = shared_client(model, does)
    if shared:
        return f"{does.effect.library}:{shared}"
    client = _client(model, does)
    if client:
        return f"{does.at}:{client}"
    if _is_served(model, does):
        return f"{does.at}:{does.effect.library}"
    file = model.files[does.at]
    return f"{file.language}:{does.effect.library}:{is_offline(file)}"


def _is_served(model: Model, does: Does) -> bool:
    return does.fn >= 0 and model.is_served(Fn(does.at, model.named(does.at, does.fn)))


def _waits(model: Model, does: Does) -> bool:
    if does.does in MAY_WAIT:
        return bool(does.effect.timeout) and (does.does != "mail" or model.effects.call(does).name[:1].isupper())
    return does.does in WAITS


def _is_namesake(model: Model, does: Does) -> bool:
    """Whether what is called `http` was imported from another library than Node's own, or a resource of the class path is opened."""
    if _is_resource(model, does):
        return True
    if does.effect.library != "node:http":
        return False
    made = model.project.imported[does.at].get(root(model.effects.call(does).on))
    return made is not None and made.module.removeprefix("node:") not in ("http", "https")


def _is_resource(model: Model, does: Does) -> bool:
    """Whether what is opened stands in a package of the program: `getResource(name)`, also where it was put into a variable."""
    call = model.effects.call(does)
    if _RESOURCE.search(call.on):
        return True
    made = [
        each.value
        for scope in model.enclosing(does.at, call.fn)
        for each in model.project.assigned[does.at].get((scope, root(call.on)), ())
        if each.line <= call.line
    ]
    loops = (made.over for made in model.files[does.at].loops if made.fn == call.fn and root(call.on) in made.vars)
    return any(_RESOURCE.search(value.text) for value in made) or any(map(_RESOURCE.search, loops))


def _made_here(model: Model, does: Does) -> bool:
    """Whether the client is constructed in the same file, or by the call itself, so that its settings can be seen."""
    call = model.effects.call(does)
    if does.does == "client" and call.flags & NEW:
        calls = model.files[does.at].calls  # its file gives each request a deadline, or its dialer a time-out
        return not any(each.name in LIMITS or ("imeout" in each.name and each.fn == call.fn) for each in calls)
    made = model.effects.maker(does.at, does.index)
    return (
        made is not None
        and (made.name[:1].isupper() or bool(made.flags & NEW) or made.name in BARE)
        and not model.project.resolve_call(does.at, made)
    )


def _is_given_elsewhere(model: Model, does: Does) -> bool:
    """Whether a time-out comes from another place: where the client is made, from the whole process, or from who asks for the call."""
    if (not _made_here(model, does) and is_configured(model, does)) or _maker_sets_one(model, does):
        return True
    return is_limited_for_all(model, does.effect.library) or has_deadline(model, does)


def _maker_sets_one(model: Model, does: Does) -> bool:
    """Whether a function of the project gives the client, and makes it with a time-out: `return new Client(["timeout" => 5])`."""
    made = model.effects.maker(does.at, does.index)
    found = model.project.resolve_call(does.at, made)[:1] if made is not None else ()
    return any(
        "imeout" in text
        for fn in found
        for number in model.inside.calls[fn.file].get(fn.index, ())
        if (call := model.files[fn.file].calls[number]).flags & NEW
        for value in call.args
        for text in _names(value)
    )


def _is_set_somewhere(model: Model, language: str, library: str) -> bool:
    """Whether a file that imports the library sets a time-out: there the clients that are handed over may be made."""
    word = re.split(r"[ /.]", library.lower())[0] if library else ""
    family = {"java", "kotlin"} if language in ("java", "kotlin") else {language}
    return any(
        model.files[at].language in family and word and _knows(model.files[at], word) and _sets_any(model.files[at])
        for at in model.own
    )


_TIMERS = regex(r"^((window|global|globalThis)\.)?(set|clear)(Timeout|Interval)$")


def _knows(file: File, word: str) -> bool:
    return any(word in f"{made.module} {made.name}".lower() for made in file.imports)


def _sets_any(file: File) -> bool:
    """Whether a file sets a time-out that may be a client's: none of a single request, and no timer of JavaScript's."""
    if any("imeout" in each.target and not _TIMERS.match(each.value.text) for each in file.assigns):
        return True
    calls = [call for call in file.calls if not is_request(call) and (call.on or not _TIMERS.match(call.name))]
    given = (text for call in calls for value in call.args for text in _names(value))
    return any("imeout" in call.name and not is_zero(call) for call in calls) or any(
        "imeout" in t or "TIMEOUT" in t for t in given
    )


def _has_timeout(model: Model, does: Does) -> bool:
    """Whether a time-out is given: to the call, to its client, or in options that are made somewhere else."""
    call = model.effects.call(does)
    if (told := _request_has_timeout(model, does)) is not None:
        return told
    if model.effects.given(does, does.effect.timeout) is not None:
        return True
    for value in call.args:
        if value.text.startswith(("**", "...")) or (
            value.kind == "name"
            and value.name == ""
            and value.text.rpartition(".")[2] in ("options", "opts", "kwargs", "config", "params_", "settings")
            and not _is_seen_without(model, does, value.text)
        ):
            return True
        if value.kind == "name" and _is_seen_with(model, does, value.text):
            return True
        if does.effect.library == "node-fetch" and any(item.name == "..." for item in value.items):
            return True  # what its caller wants may hold a signal
        if value.name in ("**", "...") or any("imeout" in text or "signal" == text for text in _names(value)):
            return True
    return False


def _request_has_timeout(model: Model, does: Does) -> bool | None:
    """Whether the request of java.net.http has a time-out: that of its client is only for the connection. None if not seen."""
    if does.effect.library != "java.net.http" or does.fn < 0:
        return None
    near = set(model.enclosing(does.at, does.fn))
    calls = [call for call in model.files[does.at].calls if call.fn in near]
    if any(call.name in ("timeout", *LIMITS, "orTimeout", "completeOnTimeout") for call in calls):
        return True
    return False if any("HttpRequest.newBuilder" in f"{call.on}.{call.name}" for call in calls) else None


def _is_seen_with(model: Model, does: Does, name: str) -> bool:
    """Whether options with a time-out are put into a variable in the same function."""
    call = model.effects.call(does)
    return any(
        each.value.kind == "dict" and any("imeout" in item.name for item in each.value.items)
        for number in model.enclosing(does.at, call.fn)
        for each in model.project.assigned[does.at].get((number, name), ())
    )


def _is_seen_without(model: Model, does: Does, name: str) -> bool:
    """Whether the options are written in the same function, and none of them is a time-out."""
    call = model.effects.call(does)
    made = [
        each
        for number in model.enclosing(does.at, call.fn)
        for each in model.project.assigned[does.at].get((number, name), ())
    ]
    return bool(made) and all(
        each.value.kind == "dict"
        and not any(
            item.name in ("...", "**", "") or "imeout" in item.name or item.name == "signal"
            for item in each.value.items
        )
        for each in made
    )


def _names(value: object) -> Iterator[str]:
    yield getattr(value, "name", "")
    if getattr(value, "kind", "") in ("name", "call", "other"):
        yield getattr(value, "text", "")
    for item in getattr(value, "items", ()):
        yield from _names(item)


def _client(model: Model, does: Does) -> str:
    """Return what stands for the client object that a call is made on, "" for the library itself."""
    file = model.files[does.at]
    call = file.calls[does.index]
    name = call.to if does.does in ("client", "pool", "connect") else call.on
    first = root(name)
    if not name or first in model.project.imported[does.at] or name.endswith("()"):
        return ""
    if file.language in ("java", "kotlin") and name.rpartition(".")[2][:1].isupper():
        return ""  # a class with its whole name
    own = model.project.own_class(does.at, does.fn)
    return (
        f"{own}.{name.rpartition('.')[2]}"
        if "." in name and own is not None
        else f"{does.at}.{name.rpartition('.')[2]}"
    )


def _set_elsewhere(model: Model, does: Does) -> bool:
    """Whether a time-out is set on the client after it was made, or around the call: client.timeout = 5, wait_for(...)."""
    file = model.files[does.at]
    call = file.calls[does.index]
    names = {root(call.to), root(call.on), call.on, call.to} - {""}
    for assign in file.assigns:
        if "imeout" in assign.target and {root(assign.target), assign.target.rpartition(".")[0]} & names:
            return True
    if any(_sets(other, call, names) for other in file.calls):
        return True
    inside = call.inside
    while inside >= 0:
        if "imeout" in file.calls[inside].name or file.calls[inside].name == "wait_for":
            return True
        inside = file.calls[inside].inside
    chain = [file.calls[n] for n in model.effects.chain(does.at, does.index)]
    return any("imeout" in each.name and each.name not in _OF_A_PART for each in chain) or _begun_with_timeout(
        model, does.at, chain
    )


def _begun_with_timeout(model: Model, at: int, chain: list[Call]) -> bool:
    """Whether the builder comes from a function of the project that sets a time-out on it."""
    return any(
        "imeout" in model.files[fn.file].calls[number].name
        for each in chain
        if not each.on
        for fn in model.project.resolve_call(at, each)[:1]
        for number in model.inside.calls[fn.file].get(fn.index, ())
    )


def _sets(other: Call, call: Call, names: set[str]) -> bool:
    """Whether another call sets the time-out of the client, of the function, or of all sockets."""
    if other.name == "setdefaulttimeout":
        return True
    if other.name in _OF_A_PART:
        return False
    is_near = other.fn == call.fn
    if is_near and (
        other.name in LIMITS or any("TIMEOUT" in value.text for value in other.args if value.kind == "name")
    ):
        return True
    return "imeout" in other.name and (other.on in names or root(other.on) in names)


def _hit(model: Model, at: int, does: Does, more: int) -> Hit:
    file = model.files[at]
    call = file.calls[does.index]
    fn = Fn(at, model.named(at, does.fn))
    declared = model.endpoint_of(fn) if does.fn >= 0 else None
    library = does.effect.library or call.name
    is_client = does.does in ("client", "pool", "connect")
    if declared is not None:
        message = f"{declared.method} {declared.path} waits for {shown(call)}() without a time-out: {library} has none by default"
    elif is_client:
        message = f"{shown(call)}() makes a client without a time-out: {library} has none by default"
    else:
        message = f"{model.label(fn) if does.fn >= 0 else file.path} waits for {shown(call)}() without a time-out: {library} has none by default"
    served = declared is not None
    if more:
        message += f" ({more} more {'calls' if more > 1 else 'call'})"
    return Hit(
        at, call.line, message, does.fn, model.path_to(fn) if does.fn >= 0 else (), Confidence.LOW if is_offline(file) else Confidence.HIGH,
        Severity.HIGH if served else Severity.MEDIUM if not is_offline(file) else Severity.LOW,
        fix=_fix(file.language, does, call), edit=_edit(model, file, does, call),
    )  # fmt: skip


def _fix(language: str, does: Does, call: Call) -> str:
    place = next((name for name in does.effect.timeout if name.isidentifier()), "")
    if language == "python" and place:
        return f"Give it one, shorter than what the caller waits: {place}=10."
    return FIXES.get(language, f"Give {shown(call)} a time-out.")


def _edit(model: Model, file: File, does: Does, call: Call) -> Edit | None:
    """Return the change for `requests.get(`: its first argument is the address, and a keyword may stand before it."""
    if (
        file.language != "python"
        or "timeout" not in does.effect.timeout
        or does.does != "outgoing"
        or call.on != "requests"
        or call.name not in VERBS
    ):
        return None
    first = call.args[0] if call.args else None
    if (
        first is None
        or first.name
        or first.kind not in ("name", "str")
        or (first.kind == "name" and not first.text.replace(".", "").isidentifier())
        or first.line not in (0, call.line)
    ):
        return None
    if call.name == "request" or first.kind == "str":
        return None
    old = f"requests.{call.name}({first.text}"
    return (
        Edit(file.path, call.line, old, f"{old}, timeout=10") if first.kind == "name" and len(call.args) == 1 else None
    )
