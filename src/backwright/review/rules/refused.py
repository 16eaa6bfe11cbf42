"""Requests to other services whose status nobody looks at: what was refused counts as done."""

import re
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.review.facts import AWAITED, BARE, DEFERRED, Call, File
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.answering import WRITERS
from backwright.review.rules.failing import Failing
from backwright.review.rules.looping import is_offline
from backwright.review.rules.patterns import flat
from backwright.review.rules.telling import Silent, whole_of
from backwright.review.rules.weighing import in_browser

# Requests whose answer has a status, and that throw nothing if it is an error.
_SENT = {
    "csharp": regex(r"^(Post|Put|Patch|Delete|Send)(AsJson)?Async$"),
    "javascript": regex(r"^fetch$"),
    "python": regex(r"^(post|put|patch|delete)$"),
    "php": regex(r"^(post|put|patch|delete)$"),
    "go": regex(r"^(Do|Get|Post|PostForm|Put|Patch|Delete)$"),
    "rust": regex(r"^send$"),
    "java": regex(r"^(send|execute)$"),
    "kotlin": regex(r"^(send|execute)$"),
}
_LIBRARIES = frozenset(
    {
        "HttpClient",
        "fetch",
        "node-fetch",
        "requests",
        "httpx",
        "net/http",
        "resty",
        "reqwest",
        "reqwest (blocking)",
        "java.net.http",
        "OkHttp",
    }
)
_RAISES = frozenset({"throw", "throwIf", "raise_for_status", "EnsureSuccessStatusCode", "error_for_status"})
_UNWRAPS = regex(
    r"^(unwrap|expect|map_err|context|with_context|or_else|ok|await)$"
)  # Rust: they hand on what was answered
_LARAVEL = regex(r"^(Illuminate\.Support\.Facades\.)?Http(\.|$)")
_STATISTICS = regex(
    r"metric|telemetr|analytic|track|statsd|ping|health|statistic|warm|cache|purge|log(?!in|ou)", re.IGNORECASE
)
_HOOKS = regex(r"hook", re.IGNORECASE)  # by the name of a function; a class that is one is there to deliver
# What looks at an answer, whatever holds it.
_LOOKS = regex(
    r"^(ok|status|status_?code|StatusCode|Status|IsSuccessStatusCode|EnsureSuccessStatusCode|error_for_status\w*|raise_for_status|is_success|isSuccessful|"
    r"is_error|IsError|IsSuccess|json|text|bytes|bytes_stream|chunk|getStatusCode|code|body)$"
)
_CLOSES = frozenset({"Close", "close", "Dispose", "dispose"})
_DISCARDS = regex(r"(^|\.)(io|ioutil)\.Discard$")
_FIX = "Look at the status of the answer, and treat an error as one."


def refused(model: Model, failing: Failing, at: int) -> Iterator[Silent]:
    """Yield requests that change something elsewhere, whose answer is dropped unseen."""
    file = model.files[at]
    asked = _SENT.get(file.language)
    if asked is None or is_offline(file) or in_browser(file) or "/examples/" in f"/{file.path}":
        return
    for index, call in enumerate(file.calls):
        if not asked.match(call.name) or call.flags & DEFERRED or call.fn < 0 or call.inside >= 0 or call.catch >= 0:
            continue
        if _is_sent(model, at, index, file, call) and _is_dropped(model, failing, at, index):
            says = f"never looks at the answer of {shown(call)}(), which gives no error for a 4xx or 5xx: what was refused counts as done"
            if call.name == "Get":
                says = f"hands on the answer of {shown(call)}() without a look at its status: an error page of another service is told as what was asked for"
            sent = (each.line for each in file.calls if each.fn == call.fn and call.name == "Get" and _sends(each))
            spots = tuple(Spot(file.path, line, "handed to the client") for line in sent)
            yield Silent(call.line, call.fn, "answer", says, _FIX, spots)


def _is_sent(model: Model, at: int, index: int, file: File, call: Call) -> bool:
    """Whether a call is a request that changes something."""
    chain = model.effects.chain(at, index)
    if _RAISES & {file.calls[n].name for n in chain}:
        return False
    named = model.project.function(Fn(at, model.named(at, call.fn)))
    if _STATISTICS.search(named.name) or _STATISTICS.search(named.owner) or _HOOKS.search(named.name):
        return False  # whoever is told may be away
    if file.language == "php":
        return bool(_LARAVEL.match(whole_of(file.calls[chain[0]])))
    if call.name == "SendAsync" and "http" not in call.on.lower():
        return False  # mail is sent by that name, too
    if model.project.resolve_call(at, call):
        return False  # a client of the project's own, which is looked at itself
    told = model.effects.of_call[at].get(index, ())
    if not any(does.does == "outgoing" and does.effect.library in _LIBRARIES for does in told):
        return False
    if file.language == "javascript":
        return any(
            item.name == "method" and item.text.upper() not in ("GET", "HEAD") for v in call.args for item in v.items
        )
    if file.language == "rust":
        return not any(file.calls[n].name in ("get", "head") for n in chain)
    return True


def _is_dropped(model: Model, failing: Failing, at: int, index: int) -> bool:
    """Whether nobody looks at what a request gives: it is a statement of its own, or what holds it is not read."""
    file = model.files[at]
    chain = model.effects.chain(at, index)
    last = file.calls[chain[-1]]
    if chain[-1] != index and (file.language != "rust" or not _only_unwraps(file, chain, index)):
        return False
    if last.flags & BARE and not last.to and last.name != "Get":
        return file.language not in ("go", "rust", "java", "kotlin") or not failing.is_asking(at, last.fn)
    if last.to == "return" or failing.is_asking(at, last.fn):
        return False
    if file.language == "rust" and not last.to:
        return _is_matched(file, last) and not _is_looked_at(model, at, last)
    holder = last.to.lstrip("$")
    if last.name == "Get":
        return holder.isidentifier() and _is_unread(model, at, last, holder, is_sent=True)
    return holder == "_" or (holder.isidentifier() and _is_unread(model, at, last, holder))


def _only_unwraps(file: File, chain: list[int], index: int) -> bool:
    after = chain[chain.index(index) + 1 :]
    return all(_UNWRAPS.match(file.calls[n].name) for n in after)


def _is_matched(file: File, call: Call) -> bool:
    """Rust: whether what a call gives is taken apart where it stands: match client.post(url).send().await { ... }."""
    return bool(call.flags & AWAITED) and any(
        made.fn == call.fn and made.start <= call.line <= made.end and made.does != ("pass",)
        for made in file.catches
        if made.start
    )


def _near(model: Model, at: int, fn: int) -> tuple[int, int]:
    made = model.files[at].functions[model.named(at, fn)]
    return made.line, made.end


def _is_looked_at(model: Model, at: int, call: Call) -> bool:
    file = model.files[at]
    _, end = _near(model, at, call.fn)
    return any(
        call.line <= each.line <= end and _LOOKS.match(each.name) and each.prev < 0 for each in file.calls
    ) or any(call.line <= each.line <= end and _LOOKS.match(each.attr) for each in file.reads)


def _is_unread(model: Model, at: int, call: Call, holder: str, *, is_sent: bool = False) -> bool:
    """Whether a variable that holds an answer is only closed: not its status, not its body, and nobody is handed it.

    is_sent: whether its body is handed to the client, whatever it is.
    """
    file, given = model.files[at], False
    first, end = _near(model, at, call.fn)
    word = re.compile(rf"(?<![\w.])\$?{re.escape(holder)}(?!\w)")
    if any(
        first <= r.line <= end and word.match(r.base) and (file.language != "go" or r.attr != "Body")
        for r in file.reads
    ):
        return False
    for each in file.calls:
        if not call.line <= each.line <= end or each is call:
            continue
        if word.match(each.on) and each.name not in _CLOSES:
            return False
        if any(word.search(text) for text in flat(each.args)):
            if _sends(each):
                given = True
            elif not _discards(each):
                return False
    if given is not is_sent or any(
        call.line <= r.line <= end and word.search(text) for r in file.returns for text in flat((r.value,))
    ):
        return False
    return not any(
        call.line < a.line <= end
        and any(word.search(text) for text in (a.target, *flat((a.value,))))
        and a.value.text.rpartition(".")[2] not in {*_CLOSES, "Copy"}
        for a in file.assigns
    )


def _sends(call: Call) -> bool:
    """Go: whether a call hands a body to the client: io.Copy(w, resp.Body)."""
    return call.name == "Copy" and bool(call.args) and call.args[0].text in WRITERS


def _discards(call: Call) -> bool:
    """Go: whether a call only reads a body to its end: io.Copy(io.Discard, resp.Body)."""
    return call.name == "Copy" and bool(call.args) and bool(_DISCARDS.search(call.args[0].text))
