"""Advise performance: what profiles and heap snapshots say, or which law limits and what to measure next."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from backwright.advise.heaps import HeapGrowth, HeapSummary, Tree, growth, summarise, tree_of
from backwright.advise.hotspots import Hotspots, ProfileChange, Reader, change, hotspots
from backwright.advise.performance import Load, LoadLaw, law_of
from backwright.advise.profiles import HEAP_BYTES_MAX, Profile, is_heap, read_profile, unpacked
from backwright.advise.profiles.folded import in_unit
from backwright.catalog.advice import read_advice
from backwright.model.errors import BackwrightError, BadRequest
from backwright.model.guidance import PerformanceGuide, Profiler, ProfilerTable
from backwright.usecases.assuming import Assumed, filled, in_range
from backwright.usecases.bench import Bench
from backwright.usecases.spec import Mark

FILES_MAX = 8  # two to compare and some beside them; more is no question that one answer holds
DEFAULTS: dict[str, Any] = {
    "rate": 50.0,
    "cpu_ms": 10.0,
    "wait_ms": 40.0,
    "workers": 8,
    "cores": 2.0,
    "language": "python",
}
LIMITS = {
    "rate": (0.001, 1e7, "requests a second"),
    "cpu_ms": (0.0, 1e6, "ms"),
    "wait_ms": (0.0, 1e7, "ms"),
    "workers": (1, 100_000, ""),
    "cores": (0.1, 10_000, ""),
    "p99_ms": (0.001, 1e8, "ms"),
}
Language = Literal[
    "", "javascript", "python", "java", "go", "php", "csharp", "kotlin", "cpp", "rust"
]


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    files: Annotated[
        tuple[str, ...],
        "Profiles or heap snapshots; two of one kind are compared, the older first",
        Mark(positional=True, metavar="FILE", disk="file"),
    ] = ()
    own: Annotated[tuple[str, ...], "Folders or packages that are your own code"] = ()
    kind: Annotated[
        Literal["", "cpu", "wall", "off-cpu", "allocated"],
        "What the profile measured, where the file does not say",
    ] = ""
    unit: Annotated[
        Literal["", "microseconds", "milliseconds", "bytes"],
        "Unit of collapsed stacks whose counts are not samples",
    ] = ""
    rate: Annotated[float | None, "Requests a second (assumed 50)"] = None
    cpu_ms: Annotated[float | None, "Time on the processor for each request (assumed 10)"] = None
    wait_ms: Annotated[
        float | None, "Time waiting for database, calls, locks for each request (assumed 40)"
    ] = None
    workers: Annotated[int | None, "Requests that can be in progress at once (assumed 8)"] = None
    cores: Annotated[float | None, "Processors that run them (assumed 2)"] = None
    p99_ms: Annotated[float | None, "Measured 99th percentile of the response"] = None
    language: Annotated[Language, "Language of the service, for the tools (assumed python)"] = ""


@dataclass(frozen=True)
class Unread:
    """A file that was not read, and why."""

    file: str
    why: str


@dataclass(frozen=True)
class ReadProfile:
    """One profile."""

    file: str
    spots: Hotspots


@dataclass(frozen=True)
class PerformanceAdvice:
    """What the files say.

    Attributes:
        change: The second profile beside the first, where there are two profiles.
        growth: The second snapshot less the first, where there are two snapshots.
        skills: (id, name) of what would help, most important first.
        verdict: "partly" if a file was not read.
    """

    profiles: tuple[ReadProfile, ...]
    change: ProfileChange | None
    heaps: tuple[HeapSummary, ...]
    growth: HeapGrowth | None
    unread: tuple[Unread, ...]
    skills: tuple[tuple[str, str], ...]
    verdict: Literal["ok", "partly"]


@dataclass(frozen=True)
class LoadAdvice:
    """Which law limits a service, and what to measure next with which tool.

    Attributes:
        tools: For what to measure, in the language, the one to start with first.
        others: The language's tools for other uses.
        citations: The sources of `tools` and `others`, in their order.
        verdict: "unstable" if more is offered than can be done.
    """

    load: Load
    language: str
    assumed: tuple[Assumed, ...]
    law: LoadLaw
    tools: tuple[Profiler, ...]
    others: tuple[Profiler, ...]
    citations: tuple[str, ...]
    skills: tuple[tuple[str, str], ...]
    verdict: Literal["ok", "unstable"]


def run(ask: Ask, bench: Bench) -> PerformanceAdvice | LoadAdvice:
    """Advise from files, or from numbers when none is named.

    Raises:
        BadRequest: A number out of range, too many files, or no file that can be read.
    """
    return _from_files(ask, bench) if ask.files else _from_numbers(ask, bench)


def _from_files(ask: Ask, bench: Bench) -> PerformanceAdvice:
    if len(ask.files) > FILES_MAX:
        raise BadRequest(
            f"{len(ask.files)} files are more than {FILES_MAX}: name one, or two to compare",
            hint=f"backwright advise performance {ask.files[0]} {ask.files[-1]}",
        )
    guide = read_advice(bench.advice("performance"), "performance", PerformanceGuide)
    reader = Reader(guide, ask.own)
    profiles: list[tuple[str, Profile]] = []
    trees: list[tuple[str, Tree]] = []
    unread: list[Unread] = []
    for file in ask.files:
        try:
            found = _read(file, ask, bench)
        except BackwrightError as error:
            unread.append(Unread(file, error.problem))
            continue
        if isinstance(found, Profile):
            profiles.append((file, found))
        else:
            trees.append((file, found))
    if not profiles and not trees:
        first, *others = unread
        raise BadRequest(
            f"{first.file}: {first.why}",
            detail="\n".join(f"{each.file}: {each.why}" for each in others),
            hint="backwright advise performance --language python",
        )
    read = tuple(ReadProfile(file, hotspots(profile, reader)) for file, profile in profiles)
    skills = [match.skill for each in read for match in each.spots.patterns[:2]]
    skills += ["perf.profiling"] if read else ["perf.tuning"]
    return PerformanceAdvice(
        read,
        change(profiles[0][1], profiles[1][1]) if len(profiles) == 2 else None,
        tuple(summarise(file, tree) for file, tree in trees),
        growth(trees[0][1], trees[1][1]) if len(trees) == 2 else None,
        tuple(unread),
        bench.catalog.named(skills),
        "partly" if unread else "ok",
    )


def _read(file: str, ask: Ask, bench: Bench) -> Profile | Tree:
    data = unpacked(bench.files.load(file, HEAP_BYTES_MAX))
    if is_heap(data):
        from backwright.advise.profiles.heapsnapshot import read_heap

        heap = read_heap(data)
        del data  # half a gigabyte at most, and not needed for what follows
        return tree_of(heap)
    profile = read_profile(data)
    if ask.unit and profile.form == "collapsed stacks":
        profile = in_unit(profile, ask.unit)
    if ask.kind:
        profile = Profile(
            profile.form, ask.kind, profile.unit, profile.frames, profile.stacks,
            profile.seconds, profile.threads, profile.notes,
        )  # fmt: skip
    return profile


def _from_numbers(ask: Ask, bench: Bench) -> LoadAdvice:
    values, assumed = filled(ask, DEFAULTS)
    in_range({**values, "p99_ms": ask.p99_ms}, LIMITS, "advise performance")
    if values["cpu_ms"] + values["wait_ms"] <= 0:
        raise BadRequest(
            "a request that takes 0 ms needs no advice: --cpu-ms and --wait-ms are both 0",
            hint="backwright advise performance --cpu-ms 10 --wait-ms 40",
        )
    language = values.pop("language")
    load = Load(**values, p99_ms=ask.p99_ms)
    law = law_of(load)
    table = read_advice(bench.advice("profilers"), "profilers", ProfilerTable).profilers
    mine = [tool for tool in table if tool.language == language]
    tools = tuple(tool for tool in mine if law.measure in tool.uses)
    others = tuple(tool for tool in mine if law.measure not in tool.uses)
    skills = [
        "perf.basics",
        "perf.profiling",
        "dist.backpressure" if not law.is_stable else "perf.capacity",
    ]
    return LoadAdvice(
        load, language, assumed, law, tools, others,
        tuple(bench.catalog.citation(tool.source) for tool in (*tools, *others)),
        bench.catalog.named(skills), "ok" if law.is_stable else "unstable",
    )  # fmt: skip
