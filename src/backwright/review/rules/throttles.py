"""Throttles: limits of NestJS that count milliseconds as seconds, and firewalls of Symfony that limit no login."""

import re
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import Arg
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.rule import Hit

# From its version 5 on `ttl` is in milliseconds.
_NEST = regex(r"\"@nestjs/throttler\"\s*:\s*\"[^\"\d]*(?P<major>\d+)")
MILLISECONDS_SINCE = 5
WINDOW_MIN = 1000  # ms: what is shorter was meant in seconds
_PRODUCT = regex(r"\d[\d_]*(\s*\*\s*\d[\d_]*)*")
SPOTS_MAX = 24
_LOGIN = regex(r"^(?P<indent>\s+)(?P<kind>form_login|json_login|http_basic|form_login_ldap)\s*:", re.MULTILINE)
_OWN_LOGIN = regex(
    r"^\s+-?\s*(custom_authenticators?:\s*)?-?\s*[\w\\]*(Login|Password|Form)\w*Authenticator\b", re.MULTILINE
)
_SECURITY = regex(r"(^|/)config/(packages/)?(prod/)?security\.ya?ml$")


def broken_limits(model: Model) -> Iterator[Hit]:
    """Yield limits that do not hold."""
    yield from _nest(model)
    for path, text in model.texts.items():
        if _SECURITY.search(path) and "firewalls:" in text and "login_throttling" not in text:
            yield from _symfony(model, path, text)


def _nest(model: Model) -> Iterator[Hit]:
    if not any(
        (version := _NEST.search(text)) is not None and int(version["major"]) >= MILLISECONDS_SINCE
        for path, text in model.texts.items()
        if path.endswith("package.json")
    ):
        return
    found: list[tuple[int, int, str]] = []
    for at in model.own:
        file = model.files[at]
        if file.language != "javascript":
            continue
        for call in file.calls:
            if call.on == "ThrottlerModule" and call.name in ("forRoot", "forRootAsync"):
                found += [(at, line, "the limit of all requests") for line in _short(call.args, call.line)]
        declared = [(each.name, each.line, each.marks) for each in file.functions]
        declared += [(each.name, each.line, each.marks) for each in file.classes]
        for name, start, marks in declared:
            for mark in marks:
                if mark.name == "Throttle":
                    lines = list(_short(mark.args, mark.line))
                    found += [(at, line, name) for line in (*lines, *([start] if lines else ()))]
    if found:
        at, line, _ = found[0]
        spots = tuple(Spot(model.files[n].path, place, told) for n, place, told in found[:SPOTS_MAX])
        message = "the limit's ttl is in milliseconds, so tries are counted for less than a second: nothing is limited"
        yield Hit(
            at,
            line,
            message,
            path=spots,
            confidence=Confidence.HIGH,
            fix="Write the window in milliseconds: seconds(60), or 60_000.",
        )


def _short(values: tuple[Arg, ...], line: int) -> Iterator[int]:
    """Yield the lines of windows that are shorter than a second."""
    for value in values:
        place = value.line or line
        if value.name == "ttl" and value.kind in ("num", "other") and _PRODUCT.fullmatch(value.text):
            window = 1
            for factor in value.text.replace("_", "").split("*"):
                window *= int(factor)
            if 0 < window < WINDOW_MIN:
                yield place
        yield from _short(value.items, place)


def _symfony(model: Model, path: str, text: str) -> Iterator[Hit]:
    """A firewall logs somebody in by password, and `login_throttling` stands in none."""
    found = [*_LOGIN.finditer(text), *_OWN_LOGIN.finditer(text)]
    if not found or any(
        re.search(r"RateLimit|Throttl|LoginAttempt", c.name) for at in model.own for c in model.files[at].classes
    ):
        return
    lines = sorted(text.count("\n", 0, each.start()) + 1 for each in found)
    rows = text.splitlines()
    spots = []
    for line in lines:
        indent = len(rows[line - 1]) - len(rows[line - 1].lstrip())
        above = next(
            (
                n
                for n in range(line - 1, 0, -1)
                if rows[n - 1].strip() and len(rows[n - 1]) - len(rows[n - 1].lstrip()) < indent
            ),
            line,
        )
        spots += [Spot(path, above, "the firewall"), Spot(path, line, "logs in by password")]
    message = "no firewall has login_throttling: a login takes any number of tries"
    yield Hit(-1, lines[0], message, file=path, path=tuple(spots), confidence=Confidence.HIGH)
