"""Pages and their passages, ranked for a question: BM25F over fields, the field saying more than the count.

A page is found by its strong fields (title, other names, what people ask) together with its best
passage. Source of the formula: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25
and Beyond, 2009. Weights were chosen on questions that are kept apart (docs/method.md).
"""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from backwright.search.words import pairs_of, stems_of

# How much a word in each field counts, over one in the text of a passage.
TITLE, NAME, ASKED, ABOUT, QUIET = 4.0, 3.0, 1.0, 1.3, 0.3
HEADING = 1.2
STRONG_SATURATION = 2.0  # a weight at which a strong field has given half of what it can
BODY_SATURATION, LENGTH_SHARE = 1.2, 0.5  # k1 and b of BM25
BODY = 0.55  # worth of the best passage beside the strong fields
KINDS = {"rule": 0.9, "guide": 1.0, "role": 0.6, "case": 0.7, "path": 0.6, "stack": 0.8}  # others 1
PAIR = 0.3  # worth of two neighbours that stand together
NEAR = 2.5  # worth of a question that was foreseen word for word
LIKE = 14.0  # worth of a cosine of 1 between the meanings of two sentences
LIKE_MIN = 0.35  # below it two sentences have no more in common than any two
MEANT = 0.4  # worth of a word that was not said but is meant
_SCALE = 4000  # impacts are kept as whole numbers of this part


@dataclass(frozen=True)
class Passage:
    """A piece of a page that fits a screen and can be quoted.

    Attributes:
        sources: References "source id/section", or the address of what is cited.
        weight: Below 1 for what says little beside the page's other passages.
    """

    heading: str
    text: str
    command: str
    sources: tuple[str, ...] = ()
    weight: float = 1.0


@dataclass(frozen=True)
class Page:
    """Something that can be opened.

    Attributes:
        id: Of a skill its id; else kind and name, "rule:query-in-loop".
        fields: (weight, text) pairs; short texts such as a name or one topic each.
        asked: Ways to ask for it.
        about: Whole sentences that say what it is about.
        quiet: Text that is searched and never shown.
    """

    id: str
    kind: str
    title: str
    fields: tuple[tuple[float, str], ...]
    passages: tuple[Passage, ...]
    quiet: str = ""
    asked: tuple[str, ...] = ()
    about: tuple[str, ...] = ()

    @property
    def said(self) -> tuple[str, ...]:
        """Sentences whose meaning a question is compared with: the title, what it is about, how it is asked for."""
        return tuple(dict.fromkeys((self.title, *self.about, *self.asked)))


@dataclass(frozen=True)
class Postings:
    """Where each term stands, and what it is worth there.

    Attributes:
        pages: Term to (page, impact) pairs, as bytes of an array of unsigned 32-bit numbers.
        passages: Term to (passage, impact) pairs.
        phrases: Term to (foreseen question, share of its weight) pairs.
        owners: Page of each foreseen question.
        rarity: Term to its inverse document frequency over pages.
        firsts: Number of the first passage of each page, and the number of all at the end.
        priors: What a page's kind is worth, by page: a skill is what is meant more often than a case.
    """

    pages: Mapping[str, bytes]
    passages: Mapping[str, bytes]
    phrases: Mapping[str, bytes]
    owners: tuple[int, ...]
    rarity: Mapping[str, float]
    firsts: tuple[int, ...]
    priors: tuple[float, ...]

    @property
    def unknown(self) -> float:
        """The rarity of a word that no page has."""
        return math.log(1 + (len(self.firsts) - 1 + 0.5) / 0.5)


@dataclass(frozen=True)
class Found:
    """A page that was found.

    Attributes:
        passage: Number of its best passage, over all pages.
        covered: Share of the question that the page speaks of, 0 to 1, by rarity.
        named: The same for its strong fields alone.
    """

    page: int
    passage: int
    score: float
    covered: float
    named: float


def index(pages: Sequence[Page]) -> Postings:
    """Return the postings of pages, in their order."""
    strong: dict[str, dict[int, float]] = defaultdict(dict)
    body: dict[str, dict[int, float]] = defaultdict(dict)
    holds: dict[str, set[int]] = defaultdict(set)
    firsts = [0]
    texts: list[tuple[int, float, dict[str, float]]] = []
    for number, page in enumerate(pages):
        for term, weight in _strong(page).items():
            strong[term][number] = weight / (STRONG_SATURATION + weight)
            holds[term].add(number)
        for passage in page.passages:
            words = stems_of(passage.text)
            counted: dict[str, float] = dict(Counter(words))
            for term in stems_of(passage.heading):
                counted[term] = counted.get(term, 0.0) + HEADING
            texts.append((number, passage.weight, counted))
        firsts.append(len(texts))
    average = sum(sum(counted.values()) for _, _, counted in texts) / max(1, len(texts))
    for number, (page_number, weight, counted) in enumerate(texts):
        size = sum(counted.values())
        room = BODY_SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * size / max(1.0, average))
        for term, count in counted.items():
            body[term][number] = weight * count / (room + count)
            holds[term].add(page_number)
    total = len(pages)
    rarity = {t: math.log(1 + (total - len(n) + 0.5) / (len(n) + 0.5)) for t, n in holds.items()}
    phrases: dict[str, dict[int, float]] = defaultdict(dict)
    owners: list[int] = []
    for number, page in enumerate(pages):
        for question in page.asked:
            for term, share in _shares(stems_of(question), rarity).items():
                phrases[term][len(owners)] = share
            owners.append(number)
    return Postings(
        {term: _packed(where) for term, where in strong.items()},
        {term: _packed(where) for term, where in body.items()},
        {term: _packed(where) for term, where in phrases.items()},
        tuple(owners),
        rarity,
        tuple(firsts),
        tuple(KINDS.get(page.id.partition(":")[0], 1.0) for page in pages),
    )


def _shares(
    stems: Iterable[str], rarity: Mapping[str, float], unknown: float = 0.0
) -> dict[str, float]:
    """Return each term's share of a question, so that the product of two is their cosine."""
    weights = {term: rarity.get(term, unknown) for term in stems}
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {term: weight / length for term, weight in weights.items()}


def _strong(page: Page) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for weight, text in (*page.fields, *((ASKED, question) for question in page.asked)):
        stems = stems_of(text)
        for term in {*stems, *pairs_of(stems)}:
            # Said in several ways counts a little more, not several times.
            found[term] = max(found[term], weight) + 0.25 * min(found[term], weight)
    for term in set(stems_of(page.quiet)):
        found[term] = max(found[term], QUIET)
    return found


def _packed(where: Mapping[int, float]) -> bytes:
    return array("I", [number << 12 | round(w * _SCALE) for number, w in where.items()]).tobytes()


def _unpacked(packed: bytes) -> Iterable[tuple[int, float]]:
    entries = array("I")
    entries.frombytes(packed)
    return ((entry >> 12, (entry & 4095) / _SCALE) for entry in entries)


def search(
    postings: Postings,
    stems: Sequence[str],
    meant: Sequence[str] = (),
    limit: int = 8,
    alike: Mapping[int, float] | None = None,
) -> list[Found]:
    """Return the pages that fit a question best, best first, one line for each page.

    Args:
        stems: Of the question's words.
        meant: Stems of what its phrases stand for.
        alike: How much each page is like the question in meaning, a cosine, if that is known.
    """
    said = list(dict.fromkeys(stems))
    weights = dict.fromkeys(said, 1.0)
    weights.update({pair: PAIR for pair in pairs_of(stems) if pair not in weights})
    for term in meant:
        weights.setdefault(term, MEANT)
    strong: dict[int, float] = defaultdict(float)
    named: dict[int, float] = defaultdict(float)
    spoken: dict[int, dict[str, float]] = defaultdict(dict)
    body: dict[int, float] = defaultdict(float)
    page_of = _page_numbers(postings)
    for term, weight in weights.items():
        rarity = postings.rarity.get(term)
        if rarity is None:
            continue
        is_said = term in said
        for page, impact in _unpacked(postings.pages.get(term, b"")):
            strong[page] += weight * rarity * impact
            if is_said:
                # A word that only stands in what is searched quietly is no name.
                share = 1.0 if impact > QUIET / (STRONG_SATURATION + QUIET) + 0.01 else 0.5
                spoken[page][term] = share
                named[page] += rarity if share == 1.0 else 0.0
        for passage, impact in _unpacked(postings.passages.get(term, b"")):
            body[passage] += weight * rarity * impact
            if is_said:
                spoken[page_of[passage]].setdefault(term, 0.6)
    near = _near(postings, said, meant)
    like = alike or {}
    best: dict[int, int] = {}
    for passage, score in body.items():
        page = page_of[passage]
        if page not in best or score > body[best[page]]:
            best[page] = passage
    whole = sum(postings.rarity.get(term, postings.unknown) for term in said) or 1.0
    found = [
        Found(
            page,
            best.get(page, postings.firsts[page]),
            postings.priors[page]
            * (
                strong.get(page, 0.0)
                + BODY * body.get(best.get(page, -1), 0.0)
                + NEAR * near.get(page, 0.0)
                + LIKE * max(like.get(page, 0.0), 0.0)
            ),
            sum(postings.rarity[t] * share for t, share in spoken[page].items()) / whole,
            named.get(page, 0.0) / whole,
        )
        for page in {*strong, *best, *(n for n, cosine in like.items() if cosine >= LIKE_MIN)}
    ]
    return sorted(found, key=lambda each: (-each.score, each.page))[:limit]


def _near(postings: Postings, said: Sequence[str], meant: Sequence[str]) -> dict[int, float]:
    """Return how much the nearest foreseen question of each page is like this one, 0 to 1."""
    own = _shares(said, postings.rarity, postings.unknown)
    shares = {**_shares(meant, postings.rarity), **own}
    alike: dict[int, float] = defaultdict(float)
    for term, share in shares.items():
        weight = share if term in own else MEANT * share
        for question, other in _unpacked(postings.phrases.get(term, b"")):
            alike[question] += weight * other
    nearest: dict[int, float] = {}
    for question, value in alike.items():
        page = postings.owners[question]
        nearest[page] = max(nearest.get(page, 0.0), value)
    return nearest


def _page_numbers(postings: Postings) -> "array[int]":
    numbers = array("H")
    for page, (first, after) in enumerate(zip(postings.firsts, postings.firsts[1:], strict=False)):
        numbers.extend([page] * (after - first))
    return numbers
