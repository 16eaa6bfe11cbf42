"""A review as SARIF 2.1.0, as code scanning services read it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from backwright import __version__

if TYPE_CHECKING:
    from backwright.usecases.review import FindingRow, Review

RESULTS_MAX = 5000  # what a code scanning service keeps of one run
LEVELS = {"high": "error", "medium": "warning", "low": "note"}
SCORES = {"high": "8.0", "medium": "5.0", "low": "2.0"}
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(answer: Review) -> str:
    """Return the findings as one SARIF run, the most severe first."""
    rows = answer.findings[:RESULTS_MAX]
    rules = list(dict.fromkeys(row.rule for row in rows))
    first = {row.rule: row for row in reversed(rows)}
    driver = {
        "name": "Backwright",
        "semanticVersion": __version__,
        "rules": [_rule(first[rule]) for rule in rules],
    }
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The reviewed folder"}}},
        "results": [_result(row, rules.index(row.rule)) for row in rows],
    }
    if len(answer.findings) > RESULTS_MAX:
        run["properties"] = {"leftOut": len(answer.findings) - RESULTS_MAX}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _rule(row: FindingRow) -> dict[str, Any]:
    text = f"{row.why}\n\n{row.fix}".strip() or row.rule
    tags = ["backend", row.skill] + ([f"external/cwe/cwe-{row.cwe:03d}"] if row.cwe else [])
    properties: dict[str, Any] = {
        "tags": tags,
        "precision": {"high": "high", "medium": "medium", "low": "low"}[row.confidence.value],
    }
    if row.cwe:
        properties["security-severity"] = SCORES[row.severity.value]
    return {
        "id": row.rule,
        "name": "".join(word.capitalize() for word in row.rule.split("-")),
        "shortDescription": {"text": row.rule.replace("-", " ")},
        "fullDescription": {"text": row.why or row.rule},
        "help": {
            "text": text,
            "markdown": f"{text}\n\nTo learn: {row.lesson} (`backwright learn {row.skill}`)",
        },
        "defaultConfiguration": {"level": LEVELS[row.severity.value]},
        "properties": properties,
    }


def _result(row: FindingRow, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": row.rule,
        "ruleIndex": index,
        "level": LEVELS[row.severity.value],
        "message": {"text": f"{row.message}. {row.fix}".replace("..", ".")},
        "locations": [_location(row.file, row.line)],
        "partialFingerprints": {
            "primaryLocationLineHash": row.fingerprint,
            "backwright/v1": row.fingerprint,
        },
    }
    if row.path:
        locations = [{"location": _location(s.file, s.line, s.note)} for s in row.path]
        result["codeFlows"] = [{"threadFlows": [{"locations": locations}]}]
    return result


def _location(file: str, line: int, note: str = "") -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {
                "uri": quote(file.encode("utf-8", "replace")),
                "uriBaseId": "SRCROOT",
            },
            "region": {"startLine": max(1, line)},
        }
    }
    if note:
        location["message"] = {"text": note}
    return location
