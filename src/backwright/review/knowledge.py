"""Knowledge: all packs and rules, parsed from their texts and checked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from backwright.review.link.packs import Pack, Packs, parse_pack
from backwright.review.rules.rule import Rule, parse_rule


@dataclass(frozen=True)
class Knowledge:
    """What is known about languages, frameworks and mistakes.

    Attributes:
        packs: Language to its packs.
        rules: By id, in order.
        pages: Rule id to its page.
        problems: What could not be read, as "file: what".
    """

    packs: Mapping[str, Packs]
    rules: Mapping[str, Rule]
    pages: Mapping[str, str]
    problems: tuple[str, ...] = ()


def make_knowledge(texts: Mapping[str, str]) -> Knowledge:
    """Return the knowledge in these texts: "read/python/flask.toml", "rules/<id>.toml", "rules/<id>.md"."""
    packs: dict[str, list[Pack]] = defaultdict(list)
    rules: dict[str, Rule] = {}
    pages: dict[str, str] = {}
    problems: list[str] = []
    for path, text in sorted(texts.items()):
        name = path.rpartition("/")[2]
        try:
            if name.endswith(".md"):
                pages[name.removesuffix(".md")] = text
            elif "rules/" in path:
                rule = parse_rule(text)
                rules[rule.id] = rule
            else:
                pack = parse_pack(text)
                packs[pack.language].append(pack)
        except (msgspec.MsgspecError, ValueError) as error:
            problems.append(f"{path}: {error}")
    return Knowledge({language: Packs(all_) for language, all_ in packs.items()}, rules, pages, tuple(problems))


def with_own(knowledge: Knowledge, texts: Iterable[str]) -> Knowledge:
    """Return the knowledge with a person's own packs added."""
    packs: dict[str, list[Pack]] = {language: list(known.packs) for language, known in knowledge.packs.items()}
    problems = list(knowledge.problems)
    for text in texts:
        try:
            pack = parse_pack(text)
            packs.setdefault(pack.language, []).append(pack)
        except (msgspec.MsgspecError, ValueError) as error:
            problems.append(str(error))
    return Knowledge(
        {language: Packs(all_) for language, all_ in packs.items()}, knowledge.rules, knowledge.pages, tuple(problems)
    )
