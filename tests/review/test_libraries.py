"""What calls of libraries beside the best known do: rows of mappers, waits of clients, keys of services that are no addresses."""

import pytest
from tests.review.cases import knowledge, model_of, sure

from backwright.review.reviewing import review_model

TORTOISE = """from tortoise.models import Model


class User(Model):
    pass


async def f(name):
    return await {}
"""
PEEWEE = """import peewee


class Base(peewee.Model):
    pass


class Post(Base):
    pass


def f(key):
    return {}
"""
BEANIE = """from beanie import Document


class Visit(Document):
    pass


async def f(key):
    return await {}
"""
DATABASES = """from databases import Database

store = Database("postgresql://db/shop")


async def f():
    return await store.{}
"""
FIRESTORE = """import admin from "firebase-admin";
const store = admin.firestore();
export async function f(id) {{
  return await store.{};
}}
"""
NEO4J = """import neo4j from "neo4j-driver";
const driver = neo4j.driver("bolt://db");
export async function f() {{
  const session = driver.session();
  return await session.run({});
}}
"""
KYSELY = """import {{ Kysely }} from "kysely";
import {{ db }} from "./db";
export async function f() {{
  return await db.{};
}}
"""
WATERLINE = """const sails = require("sails");
const f = async (id) => await {};
"""
SQUIRREL = """package app

import sq "github.com/Masterminds/squirrel"

type Store struct{{ builder sq.StatementBuilderType }}

func (s *Store) F() {{
	{}
}}
"""
DBX = """package app

import "github.com/pocketbase/dbx"

type Store struct{{ db *dbx.DB }}

func (s *Store) F() {{
	var rows []Row
	s.db.{}
}}
"""
GORP = """package app

import "github.com/go-gorp/gorp/v3"

type Store struct{{ sql *gorp.DbMap }}

func (s *Store) F() {{
	var rows []Row
	s.sql.{}
}}
"""
CLICKHOUSE = """package app

import "github.com/ClickHouse/clickhouse-go/v2/lib/driver"

type Store struct{{ ch driver.Conn }}

func (s *Store) F(ctx context.Context) {{
	var rows []Row
	s.ch.{}
}}
"""
EBEAN = """package a;
import io.ebean.DB;
class A {{ Object f() {{ return DB.find(Order.class).where().eq("a", 1).{}; }} }}
"""
EXPOSED = """package a
import com.example.tables.Orders
import org.jetbrains.exposed.sql.{}
fun f(id: Int) = Orders.{}
"""
SUGAR = """public class Store
{{
    private readonly ISqlSugarClient _sugar;
    public object F() {{ return _sugar.{}; }}
}}
"""
NPOCO = """public class Store
{{
    private readonly NPoco.IDatabase _database;
    public object F() {{ return _database.{}; }}
}}
"""
SPATIE = """<?php
use Spatie\\QueryBuilder\\QueryBuilder;
function f() {{ return QueryBuilder::for(User::class)->allowedFilters('name')->{}; }}
"""
LARAVEL = """<?php
use Illuminate\\Support\\Facades\\DB;
class Store {{ private $db; public function f() {{ return {}; }} }}
"""
DIESEL = """use diesel::{{delete, insert_into}};
use crate::schema::tag;
pub fn f(conn: &mut PgConnection) {{ {}; }}
"""
MONGO = """use mongodb::bson::doc;
static COL: &str = "users";
impl Store {{
    async fn f(&self) {{ {}.await; }}
}}
"""
SCYLLA = """use scylla::Session;
pub struct Store {{ session: Session }}
impl Store {{
    pub async fn f(&self) {{ self.session.{}.await; }}
}}
"""
MOD = "module example.com/shop\n"


def _access(name: str, text: str) -> tuple[str, str, bool | None]:
    model = model_of({name: text, "go.mod": MOD} if name.endswith(".go") else {name: text})
    (access,) = model.data.accesses
    return access.op, access.table, access.many


@pytest.mark.parametrize(("name", "text", "expected"), [
    pytest.param("a.py", TORTOISE.format("User.filter(name=name)"), ("read", "User", True), id="Tortoise's lists"),
    pytest.param("a.py", TORTOISE.format("User.filter(name=name).first()"), ("read", "User", False), id="Tortoise's first"),
    pytest.param("a.py", TORTOISE.format("User.filter(name=name).delete()"), ("write", "User", False), id="Tortoise's delete"),
    pytest.param("a.py", PEEWEE.format("Post.select().where(Post.id > key)"), ("read", "Post", True), id="Peewee's lists"),
    pytest.param("a.py", PEEWEE.format("Post.get_or_none(Post.id == key)"), ("read", "Post", False), id="Peewee's one"),
    pytest.param("a.py", PEEWEE.format("Post.update(a=1).where(Post.id == key).execute()"), ("write", "Post", False), id="Peewee's update"),
    pytest.param("a.py", BEANIE.format("Visit.find_all().to_list()"), ("read", "Visit", True), id="Beanie's lists"),
    pytest.param("a.py", BEANIE.format("Visit.get(key)"), ("read", "Visit", False), id="Beanie's one"),
    pytest.param("a.py", DATABASES.format('fetch_all("SELECT * FROM orders")'), ("raw", "orders", True), id="all rows of databases"),
    pytest.param("a.py", DATABASES.format('fetch_one("SELECT * FROM orders WHERE id = 1")'), ("raw", "orders", False), id="one row of databases"),
    pytest.param("a.js", FIRESTORE.format('collection("users").where("a", "==", id).get()'), ("read", "users", True), id="a collection"),
    pytest.param("a.js", FIRESTORE.format('collection("users").doc(id).get()'), ("read", "users", False), id="a document"),
    pytest.param("a.js", FIRESTORE.format('collection("users").doc(id).set({})'), ("write", "users", False), id="a document is set"),
    pytest.param("a.js", NEO4J.format('"MATCH (n) RETURN n"'), ("raw", "", True), id="Cypher"),
    pytest.param("a.js", KYSELY.format('updateTable("users").set({}).execute()'), ("write", "users", False), id="Kysely's update"),
    pytest.param("a.js", WATERLINE.format('Card.find({ id }).sort("id")'), ("read", "Card", True), id="Waterline's lists"),
    pytest.param("a.js", WATERLINE.format("Card.destroyOne(id)"), ("write", "Card", False), id="Waterline's destroy"),
    pytest.param("a.go", SQUIRREL.format('s.builder.Select("id").From("boards AS b").Where("x").Query()'), ("read", "boards", True), id="squirrel's rows"),
    pytest.param("a.go", SQUIRREL.format('s.builder.Select("id").From("boards").QueryRow()'), ("read", "boards", False), id="squirrel's row"),
    pytest.param("a.go", SQUIRREL.format('s.builder.Insert("boards").Columns("a").Values(1).Exec()'), ("write", "boards", False), id="squirrel's insert"),
    pytest.param(
        "a.go",
        SQUIRREL.format('query := s.builder.Select("id").From("boards")\n\tquery = query.Where("x")\n\trows, err := query.Query()'),
        ("read", "boards", True),
        id="a builder that is put into a variable and built on",
    ),
    pytest.param("a.go", SQUIRREL.format('s.builder.Select("id").From(s.prefix + "boards as b").QueryRow()'), ("read", "boards", False), id="a table with a prefix"),
    pytest.param("a.go", GORP.format('Select(&rows, "SELECT * FROM tasks")'), ("raw", "tasks", True), id="gorp's rows"),
    pytest.param("a.go", GORP.format("Insert(&task)"), ("write", "", False), id="gorp's insert"),
    pytest.param("a.go", DBX.format('Select("*").From("users").All(&rows)'), ("read", "users", True), id="dbx's rows"),
    pytest.param("a.go", DBX.format('Insert("users", nil).Execute()'), ("write", "users", False), id="dbx's insert"),
    pytest.param("a.go", DBX.format('NewQuery("SELECT * FROM users").All(&rows)'), ("raw", "users", True), id="dbx's text"),
    pytest.param("a.go", CLICKHOUSE.format('Select(ctx, &rows, "SELECT * FROM visits")'), ("raw", "visits", True), id="ClickHouse's rows"),
    pytest.param("a.java", EBEAN.format("findList()"), ("read", "DB", True), id="Ebean's lists"),
    pytest.param("a.java", EBEAN.format("findOne()"), ("read", "DB", False), id="Ebean's one"),
    pytest.param("a.kt", EXPOSED.format("selectAll", "selectAll().where { Orders.id eq id }.toList()"), ("read", "Orders", True), id="a table of another repository"),
    pytest.param("a.kt", EXPOSED.format("selectAll", "join(Lines, JoinType.INNER).selectAll().single()"), ("read", "Orders", False), id="the same, joined"),
    pytest.param("a.kt", EXPOSED.format("deleteWhere", "deleteWhere { Orders.id eq id }"), ("write", "Orders", False), id="rows of it are deleted"),
    pytest.param("a.cs", SUGAR.format("Queryable<Order>().Where(x => x.Id > 1).ToList()"), ("read", "Order", True), id="SqlSugar's lists"),
    pytest.param("a.cs", SUGAR.format("Insertable<Order>(order).ExecuteCommand()"), ("write", "Order", False), id="SqlSugar's insert"),
    pytest.param("a.cs", NPOCO.format('Fetch<Order>("SELECT * FROM orders")'), ("raw", "Order", True), id="NPoco's rows"),
    pytest.param("a.php", SPATIE.format("get()"), ("read", "QueryBuilder", True), id="a query that the client may filter"),
    pytest.param("a.php", LARAVEL.format("DB::table('orders')->where('a', 1)->get()"), ("read", "orders", True), id="Laravel's query builder"),
    pytest.param("a.php", LARAVEL.format("DB::connection('x')->table('orders as o')->first()"), ("read", "orders", False), id="the same, of another connection"),
    pytest.param("a.php", LARAVEL.format("$this->db->table('orders')->insert([])"), ("write", "orders", False), id="the same, of a connection that is a field"),
    pytest.param("a.php", LARAVEL.format("DB::table(Order::TABLE)->get()"), ("read", "Order", True), id="a table that a constant names"),
    pytest.param("a.rs", DIESEL.format("insert_into(tag::table).values(&form).execute(conn)"), ("write", "tag", False), id="Diesel's insert"),
    pytest.param("a.rs", DIESEL.format("delete(tag::table.filter(tag::id.eq(1))).execute(conn)"), ("write", "tag", False), id="Diesel's delete"),
    pytest.param("a.rs", MONGO.format('self.col::<User>(COL).find(doc! {})'), ("read", "users", True), id="a collection that a constant names"),
    pytest.param("a.rs", MONGO.format('self.db.collection::<User>("users").find_one(doc! {})'), ("read", "users", False), id="a document of a collection"),
    pytest.param("a.go", "package a\n\nfunc f(ctx context.Context, exec Executor) {\n\texec.Query(ctx, \"SELECT * FROM users\")\n}\n", ("raw", "users", True), id="what a transaction and a pool have in common"),
    pytest.param("a.rs", SCYLLA.format('query("SELECT * FROM orders", &[])'), ("raw", "orders", True), id="ScyllaDB's rows"),
])  # fmt: skip
def test_access(name: str, text: str, expected: tuple[str, str, bool | None]) -> None:
    assert _access(name, text) == expected


@pytest.mark.parametrize(("name", "text"), [
    pytest.param("a.cs", "public class A { object F(int[] all) { return all.AsQueryable().ToList(); } }", id="a list in memory, asked as a query"),
    pytest.param("a.js", 'import admin from "firebase-admin";\nexport const f = (cache, id) => cache.get(id);', id="a map beside Firestore"),
    pytest.param("a.go", SQUIRREL.format('s.builder.Select("id").From("boards").ToSql()'), id="a builder that sends nothing"),
    pytest.param("a.kt", "package a\nimport com.example.Field\nfun f(field: Field) = field.selectAll()\n", id="all of a text is selected"),
    pytest.param("a.rs", "fn f(protocol: &str) { protocol.find(':'); }", id="a text in which something is found"),
    pytest.param("a.py", "def f(form):\n    return form.select()\n", id="a method called as Peewee's"),
])  # fmt: skip
def test_no_access(name: str, text: str) -> None:
    files = {name: text, "go.mod": MOD} if name.endswith(".go") else {name: text}
    assert not model_of(files).data.accesses


SQLC = """-- name: OrderServiceAll :many
SELECT * FROM orders ORDER BY id;

-- name: OrderServiceOne :one
SELECT * FROM orders WHERE id = $1;

-- name: OrderServicePage :many
SELECT * FROM orders LIMIT $1;

-- name: OrderServiceDrop :exec
DELETE FROM orders WHERE id = $1;
"""
USES_SQLC = """package orders

import "example.com/shop/internal/made"

type Service struct{ made *made.Queries }

func (s *Service) F(ctx context.Context, other Other) {
	%s
}
"""


@pytest.mark.parametrize(("line", "expected"), [
    pytest.param("s.made.OrderServiceAll(ctx)", [("read", "orders", True, False)], id="many rows"),
    pytest.param("s.made.OrderServiceOne(ctx, 1)", [("read", "orders", False, True)], id="one row"),
    pytest.param("s.made.OrderServicePage(ctx, 9)", [("read", "orders", False, True)], id="rows up to a limit"),
    pytest.param("s.made.WithTx(tx).OrderServiceDrop(ctx, 1)", [("write", "orders", False, True)], id="in a transaction"),
    pytest.param("other.OrderServiceAll(ctx)", [], id="a method of something else"),
    pytest.param("s.made.OrderServiceNone(ctx)", [], id="a method that no query is named for"),
])  # fmt: skip
def test_method_that_sqlc_makes(line: str, expected: list[tuple]) -> None:
    model = model_of(
        {
            "orders/a.go": USES_SQLC % line,
            "go.mod": MOD,
            "queries/a.sql": SQLC,
            "a.sql": "-- name: none\nSELECT 1;\n",
        }
    )
    assert [(a.op, a.table, a.many, a.is_bounded) for a in model.data.accesses] == expected


FILLED = """import mysql from "mysql2";
import {{ ORDERS }} from "./tables";
const LINES = "lines";
const pool = mysql.createPool({{}});
export const f = async (table) => await pool.query({});
"""


@pytest.mark.parametrize(("text", "table"), [
    pytest.param("`SELECT * FROM ${ORDERS} WHERE a = 1`", "orders", id="a constant of another file"),
    pytest.param("`SELECT * FROM ${LINES} l`", "lines", id="a constant of the same file"),
    pytest.param('"SELECT * FROM " + LINES + " l"', "lines", id="one that is put in with a sign"),
    pytest.param("`SELECT * FROM ${table}`", "", id="what the caller gives is not known"),
])  # fmt: skip
def test_table_that_a_constant_names(text: str, table: str) -> None:
    model = model_of(
        {"a.js": FILLED.format(text), "tables.js": 'export const ORDERS = "orders";\n'}
    )
    assert [access.table for access in model.data.accesses] == [table]


def _does(name: str, text: str) -> dict[str, tuple[str, str]]:
    model = model_of({name: text, "go.mod": MOD} if name.endswith(".go") else {name: text})
    return {
        model.effects.call(does).name: (does.does, does.effect.default)
        for calls in model.effects.of_call
        for told in calls.values()
        for does in told
        if does.does in ("outgoing", "client", "publish", "mail", "cache-set", "process")
    }


def test_function_of_the_project_that_is_called_as_a_client_s() -> None:
    store = "def put_object(key, n):\n    return key, n\n"
    uses = "from lib.s3 import put_object\n\n\ndef f(key):\n    put_object(key, 1)\n"
    model = model_of({"lib/s3.py": store, "a.py": uses})
    assert not any(
        does.does == "outgoing"
        for calls in model.effects.of_call
        for told in calls.values()
        for does in told
    )


@pytest.mark.parametrize(("name", "text", "call", "expected"), [
    pytest.param("a.py", "import boto3\n\ns3 = boto3.client('s3')\n\n\ndef f():\n    s3.put_object(Key='a')\n", "put_object", ("outgoing", "60 s"), id="an object store"),
    pytest.param("a.py", "import stripe\n\n\ndef f():\n    stripe.checkout.Session.create()\n", "create", ("outgoing", "80 s"), id="a payment"),
    pytest.param("a.py", "import git\n\n\ndef f(url):\n    git.Repo.clone_from(url, 'd')\n", "clone_from", ("process", ""), id="a repository, by a process"),
    pytest.param("a.js", 'import fetch from "node-fetch";\nexport const f = (url) => fetch(url);', "fetch", ("outgoing", "none"), id="a module that is called itself"),
    pytest.param("a.js", 'const ask = require("node-fetch");\nexport const f = (url) => ask(url);', "ask", ("outgoing", "none"), id="the same, required under another name"),
    pytest.param("a.js", "export const f = (url) => fetch(url);", "fetch", ("outgoing", "300 s"), id="what the platform brings along"),
    pytest.param("a.js", 'import { request as ask } from "graphql-request";\nexport const f = (url) => ask(url, "{ a }");', "ask", ("outgoing", "300 s"), id="a function of a module, renamed"),
    pytest.param("a.js", 'import { generateText } from "ai";\nexport const f = (model) => generateText({ model });', "generateText", ("outgoing", "300 s"), id="a language model"),
    pytest.param("a.go", 'package a\n\nimport "github.com/redis/go-redis/v9"\n\nfunc f(rdb *redis.Client) {\n\trdb.Publish(nil, "c", "m")\n}\n', "Publish", ("publish", ""), id="a channel of Redis"),
    pytest.param("a.go", 'package a\n\nimport "github.com/riverqueue/river"\n\ntype S struct{ jobs *river.Client[any] }\n\nfunc (s *S) f() {\n\ts.jobs.Insert(nil, Job{}, nil)\n}\n', "Insert", ("publish", ""), id="a job of River"),
    pytest.param("a.java", 'package a;\nimport org.jsoup.Jsoup;\nclass A { Object f(String u) throws Exception { return Jsoup.connect(u).get(); } }', "get", ("outgoing", "30 s"), id="a page"),
    pytest.param("a.cs", "public class A { private readonly IFusionCache _cache; void F() { _cache.SetAsync(1, 2); } }", "SetAsync", ("cache-set", "30 s"), id="a cache with a life of its own"),
    pytest.param("a.cs", 'public class A { void F() { using var c = new SftpClient("h", "u", "p"); c.Connect(); } }', "Connect", ("outgoing", "30 s"), id="files of another machine"),
    pytest.param("a.php", "<?php\nuse phpseclib3\\Net\\SSH2;\nfunction f() { $s = new SSH2('host'); $s->login('a', 'b'); }", "login", ("outgoing", "10 s"), id="a shell"),
    pytest.param("a.rs", "use object_store::ObjectStore;\npub struct A { store: std::sync::Arc<dyn ObjectStore> }\nimpl A { pub async fn f(&self) { self.store.put(&p, b).await; } }", "put", ("outgoing", "30 s"), id="a store of objects"),
])  # fmt: skip
def test_effect(name: str, text: str, call: str, expected: tuple[str, str]) -> None:
    assert _does(name, text)[call] == expected


GO_LDAP = """package login

import "github.com/go-ldap/ldap/v3"

func login(url string) error {
	conn, err := ldap.DialURL(url)
	%s
	return conn.Bind("a", "b")
}
"""
GO_SSH = """package deploy

import "golang.org/x/crypto/ssh"

func run(host string) (*ssh.Client, error) {
	return ssh.Dial("tcp", host, &ssh.ClientConfig{User: "deploy"%s})
}
"""
PY_LDAP = """import ldap


def login(url, name, word):
    connection = ldap.initialize(url)
    %s
    connection.simple_bind_s(name, word)
"""
PARAMIKO = """import paramiko


def run(host):
    shell = paramiko.SSHClient()
    shell.connect(host%s)
"""
GITLAB = "import gitlab\n\n\ndef client(url):\n    return gitlab.Gitlab(url%s)\n"
JGIT = """package a;
import org.eclipse.jgit.api.Git;
class A { void f(String url) throws Exception { Git.cloneRepository().setURI(url)%s.call(); } }
"""
JNDI = """package a;
import java.util.Hashtable;
import javax.naming.directory.InitialDirContext;
class A { void f() throws Exception { Hashtable env = new Hashtable(); env.put(%s, "5000"); new InitialDirContext(env); } }
"""
NODE_FETCH = 'import fetch from "node-fetch";\nexport async function f(url) {\n  return await fetch(url%s);\n}\n'
PUSH = 'import webpush from "web-push";\nexport async function f(to) {\n  await webpush.sendNotification(to, "hi"%s);\n}\n'


@pytest.mark.parametrize(("wrong", "right"), [
    pytest.param({"a.go": GO_LDAP % "", "go.mod": MOD}, {"a.go": GO_LDAP % "conn.SetTimeout(limit)", "go.mod": MOD}, id="go-ldap"),
    pytest.param({"a.go": GO_SSH % "", "go.mod": MOD}, {"a.go": GO_SSH % ", Timeout: limit", "go.mod": MOD}, id="ssh in Go"),
    pytest.param({"a.py": PY_LDAP % ""}, {"a.py": PY_LDAP % "connection.set_option(ldap.OPT_TIMEOUT, 5)"}, id="python-ldap"),
    pytest.param({"a.py": PY_LDAP % ""}, {"a.py": PY_LDAP % "connection.network_timeout = 5"}, id="python-ldap by its attribute"),
    pytest.param({"a.py": PARAMIKO % ""}, {"a.py": PARAMIKO % ", timeout=5"}, id="paramiko"),
    pytest.param({"a.py": GITLAB % ""}, {"a.py": GITLAB % ", timeout=5"}, id="python-gitlab"),
    pytest.param({"a.java": JGIT % ""}, {"a.java": JGIT % ".setTimeout(30)"}, id="JGit"),
    pytest.param({"a.java": JNDI % '"a"'}, {"a.java": JNDI % '"com.sun.jndi.ldap.read.timeout"'}, id="JNDI"),
    pytest.param({"a.js": NODE_FETCH % ""}, {"a.js": NODE_FETCH % ", { timeout: 5000 }"}, id="node-fetch"),
    pytest.param({"a.js": PUSH % ""}, {"a.js": PUSH % ", { timeout: 5000 }"}, id="web-push"),
])  # fmt: skip
def test_library_that_waits_for_ever(wrong: dict[str, str], right: dict[str, str]) -> None:
    assert _told("missing-timeout", wrong)
    assert not _told("missing-timeout", right)


SEARCH = """import {{ Client }} from "@elastic/elasticsearch";
import express from "express";
const store = new Client({{ node: "http://search" }});
const app = express();
app.get("/search", async (req, res) => {{
  const q = req.query.q;
  res.json(await {});
}});
"""


def test_key_at_a_service_is_no_address() -> None:
    assert not _told("url-from-input", {"a.js": SEARCH.format("store.search(q)")})
    assert _told("url-from-input", {"a.js": SEARCH.format("fetch(q)")})


def _told(rule: str, files: dict[str, str]) -> list:
    rules = [knowledge().rules[rule]]
    return list(review_model(model_of(files), rules, sure(rules)).findings)


LAZY_LOG = """package a
import java.io.IOException
private val log = KotlinLogging.logger {}
class Backup(val rest: RestTemplate) {
    fun run() {
        try {
            rest.getForObject("https://backup.example.com", String::class.java)
        } catch (e: IOException) {
            log.error { "backup failed: $e" }
        }
    }
}
"""


def test_text_that_a_log_asks_a_function_for_is_no_answer() -> None:
    assert not _told("error-text-to-client", {"a.kt": LAZY_LOG})
