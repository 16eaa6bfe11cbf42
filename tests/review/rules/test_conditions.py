"""What conditions leave of a table, as they are written in each language."""

import pytest

from backwright.review.facts import Arg
from backwright.review.rules.conditions import Part, of_sql, of_text, of_value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("o => o.Id == id", Part.FEW, id="a key"),
        pytest.param("o => ids.Contains(o.Id)", Part.FEW, id="a list of keys"),
        pytest.param("o => !ids.Contains(o.Id)", Part.OPEN, id="all but some keys"),
        pytest.param("o => o.Name.Contains(term)", Part.OPEN, id="a search"),
        pytest.param("o => o.UserId == userId && !o.IsDeleted", Part.OWNER, id="of one user"),
        pytest.param(
            "o => o.Shared || o.UserId == userId", Part.SOME, id="of one user, or anybody's"
        ),
        pytest.param("c => c.ArticleId == query.ArticleId", Part.PARENT, id="of one article"),
        pytest.param("o => o.CreatedAt >= from && o.CreatedAt < to", Part.OPEN, id="a range"),
        pytest.param("{ Orders.paid eq true }", Part.SOME, id="a flag that few may have"),
        pytest.param(
            "o => o.Lines.Any(l => l.ProductId == id)", Part.PARENT, id="by what it holds"
        ),
        pytest.param("Order.customer_id == customer.id", Part.OWNER, id="of one customer"),
    ],
)
def test_a_condition_as_text(text, expected):
    assert of_text(text) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        pytest.param("SELECT * FROM orders", Part.ALL, id="none"),
        pytest.param("SELECT * FROM orders WHERE deleted_at IS NULL", Part.OPEN, id="not deleted"),
        pytest.param("SELECT * FROM orders WHERE id = $1", Part.FEW, id="a key"),
        pytest.param("SELECT * FROM orders WHERE id IN (?)", Part.FEW, id="keys"),
        pytest.param("SELECT * FROM orders WHERE status = 'open'", Part.SOME, id="a state"),
        pytest.param(
            "SELECT * FROM orders WHERE status IN ('open', 'paid') ORDER BY id",
            Part.SOME,
            id="states",
        ),
        pytest.param("SELECT * FROM c WHERE article_id = ? LIMIT 5", Part.PARENT, id="a parent"),
        pytest.param("SELECT * FROM o WHERE user_id = :me OR shared", Part.SOME, id="or shared"),
    ],
)
def test_the_conditions_of_a_statement(sql, expected):
    assert of_sql(sql) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(Arg("name", "user", "user"), Part.OWNER, id="Django: user=user"),
        pytest.param(
            Arg("name", "article", "article"), Part.PARENT, id="Django: article=article"
        ),
        pytest.param(Arg("name", "ids", "id__in"), Part.FEW, id="Django: id__in=ids"),
        pytest.param(Arg("bool", "True", "is_active"), Part.OPEN, id="Django: is_active=True"),
        pytest.param(Arg("other", "*filters"), Part.OPEN, id="filters that may be missing"),
        pytest.param(
            Arg("dict", "", "", (Arg("name", "userId", "userId"), Arg("none", "null", "deletedAt"))),
            Part.OWNER,
            id="Prisma: { userId, deletedAt: null }",
        ),
        pytest.param(
            Arg("dict", "", "", (Arg("dict", "", "id", (Arg("name", "ids", "in"),)),)),
            Part.FEW,
            id="Prisma: { id: { in: ids } }",
        ),
        pytest.param(
            Arg("dict", "", "", (Arg("call", "keys.map", "OR"),)), Part.FEW, id="Prisma: { OR: keys.map(...) }"
        ),
        pytest.param(
            Arg("dict", "", "", (Arg("dict", "", "profile"),)),
            Part.UNKNOWN,
            id="Prisma: what stands deeper than is read",
        ),
        pytest.param(
            Arg("call", "comments.article_id.eq", "", (Arg("name", "id"),)),
            Part.PARENT,
            id="Diesel: article_id.eq(id)",
        ),
        pytest.param(
            Arg("call", "eq", "", (Arg("name", "orders.userId"), Arg("name", "me"))),
            Part.OWNER,
            id="Drizzle: eq(orders.userId, me)",
        ),
    ],
)  # fmt: skip
def test_a_condition_as_an_argument(value, expected):
    assert of_value(value) == expected
