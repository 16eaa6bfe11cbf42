"""Reads speedscope's own JSON: sampled and evented profiles, all threads of the file together."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from backwright.advise.profiles.values import Gathering, Kind, Profile, Unit
from backwright.model.errors import BadRequest

_UNITS: dict[str, tuple[Unit, float]] = {
    "none": ("samples", 1.0),
    "nanoseconds": ("seconds", 1e-9),
    "microseconds": ("seconds", 1e-6),
    "milliseconds": ("seconds", 1e-3),
    "seconds": ("seconds", 1.0),
    "bytes": ("bytes", 1.0),
}
# What exporters measure, by their documentation; anything else stays unknown.
_KINDS: dict[str, Kind] = {"pyinstrument": "wall", "py-spy": "unknown"}
DEPTH_MAX = 5_000


@dataclass(frozen=True)
class _Frame:
    name: str
    file: str | None = None
    line: int | float | None = None


@dataclass(frozen=True)
class _Shared:
    frames: list[_Frame]


@dataclass(frozen=True)
class _Event:
    type: Literal["O", "C"]
    frame: int
    at: float


@dataclass(frozen=True)
class _Thread:
    type: str
    unit: str = "none"
    startValue: float = 0.0  # noqa: N815  (the format's own name)
    endValue: float = 0.0  # noqa: N815
    samples: list[list[int]] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    events: list[_Event] = field(default_factory=list)


@dataclass(frozen=True)
class _File:
    shared: _Shared
    profiles: list[_Thread]
    exporter: str | None = None


def read_speedscope(data: bytes) -> Profile:
    """Return all profiles of a file added up.

    Raises:
        BadRequest: The JSON is no speedscope file, or its profiles have different units.
    """
    import msgspec

    try:
        found = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadRequest(f"its speedscope JSON cannot be read: {error}") from None
    units = {thread.unit for thread in found.profiles}
    if len(units) != 1 or not units <= set(_UNITS):
        raise BadRequest(
            f"its profiles have these units, one was expected: {', '.join(sorted(units)) or 'none'}"
        )
    unit, scale = _UNITS[units.pop()]
    made = Gathering()
    own = [made.frame(f.name, f.file or "", int(f.line or 0)) for f in found.shared.frames]
    notes: list[str] = []
    seconds = 0.0
    for thread in found.profiles:
        if thread.type == "sampled":
            notes += _add_samples(made, own, thread, scale)
        elif thread.type == "evented":
            notes += _add_events(made, own, thread, scale)
        else:
            notes.append(f"a profile of type '{thread.type}' was not read")
        if unit == "seconds":
            seconds = max(seconds, (thread.endValue - thread.startValue) * scale)
    kind: Kind = next(
        (k for name, k in _KINDS.items() if name in (found.exporter or "")), "unknown"
    )
    if unit == "bytes":
        kind = "allocated"
    return Profile("speedscope", kind, unit, tuple(made.frames), made.stacks(), max(seconds, 0.0), len(found.profiles), tuple(notes))  # fmt: skip


def _add_samples(made: Gathering, own: list[int], thread: _Thread, scale: float) -> list[str]:
    weights = thread.weights or [1.0] * len(thread.samples)
    wrong = abs(len(weights) - len(thread.samples))
    for sample, weight in zip(thread.samples, weights, strict=False):
        if weight < 0 or any(not 0 <= at < len(own) for at in sample):
            wrong += 1
            continue
        made.add(tuple(own[at] for at in sample[:DEPTH_MAX]), weight * scale, 1)
    return [f"{wrong} samples name a frame that is not there, or have no weight"] if wrong else []


def _add_events(made: Gathering, own: list[int], thread: _Thread, scale: float) -> list[str]:
    """Between two events the stack is what is open; a traced profile has no samples."""
    stack: list[int] = []
    wrong = 0
    for event, after in pairwise([*thread.events, _Event("C", -1, thread.endValue)]):
        if not 0 <= event.frame < len(own):
            wrong += 1
        elif event.type == "O":
            stack.append(own[event.frame])
        elif stack and stack[-1] == own[event.frame]:
            stack.pop()
        else:
            wrong += 1
        if stack and after.at > event.at:
            made.add(tuple(stack[:DEPTH_MAX]), (after.at - event.at) * scale, 0)
    return (
        [f"{wrong} events close what is not open, or name a frame that is not there"]
        if wrong
        else []
    )
