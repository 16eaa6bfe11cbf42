"""The facts that the Go reader takes out of small sources."""

import random
from collections.abc import Callable

import pytest

from backwright.review.facts import BARE, DEFERRED, IN_CATCH, IN_WITH, NEW, Arg, File
from backwright.review.read.languages import read_source


def _read(source: str) -> File:
    return read_source("internal/orders/orders.go", ("package orders\n" + source).encode())


def _in_function(body: str) -> str:
    return "func f() {\n" + body + "\n}\n"


def _arg(arg: Arg | None) -> object:
    if arg is None:
        return None
    shown = (arg.kind, arg.text) if arg.kind not in ("list", "dict", "fn", "none") else (arg.kind,)
    shown = (f"{arg.name}=", *shown) if arg.name else shown
    return (*shown, [_arg(item) for item in arg.items]) if arg.items else shown


def _functions(file: File) -> object:
    return [
        (
            f.kind,
            f.owner,
            f.name,
            f.receiver,
            [(p.name, p.type) for p in f.params],
            f.returns,
            f.is_public,
        )
        for f in file.functions
    ]


def _lambdas(file: File) -> object:
    return [
        (f.name, f.line, f.call, f.place, f.parent) for f in file.functions if f.kind == "lambda"
    ]


def _classes(file: File) -> object:
    return [(c.kind, c.name, c.bases, [(f.name, f.type) for f in c.fields]) for c in file.classes]


def _tags(file: File) -> object:
    return [
        (f.name, [(m.name, m.args[0].text) for m in f.marks])
        for c in file.classes
        for f in c.fields
    ]


def _imports(file: File) -> object:
    return [(made.module, made.name, made.alias) for made in file.imports]


def _assigns(file: File) -> object:
    return [(made.target, made.type, _arg(made.value)) for made in file.assigns]


def _calls(file: File) -> object:
    return [(call.on, call.name, [_arg(arg) for arg in call.args], call.to) for call in file.calls]


def _flags(file: File) -> object:
    return [(call.name, call.flags) for call in file.calls]


def _looped(file: File) -> object:
    return [(call.name, call.loop) for call in file.calls]


def _lines(file: File) -> object:
    return [(call.name, call.line) for call in file.calls]


def _loops(file: File) -> object:
    return [(loop.kind, loop.vars, loop.over) for loop in file.loops]


def _catches(file: File) -> object:
    return [(made.line, made.types, made.var, made.does) for made in file.catches]


def _returns(file: File) -> object:
    return [(_arg(made.value), made.catch) for made in file.returns]


def _reads(file: File) -> object:
    return [(made.base, made.attr) for made in file.reads]


_ROWS: dict[str, tuple[str, Callable[[File], object], object]] = {
    "a method belongs to the type of its receiver": (
        ("func (r *Repo[T]) Find(ctx context.Context, a, b *Key, ids ...int) (o *Order, err error) { return }\n"
        "func newRepo() Repo { return Repo{} }\n"),
        _functions,
        [
            (
                "method", "Repo", "Find", "r",
                [("ctx", "context.Context"), ("a", "Key"), ("b", "Key"), ("ids", "[]int")], "(*Order, error)", True,
            ),
            ("function", "", "newRepo", "", [], "Repo", False),
        ],
    ),
    "a struct has its fields and what it embeds": (
        ("type (\n Order struct {\n  gorm.Model\n  *Base[int]\n  ID, N int\n  By *user.User\n  In struct{ X int }\n }\n"
        " Status string\n Handler func(a int)\n)\n"),
        _classes,
        [
            (
                "struct", "Order", ("gorm.Model", "Base[int]"),
                [
                    ("Model", "gorm.Model"), ("Base", "Base[int]"), ("ID", "int"), ("N", "int"), ("By", "user.User"),
                    ("In", "struct{ X int }"),
                ],
            ),
            ("struct", "", (), [("X", "int")]),
            ("type", "Status", ("string",), []),
            ("type", "Handler", (), []),
        ],
    ),
    "an interface has methods and bases": (
        "type Store interface {\n io.Closer\n Get(ctx context.Context, id int) (*Order, error)\n}\n",
        lambda file: (_classes(file), _functions(file)),
        (
            [("interface", "Store", ("io.Closer",), [])],
            [("method", "Store", "Get", "", [("ctx", "context.Context"), ("id", "int")], "(*Order, error)", True)],
        ),
    ),
    "tags are marks": (
        'type A struct {\n P string `json:"-" gorm:"size:10;not null"`\n Q int\n}\n',
        _tags,
        [("P", [("json", "-"), ("gorm", "size:10;not null")]), ("Q", [])],
    ),
    "an import is called as its package": (
        ('import (\n "net/http"\n "github.com/labstack/echo/v4"\n "github.com/redis/go-redis/v9"\n "gopkg.in/yaml.v3"\n'
        ' _ "github.com/lib/pq"\n . "x/dsl"\n pb "x/gen"\n "x/api/v1"\n)\n'),
        _imports,
        [
            ("net/http", "", "http"),
            ("github.com/labstack/echo/v4", "", "echo"),
            ("github.com/redis/go-redis/v9", "", "redis"),
            ("gopkg.in/yaml.v3", "", "yaml"),
            ("github.com/lib/pq", "", "_"),
            ("x/dsl", "*", "*"),
            ("x/gen", "", "pb"),
            ("x/api/v1", "", "v1"),
        ],
    ),
    "an ignored result is assigned to the blank name": (
        _in_function("_ = save()\nuser, _ := find(1)\n_, err := db.Exec()\n_, _ = w.Write(b)\nv, ok := m[k]"),
        lambda file: (_assigns(file), [call.to for call in file.calls]),
        (
            [
                ("_", "", ("call", "save")),
                ("_", "", ("call", "find", [("num", "1")])),
                ("user", "", ("call", "find", [("num", "1")])),
                ("_", "", ("call", "db.Exec")),
                ("err", "error", ("call", "db.Exec")),
                ("_", "", ("call", "w.Write", [("name", "b")])),
                ("v", "", ("name", "m[k]")),
            ],
            ["_", "user", "err", "_"],
        ),
    ),
    "declarations say their type, and values theirs": (
        "var db *gorm.DB\nconst (\n A = iota\n B\n)\nvar a, b = 1, \"x\"\nvar cache = make(map[string]User)\n"
        + _in_function("u := c.Get(\"u\").(*User)\nl := []Order{}\nvar _ Store = &pg{}\ns.n += 1\nq += \" AND \" + x"),
        _assigns,
        [
            ("db", "gorm.DB", ("none",)),
            ("A", "", ("num", "iota")),
            ("a", "", ("num", "1")),
            ("b", "", ("str", "x")),
            ("cache", "map[string]User", ("call", "make", [("type", "map[string]User")])),
            ("u", "User", ("call", "c.Get", [("str", "u")])),
            ("l", "[]Order", ("list",)),
            ("_", "Store", ("call", "pg")),
            ("q", "", ("concat", " AND {}", [("name", "x")])),
        ],
    ),
    "a literal of a struct is a call that constructs": (
        _in_function("c := &http.Client{Timeout: t, Transport: &tr{}}\no := new(Order)\nreturn Page[Order]{Items: x}, nil"),
        lambda file: (_calls(file), _flags(file), _returns(file)),
        (
            [
                ("http", "Client", [("Timeout=", "name", "t"), ("Transport=", "call", "tr")], "c"),
                ("", "tr", [], ""),
                ("", "Order", [], "o"),
                ("", "Page", [("<>=", "type", "Order"), ("Items=", "name", "x")], "return"),
            ],
            [("Client", NEW), ("tr", NEW), ("Order", NEW), ("Page", NEW)],
            [(("call", "Page", [("<>=", "type", "Order"), ("Items=", "name", "x")]), -1)],
        ),
    ),
    "maps and slices are dictionaries and lists": (
        _in_function('c.JSON(200, gin.H{"error": err.Error(), "n": 1})\nx := map[string]int{"a": 1}\ny := []T{{A: 1}, /* none */ {}}'),
        lambda file: (_calls(file)[0], _assigns(file)),
        (
            ("c", "JSON", [("num", "200"), ("dict", [("error=", "call", "err.Error"), ("n=", "num", "1")])], ""),
            [
                ("x", "map[string]int", ("dict", [("a=", "num", "1")])),
                ("y", "[]T", ("list", [("dict", [("A=", "num", "1")]), ("list",)])),
            ],
        ),
    ),
    "Sprintf is a string with values put in": (
        _in_function('q := fmt.Sprintf("SELECT %d%% FROM %[2]s", n, t)\nr := "a" + b + `c`\ns := []byte("key")'),
        _assigns,
        [
            ("q", "", ("fmt", "SELECT {}% FROM {}", [("name", "n"), ("name", "t")])),
            ("r", "", ("concat", "a{}c", [("name", "b")])),
            ("s", "", ("str", "key")),
        ],
    ),
    "a chain stands where its names stand": (
        _in_function('db.\n\tWhere("a").\n\tFind(&o)'),
        lambda file: (_calls(file), _lines(file), _flags(file)),
        (
            [("db.Where()", "Find", [("name", "o")], ""), ("db", "Where", [("str", "a")], "")],
            [("Find", 5), ("Where", 4)],
            [("Find", BARE), ("Where", 0)],
        ),
    ),
    "type arguments come first": (
        _in_function("a := lo.Map[int](xs, f)\nb := newRepo[Order](db)\nc := load[*Order](ctx, id)\nd := hs[i](x)"),
        lambda file: [(call.on, call.name, [arg.text for arg in call.args]) for call in file.calls],
        [
            ("lo", "Map", ["int", "xs", "f"]),
            ("", "newRepo", ["Order", "db"]),
            ("", "load", ["Order", "ctx", "id"]),
            ("hs[i]", "", ["x"]),
        ],
    ),
    "goroutines are deferred and defer is a resource": (
        _in_function("go run()\ndefer rows.Close()\ngo func() {\n save()\n}()\ndefer func() { _ = tx.Rollback() }()"),
        lambda file: (_flags(file), _lambdas(file), _lines(file)[2]),
        (
            [("run", DEFERRED), ("Close", IN_WITH), ("", DEFERRED), ("save", BARE), ("", IN_WITH), ("Rollback", IN_WITH)],
            [("", 5, 2, -1, 0), ("", 8, 4, -1, 0)],
            ("", 5),
        ),
    ),
    "a function that is assigned or returned is called after it": (
        ("var h = func() {}\nfunc mw() gin.HandlerFunc { return func(c *gin.Context) {} }\n"
        'func routes(r *chi.Mux) { r.Get("/x", func(w http.ResponseWriter, r *http.Request) {}) }\n'),
        _lambdas,
        [("h", 2, -1, -1, -1), ("return", 3, -1, -1, 1), ("", 4, 0, 1, 3)],
    ),
    "a loop repeats its body, a while loop its condition too": (
        _in_function(
            "for i, o := range all() { one() }\nfor i := 0; i < len(x); i++ { two() }\nfor rows.Next() { three() }\n"
            "for { four() }\nfor range 3 { five() }\nfor ok := p(); ok; ok = q() { six() }"
        ),
        lambda file: (_loops(file), _looped(file)),
        (
            [
                ("each", ("i", "o"), "all()"),
                ("count", ("i",), "i < len(x)"),
                ("while", (), "rows.Next()"),
                ("while", (), ""),
                ("count", (), "3"),
                ("while", ("ok",), "ok"),
            ],
            [
                ("all", -1), ("one", 0), ("len", -1), ("two", 1), ("Next", 2), ("three", 2), ("four", 3), ("five", 4),
                ("p", -1), ("q", -1), ("six", 5),
            ],
        ),
    ),
    "a function handed to lo.Map or Range is a loop": (
        _in_function("lo.Map(orders, func(o Order, _ int) int { return get(o) })\nm.Range(func(k, v any) bool { return put(k) })"),
        lambda file: (_loops(file), _looped(file)),
        (
            [("map", ("o", "_"), "orders"), ("map", ("k", "v"), "m")],
            [("Map", -1), ("get", 0), ("Range", -1), ("put", 1)],
        ),
    ),
    "an error that is checked is caught": (
        _in_function(
            "if err := save(); err != nil { return err }\n"
            "if err != nil { return []T{}, nil }\n"
            'if r.Error != nil { slog.Error("x"); return }\n'
            "if err != nil && !errors.Is(err, redis.Nil) { http.Error(w, m, 500); return }\n"
            "if errors.Is(err, sql.ErrNoRows) { return nil, ErrNone }\n"
            "if dbErr == io.EOF { break }\n"
            "if err != nil {}\n"
            "if user != nil { use() }\n"
            "if err == nil || errors.Is(err, ErrX) { use() }\n"
            "if err == nil { use() } else { // why\n }\n"
            'if err != nil { log.Fatalf("x: %v", err) }\n'
            'if err != nil { return nil, fmt.Errorf("x: %w", err) }\n'
            "if err != nil { return c.JSON(500, msg(err)) }"
        ),
        _catches,
        [
            (3, (), "err", ("raise",)),
            (4, (), "err", ("return",)),
            (5, (), "r.Error", ("log", "return")),
            (6, (), "err", ("call", "return")),
            (7, ("sql.ErrNoRows",), "err", ("raise",)),
            (8, ("io.EOF",), "dbErr", ("continue",)),
            (9, (), "err", ()),
            (12, (), "err", ("comment",)),
            (14, (), "err", ("log", "raise")),
            (15, (), "err", ("raise",)),
            (16, (), "err", ("return", "call")),
        ],
    ),
    "recover and the cases of a switch catch": (
        _in_function(
            "defer func() { if r := recover(); r != nil { log.Print(r) } }()\n"
            "switch { case errors.Is(err, ErrA): fail()\n default: other() }\n"
            "switch err {\n case nil: done()\n case ErrB: fail() }"
        ),
        lambda file: (_catches(file), [(c.name, c.catch, bool(c.flags & IN_CATCH)) for c in file.calls if c.name in ("Print", "fail", "done")]),
        (
            [
                (3, ("panic",), "r", ("log",)),
                (4, ("ErrA",), "err", ("call",)),
                (8, ("ErrB",), "err", ("call",)),
            ],
            [("Print", 0, True), ("fail", 1, True), ("done", -1, False), ("fail", 2, True)],
        ),
    ),
    "of several returned values the first that is there counts": (
        _in_function("if err != nil { return nil, err }\nreturn &Service{db: db}, nil"),
        _returns,
        [(("name", "err"), 0), (("call", "Service", [("db=", "name", "db")]), -1)],
    ),
    "what is called or assigned is not read": (
        _in_function("s.repo.Find(o.ID)\ns.n = u.Name\nx := http.StatusOK"),
        _reads,
        [("s", "repo"), ("o", "ID"), ("u", "Name"), ("http", "StatusOK")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "shown", "expected"), _ROWS.values(), ids=_ROWS.keys())
def test_facts(source: str, shown: Callable[[File], object], expected: object) -> None:
    assert expected == shown(_read(source))


def test_the_package_is_known() -> None:
    assert _read("").package == "orders"


def test_broken_code_is_named_and_the_rest_is_read() -> None:
    file = _read("func a() { x( }\n\nfunc b() { save() }\n")
    assert file.unread
    assert "save" in [call.name for call in file.calls]


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\0" * 300,
        b"package a\n// \xff\xfe\nfunc f() { if \xfferr != nil {} }",
        random.Random(7).randbytes(5_000),
        b"package a\nvar x = " + b"(" * 10_000 + b"1" + b")" * 10_000,
        b"package a\nvar x = " + b"(" * 10_000,
        b"package a\nvar x = " + b"&" * 10_000 + b"y",
        b"package a\nvar x = []T" + b"{" * 10_000 + b"}" * 10_000,
        b"package a\nfunc f() { " + b"go func() { " * 1_000 + b"}()" * 1_000 + b"}",
        b"package a\nfunc f() { new() ; make() ; fmt.Sprintf() ; for {} ; defer ; go ; x := ; if err != nil }",
    ],
    ids=[
        "empty", "zeros", "no UTF-8", "noise", "parentheses", "open parentheses", "ands", "braces", "functions",
        "unfinished",
    ],
)  # fmt: skip
def test_nothing_makes_the_reader_raise(source: bytes) -> None:
    assert read_source("a.go", source).language == "go"


def test_results_with_names_are_declared() -> None:
    file = _read(
        "func load(id int) (order Order, lines []Line, err error) {\nreturn\n}\nfunc save(Order) (Order, error) {\nreturn o, nil\n}\n"
    )
    assert [(each.target, each.type, each.value.kind, each.fn) for each in file.assigns] == [
        ("order", "Order", "none", 0),
        ("lines", "[]Line", "none", 0),
    ]
