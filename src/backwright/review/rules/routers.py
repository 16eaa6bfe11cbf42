"""Files of routes without the guard that the files beside them put before theirs."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from backwright.model.blueprint import Endpoint, Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.link.declared import Declared
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.link.saying import OPEN
from backwright.review.regexes import regex
from backwright.review.rules.bodies import Known
from backwright.review.rules.others import CHANGING, Others, spots_of
from backwright.review.rules.owned import snake
from backwright.review.rules.public import is_meant_open
from backwright.review.rules.rule import Hit

FILES_MIN = 2  # files that use the same guard: one alone is no custom
GUARDED_SHARE = 0.5  # of the files of routes in an application
CUSTOM_SHARE = 0.75  # of those that change something and are not for guests: where more have a guard, it is seen where the routes are, and nowhere deeper
_BY_PATH = frozenset({"django", "laravel", "spring", "symfony"})  # guards stand elsewhere than the routes
# Where an application is put together; what is mounted there is looked at in its own file.
_ENTRY = regex(r"(program|main|server|startup|wsgi|asgi|__init__|(\w*[_-])?app)\.\w+$", re.IGNORECASE)
_FOR_GUESTS = regex(
    r"(^|[/_.-])(auth\w*|login|public|open|guest|web_?hooks?|health|site|pages?|home|index|front\w*|shop|store|catalog\w*|blog|demo|dev|mock|test\w*|setup|install|apple|google|bit_?pay|pay_?pal|stripe|paddle|twilio|telegram|slack|callbacks?|ipn|metrics|static|media|files?|errors?)([/_.-]|$)",
    re.IGNORECASE,
)

_QUESTION = regex(r"(^|[/_-])(check|exists?|availab\w*|validat\w*)([/_-]|$)", re.IGNORECASE)  # before one signs up


def unguarded_files(model: Model, others: Others) -> Iterator[tuple[int, Hit]]:
    """Yield files whose endpoints are all open, though most files beside them use one and the same guard, and what is told of each."""
    apps = others.owners.apps
    files: dict[tuple[str, str], dict[int, list[tuple[Declared, Endpoint]]]] = defaultdict(lambda: defaultdict(list))
    for declared, endpoint in zip(model.declared, model.endpoints, strict=True):
        if declared.framework not in _BY_PATH and not declared.text:
            files[apps.of(declared.at), declared.framework][declared.at].append((declared, endpoint))
    for by_file in files.values():
        used: Counter[str] = Counter()
        first: dict[str, Spot] = {}
        guards_of: dict[int, bool] = {}
        for at, found in by_file.items():
            guards = {use.text: each for each in found if each[1].auth for use in each[0].uses if model.judge.means_login(each[0], use.text)}  # fmt: skip
            used.update(list(guards))
            guards_of[at] = bool(guards)
            for text, (declared, endpoint) in guards.items():
                first.setdefault(text, Spot(endpoint.file, declared.line, f"{endpoint.method} {endpoint.path} stands behind {text}"))  # fmt: skip
        guard, count = max(used.items(), key=lambda item: (item[1], item[0]), default=("", 0))
        if count < FILES_MIN or sum(guards_of.values()) < GUARDED_SHARE * len(by_file):
            continue
        inner = [at for at in by_file if guards_of[at] or (_changes(by_file[at]) and not _is_for_guests(model, at))]
        is_custom = sum(guards_of.values()) >= CUSTOM_SHARE * len(inner)
        for at, found in by_file.items():
            if not _is_among(model, at, by_file, guards_of):
                continue
            if _is_forgotten(model, others, at, found, is_custom=is_custom):
                yield at, _hit(model, at, found, guard, count, first[guard])


def _is_among(model: Model, at: int, files: Iterable[int], guarded: Mapping[int, bool]) -> bool:
    """Whether most files of routes in a file's folder, or in the nearest above with two more of them, have a guard."""
    folder = model.files[at].path
    while folder:
        folder = folder.rpartition("/")[0]
        near = [
            each for each in files if each != at and model.files[each].path.startswith(f"{folder}/" if folder else "")
        ]
        if len(near) >= FILES_MIN:
            return sum(guarded[each] for each in near) >= GUARDED_SHARE * len(near)
    return False


def _changes(found: list[tuple[Declared, Endpoint]]) -> bool:
    return any(endpoint.method in CHANGING for _, endpoint in found)


def _is_for_guests(model: Model, at: int) -> bool:
    """Whether a file is for everybody by its name, or only puts the application together."""
    name = snake(model.files[at].path.rpartition("/")[2])
    return _FOR_GUESTS.search(name) is not None or _ENTRY.match(name) is not None


def _is_forgotten(
    model: Model, others: Others, at: int, found: list[tuple[Declared, Endpoint]], *, is_custom: bool
) -> bool:
    """Whether nothing in a file asks who is there, though what it does is not for guests."""
    if _is_for_guests(model, at) or any(e.auth is not False for _, e in found):
        return False
    if any(OPEN.search(use.text) for declared, _ in found for use in declared.uses):
        return False
    does = [
        (declared, endpoint, others.bodies.reach(declared, endpoint))
        for declared, endpoint in found
        if endpoint.method in CHANGING
        and not (is_meant_open(model, declared, endpoint) or _QUESTION.search(endpoint.path))
    ]
    for declared, endpoint, reach in does:
        is_near = is_custom and endpoint.method != "*"  # what is declared for all methods may be anything
        works = any(model.effects.of_function.get(fn) or model.data.by_function.get(fn) for fn in reach)
        if (works or (is_near and len(reach) > 1)) and not others.vouchers.refuses(
            _near(declared, reach) if is_near else reach, declared
        ):
            return True
    return False


def _near(declared: Declared, reach: dict[Fn, Known]) -> dict[Fn, Known]:
    """A handler with what it calls itself."""
    return {fn: known for fn, known in reach.items() if declared.handler in (fn, known.above)}


def _hit(model: Model, at: int, found: list[tuple[Declared, Endpoint]], guard: str, count: int, beside: Spot) -> Hit:
    path = [spot for declared, endpoint in found for spot in spots_of(model, declared, endpoint, "no guard found")]
    declared, endpoint = max(found, key=lambda each: each[1].method in CHANGING)
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    message = f"{endpoint.method} {endpoint.path}{more} need no login: this file never uses {guard}, which {count} other files of routes do"
    fix = f"Put {guard} before this file's routes, and open single endpoints on purpose."
    key = f"unguarded file {at}"
    return Hit(at, declared.line, message, -1, (*path, beside), Confidence.MEDIUM, Severity.HIGH, key=key, fix=fix)
