"""Endpoints of ASP.NET Core, FastEndpoints and Carter, from small projects written as people write them."""

import pytest
from tests.review.cases import model_of

PROGRAM = """
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapControllers();
app.Run();
"""

CASES = [
    # ---- controllers with attributes ------------------------------------------------------
    pytest.param(
        {
            "src/Shop/Program.cs": PROGRAM,
            "src/Shop/Controllers/OrdersController.cs": """
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
namespace Shop.Controllers;

[ApiController]
[Route("api/[controller]")]
[Authorize]
public class OrdersController : ControllerBase
{
    private readonly IOrderService _orders;
    public OrdersController(IOrderService orders) { _orders = orders; }

    [HttpGet]
    public async Task<ActionResult<IEnumerable<OrderDto>>> GetAll([FromQuery] int page = 1) => Ok(await _orders.Page(page));

    [HttpGet("{id:int}", Name = "GetOrder")]
    public async Task<IActionResult> Get(int id) { return Ok(await _orders.One(id)); }

    [HttpGet("public")]
    [AllowAnonymous]
    public IActionResult Public() => Ok();

    [HttpPost]
    [EnableRateLimiting("orders")]
    [ProducesResponseType(StatusCodes.Status401Unauthorized)]
    public IActionResult Create([FromBody] OrderDto order) => Created("", order);

    [HttpPut, Route("{id}/ship")]
    public IActionResult Ship(Guid id) => NoContent();

    [HttpDelete("~/admin/orders/{id}")]
    [Authorize(Roles = "Admin")]
    public IActionResult Remove(int id) => NoContent();

    [NonAction]
    public string Help() => "";
    private void Internal() { }
}
""",
        },
        {
            ("GET", "/api/Orders", "OrdersController.GetAll", True, False),
            ("GET", "/api/Orders/{id}", "OrdersController.Get", True, False),
            ("GET", "/api/Orders/public", "OrdersController.Public", False, False),
            ("POST", "/api/Orders", "OrdersController.Create", True, True),
            ("PUT", "/api/Orders/{id}/ship", "OrdersController.Ship", True, False),
            ("DELETE", "/admin/orders/{id}", "OrdersController.Remove", True, False),
        },
        id="attribute routes with tokens, absolute templates and marks of login and limit",
    ),
    pytest.param(
        {
            "Api/Program.cs": PROGRAM,
            "Api/Controllers/ApiControllerBase.cs": """
namespace Api.Controllers;
[ApiController]
[Authorize]
[Route("api/v{version:apiVersion}/[controller]/[action]")]
public abstract class ApiControllerBase : ControllerBase
{
    [HttpGet]
    public IActionResult Ping() => Ok();
}
""",
            "Api/Controllers/UsersController.cs": """
namespace Api.Controllers;
[ApiVersion("1.0")]
public class UsersController : ApiControllerBase
{
    [HttpGet("{id}")]
    public Task<IActionResult> DetailsAsync(int id) => Find(id);

    [HttpPost, AllowAnonymous]
    public IActionResult Register(RegisterRequest request) => Ok();

    [AcceptVerbs("PUT", "PATCH")]
    public IActionResult Change(ChangeRequest request) => Ok();
}
""",
        },
        {
            ("GET", "/api/v{version}/Users/Ping", "UsersController.Ping", True, False),
            (
                "GET",
                "/api/v{version}/Users/Details/{id}",
                "UsersController.DetailsAsync",
                True,
                False,
            ),
            ("POST", "/api/v{version}/Users/Register", "UsersController.Register", False, False),
            ("PUT", "/api/v{version}/Users/Change", "UsersController.Change", True, False),
            ("PATCH", "/api/v{version}/Users/Change", "UsersController.Change", True, False),
        },
        id="a base class gives prefix, login and an action",
    ),
    pytest.param(
        {
            "Api/Startup.cs": """
public class Startup
{
    public void ConfigureServices(IServiceCollection services)
    {
        services.AddControllers();
        services.AddAuthorization(options =>
        {
            options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
        });
    }
    public void Configure(IApplicationBuilder app)
    {
        app.UseRouting();
        app.UseEndpoints(endpoints => { endpoints.MapControllers(); endpoints.MapGet("/version", () => "1").AllowAnonymous(); });
    }
}
""",
            "Api/ApiRoutes.cs": """
namespace Api;
public static class ApiRoutes
{
    public const string Base = "api/v1";
    public static class Posts
    {
        public const string GetAll = Base + "/posts";
        public const string Get = Base + "/posts/{postId}";
    }
}
""",
            "Api/Controllers/PostsController.cs": """
using Api;
namespace Api.Controllers;
public class PostsController : Controller
{
    [HttpGet(ApiRoutes.Posts.GetAll)]
    public IActionResult GetAll() => Ok();
    [HttpGet(ApiRoutes.Posts.Get)]
    [AllowAnonymous]
    public IActionResult Get([FromRoute] Guid postId) => Ok();
}
""",
        },
        {
            ("GET", "/version", "Startup.Configure", False, False),
            ("GET", "/api/v1/posts", "PostsController.GetAll", True, False),
            ("GET", "/api/v1/posts/{postId}", "PostsController.Get", False, False),
        },
        id="constants as templates below a fallback policy",
    ),
    # ---- conventional ---------------------------------------------------------------------
    pytest.param(
        {
            "Web/Program.cs": """
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllersWithViews();
var app = builder.Build();
app.MapControllerRoute(name: "areas", pattern: "{area:exists}/{controller=Home}/{action=Index}/{id?}");
app.MapControllerRoute(
    name: "default",
    pattern: "{controller=Home}/{action=Index}/{id?}");
app.Run();
""",
            "Web/Controllers/MoviesController.cs": """
namespace Web.Controllers;
public class MoviesController : Controller
{
    public async Task<IActionResult> Index(string search) { return View(); }
    public async Task<IActionResult> Edit(int? id) { return View(); }
    [HttpPost]
    [ValidateAntiForgeryToken]
    [Authorize]
    public async Task<IActionResult> Edit(int id, Movie movie) { return View(movie); }
    [HttpPost, ActionName("Delete")]
    public IActionResult DeleteConfirmed(int id) { return RedirectToAction(nameof(Index)); }
    private bool Exists(int id) { return true; }
}
""",
            "Web/Areas/Admin/Controllers/UsersController.cs": """
namespace Web.Areas.Admin.Controllers;
[Area("Admin")]
[Authorize(Roles = "Admin")]
public class UsersController : Controller
{
    public IActionResult Index() => View();
}
""",
        },
        {
            ("*", "/Movies/Index", "MoviesController.Index", False, False),
            ("*", "/Movies/Edit/{id}", "MoviesController.Edit", False, False),
            ("POST", "/Movies/Edit/{id}", "MoviesController.Edit", True, False),
            ("POST", "/Movies/Delete/{id}", "MoviesController.DeleteConfirmed", False, False),
            ("*", "/Admin/Users/Index", "UsersController.Index", True, False),
        },
        id="conventional routes with an area",
    ),
    pytest.param(
        {
            "Web/Program.cs": """
var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapControllers().RequireAuthorization().RequireRateLimiting("fixed");
app.Run();
""",
            "Web/Controllers/StatsController.cs": """
[ApiController]
[Route("stats")]
public class StatsController(IStats stats) : ControllerBase
{
    [HttpGet] public Task<int> Get() => stats.Count();
    [HttpGet("open")] [AllowAnonymous] [DisableRateLimiting] public int Open() => 1;
}
""",
        },
        {
            ("GET", "/stats", "StatsController.Get", True, True),
            ("GET", "/stats/open", "StatsController.Open", False, False),
        },
        id="what is said of all controllers where they are mapped",
    ),
    # ---- minimal API ----------------------------------------------------------------------
    pytest.param(
        {
            "Program.cs": """
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddRateLimiter(o => o.AddFixedWindowLimiter("fixed", x => x.PermitLimit = 10));
var app = builder.Build();
app.MapGet("/", () => "Hello");
var api = app.MapGroup("/api/v1");
var todos = api.MapGroup("/todos").WithTags("Todos").RequireAuthorization();
todos.MapGet("/", GetTodos);
todos.MapGet("/{id:int}", async (int id, TodoDb db) => await db.Todos.FindAsync(id)).WithName("GetTodo").AllowAnonymous();
todos.MapPost("/", CreateTodo).RequireRateLimiting("fixed");
api.MapMethods("/status", new[] { "GET", "HEAD" }, () => Results.Ok());
app.MapGroup("/admin").RequireAuthorization("Admin").MapDelete("/users/{id}", (Guid id) => Results.NoContent());
app.Run();

static async Task<IResult> GetTodos(TodoDb db) => Results.Ok(await db.Todos.ToListAsync());
static async Task<IResult> CreateTodo(Todo todo, TodoDb db) => Results.Created("", todo);
""",
        },
        {
            ("GET", "/", "(anonymous)", False, False),
            ("GET", "/api/v1/todos", "GetTodos", True, False),
            ("GET", "/api/v1/todos/{id}", "(anonymous)", False, False),
            ("POST", "/api/v1/todos", "CreateTodo", True, True),
            ("GET", "/api/v1/status", "(anonymous)", False, False),
            ("HEAD", "/api/v1/status", "(anonymous)", False, False),
            ("DELETE", "/admin/users/{id}", "(anonymous)", True, False),
        },
        id="nested groups in one file",
    ),
    pytest.param(
        {
            "Program.cs": """
using Todo.Api;
var app = WebApplication.Create(args);
app.MapGroup("/public/todos").MapTodosApi().WithTags("Public");
app.MapGroup("/private/todos")
    .MapTodosApi()
    .WithTags("Private")
    .RequireAuthorization();
var v2 = app.MapApiGroup();
v2.MapUsers();
UserEndpoints.MapLogin(app);
app.Run();
""",
            "Endpoints/TodosApi.cs": """
namespace Todo.Api;
public static class TodosApi
{
    public static RouteGroupBuilder MapTodosApi(this RouteGroupBuilder group)
    {
        group.MapGet("/", GetAll);
        group.MapDelete("/{id}", Handlers.Delete);
        return group;
    }
    private static Ok<string> GetAll() => TypedResults.Ok("");
}
public static class Handlers { public static IResult Delete(int id) => Results.NoContent(); }
""",
            "Endpoints/UserEndpoints.cs": """
namespace Todo.Api;
public static class UserEndpoints
{
    private const string Tag = "Users";
    public static RouteGroupBuilder MapApiGroup(this IEndpointRouteBuilder app) => app.MapGroup("/api/v2");
    public static void MapUsers(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("users");
        group.RequireAuthorization();
        group.MapGet("{id}", (string id) => id);
    }
    public static void MapLogin(IEndpointRouteBuilder app)
    {
        app.MapPost("/login", async (LoginRequest request, UserManager<User> users, ClaimsPrincipal principal) => Results.Ok()).WithName("GetUserToken").AddEndpointFilter<ValidationFilter>();
    }
}
""",
        },
        {
            ("GET", "/public/todos", "TodosApi.GetAll", False, False),
            ("DELETE", "/public/todos/{id}", "Handlers.Delete", False, False),
            ("GET", "/private/todos", "TodosApi.GetAll", True, False),
            ("DELETE", "/private/todos/{id}", "Handlers.Delete", True, False),
            ("GET", "/api/v2/users/{id}", "UserEndpoints.MapUsers", True, False),
            ("POST", "/login", "UserEndpoints.MapLogin", False, False),
        },
        id="extension methods in other files, one of them mapped twice",
    ),
    pytest.param(
        {
            "Program.cs": """
var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
var versioned = app.MapGroup("api/v{version:apiVersion}").WithApiVersionSet(set);
app.MapEndpoints(versioned);
app.Run();
""",
            "Endpoints/EndpointExtensions.cs": """
public interface IEndpoint { void MapEndpoint(IEndpointRouteBuilder app); }
public static class EndpointExtensions
{
    public static IApplicationBuilder MapEndpoints(this WebApplication app, RouteGroupBuilder? group = null)
    {
        var endpoints = app.Services.GetRequiredService<IEnumerable<IEndpoint>>();
        foreach (IEndpoint endpoint in endpoints)
        {
            endpoint.MapEndpoint(group);
        }
        return app;
    }
}
""",
            **{
                f"Endpoints/{name}.cs": f"""
internal sealed class {name} : IEndpoint
{{
    public void MapEndpoint(IEndpointRouteBuilder app)
    {{
        app.Map{verb}("{path}", async (ISender sender) => Results.Ok()){behind};
    }}
}}
"""
                for name, verb, path, behind in (
                    ("GetUser", "Get", "users/{id}", ".RequireAuthorization()"),
                    ("ListUsers", "Get", "users", '.RequireAuthorization("users:read")'),
                    ("Login", "Post", "users/login", ".WithTags(Tags.Users)"),
                    ("Rename", "Put", "users/{id}", ".RequireAuthorization()"),
                    ("Remove", "Delete", "users/{id}", ".RequireAuthorization()"),
                )
            },
        },
        {
            ("GET", "/api/v{version}/users/{id}", "GetUser.MapEndpoint", True, False),
            ("GET", "/api/v{version}/users", "ListUsers.MapEndpoint", True, False),
            ("POST", "/api/v{version}/users/login", "Login.MapEndpoint", False, False),
            ("PUT", "/api/v{version}/users/{id}", "Rename.MapEndpoint", True, False),
            ("DELETE", "/api/v{version}/users/{id}", "Remove.MapEndpoint", True, False),
        },
        id="one class for each endpoint behind an interface",
    ),
    pytest.param(
        {
            "Program.cs": """
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddRateLimiter(options =>
{
    options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetFixedWindowLimiter("x", _ => new()));
});
var app = builder.Build();
app.UseRateLimiter();
app.MapPost("/login", (Login login) => Results.Ok());
app.Run();
""",
        },
        {("POST", "/login", "(anonymous)", False, True)},
        id="a global limiter",
    ),
    # ---- FastEndpoints --------------------------------------------------------------------
    pytest.param(
        {
            "Program.cs": """
global using FastEndpoints;
var bld = WebApplication.CreateBuilder();
bld.Services.AddFastEndpoints();
var app = bld.Build();
app.UseFastEndpoints(c => { c.Endpoints.RoutePrefix = "api"; });
app.Run();
""",
            "Features/CreateUser.cs": """
public class CreateUser : Endpoint<CreateUserRequest, CreateUserResponse>
{
    public override void Configure()
    {
        Post("/user/create");
        AllowAnonymous();
        Throttle(hitLimit: 10, durationSeconds: 60);
    }
    public override async Task HandleAsync(CreateUserRequest req, CancellationToken ct) { await SendAsync(new()); }
}
""",
            "Features/ListUsers.cs": """
public class ListUsers : EndpointWithoutRequest<List<User>>
{
    public override void Configure()
    {
        Get("users", "members");
        Roles("Admin");
    }
    public override async Task HandleAsync(CancellationToken ct) { }
}
""",
            "Features/Admin.cs": """
public class AdminGroup : Group
{
    public AdminGroup() { Configure("admin", ep => { ep.AllowAnonymous(); }); }
}
public class Clear : EndpointWithoutRequest
{
    public override void Configure() { Verbs(Http.DELETE, Http.POST); Routes("cache"); Group<AdminGroup>(); }
    public override Task HandleAsync(CancellationToken ct) => Task.CompletedTask;
}
[HttpGet("health/{name}")]
public class Health : EndpointWithoutRequest
{
    public override Task HandleAsync(CancellationToken ct) => Task.CompletedTask;
}
""",
        },
        {
            ("POST", "/api/user/create", "CreateUser.HandleAsync", False, True),
            ("GET", "/api/users", "ListUsers.HandleAsync", True, False),
            ("GET", "/api/members", "ListUsers.HandleAsync", True, False),
            ("DELETE", "/api/admin/cache", "Clear.HandleAsync", False, False),
            ("POST", "/api/admin/cache", "Clear.HandleAsync", False, False),
            ("GET", "/api/health/{name}", "Health.HandleAsync", True, False),
        },
        id="FastEndpoints with groups, closed unless opened",
    ),
    # ---- Carter ---------------------------------------------------------------------------
    pytest.param(
        {
            "Program.cs": "var builder = WebApplication.CreateBuilder(args);\nbuilder.Services.AddCarter();\nvar app = builder.Build();\napp.MapCarter();\napp.Run();\n",
            "Modules/OrdersModule.cs": """
public class OrdersModule : CarterModule
{
    public OrdersModule() : base("/orders") { this.RequireAuthorization(); }
    public override void AddRoutes(IEndpointRouteBuilder app)
    {
        app.MapGet("/", List);
        app.MapPost("/{id}/pay", (int id) => Results.Ok());
    }
    private static IResult List() => Results.Ok();
}
""",
            "Modules/HomeModule.cs": """
public class HomeModule : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app.MapGet("/home", () => "hi");
}
""",
        },
        {
            ("GET", "/orders", "OrdersModule.List", True, False),
            ("POST", "/orders/{id}/pay", "OrdersModule.AddRoutes", True, False),
            ("GET", "/home", "HomeModule.AddRoutes", False, False),
        },
        id="Carter modules",
    ),
]


@pytest.mark.parametrize(("files", "expected"), CASES)
def test_endpoints(files: dict[str, str], expected: set[tuple[str, str, str, bool, bool]]) -> None:
    found = {(e.method, e.path, e.handler, e.auth, e.limited) for e in model_of(files).endpoints}
    assert found == expected
