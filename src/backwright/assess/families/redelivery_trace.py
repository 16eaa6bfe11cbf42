"""Redelivery: how often a handler runs, or its effect happens, until an ack comes in time."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
import heapq
runs, hidden, effect_at = {runs!r}, {hidden}, {effect_at}  # a run: (seconds, whether it crashes)
events, receipt, gone, effects = [(0, 0, "visible", 0)], 0, False, 0
while events:
    now, _, what, owner = heapq.heappop(events)
    if what == "visible" and not gone and owner == receipt:  # not acked: deliver it again
        seconds, crashes = runs[receipt]
        receipt += 1
        heapq.heappush(events, (now + hidden, receipt, "visible", receipt))
        if effect_at < seconds:
            heapq.heappush(events, (now + effect_at, receipt, "effect", receipt))
        if not crashes:
            heapq.heappush(events, (now + seconds, receipt, "ack", receipt))
    elif what == "effect":
        effects += 1
    elif what == "ack" and owner == receipt:
        gone = True
print({printed})
"""


def draw(chance: Random, level: int) -> Drawn:
    """Draw the runs of one message's handler: crashes, slow ones, one in time, more after it."""
    hidden, effect_at = chance.choice([20, 30, 40, 60]), chance.randint(4, 9)
    bad = [
        (chance.choice([2, 3, chance.randint(effect_at + 1, hidden - 2)]), True)
        if chance.random() < 0.5
        else (hidden + chance.randint(2, 30), False)
        for _ in range(chance.randint(1, 4))
    ]
    runs = [*bad, *((chance.randint(effect_at + 1, hidden - 2), False) for _ in range(2))]
    rows = [f"run {n}: {'crash' if c else 'done'} after {s} s" for n, (s, c) in enumerate(runs, 1)]
    listed = "\n".join(rows)
    count = len(bad) + 1
    acked = f"Run {count} is the first to ack within {hidden} s"
    mistakes = {str(len(runs)): f"run {count} acks in time, and the message is gone"}
    if level >= 3:
        printed, rule = "effects", sum(seconds > effect_at for seconds, _ in runs[:count])
        question = f"Each run charges the card {effect_at} s after its start. How often is it"
        question += " charged?"
        explain = f"{acked}; of these {count} runs, {rule} last longer than {effect_at} s."
        mistakes[str(sum(not crashes for _, crashes in runs[:count]))] = (
            f"a crash later than {effect_at} s comes after the charge"
        )
        mistakes[str(count)] = f"a run that crashes before {effect_at} s charges nothing"
    else:
        printed, rule, question = "receipt", count, "How often does the handler start?"
        explain = f"{acked}, so it starts {count} times."
        mistakes[str(count - sum(not crashes for _, crashes in bad))] = (
            f"a run longer than {hidden} s is started again beside it"
        )
        mistakes["1"] = "without an ack in time the message comes back"
    numbers = {"runs": runs, "hidden": hidden, "effect_at": effect_at, "printed": printed}
    return Drawn(
        ask=(
            f"A queue hides a received message for {hidden} s. Without an ack by then it delivers"
            " it again at once, to another worker; a late ack is refused. A handler acks when done;"
            f" a slow one runs on. Its runs would go so:\n\n```text\n{listed}\n```\n"
            f"{question} Type the number."
        ),
        run=Run("python", _PROGRAM.format(**numbers)),
        rule=str(rule),
        explain=explain,
        wrong=tuple(Wrong(*one) for one in mistakes.items() if one[0] != str(rule)),
    )


FAMILY = Family(
    name="redelivery-trace",
    skills={SkillId("msg.queues"): 2, SkillId("msg.delivery"): 3},
    source="aws-sqs-docs/Amazon SQS visibility timeout",
    draw=draw,
)
