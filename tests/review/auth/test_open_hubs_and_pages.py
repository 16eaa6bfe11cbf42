"""missing-auth: SignalR's hubs and Blazor's pages without a login, in applications that have one."""

import pytest
from tests.review.cases import knowledge, model_of, sure

from backwright.review.reviewing import review_model

PROGRAM = """var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication().AddCookie();
var app = builder.Build();
app.MapPost("/orders", () => Results.Ok()).RequireAuthorization();
app.MapHub<{hub}>("/hub"){behind};
app.Run();
"""
HUB = """using Microsoft.AspNetCore.SignalR;
{mark}
public class {hub} : Hub
{{
    private readonly Machines _machines;
    public {hub}(Machines machines) => _machines = machines;
    public async Task Start(int id)
    {{
        {first}await _machines.StartAsync(id);
    }}
    public override async Task OnConnectedAsync() => await Clients.All.SendAsync("here");
}}
"""


def hub(
    name: str = "MachineHub", behind: str = "", mark: str = "", first: str = ""
) -> dict[str, str]:
    return {
        "Program.cs": PROGRAM.format(hub=name, behind=behind),
        "Hub.cs": HUB.format(hub=name, mark=mark, first=first),
    }


def page(path: str, guard: str = "", body: str = "@inject Rooms Rooms\n") -> str:
    return f'@page "{path}"\n{guard}{body}<h1>Room</h1>\n'


def site(*free: tuple[str, str], guarded: int = 6, imports: str = "") -> dict[str, str]:
    """Return a project of Blazor: pages with a login, and others."""
    guard = "@attribute [Authorize]\n"
    files = {
        "Shop/Shop.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>',
        "Shop/Program.cs": "var x = 1;\n",
    }
    files |= {f"Shop/Pages/Part{n}.razor": page(f"/parts/{n}", guard) for n in range(guarded)}
    files |= {f"Shop/Pages/Rooms/{name}.razor": text for name, text in free}
    return files | ({"Shop/Pages/Rooms/_Imports.razor": imports} if imports else {})


def found(files: dict[str, str]) -> list[str]:
    rule = knowledge().rules["missing-auth"]
    return [
        f"{f.file}:{f.line}" for f in review_model(model_of(files), [rule], sure([rule])).findings
    ]


def test_a_hub_that_nobody_guards():
    assert ["Program.cs:5"] == found(hub())


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(hub(mark="[Authorize]"), id="guarded by a mark"),
        pytest.param(hub(behind=".RequireAuthorization()"), id="guarded where it is mapped"),
        pytest.param(hub(name="AnonymousHub"), id="open by its name"),
        pytest.param(hub(first="if (Context.User.Identity.IsAuthenticated) "), id="looks itself who is there"),
        pytest.param(hub() | {"Auth.cs": "class P { void S(O o) { o.FallbackPolicy = policy; } }"}, id="all need a login"),
    ],
)  # fmt: skip
def test_hubs_that_are_guarded(files):
    assert [] == found(files)


def test_a_page_of_a_project_whose_pages_need_a_login():
    assert ["Shop/Pages/Rooms/Edit.razor:1"] == found(site(("Edit", page("/rooms/{id}/edit"))))


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(site(("Login", page("/login"))), id="the way in"),
        pytest.param(site(("Edit", page("/rooms", "@attribute [AllowAnonymous]\n"))), id="open on purpose"),
        pytest.param(site(("Edit", page("/rooms")), imports="@attribute [Authorize]\n"), id="its folder needs a login"),
        pytest.param(site(("Edit", page("/rooms")), guarded=3), id="few need one"),
        pytest.param(site(("Edit", page("/rooms", "", "<AuthorizeView>x</AuthorizeView>"))), id="asks in its own text"),
        pytest.param(
            site(("Edit", page("/rooms"))) | {"Shop/Shop.csproj": '<Project Sdk="Microsoft.NET.Sdk.BlazorWebAssembly"/>'},
            id="runs in the browser, where a guard guards nothing",
        ),
    ],
)  # fmt: skip
def test_pages_that_are_meant(files):
    assert [] == found(files)


ENDPOINTS = """using Microsoft.AspNetCore.Builder;
public static class {name}Endpoints
{{
    public static void Map{name}Endpoints(this IEndpointRouteBuilder routes)
    {{
        var group = routes.MapGroup("/{name}"){guard};
        group.MapPost("/{{id}}/start", StartAsync);
    }}
    public static async Task<IResult> StartAsync(int id, {name}Service service) => Results.Ok(await service.StartAsync(id));
}}
public class {name}Service
{{
    private readonly Client _client;
    public async Task<bool> StartAsync(int id) => await Run(id);
    private async Task<bool> Run(int id) {{ await EnsureTokenValidAsync(); return true; }}
    private async Task EnsureTokenValidAsync() {{ }}
}}
"""


def groups(*names: str, guarded: int = 4) -> dict[str, str]:
    """Return files of routes that have a guard, and others that have none."""
    told = {f"Part{n}": ".RequireAuthorization()" for n in range(guarded)} | dict.fromkeys(
        names, ""
    )
    lines = "".join(f"app.Map{name}Endpoints();\n" for name in told)
    files = {
        f"Endpoints/{n}Endpoints.cs": ENDPOINTS.format(name=n, guard=guard)
        for n, guard in told.items()
    }
    return files | {
        "Program.cs": f"var app = WebApplication.CreateBuilder(args).Build();\n{lines}app.Run();\n"
    }


@pytest.mark.parametrize(
    ("expected", "files"),
    [
        pytest.param(
            ["Endpoints/MachineEndpoints.cs:7"],
            groups("Machine"),
            id="a check far below is of something else",
        ),
        pytest.param([], groups("Machine", "Pump", guarded=2), id="half of the files have a guard"),
        pytest.param([], groups("Login"), id="the way in"),
    ],
)
def test_groups_of_routes_without_the_guard_of_the_others(expected, files):
    assert expected == found(files)
