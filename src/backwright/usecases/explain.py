"""Explain: one rule with its examples, limits, measured precision and skill; or all rules."""

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from backwright.model.errors import NotFound
from backwright.model.skill import SkillId
from backwright.usecases.bench import Bench
from backwright.usecases.knowing import known
from backwright.usecases.nearest import nearest
from backwright.usecases.spec import Mark

LANGUAGES = (
    "python",
    "javascript",
    "typescript",
    "java",
    "kotlin",
    "go",
    "php",
    "csharp",
    "cpp",
    "rust",
)
_FENCE = re.compile(r"^```(\S+)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
Language = Literal[
    "", "python", "javascript", "typescript", "java", "kotlin", "go", "php", "csharp", "cpp", "rust"
]


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    rule: Annotated[str, "Rule to explain; all are listed when left out", Mark(positional=True)] = (
        ""
    )
    language: Annotated[Language, "Language of the examples"] = ""


@dataclass(frozen=True)
class RuleRow:
    """A rule in the list."""

    id: str
    severity: str
    tier: str
    skill: str
    pitfall: str


@dataclass(frozen=True)
class RuleList:
    """All rules, by what they teach against."""

    rules: tuple[RuleRow, ...]


@dataclass(frozen=True)
class Explanation:
    """One rule.

    Attributes:
        why: First paragraph of its page.
        bad, good: One example each, in the language that was asked for or the first there is.
        ignore: When to ignore it. found: what is followed and what is not seen.
        languages: That its page has examples in.
        precision: As measured, "" if it was not.
        small: Told by default in a small application, whatever its tier.
    """

    id: str
    severity: str
    confidence: str
    tier: str
    cwe: int
    why: str
    language: str
    bad: str
    good: str
    ignore: str
    found: str
    languages: tuple[str, ...]
    precision: str
    skill: str
    lesson: str
    has_lesson: bool
    sources: tuple[str, ...]
    small: bool = False


def run(ask: Ask, bench: Bench) -> RuleList | Explanation:
    """Explain a rule; NotFound if none is called so."""
    knowledge, _ = known(bench)
    if not ask.rule:
        rows = [
            RuleRow(r.id, r.severity, r.tier, r.skill, r.pitfall) for r in knowledge.rules.values()
        ]
        return RuleList(
            tuple(sorted(rows, key=lambda row: (row.pitfall == "", row.pitfall, row.id)))
        )
    rule = knowledge.rules.get(ask.rule)
    if rule is None:
        close = ", ".join(nearest(ask.rule, list(knowledge.rules)))
        raise NotFound(
            f"no rule is called '{ask.rule}'",
            detail=f"nearest: {close}" if close else "",
            hint="backwright explain",
        )
    page = knowledge.pages.get(rule.id, "")
    bad, good = _section(page, "Bad"), _section(page, "Good")
    there = tuple(dict.fromkeys(name for name, _ in _FENCE.findall(bad) if name in LANGUAGES))
    language = ask.language or (there[0] if there else "")
    if language and language not in there:
        raise NotFound(
            f"the page of {rule.id} has no example in {language}",
            detail=f"there: {', '.join(there)}",
            hint=f"backwright explain {rule.id}",
        )
    skill = bench.catalog.skills.get(SkillId(rule.skill))
    return Explanation(
        id=rule.id, severity=rule.severity, confidence=rule.confidence, tier=rule.tier, cwe=rule.cwe,
        why=" ".join(page.partition("\n")[2].strip().partition("\n\n")[0].split()), language=language,
        bad=_example(bad, language), good=_example(good, language), ignore=_plain(_section(page, "When to ignore it")),
        found=_plain(_section(page, "How it is found")), languages=there, precision=rule.precision, skill=rule.skill,
        lesson=skill.name if skill else rule.skill, has_lesson=SkillId(rule.skill) in bench.catalog.lessons,
        sources=tuple(re.findall(r"^[-*] (.+)$", _section(page, "Sources"), re.MULTILINE)), small=rule.small,
    )  # fmt: skip


def _section(page: str, name: str) -> str:
    found = re.search(rf"^## {re.escape(name)}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    return found[1].strip() if found else ""


def _example(section: str, language: str) -> str:
    """The first example of a language; of a case over several files all of them."""
    for part in re.split(r"^(?=### )", section, flags=re.MULTILINE):
        blocks = [text.rstrip() for name, text in _FENCE.findall(part) if name == language]
        if blocks:
            return "\n\n".join(blocks if "file=" in part else blocks[:1])
    return ""


def _plain(text: str) -> str:
    return _FENCE.sub("", text).strip()
