"""The JSON Schema of a blueprint's design part as it is written in YAML, for editors."""

from typing import Any

NUMBER = r"[+-]?(\d[\d_]*\.?\d*|\.\d+)([eE][+-]?\d+)?"
UNITS = {
    "time": r"\s*(us|ms|s|m|min|h|d|day)",
    "rate": r"\s*(k|M|G)?\s*(req|requests)?\s*(/\s*(s|min|m|h|d|day)|rps)",
    "share": r"\s*%?",
    "count": r"\s*[kMG]?",
    "factor": r"\s*x?",
    "growth": r"\s*%\s*/\s*(month|year)",
}
SAY = {
    "time": "A time with its unit: 25 ms, 3 s",
    "rate": "A rate with its period: 60/s, 1M/day",
    "share": "A share: 10 % or 0.1",
    "count": "A whole number: 16, 10k",
    "factor": "A factor: 3x",
    "growth": "A growth: 5 %/month",
}


def blueprint_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12); what it cannot say, such as names that must exist, reading does."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Backwright blueprint, design part",
        **_object({
            "version": {"const": 1},
            "name": {"type": "string"},
            "note": {"type": "string"},
            "workload": _workload(),
            "services": _named(_service()),
            "stores": _named(_store()),
            "externals": _named(_object({"limit": _ref("rate"), "operations": _named(_ref("law")), "availability": _quantity("share")})),
            "pools": _named(_object({"owner": _name(), "to": _name(), "size": _ref("count"), "acquire_timeout": _ref("time")}, "owner", "to", "size")),
            "caches": _named(_cache()),
            "queues": _named(_object({"consumer": _operation(), "consumers": _ref("count"), "max": _ref("count"), "attempts": _ref("count")}, "consumer")),
            "calls": {"type": "object", "propertyNames": {"pattern": "->"}, "additionalProperties": _policy()},
            "scale": _named(_scale()),
            "failures": {"type": "array", "items": _failure()},
            "slo": _slo(),
            "prices": {"anyOf": [{"type": "string"}, {"type": "object"}], "description": "Your own: a file, or currency: and NODE: 0.12/h"},
        }, "version", "services"),
        "$defs": {
            **{unit: _scalar(unit) for unit in UNITS},
            **{f"{unit}_quantity": _with_provenance(unit) for unit in UNITS},
            "law": _law(),
            "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}},
            "step": _step(),
        },
    }  # fmt: skip


def _object(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}  # fmt: skip
    return {**made, "required": list(required)} if required else made


def _named(each: dict[str, Any]) -> dict[str, Any]:
    names = {"pattern": r"^[A-Za-z0-9_-]+$"}
    return {"type": "object", "propertyNames": names, "additionalProperties": each}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}


def _quantity(unit: str) -> dict[str, Any]:
    return _ref(f"{unit}_quantity")


def _name() -> dict[str, Any]:
    return {"type": "string", "pattern": r"^[A-Za-z0-9_-]+$"}


def _operation() -> dict[str, Any]:
    return {"type": "string", "pattern": r"^[^.]+\.[^.]+$", "description": "NODE.OPERATION"}


def _words(*words: str) -> dict[str, Any]:
    return {"enum": list(words)}


def _scalar(unit: str) -> dict[str, Any]:
    bare = [{"type": "number"}] if unit in ("share", "count", "factor") else []
    pattern = {"type": "string", "pattern": f"^\\s*{NUMBER}{UNITS[unit]}\\s*$"}
    return {"anyOf": [*bare, pattern], "description": SAY[unit]}


def _range(unit: str) -> dict[str, Any]:
    pattern = f"^\\s*{NUMBER}({UNITS[unit]})?\\s*\\.\\.\\s*{NUMBER}{UNITS[unit]}\\s*$"
    return {"type": "string", "pattern": pattern, "description": "What it may be: 150..220 ms"}


def _provenance(unit: str) -> dict[str, Any]:
    either = {"anyOf": [_ref(unit), _range(unit)]}
    return {
        "mean": either,
        "value": either,
        "low": _ref(unit),
        "high": _ref(unit),
        "source": _words("measured", "cited", "assumed", "chosen"),
        "ref": {"type": "string", "description": "Where the number comes from"},
        "date": {"description": "When it was measured or written"},
    }


def _with_provenance(unit: str) -> dict[str, Any]:
    return {"anyOf": [_ref(unit), _range(unit), _object(_provenance(unit))]}


def _law() -> dict[str, Any]:
    shapes = ("constant", "exponential", "lognormal", "gamma", "uniform", "pareto", "empirical")
    short = rf"^\s*(exp|{'|'.join(shapes)})\(.*\)\s*$"
    point = {"type": "array", "prefixItems": [_ref("share"), _ref("time")], "minItems": 2}
    full = {**_provenance("time"), "shape": _words(*shapes), "cv": _ref("factor"), "points": {"type": "array", "items": point}}  # fmt: skip
    return {
        "anyOf": [
            _ref("time"),
            _range("time"),
            {"type": "string", "pattern": short},
            _object(full),
        ],
        "description": "How long it takes: 25 ms, 150..220 ms, lognormal(3 ms cv 1.2)",
    }


def _queue() -> dict[str, Any]:
    return _object({"max": _ref("count"), "order": _words("fifo", "lifo", "codel")})


def _service() -> dict[str, Any]:
    return _object(
        {
            "instances": _ref("count"),
            "workers": _ref("count"),
            "model": _words("threads", "eventloop"),
            "loops": _ref("count"),
            "cores": _ref("count"),
            "zones": _ref("count"),
            "queue": _queue(),
            "availability": _quantity("share"),
            "handlers": _named(_ref("steps")),
        },
        "handlers",
    )


def _store() -> dict[str, Any]:
    return _object(
        {
            "servers": _ref("count"),
            "connections": _ref("count"),
            "replicas": _ref("count"),
            "replica_reads": {"type": "array", "items": {"type": "string"}},
            "lag": _quantity("time"),
            "queue": _queue(),
            "zones": _ref("count"),
            "availability": _quantity("share"),
            "operations": _named({"anyOf": [_ref("law"), _ref("steps")]}),
        },
        "servers",
        "operations",
    )


def _cache() -> dict[str, Any]:
    return _object(
        {
            "hit": _quantity("share"),
            "keys": _ref("count"),
            "zipf": _ref("factor"),
            "entries": _ref("count"),
            "ttl": _ref("time"),
            "cold_at": _ref("time"),
            "time": _ref("law"),
        }
    )


def _workload() -> dict[str, Any]:
    long = _object({"call": _operation(), "share": _quantity("share"), "tenant": {"type": "string"}}, "call")  # fmt: skip
    mmpp = _object({"burst": _ref("factor"), "on": _ref("time"), "off": _ref("time")})
    return _object(
        {
            "rate": _quantity("rate"),
            "users": _ref("count"),
            "think": _ref("law"),
            "arrivals": {
                "anyOf": [_words("poisson", "regular", "diurnal"), _object({"mmpp": mmpp})]
            },
            "period": _ref("time"),
            "mix": {
                "type": "object",
                "additionalProperties": {"anyOf": [_quantity("share"), long]},
            },
            "peak": _ref("factor"),
            "growth": _quantity("growth"),
        }
    )


def _policy() -> dict[str, Any]:
    breaker = _object({"errors": _ref("share"), "window": _ref("count"), "open": _ref("time")})
    pause = _object({"base": _ref("time"), "factor": _ref("factor"), "most": _ref("time"), "jitter": _words("full", "equal", "none")})  # fmt: skip
    return _object(
        {
            "timeout": _ref("time"),
            "retries": _ref("count"),
            "backoff": {"anyOf": [{"type": "string", "description": "50 ms full"}, pause]},
            "budget": _ref("share"),
            "breaker": breaker,
            "hedge": _ref("time"),
            "deadline": _words("none", "propagate"),
            "limit": _ref("rate"),
            "bulkhead": _ref("count"),
            "failing": _quantity("share"),
        }
    )


def _scale() -> dict[str, Any]:
    return _object(
        {
            "signal": _words("cpu", "workers", "queue"),
            "target": {"anyOf": [_ref("share"), _ref("count")]},
            "interval": _ref("time"),
            "boot": _ref("time"),
            "min": _ref("count"),
            "max": _ref("count"),
        },
        "max",
    )


def _failure() -> dict[str, Any]:
    kinds = {"load": _ref("factor"), "slow": _name(), "kill": _name(), "errors": _name(), "cold": _name(), "zone": _ref("count")}  # fmt: skip
    common = {"at": _ref("time"), "for": _ref("time"), "factor": _ref("factor"), "share": _ref("share"), "count": _ref("count")}  # fmt: skip
    return _object({**common, **kinds}, "at")


def _slo() -> dict[str, Any]:
    points = {word: _ref("time") for word in ("p50", "p75", "p90", "p95", "p99", "p99.9")}
    rest = {"errors": _ref("share"), "availability": _ref("share"), "survive": _words("instance", "zone")}  # fmt: skip
    return _object({**points, **rest})


def _step() -> dict[str, Any]:
    steps = _ref("steps")
    option = _object({"share": _quantity("share"), "steps": steps}, "share")
    return {
        "anyOf": [
            _object({"cpu": _ref("law")}, "cpu"),
            _object({"wait": _ref("law")}, "wait"),
            _object({"call": _operation()}, "call"),
            _object({"hold": _name(), "steps": steps}, "hold", "steps"),
            _object({"lock": _name(), "keys": _ref("count"), "steps": steps}, "lock", "steps"),
            _object(
                {"parallel": {"type": "array", "items": steps}, "need": _ref("count")}, "parallel"
            ),
            _object({"choose": {"type": "array", "items": option}}, "choose"),
            _object({"repeat": _ref("count"), "steps": steps}, "repeat", "steps"),
            _object({"put": _name()}, "put"),
            _object({"cache": _name(), "miss": steps}, "cache"),
            _object({"fail": _quantity("share")}, "fail"),
        ]
    }
