"""Sentences to vectors that are near when they mean alike: a small transformer, computed with numpy alone.

The model is all-MiniLM-L6-v2 (Apache-2.0, search/minilm/NOTICE): six layers, 384 numbers, mean of all
words. Its matrices are kept as 8-bit and its table of words as 4-bit numbers (docs/decisions/0017).
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

WORDS_MAX = 96  # pieces of a sentence that are read; questions have 10 to 30
BATCH = 32  # sentences computed together
HEADS, SIZE, LAYERS = 12, 384, 6
GROUP = 32  # numbers of the table of words that share a scale
_FIRST, _LAST, _UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
_PIECE = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")
ONE = 127  # what 1 is in a vector of 8-bit numbers
_MASKED = -1e4  # added where a shorter sentence of a batch has ended


@dataclass(frozen=True)
class Encoder:
    """A model in memory.

    Attributes:
        arrays: Matrices by name as they are kept; "<name>/scale" holds one number for each row.
        vocabulary: Number of each piece of a word.
    """

    arrays: Mapping[str, NDArray[np.generic]]
    vocabulary: Mapping[str, int]

    def vectors(self, sentences: Sequence[str]) -> Floats:
        """Return one row of length 1 for each sentence."""
        order = sorted(range(len(sentences)), key=lambda n: len(sentences[n]))
        found = np.zeros((len(sentences), SIZE), np.float32)
        for start in range(0, len(order), BATCH):
            part = order[start : start + BATCH]
            found[part] = self._batch([self.pieces(sentences[n]) for n in part])
        return found

    def pieces(self, sentence: str) -> list[int]:
        """Return the numbers of a sentence's pieces: the longest that are known, from the left."""
        plain = unicodedata.normalize("NFD", sentence.lower())
        known, unknown = self.vocabulary, self.vocabulary[_UNKNOWN]
        found: list[int] = []
        for word in _PIECE.findall("".join(c for c in plain if not unicodedata.combining(c))):
            start, parts = 0, []
            while start < len(word):
                mark = "##" if start else ""
                end = next((e for e in range(len(word), start, -1) if mark + word[start:e] in known), 0)  # fmt: skip
                if not end:
                    parts = [unknown]
                    break
                parts.append(known[mark + word[start:end]])
                start = end
            found += parts
        return [known[_FIRST], *found[: WORDS_MAX - 2], known[_LAST]]

    def _batch(self, rows: Sequence[Sequence[int]]) -> Floats:
        longest = max(map(len, rows))
        numbers = np.zeros((len(rows), longest), np.int64)
        present = np.zeros((len(rows), longest), np.float32)
        for n, row in enumerate(rows):
            numbers[n, : len(row)] = row
            present[n, : len(row)] = 1
        x = self._words(numbers) + self._plain("positions")[:longest] + self._plain("kind")
        x = self._normal(x, "embedded")
        mask = ((1 - present) * _MASKED)[:, None, None, :]
        for layer in range(LAYERS):
            x = self._layer(x, f"{layer}.", mask)
        mean = (x * present[:, :, None]).sum(1) / present.sum(1)[:, None]
        return np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True), np.float32)

    def _layer(self, x: Floats, name: str, mask: Floats) -> Floats:
        count, length, _ = x.shape
        query, key, value = (
            self._linear(x, f"{name}{part}")
            .reshape(count, length, HEADS, SIZE // HEADS)
            .transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / math.sqrt(SIZE // HEADS) + mask
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        scores /= scores.sum(-1, keepdims=True)
        seen = (scores @ value).transpose(0, 2, 1, 3).reshape(count, length, SIZE)
        x = self._normal(x + self._linear(seen, f"{name}seen"), f"{name}seen.normal")
        inner = self._linear(x, f"{name}in")
        # GELU by its usual approximation; it differs from the exact one by less than the 8 bits do.
        inner = (
            0.5 * inner * (1 + np.tanh(0.7978845608 * (inner + 0.044715 * inner * inner * inner)))
        )
        return self._normal(x + self._linear(inner, f"{name}out"), f"{name}out.normal")

    def _linear(self, x: Floats, name: str) -> Floats:
        return np.asarray(x @ self._matrices[name] + self._plain(f"{name}/bias"), np.float32)

    @cached_property
    def _matrices(self) -> dict[str, Floats]:
        """Every matrix as real numbers, transposed."""
        return {
            name: (kept.astype(np.float32) * self._plain(f"{name}/scale")[:, None]).T
            for name, kept in self.arrays.items()
            if kept.dtype == np.int8
        }

    def _plain(self, name: str) -> Floats:
        return self.arrays[name].astype(np.float32)

    def _normal(self, x: Floats, name: str) -> Floats:
        centred = x - x.mean(-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        return np.asarray(
            centred / spread * self._plain(f"{name}/weight") + self._plain(f"{name}/bias"),
            np.float32,
        )

    def _words(self, numbers: NDArray[np.int64]) -> Floats:
        """Return rows of the table of words: two numbers a byte, a scale and a start for each group."""
        kept = np.asarray(self.arrays["words"][numbers], np.uint8)
        pairs = np.stack([kept & 15, kept >> 4], -1).reshape(*numbers.shape, SIZE // GROUP, GROUP)
        scale = self.arrays["words/scale"][numbers].astype(np.float32)[..., None]
        start = self.arrays["words/start"][numbers].astype(np.float32)[..., None]
        return np.asarray((pairs * scale + start).reshape(*numbers.shape, SIZE), np.float32)


def read_encoder(blob: bytes) -> Encoder:
    """Return the model of a file as `write_encoder` makes it, without copying its arrays."""
    size = int.from_bytes(blob[:8], "little")
    head = json.loads(blob[8 : 8 + size])
    arrays: dict[str, NDArray[np.generic]] = {}
    for name, (kind, shape, start) in head["arrays"].items():
        count = math.prod(shape)
        arrays[name] = np.frombuffer(blob, kind, count, 8 + size + start).reshape(shape)
    return Encoder(arrays, {piece: n for n, piece in enumerate(head["vocabulary"])})


def write_encoder(encoder: Encoder) -> bytes:
    """Return a model as one file: a length, JSON with names and places, the arrays one after the other."""
    places: dict[str, tuple[str, tuple[int, ...], int]] = {}
    body, start = [], 0
    for name, kept in encoder.arrays.items():
        places[name] = (kept.dtype.str, kept.shape, start)
        body.append(kept.tobytes())
        start += len(body[-1])
    head = json.dumps({"arrays": places, "vocabulary": list(encoder.vocabulary)}).encode()
    head += b" " * (-len(head) % 8)
    return b"".join([len(head).to_bytes(8, "little"), head, *body])


def in_bytes(vectors: Floats) -> NDArray[np.int8]:
    """Return vectors of length 1 as 8-bit numbers; they are compared as they are."""
    return np.asarray(np.round(vectors * ONE), np.int8)


def alike(vector: Floats, kept: NDArray[np.int8]) -> Floats:
    """Return the cosine of one vector with each row that `in_bytes` made."""
    return np.asarray(kept @ (vector / ONE), np.float32)
