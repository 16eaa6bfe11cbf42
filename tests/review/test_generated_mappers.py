"""Mappers that are generated: which relations they read of each element of a list, and which they leave alone."""

import pytest
from tests.review.cases import Case, findings

ENTITIES = """package shop;
import jakarta.persistence.*;
import java.util.*;
@Entity public class Order {
  @Id @GeneratedValue Long id;
  String number;
  @ManyToOne(fetch = FetchType.LAZY) private Customer customer;
  @OneToMany(mappedBy = "order") private List<Line> lines;
}
"""
CUSTOMER = """package shop;
import jakarta.persistence.*;
@Entity public class Customer { @Id @GeneratedValue Long id; String name; }
"""
LINE = """package shop;
import jakarta.persistence.*;
@Entity public class Line { @Id @GeneratedValue Long id; @ManyToOne(fetch = FetchType.LAZY) Order order; }
"""
DTO = """package shop;
import java.util.*;
public class OrderDto { private Long id; private String number; %s }
"""
CUSTOMER_DTO = """package shop;
public class CustomerDto { private Long id; private String name; }
"""
BASE = """package shop;
import java.util.List;
public interface BaseMapper<D, E> {
  E toEntity(D dto);
  D toDto(E entity);
  List<D> toDto(List<E> entities);
}
"""
REPOSITORY = """package shop;
import org.springframework.data.jpa.repository.*;
import java.util.*;
public interface OrderRepository extends JpaRepository<Order, Long> {
  @EntityGraph(attributePaths = "customer") List<Order> findByNumberStartingWith(String start);
}
"""
GENERIC = "public interface OrderMapper extends BaseMapper<OrderDto, Order> {}"
OWN = (
    "public interface OrderMapper { %s OrderDto toDto(Order order); Order toEntity(OrderDto dto); }"
)
NESTED = "private CustomerDto customer;"
IGNORED = '@Mapping(target = "customer", ignore = true)'
FLAT = '@Mapping(source = "customer.name", target = "name")'
KEY = '@Mapping(source = "customer.id", target = "customerId")'
ALL = "orders.findAll()"


def project(mapper: str, fields: str, body: str) -> dict[str, str]:
    return {
        "shop/Order.java": ENTITIES,
        "shop/Customer.java": CUSTOMER,
        "shop/Line.java": LINE,
        "shop/OrderDto.java": DTO % fields,
        "shop/CustomerDto.java": CUSTOMER_DTO,
        "shop/BaseMapper.java": BASE,
        "shop/OrderRepository.java": REPOSITORY,
        "shop/OrderMapper.java": f'package shop;\nimport org.mapstruct.*;\n@Mapper(componentModel = "spring")\n{mapper}',
        "shop/Orders.java": f"""package shop;
import org.springframework.web.bind.annotation.*;
import java.util.*;
@RestController public class Orders {{
  private final OrderRepository orders;
  private final OrderMapper mapper;
  @GetMapping("/orders") public Object list(long id, String start) {{ {body} }}
}}
""",
    }


@pytest.mark.parametrize(
    ("told", "mapper", "fields", "body"),
    [
        pytest.param(1, GENERIC, NESTED, f"return mapper.toDto({ALL});", id="a list, by a mapper whose base says what it makes"),
        pytest.param(1, GENERIC, NESTED, f"return {ALL}.stream().map(mapper::toDto).toList();", id="handed on by name"),
        pytest.param(1, OWN % "", NESTED, f"return {ALL}.stream().map(o -> mapper.toDto(o)).toList();", id="called for each"),
        pytest.param(1, OWN % "", NESTED, f"List<OrderDto> all = new ArrayList<>(); for (Order o : {ALL}) {{ all.add(mapper.toDto(o)); }} return all;", id="in a loop"),
        pytest.param(1, OWN % FLAT, "private String name;", f"return {ALL}.stream().map(mapper::toDto).toList();", id="a field of the relation, by a mark"),
        pytest.param(1, OWN % "", "private List<String> lines;", f"return {ALL}.stream().map(mapper::toDto).toList();", id="what a row has many of"),
        pytest.param(0, OWN % KEY, "private Long customerId;", f"return {ALL}.stream().map(mapper::toDto).toList();", id="the key stands in the row"),
        pytest.param(0, OWN % IGNORED, NESTED, f"return {ALL}.stream().map(mapper::toDto).toList();", id="ignored"),
        pytest.param(0, OWN % "", "", f"return {ALL}.stream().map(mapper::toDto).toList();", id="there is no field for it"),
        pytest.param(0, GENERIC, NESTED, "return orders.findByNumberStartingWith(start).stream().map(mapper::toDto).toList();", id="loaded with the list"),
        pytest.param(0, GENERIC, NESTED, "return orders.findById(id).map(mapper::toDto).orElseThrow();", id="one row"),
        pytest.param(0, GENERIC, NESTED, "return mapper.toDto(orders.findById(id).orElseThrow());", id="one row that is called for"),
    ],
)  # fmt: skip
def test_generated_mappers(told, mapper, fields, body):
    assert told == len(findings(Case("mappers", project(mapper, fields, body)), {"query-in-loop"}))
