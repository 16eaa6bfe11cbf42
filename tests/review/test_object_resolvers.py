"""Resolvers of gqlgen: methods that are handed the object whose field they resolve, and ask for it."""

import pytest
from tests.review.cases import Case, findings

SCHEMA = """
type Order { id: ID! lines: [Line!]! }
type Query { orders: [Order!]! }
"""
RESOLVERS = """
package shop

import (
	"context"

	"gorm.io/gorm"
)

type Order struct {
	ID    uint
	Lines []*Line
}

type Line struct {
	ID      uint
	OrderID uint
}

type orderResolver struct{ DB *gorm.DB }

func (r *orderResolver) Lines(ctx context.Context, %s) ([]*Line, error) {
	var lines []*Line
	%s
	err := r.DB.Where("order_id = ?", %s).Find(&lines).Error
	return lines, err
}
"""


@pytest.mark.parametrize(
    ("times", "given", "first", "key"),
    [
        pytest.param(1, "obj *Order", "", "obj.ID", id="named as the generator does"),
        pytest.param(1, "order *Order", "", "order.ID", id="named after its type"),
        pytest.param(0, "filter *Line", "", "filter.ID", id="an argument of another type"),
        pytest.param(0, "order *Order", "if order.Lines != nil {\n\t\treturn order.Lines, nil\n\t}", "order.ID", id="there already"),
    ],
)  # fmt: skip
def test_gqlgen(times, given, first, key):
    files = {"schema.graphql": SCHEMA, "shop/resolvers.go": RESOLVERS % (given, first, key)}
    assert times == len(findings(Case("gqlgen", files), {"query-in-loop"}))
