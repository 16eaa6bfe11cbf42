"""The facts that the Kotlin reader takes out of small sources."""

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
from backwright.review.read.kotlin.repair import repair
from backwright.review.read.languages import read_source


def _read(source: str) -> File:
    return read_source("src/main/kotlin/Orders.kt", source.encode())


def _body(body: str) -> str:
    return "fun m() {\n" + body + "\n}\n"


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
        (
            f.kind,
            f.owner,
            f.name,
            [(p.name, p.type) for p in f.params],
            f.returns,
            f.is_async,
            f.is_public,
        )
        for f in file.functions
        if f.kind != "lambda"
    ]


def _calls(file: File) -> object:
    return [(call.on, call.name, [_arg(arg) for arg in call.args]) for call in file.calls]


def _given(file: File) -> object:
    """Where each lambda goes: the call, and what is called in it."""
    return [
        (file.calls[f.call].name, [call.name for call in file.calls if call.fn == index])
        for index, f in enumerate(file.functions)
        if f.kind == "lambda" and f.call >= 0
    ]


def _flags(file: File) -> object:
    return [(call.name, call.flags) for call in file.calls]


def _to(file: File) -> object:
    return [(call.on, call.name, call.to) for call in file.calls]


def _assigns(file: File) -> object:
    return [(made.target, made.type, _arg(made.value)) for made in file.assigns]


def _classes(file: File) -> object:
    return [(made.kind, made.name, made.bases) for made in file.classes]


def _fields(file: File) -> object:
    return [
        (made.name, field.name, field.type, _marks(field.marks), _arg(field.value))
        for made in file.classes
        for field in made.fields
    ]


def _imports(file: File) -> object:
    return [file.package, *[(made.module, made.name, made.alias) for made in file.imports]]


def _loops(file: File) -> object:
    return [
        (loop.kind, loop.vars, loop.over, [call.name for call in file.calls if call.loop == index])
        for index, loop in enumerate(file.loops)
    ]


def _catches(file: File) -> object:
    return [(made.types, made.var, made.does, made.body) for made in file.catches]


def _returns(file: File) -> object:
    return [_arg(made.value) for made in file.returns]


def _unread(file: File) -> object:
    return [(made.line, made.end) for made in file.unread]


@pytest.mark.parametrize(
    ("source", "facts", "expected"),
    [
        pytest.param(
            "package a.b\nimport io.ktor.server.*\nimport a.b.C\nimport a.D as E",
            _imports,
            ["a.b", ("io.ktor.server", "*", "*"), ("a.b", "C", "C"), ("a", "D", "E")],
            id="imports with a star, a name and an alias",
        ),
        pytest.param(
            "interface A : JpaRepository<Order, Long> {\n fun findBy(x: Int?): List<Order>? }\n"
            "data class B(val x: Int)\nenum class C(val c: Int) { ONE(1), TWO(2) }\nobject D : Table(\"d\")\n"
            "class E(b: B) : Base<Int>(b), F by b {\n companion object {\n  fun of() = E(B(1))\n }\n}",
            _classes,
            [
                ("interface", "A", ("JpaRepository<Order, Long>",)), ("record", "B", ()), ("enum", "C", ()),
                ("object", "D", ("Table",)), ("class", "E", ("Base<Int>", "F")),
            ],
            id="kinds of classes and their bases, a companion being part of its class",
        ),
        pytest.param(
            "class A(private val repo: Repo, @Value(\"\\${a.b}\") key: String = \"k\") {\n"
            " @Autowired\n lateinit var log: Logger\n val client by lazy { HttpClient(1) }\n"
            " companion object { const val MAX = 3 }\n}",
            _fields,
            [
                ("A", "repo", "Repo", [], None),
                ("A", "key", "String", [("Value", [("str", "\\${a.b}")])], ("str", "k")),
                ("A", "log", "Logger", [("Autowired", [])], None),
                ("A", "client", "", [], ("call", "HttpClient", [("num", "1")])),
                ("A", "MAX", "", [], ("num", "3")),
            ],
            id="fields of the constructor, the body, a delegate and the companion",
        ),
        pytest.param(
            "suspend fun Route.items(a: Int?, vararg b: List<Int>): Order? = null\nfun <T> List<T>.f() {}\n"
            "class A {\n constructor(x: Int) { y() }\n private fun g(f: suspend (Int) -> Unit) { fun h() {} }\n"
            " val q: Int\n  get() { return z() }\n}",
            _functions,
            [
                ("function", "Route", "items", [("a", "Int"), ("b", "List<Int>")], "Order", True, True),
                ("function", "List", "f", [], "", False, True),
                ("constructor", "A", "constructor", [("x", "Int")], "", False, True),
                ("method", "A", "g", [("f", "suspend (Int) -> Unit")], "", False, False),
                ("function", "", "h", [], "", False, True),
                ("method", "A", "q", [], "", False, True),
            ],
            id="functions: extended type, suspend, visibility, constructor, local, accessor",
        ),
        pytest.param(
            "@RestController\nclass A {\n @RequestMapping(value = [\"/x\"], method = [RequestMethod.GET])\n"
            " fun f(@PathVariable(\"id\") id: Long) = 1\n}",
            lambda file: [
                _marks(file.classes[0].marks), _marks(file.functions[0].marks), _marks(file.functions[0].params[0].marks)
            ],
            [
                [("RestController", [])],
                [("RequestMapping", [
                    ("value=", "list", [("str", "/x")]),
                    ("method=", "list", [("name", "RequestMethod.GET")]),
                ])],
                [("PathVariable", [("str", "id")])],
            ],
            id="annotations of classes, methods and parameters",
        ),
        pytest.param(
            "fun Route.items() {\n val p = \"x\"\n get(\"{$p}\") { call.respond(1) }\n route(\"/a\") {\n  post { save() }\n"
            " }\n val list = listOf(1)\n /** all */\n get { all() }\n}",
            lambda file: [_given(file), _unread(file)],
            [[("get", ["respond"]), ("route", ["post"]), ("post", ["save"]), ("get", ["all"])], []],
            id="routes behind a property are no getters",
        ),
        pytest.param(
            "fun Route.items() {\n get<Items.Id> { id -> find(id) }\n val u = mapper.readValue<List<User>>(body).first()\n"
            " call.receive<User>()\n}",
            _calls,
            [
                ("", "get", [("<>=", "type", "Items.Id"), ("fn",)]),
                ("", "find", [("name", "id")]),
                ("mapper.readValue()", "first", []),
                ("mapper", "readValue", [("<>=", "type", "List<User>"), ("name", "body")]),
                ("call", "receive", [("<>=", "type", "User")]),
            ],
            id="type arguments, also where the grammar sees comparisons",
        ),
        pytest.param(
            _body(
                "listOf(\n HttpMethod.Get to suspend { client.get(\"/a\") },\n suspend { client.post(\"/b\") },\n)"
            ),
            lambda file: [[call.name for call in file.calls], _unread(file)],
            [["listOf", "get", "post"], []],
            id="suspend lambdas as arguments",
        ),
        pytest.param(
            "context(_: Raise<Error>)\nprivate suspend fun a(f: suspend context(X) Y.() -> Unit) { b() }\n"
            "fun c(e: E) = when (e) {\n is A if e.b -> d()\n else -> f()\n}\n",
            lambda file: [[f.name for f in file.functions], [c.name for c in file.calls], _unread(file)],
            [["a", "c"], ["b", "d", "f"], []],
            id="context parameters and guards",
        ),
        pytest.param(
            _body(
                "routes(\"/x\" bind GET to ::list, \"/y\" bind POST to { r -> save(r) })"
            ),
            lambda file: [_calls(file)[1:4], _given(file)],
            [
                [
                    ("", "to", [("call", "bind", [("str", "/x"), ("name", "GET")]), ("name", "list")]),
                    ("", "bind", [("str", "/x"), ("name", "GET")]),
                    ("", "to", [("call", "bind", [("str", "/y"), ("name", "POST")]), ("fn",)]),
                ],
                [("to", ["save"])],
            ],
            id="infix routes of http4k",
        ),
        pytest.param(
            "val s = \"a $b ${c.d()}\" + e\nval t = \"\"\"\n select $b\n \"\"\".trimIndent()\nval u = $$\"x $y $$z\"\n"
            "val v = mapOf(\"k\" to 1, \"l\" to listOf(x))\nval w = repo.find(1) ?: throw E()\nval z = x!!.y as Z\n",
            _assigns,
            [
                ("s", "", ("concat", "a {} {}{}", [("name", "b"), ("call", "c.d"), ("name", "e")])),
                ("t", "", ("fmt", "\n select {}\n ", [("name", "b")])),
                ("u", "", ("fmt", "x $y {}", [("name", "z")])),
                ("v", "", ("dict", [("k=", "num", "1"), ("l=", "list", [("name", "x")])])),
                ("w", "", ("call", "repo.find", [("num", "1")])),
                ("z", "", ("name", "x.y")),
            ],
            id="values: templates, raw strings, maps, what stands before ?: throw",
        ),
        pytest.param(
            _body(
                "a.b.c = f()\nval (x, y) = pair()\nval k: Int = !repo.has(1)"
            ),
            lambda file: [_assigns(file), _to(file)],
            [
                [
                    ("a.b.c", "", ("call", "f")), ("x", "", ("call", "pair")), ("y", "", ("call", "pair")),
                    ("k", "Int", ("call", "repo.has", [("num", "1")])),
                ],
                [("", "f", "a.b.c"), ("", "pair", "y"), ("repo", "has", "k")],
            ],
            id="assignments, destructuring and what a call is given to",
        ),
        pytest.param(
            _body(
                "for ((i, x) in all().withIndex()) { a(x) }\nfor (n in 0 until 3) b()\nwhile (c()) { d() }\n"
                "do { e() } while (f())\nxs.forEach { g(it) }\nxs.filter { k -> h(k) }\nCity.find { i() }"
            ),
            _loops,
            [
                ("each", ("i", "x"), "all().withIndex()", ["a"]),
                ("count", ("n",), "0 until 3", ["b"]),
                ("while", (), "c()", ["c", "d"]),
                ("while", (), "f()", ["e", "f"]),
                ("map", ("it",), "xs", ["g"]),
                ("map", ("k",), "xs", ["h"]),
            ],
            id="loops and what repeats in them",
        ),
        pytest.param(
            _body(
                "try { a() }\n    catch (e: IOException) { log.error(\"x\"); throw B(e) }\n    catch (e: Exception) { }\n"
                "    finally { c() }\ntry { d() } catch (e: Exception) { /* fine */ }"
            ),
            lambda file: [_catches(file), _flags(file), _unread(file)],
            [
                [
                    (("IOException",), "e", ("log", "raise"), "log.error(\"x\"); throw B(e)"),
                    (("Exception",), "e", (), ""),
                    (("Exception",), "e", ("comment",), "/* fine */"),
                ],
                [
                    ("a", IN_TRY | BARE), ("error", IN_CATCH | BARE), ("B", IN_CATCH | NEW), ("c", BARE),
                    ("d", IN_TRY | BARE),
                ],
                [],
            ],
            id="catches, also on lines of their own",
        ),
        pytest.param(
            _body(
                "launch { x().await() }\nFile(\"a\").reader().use { it.read() }\nsave()"
            ),
            _flags,
            [
                ("launch", BARE | DEFERRED), ("await", 0), ("x", AWAITED), ("use", BARE), ("reader", IN_WITH),
                ("File", IN_WITH | NEW), ("read", 0), ("save", BARE),
            ],
            id="what is awaited, deferred, closed, dropped",
        ),
        pytest.param(
            "fun a() = B(1)\nfun c(): Int {\n run { return@run d() }\n return 2\n}\nval m = module { single { E(get()) } }",
            _returns,
            [
                ("call", "B", [("num", "1")]), ("call", "d"), ("num", "2"),
                ("call", "single", [("fn",)]), ("call", "E", [("call", "get")]),
            ],
            id="returned values, also of expression bodies and lambdas",
        ),
        pytest.param(
            "@Service\n@Transactional\nopen class A {\n\n    fun f() { g() }\n}\n@A\n@B\nannotation class C\n"
            "@A(\"x\")\n@B\nprivate fun h() {\n  i { }\n}",
            lambda file: [
                [(c.kind, c.name, c.line, c.bases, _marks(c.marks)) for c in file.classes],
                [(f.kind, f.name, f.line) for f in file.functions if f.name],
            ],
            [
                [
                    ("class", "A", 3, (), [("Service", []), ("Transactional", [])]),
                    ("class", "C", 9, (), [("A", []), ("B", [])]),
                ],
                [("method", "f", 5), ("function", "h", 12)],
            ],
            id="declarations with two annotations are no infix calls",
        ),
        pytest.param(
            "package a\n\n@Resource(\"/x\")\nclass A()\n\n/** b */\n@Y(Z::class) @X(\"y\")\nfun b() {}\n\n// c\nclass C()\n(\"z\")\nclass D()\n",
            lambda file: [(each.name, _marks(each.marks)) for each in (*file.classes, *file.functions)],
            [
                ("A", [("Resource", [("str", "/x")])]), ("C", []), ("D", []),
                ("b", [("Y", [("name", "Z.class")]), ("X", [("str", "y")])]),
            ],
            id="annotations of declarations that a comment follows",
        ),
        pytest.param(
            "class A {\n fun Route.b() {\n  route(\"/x\") {\n   get(\"/y\") { c() }\n   post(\"/z\") {\n    ### \n   }\n  }\n",
            lambda file: [
                [(call.name, [arg.text for arg in call.args if arg.kind == "str"]) for call in file.calls],
                len(file.unread),
            ],
            [[("route", ["/x"]), ("get", ["/y"]), ("c", []), ("post", ["/z"])], 1],
            id="calls in what does not parse",
        ),
    ],
)  # fmt: skip
def test_facts(source: str, facts: Callable[[File], object], expected: object) -> None:
    assert facts(_read(source)) == expected


def test_what_is_repaired_keeps_its_place() -> None:
    source = (
        b'context(a: B)\nfun f() { suspend { } }\nclass A : B by c {\n}\nval x = $$"$a"\n'
        b'val y = g<Int>(1)\n    get("/") { }\nfun <\n T,\n> h() { l@ while (true) break@l }\n'
    )
    repaired = repair(source)
    assert len(repaired) == len(source)
    assert repaired.count(b"\n") == source.count(b"\n")
    assert not read_source("a.kt", source).unread


def test_anything_is_read_without_an_error() -> None:
    chance = random.Random(7)
    for source in (
        b"",
        bytes(range(256)) * 20,
        bytes(chance.randrange(256) for _ in range(5000)),
        'fun \u00e9() { "\u00e9'.encode("latin-1"),
        b"val x = " + b"(" * 10_000 + b"1" + b")" * 10_000,
        b"val x = a" + b".b()" * 500,
        b"a { " * 3000,
        b"class A { " * 2000,
        b'val x = "a"' + b" + b" * 3000,
        b"@A(" * 500 + b'$$"' * 50,
    ):
        assert read_source("a.kt", source).language == "kotlin"
