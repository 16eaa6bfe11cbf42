"""missing-auth: controllers without a role, in an application whose other controllers ask for one; modules that are put together."""

import pytest
from tests.review.cases import knowledge, model_of, sure

from backwright.review.reviewing import review_model

SECURITY = """package shop.system;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpMethod;
class SecurityConfig {
    @Bean
    SecurityFilterChain chain(HttpSecurity http) throws Exception {
        return http.authorizeRequests()
            .antMatchers("/login").permitAll()
            .antMatchers(HttpMethod.PUT, open.get("PUT").toArray(new String[0])).permitAll()
            .anyRequest().authenticated().and().build();
    }
}
"""
CONTROLLER = """package shop.{module};
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.*;
@RestController
@RequestMapping("/api/{path}")
class {name}Controller {{
    private final {name}Service service;
    @GetMapping
    Object show() {{ return service.show(); }}
    {role}@PutMapping
    void change(@RequestBody Object it) {{ service.store(it); }}
}}
"""
POM = "<project><artifactId>{name}</artifactId><dependencies>{needs}</dependencies></project>"
NEEDS = "<dependency><artifactId>shop-tools</artifactId></dependency>"

OTHER = NEEDS.replace("tools", "other")
STARTED = "package shop.tools;\n{start}\nclass Tools {{}}\n"


def shop(*free: str, roles: int = 5, needs: str = NEEDS) -> dict[str, str]:
    """Return an application of two modules, of which only one is configured: controllers with a role, and some without."""
    files = {
        "pom.xml": POM.format(name="shop", needs=""),
        "shop-system/pom.xml": POM.format(name="shop-system", needs=needs),
        "shop-tools/pom.xml": POM.format(name="shop-tools", needs=""),
        "shop-system/src/main/java/shop/system/SecurityConfig.java": SECURITY,
    }
    for name in [f"Part{n}" for n in range(roles)]:
        text = CONTROLLER.format(
            module="system", path=name, name=name, role="@PreAuthorize(\"hasRole('ADMIN')\")\n    "
        )
        files[f"shop-system/src/main/java/shop/system/{name}Controller.java"] = text
    for name in free:
        text = CONTROLLER.format(module="tools", path=name, name=name, role="")
        files[f"shop-tools/src/main/java/shop/tools/{name}Controller.java"] = text
    return files


def found(files: dict[str, str]) -> list[str]:
    rule = knowledge().rules["missing-auth"]
    return [each.message for each in review_model(model_of(files), [rule], sure([rule])).findings]


def test_a_controller_without_a_role_among_those_that_ask_for_one():
    message = "PUT /api/Pump and 1 more can be used by anybody who is logged in: 5 other classes of this application ask for a role"
    assert [message] == found(shop("Pump"))


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(shop("Profile"), id="what everybody does with his own"),
        pytest.param(shop("Pump", roles=4), id="too few ask for a role"),
        pytest.param(shop("Pump", "Valve", "Pipe"), id="too many ask for none"),
    ],
)
def test_where_it_is_no_custom(files):
    assert [] == found(files)


@pytest.mark.parametrize(
    ("needs", "start", "expected"),
    [
        pytest.param(
            NEEDS, "@SpringBootApplication", True, id="a module that the configured one is made of"
        ),
        pytest.param(OTHER, "", True, id="a module that is no application by itself"),
        pytest.param(OTHER, "@SpringBootApplication", False, id="another application"),
    ],
)
def test_a_configuration_counts_for_the_modules_that_its_own_is_made_of(needs, start, expected):
    files = shop("Pump", needs=needs) | {
        "shop-tools/src/main/java/shop/tools/Tools.java": STARTED.format(start=start)
    }
    endpoints = model_of(files).endpoints
    assert {expected} == {each.auth for each in endpoints if each.path == "/api/Pump"}
