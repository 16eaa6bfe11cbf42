"""Guessing: tokens, codes and passwords that are made of weak random numbers, of the time, or of who they are for."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from backwright.model.finding import Confidence
from backwright.review.facts import Call
from backwright.review.link.model import Model
from backwright.review.link.remembering import kept_with_it
from backwright.review.regexes import regex
from backwright.review.rules.credentials import words_of
from backwright.review.rules.patterns import flat
from backwright.review.rules.randomtexts import asked_for

_NEEDED = frozenset(
    "token tokens otp pin password passwd secret session sid nonce apikey salt csrf captcha passcode reset verification "
    "activation invite invitation credential".split()
)
_NOT_NEEDED = frozenset(
    "color colour sample test mock fake seed demo delay jitter backoff retry shuffle avatar name username user page sleep index "
    "position game dice lucky weight sampling trace request correlation order number invoice".split()
)
_CODE_OF = regex(
    r"(verif\w*|auth\w*|otp|sms|reset|login|confirm\w*|activat\w*|invit\w*|recover\w*|coupon|voucher|access|security|pass|"
    r"captcha)_?code|code_?(verif\w*|gen)|one_?time",
    re.IGNORECASE,
)
_TIME = regex(
    r"\b(time\.time|datetime\.(now|utcnow)|Date\.now|getTime|currentTimeMillis|nanoTime|time\(|microtime|uniqid|uuid1|"
    r"getTimeInMillis|time\.Now|UnixNano|DateTime\.Now|Ticks|Instant\.now)\b"
)
# What a link is shared by, if it is made of the clock: nothing else proves who may read what it leads to.
_SHARED = regex(r"uid$|share|public_?(id|link)", re.IGNORECASE)


class Guessed(NamedTuple):
    """A secret that can be guessed: where it is made, and what to say about it."""

    line: int
    fn: int
    message: str
    sure: Confidence


def guessed(model: Model, at: int) -> Iterator[Guessed]:
    """Yield tokens, codes and passwords of one file that are made of numbers or facts that can be known."""
    file = model.files[at]
    seen: set[int] = set()
    for index, call in enumerate(file.calls):
        if call.inside >= 0 and _WAITS.search(model.files[at].calls[call.inside].name):  # how long to wait is no secret
            continue
        if not (
            any(d.does == "random-weak" for d in model.effects.of_call[at].get(index, ()))
            or _weak(call)
            or (file.language == "kotlin" and call.name == "random" and not call.args and _OF_MANY.match(call.on))
        ):
            continue
        if call.on.endswith("RandomStringUtils") and _lang_is_secure(model):
            continue
        named = _purpose(model, at, index, call) or asked_for(model, at, call)
        if named and (_draws(model, at, call) or _is_sent(model, at, call, named)):
            continue
        key = call.fn if call.fn >= 0 else -call.line
        if named and key not in seen:
            seen.add(key)
            where = model.label_around(at, call.fn)
            what = "what it returns" if named == where.rpartition(".")[2] else named
            yield Guessed(
                call.line,
                call.fn,
                f"{where} makes {what} with {call.name}, whose numbers can be predicted",
                Confidence.HIGH,
            )
    yield from _known(model, at)


def _known(model: Model, at: int) -> Iterator[Guessed]:
    """Yield tokens that are made of the time or of who they are for."""
    file = model.files[at]
    for index, call in enumerate(file.calls):
        name = (
            re.split(r"[.\]'\"\[]+", call.to.rstrip("]'\""))[-1].strip("$") if call.to and call.to != "return" else ""
        )
        if not name and call.to == "return" and call.fn >= 0:
            name = file.functions[call.fn].name
        if (
            not name
            or not _is_needed(name)
            or {"check", "verify", "validate", "get", "find", "decode", "hash", "salt", "password", "hashed"}
            & set(words_of(name))
        ):
            continue
        steps = {
            *model.effects.chain(at, index),
            *(
                n
                for n, c in enumerate(file.calls[index : index + 12], index)
                if c.fn == call.fn and c.line == call.line
            ),
        }
        text = " ".join(f"{file.calls[n].on}.{file.calls[n].name} {' '.join(flat(file.calls[n].args))}" for n in steps)
        named = {
            word for n in steps for value in file.calls[n].args for word in re.findall(r"[A-Za-z_]\w*", value.text)
        }
        made = (
            each.value.text for word in named for each in model.project.assigned[at].get((call.fn, word), ())
            if each.value.kind == "call"
        )  # fmt: skip
        drawn = f"{text} {' '.join(made)}"
        if not re.search(r"md5|sha1|sha256|b64encode|base64|hexdigest", text, re.IGNORECASE) or re.search(
            r"secret|random|token_|(get|new|make|create|generate)_?token|sign|jwt|uuid4|hmac|bytes|cache|nonce|getenv|config",
            drawn,
            re.IGNORECASE,
        ):
            continue
        if _TIME.search(text) or re.search(r"\b(email|username|user_?name|user\.id|userId|user_id)\b", text):
            yield Guessed(
                call.line,
                call.fn,
                f"{model.label_around(at, call.fn)} makes {name} from what anybody can know: the time, a name or an address",
                Confidence.MEDIUM,
            )


_OF_MANY = regex(r"\w+$|.*\.\.")  # Kotlin: `chars.random()`, `(0..15).random()`
_SALTS = regex(r"(client|api|provider|gateway)s?(service|impl)?\b", re.IGNORECASE)
_WEAK_CALLS = regex(
    r"(^|\.)(Math\.random|random\.(choice|choices|randint|random|randrange|sample|getrandbits|uniform)|rand\.(Intn?|Int31n?|"
    r"Int63n?|Float64|Seed)|mt_rand|rand|uniqid|str_shuffle|array_rand|lcg_value|uuid1|RandomStringUtils\.random\w*|"
    r"ThreadLocalRandom\.current\(\)\.next\w+|Random\(\)\.next\w*|(random|rnd|rand|rng)\.(next\w*|Next\w*)|"
    r"Random\.(Default\.)?next\w*|Random\(\)\.Next\w*|Random\.Shared\.Next\w*|SmallRng\.\w+|fastrand\.\w+|srand|drand48)$"
)


# From this version on, Apache's static methods draw from SecureRandom.
_LANG_SECURE = 15
_LANG = regex(r"commons-lang3(?:</artifactId>\s*<version>|\.version>|[^\d\n]{0,40}?)3\.(\d+)")


@kept_with_it
def _lang_is_secure(model: Model) -> bool:
    """Whether every manifest that names a version of commons-lang3 names one whose RandomStringUtils is secure."""
    told = [
        int(found)
        for path, text in model.texts.items()
        if re.search(r"(pom\.xml|\.gradle(\.kts)?|\.versions\.toml)$", path)
        for found in _LANG.findall(text)
    ]
    return bool(told) and min(told) >= _LANG_SECURE


_DRAWN = regex(
    r"^(image(line|string|char|ttf|setpixel|arc|ellipse|filled|color)\w*|draw\w+|setColor|translate|ellipse|lineTo|moveTo|fill(Text|Rect|Oval))$",
    re.IGNORECASE,
)
_TOLD = regex(
    r"code|text|answer|char|word|letter|str|digit|captcha$|token|otp|pass|secret|nonce|salt|key|pin", re.IGNORECASE
)


def _draws(model: Model, at: int, call: Call) -> bool:
    """Whether a number says where and how a picture is drawn, and not what it asks for."""
    calls, names, outer = model.files[at].calls, [call.to], call.inside
    while outer >= 0:
        names.append(calls[outer].to)
        outer = calls[outer].inside
    inside = {*model.enclosing(at, call.fn)}
    return not any(_TOLD.search(name) for name in names) and any(
        each.fn in inside and _DRAWN.match(each.name) for each in calls
    )


def _is_sent(model: Model, at: int, call: Call, named: str) -> bool:
    """Whether a salt only makes each request to another service a new one."""
    return (
        named.lower().endswith("salt") and _SALTS.search(model.label_around(at, call.fn).partition(".")[0]) is not None
    )


_WAITS = regex(r"sleep|delay|jitter|wait|timeout", re.IGNORECASE)


def _weak(call: Call) -> bool:
    return _is_weak(call.on[-60:], call.name)


@lru_cache(maxsize=4_000)
def _is_weak(on: str, name: str) -> bool:
    whole = f"{on}.{name}" if on else name
    return _WEAK_CALLS.search(whole) is not None and not re.search(
        r"secure|crypto|system|secrets|os_?rng|strong|thread_rng", whole, re.IGNORECASE
    )


def _purpose(model: Model, at: int, index: int, call: Call) -> str:
    """Return what a random number is for if it must not be guessed: by the variable, the key or the function it ends in."""
    file = model.files[at]
    if file.language in ("go", "java", "kotlin", "csharp") and _is_strong(model, at, call):
        return ""
    names = [call.to]
    inside = call.inside
    for _ in range(6):
        if inside < 0:
            break
        outer = file.calls[inside]
        names += [
            outer.to,
            file.calls[model.effects.chain(at, inside)[-1]].to,
            *(v.name for v in outer.args if v.name and call.name in v.text),
        ]
        inside = outer.inside
    number = call.fn
    for _ in range(3):
        if number < 0:
            break
        made = file.functions[number]
        names.append(made.name)
        if made.call >= 0:
            names.append(file.calls[made.call].to)
        if made.kind != "lambda":
            names.append(made.owner)
            break
        number = made.parent
    for assign in file.assigns:
        if (
            assign.fn == call.fn
            and assign.line <= call.line <= assign.line + 1
            and call.name in assign.value.text + " ".join(flat(assign.value.items))
        ):
            names.append(assign.target)
    words = [re.split(r"[.\]'\"\[]+", n.rstrip("]'\""))[-1].strip("$") for n in names if n and n != "return"]
    if call.name == "uniqid" and (shared := next((w for w in words if _SHARED.search(w)), "")):
        return shared
    if any(
        set(words_of(w)) & _NOT_NEEDED and not set(words_of(w)) & {"token", "otp", "password", "secret"}
        for w in words[:1]
    ):
        return ""
    # A key is a secret where it is made for a client; elsewhere it is that of a cache or a table.
    made_for_clients = re.search(
        r"key_?gen|gen(erate)?_?(api_?)?key|api|auth|session|licen[cs]e",
        f"{model.label_around(at, call.fn)} {file.path}",
        re.IGNORECASE,
    )
    return next((w for w in words if _is_needed(w) or (made_for_clients and w.lower() == "key")), "")


def _is_needed(name: str) -> bool:
    words = set(words_of(name))
    if words & {
        "count",
        "length",
        "len",
        "size",
        "color",
        "index",
        "limit",
        "expires",
        "expiry",
        "at",
        "delay",
        "test",
        "sample",
        "mock",
        "fake",
        "bucket",
        "cancellation",
        "tokens_used",
        "type",
    }:
        return False
    return bool(words & _NEEDED) or _CODE_OF.search(name) is not None or ("api" in words and "key" in words)


def _is_strong(model: Model, at: int, call: Call) -> bool:
    """Whether the random source is a strong one of the same name: Go's crypto/rand, Java's SecureRandom."""
    root = call.on.partition(".")[0].removesuffix("()")
    made = model.project.imported[at].get(root)
    if made is not None and "crypto" in made.module:
        return True
    known = model.project.type_of(at, call.fn, call.on).name
    return (
        "Secure" in known
        or "RandomNumberGenerator" in known
        or any("SecureRandom" in a.value.text for a in model.files[at].assigns if a.target == root)
        or any(
            "SecureRandom" in f"{f.type} {f.value.text if f.value else ''}"
            for c in model.files[at].classes
            for f in c.fields
            if f.name == root
        )
    )
