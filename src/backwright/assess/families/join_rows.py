"""How many rows an inner or left join returns, with repeated and NULL keys, run on SQLite."""

from collections import Counter
from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId


def _values(rows: list[tuple[int | None, ...]]) -> str:
    """Return the rows as SQL writes them after VALUES."""
    texts = (", ".join("NULL" if cell is None else str(cell) for cell in row) for row in rows)
    return ", ".join(f"({text})" for text in texts)


def draw(chance: Random, level: int) -> Drawn:
    """Draw two small tables; at level 3 a condition on the right one, in ON or in WHERE."""
    left = [1, None, *(chance.choice([None, 1, 2, 3, 4]) for _ in range(chance.randint(2, 4)))]
    chance.shuffle(left)
    right = [
        (chance.choice([1, 1, 2, 3, 5]), chance.randint(1, 9)) for _ in range(chance.randint(3, 4))
    ]
    right.append((1, chance.randint(1, 9)))
    least = [*sorted({amount for _, amount in right}), 9][1]
    keys: list[tuple[int | None, int]] = [*right, (None, 9)]
    chance.shuffle(keys)
    kept = Counter(key for key, amount in right if level < 3 or amount >= least)
    inner = sum(kept[key] for key in left if key is not None)
    unmatched = sum(key is None or not kept[key] for key in left)
    nulls = left.count(None)
    if level >= 3:
        place = chance.choice(["AND", "WHERE"])
        join, tail = "LEFT JOIN", f"\n  {place} b.n >= {least}"
        rule = inner + unmatched if place == "AND" else inner
        other = inner if place == "AND" else inner + unmatched
        on = "in ON it picks partners; rows of a without one stay"
        say = on if place == "AND" else "in WHERE it also removes rows whose b.n is NULL"
        wrong = [Wrong(str(other), f"the place of `b.n >= {least}` matters: {say}")]
        explain = f"Pairs that pass: {inner}. Rows of a without one: {unmatched}; {say}."
    else:
        join, tail = chance.choice(["JOIN", "LEFT JOIN"]), ""
        outer = join == "LEFT JOIN"
        rule = inner + unmatched if outer else inner
        other, fate = (inner, "keeps") if outer else (inner + unmatched, "drops")
        explain = f"Pairs with equal keys (NULL equals nothing): {inner}. "
        explain += f"Rows of a without a partner, which {join} {fate}: {unmatched}."
        wrong = [
            Wrong(str(other), f"{join} {fate} rows of a without a partner"),
            Wrong(str(len(left)), "a key that repeats in b gives a row for each partner"),
        ]
    if join == "JOIN" or "WHERE" in tail:
        wrong.append(Wrong(str(inner + nulls), "NULL = NULL is unknown: NULL keys do not pair"))
    said = {mistake.say: mistake for mistake in reversed(wrong)}
    tables = (
        f"CREATE TABLE a(k INTEGER); CREATE TABLE b(k INTEGER, n INTEGER);\n"
        f"INSERT INTO a VALUES {_values([(key,) for key in left])};\n"
        f"INSERT INTO b VALUES {_values([*keys])};"
    )
    query = f"SELECT count(*) FROM a {join} b ON b.k = a.k{tail};"  # noqa: S608  (our own numbers, in memory)
    return Drawn(
        ask=f"```sql\n{tables}\n{query}\n```\nWhich count does the query return? Type the number.",
        run=Run("sqlite", f"{tables}\n{query}"),
        rule=str(rule),
        explain=explain,
        wrong=tuple(mistake for say, mistake in said.items() if say != str(rule)),
    )


FAMILY = Family(
    name="join-rows",
    skills={SkillId("sql.basics"): 2, SkillId("sql.advanced"): 3},
    source="postgresql-docs/7.2.1.1. Joined Tables",
    draw=draw,
)
