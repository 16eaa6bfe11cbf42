"""What many examples say of a question by its meaning: regularised least squares on their vectors.

One nearest example says little where people name symptoms. What is learnt is a direction and a constant (Rifkin, Yeo, Poggio 2003,
Regularized least-squares classification), kept as one more vector, so that a question needs nothing but its cosines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

REGULAR = 1.0  # of .3 to 10 the one that leads most examples right that were left out


class Directions(msgspec.Struct, array_like=True):
    """Directions that were learnt.

    Attributes:
        vectors: Of length 1, as 8-bit numbers, one after the other.
        lengths: How long each is.
        constants: What is added.
    """

    vectors: bytes = b""
    lengths: tuple[float, ...] = ()
    constants: tuple[float, ...] = ()

    def values(self, cosines: Sequence[float]) -> list[float]:
        """Return what each says of a question; `cosines` are those with the vectors."""
        return [c * length + constant for c, length, constant in zip(cosines, self.lengths, self.constants, strict=True)]  # fmt: skip

    def beside(self, others: Directions) -> Directions:
        """Return these and then others."""
        return Directions(
            self.vectors + others.vectors,
            self.lengths + others.lengths,
            self.constants + others.constants,
        )


def learnt(rows: NDArray[np.int8], wanted: NDArray[np.float64]) -> Directions:
    """Return a direction for each column of what is wanted.

    Args:
        rows: A vector for each example.
        wanted: Of the shape (examples, columns): what each should be given, 1 or 0.
    """
    import numpy as np  # only when the index is made

    from backwright.search.sentences import ONE, in_bytes

    vectors = rows.astype(np.float64) / ONE
    middle, mean = vectors.mean(axis=0), wanted.mean(axis=0)
    beside = vectors - middle
    learned = np.linalg.solve(
        beside.T @ beside + REGULAR * np.eye(beside.shape[1]), beside.T @ (wanted - mean)
    )
    lengths = np.linalg.norm(learned, axis=0)
    return Directions(
        in_bytes((learned / lengths).T).tobytes(),
        tuple(lengths.tolist()),
        tuple((mean - middle @ learned).tolist()),
    )
