"""YAML text to a typed design: every problem with its line, told at once."""

from dataclasses import dataclass, replace
from typing import Literal

from backwright.design.written.fields import MOST_SERVERS, Reader
from backwright.design.written.reading_calls import read_failures, read_policies, read_scales
from backwright.design.written.reading_steps import Steps
from backwright.design.written.references import check_references
from backwright.design.written.tree import (
    Fields,
    Leaf,
    Problem,
    Rows,
    Tree,
    TreeError,
    lines_of,
    read_tree,
    set_value,
)
from backwright.model.design import (
    Cache,
    Design,
    Entry,
    Handler,
    Node,
    Pool,
    Price,
    Quantity,
    Queue,
    Slo,
    Step,
    Wait,
    Workload,
)  # fmt: skip

SECTIONS = (
    "version", "name", "note", "workload", "services", "stores", "externals", "pools", "caches", "queues",
    "calls", "scale", "failures", "slo", "prices",
)  # fmt: skip
VERSION = 1
SERVICE = ("instances", "workers", "model", "loops", "cores", "zones", "queue", "availability", "handlers")  # fmt: skip
STORE = ("servers", "connections", "replicas", "replica_reads", "lag", "queue", "zones", "availability", "operations")  # fmt: skip
EXTERNAL = ("limit", "operations", "availability")
WORKLOAD = ("rate", "users", "think", "arrivals", "period", "mix", "peak", "growth")
PERCENTILES = ("p50", "p75", "p90", "p95", "p99", "p99.9")
SINE_MAX = 2.0  # times the mean: above it the sine would fall below nothing at night
SHARES_OFF = 0.005  # the mix may miss 100 % by rounding, no more


@dataclass(frozen=True)
class Reading:
    """What a text came to: a design, or the problems that keep it from being one."""

    design: Design | None
    problems: tuple[Problem, ...] = ()


def read_design(text: str, name: str = "", sets: tuple[str, ...] = ()) -> Reading:
    """Read a blueprint's design part.

    Args:
        name: Used if the text has no name.
        sets: Settings "path=value" that are applied before reading.
    """
    try:
        tree = read_tree(text)
        for setting in sets:
            set_value(tree, setting, SECTIONS)
            _keep_one_load(tree, setting)
    except TreeError as error:
        return Reading(None, (error.problem,))
    reader = Reader()
    design = _design(reader, tree, name)
    if not reader.problems:
        check_references(design, reader)
    problems = tuple(sorted(set(reader.problems)))
    return Reading(None if problems else design, problems)


def _keep_one_load(tree: Fields, setting: str) -> None:
    """Take the users out where a rate is set, and the rate where users are: what is said last counts."""
    load = tree.items.get("workload")
    said = setting.partition("=")[0].strip()
    other = {"workload.rate": "users", "workload.users": "rate"}.get(said)
    if other and isinstance(load, Fields):
        load.items.pop(other, None)


def _design(reader: Reader, tree: Fields, name: str) -> Design:
    reader.fields(tree, "the blueprint", SECTIONS)
    version = reader.whole(tree.items.get("version"), "version")
    if version != VERSION:
        where = tree.items["version"].line if "version" in tree.items else 1
        reader.wrong(
            where, f"version: this reads version {VERSION}; write `version: {VERSION}` first"
        )
    nodes = _nodes(reader, tree)
    return Design(
        name=reader.text(tree.items.get("name"), "name") or name,
        nodes=nodes,
        workload=_workload(reader, tree.items.get("workload"), nodes),
        pools=tuple(_pools(reader, tree.items.get("pools"))),
        queues=tuple(_queues(reader, tree.items.get("queues"))),
        caches=tuple(_caches(reader, tree.items.get("caches"))),
        policies=read_policies(reader, tree),
        scales=read_scales(reader, tree.items.get("scale")),
        failures=read_failures(reader, tree.items.get("failures")),
        slo=_slo(reader, tree.items.get("slo")),
        prices=tuple(_prices(reader, tree.items.get("prices"))),
        currency=_currency(reader, tree.items.get("prices")),
        note=reader.text(tree.items.get("note"), "note"),
        lines=tuple(lines_of(tree)),
    )


def _nodes(reader: Reader, tree: Fields) -> tuple[Node, ...]:
    nodes = [
        _service(reader, *each) for each in reader.named(tree.items.get("services"), "services")
    ]
    nodes += [_store(reader, *each) for each in reader.named(tree.items.get("stores"), "stores")]
    nodes += [_external(reader, *each) for each in reader.named(tree.items.get("externals"), "externals")]  # fmt: skip
    if not any(node.kind == "service" for node in nodes):
        reader.wrong(tree.line, "services: at least one service with a handler is needed")
    return tuple(nodes)


def _service(reader: Reader, name: str, part: Tree, at: str) -> Node:
    fields = reader.fields(part, at, SERVICE).items
    model: Literal["threads", "eventloop"] = reader.word(
        fields.get("model"), f"{at}.model", ("threads", "eventloop"), "threads"
    )
    workers = _workers(reader, fields.get("workers"), f"{at}.workers")
    cores = reader.whole(fields.get("cores"), f"{at}.cores", least=1, most=MOST_SERVERS)
    loops = reader.whole(fields.get("loops"), f"{at}.loops", least=1, most=MOST_SERVERS)
    if model == "eventloop":
        if workers is not None:
            reader.wrong(fields["workers"].line, f"{at}.workers: an event loop has loops: (processes), and holds no worker while it waits")  # fmt: skip
        workers, cores = None, loops or 1
    elif loops is not None:
        reader.wrong(fields["loops"].line, f"{at}.loops: only with model: eventloop")
    steps = Steps(reader)
    handlers = tuple(
        Handler(each, steps.read(body, where))
        for each, body, where in reader.named(fields.get("handlers"), f"{at}.handlers")
    )
    if not handlers:
        reader.wrong(part.line, f"{at}.handlers: a service needs at least one operation with steps")
    queue_max, order = _queue_of(reader, fields.get("queue"), f"{at}.queue")
    return Node(
        name, "service", handlers, _least_one(reader, fields.get("instances"), f"{at}.instances"), workers, model, cores, queue_max, order,
        zones=_least_one(reader, fields.get("zones"), f"{at}.zones"), availability=reader.quantity(fields.get("availability"), f"{at}.availability", "share"),
    )  # fmt: skip


def _store(reader: Reader, name: str, part: Tree, at: str) -> Node:
    fields = reader.fields(part, at, STORE).items
    servers = _workers(reader, fields.get("servers"), f"{at}.servers")
    if servers is None and not reader.problems:
        reader.wrong(part.line, f"{at}.servers: how many operations can it work on at once?")
    queue_max, order = _queue_of(reader, fields.get("queue"), f"{at}.queue")
    handlers = _operations(reader, fields.get("operations"), f"{at}.operations")
    replicas = reader.whole(fields.get("replicas"), f"{at}.replicas") or 0
    reads = tuple(reader.text(each, f"{at}.replica_reads") for each in reader.rows(fields.get("replica_reads"), f"{at}.replica_reads"))  # fmt: skip
    names = [handler.name for handler in handlers]
    for read in reads:
        if read not in names:
            reader.wrong(fields["replica_reads"].line, f'{at}.replica_reads: no operation "{read}"')
    return Node(
        name, "store", handlers, 1, servers, "threads", None, queue_max, order,
        connections_max=reader.whole(fields.get("connections"), f"{at}.connections", least=1), replicas=replicas, replica_reads=reads,
        lag=reader.quantity(fields.get("lag"), f"{at}.lag", "time"), zones=_least_one(reader, fields.get("zones"), f"{at}.zones"),
        availability=reader.quantity(fields.get("availability"), f"{at}.availability", "share"),
    )  # fmt: skip


def _external(reader: Reader, name: str, part: Tree, at: str) -> Node:
    fields = reader.fields(part, at, EXTERNAL).items
    return Node(
        name, "external", _operations(reader, fields.get("operations"), f"{at}.operations"), limit=reader.limit(fields.get("limit"), f"{at}.limit"),
        availability=reader.quantity(fields.get("availability"), f"{at}.availability", "share"),
    )  # fmt: skip


def _operations(reader: Reader, tree: Tree | None, at: str) -> tuple[Handler, ...]:
    made = []
    for name, body, where in reader.named(tree, at):
        if isinstance(body, Rows):
            made.append(Handler(name, Steps(reader).read(body, where)))
            continue
        law = reader.law(body, where)
        steps: tuple[Step, ...] = (Wait(law),) if law else ()
        made.append(Handler(name, steps))
    if not made and not reader.problems:
        reader.wrong(tree.line if tree else 0, f"{at}: at least one operation with its time")
    return tuple(made)


def _workers(reader: Reader, tree: Tree | None, at: str) -> int | None:
    value = reader.whole(tree, at, most=MOST_SERVERS)
    if value == 0:
        assert tree is not None  # noqa: S101  (a value was read)
        reader.wrong(tree.line, f"{at}: 0 can serve nothing; at least 1")
        return 1
    return value


def _least_one(reader: Reader, tree: Tree | None, at: str) -> int:
    value = reader.whole(tree, at, least=1, most=MOST_SERVERS)
    return 1 if value is None else value


def _queue_of(
    reader: Reader, tree: Tree | None, at: str
) -> tuple[int | None, Literal["fifo", "lifo", "codel"]]:
    fields = reader.fields(tree, at, ("max", "order")).items
    order: Literal["fifo", "lifo", "codel"] = reader.word(
        fields.get("order"), f"{at}.order", ("fifo", "lifo", "codel"), "fifo"
    )
    return reader.whole(fields.get("max"), f"{at}.max"), order


def _workload(reader: Reader, tree: Tree | None, nodes: tuple[Node, ...]) -> Workload:
    fields = reader.fields(tree, "workload", WORKLOAD)
    items, at = fields.items, "workload"
    rate = reader.quantity(items.get("rate"), f"{at}.rate", "rate", positive=True)
    users = reader.whole(items.get("users"), f"{at}.users", least=1) or 0
    think = reader.law(items.get("think"), f"{at}.think")
    if rate is None and not users and not reader.problems:
        reader.wrong(fields.line, "workload: write rate: (open) or users: and think: (closed)")
    if users and rate is not None:
        reader.wrong(items["users"].line, "workload: rate (open) or users (closed), not both")
    if users and think is None and "think" not in items:
        reader.wrong(items["users"].line, "workload.users: how long do they think between requests? think: 2 s")  # fmt: skip
    made = Workload(
        _entries(reader, items.get("mix"), nodes, fields.line), rate, users, think,
        period=reader.number(items.get("period"), f"{at}.period", "time") or 86_400.0,
        peak=reader.number(items.get("peak"), f"{at}.peak", "factor", least=1.0) or 1.0,
        growth=reader.quantity(items.get("growth"), f"{at}.growth", "growth"),
    )  # fmt: skip
    return _arrivals(reader, items.get("arrivals"), made)


def _arrivals(reader: Reader, tree: Tree | None, made: Workload) -> Workload:
    at = "workload.arrivals"
    if not isinstance(tree, Fields):
        word: Literal["poisson", "regular", "diurnal"] = reader.word(
            tree, at, ("poisson", "regular", "diurnal"), "poisson"
        )
        if word == "diurnal" and made.peak <= 1:
            reader.wrong(tree.line if tree else 0, f"{at}: diurnal needs peak: above 1x")
        if word == "diurnal" and made.peak > SINE_MAX:
            reader.wrong(tree.line if tree else 0, f"{at}: a sine has at most twice its mean at the top; peak {made.peak:g}x needs mmpp")  # fmt: skip
        return replace(made, arrivals=word)
    reader.fields(tree, at, ("mmpp",))
    inner = reader.fields(tree.items.get("mmpp"), f"{at}.mmpp", ("burst", "on", "off")).items
    burst = reader.number(inner.get("burst"), f"{at}.mmpp.burst", "factor", least=1.0)
    on = reader.number(inner.get("on"), f"{at}.mmpp.on", "time")
    off = reader.number(inner.get("off"), f"{at}.mmpp.off", "time")
    if burst is None or not on or not off:
        reader.wrong(tree.line, f"{at}: mmpp needs burst: 4x, on: 2 s, off: 8 s")
        return made
    if burst * on > on + off:
        reader.wrong(tree.line, f"{at}: {burst:g}x for {on:g} of {on + off:g} s alone is more than the mean rate; at most {(on + off) / on:.3g}x")  # fmt: skip
    return replace(made, arrivals="mmpp", burst=burst, burst_on=on, burst_off=off)


def _entries(reader: Reader, tree: Tree | None, nodes: tuple[Node, ...], line: int) -> tuple[Entry, ...]:  # fmt: skip
    at = "workload.mix"
    if tree is None or (isinstance(tree, Fields) and not tree.items):
        offered = [(n.name, h.name) for n in nodes if n.kind == "service" for h in n.handlers]
        if len(offered) == 1:
            share = Quantity(1.0, 1.0, 1.0, "chosen", at=at)
            return (Entry(".".join(offered[0]), share, *offered[0]),)
        if not reader.problems:
            reader.wrong(line, f"{at}: which operations are asked for? such as {{orders.buy: 90 %, orders.list: 10 %}}")  # fmt: skip
        return ()
    entries = []
    for name, part in reader.fields(tree, at).items.items():
        where, called, tenant = f"{at}.{name}", name, ""
        share_tree: Tree | None = part
        if isinstance(part, Fields) and "call" in part.items:
            reader.fields(part, where, ("call", "share", "tenant"))
            called = reader.text(part.items["call"], f"{where}.call")
            tenant = reader.text(part.items.get("tenant"), f"{where}.tenant")
            share_tree = part.items.get("share")
        amount = reader.quantity(share_tree, f"{where}.share", "share", positive=True)
        target, _, operation = called.rpartition(".")
        if share_tree is None:
            reader.wrong(part.line, f"{where}: what share of the requests? share: 10 %")
        if amount is not None:
            entries.append(Entry(name, amount, target, operation, tenant))
    total = sum(entry.share.value for entry in entries)
    if entries and abs(total - 1) > SHARES_OFF and not reader.problems:
        reader.wrong(tree.line, f"{at}: the shares add up to {total * 100:g} %, not 100 %")
    return tuple(entries)


def _pools(reader: Reader, tree: Tree | None) -> list[Pool]:
    made = []
    for name, part, at in reader.named(tree, "pools"):
        fields = reader.fields(part, at, ("owner", "to", "size", "acquire_timeout")).items
        size = reader.whole(fields.get("size"), f"{at}.size", least=1, most=MOST_SERVERS)
        if size is None and "size" not in fields:
            reader.wrong(part.line, f"{at}.size: how many connections per instance of the owner?")
        owner, to = reader.text(fields.get("owner"), f"{at}.owner"), reader.text(fields.get("to"), f"{at}.to")  # fmt: skip
        patience = reader.number(fields.get("acquire_timeout"), f"{at}.acquire_timeout", "time")
        made.append(Pool(name, owner, to, size or 1, patience))
    return made


def _queues(reader: Reader, tree: Tree | None) -> list[Queue]:
    made = []
    for name, part, at in reader.named(tree, "queues"):
        fields = reader.fields(part, at, ("consumer", "consumers", "max", "attempts")).items
        target, _, operation = reader.text(fields.get("consumer"), f"{at}.consumer").rpartition(".")
        consumers = _least_one(reader, fields.get("consumers"), f"{at}.consumers")
        attempts = _least_one(reader, fields.get("attempts"), f"{at}.attempts")
        most = reader.whole(fields.get("max"), f"{at}.max", least=1)
        made.append(Queue(name, target, operation, consumers, most, attempts))
    return made


def _caches(reader: Reader, tree: Tree | None) -> list[Cache]:
    made = []
    zero = Leaf("constant(0.5 ms)", 0)
    for name, part, at in reader.named(tree, "caches"):
        fields = reader.fields(part, at, ("hit", "keys", "zipf", "entries", "ttl", "cold_at", "time")).items  # fmt: skip
        law = reader.law(fields.get("time") or zero, f"{at}.time")
        hit = reader.quantity(fields.get("hit"), f"{at}.hit", "share", demand=True)
        keys = reader.whole(fields.get("keys"), f"{at}.keys", least=1) or 0
        entries = reader.whole(fields.get("entries"), f"{at}.entries", least=1) or 0
        if hit is None and not (keys and entries) and not reader.problems:
            reader.wrong(part.line, f"{at}: write hit: 90 %, or keys: and entries: to compute it")
        zipf = reader.number(fields.get("zipf"), f"{at}.zipf", "factor", most=5.0)
        ttl = reader.number(fields.get("ttl"), f"{at}.ttl", "time")
        cold = reader.number(fields.get("cold_at"), f"{at}.cold_at", "time")
        if law:
            made.append(
                Cache(name, law, hit, keys, 1.0 if zipf is None else zipf, entries, ttl, cold)
            )
    return made


def _slo(reader: Reader, tree: Tree | None) -> Slo:
    fields = reader.fields(tree, "slo", (*PERCENTILES, "errors", "availability", "survive")).items
    latency = []
    for word in PERCENTILES:
        limit = reader.number(fields.get(word), f"slo.{word}", "time")
        if limit == 0:
            reader.wrong(
                fields[word].line, f"slo.{word}: 0 is too little; nothing answers in no time"
            )
        if limit:
            latency.append((float(word[1:]), limit))
    return Slo(
        tuple(latency),
        reader.number(fields.get("errors"), "slo.errors", "share"),
        reader.word(fields.get("survive"), "slo.survive", ("", "instance", "zone"), ""),
        reader.number(fields.get("availability"), "slo.availability", "share") or 0.0,
    )


def _prices(reader: Reader, tree: Tree | None) -> list[Price]:
    made = []
    for name, part in reader.fields(tree, "prices").items.items():
        if name == "currency":
            continue
        said = reader.text(part, f"prices.{name}")
        amount, _, per = said.partition("/")
        try:
            value = float(amount)
        except ValueError:
            value = -1.0
        if value < 0 or per.strip() not in ("h", "hour"):
            reader.wrong(part.line, f'prices.{name} "{said}": a price is a number per hour, such as 0.12/h')  # fmt: skip
        else:
            made.append(Price(name, value, f"prices.{name}"))
    return made


def _currency(reader: Reader, tree: Tree | None) -> str:
    return reader.text(tree.items.get("currency"), "prices.currency") if isinstance(tree, Fields) else ""  # fmt: skip
