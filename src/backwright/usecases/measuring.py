"""What calibrating and validating share: targets, arrivals, the person's server, one load and what it told."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import accumulate
from math import isnan
from random import Random

from backwright.design.measured.fitting import Level
from backwright.design.measured.observed import Sample, read_header
from backwright.design.trials import sizing
from backwright.design.written.tree import Fields, Leaf, Tree, TreeError, read_tree, set_value
from backwright.design.written.units import UnitError, read_number
from backwright.model.design import Design
from backwright.model.errors import BadRequest
from backwright.model.measured import LoadPlan, LoadRun, Target
from backwright.usecases.bench import Bench

EXAMPLE = "example"  # --serve example: the server that comes with the package
EXAMPLE_ENV = ("WORKERS={services.orders.workers}", "POOL={pools.orders_db.size}")
SYSTEM = ("postgres",)  # its work is part of what is measured, though it is no child of the server
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Aim:
    """How the service is reached, from the options that calibrate and validate share.

    Attributes:
        urls: "OPERATION=URL" or "OPERATION=POST URL"; {port} stands for the port of --serve.
        environment: "NAME=TEXT"; {dotted.path} stands for that value of the blueprint.
    """

    urls: tuple[str, ...]
    serve: str = ""
    environment: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    system: tuple[str, ...] = ()
    is_own_host: bool = False
    timeout: float = 30.0


@dataclass(frozen=True)
class Reached:
    """A service that can be loaded now."""

    targets: tuple[Target, ...]
    shares: tuple[float, ...]
    aim: Aim


@contextmanager
def reached(
    design: Design, text: str, sets: Sequence[str], aim: Aim, bench: Bench
) -> Iterator[Reached]:
    """Give a block in which the service runs: the person's own that is up, or one started for it."""
    if not aim.serve:
        if not aim.urls:
            raise BadRequest(
                "which address is it? Give each operation its URL",
                hint=f"--url {design.workload.entries[0].name}=http://127.0.0.1:8000/",
            )
        yield _aimed(design, aim, 0)
        return
    servers = bench.servers()
    port = servers.free_port()
    environment = aim.environment or (EXAMPLE_ENV if aim.serve == EXAMPLE else ())
    values = {"port": str(port), **values_of(text, sets)}
    filled = dict(_pair(filled_in(each, values), "--env") for each in environment)
    with servers.serve(filled_in(aim.serve, values), {"PORT": str(port), **filled}, port):
        yield _aimed(design, aim, port)


def values_of(text: str, sets: Sequence[str] = ()) -> dict[str, str]:
    """Return each scalar of a blueprint by its dotted path, with settings applied."""
    tree = read_tree(text)
    try:
        for setting in sets:
            set_value(tree, setting)
    except TreeError as error:
        raise BadRequest(str(error)) from None
    return {at: leaf.text for at, leaf in _leaves(tree, "")}


def _leaves(tree: Tree, at: str) -> Iterator[tuple[str, Leaf]]:
    if isinstance(tree, Leaf):
        yield at, tree
        return
    parts = tree.items.items() if isinstance(tree, Fields) else enumerate(tree.items)
    for name, part in parts:
        yield from _leaves(part, f"{at}.{name}" if at else str(name))


def filled_in(template: str, values: Mapping[str, str]) -> str:
    """Return a template with {dotted.path} replaced; a path may leave out what is plain (its end is enough)."""
    parts = template.split("{")
    made = [parts[0]]
    for part in parts[1:]:
        name, brace, rest = part.partition("}")
        if not brace:
            made.append("{" + part)
            continue
        ends = [at for at in values if at == name] or [
            at for at in values if at.endswith(f".{name}")
        ]
        if len(ends) != 1:
            what = "names no value" if not ends else f"may be {' or '.join(sorted(ends)[:3])}"
            raise BadRequest(
                f"'{{{name}}}' {what} of the blueprint",
                hint="write the whole path, such as {pools.db.size}",
            )
        made += [values[ends[0]], rest]
    return "".join(made)


def _pair(text: str, option: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise BadRequest(f"{option} '{text}' is not NAME=VALUE")
    return name, value


def _aimed(design: Design, aim: Aim, port: int) -> Reached:
    names = [entry.name for entry in design.workload.entries]
    urls = dict(_pair(each.replace("{port}", str(port)), "--url") for each in aim.urls)
    if aim.serve == EXAMPLE and not urls:
        urls = {name: f"http://127.0.0.1:{port}/{name}" for name in names}
    bodies = dict(_pair(each, "--body") for each in aim.bodies)
    headers = tuple(_header(each) for each in aim.headers)
    unknown = [name for name in (*urls, *bodies) if name not in names]
    if unknown:
        raise BadRequest(
            f"'{unknown[0]}' is not in the workload of the blueprint",
            detail=f"There are: {', '.join(names[:8])}",
        )
    missing = [name for name in names if name not in urls]
    if missing:
        raise BadRequest(
            f"{missing[0]} has no address: its share of the load would be missing",
            hint=f"--url {missing[0]}=http://127.0.0.1:8000/",
        )
    targets = []
    for name in names:
        method, _, url = urls[name].rpartition(" ")
        method = method.strip() or ("POST" if name in bodies else "GET")
        if method not in METHODS:
            raise BadRequest(f"--url {name}: '{method}' is none of {', '.join(METHODS)}")
        targets.append(Target(name, url, method, headers, bodies.get(name, "").encode()))
    shares = tuple(entry.share.value for entry in design.workload.entries)
    return Reached(tuple(targets), shares, aim)


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or "\n" in text or "\r" in text:
        raise BadRequest(f"--header '{text}' is not NAME: VALUE")
    return name.strip(), value.strip()


def plan_for(service: Reached, rate: float, seconds: float, seed: int) -> LoadPlan:
    """Return Poisson arrivals of a rate, each with an operation drawn by the mix."""
    chance = Random(seed)  # noqa: S311  (arrivals, no secret)
    shares = list(accumulate(service.shares))
    at, which = array("d"), array("H")
    now = chance.expovariate(rate)
    while now < seconds:
        at.append(now)
        which.append(min(bisect_right(shares, chance.random() * shares[-1]), len(shares) - 1))
        now += chance.expovariate(rate)
    return LoadPlan(service.targets, at, which, timeout=service.aim.timeout, seed=seed)


def send(service: Reached, plan: LoadPlan, bench: Bench) -> LoadRun:
    """Carry out a plan against a service."""
    aim = service.aim
    return bench.loads().run(plan, is_own_host=aim.is_own_host, system=aim.system)


def level_of(run: LoadRun, rate: float) -> Level:
    """Return what the timing headers of good answers told; without one, the whole time is all that is known."""
    samples, latencies = [], []
    for number, header in enumerate(run.timing):
        latency = run.latency[number]
        if isnan(latency):
            continue
        name = run.plan.targets[run.plan.which[number]].name
        at = run.plan.at[number]
        samples.append(read_header(header, name, at) or Sample(name, latency, at))
        latencies.append(latency)
    return Level(rate, tuple(samples), tuple(latencies))


def rate_of(text: str, saturation: float | None = None) -> float:
    """Return requests per second of "60", "60/s" or, where saturation is known, "30 %"."""
    try:
        if text.strip().endswith("%"):
            if saturation is None:
                raise BadRequest(f"'{text}' of what? Give requests per second, such as 60/s")
            return saturation * read_number(text, "share")
        value = read_number(text if "/" in text else f"{text}/s", "rate")
    except UnitError as error:
        raise BadRequest(f"the rate '{text}': {error}", hint="--rates 20/s 80/s") from None
    if value <= 0:
        raise BadRequest(f"the rate '{text}' sends nothing", hint="--rates 20/s 80/s")
    return value


def at_rate(design: Design, rate: float) -> Design:
    """Return the design with an open Poisson workload of that rate, and no failures."""
    calm = sizing.at_rate(design, rate)
    return replace(calm, workload=replace(calm.workload, arrivals="poisson"))
