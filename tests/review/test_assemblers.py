"""Spring HATEOAS: what assemblers read of each element of a list or page that they are handed."""

import pytest
from tests.review.cases import Case, findings

FILES = {
    "shop/Order.kt": """package shop
import jakarta.persistence.*
@Entity class Order(@Id @GeneratedValue val id: Long, val number: String) {
  @ManyToOne(fetch = FetchType.LAZY) lateinit var customer: Customer
}
@Entity class Customer(@Id @GeneratedValue val id: Long, val name: String)
""",
    "shop/OrderRepository.kt": """package shop
import org.springframework.data.jpa.repository.*
interface OrderRepository : JpaRepository<Order, Long> {
  @Query("select o from Order o join fetch o.customer where o.number like :start")
  fun starting(start: String): List<Order>
  fun findAllByNumber(number: String): LinkedHashSet<Order>
}
""",
}
ASSEMBLER = """package shop
import org.springframework.hateoas.server.mvc.RepresentationModelAssemblerSupport
class OrderAssembler : RepresentationModelAssemblerSupport<Order, OrderModel>(Orders::class.java, OrderModel::class.java) {
  override fun toModel(entity: Order): OrderModel { return OrderModel(entity.id, %s) }
}
"""
ORDERS = """package shop
import org.springframework.data.web.PagedResourcesAssembler
import org.springframework.web.bind.annotation.*
@RestController class Orders(
  private val orders: OrderRepository, private val assembler: OrderAssembler, private val pages: PagedResourcesAssembler<Order>
) {
  @GetMapping("/orders") fun list(start: String): Any { return %s }
}
"""


@pytest.mark.parametrize(
    ("times", "read", "answer"),
    [
        pytest.param(1, "entity.customer.name", "assembler.toCollectionModel(orders.findAll())", id="a list"),
        pytest.param(1, "entity.customer.name", "assembler.toCollectionModel(orders.findAllByNumber(start))", id="a set in order"),
        pytest.param(1, "entity.customer.name", "pages.toModel(orders.findAll(page), assembler)", id="a page"),
        pytest.param(0, "entity.number", "assembler.toCollectionModel(orders.findAll())", id="what stands in the row"),
        pytest.param(0, "entity.customer.name", "assembler.toCollectionModel(orders.starting(start))", id="fetched with the list"),
        pytest.param(0, "entity.customer.name", "assembler.toModel(orders.findById(1).get())", id="one row"),
    ],
)  # fmt: skip
def test_assemblers(times, read, answer):
    files = {**FILES, "shop/OrderAssembler.kt": ASSEMBLER % read, "shop/Orders.kt": ORDERS % answer}
    assert times == len(findings(Case("assemblers", files), {"query-in-loop"}))
