"""A made-up person who answers by themselves, so that anyone can see a report in seconds."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from backwright.assess.measure import declared
from backwright.model.evidence import Evidence, Kind, Outcome, Person
from backwright.model.skill import SkillId
from backwright.usecases.asking import asking_for, check_seed
from backwright.usecases.bench import Bench
from backwright.usecases.ports import Store
from backwright.usecases.standing import (
    DEFAULT_ROLE,
    Standing,
    mastery_from,
    parameters,
    recorded,
)

if TYPE_CHECKING:
    from numpy.random import Generator

    from backwright.assess.beliefs import Parameters
    from backwright.assess.structure import Structure

# General ability, in standard deviations of the population the model assumes.
ABILITY = {"beginner": -0.4, "intermediate": 0.7, "advanced": 1.3, "expert": 2.3}
# Share of the default role's targets that such a person really masters: (at least, at most).
SHARE = {
    "beginner": (0.1, 0.35),
    "intermediate": (0.56, 0.7),
    "advanced": (0.75, 0.87),
    "expert": (0.96, 1.0),
}
DRAWS_MAX = 200
LANGUAGES = ("js", "py")
SECONDS_A_QUESTION = 30
DONT_KNOW = 0.6  # share of non-masters who say so


def simulate(
    bench: Bench,
    level: str,
    seed: int,
    questions: int,
    scope: Callable[[Standing], Sequence[SkillId] | None],
) -> Standing:
    """Return where a simulated person of this level stands after so many questions.

    Their skills are drawn from the model; the questions are those that a real person would get.
    The same seed gives the same person and the same answers.

    Raises:
        BadRequest: The seed is none.
    """
    import numpy as np

    from backwright.assess.structure import structure_of

    check_seed(seed)
    random = np.random.default_rng([seed, 4])
    structure = structure_of(bench.catalog)
    mastered = draw_person(bench, level, seed)
    person = Person("simulated", "", LANGUAGES)
    now = bench.clock.now()
    nobody = Standing(person, (), mastery_from(bench, (), person, now), now)
    asking = asking_for(bench, nobody)
    asking.engine.declare(declared(structure, LANGUAGES))
    rows: list[Evidence] = []
    inside = scope(nobody)
    for number in range(questions):
        chosen = asking.choose(inside)
        if chosen is None:
            break
        entry = asking.entries[chosen.item]
        outcome = _answer(mastered[chosen.skill], entry.noise.guess, entry.noise.slip, random)
        asking.engine.answer(
            chosen.item, None if outcome is Outcome.UNKNOWN else outcome is Outcome.RIGHT
        )
        rows.append(
            recorded(
                bench,
                profile="simulated",
                skill=entry.skill,
                kind=Kind.ANSWER,
                outcome=outcome,
                guess=entry.noise.guess,
                slip=entry.noise.slip,
                source=entry.source,
                seed=seed,
                occurred_at=now - timedelta(seconds=SECONDS_A_QUESTION * (questions - number)),
            )
        )
    kept = tuple(rows)
    return Standing(person, kept, mastery_from(bench, kept, person, now), now)


def draw_person(bench: Bench, level: str, seed: int) -> Sequence[bool]:
    """Return which skills a simulated person masters: the first drawn whose share fits the level.

    People are drawn from the model at the level's ability; the share is that of the default
    role's targets that they really master.
    """
    import numpy as np

    from backwright.assess.structure import structure_of

    structure, known = structure_of(bench.catalog), parameters(bench)
    random = np.random.default_rng([seed, 3])
    role = bench.catalog.roles[DEFAULT_ROLE]
    wanted = {bench.catalog.resolve(skill, LANGUAGES[-1]) for skill in role.targets}
    own = {bench.catalog.profile.tracks[language].core for language in LANGUAGES}
    low, high = SHARE[level]
    best: list[bool] = []
    distance = 2.0
    for _ in range(DRAWS_MAX):
        person = _drawn(structure, known, ABILITY[level], random)
        owned = [m for m, skill in zip(person, structure.skills, strict=True) if skill in wanted]
        share = sum(owned) / len(owned)
        away = max(low - share, share - high, 0.0)
        speaks = any(m for m, s in zip(person, structure.skills, strict=True) if s in own)
        if not speaks and level != "beginner":
            away += 1.0  # who has worked in a language knows at least one
        if away < distance:
            best, distance = person, away
        if away == 0:
            break
    return best


def _drawn(
    structure: "Structure", known: "Parameters", general: float, random: "Generator"
) -> list[bool]:
    """Return one person drawn from the model at this general ability."""
    import numpy as np

    from backwright.assess.beliefs import UNTOUCHED, sigmoid

    spread = np.sqrt(1 - known.share) * 0.7
    ability = general + spread * random.normal(size=len(structure.domains))
    for number, domain in enumerate(structure.domains):
        if domain in structure.languages and domain not in LANGUAGES:
            ability[number] = UNTOUCHED
    mastered = np.zeros(len(structure.skills), dtype=bool)
    uniform = random.random(len(structure.skills))
    for skill in structure.topological:
        met = all(mastered[list(group)].any() for group in structure.groups[skill])
        z = known.slope[skill] * ability[structure.domain_index[skill]] + known.offset[skill]
        chance = float(sigmoid(np.array(z))) * (1.0 if met else known.leak[skill])
        mastered[skill] = uniform[skill] < chance
    return [bool(each) for each in mastered]


def _answer(mastered: bool, guess: float, slip: float, random: object) -> Outcome:  # noqa: FBT001
    draw: float = random.random()  # type: ignore[attr-defined]
    if not mastered and random.random() < DONT_KNOW:  # type: ignore[attr-defined]
        return Outcome.UNKNOWN
    right = draw < (1 - slip if mastered else guess)
    return Outcome.RIGHT if right else Outcome.WRONG


class _Forgetful:
    """A Store that keeps nothing, for people who do not exist."""

    def append(self, rows: Sequence[Evidence]) -> int:
        return len(rows)

    def rows(self, profile: str) -> tuple[Evidence, ...]:
        return ()

    def all_rows(self) -> Iterator[Evidence]:
        return iter(())

    def profiles(self) -> tuple[tuple[str, int], ...]:
        return ()

    def stamp(self, profile: str) -> str:
        return "0"

    def delete(self, profile: str) -> int:
        return 0


def keeps_nothing() -> Store:
    """Return a store that forgets at once."""
    return _Forgetful()
