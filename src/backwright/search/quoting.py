"""The sentences of a passage that answer a question best, as they stand."""

import re
from collections.abc import Mapping, Sequence

from backwright.search.words import stems_of

SENTENCES = 2  # of one passage; more is reading, for which there is the page
SENTENCE_WORDS_MIN = 4  # shorter is a heading or half of something
_CODE = re.compile(r"^ *```.*?^ *```[ \t]*$", re.MULTILINE | re.DOTALL)
_END = re.compile(
    r"(?<=[.?!])(?<!e\.g\.)(?<!i\.e\.)(?<!vs\.)(?<!etc\.)[\"')\]]?\s+(?=[A-Z0-9\"'`(])"
)


def prose_of(markdown: str) -> str:
    """Return Markdown without code blocks, tables and marks."""
    text = _CODE.sub("\n\n", markdown)
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(("|", "#"))]
    text = re.sub(r"\*\*(.+?)\*\*", r"\1", "\n".join(lines), flags=re.DOTALL)
    text = re.sub(r"`([^`\n]+)`", r"\1", text)
    text = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)
    return re.sub(r" ?\[\d+\]", "", text)  # a page's own numbers would be taken for ours


def sentences_of(markdown: str) -> list[str]:
    """Return the whole sentences of Markdown prose, in order; list items are sentences, too."""
    found: list[str] = []
    for block in re.split(r"\n\s*\n|^\s*(?:[-*]|\d+\.) ", prose_of(markdown), flags=re.MULTILINE):
        flat = " ".join(block.split())
        found += [s for s in _END.split(flat) if len(s.split()) >= SENTENCE_WORDS_MIN]
    return [sentence for sentence in found if sentence.endswith((".", "?", "!", ")"))]


def quoted(
    text: str, stems: Sequence[str], rarity: Mapping[str, float], count: int = SENTENCES
) -> str:
    """Return the best sentences of a passage in their order; its first ones if none says more.

    The first sentence of a passage counts a little more: it says what the passage is about.
    """
    sentences = sentences_of(text)
    wanted = dict.fromkeys(stems)
    scores = []
    for number, sentence in enumerate(sentences):
        words = stems_of(sentence)
        hits = sum(rarity.get(term, 0.0) for term in wanted if term in words)
        # Long sentences hold more words by chance; questions in a lesson are not answers.
        score = hits / (8 + len(words)) ** 0.5
        score += 0.4 if number == 0 else 0.0
        scores.append(-1.0 if sentence.endswith("?") else score)
    best = sorted(range(len(sentences)), key=lambda n: (-scores[n], n))[:count]
    return " ".join(sentences[number] for number in sorted(best) if scores[number] >= 0)
