"""Findings as evidence: weak, and only on lines that the person wrote."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from backwright.model.evidence import Evidence, Kind, Outcome
from backwright.model.skill import SkillId
from backwright.usecases.bench import Bench

WEIGHT = 0.25  # of a question's: one line says what one line does, not what a person can do
GUESS, SLIP = (
    0.3,
    0.3,
)  # a mistake also happens to those who know, and is also missed by those who do not


class Row(Protocol):
    """What is needed of a finding."""

    @property
    def rule(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def skill(self) -> str: ...
    @property
    def lesson(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...


@dataclass(frozen=True)
class Lesson:
    """What a review teaches about one skill.

    Attributes:
        yours, others: Findings on the person's own lines, and on those of others (not counted).
        added: Rows of evidence that were added; a finding counts once.
        before, after: Mastery, 0 to 1; before is None if nothing was known of the person.
        has_lesson: Whether there is one to read.
    """

    skill: str
    name: str
    yours: int
    others: int
    added: int
    before: float | None
    after: float
    has_lesson: bool


def learn_from(rows: Iterable[Row], root: str, bench: Bench) -> tuple[Lesson, ...]:
    """Add evidence for findings on the person's own lines; return what there is to learn, most findings first."""
    from backwright.usecases.standing import standing

    rows = list(rows)
    address = bench.git.identity(root)
    lines: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        lines[row.file].add(row.line)
    own = {
        file: bench.git.own_lines(root, file, sorted(all_), address) for file, all_ in lines.items()
    }
    before = standing(bench)
    there = {each.source for each in before.rows if each.kind is Kind.FINDING}
    added: dict[str, list[Evidence]] = defaultdict(list)
    for row in rows:
        source = f"finding:{row.fingerprint}"
        if row.line in own[row.file] and source not in there and row.skill in bench.catalog.skills:
            there.add(source)
            added[row.skill].append(_evidence(row, source, bench))
    bench.store.append([each for all_ in added.values() for each in all_])
    after = standing(bench) if added else before
    found = []
    for skill in dict.fromkeys(row.skill for row in rows):
        mine = [row for row in rows if row.skill == skill and row.line in own[row.file]]
        others = [row for row in rows if row.skill == skill and row.line not in own[row.file]]
        told = bench.catalog.skills.get(SkillId(skill))
        was, now = before.mastery.of(SkillId(skill)), after.mastery.of(SkillId(skill))
        found.append(
            Lesson(
                skill, told.name if told else skill, len(mine), len(others), len(added.get(skill, ())),
                was.probability if before.mastery.is_measured else None, now.probability, SkillId(skill) in bench.catalog.lessons,
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda lesson: (-lesson.yours, -lesson.others, lesson.name)))


def _evidence(row: Row, source: str, bench: Bench) -> Evidence:
    from backwright.usecases.standing import recorded

    return recorded(
        bench, skill=row.skill, kind=Kind.FINDING, outcome=Outcome.WRONG, guess=GUESS, slip=SLIP, weight=WEIGHT,
        source=source, given=f"{row.rule} {row.file}:{row.line}",
    )  # fmt: skip
