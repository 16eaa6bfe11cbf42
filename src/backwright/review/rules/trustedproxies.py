"""Trusted proxies: settings by which a server believes anybody's X-Forwarded-For, so that each request may come from a new address."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.regexes import regex

_ALLOWED = "forwarded_allow_ips"
_PROXY_HEADERS = "ProxyHeadersMiddleware"
_GUARDS = regex(r"trust|proxy|proxies", re.IGNORECASE)
GUARD_LINES = 4  # above what a setting switches on
_KNOWN = regex(r"\bKnown(IP)?(Networks|Proxies)$")
_AXES_COUNTS = frozenset(
    "AXES_IPWARE_PROXY_COUNT AXES_PROXY_COUNT AXES_IPWARE_PROXY_TRUSTED_IPS AXES_PROXY_TRUSTED_IPS AXES_CLIENT_IP_CALLABLE".split()
)
_AXES_ORDER = frozenset({"AXES_IPWARE_META_PRECEDENCE_ORDER", "AXES_META_PRECEDENCE_ORDER"})


class Trusting(NamedTuple):
    """Where everybody is trusted as a proxy, and what says so; whether it is a setting of what locks addresses out."""

    at: int
    line: int
    what: str
    is_locking: bool = False


def trusting(model: Model) -> Iterator[Trusting]:
    """Yield where a server is told to believe the header, whoever sends it."""
    yield from _node(model)
    yield from _python(model)
    yield from _php(model)
    yield from _dotnet(model)
    yield from _ktor(model)


def _called(model: Model, language: str, *names: str) -> Iterator[tuple[int, Call]]:
    own = set(model.own)
    for name in names:
        for at, index in model.project.calls_by_name.get(name, ()):
            if at in own and model.files[at].language == language and not model.files[at].is_test:
                yield at, model.files[at].calls[index]


def _node(model: Model) -> Iterator[Trusting]:
    for at, call in _called(model, "javascript", "set", "enable"):
        if call.args and call.args[0].text == "trust proxy" and (call.name == "enable" or _is_true(call.args[1:2])):
            if not _is_switched(model, at, call):
                yield Trusting(at, call.line, "trust proxy")
    for at, call in _called(model, "javascript", "fastify", "Fastify", "FastifyAdapter"):
        for value in call.args:
            for item in value.items:
                if item.name == "trustProxy" and _is_true((item,)):
                    yield Trusting(at, item.line or call.line, "trustProxy")


def _is_true(values: tuple[Arg, ...]) -> bool:
    return any(value.kind == "bool" and value.text.lower() == "true" for value in values)


def _is_switched(model: Model, at: int, call: Call) -> bool:
    """Whether a setting stands right above: `if (settings.trustProxy) app.enable("trust proxy")`."""
    above = range(call.line - GUARD_LINES, call.line + 1)
    reads = model.inside.reads[at].get(call.fn, ())
    calls = (model.files[at].calls[number] for number in model.inside.calls[at].get(call.fn, ()))
    return any(read.line in above and _GUARDS.search(read.attr) for read in reads) or any(
        each is not call and each.line in above and any(_GUARDS.search(value.text) for value in each.args)
        for each in calls
    )


def _python(model: Model) -> Iterator[Trusting]:
    for at, call in _called(model, "python", "run", "Config", "add_middleware", _PROXY_HEADERS):
        for value in call.args:
            is_open = value.text == "*" or any(item.text == "*" for item in value.items)
            if is_open and (value.name == _ALLOWED or (value.name == "trusted_hosts" and _is_proxied(call))):
                yield Trusting(at, call.line, f"{value.name}='*'")
    for at in model.own:
        file = model.files[at]
        if file.language != "python":
            continue
        for made in file.classes:
            for field in made.fields:
                if field.name == _ALLOWED and field.value is not None and _default(field.value) == "*":
                    yield Trusting(at, field.line, f"{_ALLOWED}='*'")
        orders = [each for each in file.assigns if each.target in _AXES_ORDER]
        if orders and not any(each.target in _AXES_COUNTS for each in file.assigns):
            for each in orders:
                if each.value.kind == "none" or any("FORWARDED_FOR" in item.text for item in each.value.items):
                    yield Trusting(at, each.line, each.target, is_locking=True)


def _is_proxied(call: Call) -> bool:
    return call.name == _PROXY_HEADERS or any(value.text.endswith(_PROXY_HEADERS) for value in call.args)


def _default(value: Arg) -> str:
    """Return the text that a setting has if nobody sets it."""
    if value.kind == "str":
        return value.text
    return next((item.text for item in value.items if item.name == "default" and item.kind == "str"), "")


def _php(model: Model) -> Iterator[Trusting]:
    for at, call in _called(model, "php", "trustProxies", "setTrustedProxies"):
        for value in call.args[:1]:
            if any(each.text in ("*", "**", "REMOTE_ADDR") for each in (value, *value.items)):
                yield Trusting(at, call.line, call.name)
    for at in model.own:
        file = model.files[at]
        if file.language != "php":
            continue
        for made in file.classes:
            for field in made.fields:
                if field.value is not None and (
                    (field.name.lower() == "trustedproxies" and _is_anybody(field.value))
                    or (field.name == "proxies" and "TrustProxies" in made.name and _is_anybody(field.value))
                ):
                    yield Trusting(at, field.line, f"${field.name}")
        for each in file.returns if file.path.startswith("config/") or "/config/" in file.path else ():
            for item in each.value.items if each.fn < 0 else ():
                if item.name in ("trusted_proxies", "proxies") and _is_anybody(item):
                    yield Trusting(at, item.line or each.line, item.name)


def _is_anybody(value: Arg) -> bool:
    """Whether a list of proxies holds everybody: `'*'`, `env('TRUSTED', '*')`, whoever has connected."""
    if value.kind == "call":
        return value.text == "env" and any(_is_anybody(item) for item in value.items[1:2])
    return any(
        re.split(r"\s*,\s*", each.text) and {"*", "**", "REMOTE_ADDR"} & set(re.split(r"\s*,\s*", each.text))
        for each in (value, *value.items)
        if each.kind == "str"
    )


def _dotnet(model: Model) -> Iterator[Trusting]:
    cleared = [(at, call) for at, call in _called(model, "csharp", "Clear") if _KNOWN.search(call.on)]
    if not cleared or any(_KNOWN.search(call.on) for _, call in _called(model, "csharp", "Add", "AddRange", "TryAdd")):
        return
    for at, call in cleared:
        reads = model.files[at].reads
        if any(each.base.endswith("ForwardedHeaders") and each.attr in ("XForwardedFor", "All") for each in reads):
            yield Trusting(at, call.line, f"{call.on.rpartition('.')[2]}.Clear()")


def _ktor(model: Model) -> Iterator[Trusting]:
    for at, call in _called(model, "kotlin", "install"):
        if call.args and call.args[0].text == "XForwardedHeaders" and not any(each.kind == "fn" for each in call.args):
            yield Trusting(at, call.line, "XForwardedHeaders")
