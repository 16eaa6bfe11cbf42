"""Endpoints of Java's frameworks, from small projects written as people write them."""

import pytest
from tests.review.cases import model_of

WEB = "org.springframework.web.bind.annotation"
POM_SECURITY = "<project><dependencies><dependency><artifactId>spring-boot-starter-security</artifactId></dependency></dependencies></project>"


def java(package: str, imports: str, body: str) -> str:
    """Return a source file; `imports` are separated by blanks, `static:` before one makes it static."""
    lines = "".join(
        f"import {'static ' if each.startswith('static:') else ''}{each.removeprefix('static:')};\n"
        for each in imports.split()
    )
    return f"package {package};\n\n{lines}\n{body}\n"


CASES = [
    # ---- Spring MVC -------------------------------------------------------------------------
    pytest.param(
        {
            "src/main/resources/application.yml": "server:\n  servlet:\n    context-path: /shop\n",
            "src/main/java/a/Paths.java": java(
                "a",
                "",
                'public interface Paths { String V1 = "/v1"; String ORDERS = V1 + "/orders"; }',
            ),
            "src/main/java/a/OrderController.java": java(
                "a",
                f"{WEB}.* java.security.Principal org.springframework.data.domain.Pageable",
                """
@RestController
@RequestMapping(Paths.ORDERS)
public class OrderController {
    @GetMapping
    public List<Order> list(@RequestParam(name = "q", required = false) String query, Pageable page) { return null; }
    @GetMapping("/{id:\\\\d+}")
    public Order one(@PathVariable("id") Long orderId) { return null; }
    @PostMapping(path = {"", "/new"}, consumes = "application/json")
    public Order create(@RequestBody NewOrder order, Principal principal) { return null; }
    @RequestMapping(value = "/{id}/state", method = {RequestMethod.PUT, RequestMethod.PATCH})
    public void state(@PathVariable long id, @RequestHeader("X-Reason") String reason) { }
}""",
            ),
        },
        {
            ("GET", "/shop/v1/orders", "OrderController.list", False, False),
            ("GET", "/shop/v1/orders/{id}", "OrderController.one", False, False),
            ("POST", "/shop/v1/orders", "OrderController.create", True, False),
            ("POST", "/shop/v1/orders/new", "OrderController.create", True, False),
            ("PUT", "/shop/v1/orders/{id}/state", "OrderController.state", False, False),
            ("PATCH", "/shop/v1/orders/{id}/state", "OrderController.state", False, False),
        },
        id="Spring: constants in paths, several paths and methods, a context path, a principal that is asked for",
    ),
    pytest.param(
        {
            "src/main/java/a/PetsApi.java": java(
                "a",
                f"{WEB}.*",
                """
@RequestMapping("/pets")
public interface PetsApi {
    @GetMapping(value = "/{id}")
    Pet get(
        @PathVariable("id") Long id);
    @PostMapping
    Pet add(@RequestBody Pet pet);
}""",
            ),
            "src/main/java/a/PetsController.java": java(
                "a",
                f"{WEB}.RestController",
                """
@RestController
public class PetsController implements PetsApi {
    @Override public Pet get(Long id) { return null; }
    @Override public Pet add(Pet pet) { return pet; }
}""",
            ),
            "src/main/java/a/VetClient.java": java(
                "a",
                f"org.springframework.cloud.openfeign.FeignClient {WEB}.GetMapping",
                """
@FeignClient(name = "vets", url = "https://vets.example.com")
public interface VetClient { @GetMapping("/vets") List<Vet> all(); }""",
            ),
            "src/main/java/a/CrudController.java": java(
                "a",
                f"{WEB}.*",
                """
public abstract class CrudController<T> {
    @GetMapping("/{id}") public T read(@PathVariable Long id) { return null; }
    @DeleteMapping("/{id}") public void remove(@PathVariable Long id) { }
}""",
            ),
            "src/main/java/a/OwnerController.java": java(
                "a",
                f"{WEB}.*",
                """
@RestController
@RequestMapping("/owners")
public class OwnerController extends CrudController<Owner> {
    @Override public Owner read(Long id) { return new Owner(); }
    @GetMapping public List<Owner> all() { return null; }
}""",
            ),
            "src/main/java/a/VisitController.java": java(
                "a",
                f"{WEB}.*",
                """
@RestController @RequestMapping("/visits")
public class VisitController extends CrudController<Visit> { }""",
            ),
        },
        {
            ("GET", "/pets/{id}", "PetsController.get", False, False),
            ("POST", "/pets", "PetsController.add", False, False),
            ("GET", "/owners/{id}", "OwnerController.read", False, False),
            ("DELETE", "/owners/{id}", "OwnerController.remove", False, False),
            ("GET", "/owners", "OwnerController.all", False, False),
            ("GET", "/visits/{id}", "VisitController.read", False, False),
            ("DELETE", "/visits/{id}", "VisitController.remove", False, False),
        },
        id="Spring: mappings on an interface and on a base class; a Feign client declares nothing",
    ),
    pytest.param(
        {
            "src/main/java/a/ApiV2.java": java(
                "a",
                f"java.lang.annotation.* {WEB}.* org.springframework.core.annotation.AliasFor",
                """
@Target(ElementType.TYPE) @Retention(RetentionPolicy.RUNTIME)
@RestController @RequestMapping("/api/v2")
public @interface ApiV2 { }""",
            ),
            "src/main/java/a/JsonGet.java": java(
                "a",
                f"java.lang.annotation.* {WEB}.* org.springframework.core.annotation.AliasFor",
                """
@Target(ElementType.METHOD) @Retention(RetentionPolicy.RUNTIME)
@RequestMapping(method = RequestMethod.GET, produces = "application/json")
public @interface JsonGet { @AliasFor(annotation = RequestMapping.class, attribute = "path") String[] value() default {}; }""",
            ),
            "src/main/java/a/StatusController.java": java(
                "a",
                "org.springframework.security.access.prepost.PreAuthorize",
                """
@ApiV2
public class StatusController {
    @JsonGet("/status") public Status status() { return null; }
    @JsonGet("/secrets") @PreAuthorize("hasRole('ADMIN')") public Secrets secrets() { return null; }
}""",
            ),
            "src/main/java/a/WebConfig.java": java(
                "a",
                "org.springframework.web.servlet.config.annotation.*",
                """
@Configuration
public class WebConfig implements WebMvcConfigurer {
    @Override public void configurePathMatch(PathMatchConfigurer configurer) {
        configurer.addPathPrefix("/gateway", HandlerTypePredicate.forAnnotation(ApiV2.class));
    }
}""",
            ),
        },
        {
            ("GET", "/gateway/api/v2/status", "StatusController.status", False, False),
            ("GET", "/gateway/api/v2/secrets", "StatusController.secrets", True, False),
        },
        id="Spring: composed annotations and a prefix for annotated controllers",
    ),
    # ---- Spring Security --------------------------------------------------------------------
    pytest.param(
        {
            "src/main/java/a/SecurityConfig.java": java(
                "a",
                "org.springframework.security.config.annotation.web.builders.HttpSecurity org.springframework.security.web.SecurityFilterChain org.springframework.http.HttpMethod",
                """
@Configuration
public class SecurityConfig {
    private static final String[] OPEN = {"/auth/**", "/health"};
    @Bean @Order(1)
    SecurityFilterChain partner(HttpSecurity http) throws Exception {
        return http.securityMatcher("/partner/**").authorizeHttpRequests(a -> a.anyRequest().hasRole("PARTNER")).build();
    }
    @Bean
    SecurityFilterChain main(HttpSecurity http) throws Exception {
        http.csrf(c -> c.disable())
            .authorizeHttpRequests(auth -> auth
                .requestMatchers(OPEN).permitAll()
                .requestMatchers(HttpMethod.GET, "/articles/**").permitAll()
                .requestMatchers("/admin/**").hasAuthority("ADMIN")
                .anyRequest().authenticated())
            .oauth2ResourceServer(o -> o.jwt(Customizer.withDefaults()));
        return http.build();
    }
}""",
            ),
            "src/main/java/a/Api.java": java(
                "a",
                f"{WEB}.* org.springframework.security.core.annotation.AuthenticationPrincipal",
                """
@RestController
public class Api {
    @PostMapping("/auth/login") public Token login(@RequestBody AuthenticationRequest request) { return null; }
    @GetMapping("/health") public String health() { return "ok"; }
    @GetMapping("/articles") public List<Article> articles(@AuthenticationPrincipal User user) { return null; }
    @GetMapping("/articles/{slug}") public Article article(@PathVariable String slug) { return null; }
    @PostMapping("/articles") public Article write(@RequestBody Article article) { return null; }
    @GetMapping("/admin/users") public List<User> users() { return null; }
    @GetMapping("/partner/stock") public Stock stock() { return null; }
}""",
            ),
        },
        {
            ("POST", "/auth/login", "Api.login", False, False),
            ("GET", "/health", "Api.health", False, False),
            ("GET", "/articles", "Api.articles", False, False),
            ("GET", "/articles/{slug}", "Api.article", False, False),
            ("POST", "/articles", "Api.write", True, False),
            ("GET", "/admin/users", "Api.users", True, False),
            ("GET", "/partner/stock", "Api.stock", True, False),
        },
        id="Spring Security: two chains with the lambda DSL, a constant list, a method",
    ),
    pytest.param(
        {
            "src/main/java/a/WebSecurity.java": java(
                "a",
                "org.springframework.security.config.annotation.web.configuration.WebSecurityConfigurerAdapter org.springframework.security.config.annotation.web.builders.*",
                """
@EnableWebSecurity
public class WebSecurity extends WebSecurityConfigurerAdapter {
    @Override protected void configure(HttpSecurity http) throws Exception {
        http.authorizeRequests()
            .antMatchers("/api/public/**", "/login").permitAll()
            .antMatchers("/api/**").authenticated()
            .anyRequest().permitAll()
            .and().formLogin();
    }
    @Override public void configure(org.springframework.security.config.annotation.web.builders.WebSecurity web) { web.ignoring().antMatchers("/api/docs/**"); }
}""",
            ),
            "src/main/java/a/C.java": java(
                "a",
                f"{WEB}.* org.springframework.security.access.annotation.Secured",
                """
@Controller
public class C {
    @GetMapping("/") public String home() { return "home"; }
    @GetMapping("/api/public/news") @ResponseBody public News news() { return null; }
    @GetMapping("/api/mine") @ResponseBody public Mine mine() { return null; }
    @GetMapping("/api/docs/index") @ResponseBody public String docs() { return ""; }
    @Secured("ROLE_STAFF") @GetMapping("/staff") public String staff() { return "staff"; }
}""",
            ),
        },
        {
            ("GET", "/", "C.home", False, False),
            ("GET", "/api/public/news", "C.news", False, False),
            ("GET", "/api/mine", "C.mine", True, False),
            ("GET", "/api/docs/index", "C.docs", False, False),
            ("GET", "/staff", "C.staff", True, False),
        },
        id="Spring Security 5: antMatchers in a chain of calls, ignored paths, Secured",
    ),
    pytest.param(
        {
            "pom.xml": POM_SECURITY,
            "src/main/java/a/C.java": java(
                "a",
                f"{WEB}.* io.github.resilience4j.ratelimiter.annotation.RateLimiter",
                """
@RestController
public class C {
    @RateLimiter(name = "search") @GetMapping("/search") public List<Hit> search(@RequestParam String q) { return null; }
}""",
            ),
        },
        {("GET", "/search", "C.search", True, True)},
        id="Spring Security on the class path closes everything; Resilience4j limits",
    ),
    pytest.param(
        {
            "src/main/java/a/WebConfig.java": java(
                "a",
                "org.springframework.web.servlet.config.annotation.*",
                """
@Configuration
public class WebConfig implements WebMvcConfigurer {
    @Autowired private LoginInterceptor loginInterceptor;
    @Override public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(loginInterceptor).addPathPatterns("/api/**").excludePathPatterns("/api/user/login", "/api/user/register");
        registry.addInterceptor(new ThrottleInterceptor()).addPathPatterns("/api/user/*");
    }
}""",
            ),
            "src/main/java/a/LoginInterceptor.java": java(
                "a",
                "org.springframework.web.servlet.HandlerInterceptor",
                """
@Component
public class LoginInterceptor implements HandlerInterceptor {
    @Override public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) throws Exception {
        if (handler instanceof HandlerMethod method && method.hasMethodAnnotation(PassToken.class)) { return true; }
        if (request.getSession().getAttribute("user") == null) { response.sendError(401); return false; }
        return true;
    }
}""",
            ),
            "src/main/java/a/ThrottleInterceptor.java": java(
                "a",
                "org.springframework.web.servlet.HandlerInterceptor",
                """
public class ThrottleInterceptor implements HandlerInterceptor {
    @Override public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) { return bucket.tryConsume(1); }
}""",
            ),
            "src/main/java/a/UserController.java": java(
                "a",
                f"{WEB}.*",
                """
@RestController @RequestMapping("/api/user")
public class UserController {
    @PostMapping("/login") public Result login(@RequestBody LoginForm form) { return null; }
    @GetMapping("/me") public Result me() { return null; }
    @PassToken @GetMapping("/{id}/card") public Result card(@PathVariable long id) { return null; }
}""",
            ),
        },
        {
            ("POST", "/api/user/login", "UserController.login", False, True),
            ("GET", "/api/user/me", "UserController.me", True, True),
            ("GET", "/api/user/{id}/card", "UserController.card", False, False),
        },
        id="Spring interceptors: a login with exceptions by path and by annotation, and a limit",
    ),
    pytest.param(
        {
            "src/main/resources/application.yml": "security:\n  whitelist:\n    - /open/**\n    - /captcha\n",
            "src/main/java/a/WhiteList.java": java(
                "a",
                "",
                '@ConfigurationProperties(prefix = "security")\npublic class WhiteList { private List<String> whitelist; public List<String> getWhitelist() { return whitelist; } }',
            ),
            "src/main/java/a/Security.java": java(
                "a",
                "org.springframework.security.config.annotation.web.builders.HttpSecurity",
                """
@Configuration
public class Security {
    private final WhiteList list;
    @Bean SecurityFilterChain chain(HttpSecurity http) throws Exception {
        for (String path : list.getWhitelist()) { http.authorizeRequests().antMatchers(path).permitAll(); }
        http.authorizeRequests().anyRequest().authenticated();
        return http.build();
    }
}""",
            ),
            "src/main/java/a/C.java": java(
                "a",
                f"{WEB}.*",
                """
@RestController
public class C {
    @GetMapping("/open/prices") public Prices prices() { return null; }
    @GetMapping("/captcha") public Image captcha() { return null; }
    @GetMapping("/cart") public Cart cart() { return null; }
}""",
            ),
        },
        {
            ("GET", "/open/prices", "C.prices", False, False),
            ("GET", "/captcha", "C.captcha", False, False),
            ("GET", "/cart", "C.cart", True, False),
        },
        id="Spring Security: open paths from the settings",
    ),
    # ---- Spring WebFlux ---------------------------------------------------------------------
    pytest.param(
        {
            "src/main/java/a/Routes.java": java(
                "a",
                "org.springframework.web.reactive.function.server.* static:org.springframework.web.reactive.function.server.RequestPredicates.* static:org.springframework.web.reactive.function.server.RouterFunctions.*",
                """
@Configuration
public class Routes {
    @Bean RouterFunction<ServerResponse> orders(OrderHandler handler) {
        return route()
            .path("/orders", b -> b
                .GET("/{id}", accept(MediaType.APPLICATION_JSON), handler::one)
                .GET("", handler::list)
                .POST("", handler::create))
            .GET("/ping", request -> ServerResponse.ok().build())
            .build();
    }
    @Bean RouterFunction<ServerResponse> users(UserHandler users) {
        return nest(path("/users"), route(GET("/{name}").and(accept(MediaType.APPLICATION_JSON)), users::get).andRoute(DELETE("/{name}"), users::remove));
    }
    @Bean RouterFunction<ServerResponse> tags(TagHandler tags) {
        return RouterFunctions.route(RequestPredicates.GET("/tags"), tags::all);
    }
}""",
            ),
            "src/main/java/a/OrderHandler.java": java(
                "a",
                "org.springframework.web.reactive.function.server.*",
                "@Component public class OrderHandler { public Mono<ServerResponse> one(ServerRequest r) { return null; }\n public Mono<ServerResponse> list(ServerRequest r) { return null; }\n public Mono<ServerResponse> create(ServerRequest r) { return null; } }",
            ),
        },
        {
            ("GET", "/orders/{id}", "OrderHandler.one", False, False),
            ("GET", "/orders", "OrderHandler.list", False, False),
            ("POST", "/orders", "OrderHandler.create", False, False),
            ("GET", "/ping", "Routes.orders", False, False),
            ("GET", "/users/{name}", "users.get", False, False),
            ("DELETE", "/users/{name}", "users.remove", False, False),
            ("GET", "/tags", "tags.all", False, False),
        },
        id="Spring functional endpoints: builder with a path, nested predicates, qualified names",
    ),
    pytest.param(
        {
            "src/main/resources/application.properties": "spring.webflux.base-path=/rx\napi.root=/things\n",
            "src/main/java/a/Thing.java": java(
                "a",
                f"{WEB}.* reactor.core.publisher.*",
                """
@RestController @RequestMapping("${api.root}")
public class Thing {
    @GetMapping(value = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE) public Flux<Event> stream() { return null; }
}""",
            ),
            "src/main/java/a/Sec.java": java(
                "a",
                "org.springframework.security.config.web.server.ServerHttpSecurity",
                """
@EnableWebFluxSecurity
public class Sec {
    @Bean SecurityWebFilterChain chain(ServerHttpSecurity http) {
        return http.authorizeExchange(e -> e.pathMatchers("/things/stream").permitAll().anyExchange().authenticated()).build();
    }
}""",
            ),
        },
        {("GET", "/rx/things/stream", "Thing.stream", False, False)},
        id="Spring WebFlux: a base path that matchers do not see, a path from the settings",
    ),
    pytest.param(
        {
            "src/main/java/a/People.java": java(
                "a",
                "org.springframework.data.rest.core.annotation.RepositoryRestResource org.springframework.data.repository.CrudRepository org.springframework.stereotype.Controller",
                """
@RepositoryRestResource(path = "people")
public interface People extends CrudRepository<Person, Long> { }""",
            ),
        },
        {
            ("GET", "/people", "People", False, False),
            ("POST", "/people", "People", False, False),
            ("GET", "/people/{id}", "People", False, False),
            ("PUT", "/people/{id}", "People", False, False),
            ("PATCH", "/people/{id}", "People", False, False),
            ("DELETE", "/people/{id}", "People", False, False),
        },
        id="Spring Data REST serves a repository",
    ),
    pytest.param(
        {
            "src/main/resources/openapi.yml": "openapi: 3.0.1\nservers:\n  - url: https://shop.example.com/v3\npaths:\n  /carts/{id}:\n    get:\n      operationId: get-cart\n    put:\n      operationId: replaceCart\n",
            "src/main/java/a/CartController.java": java(
                "a",
                f"{WEB}.RestController a.generated.CartsApi",
                """
@RestController
public class CartController implements CartsApi {
    @Override public ResponseEntity<Cart> getCart(Long id) { return null; }
    @Override public ResponseEntity<Void> replaceCart(Long id, Cart cart) { return null; }
    public void helper() { }
}""",
            ),
        },
        {
            ("GET", "/v3/carts/{id}", "CartController.getCart", False, False),
            ("PUT", "/v3/carts/{id}", "CartController.replaceCart", False, False),
        },
        id="Spring: the interface is generated from an OpenAPI document",
    ),
    # ---- JAX-RS -----------------------------------------------------------------------------
    pytest.param(
        {
            "src/main/java/a/Api.java": java(
                "a",
                "jakarta.ws.rs.ApplicationPath jakarta.ws.rs.core.Application",
                '@ApplicationPath("/api")\npublic class Api extends Application { }',
            ),
            "src/main/java/a/Books.java": java(
                "a",
                "jakarta.ws.rs.* jakarta.annotation.security.*",
                """
@Path("books")
@RolesAllowed("user")
public class Books {
    @GET @PermitAll public List<Book> all(@QueryParam("page") int page) { return null; }
    @POST public Response add(Book book) { return null; }
    @Path("/{isbn}") @DELETE public void drop(@PathParam("isbn") String isbn) { }
    @Path("/{isbn}/reviews") public Reviews reviews(@PathParam("isbn") String isbn) { return new Reviews(isbn); }
}""",
            ),
            "src/main/java/a/Reviews.java": java(
                "a",
                "jakarta.ws.rs.*",
                """
public class Reviews {
    @GET public List<Review> list() { return null; }
    @GET @Path("{id}") public Review one(@PathParam("id") long id) { return null; }
}""",
            ),
            "src/main/java/a/Prices.java": java(
                "a",
                "jakarta.ws.rs.* org.eclipse.microprofile.rest.client.inject.RegisterRestClient",
                '@RegisterRestClient @Path("/prices")\npublic interface Prices { @GET List<Price> all(); }',
            ),
        },
        {
            ("GET", "/api/books", "Books.all", False, False),
            ("POST", "/api/books", "Books.add", True, False),
            ("DELETE", "/api/books/{isbn}", "Books.drop", True, False),
            ("GET", "/api/books/{isbn}/reviews", "Reviews.list", False, False),
            ("GET", "/api/books/{isbn}/reviews/{id}", "Reviews.one", False, False),
        },
        id="JAX-RS: an application path, roles, a sub-resource; a REST client declares nothing",
    ),
    pytest.param(
        {
            "src/main/resources/application.properties": "quarkus.rest.path=/v1\nquarkus.http.auth.permission.api.paths=/v1/admin/*,/v1/me\nquarkus.http.auth.permission.api.policy=authenticated\nquarkus.http.auth.permission.open.paths=/v1/admin/ping\nquarkus.http.auth.permission.open.policy=permit\n",
            "src/main/java/a/Me.java": java(
                "a",
                "jakarta.ws.rs.GET jakarta.ws.rs.Path io.quarkus.security.Authenticated",
                """
@Path("/me")
public class Me { @GET public User get() { return null; } }""",
            ),
            "src/main/java/a/Admin.java": java(
                "a",
                "jakarta.ws.rs.GET jakarta.ws.rs.PUT jakarta.ws.rs.Path",
                """
@Path("/admin")
public class Admin { @GET @Path("ping") public String ping() { return "pong"; }
 @PUT @Path("/flags/{name}") public void flag(@RestPath String name, boolean on) { } }""",
            ),
            "src/main/java/a/Notes.java": java(
                "a",
                "jakarta.ws.rs.GET jakarta.ws.rs.Path io.quarkus.security.Authenticated",
                """
@Path("/notes") @Authenticated
public class Notes { @GET public List<Note> all() { return null; } }""",
            ),
        },
        {
            ("GET", "/v1/me", "Me.get", True, False),
            ("GET", "/v1/admin/ping", "Admin.ping", False, False),
            ("PUT", "/v1/admin/flags/{name}", "Admin.flag", True, False),
            ("GET", "/v1/notes", "Notes.all", True, False),
        },
        id="Quarkus: permissions in the settings, the more exact path wins; Authenticated",
    ),
    pytest.param(
        {
            "src/main/java/a/TaskApi.java": java(
                "a",
                "javax.ws.rs.*",
                '@Path("/tasks")\npublic interface TaskApi { @GET List<Task> list();\n @POST Task add(Task task); }',
            ),
            "src/main/java/a/TaskResource.java": java(
                "a",
                "javax.inject.Inject",
                "public class TaskResource implements TaskApi { public List<Task> list() { return null; }\n public Task add(Task task) { return task; } }",
            ),
            "src/main/java/a/AuthFilter.java": java(
                "a",
                "javax.ws.rs.container.* javax.ws.rs.ext.Provider javax.ws.rs.core.Response",
                """
@Provider
public class AuthFilter implements ContainerRequestFilter {
    public void filter(ContainerRequestContext context) {
        if (context.getUriInfo().getPath().startsWith("/public")) { return; }
        if (!valid(context.getHeaderString("Authorization"))) { context.abortWith(Response.status(Response.Status.UNAUTHORIZED).build()); }
    }
}""",
            ),
            "src/main/java/a/News.java": java(
                "a",
                "javax.ws.rs.*",
                '@Path("/public/news") public class News { @GET public List<Item> items() { return null; } }',
            ),
        },
        {
            ("GET", "/tasks", "TaskResource.list", True, False),
            ("POST", "/tasks", "TaskResource.add", True, False),
            ("GET", "/public/news", "News.items", False, False),
        },
        id="Jersey: annotations on an interface, a request filter that refuses all but some paths",
    ),
    pytest.param(
        {
            "src/main/java/a/PersonResource.java": java(
                "a",
                "javax.ws.rs.* io.dropwizard.auth.Auth io.dropwizard.hibernate.UnitOfWork",
                """
@Path("/people/{personId}")
public class PersonResource {
    @GET @UnitOfWork public Person get(@PathParam("personId") LongParam id, @Auth Optional<User> user) { return null; }
    @PUT @UnitOfWork public Person put(@PathParam("personId") LongParam id, @Auth User user, @Valid Person person) { return null; }
}""",
            ),
        },
        {
            ("GET", "/people/{personId}", "PersonResource.get", False, False),
            ("PUT", "/people/{personId}", "PersonResource.put", True, False),
        },
        id="Dropwizard: a user who must or may be logged in",
    ),
    # ---- Micronaut --------------------------------------------------------------------------
    pytest.param(
        {
            "build.gradle": 'dependencies { implementation("io.micronaut.security:micronaut-security-jwt") }',
            "src/main/resources/application.yml": "micronaut:\n  server:\n    context-path: /mn\n",
            "src/main/java/a/BookController.java": java(
                "a",
                "io.micronaut.http.annotation.* io.micronaut.security.annotation.Secured io.micronaut.security.rules.SecurityRule",
                """
@Controller("/books")
public class BookController {
    @Get("/{?page,size}") @Secured(SecurityRule.IS_ANONYMOUS) public List<Book> list(@Nullable Integer page) { return null; }
    @Get("/{id}") public Book get(Long id) { return null; }
    @Post public Book add(@Body NewBook book) { return null; }
    @Delete(uri = "/{id}") @Secured("ROLE_ADMIN") public void drop(Long id) { }
}""",
            ),
            "src/main/java/a/Prices.java": java(
                "a",
                "io.micronaut.http.annotation.Get io.micronaut.http.client.annotation.Client",
                '@Client("https://prices.example.com") public interface Prices { @Get("/all") List<Price> all(); }',
            ),
        },
        {
            ("GET", "/mn/books", "BookController.list", False, False),
            ("GET", "/mn/books/{id}", "BookController.get", True, False),
            ("POST", "/mn/books", "BookController.add", True, False),
            ("DELETE", "/mn/books/{id}", "BookController.drop", True, False),
        },
        id="Micronaut: closed unless opened, a context path, query templates; a client declares nothing",
    ),
    pytest.param(
        {
            "src/main/java/a/HelloController.java": java(
                "a",
                "io.micronaut.http.annotation.Controller io.micronaut.http.annotation.Get io.micronaut.http.annotation.Post",
                """
@Controller
public class HelloController {
    @Get(uris = {"/hello", "/hi"}) public String hello(String name) { return "hi"; }
    @Post(value = "/orders/{id}/pay") public void pay(long id, Payment payment) { }
}""",
            ),
        },
        {
            ("GET", "/hello", "HelloController.hello", False, False),
            ("GET", "/hi", "HelloController.hello", False, False),
            ("POST", "/orders/{id}/pay", "HelloController.pay", False, False),
        },
        id="Micronaut: several paths, no prefix, no security",
    ),
    pytest.param(
        {
            "src/main/resources/application.yml": "micronaut:\n  security:\n    intercept-url-map:\n      - pattern: /public/**\n        access:\n          - isAnonymous()\n      - pattern: /**\n        access:\n          - isAuthenticated()\n",
            "src/main/java/a/C.java": java(
                "a",
                "io.micronaut.http.annotation.*",
                """
@Controller("/")
public class C {
    @Get("public/info") public Info info() { return null; }
    @Patch("users/{id}") public User change(long id, @Body Change change) { return null; }
}""",
            ),
        },
        {
            ("GET", "/public/info", "C.info", False, False),
            ("PATCH", "/users/{id}", "C.change", True, False),
        },
        id="Micronaut: a map of protected paths in the settings",
    ),
    # ---- Javalin ----------------------------------------------------------------------------
    pytest.param(
        {
            "src/main/java/a/App.java": java(
                "a",
                "io.javalin.Javalin static:io.javalin.apibuilder.ApiBuilder.*",
                """
public class App {
    public static void main(String[] args) {
        var users = new UserController();
        var app = Javalin.create(config -> {
            config.router.apiBuilder(() -> {
                path("/users", () -> {
                    get(UserController::list);
                    post(users::create, Role.ADMIN);
                    path("{id}", () -> {
                        get(UserController::one);
                        delete(UserController::drop);
                    });
                });
                crud("books/{isbn}", new BookController());
            });
        }).start(7070);
        app.before("/admin/*", ctx -> { if (ctx.sessionAttribute("user") == null) { throw new UnauthorizedResponse(); } });
        app.get("/admin/stats", ctx -> ctx.json(stats()));
        app.get("/ping", ctx -> ctx.result("pong"));
    }
}""",
            ),
            "src/main/java/a/UserController.java": java(
                "a",
                "io.javalin.http.Context",
                "public class UserController { static void list(Context c) { }\n void create(Context c) { }\n static void one(Context c) { }\n static void drop(Context c) { } }",
            ),
            "src/main/java/a/BookController.java": java(
                "a",
                "io.javalin.apibuilder.CrudHandler io.javalin.http.Context",
                "public class BookController implements CrudHandler { public void getAll(Context c) { }\n public void getOne(Context c, String i) { }\n public void create(Context c) { }\n public void update(Context c, String i) { }\n public void delete(Context c, String i) { } }",
            ),
        },
        {
            ("GET", "/users", "UserController.list", False, False),
            ("POST", "/users", "UserController.create", True, False),
            ("GET", "/users/{id}", "UserController.one", False, False),
            ("DELETE", "/users/{id}", "UserController.drop", False, False),
            ("GET", "/books", "BookController.getAll", False, False),
            ("POST", "/books", "BookController.create", False, False),
            ("GET", "/books/{isbn}", "BookController.getOne", False, False),
            ("PATCH", "/books/{isbn}", "BookController.update", False, False),
            ("DELETE", "/books/{isbn}", "BookController.delete", False, False),
            ("GET", "/admin/stats", "App.main", True, False),
            ("GET", "/ping", "App.main", False, False),
        },
        id="Javalin: the API builder, a CRUD handler, roles, a filter that refuses",
    ),
    pytest.param(
        {
            "src/main/java/a/Main.java": java(
                "a",
                "io.javalin.Javalin",
                """
public class Main {
    public static void main(String[] args) {
        Javalin app = Javalin.create().start(8080);
        OrderRoutes.register(app);
        new CartRoutes(new CartService()).mount(app);
    }
}""",
            ),
            "src/main/java/a/OrderRoutes.java": java(
                "a",
                "io.javalin.Javalin",
                'final class OrderRoutes { static void register(Javalin server) { server.get("/orders/<rest>", OrderRoutes::list);\n server.post("/orders", OrderRoutes::create); }\n static void list(Context c) { }\n static void create(Context c) { } }',
            ),
            "src/main/java/a/CartRoutes.java": java(
                "a",
                "io.javalin.Javalin",
                'class CartRoutes { void mount(Javalin app) { app.put("/carts/{id}", this::change); }\n private void change(Context c) { } }',
            ),
        },
        {
            ("GET", "/orders/{rest}", "OrderRoutes.list", False, False),
            ("POST", "/orders", "OrderRoutes.create", False, False),
            ("PUT", "/carts/{id}", "CartRoutes.change", False, False),
        },
        id="Javalin: routes registered by functions of other files",
    ),
    # ---- Vert.x Web -------------------------------------------------------------------------
    pytest.param(
        {
            "src/main/java/a/Main.java": java(
                "a",
                "io.vertx.core.AbstractVerticle io.vertx.ext.web.Router io.vertx.ext.web.handler.*",
                """
public class Main extends AbstractVerticle {
    @Override public void start() {
        Router router = Router.router(vertx);
        router.route().handler(BodyHandler.create());
        router.get("/health").handler(ctx -> ctx.end("ok"));
        router.post("/login").handler(this::login);
        router.route("/api/*").handler(JWTAuthHandler.create(provider));
        router.get("/api/orders/:id").handler(this::order);
        router.delete("/api/orders/:id").handler(this::check).handler(this::drop);
        router.route(HttpMethod.PUT, "/api/orders/:id").blockingHandler(this::change);
        Router sub = Router.router(vertx);
        sub.get("/list").handler(this::list);
        router.mountSubRouter("/shop", sub);
        vertx.createHttpServer().requestHandler(router).listen(8080);
    }
    private void login(RoutingContext c) { }
    private void order(RoutingContext c) { }
    private void check(RoutingContext c) { }
    private void drop(RoutingContext c) { }
    private void change(RoutingContext c) { }
    private void list(RoutingContext c) { }
}""",
            ),
        },
        {
            ("GET", "/health", "Main.start", False, False),
            ("POST", "/login", "Main.login", False, False),
            ("GET", "/api/orders/{id}", "Main.order", True, False),
            ("DELETE", "/api/orders/{id}", "Main.drop", True, False),
            ("PUT", "/api/orders/{id}", "Main.change", True, False),
            ("GET", "/shop/list", "Main.list", False, False),
        },
        id="Vert.x Web: middleware by path, several handlers, a sub-router",
    ),
    pytest.param(
        {
            "src/main/java/a/Server.java": java(
                "a",
                "io.vertx.ext.web.Router",
                """
public class Server {
    void start(Vertx vertx) {
        Router main = Router.router(vertx);
        main.route("/v2/*").subRouter(new UserApi(vertx).router());
    }
}""",
            ),
            "src/main/java/a/UserApi.java": java(
                "a",
                "io.vertx.ext.web.Router",
                """
class UserApi {
    private final Vertx vertx;
    Router router() {
        Router router = Router.router(vertx);
        router.get("/users").handler(this::all);
        router.route("/users/:id").method(HttpMethod.PATCH).handler(this::change);
        return router;
    }
    private void all(RoutingContext c) { }
    private void change(RoutingContext c) { }
}""",
            ),
        },
        {
            ("GET", "/v2/users", "UserApi.all", False, False),
            ("PATCH", "/v2/users/{id}", "UserApi.change", False, False),
        },
        id="Vert.x Web: a router that another class returns",
    ),
    # ---- Spark ------------------------------------------------------------------------------
    pytest.param(
        {
            "src/main/java/a/Main.java": java(
                "a",
                "static:spark.Spark.*",
                """
public class Main {
    public static void main(String[] args) {
        port(4567);
        before("/api/*", (request, response) -> { if (request.session().attribute("user") == null) { halt(401, "no"); } });
        get("/hello/:name", (request, response) -> "hi");
        path("/api", () -> {
            get("/orders", OrderApi::list);
            path("/orders/:id", () -> { put("", OrderApi::change); });
        });
    }
}""",
            ),
            "src/main/java/a/OrderApi.java": java(
                "a",
                "spark.Request spark.Response",
                "class OrderApi { static Object list(Request r, Response s) { return null; }\n static Object change(Request r, Response s) { return null; } }",
            ),
            "src/main/java/a/Cache.java": java(
                "a",
                "",
                'class Cache { Object find(Map<String, Object> map) { return map.get("/x"); } }',
            ),
        },
        {
            ("GET", "/hello/{name}", "Main.main", False, False),
            ("GET", "/api/orders", "OrderApi.list", True, False),
            ("PUT", "/api/orders/{id}", "OrderApi.change", True, False),
        },
        id="Spark: static routes, groups, a filter that halts",
    ),
    # ---- Helidon ----------------------------------------------------------------------------
    pytest.param(
        {
            "src/main/java/a/Main.java": java(
                "a",
                "io.helidon.webserver.WebServer io.helidon.webserver.http.HttpRouting",
                """
public class Main {
    static void routing(HttpRouting.Builder routing) {
        routing.register("/greet", new GreetService())
               .get("/simple", (req, res) -> res.send("hello"));
    }
}""",
            ),
            "src/main/java/a/GreetService.java": java(
                "a",
                "io.helidon.webserver.http.*",
                """
class GreetService implements HttpService {
    @Override public void routing(HttpRules rules) { rules.get("/", this::hello).get("/{name}", this::named).put("/greeting", this::change); }
    private void hello(ServerRequest q, ServerResponse s) { }
    private void named(ServerRequest q, ServerResponse s) { }
    private void change(ServerRequest q, ServerResponse s) { }
}""",
            ),
        },
        {
            ("GET", "/greet", "GreetService.hello", False, False),
            ("GET", "/greet/{name}", "GreetService.named", False, False),
            ("PUT", "/greet/greeting", "GreetService.change", False, False),
            ("GET", "/simple", "Main.routing", False, False),
        },
        id="Helidon: a service below a path, a lambda",
    ),
]


@pytest.mark.parametrize(("files", "expected"), CASES)
def test_endpoints(files: dict[str, str], expected: set[tuple[str, str, str, bool, bool]]) -> None:
    found = model_of(files).endpoints
    assert expected == {(e.method, e.path, e.handler, bool(e.auth), bool(e.limited)) for e in found}


PARAMS = [
    pytest.param(
        "@GetMapping(\"/x/{id}\") public Object get(@PathVariable(\"id\") Long key, @RequestParam(defaultValue = \"10\") int size, String q, @RequestHeader(\"X-A\") String a, Model model) { return null; }",
        {("id", "path"), ("size", "query"), ("q", "query"), ("X-A", "header")}, id="Spring: by annotation, by type where there is none",
    ),
    pytest.param(
        "@PostMapping(\"/x\") public Object post(@RequestBody Body body, @RequestParam(\"file\") MultipartFile upload, @CookieValue(\"sid\") String sid) { return null; }",
        {("body", "body"), ("file", "form"), ("sid", "cookie")}, id="Spring: body, file and cookie",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("method", "expected"), PARAMS)
def test_params(method: str, expected: set[tuple[str, str]]) -> None:
    found = model_of(
        {"src/C.java": java("a", f"{WEB}.*", f"@RestController public class C {{ {method} }}")}
    ).endpoints[0]
    assert expected == {(p.name, p.where) for p in found.params}
