"""Where names of C# lead: extension methods, partial classes, what is inherited, what LINQ hands on, what is used statically."""

import pytest
from tests.review.cases import model_of

MODELS = """
namespace Shop.Models;
public class Order { public int Id { get; set; } public Customer Buyer { get; set; } public void Ship() { Log(); } }
public class Customer { public string Name { get; set; } public void Greet() { Log(); } }
public class User { public string Find(string name) => name.Trim(); }
"""
EXTENSIONS = """
using Shop.Models;
namespace Shop.Extensions;
public static class ControllerExtensions
{
    public static IActionResult Refuse(this ControllerBase controller, string code) => Make(code);
    public static IActionResult Refuse(this ControllerBase controller, int status, string code) => Make(code);
    public static IActionResult Present(this IEndpointBase endpoint, string text) => Make(text);
    public static int Customer(this ClaimsPrincipal user, string key = "id") => Make(key);
}
public static class OrderExtensions
{
    public static decimal Total(this Order order) => Make(order);
    public static decimal Total(this IEnumerable<Order> orders) => Make(orders);
    public static IQueryable<T> Paged<T>(this IQueryable<T> rows, int page, int size = 20) => Make(rows);
    public static void Send(this Order order, Order other) => Make(other);
    public static IQueryable<Order> Where(this IQueryable<Order> rows, string text) => Make(rows);
}
"""
ELSEWHERE = """
namespace Elsewhere;
public static class OtherExtensions { public static decimal Total(this Customer customer) => Make(); }
public static class MoreExtensions { public static void Remind(this Customer customer) => Make(); }
"""
REPOSITORIES = """
using Shop.Models;
namespace Shop.Data;
public interface IReading<T, TId> { IQueryable<T> Query(); T One(TId id); }
public interface IRepository<T> : IReading<T, long> { }
public class Reading<T, TId> : IReading<T, TId> { protected DbSet<T> Rows; public IQueryable<T> Query() { return Rows.All(); } public T One(TId id) { return Rows.Get(id); } }
public class Repository<T> : Reading<T, long>, IRepository<T> { }
public class ShopContext : DbContext { public DbSet<Order> Orders { get; set; } }
"""
CONTROLLER = """
using Shop.Models;
using Shop.Extensions;
using static Shop.Web.Texts;
namespace Shop.Web;
public static class Texts { public static string Shown(string text) => text.Trim(); }
public class Others { public void Alone() { Log(); } public void View() { Log(); } }
public partial class OrdersController : ControllerBase
{
    private readonly IRepository<Order> _orders;
    private readonly ShopContext _context;
    private class Inner { void Run() { Outside(); } }
    private static void Outside() { Log(); }
}
"""


def resolved(body: str, name: str) -> list[str]:
    """Return what the calls of a name in an action run."""
    action = f"""
using Shop.Models;
using Shop.Extensions;
using static Shop.Web.Texts;
namespace Shop.Web;
public partial class OrdersController {{ public async Task<IActionResult> Act(Order order, List<Order> list, string text, Thing thing) {{ {body} }} }}
"""
    texts = {
        "Shop/Models.cs": MODELS,
        "Shop/Extensions.cs": EXTENSIONS,
        "Shop/Elsewhere.cs": ELSEWHERE,
        "Shop/Data.cs": REPOSITORIES,
        "Shop/OrdersController.cs": CONTROLLER,
        "Shop/OrdersController.Act.cs": action,
    }
    model = model_of(texts)
    at = next(n for n, file in enumerate(model.files) if file.path.endswith(("Act.cs",)))
    calls = [call for call in model.files[at].calls if call.name == name]
    assert calls
    return [model.label(fn) for call in calls for fn in model.project.resolve_call(at, call)]


@pytest.mark.parametrize(
    ("body", "name", "expected"),
    [
        pytest.param('return this.Refuse("a");', "Refuse", ["ControllerExtensions.Refuse"], id="of the framework's base, on this"),
        pytest.param("return this.Present(text);", "Present", ["ControllerExtensions.Present"], id="of what the framework's base may be"),
        pytest.param("order.Present(text);", "Present", [], id="of the framework's, on a class that is only the project's"),
        pytest.param("var one = await _orders.One(1).ConfigureAwait(false); one.Ship();", "Ship", ["Order.Ship"], id="what is awaited without its context"),
        pytest.param("order.Total();", "Total", ["OrderExtensions.Total"], id="of a class of the project"),
        pytest.param("order.Buyer.Total();", "Total", [], id="one in a namespace that is not used"),
        pytest.param("using Elsewhere; thing.Remind();", "Remind", [], id="one of another type"),
        pytest.param("OrderExtensions.Total(order);", "Total", ["OrderExtensions.Total"], id="called as a static method"),
        pytest.param('User.Customer();', "Customer", ["ControllerExtensions.Customer"], id="a property of the framework's base, not the class of that name"),
        pytest.param('list.Paged(1).Total();', "Total", ["OrderExtensions.Total"], id="through one that hands on what it is made on"),
        pytest.param("order.Send(text);", "Send", [], id="a text where an object is wanted"),
        pytest.param("list.Where(o => o.Id == 1);", "Where", [], id="an operator of LINQ is the library's"),
        pytest.param("thing.Value.Send(order);", "Send", [], id="an everyday name on something unknown"),
        pytest.param("list.Where(o => o.Id > 1).First().Ship();", "Ship", ["Order.Ship"], id="one row of a chain"),
        pytest.param("var one = await _context.Orders.Where(o => o.Id > 1).FirstOrDefaultAsync(); one.Ship();", "Ship", ["Order.Ship"], id="one row of a query, in a variable"),
        pytest.param("list.ForEach(o => o.Buyer.Greet());", "Greet", ["Customer.Greet"], id="what a lambda is handed"),
        pytest.param("foreach (var o in list.OrderBy(x => x.Id)) { o.Ship(); }", "Ship", ["Order.Ship"], id="what a loop goes through"),
        pytest.param("list.Select(o => o.Buyer).First().Ship();", "Ship", [], id="something else that rows are made into"),
        pytest.param("list.Ship();", "Ship", [], id="a list has no methods of what it holds"),
        pytest.param("_orders.Query();", "Query", ["Reading.Query"], id="what an interface inherits, by what its heirs inherit; declared in another part of the class"),
        pytest.param("_orders.One(1).Ship();", "Ship", ["Order.Ship"], id="a type parameter that is bound two bases up"),
        pytest.param("var q = _orders.Query(); foreach (var o in q) { o.Ship(); }", "Ship", ["Order.Ship"], id="rows of a type parameter"),
        pytest.param("var q = from o in _orders.Query() where o.Id > 1 select o; foreach (var o in q) { o.Ship(); }", "Ship", ["Order.Ship"], id="rows of a query in clauses"),
        pytest.param("var q = from o in _orders.Query() from c in o.Buyers select c; foreach (var o in q) { o.Ship(); }", "Ship", [], id="a query of two sources"),
        pytest.param("Shown(text);", "Shown", ["Texts.Shown"], id="used statically"),
        pytest.param("Outside();", "Outside", ["OrdersController.Outside"], id="a method of another part"),
        pytest.param("Alone(); View();", "Alone", [], id="a method of another class of the namespace"),
        pytest.param("Alone(); View();", "View", [], id="the framework's own, which another class has too"),
        pytest.param("var o = provider.GetRequiredService<IRepository<Order>>(); o.Query();", "Query", ["Reading.Query"], id="a service that is asked for by its type"),
    ],
)  # fmt: skip
def test_calls_lead_where_they_run(body: str, name: str, expected: list[str]) -> None:
    assert expected == resolved(body, name)


def test_overloads_of_extension_methods_count_without_what_they_are_called_on() -> None:
    body = 'return text == "" ? this.Refuse("a") : this.Refuse(404, "a");'
    model = model_of(
        {
            "Shop/Extensions.cs": EXTENSIONS,
            "Shop/A.cs": f"using Shop.Extensions;\nclass AController : ControllerBase {{ IActionResult Act(string text) {{ {body} }} }}",
        }
    )
    at = next(n for n, file in enumerate(model.files) if file.path == "Shop/A.cs")
    found = [
        len(model.project.function(fn).params)
        for call in model.files[at].calls
        for fn in model.project.resolve_call(at, call)
    ]
    assert sorted(found) == [2, 3]


def test_a_nested_class_calls_what_the_class_around_it_has() -> None:
    model = model_of({"Shop/OrdersController.cs": CONTROLLER})
    call = next(call for call in model.files[0].calls if call.name == "Outside")
    assert [model.label(fn) for fn in model.project.resolve_call(0, call)] == [
        "OrdersController.Outside"
    ]


@pytest.mark.parametrize("told", ["global using", "project file"])
def test_what_a_whole_project_uses_is_seen_in_all_its_files(told: str) -> None:
    texts = {
        "Shop/Models.cs": MODELS,
        "Shop/Elsewhere.cs": ELSEWHERE,
        "Shop/Total.cs": "namespace Other; public static class T { public static int Total(this Customer customer) => Make(); }",
        "Shop/A.cs": "namespace Shop; class A { void Act(Customer customer) { customer.Total(); } }",
        "Shop/Shop.csproj": "<Project>"
        + ('<Using Include="Elsewhere" />' if told == "project file" else "")
        + "</Project>",
    }
    if told == "global using":
        texts["Shop/Usings.cs"] = "global using Elsewhere;"
    model = model_of(texts)
    at = next(n for n, file in enumerate(model.files) if file.path == "Shop/A.cs")
    (call,) = model.files[at].calls
    assert [model.label(fn) for fn in model.project.resolve_call(at, call)] == [
        "OtherExtensions.Total"
    ]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("IRepository<Order>", ["Order"], id="what a repository keeps"),
        pytest.param("IReadRepository<Guid, Order>", ["Order"], id="with its key"),
        pytest.param("IValidator<Order>", [], id="what something else is for"),
        pytest.param("IRepository<IOrder>", [], id="an interface"),
    ],
)
def test_what_repositories_keep_is_stored(typed: str, expected: list[str]) -> None:
    texts = {
        "Shop/Order.cs": "namespace Shop; public interface IOrder { } public class Order : EntityBaseWithTypedId<long> { public string Name { get; set; } }",
        "Shop/A.cs": f"namespace Shop; public class A {{ private readonly {typed} _orders; public A({typed} orders) {{ _orders = orders; }} }}",
    }
    assert expected == [stored.name for stored in model_of(texts).data.entities.values()]


@pytest.mark.parametrize(
    ("body", "name", "expected"),
    [
        pytest.param("_all.First().Ship();", "Ship", ["Order.Ship"], id="a field"),
        pytest.param("All().First().Ship();", "Ship", ["Order.Ship"], id="a method"),
        pytest.param("var q = _all.Where(o => o.Id > 1);\nq.First().Ship();", "Ship", ["Order.Ship"], id="a query in a variable"),
        pytest.param("_all.First().Greet();", "Greet", [], id="the class that is bound has no such method"),
        pytest.param("Order _all = Make();\n_all.Ship();", "Ship", ["Order.Ship"], id="a variable of the same name"),
    ],
)  # fmt: skip
def test_what_a_base_has_of_its_type_parameter(body: str, name: str, expected: list[str]) -> None:
    source = f"""
using Shop.Models;
namespace Shop;
public class Keeping<T> {{ protected DbSet<T> _all; protected IQueryable<T> All() => _all.AsNoTracking(); }}
public class Orders : Keeping<Order> {{ void Act() {{ {body} }} }}
"""
    model = model_of({"Shop/Models.cs": MODELS, "Shop/A.cs": source})
    at = next(n for n, file in enumerate(model.files) if file.path == "Shop/A.cs")
    (call,) = (call for call in model.files[at].calls if call.name == name)
    assert expected == [model.label(fn) for fn in model.project.resolve_call(at, call)]


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        pytest.param(
            "Orders",
            ["Orders.MapAll"],
            id="of the own class, though another has a private one of that name",
        ),
        pytest.param("Program", [], id="of two classes, called from a third"),
    ],
)
def test_extension_methods_of_one_name_in_several_classes(there: str, expected: list[str]) -> None:
    texts = {
        f"Shop/{name}.cs": f"namespace Shop; public static class {name} {{ static void MapAll(this RouteGroupBuilder app) => Make(app); }}"
        for name in ("Orders", "Customers")
    }
    act = "static void Act(RouteGroupBuilder app) { app.MapAll(); }"
    if there == "Orders":
        texts["Shop/Orders.cs"] = texts["Shop/Orders.cs"].replace(" }", f" {act} }}")
    else:
        texts["Shop/Program.cs"] = f"namespace Shop; public static class Program {{ {act} }}"
    model = model_of(texts)
    at = next(n for n, file in enumerate(model.files) if file.path == f"Shop/{there}.cs")
    call = next(call for call in model.files[at].calls if call.name == "MapAll")
    assert expected == [model.label(fn) for fn in model.project.resolve_call(at, call)]
