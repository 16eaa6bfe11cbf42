"""unsafe-deserialization: bytes from outside become objects, and loading them may run code."""

import re
from collections.abc import Iterator

from msgspec import structs

from backwright.model.finding import Confidence, Tier
from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.link.remembering import kept_with_it
from backwright.review.regexes import regex
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit
from backwright.review.rules.tainted import flows

SAFE = regex(r"SafeLoader|CSafeLoader|safe_load|allowed_classes=false|BaseLoader", re.IGNORECASE)
YAML = regex(r"yaml", re.IGNORECASE)
MANIFEST = regex(r"(^|/)(pom\.xml|[\w.-]+\.gradle(\.kts)?|libs\.versions\.toml)$")
SNAKE = regex(r"snake[.-]?yaml[\w.-]*(</artifactId>\s*<version>|>|:|[\"']?\s*=\s*[\"']?)v?(?P<major>\d+)\.")
SNAKE_SAFE = 2


def check(model: Model) -> Iterator[Hit]:
    """Yield loads of a client's bytes, and loads in code that requests run."""
    yield from _of_settings(model)
    seen: set[tuple[int, int]] = set()
    for hit in flows(model, "sink-deserialize", "loads objects out of what a client sent with", _counts):
        path = model.files[hit.at].path
        seen |= {(hit.at, hit.line), *((hit.at, spot.line) for spot in hit.path if spot.file == path)}
        yield structs.replace(hit, tier=hit.tier or Tier.DEFAULT)  # what is loaded is the client's own
    for at in model.own:
        for index, told in model.effects.of_call[at].items():
            call = model.files[at].calls[index]
            if (
                (at, call.line) in seen
                or not any(does.does == "sink-deserialize" for does in told)
                or not _is_unsafe(model, at, call)
            ):
                continue
            fn = Fn(at, model.named(at, call.fn))
            if model.is_served(fn):
                yield Hit(
                    at,
                    call.line,
                    f"{model.label(fn)} loads objects with {shown(call)}() while it answers a request",
                    call.fn,
                    model.path_to(fn),
                    Confidence.LOW,
                    tier=Tier.STRICT,  # mostly what the service itself wrote to its database or cache
                )


def _of_settings(model: Model) -> Iterator[Hit]:
    """Django: sessions that are pickled; in a cookie, whoever knows the key runs code."""
    for at in model.own:
        file = model.files[at]
        for assign in file.assigns if file.language == "python" else ():
            if assign.target == "SESSION_SERIALIZER" and "PickleSerializer" in assign.value.text:
                in_cookie = any(a.target == "SESSION_ENGINE" and "signed_cookies" in a.value.text for a in file.assigns)
                what = "in the browser, where whoever has the key writes it" if in_cookie else "in the store"
                yield Hit(
                    at,
                    assign.line,
                    f"SESSION_SERIALIZER unpickles the session {what}",
                    confidence=Confidence.HIGH if in_cookie else Confidence.MEDIUM,
                    tier=Tier.DEFAULT if in_cookie else Tier.STRICT,
                )


def _counts(model: Model, at: int, call: Call, value: Arg) -> bool:
    return _is_unsafe(model, at, call)


def _is_unsafe(model: Model, at: int, call: Call) -> bool:
    if SAFE.search(" ".join(flat(call.args))):
        return False
    is_yaml = model.files[at].language in ("java", "kotlin") and YAML.search(call.on) is not None
    return not (is_yaml and _has_safe_yaml(model))


@kept_with_it
def _has_safe_yaml(model: Model) -> bool:
    """Whether a manifest names SnakeYAML 2 or newer, which makes only plain values unless it is told otherwise (its changes, 2.0)."""
    return any(
        (found := SNAKE.search(text)) is not None and int(found["major"]) >= SNAKE_SAFE
        for path, text in model.texts.items()
        if MANIFEST.search(path)
    )
