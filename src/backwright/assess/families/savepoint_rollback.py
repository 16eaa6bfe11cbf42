"""What is left after ROLLBACK TO, RELEASE and the end of a transaction, run on SQLite."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

# "+" is an update; the others are written as SQL has them.
_PLANS = (
    ("+", "SAVEPOINT s1", "+", "ROLLBACK TO s1", "+", "COMMIT"),
    ("+", "SAVEPOINT s1", "+", "SAVEPOINT s2", "+", "ROLLBACK TO s1", "+", "COMMIT"),
    ("+", "SAVEPOINT s1", "+", "SAVEPOINT s2", "+", "ROLLBACK TO s2", "+", "COMMIT"),
    ("+", "SAVEPOINT s1", "+", "RELEASE s1", "+", "COMMIT"),
    ("+", "SAVEPOINT s1", "+", "SAVEPOINT s2", "+", "RELEASE s2", "ROLLBACK TO s1", "COMMIT"),
    ("SAVEPOINT s1", "+", "ROLLBACK TO s1", "+", "ROLLBACK TO s1", "+", "COMMIT"),
    ("+", "SAVEPOINT s1", "+", "RELEASE s1", "+", "ROLLBACK"),
)


def _last(start: int, plan: list[str], steps: list[int]) -> int:
    """Return the balance at the end: a savepoint is a remembered value, by name."""
    now, remembered, left = start, {"": start}, iter(steps)
    for command in plan:
        verb, _, name = command.rpartition(" ")
        if command == "+":
            now += next(left)
        elif verb == "SAVEPOINT":
            remembered[name] = now
        elif verb == "ROLLBACK TO":
            now = remembered[name]
        elif command == "ROLLBACK":
            now = remembered[""]
    return now


def draw(chance: Random, level: int) -> Drawn:
    """Draw a plan of savepoints and the amounts that it adds."""
    plan = [*chance.choice(_PLANS)]
    start = chance.randint(4, 20) * 10
    steps = chance.sample([1, 2, 4, 8, 16, 32, 64], plan.count("+"))
    left = iter(steps)
    update = "UPDATE t SET v = v + {};"
    updates = [update.format(next(left)) if part == "+" else f"{part};" for part in plan]
    lines = [f"CREATE TABLE t(v INTEGER); INSERT INTO t VALUES ({start});", "BEGIN;"]  # noqa: S608  (our own numbers, in memory)
    for text in updates:  # an update joins the line of what came before it, to save lines
        if text.startswith("UPDATE"):
            lines[-1] += f" {text}"
        else:
            lines.append(text)
    code = "\n".join([*lines, "SELECT v FROM t;"])
    rule, everything = _last(start, plan, steps), start + sum(steps)
    kept = [step for step in steps if plan[-1] == "COMMIT" and (rule - start) & step]
    undone = [step for step in steps if step not in kept]
    wrong = [Wrong(str(start), f"the transaction commits, and + {kept} stay" if kept else "")]
    why = "ROLLBACK undoes them, released or not" if not kept else f"{undone} were undone"
    wrong.append(Wrong(str(everything), why))
    explain = f"Kept: {kept or 'nothing'}; undone: {undone or 'nothing'}. v is {rule}."
    return Drawn(
        ask=f"```sql\n{code}\n```\nWhat does the last query return? Type the number.",
        run=Run("sqlite", code),
        rule=str(rule),
        explain=explain + " ROLLBACK TO undoes what came after its savepoint, RELEASE nothing.",
        wrong=tuple(mistake for mistake in wrong if mistake.say != str(rule)),
    )


FAMILY = Family(
    name="savepoint-rollback",
    skills={SkillId("sql.transactions"): 2},
    source="postgresql-docs/SAVEPOINT",
    draw=draw,
)
