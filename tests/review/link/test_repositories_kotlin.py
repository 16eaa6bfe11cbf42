"""Methods of repositories that a library implements, however they are written."""

import pytest
from tests.review.cases import model_of

REPOSITORY = """package a
import org.springframework.data.jpa.repository.JpaRepository
import org.springframework.data.jpa.repository.Query

@jakarta.persistence.Entity class Order(val id: Long)

interface OrderRepository : JpaRepository<Order, Long> {
    @Query("from Order o where o.shop = :shop")
    fun allOf(
        shop: Long,
        branch: String?,
    ): List<Order>%s
}

class Orders(private val orders: OrderRepository) {
    fun of(shop: Long) = orders.allOf(shop, null)
}
"""


@pytest.mark.parametrize(
    ("body", "is_query"),
    [
        pytest.param("", True, id="parameters over several lines"),
        pytest.param(" {\n        return cached(shop)\n    }", False, id="a body of its own"),
    ],
)
def test_method_of_a_repository(body: str, is_query: bool) -> None:
    model = model_of({"Orders.kt": REPOSITORY % body})
    asked = {model.files[access.at].calls[access.index].name for access in model.data.accesses}
    assert ("allOf" in asked) is is_query
