"""Design solve: percentiles of a blueprint with what its assumptions leave open, where it breaks, what helps."""

from dataclasses import dataclass
from typing import Annotated, Literal

from backwright.design.solving import Solved, solve
from backwright.usecases.bench import Bench
from backwright.usecases.design_file import load_design
from backwright.usecases.design_learning import LEARN, named
from backwright.usecases.spec import Mark


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    path: Annotated[str, "Blueprint file, or a bundled example such as shop", Mark(positional=True)]
    rate: Annotated[str, "Arrivals, instead of those in the file: 120 or 120/s"] = ""
    set: Annotated[tuple[str, ...], "Change a number: orders.workers=24", Mark(metavar="K=V")] = ()


@dataclass(frozen=True)
class DesignSolved:
    """A blueprint solved analytically.

    Attributes:
        rate, sets: As they were asked for.
        users: Of a closed workload, 0 of an open one.
        learn: (skill id, its name) of what would help.
        verdict: partly: no closed form holds, so no latency is given.
    """

    path: str
    name: str
    rate: str
    sets: tuple[str, ...]
    users: int
    solved: Solved
    learn: tuple[tuple[str, str], ...]
    verdict: Literal["ok", "misses", "unstable", "partly"]


VERDICTS: dict[str, Literal["ok", "misses", "unstable", "partly"]] = {
    "misses": "misses",
    "unstable": "unstable",
    "not given": "partly",
}


def run(ask: Ask, bench: Bench) -> DesignSolved:
    """Solve; errors as in `load_design`."""
    design = load_design(ask.path, ask.set, bench, ask.rate)
    found = solve(design)
    fullest = found.uses[0].kind if found.uses else ""
    skills = [LEARN.get(fullest, "perf.capacity"), "perf.capacity"]
    return DesignSolved(
        ask.path,
        design.name,
        ask.rate,
        ask.set,
        design.workload.users,
        found,
        named(skills),
        VERDICTS.get(found.decision, "ok"),
    )
