"""COUNT, COUNT(column) and NOT IN where a column holds NULLs, run on SQLite."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId


def draw(chance: Random, level: int) -> Drawn:
    """Draw a small column with NULLs and ask what a query over it returns."""
    values = [chance.choice([None, 1, 2, 3]) for _ in range(chance.randint(5, 9))]
    values[chance.randrange(len(values))] = None
    rows = ", ".join("(NULL)" if value is None else f"({value})" for value in values)
    given = f"CREATE TABLE t(x INTEGER);\nINSERT INTO t VALUES\n  {rows};"
    known = [value for value in values if value is not None]
    if level >= 3:
        wanted = chance.choice([1, 2, 3, 9])
        kept = chance.random() < 0.6
        where = " WHERE x IS NOT NULL" if kept else ""
        given += f"\nCREATE VIEW one AS SELECT {wanted} AS y;"
        query = f"SELECT count(*) FROM one\nWHERE y NOT IN (SELECT x FROM t{where});"  # noqa: S608
        rule = int(kept and wanted not in known)
        tempting = Wrong(
            str(1 - rule), f"compare {wanted} with each value left; NULL makes it unknown"
        )
        explain = "NOT IN compares with every value left; a NULL among them is never true."
    else:
        query = "SELECT count(x) FROM t;"
        rule = len(known)
        tempting = Wrong(str(len(values)), "count(x) skips NULLs; count(*) counts rows")
        explain = f"count(x) counts the {rule} values that are not NULL, of {len(values)} rows."
    return Drawn(
        ask=f"```sql\n{given}\n{query}\n```\nWhat does the last query return? Type the number.",
        run=Run("sqlite", f"{given}\n{query}"),
        rule=str(rule),
        explain=explain,
        wrong=(tempting,),
    )


FAMILY = Family(
    name="sql-null",
    skills={SkillId("sql.basics"): 2, SkillId("sql.advanced"): 3},
    source="postgresql-docs/Comparison Functions and Operators",
    draw=draw,
    guess=0.3,
)
