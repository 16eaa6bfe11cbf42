"""What a validation found: loads beside their predictions, and changes that were tried."""

from dataclasses import dataclass
from typing import Literal

from backwright.design.measured.comparing import Effect, Span


@dataclass(frozen=True)
class Compared:
    """One load, predicted and measured. Times in s; errors are predicted / measured - 1.

    Attributes:
        same_p50, same_p99: Predicted for the very same arrivals, with the spread of replications.
        blind_p50, blind_p99: Predicted without knowing them.
        failed, same_failed: Share of requests that failed: measured, predicted.
        trouble: Why this load should not be believed, "" if it should.
        counts: It is believed, or was asked to be (--noisy).
        is_right: Within 5 % at p50 and 10 % at p99, or within the
            range of 99 % of single runs that the replications span (low and high of same_p50, same_p99).
    """

    rate: float
    requests: int
    p50: Span
    p99: Span
    same_p50: Span
    same_p99: Span
    blind_p50: float
    blind_p99: float
    error_p50: float
    error_p99: float
    failed: float
    same_failed: float
    lag_p99: float
    foreign: float | None
    trouble: str
    counts: bool
    is_right: bool


@dataclass(frozen=True)
class Intervention:
    """A change that was tried. Effects are on p99, after / before.

    Attributes:
        measured: None if no pair of runs could be believed.
        sign_right: None: not decided.
        pairs, rejected: Pairs of runs that counted, and that did not because of interference.
    """

    change: str
    rate: float
    predicted: Effect
    measured: Effect | None
    sign_right: bool | None
    pairs: int
    rejected: int


@dataclass(frozen=True)
class Validated:
    """How right the blueprint is.

    Attributes:
        network: What client and network add, s, measured at a low load.
        verdict: ok: every load that could be believed is right, and every sign; refuted: one is not; partly:
            nothing could be believed.
    """

    name: str
    path: str
    ceiling: float
    ceiling_of: str
    network: float
    loads: tuple[Compared, ...]
    interventions: tuple[Intervention, ...]
    rejected: int
    died: bool
    stopped: bool
    seed: int
    date: str
    report: str
    options: str
    verdict: Literal["ok", "partly", "refuted"]
