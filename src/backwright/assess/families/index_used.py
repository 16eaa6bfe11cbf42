"""Whether a composite index serves a WHERE clause, by SQLite's EXPLAIN QUERY PLAN."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
import sqlite3
db = sqlite3.connect(":memory:")
db.executescript({table!r})
detail = db.execute("EXPLAIN QUERY PLAN " + {query!r}).fetchone()[3]
print(detail.split()[0].lower())
"""
_COLUMNS = ("shop", "day", "state", "total", "user_id", "kind")
# (condition with {c} for the column, whether it can be looked up in an index that starts with c)
_PLAIN = (("{c} = 7", True), ("{c} > 7", True))
_HARDER = (
    ("{c} IN (3, 7)", True),
    ("{c} BETWEEN 3 AND 7", True),
    ("{c} IS NULL", True),
    ("{c} + 1 = 8", False),
    ("abs({c}) = 7", False),
    ("{c} <> 7", False),
    ("coalesce({c}, 0) = 7", False),
)


def draw(chance: Random, level: int) -> Drawn:
    """Draw the index's columns and conditions; at level 3 also expressions and OR."""
    first, second, third, other = chance.sample(_COLUMNS, 4)
    table = (
        f"CREATE TABLE t(id INTEGER PRIMARY KEY,\n  {', '.join(f'{c} INT' for c in _COLUMNS)});\n"
        f"CREATE INDEX i ON t({first}, {second}, {third});"
    )
    text, usable = chance.choice(_PLAIN)
    if level >= 3:
        usable = chance.random() < 0.6
        text = chance.choice([shape for shape, seeks in _HARDER if seeks == usable])
    rest = [
        (column, chance.choice(_PLAIN)[0].format(c=column))
        for column in chance.sample([second, third, other], chance.randint(1, 2))
    ]
    word = "OR" if level >= 3 and usable and chance.random() < 0.25 else "AND"
    leads = chance.random() < (0.5 if level < 3 else 0.9)
    conditions = [part for _, part in rest]
    if leads:
        conditions.append(text.format(c=first))
    elif level >= 3:
        word = "AND"
    chance.shuffle(conditions)
    query = f"SELECT * FROM t WHERE {f' {word} '.join(conditions)};"  # noqa: S608  (text of a question)
    search = leads and usable and word == "AND"
    rule = "search" if search else "scan"
    if search:
        why = f"`{text.format(c=first)}` bounds {first}, the index's first column"
    elif not leads:
        why = f"nothing bounds {first}, the index's first column"
    elif word == "OR":
        why = f"the other side of OR, on {rest[0][0]}, has no index, so every row is looked at"
    else:
        why = f"no seek on {first}'s values can start from `{text.format(c=first)}`"
    return Drawn(
        ask=(
            "SQLite, ANALYZE was not run; t has no other index than this one.\n\n"
            f"```sql\n{table}\n{query}\n```\n"
            "Does EXPLAIN QUERY PLAN say SEARCH or SCAN for t? Type search or scan."
        ),
        run=Run("python", _PROGRAM.format(table=table, query=query)),
        rule=rule,
        explain=f"{rule.upper()}: {why}. The order of conditions in WHERE changes nothing.",
        wrong=(Wrong("scan" if search else "search", why),),
    )


FAMILY = Family(
    name="index-used",
    skills={SkillId("sql.indexes"): 2, SkillId("sql.explain"): 3},
    source="sqlite-docs/Query Planning",
    draw=draw,
    guess=0.5,
)
