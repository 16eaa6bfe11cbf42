"""Limits that count for all requests: of a gateway, or of the whole application."""

import re
from collections.abc import Mapping

from backwright.review.facts import File
from backwright.review.link.project import Project
from backwright.review.regexes import regex

_FASTIFY_LIMITS = frozenset({"@fastify/rate-limit", "fastify-rate-limit"})

# Lists of packages, which may name a library of limits, what runs elsewhere, and what is only written about.
_NO_GATEWAY = regex(
    r"lock\.ya?ml$|(^|/)(\.github|\.gitlab|\.circleci|docs?|locales?|i18n|lang|translations)/|openapi|swagger|mkdocs",
    re.IGNORECASE,
)
_OF_RATES = regex(r"rate_?limit|throttl", re.IGNORECASE)  # a middleware that counts every request


def _is_loaded_limit(file: File) -> bool:
    """Whether a file only hands Fastify's plugin on, for a loader of plugins: it counts all routes unless it is told not to."""
    named = {made.alias or made.name for made in file.imports if made.module in _FASTIFY_LIMITS}
    if not named or any(value.text in named for call in file.calls for value in call.args):
        return False
    values = [value for each in file.returns for value in each.value.items]
    return not any(value.name == "global" and value.text == "false" for value in values)


def gateway_limits(texts: Mapping[str, str]) -> bool:
    """Whether a gateway whose configuration lies in the repository limits requests."""
    return any(
        re.search(r"^\s*limit_req\s|ratelimit:|rate-limit|RequestRateLimiter|limit_conn\s|rateLimit:|plugins:.*rate-limiting|local_ratelimit|RateLimitOptions", text, re.MULTILINE)
        for path, text in texts.items()
        if re.search(r"nginx|gateway|traefik|ingress|envoy|haproxy|caddy|kong|apisix|\.conf$|ya?ml$", path, re.IGNORECASE)
        and not _NO_GATEWAY.search(path)
    )  # fmt: skip


def global_limits(project: Project, texts: Mapping[str, str]) -> dict[str, bool]:
    """Languages whose application limits everything: a global limiter."""
    found: dict[str, bool] = {}
    if any('"drogon::plugin::Hodor"' in text for path, text in texts.items() if path.endswith(".json")):
        found["cpp"] = True  # switched on in the application's own configuration
    for file in project.files:
        if file.language == "javascript" and _is_loaded_limit(file):
            found["javascript"] = True
        for call in file.calls:
            if call.name == "Limiter" and any(v.name in ("default_limits", "application_limits") for v in call.args):
                found[file.language] = True
            if call.name == "add_middleware" and call.args and _OF_RATES.search(call.args[0].text):
                found[file.language] = True
            if re.search(r"GlobalLimiter", call.to) or (
                file.language == "csharp" and call.name in ("UseIpRateLimiting", "UseClientRateLimiting")
            ):
                found[file.language] = True
        if any(a.target.endswith("GlobalLimiter") for a in file.assigns):
            found[file.language] = True
    return found
