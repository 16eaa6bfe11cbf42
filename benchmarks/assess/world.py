"""A simulated world to score assessments in: skills with a hidden truth, people, their answers.

What an assessment may see is `World.visible` (our catalog's graph, the authors' levels and their
guess and slip per question) and, if asked for, `World.others` (answers of other people). What stays
hidden, as people and authors are: authors' levels are noisy, a tenth of their edges do not hold and
some real ones are missing, some questions are flawed, people know half of what they miss, some
guess, some are careless, some learned without prerequisites, some stop caring half-way. The same
seeds give the same world, people and luck. Numbers from here are upper estimates: real knowledge
is noisier than any simulation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backwright.assess.structure import Bools, Floats, Ints, Structure, structure_of
from backwright.catalog.read import read_problems

CONTENT = Path(__file__).parents[2] / "src" / "backwright" / "content"
ITEMS_PER_SKILL = 5
DIFFICULTY_NOISE = 0.5  # sd of an author's level, in logits of ability
WRONG_EDGES = 0.10  # share of edges that do not hold, and of skills with one nobody drew
FLAWED_ITEMS = 0.08
SLOPE = 1.7  # logits of mastery per unit of ability
UNTOUCHED = -3.2  # ability in a language never used
RAPID_FOUND, RAPID_FALSE = 0.90, 0.02  # of answers given without reading, and of honest ones
WRONG_DECLARATION = 0.03
SHOWN_BY_MASTERS = 0.03  # share of masters who say "I don't know" where it is offered


@dataclass(frozen=True)
class Kind:
    """A kind of person.

    Attributes:
        share: Of all people.
        leak: Chance of a skill without its prerequisites, relative to with them.
        guess_bonus: Added to the chance of a right answer without mastery.
        slip_factor: Multiplies the chance of a wrong answer despite mastery.
        cares_for: Questions that are answered in earnest; after them it is blind guessing.
    """

    share: float
    leak: float = 0.04
    guess_bonus: float = 0.0
    slip_factor: float = 1.0
    cares_for: int = 10**6

    @property
    def is_honest(self) -> bool:
        """Whether this person says "I don't know" rather than guess."""
        return not self.guess_bonus and self.cares_for > 10**5


KINDS: Mapping[str, Kind] = {
    "regular": Kind(0.50),
    "holes": Kind(0.12, leak=0.55),
    "no prerequisites": Kind(0.08, leak=1.0),
    "guesser": Kind(0.12, guess_bonus=0.20),
    "careless": Kind(0.12, slip_factor=3.0),
    "disengages": Kind(0.06, cares_for=15),
}

# Question kind: share of the bank, the author's guess and slip, how far blind guessing helps.
ITEM_KINDS: Mapping[str, tuple[float, float, float, float]] = {
    "mc4": (0.60, 0.24, 0.09, 1.0),
    "mc5_multi": (0.15, 0.10, 0.14, 0.4),
    "exec": (0.25, 0.03, 0.12, 0.4),
}
BLIND = {"mc4": 0.25, "mc5_multi": 0.05, "exec": 0.05}  # right answers without reading

# What people of a role are stronger in, besides what everybody learns.
ROLES: Mapping[str, tuple[str, ...]] = {
    "backend": ("api", "databases"),
    "nodejs": ("js", "api"),
    "python": ("py", "databases"),
    "java": ("java", "architecture"),
    "go": ("go", "messaging"),
    "php": ("php", "databases"),
    "kotlin": ("kotlin", "java"),
    "cpp": ("cpp", "performance"),
    "rust": ("rust", "performance"),
    "aspnet": ("dotnet", "api"),
    "api architect": ("api", "architecture", "security"),
    "database architect": ("databases", "caching", "performance"),
    "devops": ("operations", "observability", "foundations"),
}
ROLE_BONUS = 0.9


@dataclass(frozen=True)
class Visible:
    """What an assessment may know of a world: K skills, I questions.

    Attributes:
        skill: Skill per question (I).
        guess: The author's chance of a right answer without mastery (I).
        slip: The author's chance of a wrong answer despite mastery (I).
        kind: Key of ITEM_KINDS per question (I).
    """

    structure: Structure
    skill: Ints
    guess: Floats
    slip: Floats
    kind: tuple[str, ...]


@dataclass(frozen=True)
class Truth:
    """What really holds: difficulty and prerequisites per skill, guess and slip per question."""

    difficulty: Floats
    groups: tuple[tuple[tuple[int, ...], ...], ...]
    guess: Floats
    slip: Floats


@dataclass(frozen=True)
class People:
    """N people: who they are, drawn with `seed`.

    Attributes:
        mastered: Whether each masters each skill (N, K).
        ability: Per domain (N, D); UNTOUCHED for a language never used.
        kind: Key of KINDS per person.
    """

    mastered: Bools
    ability: Floats
    kind: tuple[str, ...]
    seed: int


@dataclass(frozen=True)
class Others:
    """Answers of other people, to one random question per skill: ids and right, both (N, K)."""

    items: Ints
    right: Bools


def catalog_structure() -> Structure:
    """Return our catalog's graph, as the product folds it."""
    return structure_of(read_problems(CONTENT)[0])


class World:
    """One truth behind one graph."""

    def __init__(self, seed: int, structure: Structure, dont_know: float = 0.0) -> None:
        """Draw the truth.

        Args:
            seed: Of the truth; people and luck have seeds of their own.
            structure: The graph as its authors see it.
            dont_know: Share of honest people without mastery who say so, where it is offered.
        """
        self.seed, self.structure, self.dont_know = seed, structure, dont_know
        random = self._random("truth")
        self.visible = _bank(structure, random)
        self.truth = _truth(self.visible, random)

    def _random(self, what: str, *more: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, *what.encode(), *more])

    @cached_property
    def _domain(self) -> Mapping[str, int]:
        return {name: number for number, name in enumerate(self.structure.domains)}

    def people(self, count: int, seed: int) -> People:
        """Return `count` people."""
        random = self._random("people", seed)
        names = list(KINDS)
        kinds = random.choice(len(names), p=[kind.share for kind in KINDS.values()], size=count)
        ability = self._abilities(count, random)
        leak = np.array([kind.leak for kind in KINDS.values()])[kinds]
        mastered = np.zeros((count, len(self.structure.skills)), dtype=bool)
        for skill in self.structure.topological:
            met = np.ones(count, dtype=bool)
            for group in self.truth.groups[skill]:
                met &= mastered[:, list(group)].any(axis=1)
            own = ability[:, self.structure.domain_index[skill]] - self.truth.difficulty[skill]
            chance = _sigmoid(SLOPE * own + 0.5) * np.where(met, 1.0, leak)
            mastered[:, skill] = random.random(count) < chance
        return People(mastered, ability, tuple(names[kind] for kind in kinds), seed)

    def _abilities(self, count: int, random: np.random.Generator) -> Floats:
        """Return abilities per domain: seniority, heavy-tailed interests, a role, languages."""
        centre = random.choice([-1.3, -0.4, 0.5, 1.4], p=[0.25, 0.30, 0.30, 0.15], size=count)
        seniority = centre + random.normal(0, 0.45, count)
        ability = 0.8 * seniority[:, None] + 0.5 * random.standard_t(5, (count, len(self._domain)))
        roles = list(ROLES.values())
        languages = [self._domain[name] for name in self.structure.languages]
        for person, role in enumerate(random.integers(0, len(roles), count)):
            strong = [self._domain[name] for name in roles[role] if name in self._domain]
            ability[person, strong] += ROLE_BONUS
            touched = set(strong) & set(languages)
            wanted = min(len(languages), 1 + random.poisson(0.8))
            while len(touched) < wanted:
                touched.add(int(random.choice(languages)))
            ability[person, [n for n in languages if n not in touched]] = UNTOUCHED
        return ability

    def declared(self, people: People, person: int) -> dict[str, bool]:
        """Return which languages the person says to have used, with an error now and then."""
        random = self._random("declared", people.seed, person)
        return {
            name: bool(
                (people.ability[person, self._domain[name]] > UNTOUCHED)
                ^ (random.random() < WRONG_DECLARATION)
            )
            for name in self.structure.languages
        }

    def chance_right(self, people: People, person: int, items: Ints, number: int = 0) -> Floats:
        """Return the chance of a right answer per question, as the `number`-th that is asked."""
        kind = KINDS[people.kind[person]]
        names = [self.visible.kind[item] for item in items]
        if number >= kind.cares_for:
            return np.array([BLIND[name] for name in names])
        skill = self.visible.skill[items]
        knows = np.minimum(0.5, self.truth.slip[items] * kind.slip_factor)
        helped = kind.guess_bonus * np.array([ITEM_KINDS[name][3] for name in names])
        guess = np.minimum(0.6, self.truth.guess[items] + helped)
        ability = people.ability[person, self.structure.domain_index[skill]]
        partial = 0.18 * _sigmoid(2.0 * (ability - self.truth.difficulty[skill]))
        return np.where(people.mastered[person, skill], 1 - knows, guess + (1 - guess) * partial)

    def sitting(self, people: People, person: int) -> "Sitting":
        """Return a person ready to be asked."""
        return Sitting(self, people, person)

    def others(self, count: int = 1000, seed: int = 99) -> Others:
        """Return answers of other people, who all took it seriously enough to be kept."""
        people = self.people(count, seed)
        random = self._random("others", seed)
        skills = len(self.structure.skills)
        offset = random.integers(0, ITEMS_PER_SKILL, (count, skills))
        items = offset + ITEMS_PER_SKILL * np.arange(skills)
        chance = np.array([self.chance_right(people, n, items[n]) for n in range(count)])
        return Others(items, random.random(chance.shape) < chance)


class Sitting:
    """One person being asked. The same question always meets the same luck."""

    def __init__(self, world: World, people: People, person: int) -> None:
        random = np.random.default_rng([world.seed, 13, people.seed, person])
        self._world, self._people, self._person = world, people, person
        self._luck, self._mood = random.random((2, len(world.visible.skill)))
        self._kind = KINDS[people.kind[person]]

    def answer(self, item: int, number: int) -> bool | None:
        """Return whether the answer is right; None is "I don't know"."""
        world, people, person = self._world, self._people, self._person
        if world.dont_know and self._kind.is_honest:
            knows = people.mastered[person, world.visible.skill[item]]
            if self._mood[item] < (SHOWN_BY_MASTERS if knows else world.dont_know):
                return None
        chance = world.chance_right(people, person, np.array([item]), number)[0]
        return bool(self._luck[item] < chance)

    def is_rapid(self, item: int, number: int) -> bool:
        """Return whether the response time says that the question was not read."""
        cares = number < self._kind.cares_for
        return bool(self._mood[item] > 1 - (RAPID_FALSE if cares else RAPID_FOUND))


def _bank(structure: Structure, random: np.random.Generator) -> Visible:
    count = len(structure.skills) * ITEMS_PER_SKILL
    names = list(ITEM_KINDS)
    drawn = random.choice(len(names), p=[kind[0] for kind in ITEM_KINDS.values()], size=count)
    kind = tuple(names[number] for number in drawn)
    return Visible(
        structure=structure,
        skill=np.repeat(np.arange(len(structure.skills)), ITEMS_PER_SKILL),
        guess=np.array([ITEM_KINDS[name][1] for name in kind]),
        slip=np.array([ITEM_KINDS[name][2] for name in kind]),
        kind=kind,
    )


def _truth(visible: Visible, random: np.random.Generator) -> Truth:
    structure = visible.structure
    level = np.array(structure.level, dtype=float)
    flawed = random.random(len(visible.skill)) < FLAWED_ITEMS
    guess = np.clip(visible.guess * np.exp(random.normal(0, 0.3, flawed.shape)), 0.01, 0.5)
    slip = np.clip(visible.slip * np.exp(random.normal(0, 0.4, flawed.shape)), 0.02, 0.45)
    return Truth(
        difficulty=-1.9 + 0.75 * level + random.normal(0, DIFFICULTY_NOISE, len(level)),
        groups=_true_groups(structure, random),
        guess=np.where(flawed, np.minimum(0.55, guess + 0.25), guess),
        slip=np.where(flawed, np.minimum(0.45, slip + 0.15), slip),
    )


def _true_groups(
    structure: Structure, random: np.random.Generator
) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """Return the authors' groups less those that do not hold, with those they did not see."""
    place = {skill: number for number, skill in enumerate(structure.topological)}
    found = []
    for skill, groups in enumerate(structure.groups):
        own = [group for group in groups if random.random() > WRONG_EDGES]
        easier = [
            other
            for other in range(len(structure.skills))
            if structure.domain[other] == structure.domain[skill]
            and structure.level[other] < structure.level[skill]
            and place[other] < place[skill]
        ]
        if easier and random.random() < WRONG_EDGES:
            own.append((int(random.choice(easier)),))
        found.append(tuple(own))
    return tuple(found)


def _sigmoid(x: NDArray[np.float64]) -> Floats:
    return 1.0 / (1.0 + np.exp(-x))
