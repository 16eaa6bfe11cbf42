"""WHERE before grouping and HAVING after it: what a grouped query returns, run on SQLite."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId


def draw(chance: Random, level: int) -> Drawn:
    """Draw a few sales of three or four shops and a query that keeps some groups.

    Either the rows of the result are counted, or the one shop with the most rows gives its sum.
    """
    shops = chance.sample("ABCDEF", 4)
    one = chance.random() < 0.5
    sizes = chance.choice([[1, 2, 2, 4], [1, 1, 2, 3], [1, 2, 2, 3]]) if one else [1, 2, 2, 3]
    sales = [
        (shop, chance.randint(1, 9) * 5)
        for shop, size in zip(shops, sizes, strict=True)
        for _ in range(size)
    ]
    chance.shuffle(sales)
    sums = {shop: sum(n for name, n in sales if name == shop) for shop in sorted(shops)}
    told = ", ".join(f"{shop} {total}" for shop, total in sums.items())
    if one:
        query = f"SELECT sum(n) FROM sale GROUP BY shop HAVING count(*) >= {sizes[-1]};"  # noqa: S608  (our own numbers, in memory)
        program, rule = query, sums[shops[-1]]
        explain = f"Only shop {shops[-1]} has {sizes[-1]} rows; its own sum is {rule}."
        wrong = [Wrong(str(sum(sums.values())), "the sum is per group, not of the table")]
        question = "Which number does the query return"
    else:
        least = sorted(sums.values())[chance.randint(1, 3)]
        rows_pass = sum(n >= least for _, n in sales)
        query = f"SELECT shop FROM sale GROUP BY shop HAVING sum(n) >= {least};"  # noqa: S608  (our own numbers, in memory)
        program = f"SELECT count(*) FROM ({query.rstrip(';')});"  # noqa: S608  (our own numbers, in memory)
        rule = sum(total >= least for total in sums.values())
        explain = f"The sums are {told}; {rule} of them are at least {least}."
        wrong = [
            Wrong(str(rows_pass), "HAVING compares each group's sum, not each row's n"),
            Wrong(str(len(sales)), "GROUP BY leaves one row for each shop"),
        ]
        question = "How many rows does the query return"
    rows = [f"('{shop}', {n})" for shop, n in sales]
    given = (
        "CREATE TABLE sale(shop TEXT, n INTEGER);\n"
        f"INSERT INTO sale VALUES {', '.join(rows[:4])},\n  {', '.join(rows[4:])};"
    )
    return Drawn(
        ask=f"```sql\n{given}\n{query}\n```\n{question}? Type the number.",
        run=Run("sqlite", f"{given}\n{program}"),
        rule=str(rule),
        explain=explain,
        wrong=tuple(mistake for mistake in wrong if mistake.say != str(rule)),
    )


FAMILY = Family(
    name="group-having",
    skills={SkillId("sql.basics"): 1},
    source="postgresql-docs/7.2.3. The GROUP BY and HAVING Clauses",
    draw=draw,
)
