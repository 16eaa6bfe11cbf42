"""Keys that move when a shard is added, by modulo or on a ring, with keys really hashed."""

from random import Random
from zlib import crc32

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
from bisect import bisect_left
from zlib import crc32
def modulo(key, shards):
    return crc32(key.encode()) % 100 % shards
def ring(key, nodes):
    points = sorted(nodes)
    return points[bisect_left(points, crc32(key.encode()) % 100) % len(points)]
print(sum({place}(key, {before}) != {place}(key, {after}) for key in {keys!r}))
"""


def draw(chance: Random, level: int) -> Drawn:
    """Draw nine keys and either a growing modulo or a ring that gets a node."""
    noun = chance.choice(["user", "order", "cart", "tenant"])
    keys = [f"{noun}:{number}" for number in sorted(chance.sample(range(10, 1000), 9))]
    spots = [crc32(key.encode()) % 100 for key in keys]
    cells = [f"{key:<11} h = {spot:<6}" for key, spot in zip(keys, spots, strict=True)]
    table = "\n".join("".join(cells[row : row + 3]).rstrip() for row in range(0, 9, 3))
    count = chance.randint(3, 6)
    if chance.random() < 0.5:
        place, before, after = "modulo", repr(count), repr(count + 1)
        moved = sum(spot % (count * (count + 1)) >= count for spot in spots)
        text = (
            f"A key with hash h lives on shard `h % {count}`. A shard is added: `h % {count + 1}`."
        )
        explain = f"A key stays only if h % {count} = h % {count + 1}; {9 - moved} of 9 stay."
        mistakes = {
            str(sum(spot % (count + 1) == count for spot in spots)): (
                "keys also move between the old shards, not only to the new one"
            ),
            "9": "a key whose two remainders are equal stays",
        }
    else:
        nodes = sorted(chance.sample(range(100), count + 1))
        at = chance.randrange(count + 1)
        new, left, right = nodes[at], nodes[at - 1], nodes[(at + 1) % (count + 1)]
        old = [node for node in nodes if node != new]
        place, before, after = "ring", repr(old), repr(nodes)
        moved = sum(0 < (spot - left) % 100 <= (new - left) % 100 for spot in spots)
        behind = sum(0 < (spot - new) % 100 <= (right - new) % 100 for spot in spots)
        listed = ", ".join(map(str, old))
        text = f"A ring has points 0 to 99, nodes at {listed}. A key with hash h lives on"
        text += f" the first node at or after h, wrapping around. A node joins at {new}."
        explain = f"Only keys after {left} and up to {new} get a new owner: {moved}."
        mistakes = {
            str(behind): f"the keys after {new} still find the node at {right} first",
            "9": "a ring moves one arc, not all",
        }
    rule = str(moved)
    return Drawn(
        ask=f"{text}\n\n```text\n{table}\n```\nHow many of these keys move? Type the number.",
        run=Run("python", _PROGRAM.format(place=place, before=before, after=after, keys=keys)),
        rule=rule,
        explain=explain,
        wrong=tuple(Wrong(*one) for one in mistakes.items() if one[0] != rule),
    )


FAMILY = Family(
    name="consistent-hash-moves",
    skills={SkillId("sql.sharding"): 3},
    source="dynamo-paper/4.2 Partitioning Algorithm",
    draw=draw,
)
