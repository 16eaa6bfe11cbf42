"""Who may come to an endpoint of the JVM: argument resolvers, gateways, registered filters, annotations made of others."""

import pytest
from tests.review.cases import model_of

WEB = "import org.springframework.web.bind.annotation.*;\n"
RESOLVER = """package a;
import org.springframework.core.MethodParameter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
public class MemberResolver implements HandlerMethodArgumentResolver {
  private Tokens tokens;
  public boolean supportsParameter(MethodParameter parameter) { return %s; }
  public Object resolveArgument(MethodParameter parameter, NativeWebRequest request) {
    %s
  }
}
"""
TOKENS = """package a;
public class Tokens {
  public Member read(String token) {
    if (token == null) { throw new ShopException(Code.TOKEN_MISSING); }
    return new Member(token);
  }
}
"""
MEMBER = "package a;\npublic class Member { Member(String token) { } }\n"
MARKED = "parameter.hasParameterAnnotation(Me.class)"
TYPED = "parameter.getParameterType().equals(Member.class)"
READS = 'return tokens.read(request.getHeader("Authorization"));'
CONTROLLER = """package a;
@RestController public class Orders {
  @GetMapping("/orders") public List<Order> list(%s) { return null; }
}
"""


def auth_of(files: dict[str, str]) -> dict[str, bool]:
    """Return for each path whether one must be logged in."""
    return {endpoint.path: bool(endpoint.auth) for endpoint in model_of(files).endpoints}


@pytest.mark.parametrize(
    ("supports", "gives", "param", "is_asked"),
    [
        pytest.param(MARKED, READS, "@Me Member member", True, id="by an annotation, refused below"),
        pytest.param(TYPED, READS, "Member member", True, id="by a type"),
        pytest.param(MARKED, READS, "@Me(required = false) Member member", False, id="that may be left out"),
        pytest.param(MARKED, READS, "Member member", False, id="without the annotation"),
        pytest.param(MARKED, 'if (request == null) { return null; } ' + READS, "@Me Member member", False, id="nobody is given as null"),
        pytest.param(TYPED, 'return new Member("a");', "Member member", False, id="that refuses nobody"),
        pytest.param("parameter.getParameterType().equals(Shop.class)", READS, "Shop shop", False, id="no person"),
    ],
)  # fmt: skip
def test_resolvers(supports: str, gives: str, param: str, *, is_asked: bool) -> None:
    files = {
        "src/main/java/a/MemberResolver.java": RESOLVER % (supports, gives),
        "src/main/java/a/Tokens.java": TOKENS,
        "src/main/java/a/Member.java": MEMBER,
        "src/main/java/a/Me.java": "package a;\npublic @interface Me { boolean required() default true; }\n",
        "src/main/java/a/Orders.java": (CONTROLLER % param).replace("package a;\n", f"package a;\n{WEB}"),
    }  # fmt: skip
    if "@Me" in param:
        files = {
            path: text.replace("Me.class", "LoginMe.class").replace("@Me", "@LoginMe").replace("@interface Me", "@interface LoginMe")
            for path, text in files.items()
        }  # fmt: skip
    assert auth_of(files) == {"/orders": is_asked}


GATEWAY = """package g;
import org.springframework.cloud.gateway.filter.GlobalFilter;
public class AuthFilter implements GlobalFilter {
  @Value("${gate.white-list}") private List<String> whiteList;
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    for (String white : whiteList) {
      if (exchange.getRequest().getURI().getPath().contains(white)) { return chain.filter(exchange); }
    }
    exchange.getResponse().setStatusCode(HttpStatus.UNAUTHORIZED);
    return exchange.getResponse().setComplete();
  }
}
"""
SERVICE = f"""package s;
{WEB}@RestController public class Users {{
  @PostMapping("/users/login") public String login() {{ return ""; }}
  @GetMapping("/users/all") public String all() {{ return ""; }}
}}
"""


def test_gateway() -> None:
    files = {
        "gateway/pom.xml": "<project><artifactId>gateway</artifactId></project>",
        "gateway/src/main/java/g/AuthFilter.java": GATEWAY,
        "shared/pom.xml": "<project><artifactId>shared</artifactId></project>",
        "shared/src/main/resources/application-shop-gateway.yml": "gate:\n  white-list: /users/login,/docs\n",
        "users/pom.xml": "<project><artifactId>users</artifactId></project>",
        "users/src/main/java/s/Users.java": SERVICE,
    }
    assert auth_of(files) == {"/users/login": False, "/users/all": True}
    plain = GATEWAY.replace("GlobalFilter", "OncePerRequestFilter")  # of its own module only
    assert (
        auth_of(files | {"gateway/src/main/java/g/AuthFilter.java": plain})["/users/all"] is False
    )


FILTER = """package a;
import jakarta.servlet.Filter;
public class TokenFilter implements Filter {
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) {
    if (!check(request)) { response.sendError(HttpServletResponse.SC_UNAUTHORIZED); return; }
    chain.doFilter(request, response);
  }
}
"""
REGISTERED = """package a;
public class Web {
  @Bean public FilterRegistrationBean<TokenFilter> tokens() {
    var made = new FilterRegistrationBean<TokenFilter>(new TokenFilter());
    made.addUrlPatterns("/admin/*");
    return made;
  }
  @Bean public SecurityFilterChain chain(HttpSecurity http) { return http.csrf().disable().build(); }
}
"""
NESTED = """package a;
public class Security {
  private static final String API = "/api/v*";
  @Order(1) public static class Shop extends WebSecurityConfigurerAdapter {
    protected void configure(HttpSecurity http) throws Exception {
      http.antMatcher(API + "/private/**").authorizeRequests().antMatchers(API + "/private/login").permitAll().anyRequest().authenticated();
    }
  }
}
"""
PATHS = """package a;
%s@RestController public class Orders {
  @GetMapping("%s") public String list() { return ""; }
}
"""


@pytest.mark.parametrize(
    ("files", "path", "is_asked"),
    [
        pytest.param({"TokenFilter.java": FILTER, "Web.java": REGISTERED}, "/admin/orders/open", True, id="a registered filter, all below"),
        pytest.param({"TokenFilter.java": FILTER, "Web.java": REGISTERED}, "/orders", False, id="another path"),
        pytest.param({"Security.java": NESTED}, "/api/v1/private/orders", True, id="a constant of the class around"),
        pytest.param({"Security.java": NESTED}, "/api/v1/private/login", False, id="the one that is open there"),
        pytest.param({"Security.java": NESTED}, "/api/v1/orders", False, id="what no rule is for"),
    ],
)  # fmt: skip
def test_paths(files: dict[str, str], path: str, *, is_asked: bool) -> None:
    found = {f"src/main/java/a/{name}": text for name, text in files.items()}
    found["src/main/java/a/Orders.java"] = PATHS % (WEB, path)
    assert auth_of(found) == {path: is_asked}


MARKS = """package a;
import org.springframework.security.access.prepost.PreAuthorize;
@PreAuthorize("hasAuthority('CURATOR')") public @interface Curated { }
"""
OPENED = """package a;
import jakarta.ws.rs.*;
@PermissionRequired("ORDERS") @Path("/orders") public class Orders {
  @GET public String list() { return ""; }
  @GET @Path("/open") @AuthenticationNotRequired public String open() { return ""; }
}
"""


def test_annotations() -> None:
    curated = PATHS.replace("@GetMapping", "@Curated @GetMapping") % (WEB, "/orders")
    files = {
        "src/main/java/a/Curated.java": MARKS,
        "src/main/java/a/Orders.java": curated,
    }
    assert auth_of(files) == {"/orders": True}
    kotlin = 'package a\nimport org.springframework.security.access.prepost.PreAuthorize\n@PreAuthorize("isAuthenticated()")\nannotation class Curated\n'
    assert auth_of(
        {"src/main/kotlin/a/Curated.kt": kotlin, "src/main/java/a/Orders.java": curated}
    ) == {"/orders": True}
    assert auth_of({"src/main/java/a/Orders.java": OPENED}) == {
        "/orders": True,
        "/orders/open": False,
    }


INTERCEPTOR = """package a;
public class %s implements HandlerInterceptor {
  public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
    %s
    return true;
  }
}
"""
ADDED = """package a;
public class Web implements WebMvcConfigurer {
  private final %s interceptor;
  public void addInterceptors(InterceptorRegistry registry) { registry.addInterceptor(interceptor); }
}
"""
REFUSES = 'if (request.getHeader("A") == null) { throw new UnauthorizedException(); }'
ROLE = "RequireRole role = ((HandlerMethod) handler).getMethodAnnotation(RequireRole.class); if (role != null) { throw new UnauthorizedException(); }"


@pytest.mark.parametrize(
    ("name", "body", "is_asked"),
    [
        pytest.param("TokenInterceptor", REFUSES, True, id="one that refuses"),
        pytest.param("RoleInterceptor", ROLE, False, id="one that asks for an annotation"),
        pytest.param("LogInterceptor", 'log.info("asked");', False, id="one that only logs"),
    ],
)
def test_interceptors(name: str, body: str, *, is_asked: bool) -> None:
    files = {
        "src/main/java/a/Interceptor.java": INTERCEPTOR % (name, body),
        "src/main/java/a/Web.java": ADDED % name,
        "src/main/java/a/Orders.java": PATHS % (WEB, "/orders"),
    }
    assert auth_of(files) == {"/orders": is_asked}


JWT = """package a;
import org.springframework.web.filter.OncePerRequestFilter;
public class JwtFilter extends OncePerRequestFilter {
  private static final List<String> ALLOWED_URIS = List.of("/health", "/console");
  private static final List<String> ALLOWED_END_URIS = List.of("/guest");
  private final Tokens tokens;
  protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain) {
    %s
    chain.doFilter(request, response);
  }
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return ALLOWED_URIS.stream().anyMatch(url -> request.getRequestURI().startsWith(url)) || request.getRequestURI().startsWith("/shop");
  }
}
"""


@pytest.mark.parametrize(
    ("body", "path", "is_asked"),
    [
        pytest.param("tokens.read(request);", "/orders", True, id="refused by what it calls"),
        pytest.param("tokens.read(request);", "/console", False, id="one of those that are allowed"),
        pytest.param("tokens.read(request);", "/shop", False, id="not filtered"),
        pytest.param("tokens.read(request);", "/orders/guest", False, id="by its end"),
        pytest.param("try { tokens.read(request); } catch (ShopException e) { log(e); }", "/orders", False, id="caught"),
    ],
)  # fmt: skip
def test_filters_that_call(body: str, path: str, *, is_asked: bool) -> None:
    files = {
        "src/main/java/a/JwtFilter.java": JWT % body,
        "src/main/java/a/Tokens.java": TOKENS,
        "src/main/java/a/Orders.java": PATHS % (WEB, path),
    }
    assert auth_of(files) == {path: is_asked}


UNMARKED = """package a;
import jakarta.ws.rs.*;
import jakarta.annotation.security.PermitAll;
@Path("/orders") public class Orders {
  @GET public String list() { return ""; }
  @GET @Path("/open") @PermitAll public String open() { return ""; }
}
"""


@pytest.mark.parametrize(
    ("setting", "is_asked"),
    [
        pytest.param("default-roles-allowed=**", True, id="who is logged in, by default"),
        pytest.param("deny-unannotated-endpoints=true", True, id="nobody, by default"),
        pytest.param("deny-unannotated-endpoints=false", False, id="everybody"),
    ],
)
def test_unmarked_resources(setting: str, *, is_asked: bool) -> None:
    files = {
        "src/main/java/a/Orders.java": UNMARKED,
        "src/main/resources/application.properties": f"quarkus.security.jaxrs.{setting}\n",
    }
    assert auth_of(files) == {"/orders": is_asked, "/orders/open": False}


CHAINED = """package a;
public class Security {
  public static final String API = "/api";
  public static final String USERS = "/users";
  public static final String API_USERS = API + USERS;
  @Bean @Order(1) public SecurityFilterChain first(HttpSecurity http) {
    return http.securityMatcher%s.authorizeHttpRequests(asked -> asked.anyRequest().authenticated()).build();
  }
  @Bean public SecurityFilterChain second(HttpSecurity http) {
    return http.authorizeHttpRequests(asked -> asked.anyRequest().permitAll()).build();
  }
}
"""


@pytest.mark.parametrize(
    ("scope", "path", "is_asked"),
    [
        pytest.param('(API_USERS + "/**")', "/api/users/all", True, id="a sum of constants"),
        pytest.param('(API_USERS + "/**")', "/orders", False, id="outside of it"),
        pytest.param("(EndpointRequest.toAnyEndpoint())", "/orders", False, id="the server's own endpoints"),
        pytest.param("(EndpointRequest.toAnyEndpoint())", "/actuator/more", True, id="one of them"),
        pytest.param("(matcher)", "/orders", False, id="not known"),
        pytest.param('s(each -> each.requestMatchers("/in/**"))', "/in/all", True, id="in a lambda"),
        pytest.param('s(each -> each.requestMatchers("/in/**"))', "/orders", False, id="outside of what it says"),
    ],
)  # fmt: skip
def test_scopes(scope: str, path: str, *, is_asked: bool) -> None:
    files = {
        "src/main/java/a/Security.java": CHAINED % scope,
        "src/main/java/a/Orders.java": PATHS % (WEB, path),
    }
    assert auth_of(files) == {path: is_asked}


SPREAD = """package a
class Security {
    @Bean fun chain(http: HttpSecurity): SecurityFilterChain = http.authorizeHttpRequests {
        it.requestMatchers(*PUBLIC).permitAll()
        it.anyRequest().authenticated()
    }.build()

    companion object { private val PUBLIC = arrayOf("/public/**", "/login") }
}
"""


@pytest.mark.parametrize(
    ("path", "is_asked"),
    [
        pytest.param("/public/a", False, id="one of an array"),
        pytest.param("/orders", True, id="none of it"),
    ],
)
def test_arrays_of_paths(path: str, *, is_asked: bool) -> None:
    files = {
        "src/main/kotlin/a/Security.kt": SPREAD,
        "src/main/java/a/Orders.java": PATHS % (WEB, path),
    }
    assert auth_of(files) == {path: is_asked}
