"""A question as a person meets it: rebuilt from its source and seed, with its key beside it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from backwright.assess.family import Family, agrees, normal
from backwright.catalog import Catalog
from backwright.model.errors import BadRequest, NotFound
from backwright.model.evidence import Outcome
from backwright.model.item import Item, ItemKind, Noise, Run, Wrong, nominal_noise
from backwright.model.skill import SkillId

LETTERS = "abcde"
DONT_KNOW = "i"
Execute = Callable[[Run], str]


@dataclass(frozen=True)
class Question:
    """What is asked. The key is not in here.

    Attributes:
        token: Names the question and its seed; give it back with the answer.
        options: Empty for a typed answer.
    """

    token: str
    skill: SkillId
    skill_name: str
    domain: str
    level: int
    ask: str
    options: tuple[str, ...]
    unit: str = ""


@dataclass(frozen=True)
class Key:
    """What is right, why, and what each wrong answer would teach."""

    right: str
    explain: str
    source: str
    do: str
    wrong: tuple[Wrong, ...]
    accept: tuple[str, ...]
    tolerance: float
    proof: str
    noise: Noise


@dataclass(frozen=True)
class Judged:
    """What came of an answer. `said` is the answer in full words."""

    outcome: Outcome
    said: str
    because: str


def parse_token(token: str) -> tuple[str, int]:
    """Return source and seed; BadRequest if the token is not one of ours."""
    found = re.fullmatch(r"((?:item|family):[\w./-]+)@(\d{1,10})", token)
    if not found:
        raise BadRequest(f"'{token}' does not name a question", hint="backwright assess")
    return found[1], int(found[2])


def build(
    token: str, catalog: Catalog, families: Mapping[str, Family], execute: Execute
) -> tuple[Question, Key]:
    """Return the question that a token names, and its key.

    Args:
        execute: Runs a family's program and returns what it printed.

    Raises:
        NotFound: The question is not in this catalog (any more).
    """
    source, seed = parse_token(token)
    kind, _, name = source.partition(":")
    if kind == "family":
        return _from_family(token, name, seed, catalog, families, execute)
    skill = SkillId(name.partition("/")[0])
    for item in catalog.items.get(skill, ()):
        if item.id == name:
            return _from_item(token, item, seed, catalog)
    raise NotFound(f"there is no question '{name}' any more", hint="backwright assess --resume")


def judge(question: Question, key: Key, answer: str) -> Judged:
    """Return what came of an answer: a letter, an option's text, a typed value, or "i".

    Raises:
        BadRequest: The answer is none of the options.
    """
    said = answer.strip()
    if normal(said) in (DONT_KNOW, "i don't know", "idk", "?"):
        return Judged(Outcome.UNKNOWN, "I don't know", "")
    if question.options:
        chosen = _option(question, said)
        right = chosen == key.right
        because = next((w.because for w in key.wrong if w.say == chosen), "")
        return Judged(Outcome.RIGHT if right else Outcome.WRONG, chosen, because)
    if not said:
        raise BadRequest("an empty answer; type it, or i for I don't know")
    cleaned = said.removesuffix(question.unit).strip() if question.unit else said
    right = any(agrees(normal(cleaned), normal(a), key.tolerance) for a in (key.right, *key.accept))
    because = next((w.because for w in key.wrong if agrees(normal(cleaned), normal(w.say))), "")
    return Judged(Outcome.RIGHT if right else Outcome.WRONG, said, "" if right else because)


def _option(question: Question, said: str) -> str:
    letters = LETTERS[: len(question.options)]
    if said.lower() in letters and said:
        return question.options[letters.index(said.lower())]
    for option in question.options:
        if normal(option) == normal(said):
            return option
    listed = ", ".join([*letters, DONT_KNOW])
    raise BadRequest(f"'{said}' is none of {listed}")


def _from_item(token: str, item: Item, seed: int, catalog: Catalog) -> tuple[Question, Key]:
    options: tuple[str, ...] = ()
    if item.kind is ItemKind.CHOICE:
        options = ordered([item.right, *(wrong.say for wrong in item.wrong)], seed)
    question = _question(token, item.skill, item.level, item.ask, options, item.unit, catalog)
    proof = f"run with {item.run} when this question was checked" if item.run else ""
    return question, Key(
        right=item.right or item.answer,
        explain=item.explain,
        source=catalog.citation(item.source),
        do=item.do,
        wrong=item.wrong,
        accept=item.accept,
        tolerance=item.tolerance,
        proof=proof,
        noise=nominal_noise(item.kind, len(options)),
    )


def _from_family(
    token: str,
    name: str,
    seed: int,
    catalog: Catalog,
    families: Mapping[str, Family],
    execute: Execute,
) -> tuple[Question, Key]:
    family_name, _, skill = name.partition("/")
    family = families.get(family_name)
    if family is None or SkillId(skill) not in family.skills:
        raise NotFound(f"there is no question family '{name}'", hint="backwright assess")
    level = family.skills[SkillId(skill)]
    drawn = family.draw(Random(seed), level)  # noqa: S311  (numbers of a question, not a secret)
    question = _question(token, SkillId(skill), level, drawn.ask, (), drawn.unit, catalog)
    return question, Key(
        right=execute(drawn.run) or drawn.rule,
        explain=drawn.explain,
        source=catalog.citation(family.source),
        do="",
        wrong=drawn.wrong,
        accept=(),
        tolerance=drawn.tolerance,
        proof=f"run with {drawn.run.runtime} just now",
        noise=Noise(family.guess, nominal_noise(ItemKind.TYPED, 0).slip),
    )


def _question(
    token: str,
    skill: SkillId,
    level: int,
    ask: str,
    options: tuple[str, ...],
    unit: str,
    catalog: Catalog,
) -> Question:
    known = catalog.skills[skill]
    return Question(token, skill, known.name, known.domain, level, ask.strip(), options, unit)


def ordered(options: list[str], seed: int) -> tuple[str, ...]:
    """Return the options as served: numbers ascend, everything else is shuffled by the seed."""
    numbers = [_number(option) for option in options]
    if all(number is not None for number in numbers):
        return tuple(
            o for _, o in sorted(zip(numbers, options, strict=True), key=lambda p: p[0] or 0.0)
        )
    shuffled = list(options)
    Random(seed).shuffle(shuffled)  # noqa: S311  (order of options, not a secret)
    return tuple(shuffled)


def _number(text: str) -> float | None:
    found = re.fullmatch(r"(?:about )?([-+]?[\d,]*\.?\d+)\s*[%\w/ ]*", text.strip())
    return float(found[1].replace(",", "")) if found else None
