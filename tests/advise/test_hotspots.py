"""Where the time of a profile goes: shares with intervals, whose code, waiting, patterns, changes."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.bench import CONTENT, bench_in

from backwright.advise.hotspots import Reader, change, hotspots
from backwright.advise.profiles import read_profile
from backwright.advise.profiles.values import Frame
from backwright.advise.sampling import share_of, speed_up
from backwright.catalog.advice import read_advice
from backwright.model.guidance import PerformanceGuide


@pytest.fixture
def reader(tmp_path) -> Reader:
    return Reader(
        read_advice(bench_in(tmp_path).advice("performance"), "performance", PerformanceGuide)
    )


def folded(*stacks: tuple[str, int]):
    return read_profile("".join(f"{stack} {count}\n" for stack, count in stacks).encode())


@pytest.mark.parametrize(
    ("frame", "origin", "package"),
    [
        pytest.param(Frame("get", "/srv/shop/views.py"), "own", "/srv/shop/views.py", id="your file"),
        pytest.param(
            Frame("execute", "/srv/.venv/lib/python3.12/site-packages/sqlalchemy/engine/base.py"),
            "library", "sqlalchemy", id="a Python package",
        ),
        pytest.param(
            Frame("next", "/srv/node_modules/express/lib/router.js"), "library", "express", id="a Node package"
        ),
        pytest.param(
            Frame("f", "/srv/node_modules/.pnpm/pg@8/node_modules/@scope/pg/lib.js"), "library", "@scope/pg", id="pnpm"
        ),
        pytest.param(Frame("f", "node:internal/fs"), "runtime", "node", id="Node itself"),
        pytest.param(Frame("encode", "json/encoder.py"), "runtime", "python", id="Python's library, shortened"),
        pytest.param(Frame("handle", "log.py"), "own", "log.py", id="a file of yours that is called like a package of Go"),
        pytest.param(
            Frame("github.com/jackc/pgx/v5.(*Conn).Exec"), "library", "github.com/jackc/pgx", id="a Go module"
        ),
        pytest.param(Frame("encoding/json.Marshal"), "runtime", "encoding/json", id="Go's library"),
        pytest.param(Frame("main.handle"), "own", "main", id="a Go program"),
        pytest.param(Frame("org/hibernate/loader/Loader.load"), "library", "org/hibernate/loader", id="a Java library"),
        pytest.param(Frame("java/util/HashMap.get"), "runtime", "java", id="the JDK"),
        pytest.param(Frame("com/acme/shop/Orders.list"), "own", "com/acme/shop/Orders", id="a Java program"),
        pytest.param(Frame("tcp_sendmsg", "[kernel]"), "kernel", "kernel", id="the kernel"),
        pytest.param(Frame("(garbage collector)"), "runtime", "runtime", id="V8's collector"),
    ],
)  # fmt: skip
def test_a_frame_is_somebody_s(reader, frame, origin, package):
    assert (origin, package) == reader.origin(frame)


def test_own_code_can_be_named(tmp_path, reader):
    mine = Reader(reader.guide, own=("site-packages/acme",))
    assert "own" == mine.origin(Frame("f", "/x/site-packages/acme/a.py"))[0]


def test_a_function_that_calls_itself_counts_once(reader):
    spots = hotspots(folded(("main;walk;walk;walk", 6), ("main", 4)), reader)
    walk = next(hot for hot in spots.hot if hot.name == "walk")
    assert (0.6, 0.6) == (walk.own.value, walk.total.value)


def test_lines_of_one_function_are_one_function_at_its_heaviest_line(reader):
    spots = hotspots(folded(("f (a.py:3)", 2), ("f (a.py:9)", 5)), reader)
    assert [("f", 9, 1.0)] == [(hot.name, hot.line, hot.own.value) for hot in spots.hot]


def test_library_time_is_blamed_on_the_own_function_that_asked(reader):
    stack = "views (shop/views.py:3);dumps (/v/site-packages/orjson/api.py:8);c (/v/site-packages/orjson/c.py:1)"
    spots = hotspots(folded((stack, 8), ("views (shop/views.py:3)", 2)), reader)
    assert [("views", 0.2, 1.0)] == [
        (hot.name, hot.own.value, hot.total.value) for hot in spots.blame
    ]


def test_idle_threads_are_left_out_and_waiting_is_named(reader):
    spots = hotspots(
        folded(("main;epoll_wait", 80), ("main;query;recv", 15), ("main;work", 5)), reader
    )
    assert 0.8 == pytest.approx(spots.idle)
    assert [("network or disk", 0.75)] == [(part.name, part.share.value) for part in spots.waiting]
    assert "wall" == spots.kind
    assert 20 == spots.weight


def test_a_profile_that_is_all_idle_has_nothing_hot(reader):
    spots = hotspots(folded(("main;epoll_wait", 80)), reader)
    assert (1.0, ()) == (spots.idle, spots.hot)


def test_a_pattern_has_a_bound_and_the_function_that_asks_for_it(reader):
    spots = hotspots(folded(("main;list;json.dumps", 400), ("main;list", 600)), reader)
    json = next(match for match in spots.patterns if match.id == "json")
    low, high = json.at_most
    assert low < 1 / 0.6 < high


def test_what_calls_own_code_is_no_pattern_of_it(reader):
    loaded = "Module._load (node:internal/modules/cjs/loader:1);handle (/srv/a.js:3)"
    assert () == hotspots(folded((loaded, 10)), reader).patterns


def test_the_real_profile_of_a_handler_finds_json_and_logging(reader):
    profile = read_profile((CONTENT / "examples" / "profile.speedscope.json").read_bytes())
    found = {match.id: match for match in hotspots(profile, reader).patterns}
    assert {"json", "logging"} <= set(found)
    assert ("encode", "note") == (found["json"].under, found["logging"].under)


def test_what_moved_for_sure_is_told_from_chance(reader):
    before = folded(("main;a", 500), ("main;b", 500))
    after = folded(("main;a", 700), ("main;b", 300))
    same = folded(("main;a", 510), ("main;b", 490))
    moved = {m.name: round(m.change.value, 3) for m in change(before, after).moved}
    assert {"a": 0.2, "b": -0.2} == moved
    assert ((), 2) == (change(before, same).moved, change(before, same).unsure)


def test_files_in_other_folders_are_the_same_functions():
    before = folded(("f (/srv/v1/a.py:3)", 900), ("g (/srv/v1/a.py:9)", 100))
    after = folded(("f (/srv/v2/a.py:4)", 100), ("g (/srv/v2/a.py:9)", 900))
    assert {"f", "g"} == {m.name for m in change(before, after).moved}
    assert 2 == len(change(before, after).moved)


@given(st.floats(0, 1), st.integers(1, 10**6))
def test_an_interval_holds_its_share_and_stays_in_zero_to_one(value, samples):
    share = share_of(value, samples)
    assert 0 <= share.low <= value <= share.high <= 1


def test_nineteen_of_twenty_intervals_hold_the_truth():
    chance = Random(20261126)
    inside = 0
    for _ in range(2000):
        seen = sum(chance.random() < 0.12 for _ in range(200))
        share = share_of(seen / 200, 200)
        inside += share.low <= 0.12 <= share.high
    assert 0.93 <= inside / 2000 <= 0.975


@pytest.mark.parametrize(
    ("share", "factor"),
    [
        pytest.param(0.0, 1.0, id="nothing"),
        pytest.param(0.5, 2.0, id="half of it"),
        pytest.param(2 / 7, 1.4, id="two sevenths"),
        pytest.param(1.0, None, id="all of it"),
    ],
)
def test_amdahl(share, factor):
    assert factor == (pytest.approx(speed_up(share)) if factor else speed_up(share))
