"""Where the time of a profile goes: functions, packages, waiting, known patterns; what changed between two."""

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from backwright.advise.profiles.values import Frame, Profile
from backwright.advise.sampling import Z_MANY, Share, change_of, share_of, speed_up
from backwright.model.guidance import PerformanceGuide

Key = TypeVar("Key")

HOT_MAX = 40  # functions that an answer names; the rest is a long tail
PACKAGES_MAX = 12
PATTERN_MIN = 0.02  # of the time; less is not worth a line
GROWN_MAX = 20
OWN_GUESS = "own code is what is in no known library or runtime; name yours with --own"


@dataclass(frozen=True)
class Hot:
    """One function.

    Attributes:
        own: Share in which it runs itself.
        total: Share in which it is anywhere on the stack, once however often it calls itself.
    """

    name: str
    file: str
    line: int
    origin: str
    own: Share
    total: Share


@dataclass(frozen=True)
class Part:
    """The share of one package, file or kind of code, by the function that runs."""

    name: str
    origin: str
    share: Share


@dataclass(frozen=True)
class Match:
    """A known kind of work.

    Attributes:
        share: In which one of its functions is on the stack, inside the innermost of the person's own.
        at_most: Factor by which the whole is faster if this costs nothing: least and most that the
            interval allows; None where it is everything.
        under: The person's function that asks for most of it, "" if there is none.
    """

    id: str
    name: str
    share: Share
    at_most: tuple[float | None, float | None]
    under: str
    under_share: float
    do: str
    skill: str
    source: str


@dataclass(frozen=True)
class Hotspots:
    """Where a profile's time, or memory, goes. Shares are of all that is not idle.

    Attributes:
        samples: Behind the shares; 0 if traced.
        weight: Of all that is not idle, in the unit.
        idle: Share of the whole in which threads had nothing to do.
        waiting: By what, of what is not idle; empty where the profile has no waiting in it.
        blame: The person's own functions, each with what it calls until the next own function.
    """

    form: str
    kind: str
    unit: str
    samples: int
    seconds: float
    threads: int
    weight: float
    idle: float
    waiting: tuple[Part, ...]
    hot: tuple[Hot, ...]
    blame: tuple[Hot, ...]
    packages: tuple[Part, ...]
    origins: tuple[Part, ...]
    patterns: tuple[Match, ...]
    functions: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Moved:
    """One function's own share in two profiles, and the change with its interval at 3 sigma.

    Attributes:
        rate: Change in units for each second of profiling (cores, if the unit is seconds); None where a
            profile does not say how long it took.
        is_sure: Whether the interval leaves zero out.
    """

    name: str
    file: str
    before: float
    after: float
    change: Share
    rate: float | None
    is_sure: bool


@dataclass(frozen=True)
class ProfileChange:
    """The second profile beside the first, by the share of functions that run."""

    moved: tuple[Moved, ...]
    unsure: int


class Reader:
    """Knows what frames mean, by the guide's expressions; each distinct frame is looked at once."""

    def __init__(self, guide: PerformanceGuide, own: Iterable[str] = ()) -> None:
        self.guide = guide
        self._own = tuple(word for word in own if word)
        self._origins = [(o.id, _any(o.match)) for o in guide.origins]
        self._waits = [(w.id, _any(w.match)) for w in guide.waits]
        self._patterns = [(p, _any(p.match)) for p in guide.patterns]

    def origin(self, frame: Frame) -> tuple[str, str]:
        """Return whose code a frame is, and its package or file."""
        text = f"{frame.file} {frame.name}"
        if any(word in text for word in self._own):
            return "own", _folder(frame)
        for origin, expression in self._origins:
            if found := expression.search(text):
                named = [each for each in found.groupdict().values() if each]
                return origin, named[0] if named else origin
        if _is_python_library(frame.file):
            return "runtime", "python"
        return "own", _folder(frame)

    def wait(self, frame: Frame) -> str:
        """Return what a thread waits for in this function, "" if it runs."""
        text = f"{frame.file} {frame.name}"
        return next((id_ for id_, expression in self._waits if expression.search(text)), "")

    def patterns(self, frame: Frame) -> frozenset[str]:
        """Return the kinds of work that a function is known to be part of."""
        text = f"{frame.file} {frame.name}"
        return frozenset(p.id for p, expression in self._patterns if expression.search(text))


def hotspots(profile: Profile, reader: Reader) -> Hotspots:
    """Return where a profile's weight goes."""
    tally = _Tally(profile, reader)
    notes = list(profile.notes)
    if profile.samples == 0 and profile.unit == "seconds":
        notes.append(
            "traced, not sampled: shares have no sampling error, but tracing slows small functions"
        )
    if all(origin == "own" for origin, _ in tally.origin):
        notes.append(f"no library or runtime was recognised by its path: {OWN_GUESS}")
    if profile.unit in ("samples", "seconds") and tally.kind == "unknown":
        notes.append(
            "nothing in it waits: either threads that wait were left out, or waiting has no function of its own here"
        )
    base = tally.busy or 1.0
    n = tally.samples

    def share(value: float) -> Share:
        return share_of(value / base, n)

    def hot(at: int, own: float, total: float) -> Hot:
        name, file, _ = tally.functions[at]
        lines = tally.lines[at]
        line = max(lines, key=lambda each: (lines[each], -each))
        return Hot(name, file, line, tally.origin[at][0], share(own), share(total))

    return Hotspots(
        profile.form,
        tally.kind,
        profile.unit,
        profile.samples,
        profile.seconds,
        profile.threads,
        tally.busy,
        0.0 if not tally.whole else 1 - tally.busy / tally.whole,
        tuple(Part(name, "waiting", share(value)) for name, value in _top(tally.waits)),
        tuple(hot(at, value, tally.total[at]) for at, value in _top(tally.own)[:HOT_MAX]),
        tuple(hot(at, tally.own.get(at, 0.0), value) for at, value in _top(tally.blame)[:HOT_MAX]),
        tuple(
            Part(name, origin, share(value))
            for (origin, name), value in _top(tally.packages)[:PACKAGES_MAX]
        ),
        tuple(Part(name, name, share(value)) for name, value in _top(tally.origins)),
        tuple(_matches(tally, base, n)),
        len(tally.total),
        tuple(notes),
    )


def change(before: Profile, after: Profile) -> ProfileChange:
    """Return the functions whose own share moved, surest and largest first."""
    first, second = _own_shares(before), _own_shares(after)
    rates = before.seconds > 0 and after.seconds > 0
    moved: list[Moved] = []
    for key in {*first, *second}:
        was, now = first.get(key, (0.0, 0.0)), second.get(key, (0.0, 0.0))
        delta = change_of(
            share_of(was[0], before.samples, Z_MANY), share_of(now[0], after.samples, Z_MANY)
        )
        rate = now[1] / after.seconds - was[1] / before.seconds if rates else None
        sure = delta.low > 0 or delta.high < 0
        moved.append(Moved(key[0], key[1], was[0], now[0], delta, rate, sure))
    sure_ones = sorted((m for m in moved if m.is_sure), key=lambda m: -abs(m.change.value))
    return ProfileChange(tuple(sure_ones[:GROWN_MAX]), len(moved) - len(sure_ones))


class _Tally:
    """One pass over the stacks."""

    def __init__(self, profile: Profile, reader: Reader) -> None:
        known: dict[Frame, int] = {}  # profilers tell lines apart, a person asks for functions
        function = [known.setdefault(f._replace(line=0), len(known)) for f in profile.frames]
        frames = self.functions = tuple(known)
        self.reader = reader
        self.origin = [reader.origin(frame) for frame in frames]
        self._wait = [reader.wait(frame) for frame in frames]
        self._kinds = [reader.patterns(frame) for frame in frames]
        self.lines: list[dict[int, float]] = [defaultdict(float) for _ in frames]
        self.whole = profile.total
        self.busy, self.samples = 0.0, 0
        self.own: dict[int, float] = defaultdict(float)
        self.total: dict[int, float] = defaultdict(float)
        self.blame: dict[int, float] = defaultdict(float)
        self.waits: dict[str, float] = defaultdict(float)
        self.origins: dict[str, float] = defaultdict(float)
        self.packages: dict[tuple[str, str], float] = defaultdict(float)
        self.found: dict[str, float] = defaultdict(float)
        self.asked: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        timed = profile.unit in ("samples", "seconds")
        for places, weight in profile.stacks.items():
            if not places:
                continue
            stack = tuple(function[at] for at in places)
            wait = self._waiting(stack) if timed else ""
            if wait == "idle":
                continue
            self.busy += weight.value
            self.samples += weight.samples
            if wait:
                self.waits[wait] += weight.value
            for at, place in zip(stack, places, strict=True):
                self.lines[at][profile.frames[place].line] += weight.value
            self._count(stack, weight.value)
        is_wall = profile.kind == "wall" or sum(self.waits.values()) > 0.05 * (self.busy or 1.0)
        self.kind = "wall" if profile.kind == "unknown" and timed and is_wall else profile.kind

    def _waiting(self, stack: tuple[int, ...]) -> str:
        # Runtimes wait a few frames below the call that the person knows: kernel, C library, wrapper.
        for at in stack[: -WAIT_DEPTH - 1 : -1]:
            if wait := self._wait[at]:
                return wait
        return ""

    def _count(self, stack: tuple[int, ...], value: float) -> None:
        leaf = stack[-1]
        self.own[leaf] += value
        origin, package = self.origin[leaf]
        self.origins[origin] += value
        self.packages[origin, package] += value
        depth = next(
            (d for d in range(len(stack) - 1, -1, -1) if self.origin[stack[d]][0] == "own"), -1
        )
        inside = stack[depth] if depth >= 0 else -1
        if inside >= 0:
            self.blame[inside] += value
        for at in set(stack):
            self.total[at] += value
        # What calls the person's code is not what that code costs: a loader runs the whole program.
        for kind in {kind for at in stack[max(depth, 0) :] for kind in self._kinds[at]}:
            self.found[kind] += value
            if inside >= 0:
                self.asked[kind][inside] += value


WAIT_DEPTH = 4  # frames from the innermost in which a wait is recognised


def _matches(tally: _Tally, base: float, samples: int) -> Iterable[Match]:
    by_id = {pattern.id: pattern for pattern in tally.reader.guide.patterns}
    for name, value in _top(tally.found):
        if value / base < PATTERN_MIN:
            continue
        pattern = by_id[name]
        share = share_of(value / base, samples)
        asked = _top(tally.asked[name])
        under = tally.functions[asked[0][0]].name if asked else ""
        yield Match(
            name, pattern.name, share, (speed_up(share.low), speed_up(share.high)), under,
            asked[0][1] / value if asked else 0.0, pattern.do, pattern.skill, pattern.source,
        )  # fmt: skip


def _own_shares(profile: Profile) -> dict[tuple[str, str], tuple[float, float]]:
    """Return (share, weight) of each function by name and last part of its file.

    Two profiles may come from two machines, or a tool may have shortened paths in one of them.
    """
    found: dict[tuple[str, str], float] = defaultdict(float)
    for stack, weight in profile.stacks.items():
        if stack:
            frame = profile.frames[stack[-1]]
            found[frame.name, frame.file.rpartition("/")[2]] += weight.value
    whole = sum(found.values()) or 1.0
    return {key: (value / whole, value) for key, value in found.items()}


def _top(counted: Mapping[Key, float]) -> list[tuple[Key, float]]:
    return sorted(counted.items(), key=lambda pair: (-pair[1], str(pair[0])))


def _any(expressions: Iterable[str]) -> re.Pattern[str]:
    renamed = []
    for number, text in enumerate(expressions):  # one name may stand in one expression only
        renamed.append(f"(?:{text.replace('?P<package>', f'?P<package{number}>')})")
    return re.compile("|".join(renamed), re.IGNORECASE)


def _is_python_library(file: str) -> bool:
    """Whether a path that py-spy shortened, such as json/encoder.py, is of Python's own library."""
    first = file.partition("/")[0].removesuffix(".py")
    return file.endswith(".py") and not file.startswith("/") and first in sys.stdlib_module_names


def _folder(frame: Frame) -> str:
    """Return the file, or the namespace of a name without a file."""
    if frame.file:
        return frame.file.rpartition("file://")[2]
    name = frame.name.partition("(")[0]
    return name.rpartition(".")[0] or name.rpartition("::")[0] or name
