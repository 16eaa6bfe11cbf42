"""Offset paging while rows come and go: repeated and missed rows, paged through on SQLite."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
import sqlite3
db = sqlite3.connect(":memory:")
db.execute("CREATE TABLE t(id INTEGER PRIMARY KEY)")
db.executemany("INSERT INTO t VALUES (?)", [(n + 1,) for n in range({rows})])
got, page = [], 0
while True:
    query = "SELECT id FROM t ORDER BY id {order} LIMIT {size} OFFSET ?"
    found = [row[0] for row in db.execute(query, (page * {size},))]
    if not found:
        break
    got += found
    page += 1
    if page == {read}:
        db.executemany("DELETE FROM t WHERE id = ?", [(n,) for n in got[:{deleted}]])
        db.executemany("INSERT INTO t VALUES (?)", [({rows} + n + 1,) for n in range({added})])
kept = [row[0] for row in db.execute("SELECT id FROM t WHERE id <= {rows}")]
print({{"twice": len(got) - len(set(got)), "never": len(set(kept) - set(got))}}[{asked!r}])
"""


def draw(chance: Random, level: int) -> Drawn:
    """Draw a page size, the order, and how many rows are added and deleted between two pages."""
    size, read = chance.choice([10, 20, 25, 50]), chance.randint(1, 4)
    rows = size * (read + chance.randint(3, 8))
    added = chance.choice([0, chance.randint(2, size - 1), chance.randint(2, size - 1)])
    deleted = 0 if added and chance.random() < 0.4 else chance.randint(1, size - 1)
    newest_first = chance.random() < 0.75
    shift = (added if newest_first else 0) - deleted  # how far unread rows move to the back
    asked = "twice" if shift > 0 or (shift == 0 and chance.random() < 0.5) else "never"
    rule = max(0, shift if asked == "twice" else -shift)
    order = "id DESC" if newest_first else "id"
    events = [f"{added} new rows are inserted"] if added else []
    if deleted:
        events.append(f"{deleted} of the rows already delivered are deleted")
    question = (
        "How many rows are delivered twice"
        if asked == "twice"
        else "How many of the original rows that still exist are never delivered"
    )
    where = "before" if newest_first else "after"
    explain = f"The {added} new rows sort {where} the unread ones, " if added else ""
    explain += f"{deleted} deletions pull the unread rows forward; " if deleted else ""
    explain += (
        f"then OFFSET {read * size} {'repeats' if asked == 'twice' else 'skips'} {rule} rows."
    )
    wrong = [
        Wrong(
            str(added),
            f"new rows sort {where} the unread ones" + "; deletions shift as well" * (deleted > 0),
        ),
        Wrong(str(deleted), "deleted rows pull unread ones forward; insertions push them back"),
        Wrong("0", "OFFSET counts rows from the front, and the front has changed"),
    ]
    said = {mistake.say: mistake for mistake in wrong}
    return Drawn(
        ask=(
            f"A client pages through {rows} rows with `ORDER BY {order} LIMIT {size} "
            f"OFFSET (page - 1) * {size}`; ids only grow. After page {read}, "
            f"{' and '.join(events)}. It reads on to the end. {question}? Type the number."
        ),
        run=Run(
            "python",
            _PROGRAM.format(
                rows=rows,
                order="DESC" if newest_first else "ASC",
                size=size,
                read=read,
                deleted=deleted,
                added=added,
                asked=asked,
            ),
        ),
        rule=str(rule),
        explain=explain,
        wrong=tuple(mistake for say, mistake in said.items() if say != str(rule)),
    )


FAMILY = Family(
    name="page-offset",
    skills={SkillId("api.contracts"): 2},
    source="use-the-index-luke/Paging Through Results",
    draw=draw,
)
