"""Kotlin: what is mapped may be one result, by whatever name: no loop."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.review.reviewing import review_model

CODE = """package shop
import org.springframework.data.jpa.repository.JpaRepository
import org.springframework.web.bind.annotation.*

interface OrderRepository : JpaRepository<Order, Long>
interface LineRepository : JpaRepository<Line, Long>

@RestController
class Orders(private val orders: OrderRepository, private val lines: LineRepository) {
  private fun wanted(): %s = TODO()

  @GetMapping("/orders")
  fun all(): Any = wanted().flatMap { order -> lines.findById(order.id) }
}
"""


@pytest.mark.parametrize(
    ("given", "told"),
    [("TryEither<Order>", False), ("Result<Order>", False), ("List<Order>", True)],
)
def test_what_is_mapped_may_be_one(given: str, *, told: bool) -> None:
    files = {
        "shop/Orders.kt": CODE % given,
        "shop/Order.kt": "package shop\nimport jakarta.persistence.*\n@Entity class Order(@Id var id: Long)\n@Entity class Line(@Id var id: Long)\n",
    }
    rule = knowledge().rules["query-in-loop"]
    assert bool(review_model(model_of(files), [rule]).findings) is told
