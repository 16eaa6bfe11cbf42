"""A lesson's Markdown to parts that fit a screen each."""

import re

from backwright.model.skill import Lesson, SkillId

SCREEN_LINES = 30  # a part longer than this is cut at a paragraph
WORDS_PER_MINUTE = 120  # technical prose with code, read to be understood


def parse_lesson(skill: SkillId, markdown: str) -> Lesson:
    """Return the lesson in parts: (heading, Markdown), long sections cut at paragraphs."""
    title = re.match(r"# (.+)", markdown)
    chunks = re.split(r"^## (.+)$", markdown, flags=re.MULTILINE)
    intro = chunks[0].split("\n", 1)[-1].strip()
    sections = list(zip(chunks[1::2], (text.strip() for text in chunks[2::2]), strict=True))
    sources = next((text for name, text in sections if name == "Sources"), "")
    parts = [("What for", intro)] if intro else []
    for name, text in sections:
        if name != "Sources":
            parts += [(name, piece) for piece in _pieces(text)]
    return Lesson(
        skill=skill,
        title=title[1].strip() if title else skill,
        intro=intro,
        parts=tuple(parts),
        sources=tuple(re.findall(r"^- (\S.*)$", sources, re.MULTILINE)),
    )


def minutes_of(lesson: Lesson) -> int:
    """Return the minutes that reading a lesson takes, rounded up."""
    words = sum(len(text.split()) for _, text in lesson.parts)
    return -(-words // WORDS_PER_MINUTE)


def _pieces(text: str) -> list[str]:
    """Cut a section at blank lines outside code so that each piece fits a screen."""
    pieces: list[list[str]] = [[]]
    size = 0
    for block in _blocks(text):
        lines = sum(1 + len(line) // 78 for line in block.splitlines()) + 1
        if pieces[-1] and size + lines > SCREEN_LINES and not block.startswith("```output"):
            pieces.append([])
            size = 0
        pieces[-1].append(block)
        size += lines
    return ["\n\n".join(piece) for piece in pieces if piece]


def _blocks(text: str) -> list[str]:
    """Return paragraphs and whole code blocks, in order."""
    found = re.findall(r"^```[\s\S]*?^```$|(?:^(?!```).*\n?)+", text, re.MULTILINE)
    blocks: list[str] = []
    for block in found:
        if block.startswith("```"):
            blocks.append(block)
        else:
            blocks += [piece.strip("\n") for piece in re.split(r"\n\s*\n", block) if piece.strip()]
    return blocks
