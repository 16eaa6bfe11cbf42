"""Briefs: the few hundred words on a skill that has no lesson yet, and what is wrong with them."""

import re
from collections.abc import Iterator
from pathlib import Path

from backwright.catalog.catalog import Catalog
from backwright.model.skill import Brief, SkillId

WORDS_MIN, WORDS_MAX = 100, 250  # shorter decides nothing, longer wants to be a lesson
_SOURCE = re.compile(r"^Source: (.+), (https://[^\s,]+)$")


def parse_brief(skill: SkillId, markdown: str) -> Brief:
    """Return the brief: "# Name", paragraphs, "Source: title, URL"; what is missing stays empty."""
    lines = markdown.strip().splitlines()
    source = _SOURCE.match(lines[-1]) if lines else None
    body = lines[1:-1] if source else lines[1:]
    return Brief(
        skill=skill,
        title=lines[0].removeprefix("# ").strip() if lines else "",
        markdown="\n".join(body).strip(),
        source=source[1] if source else "",
        url=source[2] if source else "",
    )


def brief_problems(content: Path, catalog: Catalog) -> list[str]:
    """Return what is wrong with content/skills/*/brief.md, as "file:line: what"."""
    problems: list[str] = []
    for path in sorted(content.glob("skills/*/brief.md")):
        name = path.relative_to(content).as_posix()
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{name}:1: {error}")
            continue
        found = complaints(text, SkillId(path.parent.name), catalog)
        problems += [f"{name}:{line}: {what}" for line, what in found]
    return problems


def complaints(text: str, skill: SkillId, catalog: Catalog) -> Iterator[tuple[int, str]]:
    """Yield (line, what is wrong) for one brief."""
    last = len(text.strip().splitlines())
    if skill not in catalog.skills:
        yield 1, f"no skill is called '{skill}'"
        return
    if skill in catalog.lessons:
        yield 1, "the skill has a lesson, which says more; delete one of them"
    for number, line in enumerate(text.splitlines(), 1):
        if not line.isascii():
            yield number, "not ASCII; a terminal may not show it"
    brief = parse_brief(skill, text)
    if brief.title != catalog.skills[skill].name:
        yield 1, f"the first line is '{brief.title}'; '# {catalog.skills[skill].name}', please"
    if not brief.url:
        yield last, "the last line should be 'Source: <title>, <https URL>'"
    words = len(brief.markdown.split())
    if not WORDS_MIN <= words <= WORDS_MAX:
        yield 1, f"{words} words; {WORDS_MIN} to {WORDS_MAX}, please"
