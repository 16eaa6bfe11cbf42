"""Endpoints of ASP.NET Core that no route call names as a whole: found by reflection, wrapped, answered by libraries, renamed."""

import pytest
from tests.review.cases import model_of

PROGRAM = """
var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapEndpoints(typeof(Program).Assembly);
app.Run();
"""
EXTENSIONS = """
namespace Shop.Web;
public static class RouteExtensions
{
    public static RouteHandlerBuilder MapGet(this IEndpointRouteBuilder builder, Delegate handler, string pattern = "")
    {
        return builder.MapGet(pattern, handler).WithName(handler.Method.Name);
    }
    public static RouteHandlerBuilder MapPut(this IEndpointRouteBuilder builder, Delegate handler, string pattern)
        => builder.MapPut(pattern, handler).RequireRateLimiting("writes");
}
"""

CASES = [
    # ---- groups ---------------------------------------------------------------------------
    pytest.param(
        {
            "Web/Program.cs": PROGRAM,
            "Web/Extensions.cs": EXTENSIONS,
            "Web/Groups.cs": """
namespace Shop.Web;
public interface IGroup
{
    static virtual string? Prefix => null;
    static abstract void Map(RouteGroupBuilder group);
}
public static class Groups
{
    public static WebApplication MapEndpoints(this WebApplication app, Assembly assembly)
    {
        var types = assembly.GetExportedTypes().Where(t => t is { IsAbstract: false } && t.IsAssignableTo(typeof(IGroup)));
        foreach (var type in types)
        {
            var name = type.Name;
            var prefix = type.GetProperty(nameof(IGroup.Prefix))?.GetValue(null) as string ?? $"/api/{name}";
            var group = app.MapGroup(prefix).WithTags(name);
            type.GetMethod(nameof(IGroup.Map))!.Invoke(null, [group]);
        }
        return app;
    }
}
public class Orders : IGroup
{
    public static void Map(RouteGroupBuilder group)
    {
        group.RequireAuthorization();
        group.MapGet(List);
        group.MapGet(One, "{id}").AllowAnonymous();
        group.MapPut(Change, "{id}");
        group.MapDelete("{id}", (int id) => Results.NoContent());
    }
    public static IResult List() => Results.Ok();
    public static IResult One(int id) => Results.Ok();
    public static IResult Change(int id) => Results.Ok();
}
public class Stock : IGroup
{
    public static string? Prefix => "/api/warehouses/{warehouse}/stock";
    public static void Map(RouteGroupBuilder group) { group.MapGet(Count); }
    public static int Count() => 1;
}
public class Elsewhere
{
    public static void Map(RouteGroupBuilder group) { group.MapGet("/elsewhere", () => 1); }
}
""",
        },
        {
            ("GET", "/api/Orders", "Orders.List", True, False),
            ("GET", "/api/Orders/{id}", "Orders.One", False, False),
            ("PUT", "/api/Orders/{id}", "Orders.Change", True, True),
            ("DELETE", "/api/Orders/{id}", "Orders.Map", True, False),
            ("GET", "/api/warehouses/{warehouse}/stock", "Stock.Count", False, False),
            (
                "GET",
                "/elsewhere",
                "Elsewhere.Map",
                False,
                False,
            ),  # it is no group, whatever its method is called
        },
        id="static methods that reflection finds, the class's name or its own prefix before their routes",
    ),
    pytest.param(
        {
            "Web/Program.cs": PROGRAM,
            "Web/Extensions.cs": EXTENSIONS,
            "Web/Groups.cs": """
namespace Shop.Web;
public abstract class GroupBase { public abstract void Map(WebApplication app); }
public static class Groups
{
    public static RouteGroupBuilder MapGroup(this WebApplication app, GroupBase group)
    {
        var name = group.GetType().Name.Replace("Endpoints", "").ToLower();
        return app.MapGroup($"/api/{name}").WithTags(name);
    }
    public static WebApplication MapEndpoints(this WebApplication app, Assembly assembly)
    {
        foreach (var type in assembly.GetExportedTypes().Where(t => t.IsSubclassOf(typeof(GroupBase))))
        {
            if (Activator.CreateInstance(type) is GroupBase instance) { instance.Map(app); }
        }
        return app;
    }
}
public class OrdersEndpoints : GroupBase
{
    public override void Map(WebApplication app)
    {
        app.MapGroup(this).RequireAuthorization().MapGet(List).MapPut(Change, "{id}");
    }
    public IResult List() => Results.Ok();
    public IResult Change(int id) => Results.Ok();
}
""",
        },
        {
            ("GET", "/api/orders", "OrdersEndpoints.List", True, False),
            ("PUT", "/api/orders/{id}", "OrdersEndpoints.Change", True, True),
        },
        id="objects that are made by reflection and open a group of their own name",
    ),
    pytest.param(
        {
            "Program.cs": """
var app = WebApplication.Create(args);
var api = app.MapGroup("/api").RequireAuthorization();
api.MapEndpoint<Orders>();
app.MapEndpoint<Ping>();
app.Run();
""",
            "Endpoints.cs": """
public interface IEndpoint { static abstract void Map(IEndpointRouteBuilder app); }
public static class Endpoints
{
    public static IEndpointRouteBuilder MapEndpoint<TEndpoint>(this IEndpointRouteBuilder app) where TEndpoint : IEndpoint
    {
        TEndpoint.Map(app);
        return app;
    }
}
public class Orders : IEndpoint { public static void Map(IEndpointRouteBuilder app) => app.MapGet("/orders", () => 1); }
public class Ping : IEndpoint { public static void Map(IEndpointRouteBuilder app) => app.MapGet("/ping", () => 1); }
""",
        },
        {
            ("GET", "/api/orders", "Orders.Map", True, False),
            ("GET", "/ping", "Ping.Map", False, False),
        },
        id="a type argument says which class is handed the group",
    ),
    pytest.param(
        {
            "Program.cs": """
var app = WebApplication.Create(args);
app.MapQuery<ListOrders>("/orders");
app.MapGet("/plain", Handlers.Plain);
app.MapGet(Paths.Named, Handlers.Plain);
app.Run();
""",
            "Extensions.cs": EXTENSIONS
            + """
public static class Queries
{
    public static RouteHandlerBuilder MapQuery<TQuery>(this IEndpointRouteBuilder app, string pattern)
        => app.MapGet(pattern, async (ISender sender, [AsParameters] TQuery query) => await sender.Send(query));
}
public static class Paths { public const string Named = "/named"; }
public static class Handlers { public static int Plain() => 1; }
""",
        },
        {
            ("GET", "/orders", "Queries.MapQuery", False, False),
            ("GET", "/plain", "Handlers.Plain", False, False),
            ("GET", "/named", "Handlers.Plain", False, False),
        },
        id="a wrapper whose handler is its own; calls of the framework's own method stay what they are",
    ),
    # ---- what libraries answer ------------------------------------------------------------
    pytest.param(
        {
            "Program.cs": """
var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapUsers();
app.MapHealthChecks("/healthz").RequireAuthorization();
app.UseHealthChecks("/ready", new HealthCheckOptions());
app.MapOpenApi();
app.MapOpenApi("/docs/{documentName}.json");
app.MapScalarApiReference(options => options.Servers = []);
app.MapGroup("/shop").RequireAuthorization().MapForwarder("{*rest}", "http://shop");
app.MapPrometheusScrapingEndpoint();
app.MapHealthChecks(builder.Configuration["Health:Path"]);
app.Run();
""",
            "Users.cs": """
public static class Users
{
    public static void MapUsers(this IEndpointRouteBuilder routes) { var group = routes.MapGroup("/users"); group.MapIdentityApi<User>(); }
}
""",
        },
        {
            *(
                ("POST", f"/users/{path}", "", False, False)
                for path in (
                    "register",
                    "refresh",
                    "resendConfirmationEmail",
                    "forgotPassword",
                    "resetPassword",
                )
            ),
            ("POST", "/users/login", "", False, True),
            ("GET", "/users/confirmEmail", "", False, False),
            ("POST", "/users/manage/2fa", "", True, False),
            ("GET", "/users/manage/info", "", True, False),
            ("POST", "/users/manage/info", "", True, False),
            ("*", "/healthz", "", True, False),
            ("*", "/ready", "", False, False),
            ("GET", "/openapi/{documentName}.json", "", False, False),
            ("GET", "/docs/{documentName}.json", "", False, False),
            ("GET", "/scalar/{documentName}", "", False, False),
            ("*", "/shop/{rest}", "", True, False),
            ("*", "/metrics", "", False, False),
        },
        id="Identity, health checks, documents, a forwarder and metrics; a path that only the configuration knows is left out",
    ),
    pytest.param(
        {
            "Gateway/Program.cs": """
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));
var app = builder.Build();
app.MapReverseProxy();
app.Run();
""",
            "Gateway/appsettings.json": """{
  // where requests go
  "ReverseProxy": {
    "Routes": {
      "orders": { "ClusterId": "orders", "AuthorizationPolicy": "default", "Match": { "Path": "/orders/{**rest}" } },
      "news": { "ClusterId": "https://news", "RateLimiterPolicy": "slow", "Match": { "Path": "/news", "Methods": ["GET"] } },
    }
  }
}
""",
            "Other/appsettings.json": '{"ReverseProxy": {"Routes": {"x": {"Match": {"Path": "/other"}}}}}',
        },
        {("*", "/orders/{rest}", "", True, False), ("GET", "/news", "", False, True)},
        id="a reverse proxy whose routes stand in the settings",
    ),
    # ---- names in paths ---------------------------------------------------------------------
    pytest.param(
        {
            "Web/Program.cs": """
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddRouting(options => { options.ConstraintMap["dashed"] = typeof(Dashed); });
builder.Services.AddMvc(options => { options.Conventions.Add(new RouteTokenTransformerConvention(new Dashed())); });
var app = builder.Build();
app.MapControllerRoute("default", "{controller:dashed=Home}/{action:dashed=Index}/{id:int?}");
app.Run();
""",
            "Web/Dashed.cs": """
public class Dashed : IOutboundParameterTransformer
{
    public string? TransformOutbound(object? value)
        => value == null ? null : Regex.Replace(value.ToString()!, "([a-z])([A-Z])", "$1-$2").ToLowerInvariant();
}
""",
            "Web/Controllers/PaidOrdersController.cs": """
[Route("[controller]/[action]")]
public class PaidOrdersController : Controller
{
    [HttpGet] public IActionResult LastMonth() => View();
    [HttpGet("/All")] public IActionResult All() => View();
}
public class OldNewsController : Controller { public IActionResult ReadAll(int id) => View(); }
""",
            "Api/Program.cs": "var app = WebApplication.Create(args);\napp.MapControllers();\napp.Run();\n",
            "Api/Controllers/PaidBillsController.cs": """
[Route("[controller]")]
public class PaidBillsController : ControllerBase { [HttpGet] public int Get() => 1; }
""",
        },
        {
            ("GET", "/paid-orders/last-month", "PaidOrdersController.LastMonth", False, False),
            ("GET", "/All", "PaidOrdersController.All", False, False),
            ("*", "/old-news/read-all/{id}", "OldNewsController.ReadAll", False, False),
            ("GET", "/PaidBills", "PaidBillsController.Get", False, False),  # another application
        },
        id="a transformer of names, in tokens and in patterns, for its own application only",
    ),
    pytest.param(
        {
            "Api/Program.cs": "var app = WebApplication.Create(args);\napp.MapControllers();\napp.Run();\n",
            "Api/LoginEndpoint.cs": """
public class LoginEndpoint : EndpointBaseAsync
    .WithRequest<LoginRequest>
    .WithActionResult<LoginResponse>
{
    [HttpPost("api/login")]
    public override async Task<ActionResult<LoginResponse>> HandleAsync(LoginRequest request, CancellationToken token = default) => Ok();
}
[Route("api/people")]
[Authorize]
public class People : ControllerBase { [HttpGet] public int Count() => 1; }
public class Order : Entity { [HttpGet] public int Total() => 1; }
""",
        },
        {
            ("POST", "/api/login", "LoginEndpoint.HandleAsync", False, False),
            ("GET", "/api/people", "People.Count", True, False),
        },
        id="Ardalis' endpoint classes, and controllers that are not called so",
    ),
]


@pytest.mark.parametrize(("files", "expected"), CASES)
def test_endpoints(files: dict[str, str], expected: set[tuple[str, str, str, bool, bool]]) -> None:
    found = {(e.method, e.path, e.handler, e.auth, e.limited) for e in model_of(files).endpoints}
    assert found == expected


def test_a_specification_repository_is_a_query() -> None:
    found = model_of(
        {
            "Api/Program.cs": "var app = WebApplication.Create(args);\napp.MapControllers();\napp.Run();\n",
            "Api/Repository.cs": "using Ardalis.Specification;\npublic interface IReadRepository<T> : IReadRepositoryBase<T> where T : class { }\n",
            "Api/OrdersController.cs": """
public class Order { public int Id { get; set; } }
[Route("orders")]
public class OrdersController(IReadRepository<Order> orders) : ControllerBase
{
    [HttpGet] public async Task<IActionResult> All() => Ok(await orders.ListAsync(new OpenOrdersSpec()));
    [HttpGet("pages")] public async Task<IActionResult> Page(int page) => Ok(await orders.ListAsync(new OrderPageSpec(page)));
    [HttpGet("{id}")] public async Task<IActionResult> One(int id) => Ok(await orders.GetByIdAsync(id));
}
""",
        }
    ).endpoints
    assert {"/orders": False, "/orders/pages": True, "/orders/{id}": None} == {
        e.path: e.paginated for e in found
    }


def test_controllers_beside_several_applications_answer_by_the_conventions_of_all() -> None:
    program = """var app = WebApplication.CreateBuilder(args).Build();
app.MapControllerRoute("default", "{controller}/{action}/{id?}", new { controller = "Home", action = "Index" });
app.Run();
"""
    files = {
        "shop/shop.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>',
        "shop/Program.cs": program,
        "admin/admin.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>',
        "admin/Program.cs": program,
        "lib/lib.csproj": '<Project Sdk="Microsoft.NET.Sdk"></Project>',
        "lib/HomeController.cs": "using Microsoft.AspNetCore.Mvc;\nnamespace Lib;\npublic class HomeController : Controller { public IActionResult About() => View(); }\n",
    }
    (endpoint,) = model_of(files).endpoints
    assert (endpoint.path, endpoint.handler) == ("/Home/About", "HomeController.About")
