"""The blind test: whether the key can be guessed without reading the question.

A conditional logit on cues only (length, overlap with the other options, absolute and hedging
words, numbers), trained on four fifths of the bank and scored on the rest, must not beat chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_ABSOLUTE = ("always", "never", "only", "all", "none", "every", "must")
_HEDGE = ("may", "can", "usually", "often", "generally", "might", "typically")
FOLDS, ROUNDS, RATE, RIDGE = 5, 300, 0.3, 0.02


@dataclass(frozen=True)
class BlindResult:
    """Share of keys guessed without the stem, what chance gives, and how far above it (in SE)."""

    accuracy: float
    chance: float
    z: float


def blind_test(options: Sequence[Sequence[str]]) -> BlindResult:
    """Return how well the key (the first option of each item) is guessed from cues alone.

    Ties are broken against the guesser's luck: a tie counts as chance.
    """
    cues = [_cues(each) for each in options]
    folds = np.arange(len(cues)) % FOLDS
    hits = 0.0
    for fold in range(FOLDS):
        weights = _fit([c for c, f in zip(cues, folds, strict=True) if f != fold])
        for c, f in zip(cues, folds, strict=True):
            if f == fold:
                scores = c @ weights
                best = np.isclose(scores, scores.max())
                hits += float(best[0]) / best.sum()
    chance = float(np.mean([1 / len(each) for each in options]))
    accuracy = hits / len(cues)
    spread = np.sqrt(chance * (1 - chance) / len(cues))
    return BlindResult(accuracy, chance, float((accuracy - chance) / spread))


def _cues(options: Sequence[str]) -> Floats:
    words = [set(option.lower().split()) for option in options]
    lengths = np.array([len(option) for option in options], dtype=float)
    overlap = np.array(
        [
            np.mean([len(a & b) / max(1, len(a | b)) for b in words if b is not a] or [0.0])
            for a in words
        ]
    )
    flags = [
        [any(word in each for word in group) for each in words] for group in (_ABSOLUTE, _HEDGE)
    ]
    digits = [any(c.isdigit() for c in option) for option in options]
    longest, shortest = lengths == lengths.max(), lengths == lengths.min()
    columns = [_standard(lengths), _standard(overlap), *flags, digits, longest, shortest]
    return np.column_stack([np.asarray(column, dtype=float) for column in columns])


def _standard(values: Floats) -> Floats:
    scaled: Floats = (values - values.mean()) / (values.std() + 1e-9)
    return scaled


def _fit(cues: Sequence[Floats]) -> Floats:
    """Return the weights of a conditional logit whose chosen row is the first of each block."""
    weights = np.zeros(cues[0].shape[1])
    width = max(len(c) for c in cues)
    block = np.zeros((len(cues), width, weights.size))
    mask = np.full((len(cues), width), -np.inf)
    for n, c in enumerate(cues):
        block[n, : len(c)] = c
        mask[n, : len(c)] = 0.0
    for _ in range(ROUNDS):
        scores = block @ weights + mask
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        gradient = (block[:, 0] - np.einsum("nk,nkf->nf", p, block)).mean(axis=0)
        weights += RATE * (gradient - RIDGE * weights)
    return weights
