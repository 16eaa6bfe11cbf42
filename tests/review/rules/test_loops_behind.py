"""Loops and pages that ask behind a choice, an abstract method or a generic view, and loops that nobody waits for."""

from pathlib import Path

import pytest
from tests.review.cases import Case, findings, page_cases, problems

from backwright.model.finding import Confidence

PAGE = Path(__file__).parent / "loops-behind.md"
CASES = page_cases("query-in-loop", PAGE.read_text())

GO = """package shop

import (
	"database/sql"
	"net/http"
	"time"
)

var db *sql.DB

func count(id int64) int {
	var n int
	db.QueryRow("SELECT count(*) FROM lines WHERE order_id = $1", id).Scan(&n)
	return n
}

func three(id int64) int { return two(id) }
func two(id int64) int   { return one(id) }
func one(id int64) int   { return count(id) }

func %s(ids []int64%s) int {
	sum := 0
	for _, id := range ids {
		sum += three(id)
		%s
	}
	return sum
}

func health(w http.ResponseWriter, r *http.Request) { time.Now() }

func main() { http.HandleFunc("/health", health) }
"""
SETUP = """from fastapi import FastAPI
import asyncpg

app = FastAPI()
db = asyncpg.create_pool("postgres://localhost/shop")


@app.get("%s")
async def prepare(ids: list[int]):
    return [await db.fetchval("SELECT name FROM users WHERE id = $1", each) for each in ids]
"""
TASKS = """from celery import shared_task
from fastapi import FastAPI
import psycopg

app = FastAPI()
db = psycopg.connect("postgres://localhost/shop")


@app.get("/health")
def health():
    return "ok"


@shared_task
def %s(ids: list[int]):
    return [db.execute("SELECT name FROM users WHERE id = %%s", (each,)).fetchone() for each in ids]
"""
SEEDED = """<?php
namespace App;
use Illuminate\\Support\\Facades\\DB;
class Roles
{
    public function sync(array $names): void
    {
        foreach ($names as $name) {
            if (DB::table('roles')->where('name', $name)->first() === null) { $this->log($name); }
        }
    }
}
class Role%s { public function __construct(private Roles $roles) {} public function run(array $names): void { $this->roles->sync($names); } }
"""
JOINS = {
    "src/shop/Entry.java": "package shop;\nimport jakarta.persistence.Entity;\n@Entity public class Entry { @jakarta.persistence.Id private Long id; private String url; public String getUrl() { return url; } }\n",
    "src/shop/Status.java": "package shop;\nimport jakarta.persistence.*;\n@Entity public class Status { @Id private Long id; @ManyToOne(fetch = FetchType.LAZY) private Entry entry; public Entry getEntry() { return entry; } }\n",
    "src/shop/Statuses.java": """package shop;
import com.querydsl.jpa.impl.JPAQuery;
import jakarta.persistence.EntityManager;
import java.util.List;
class Statuses {
    private final EntityManager em;
    Statuses(EntityManager em) { this.em = em; }
    List<Status> latest() {
        JPAQuery<Status> query = new JPAQuery<Status>(em).select(STATUS).from(STATUS);
        %s
        return query.fetch();
    }
    void show() {
        for (Status status : latest()) {
            System.out.println(status.getEntry().getUrl());
        }
    }
}
""",
}


def _sure(files: dict[str, str]) -> list[Confidence]:
    return [each.confidence for each in findings(Case("", files), {"query-in-loop"})]


@pytest.mark.parametrize("case", [pytest.param(each, id=each.title) for each in CASES])
def test_loop(case: Case) -> None:
    assert [] == problems(case, {"query-in-loop"})


@pytest.mark.parametrize(
    ("sure", "name", "params", "rest"),
    [
        pytest.param(
            [Confidence.MEDIUM], "show", ", w http.ResponseWriter", "", id="a handler by what it is handed, whatever table leads to it"
        ),
        pytest.param([Confidence.LOW], "show", "", "", id="a function that no request is known to run"),
        pytest.param([Confidence.LOW], "Migrate", ", w http.ResponseWriter", "", id="a migration runs once"),
        pytest.param(
            [Confidence.LOW], "show", ", w http.ResponseWriter", "time.Sleep(time.Second)", id="a loop that takes its time on purpose"
        ),
    ],
)  # fmt: skip
def test_go(sure: list[Confidence], name: str, params: str, rest: str) -> None:
    assert sure == _sure({"shop/main.go": GO % (name, params, rest)})


@pytest.mark.parametrize(
    ("sure", "path"),
    [
        pytest.param(
            [Confidence.LOW], "/setup/users", id="what whoever installs a program calls once"
        ),
        pytest.param([Confidence.HIGH], "/users", id="what everybody calls"),
    ],
)
def test_set_up(sure: list[Confidence], path: str) -> None:
    assert sure == _sure({"main.py": SETUP % path})


@pytest.mark.parametrize(
    ("sure", "name"),
    [
        pytest.param([Confidence.HIGH], "remind", id="a task, for which somebody waits as well"),
        pytest.param([Confidence.LOW], "import_users", id="an import takes its time by its nature"),
    ],
)
def test_tasks(sure: list[Confidence], name: str) -> None:
    assert sure == _sure({"tasks.py": TASKS % name})


@pytest.mark.parametrize(
    ("sure", "caller"),
    [
        pytest.param([Confidence.LOW], "Seeder", id="a seeder alone calls it"),
        pytest.param([Confidence.HIGH], "Service", id="a service calls it"),
    ],
)
def test_seeders(sure: list[Confidence], caller: str) -> None:
    assert sure == _sure({"app/Roles.php": SEEDED % caller})


@pytest.mark.parametrize(
    ("count", "join"),
    [
        pytest.param(
            0, "query.join(STATUS.entry).fetchJoin();", id="the relation is joined and fetched"
        ),
        pytest.param(1, "query.join(STATUS.entry);", id="it is only joined"),
    ],
)
def test_querydsl(count: int, join: str) -> None:
    files = {**JOINS, "src/shop/Statuses.java": JOINS["src/shop/Statuses.java"] % join}
    assert count == len(_sure(files))
