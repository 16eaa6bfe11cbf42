"""Lists that JPA loads eagerly: with one query more for each row where the query does not join them."""

import pytest
from tests.review.cases import Case, findings

OWNER = """package a;
import jakarta.persistence.*;
@Entity public class Owner {
  @Id Long id;
  %s
  private java.util.Set<Pet> pets;
}
"""
PET = "package a;\nimport jakarta.persistence.*;\n@Entity public class Pet { @Id Long id; @ManyToOne Owner owner; }\n"
REPOSITORY = """package a;
import jakarta.persistence.EntityManager;
public class Owners {
  private EntityManager em;
  public java.util.List<Owner> all() {
    %s
  }
  public Owner one(Long id) { return em.find(Owner.class, id); }
}
"""
CONTROLLER = """package a;
import org.springframework.web.bind.annotation.*;
@RestController public class OwnerController {
  private Owners owners;
  @GetMapping("/owners") public java.util.List<Owner> all() { return owners.all(); }
  @GetMapping("/owners/{id}") public Owner one(@PathVariable Long id) { return owners.one(id); }
}
"""
EAGER = '@OneToMany(mappedBy = "owner", fetch = FetchType.EAGER)'
PLAIN = 'return em.createQuery("SELECT o FROM Owner o WHERE o.name LIKE :name").setMaxResults(20).getResultList();'


@pytest.mark.parametrize(
    ("mapping", "body", "settings", "lines"),
    [
        pytest.param(EAGER, PLAIN, "", [6], id="a query that does not join"),
        pytest.param('@OneToMany(mappedBy = "owner")', PLAIN, "", [], id="a list that is lazy"),
        pytest.param(f"{EAGER} @BatchSize(size = 50)", PLAIN, "", [], id="a list that is loaded in batches"),
        pytest.param(EAGER, PLAIN, "spring.jpa.properties.hibernate.default_batch_fetch_size=50\n", [], id="batches for all"),
        pytest.param(EAGER, 'return em.createQuery("SELECT DISTINCT o FROM Owner o LEFT JOIN FETCH o.pets").getResultList();', "", [], id="a join that fetches"),
        pytest.param(EAGER, 'return em.createQuery("SELECT o.name FROM Owner o").getResultList();', "", [], id="a query for names alone"),
        pytest.param(EAGER, 'return em.createQuery("SELECT p FROM Pet p").getResultList();', "", [], id="another entity"),
    ],
)  # fmt: skip
def test_eager_lists(mapping: str, body: str, settings: str, lines: list[int]) -> None:
    case = Case(
        "owners",
        {
            "src/main/java/a/Owner.java": OWNER.replace("%s", mapping),
            "src/main/java/a/Pet.java": PET,
            "src/main/java/a/Owners.java": REPOSITORY.replace("%s", body),
            "src/main/java/a/OwnerController.java": CONTROLLER,
            "src/main/resources/application.properties": settings,
        },
    )
    found = findings(case, {"query-in-loop"})
    assert lines == [each.line for each in found]
    assert all("Owner.pets is EAGER" in str(each.path) for each in found)


FILLED = """package a;
import java.util.*;
public class Owners {
  private final org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate jdbc;
  public List<Owner> all() {
    List<Owner> owners = jdbc.query("SELECT * FROM owners WHERE city = :city", Map.of("city", city), mapper);
    for (Owner owner : owners) {
      Map<String, Object> asked = new HashMap<>();
      asked.put("id", %s);
      owner.setPets(jdbc.query("SELECT * FROM pets WHERE owner_id = :id", asked, pets));
    }
    return owners;
  }
  public Owner one(Long id) { return null; }
}
"""


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        pytest.param("owner.getId()", [10], id="something of the element"),
        pytest.param("current", [], id="the same each time"),
    ],
)
def test_parameters_that_are_put_into_a_map(given: str, lines: list[int]) -> None:
    case = Case(
        "owners",
        {
            "src/main/java/a/Owners.java": FILLED.replace("%s", given),
            "src/main/java/a/OwnerController.java": CONTROLLER,
            "src/main/java/a/Owner.java": OWNER.replace("%s", ""),
        },
    )
    assert lines == [each.line for each in findings(case, {"query-in-loop"})]
