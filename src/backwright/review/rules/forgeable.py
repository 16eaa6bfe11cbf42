"""Forgeable: sessions that are read out of a cookie nobody signed, and tokens that are cut down to a few characters."""

import re
from collections.abc import Iterator

from backwright.model.finding import Confidence
from backwright.review.facts import Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.credentials import last_name, words_of
from backwright.review.rules.guessing import Guessed
from backwright.review.rules.patterns import flat

_COOKIE = regex(r"cookies?\b|_COOKIE\b", re.IGNORECASE)
_SESSION = regex(r"sess|(^|[_-])auth|user|login|identity|remember|account", re.IGNORECASE)
_OPENS = regex(
    r"^(b64decode|urlsafe_b64decode|atob|base64_decode|decodeString|DecodeString|FromBase64String|loads|parse|unserialize|json_decode)$"
)
_PROVES = regex(
    r"verif|sign|hmac|decrypt|digest|fernet|jwt|jws|token_?check|authenticated|openssl|secure|seal|valid|serializer|compare|hash",
    re.IGNORECASE,
)
_SHORT = regex(r"^[\w.]+\[:(?P<length>\d)\]$|\.(slice|substring|substr|Substring)\(0, ?(?P<more>\d)\)$")
_MUST_BE_LONG = frozenset("token tokens secret apikey credential sessionid".split())


def forgeable(model: Model, at: int) -> Iterator[Guessed]:
    """Yield what anybody can make himself, or try out, in one file."""
    yield from _unsigned(model, at)
    for assign in model.files[at].assigns:
        found = _SHORT.search(assign.value.text) if assign.value.kind in ("name", "other", "call") else None
        words = words_of(last_name(assign.target)) if found else ()
        if (
            found
            and words
            and words[-1] in _MUST_BE_LONG
            and not re.search(r"\b\w*(token|log|mask|show)\w*\[", assign.value.text)
        ):
            length = found["length"] or found["more"]
            told = f"{model.label_around(at, assign.fn)} cuts {last_name(assign.target)} down to {length} characters, which can be tried out"
            yield Guessed(assign.line, assign.fn, told, Confidence.HIGH)


def _unsigned(model: Model, at: int) -> Iterator[Guessed]:
    """Yield `session = json.loads(b64decode(request.cookies["session"]))`: nothing there asks who wrote it."""
    file = model.files[at]
    read: dict[int, set[str]] = {}
    for assign in file.assigns:
        if "ookie" not in assign.value.text and "COOKIE" not in assign.value.text:
            continue
        text = f"{assign.value.text.partition('.')[2]} {' '.join(flat(assign.value.items))}"
        if _COOKIE.search(assign.value.text) and _SESSION.search(text):
            read.setdefault(assign.fn, set()).add(assign.target.lstrip("$"))
    if not read:
        return
    seen: set[int] = set()
    for call in file.calls:
        names = read.get(call.fn, set())
        if call.fn < 0 or call.fn in seen or not _OPENS.match(call.name) or not names:
            continue
        if not names & set(re.findall(r"\w+", " ".join(flat(call.args)))):
            continue
        if not _opens_whole(file.calls, call.fn) or _is_proved(model, at, call):
            continue
        seen.add(call.fn)
        told = f"{model.label_around(at, call.fn)} takes who is logged in from a cookie that nobody signed: anybody can write it"
        yield Guessed(call.line, call.fn, told, Confidence.HIGH)


def _opens_whole(calls: tuple[Call, ...], fn: int) -> bool:
    """Whether a function both decodes and parses: what it gets is an object that it then believes."""
    names = {c.name for c in calls if c.fn == fn}
    return bool(names & {"loads", "parse", "unserialize", "json_decode", "Unmarshal", "Deserialize"})


def _is_proved(model: Model, at: int, call: Call) -> bool:
    inside = set(model.enclosing(at, call.fn))
    around = [c for c in model.files[at].calls if c.fn in inside]
    called = [t for c in around for t in model.project.resolve_call(at, c)]
    names = " ".join([*(f"{c.on}.{c.name}" for c in around), *(model.project.function(Fn(*t)).name for t in called)])
    return _PROVES.search(names) is not None
