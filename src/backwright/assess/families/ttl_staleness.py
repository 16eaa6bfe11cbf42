"""TTL without invalidation: stale reads after a write, and how old a value gets in two layers."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_STALE = """
filled, value, stale = None, None, 0
for now in range(0, write_at + 3 * ttl, every):
    current = "new" if now > write_at else "old"
    if filled is None or now - filled >= ttl:
        filled, value = now, current
    stale += value != current
print(stale)
"""
_AGE = """
# Each layer remembers when it was filled and when its value left the database.
outer, inner, oldest = (None, None), (None, None), 0
for now in range(20 * (local + shared)):
    if inner[0] is None or now - inner[0] >= local:
        if outer[0] is None or now - outer[0] >= shared:
            outer = (now, now)
        inner = (now, outer[1])
    oldest = max(oldest, now - inner[1])
print(oldest)
"""


def _stale(chance: Random) -> Drawn:
    """Draw a polling reader and one write between two of its reads."""
    every, ttl = chance.choice([2, 5, 10]), chance.randint(12, 90)
    between_fills = -(-ttl // every) * every
    filled = between_fills * chance.randint(1, 3)
    reads_before = chance.randint(0, between_fills // every - 1)
    write_at = filled + reads_before * every + chance.randint(1, every - 1)
    rule = between_fills // every - 1 - reads_before
    wrong = {
        ttl // every: f"the TTL runs from the fill at {filled} s, not from the write",
        0: "nothing tells the cache of the write; it serves what it has",
        rule + 1: f"the read at {filled + between_fills} s finds the entry expired and is fresh",
    }
    return Drawn(
        ask=(
            f"A cache-aside entry expires {ttl} s after it was filled (at {ttl} s it is gone); "
            f"writes do not touch it. A client reads at 0 s, {every} s, {2 * every} s and so on, "
            f"through a cache that starts empty. The row changes once, at {write_at} s. "
            "How many reads after that return the old value? Type the number."
        ),
        run=Run("python", f"{every = }\n{ttl = }\n{write_at = }\n{_STALE}"),
        rule=str(rule),
        explain=(
            f"Fills happen every {between_fills} s, the last one before the write at {filled} "
            f"s. Reads between {write_at} s and the next at {filled + between_fills} s: {rule}."
        ),
        wrong=tuple(Wrong(str(say), why) for say, why in wrong.items() if say != rule),
    )


def _age(chance: Random) -> Drawn:
    """Draw an in-process cache over a shared one."""
    local, shared = chance.randint(3, 40), chance.randint(45, 200)
    rule = -(-shared // local) * local - 1
    wrong = {
        shared - 1: "the local cache may copy an old entry and keep it for its own TTL",
        local - 1: "what the local cache copies is already as old as the shared entry",
        shared + local - 1: f"local fills come every {local} s, the last one before {shared} s",
    }
    last = rule + 1 - local
    return Drawn(
        ask=(
            f"A process reads a key at 0 s, 1 s, 2 s and so on through its own cache (TTL {local} "
            f"s), filled from a shared cache (TTL {shared} s), filled from the database. Both "
            "start empty and have no other reader; at exactly its TTL an entry is expired. How "
            "many seconds ago, at most, did a served value leave the database? Type the number."
        ),
        run=Run("python", f"{local = }\n{shared = }\n{_AGE}"),
        rule=str(rule),
        explain=(
            f"The local cache last copies the shared entry at {last} s, before {shared} s, and "
            f"serves it for {local} s: the last read is at {last} + {local} - 1 = {rule} s."
        ),
        wrong=tuple(Wrong(str(say), why) for say, why in wrong.items() if say != rule),
    )


def draw(chance: Random, level: int) -> Drawn:
    """Draw one cache and a write, or two layers of caches."""
    return chance.choice([_stale, _stale, _age])(chance)


FAMILY = Family(
    name="ttl-staleness",
    skills={SkillId("cache.invalidation"): 2},
    source="aws-builders/Caching challenges and strategies",
    draw=draw,
)
