"""What came of running a candidate's blueprint: values only, so that an interview without one waits for no engine."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One thing that must hold: what came out and what was asked, in words with units."""

    what: str
    got: str
    limit: str
    is_met: bool


@dataclass(frozen=True)
class Judgement:
    """What came of running a blueprint.

    Attributes:
        problems: Why it could not be run; the rest is empty then.
        changed: What was given and is different in it.
        slo: Without failures. failures: with the case's failures. cost: price over the reference's.
        busiest: What is used most, with its use.
        unnecessary: Parts without which it still meets all of it.
        seed, seconds: Of the simulation (simulated seconds).
        holds: Everything above is met and nothing given was changed.
    """

    problems: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    slo: tuple[Check, ...] = ()
    failures: tuple[Check, ...] = ()
    cost: Check | None = None
    busiest: str = ""
    unnecessary: tuple[str, ...] = ()
    seed: int = 0
    seconds: float = 0.0
    holds: bool = False
