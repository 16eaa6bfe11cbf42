"""Guides to services and to common questions: Markdown to typed pages, and what is wrong with them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from backwright.catalog.catalog import Catalog
from backwright.model.guide import Guide, Kind

FOLDERS: Mapping[str, Kind] = {"services": "service", "questions": "question"}
HEADINGS: Mapping[Kind, tuple[str, ...]] = {
    "service": ("The question", "How to decide", "Worked example", "What it cannot do", "Skills", "Sources", "Do it now"),
    "question": ("In short", "How to decide", "Worked example", "Skills", "Sources", "Do it now"),
}  # fmt: skip
WORDS: Mapping[Kind, tuple[int, int]] = {"service": (450, 1200), "question": (250, 600)}  # of prose
_ASIDE = ("Skills", "Sources", "Do it now")
_BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## (.+?)[ \t]*$", re.MULTILINE)
_SKILL = re.compile(r"^- `([^`]+)`", re.MULTILINE)
_SOURCE = re.compile(r"^(\d+)\. (.+), (https://[^\s,]+)$", re.MULTILINE)
_CITED = re.compile(r"\[(\d+)\](?!\()")
_COMMAND = re.compile(r"^\$ (backwright .+?)(?:  # exit \d)?$", re.MULTILINE)


def guide_paths(content: Path) -> dict[str, Path]:
    """Return the file of each guide by its name."""
    return {
        path.stem: path for folder in FOLDERS for path in sorted(content.glob(f"guides/{folder}/*.md"))
    }  # fmt: skip


def parse_guide(name: str, markdown: str) -> Guide:
    """Return a guide; what is missing in the text is empty. Its first heading tells its kind."""
    prose = _BLOCK.sub(lambda block: "\0" * len(block[0]), markdown)
    heads = list(_HEADING.finditer(prose))
    ends = [head.start() for head in heads[1:]] + [len(markdown)]
    parts = {
        head[1]: markdown[head.end() : end].strip() for head, end in zip(heads, ends, strict=True)
    }
    title = re.match(r"# (.+)", markdown)
    intro = markdown[title.end() if title else 0 : heads[0].start() if heads else None]
    return Guide(
        id=name,
        kind="question" if "In short" in parts else "service",
        title=title[1].strip() if title else name,
        about=" ".join(intro.split()),
        sections=tuple((head, text) for head, text in parts.items() if head not in _ASIDE),
        skills=tuple(_SKILL.findall(parts.get("Skills", ""))),
        sources=tuple((s[1], s[2]) for s in _SOURCE.findall(parts.get("Sources", ""))),
        commands=tuple(_COMMAND.findall(parts.get("Do it now", ""))),
    )


def service_guide_problems(content: Path, catalog: Catalog) -> list[str]:
    """Return what is wrong with content/guides/services and questions, as "file:line: what"."""
    taken = {*catalog.skills, *catalog.roles, *catalog.paths, *catalog.technologies}
    taken |= {path.stem for path in content.glob("guides/*.md")}
    problems: list[str] = []
    for name, path in guide_paths(content).items():
        file = path.relative_to(content).as_posix()
        if name in taken:
            problems.append(f"{file}:1: '{name}' is the name of something else already")
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{file}:1: {error}")
            continue
        found = sorted(complaints(text, FOLDERS[path.parent.name], catalog))
        problems += [f"{file}:{line}: {what}" for line, what in found]
    return problems


def complaints(text: str, kind: Kind, catalog: Catalog) -> Iterator[tuple[int, str]]:
    """Yield (line, what is wrong) for one guide."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.isascii():
            yield number, "not ASCII; a terminal may not show it"
    prose = _BLOCK.sub(lambda block: "\n" * block[0].count("\n"), text)
    names = tuple(_HEADING.findall(prose))
    if names != HEADINGS[kind]:
        yield 1, f"the headings are {', '.join(names) or 'none'}; they should be {', '.join(HEADINGS[kind])}"  # fmt: skip
        return
    guide = parse_guide("", text)
    least, most = WORDS[kind]
    if not least <= (words := len(prose.split())) <= most:
        yield 1, f"{words} words besides code; {least} to {most}, please"
    if not guide.about:
        yield 1, "a sentence below the title, please: what the guide is for"
    for skill in guide.skills:
        if skill not in catalog.skills:
            yield _line_of(text, f"- `{skill}`"), f"no skill is called '{skill}'"
    if not guide.skills:
        yield _line_of(text, "## Skills"), "no skill; '- `id`: what of it' for each"
    yield from _source_complaints(text, prose, guide)
    if not guide.commands:
        yield _line_of(text, "## Do it now"), "it should end with a command: $ backwright ..."


def _source_complaints(text: str, prose: str, guide: Guide) -> Iterator[tuple[int, str]]:
    spot = _line_of(text, "## Sources")
    body, _, listed = prose.partition("## Sources")
    rows = [row for row in listed.partition("## ")[0].splitlines() if row.strip()]
    if [match[1] for row in rows if (match := _SOURCE.match(row))] != [
        str(number) for number in range(1, len(rows) + 1)
    ]:
        yield spot, "sources are numbered lines: '1. <title>, <https URL>'"
        return
    cited = {int(number) for number in _CITED.findall(body)}
    known = set(range(1, len(guide.sources) + 1))
    for number in sorted(cited - known):
        yield _line_of(text, f"[{number}]"), f"there is no source {number}"
    for number in sorted(known - cited):
        yield spot, f"source {number} is cited nowhere"


def _line_of(text: str, piece: str) -> int:
    return text.count("\n", 0, max(0, text.find(piece))) + 1
