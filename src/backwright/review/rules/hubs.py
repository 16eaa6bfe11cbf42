"""SignalR's hubs that nobody guards: whoever opens the web socket may call each of their methods."""

import re
from collections import defaultdict
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.facts import Call
from backwright.review.link.dotnetguards import has_fallback_policy
from backwright.review.link.model import Model
from backwright.review.link.project import Cls, Fn
from backwright.review.link.saying import AUTH, NOT_AUTH, OPEN
from backwright.review.regexes import regex
from backwright.review.rules.others import Others
from backwright.review.rules.rule import Hit

_ENDS = frozenset("OnDisconnectedAsync Dispose DisposeAsync".split())
# Of a hub itself: telling those who listen, and writing a log.
_TELLS = regex(r"^(Clients|Groups|Context|base|Console|_?log(ger)?)\b", re.IGNORECASE)
_ASKS = regex(r"\b(UserIdentifier|GetHttpContext|Abort|ClaimsPrincipal|IsAuthenticated|IsInRole)\b|Context\.User\b")


def open_hubs(model: Model, others: Others) -> Iterator[Hit]:
    """Yield hubs without a login in an application that has one, one finding for each file that maps them."""
    found: dict[int, list[tuple[Call, Cls]]] = defaultdict(list)
    mapped = model.project.calls_by_name.get("MapHub", ())
    if not mapped or has_fallback_policy(model.project):
        return
    apps = others.owners.apps
    for at, index in mapped:
        call = model.files[at].calls[index]
        cls = next((model.project.find_class(at, v.text) for v in call.args if v.kind == "type"), None)
        if cls is None or apps.of(at) not in apps.with_login or _is_guarded(model, at, index, cls):
            continue
        if _does(model, cls):
            found[at].append((call, cls))
    for at, hubs in found.items():
        file = model.files[at]
        spots = []
        for call, cls in hubs:
            made = model.project.class_(cls)
            spots.append(Spot(file.path, call.line, f"{made.name} is mapped without a login"))
            spots.append(Spot(model.files[cls.file].path, made.line, f"{made.name} has no Authorize"))
        first, cls = hubs[0]
        more = f" and {len(hubs) - 1} more" if len(hubs) > 1 else ""
        message = f"{model.project.class_(cls).name}{more}: anybody may open the web socket and call its methods; other endpoints of this application need a login"
        fix = (
            "Put [Authorize] on the hub or RequireAuthorization() behind MapHub(), and open single methods on purpose."
        )
        yield Hit(at, first.line, message, first.fn, tuple(spots), Confidence.MEDIUM, Severity.HIGH, fix=fix)


def _is_guarded(model: Model, at: int, index: int, cls: Cls) -> bool:
    """Whether something stands before a hub, it is open on purpose, or it looks itself who is there."""
    file, project = model.files[at], model.project
    call = file.calls[index]
    behind = [each.name for each in file.calls if each.prev == index]
    if any(AUTH.search(name) or OPEN.search(name) for name in (*behind, call.on)):
        return True
    for each in project.base_classes(cls):
        made = project.class_(each)
        marks = [mark.name for mark in made.marks]
        if OPEN.search(made.name) or any(AUTH.search(NOT_AUTH.sub("", m)) or OPEN.search(m) for m in marks):
            return True
        inside = model.files[each.file]
        own = {n for n, fn in enumerate(inside.functions) if fn.cls == each.index or _around(model, each, n)}
        reads = (f"{read.base}.{read.attr}" for read in inside.reads if read.fn in own)
        calls = (f"{c.on}.{c.name}" for c in inside.calls if c.fn in own)
        if any(_ASKS.search(text) for text in (*reads, *calls)):
            return True
    return False


def _around(model: Model, cls: Cls, fn: int) -> bool:
    """Whether a lambda stands in a method of a class."""
    functions = model.files[cls.file].functions
    return any(functions[n].cls == cls.index for n in model.enclosing(cls.file, fn))


def _does(model: Model, cls: Cls) -> bool:
    """Whether a hub does more than telling those who listen that they do: it has methods of its own, or reads something for who comes."""
    file = model.files[cls.file]
    for index, made in enumerate(file.functions):
        if made.cls != cls.index or made.kind != "method" or not made.is_public:
            continue
        if any(AUTH.search(mark.name) for mark in made.marks):
            continue
        works = any(not _TELLS.match(f"{c.on}.{c.name}".lstrip(".")) for _, c in _calls(model, Fn(cls.file, index)))
        if works and made.name not in _ENDS:
            return True
    return False


def _calls(model: Model, fn: Fn) -> Iterator[tuple[int, Call]]:
    for index in model.inside.calls[fn.file].get(fn.index, ()):
        yield index, model.files[fn.file].calls[index]
