"""Clients that are handed over: the time-out they got where they are made, what holds for the whole process, and deadlines of callers."""

from collections.abc import Iterator

from backwright.review.facts import NEW, Call, File
from backwright.review.link.effects import Does, Edge
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.link.remembering import kept_with_it
from backwright.review.link.types import written
from backwright.review.regexes import regex
from backwright.review.rules.looping import root
from backwright.review.rules.patterns import flat

CALLERS_MAX = 3  # functions followed up to one that sets a deadline
LOCALS_MAX = 4  # variables followed from a request back to its client
FAMILY = {"java": ("java", "kotlin"), "kotlin": ("java", "kotlin")}
_MAKES = regex(r"^(build|builder|create\w*|new[A-Z]\w*|open\w*|custom|extend|default\w*|New\w*|register(Async)?)$")
_DEADLINES = frozenset(
    "wait_for timeout timeout_at withTimeout withTimeoutOrNull WithTimeout WithDeadline WithTimeoutCause fail_after move_on_after".split()
)
_PASSES_CONTEXT = frozenset("NewRequestWithContext WithContext Exchange".split())
_SENDS = frozenset("send execute request get post put patch delete".split())
_ASKS = regex(r"^(send|execute|request|fetch|call)(_\w+)?$")
VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request"})
# What sets a time-out for every client of a library at once: a name that is called or assigned, and a word given to it.
_FOR_ALL = {
    "urllib": regex(r"^socket\.setdefaulttimeout$|^setdefaulttimeout$"),
    "smtplib": regex(r"^socket\.setdefaulttimeout$|^setdefaulttimeout$"),
    "axios": regex(r"^axios(\.default)?\.defaults\.(timeout|signal)$"),
    "HttpURLConnection": regex(r"^sun\.net\.client\.default\w*Timeout$"),
    "requests": regex(r"^(requests\.)?(Session|session|sessions\.Session)\.(request|send)$"),
    "superagent": regex(r"^(request|superagent)\.timeout$"),
}


def is_request(call: Call) -> bool:
    """Whether a call sends one request, so that a time-out it is given is no client's: client.post(url, timeout=5)."""
    return call.name.lower().removesuffix("async") in VERBS


def is_configured(model: Model, does: Does) -> bool:
    """Whether a client that its caller did not make was given a time-out where it is made."""
    modules = _modules(model, does)
    if not modules:
        return False
    language = model.files[does.at].language
    return _is_made_with_timeout(model, modules, FAMILY.get(language, (language,)))


def shared_client(model: Model, does: Does) -> str:
    """Return what stands for a client that a container hands to whoever asks for its type, "" if a file may have its own."""
    file = model.files[does.at]
    if file.language not in FAMILY or does.does != "outgoing":
        return ""
    last = root(file.calls[does.index].on.removeprefix("this."))
    if any(call.to.rpartition(".")[2] == last and (call.flags & NEW or _MAKES.match(call.name)) for call in file.calls):
        return ""
    return " ".join(sorted(module for module in _modules(model, does) if "(" not in module))


@kept_with_it
def _is_made_with_timeout(model: Model, modules: frozenset[str], languages: tuple[str, ...]) -> bool:
    return any(
        model.files[at].language in languages and _makes_with_timeout(model.files[at], modules) for at in model.own
    )


@kept_with_it
def is_limited_for_all(model: Model, library: str) -> bool:
    """Whether the process gives every client of a library its time-out: `socket.setdefaulttimeout(10)`."""
    pattern = _FOR_ALL.get(library)
    if pattern is None:
        return False
    return any(pattern.search(word) for at in model.own for word in _said(model.files[at]))


def has_deadline(model: Model, does: Does) -> bool:
    """Whether whoever asks for the call ends it: a context with a deadline, `async with timeout(5)`, `withTimeout { ... }`."""
    file = model.files[does.at]
    fn = Fn(does.at, model.named(does.at, does.fn))
    if fn.index < 0 or (file.language == "go" and not _takes_context(model, does, fn)):
        return False
    if file.language != "go" and not (file.language in ("rust", "kotlin") and model.in_async(does.at, does.fn)):
        return False
    return _callers_limit(model, fn, CALLERS_MAX, frozenset({fn}))


def may_be_limited_each_time(model: Model, does: Does) -> bool:
    """Rust: whether a client is made to be kept, and requests of its crate are ended one by one: `timeout(limit, client.request(req))`."""
    file = model.files[does.at]
    call = file.calls[does.index]
    if file.language != "rust" or does.does != "client":
        return False
    chain = {file.calls[n].to for n in model.effects.chain(does.at, does.index)} | {call.to}
    if any(each.fn == call.fn and each.name in _SENDS and root(each.on) in chain - {""} for each in file.calls):
        return False  # asked with on the spot
    return _crate(file.path) in _limiting_crates(model)


@kept_with_it
def _limiting_crates(model: Model) -> frozenset[str]:
    """Return the crates in which a function gives a request a time-out of its own."""
    found: set[str] = set()
    for at in model.own:
        file = model.files[at]
        if file.language != "rust":
            continue
        limiting = {call.fn for call in file.calls if call.name == "timeout" and call.args and call.fn >= 0}
        if any(call.fn in limiting and _ASKS.match(call.name) for call in file.calls):
            found.add(_crate(file.path))
    return frozenset(found)


def _crate(path: str) -> str:
    return path.rpartition("/src/")[0]


# ---- where it is made ---------------------------------------------------------------------------


def _modules(model: Model, does: Does) -> frozenset[str]:
    """Return the modules that the type of a client comes from, as the file imports it."""
    project, call = model.project, model.files[does.at].calls[does.index]
    found: set[str] = set()
    name = root(call.on)
    whole = call.on.partition("()")[0]
    for chain in dict.fromkeys((whole, whole.rpartition(".")[0], name)):
        if chain:
            found |= _modules_of(model, does.at, project.type_of(does.at, call.fn, chain).name)
    for _ in range(LOCALS_MAX):
        made = next(
            (
                each.value
                for scope in model.enclosing(does.at, call.fn)
                for each in project.assigned[does.at].get((scope, name), ())
                if each.line <= call.line
            ),
            None,
        )
        if made is None or not made.text or root(made.text) == name:
            break
        name = root(made.text)
        found |= _modules_of(model, does.at, project.type_of(does.at, call.fn, name).name)
    return frozenset(found)


def _modules_of(model: Model, at: int, type_: str) -> set[str]:
    """Return the module of a type of a library."""
    if not type_:
        return set()
    name = written(type_).name
    imported = model.project.imported[at]
    made = imported.get(name.partition(".")[0])
    if model.files[at].language == "javascript" and made is None:  # `@nestjs.axios.HttpService` is of "@nestjs/axios"
        made = imported.get(name.rpartition(".")[2])
    if made is not None:
        return {made.module if made.name else made.module.rpartition(".")[0] or made.module}
    return {name.rpartition(".")[0]} if "." in name else set()


def _makes_with_timeout(file: File, modules: frozenset[str]) -> bool:
    """Whether a file makes a client of one of these modules, and gives something a time-out in the same function."""
    known = {made.alias or made.name for made in file.imports if _module(made.module, made.name) & modules}
    if not known:
        return False
    makers = {call.fn for call in file.calls if _makes(call, known)}
    makers |= {n for n, made in enumerate(file.functions) if made.returns and written(made.returns).name in known}
    return any(call.fn in makers and _sets(call) for call in file.calls) or any(
        each.fn in makers and "imeout" in each.target for each in file.assigns
    )


def _module(module: str, name: str) -> set[str]:
    return {module, module.rpartition(".")[0]} if not name or name == "*" else {module}


def _makes(call: Call, known: set[str]) -> bool:
    if call.flags & NEW:
        return call.name in known or root(call.on) in known
    return root(call.on) in known and bool(_MAKES.match(call.name))


def _sets(call: Call) -> bool:
    if is_request(call):
        return False
    return "imeout" in call.name or any("imeout" in text or "TIMEOUT" in text for text in flat(call.args))


# ---- the whole process ----------------------------------------------------------------------------


def _said(file: File) -> Iterator[str]:
    """Yield what is called, assigned, and named as a setting of the process."""
    for call in file.calls:
        if call.name == "setdefaulttimeout":
            yield call.name
        elif call.name == "setProperty" and call.args:
            yield call.args[0].text
    for each in file.assigns:
        if "imeout" in each.target or any(
            "imeout" in text for text in (*flat((each.value,)), *_names(each.value.items))
        ):
            yield each.target


def _names(items: tuple[object, ...]) -> Iterator[str]:
    for item in items:
        yield getattr(item, "name", "")


# ---- callers ---------------------------------------------------------------------------------------


def _takes_context(model: Model, does: Does, fn: Fn) -> bool:
    """Go: whether the context that a function is handed goes along with the request."""
    contexts = {p.name for p in model.project.function(fn).params if p.type.endswith("context.Context")}
    calls = model.files[does.at].calls
    near = [calls[n] for n in model.inside.calls[fn.file].get(fn.index, ())]
    return bool(contexts) and any(
        call.args and call.args[0].text in contexts
        for call in near
        if call.name in _PASSES_CONTEXT or call is calls[does.index]
    )


def _callers_limit(model: Model, fn: Fn, hops: int, seen: frozenset[Fn]) -> bool:
    """Whether all who call a function give it a deadline, or are given one themselves."""
    edges = [edge for edge in model.effects.callers.get(fn, ()) if not model.files[edge.at].is_test]
    return bool(edges) and all(_limits(model, edge, hops, seen) for edge in edges)


def _limits(model: Model, edge: Edge, hops: int, seen: frozenset[Fn]) -> bool:
    file = model.files[edge.at]
    inside = file.calls[edge.call].inside
    while inside >= 0:
        if file.calls[inside].name in _DEADLINES:
            return True
        inside = file.calls[inside].inside
    caller = Fn(edge.at, edge.caller.index)
    scopes = model.enclosing(edge.at, caller.index)
    for scope in scopes:
        around = file.functions[scope].call
        if around >= 0 and file.calls[around].name in _DEADLINES:
            return True
    if file.language == "go" and any(
        file.calls[n].name in _DEADLINES
        for scope in scopes
        for n in model.inside.calls[edge.at].get(scope, ())
        if file.calls[n].line <= file.calls[edge.call].line
    ):
        return True
    named = Fn(edge.at, model.named(edge.at, caller.index))
    return (
        hops > 1 and named.index >= 0 and named not in seen and _callers_limit(model, named, hops - 1, seen | {named})
    )
