"""A team reviews a service on a real git history: findings, suppression, baseline, diff, fix, evidence."""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path
from threading import Timer

import pytest
from tests.command import command, copy_of_known_person, environment, say

FILES = {
    "requirements.txt": "fastapi\nsqlalchemy\nrequests\nprometheus-client\n",
    "shop/main.py": """\
from fastapi import FastAPI
from prometheus_client import make_asgi_app

from shop.api import router

app = FastAPI()
app.include_router(router, prefix="/api")
app.mount("/metrics", make_asgi_app())


@app.get("/health")
def health():
    return {"ok": True}
""",
    "shop/api.py": """\
from fastapi import APIRouter, Depends, Query
from sqlalchemy.orm import Session

from shop.auth import current_user
from shop.db import session
from shop.service import recent_orders

router = APIRouter(dependencies=[Depends(current_user)])


@router.get("/orders")
def list_orders(db: Session = Depends(session), limit: int = Query(50, le=100)):
    return recent_orders(db, limit)
""",
    "shop/auth.py": """\
from fastapi import HTTPException, Request


def current_user(request: Request):
    if not request.headers.get("authorization"):
        raise HTTPException(401)
""",
    "shop/db.py": """\
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

engine = create_engine("postgresql:///shop", pool_size=10)
Maker = sessionmaker(engine)


def session():
    with Maker() as db:
        yield db
""",
    "shop/models.py": """\
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    customer: Mapped[Customer] = relationship()
""",
    "shop/service.py": """\
from sqlalchemy import select

from shop.models import Order


def recent_orders(db, limit):
    orders = db.scalars(select(Order).limit(limit)).all()
    found = []
    for order in orders:
        found.append({"id": order.id, "customer": order.customer.name})
    return found
""",
}
N_PLUS_ONE = ("query-in-loop", "shop/service.py")


def git(folder: Path, *words: str, who: str = "sam") -> str:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}  # noqa: TID251
    clean |= {
        f"GIT_{role}_{what}": f"{who}@example.com" if what == "EMAIL" else who
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    ran = subprocess.run(
        ["git", "-C", folder, *words],
        capture_output=True,
        text=True,
        check=True,
        env=clean | {"HOME": str(folder)},
    )
    return ran.stdout


@pytest.fixture
def shop(tmp_path) -> Path:
    folder = tmp_path / "shop-api"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "config", "user.email", "sam@example.com")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "The shop.")
    return folder


def review(folder: Path, tmp_path: Path, *options: str) -> tuple[int, dict]:
    said = say(["review", str(folder), "--json", *options], tmp_path / "data")
    assert said.out, said.err
    return said.status, json.loads(said.out)


def places(answer: dict, key: str = "findings") -> set[tuple[str, str]]:
    return {(row["rule"], row["file"]) for row in answer[key]}


def test_the_lazy_customer_of_each_order_is_found_with_its_path_from_the_endpoint(shop, tmp_path):
    status, answer = review(shop, tmp_path)
    assert {N_PLUS_ONE} == places(answer)
    finding = answer["findings"][0]
    assert "/api/orders" in finding["path"][0]["note"]
    assert 10 == finding["line"]
    assert "sql.orm" == finding["skill"]
    assert 1 == status
    assert [("GET", "/api/orders", True)] == [
        (e["method"], e["path"], e["auth"]) for e in answer["endpoints"] if "orders" in e["path"]
    ]


def test_eager_loading_ends_it(shop, tmp_path):
    service = shop / "shop/service.py"
    text = service.read_text().replace(
        "select(Order)", "select(Order).options(selectinload(Order.customer))"
    )
    service.write_text(
        text.replace("import select\n", "import select\nfrom sqlalchemy.orm import selectinload\n")
    )
    status, answer = review(shop, tmp_path)
    assert (0, set()) == (status, places(answer))


def test_a_comment_with_a_reason_allows_it_and_one_that_allows_nothing_is_named(shop, tmp_path):
    service = shop / "shop/service.py"
    lines = service.read_text().splitlines()
    lines[9] += "  # backwright: allow query-in-loop, at most 3 orders a day"
    lines[6] += "  # backwright: allow missing-timeout"
    service.write_text("\n".join(lines) + "\n")
    status, answer = review(shop, tmp_path)
    assert (0, set()) == (status, places(answer))
    assert [("query-in-loop", "at most 3 orders a day")] == [
        (a["rule"], a["reason"]) for a in answer["allowed"]
    ]


def test_a_baseline_accepts_what_is_there_and_survives_moved_lines(shop, tmp_path):
    said = say(["baseline", str(shop)], tmp_path / "data")
    assert said.status == 0, said.err
    service = shop / "shop/service.py"
    service.write_text("# moved down\n\n\n" + service.read_text())
    status, answer = review(shop, tmp_path)
    assert (0, set(), 1) == (status, places(answer), answer["accepted"])
    service.write_text("def recent_orders(db, limit):\n    return []\n")
    status, answer = review(shop, tmp_path)
    assert ["query-in-loop in shop/service.py"] == answer["fixed"]


def test_a_change_is_reviewed_across_files(shop, tmp_path):
    git(shop, "checkout", "-qb", "feature")
    (shop / "shop/main.py").write_text(FILES["shop/main.py"] + "\n# a comment\n")
    status, answer = review(shop, tmp_path, "--diff", "main")
    assert (0, set()) == (status, places(answer))
    assert {N_PLUS_ONE} == places(answer, "older")
    # The handler changes, the loop it leads to does not: the finding's path touches the change.
    api = (shop / "shop/api.py").read_text().replace("Query(50, le=100)", "Query(20, le=100)")
    (shop / "shop/api.py").write_text(api)
    service = shop / "shop/service.py"
    service.write_text(
        service.read_text().replace("order.customer.name})", 'order.customer.name, "more": 1})')
    )
    status, answer = review(shop, tmp_path, "--diff", "main")
    assert (1, {N_PLUS_ONE}) == (status, places(answer))
    assert answer["changed"] == 3


def test_findings_on_own_lines_become_weak_evidence_once(shop, tmp_path):
    copy_of_known_person(tmp_path)
    _, answer = review(shop, tmp_path, "--learn")
    assert [("sql.orm", 1, 0, 1)] == [
        (each["skill"], each["yours"], each["others"], each["added"]) for each in answer["lessons"]
    ]
    assert answer["lessons"][0]["after"] < answer["lessons"][0]["before"]
    _, answer = review(shop, tmp_path, "--learn")
    assert [0] == [each["added"] for each in answer["lessons"]]
    rows = [json.loads(line) for line in say("data export", tmp_path / "data").out.splitlines()]
    assert [("sql.orm", "wrong")] == [
        (row["skill"], row["outcome"]) for row in rows if row["kind"] == "finding"
    ]


def test_lines_of_others_are_no_evidence(shop, tmp_path):
    git(shop, "config", "user.email", "kim@example.com")
    _, answer = review(shop, tmp_path, "--learn")
    assert [(0, 1, 0)] == [
        (each["yours"], each["others"], each["added"]) for each in answer["lessons"]
    ]


@pytest.mark.parametrize("form", ["sarif", "github", "markdown", "html"])
def test_each_format_names_rule_and_place_and_is_written_whole(shop, tmp_path, form):
    target = tmp_path / f"report.{form}"
    said = say(["review", str(shop), "--format", form, "-o", str(target)], tmp_path / "data")
    assert said.status == 1, said.err
    text = target.read_text()
    assert "query-in-loop" in text
    assert "shop/service.py" in text


def test_json_goes_into_the_file_that_is_named(shop, tmp_path):
    target = tmp_path / "report.json"
    said = say(["review", str(shop), "--json", "-o", str(target)], tmp_path / "data")
    assert (1, "") == (said.status, said.out)
    assert "backwright/review/1" == json.loads(target.read_text())["schema"]


def test_the_team_says_what_it_wants_in_backwright_toml(shop, tmp_path):
    (shop / "backwright.toml").write_text('[review.severity]\nquery-in-loop = "low"\n')
    status, answer = review(shop, tmp_path)
    assert (0, ["low"]) == (status, [row["severity"] for row in answer["findings"]])
    (shop / "backwright.toml").write_text(
        '[review]\noff = ["query-in-loop"]\n[[review.boundaries]]\nmodule = "shop"\nmay_import = []\n'
    )
    status, answer = review(shop, tmp_path)
    assert set() == places(answer)
    (shop / "backwright.toml").write_text("[review]\nexclud = []\n")
    said = say(["review", str(shop)], tmp_path / "data")
    assert 2 == said.status
    assert "exclud" in said.err


def test_a_watched_folder_is_reviewed_again_when_it_changes(shop, tmp_path):
    service = shop / "shop/service.py"
    lazy = service.read_text()
    service.write_text("def recent(page):\n    return []\n")
    watching = subprocess.Popen(
        [*command("review"), str(shop), "--watch"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment(tmp_path / "data", PYTHONUNBUFFERED="1"),
    )
    hangs = Timer(180, watching.kill)
    hangs.start()
    try:
        said_until(watching, "watching; Ctrl-C stops")
        service.write_text(lazy)
        assert "Order.customer" in said_until(watching, "1 new, 0 gone")
        service.write_text("def recent(page):\n    return []\n")
        said_until(watching, "0 new, 1 gone")
        shutil.rmtree(shop / "shop")
        said_until(watching, "no backend code")
        watching.send_signal(signal.SIGINT)
        assert 0 == watching.wait()
    finally:
        hangs.cancel()
        watching.kill()


def said_until(watching: subprocess.Popen, words: str) -> str:
    """Read what a process says, up to the line with these words."""
    told = ""
    for line in watching.stdout:
        told += line
        if words in line:
            return told
    raise AssertionError(told)


@pytest.mark.parametrize("other", ["--format json", "--output report.txt", "--fix"])
def test_watching_is_for_a_screen(shop, tmp_path, other):
    said = say(["review", str(shop), "--watch", *other.split()], tmp_path / "data")
    assert 2 == said.status
    assert other.split()[0] in said.err
    assert "next" in said.err or "try" in said.err
