"""The facts that the reader of JavaScript and TypeScript takes out of small sources."""

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
    MACRO,
    NEW,
    Arg,
    File,
    Mark,
)
from backwright.review.read.languages import read_source


def _arg(arg: Arg | None) -> object:
    if arg is None:
        return None
    shown = arg.kind if arg.kind in ("list", "dict", "fn") else f"{arg.kind}:{arg.text}"
    shown = f"{arg.name}={shown}" if arg.name else shown
    return (shown, *(_arg(item) for item in arg.items)) if arg.items else shown


def _marks(marks: tuple[Mark, ...]) -> object:
    return [(mark.name, *(_arg(arg) for arg in mark.args)) for mark in marks]


def _functions(file: File) -> object:
    return [(f.kind, f.owner, f.name, [(p.name, p.type) for p in f.params]) for f in file.functions]


def _classes(file: File) -> object:
    return [(c.kind, c.name, c.bases, [(f.name, f.type) for f in c.fields]) for c in file.classes]


def _decorated(file: File) -> object:
    return [
        *((c.name, _marks(c.marks)) for c in file.classes),
        *((f.name, _marks(f.marks)) for c in file.classes for f in c.fields if f.marks),
        *((f.name, _marks(f.marks)) for f in file.functions if f.marks),
        *((p.name, _marks(p.marks)) for f in file.functions for p in f.params if p.marks),
    ]


def _imports(file: File) -> object:
    return [(made.module, made.name, made.alias, made.is_type_only) for made in file.imports]


def _assigns(file: File) -> object:
    return [(made.target, _arg(made.value)) for made in file.assigns]


def _calls(file: File) -> object:
    return [(call.on, call.name, call.flags, call.to) for call in file.calls]


def _args(file: File) -> object:
    return [(call.name, *(_arg(arg) for arg in call.args)) for call in file.calls]


def _loops(file: File) -> object:
    return [(made.kind, made.vars, made.over) for made in file.loops]


def _looped(file: File) -> object:
    return [(call.name, call.loop) for call in file.calls]


def _catches(file: File) -> object:
    return [(made.var, made.does, made.body) for made in file.catches]


def _returns(file: File) -> object:
    return [(_arg(made.value), made.fn) for made in file.returns]


def _reads(file: File) -> object:
    return [(made.base, made.attr) for made in file.reads]


@pytest.mark.parametrize(
    ("source", "shown", "expected"),
    [
        pytest.param(
            "import d, { a, type B as C } from './x'; import type { T } from 't'; import * as fs from 'node:fs';"
            "import './side'; import y = require('y'); export * from './z'; export { k as l } from './w';",
            _imports,
            [
                ("./x", "default", "d", False), ("./x", "a", "a", False), ("./x", "B", "C", True),
                ("t", "T", "T", True), ("node:fs", "", "fs", False), ("./side", "", "", False),
                ("y", "", "y", False), ("./z", "*", "*", False), ("./w", "k", "l", False),
            ],
            id="imports of modules in all forms",
        ),
        pytest.param(
            "const e = require('express'), { a, b: c } = require('./x'); const r = require('e').Router;"
            "require('dotenv').config(); const m = await import('./m');",
            _imports,
            [
                ("express", "", "e", False), ("./x", "a", "a", False), ("./x", "b", "c", False),
                ("e", "Router", "r", False), ("dotenv", "", "", False), ("./m", "", "m", False),
            ],
            id="require is an import, under the names it is taken apart into",
        ),
        pytest.param(
            "export default function list() {}\nexport { a as b };\nexport const n = 1;\n"
            "module.exports = { a, get: async (req) => {} };\nexports.one = function () {};",
            _assigns,
            [
                ("default", "name:list"), ("b", "name:a"), ("n", "num:1"),
                ("module.exports", ("dict", "a=name:a", "get=fn")), ("exports.one", "fn"),
            ],
            id="what is exported is assigned",
        ),
        pytest.param(
            "module.exports = { get: async (req) => {}, put(id) {} }; exports.one = function () {};"
            "const two = async (a, { b } = {}, ...c) => {}; A.prototype.three = function () {};",
            _functions,
            [
                ("lambda", "", "get", [("req", "")]), ("function", "", "put", [("id", "")]),
                ("lambda", "", "exports.one", []), ("lambda", "", "two", [("a", ""), ("{ b }", ""), ("c", "")]),
                ("method", "A", "three", []),
            ],
            id="functions are named by their key, their target or their prototype",
        ),
        pytest.param(
            "class A extends B<X> implements C { static n = 1; list = async (q: Query) => {};"
            " constructor(private readonly repo: Repo<User>, readonly k?: K | null, n?: number) { super(); } #x(): void {} }",
            lambda file: (_classes(file), _functions(file)),
            (
                [("class", "A", ("B<X>", "C"), [("n", ""), ("list", ""), ("repo", "Repo<User>"), ("k", "K")])],
                [
                    ("method", "A", "list", [("q", "Query")]),
                    ("constructor", "A", "constructor", [("repo", "Repo<User>"), ("k", "K"), ("n", "number")]),
                    ("method", "A", "#x", []),
                ],
            ),
            id="a class has fields, parameters that are fields, and fields that are methods",
        ),
        pytest.param(
            "interface I extends J<K> { a: string; m(x: number): void }\ntype T = { b: B } & Z;\n"
            "enum E { A, B = 'x' }\nabstract class Q {}\nconst C = class extends D {};\nexport default class {}",
            _classes,
            [
                ("interface", "I", ("J<K>",), [("a", "string")]), ("type", "T", ("Z",), [("b", "B")]),
                ("enum", "E", (), [("A", ""), ("B", "")]), ("class", "Q", (), []), ("class", "C", ("D",), []),
                ("class", "default", (), []),
            ],
            id="all kinds of classes",
        ),
        pytest.param(
            "@Controller('users') export class A { @OneToMany(() => Photo, p => p.user) photos: Photo[];"
            " @Get(':id') /* one */ @Use() find(@Param('id') id: string, @Inject(T) private t: T) {} }",
            _decorated,
            [
                ("A", [("Controller", "str:users")]), ("photos", [("OneToMany", "fn", "fn")]),
                ("t", [("Inject", "name:T")]), ("find", [("Get", "str::id"), ("Use",)]),
                ("id", [("Param", "str:id")]), ("t", [("Inject", "name:T")]),
            ],
            id="decorators stand on classes, fields, methods and parameters",
        ),
        pytest.param(
            "const { id, b: { c }, d = 1, ...rest } = req.body; const { rows } = await q();"
            "const [users, n] = await Promise.all([repo.find(), repo.count()]);",
            _assigns,
            [
                ("id", "name:req.body.id"), ("c", "name:req.body.b.c"), ("d", "name:req.body.d"),
                ("rest", "name:req.body"), ("rows", "call:q"), ("users", "call:repo.find"), ("n", "call:repo.count"),
            ],
            id="what is taken apart has a path, and what is waited for together its own call",
        ),
        pytest.param(
            "await a.b(); c(); const d = this.e?.f!.g(); void h(); new I(); J.k(); for await (const l of m()) {}",
            _calls,
            [
                ("a", "b", AWAITED | BARE, ""), ("", "c", BARE, ""), ("this.e.f", "g", 0, "d"), ("", "h", DEFERRED, ""),
                ("", "I", NEW | BARE, ""), ("J", "k", BARE, ""), ("", "m", AWAITED, ""),
            ],
            id="calls that are awaited, dropped, started, built",
        ),
        pytest.param(
            "const u = await this.http.get<User[]>(url); const r = await db.$queryRaw<Map<string, { a: () => void }>>`x ${y}`;"
            "if (i<n && j>(k)) l();",
            _calls,
            [("this.http", "get", AWAITED, "u"), ("db", "$queryRaw", AWAITED | MACRO, "r"), ("", "l", BARE, "")],
            id="arguments of types do not hide an await, and a comparison is none",
        ),
        pytest.param(
            "q(`a ${b} c`, 'd' + e, \"f\" + \"g\"); new U({ ...req.body, n, 'x-y': -1, /* no */ async m() {} }, ...z);",
            _args,
            [
                ("q", ("fmt:a {} c", "name:b"), ("concat:d{}", "name:e"), "str:fg"),
                ("U", ("dict", "...=name:req.body", "n=name:n", "x-y=num:-1", "m=fn"), "...=name:z"),
            ],
            id="strings with values, objects with what is spread into them",
        ),
        pytest.param(
            "sql += ' and x = ' + x; n += 1; (app as any).y = <any>z; a = b = c;",
            _assigns,
            [
                ("sql", ("concat:{} and x = {}", "name:sql", "name:x")), ("app.y", "name:z"),
                ("a", "name:c"), ("b", "name:c"),
            ],
            id="a string that grows, and casts that vanish",
        ),
        pytest.param(
            "for (const { id } of orders) a(id);\nfor (let i = 0; i < xs.length; i++) { b(); }\nwhile (c()) d();\n"
            "ids.map(async (id) => { await e(id); });\n_.each(ys, y => f(y));\nfor (const k of g()) {}\nUser.find((err, us) => h());",
            lambda file: (_loops(file), _looped(file)),
            (
                [
                    ("each", ("id",), "orders"), ("count", ("i",), "xs.length"), ("while", (), "c()"),
                    ("map", ("id",), "ids"), ("map", ("y",), "ys"), ("each", ("k",), "g()"),
                ],
                [
                    ("a", 0), ("b", 1), ("c", 2), ("d", 2), ("map", -1), ("e", 3), ("each", -1), ("f", 4), ("g", -1),
                    ("find", -1), ("h", -1),
                ],
            ),
            id="loops, and functions that are called once per element",
        ),
        pytest.param(
            "try { a(); } catch (e) { log.error(e); throw e; }\ntry { b(); } catch {}\ntry { c(); } finally { d(); }\n"
            "e().catch((err) => next(err));\nf().catch(() => {});",
            lambda file: (_catches(file), [(call.name, call.flags & (IN_TRY | IN_CATCH)) for call in file.calls]),
            (
                [
                    ("e", ("log", "raise"), "log.error(e); throw e;"), ("", (), ""), ("err", ("call",), "next(err)"),
                    ("", (), ""),
                ],
                [
                    ("a", IN_TRY), ("error", IN_CATCH), ("b", IN_TRY), ("c", 0), ("d", 0), ("catch", 0), ("e", IN_TRY),
                    ("next", IN_CATCH), ("catch", 0), ("f", IN_TRY),
                ],
            ),
            id="a promise's catch is a catch, and finally alone is none",
        ),
        pytest.param(
            "const a = (f) => (req) => f(req); function b() { return /* c */ { d }; } function* e() { yield g; }",
            _returns,
            [("fn", 0), (("call:f", "name:req"), 1), (("dict", "d=name:d"), 2), ("name:g", 3)],
            id="an arrow's expression is returned, by the right function",
        ),
        pytest.param(
            "if (a.id !== user.id && b == 'y' && c === null) {}",
            lambda file: [(_arg(made.left), _arg(made.right)) for made in file.compares],
            [("name:a.id", "name:user.id"), ("name:b", "str:y")],
            id="tests for equality",
        ),
        pytest.param(
            "x(process.env.PORT, req.body.a); this.b = c.d; e.f.g();",
            _reads,
            [("process.env", "PORT"), ("process", "env"), ("req.body", "a"), ("req", "body"), ("c", "d"), ("e", "f")],
            id="what is called or assigned to is not read",
        ),
    ],
)  # fmt: skip
def test_facts(source: str, shown: Callable[[File], object], expected: object) -> None:
    assert shown(read_source("src/orders.ts", source.encode())) == expected


def test_plain_javascript_has_decorators_private_fields_and_using() -> None:
    source = b"@D() class A extends B { @f x = 1; #y = 2; @m go() {} }\nawait using z = open();"
    file = read_source("src/a.js", source)
    assert _classes(file) == [("class", "A", ("B",), [("x", ""), ("#y", "")])]
    assert _decorated(file) == [("A", [("D",)]), ("x", [("f",)]), ("go", [("m",)])]
    assert [call.flags for call in file.calls] == [IN_WITH]


@pytest.mark.parametrize("path", ["web/a.jsx", "web/a.tsx", "web/a.js"])
def test_jsx_parses(path: str) -> None:
    file = read_source(
        path,
        b"export const A = () => <b onClick={() => save(1)}>{list.map((x) => <i>{x}</i>)}</b>;",
    )
    assert file.unread == ()
    assert [call.name for call in file.calls] == ["save", "map"]


def test_a_function_knows_its_call_and_its_place_in_an_argument() -> None:
    file = read_source(
        "a.js", b"router.get('/x', auth, { pre: () => 1 }, wrap(async (req, res) => {}));"
    )
    pre, handler = file.functions
    assert (pre.name, pre.call, pre.place) == ("pre", 0, 2)
    assert (file.calls[handler.call].name, handler.place, handler.is_async) == ("wrap", 0, True)
    assert file.calls[0].args[2].items[0].ref == 0


def test_code_that_the_grammar_loses_itself_in_is_given_up() -> None:
    file = read_source("a.ts", b"ts?{: L =>e?{t/a[]) nts =? h.f')")  # parses for minutes otherwise
    assert [(made.line, made.why) for made in file.unread] == [(0, "takes too long to parse")]


_DEEP = 10_000


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b"", id="an empty file"),
        pytest.param(random.Random(1).randbytes(20_000), id="random bytes"),
        pytest.param(b"const \xff\xfe = `\xc3${ (", id="no UTF-8"),
        pytest.param(
            b"import { from; export default @A class { async *[x]( => require( try { catch",
            id="broken code",
        ),
        pytest.param(b"x = " + b"(" * _DEEP + b"1" + b")" * _DEEP, id="parentheses"),
        pytest.param(b"x = " + b"{ a: [" * _DEEP + b"] }" * _DEEP, id="objects and lists"),
        pytest.param(b"const " + b"{ a: " * _DEEP + b"b" + b"}" * _DEEP + b" = c", id="patterns"),
        pytest.param(b"f(" * _DEEP + b")" * _DEEP, id="calls in calls"),
        pytest.param(b"a = " * _DEEP + b"1", id="assignments of assignments"),
        pytest.param(b"`${" * _DEEP, id="templates that do not end"),
        pytest.param(b"a: " + b"A<" * _DEEP, id="types that do not end"),
    ],
)
@pytest.mark.parametrize("path", ["a.js", "a.ts", "a.tsx"])
def test_nothing_raises(source: bytes, path: str) -> None:
    assert read_source(path, source).language == "javascript"
