"""Gateways that wait for the services behind them without an end: Spring Cloud Gateway, as long as its settings say nothing."""

import re
from collections.abc import Iterator

from backwright.model.finding import Confidence, Severity
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.rule import Hit

_SETTINGS = regex(r"(^|/)src/main/resources/(application|bootstrap)[\w.-]*\.(ya?ml|properties)$")
_TEXT = regex(r"\.(ya?ml|properties)$")
_ROUTES = regex(
    r"spring\.cloud\.gateway\.(server\.webflux\.)?routes\[|\bgateway:[ \t]*\n(?:[^\n]*\n){0,60}?[ \t]*routes:[ \t]*\n"
)
# A time-out for all routes or for one, or a circuit breaker, whose limiter gives up after a second.
_LIMITED = regex(r"response-?_?timeout|circuit-?breaker|time-?limiter", re.IGNORECASE)
_BUILT = ("responseTimeout", "circuitBreaker", "metadata")
_FIX = "Set spring.cloud.gateway.httpclient.connect-timeout and response-timeout, or metadata response-timeout of each route."


def gateways(model: Model) -> Iterator[Hit]:
    """Yield the settings of each gateway that has routes, where nothing says how long an answer may take."""
    routed = [
        (path, made) for path, text in model.texts.items() if _SETTINGS.search(path) and (made := _ROUTES.search(text))
    ]
    if not routed or any(model.project.calls_by_name.get(name) for name in _BUILT):
        return
    told: set[str] = set()
    for path, made in sorted(routed, key=lambda each: (len(each[0]), each[0])):
        module = path.partition("src/main/resources/")[0]
        if module not in told and not _is_limited(model, module):
            told.add(module)
            line = model.texts[path].count("\n", 0, made.start()) + 1
            message = "the gateway waits for the services behind it without a time-out: Spring Cloud Gateway has none for answers by default"
            yield Hit(
                -1, line, message, confidence=Confidence.HIGH, severity=Severity.MEDIUM, key=path, fix=_FIX, file=path
            )


def _is_limited(model: Model, module: str) -> bool:
    """Whether settings of a gateway say how long it waits: its own, or those that a configuration service keeps for it."""
    name = module.rstrip("/").rpartition("/")[2]
    return any(
        _TEXT.search(path)
        and (path.startswith(module) or path.rpartition("/")[2].startswith((f"{name}.", f"{name}-")))
        and _LIMITED.search(text)
        for path, text in model.texts.items()
    )


__all__ = ["gateways"]
