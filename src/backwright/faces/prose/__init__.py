"""Answers as plain text for terminal and MCP: the answer first, then why, then what next."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backwright.faces.prose.layout import Block

WIDE = 400  # columns: no table becomes records, nothing is cut
Render = Callable[[Any, int], list[str]]

# Which module renders which answer; imported when one is shown.
_HOMES = {
    "RoleList": "explore",
    "RoleCard": "explore",
    "Comparison": "compare",
    "TechnologyList": "things",
    "TechnologyCard": "things",
    "LanguageList": "things",
    "SkillCard": "things",
    "SkillList": "things",
    "SearchResult": "things",
    "GuideCard": "things",
    "GuideList": "things",
    "Assessment": "report",
    "Roadmap": "roadmap",
    "Learning": "learn",
    "PathList": "learn",
    "Progress": "learn",
    "Start": "start",
    "Calibration": "keep",
    "Review": "review",
    "Map": "maps",
    "SplitAdvice": "split",
    "Calibrated": "design_measured",
    "Validated": "design_measured",
    "StackAdvice": "stack",
    "StackTable": "stack",
    "StackFacts": "stack",
    "CaseList": "interview",
    "Interview": "interview",
    "DesignChecked": "design_check",
    "DesignSolved": "design_solve",
    "DesignDrawing": "design_draw",
    "PerformanceAdvice": "performance",
    "LoadAdvice": "performance",
    "ApiAdvice": "api",
    "DataAdvice": "data",
    "SecurityAdvice": "security",
    "DeployAdvice": "deploy",
    "Schema": "maps",
    "NewDesign": "design_new",
    "Simulated": "design_runs",
    "Compared": "design_runs",
    "Sized": "design_fleet",
    "Swept": "design_fleet",
    "DivisionAdvice": "division",
    "ScaleAdvice": "scale",
    "RuleList": "rules",
    "Explanation": "rules",
    "Accepted": "rules",
    "Asked": "ask",
    # Small verbs call their answer just Answer; their module tells them apart.
    "data_export": "keep",
    "data_import": "keep",
    "data_delete": "keep",
    "data_rescue": "keep",
    "config_explain": "keep",
    "content_check": "keep",
}


def prose(answer: object, width: int = 80) -> str:
    """Return the answer as text of at most `width` columns (80 at most is used for prose)."""
    lines = _render(answer)(answer, max(20, min(width, 80)))
    return "".join(f"{line.rstrip()}\n" for line in lines)


def told(answer: object) -> "tuple[Block, ...]":
    """Return the same answer as paragraphs, labels, tables and commands, for faces without columns."""
    from backwright.faces.prose.layout import blocks_of

    return blocks_of(_render(answer)(answer, WIDE))


def _render(answer: object) -> Render:
    name = _name(answer)
    render: Render = import_module(f"{__name__}.{_HOMES[name]}").RENDER[name]
    return render


def can_render(answer: object) -> bool:
    """Whether there is prose for this answer."""
    return _name(answer) in _HOMES


def _name(answer: object) -> str:
    kind = type(answer)
    return kind.__module__.rpartition(".")[2] if kind.__name__ == "Answer" else kind.__name__
