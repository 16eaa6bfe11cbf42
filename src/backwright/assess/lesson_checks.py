"""Checks of a lesson's shape: headings, length, characters, questions, sources, programs."""

import re
from collections.abc import Container, Iterator

from backwright.assess.programs import lesson_programs

HEADINGS = ("Idea", "Worked example", "Common mistakes", "Questions", "Sources")
WORDS = (400, 900)  # besides code: two to four minutes of reading
QUESTIONS = 3
_BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## (.+?)[ \t]*$", re.MULTILINE)
_ASKED = re.compile(r"^\d+\. ", re.MULTILINE)
_ANSWERED = re.compile(r"^ +Answer: ", re.MULTILINE)
_CITED = re.compile(r"^- ([^/\n]*)(/?)", re.MULTILINE)


def lesson_complaints(text: str, sources: Container[str]) -> Iterator[tuple[int, str]]:
    """Yield (line, what is wrong) for one lesson."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.isascii():
            odd = sorted({character for character in line if not character.isascii()})
            yield number, f"not ASCII; a terminal may not show {' '.join(map(ascii, odd))}"
    prose = _BLOCK.sub(_blank_lines, text)
    words = len(prose.split())
    if not WORDS[0] <= words <= WORDS[1]:
        yield 1, f"{words} words besides code; {WORDS[0]} to {WORDS[1]}, please"
    if not any(True for _ in lesson_programs(text)):
        yield 1, "no program is run; mark the worked example's block as ```<language> run"
    headings = list(_HEADING.finditer(prose))
    names = tuple(heading[1] for heading in headings)
    if names != HEADINGS:
        spot = _line(prose, headings[0].start()) if headings else 1
        yield (
            spot,
            f"the headings are {', '.join(names) or 'none'}; they should be {', '.join(HEADINGS)}",
        )
        return
    yield from _question_complaints(prose, headings[3].end(), headings[4].start())
    yield from _source_complaints(prose, headings[4].end(), sources)


def _question_complaints(prose: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    asked = [match.start() for match in _ASKED.finditer(prose, start, end)]
    if len(asked) != QUESTIONS:
        yield _line(prose, start), f"{len(asked)} questions; {QUESTIONS}, please"
    for number, (begin, until) in enumerate(zip(asked, [*asked[1:], end], strict=False), 1):
        if not _ANSWERED.search(prose, begin, until):
            yield _line(prose, begin), f"question {number} has no indented 'Answer: '"


def _source_complaints(
    prose: str, start: int, sources: Container[str]
) -> Iterator[tuple[int, str]]:
    cited = list(_CITED.finditer(prose, start))
    if not cited:
        yield _line(prose, start), "no source; '- <source id>/<section>' for each"
    for match in cited:
        if match[1] not in sources:
            yield _line(prose, match.start()), f"no source is called '{match[1]}'"
        elif not match[2]:
            yield _line(prose, match.start()), f"say which section of {match[1]}"


def _blank_lines(block: re.Match[str]) -> str:
    """Return as many empty lines as the block has, so that line numbers stay."""
    return "\n" * block[0].count("\n")


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
