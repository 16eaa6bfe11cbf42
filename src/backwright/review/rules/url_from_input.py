"""url-from-input: the server asks an address that a client chose (server-side request forgery)."""

import re
from collections.abc import Iterator

from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.link.taint import INJECTED
from backwright.review.regexes import regex
from backwright.review.rules.guarded import starts_with_input
from backwright.review.rules.looping import NAMES
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit
from backwright.review.rules.storedurls import StoredUrls, receiver_address
from backwright.review.rules.tainted import flows, hit_of

# Text before the first value fixes the host: it names one, or is the start of a path below the client's own address.
HOST = regex(r"^(https?:)?//[^{}/]+/|^/|^[^{}/:]+/")
GUARDS = regex(
    r"(safe|allow|valid|check|block|guard|private|internal|white_?list|trust|ssrf|assert|ensure|verify)\w*_?(url|uri|host|ip|address|domain|target|remote)|"
    r"ip_address|is_?(private|loopback|global|reserved|link_?local)|ssrf|ssrfFilter|advocate|smokescreen|resolve_?and_?validate|pinned_?agent|(check|in|on)_?(deny|block)_?list",
    re.IGNORECASE,
)
GUARDED = regex(
    r"safe_?(http|client|fetch|request|url)|ssrf|(pinned|guarded|restricted)_?(http|client|request)", re.IGNORECASE
)
_OF_VENDORS = regex(
    r"\b(stripe|aws-sdk|aws_sdk|@aws-sdk|boto3?|twilio|slack-go|sendgrid|mailgun|openai|anthropic|firebase|braintree|paypal|octokit)\b",
    re.IGNORECASE,
)
_FETCHING = frozenset({"file_get_contents", "fopen", "readfile", "copy", "file", "simplexml_load_file", "getimagesize"})
_ADDRESS = regex(r"ur[li]|link|href|address|endpoint", re.IGNORECASE)
VERB = "asks an address that a client chose with"
_SETS_PATH = regex(
    r"\)\.(replace_?path|(append|add|with)_?(encoded_?)?path(_?segments?)?|path(_?segments?)?|(replace_?|add_?|set_?|append_?)?query(_?param(eter)?s?)?|addQueryParameter|setQueryParam\w*)(\(\))?$",
    re.IGNORECASE,
)
_OF_REQUEST = regex(r"req\w*\.(get)?_?(request)?_?(ur[il]|path)(\(\))?$", re.IGNORECASE)  # the one that is answered
LINES_MAX = 3  # from the start of a chain to its first call
_LOOKS = regex(r"ssrf|(is|block|deny|reject)_?\w*(private|loopback|internal|link_?local)", re.IGNORECASE)
_SAFE_CLIENT = regex(
    r"(safe|guard|restrict|ssrf|block|filter|allow)\w*(transport|agent|handler|connector|dialer|adapter)", re.IGNORECASE
)


def check(model: Model) -> Iterator[Hit]:
    """Yield outgoing calls whose address a client decides, now or when it was stored."""
    found = [
        *flows(model, "outgoing", VERB, _counts, (0, 1)),
        *_on_addresses(model),
        *flows(model, "sink-path", VERB, _is_wrapped, (0,)),
    ]
    yield from found
    told = {(hit.at, hit.line) for hit in found}
    stored = [hit for hit in StoredUrls(model).hits() if (hit.at, hit.line) not in told]
    guarded = {
        language: _is_guarded_anywhere(model, language) for language in {model.files[hit.at].language for hit in stored}
    }
    yield from (hit for hit in stored if not guarded[model.files[hit.at].language])


def _is_wrapped(model: Model, at: int, call: Call, value: Arg) -> bool:
    """PHP: whether a function for files is given what is called an address: it fetches that just as well."""
    return (
        model.files[at].language == "php"
        and call.name in _FETCHING
        and _ADDRESS.search(value.text) is not None
        and not _is_guarded(model, at, call)
        and starts_with_input(model, at, call.fn, value, call.line)
    )


def _on_addresses(model: Model) -> Iterator[Hit]:
    """Calls that are made on the address itself: C#'s `url.GetStringAsync()`, Java's `new URL(url).openStream()`."""
    for at in model.own:
        language = model.files[at].language
        if language not in ("csharp", "java", "kotlin"):
            continue
        for index, told in model.effects.of_call[at].items():
            call = model.files[at].calls[index]
            if language == "csharp":
                value = receiver_address(call) if any(d.effect.library == "Flurl" for d in told) else None
            else:
                value = _opened(model, at, call) if any(d.does == "outgoing" for d in told) else None
            fn = Fn(at, call.fn)
            trace = model.taint.of(fn, value, model.taint.around(fn), call.line) if value is not None else None
            if trace is not None and not _is_guarded(model, at, call):
                yield hit_of(model, at, call, trace, VERB)


def _opened(model: Model, at: int, call: Call) -> Arg | None:
    """Java, Kotlin: the address of a URL that is opened, where nothing before it fixes the host."""
    if call.name not in ("openStream", "openConnection", "getContent", "readText", "readBytes"):
        return None
    before = model.files[at].calls[call.prev] if call.prev >= 0 else None
    if before is not None and before.name in ("toURL", "toUrl") and before.prev >= 0:
        before = model.files[at].calls[before.prev]
    if before is not None:
        value = before.args[0] if before.name in ("URL", "URI", "create") and before.args else None
    else:
        value = Arg("name", call.on) if call.on.isidentifier() else None
    if value is None or (value.kind in ("fmt", "concat") and HOST.match(value.text)):
        return None
    return value if starts_with_input(model, at, call.fn, value, call.line) else None


def _is_guarded_anywhere(model: Model, language: str) -> bool:
    """Whether the application looks somewhere whether an address is an internal one."""
    return any(
        _LOOKS.search(call.name)
        for number in model.own
        if model.files[number].language == language
        for call in model.files[number].calls
    )


def _is_declared(model: Model, at: int, call: Call) -> bool:
    """Whether a call is one of a client that is declared as an interface: Feign, Retrofit, HttpExchange. Its address is fixed there."""
    project = model.project
    holder = project.type_of(at, call.fn, call.on).cls if call.on else None
    return holder is not None and project.class_(holder).kind == "interface"


def _counts(model: Model, at: int, call: Call, value: Arg) -> bool:
    if any(_OF_VENDORS.search(each) for each in model.effects.receivers(at, call)):
        return False  # a client that is made for one service: what it is given is the key of something there
    if _is_guarded(model, at, call) or _is_declared(model, at, call):
        return False
    if value.name not in ("", "url", "uri", "address", "endpoint", "target"):
        return False
    plain = [v for v in call.args if not v.name]
    if (
        not value.name
        and plain
        and value is not plain[0]
        and not (
            call.name in ("request", "stream", "Request", "NewRequest", "NewRequestWithContext") and value in plain[:3]
        )
    ):
        return False
    if value.kind in ("fmt", "concat"):
        return not HOST.match(value.text) and starts_with_input(model, at, call.fn, value, call.line)
    if _is_path_only(model, at, call, value):
        return False
    if not starts_with_input(model, at, call.fn, value, call.line) and not _made_request(model, at, call, value):
        return False
    if value.kind == "name":
        for number in (*model.enclosing(at, call.fn), -1):
            for assign in model.project.assigned[at].get((number, value.text), ()):
                if assign.value.kind in ("fmt", "concat") and HOST.match(assign.value.text):
                    return False
                address = _address(assign.value)
                if address is not None and not _is_chosen(model, at, call, address):
                    return False
    return value.kind not in ("dict", "list")


def _is_path_only(model: Model, at: int, call: Call, value: Arg) -> bool:
    """Whether a client's value only became the path or a query value of an address whose host was there before."""
    known = model.taint.around(Fn(at, call.fn))
    names = {name for text in flat((value,)) for name in NAMES.findall(text)[:1] if name in known}
    built = {name for name in names if _has_own_base(model, at, call, name)}
    asked = {name for name in names - built if not INJECTED.match(name)}
    return bool(built) and not asked


def _has_own_base(model: Model, at: int, call: Call, name: str) -> bool:
    """Whether a variable is a builder that was only given a path, and what it was made of is no client's."""
    made = [
        each for number in model.enclosing(at, call.fn) for each in model.project.assigned[at].get((number, name), ())
    ]
    fn = Fn(at, call.fn)
    known = model.taint.around(fn)
    for each in made:
        on, _, first = each.value.text.partition("(")[0].rpartition(".")
        bases = [
            value
            for other in model.files[at].calls
            if other.fn == each.fn
            and other.name == first
            and other.on == on
            and 0 <= other.line - each.line <= LINES_MAX
            for value in other.args
        ]
        if not _SETS_PATH.search(each.value.text) or any(
            not _OF_REQUEST.search(value.text) and model.taint.of(fn, value, known, each.line) for value in bases
        ):
            return False
    return bool(made)


def _made_request(model: Model, at: int, call: Call, value: Arg) -> bool:
    """Whether a value is a request that was made before, whose address is looked at by itself."""
    return value.kind == "name" and any(
        _address(assign.value) is not None
        for number in (*model.enclosing(at, call.fn), -1)
        for assign in model.project.assigned[at].get((number, value.text), ())
    )


def _address(made: Arg) -> Arg | None:
    """The address that a request was made with: `http.NewRequest("GET", url, nil)`, `&http.Request{URL: url}`."""
    if made.kind != "call" or not re.search(r"(^|\.)(New)?(Http)?Request(WithContext|Message)?$", made.text):
        return None
    named = next((item for item in made.items if item.name.lower() in ("url", "uri")), None)
    plain = [item for item in made.items if not item.name]
    place = 2 if made.text.endswith("WithContext") else 1
    return named or (plain[place] if len(plain) > place else None)


def _is_chosen(model: Model, at: int, call: Call, address: Arg) -> bool:
    fn = Fn(at, call.fn)
    if address.kind in ("fmt", "concat") and HOST.match(address.text):
        return False
    return model.taint.of(fn, address, model.taint.around(fn), call.line) is not None


def _is_guarded(model: Model, at: int, call: Call) -> bool:
    """Whether the function asks where an address leads, or stands in a client that is made for addresses of others."""
    around = set(model.enclosing(at, call.fn))
    functions = model.files[at].functions
    return (
        GUARDED.search(call.on) is not None
        or any(GUARDED.search(f"{functions[n].owner} {functions[n].name}") for n in around)
        or any(
            GUARDS.search(other.name) or any(_SAFE_CLIENT.search(text) for text in flat(other.args))
            for other in model.files[at].calls
            if other.fn in around
        )
    )
