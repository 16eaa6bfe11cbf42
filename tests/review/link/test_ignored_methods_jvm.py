"""Spring: what a customizer ignores for one method is asked about for the others."""

import pytest
from tests.review.cases import model_of

CONFIG = """package shop;
import org.springframework.context.annotation.*;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.*;
import org.springframework.security.config.annotation.web.configuration.*;
import org.springframework.security.web.SecurityFilterChain;
@Configuration public class Security {
  @Bean SecurityFilterChain chain(HttpSecurity http) throws Exception {
    http.authorizeHttpRequests(auth -> auth.requestMatchers("/orders/**").hasRole("ADMIN").anyRequest().authenticated());
    return http.build();
  }
  @Bean WebSecurityCustomizer customizer() { return (WebSecurity web) -> web.ignoring().requestMatchers(%s); }
}
"""
ORDERS = """package shop;
import org.springframework.web.bind.annotation.*;
@RestController public class Orders {
  @DeleteMapping("/orders/{id}") public void remove(@PathVariable Long id) { }
}
"""
POM = "<project><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-security</artifactId></dependency></dependencies></project>"


@pytest.mark.parametrize(
    ("ignored", "auth"),
    [
        ('HttpMethod.OPTIONS, "/**"', True),
        ('"/public/**"', True),
        ('"/orders/**"', False),
        ('HttpMethod.DELETE, "/orders/**"', False),
    ],
)
def test_only_ignored_methods_are_open(ignored: str, *, auth: bool) -> None:
    files = {"pom.xml": POM, "shop/Security.java": CONFIG % ignored, "shop/Orders.java": ORDERS}
    assert [bool(each.auth) for each in model_of(files).endpoints] == [auth]
