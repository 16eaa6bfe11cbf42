"""LRU: how many reads of a trace hit a small cache, played and checked by stack distance."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
import collections
cache, hits = collections.OrderedDict(), 0
for key in trace:
    if key in cache:
        hits += 1
        cache.move_to_end(key)
    else:
        if len(cache) == size:
            cache.popitem(last=False)
        cache[key] = True
print(hits)
"""


def _distance(trace: str, at: int) -> int | None:
    """Return how many keys came between this read and the last one of its key; None if first."""
    before = trace.rfind(trace[at], 0, at)
    return None if before < 0 else len(set(trace[before + 1 : at]))


def _fifo_hits(trace: str, size: int) -> int:
    """Return the hits when a hit does not refresh the key, which is the likely mistake."""
    queue: list[str] = []
    hits = 0
    for key in trace:
        if key in queue:
            hits += 1
        else:
            queue = [*queue, key][-size:]
    return hits


def draw(chance: Random, level: int) -> Drawn:
    """Draw a cache of two to four entries and a trace over a few keys, some of them hot."""
    size = chance.randint(2, 4)
    keys = "ABCDEFG"[: size + chance.randint(1, 3)]
    trace = "".join(chance.choice(keys + keys[:2]) for _ in range(chance.randint(10, 14)))
    distances = [_distance(trace, at) for at in range(len(trace))]
    seen = [distance for distance in distances if distance is not None]
    rule = sum(distance < size for distance in seen)
    wrong = {
        _fifo_hits(
            trace, size
        ): "a hit makes its key the newest again: order of use counts, not of entry",
        len(seen): f"with room for {size} entries some keys are evicted before they are read again",
        len(trace): "the first read of each key misses",
    }
    return Drawn(
        ask=(
            f"A cache holds {size} entries and evicts the least recently used (exact LRU); a miss "
            f"stores the key. It starts empty and sees these reads:\n\n```text\n{' '.join(trace)}\n"
            "```\nHow many reads are hits? Type the number."
        ),
        run=Run("python", f"{size = }\n{trace = }\n{_PROGRAM}"),
        rule=str(rule),
        explain=(
            f"A read hits if fewer than {size} other keys came since its key was last read. Of "
            f"{len(seen)} repeated reads, {rule} do: distances {', '.join(map(str, seen))}."
        ),
        wrong=tuple(Wrong(str(say), why) for say, why in wrong.items() if say != rule),
    )


FAMILY = Family(
    name="lru-trace",
    skills={SkillId("cache.basics"): 2, SkillId("cache.distributed"): 2},
    source="redis-docs/Key eviction",
    draw=draw,
)
