"""The facts that the Java reader takes out of small sources."""

import random
from collections.abc import Callable

import pytest

from backwright.review.facts import BARE, IN_CATCH, IN_TRY, IN_WITH, NEW, Arg, File, Mark
from backwright.review.read.languages import read_source


def _read(source: str) -> File:
    return read_source("src/main/java/Orders.java", source.encode())


def _in_method(body: str) -> File:
    return _read("class A { void m() { " + body + " } }")


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


def _calls(file: File) -> object:
    return [(call.on, call.name, [_arg(arg) for arg in call.args]) for call in file.calls]


def _flags(file: File) -> object:
    return [(call.name, call.flags) for call in file.calls]


def _assigns(file: File) -> object:
    return [(made.target, made.type, _arg(made.value)) for made in file.assigns]


def _classes(file: File) -> list[object]:
    return [(made.kind, made.name, made.bases) for made in file.classes]


def _fields(file: File) -> object:
    return [
        (made.name, field.name, field.type, _marks(field.marks), _arg(field.value))
        for made in file.classes
        for field in made.fields
    ]


def _loops(file: File) -> object:
    return [(loop.kind, loop.vars, loop.over, _arg(loop.value)) for loop in file.loops]


def _returns(file: File) -> object:
    return [_arg(made.value) for made in file.returns]


def _catches(file: File) -> object:
    return [(made.types, made.var, made.does) for made in file.catches]


def _row(
    name: str,
    source: str,
    shown: Callable[[File], object],
    expected: object,
    *,
    whole: bool = False,
) -> object:
    return pytest.param(
        source if whole else "class A { void m() { " + source + " } }", shown, expected, id=name
    )


@pytest.mark.parametrize(
    ("source", "shown", "expected"),
    [
        _row(
            "an endpoint has its annotations with named and unnamed arguments",
            """@RestController @RequestMapping({"/a", Paths.B}) class A {
                 @RequestMapping(value = "/x/{id}", method = RequestMethod.GET)
                 @ApiResponses(@ApiResponse(code = 404))
                 public Order get(@PathVariable("id") final Long id, Optional<String> q, int... n) { return null; } }""",
            lambda file: (
                _marks(file.classes[0].marks),
                _marks(file.functions[0].marks),
                _marks(file.functions[0].params[0].marks),
                _functions(file),
            ),
            (
                [("RestController", []), ("RequestMapping", [("list", [("str", "/a"), ("name", "Paths.B")])])],
                [
                    ("RequestMapping", [("value=", "str", "/x/{id}"), ("method=", "name", "RequestMethod.GET")]),
                    ("ApiResponses", [("call", "ApiResponse", [("code=", "num", "404")])]),
                ],
                [("PathVariable", [("str", "id")])],
                [("method", "A", "get", [("id", "Long"), ("q", "String"), ("n", "int...")], "Order", True)],
            ),
            whole=True,
        ),
        _row(
            "a class of every kind has its bases as written",
            """class A<T> extends b.C<T> implements D, E<F> {} interface R extends JpaRepository<Order, Long> {}
               enum K implements D {} record P() implements D {} @interface N {}""",
            _classes,
            [
                ("class", "A", ("b.C<T>", "D", "E<F>")),
                ("interface", "R", ("JpaRepository<Order, Long>",)),
                ("enum", "K", ("D",)),
                ("record", "P", ("D",)),
                ("annotation", "N", ()),
            ],
            whole=True,
        ),
        _row(
            "fields come from declarations, records, constants of enums and interfaces",
            """class A { @Autowired private Repo repo, other[]; static final String X = "x"; }
               record P(@NotNull String name) {} enum K { HIGH("h", 1), LOW } interface I { int MAX = 5; }
               @interface N { String value() default ""; }""",
            _fields,
            [
                ("A", "repo", "Repo", [("Autowired", [])], None),
                ("A", "other", "Repo[]", [("Autowired", [])], None),
                ("A", "X", "String", [], ("str", "x")),
                ("P", "name", "String", [("NotNull", [])], None),
                ("K", "HIGH", "", [], ("list", [("str", "h"), ("num", "1")])),
                ("K", "LOW", "", [], None),
                ("I", "MAX", "int", [], ("num", "5")),
                ("N", "value", "String", [], ("str", "")),
            ],
            whole=True,
        ),
        _row(
            "constructors, initialisers and methods of interfaces are functions",
            """class A { A(Repo r) { super(1); } static { go(); } { now(); } static int n() { return 1; } }
               interface I { void f(); default void g() {} } record P(int a) { P { check(a); } }""",
            _functions,
            [
                ("constructor", "A", "A", [("r", "Repo")], "", False),
                ("function", "A", "<clinit>", [], "", False),
                ("function", "A", "<init>", [], "", False),
                ("method", "A", "n", [], "int", False),
                ("method", "I", "f", [], "void", True),
                ("method", "I", "g", [], "void", True),
                ("constructor", "P", "P", [], "", False),
            ],
            whole=True,
        ),
        _row(
            "imports and the package are split at the last dot",
            "package io.shop; import a.b.C; import a.b.*; import static a.b.C.of; class A {}",
            lambda file: (file.package, [(made.module, made.name, made.alias) for made in file.imports]),
            ("io.shop", [("a.b", "C", "C"), ("a.b", "*", "*"), ("a.b.C", "of", "of")]),
            whole=True,
        ),
        _row(
            "a chain of calls keeps its receivers, casts fall away",
            'http.csrf().disable(); ((Foo) x).bar((String) y, -1); new a.B<C>(1).go("q"); super.m();',
            _calls,
            [
                ("http.csrf()", "disable", []),
                ("http", "csrf", []),
                ("x", "bar", [("name", "y"), ("num", "-1")]),
                ("a.B()", "go", [("str", "q")]),
                ("a", "B", [("num", "1")]),
                ("super", "m", []),
            ],
        ),
        _row(
            "type arguments come first where they say what a call is about",
            "this.<Foo>get(1); rest.exchange(u, new TypeReference<List<Order>>() {}); new ArrayList<Foo>(2);",
            _calls,
            [
                ("this", "get", [("<>=", "type", "Foo"), ("num", "1")]),
                (
                    "rest",
                    "exchange",
                    [("name", "u"), ("call", "TypeReference", [("<>=", "type", "List<Order>")])],
                ),
                ("", "TypeReference", [("<>=", "type", "List<Order>")]),
                ("", "ArrayList", [("num", "2")]),
            ],
        ),
        _row(
            "method references are names",
            "router.GET(Handler::list, this::save, Order::new, List<String>::of);",
            lambda file: [_arg(arg) for arg in file.calls[0].args],
            [("name", "Handler.list"), ("name", "this.save"), ("name", "Order.new"), ("name", "List.of")],
        ),
        _row(
            "a call is bare, guarded, in a catch, a resource or new by where it stands",
            """a(); int y = switch (k) { case A -> b(); default -> { c(); yield 1; } };
               switch (k) { case A -> d(); } if (z) new E();
               try (var s = open(); t) { f(); } catch (A | b.C e) { g(); }
               try (var s = open()) { h(); }""",
            _flags,
            [
                ("a", BARE), ("b", 0), ("c", BARE), ("d", BARE), ("E", NEW | BARE), ("open", IN_WITH),
                ("f", BARE | IN_TRY), ("g", BARE | IN_CATCH), ("open", IN_WITH), ("h", BARE),
            ],
        ),
        _row(
            "handlers say what they catch and what they do",
            """try {} catch (A | b.C e) {} catch (D e) { LOGGER.error("x", e); throw new E(e); }
               catch (F e) { e.printStackTrace(); return; } catch (G e) { /* fine */ } catch (H e) { x = 1; go(); }""",
            _catches,
            [
                (("A", "b.C"), "e", ()),
                (("D",), "e", ("log", "raise")),
                (("F",), "e", ("log", "return")),
                (("G",), "e", ("comment",)),
                (("H",), "e", ("assign", "call")),
            ],
        ),
        _row(
            "loops name their element and what they go through",
            """for (final Order o : repo.findAll()) go(); for (int i = 0; i < ids.size(); i++) { }
               while (rs.next()) { } do { } while (x); for (;;) { }""",
            _loops,
            [
                ("each", ("o",), "repo.findAll()", ("call", "repo.findAll")),
                ("count", ("i",), "i < ids.size()", ("call", "ids.size")),
                ("while", (), "rs.next()", ("call", "rs.next")),
                ("while", (), "x", ("name", "x")),
                ("while", (), "", ("none", "")),
            ],
        ),
        _row(
            "a lambda on a stream runs once per element, one on an Optional does not",
            """ids.stream().filter(i -> i > 0).map(i -> repo.find(i)).toList(); all.forEach(o -> { save(o); });
               repo.findById(1).map(o -> go(o)); ids.stream().findFirst().map(o -> go(o));
               repo.findAll(page).map(o -> go(o));""",
            lambda file: sorted((loop.over, loop.vars) for loop in file.loops),
            [("all", ("o",)), ("ids", ("i",)), ("ids", ("i",)), ("repo.findAll()", ("o",))],
        ),
        _row(
            "declarations and assignments have value and declared type",
            """final List<A> a = b, c[]; var d = new E(); this.x = y = 1; sql += "id=" + id; n += 1;
               if (o instanceof Foo foo) {} for (Order each : all) {}""",
            _assigns,
            [
                ("a", "List<A>", ("name", "b")),
                ("c", "List<A>[]", ("none", "")),
                ("d", "", ("call", "E")),
                ("this.x", "", ("num", "1")),
                ("y", "", ("num", "1")),
                ("sql", "", ("concat", "id={}", [("name", "id")])),
                ("foo", "Foo", ("name", "o")),
                ("each", "Order", ("none", "")),
            ],
        ),
        _row(
            "strings are joined, text blocks and arrays are values",
            'f("a" + "b", "id=" + id + " x", """\n  SELECT "q"\n""", new String[]{"a", /* no */ "b"}, Foo.class, null);',
            lambda file: [_arg(arg) for arg in file.calls[0].args],
            [
                ("str", "ab"),
                ("concat", "id={} x", [("name", "id")]),
                ("str", '\n  SELECT "q"\n'),
                ("list", [("str", "a"), ("str", "b")]),
                ("name", "Foo.class"),
                ("none", "null"),
            ],
        ),
        _row(
            "returns include the bodies of lambdas and the arms of a switch",
            "run(() -> load(1)); f = x -> { return x.y; }; return switch (k) { case A -> go(); default -> 2; };",
            _returns,
            [
                ("call", "load", [("num", "1")]),
                ("name", "x.y"),
                ("other", "switch (k) { case A -> go(); default -> 2; }"),
                ("call", "go"),
                ("num", "2"),
            ],
        ),
        _row(
            "an anonymous class is a class with its methods",
            "pool.submit(new Runnable() { @Override public void run() { go(); } });",
            lambda file: (_classes(file)[1:], file.functions[1].name, file.functions[1].cls),
            ([("class", "", ("Runnable",))], "run", 1),
        ),
        _row(
            "reads are fields, not calls",
            "f(a.b, this.repo.find(), Status.OPEN);",
            lambda file: [(read.base, read.attr) for read in file.reads],
            [("a", "b"), ("this", "repo"), ("Status", "OPEN")],
        ),
    ],
)  # fmt: skip
def test_facts(source: str, shown: Callable[[File], object], expected: object) -> None:
    assert shown(_read(source)) == expected


def test_a_lambda_knows_its_call_and_a_variable_its_lambda() -> None:
    file = _in_method("app.get(path, (Context ctx) -> ctx.json(1)); Runnable job = () -> {};")
    given, kept = file.functions[1:]
    assert (given.call, given.place, given.params[0].type) == (0, 1, "Context")
    assert file.calls[0].args[1].ref == 1
    assert kept.name == "job"


_DEEP = 10_000


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b"", id="an empty file"),
        pytest.param(random.Random(1).randbytes(20_000), id="random bytes"),
        pytest.param(b"class \xff\xfe { @\xff void \xc3(", id="no UTF-8"),
        pytest.param(b"class A { void m() { for (A a : ; try { catch ( x -> @B(", id="broken code"),
        pytest.param(
            b"class A { int x = " + b"(" * _DEEP + b"1" + b")" * _DEEP + b"; }", id="parentheses"
        ),
        pytest.param(
            b"class A { int x = " + b"f(" * _DEEP + b"1" + b")" * _DEEP + b"; }",
            id="calls in calls",
        ),
        pytest.param(
            b"@A(" * _DEEP + b")" * _DEEP + b" class B {}", id="annotations in annotations"
        ),
    ],
)
def test_nothing_raises(source: bytes) -> None:
    assert read_source("A.java", source).language == "java"
