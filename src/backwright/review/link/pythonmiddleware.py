"""Python: middleware of the project that turns away who shows nothing of himself, and the paths that it lets through."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from backwright.review.facts import Arg
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.remembering import kept_with_it
from backwright.review.link.words import texts_of
from backwright.review.regexes import regex

STEPS = ("__call__", "dispatch", "process_request", "process_view")
EXEMPT = regex(
    r"EXEMPT|PUBLIC|OPEN_|ALLOW|WHITE_?LIST|IGNORE|EXCLU|ANONYMOUS|UNPROTECTED|NOT_REQUIRED|^LOGIN_URL$", re.IGNORECASE
)
DEPTH_MAX = 2  # functions that a step calls, and what these call
_OF_PATH = regex(r"\b(path|path_info|get_full_path|resolver_match|url_name|view_name)\b")
_BEGINS = frozenset("startswith match search fullmatch".split())
_SHOWN = regex(r"(^|\.)(headers|cookies|COOKIES|session|META|authorization)\b")
_ANSWERS = regex(r"^(\w*Response\w*|HTTPException|abort|\w*Exception|\w*Error)$")
_STRANGERS = regex(r"(?<!\d)401(?!\d)|UNAUTHORIZED|Unauthori[sz]ed\b|^Unauthenticated$")
_TOO_MANY = regex(r"(?<!\d)429(?!\d)|TooManyRequests|TOO_MANY|Throttled|Ratelimited", re.IGNORECASE)
_COUNTS = regex(r"rate_?limit|throttl", re.IGNORECASE)
_ENTERS = regex(r"log_?in|sign_?in|auth|token", re.IGNORECASE)
# What a path says that those may ask for who are not logged in.
_FOR_GUESTS = regex(
    r"log_?in|sign_?(in|up)|regist|auth|token|docs|openapi|redoc|swagger|schema|health|static|media|public|favicon|metrics|ping|webhook|callback|forgot|reset|^/?$",
    re.IGNORECASE,
)
_LITERAL = regex(r"(?:[\w/-]|\\\.)*")
_GIVES = frozenset({"list", "tuple", "set", "frozenset"})


class Gate(NamedTuple):
    """What a middleware refuses.

    Attributes:
        opens: Beginnings of paths (whole paths, if it `compares` them) that go through.
        areas: Beginnings of the paths that it looks at at all; empty for every path.
        is_certain: Nothing else is asked of the path.
    """

    opens: frozenset[str]
    areas: frozenset[str]
    compares: bool
    is_certain: bool

    def refuses(self, path: str) -> bool:
        """Whether a path is one for which somebody has to be logged in."""
        whole = f"/{path.strip('/')}/" if path.strip("/") else "/"
        if self.areas and not any(whole.startswith(f"/{part}") for part in self.areas):
            return False
        return not any(self._is_open(part, whole) for part in self.opens)

    def _is_open(self, part: str, whole: str) -> bool:
        if not part:
            return whole == "/"
        return whole == f"/{part.rstrip('/')}/" if self.compares else f"/{part}" in whole


def gate_of(project: Project, cls: Cls) -> Gate | None:
    """Return what a class of middleware refuses; None if it is not known to refuse anything."""
    key = ("gate", cls)
    if key not in project.kept:
        steps = [fn for name in STEPS for fn in project.methods_of(cls, name)]
        project.kept[key] = _gate(project, steps) if steps else None
    found = project.kept[key]
    return found if isinstance(found, Gate) else None


def limits(project: Project, cls: Cls, path: str) -> bool:
    """Whether a class of middleware counts requests and answers 429; if it looks at paths and one is a login, it counts those."""
    if not _COUNTS.search(project.class_(cls).name):
        return False
    fns = _reached(project, [fn for name in STEPS for fn in project.methods_of(cls, name)])
    if not any(_answers(project, fn, _TOO_MANY) for fn in fns):
        return False
    texts = {text for fn in fns for text, _ in _asked(project, fn) if text}
    areas = {begin(text) for text in texts} if any(_ENTERS.search(text) for text in texts) else set()
    return not areas or any(f"{path}/".startswith(f"/{part}") for part in areas)


def begin(pattern: str) -> str:
    """Return what the paths that a pattern means begin with: "finding/image/" of `^{}finding/image/(?P<token>[^/]+)$`."""
    found = _LITERAL.match(pattern.lstrip("^").replace("{}", "").lstrip("/"))
    return found[0].replace("\\.", ".") if found else ""


def everywhere(project: Project, at: int, path: str) -> Iterator[str]:
    """Yield "login_required" if a function that runs before all requests of an application refuses a path: `@app.middleware("http")`."""
    here = project.files[at].path
    for folder, gate in _functions(project):
        if here.startswith(folder) and gate.is_certain and gate.refuses(path):
            yield "login_required"


def lets_through(project: Project, at: int, text: str, path: str) -> bool:
    """Whether a class of middleware that is named before an endpoint lets its path through."""
    cls = project.find_class(at, text.partition("(")[0])
    gate = gate_of(project, cls) if cls is not None else None
    return gate is not None and not gate.refuses(path)


@kept_with_it
def constants(project: Project) -> dict[str, list[tuple[int, Arg]]]:
    """Names in capitals of all modules, each with what is assigned to it, and where."""
    found: dict[str, list[tuple[int, Arg]]] = defaultdict(list)
    for at, file in enumerate(project.files):
        if file.language == "python" and not file.is_test:
            for assign in file.assigns:
                if assign.fn < 0 and assign.target.isupper():
                    found[assign.target].append((at, assign.value))
    return found


@kept_with_it
def _functions(project: Project) -> tuple[tuple[str, Gate], ...]:
    found: list[tuple[str, Gate]] = []
    for at, file in enumerate(project.files):
        if file.language != "python" or file.is_test or not any(made.module == "fastapi" for made in file.imports):
            continue
        for index, made in enumerate(file.functions):
            if any(mark.name == "middleware" and mark.args and mark.args[0].text == "http" for mark in made.marks):
                gate = _gate(project, [Fn(at, index)])
                folder = file.path.rpartition("/")[0]
                found += [(f"{folder}/" if folder else "", gate)] if gate is not None else []
    return tuple(found)


# ---- reading -----------------------------------------------------------------------------------


def _gate(project: Project, steps: Iterable[Fn]) -> Gate | None:
    fns = _reached(project, steps)
    if not any(_looks_at_it(project, fn) for fn in fns) or not any(_answers(project, fn, _STRANGERS) for fn in fns):
        return None
    told = [each for fn in fns for each in _asked(project, fn)]
    listed = {begin(text) for at in {fn.file for fn in fns} for text in _exempt(project, at, fns)} if told else set()
    texts = {text for text, _ in told if text is not None}
    opens = {text for text in texts if _FOR_GUESTS.search(text)}
    others = texts - opens - {f"/{part}" for part in listed} - listed
    areas = {text for text in others if any(each.startswith(text) for each in opens)}
    is_certain = (not others - areas) and (not told or bool(listed or opens))
    return Gate(
        frozenset(listed | {begin(text) for text in opens}),
        frozenset(begin(text) for text in areas),
        not any(is_begin for _, is_begin in told),
        is_certain,
    )


def _reached(project: Project, steps: Iterable[Fn]) -> list[Fn]:
    """Return the functions of a middleware: its steps, and what these call of their class, of their file, or with the request."""
    found = list(dict.fromkeys(steps))
    new = found
    for _ in range(DEPTH_MAX):
        beyond: list[Fn] = []
        for fn in new:
            for call in project.files[fn.file].calls:
                if call.fn == fn.index and call.name not in ("get_response", "call_next"):
                    given = any(value.text in ("request", "scope") for value in call.args)
                    beyond += [
                        each for each in project.resolve_call(fn.file, call)[:1] if given or each.file == fn.file
                    ]
        new = [fn for fn in dict.fromkeys(beyond) if fn not in found]
        found += new
    return found


def _looks_at_it(project: Project, fn: Fn) -> bool:
    file = project.files[fn.file]
    return any(_SHOWN.search(f"{call.on} ") for call in file.calls if call.fn == fn.index) or any(
        _SHOWN.search(f"{read.base}.{read.attr} ") for read in file.reads if read.fn == fn.index
    )


def _answers(project: Project, fn: Fn, what: re.Pattern[str]) -> bool:
    """Whether a function answers a status, or fails with it."""
    for call in project.files[fn.file].calls:
        if call.fn == fn.index and _ANSWERS.match(call.name):
            if what.search(call.name) or any(map(what.search, texts_of(call.args))):
                return True
    return False


def _asked(project: Project, fn: Fn) -> Iterator[tuple[str | None, bool]]:
    """Yield what a function asks of the path: a text, None for what stands elsewhere, and whether the path may go on behind it."""
    file = project.files[fn.file]
    for test in file.compares:
        if test.fn == fn.index:
            for one, other in ((test.left, test.right), (test.right, test.left)):
                if _OF_PATH.search(one.text):
                    yield other.text if other.kind == "str" else None, False
    for member in file.members:
        if member.fn == fn.index and _OF_PATH.search(member.left.text):
            for item in member.right.items or (member.right,):
                yield item.text if item.kind == "str" else None, False
    for read in file.reads:
        if read.fn == fn.index and read.attr in ("in", "not in") and EXEMPT.search(read.base):
            yield None, False
    for call in file.calls:
        if call.fn == fn.index and call.name in _BEGINS and _OF_PATH.search(call.on):
            for value in call.args[:1]:
                for item in value.items or (value,):
                    yield item.text if item.kind == "str" else None, True


def _exempt(project: Project, at: int, fns: list[Fn]) -> Iterator[str]:
    """Yield the paths that a file lists as open: in a list of its own, of a class, or of the settings that its middleware reads."""
    file = project.files[at]
    own = [(each.target, each.value) for each in file.assigns]
    own += [(field.name, field.value) for made in file.classes for field in made.fields if field.value is not None]
    inside = set(fns)
    for read in file.reads:
        if Fn(at, read.fn) in inside and EXEMPT.search(read.attr) and read.attr.isupper():
            own += [(read.attr, value) for _, value in constants(project).get(read.attr, ())]
    for name, value in own:
        if EXEMPT.search(name.rpartition(".")[2]) and (value.kind != "str" or "/" in value.text):
            yield from _texts(value)


def _texts(value: Arg) -> Iterator[str]:
    if value.kind == "str":
        yield value.text
    elif value.kind in ("list", "dict") or (value.kind == "call" and value.text in _GIVES):
        for item in value.items:
            yield from _texts(item)
