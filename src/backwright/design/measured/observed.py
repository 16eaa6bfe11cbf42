"""Texts that a running service leaves, read into samples: timing headers and lines, access logs, spans, statements.

What cannot be read is told with its line and why; the rest counts. Times are seconds.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

LINES_MAX = 2_000_000  # a day of a busy service is sampled, not read whole
UNREAD_MAX = 20  # lines told one by one; the rest is counted
MICROSECONDS = 1e-6


@dataclass(frozen=True)
class Sample:
    """One request as the server saw it.

    Attributes:
        name: Operation, or "METHOD /path" where only that is known.
        at: When it arrived, s on some clock; None if not told.
        wall: From arrival to the start (header) or end (lines, logs, spans) of the answer.
        cpu: Of this request alone; None if not told.
        inflight: Requests in work when it arrived; -1 if not told.
        sections: Time in named parts, such as the wait for a pool.
        busy, whose: CPU of what requests queue for (an event loop's thread, or the process) since its start, and
            which it is; None, "".
        status: 0 if not told.
    """

    name: str
    wall: float
    at: float | None = None
    cpu: float | None = None
    inflight: int = -1
    sections: tuple[tuple[str, float], ...] = ()
    busy: float | None = None
    whose: str = ""
    status: int = 0


@dataclass(frozen=True)
class Statement:
    """A kind of query in pg_stat_statements; mean and deviation in seconds."""

    query: str
    calls: int
    mean: float
    deviation: float


@dataclass(frozen=True)
class Read:
    """What was read, and what was not: (line, why); `unread` counts all of them."""

    samples: tuple[Sample, ...] = ()
    statements: tuple[Statement, ...] = ()
    problems: tuple[tuple[int, str], ...] = ()
    unread: int = 0


class _Unread:
    def __init__(self) -> None:
        self.problems: list[tuple[int, str]] = []
        self.count = 0

    def add(self, line: int, why: str) -> None:
        self.count += 1
        if len(self.problems) < UNREAD_MAX:
            self.problems.append((line, why))

    def read(self, samples: Iterable[Sample] = (), statements: Iterable[Statement] = ()) -> Read:
        return Read(tuple(samples), tuple(statements), tuple(self.problems), self.count)


_ENTRY = re.compile(r'\s*([\w.\-/:]+)\s*((?:;\s*\w+\s*=\s*(?:"[^"]*"|[^;,\s]*)\s*)*)(?:,|$)')
_PARAMETER = re.compile(r';\s*(\w+)\s*=\s*(?:"([^"]*)"|([^;,\s]*))')
_OWN = ("wall", "cpu", "inflight", "busy")


def read_header(value: str, name: str, at: float | None = None) -> Sample | None:
    """Read a Server-Timing header as our middleware writes it; None if it has no `wall`.

    Of another server's header every duration becomes a section, and `total` or `app` stands for wall.
    """
    durations: dict[str, float] = {}
    whose = ""
    for entry in _ENTRY.finditer(value):
        parameters = {k.lower(): a or b for k, a, b in _PARAMETER.findall(entry[2])}
        try:
            durations[entry[1]] = float(parameters.get("dur", ""))
        except ValueError:
            continue
        if entry[1] == "busy":
            whose = parameters.get("desc", "")
    wall = next((durations[key] for key in ("wall", "total", "app") if key in durations), None)
    if wall is None:
        return None
    return Sample(
        name, wall / 1000, at,
        durations["cpu"] / 1000 if "cpu" in durations else None,
        int(durations.get("inflight", -1)),
        tuple((k, v / 1000) for k, v in durations.items() if k not in (*_OWN, "total", "app")),
        durations["busy"] / 1000 if "busy" in durations else None, whose,
    )  # fmt: skip


def read_timing(text: str) -> Read:
    """Read the JSON lines of our middleware."""
    unread, samples = _Unread(), []
    for number, line in _lines(text, unread):
        try:
            row = json.loads(line)
            samples.append(
                Sample(
                    str(row["request"]), float(row["wall"]) / 1000, float(row["at"]), float(row["cpu"]) / 1000,
                    int(row.get("inflight", -1)),
                    tuple((str(k), float(v) / 1000) for k, v in row.get("sections", {}).items()),
                    float(row["busy"]) / 1000 if "busy" in row else None, str(row.get("whose", "")),
                    int(row.get("status", 0)),
                )
            )  # fmt: skip
        except (ValueError, KeyError, TypeError, AttributeError):
            unread.add(number, "no line of the timing middleware")
    return unread.read(samples)


_COMBINED = re.compile(
    r'\S+ \S+ \S+ \[(?P<at>[^\]]+)\] "(?P<method>[A-Z]+) (?P<path>[^" ]+)[^"]*" (?P<status>\d{3}) \S+(?P<rest>.*)$'
)
_NAMED = re.compile(
    r"\b(?:rt|request_time|duration|upstream_response_time|took)[=:]\s*\"?([\d.]+)\s*(us|ms|s)?"
)
_LAST = re.compile(r'(?:^|\s)"?(\d+(?:\.\d+)?)\s*(us|ms|s)?"?\s*$')
_UNIT = {"us": MICROSECONDS, "ms": 1e-3, "s": 1.0}


def read_access_log(text: str) -> Read:
    """Read an access log in the common or combined format that carries the time of each request.

    The time is a field `rt=`, `request_time=` or `duration=`, or the last field: with a decimal point it
    is seconds (nginx $request_time, gunicorn %(L)s), whole it is microseconds (Apache and gunicorn %D).
    """
    unread, samples = _Unread(), []
    for number, line in _lines(text, unread):
        found = _COMBINED.match(line)
        if not found:
            unread.add(number, "not in the common or combined format")
            continue
        rest = re.sub(r'"[^"]*"', _keep_times, found["rest"])  # referrer and agent may hold numbers
        time = _NAMED.search(rest) or _LAST.search(rest)
        if not time:
            unread.add(number, "no request time: add $request_time, %D or %(L)s to the format")
            continue
        whole = MICROSECONDS if "." not in time[1] else 1.0
        wall = float(time[1]) * (_UNIT[time[2]] if time[2] else whole)
        try:
            at = datetime.strptime(found["at"], "%d/%b/%Y:%H:%M:%S %z").timestamp()
        except ValueError:
            unread.add(number, f"the date '{found['at']}' is not like 14/Nov/2026:13:55:36 +0000")
            continue
        path = found["path"].partition("?")[0]
        samples.append(Sample(f"{found['method']} {path}", wall, at, status=int(found["status"])))
    return unread.read(samples)


def _keep_times(quoted: "re.Match[str]") -> str:
    return quoted[0] if re.fullmatch(r'"[\d.]+"', quoted[0]) else '""'


def read_statements(text: str) -> Read:
    """Read pg_stat_statements: CSV, or what psql prints (aligned or unaligned), with its head line.

    Needed columns: query, calls, mean_exec_time (mean_time before PostgreSQL 13); in milliseconds, as there.
    """
    unread, statements = _Unread(), []
    rows = [line for line in text.splitlines() if line.strip()]
    if not rows:
        return unread.read()
    bar = rows[0].count("|") > rows[0].count(",")
    cells: Iterable[list[str]] = (
        ([c.strip() for c in row.split("|")] for row in rows) if bar else csv.reader(rows)
    )
    table = iter(cells)
    head = [name.strip().strip('"').lower() for name in next(table)]
    mean = next((n for n in ("mean_exec_time", "mean_time") if n in head), "")
    spread = next((n for n in ("stddev_exec_time", "stddev_time") if n in head), "")
    if not mean or "calls" not in head or "query" not in head:
        unread.add(1, "the head line has no query, calls and mean_exec_time")
        return unread.read()
    for number, row in enumerate(table, 2):
        if set("".join(row)) <= set("-+ ") or re.fullmatch(r"\(\d+ rows?\)", "".join(row).strip()):
            continue
        named = dict(zip(head, row, strict=False))
        try:
            statements.append(
                Statement(
                    named["query"], int(named["calls"]), float(named[mean]) / 1000,
                    float(named.get(spread) or 0.0) / 1000,
                )
            )  # fmt: skip
        except (KeyError, ValueError):
            unread.add(number, "a row without query, calls or mean time")
    return unread.read(statements=statements)


def read_spans(text: str) -> Read:
    """Read OpenTelemetry spans as OTLP JSON: one object, or one a line (the file exporter).

    Each server or consumer span is a sample; spans below it that wait for others (kind client or
    producer) are its sections, by the name of the span.
    """
    unread, spans = _Unread(), []
    try:
        documents: Iterator[tuple[int, Any]] = iter([(1, json.loads(text))])
    except (ValueError, RecursionError):
        documents = _documents(text, unread)
    for number, document in documents:
        try:
            spans += [_span(raw) for raw in _raw_spans(document)]
        except (KeyError, TypeError, ValueError, AttributeError):
            unread.add(number, "not OTLP JSON: resourceSpans, scopeSpans, spans with times in ns")
    below: dict[str, list[_Span]] = {}
    for span in spans:
        below.setdefault(span.parent, []).append(span)
    samples = [
        Sample(s.name, s.end - s.start, s.start, sections=tuple(_sections(s, below).items()))
        for s in spans
        if s.kind in _SERVING
    ]
    return unread.read(samples)


@dataclass(frozen=True)
class _Span:
    id: str
    parent: str
    name: str
    kind: str
    start: float
    end: float


_KINDS = {1: "internal", 2: "server", 3: "client", 4: "producer", 5: "consumer"}
_SERVING = ("server", "consumer")


def _documents(text: str, unread: _Unread) -> Iterator[tuple[int, Any]]:
    for number, line in _lines(text, unread):
        try:
            yield number, json.loads(line)
        except (ValueError, RecursionError):
            unread.add(number, "no JSON")


def _raw_spans(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for resource in document["resourceSpans"]:
        for scope in (
            resource.get("scopeSpans") or resource.get("instrumentationLibrarySpans") or ()
        ):
            yield from scope["spans"]


def _span(raw: Mapping[str, Any]) -> _Span:
    kind = raw.get("kind", 0)
    word = _KINDS.get(kind, "") if isinstance(kind, int) else str(kind).rpartition("_")[2].lower()
    start, end = int(raw["startTimeUnixNano"]) / 1e9, int(raw["endTimeUnixNano"]) / 1e9
    return _Span(
        str(raw["spanId"]), str(raw.get("parentSpanId") or ""), str(raw["name"]), word, start, end
    )


def _sections(span: _Span, below: Mapping[str, list[_Span]]) -> dict[str, float]:
    """Return the time in client spans below, the outermost of each branch."""
    found: dict[str, float] = {}
    todo = list(below.get(span.id, ()))
    seen = {span.id}
    while todo:
        child = todo.pop()
        if child.id in seen:
            continue
        seen.add(child.id)
        if child.kind in ("client", "producer"):
            found[child.name] = found.get(child.name, 0.0) + child.end - child.start
        else:
            todo += below.get(child.id, ())
    return found


def _lines(text: str, unread: _Unread) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if number > LINES_MAX:
            unread.add(number, f"and all after it: at most {LINES_MAX:,} lines are read")
            return
        if line.strip():
            yield number, line
