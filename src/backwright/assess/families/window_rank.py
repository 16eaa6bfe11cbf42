"""rank, dense_rank and a running sum where rows tie in the ordering, run on SQLite."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId


def draw(chance: Random, level: int) -> Drawn:
    """Draw scores with ties and ask one row's window value."""
    points = sorted(chance.sample(range(10, 60), 4), reverse=True)
    scores = [points[0], *points, chance.choice(points[1:3])]
    names = chance.sample(["Ann", "Bo", "Cy", "Dee", "Eve", "Flo", "Gus"], len(scores))
    table = dict(zip(names, scores, strict=True))
    function = chance.choice(["rank", "dense_rank", "sum"])
    who = chance.choice([name for name in names if table[name] < points[0]])
    mine = table[who]
    above = [score for score in scores if score > mine]
    peers = scores.count(mine)
    rank, dense, running = 1 + len(above), 1 + len(set(above)), sum(above) + peers * mine
    if function == "sum":
        call, rule = "sum(p)", running
        explain = f"The default frame ends after the current row's peers: {sum(above)} above"
        explain += f" + {peers} x {mine} = {running}."
        wrong = [
            Wrong(str(sum(scores)), "ORDER BY in OVER makes the frame end at the current row"),
            Wrong(str(sum(above) + mine), "rows that tie are all in the default RANGE frame"),
            Wrong(str(mine), "the frame begins at the first row, not at the current one"),
        ]
    else:
        rule = rank if function == "rank" else dense
        call, swapped = f"{function}()", dense if function == "rank" else rank
        explain = f"{len(above)} rows are above {mine}, with {len(set(above))} different values"
        explain += f": rank {rank}, dense_rank {dense}."
        gaps = "rank leaves gaps after ties" if function == "rank" else "dense_rank leaves no gaps"
        wrong = [
            Wrong(str(swapped), gaps),
            Wrong(str(rank + peers - 1), "rows that tie share one number"),
        ]
    order = list(table.items())
    chance.shuffle(order)
    rows = ", ".join(f"('{name}', {score})" for name, score in order)
    given = f"CREATE TABLE t(who TEXT, p INTEGER); INSERT INTO t VALUES\n{rows};"
    query = (
        f"SELECT w FROM (\n  SELECT who, {call} OVER (ORDER BY p DESC) AS w FROM t\n"  # noqa: S608  (our own numbers, in memory)
        f") AS ranked WHERE who = '{who}';"
    )
    said: dict[str, Wrong] = {mistake.say: mistake for mistake in wrong}
    return Drawn(
        ask=f"```sql\n{given}\n{query}\n```\nWhich number does the query return? Type it.",
        run=Run("sqlite", f"{given}\n{query}"),
        rule=str(rule),
        explain=explain,
        wrong=tuple(mistake for say, mistake in said.items() if say != str(rule)),
    )


FAMILY = Family(
    name="window-rank",
    skills={SkillId("sql.advanced"): 3},
    source="postgresql-docs/3.5. Window Functions",
    draw=draw,
)
