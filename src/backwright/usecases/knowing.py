"""The packs and rules, parsed once and kept: parsing them costs more than a small review."""

from hashlib import sha256

import msgspec

from backwright.model.errors import BadContent
from backwright.review.knowledge import Knowledge, make_knowledge, with_own
from backwright.review.link.packs import Pack, Packs
from backwright.review.rules.rule import Rule
from backwright.usecases.bench import Bench

FORMAT = 1  # raise when packs or rules get new fields


class _Kept(msgspec.Struct, array_like=True):
    packs: dict[str, list[Pack]]
    rules: dict[str, Rule]
    pages: dict[str, str]


def knowledge_digest(texts: dict[str, str]) -> str:
    """Return what changes whenever a pack or rule does."""
    stamp = sha256(str(FORMAT).encode())
    for path, text in sorted(texts.items()):
        stamp.update(f"{path}\0{text}\0".encode())
    return stamp.hexdigest()[:24]


def known(bench: Bench, own: tuple[str, ...] = ()) -> tuple[Knowledge, str]:
    """Return all packs and rules, a person's own packs included, and their digest.

    Raises:
        BadContent: One of them cannot be read.
    """
    texts = bench.knowledge()
    digest = knowledge_digest(texts)
    key = f"knowledge/{digest}"
    kept = bench.facts.get([key]).get(key)
    knowledge = _decoded(kept) if kept else None
    if knowledge is None:
        knowledge = make_knowledge(texts)
        if knowledge.problems:
            raise BadContent(knowledge.problems)
        packs = {language: list(each.packs) for language, each in knowledge.packs.items()}
        bench.facts.put(
            {
                key: msgspec.msgpack.encode(
                    _Kept(packs, dict(knowledge.rules), dict(knowledge.pages))
                )
            }
        )
    if own:
        knowledge = with_own(knowledge, own)
        if knowledge.problems:
            raise BadContent(knowledge.problems)
        digest = sha256((digest + "\0".join(own)).encode()).hexdigest()[:24]
    return knowledge, digest


def _decoded(kept: bytes) -> Knowledge | None:
    try:
        found = msgspec.msgpack.decode(kept, type=_Kept)
    except msgspec.MsgspecError:
        return None
    return Knowledge(
        {language: Packs(packs) for language, packs in found.packs.items()},
        found.rules,
        found.pages,
    )
