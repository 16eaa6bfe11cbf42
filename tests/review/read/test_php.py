"""PHP sources and the facts they must give."""

from collections.abc import Callable

import pytest

from backwright.review.facts import (
    AWAITED,
    BARE,
    IN_CATCH,
    IN_TRY,
    NEW,
    Arg,
    Call,
    File,
    Param,
    encode,
)
from backwright.review.read.languages import read_source


def read(source: str) -> File:
    start = "" if source.startswith("<") else "<?php\n"
    return read_source("src/a.php", (start + source).encode())


def call(file: File, name: str) -> Call:
    return next(made for made in file.calls if made.name == name)


def imports(file: File) -> list[tuple[str, str, str]]:
    return [(made.module, made.name, made.alias) for made in file.imports]


def assigned(file: File) -> list[tuple[str, str, str]]:
    return [(made.target, made.value.kind, made.value.text) for made in file.assigns]


def catches(file: File) -> list[tuple[tuple[str, ...], str, tuple[str, ...]]]:
    return [(made.types, made.var, made.does) for made in file.catches]


CONTROLLER = """
namespace App\\Controller;
#[Route('/blog', name: 'blog_'), ORM\\Entity]
final class BlogController extends AbstractController implements A, \\B {
    use Loads, Saves { load as protected; }
    const LIMIT = 10;
    private static ?array $cache = null;
    #[Assert\\NotBlank] public string $title = 'x';
    public function __construct(private readonly PostRepository $posts, ?\\Foo\\Bar $bar = null) {}
    #[Route('/{id}', methods: ['GET'])]
    protected function show(#[CurrentUser] User|null $user, int ...$ids): ?Response { return $this->render($user); }
    public static function make(): static { return new static(); }
}
enum Suit: string implements HasColor { case Hearts = 'H'; case Spades = 'S'; }
"""


def test_classes_have_bases_traits_marks_and_all_kinds_of_fields() -> None:
    file = read(CONTROLLER)
    made, suit = file.classes
    assert file.package == "App\\Controller"
    assert made.bases == ("AbstractController", "A", "B", "Loads", "Saves")
    assert [(m.on, m.name, len(m.args)) for m in made.marks] == [
        ("", "Route", 2),
        ("ORM", "Entity", 0),
    ]
    assert made.marks[0].args[1] == Arg("str", "blog_", "name")
    assert [(f.name, f.type, f.value.text if f.value else None) for f in made.fields] == [
        ("LIMIT", "", "10"),
        ("cache", "array", "null"),
        ("title", "string", "x"),
        ("posts", "PostRepository", None),
    ]
    assert made.fields[2].marks[0].name == "NotBlank"
    assert (suit.kind, suit.bases, [f.name for f in suit.fields]) == (
        "enum",
        ("HasColor",),
        ["Hearts", "Spades"],
    )


def test_methods_have_their_line_kind_params_and_types() -> None:
    file = read(CONTROLLER)
    new, show, make = file.functions
    assert (new.kind, new.owner, new.params[1]) == (
        "constructor",
        "BlogController",
        Param("bar", "Foo\\Bar", (), Arg("none", "null")),
    )
    assert (show.line, show.is_public, show.returns) == (12, False, "Response")
    assert [(p.name, p.type, len(p.marks)) for p in show.params] == [
        ("user", "User", 1),
        ("ids", "int", 0),
    ]
    assert [each.text for each in show.marks[0].args[1].items] == ["GET"]
    assert (make.receiver, make.returns, show.receiver) == ("", "static", "this")


ROWS: list[tuple[str, str, Callable[[File], object], object]] = [
    (
        "use statements, groups, aliases and functions are imports",
        "use App\\Models\\{User, Post as P}; use \\Foo\\Bar as B, PDO; use function App\\helper;",
        imports,
        [
            ("App\\Models", "User", "User"),
            ("App\\Models", "Post", "P"),
            ("Foo", "Bar", "B"),
            ("PDO", "", "PDO"),
            ("App", "helper", "helper"),
        ],
    ),
    (
        "a chain of calls has no dollar, also with ?-> and over lines",
        "$this->repo\n  ->find($id)\n  ?->where('a', $b['k'], op: '=');",
        lambda f: [
            (c.name, c.on, c.line, c.flags, c.prev, tuple((a.name, a.text) for a in c.args))
            for c in f.calls
        ],
        [
            ("where", "this.repo.find()", 4, BARE, 1, (("", "a"), ("", "b['k']"), ("op", "="))),
            ("find", "this.repo", 3, 0, -1, (("", "id"),)),
        ],
    ),
    (
        "static calls, functions with a namespace and variable functions are calls",
        "A::b(); \\App\\C::d(); parent::e(); \\strlen(1); Foo\\bar(); $f(1); $x->$m(); ($this->cb)(2);",
        lambda f: [(c.on, c.name) for c in f.calls],
        [
            ("A", "b"),
            ("App\\C", "d"),
            ("parent", "e"),
            ("", "strlen"),
            ("Foo", "bar"),
            ("", "f"),
            ("x", "$m"),
            ("this.cb", ""),
        ],
    ),
    (
        "new is a call, also of a class without a name, whose methods are its own",
        "$p = new \\PDO($dsn); return new class($x) extends Migration { function up() { Schema::create('t'); } };",
        lambda f: (
            [(c.name, c.flags, c.to, c.fn) for c in f.calls],
            [(c.name, c.bases) for c in f.classes],
            [(m.name, m.owner) for m in f.functions],
        ),
        (
            [
                ("PDO", NEW, "p", -1),
                ("class@anonymous", NEW, "return", -1),
                ("create", BARE, "", 0),
            ],
            [("class@anonymous", ("Migration",))],
            [("up", "class@anonymous")],
        ),
    ),
    (
        "constructs of the language are calls",
        "require_once 'a.php'; echo $a, 'b'; eval($c); print $d; $o = `ls $e`; @unlink($f); $x or die('g'); exit(1);",
        lambda f: [(c.name, tuple((a.kind, a.text) for a in c.args)) for c in f.calls],
        [
            ("require_once", (("str", "a.php"),)),
            ("echo", (("name", "a"), ("str", "b"))),
            ("eval", (("name", "c"),)),
            ("print", (("name", "d"),)),
            ("shell_exec", (("fmt", "ls {}"),)),
            ("unlink", (("name", "f"),)),
            ("die", (("str", "g"),)),
            ("exit", (("num", "1"),)),
        ],
    ),
    (
        "a short echo tag in HTML is an echo and its value is used",
        "<p><?= $user['name'] ?></p><?php foreach ($xs as $x): ?><?= e($x) ?><?php endforeach ?>",
        lambda f: [(c.name, c.loop, c.flags, tuple(a.text for a in c.args)) for c in f.calls],
        [("echo", -1, 0, ("user['name']",)), ("echo", 0, 0, ("e",)), ("e", 0, 0, ("x",))],
    ),
    (
        "assignments keep this, keys, static properties and what is appended",
        (
            "$this->repo = $r; $a['k'] = 1; self::$n = 2; $q .= \" AND x = $y\"; $z ??= f(); $i += 1; const K = 3;"
            " function g() { static $s = []; }"
        ),
        assigned,
        [
            ("this.repo", "name", "r"),
            ("a['k']", "num", "1"),
            ("self.n", "num", "2"),
            ("q", "fmt", " AND x = {}"),
            ("z", "call", "f"),
            ("K", "num", "3"),
            ("s", "list", ""),
        ],
    ),
    (
        "strings are put together, with what is put into them",
        "$a = 'WHERE id = ' . $_GET['id'] . \" AND {$u->name} = $b[0]\"; $c = 'x' . 'y'; $d = 'it\\'s'; $e = \"\";",
        lambda f: [
            (a.value.kind, a.value.text, tuple(i.text for i in a.value.items)) for a in f.assigns
        ],
        [
            ("concat", "WHERE id = {} AND {} = {}", ("_GET['id']", "u.name", "b[0]")),
            ("str", "xy", ()),
            ("str", "it\\'s", ()),
            ("str", "", ()),
        ],
    ),
    (
        "heredocs keep their lines, nowdocs have no variables",
        "$a = <<<SQL\nselect *\nfrom t where id = {$id}\nSQL;\n$b = <<<'X'\nraw $c\nend\nX;\n",
        assigned,
        [("a", "fmt", "select *\nfrom t where id = {}"), ("b", "str", "raw $c\nend")],
    ),
    (
        "an array with keys is a dict, one without is a list, and a class's name is a name",
        "$a = ['k' => [1, 2], User::class => true, 'x', 'f' => fn() => 1]; $b = array(User::class, 'show', -1);",
        lambda f: [
            (a.value.kind, [(i.name, i.kind, i.text[:10]) for i in a.value.items])
            for a in f.assigns
        ],
        [
            (
                "dict",
                [
                    ("k", "list", ""),
                    ("User.class", "bool", "true"),
                    ("", "str", "x"),
                    ("f", "fn", "fn() => 1"),
                ],
            ),
            ("list", [("", "name", "User.class"), ("", "str", "show"), ("", "num", "-1")]),
        ],
    ),
    (
        "loops repeat their bodies and while its condition too",
        (
            "foreach ($this->all() as $k => [$a, $b]) a1(); for ($i = 0; $i < 3; $i++) { a2(); }\n"
            "while ($row = fetch()) { a3(); } do { a4(); } while (more());"
        ),
        lambda f: (
            [(made.kind, made.vars, made.over) for made in f.loops],
            [(c.name, c.loop) for c in f.calls],
        ),
        (
            [
                ("each", ("a", "b", "k"), "this.all()"),
                ("count", ("i",), "$i < 3"),
                ("while", ("row",), "$row = fetch()"),
                ("while", (), "more()"),
            ],
            [("all", -1), ("a1", 0), ("a2", 1), ("fetch", 2), ("a3", 2), ("a4", 3), ("more", 3)],
        ),
    ),
    (
        "a closure that is called per element is a loop, one that handles a route is none",
        (
            "$xs->each(fn ($u) => $u->posts->count()); array_map(function ($n) { find($n); }, $names);\n"
            "$app->map(['GET'], '/x', function ($request) { run(); });"
        ),
        lambda f: (
            [(made.kind, made.vars, made.over) for made in f.loops],
            [call(f, name).loop for name in ("count", "find", "run")],
        ),
        ([("map", ("u",), "xs"), ("map", ("n",), "names")], [0, 1, -1]),
    ),
    (
        "closures know the call and the place they are given to, also inside an array",
        "User::with(['posts' => fn ($q) => $q->latest()])->get(); Route::group(['prefix' => 'a'], function () { b(); });",
        lambda f: [(m.kind, f.calls[m.call].name, m.place) for m in f.functions],
        [("lambda", "with", 0), ("lambda", "group", 1)],
    ),
    (
        "a named callable is a value and not a call",
        "$f = $this->list(...); $g = strlen(...); Route::get('/', A::show(...));",
        lambda f: (assigned(f), [c.name for c in f.calls], f.calls[0].args[1].text),
        ([("f", "name", "this.list"), ("g", "name", "strlen")], ["get"], "A.show"),
    ),
    (
        "handlers say what they catch and do",
        (
            "try { f(); } catch (A|\\B $e) { $this->logger->error('x'); throw new C(previous: $e); }\n"
            "catch (\\Throwable) {} finally { g(); }\n"
            "try {} catch (E $e) { /* no */ } try {} catch (E $e) { if ($x) { throw $e; } return null; }\n"
            "try {} catch (E $e) { $this->getLogger()->warning('x'); $ok = false; retry(); }"
        ),
        catches,
        [
            (("A", "B"), "e", ("log", "raise")),
            (("Throwable",), "", ()),
            (("E",), "e", ("comment",)),
            (("E",), "e", ("raise", "other", "return")),
            (("E",), "e", ("log", "assign", "call")),
        ],
    ),
    (
        "calls know whether they stand in a try or a catch",
        "try { f(); } catch (E $e) { g(); } finally { h(); }",
        lambda f: [(c.name, c.flags & (IN_TRY | IN_CATCH | AWAITED)) for c in f.calls],
        [("f", IN_TRY), ("g", IN_CATCH), ("h", 0)],
    ),
    (
        "what is returned is known, also of arrow functions and generators",
        "function a() { return $this->x?->y; } $b = fn() => new C(); function d() { yield 'k' => f(); }",
        lambda f: [(r.fn, r.value.kind, r.value.text) for r in f.returns],
        [(0, "name", "this.x.y"), (1, "call", "C"), (2, "call", "f")],
    ),
    (
        "property reads are told from calls",
        "$order->customer->name; $order?->total; $order->save(); self::$pool; Order::OPEN; Order::class;",
        lambda f: [(r.base, r.attr) for r in f.reads],
        [
            ("order.customer", "name"),
            ("order", "customer"),
            ("order", "total"),
            ("self", "pool"),
            ("Order", "OPEN"),
        ],
    ),
    (
        "property hooks with a body are methods",
        "class A { public string $name { get => $this->first; set(string $v) { $this->first = $v; } } }",
        lambda f: [(m.name, m.kind, m.owner, len(m.params)) for m in f.functions],
        [("name", "method", "A", 0), ("name", "method", "A", 1)],
    ),
    (
        "broken code is named and the rest is read",
        "function a() { b(); }\n$x = = ;\nfunction c() { d(); }",
        lambda f: (
            [m.name for m in f.functions],
            [c.name for c in f.calls],
            [u.line for u in f.unread],
        ),
        (["a", "c"], ["b", "d"], [3]),
    ),
]


@pytest.mark.parametrize(
    ("source", "facts", "expected"), [pytest.param(*row[1:], id=row[0]) for row in ROWS]
)
def test_source_gives_facts(source: str, facts: Callable[[File], object], expected: object) -> None:
    assert facts(read(source)) == expected


DEEP = 10_000


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b"", id="an empty file"),
        pytest.param(b"<?php", id="only a tag"),
        pytest.param(bytes(range(256)) * 20, id="every byte"),
        pytest.param(b"<?php " + bytes(range(255, 0, -1)) * 20, id="every byte as code"),
        pytest.param(b"<?php $x = '\xff\xfe' . \"\xc3{$a\xff}\";", id="invalid UTF-8"),
        pytest.param(
            b"<?php $x = " + b"(" * DEEP + b"1" + b")" * DEEP + b";", id="deep parentheses"
        ),
        pytest.param(b"<?php " + b"f(" * 2000 + b")" * 2000 + b";", id="deep calls"),
        pytest.param(b"<?php $x = " + b"[" * DEEP + b"]" * DEEP + b";", id="deep arrays"),
        pytest.param(b"<?php $x" + b"->y()" * 2000 + b";", id="a long chain"),
        pytest.param(b"<?php $x = " + b"$a . 'b' . " * DEEP + b"1;", id="a long concatenation"),
        pytest.param(b"<?php " + b"f(function () { return " * 2000, id="closures that do not end"),
    ],
)
def test_any_input_is_read(source: bytes) -> None:
    assert encode(read_source("a.php", source))
