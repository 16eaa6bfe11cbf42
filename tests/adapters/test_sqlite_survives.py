"""What the SQLite store promises when things go wrong: kill -9, full disk, damage, two writers."""

import gc
import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random
from time import sleep

import pytest
from tests.evidence_rows import evidence

from backwright.adapters.sqlite import SqliteStore
from backwright.model.errors import NothingToDo, StoreProblem
from backwright.model.evidence import Evidence

ROOT = Path(__file__).parents[2]
KILLS = 20

# A child that appends evidence of profile sys.argv[2], and says each id once it was acknowledged.
APPENDING = """
import sys
from pathlib import Path
from backwright.adapters.sqlite import SqliteStore
from backwright.model.errors import StoreProblem
from tests.evidence_rows import evidence
store = SqliteStore(Path(sys.argv[1]))
sys.stdin.readline()  # wait for the other
first, count = int(sys.argv[3]), int(sys.argv[4])
for number in range(first, first + count):
    row = evidence(number, profile=sys.argv[2], given="x" * 200)
    store.append([row])
    print(row.id, flush=True)
"""


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
    )


def integrity(path: Path) -> str:
    with sqlite3.connect(path) as database:
        return database.execute("PRAGMA integrity_check").fetchone()[0]


def written(path: Path, rows: list[Evidence]) -> None:
    """Write a database and close it, as at the end of a program: then there is only one file."""
    store = SqliteStore(path)
    store.append(rows)
    store._here.open.close()
    gc.collect()
    assert not path.with_name(f"{path.name}-wal").exists()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_no_acknowledged_answer_is_lost_when_the_program_is_killed(tmp_path, record_property):
    path, chance, said = tmp_path / "evidence.db", Random(9), []
    for kill in range(KILLS):
        child = start(APPENDING, path, "me", kill * 100_000, 100_000)
        child.stdin.write("go\n")
        child.stdin.flush()
        said += [child.stdout.readline().strip() for _ in range(1 + chance.randrange(60))]
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read().split("\n")
        said += [line for line in rest[:-1] if line]  # the last may be cut off
        child.wait()
        kept = {row.id for row in SqliteStore(path).rows("me")}
        assert set() == set(said) - kept, f"lost after kill {kill + 1}"
        assert "ok" == integrity(path)
    record_property("answers", len(said))
    assert KILLS <= len(said)


def test_programs_that_create_the_database_and_append_at_once_lose_nothing(tmp_path):
    path = tmp_path / "evidence.db"  # none of them finds it there
    children = [start(APPENDING, path, name, n * 1000, 500) for n, name in enumerate("abcd")]
    sleep(0.5)  # all have started, and wait
    for child in children:
        child.stdin.write("go\n")
        child.stdin.flush()
    said = {line for child in children for line in child.communicate(timeout=60)[0].split()}
    assert [0, 0, 0, 0] == [child.returncode for child in children]
    assert 2000 == len(said)
    assert (("a", 500), ("b", 500), ("c", 500), ("d", 500)) == SqliteStore(path).profiles()
    assert said == {row.id for row in SqliteStore(path).all_rows()}


def test_a_newer_database_is_refused_and_not_touched(tmp_path):
    path = tmp_path / "evidence.db"
    written(path, [evidence(1)])
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 2")
    database.close()
    before = digest(path)
    for act in (
        lambda store: store.append([evidence(2)]),
        lambda store: store.rows("me"),
        lambda store: list(store.all_rows()),
        lambda store: store.delete("me"),
    ):
        with pytest.raises(StoreProblem, match=r"newer Backwright \(format 2; this knows 1\)"):
            act(SqliteStore(path))
    assert before == digest(path)


def damaged(path: Path, offset: int, size: int) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(Random(1).randbytes(size))


@pytest.mark.parametrize(
    "offset",
    [
        pytest.param(0, id="the first page"),
        pytest.param(None, id="a page in the middle"),
    ],
)
def test_a_damaged_file_is_reported_with_the_way_out_and_not_touched(tmp_path, offset):
    path = tmp_path / "evidence.db"
    written(path, [evidence(number, given="x" * 500) for number in range(500)])
    damaged(path, path.stat().st_size // 8192 * 4096 if offset is None else offset, 4096)
    before = digest(path)
    store = SqliteStore(path)
    with pytest.raises(StoreProblem) as refused:
        list(store.all_rows())
    assert "backwright data rescue rescued.jsonl" == refused.value.hint
    assert "Nothing was changed" in refused.value.detail
    del store
    assert before == digest(path)


def test_rows_that_are_no_rows_are_reported_as_damage(tmp_path):
    path = tmp_path / "evidence.db"
    written(path, [evidence(1), evidence(2)])
    with sqlite3.connect(path) as database:
        database.execute("DROP TRIGGER evidence_is_append_only")
        database.execute("UPDATE evidence SET kind = 'nonsense' WHERE id = ?", (evidence(1).id,))
    database.close()
    with pytest.raises(StoreProblem, match="cannot be read: 'nonsense'"):
        SqliteStore(path).rows("me")
    assert ((evidence(2),), 1) == SqliteStore(path).rescue()


def test_rescue_finds_the_rows_before_between_and_after_two_damaged_pages(tmp_path):
    path = tmp_path / "evidence.db"
    rows = [evidence(number, given="x" * 500) for number in range(1000)]
    written(path, rows)
    pages = path.stat().st_size // 4096
    for part in (3, 6):  # of nine: what lies between is reached by neither end's scan
        damaged(path, pages * part // 9 * 4096, 4096)
    before = digest(path)
    rescued, lost = SqliteStore(path).rescue()
    assert set(rescued) <= set(rows)
    assert 1000 == len(rescued) + lost, "each lost row is counted, as the index was not hit"
    assert 0 < lost < 30
    assert 400 <= sum(300 <= row.seed < 700 for row in rescued) + lost
    assert before == digest(path)


def test_rescue_of_a_whole_database_loses_nothing(tmp_path):
    path = tmp_path / "odd ?#% name.db"
    rows = tuple(evidence(number, profile="ab"[number % 2]) for number in range(300))
    written(path, rows)
    assert (rows, 0) == SqliteStore(path).rescue()


def test_rescue_without_a_header_says_that_rows_are_lost(tmp_path):
    path = tmp_path / "evidence.db"
    written(path, [evidence(number) for number in range(100)])
    damaged(path, 0, 4096)
    assert ((), 1) == SqliteStore(path).rescue()


def test_rescue_without_a_database_has_nothing_to_do(tmp_path):
    with pytest.raises(NothingToDo, match="there is no database"):
        SqliteStore(tmp_path / "evidence.db").rescue()
    assert [] == list(tmp_path.iterdir())


def test_reading_creates_nothing(tmp_path):
    store = SqliteStore(tmp_path / "deep" / "evidence.db")
    assert ((), (), (), 0) == (
        store.rows("me"),
        tuple(store.all_rows()),
        store.profiles(),
        store.delete("me"),
    )
    assert [] == list(tmp_path.iterdir())


def test_a_data_folder_that_cannot_be_made_is_reported_with_a_way_to_go_on(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreProblem, match="read-only: answers cannot be kept") as refused:
        SqliteStore(tmp_path / "file" / "data" / "evidence.db").append([evidence(1)])
    assert "--simulate" in refused.value.hint


@pytest.fixture
def small_disk():
    """Yield a folder on a disk of 1 MB."""
    folder = tempfile.mkdtemp(prefix="backwright-small-disk-")
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
        yield Path(folder)
        subprocess.run(["umount", "-l", folder], check=True)
    finally:
        Path(folder).rmdir()


def test_a_read_only_disk_is_named_as_the_reason(small_disk):
    path = small_disk / "evidence.db"
    written(path, [evidence(1)])
    before = digest(path)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(StoreProblem, match="read-only: answers cannot be kept"):
        SqliteStore(path).append([evidence(2)])
    assert before == digest(path)


def test_a_full_disk_keeps_what_was_acknowledged_and_says_so(small_disk):
    path = small_disk / "evidence.db"
    store, kept = SqliteStore(path), []

    def answer_on():
        for number in range(10_000):
            row = evidence(number, given="x" * 1000)
            store.append([row])
            kept.append(row)

    with pytest.raises(StoreProblem, match="the disk is full") as refused:
        answer_on()
    assert "Everything before it is safe" in refused.value.detail
    assert tuple(kept) == store.rows("me")
    assert "ok" == integrity(path)
    assert 10 < len(kept)


# RLIMIT_FSIZE makes every write beyond a size fail, as a quota does, without being root.
LIMITED = """
import resource, sys
from pathlib import Path
from backwright.adapters.sqlite import SqliteStore
from backwright.model.errors import StoreProblem
from tests.evidence_rows import evidence
store = SqliteStore(Path(sys.argv[1]))
store.append([evidence(0)])
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
number = 0
try:
    while number < 10_000:
        number += 1
        store.append([evidence(number, given="x" * 1000)])
except StoreProblem as problem:
    print(number, len(store.rows("me")), problem.problem, sep="|")
"""


def test_a_quota_keeps_what_was_acknowledged_and_says_so(tmp_path):
    path = tmp_path / "evidence.db"
    said, _ = start(LIMITED, path).communicate(timeout=60)
    appended, readable, problem = said.strip().split("|")
    assert "the disk takes no more: what you just did was not kept (disk I/O error)" == problem
    assert appended == readable, "the first row, and all but the refused one"
    assert int(appended) == len(SqliteStore(path).rows("me"))
    assert "ok" == integrity(path)


def test_evidence_cannot_be_changed_afterwards(tmp_path):
    path = tmp_path / "evidence.db"
    SqliteStore(path).append([evidence(1)])
    with (
        sqlite3.connect(path) as database,
        pytest.raises(sqlite3.IntegrityError, match="evidence is only ever added"),
    ):
        database.execute("UPDATE evidence SET outcome = 'right'")
    database.close()
    assert (evidence(1),) == SqliteStore(path).rows("me")


def test_a_program_that_holds_the_database_is_named_as_the_reason(tmp_path):
    path = tmp_path / "evidence.db"
    SqliteStore(path).append([evidence(1)])
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    store = SqliteStore(path, busy_ms=50)
    with pytest.raises(StoreProblem, match=r"held by another program for more than 0\.05 s"):
        store.append([evidence(2)])
    assert (evidence(1),) == store.rows("me"), "reading goes on meanwhile"
    holder.execute("ROLLBACK")
    assert 1 == store.append([evidence(2)])
    holder.close()


def test_a_deleted_answer_is_in_no_file_any_more(tmp_path):
    store = SqliteStore(tmp_path / "evidence.db")
    secret = "what-nobody-shall-know"
    mine = [evidence(n, given=secret, profile=f"{secret}-me") for n in range(2, 400, 2)]
    store.append([*mine, *(evidence(n, given="other") for n in range(1, 400, 2))])
    store.append([evidence(1001, given=secret, profile=f"{secret}-me")])
    assert 200 == store.delete(f"{secret}-me")
    files = list(tmp_path.iterdir())
    assert [] == [f.name for f in files if secret.encode() in f.read_bytes()]
    assert (("me", 200),) == store.profiles()
