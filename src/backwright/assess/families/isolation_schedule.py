"""Two writers at READ COMMITTED: the value after an interleaved schedule, played on a row lock."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
# One row: its committed value, and the lock holder's new version of it.
holder, version, waiting, seen = None, None, [], {}
def play(who, step, amount=0):
    global committed, holder, version
    if step == "read":
        seen[who] = version if holder == who else committed
    elif step in ("commit", "rollback"):
        committed = version if step == "commit" else committed
        holder = version = None
        for queued in waiting[:]:
            waiting.remove(queued)
            play(*queued)
    elif holder not in (None, who):
        waiting.append((who, step, amount))
    else:
        if holder is None:
            holder, version = who, committed
        if step == "lock":
            seen[who] = version
        elif step == "add":
            version += amount
        elif step == "set":
            version = seen[who] + amount
for step in schedule:
    play(*step)
assert not waiting
print(committed)
"""
_FIRST = {"add": ["add"], "read": ["read", "set"], "lock": ["lock", "set"]}
_SQL = {
    "add": "UPDATE t SET n = n + {0};",
    "read": "SELECT n FROM t;",
    "lock": "SELECT n FROM t FOR UPDATE;",
    "set": "UPDATE t SET n = :n + {0};",
    "commit": "COMMIT;",
    "rollback": "ROLLBACK;",
}


def draw(chance: Random, level: int) -> Drawn:
    """Draw how each transaction adds its amount, and who is first; the first may roll back."""
    start = chance.randint(10, 40) * 10
    amounts = {"T1": chance.randint(1, 9) * 10, "T2": chance.randint(11, 19) * 5 + 1}
    style = {"T1": chance.choice(["add", "read", "lock"]), "T2": chance.choice(list(_FIRST))}
    end = "rollback" if chance.random() < 0.25 else "commit"
    ends = {"T1": end, "T2": "commit"}
    parts = {who: [*_FIRST[style[who]], ends[who]] for who in style}
    order = ["T1", "T2", *["T1"] * (len(parts["T1"]) - 1), *["T2"] * (len(parts["T2"]) - 1)]
    if style["T1"] == "read" and style["T2"] != "read":  # T2 takes the lock first, T1 waits
        ends, first, last = {"T1": "commit", "T2": end}, "T2", "T1"
        parts["T1"][-1], parts["T2"][-1] = "commit", end
        order = ["T1", *["T2"] * (len(parts["T2"]) - 1), "T1", "T2", "T1"]
    else:
        first, last = "T1", "T2"
    left = {who: iter(steps) for who, steps in parts.items()}
    schedule = [(who, next(left[who]), amounts[who]) for who in order]
    lines, begun = [], set[str]()
    for who, step, amount in schedule:
        begin = "" if who in begun else "BEGIN; "
        begun.add(who)
        lines.append(f"{who}: {begin}{_SQL[step].format(amount)}")
    stale, undone = style[last] == "read", ends[first] == "rollback"
    rule = start + amounts[last] + (0 if stale or undone else amounts[first])
    both, alone = start + sum(amounts.values()), start + amounts[last]
    if stale:
        why = f"{last} read {start} before {first} ended and writes {start} + {amounts[last]}"
    elif undone:
        why = f"{first} rolls back, so {last} goes on from {start}"
    else:
        why = f"{last} waits for the lock, then sees {start + amounts[first]} and adds to that"
    options = {
        both: f"{why}: {first}'s change is lost" if stale and not undone else why,
        alone: why,
        start + amounts[first]: f"{last} commits last, so its write is the one that stays",
    }
    return Drawn(
        ask=(
            f"PostgreSQL, READ COMMITTED; the only row of t has n = {start}. `:n` is the value "
            "that this transaction's SELECT returned. A statement that meets a lock waits for it, "
            "then goes on by itself.\n\n```text\n" + "\n".join(lines) + "\n```\n"
            "What is n after all of this? Type the number."
        ),
        run=Run("python", f"committed = {start}\n{schedule = }\n{_PROGRAM}"),
        rule=str(rule),
        explain=f"{why}: n = {rule}.",
        wrong=tuple(Wrong(str(say), reason) for say, reason in options.items() if say != rule),
    )


FAMILY = Family(
    name="isolation-schedule",
    skills={SkillId("sql.isolation"): 3},
    source="postgresql-docs/13.2.1. Read Committed Isolation Level",
    draw=draw,
)
