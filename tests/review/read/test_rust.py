"""The facts that the Rust reader takes out of small sources."""

import random
from collections.abc import Callable

import pytest

from backwright.review.facts import (
    AWAITED,
    BARE,
    DEFERRED,
    IN_CATCH,
    IN_TRY,
    MACRO,
    NEW,
    Arg,
    File,
    Mark,
)  # fmt: skip
from backwright.review.read.languages import read_source
from backwright.review.read.rust.macros import rewrite


def _read(source: str) -> File:
    return read_source("src/orders.rs", source.encode())


def _arg(arg: Arg | None) -> str:
    """Write a value on one line: name=kind:text[items]."""
    if arg is None:
        return "-"
    items = f"[{', '.join(map(_arg, arg.items))}]" if arg.items else ""
    text = "" if arg.kind == "fn" else arg.text
    return f"{arg.name}={arg.kind}:{text}{items}" if arg.name else f"{arg.kind}:{text}{items}"


def _mark(mark: Mark) -> str:
    return f"{mark.on}.{mark.name}({', '.join(map(_arg, mark.args))})"


def _functions(file: File) -> object:
    return [
        (f.kind, f.owner, f.name, [f"{p.name}: {p.type}" for p in f.params], f.returns, f.line)
        for f in file.functions
    ]


def _marks(file: File) -> object:
    return [_mark(mark) for made in file.functions for mark in made.marks]


def _classes(file: File) -> object:
    return [
        (
            c.kind, c.name, c.bases, [_mark(m) for m in c.marks],
            [(f.name, f.type, [_mark(m) for m in f.marks]) for f in c.fields],
        )
        for c in file.classes
    ]  # fmt: skip


def _imports(file: File) -> object:
    return [(i.module, i.name, i.alias) for i in file.imports]


def _assigns(file: File) -> object:
    return [(a.target, a.type, _arg(a.value)) for a in file.assigns]


def _calls(file: File) -> object:
    return [(c.on, c.name, [_arg(a) for a in c.args]) for c in file.calls]


def _flags(file: File) -> object:
    return {(f"{c.on}.{c.name}" if c.on else c.name): c.flags for c in file.calls}


def _loops(file: File) -> object:
    return [(x.kind, x.vars, x.over) for x in file.loops]


def _in_loops(file: File) -> object:
    return [(c.name, file.loops[c.loop].over) for c in file.calls if c.loop >= 0]


def _catches(file: File) -> object:
    return [(c.types, c.var, c.does) for c in file.catches]


def _reads(file: File) -> object:
    return [(r.base, r.attr) for r in file.reads]


def _returns(file: File) -> object:
    return [_arg(r.value) for r in file.returns]


def _lambdas(file: File) -> object:
    return [
        (file.calls[f.call].name, f.place, f.is_async)
        for f in file.functions
        if f.kind == "lambda" and f.call >= 0
    ]


ROWS: list[tuple[str, str, Callable[[File], object], object]] = [
    (
        "methods have the type of their impl as owner, and Self is that type",
        ("pub struct Repo { pool: PgPool }\n"
        "impl Repo {\n    pub fn new(pool: &PgPool) -> Self { Self { pool } }\n"
        "    async fn one(&self, id: Option<i64>) -> Result<Self> { f() }\n}\n"
        "impl<T: Send> Find for other::Cache<T> {\n    fn find(self: Arc<Self>) {} }"),
        _functions,
        [
            ("constructor", "Repo", "new", ["pool: PgPool"], "Repo", 3),
            ("method", "Repo", "one", ["id: i64"], "Result<Repo>", 4),
            ("method", "Cache", "find", [], "", 7),
        ],
    ),
    (
        "patterns of extractors name what they bind",
        "async fn f(State(App { db, .. }): State<App>, Path((a, b)): Path<(i32, i32)>, mut z: &'a mut Vec<u8>) {}",
        _functions,
        [
            (
                "function", "", "f",
                ["db: State<App>", "a: Path<(i32, i32)>", "b: Path<(i32, i32)>", "z: Vec<u8>"], "", 1,
            )
        ],
    ),
    (
        "attributes are marks with arguments",
        '/// Doc.\n#[get("/x/{id}", rank = 2)]\n// why\n#[cfg(all(unix, feature = "a"))]\n#[actix_web::main]\nfn f() {}',
        _marks,
        [
            ".get(str:/x/{id}, rank=num:2)",
            ".cfg(call:all[name:unix, feature=str:a])",
            "actix_web.main()",
        ],
    ),
    (
        "structs, enums and traits are classes, and an impl adds its trait to the class",
        ('#[derive(Debug, sqlx::FromRow)]\nstruct S<T> { #[serde(rename = "x", default)] pub a: Option<&\'static str>, b: Arc<dyn Repo> }\n'
        "struct T(pub i32);\n"
        'enum E { #[error("no {0}")] A(#[from] sqlx::Error), B }\n'
        "trait Pay: Send + Base<i32> { const N: i32 = 3; }\n"
        "#[async_trait]\nimpl<T> Pay for S<T> {}"),
        _classes,
        [
            (
                "struct", "S", ("Pay",), [".derive(name:Debug, name:sqlx.FromRow)", ".async_trait()"],
                [
                    ("a", "str", [".serde(rename=str:x, name:default)"]),
                    ("b", "Arc<dyn Repo>", []),
                ],
            ),
            ("struct", "T", (), [], [("0", "i32", [])]),
            (
                "enum", "E", (), [],
                [("A", "sqlx::Error", [".error(str:no {0})", ".from()"]), ("B", "", [])],
            ),
            ("trait", "Pay", ("Send", "Base<i32>"), [], [("N", "i32", [])]),
        ],
    ),
    (
        "use trees, renames, stars, extern crates and modules are imports",
        "use a::{self, b, c as d, e::{f, g::*}};\nuse serde;\nextern crate diesel as db;\nmod routes;\npub use super::x::Y;",
        _imports,
        [
            ("a", "", "a"), ("a", "b", "b"), ("a", "c", "d"), ("a::e", "f", "f"), ("a::e::g", "*", "*"),
            ("serde", "", "serde"), ("diesel", "", "db"), ("self::routes", "", "routes"), ("super::x", "Y", "Y"),
        ],
    ),
    (
        "let, const, static, patterns and assignments are assigns; what is dropped goes to _",
        ("const URL: &str = \"x\";\nfn f() { let _ = g(); let (tx, rx) = channel(); let n: i64 = 1; self.a = h()?; "
        "let Some(u) = find(n) else { return };\nif let Ok(v) = j() {} }"),
        _assigns,
        [
            ("URL", "str", "str:x"), ("_", "", "call:g"), ("rx", "", "call:channel"), ("tx", "", "call:channel"),
            ("n", "i64", "num:1"), ("self.a", "", "call:h"), ("u", "", "call:find[name:n]"), ("v", "", "call:j"),
        ],
    ),
    (
        "chains are dotted, types of a call that matter are its first argument",
        ('fn f() { sqlx::query_as::<_, Order>("SELECT 1").bind(id).fetch_all(&mut *tx).await?; '
        "crate::db::orders::find(&self.pool, &a[0].b); v.iter().collect::<Vec<_>>(); }"),
        _calls,
        [
            ("sqlx.query_as().bind()", "fetch_all", ["name:tx"]),
            ("sqlx.query_as()", "bind", ["name:id"]),
            ("sqlx", "query_as", ["<>=type:_, Order", "str:SELECT 1"]),
            ("crate.db.orders", "find", ["name:self.pool", "name:a[].b"]),
            ("v.iter()", "collect", []),
            ("v", "iter", []),
        ],
    ),
    (
        "struct literals and tuple structs construct",
        "fn f() { let u = User { id: 1, name, ..Default::default() }; g(Json(u), Error::NotFound(1), Client::new()) }",
        _flags,
        {
            "User": NEW, "Default.default": 0, "g": 0, "Json": NEW, "Error.NotFound": NEW, "Client.new": NEW,
        },
    ),
    (
        "await, statements, macros and spawned work have their flags",
        ('async fn f() { a().await; b(); c().await?; let d = e(); println!("x"); tokio::spawn(async move { g().await }); '
        'sqlx::query!("SELECT 1").execute(p).await; }'),
        _flags,
        {
            "a": AWAITED | BARE, "b": BARE, "c": AWAITED | BARE, "e": 0, "println": BARE | MACRO,
            "tokio.spawn": BARE | DEFERRED, "g": AWAITED, "sqlx.query().execute": AWAITED | BARE, "sqlx.query": MACRO,
        },
    ),
    (
        "format! is a string with its values, also where it is borrowed",
        'fn f() { let a = format!("{}/{1:?}/{x}/{n:>5}/{{}}", b.c(), d, n = e); run(&format!(r#"SELECT "{t}""#)); }',
        lambda file: [_arg(file.assigns[0].value), [_arg(a) for c in file.calls if c.name == "run" for a in c.args]],
        [
            "fmt:{}/{}/{}/{}/{}[call:b.c, name:d, name:x, name:e]",
            ['fmt:SELECT "{}"[name:t]'],
        ],
    ),
    (
        "log macros keep their fields, and values inside the text",
        'fn f() { tracing::error!(%error, user.id = ?u.id, target: "a", "failed {x}"); info!("a {b} {}", c); warn!(\n    "d {e}"\n); }',
        _calls,
        [
            ("tracing", "error", ["name:error", "user.id=name:u.id", "target=str:a", "fmt:failed {}[name:x]"]),
            ("", "info", ["fmt:a {} {}[name:b]", "name:c"]),
            ("", "warn", ["fmt:d {}[name:e]"]),
        ],
    ),
    (
        "json! and vec! are values, calls inside them are calls",
        'fn f() { let a = json!({"b": {"c": d.e()}, "f": [1, {"g": null}]}); let h = vec![i(), 2]; routes![j, k::l]; }',
        lambda file: [_assigns(file), _calls(file)],
        [
            [
                ("a", "", "dict:[b=dict:[c=call:d.e], f=list:[num:1, dict:[g=name:null]]]"),
                ("h", "", "list:[call:i, num:2]"),
            ],
            [
                ("", "json", ["dict:[b=dict:[c=call:d.e], f=list:[num:1, dict:[g=name:null]]]"]),
                ("d", "e", []), ("", "i", []), ("", "routes", ["name:j", "name:k.l"]),
            ],
        ],
    ),
    (
        "select! is read as statements, and what no macro rewrites still gives its calls",
        "fn f() { tokio::select! { biased; Some(m) = rx.recv(), if on => { save(m).await; } _ = stop.wait() => break, } html! { <a> {b.c(d)} } }",
        _calls,
        [
            ("rx", "recv", []), ("", "save", ["name:m"]), ("stop", "wait", []), ("", "html", []),
            ("b", "c", ["name:d"]),
        ],
    ),
    (
        "loops know their elements, and only the body repeats",
        "fn f() { for (i, o) in all().iter().enumerate() { save(o); } while let Some(r) = next() { use_(r) } loop { tick() } for i in 0..3 {} }",
        lambda file: [_loops(file), _in_loops(file)],
        [
            [
                ("each", ("i", "o"), "all().iter().enumerate()"), ("while", (), "let Some(r) = next()"),
                ("while", (), ""), ("count", ("i",), "0..3"),
            ],
            [
                ("save", "all().iter().enumerate()"), ("next", "let Some(r) = next()"),
                ("use_", "let Some(r) = next()"), ("tick", ""),
            ],
        ],
    ),
    (
        "a closure that gets each element is a loop, one that gets the value of an Option is none",
        "fn f() { a.iter().map(|x| g(x)); b.map(|y| h(y)); c.for_each(|&z| i(z)); }",
        _loops,
        [("map", ("x",), "a.iter()"), ("map", ("z",), "c")],
    ),
    (
        "closures and async blocks belong to the call that gets them",
        'fn f() { app.route("/", get(|| async { 1 })); spawn(async move { g() }); }',
        _lambdas,
        [("get", 0, True), ("spawn", 0, True)],
    ),
    (
        "Err arms, if let Err, let else and map_err handle errors",
        ('fn f() { match a() { Ok(v) => v, Err(Error::NotFound) => None, Err(e) => return Err(e.into()) };\n'
        "if let Err(e) = b() { tracing::warn!(%e); }\nif let Err(_) = c() {}\nlet Ok(d) = d() else { continue };\n"
        "e().map_err(|e| { error!(\"{e}\"); Status::Bad })?;\ng().unwrap_or_else(|_| Vec::new());\n"
        "match h() { Ok(_) => {}, Err(x) => report_it(x), } k().map_err(|_| ()) }"),
        _catches,
        [
            (("Error::NotFound",), "", ("other",)), ((), "e", ("raise",)), ((), "e", ("log",)), ((), "", ()),
            ((), "", ("continue",)), ((), "e", ("log", "raise")), ((), "", ("return",)), ((), "x", ("call",)),
            ((), "", ("raise",)),
        ],
    ),
    (
        "type parameters have their traits, and what an impl or a trait says of its types is told",
        ("pub trait Store: Base where Self: Clone + Audit { type Tx<'a>: Work<'a> + Send; type State; fn f<T>(t: T) where T: Into<String> + Rows; }\n"
        "impl<S: Store + Send + ?Sized> Lists for App<S> where S: 'static { type Out = Vec<S>; fn g<'a, F: Fn(u8) -> u8>(&self) {} }\n"
        "struct Held<'a, A, B: Audit> { a: &'a A, b: B }\nimpl Held<'_, u8, u8> { fn h() {} }"),
        lambda file: (
            [(c.name, c.bases, c.typed) for c in file.classes],
            [(c.name, c.bases, c.typed) for c in file.impls],
            [(f.name, f.typed) for f in file.functions],
        ),
        (
            [("Store", ("Base", "Audit"), ("Self::Tx: Work",)), ("Held", (), ("A", "B: Audit"))],
            [("App", ("Lists",), ("S: Store", "Self::Out = Vec<S>"))],
            [("f", ("T: Rows",)), ("g", ("S: Store",)), ("h", ())],
        ),
    ),
    (
        "a path leads to the type, and not to the trait that it is seen through",
        "fn f(t: <S::Tx as Work<S>>::Handle<'_>) { <S::Tx as Work<S>>::begin(t); <PgStore as Store>::new(); <T>::g(); }",
        lambda file: ([p.type for p in file.functions[0].params], [(c.on, c.name) for c in file.calls]),
        (["S::Tx::Handle<'_>"], [("S.Tx", "begin"), ("PgStore", "new"), ("T", "g")]),
    ),
    (
        "what is matched against Err is tried, what stands in the handler is caught",
        "fn f() { match a().await { Ok(_) => b(), Err(e) => c(e) } if let Err(e) = d() { g(e) } h()?; }",
        _flags,
        {"a": IN_TRY | AWAITED, "b": 0, "c": IN_CATCH, "d": IN_TRY, "g": IN_CATCH, "h": BARE},
    ),
    (
        "fields that are read are reads, called ones are not",
        "fn f() { let a = self.repo.find(b.id).await?; c.d = a.e; g(&h.i.j) }",
        _reads,
        [("self", "repo"), ("b", "id"), ("a", "e"), ("h.i", "j"), ("h", "i")],
    ),
    (
        "tail expressions, arms and closures return, and Ok is taken off",
        ("fn f() -> R { if x { return Err(y); } match z { A => a(), B => { b() } } }\n"
        "fn g() -> R { if x { c() } else { d() } }\nfn h() -> R { i.map(|j| j.k); Ok(Router::new()) }\nfn l() { m(); }"),
        _returns,
        ["call:Err[name:y]", "call:a", "call:b", "call:c", "call:d", "name:j.k", "call:Router.new"],
    ),
    (
        "literals that are made owned and strings that are joined are strings",
        'fn f() { let a = "b".to_string(); let c = String::from("d"); let e = "SELECT ".to_owned() + &g + " LIMIT 1"; }',
        _assigns,
        [("a", "", "str:b"), ("c", "", "str:d"), ("e", "", "concat:SELECT {} LIMIT 1[name:g]")],
    ),
    (
        "tests in the file are named and not read",
        'fn f() { a(); }\n#[cfg(test)]\nmod tests {\n    use super::*;\n    #[test]\n    fn t() { b("}"); }\n}\nfn g() { c(); }',
        lambda file: [_calls(file), [(c.kind, c.name) for c in file.classes], [f.line for f in file.functions]],
        [[("", "a", []), ("", "c", [])], [("module", "tests")], [1, 8]],
    ),
    (
        "helpers for tests that other modules use are not read either",
        "fn f() { a(); }\n#[cfg(test)]\npub(crate) mod testing {\n    pub fn t() { b(); }\n}\n",
        _calls,
        [("", "a", [])],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "facts", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_facts(source: str, facts: Callable[[File], object], expected: object) -> None:
    file = _read(source)
    assert facts(file) == expected
    assert file.unread == ()


def test_a_rewritten_macro_moves_nothing() -> None:
    source = b'fn f() {\n    a!(b c);\n    let x = vec![format!("{}", json!({"a": {}})); 3];\n    doc! { "a": 1 };\n}\n'
    after = rewrite(source)
    assert len(after) == len(source)
    assert [at for at, c in enumerate(after) if c == 10] == [
        at for at, c in enumerate(source) if c == 10
    ]


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\x00\xff" * 500,
        bytes(range(256)) * 20,
        b"fn f() { x = " + b"(" * 10_000 + b")" * 10_000 + b"; }",
        b"fn f() { " + b"g(" * 3000,
        b"fn f() { g(" + b"format!(" * 3000 + b")" * 3000 + b"); }",
        b"fn f() { json!(" + b'{"a":' * 3000 + b"}" * 3000 + b"); }",
        b"#[cfg(test)] mod t {" * 3000,
        b"fn f() { match x { Err(e) => vec![ println!(\"{\", } #[a( use a::{ impl fn (",
        "fn f() { let ä = \"ö\"; println!(\"{ü}\", ß".encode("utf-16"),
    ],
    ids=[
        "empty", "binary", "all bytes", "parentheses", "open calls", "nested macros", "nested json",
        "open test modules", "broken code", "UTF-16",
    ],
)  # fmt: skip
def test_nothing_raises(source: bytes) -> None:
    assert read_source("a.rs", source).language == "rust"


def test_broken_copies_of_code_do_not_raise() -> None:
    chance = random.Random(7)
    whole = bytearray("\n".join(row[1] for row in ROWS).encode())
    for _ in range(60):
        broken = bytearray(whole)
        for _ in range(25):
            at = chance.randrange(len(broken))
            broken[at : at + chance.randrange(12)] = chance.choice(
                [b"", b"(", b"}", b'"', b"!(", b"=>", b"\xff"]
            )
        assert read_source("a.rs", bytes(broken)).language == "rust"
