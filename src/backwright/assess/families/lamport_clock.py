"""Lamport clocks: the clock value of an event in a trace, by playing the trace."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
clock, stamp = {{}}, {{}}
for process, event, what in {trace!r}:
    action, _, message = what.partition(" ")
    before = clock.get(process, 0)
    if action == "receives":
        before = max(before, stamp[message])
    clock[process] = before + 1
    if action == "sends":
        stamp[message] = before + 1
    if event == {asked!r}:
        print(before + 1)
"""
Trace = list[tuple[str, str, str]]  # process, event, what it does


def _trace(chance: Random) -> Trace:
    """Return nine events of three processes; messages go from one to another."""
    trace: Trace = []
    on_the_way: list[tuple[str, str]] = []
    for event in "abcdefghi":
        process, what = f"P{chance.randint(1, 3)}", "works"
        here = [sent for sent in on_the_way if sent[0] != process]
        if here and chance.random() < 0.6:
            on_the_way.remove(here[0])
            what = f"receives {here[0][1]}"
        elif chance.random() < 0.6:
            on_the_way.append((process, f"m-{event}"))
            what = f"sends m-{event}"
        trace.append((process, event, what))
    return trace


def _longest_chain(trace: Trace, last: int) -> int:
    """Return how many events the longest happened-before chain has that ends in this event."""
    process, _, what = trace[last]
    sent = what.replace("receives", "sends")
    own = [index for index in range(last) if trace[index][0] == process][-1:]
    sender = [index for index in range(last) if trace[index][2] == sent != "works"]
    return 1 + max((_longest_chain(trace, index) for index in own + sender), default=0)


def draw(chance: Random, level: int) -> Drawn:
    """Draw a trace and an event whose clock is neither its place in the list nor in its process."""
    own = place = rule = 0
    while rule in (own, place + 1):
        trace, place = _trace(chance), chance.randrange(4, 9)
        before = [what for process, _, what in trace[: place + 1] if process == trace[place][0]]
        own, rule = len(before), _longest_chain(trace, place)
    asked = trace[place][1]
    listed = "\n".join("  ".join(entry) for entry in trace)
    received = sum(what.startswith("receives") for what in before)
    mistakes = {
        str(own + received): "a receive takes the larger of both clocks, then adds 1",
        str(place + 1): "the processes share no counter; this is no total order of the list",
        str(own): "a received message can move the clock ahead",
    }
    return Drawn(
        ask=(
            "Events of three processes, in real order. Lamport clocks start at 0; each event adds"
            " 1, a receive after taking the larger of its own clock and the message's."
            f"\n\n```text\n{listed}\n```\nWhat is the clock value of {asked}? Type the number."
        ),
        run=Run("python", _PROGRAM.format(trace=trace, asked=asked)),
        rule=str(rule),
        explain=f"The longest chain of events that leads to {asked}, itself included, has {rule}.",
        wrong=tuple(Wrong(*one) for one in mistakes.items() if one[0] != str(rule)),
    )


FAMILY = Family(
    name="lamport-clock",
    skills={SkillId("dist.basics"): 2},
    source="lamport-clocks/Logical Clocks",
    draw=draw,
)
