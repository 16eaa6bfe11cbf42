"""no-monitoring: a service that answers requests and has neither metrics nor traces nor a health route."""

import re
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.rule import Hit

ENDPOINTS_MIN = 1  # nothing is served by fewer
STARTS = frozenset(
    {"app", "application", "server", "api"}
)  # what the whole application is called, rather than one of its routers
WATCHES = frozenset({"metric", "trace", "health"})
HEALTH = regex(
    r"(^|/)(_?health(z|check|-check|_check)?|livez?|readyz?|liveness|readiness|alive|ping|status|up|metrics|prometheus|_status|heartbeat|actuator)(/(live|"
    r"ready|liveness|readiness|startup|db|prometheus|\{\w+\}))?$", re.IGNORECASE,
)  # fmt: skip
LIBRARIES = regex(
    r"prometheus|promexporter|prom-client|promphp|open-?telemetry|\botel\b|micrometer|actuator|sentry|datadog|dd-?trace|newrelic|new-relic|elastic-?apm|applicationinsights|statsd|"
    r"app-?metrics|honeycomb|instana|dynatrace|terminus|healthchecks?\b|health-?check|express-status-monitor|laravel/(pulse|telescope|horizon)|"
    r"smallrye-health|metrics-exporter|opencensus|glitchtip|rollbar|bugsnag|logfire",
    re.IGNORECASE,
)  # fmt: skip
MANIFEST = regex(
    r"(package\.json|requirements[^/]*\.txt|pyproject\.toml|Pipfile|setup\.cfg|go\.mod|pom\.xml|build\.gradle(\.kts)?|composer\.json|Cargo\.toml|"
    r"CMakeLists\.txt|\.csproj|\.ya?ml|\.properties|Dockerfile[^/]*|\.tf|\.conf|\.env[^/]*|\.xml|\.json)$"
)
PROBES = regex(r"livenessProbe|readinessProbe|HEALTHCHECK|healthcheck:|/healthz?\b(?![-_])")


def check(model: Model) -> Iterator[Hit]:
    """Yield one finding for a repository that serves and is watched by nothing."""
    if len(model.endpoints) < ENDPOINTS_MIN or watched(model):
        return
    first = model.declared[0]
    languages = [
        number
        for number in model.own
        if model.routers.known and model.files[number].language == model.files[first.at].language
    ]
    starts = [key for key in model.routers.known if key.kind == "var" and key.index == -1 and key.file in languages]
    start = min(starts, key=lambda key: (key.name not in STARTS, key.file), default=None)
    path = (
        Spot(
            model.files[first.at].path,
            first.line,
            f"{len(model.endpoints)} endpoints, the first: {first.method} {first.path}",
        ),
    )
    line = (
        next((a.line for a in model.project.assigned[start.file].get((-1, start.name), ())), 0)
        if start is not None
        else 0
    )
    message = f"{len(model.endpoints)} endpoints and no metrics, traces or health route found"
    if start is not None and line:
        yield Hit(start.file, line, message, path=path, key="project")
    elif model.files[first.at].is_generated:
        for at in model.own:
            main = next((made for made in model.files[at].functions if made.name == "main"), None)
            if main is not None:
                yield Hit(at, main.line, message, path=path, key="project")
                return
    else:
        yield Hit(first.at, first.line, message, path=path, key="project")


def watched(model: Model) -> bool:
    """Whether anything in code, configuration or manifests looks at the service."""
    if any(HEALTH.search(endpoint.path) for endpoint in model.endpoints):
        return True
    if any(does.does in WATCHES for at in model.own for told in model.effects.of_call[at].values() for does in told):
        return True
    if any(LIBRARIES.search(made.module) for at in model.own for made in model.files[at].imports):
        return True
    return any(
        MANIFEST.search(path) and (LIBRARIES.search(_used(path, text)) or PROBES.search(text))
        for path, text in model.texts.items()
    )


def _used(path: str, text: str) -> str:
    """A manifest without what only others need: go.mod names the libraries of libraries, too."""
    return re.sub(r"^.*// indirect.*$", "", text, flags=re.MULTILINE) if path.endswith("go.mod") else text
