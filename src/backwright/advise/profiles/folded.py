"""Reads collapsed stacks: a line for each stack, frames joined by semicolons, then a count."""

import re

from backwright.advise.profiles.values import Gathering, Kind, Profile, Unit
from backwright.model.errors import BadRequest

_PLACE = re.compile(r"^(.*?) \(([^()]*?)(?::(\d+))?\)$")  # name (file:12), as py-spy writes it
_MARK = re.compile(r"_\[([jikw])\]$")  # Java, inlined, kernel, waker: stackcollapse-perf's marks
LINES_MAX = 2_000_000
DEPTH_MAX = 5_000  # deeper is endless recursion; the outermost frames are kept
READABLE_MIN = 0.5  # of the lines; below it the text is something else


def read_folded(text: str) -> Profile:
    """Return the stacks of a folded text.

    Counts are taken as samples. Where a tool wrote microseconds or bytes the caller has to say so.

    Raises:
        BadRequest: Fewer than half of the lines are stacks with a count.
    """
    made = Gathering()
    lines, bad, first_bad = 0, 0, 0
    places: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        if number > LINES_MAX:
            break
        lines += 1
        names, _, count = line.rstrip().rpartition(" ")
        value = _count(count)
        if value is None or not names:
            bad, first_bad = bad + 1, first_bad or number
            continue
        stack = []
        for name in names.split(";")[:DEPTH_MAX]:
            if name not in places:
                places[name] = made.frame(*_place(name))
            stack.append(places[name])
        made.add(tuple(stack), value, round(value))
    if lines == 0 or bad > lines * (1 - READABLE_MIN):
        raise BadRequest(
            f"it is no profile that can be read: line {first_bad or 1} is no stack with a count"
        )
    notes = ["counts are taken as samples"]
    if bad:
        notes.append(f"{bad} of {lines} lines are no stack with a count, the first is {first_bad}")
    if lines >= LINES_MAX:
        notes.append(f"only the first {LINES_MAX:,} lines were read")
    return Profile(
        "collapsed stacks",
        "unknown",
        "samples",
        tuple(made.frames),
        made.stacks(),
        notes=tuple(notes),
    )


def in_unit(profile: Profile, unit: str) -> Profile:
    """Return folded stacks whose counts are not samples but microseconds or bytes."""
    scale, name, kind = _UNITS[unit]
    stacks = {s: w._replace(value=w.value * scale, samples=0) for s, w in profile.stacks.items()}
    notes = (f"counts are {unit}, as you said", *profile.notes[1:])
    return Profile(profile.form, kind, name, profile.frames, stacks, notes=notes)


_UNITS: dict[str, tuple[float, Unit, Kind]] = {
    "microseconds": (1e-6, "seconds", "unknown"),
    "milliseconds": (1e-3, "seconds", "unknown"),
    "bytes": (1.0, "bytes", "allocated"),
}


def _count(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < 1e18 else None


def _place(text: str) -> tuple[str, str, int]:
    found = _PLACE.match(text)
    if found and found[2]:
        return found[1], found[2], int((found[3] or "0")[:9])
    return _MARK.sub("", text), "[kernel]" if text.endswith("_[k]") else "", 0
