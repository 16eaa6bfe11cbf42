"""What calls of PHP's libraries do: queries, requests, caches and what must not be taken for one."""

import pytest
from tests.review.cases import model_of


def effects_of(code: str, files: dict[str, str] | None = None) -> dict[int, set[str]]:
    """Return line of the code, counted from 1 without the opening tag, to what is done there, without parts and logs."""
    model = model_of({"src/Example.php": "<?php " + code.lstrip("\n"), **(files or {})})
    at = next(n for n, file in enumerate(model.files) if file.path == "src/Example.php")
    found: dict[int, set[str]] = {}
    for told in model.effects.of_call[at].values():
        for does in told:
            if does.does not in ("part", "log", "clean", "source"):
                found.setdefault(model.effects.call(does).line, set()).add(does.does)
    return found


ORDER = {
    "app/Models/Order.php": "<?php namespace App\\Models; use Illuminate\\Database\\Eloquent\\Model; class Order extends Model { public function lines() { return $this->hasMany(Line::class); } }",
}


EFFECTS = [
    pytest.param(
        """
namespace App; use App\\Models\\Order;
$a = Order::where('paid', true)->get();
$b = Order::with('lines')->paginate(20);
$c = Order::find(1);
$c->save();
$d = $c->lines()->where('open', 1)->count();
$e = $a->first();
$f = $c->lines->count();
Order::insert([['a' => 1]]);
$g = Order::query()->latest()->limit(5)->get();
""",
        ORDER,
        {2: {"query"}, 3: {"query", "eager", "bounded"}, 4: {"one"}, 5: {"query"}, 6: {"one"}, 9: {"query", "batch"}, 10: {"query", "bounded"}},
        id="Eloquent: models, relations and builders ask, collections do not",
    ),
    pytest.param(
        """
use Illuminate\\Support\\Facades\\DB;
$a = DB::table('orders')->where('id', 1)->first();
$b = DB::select('select * from orders');
DB::transaction(fn () => DB::table('x')->update(['a' => 1]));
$c = DB::table('orders')->whereRaw("total > $min")->get();
""",
        {},
        {2: {"one"}, 3: {"query", "sink-sql"}, 4: {"transaction", "query"}, 5: {"query", "sink-sql"}},
        id="Laravel's query builder",
    ),
    pytest.param(
        """
function f(PDO $pdo, \\mysqli $my) {
$pdo = new PDO('mysql:host=db');
$s = $pdo->prepare('SELECT id FROM orders WHERE id = ?');
$s->execute([1]);
$rows = $s->fetchAll();
$pdo->query("SELECT 1");
mysqli_query($my, "SELECT 2");
}
""",
        {},
        {2: {"connect"}, 3: {"sink-sql"}, 4: {"query"}, 6: {"query", "sink-sql"}, 7: {"query", "sink-sql"}},
        id="PDO asks when a statement is executed",
    ),
    pytest.param(
        """
use Doctrine\\ORM\\EntityManagerInterface; use Doctrine\\DBAL\\Connection;
class R { public function __construct(private EntityManagerInterface $em, private Connection $c) {} public function f() {
$o = $this->em->find(Order::class, 1);
$this->em->persist($o);
$this->em->flush();
$x = $this->em->createQuery('SELECT o FROM Order o')->getResult();
$y = $this->em->getRepository(Order::class)->findBy(['a' => 1]);
$z = $this->c->fetchAllAssociative('SELECT * FROM orders');
}}
""",
        {},
        {3: {"one"}, 5: {"query"}, 6: {"query", "sink-sql"}, 7: {"query"}, 8: {"query", "sink-sql"}},
        id="Doctrine writes at flush",
    ),
    pytest.param(
        """
use GuzzleHttp\\Client; use Illuminate\\Support\\Facades\\Http; use Symfony\\Contracts\\HttpClient\\HttpClientInterface;
function f(HttpClientInterface $web, array $list) {
$http = new Client(['timeout' => 3]);
$a = $http->get('https://a.example.com');
$b = Http::timeout(5)->post('https://b.example.com', []);
$c = $web->request('GET', 'https://c.example.com');
$d = file_get_contents('https://d.example.com/x');
$e = file_get_contents($list['path']);
$f = $list->get('x');
$g = $b->collect()->get('y');
}
""",
        {},
        {3: {"client"}, 4: {"outgoing"}, 5: {"outgoing"}, 6: {"outgoing"}, 7: {"outgoing", "file", "sink-path"}, 8: {"file", "sink-path"}},
        id="HTTP clients; a list's get is no request",
    ),
    pytest.param(
        """
use Illuminate\\Support\\Facades\\{Cache, Redis, Mail, Hash};
Cache::put('a', 1, 60);
Cache::remember('b', 60, fn () => 1);
Redis::set('c', 1);
Mail::to('a@example.com')->send(new X());
Hash::make('secret');
md5('x');
mt_rand(1, 6);
random_bytes(8);
exec('ls');
unserialize($x);
OrderPlaced::dispatch(1);
""",
        {},
        {
            2: {"cache-set"}, 3: {"cache-set", "cache-get"}, 4: {"cache-set"}, 5: {"mail"}, 6: {"password-hash"}, 7: {"hash"}, 8: {"random-weak"},
            9: {"random-strong"}, 10: {"process", "sink-command"}, 11: {"sink-deserialize"}, 12: {"publish"},
        },
        id="caches, mail, hashes, chance, commands and queues",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("code", "files", "expected"), EFFECTS)
def test_effects(code: str, files: dict[str, str], expected: dict[int, set[str]]) -> None:
    assert expected == effects_of(code, files)


TIMEOUTS = [
    pytest.param(
        "$c = new \\GuzzleHttp\\Client(['timeout' => 3]); $c->get('https://a.example.com');",
        "3",
        id="Guzzle's options at construction",
    ),
    pytest.param(
        "$c = new \\GuzzleHttp\\Client(); $c->get('https://a.example.com');",
        None,
        id="Guzzle without",
    ),
    pytest.param(
        "\\Illuminate\\Support\\Facades\\Http::timeout(7)->get('https://a.example.com');",
        "7",
        id="a call in the chain",
    ),
    pytest.param(
        "$h = curl_init('https://a.example.com'); curl_setopt($h, CURLOPT_TIMEOUT, 9); curl_exec($h);",
        "CURLOPT_TIMEOUT",
        id="curl's option nearby",
    ),
]


@pytest.mark.parametrize(("code", "expected"), TIMEOUTS)
def test_timeouts(code: str, expected: str | None) -> None:
    effects = model_of({"src/Example.php": f"<?php function f() {{ {code} }}"}).effects
    outgoing = next(
        does for told in effects.of_call[0].values() for does in told if does.does == "outgoing"
    )
    given = effects.given(outgoing, outgoing.effect.timeout)
    assert expected == (given.text if given is not None else None)


ACCESSES = [
    pytest.param("SELECT id, name FROM orders WHERE id = ?", "orders", None, id="rows of a table"),
    pytest.param("SELECT COUNT(*) FROM orders", "orders", False, id="a count is one"),
    pytest.param("SELECT id FROM orders LIMIT 50", "orders", False, id="a limit"),
    pytest.param("UPDATE orders SET paid = 1", "orders", False, id="a change gives none"),
]


@pytest.mark.parametrize(("sql", "table", "many"), ACCESSES)
def test_prepared_statements(sql: str, table: str, many: bool | None) -> None:
    code = f"<?php class R {{ function __construct(private PDO $pdo) {{}} function f() {{ $s = $this->pdo->prepare('{sql}'); $s->execute(); }} }}"
    (access,) = model_of({"src/Example.php": code}).data.accesses
    assert (table, many) == (access.table, access.many)


def test_doctrine_relations() -> None:
    code = """<?php
use Doctrine\\ORM\\Mapping as ORM;
#[ORM\\Entity] #[ORM\\Table(name: 'posts')]
class Post {
    #[ORM\\ManyToOne(targetEntity: User::class)] private ?User $author = null;
    #[ORM\\OneToMany(mappedBy: 'post', targetEntity: Comment::class, fetch: 'EAGER')] private Collection $comments;
}
/** @ORM\\Entity */
class Comment {}
class User {}
"""
    data = model_of({"src/Post.php": code}).data
    post = next(each for each in data.entities.values() if each.name == "Post")
    assert "posts" == post.table
    assert {"author": ("User", False, True), "comments": ("Comment", True, False)} == {
        name: (each.target_name, each.is_many, each.is_lazy)
        for name, each in post.relations.items()
    }
    assert {"Post", "Comment"} == {each.name for each in data.entities.values()}
