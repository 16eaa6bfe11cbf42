"""The facts that the C++ reader takes out of small sources."""

import random
from collections.abc import Callable

import pytest

from backwright.review.facts import AWAITED, BARE, DEFERRED, IN_CATCH, IN_TRY, MACRO, NEW, Arg, File
from backwright.review.read.languages import read_source


def _read(source: str, path: str = "src/orders.cpp") -> File:
    return read_source(path, source.encode())


def _in_function(body: str) -> File:
    return _read("void f() { " + body + " }")


def _arg(arg: Arg | None) -> object:
    if arg is None:
        return None
    shown: tuple[object, ...] = (
        (arg.kind, arg.text) if arg.kind not in ("list", "dict", "fn") else (arg.kind,)
    )
    shown = (f"{arg.name}=", *shown) if arg.name else shown
    return (*shown, [_arg(item) for item in arg.items]) if arg.items else shown


def _functions(file: File) -> object:
    return [
        (f.kind, f.owner, f.name, [(p.name, p.type) for p in f.params], f.returns)
        for f in file.functions
    ]


def _calls(file: File) -> object:
    return [(call.on, call.name, [_arg(arg) for arg in call.args]) for call in file.calls]


def _names(file: File) -> object:
    return [(call.on, call.name) for call in file.calls]


def _flags(file: File) -> object:
    return [(call.name, call.flags) for call in file.calls]


def _holders(file: File) -> object:
    """Calls with the class of the function that they stand in."""
    return [(file.functions[c.fn].owner, c.name, _arg(c.args[0])) for c in file.calls if c.fn >= 0]


def _assigns(file: File) -> object:
    return [(made.target, made.type, _arg(made.value)) for made in file.assigns]


def _classes(file: File) -> object:
    return [
        (made.kind, made.name, made.bases, [(f.name, f.type, _arg(f.value)) for f in made.fields])
        for made in file.classes
    ]


def _loops(file: File) -> object:
    return [(loop.kind, loop.vars, loop.over) for loop in file.loops]


def _looped(file: File) -> object:
    return [(call.name, call.loop) for call in file.calls]


def _returns(file: File) -> object:
    return [_arg(made.value) for made in file.returns]


def _catches(file: File) -> object:
    return [(made.types, made.var, made.does) for made in file.catches]


def _imports(file: File) -> object:
    return [(made.module, made.name, made.alias) for made in file.imports]


def _marks(file: File) -> object:
    return [
        (f.name, f.line, [(m.name, [_arg(a) for a in m.args]) for m in f.marks])
        for f in file.functions
    ]


def _handed(file: File) -> object:
    """Lambdas with the call that they are handed to, and the place."""
    return [(file.calls[f.call].name, f.place) for f in file.functions if f.call >= 0]


def _chained(file: File) -> object:
    return [(c.on, c.name, file.calls[c.prev].name if c.prev >= 0 else "-") for c in file.calls]


def _unread(file: File) -> object:
    return file.unread


DROGON = """
class DROGON_EXPORT Users : public drogon::HttpController<Users> {
 public:
  METHOD_LIST_BEGIN
  METHOD_ADD(Users::login, "/{1}//x", Get, Post);
  ADD_METHOD_TO(Users::info, "/users/{id}", Get, "LoginFilter");
  METHOD_LIST_END
  void login(const HttpRequestPtr &req, std::function<void(const HttpResponsePtr &)> &&callback, int id = 5);
  std::shared_ptr<Repo> repo_;
};
"""
OATPP = """#include "oatpp/web.hpp"
class Api : public ApiController {
  OATPP_COMPONENT(std::shared_ptr<Db>, m_db);
 public:
  ENDPOINT("POST", "users/{id}//x", createUser,
           PATH(Int64, id), BODY_DTO(Object<UserDto>, user))
  {
    return ok(m_db->createUser(user));
  }
};
class Db : public oatpp::orm::DbClient {
  QUERY(all, "SELECT *"
             " FROM t LIMIT :limit", PARAM(oatpp::UInt32, limit));
  DTO_FIELD(String, name, "user-name") = "x";
};
"""
COROUTINE = """#include "oatpp/web.hpp"
class Api : public ApiController {
  ENDPOINT_ASYNC("GET", "/x/{id}", Show) {
    ENDPOINT_ASYNC_INIT(Show)
    Action act() override { return request->readAsync().callbackTo(&Show::then); }
    Action then(const String& body) { return _return(controller->ok(body)); }
  };
};
"""
QUERIES = """#include "oatpp/orm.hpp"
class Db : public oatpp::orm::DbClient {
  QUERY(one,
        "SELECT * FROM t WHERE a=')' AND id=:id",
        PARAM(oatpp::Int32, id))

  QUERY(all, "SELECT * FROM t")
  QUERY(last, "DELETE FROM t");
};
"""

ROWS: list[tuple[str, File, Callable[[File], object], object]] = [
    (
        "Drogon's method list is a method of the class with the macros as calls",
        _read(DROGON),
        _holders,
        [
            ("Users", "METHOD_ADD", ("name", "Users.login")),
            ("Users", "ADD_METHOD_TO", ("name", "Users.info")),
        ],
    ),
    ("Drogon's method list leaves nothing unread", _read(DROGON), _unread, ()),
    (
        "an export macro hides neither class nor base nor field, and a prototype is no function",
        _read(DROGON),
        lambda file: (_classes(file), _functions(file)),
        (
            [
                (
                    "class",
                    "Users",
                    ("drogon::HttpController<Users>",),
                    [("repo_", "std::shared_ptr<Repo>", None)],
                )
            ],
            [("method", "Users", "initPathRouting", [], "void")],
        ),
    ),
    (
        "oat++ endpoints are functions with the macro as a mark",
        _read(OATPP),
        lambda file: _marks(file)[0],  # type: ignore[index]
        (
            "createUser",
            5,
            [
                (
                    "ENDPOINT",
                    [
                        ("str", "POST"),
                        ("str", "users/{id}//x"),
                        ("name", "createUser"),
                        ("call", "PATH", [("name", "Int64"), ("name", "id")]),
                        ("call", "BODY_DTO", [("type", "Object<UserDto>"), ("name", "user")]),
                    ],
                )
            ],
        ),
    ),
    (
        "oat++ macros give parameters, queries, fields and calls",
        _read(OATPP),
        lambda file: (
            _functions(file),
            _classes(file),
            [c.name for c in file.calls if c.flags & MACRO],
        ),
        (
            [
                ("method", "Api", "createUser", [("id", "Int64"), ("user", "Object<UserDto>")], ""),
                ("method", "Db", "all", [("limit", "oatpp::UInt32")], ""),
            ],
            [
                ("class", "Api", ("ApiController",), [("m_db", "std::shared_ptr<Db>", None)]),
                ("class", "Db", ("oatpp::orm::DbClient",), [("name", "String", ("str", "x"))]),
            ],
            ["OATPP_COMPONENT", "ENDPOINT", "PATH", "BODY_DTO", "QUERY", "PARAM", "DTO_FIELD"],
        ),
    ),
    (
        "a coroutine of oat++ is a class whose method has the macro as a mark, and which knows its controller",
        _read(COROUTINE),
        lambda file: (
            _marks(file),
            [(c.name, c.outer, [(f.name, f.type) for f in c.fields]) for c in file.classes],
        ),
        (
            [
                ("act", 5, [("ENDPOINT_ASYNC", [("str", "GET"), ("str", "/x/{id}")])]),
                ("then", 6, []),
            ],
            [("Api", -1, []), ("Show", 0, [("controller", "Api")])],
        ),
    ),
    (
        "oat++ queries need no semicolon behind them",
        _read(QUERIES),
        lambda file: [
            (f.name, [p.name for p in f.params], [_arg(m.args[0]) for m in f.marks])
            for f in file.functions
        ],
        [
            ("one", ["id"], [("str", "SELECT * FROM t WHERE a=')' AND id=:id")]),
            ("all", [], [("str", "SELECT * FROM t")]),
            ("last", [], [("str", "DELETE FROM t")]),
        ],
    ),
    (
        "functions and classes know their namespaces",
        _read(
            "namespace a::b { void f() {} namespace { void g() {} } struct S { void m() {} }; } void h() {}"
        ),
        lambda file: (
            [(f.name, f.space) for f in file.functions],
            [(c.name, c.space) for c in file.classes],
        ),
        ([("f", "a::b"), ("g", "a::b"), ("m", ""), ("h", "")], [("S", "a::b")]),
    ),
    (
        "a statement with commas behind `<<` is a call",
        _in_function('sql << "SELECT 1", into(x);'),
        _names,
        [("sql", "<<"), ("", "into")],
    ),
    (
        "Crow's route is a call whose callee is a call",
        _in_function(
            'CROW_ROUTE(app, "/x").methods("POST"_method)([](const crow::request& req) { return 1; });'
        ),
        lambda file: (_chained(file), _calls(file), _handed(file)),
        (
            [
                ("CROW_ROUTE().methods()", "", "methods"),
                ("CROW_ROUTE()", "methods", "CROW_ROUTE"),
                ("", "CROW_ROUTE", "-"),
            ],
            [
                ("CROW_ROUTE().methods()", "", [("fn",)]),
                ("CROW_ROUTE()", "methods", [("str", "POST")]),
                ("", "CROW_ROUTE", [("name", "app"), ("str", "/x")]),
            ],
            [("", 0)],
        ),
    ),
    (
        "cpp-httplib's handler is handed to the route; a member function is a name",
        _in_function(
            'svr.Get("/x", [&](const Request &req, Response &res) { res.ok(); }); r.Get("/y", &Api::list);'
        ),
        lambda file: (_calls(file), _handed(file)),
        (
            [
                ("svr", "Get", [("str", "/x"), ("fn",)]),
                ("res", "ok", []),
                ("r", "Get", [("str", "/y"), ("name", "Api.list")]),
            ],
            [("Get", 1)],
        ),
    ),
    (
        "a stream of operators that is a statement is one call",
        _in_function(
            '*client << "select ?" << id >> [](const Result& r) {}; LOG_ERROR << "no " << e.what();'
        ),
        _calls,
        [
            ("client", "<<", [("str", "select ?"), ("name", "id"), ("fn",)]),
            ("LOG_ERROR", "<<", [("str", "no "), ("call", "e.what")]),
            ("e", "what", []),
        ],
    ),
    (
        "functions, methods and constructors know their owner, also out of their class",
        _read(
            "app::Task<int> app::Users::info(const Req &req, std::vector<int> *ids) { co_return 1; }\n"
            "Users::Users(Db db) : db_(std::move(db)), n_{1} {}\n"
            "static auto g(int x) -> int { return x; }\n"
            "struct S { S() {} virtual ~S() = default; int get() const { return 1; } };"
        ),
        _functions,
        [
            (
                "method",
                "Users",
                "info",
                [("req", "Req"), ("ids", "std::vector<int>")],
                "app::Task<int>",
            ),
            ("constructor", "Users", "Users", [("db", "Db")], ""),
            ("function", "", "g", [("x", "int")], "int"),
            ("constructor", "S", "S", [], ""),
            ("method", "S", "get", [], "int"),
        ],
    ),
    (
        "an initializer list assigns to this; an assignment to a member is dotted",
        _read("Users::Users(Db db) : db_(std::move(db)), n_{1} { this->url = other->name; }"),
        _assigns,
        [
            ("this.db_", "", ("name", "db")),
            ("this.n_", "", ("num", "1")),
            ("this.url", "", ("name", "other.name")),
        ],
    ),
    (
        "objects that a declaration constructs are calls with NEW",
        _in_function(
            'httplib::Client cli("http://x"); Foo a(b, c); crow::SimpleApp app; auto p = new Foo{1}; std::string s;'
        ),
        lambda file: (_flags(file), [(c.on, c.name, c.to) for c in file.calls]),
        (
            [("Client", NEW), ("Foo", NEW), ("SimpleApp", NEW), ("Foo", NEW)],
            [
                ("httplib", "Client", "cli"),
                ("", "Foo", "a"),
                ("crow", "SimpleApp", "app"),
                ("", "Foo", "p"),
            ],
        ),
    ),
    (
        "types of variables: as declared, else what the value makes plain",
        _in_function(
            "auto r = std::make_shared<Repo>(1); const Foo &x = y; auto [a, b] = g(); auto m = orm::Mapper<U>(c);"
        ),
        lambda file: [(made.target, made.type) for made in file.assigns],
        [("r", "Repo"), ("x", "Foo"), ("a", ""), ("b", ""), ("m", "orm::Mapper<U>")],
    ),
    (
        "strings: adjacent, raw, joined, formatted",
        _in_function(
            'a("x" "y"); b(R"sql(SELECT "z")sql"); c(std::string("id=") + id); d(fmt::format("id={}", id)); e("a" V "b");'
        ),
        lambda file: [_arg(call.args[0]) for call in file.calls if len(call.name) == 1],
        [
            ("str", "xy"),
            ("str", 'SELECT "z"'),
            ("concat", "id={}", [("name", "id")]),
            ("fmt", "id={}", [("name", "id")]),
            ("concat", "a{}b", [("name", "V")]),
        ],
    ),
    (
        "type arguments come first, casts and moves are seen through, long names are dotted",
        _in_function(
            "v.as<int>(); db::orm::find<User>(std::move(x), static_cast<int>(y), a::b::C); t.template get<T>();"
        ),
        _calls,
        [
            ("v", "as", [("<>=", "type", "int")]),
            (
                "db.orm",
                "find",
                [("<>=", "type", "User"), ("name", "x"), ("name", "y"), ("name", "a.b.C")],
            ),
            ("t", "get", [("<>=", "type", "T")]),
        ],
    ),
    (
        "loops: over elements, iterators, numbers, while, and algorithms",
        _in_function(
            "for (const auto& [k, v] : db->list()) { q(k); } for (auto it = m.begin(); it != m.end(); ++it) q(it);"
            "for (int i = 0; i < n; ++i) q(i); while (auto* x = next()) q(x); std::for_each(v.begin(), v.end(), [](auto& e) { q(e); });"
        ),
        lambda file: (
            _loops(file),
            [(c.name, c.loop) for c in file.calls if c.name in ("q", "list", "next")],
        ),
        (
            [
                ("each", ("k", "v"), "db->list()"),
                ("each", ("it",), "m"),
                ("count", ("i",), "i < n"),
                ("while", (), "next()"),
                ("map", ("e",), "v"),
            ],
            [("list", -1), ("q", 0), ("q", 1), ("q", 2), ("next", 3), ("q", 3), ("q", 4)],
        ),
    ),
    (
        "flags: awaited, bare, dropped with a cast, in try and catch, started on a thread",
        _in_function(
            "auto r = co_await a(); b(); (void)c(); try { d(); } catch (...) { auto x = e(); } auto h = std::async(f);"
        ),
        _flags,
        [
            ("a", AWAITED),
            ("b", BARE),
            ("c", BARE),
            ("d", IN_TRY | BARE),
            ("e", IN_CATCH),
            ("async", DEFERRED),
        ],
    ),
    (
        "handlers say what they catch and do",
        _in_function(
            "try {} catch (const std::exception& e) { LOG_ERROR << e.what(); throw; } catch (const Bad&) { // why\n }"
            " catch (...) {} try {} catch (Err& e) { callback(e); co_return; }"
        ),
        _catches,
        [
            (("std::exception",), "e", ("log", "raise")),
            (("Bad",), "", ("comment",)),
            ((), "", ()),
            (("Err",), "e", ("call", "return")),
        ],
    ),
    (
        "imports: includes, using, aliases; an alias of a template is an assignment",
        _read(
            '#include "models/User.h"\n#include <drogon/drogon.h>\n#define PATH "/x"\n#define MAX (A + 1)\nusing namespace std;\n'
            "using app::Users; using U = app::model::User; namespace fs = std::filesystem; using Ptr = std::shared_ptr<U>;"
        ),
        lambda file: (_imports(file), _assigns(file)),
        (
            [
                ("models/User.h", "*", "*"),
                ("drogon/drogon.h", "*", "*"),
                ("std", "*", "*"),
                ("app", "Users", "Users"),
                ("app::model", "User", "U"),
                ("std::filesystem", "", "fs"),
            ],
            [("PATH", "", ("str", "/x")), ("Ptr", "", ("type", "std::shared_ptr<U>"))],
        ),
    ),
    (
        "lists of pairs with a text first are dictionaries",
        _in_function('j = {{"a", 1}, {"b", {{"c", x}}}}; v = {{1, 2}, {3, 4}};'),
        _assigns,
        [
            ("j", "", ("dict", [("a=", "num", "1"), ("b=", "dict", [("c=", "name", "x")])])),
            (
                "v",
                "",
                (
                    "list",
                    [
                        ("list", [("num", "1"), ("num", "2")]),
                        ("list", [("num", "3"), ("num", "4")]),
                    ],
                ),
            ),
        ],
    ),
    (
        "the package is the namespace with those in it, not one that is only announced",
        _read(
            "namespace other { class X; }\nnamespace a { namespace b::c { int f() { return 1; } } }"
        ),
        lambda file: file.package,
        "a::b::c",
    ),
    (
        "kinds of classes; values and initializers of fields",
        _read(
            'enum class Color { Red, Blue = 2 }; struct P { int x = 5; static constexpr char *N = "n"; Opt o{.a = 1}; };'
        ),
        _classes,
        [
            ("enum", "Color", (), [("Red", "", None), ("Blue", "", ("num", "2"))]),
            (
                "struct",
                "P",
                (),
                [
                    ("x", "int", ("num", "5")),
                    ("N", "char", ("str", "n")),
                    ("o", "Opt", ("dict", [("a=", "num", "1")])),
                ],
            ),
        ],
    ),
    (
        "a conditional amid a statement keeps its first branch",
        _in_function(
            "a(1,\n#ifdef X\n  b\n#else\n  c\n#endif\n);\n#if Y\nd();\n#else\ne();\n#endif\n"
        ),
        lambda file: (_calls(file), file.unread),
        ([("", "a", [("num", "1"), ("name", "b")]), ("", "d", []), ("", "e", [])], ()),
    ),
    (
        "a macro without a semicolon does not swallow the next statement",
        _in_function('\n  APP_LOGd("at {}", x.y("z"))\n\n  // next\n  server.run();\n'),
        _names,
        [("", "APP_LOGd"), ("x", "y"), ("server", "run")],
    ),
    (
        "returned values, also of coroutines and empty lists",
        _read(
            "int f() { return g(1); } Task<X> h() { co_return {}; } Task<X> k() { co_return a::B; }"
        ),
        _returns,
        [("call", "g", [("num", "1")]), ("list",), ("name", "a.B")],
    ),
]


@pytest.mark.parametrize(
    ("file", "shown", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_source_gives_facts(file: File, shown: Callable[[File], object], expected: object) -> None:
    assert shown(file) == expected


def test_positions_stay_when_macros_are_rewritten() -> None:
    file = _read(DROGON)
    assert [(call.name, call.line) for call in file.calls] == [
        ("METHOD_ADD", 5),
        ("ADD_METHOD_TO", 6),
    ]
    assert [(field.name, field.line) for field in file.classes[0].fields] == [("repo_", 9)]


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\xff\xfe\x00\x80 \xf7::\xf7(); std::\xf7move(x);",
        random.Random(7).randbytes(5000),
        b"int x = " + b"(" * 10_000 + b"1" + b")" * 10_000 + b";",
        b"(" * 10_000,
        b"class A {" * 2_000,
        b"void f() { " + b"a << " * 10_000 + b"b; }",
        b"auto s = " + b'"a" + ' * 10_000 + b'"b";',
        b"a::" * 10_000 + b"b();",
        b"METHOD_LIST_BEGIN " * 2_000,
        b"#if A\n#else\n" * 2_000,
        b'#include "oatpp/x"\n ENDPOINT(\n QUERY(\n DTO_FIELD(;\n API_CALL("a")\n ENDPOINT() {}\n QUERY();',
        b"co_return {" * 1_000,
    ],
    ids=lambda source: repr(source[:20]),
)
def test_nothing_raises(source: bytes) -> None:
    assert read_source("a.cpp", source).language == "cpp"
