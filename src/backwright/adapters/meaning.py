"""Compares sentences by meaning, with the model and the vectors that come with the package."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backwright.adapters.knowledge import ENCODER
from backwright.search.sentences import SIZE, Encoder, alike, in_bytes, read_encoder

if TYPE_CHECKING:
    from collections.abc import Sequence

KEY_BYTES = 8  # of the hash of a sentence: two of some thousands do not share it


class ShippedEncoder:
    """The SentenceEncoder port. Read when first used, kept for the whole process."""

    size = SIZE

    def __init__(self, folder: Path = ENCODER) -> None:
        self._folder = folder

    def kept(self, sentences: Sequence[str]) -> bytes:
        known = _phrases(self._folder)
        rows = [known.get(key_of(sentence)) for sentence in sentences]
        missing = [n for n, row in enumerate(rows) if row is None]
        if missing:
            model = _model(self._folder)
            fresh = in_bytes(model.vectors([sentences[n] for n in missing]))
            for n, row in zip(missing, fresh, strict=True):
                rows[n] = row.tobytes()
        return b"".join(row for row in rows if row)

    def compared(self, sentence: str, kept: Any) -> Sequence[float]:  # noqa: ANN401  (an array)
        vector = _model(self._folder).vectors([sentence])[0]
        found: list[float] = alike(vector, kept).tolist()
        return found


def key_of(sentence: str) -> bytes:
    """Return what a sentence's vector is kept under."""
    from hashlib import sha256

    return sha256(sentence.encode()).digest()[:KEY_BYTES]


def write_phrases(sentences: Sequence[str], folder: Path = ENCODER) -> int:
    """Compute the vectors of these sentences, write them beside the weights, and return how many there are."""
    texts = sorted(dict.fromkeys(sentences))
    vectors = in_bytes(_model(folder).vectors(texts))
    entries = [key_of(text) + row.tobytes() for text, row in zip(texts, vectors, strict=True)]
    (folder / "phrases.bin").write_bytes(b"".join(sorted(entries)))
    return len(entries)


@cache
def _model(folder: Path) -> Encoder:
    return read_encoder((folder / "weights.bin").read_bytes())


@cache
def _phrases(folder: Path) -> dict[bytes, bytes]:
    path = folder / "phrases.bin"
    data = path.read_bytes() if path.exists() else b""
    step = KEY_BYTES + SIZE
    return {
        data[n : n + KEY_BYTES]: data[n + KEY_BYTES : n + step] for n in range(0, len(data), step)
    }
