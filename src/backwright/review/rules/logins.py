"""Logins that a framework brings with it, and limits that do not hold: what no route of the application shows."""

import re
from collections.abc import Iterator

from backwright.model.finding import Confidence
from backwright.review.facts import Arg, Call
from backwright.review.link.limits import gateway_limits
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit

_COUNTS = regex(
    r"bucket4j|rate_?limit|throttl|login_?attempt|failed_?(login|attempt)|too_?many|brute_?force|lock_?out|account_?lock|attempts?Cache",
    re.IGNORECASE,
)
_OFF = regex(r"disable")
_HEADER = regex(r"\bheaders?\b", re.IGNORECASE)
_PARTITION = regex(r"Get(FixedWindow|SlidingWindow|TokenBucket|Concurrency)Limiter$")
_KEYS = frozenset({"keyGenerator", "key_func", "keyFunc", "KeyGenerator"})
_FORWARDED = regex(r"x-forwarded-for|x-real-ip|headers?\.host\b|headers?\[['\"]host", re.IGNORECASE)


def built_in(model: Model) -> Iterator[Hit]:
    """Yield logins of Spring and Laravel that nothing limits, and limiters that count by what a client chooses."""
    yield from _of_spring(model)
    yield from _of_laravel(model)
    for at in model.own:
        yield from _by_header(model, at)


def _of_spring(model: Model) -> Iterator[Hit]:
    """`http.httpBasic()`, `formLogin()` and the password grant: Spring Security counts no tries by itself."""
    jvm = [at for at in model.own if model.files[at].language in ("java", "kotlin")]
    spring = [at for at in jvm if any("springframework.security" in made.module for made in model.files[at].imports)]
    logins = [
        (at, call, what) for at in spring for call in model.files[at].calls if (what := _spring_login(at, call, model))
    ]
    if not logins or gateway_limits(model.texts) or _counts(model, jvm):
        return
    at, call, what = min(logins, key=lambda each: _RANK[each[2]])
    yield Hit(
        at, call.line, f"{what} takes any number of tries: nothing counts failed logins or limits requests", call.fn,
        confidence=Confidence.MEDIUM,
    )  # fmt: skip


_RANK = {"the password grant": 0, "the login form": 1, "HTTP basic login": 2}


def _spring_login(at: int, call: Call, model: Model) -> str:
    if call.name == "authorizedGrantTypes":
        return "the password grant" if any(value.text == "password" for value in call.args) else ""
    what = {"formLogin": "the login form", "httpBasic": "HTTP basic login"}.get(call.name, "")
    if not what or any(_OFF.search(text) for text in flat(call.args)):
        return ""
    calls = model.files[at].calls
    inner = {
        number for number, made in enumerate(model.files[at].functions) if made.call >= 0 and calls[made.call] is call
    }
    if any(_OFF.search(each.name) and (each.fn in inner or each.on.endswith(f"{call.name}()")) for each in calls):
        return ""
    return what


def _counts(model: Model, files: list[int]) -> bool:
    """Whether something in the application counts tries, or a build file names a library that does."""
    if any(_COUNTS.search(f"{call.on}.{call.name}") for at in files for call in model.files[at].calls) or any(
        _COUNTS.search(made.name) for at in files for made in model.files[at].classes
    ):
        return True
    return any(
        re.search(r"bucket4j|resilience4j-ratelimiter|ratelimit", text)
        for path, text in model.texts.items()
        if path.endswith(("pom.xml", ".gradle", ".gradle.kts"))
    )


def _of_laravel(model: Model) -> Iterator[Hit]:
    """What Fortify and the password broker limit stands in config/: codes of a second factor and mails for a reset."""
    for at in model.own:
        file = model.files[at]
        if file.language != "php" or not re.search(r"(^|/)config/(fortify|auth)\.php$", file.path):
            continue
        for made in file.returns:
            named = {item.name: item for item in made.value.items}
            limiters, features = named.get("limiters"), named.get("features")
            second = any("twoFactorAuthentication" in text for text in flat((features,))) if features else False
            if limiters is not None and second and not any(i.name == "two-factor" for i in limiters.items):
                line = limiters.line or made.line
                message = (
                    "no limiter for two-factor is named, so the codes of a second factor can be guessed without limit"
                )
                yield Hit(at, line, message, confidence=Confidence.HIGH)
            for broker in named["passwords"].items if "passwords" in named and _resets(model) else ():
                if broker.kind == "dict" and broker.items and not any(i.name == "throttle" for i in broker.items):
                    message = f"the password broker {broker.name} has no throttle: mails for a reset can be asked for without limit"
                    yield Hit(at, _last_line(broker) or made.line, message, confidence=Confidence.HIGH)


def _resets(model: Model) -> bool:
    """Whether mails for a reset can be asked for: by Fortify's routes, or by one of the application's own without a limit."""
    fortify = any(
        re.search(r"Features::resetPasswords", text) or "laravel/fortify" in text
        for path, text in model.texts.items()
        if path.endswith("composer.json")
    )
    return fortify or any(
        endpoint.method == "POST" and not endpoint.limited and not endpoint.auth
        and re.search(r"forgot|password/(email|reset)|reset-?password", endpoint.path)
        for endpoint in model.endpoints
    )  # fmt: skip


def _last_line(value: Arg) -> int:
    return max((value.line, *(item.line for item in value.items)))


def _by_header(model: Model, at: int) -> Iterator[Hit]:
    """A limiter whose counter is chosen by a header that any client can set."""
    file = model.files[at]
    for call in file.calls:
        if _PARTITION.search(call.name) and call.args and _HEADER.search(" ".join(flat(call.args[:1]))):
            yield _chosen(at, call.line, call.fn)
            continue
        for value in (*call.args, *(item for given in call.args for item in given.items)):
            if value.name in _KEYS and value.kind == "fn" and _FORWARDED.search(value.text):
                yield _chosen(at, value.line or call.line, call.fn)


def _chosen(at: int, line: int, fn: int) -> Hit:
    message = "the limit is counted by a header that the client chooses: whoever guesses changes it with each try"
    return Hit(at, line, message, fn, confidence=Confidence.HIGH, fix="Count by the address of the connection (set it from trusted proxies only) and by the account that is asked for.")  # fmt: skip
