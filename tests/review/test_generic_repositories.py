"""C#: repositories for any entity, and what is found through them: pages, what is loaded with the rows, services by their interface."""

import pytest
from tests.review.cases import Case, findings, model_of

SHOP = {
    "Shop/Data.cs": """
namespace Shop.Data;
public class Order { public int Id { get; set; } public virtual Customer Buyer { get; set; } public bool IsOpen { get; set; } }
public class Customer { public int Id { get; set; } public string Name { get; set; } }
public class ShopContext : DbContext
{
    public DbSet<Order> Orders { get; set; }
    protected override void OnConfiguring(DbContextOptionsBuilder options) { options.UseLazyLoadingProxies(); }
}
public interface IRepository<T>
{
    IQueryable<T> Get(Expression<Func<T, bool>> where = null, int skip = 0, int take = 0, string includes = "");
    Task<T> One(int id);
}
public interface IOrders : IRepository<Order> { }
public class Repository<T> : IRepository<T>
{
    protected readonly DbSet<T> rows;
    private readonly ShopContext _context;
    public Repository(ShopContext context) { _context = context; rows = context.Set<T>(); }
    public virtual IQueryable<T> Get(Expression<Func<T, bool>> where = null, int skip = 0, int take = 0, string includes = "")
    {
        IQueryable<T> query = rows;
        if (where != null) query = query.Where(where);
        if (take > 0) query = query.Skip(skip).Take(take);
        return query;
    }
    public async Task<T> One(int id) { return await rows.FindAsync(id); }
}
public class Orders : Repository<Order>, IOrders
{
    public override IQueryable<Order> Get(Expression<Func<Order, bool>> where = null, int skip = 0, int take = 0, string includes = "")
    {
        return base.Get(where, skip, take, includes);
    }
}
public static class Queries { public static IQueryable<Order> FullOrders(this ShopContext shop) => shop.Orders.Include(o => o.Buyer); }
public interface IExporter { Task Export(); }
public class Exporter : IExporter { private readonly ShopContext _context; public async Task Export() { await _context.SaveChangesAsync(); } }
""",
}
CONTROLLER = """
using Shop.Data;
namespace Shop.Web;
[ApiController, Route("orders")]
public class OrdersController : ControllerBase
{
    private readonly IOrders _orders;
    private readonly ShopContext _context;
    private readonly IEnumerable<IExporter> _exporters;
    private readonly string _with = "Buyer";
    [HttpGet] public async Task<IActionResult> Act(int from, int size, [FromBody] List<Order> given)
    {
        %s
        return Ok();
    }
}
"""


@pytest.mark.parametrize(
    ("body", "rules", "count"),
    [
        pytest.param("var found = await _orders.Get().ToListAsync();", "unbounded-read", 1, id="all rows"),
        pytest.param("var found = await _orders.Get(o => o.IsOpen, from, size).ToListAsync();", "unbounded-read", 0, id="a page"),
        pytest.param("var found = await _orders.Get(take: size).ToListAsync();", "unbounded-read", 0, id="a page by its name"),
        pytest.param("foreach (var o in given) { var one = await _orders.One(o.Id); }", "query-in-loop", 1, id="a query for each of what is sent"),
        pytest.param("foreach (var each in _exporters) { await each.Export(); }", "query-in-loop", 0, id="one for each registered service"),
        pytest.param("var names = await _orders.Get(o => o.IsOpen, from, size).Select(o => o.Buyer.Name).ToListAsync();", "query-in-loop", 0, id="what the query itself chooses"),
        pytest.param("var page = await _orders.Get(o => o.IsOpen, from, size).ToListAsync();\nforeach (var o in page) { Show(o.Buyer.Name); }", "query-in-loop", 1, id="loaded lazily for each"),
        pytest.param('var page = await _orders.Get(o => o.IsOpen, from, size, "Buyer").ToListAsync();\nforeach (var o in page) { Show(o.Buyer.Name); }', "query-in-loop", 0, id="loaded with the rows"),
        pytest.param("var page = await _orders.Get(o => o.IsOpen, from, size, includes: _with).ToListAsync();\nforeach (var o in page) { Show(o.Buyer.Name); }", "query-in-loop", 0, id="loaded with the rows, by a field"),
        pytest.param("var open = _orders.Get(o => o.IsOpen, includes: _with).Where(o => o.Id > from);\nvar rows = open.AsEnumerable();\nvar all = rows.Select(o => new { o, Name = Shown(o.Buyer.Name) });", "query-in-loop", 0, id="loaded with the rows, two variables before"),
        pytest.param("var open = _orders.Get(o => o.IsOpen).Where(o => o.Id > from);\nvar rows = open.AsEnumerable();\nvar all = rows.Select(o => new { o, Name = Shown(o.Buyer.Name) });", "query-in-loop", 1, id="loaded lazily, two variables after"),
    ],
)  # fmt: skip
def test_what_is_found_through_them(body: str, rules: str, count: int) -> None:
    found = [
        each
        for each in findings(
            Case("orders", {**SHOP, "Shop/OrdersController.cs": CONTROLLER % body}), {rules}
        )
        if "upper bound" not in each.message
    ]
    assert len(found) == count, [each.message for each in found]


@pytest.mark.parametrize(
    ("body", "table"),
    [
        pytest.param("await _context.FullOrders().ToListAsync();", "Order", id="an extension of the context"),
        pytest.param("await _orders.Get(o => o.IsOpen).ToListAsync();", "Order", id="a repository for any entity"),
        pytest.param("var open = from o in _orders.Get() where o.IsOpen select o; open.ToList();", "Order", id="a query in clauses"),
        pytest.param("await _context.SaveChangesAsync();", "", id="all that was changed"),
    ],
)  # fmt: skip
def test_which_table_is_asked(body: str, table: str) -> None:
    model = model_of({**SHOP, "Shop/OrdersController.cs": CONTROLLER % body})
    told = [
        access.table
        for accesses in model.data.by_function.values()
        for access in accesses
        if model.files[access.at].path == "Shop/OrdersController.cs"
    ]
    assert set(told) == {table}
