"""Checks of questions that need no data: rules for one item and for the bank as a whole.

Numbers in comments are those of the list in docs/method.md, Item checks (after Haladyna, Downing
and Rodriguez 2002, made checkable). 14 (programs) is `content check`'s; 18 (answers) is calibration's.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from textwrap import wrap

from backwright.assess.blind import blind_test
from backwright.assess.family import normal
from backwright.model.item import Item, ItemKind

ERROR, WARNING = "error", "warning"
STEM_WORDS = (8, 80)
SCREEN_LINES, SCREEN_COLUMNS = 20, 80
CODE_COLUMNS = 76  # the gutter takes four
OPTION_CHARACTERS = 110
LONGER_KEY = 1.25
NEAR_DUPLICATE = 0.85
BLIND_Z = 2.0
_ABSOLUTE = {"always", "never", "only", "every", "all", "none", "must", "impossible"}
_HEDGE = {"may", "might", "usually", "often", "generally", "can", "could", "typically", "sometimes"}
_NEGATIVE = re.compile(r"\b(not|except|incorrect|least|false)\b[^.?]*\?", re.IGNORECASE)
_STOP = {
    "about", "after", "again", "because", "before", "being", "between", "could", "does", "each",
    "first", "from", "have", "into", "many", "more", "most", "much", "only", "other", "over",
    "same", "should", "than", "that", "their", "them", "then", "there", "these", "they", "this",
    "what", "when", "where", "which", "while", "will", "with", "without", "would", "your",
}  # fmt: skip
_CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Complaint:
    """One thing wrong with a question, or with the bank (then `item` is empty)."""

    item: str
    check: int
    severity: str
    what: str

    def __str__(self) -> str:
        return f"{self.severity} {self.check:2d}  {self.item or 'bank'}: {self.what}"


def item_complaints(item: Item) -> list[Complaint]:
    """Return what is wrong with one question, by the rules that look at one question."""
    rules = (*_SHARED, *(_CHOICE if item.kind is ItemKind.CHOICE else _TYPED))
    return [
        Complaint(item.id, check, severity, what)
        for check, severity, rule in rules
        for what in rule(item)
    ]


def bank_complaints(items: Sequence[Item]) -> list[Complaint]:
    """Return what is wrong with the bank as a whole."""
    choices = [item for item in items if item.kind is ItemKind.CHOICE]
    found = [*_negative_share(choices), *_key_length(choices), *_near_duplicates(items)]
    found += _enemies(choices)
    return [*found, *_blind(choices)]


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9_]+", text.lower())


def _content_words(text: str) -> set[str]:
    return {word for word in _words(text) if len(word) > 4 and word not in _STOP}


def _prose(item: Item) -> str:
    return _CODE.sub(" ", item.ask)


def _options(item: Item) -> list[str]:
    return [item.right, *(wrong.say for wrong in item.wrong)]


def _number(text: str) -> float | None:
    found = re.fullmatch(r"[~about ]*([-+]?[\d,]*\.?\d+)\s*([%\w/ ]*)", text.strip())
    return float(found[1].replace(",", "")) if found else None


def _shape(item: Item) -> Iterator[str]:  # 1
    count = len(item.wrong) + 1
    if not 3 <= count <= 5:
        yield f"{count} options; 3 to 5, please"
    if not item.right:
        yield "no right answer"


def _reasons(item: Item) -> Iterator[str]:  # 1
    for wrong in item.wrong:
        if len(_words(wrong.because)) < 3:
            yield f"say why '{wrong.say}' is wrong"
    if not item.explain or "/" not in item.source:
        yield "needs an explanation and a source with its section"


def _typed_shape(item: Item) -> Iterator[str]:  # 1
    if not item.answer or not item.wrong:
        yield "a typed item needs an answer and at least one likely mistake"
    if not item.run:
        yield "a typed item names what runs it"
    if any(
        normal(wrong.say) in {normal(a) for a in (item.answer, *item.accept)}
        for wrong in item.wrong
    ):
        yield "a wrong answer equals the right one"


def _duplicates(item: Item) -> Iterator[str]:  # 2
    seen: dict[object, str] = {}
    for option in _options(item):
        key: object = re.sub(r"[^a-z0-9<>=!+*/%.-]+", " ", option.lower()).strip()
        if key in seen:
            yield f"'{option}' and '{seen[key]}' are the same"
        seen[key] = option


def _all_of_the_above(item: Item) -> Iterator[str]:  # 3
    for option in _options(item):
        if re.search(
            r"\b(all|none|both|neither) of (the|these)\b|\bboth [a-d] and [a-d]\b",
            option,
            re.IGNORECASE,
        ):
            yield f"'{option}' refers to other options"


def _true_false(item: Item) -> Iterator[str]:  # 4
    if {option.lower().rstrip(".") for option in _options(item)} <= {"true", "false", "yes", "no"}:
        yield "true or false is half guessed; ask for the consequence"


def _negative(item: Item) -> Iterator[str]:  # 5
    last = _prose(item).strip().splitlines()[-1:] or [""]
    found = re.search(r"\bwhich\b[^.?]*\b(not|except|incorrect)\b[^.?]*\?", last[0], re.IGNORECASE)
    if found and found[1] != found[1].upper():
        yield f"the negative '{found[1]}' in the question is not emphasised"


def _key_longer(item: Item) -> Iterator[str]:  # 6
    mean = sum(len(wrong.say) for wrong in item.wrong) / max(1, len(item.wrong))
    if len(item.right) > LONGER_KEY * mean and len(item.right) - mean > 4:
        yield f"the key has {len(item.right)} characters, the others {mean:.0f} on average"


def _numeric(item: Item) -> Iterator[str]:  # 8
    options = _options(item)
    found = [re.fullmatch(r"(?:about )?[-+]?[\d,]*\.?\d+ ?([^\d]*)", o.strip()) for o in options]
    if all(found) and len({match[1].strip() for match in found if match}) > 1:
        yield "numeric options do not share a unit"


def _giveaway_words(item: Item) -> Iterator[str]:  # 9
    key, others = set(_words(item.right)), [set(_words(wrong.say)) for wrong in item.wrong]
    absolute = [words & _ABSOLUTE for words in others]
    if all(absolute) and not key & _ABSOLUTE:
        yield "absolute words in every wrong option only"
    if key & _HEDGE and not any(words & _HEDGE for words in others):
        yield f"a hedge in the key only: {', '.join(sorted(key & _HEDGE))}"


def _clang(item: Item) -> Iterator[str]:  # 10
    others = (
        set().union(*(_content_words(wrong.say) for wrong in item.wrong)) if item.wrong else set()
    )
    shared = (_content_words(item.right) & _content_words(_prose(item))) - others
    if len(shared) > 1:
        yield f"the key alone repeats the question's {', '.join(sorted(shared))}"


def _grammar(item: Item) -> Iterator[str]:  # 12
    options = _options(item)
    if len({option[-1:] in ".!?;" for option in options}) > 1:
        yield "final punctuation differs between options"
    if len({option[:1].isupper() for option in options if option[:1].isalpha()}) > 1:
        yield "some options start with a capital, some do not"


def _stem(item: Item) -> Iterator[str]:  # 13
    prose = _prose(item)
    count = len(prose.split())
    if "?" not in prose:
        yield "the stem asks no question"
    if (
        not STEM_WORDS[0] <= count + len(item.ask.split()) - count <= 10_000
        or count > STEM_WORDS[1]
    ):
        yield f"{count} words besides code; {STEM_WORDS[0]} to {STEM_WORDS[1]}, please"
    prefixes = {tuple(option.lower().split()[:3]) for option in _options(item)}
    if item.kind is ItemKind.CHOICE and len(prefixes) == 1 and len(next(iter(prefixes))) == 3:
        yield "all options start alike; move that into the stem"


def _screen(item: Item) -> Iterator[str]:
    if not item.ask.isascii() or not all(option.isascii() for option in _options(item)):
        yield "not ASCII; a terminal may not show it"
    lines, in_code = 4, False  # header, its blank line, the prompt and its blank line
    for line in item.ask.splitlines():
        if line.startswith("```"):
            in_code = not in_code
            lines += 1
        elif in_code and len(line) > CODE_COLUMNS:
            yield f"a code line of {len(line)} characters; at most {CODE_COLUMNS}"
        else:
            lines += max(1, len(wrap(line, SCREEN_COLUMNS)))
    if item.kind is ItemKind.CHOICE:
        lines += sum(len(wrap(option, SCREEN_COLUMNS - 5)) for option in _options(item)) + 2
        long = [option for option in _options(item) if len(option) > OPTION_CHARACTERS]
        yield from (
            f"an option of {len(option)} characters; at most {OPTION_CHARACTERS}" for option in long
        )
    if lines > SCREEN_LINES + 4:
        yield f"takes {lines} lines of an 80-column terminal; at most {SCREEN_LINES + 4}"


def _dated(item: Item) -> Iterator[str]:  # 17
    if bool(item.version) != bool(item.reviewed):
        yield "a version-dependent fact needs both `version` and `reviewed`"
    if item.reviewed and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", item.reviewed):
        yield f"`reviewed` is a date, not '{item.reviewed}'"


_SHARED = (
    (1, ERROR, _reasons),
    (13, WARNING, _stem),
    (13, ERROR, _screen),
    (17, ERROR, _dated),
)
_CHOICE = (
    (1, ERROR, _shape),
    (2, ERROR, _duplicates),
    (3, ERROR, _all_of_the_above),
    (4, ERROR, _true_false),
    (5, ERROR, _negative),
    (6, WARNING, _key_longer),
    (8, WARNING, _numeric),
    (9, WARNING, _giveaway_words),
    (10, WARNING, _clang),
    (12, WARNING, _grammar),
)
_TYPED = ((1, ERROR, _typed_shape),)


def _negative_share(choices: Sequence[Item]) -> Iterator[Complaint]:  # 5
    negative = [item for item in choices if re.search(r"\b(NOT|EXCEPT)\b", _prose(item))]
    if len(negative) > 0.05 * len(choices):
        yield Complaint(
            "", 5, ERROR, f"{len(negative)} of {len(choices)} questions are negative; 5 %"
        )


def _key_length(choices: Sequence[Item]) -> Iterator[Complaint]:  # 6, and 11 over the bank
    if not choices:
        return
    chance = sum(1 / (len(item.wrong) + 1) for item in choices)
    limit = chance + 2 * math.sqrt(chance * (1 - chance / len(choices)))
    for word, best in (("longest", max), ("shortest", min)):
        count = sum(_uniquely(item, best) for item in choices)
        if count > limit:
            text = f"the key is uniquely the {word} option in {count} of {len(choices)} items;"
            text += f" chance {chance:.0f}, limit {limit:.0f}"
            yield Complaint("", 6, ERROR, text)


def _uniquely(item: Item, best: Callable[[Sequence[int]], int]) -> bool:
    lengths = [len(option) for option in _options(item)]
    extreme = best(lengths)
    return lengths[0] == extreme and lengths.count(extreme) == 1


def _near_duplicates(items: Sequence[Item]) -> Iterator[Complaint]:  # 15
    bags = [Counter(_words(item.ask)) for item in items]
    norms = [math.sqrt(sum(n * n for n in bag.values())) for bag in bags]
    for i, bag in enumerate(bags):
        for j in range(i):
            small, large = sorted((bag, bags[j]), key=len)
            dot = sum(n * large[word] for word, n in small.items())
            if dot > NEAR_DUPLICATE * norms[i] * norms[j] and _alike(items[i], items[j]):
                yield Complaint(
                    items[i].id, 15, ERROR, f"nearly the same question as {items[j].id}"
                )


def _alike(a: Item, b: Item) -> bool:
    """Whether two stems with the same words also have them in the same order."""
    return SequenceMatcher(None, a.ask, b.ask, autojunk=False).ratio() > NEAR_DUPLICATE


def _enemies(choices: Sequence[Item]) -> Iterator[Complaint]:  # 15
    for item in choices:
        key = " ".join(_words(item.right))
        if len(key.split()) < 5:
            continue
        for other in choices:
            if other is not item and key in " ".join(_words(other.ask)):
                yield Complaint(item.id, 15, ERROR, f"its key stands in the question of {other.id}")


def _blind(choices: Sequence[Item]) -> Iterable[Complaint]:  # 7, 10, 11, 16
    if len(choices) < 40:
        return []
    result = blind_test([_options(item) for item in choices])
    if result.z < BLIND_Z:
        return []
    text = f"keys can be guessed without the question: {result.accuracy:.3f},"
    text += f" chance {result.chance:.3f}, z {result.z:.1f}"
    return [Complaint("", 16, ERROR, text)]
