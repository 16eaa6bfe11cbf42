"""What a running service leaves is read: headers, lines, access logs, statements, spans."""

import json

import pytest

from backwright.design.measured.observed import (
    read_access_log,
    read_header,
    read_spans,
    read_statements,
    read_timing,
)


@pytest.mark.parametrize(
    ("header", "wall", "sections"),
    [
        pytest.param("wall;dur=12.5, db.read;dur=3", 0.0125, {"db.read": 0.003}, id="ours"),
        pytest.param(
            'total;dur=20;desc="all, of it", db;dur=5', 0.02, {"db": 0.005}, id="a comma in quotes"
        ),
        pytest.param(
            "app; dur=7.0 , cache;desc=hit", 0.007, {}, id="blanks, and a metric without time"
        ),
    ],
)
def test_a_header(header, wall, sections):
    sample = read_header(header, "a.b")
    assert pytest.approx(wall) == sample.wall
    assert pytest.approx(sections) == dict(sample.sections)


@pytest.mark.parametrize("header", ["", "db;dur=5", "wall;dur=fast", ";;;,,,=", 'wall;desc="'])
def test_a_header_without_the_whole_time_is_no_sample(header):
    assert read_header(header, "a.b") is None


LINE = '127.0.0.1 - - [14/Nov/2026:13:55:36 +0000] "GET /buy?id=7 HTTP/1.1" 200 512'


@pytest.mark.parametrize(
    ("line", "wall"),
    [
        pytest.param(f'{LINE} "-" "curl/8.1" rt=0.123', 0.123, id="nginx with a name"),
        pytest.param(f'{LINE} "-" "curl/8.1" 0.123', 0.123, id="nginx $request_time last"),
        pytest.param(f'{LINE} "http://a/1" "Agent 2.0" "0.123"', 0.123, id="in quotes"),
        pytest.param(f'{LINE} "-" "Agent 1" 123000', 0.123, id="Apache %D in microseconds"),
        pytest.param(f"{LINE} 0.123456", 0.123456, id="gunicorn %(L)s"),
        pytest.param(f"{LINE} duration=123ms", 0.123, id="a unit"),
    ],
)
def test_an_access_log_with_times(line, wall):
    read = read_access_log(line + "\n")
    assert (0, 1) == (read.unread, len(read.samples))
    assert pytest.approx(wall) == read.samples[0].wall
    assert ("GET /buy", 200) == (read.samples[0].name, read.samples[0].status)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        pytest.param(
            f'{LINE} "-" "Agent/5.0 (99)"', "no request time", id="the combined format alone"
        ),
        pytest.param(
            'INFO:     127.0.0.1:4242 - "GET / HTTP/1.1" 200 OK', "not in the common", id="uvicorn"
        ),
        pytest.param("hello", "not in the common", id="something else"),
        pytest.param(
            LINE.replace("14/Nov/2026", "2026-11-14") + " 0.1", "the date", id="another date"
        ),
    ],
)
def test_an_access_log_without_times_says_what_is_missing(line, why):
    read = read_access_log(f"{line}\n\n{line}\n")
    assert 2 == read.unread
    assert why in read.problems[0][1]
    assert [1, 3] == [number for number, _ in read.problems]


ALIGNED = """\
      query       | calls | mean_exec_time | stddev_exec_time
------------------+-------+----------------+------------------
 INSERT INTO o $1 |   100 |           25.0 |              5.0
 SELECT 1         |   900 |            0.1 |              0.0
(2 rows)
"""
CSV = 'query,calls,mean_exec_time,stddev_exec_time\n"INSERT INTO o $1",100,25.0,5.0\n"SELECT a, b",900,0.1,0\n'
OLD = "query|calls|mean_time\nINSERT INTO o|100|25.0\n"


@pytest.mark.parametrize("text", [ALIGNED, CSV, OLD], ids=["psql", "CSV", "before version 13"])
def test_statements(text):
    read = read_statements(text)
    assert 0 == read.unread
    assert read.statements[0].query.startswith("INSERT INTO o")
    assert (100, 0.025) == (read.statements[0].calls, pytest.approx(read.statements[0].mean))


def test_statements_without_their_columns_are_refused_in_words():
    assert "mean_exec_time" in read_statements("a,b\n1,2\n").problems[0][1]


def span(number: int, parent: int, name: str, kind: object, start: float, end: float) -> dict:
    return {
        "spanId": str(number), "parentSpanId": str(parent) if parent else "", "name": name, "kind": kind,
        "startTimeUnixNano": str(int(start * 1e9)), "endTimeUnixNano": str(int(end * 1e9)),
    }  # fmt: skip


def document(*spans: dict) -> dict:
    return {"resourceSpans": [{"scopeSpans": [{"spans": list(spans)}]}]}


REQUEST = (
    span(1, 0, "POST /buy", 2, 0.0, 0.2),
    span(2, 1, "handler", 1, 0.0, 0.19),
    span(3, 2, "INSERT orders", 3, 0.01, 0.05),
    span(4, 2, "charge", "SPAN_KIND_CLIENT", 0.05, 0.15),
    span(5, 4, "inner", 3, 0.06, 0.14),  # within charge: not counted again
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(json.dumps(document(*REQUEST)), id="one document"),
        pytest.param(
            "\n".join(json.dumps(document(each)) for each in REQUEST), id="a document a line"
        ),
    ],
)
def test_spans(text):
    (sample,) = read_spans(text).samples
    assert ("POST /buy", pytest.approx(0.2)) == (sample.name, sample.wall)
    assert {"INSERT orders": pytest.approx(0.04), "charge": pytest.approx(0.1)} == dict(
        sample.sections
    )


@pytest.mark.parametrize("text", ["nothing", "[1]", '{"resourceSpans": 3}', '{"a": 1}\n{"b"'])
def test_what_are_no_spans_is_counted(text):
    read = read_spans(text)
    assert () == read.samples
    assert read.unread > 0


def test_lines_that_are_not_ours_are_counted():
    read = read_timing(
        '{"request": "GET /", "wall": 1, "at": 2, "cpu": 0.5}\nnope\n[]\n{"wall": 1}\n'
    )
    assert (1, 3) == (len(read.samples), read.unread)
