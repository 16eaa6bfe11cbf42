"""Lexical search over short documents: weighted fields, rare words count more, phrases count most.

Scores follow BM25's idea (inverse document frequency, saturation) on fields of a few words each,
where term frequency says little and the field says much.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

PHRASE = 2.5  # a whole name, topic or variant inside the question is worth this much more
COVER = 1.0  # so is a question whose words are all there
QUERY_WORDS_MAX = 40  # more is a text, not a question
_STOP = {
    "a", "an", "and", "are", "as", "at", "be", "best", "by", "can", "do", "does", "for", "from",
    "how", "i", "in", "is", "it", "its", "my", "of", "on", "or", "our", "should", "that", "the",
    "this", "to", "use", "using", "vs", "what", "when", "which", "with", "would", "you", "your",
}  # fmt: skip
_SAME = {
    "apis": "api", "js": "javascript", "nodejs": "node", "k8s": "kubernetes", "postgres": "postgresql",
    "auth": "authentication", "db": "database", "golang": "go", "optimisation": "optimization",
    "optimizing": "optimization", "optimize": "optimization", "modelling": "modeling",
    "authorisation": "authorization", "containerisation": "containerization", "perf": "performance",
    "dotnet": "net", "csharp": "c#", "cpp": "c++", "microservice": "microservices",
}  # fmt: skip

_ENDINGS = (
    ("ies", "y"), ("sses", "ss"), ("ations", "at"), ("ation", "at"), ("ings", ""), ("ing", ""),
    ("ers", "er"), ("ed", ""), ("es", ""), ("s", ""),
)  # fmt: skip


@dataclass(frozen=True)
class Document:
    """Something that can be found.

    Attributes:
        fields: (weight, text) pairs; short texts such as a name or one topic each.
    """

    kind: str
    id: str
    name: str
    fields: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Hit:
    """One result: what it is and the words that led to it."""

    kind: str
    id: str
    name: str
    score: float
    matched: tuple[str, ...]


class Index:
    """Documents, searchable. Built in memory; a few hundred documents take milliseconds."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = list(documents)
        self._words: list[Mapping[str, float]] = []
        self._phrases: list[list[tuple[float, tuple[str, ...]]]] = []
        seen: Counter[str] = Counter()
        for document in self._documents:
            words: dict[str, float] = defaultdict(float)
            phrases = []
            for weight, text in document.fields:
                stems = tuple(stem(word) for word in words_of(text))
                phrases.append((weight, stems))
                for each in set(stems):
                    words[each] = max(words[each], weight)
            self._words.append(words)
            self._phrases.append(phrases)
            seen.update(words.keys())
        count = len(self._documents)
        self._rarity = {w: math.log(1 + (count - n + 0.5) / (n + 0.5)) for w, n in seen.items()}

    def search(self, query: str, limit: int = 10) -> list[Hit]:
        """Return the best documents, best first; none that shares no word with the query."""
        wanted = [stem(word) for word in words_of(query)][:QUERY_WORDS_MAX]
        if not wanted:
            return []
        hits = []
        for number, document in enumerate(self._documents):
            score, matched = self._score(number, wanted)
            if score > 0:
                hits.append(Hit(document.kind, document.id, document.name, score, matched))
        return sorted(hits, key=lambda hit: (-hit.score, hit.kind, hit.id))[:limit]

    def _score(self, number: int, wanted: list[str]) -> tuple[float, tuple[str, ...]]:
        words = self._words[number]
        found = {word: words[word] * self._rarity[word] for word in set(wanted) if word in words}
        if not found:
            return 0.0, ()
        total = sum(self._rarity.get(word, 1.0) for word in set(wanted))
        share = sum(self._rarity[word] for word in found) / total
        score = sum(found.values()) + COVER * share * total
        joined = f" {' '.join(wanted)} "
        best = 0.0
        for weight, stems in self._phrases[number]:
            phrase = " ".join(stems)
            if stems and (f" {phrase} " in joined or joined.strip() in f" {phrase} "):
                worth = sum(self._rarity[word] for word in set(stems) if word in joined.split())
                best = max(best, PHRASE * weight * worth)
        return score + best, tuple(sorted(found))


def words_of(text: str) -> list[str]:
    """Return the words that carry meaning, lower case, synonyms folded."""
    raw = re.findall(r"[a-z0-9]+(?:[+#]+|\.js)?", text.lower().replace(".net", " net "))
    folded = [word.removesuffix(".js") for word in raw]
    return [_SAME.get(word, word) for word in folded if word not in _STOP]


def stem(word: str) -> str:
    """Return the word without its commonest English endings."""
    for ending, rest in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return _trimmed(word[: len(word) - len(ending)] + rest)
    return _trimmed(word)


def _trimmed(word: str) -> str:
    short = word.removesuffix("e") if len(word) > 4 else word
    return short[:-1] if len(short) > 4 and short[-1] == short[-2] else short
