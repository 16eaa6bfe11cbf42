"""Belief propagation over one factor graph: prerequisites, one ability per domain, one in general.

Model (docs/method.md, Assessment): each skill is mastered or not; its chance is a logistic of the
person's ability in its domain, times a leak where prerequisites are missing; a domain's ability
follows the person's general ability; a language most people never touched sits at UNTOUCHED.
Messages are exact per factor (sums over grids), loopy between factors, damped, deterministic.
"""

from dataclasses import dataclass

import numpy as np

from backwright.assess.structure import Floats, Structure, flat_groups

# Ability grids, in logits of the general population. The first point stands for "never touched".
UNTOUCHED = -3.2
ABILITY = np.r_[UNTOUCHED, np.linspace(-2.8, 2.8, 13)]
GENERAL = np.linspace(-2.4, 2.4, 9)
TOUCHED = 0.22  # share of people who have used a given language, before they say so
TOUCHED_SHIFT = 0.4  # who uses a language is a little better in it than in general
DECLARED = 0.97  # a statement about having used a language is right this often
HOLDS = 0.9  # chance that a prerequisite an author named really is one
DAMPING = 0.5
TOLERANCE = 0.02  # largest change of a message (in log-odds) that counts as settled
ROUNDS = 14
SETTLE_ROUNDS = 25
TINY = 1e-9


@dataclass(frozen=True)
class Parameters:
    """What the model believes about skills before a person answers.

    Attributes:
        offset: Logit of mastery at ability 0 with prerequisites met, per skill (K).
        slope: Logits of mastery per unit of ability, per skill (K).
        leak: Chance of mastery without prerequisites, relative to with them, per skill (K).
        share: Share of a domain's ability that the general ability explains, 0 to 1.
        holds: Chance that a prerequisite group really is one, in the order of `flat_groups`;
            None is HOLDS for each.
    """

    offset: Floats
    slope: Floats
    leak: Floats
    share: float = 0.55
    holds: Floats | None = None


@dataclass(frozen=True)
class Messages:
    """The state of a propagation, to go on from: B people at once.

    Attributes:
        down: From a prerequisite factor to each member, log-odds, (B, edges).
        ability: From a skill to its domain's ability, log, (B, K, grid).
    """

    down: Floats
    ability: Floats


@dataclass(frozen=True)
class Explained:
    """What speaks for each skill of B people, apart from the skill's own parameters.

    Attributes:
        told: P(mastered) from answers and from what needs the skill, (B, K).
        ability: P(ability in its domain), (B, K, grid).
        group_met: P(met or no real prerequisite) per group, (B, groups).
    """

    told: Floats
    ability: Floats
    group_met: Floats


def sigmoid(x: Floats) -> Floats:
    """Return the logistic of x."""
    return 1.0 / (1.0 + np.exp(-x))


def logit(p: Floats, edge: float = 1e-6) -> Floats:
    """Return log-odds, with p kept off 0 and 1 by `edge`."""
    p = np.clip(p, edge, 1 - edge)
    return np.log(p / (1 - p))


class Beliefs:
    """The factor graph of one structure with its parameters; `run` settles answers into it."""

    def __init__(self, structure: Structure, parameters: Parameters) -> None:
        self.structure, self.parameters = structure, parameters
        self.count = len(structure.skills)
        members, child = flat_groups(structure.groups)
        edges = [(group, member) for group, each in enumerate(members) for member in each]
        self._edge_group = np.array([group for group, _ in edges], dtype=np.int64)
        self._edge_skill = np.array([skill for _, skill in edges], dtype=np.int64)
        self._group_child = np.array(child, dtype=np.int64)
        self._edge_child = self._group_child[self._edge_group] if edges else self._edge_group
        self._sum_to_group = _indicator(self._edge_group, len(members))
        self._sum_to_skill = _indicator(self._edge_skill, self.count)
        self._sum_to_child = _indicator(self._group_child, self.count)
        self._sum_to_domain = _indicator(structure.domain_index, len(structure.domains)).T
        holds = parameters.holds
        self._holds = np.full(len(members), HOLDS) if holds is None else holds
        self._holds_of_edge = self._holds[self._edge_group]
        weights = np.exp(-(GENERAL**2) / 2)
        self._general = np.log(weights / weights.sum())
        self._prior = _ability_given_general(structure, parameters.share)
        # chance of mastery with prerequisites met, per skill and ability (K, grid)
        self._chance = sigmoid(np.outer(parameters.slope, ABILITY) + parameters.offset[:, None])

    def declare(self, used: dict[str, bool]) -> "Beliefs":
        """Return beliefs of a person who said which languages they have used (True) or not."""
        copy = object.__new__(Beliefs)
        copy.__dict__.update(self.__dict__)
        copy._prior = self._prior.copy()
        names = self.structure.domains
        for language, has in used.items():
            if language in names:
                d = names.index(language)
                off = (1 - TOUCHED) * (1 - DECLARED if has else DECLARED)
                on = TOUCHED * (DECLARED if has else 1 - DECLARED)
                copy._prior[d, :, 1:] *= on / (on + off) / TOUCHED
                copy._prior[d, :, 0] = off / (on + off)
        return copy

    def blank(self, people: int = 1) -> Messages:
        """Return messages that say nothing."""
        shape = (people, self.count, len(ABILITY))
        return Messages(np.zeros((people, len(self._edge_skill))), np.zeros(shape))

    def run(
        self, evidence: Floats, start: Messages, rounds: int = ROUNDS
    ) -> tuple[Messages, Floats]:
        """Settle the evidence; return the new messages and P(mastered).

        Args:
            evidence: Log-odds of each person's answers per skill, (B, K).
            start: Messages of an earlier run; one person's are spread over B.
            rounds: At most so many; fewer when nothing moves any more.

        Returns:
            Messages, and probabilities (B, K).
        """
        people = len(evidence)
        down, ability = start.down, start.ability
        if len(down) != people:
            down = np.repeat(down, people, axis=0)
            ability = np.repeat(ability, people, axis=0)
        up: Floats | None = None
        for number in range(rounds):
            chance = self._chance_given(self._own_ability(ability))
            from_children = down @ self._sum_to_skill
            told = sigmoid(np.clip(evidence + from_children, -25, 25))
            if up is None:
                up = logit(chance)
            met, group_log, group_met, own = self._prerequisites(
                evidence + from_children + up, down
            )
            leak = self.parameters.leak
            new_up = logit(chance * (met + (1 - met) * leak))
            new_up = 0.5 * (up + new_up) if number else new_up
            moved = np.abs(new_up - up).max() / 4 if number else np.inf
            up = new_up
            if len(self._edge_skill):
                fresh = self._to_members(told, chance, group_log, group_met, own)
                fresh = DAMPING * down + (1 - DAMPING) * fresh
                moved = max(moved, np.abs(fresh - down).max())
                down = fresh
            # to abilities: likelihood of what is known of the skill, at each ability
            effective = (met + (1 - met) * leak)[..., None] * self._chance
            likely = told[..., None] * effective + (1 - told[..., None]) * (1 - effective)
            fresh = DAMPING * ability + (1 - DAMPING) * np.log(likely)
            moved = max(moved, np.abs(fresh - ability).max())
            ability = fresh
            if number >= 2 and moved < TOLERANCE:
                break
        assert up is not None  # noqa: S101  (rounds is at least 1)
        total = evidence + up + down @ self._sum_to_skill
        return Messages(down, ability), sigmoid(total)

    def explain(self, evidence: Floats, messages: Messages, mastery: Floats) -> "Explained":
        """Return why each skill is believed of each person, to learn parameters from.

        Args:
            evidence: As it was settled, (B, K).
            messages: What `run` returned for it.
            mastery: What `run` returned for it, (B, K).
        """
        from_children = messages.down @ self._sum_to_skill
        told = sigmoid(np.clip(evidence + from_children, -25, 25))
        _, _, group_met, _ = self._prerequisites(logit(mastery), messages.down)
        return Explained(told, self._own_ability(messages.ability), group_met)

    def _own_ability(self, ability: Floats) -> Floats:
        """Return P(ability in its domain) per skill from all but its own message, (B, K, grid)."""
        domain = self._sum_to_domain @ ability  # (B, D, grid)
        domain = np.exp(domain - domain.max(axis=2, keepdims=True))
        by_domain = domain.transpose(1, 0, 2)
        to_general = np.log(by_domain @ self._prior.transpose(0, 2, 1) + 1e-300)  # (D, B, G)
        cavity = self._general + to_general.sum(axis=0) - to_general
        cavity = np.exp(cavity - cavity.max(axis=2, keepdims=True))
        cavity /= cavity.sum(axis=2, keepdims=True)
        full = (cavity @ self._prior * by_domain).transpose(1, 0, 2)  # (B, D, grid)
        own: Floats = full[:, self.structure.domain_index] * np.exp(np.clip(-ability, -30, 30))
        own /= own.sum(axis=2, keepdims=True)
        return own

    def _chance_given(self, own: Floats) -> Floats:
        """Return P(mastered | prerequisites met) per skill, (B, K)."""
        chance: Floats = np.einsum("bkt,kt->bk", own, self._chance)
        return chance

    def _prerequisites(self, told: Floats, down: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Return P(all groups met) per skill, and per group and edge what that was made of."""
        if not len(self._edge_skill):
            empty = np.zeros((len(told), 0))
            return np.ones_like(told), empty, empty, empty
        member = sigmoid(np.clip(told[:, self._edge_skill] - down, -25, 25))
        own = np.log1p(-member * (1 - TINY))
        group_log = own @ self._sum_to_group  # log P(no member mastered)
        group_met = np.clip(1 - self._holds * np.exp(group_log), TINY, 1)
        met_log = np.log(group_met) @ self._sum_to_child
        return np.exp(met_log), group_log, group_met, own

    def _to_members(
        self, told: Floats, chance: Floats, group_log: Floats, group_met: Floats, own: Floats
    ) -> Floats:
        """Return what each prerequisite factor says to each member, log-odds (B, edges)."""
        leaky = self.parameters.leak * chance
        with_needs = (told * chance + (1 - told) * (1 - chance))[:, self._edge_child]
        without = (told * leaky + (1 - told) * (1 - leaky))[:, self._edge_child]
        met_log = (np.log(group_met) @ self._sum_to_child)[:, self._edge_child]
        rest = np.exp(met_log - np.log(group_met[:, self._edge_group]))
        without_it = np.exp(group_log[:, self._edge_group] - own)
        lacking = rest * (1 - self._holds_of_edge * without_it)
        having = rest * with_needs + (1 - rest) * without
        told_back: Floats = np.log(having / (lacking * with_needs + (1 - lacking) * without))
        return told_back


def _indicator(index: np.ndarray, width: int) -> Floats:
    """Return the 0/1 matrix that sums rows into their index, (len(index), width)."""
    matrix = np.zeros((len(index), max(width, 1)))
    matrix[np.arange(len(index)), index] = 1.0
    return matrix


def _ability_given_general(structure: Structure, share: float) -> Floats:
    """Return P(ability | general) per domain, (D, general grid, ability grid)."""
    shift = TOUCHED_SHIFT * structure.is_language
    centre = np.sqrt(share) * GENERAL[None, :, None] + shift[:, None, None]
    prior: Floats = np.exp(-((ABILITY - centre) ** 2) / (2 * (1 - share)))
    prior[:, :, 0] = 0
    prior /= prior.sum(axis=2, keepdims=True)
    prior[structure.is_language] *= TOUCHED
    prior[structure.is_language, :, 0] = 1 - TOUCHED
    return prior
