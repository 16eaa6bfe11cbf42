"""Compensations of a saga that fails half-way: which run and in which order, unwound by a stack."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
from contextlib import ExitStack
steps, stops_at, in_doubt = {steps!r}, {stops_at!r}, {in_doubt}  # (letter, can be compensated)
undone = []
try:
    with ExitStack() as compensations:
        for letter, compensable in steps:
            if letter == stops_at and not in_doubt:
                raise RuntimeError("rolled back by itself")
            if compensable:
                compensations.callback(undone.append, letter)
            if letter == stops_at:
                raise TimeoutError("may have been done")
except (RuntimeError, TimeoutError):
    print("".join(undone))
"""
_CHANGES = (
    ("reserve stock", "release it"),
    ("charge card", "refund"),
    ("book courier", "cancel courier"),
    ("create order", "cancel order"),
    ("grant points", "take back points"),
    ("issue voucher", "void voucher"),
    ("block seat", "free seat"),
)
_READS = ("check fraud score", "look up tax rate", "validate address")


def draw(chance: Random, level: int) -> Drawn:
    """Draw five or six steps in any letters, one or two that only read, and where it stops."""
    count = chance.randint(5, 6)
    letters = chance.sample("ABCDEF", count)
    reads = chance.sample(range(count - 1), chance.randint(1, 2))
    changes, lookups = chance.sample(_CHANGES, count), chance.sample(_READS, 2)
    at = chance.choice([index for index in range(3, count) if index not in reads])
    steps = [(letter, index not in reads) for index, letter in enumerate(letters)]
    stops_at, in_doubt = letters[at], chance.random() < 0.5
    does = [changes[n] if n not in reads else (lookups.pop(), "none (reads)") for n in range(count)]
    rows = [f"{one}  {do:<18} undo: {undo}" for one, (do, undo) in zip(letters, does, strict=True)]
    listed = "\n".join(rows)
    past = [letter for letter, compensable in steps[:at] if compensable]
    rule = "".join(reversed(past + [stops_at] * in_doubt))
    other = "".join(reversed(past + [stops_at] * (not in_doubt)))
    if in_doubt:
        text = (
            f"{stops_at} times out and may have been done; an undo with nothing to do is harmless."
        )
        why = f"{stops_at} may have been done, so it is undone as well"
    else:
        text = f"{stops_at} fails; its local transaction rolled back by itself."
        why = f"{stops_at} left nothing behind"
    mistakes = {
        other: why,
        "".join(sorted(rule, key=letters.index)): "the last change is undone first",
        "".join(reversed(letters[: at + in_doubt])): "a step that only reads has nothing to undo",
    }
    return Drawn(
        ask=(
            f"A saga runs these steps from top to bottom:\n\n```text\n{listed}\n```\n{text} The"
            " orchestrator compensates; each undo expects the state that its step left. Which"
            " steps does it undo? Type their letters in that order, without spaces."
        ),
        run=Run("python", _PROGRAM.format(steps=steps, stops_at=stops_at, in_doubt=in_doubt)),
        rule=rule,
        explain=f"Undo backwards what was (or may have been) changed; {why}: {rule}.",
        wrong=tuple(Wrong(*one) for one in mistakes.items() if one[0] != rule),
    )


FAMILY = Family(
    name="saga-compensations",
    skills={SkillId("arch.saga"): 2},
    source="azure-architecture/Compensating Transaction pattern",
    draw=draw,
)
