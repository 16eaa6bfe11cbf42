"""Asking and judging: shared by the assessment, the drill and the simulated person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from backwright.assess.entries import Entry, bank_of, entries_of
from backwright.assess.families import families
from backwright.assess.question import Key, Question, build, judge, parse_token
from backwright.assess.repeats import is_repeat
from backwright.model.errors import BadRequest
from backwright.model.evidence import Kind, Outcome
from backwright.model.item import Run
from backwright.model.skill import SkillId
from backwright.usecases.bench import Bench
from backwright.usecases.feedback import Feedback
from backwright.usecases.standing import Standing, calibration, mastery_from, parameters, recorded

if TYPE_CHECKING:
    from backwright.assess.engine import Asked, Engine

# Nobody reads a question and its options in less than this; without response times of others the
# threshold of effort-moderated scoring (10 % of the median time) is not known.
RAPID_SECONDS = 3.0
SEED_MAX = 2**31 - 1  # as the clock draws them, and as the token of a question holds them


@dataclass
class Asking:
    """An engine that has taken in a person's evidence, with the entries it can ask."""

    engine: "Engine"
    entries: Sequence[Entry]
    index: Mapping[SkillId, int]
    bench: Bench

    def choose(self, scope: Sequence[SkillId] | None) -> "Asked | None":
        """Return the entry worth asking next within the skills, None when none is left."""
        import numpy as np

        if scope is None:
            return self.engine.next()
        inside = np.array([self.index[skill] for skill in scope if skill in self.index], dtype=int)
        return self.engine.next(inside) if len(inside) else None

    def moved(self, feedback: Feedback, stand: Standing) -> Feedback:
        """Return the feedback with the skill's mastery before and after the last answer."""
        last = next(
            (row for row in reversed(stand.rows) if row.kind in (Kind.ANSWER, Kind.DRILL)), None
        )
        rows = tuple(row for row in stand.rows if row is not last)
        earlier = mastery_from(self.bench, rows, stand.person, stand.now)
        skill = SkillId(feedback.skill)
        return replace(
            feedback,
            before=round(earlier.of(skill).probability, 3) if earlier.is_measured else None,
            after=round(stand.mastery.of(skill).probability, 3),
        )


def asking_for(bench: Bench, stand: Standing) -> Asking:
    """Return an engine that has taken in where the person stands."""
    from backwright.assess.beliefs import Beliefs
    from backwright.assess.engine import Engine
    from backwright.assess.measure import declared, weigh
    from backwright.assess.structure import structure_of

    structure = structure_of(bench.catalog)
    entries = entries_of(bench.catalog, families())
    learned = calibration(bench)
    bank = bank_of(entries, structure.skills, learned.noise if learned else None)
    engine = Engine(Beliefs(structure, parameters(bench)), bank)
    if said := declared(structure, stand.person.languages):
        engine.declare(said)
    number = {entry.source: n for n, entry in enumerate(entries)}
    asked = [row for row in stand.rows if row.kind in (Kind.ANSWER, Kind.DRILL)]
    suspended = [
        number[source] for source in (learned.suspended if learned else ()) if source in number
    ]
    if asked or suspended:
        used = [*_used(asked, number, entries), *suspended]
        weighed = weigh(structure, stand.rows, stand.now)
        engine.observe(weighed.log_odds, used, len(asked))
    index = {SkillId(skill): n for n, skill in enumerate(structure.skills)}
    return Asking(engine, entries, index, bench)


def _used(rows: Sequence, number: Mapping[str, int], entries: Sequence[Entry]) -> list[int]:  # type: ignore[type-arg]
    """Return the entries not to ask again: items ever asked; families asked lately.

    A family comes again with other numbers, but not twice among the last twenty questions.
    """
    recent = {row.source for row in rows[-20:]}
    return [
        number[source]
        for source in dict.fromkeys(row.source for row in rows)
        if source in number and (not entries[number[source]].repeatable or source in recent)
    ]


def check_seed(seed: int | None) -> None:
    """Raise BadRequest if this is a number that no seed is."""
    if seed is not None and not 0 <= seed <= SEED_MAX:
        raise BadRequest(
            f"{seed} is not a seed; 0 to {SEED_MAX}, please", hint="backwright assess --seed 7"
        )


def open_question(bench: Bench, source: str, seed: int) -> tuple[Question, Key]:
    """Return the question of an entry with these numbers and this order of options."""
    return build(f"{source}@{seed}", bench.catalog, families(), lambda run: _execute(bench, run))


def _execute(bench: Bench, run: Run) -> str:
    ran = bench.sandbox.run(run)
    return "" if ran.problem else ran.printed


def answer_given(
    bench: Bench,
    token: str,
    answer: str,
    seconds: float | None,
    kind: Kind,
    *,
    reveal: bool = True,
) -> Feedback:
    """Judge an answer, keep it as evidence, and return what came of it.

    The row is on the disk when this returns.
    """
    source, seed = parse_token(token)
    question, key = open_question(bench, source, seed)
    judged = judge(question, key, answer)
    rapid = (
        seconds is not None and seconds < RAPID_SECONDS and judged.outcome is not Outcome.UNKNOWN
    )
    outcome = Outcome.RAPID if rapid else judged.outcome
    row = recorded(
        bench,
        skill=question.skill,
        kind=kind,
        outcome=outcome,
        guess=key.noise.guess,
        slip=key.noise.slip,
        source=source,
        given=judged.said,
        seed=seed,
    )
    repeated = any(is_repeat(row, earlier) for earlier in bench.store.rows(bench.profile))
    bench.store.append([row])
    return Feedback(
        outcome=judged.outcome.value,
        said=judged.said,
        right=key.right if reveal else "",
        explain=key.explain if reveal else "",
        chosen_because=judged.because if reveal else "",
        do=key.do if reveal else "",
        source=key.source if reveal else "",
        proof=key.proof if reveal else "",
        skill=question.skill,
        skill_name=question.skill_name,
        dropped=rapid,
        repeated=repeated,
        seconds=seconds,
        revealed=reveal,
        options=question.options,
        wrong=key.wrong if reveal else (),
    )
