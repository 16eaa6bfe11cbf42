"""Go's structs that stand for the rows that look like them: `Find(&orders, &Order{Customer: me})`."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.model.finding import Tier
from backwright.review.reviewing import review_model

SOURCE = """
package main

import (
	"github.com/gin-gonic/gin"
	"xorm.io/xorm"
)

type Order struct {
	Id       int64 `xorm:"pk"`
	Customer string
}

var engine *xorm.Engine

func list(c *gin.Context) {
	orders := []Order{}
	%s
	c.JSON(200, orders)
}

func main() {
	r := gin.New()
	r.GET("/orders", list)
}
"""


@pytest.mark.parametrize(
    ("query", "count"),
    [
        pytest.param('engine.Desc("id").Find(&orders)', 1, id="all rows"),
        pytest.param(', &Order{Id: id}', 0, id="those with one id"),
    ],
)  # fmt: skip
def test_structs(query: str, count: int) -> None:
    rules = [rule for rule in knowledge().rules.values() if rule.id == "unbounded-read"]
    model = model_of({"main.go": SOURCE % query})
    assert len(review_model(model, rules, Tier("default")).findings) == count
