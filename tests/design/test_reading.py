"""Blueprints in YAML: what is read, what is assumed, and that every problem is told with its line."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bench import CONTENT

from backwright.design.programs import plan_of
from backwright.design.written.reading import read_design
from backwright.model.design import Ask, Choice, Cpu, Holding, Locked, Lookup, Parallel, Put, Repeat

EXAMPLES = sorted((CONTENT / "examples" / "designs").glob("*.yaml"))
LEAST = """\
version: 1
workload: {rate: 10/s}
services:
  web:
    workers: 4
    handlers:
      get:
        - cpu: 5 ms
"""
FULL = """\
version: 1
name: full
workload:
  rate: {value: 100/s, low: 80/s, high: 150/s, source: measured, ref: access log}
  mix:
    web.get: 90 %
    big: {call: web.put, share: 10 %, tenant: large}
  peak: 3x
  growth: 5 %/month
services:
  web:
    instances: 2
    workers: 16
    queue: {max: 100, order: lifo}
    handlers:
      get:
        - cpu: lognormal(3 ms cv 1.2)
        - cache: sessions
          miss:
            - call: db.read
        - parallel: [[{call: api.get}], [{wait: 5 ms}]]
          need: 1
      put:
        - choose:
            - {share: 20 %, steps: [{fail: 1 %}]}
        - repeat: 5
          steps:
            - call: db.write
        - hold: web_db
          steps:
            - lock: row
              keys: 10
              steps:
                - call: db.write
        - put: jobs
  worker:
    workers: 4
    handlers:
      run: [{cpu: 10..20 ms}]
stores:
  db: {servers: 8, connections: 100, replicas: 2, replica_reads: [read], lag: 200 ms, operations: {read: 2 ms, write: constant(4 ms)}}
externals:
  api: {limit: 50/s, operations: {get: {mean: 80 ms, source: cited, ref: their status page, date: 2026-01-01}}}
pools: {web_db: {owner: web, to: db, size: 10, acquire_timeout: 1 s}}
caches: {sessions: {hit: 90 %, time: 0.5 ms}}
queues: {jobs: {consumer: worker.run, consumers: 4, max: 10k, attempts: 3}}
calls:
  client -> web: {timeout: 2 s, retries: 2, backoff: 50 ms equal, budget: 10 %}
  web -> api: {timeout: 300 ms, breaker: {errors: 50 %, window: 20, open: 5 s}, hedge: 100 ms, bulkhead: 5, limit: 40/s, deadline: propagate}
scale: {web: {signal: workers, target: 65 %, interval: 30 s, boot: 90 s, min: 2, max: 10}}
failures:
  - {at: 60 s, for: 10 s, load: 3x}
  - {at: 90 s, for: 10 s, slow: db, factor: 5x}
  - {at: 120 s, for: 10 s, kill: web}
  - {at: 150 s, for: 10 s, errors: api, share: 50 %}
  - {at: 180 s, cold: sessions}
  - {at: 200 s, for: 10 s, zone: 1}
slo: {p99: 200 ms, p99.9: 1 s, errors: 0.1 %, survive: instance}
prices: {currency: EUR, web: 0.12/h}
"""


def problems(text, *sets):
    return [tuple(each) for each in read_design(text, "x", sets).problems]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_reads_and_becomes_a_net(path):
    reading = read_design(path.read_text())
    assert () == reading.problems
    assert reading.design.name == path.stem
    assert len(plan_of(reading.design).net.programs) == len(reading.design.workload.entries)


def test_the_least_blueprint_takes_the_only_operation_as_its_mix():
    design = read_design(LEAST, "least").design
    assert ("least", ["web.get"]) == (design.name, [e.name for e in design.workload.entries])


def test_a_full_blueprint_holds_what_was_written():
    design = read_design(FULL).design
    web, db = design.node("web"), design.node("db")
    assert (2, 16, 100, "lifo") == (web.instances, web.workers, web.queue_max, web.queue_order)
    assert [Cpu, Lookup, Parallel] == [type(step) for step in web.handlers[0].steps]
    assert [Choice, Repeat, Holding, Put] == [type(step) for step in web.handlers[1].steps]
    held = web.handlers[1].steps[2]
    assert isinstance(held.body[0], Locked)
    assert Ask("db", "write") == held.body[0].body[0]
    assert (8, 100, 2, ("read",)) == (db.workers, db.connections_max, db.replicas, db.replica_reads)
    assert 50 == design.node("api").limit
    policy = design.policy("web", "api")
    assert (0.3, 0.1, 5, 40, "propagate") == (policy.timeout, policy.hedge, policy.bulkhead, policy.limit, policy.deadline)  # fmt: skip
    assert ["load", "slow", "kill", "errors", "cold", "zone"] == [f.kind for f in design.failures]
    assert ((99.0, 0.2), (99.9, 1.0)) == design.slo.latency
    assert ("EUR", 0.12) == (design.currency, design.prices[0].per_hour)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("5 ms", (0.005, 0.0035, 0.007, "assumed"), id="a bare time is assumed and widened"),
        pytest.param("4..9 ms", (0.006, 0.004, 0.009, "assumed"), id="a range has its geometric middle"),
        pytest.param("{mean: 5 ms, source: measured, ref: a profile}", (0.005, 0.005, 0.005, "measured"), id="a measured time is not widened"),
        pytest.param("{mean: 5 ms, low: 4 ms, high: 9 ms}", (0.005, 0.004, 0.009, "assumed"), id="its own interval"),
    ],
)  # fmt: skip
def test_a_time_carries_where_it_comes_from(said, expected):
    text = LEAST.replace("- cpu: 5 ms", f"- cpu: {said}")
    mean = read_design(text).design.node("web").handlers[0].steps[0].time.mean
    assert expected == (pytest.approx(mean.value), pytest.approx(mean.low), pytest.approx(mean.high), mean.origin)  # fmt: skip


def test_an_empirical_law_has_the_mean_of_its_points():
    text = LEAST.replace("- cpu: 5 ms", "- cpu: {points: [[0, 2 ms], [0.5, 4 ms], [1, 10 ms]]}")
    law = read_design(text).design.node("web").handlers[0].steps[0].time
    assert ("empirical", pytest.approx(0.5 * 0.003 + 0.5 * 0.007)) == (law.shape, law.mean.value)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        pytest.param("workers: 4", "workers: 0", 5, "0 can serve nothing", id="no workers"),
        pytest.param("workers: 4", "workers: -3", 5, "cannot be negative", id="negative workers"),
        pytest.param("rate: 10/s", "rate: 0/s", 2, "above zero", id="a rate of zero"),
        pytest.param("rate: 10/s", "rate: 10", 2, "a rate needs its period", id="a rate without a period"),
        pytest.param("cpu: 5 ms", 'cpu: "5"', 8, "a time needs its unit", id="a time without a unit"),
        pytest.param("cpu: 5 ms", "cpu: 900 d", 8, "is the unit right", id="a time of years"),
        pytest.param("cpu: 5 ms", "call: webb.get", 8, "nearest: web", id="a service that does not exist"),
        pytest.param("cpu: 5 ms", "call: web.got", 8, "no such operation; nearest: get", id="an operation that does not exist"),
        pytest.param("cpu: 5 ms", "call: web.get", 8, "calls itself", id="a call to itself"),
        pytest.param("cpu: 5 ms", "cpi: 5 ms", 8, '"cpi" is no step; nearest: cpu', id="a step that does not exist"),
        pytest.param("cpu: 5 ms", "hold: pool", 8, "which steps run meanwhile", id="a hold without steps"),
        pytest.param("cpu: 5 ms", "put: jobs", 8, "no such queue", id="a queue that does not exist"),
        pytest.param("cpu: 5 ms", "cpu: {mean: 5 ms, source: measured}", 8, "needs a ref", id="measured, but where?"),
        pytest.param("cpu: 5 ms", "cpu: {shape: empirical}", 8, "needs points", id="a law without points"),
        pytest.param("cpu: 5 ms", "cpu: normal(5 ms)", 8, "none of constant", id="a law that does not exist"),
        pytest.param("workers: 4", "wrokers: 4", 5, "nearest: workers", id="a misspelt key"),
        pytest.param("workers: 4", "workers: 1e9", 5, "too much", id="more workers than can be computed"),
        pytest.param("cpu: 5 ms", "cpu: 1e-300 s", 8, "below a nanosecond", id="a time of nearly nothing"),
        pytest.param("{rate: 10/s}", "{rate: 10/s, mix: {web: 1}}", 2, "which of its operations? web.get", id="a service without its operation"),
        pytest.param("version: 1", "slo: {p99: 0 ms}\nversion: 1", 1, "nothing answers in no time", id="a target of no time"),
        pytest.param("version: 1", "calls: {client -> web: {limit: 0/s}}\nversion: 1", 1, "lets nothing through", id="a limit of nothing"),
        pytest.param("version: 1", "version: 2", 1, "this reads version 1", id="another version"),
        pytest.param("{rate: 10/s}", "{rate: 10/s, users: 5}", 2, "not both", id="open and closed at once"),
        pytest.param("{rate: 10/s}", "{users: 5}", 2, "how long do they think", id="users who do not think"),
        pytest.param("{rate: 10/s}", "{rate: 10/s, mix: {web.get: 60 %}}", 2, "add up to 60 %", id="a mix that is not whole"),
        pytest.param("{rate: 10/s}", "{rate: 10/s, peak: 3x, arrivals: diurnal}", 2, "at most twice its mean", id="a day with too high a top"),
        pytest.param("{rate: 10/s}", "{rate: 10/s, arrivals: {mmpp: {burst: 9x, on: 2 s, off: 8 s}}}", 2, "more than the mean rate", id="a burst that is more than all"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_with_its_line(old, new, line, words):
    assert old in LEAST
    found = problems(LEAST.replace(old, new))
    assert any(at == line and words in message for at, message in found), found


def test_all_problems_are_told_at_once():
    text = LEAST.replace("workers: 4", "workers: 0").replace("5 ms", "5").replace("10/s", "10")
    assert [2, 5, 8] == [line for line, _ in problems(text)]


def test_calls_in_a_circle_are_refused():
    text = """\
version: 1
workload: {rate: 3/s, mix: {a.x: 1}}
services:
  a: {handlers: {x: [{call: b.y}]}}
  b: {handlers: {y: [{call: a.x}]}}
"""
    assert "a calls b calls a: a request would never end" in problems(text)[0][1]


def test_a_chain_of_calls_that_is_too_deep_is_refused():
    services = "\n".join(
        f"  s{n}: {{handlers: {{x: [{{call: s{n + 1}.x}}]}}}}" for n in range(1200)
    )
    text = f"version: 1\nworkload: {{rate: 3/s, mix: {{s0.x: 1}}}}\nservices:\n{services}\n  s1200: {{handlers: {{x: [{{cpu: 1 ms}}]}}}}\n"
    assert "at most 50 are followed" in problems(text)[0][1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "empty", id="nothing"),
        pytest.param("- a", "is a mapping", id="a list"),
        pytest.param("a: [", "not YAML", id="no YAML"),
        pytest.param("a: 1\na: 2", "written twice", id="a key twice"),
        pytest.param("x" * 1_000_001, "at most 1,000,000", id="too long"),
        pytest.param("a: " + "[" * 100 + "]" * 100, "nested deeper", id="too deep"),
        pytest.param(
            "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "\n".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)),
            "aliases counted each time",
            id="a bomb of aliases",
        ),
    ],
)  # fmt: skip
def test_a_text_that_is_no_tree_is_one_problem(text, words):
    (found,) = problems(text)
    assert words in found[1]


@pytest.mark.parametrize(
    ("setting", "path", "expected"),
    [
        pytest.param("services.web.workers=24", lambda d: d.node("web").workers, 24, id="the whole path"),
        pytest.param("web.workers=24", lambda d: d.node("web").workers, 24, id="without its section"),
        pytest.param("web.queue.max=9", lambda d: d.node("web").queue_max, 9, id="what is not there yet"),
        pytest.param("workload.rate=99/s", lambda d: d.workload.rate.value, 99, id="a rate"),
        pytest.param("slo.p99.9=2 s", lambda d: d.slo.latency, ((99.9, 2.0),), id="a key with a dot"),
        pytest.param("web.get.0.cpu=7 ms", lambda d: d.node("web").handlers[0].steps[0].time.mean.value, 0.007, id="a step by its number, handlers left out"),
    ],
)  # fmt: skip
def test_a_setting_finds_its_place(setting, path, expected):
    reading = read_design(LEAST, "x", (setting,))
    assert () == reading.problems
    assert expected == path(reading.design)


@pytest.mark.parametrize(
    ("setting", "path"),
    [
        pytest.param("web -> api.breaker=null", lambda d: d.policy("web", "api").breaker, id="a breaker"),
        pytest.param("web.queue=null", lambda d: d.node("web").queue_max, id="a whole mapping"),
    ],
)  # fmt: skip
def test_null_takes_out_what_is_there(setting, path):
    before, after = read_design(FULL, "x"), read_design(FULL, "x", (setting,))
    assert path(before.design)
    assert not path(after.design)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        pytest.param("web.queue=null", "it is not there, so nothing can be taken out", id="null for what is not there"),
        pytest.param("web.workers", "write PATH=VALUE", id="no value"),
        pytest.param("wbe.workers=3", "no such place; nearest: services.web.workers", id="a place that does not exist"),
        pytest.param("web.workers=[", "not YAML", id="no value that can be read"),
    ],
)  # fmt: skip
def test_a_setting_that_leads_nowhere_is_a_problem(setting, words):
    ((_, message),) = problems(LEAST, setting)
    assert words in message


def test_a_bare_number_in_place_of_a_law_keeps_its_shape_and_loses_its_provenance():
    text = LEAST.replace(
        "cpu: 5 ms", "cpu: {mean: 5 ms, shape: constant, source: measured, ref: x}"
    )
    law = (
        read_design(text, "x", ("web.get.0.cpu=8 ms",)).design.node("web").handlers[0].steps[0].time
    )
    assert ("constant", 0.008, "assumed") == (law.shape, law.mean.value, law.mean.origin)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damaged_blueprint_raises(data):
    lines = FULL.splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        line = lines[at]
        cut = data.draw(st.integers(0, len(line)))
        junk = data.draw(st.sampled_from(["", "0", "-1", "x: ", "[", "}", ": ", "%", "1e999 s", "\t", "~", "&a *a", "'"]))  # fmt: skip
        lines[at] = line[:cut] + junk + line[cut + data.draw(st.integers(0, 3)) :]
    reading = read_design("\n".join(lines))
    assert (reading.design is None) == bool(reading.problems)
    if reading.design:
        plan_of(reading.design)


def test_the_schema_for_editors_accepts_every_example_and_refuses_a_misspelt_key():
    jsonschema = pytest.importorskip("jsonschema")
    import yaml

    from backwright.design.written.schema import blueprint_schema

    validator = jsonschema.Draft202012Validator(json.loads(json.dumps(blueprint_schema())))
    for text in (*(Path(each).read_text() for each in EXAMPLES), FULL, LEAST):
        found = [error.message[:200] for error in validator.iter_errors(yaml.safe_load(text))]
        assert [] == found
    assert list(validator.iter_errors(yaml.safe_load(LEAST.replace("workers", "wrokers"))))


@pytest.mark.parametrize(
    ("setting", "rate", "users"),
    [
        pytest.param("workload.rate=30/s", 30.0, 0, id="a rate sends the users away"),
        pytest.param("workload.users=7", None, 7, id="users make their own rate"),
    ],
)
def test_of_rate_and_users_the_one_that_is_set_counts(setting, rate, users):
    text = LEAST.replace("{rate: 10/s}", "{users: 5, think: 2 s}" if rate else "{rate: 10/s, think: 2 s}")  # fmt: skip
    load = read_design(text, "", (setting,)).design.workload
    assert (rate, users) == (load.rate and load.rate.value, load.users)


def test_an_empty_mix_is_no_mix():
    text = LEAST.replace("{rate: 10/s}", "{rate: 10/s, mix: {}}")
    assert ["web.get"] == [entry.name for entry in read_design(text).design.workload.entries]
