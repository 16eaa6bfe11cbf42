"""Who may come to an endpoint of ASP.NET: middleware of the project that refuses, and handlers that ask who it is."""

import pytest
from tests.review.cases import model_of

PROGRAM = """
var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
%s
app.MapControllers();
app.Run();
"""
CONTROLLERS = """
namespace Shop.Web;
[Route("orders")] public class OrdersController : ControllerBase { [HttpGet] public IActionResult List() => Ok(); }
[Route("status")] public class StatusController : ControllerBase { [HttpGet] public IActionResult Show() => Ok(); }
[Route("open")] public class OpenController : ControllerBase { [HttpGet, AllowAnonymous] public IActionResult Show() => Ok(); }
"""
MIDDLEWARE = """
namespace Shop.Web;
public class KeyMiddleware
{
    private readonly RequestDelegate _next;
    public async Task InvokeAsync(HttpContext context)
    {
        %s
        if (!context.Request.Headers.TryGetValue("x-key", out var key))
        {
            context.Response.StatusCode = 401;
            return;
        }
        await _next(context);
    }
}
"""
SKIPS = 'if (context.Request.Path == "/status") { await _next(context); return; }'
ONLY = 'if (!context.Request.Path.StartsWithSegments("/orders")) { await _next(context); return; }'
FROM_LIST = "if (_open.Any(each => context.Request.Path.StartsWithSegments(each))) { await _next(context); return; }"
MARKED = "if (context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() != null) { await _next(context); return; }"
OWN_MARK = "if (context.GetEndpoint()?.Metadata.GetMetadata<NeedsKey>() == null) { await _next(context); return; }"
ALL = {"/orders", "/status", "/open"}


def closed(program: str, middleware: str) -> set[str]:
    """Return the paths that a login or a key is asked for."""
    texts = {
        "Shop/Program.cs": PROGRAM % program,
        "Shop/Controllers.cs": CONTROLLERS,
        "Shop/Key.cs": middleware,
    }
    return {each.path for each in model_of(texts).endpoints if each.auth}


@pytest.mark.parametrize(
    ("program", "middleware", "expected"),
    [
        pytest.param("app.UseMiddleware<KeyMiddleware>();", MIDDLEWARE % "", ALL, id="a key for all, those marked as open too"),
        pytest.param("app.UseMiddleware(typeof(KeyMiddleware));", MIDDLEWARE % "", ALL, id="used by its type"),
        pytest.param("", MIDDLEWARE % "", set(), id="middleware that nobody uses"),
        pytest.param("app.UseMiddleware<KeyMiddleware>();", MIDDLEWARE % SKIPS, {"/orders", "/open"}, id="a path is let through"),
        pytest.param("app.UseMiddleware<KeyMiddleware>();", MIDDLEWARE % MARKED, {"/orders", "/status"}, id="what is marked as open is let through"),
        pytest.param("app.UseMiddleware<KeyMiddleware>();", MIDDLEWARE % OWN_MARK, set(), id="for what has a mark of its own: not known"),
        pytest.param("app.UseMiddleware<KeyMiddleware>();", MIDDLEWARE % FROM_LIST, set(), id="paths from a list: not known"),
        pytest.param('app.UseWhen(c => c.Request.Path.StartsWithSegments("/orders"), b => b.UseMiddleware<KeyMiddleware>());', MIDDLEWARE % "", {"/orders"}, id="in a branch for a path"),
        pytest.param('app.UseWhen(c => !c.Request.Path.StartsWithSegments("/orders"), b => b.UseMiddleware<KeyMiddleware>());', MIDDLEWARE % "", set(), id="in a branch for all but a path: not known"),
        pytest.param("app.UseMiddleware<KeyMiddleware>();", (MIDDLEWARE % "").replace("401", "400"), set(), id="another answer"),
        pytest.param(
            "app.UseMiddleware<KeyMiddleware>();",
            """
public class KeyMiddleware
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Headers.TryGetValue("x-key", out var key))
        {
            await _next(context);
            return;
        }
        if (key != _key) { context.Response.StatusCode = 401; return; }
        await _next(context);
    }
}
""",
            set(),
            id="who brings no key is let through",
        ),
        pytest.param(
            "app.UseMiddleware<KeyMiddleware>();",
            """
public class KeyMiddleware
{
    public async Task Invoke(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/orders"))
        {
            if (!context.Request.Headers.TryGetValue("x-key", out var key)) { context.Response.StatusCode = 403; return; }
        }
        await _next.Invoke(context);
    }
}
""".replace("{ context", "{\n context"),
            {"/orders"},
            id="only below a path",
        ),
    ],
)  # fmt: skip
def test_middleware_that_refuses(program: str, middleware: str, expected: set[str]) -> None:
    assert expected == closed(program, middleware)


def test_middleware_of_another_application_is_not_meant() -> None:
    texts = {
        "Api/Api.csproj": "<Project/>",
        "Api/Program.cs": PROGRAM % "app.UseMiddleware<KeyMiddleware>();",
        "Api/Key.cs": MIDDLEWARE % "",
        "Web/Web.csproj": "<Project/>",
        "Web/Program.cs": PROGRAM % "",
        "Web/Controllers.cs": CONTROLLERS,
    }
    assert not any(each.auth for each in model_of(texts).endpoints)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("var user = await _users.GetUserAsync(User); if (user == null) return Unauthorized(); return Ok(user);", True, id="the user of the request"),
        pytest.param("var id = HttpContext.CurrentUserId(); if (id == null) { return Unauthorized(); } return Ok(await _db.One(id));", True, id="an extension of the request"),
        pytest.param('var id = User.FindFirstValue("sub"); if (id is null) return Forbid(); return Ok();', True, id="a claim"),
        pytest.param("var user = CurrentUser(); if (user == null) return StatusCode(401); return Ok();", True, id="by its name alone"),
        pytest.param('var token = this.database.TokenFromRequest(this.Request); if (token == null) return this.Redirect("~/login"); return Ok();', True, id="leads to the login"),
        pytest.param("var id = HttpContext.CurrentUserId(); var player = await _db.Players.FindAsync(id); if (player == null) return Unauthorized(); return Ok();", True, id="looks the user up"),
        pytest.param("var user = this.database.UserFromRequest(this.Request);\nif (user == null || !user.IsModerator) return this.NotFound();\nreturn Ok();", True, id="hides what there is"),
        pytest.param("var user = CurrentUser();\nvar order = _db.One(id);\nAdd(user);\nShow();\nif (order == null) return NotFound();\nreturn Ok();", False, id="finds nothing"),
        pytest.param("var id = HttpContext.CurrentUserId(); var order = await _db.Orders.FindAsync(number); if (order == null) return Unauthorized(); return Ok();", False, id="looks something else up"),
        pytest.param('var token = this.database.TokenFromRequest(this.Request); if (token == null) return this.Redirect("~/orders"); return Ok();', False, id="leads elsewhere"),
        pytest.param("var user = await _users.GetUserAsync(User); return Ok(user?.Name);", False, id="asks and refuses nobody"),
        pytest.param("var order = await _db.One(id);\nvar user = CurrentUser();\nif (order.Owner != user) return Unauthorized();\nreturn Ok(order);", False, id="what was found decides"),
        pytest.param("var user = await _users.FindUserAsync(id); if (user == null) return Unauthorized(); return Ok();", False, id="some user, not the one of the request"),
    ],
)  # fmt: skip
def test_handlers_that_ask_who_it_is(body: str, expected: bool) -> None:
    controller = (
        "namespace Shop.Web;\nclass OrdersController : ControllerBase {\n"
        '[HttpGet("orders/{id}")] public async Task<IActionResult> One(string id)\n{\n'
        + body.replace("; ", ";\n")
        + "\n} }"
    )
    (endpoint,) = model_of(
        {"Shop/Program.cs": PROGRAM % "", "Shop/Orders.cs": controller}
    ).endpoints
    assert endpoint.auth is expected


BEHAVIOUR = """
namespace Shop.Pipelines;
public interface ISecured { }
public class Guarding<TRequest, TResponse> : IPipelineBehavior<TRequest, TResponse> where TRequest : IRequest<TResponse>%s
{
    public async Task<TResponse> Handle(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken stop)
    {
        %s
        return await next();
    }
}
"""
REQUESTS = """
using Shop.Pipelines;
namespace Shop.Orders;
public class CreateOrder : IRequest<int>, ISecured { public class Handler : IRequestHandler<CreateOrder, int> { public Task<int> Handle(CreateOrder request) => Save(request); } }
[Authorize] public class DeleteOrder : IRequest<int> { public class Handler : IRequestHandler<DeleteOrder, int> { public Task<int> Handle(DeleteOrder request) => Save(request); } }
public class ListOrders : IRequest<int> { public class Handler : IRequestHandler<ListOrders, int> { public Task<int> Handle(ListOrders request) => Read(request); } }
[Route("orders")]
public class OrdersController : ControllerBase
{
    private readonly IMediator _mediator;
    [HttpPost] public async Task<IActionResult> Create([FromBody] CreateOrder order) { return Ok(await _mediator.Send(order)); }
    [HttpDelete] public async Task<IActionResult> Delete(int id) { return Ok(await _mediator.Send(new DeleteOrder { Id = id })); }
    [HttpGet] public async Task<IActionResult> List() { return Ok(await _mediator.Send(new ListOrders())); }
}
"""
_THROWS = 'if (_user.Roles == null) throw new AuthorizationException("no");'


@pytest.mark.parametrize(
    ("bound", "body", "expected"),
    [
        pytest.param(", ISecured", _THROWS, {"POST"}, id="by what the request implements"),
        pytest.param("", f"if (request.GetType().GetCustomAttributes<AuthorizeAttribute>().Any()) {_THROWS}", {"DELETE"}, id="by its attribute"),
        pytest.param("", _THROWS, set(), id="for some request that is not known"),
        pytest.param(", ISecured", "Log(request);", set(), id="refuses nobody"),
        pytest.param(", ISecured", 'if (!Fits(request)) throw new ValidationException("no");', set(), id="refuses what does not fit"),
    ],
)  # fmt: skip
def test_a_behaviour_that_refuses_requests(bound: str, body: str, expected: set[str]) -> None:
    texts = {
        "Shop/Program.cs": PROGRAM % "",
        "Shop/Guarding.cs": BEHAVIOUR % (bound, body),
        "Shop/Orders.cs": REQUESTS,
    }
    assert expected == {each.method for each in model_of(texts).endpoints if each.auth}
