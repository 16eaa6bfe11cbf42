"""The plan as records for other programs: JSON with all of it, CSV with one row a step."""

import csv
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from backwright.model.plan import Step
from backwright.plan.route import Route

SCHEMA = "backwright/roadmap/1"
# A spreadsheet runs a cell that starts with one of these as a formula (OWASP, CSV injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_CSV_FIELDS = (
    "skill",
    "name",
    "level",
    "start_p50",
    "end_p50",
    "end_p80",
    "hours",
    "hours_p80",
    "why",
    "state",
    "can",
    "resources",
)


def as_json(route: Route) -> str:
    """Return the plan as one JSON object; dates are ISO 8601, hours have one decimal."""
    plan = route.plan
    document = {
        "schema": SCHEMA,
        "role": route.role,
        "name": route.name,
        "band": route.band,
        "track": route.track,
        "measured": route.measured,
        "hours_per_week": route.hours_per_week,
        "start": plan.start.isoformat(),
        "end_p50": plan.end_p50.isoformat(),
        "end_p80": plan.end_p80.isoformat(),
        "hours": round(plan.hours, 1),
        "hours_p80": round(plan.hours_p80, 1),
        "steps": [_record(step) for step in plan.steps],
        "sections": {
            name: [asdict(line) for line in lines] for name, lines in route.sections.items()
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def as_csv(route: Route) -> str:
    """Return one row a step under a header row, lines ending in CR LF (RFC 4180)."""
    lines = _Lines()
    writer = csv.DictWriter(lines, _CSV_FIELDS)
    writer.writeheader()
    for step in route.plan.steps:
        skill = route.skills[step.skill]
        more = {
            "state": skill.state,
            "can": skill.can,
            "resources": " ".join(link.url for link in skill.resources),
        }
        writer.writerow({key: _inert(value) for key, value in {**_record(step), **more}.items()})
    return "".join(lines.written)


def _record(step: Step) -> Mapping[str, Any]:
    return {
        "skill": step.skill,
        "name": step.name,
        "level": step.level,
        "start_p50": step.start_p50.isoformat(),
        "end_p50": step.end_p50.isoformat(),
        "end_p80": step.end_p80.isoformat(),
        "hours": round(step.hours, 1),
        "hours_p80": round(step.hours_p80, 1),
        "why": step.why,
    }


def _inert(value: object) -> object:
    """Return the value so that no spreadsheet computes it: a text gets a leading apostrophe."""
    starts = isinstance(value, str) and value.startswith(_FORMULA_STARTS)
    return f"'{value}" if starts else value


class _Lines:
    """What the csv module writes to, since an engine has no files."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, text: str) -> int:
        self.written.append(text)
        return len(text)
