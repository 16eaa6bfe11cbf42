"""The facts that the C# reader takes out of small sources."""

import random
from collections.abc import Callable

import pytest

from backwright.review.facts import (
    AWAITED,
    BARE,
    DEFERRED,
    IN_CATCH,
    IN_TRY,
    IN_WITH,
    NEW,
    Arg,
    File,
    Mark,
)
from backwright.review.read.languages import read_source


def _read(source: str) -> File:
    return read_source("src/Shop/Orders.cs", source.encode())


def _in_method(body: str) -> File:
    return _read("class A { async Task M() { " + body + " } }")


def _arg(arg: Arg | None) -> object:
    if arg is None:
        return None
    shown = (arg.kind, arg.text) if arg.kind not in ("list", "dict", "fn") else (arg.kind,)
    shown = (f"{arg.name}=", *shown) if arg.name else shown
    return (*shown, [_arg(item) for item in arg.items]) if arg.items else shown


def _marks(marks: tuple[Mark, ...]) -> object:
    return [(mark.name, [_arg(arg) for arg in mark.args]) for mark in marks]


def _functions(file: File) -> object:
    return [
        (f.kind, f.owner, f.name, [(p.name, p.type) for p in f.params], f.returns, f.is_public)
        for f in file.functions
    ]


def _classes(file: File) -> object:
    return [
        (c.kind, c.name, list(c.bases), [(f.name, f.type, _arg(f.value)) for f in c.fields])
        for c in file.classes
    ]


def _calls(file: File) -> object:
    return [(c.on, c.name, [_arg(arg) for arg in c.args]) for c in file.calls]


def _flags(file: File) -> object:
    return [(c.name, c.flags) for c in file.calls]


def _assigns(file: File) -> object:
    return [(a.target, a.type, _arg(a.value)) for a in file.assigns]


def _loops(file: File) -> object:
    return [(loop.kind, list(loop.vars), loop.over) for loop in file.loops]


CASES = [
    pytest.param(
        _functions,
        _read(
            "class A { public async Task<Order?> Get([FromRoute] int? id, params string[] tags) => null;\n"
            "~A() { } static bool operator ==(A a, B b) => true; internal static void Do() { } }\n"
            "interface I { int Next(Dictionary<string, int> x = default); }"
        ),
        [
            ("method", "A", "Get", [("id", "int"), ("tags", "string[]")], "Task<Order?>", True),
            ("method", "A", "~A", [], "", False),
            ("method", "A", "operator ==", [("a", "A"), ("b", "B")], "bool", False),
            ("method", "A", "Do", [], "void", False),
            ("method", "I", "Next", [("x", "Dictionary<string, int>")], "int", True),
        ],
        id="methods have types as written and interface methods are public",
    ),
    pytest.param(
        _functions,
        _read(
            "static class E { public static IQueryable<T> Page<T>(this IQueryable<T> query, int n) => query; }"
        ),
        [
            (
                "method", "IQueryable", "Page",
                [("query", "IQueryable<T>"), ("n", "int")], "IQueryable<T>", True,
            ),
        ],
        id="an extension method belongs to the type it extends",
    ),
    pytest.param(
        _functions,
        _read("static class E { extension(Order order) { public void Note() { } } }"),
        [
            ("constructor", "Order", "extension", [("order", "Order")], "", True),
            ("method", "Order", "Note", [], "void", True),
        ],
        id="so does what stands in an extension block",
    ),
    pytest.param(
        _functions,
        _read("class A { public int X { get { return _x; } set => _x = value; } public int Y => Z(); }"),
        [
            ("method", "A", "X", [], "int", True),
            ("method", "A", "set_X", [("value", "int")], "", True),
            ("method", "A", "Y", [], "int", True),
        ],
        id="accessors and expression-bodied properties are functions",
    ),
    pytest.param(
        _functions,
        _in_method("int Next(int x) => x + 1; app.MapGet('x', async (int id, Db db) => { }); F(delegate { });"),
        [
            ("method", "A", "M", [], "Task", False),
            ("function", "A", "Next", [("x", "int")], "int", True),
            ("lambda", "A", "", [("id", "int"), ("db", "Db")], "", True),
            ("lambda", "A", "", [], "", True),
        ],
        id="local functions, lambdas and delegates are functions",
    ),
    pytest.param(
        _classes,
        _read(
            "public class A(IRepo repo, int n = 3) : Base<Order>(repo), IFoo { private readonly Db _db = new(), _b; }\n"
            "record R(int Id, string? Name); enum E : byte { One = 1, Two } struct S { } interface I : IX<T> { }\n"
            "class B { public DbSet<Order> Orders => Set<Order>(); public string C { get; set; } = null!; }"
        ),
        [
            (
                "class", "A", ["Base<Order>", "IFoo"],
                [("repo", "IRepo", None), ("n", "int", ("num", "3")), ("_db", "Db", ("call", "Db")), ("_b", "Db", None)],
            ),
            ("record", "R", [], [("Id", "int", None), ("Name", "string", None)]),
            ("enum", "E", ["byte"], [("One", "", ("num", "1")), ("Two", "", None)]),
            ("struct", "S", [], []),
            ("interface", "I", ["IX<T>"], []),
            (
                "class", "B", [],
                [
                    ("Orders", "DbSet<Order>", ("call", "Set", [("<>=", "type", "Order")])),
                    ("C", "string", ("none", "null")),
                ],
            ),
        ],
        id="constructor parameters, properties and constants are fields",
    ),
    pytest.param(
        lambda file: [
            _marks(file.classes[0].marks),
            _marks(file.functions[0].marks),
            _marks(file.functions[0].params[0].marks),
            _marks(file.classes[0].fields[0].marks),
        ],
        _read(
            '[ApiController, Route("api/[controller]")] class A {\n'
            '[HttpGet("{id}", Name = nameof(Get)), Authorize(Roles = "a")] void Get([FromHeader(Name = "h")] int x) { }\n'
            "[Key] public static readonly int Id; }"
        ),
        [
            [("ApiController", []), ("Route", [("str", "api/[controller]")])],
            [
                ("HttpGet", [("str", "{id}"), ("Name=", "str", "Get")]),
                ("Authorize", [("Roles=", "str", "a")]),
            ],
            [("FromHeader", [("Name=", "str", "h")])],
            [("Key", []), ("static", []), ("readonly", [])],
        ],
        id="attributes are marks and so is how a field is shared",
    ),
    pytest.param(
        lambda file: [(i.module, i.name, i.alias) for i in file.imports] + [file.package],
        _read("using System; using static A.Math; using R = Shop.Orders.Repo<int>; namespace Shop.Web;"),
        [("System", "*", "*"), ("A.Math", "*", "*"), ("Shop.Orders", "Repo", "R"), "Shop.Web"],
        id="using and namespace",
    ),
    pytest.param(
        _assigns,
        _in_method(
            "Order? a = null; var (b, _) = F(); (c, d) = (1, G()); this.e = f ??= 2; _ = H(); s += 't'; n += 1;"
            "var o = new O { P = 1 };"
        ),
        [
            ("a", "Order", ("none", "null")),
            ("b", "", ("call", "F")),
            ("c", "", ("num", "1")),
            ("d", "", ("call", "G")),
            ("this.e", "", ("num", "2")),
            ("f", "", ("num", "2")),
            ("_", "", ("call", "H")),
            ("s", "", ("str", "t")),
            ("o", "", ("call", "O", [("P=", "num", "1")])),
        ],
        id="assignments and declarations but no entries of an object",
    ),
    pytest.param(
        _calls,
        _in_method(
            "_db.Query<Order>(sql, new { id, a.B, C = 1 }); x?.Y?.Go(out var z, n: 2); a.b[0]!.C(); ((IFoo)x).D();"
        ),
        [
            ("_db", "Query", [
                ("<>=", "type", "Order"), ("name", "sql"),
                ("dict", [("id=", "name", "id"), ("B=", "name", "a.B"), ("C=", "num", "1")]),
            ]),
            ("x.Y", "Go", [("name", "z"), ("n=", "num", "2")]),
            ("a.b[]", "C", []),
            ("x", "D", []),
        ],
        id="calls with generics, safe calls, casts and named arguments",
    ),
    pytest.param(
        _calls,
        _in_method(
            'var a = new Dictionary<string, int> { ["a"] = 1 }; List<int> b = new() { 1 }; F(new My.Client(h) { T = [2] });'
        ),
        [
            ("", "Dictionary", [("<>=", "type", "string, int"), ("a=", "num", "1")]),
            ("", "List", [("<>=", "type", "int"), ("num", "1")]),
            ("", "F", [("call", "My.Client", [("name", "h"), ("T=", "list", [("num", "2")])])]),
            ("My", "Client", [("name", "h"), ("T=", "list", [("num", "2")])]),
        ],
        id="what is constructed and with which entries",
    ),
    pytest.param(
        _calls,
        _in_method("var q = (from o in _db.Orders where o.Id > 1 select o.Name).ToList();"),
        [
            ("_db.Orders.Where().Select()", "ToList", []),
            ("_db.Orders", "Where", [("other", "o.Id > 1")]),
            ("_db.Orders.Where()", "Select", [("name", "o.Name")]),
        ],
        id="a query is the chain of calls that it stands for",
    ),
    pytest.param(
        _flags,
        _in_method(
            "await A1().ConfigureAwait(false); _ = B(); new C(); using var d = D(); try { E(); } catch { await F(); }"
            "using (G()) { H(); } await foreach (var x in I()) { }"
        ),
        [
            ("ConfigureAwait", AWAITED | BARE),
            ("A1", AWAITED | BARE),
            ("B", DEFERRED),
            ("C", NEW | BARE),
            ("D", IN_WITH),
            ("E", IN_TRY | BARE),
            ("F", IN_CATCH | AWAITED | BARE),
            ("G", IN_WITH),
            ("H", BARE),
            ("I", AWAITED),
        ],
        id="how calls are made",
    ),
    pytest.param(
        lambda file: [_loops(file), [(c.name, c.loop) for c in file.calls]],
        _in_method(
            "foreach (var (k, v) in Map()) A(k); for (int i = 0; i < n; i++) { B(); } while (await C()) { }"
            "os.Select(async o => await D(o)); Parallel.ForEach(ps, p => E(p));"
        ),
        [
            [
                ("each", ["k", "v"], "Map()"),
                ("count", ["i"], "i < n"),
                ("while", [], "await C()"),
                ("map", ["o"], "os"),
                ("map", ["p"], "ps"),
            ],
            [("Map", -1), ("A", 0), ("B", 1), ("C", 2), ("Select", -1), ("D", 3), ("ForEach", -1), ("E", 4)],
        ],
        id="loops hold what they repeat and no more",
    ),
    pytest.param(
        lambda file: [(list(c.types), c.var, list(c.does)) for c in file.catches],
        _in_method(
            "try { } catch (SqlException e) when (e.Number == 1) { _logger.LogError(e, 'x'); throw; } catch (A.B) { }"
            "try { } catch { // why\n } try { } catch (Exception e) { await r.WriteAsync(e.ToString()); return; }"
        ),
        [
            (["SqlException"], "e", ["log", "raise", "filter"]),
            (["A.B"], "", []),
            ([], "", ["comment"]),
            (["Exception"], "e", ["call", "return"]),
        ],
        id="error handlers and what they do",
    ),
    pytest.param(
        lambda file: [(_arg(r.value), r.fn) for r in file.returns],
        _read(
            "class A { int X() => Y(); void Z() => W(); int V => throw new E(); int U() { return F() ?? throw new E(); } }"
        ),
        [(("call", "Y"), 0), (("call", "F"), 3)],
        id="expression bodies return unless they are void or throw",
    ),
    pytest.param(
        lambda file: [(r.base, r.attr) for r in file.reads],
        _in_method("var a = o.Customer.Name; b.C?.D.E(); task.Result.F = 1;"),
        [("o.Customer", "Name"), ("o", "Customer"), ("b.C", "D"), ("b", "C"), ("task", "Result")],
        id="reads leave out what is called and what is written",
    ),
    pytest.param(
        lambda file: [_arg(a.value) for a in file.assigns],
        _in_method(
            'a = $"x{b.C:N2}y"; a = "s" + b + "t"; a = @"p ""q"""; a = """raw "x" """; a = "k" + "l"; a = typeof(Foo);'
            "a = -1; a = H.Get; a = new[] { 1 };"
        ),
        [
            ("fmt", "x{}y", [("name", "b.C")]),
            ("concat", "s{}t", [("name", "b")]),
            ("str", 'p "q"'),
            ("str", 'raw "x" '),
            ("str", "kl"),
            ("type", "Foo"),
            ("num", "-1"),
            ("name", "H.Get"),
            ("list", [("num", "1")]),
        ],
        id="strings and other values",
    ),
    pytest.param(
        lambda file: [[(c.name, c.line) for c in file.calls], len(file.unread)],
        _in_method(
            "\n#if X\nif (a) {\n#else\nif (b) {\n#endif\nA(); }\n#if X\nB();\n#else\nC();\n#endif\n#if false\nD(;\n#endif\n"
        ),
        [[("A", 7), ("B", 9), ("C", 11)], 0],
        id="conditional compilation keeps one program that parses",
    ),
    pytest.param(
        lambda file: [[(f.name, f.call, f.place) for f in file.functions], [(c.name, c.to) for c in file.calls]],
        _read('var app = Build(); app.MapGet("/", (int id) => Get(id)).WithName("x"); Func<int> f = () => 1;'),
        [
            [("", 2, 1), ("f", -1, -1)],
            [("Build", "app"), ("WithName", ""), ("MapGet", ""), ("Get", "return")],
        ],
        id="top-level statements",
    ),
    pytest.param(
        lambda file: [(c.name, c.typed, c.bases) for c in file.classes],
        _read("class A<T, TId> : B<T> where T : C { } interface I<out T> { } record R<T>(T Value); class P { }"),
        [("A", ("T", "TId"), ("B<T>",)), ("I", ("T",), ()), ("R", ("T",), ()), ("P", (), ())],
        id="type parameters",
    ),
    pytest.param(
        lambda file: [(i.module, i.name, i.alias) for i in file.imports],
        _read("global using Shop.Web; global using static Shop.Texts; using Shop;"),
        [("Shop.Web", "*", "global *"), ("Shop.Texts", "*", "global *"), ("Shop", "*", "*")],
        id="what a whole project uses",
    ),
    pytest.param(
        _calls,
        _in_method("Add(this, x); map.Take(this);"),
        [("", "Add", [("name", "this"), ("name", "x")]), ("map", "Take", [("name", "this")])],
        id="the object itself as an argument",
    ),
    pytest.param(
        lambda file: [(c.on, c.name) for c in file.calls],
        _in_method(
            "var q = from o in db.Orders where o.Open select o; var n = from o in db.Orders select o.Id;"
            "var l = from o in db.Orders from l in o.Lines select l; var j = from o in db.Orders join l in db.Lines on o.Id equals l.Order select l;"
        ),
        [
            ("db.Orders", "Where"), ("db.Orders.Where()", "AsQueryable"), ("db.Orders", "Select"), ("db.Orders", "Select"),
            ("db.Orders", "Join"), ("db.Orders.Join()", "Select"),
        ],
        id="queries that give the rows as they are, and others",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("facts_of", "file", "expected"), CASES)
def test_facts(facts_of: Callable[[File], object], file: File, expected: object) -> None:
    assert expected == facts_of(file)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b"", id="an empty file"),
        pytest.param(random.Random(3).randbytes(20_000), id="bytes of nothing"),
        pytest.param(b"class A { \xff\xfe void M( { catch => new {", id="broken code"),
        pytest.param(b"var x = " + b"(" * 10_000 + b"1" + b")" * 10_000 + b";", id="deep nesting"),
        pytest.param(b"x = a" + b"?.b(c => c" * 1000, id="a chain without an end"),
        pytest.param(
            b"#if A\n" * 500 + b"#else\n" + b"#endif\n" * 900, id="directives without pairs"
        ),
    ],
)
def test_nothing_raises(source: bytes) -> None:
    assert read_source("a.cs", source).language == "csharp"
