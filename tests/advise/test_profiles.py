"""Profiles of every format read, whole and damaged."""

import gzip
import json
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bench import CONTENT

from backwright.advise.profiles import PROFILE_BYTES_MAX, is_heap, read_profile, unpacked
from backwright.advise.profiles.folded import in_unit
from backwright.advise.profiles.pprof import fields
from backwright.model.errors import BadRequest

BROUGHT = Path(__file__).parent / "brought"
EXAMPLE = CONTENT / "examples" / "profile.speedscope.json"


def named(profile) -> dict[str, float]:
    """Return the weight of each stack, frames joined as folded stacks are."""
    return {
        ";".join(profile.frames[at].name for at in stack): round(weight.value, 9)
        for stack, weight in profile.stacks.items()
    }


# A message of protocol buffers, made by hand: what a library would write.


def varint(value: int) -> bytes:
    value &= 2**64 - 1
    made = bytearray()
    while value >= 0x80:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    made.append(value)
    return bytes(made)


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def message(field: int, body: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(body)) + body


def pprof(*, packed: bool = True, default: int = 0) -> bytes:
    """Return a CPU profile: main calls work (inlined into it: step) 7 times, main itself runs 3 times."""
    strings = ["", "samples", "count", "cpu", "nanoseconds", "main", "work", "step", "/srv/a.go"]
    many = (lambda f, vs: message(f, b"".join(map(varint, vs)))) if packed else (
        lambda f, vs: b"".join(number(f, v) for v in vs)
    )  # fmt: skip
    body = message(1, number(1, 1) + number(2, 2)) + message(1, number(1, 3) + number(2, 4))
    body += message(2, many(1, [2, 1]) + many(2, [7, 70_000_000]))
    body += message(2, many(1, [1]) + many(2, [3, 30_000_000]))
    line = lambda f, n: message(4, number(1, f) + number(2, n))  # noqa: E731
    body += message(4, number(1, 1) + line(1, 10))
    body += message(4, number(1, 2) + line(3, 30) + line(2, 20))  # innermost first: step in work
    for at, name in ((1, 5), (2, 6), (3, 7)):
        body += message(5, number(1, at) + number(2, name) + number(4, 8))
    body += b"".join(message(6, text.encode()) for text in strings)
    return body + number(10, 2_000_000_000) + (number(14, default) if default else b"")


SPEEDSCOPE = {
    "$schema": "https://www.speedscope.app/file-format-schema.json",
    "shared": {"frames": [{"name": "main"}, {"name": "work", "file": "a.py", "line": 3}]},
    "profiles": [
        {
            "type": "sampled", "name": "one", "unit": "milliseconds", "startValue": 0, "endValue": 30,
            "samples": [[0, 1], [0, 1], [0]], "weights": [10, 10, 10],
        }
    ],
}  # fmt: skip
EVENTED = {
    **SPEEDSCOPE,
    "profiles": [
        {
            "type": "evented", "name": "one", "unit": "seconds", "startValue": 0, "endValue": 4,
            "events": [
                {"type": "O", "frame": 0, "at": 0}, {"type": "O", "frame": 1, "at": 1},
                {"type": "C", "frame": 1, "at": 3}, {"type": "C", "frame": 0, "at": 4},
            ],
        }
    ],
}  # fmt: skip


def call(id_: int, name: str, children: tuple[int, ...] = (), hits: int = 0) -> dict:
    frame = {"functionName": name, "url": "file:///srv/a.js", "lineNumber": id_}
    return {"id": id_, "callFrame": frame, "hitCount": hits, "children": list(children)}


CPUPROFILE = {
    "nodes": [call(1, "(root)", (2, 3)), call(2, "main", (4,)), call(3, "(idle)"), call(4, "work")],
    "startTime": 0, "endTime": 10_000,
    "samples": [4, 4, 3, 2], "timeDeltas": [0, 1000, 1000, 2000],
}  # fmt: skip


@pytest.mark.parametrize(
    ("data", "expected", "unit"),
    [
        pytest.param(
            b"main;work 2\nmain 1\n# a remark\n\n", {"main;work": 2, "main": 1}, "samples",
            id="collapsed stacks, with a remark",
        ),
        pytest.param(
            json.dumps(SPEEDSCOPE).encode(), {"main;work": 0.02, "main": 0.01}, "seconds",
            id="speedscope, sampled",
        ),
        pytest.param(
            json.dumps(EVENTED).encode(), {"main;work": 2, "main": 2}, "seconds",
            id="speedscope, evented",
        ),
        pytest.param(
            json.dumps(CPUPROFILE).encode(), {"main;work": 0.002, "(idle)": 0.002}, "seconds",
            id="cpuprofile: a sample lasts until the next one",
        ),
        pytest.param(
            json.dumps({"nodes": [call(1, "(root)", (2,)), call(2, "main", (), 4)]}).encode(),
            {"main": 4}, "seconds", id="cpuprofile with hit counts only",
        ),
        pytest.param(
            pprof(), {"main;work;step": 0.07, "main": 0.03}, "seconds", id="pprof with inlined calls"
        ),
        pytest.param(
            gzip.compress(pprof(packed=False)), {"main;work;step": 0.07, "main": 0.03}, "seconds",
            id="pprof in gzip, numbers not packed",
        ),
        pytest.param(
            pprof(default=1), {"main;work;step": 7, "main": 3}, "samples",
            id="pprof shows the type that it asks for",
        ),
    ],
)  # fmt: skip
def test_each_format_is_read_for_what_it_is(data, expected, unit):
    profile = read_profile(unpacked(data))
    assert expected == named(profile)
    assert unit == profile.unit


@pytest.mark.parametrize(
    ("data", "samples"),
    [
        pytest.param(b"a 2\n", 2, id="counts of collapsed stacks"),
        pytest.param(json.dumps(SPEEDSCOPE).encode(), 3, id="samples of speedscope"),
        pytest.param(json.dumps(EVENTED).encode(), 0, id="a traced profile has none"),
        pytest.param(pprof(), 10, id="the count beside the time in pprof"),
    ],
)
def test_samples_are_counted_for_the_interval(data, samples):
    assert samples == read_profile(data).samples


@pytest.mark.parametrize(
    ("data", "why"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b" \n", "empty", id="white space"),
        pytest.param(b"PK\x03\x04rest", "zip", id="a zip archive"),
        pytest.param(gzip.compress(pprof())[:40], "too early", id="gzip cut short"),
        pytest.param(gzip.compress(pprof())[:-8] + bytes(8), "damaged", id="gzip damaged"),
        pytest.param(b"not a profile at all\nnor this", "no profile", id="prose"),
        pytest.param(b"a;b\nc;d\ne;f 1\n", "no profile", id="most lines without a count"),
        pytest.param(b"a;b -3\n", "no profile", id="a negative count"),
        pytest.param(b"a;b inf\n", "no profile", id="an endless count"),
        pytest.param(b"a;b 0\n", "without any sample", id="no sample"),
        pytest.param(b"{}", "neither", id="JSON of something else"),
        pytest.param(b'{"shared": {"frames": []}, "profiles": [', "cannot be read", id="JSON cut short"),
        pytest.param(
            b'{"shared": {"frames": []}, "profiles": [' + b"[" * 100_000, "cannot be read", id="JSON nested without end"
        ),
        pytest.param(
            json.dumps({**SPEEDSCOPE, "shared": {"frames": "main"}}).encode(), "cannot be read", id="text for a list"
        ),
        pytest.param(
            json.dumps({**SPEEDSCOPE, "shared": {"frames": []}}).encode(), "without any sample", id="frames missing"
        ),
        pytest.param(
            json.dumps({"nodes": [call(1, "a", (2,)), call(2, "b", (1,))], "samples": [1]}).encode(), "circle",
            id="calls in a circle",
        ),
        pytest.param(
            json.dumps({"nodes": [call(1, "a"), call(1, "b")]}).encode(), "same id", id="an id twice"
        ),
        pytest.param(pprof()[:-3][:50], "cut short", id="pprof cut short"),
        pytest.param(b"\x00" * 9, "no profile", id="zeros"),
        pytest.param(b"\xff" * 40, "no profile", id="bytes that are no text"),
        pytest.param(b"\x0a" + b"\xff" * 20, "no end", id="a length without end"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00", "no profile", id="a picture"),
    ],
)  # fmt: skip
def test_what_is_no_profile_is_refused_with_a_reason(data, why):
    with pytest.raises(BadRequest, match=why):
        read_profile(unpacked(data))


def test_a_bomb_is_not_unpacked_beyond_the_limit():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = bytes(2**20)
    bomb = b"".join(packer.compress(piece) for _ in range(PROFILE_BYTES_MAX // 2**20 + 2))
    bomb += packer.flush()
    assert len(bomb) < 2**20
    with pytest.raises(BadRequest, match="grows beyond 64 MB"):
        unpacked(bomb)


def test_lines_that_are_no_stacks_are_counted_and_the_rest_is_read():
    profile = read_profile(b"a;b 3\nhuh\na 2\n")
    assert {"a;b": 3, "a": 2} == named(profile)
    assert "1 of 3 lines are no stack with a count, the first is 2" in profile.notes


def test_samples_that_name_no_frame_are_counted_and_the_rest_is_read():
    broken = json.loads(json.dumps(SPEEDSCOPE))
    broken["profiles"][0]["samples"][0] = [0, 99]
    profile = read_profile(json.dumps(broken).encode())
    assert {"main;work": 0.01, "main": 0.01} == named(profile)
    assert any(note.startswith("1 samples") for note in profile.notes)


def test_counts_of_microseconds_are_seconds_without_samples():
    profile = in_unit(read_profile(b"a 2000000\n"), "microseconds")
    assert ("seconds", 2.0, 0) == (profile.unit, profile.total, profile.samples)


def test_places_of_py_spy_become_file_and_line():
    frame = read_profile(b"handle (shop/views.py:31) 1\n").frames[0]
    assert ("handle", "shop/views.py", 31) == frame


@pytest.mark.parametrize(
    "path",
    [BROUGHT / "handler.folded", BROUGHT / "shop.cpuprofile", EXAMPLE],
    ids=["py-spy, collapsed", "node --cpu-prof", "py-spy, speedscope"],
)
def test_what_real_profilers_wrote_is_read(path):
    data = path.read_bytes()
    assert read_profile(data).samples > 200
    assert not is_heap(data)


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    try:
        read_profile(unpacked(data))
    except BadRequest:
        return


@settings(max_examples=200)
@given(st.data())
def test_a_pprof_with_a_byte_changed_is_read_or_refused(data):
    body = bytearray(pprof())
    at = data.draw(st.integers(0, len(body) - 1))
    body[at] = data.draw(st.integers(0, 255))
    try:
        read_profile(bytes(body))
    except BadRequest:
        return


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 2**64 - 1)), max_size=20))
def test_numbers_of_protocol_buffers_come_back(pairs):
    assert pairs == list(fields(b"".join(number(f, v) for f, v in pairs)))


@given(
    st.dictionaries(
        st.lists(st.sampled_from("abc"), min_size=1).map(";".join), st.integers(1, 99), min_size=1
    )
)
def test_folded_stacks_come_back(stacks):
    text = "".join(f"{stack} {count}\n" for stack, count in stacks.items())
    assert stacks == named(read_profile(text.encode()))
