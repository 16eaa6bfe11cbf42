"""Design calibrate: what requests of a running service cost, measured, and written into its blueprint."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from typing import Annotated, Literal

from backwright.design.measured.attribution import Placed, place
from backwright.design.measured.comparing import Span, percentile
from backwright.design.measured.fitting import Fit, Level, fit, statement_time
from backwright.design.measured.observed import (
    Read,
    Sample,
    Statement,
    read_access_log,
    read_spans,
    read_statements,
    read_timing,
)
from backwright.design.written.patching import Change, Measured, patched
from backwright.design.written.reading import read_design
from backwright.model.design import Ask as AskStep
from backwright.model.design import Design, Step, Wait, walk
from backwright.model.errors import BadRequest, NotFound, NothingToDo
from backwright.model.measured import LoadRun
from backwright.usecases.bench import Bench
from backwright.usecases.design_file import design_text, problems_in
from backwright.usecases.measuring import (
    SYSTEM,
    Aim,
    Reached,
    level_of,
    plan_for,
    rate_of,
    reached,
    send,
)
from backwright.usecases.spec import Mark

RATES = ("10/s", "30/s")  # low enough for a laptop's service, apart enough to tell them apart
WARM = 0.1  # share of a load that is left out: pools fill, code is compiled


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    path: Annotated[str, "Blueprint, or the name of an example", Mark(positional=True, disk="file")]
    url: Annotated[tuple[str, ...], "Address: orders.buy=http://127.0.0.1:8000/buy, or =POST URL", Mark(metavar="OPERATION=URL")] = ()  # fmt: skip
    rates: Annotated[tuple[str, ...], "Loads to measure at, at least two [10/s 30/s]", Mark(metavar="20/s 80/s")] = ()  # fmt: skip
    seconds: Annotated[float, "Length of each load"] = 10.0
    serve: Annotated[str, "Command of a server to start; {port}, {dotted.path} are filled in; 'example' is ours"] = ""  # fmt: skip
    env: Annotated[tuple[str, ...], "Environment of --serve, such as POOL={pools.db.size}", Mark(metavar="NAME=TEXT")] = ()  # fmt: skip
    body: Annotated[tuple[str, ...], "Body of an operation's request", Mark(metavar="OPERATION=TEXT")] = ()  # fmt: skip
    header: Annotated[tuple[str, ...], "Header of every request", Mark(metavar="NAME:VALUE")] = ()
    timing: Annotated[
        str, "JSON lines that the timing middleware wrote", Mark(metavar="FILE", disk="file")
    ] = ""
    access_log: Annotated[
        str, "Access log with request times", Mark(metavar="FILE", disk="file")
    ] = ""
    statements: Annotated[str, "Rows of pg_stat_statements as CSV or as psql prints them", Mark(metavar="FILE", disk="file")] = ""  # fmt: skip
    spans: Annotated[str, "OpenTelemetry spans as OTLP JSON", Mark(metavar="FILE", disk="file")] = (
        ""
    )
    map: Annotated[tuple[str, ...], "What a section, path or statement is in the blueprint", Mark(metavar="NAME=OPERATION")] = ()  # fmt: skip
    system: Annotated[tuple[str, ...], "Other processes of the service, such as redis-server [postgres]", Mark(metavar="PROCESS")] = ()  # fmt: skip
    write: Annotated[bool, "Write the numbers into the blueprint; otherwise they are only shown"] = False  # fmt: skip
    seed: Annotated[int | None, "Seed of the arrivals"] = None
    i_own_this_host: Annotated[bool, "Accept an address that is not this machine, at most 200 requests/s"] = False  # fmt: skip


@dataclass(frozen=True)
class Loaded:
    """One load and how it went.

    Attributes:
        p50, p99: Of the client, s, with 95 % intervals; NaN if nothing succeeded.
        outcomes: (how requests ended, how many).
        lag_p99: How late the generator was, s.
        foreign: Share of the machine that others took; None if it cannot be read here.
        trouble: Why this load should not be believed, "" if it should.
    """

    rate: float
    requests: int
    p50: Span
    p99: Span
    outcomes: tuple[tuple[str, int], ...]
    lag_p99: float
    foreign: float | None
    trouble: str


@dataclass(frozen=True)
class Ceiling:
    """What gives out first, by the measured demands: requests per second and why."""

    what: str
    rate: float
    why: str


@dataclass(frozen=True)
class Calibrated:
    """What was measured.

    Attributes:
        changes: Places of the blueprint, before and after; `written` is the file if they were written.
        homeless: Measured numbers without a place, and what to do about it.
        unread: (file, line, why) of evidence that was not understood; unread_count counts all.
        died: The server stopped answering during a load; stopped: the person ended it between loads.
        options: What was asked, as options of a command line, without --write.
    """

    name: str
    path: str
    loads: tuple[Loaded, ...]
    fit: Fit
    ceilings: tuple[Ceiling, ...]
    changes: tuple[Change, ...]
    homeless: tuple[str, ...]
    written: str
    unread: tuple[tuple[str, int, str], ...]
    unread_count: int
    died: bool
    stopped: bool
    seed: int
    options: str
    verdict: Literal["ok", "partly"]


@dataclass(frozen=True)
class _Evidence:
    levels: tuple[Level, ...]
    statements: tuple[Statement, ...]
    unread: tuple[tuple[str, int, str], ...]
    unread_count: int


def run(ask: Ask, bench: Bench) -> Calibrated:
    """Measure, fit, and say or write what changes.

    Raises:
        BadRequest: A blueprint, address, rate or file that makes no sense.
        NotFound: Nothing answers, or the server does not start.
        NothingToDo: Nothing to measure was named, or nothing told a time.
    """
    text, name = design_text(ask.path, bench)
    reading = read_design(text, name)
    if reading.design is None:
        raise problems_in(ask.path, reading.problems)
    design = reading.design
    seed = bench.clock.seed() if ask.seed is None else ask.seed
    names = dict(_named(each) for each in ask.map)
    evidence = _evidence(ask, names, bench)
    if not (ask.url or ask.serve or evidence.levels or evidence.statements):
        raise NothingToDo(
            "there is nothing to measure: name a running service or what one has left",
            hint=f"backwright design calibrate {ask.path} --serve example",
        )
    runs: list[tuple[float, LoadRun]] = []
    stopped = False
    if ask.url or ask.serve:
        with _service(design, text, ask, bench) as service:
            runs, stopped = _loads(service, ask, seed, bench)
    levels = [*(_warmed(level_of(run, rate), run) for rate, run in runs), *evidence.levels]
    fitted = fit(levels)
    date = bench.clock.now().date().isoformat()
    ref = _source(ask, runs)
    placed = place(design, fitted, names, ref, date)
    placed = _with_statements(
        design, placed, evidence, names, sum(len(x.samples) for x in levels), ref, date
    )
    if not placed.numbers and not placed.homeless and not runs:
        raise NothingToDo(
            "the evidence tells no time of an operation", hint="backwright design calibrate --help"
        )
    after, changes = patched(text, placed.numbers)
    written = bench.files.write(_file_of(ask.path, bench), after) if ask.write and changes else ""
    died = any(run.died_at is not None for _, run in runs)
    problems = [each for _, run in runs if (each := trouble_of(run))]
    return Calibrated(
        design.name, ask.path, tuple(loaded(rate, run) for rate, run in runs), fitted, _ceilings(design, fitted),
        changes, placed.homeless, written, evidence.unread, evidence.unread_count, died, stopped, seed,
        options_of(ask), "partly" if died or stopped or (problems and not placed.numbers) else "ok",
    )  # fmt: skip


@contextmanager
def _service(design: Design, text: str, ask: Ask, bench: Bench) -> Iterator[Reached]:
    aim = Aim(
        ask.url, ask.serve, ask.env, ask.body, ask.header, ask.system or SYSTEM, ask.i_own_this_host
    )
    with reached(design, text, (), aim, bench) as service:
        yield service


def _loads(
    service: Reached, ask: Ask, seed: int, bench: Bench
) -> tuple[list[tuple[float, LoadRun]], bool]:
    """Run the loads from low to high; stop where the server stops, or the person, who keeps what there is."""
    rates = sorted({rate_of(each) for each in ask.rates or RATES})
    if len(rates) < 2:
        raise BadRequest(
            "one load cannot tell what depends on the load; give two or more",
            hint="--rates 20/s 80/s",
        )
    runs: list[tuple[float, LoadRun]] = []
    for number, rate in enumerate(rates):
        bench.progress(f"loading  {rate:g}/s for {ask.seconds:g} s, {number + 1} of {len(rates)}")
        try:
            run = send(service, plan_for(service, rate, ask.seconds, seed + number), bench)
        except KeyboardInterrupt:
            if not runs:
                raise
            return runs, True
        runs.append((rate, run))
        if run.died_at is not None:
            break
    return runs, False


def _warmed(level: Level, run: LoadRun) -> Level:
    """Leave out the first part of a load."""
    start = WARM * run.plan.at[-1]
    kept = [n for n, sample in enumerate(level.samples) if (sample.at or 0.0) >= start]
    return replace(
        level,
        samples=tuple(level.samples[n] for n in kept),
        latencies=tuple(level.latencies[n] for n in kept),
    )


def loaded(rate: float, run: LoadRun) -> Loaded:
    """Return one load as it is told."""
    values = run.succeeded()
    seen = run.interference
    outcomes = tuple(
        (name, run.count(name)) for name in ("ok", "status", "timeout", "refused", "closed", "unsent") if run.count(name)
    )  # fmt: skip
    return Loaded(
        rate, len(run.plan.at), percentile(values, 0.5), percentile(values, 0.99), outcomes, run.lag_p99,
        seen.foreign if seen else None, trouble_of(run),
    )  # fmt: skip


def trouble_of(run: LoadRun) -> str:
    """Return why a load should not be believed, "" if it should."""
    if run.died_at is not None:
        return f"the server stopped answering after {run.died_at:.1f} s"
    if run.is_late:
        return f"the generator itself was late by {run.lag_p99 * 1000:.1f} ms (p99)"
    if run.waited:
        return f"{run.waited} requests found every connection in use"
    seen = run.interference
    return seen.why if seen is not None and not seen.is_clean else ""


def _file_of(path: str, bench: Bench) -> str:
    """Return the file to write to: a bundled example becomes a file of its own, if there is none yet."""
    try:
        bench.files.read(path)
    except (NotFound, BadRequest):
        made = f"{path}.yaml"
        try:
            bench.files.read(made)
        except NotFound:
            return made
        raise BadRequest(
            f"'{path}' comes with the package, and {made} is there already",
            hint=f"backwright design calibrate {made}",
        ) from None
    return path


def options_of(ask: object) -> str:
    """Return a request as the options of a command line, those that differ from the default, without write."""
    words = []
    for field in fields(ask):  # type: ignore[arg-type]
        value = getattr(ask, field.name)
        if field.name in ("path", "write", "report") or value == field.default:
            continue
        words.append(f"--{field.name.replace('_', '-')}")
        if isinstance(value, tuple):
            words += [shlex.quote(each) for each in value]
        elif value is not True:
            words.append(shlex.quote(f"{value:g}" if isinstance(value, float) else str(value)))
    return " ".join(words)


def _named(text: str) -> tuple[str, str]:
    name, equals, value = text.rpartition("=")
    if not equals:
        raise BadRequest(
            f"--map '{text}' is not NAME=OPERATION", hint="--map 'GET /buy=orders.buy'"
        )
    return name, value


def _evidence(ask: Ask, names: dict[str, str], bench: Bench) -> _Evidence:
    levels: list[Level] = []
    statements: tuple[Statement, ...] = ()
    unread: list[tuple[str, int, str]] = []
    count = 0
    for path, read in (
        (ask.timing, read_timing),
        (ask.access_log, read_access_log),
        (ask.spans, read_spans),
        (ask.statements, read_statements),
    ):
        if not path:
            continue
        told: Read = read(bench.files.read(path))
        unread += [(path, line, why) for line, why in told.problems]
        count += told.unread
        statements += told.statements
        samples = tuple(_renamed(sample, names) for sample in told.samples)
        if samples:
            levels.append(Level(_rate(samples), samples))
    return _Evidence(tuple(levels), statements, tuple(unread), count)


def _renamed(sample: Sample, names: dict[str, str]) -> Sample:
    """Give a sample the operation's name: by --map for "GET /buy", "/buy" or the name itself."""
    path = sample.name.rpartition(" ")[2]
    return replace(sample, name=names.get(sample.name) or names.get(path) or sample.name)


def _rate(samples: tuple[Sample, ...]) -> float:
    times = [s.at for s in samples if s.at is not None]
    span = max(times) - min(times) if times else 0.0
    return len(samples) / span if span > 0 else float(len(samples))


def _source(ask: Ask, runs: list[tuple[float, LoadRun]]) -> str:
    named = [
        path.rpartition("/")[2]
        for path in (ask.timing, ask.access_log, ask.statements, ask.spans)
        if path
    ]
    if runs:
        rates = " and ".join(f"{rate:g}/s" for rate, _ in runs)
        doubt = ", on a busy machine" if any(trouble_of(run) for _, run in runs) else ""
        named.insert(0, f"design calibrate at {rates}, {ask.seconds:g} s each{doubt}")
    return ", ".join(named)


def _with_statements(
    design: Design, placed: Placed, evidence: _Evidence, names: dict[str, str], requests: int, ref: str, date: str
) -> Placed:  # fmt: skip
    """Add the database's own times; --map says which statement is which operation of a store."""
    numbers, homeless = list(placed.numbers), list(placed.homeless)
    if not evidence.statements:
        return placed
    laws = {
        f"{node.name}.{handler.name}": handler.steps[0].time.mean.at
        for node in design.nodes
        if node.kind == "store"
        for handler in node.handlers
        if len(handler.steps) == 1 and isinstance(handler.steps[0], Wait)
    }
    used = {word: home for word, home in names.items() if home in laws}
    if not used and len(laws) == 1:
        used = {"": next(iter(laws))}
    if not used:
        homeless.append(
            "which statement is which operation? --map 'FROM orders="
            + next(iter(laws), "STORE.OPERATION")
            + "'"
        )
    del requests  # a store's operation is one call, whatever a request makes of them
    for word, home in used.items():
        time = statement_time(evidence.statements, word, 0)
        if time is not None:
            numbers = [n for n in numbers if n.at != laws[home]]
            numbers.append(Measured(laws[home], time.value, time.low, time.high, ref, date))
        elif word not in {s.name for level in evidence.levels for s in level.samples}:
            homeless.append(f"no statement holds '{word}'")
    return Placed(tuple(numbers), tuple(homeless))


def _ceilings(design: Design, fitted: Fit) -> tuple[Ceiling, ...]:
    """Return what the measured demands allow at most, the lowest first: CPU of the processes, pools by what is held."""
    found = []
    if fitted.cpu is not None:
        cpu = fitted.cpu.levels[-1][1].value
        cores = fitted.cpu.processes
        if cpu > 0:
            each = "process" if cores == 1 else f"{cores} processes"
            why = f"a request takes {cpu * 1000:.3g} ms of CPU, one core for each {each}"
            found.append(Ceiling("CPU", cores / cpu, why))
    for pool in design.pools:
        owner = design.node(pool.owner)
        total = held = 0.0
        for entry in design.workload.entries:
            operation = next((o for o in fitted.operations if o.name == entry.name), None)
            handler = owner.handler(entry.operation) if entry.target == pool.owner else None
            if operation is None or handler is None or not _uses(handler.steps, pool.target):
                continue
            total += entry.share.value
            held += entry.share.value * sum(
                s.time.value for s in operation.sections if not s.is_wait
            )
        if held > 0:
            units = pool.size * owner.instances
            why = f"{units} connections, each held {held / total * 1000:.3g} ms at least"
            found.append(Ceiling(f"{pool.name} pool ({units})", units / held, why))
    return tuple(sorted(found, key=lambda c: c.rate))


def _uses(steps: tuple[Step, ...], target: str) -> bool:
    return any(isinstance(s, AskStep) and s.target == target for s in walk(steps))
