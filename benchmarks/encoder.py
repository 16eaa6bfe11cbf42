"""Makes the files of the sentence encoder: its weights from the model's own files, and vectors of what is written.

python -m benchmarks.encoder weights FOLDER     FOLDER holds model.safetensors and vocab.txt of all-MiniLM-L6-v2
python -m benchmarks.encoder phrases            after content changed: vectors of every foreseen question and title
"""

import json
import re
import sys
from pathlib import Path

import numpy as np

from backwright.adapters.knowledge import ENCODER
from backwright.adapters.meaning import write_phrases
from backwright.search.sentences import GROUP, LAYERS, SIZE, WORDS_MAX, Encoder, write_encoder
from backwright.usecases.indexing import texts_of
from backwright.wiring import make_bench

_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
_PARTS = {
    "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
    "seen": "attention.output.dense", "in": "intermediate.dense", "out": "output.dense",
}  # fmt: skip


def read_tensors(path: Path) -> dict[str, np.ndarray]:
    """Return the arrays of a safetensors file."""
    raw = path.read_bytes()
    size = int.from_bytes(raw[:8], "little")
    kinds = {"F32": np.float32, "F16": np.float16, "I64": np.int64}
    found = {}
    for name, entry in json.loads(raw[8 : 8 + size]).items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            found[name.removeprefix("bert.")] = np.frombuffer(
                raw[8 + size + start : 8 + size + end], kinds[entry["dtype"]]
            ).reshape(entry["shape"])
    return found


def weights(folder: Path) -> bytes:
    """Return the encoder's file: 8 bits for each number of a matrix, 4 for each of the table of words."""
    tensors = read_tensors(folder / "model.safetensors")
    pieces = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    kept = [
        n
        for n, piece in enumerate(pieces)
        if piece in _SPECIAL
        or re.fullmatch(r"(##)?[a-z0-9]+", piece)
        or (len(piece) == 1 and piece.isascii())
    ]
    groups = tensors["embeddings.word_embeddings.weight"][kept].reshape(
        len(kept), SIZE // GROUP, GROUP
    )
    start, end = groups.min(-1), groups.max(-1)
    scale = ((end - start) / 15).astype(np.float16)
    start = start.astype(np.float16)
    step = np.where(scale == 0, 1, scale).astype(np.float32)[..., None]
    four = np.clip(np.round((groups - start[..., None].astype(np.float32)) / step), 0, 15).astype(
        np.uint8
    )
    four = four.reshape(len(kept), SIZE // 2, 2)
    half = np.float16
    arrays = {
        "words": four[..., 0] | four[..., 1] << 4,
        "words/scale": scale,
        "words/start": start,
        "positions": tensors["embeddings.position_embeddings.weight"][:WORDS_MAX].astype(half),
        "kind": tensors["embeddings.token_type_embeddings.weight"][0].astype(half),
        "embedded/weight": tensors["embeddings.LayerNorm.weight"].astype(half),
        "embedded/bias": tensors["embeddings.LayerNorm.bias"].astype(half),
    }
    for layer in range(LAYERS):
        for name, part in _PARTS.items():
            matrix = tensors[f"encoder.layer.{layer}.{part}.weight"]
            rows = np.abs(matrix).max(1) / 127
            arrays[f"{layer}.{name}"] = np.round(matrix / rows[:, None]).astype(np.int8)
            arrays[f"{layer}.{name}/scale"] = rows.astype(np.float32)
            arrays[f"{layer}.{name}/bias"] = tensors[f"encoder.layer.{layer}.{part}.bias"].astype(
                half
            )
        for name, part in (("seen", "attention.output"), ("out", "output")):
            for kind in ("weight", "bias"):
                arrays[f"{layer}.{name}.normal/{kind}"] = tensors[
                    f"encoder.layer.{layer}.{part}.LayerNorm.{kind}"
                ].astype(half)
    return write_encoder(Encoder(arrays, {pieces[n]: place for place, n in enumerate(kept)}))


def main() -> None:
    if sys.argv[1:2] == ["weights"]:
        ENCODER.mkdir(exist_ok=True)
        (ENCODER / "weights.bin").write_bytes(weights(Path(sys.argv[2])))
    elif sys.argv[1:] == ["phrases"]:
        print(f"{write_phrases(texts_of(make_bench()))} sentences")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
