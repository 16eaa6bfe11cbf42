"""Guides to the example blueprints: refused unless each belongs to one and cites what is known."""

import re
from collections.abc import Iterator
from pathlib import Path

from backwright.catalog.catalog import Catalog

HEADINGS = (
    "What it is for",
    "The blueprint",
    "What the numbers show",
    "Variations",
    "What is left out",
    "Sources",
    "Next",
)
_BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## (.+?)[ \t]*$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s#]+)[^)\s]*\)")
_CITED = re.compile(r"^- ([^/\n]*)(/?)", re.MULTILINE)
_COMMAND = re.compile(r"^\$ backwright ", re.MULTILINE)


def guide_problems(content: Path, catalog: Catalog) -> list[str]:
    """Return what is wrong with content/guides/*.md, and the blueprints that have none, as "file:line: what"."""
    designs = {path.stem for path in content.glob("examples/designs/*.yaml")}
    guides = {path.stem: path for path in sorted(content.glob("guides/*.md"))}
    problems = [
        f"guides/{name}.md:1: no example blueprint is called '{name}'"
        for name in sorted({*guides} - designs)
    ]
    problems += [
        f"examples/designs/{name}.yaml:1: it has no guide; guides/{name}.md, please"
        for name in sorted(designs - {*guides})
    ]
    for name, path in guides.items():
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"guides/{name}.md:1: {error}")
            continue
        found = sorted(complaints(text, path.parent, catalog))
        problems += [f"guides/{name}.md:{line}: {what}" for line, what in found]
    return problems


def complaints(text: str, folder: Path, catalog: Catalog) -> Iterator[tuple[int, str]]:
    """Yield (line, what is wrong) for one guide; links are relative to `folder`."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.isascii():
            yield number, "not ASCII; a terminal may not show it"
    prose = _BLOCK.sub(lambda block: "\n" * block[0].count("\n"), text)
    headings = list(_HEADING.finditer(prose))
    names = tuple(heading[1] for heading in headings)
    if names != HEADINGS:
        spot = _line(prose, headings[0].start()) if headings else 1
        yield spot, f"the headings are {', '.join(names) or 'none'}; they should be {', '.join(HEADINGS)}"  # fmt: skip
        return
    for link in _LINK.finditer(prose):
        if not re.match(r"[a-z]+:", link[1]) and not (folder / link[1]).exists():
            yield _line(prose, link.start()), f"the link to '{link[1]}' leads nowhere"
    sources, last = headings[-2], headings[-1]
    cited = list(_CITED.finditer(prose, sources.end(), last.start()))
    if not cited:
        yield _line(prose, sources.start()), "no source; '- <source id>/<section>' for each"
    for match in cited:
        if match[1] not in catalog.sources:
            yield _line(prose, match.start()), f"no source is called '{match[1]}'"
        elif not match[2]:
            yield _line(prose, match.start()), f"say which section of {match[1]}"
    if not _COMMAND.search(text, last.end()):
        yield _line(text, last.start()), "it should end with a command: $ backwright ..."


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
