"""What load is sent to a running service, and what was seen: plan, outcomes, interference of the machine."""

from array import array
from dataclasses import dataclass
from math import isnan
from typing import Literal

Outcome = Literal["ok", "status", "timeout", "refused", "closed", "unsent"]
OUTCOMES: tuple[Outcome, ...] = ("ok", "status", "timeout", "refused", "closed", "unsent")


@dataclass(frozen=True)
class Target:
    """One kind of request.

    Attributes:
        name: The operation in the blueprint, such as "orders.buy".
        url: http only; redirects are not followed.
    """

    name: str
    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True)
class LoadPlan:
    """Requests with the moments at which they are meant to start, whatever the server does (open loop).

    Attributes:
        at: Intended starts, s after the begin, rising; which: index of a target for each.
        tails: Text put behind the URL of each request, such as "?x=0.01"; () for none.
        timeout: Of one try, s; the connection is closed when it ends.
        retries: Tries after the first; the pause before try n is backoff * 2^(n-1), drawn evenly
            between nothing and that (full jitter) by a generator seeded with `seed`.
        connections: At most this many at once; who finds none waits, and the wait counts.
        warm: Connections opened ahead of need, once the first answer has shown that the server keeps them.
    """

    targets: tuple[Target, ...]
    at: "array[float]"
    which: "array[int]"
    tails: tuple[str, ...] = ()
    timeout: float = 30.0
    retries: int = 0
    backoff: float = 0.0
    connections: int = 512
    warm: int = 32
    seed: int = 0


@dataclass(frozen=True)
class Interference:
    """How much of the machine others took while something was measured.

    Attributes:
        foreign: CPU of processes that are not part of the measurement, share of all cores; None if
            it cannot be read here.
        stolen: Share of short spinning slices in which the spinner did not run although it could.
        hypervisor: Share of all cores that the hypervisor took (steal time); None if not readable.
        busiest: Name and share of all cores of the busiest foreign process, "" if there was none.
        is_clean: Whether figures of this run may be believed.
        why: What was not clean, "" if all was.
    """

    foreign: float | None
    stolen: float
    hypervisor: float | None
    busiest: str
    is_clean: bool
    why: str = ""


@dataclass(frozen=True)
class LoadRun:
    """What was seen while a plan was carried out. All sequences are in the order of the plan.

    Attributes:
        latency: s from the intended start of the first try to the whole answer; NaN unless it is ok.
        outcome: Index into OUTCOMES: ok; status (an answer that is not 2xx); timeout; refused (no
            connection); closed (connection lost within an answer); unsent (the run had ended).
        tries: Tries made; timing: the Server-Timing header of the answer, "" if there was none.
        lag_p99: s that the generator itself was late, 99th percentile.
        is_late: The generator was too late to be believed.
        waited: Requests that found all connections in use.
        died_at: s after the begin at which the server stopped answering; None if it lived.
        seconds: From the begin to the last answer.
    """

    plan: LoadPlan
    latency: "array[float]"
    outcome: "array[int]"
    tries: "array[int]"
    timing: tuple[str, ...]
    lag_p99: float
    is_late: bool
    waited: int
    seconds: float
    died_at: float | None = None
    interference: Interference | None = None

    def succeeded(self, skip: float = 0.0) -> list[float]:
        """Return the latencies of requests that are ok and were meant to start after `skip` s, in order."""
        pairs = zip(self.plan.at, self.latency, strict=True)
        return [latency for at, latency in pairs if at >= skip and not isnan(latency)]

    def count(self, outcome: Outcome) -> int:
        """Return how many requests ended in that way."""
        return self.outcome.count(OUTCOMES.index(outcome))
