"""Cases in Markdown: small projects with marked lines, read from rule pages and from cells."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from backwright.adapters.knowledge import knowledge_texts
from backwright.model.finding import Finding, Tier
from backwright.review.facts import File
from backwright.review.knowledge import Knowledge, make_knowledge
from backwright.review.link.model import Model
from backwright.review.read.languages import LANGUAGES, read_source
from backwright.review.reviewing import review_model
from backwright.review.rules.rule import Rule
from backwright.usecases.code import is_source, is_told

FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL)
MARK = re.compile(r"(?:#|//|--|/\*|<!--|\{#)\s*finding\b")
ENDINGS = {
    "python": "py", "javascript": "js", "js": "js", "typescript": "ts", "ts": "ts", "tsx": "tsx", "java": "java", "kotlin": "kt",
    "go": "go", "php": "php", "csharp": "cs", "cs": "cs", "cpp": "cpp", "c++": "cpp", "rust": "rs", "toml": "toml", "yaml": "yaml",
    "json": "json", "text": "txt", "xml": "xml", "nginx": "conf", "html": "html",
}  # fmt: skip
LANGUAGE_OF = {
    **{v: v for v in set(LANGUAGES.values())},
    "js": "javascript",
    "typescript": "javascript",
    "ts": "javascript",
    "tsx": "javascript",
    "cs": "csharp",
    "c++": "cpp",
}


@dataclass
class Case:
    """One small project.

    Attributes:
        marked: (file, line) of each marked line.
        finds: Whether something is to be found; `anywhere` if one finding on any line.
    """

    title: str
    files: dict[str, str] = field(default_factory=dict)
    marked: set[tuple[str, int]] = field(default_factory=set)
    finds: bool = False
    anywhere: bool = False
    languages: set[str] = field(default_factory=set)

    def add(self, path: str, text: str) -> None:
        self.files[path] = text
        self.marked |= {
            (path, n) for n, line in enumerate(text.splitlines(), 1) if MARK.search(line)
        }


@cache
def knowledge() -> Knowledge:
    return make_knowledge(knowledge_texts())


def cells(path: Path) -> list[Case]:
    """Return the sections of a cell: `## Finds: ...`, `## Finds anywhere: ...`, `## Quiet: ...`."""
    found = []
    for part in re.split(r"^(?=## )", path.read_text(), flags=re.MULTILINE)[1:]:
        title = part.partition("\n")[0].removeprefix("## ").strip()
        case = Case(
            title, finds=title.startswith("Finds"), anywhere=title.startswith("Finds anywhere")
        )
        _fill(case, part)
        found.append(case)
    return found


def _fill(case: Case, text: str) -> None:
    for number, fence in enumerate(FENCE.finditer(text)):
        words = fence[2].split()
        language = words[0].lower() if words else ""
        named = next((w.removeprefix("file=") for w in words if w.startswith("file=")), "")
        case.add(named or f"src/example{number}.{ENDINGS.get(language, 'txt')}", fence[3])
        if language in LANGUAGE_OF:
            case.languages.add(LANGUAGE_OF[language])


def page_cases(name: str, text: str) -> list[Case]:
    """Return the cases of a rule page: each block without file= is a project of its own; a `### Title` joins its blocks."""
    found = []
    for section in ("Bad", "Good"):
        match = re.search(rf"^## {section}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
        for part in re.split(r"^(?=### )", match[1], flags=re.MULTILINE) if match else ():
            title = (
                part.partition("\n")[0].removeprefix("### ").strip()
                if part.startswith("### ")
                else ""
            )
            if "file=" in part:
                case = Case(f"{name}, {section}: {title}", finds=section == "Bad")
                _fill(case, part)
                found.append(case)
                continue
            for fence in FENCE.finditer(part):
                case = Case(
                    f"{name}, {section}: {title} {fence[2].split()[0] if fence[2] else ''}",
                    finds=section == "Bad",
                )
                _fill(case, fence[0])
                found.append(case)
    return found


def model_of(files: dict[str, str]) -> Model:
    read: list[File] = []
    texts: dict[str, str] = {}
    for path, text in files.items():
        if is_source(path):
            read.append(read_source(path, text.encode()))
        if is_told(path):
            texts[path] = text
    return Model(read, knowledge().packs, texts)


def sure(rules: Iterable[Rule]) -> Tier:
    """Return the tier at which these rules tell what they do not doubt themselves."""
    return max((Tier(rule.tier) for rule in rules), key=lambda tier: tier.rank)


def findings(case: Case, rules: set[str]) -> list[Finding]:
    """Return what these rules find, whatever their tier."""
    chosen = [rule for rule in knowledge().rules.values() if rule.id in rules]
    return list(review_model(model_of(case.files), chosen, Tier.AUDIT).findings)


def problems(case: Case, rules: set[str]) -> list[str]:
    """Return what is wrong with what is found: lines missed, lines found that nobody marked."""
    found = findings(case, rules)
    if case.anywhere:
        return [] if found else ["nothing found"]
    wrong: list[str] = []
    places = [{(f.file, f.line), *((s.file, s.line) for s in f.path)} for f in found]
    wrong += [
        f"missed {m[0]}:{m[1]}"
        for m in sorted(case.marked)
        if not any(m in place for place in places)
    ]
    for finding, place in zip(found, places, strict=True):
        if not place & case.marked:
            wrong.append(f"extra {finding.rule} {finding.file}:{finding.line} {finding.message}")
    return wrong
