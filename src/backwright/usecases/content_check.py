"""Content check: every content file, rule and program, with all problems at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Annotated, Literal

from backwright.assess.bank_checks import ERROR, Complaint, bank_complaints, item_complaints
from backwright.assess.families import families
from backwright.assess.family import Family, agrees
from backwright.assess.lesson_checks import lesson_complaints
from backwright.assess.programs import lesson_programs, proof_of
from backwright.catalog import Catalog
from backwright.model.errors import BackwrightError
from backwright.model.item import Item, Run
from backwright.model.skill import SkillId
from backwright.usecases.bench import Bench
from backwright.usecases.nearest import not_found
from backwright.usecases.ports import Ran
from backwright.usecases.spec import Mark

SEEDS = (1, 2, 3)  # enough to notice a broken family; the tests run hundreds
CHUNK = 20  # programs sent to a worker at once


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    skills: Annotated[
        tuple[str, ...],
        "Skills to check; everything when left out",
        Mark(positional=True, metavar="SKILL"),
    ] = ()
    run: Annotated[bool, "Run the programs of questions and lessons"] = True
    strict: Annotated[bool, "Count warnings as problems"] = False


@dataclass(frozen=True)
class Answer:
    """What was checked, and what is wrong.

    Attributes:
        executed: Share of the items whose key was confirmed by a program or is typed, 0 to 1.
        families: Question families that ask about the skills checked.
        programs: Programs run.
        not_run: Programs not run because their runtime is not on this machine.
        missing: Those runtimes.
        problems, warnings: One line each, "file:line: what" or "file: what".
        verdict: "failed" if there is a problem, or a warning when asked to be strict.
    """

    skills: int
    items: int
    executed: float
    lessons: int
    families: int
    programs: int
    not_run: int
    missing: tuple[str, ...]
    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    verdict: Literal["ok", "failed"]


@dataclass(frozen=True)
class Claim:
    """A program, what it has to print, and where that is claimed.

    Attributes:
        computed: Whether a computation makes the claim, so that rounding may differ.
    """

    where: str
    run: Run
    prints: str
    computed: bool = False

    def is_met(self, ran: Ran) -> bool:
        """Whether the program ended well and printed what it had to."""
        same = ran.printed.strip() == self.prints.strip()
        return not ran.problem and (same or (self.computed and agrees(ran.printed, self.prints)))


@dataclass
class _Notes:
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def take(self, complaints: Iterable[Complaint], where: str) -> None:
        for each in complaints:
            listed = self.problems if each.severity == ERROR else self.warnings
            listed.append(f"{where}: {each.what} (check {each.check})")


def run(ask: Ask, bench: Bench) -> Answer:
    """Check; NotFound if a skill does not exist."""
    catalog, found = bench.problems()
    for name in ask.skills:
        if name not in catalog.skills:
            raise not_found("skill", name, catalog.skills, "backwright content check {}")
    skills = tuple(SkillId(name) for name in dict.fromkeys(ask.skills)) or tuple(catalog.skills)
    notes = _Notes(problems=[p for p in found if not ask.skills or _is_about(p, skills)])
    items = [item for skill in skills for item in catalog.items.get(skill, ())]
    claims = list(_check_items(items, notes))
    if not ask.skills:
        notes.take(bank_complaints(items), "skills/*/items.toml")
    lessons = [skill for skill in skills if skill in catalog.lessons]
    claims += _check_lessons(lessons, catalog, bench, notes)
    asked = [family for family in families().values() if set(family.skills) & set(skills)]
    claims += _check_families(asked if ask.skills else families().values(), catalog, notes)
    results = _run_all(claims, bench) if ask.run else []
    notes.problems += [
        _unmet(c, ran) for c, ran in results if not ran.missing and not c.is_met(ran)
    ]
    absent = [claim.run.runtime for claim, ran in results if ran.missing]
    failed = notes.problems or (ask.strict and notes.warnings)
    return Answer(
        skills=len(skills),
        items=len(items),
        executed=round(sum(item.is_executed for item in items) / max(1, len(items)), 3),
        lessons=len(lessons),
        families=len(asked),
        programs=len(results) - len(absent),
        not_run=len(absent),
        missing=tuple(sorted(set(absent))),
        problems=tuple(notes.problems),
        warnings=tuple(notes.warnings),
        verdict="failed" if failed else "ok",
    )


def _is_about(problem: str, skills: Sequence[SkillId]) -> bool:
    """Whether a problem is in these skills' files, or among the sources they cite."""
    return problem.startswith(("sources/", *(f"skills/{skill}/" for skill in skills)))


def _check_items(items: Iterable[Item], notes: _Notes) -> Iterator[Claim]:
    """Note what is wrong with each question; yield the programs that prove them."""
    for item in items:
        skill, _, name = item.id.partition("/")
        where = f"skills/{skill}/items.toml: {name}"
        notes.take(item_complaints(item), where)
        if proof := proof_of(item):
            program, prints = proof
            if program.program.strip():
                yield Claim(where, program, prints)
            else:
                notes.problems.append(f"{where}: names what runs it ({item.run}), but no program")


def _check_lessons(
    skills: Iterable[SkillId], catalog: Catalog, bench: Bench, notes: _Notes
) -> Iterator[Claim]:
    """Note what is wrong with each lesson; yield its programs."""
    for skill in skills:
        file = f"skills/{skill}/lesson.md"
        try:
            text = bench.lessons.read(skill)
        except BackwrightError as error:
            notes.problems.append(f"{file}:1: {error.problem}")
            continue
        notes.problems += [
            f"{file}:{line}: {what}" for line, what in lesson_complaints(text, catalog.sources)
        ]
        for number, (program, claimed) in enumerate(lesson_programs(text), 1):
            yield Claim(f"{file}: program {number}", program, claimed)


def _check_families(found: Iterable[Family], catalog: Catalog, notes: _Notes) -> Iterator[Claim]:
    """Note loose ends of each family; yield instances with the keys of their independent rules."""
    for family in found:
        where = f"families/{family.name.replace('-', '_')}.py"
        if family.source.partition("/")[0] not in catalog.sources:
            notes.problems.append(f"{where}: no source is called '{family.source}'")
        for skill, level in family.skills.items():
            if skill not in catalog.skills:
                notes.problems.append(f"{where}: no skill is called '{skill}'")
            for seed in SEEDS:
                spot = f"{where}: level {level}, seed {seed}"
                try:
                    drawn = family.draw(Random(seed), level)  # noqa: S311  (a question, no secret)
                except Exception as error:  # whatever a family's author did is a finding
                    notes.problems.append(f"{spot}: {type(error).__name__}: {error}")
                else:
                    yield Claim(spot, drawn.run, drawn.rule, computed=True)


def _run_all(claims: Sequence[Claim], bench: Bench) -> list[tuple[Claim, Ran]]:
    """Run every program, together where that is faster; whatever is not as claimed again, alone."""
    chunks = [claims[start : start + CHUNK] for start in range(0, len(claims), CHUNK)]
    together = bench.executor.map if bench.executor else map
    batches = together(bench.sandbox.run_many, [[c.run for c in chunk] for chunk in chunks])
    first = [ran for batch in batches for ran in batch]
    return [
        (claim, ran if ran.missing or claim.is_met(ran) else bench.sandbox.run(claim.run))
        for claim, ran in zip(claims, first, strict=True)
    ]


def _unmet(claim: Claim, ran: Ran) -> str:
    if ran.problem:
        return f"{claim.where}: the {claim.run.runtime} program failed: {ran.problem}"
    return f"{claim.where}: printed {_short(ran.printed)}, claimed {_short(claim.prints)}"


def _short(text: str) -> str:
    return repr(text if len(text) <= 200 else text[:197] + "...")
