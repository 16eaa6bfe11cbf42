"""Advice on performance as text: where time and memory go, or which law limits and what to measure."""

from __future__ import annotations

import shlex
from math import isinf
from typing import TYPE_CHECKING

from backwright.faces.prose.layout import few, label, next_block, para, percent, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backwright.advise.heaps import HeapGrowth, HeapSummary, Held
    from backwright.advise.hotspots import Hot, Hotspots, Part, ProfileChange
    from backwright.advise.sampling import Share
    from backwright.usecases.advise_performance import LoadAdvice, PerformanceAdvice, ReadProfile
    from backwright.usecases.assuming import Assumed

ROWS = 8
PATTERNS_SHOWN = 4
CONTAINERS = ("Object", "Array", "Map", "Set", "global", "Error")  # everything is in one of these
SHOWN_MIN = 0.005  # of the time; less is not worth a line
NAME_WIDTH = 44  # of a function in a table; a longer name is cut in its middle
WHOSE = {"own": "your code", "library": "libraries", "runtime": "runtime", "kernel": "kernel"}


def advised(answer: PerformanceAdvice, width: int) -> list[str]:
    """Return what the files say."""
    lines: list[str] = []
    if answer.growth is not None:
        lines += [*_growth(answer.growth, width), ""]
    if answer.change is not None:
        lines += [*_change(answer.change, answer.profiles, width), ""]
    for read in answer.profiles:
        lines += [*_profile(read, width, briefly=answer.change is not None), ""]
    for heap in answer.heaps:
        lines += [*_heap(heap, width, briefly=answer.growth is not None), ""]
    for each in answer.unread:
        lines += label("unread", f"{each.file}: {each.why}", width)
    if answer.skills:
        lines += label("learn", "; ".join(f"{name} ({id_})" for id_, name in answer.skills), width)
    return [*lines, "", *next_block(_next(answer), width)]


def _next(answer: PerformanceAdvice) -> list[tuple[str, str]]:
    commands: list[tuple[str, str]] = []
    files = [read.file for read in answer.profiles] + [heap.file for heap in answer.heaps]
    kinds = len(answer.profiles) if answer.profiles else len(answer.heaps)
    if kinds == 1:
        name = shlex.quote(files[0])
        commands.append(
            (f"backwright advise performance {name} AFTER_THE_CHANGE", "what the change did")
        )
    found = {match.id for read in answer.profiles for match in read.spots.patterns[:3]}
    if found & {"orm", "database"}:
        commands.append(("backwright review . --rule query-in-loop", "queries in loops"))
    if answer.growth is not None:
        commands.append(("backwright review . --rule unbounded-cache", "caches without a limit"))
    if answer.skills:
        commands.append((f"backwright learn {answer.skills[0][0]}", "how to act on it"))
    commands.append(("backwright advise performance", "which law limits, which tool shows more"))
    return commands


def _profile(read: ReadProfile, width: int, *, briefly: bool) -> list[str]:
    spots = read.spots
    lines = para(_first_sentence(spots), width)
    lines += label("read", f"{read.file}: {_size(spots)}", width)
    for note in spots.notes:
        lines += label("", note, width)
    if spots.idle >= 0.005:
        lines += label("idle", f"{percent(spots.idle)} of the whole, left out of the shares", width)
    if spots.waiting:
        waits = ", ".join(f"{part.name} {_share(part.share)}" for part in spots.waiting)
        lines += label("waits", waits, width)
    if briefly:
        return lines
    lines += ["", *_hot_table("where it runs", _worth(spots.hot, by="own"), width)]
    if spots.blame and spots.origins and spots.origins[0].share.value < 1:
        lines += ["", *_blame_table(_worth(spots.blame, by="total"), width)]
    lines += ["", *label("by", ", ".join(_part(part) for part in spots.origins), width)]
    if len(spots.packages) > 1:
        named = [part for part in spots.packages if part.share.value >= 0.01][:6]
        lines += label(
            "",
            ", ".join(f"{_short(part.name)} {percent(part.share.value)}" for part in named),
            width,
        )
    for match in spots.patterns[:PATTERNS_SHOWN]:
        under = f", {percent(match.under_share)} of it under {match.under}" if match.under else ""
        lines += [
            "",
            *para(f"{match.name}: {_share(match.share)}{under}. {_bound(match.at_most)}", width),
        ]
        lines += label("do", match.do, width)
    return lines


def _worth(rows: Sequence[Hot], by: str) -> list[Hot]:
    """Return the rows that are shown: the first few, and none that rounds to nothing."""
    return [hot for hot in rows if getattr(hot, by).value >= SHOWN_MIN][:ROWS]


def _first_sentence(spots: Hotspots) -> str:
    what = {"bytes": "memory", "objects": "the objects"}.get(spots.unit, "the time")
    named = spots.patterns[0] if spots.patterns else None
    top = spots.blame[0] if spots.blame else spots.hot[0] if spots.hot else None
    if top is None:
        return "Everything in this profile is idle: record while it serves."
    if spots.waiting and spots.waiting[0].share.value > 0.5:
        part = spots.waiting[0]
        return f"{percent(part.share.value)} of {what} is waiting for {part.name}: a faster processor changes little."
    if named is not None and named.share.low > 0.25:
        return f"{named.name} takes {percent(named.share.value)} of {what}. {_bound(named.at_most)}"
    return f"{top.name} and what it calls take {_share(top.total)} of {what}."


def _bound(at_most: tuple[float | None, float | None]) -> str:
    low, high = at_most
    if low is None or high is None:
        return "Without it nothing would be left."
    if high >= 100:
        return f"If it cost nothing, the rest would be more than {low:.1f} times as fast."
    span = f"{low:.2f}" if high - low < 0.005 else f"{low:.2f} to {high:.2f}"
    return f"If it cost nothing, this would be at most {span} times as fast (Amdahl)."


def _size(spots: Hotspots) -> str:
    kind = {"unknown": "cpu or wall, the file does not say"}.get(spots.kind, spots.kind)
    told = [f"{spots.form}, {kind}"]
    if spots.samples:
        told.append(f"{spots.samples:,} samples")
    if spots.unit == "seconds":
        told.append(f"{spots.weight:.2f} s of {few(spots.threads, 'thread')} not idle")
    elif spots.unit == "bytes":
        told.append(_bytes(spots.weight))
    if spots.seconds:
        told.append(f"over {spots.seconds:.1f} s")
    return ", ".join([*told, f"{spots.functions:,} functions"])


def _hot_table(head: str, rows: Sequence[Hot], width: int) -> list[str]:
    shown = [
        (_cut(hot.name), _share(hot.own), percent(hot.total.value), _place(hot)) for hot in rows
    ]
    return _fit((head, "itself", "with calls", ""), shown, width)


def _blame_table(rows: Sequence[Hot], width: int) -> list[str]:
    shown = [(_cut(hot.name), _share(hot.total), _place(hot)) for hot in rows]
    return _fit(("your functions, with the library calls below", "", ""), shown, width, right=(1,))


def _fit(
    head: Sequence[str], rows: Sequence[Sequence[str]], width: int, right: Sequence[int] = (1, 2)
) -> list[str]:
    """Return a table; the place goes to the next line where it does not fit beside."""
    lines = table(head, rows, width, right)
    if width >= 70 and lines and not lines[0].startswith(head[0]):
        return table(head[:-1], [row[:-1] for row in rows], width, right)
    if width >= 70 and len(lines) > len(rows) + 1:  # became records
        return table(head[:-1], [row[:-1] for row in rows], width, right)
    return lines


def _cut(name: str) -> str:
    half = NAME_WIDTH // 2 - 2
    return name if len(name) <= NAME_WIDTH else f"{name[:half]}...{name[-half:]}"


def _place(hot: Hot) -> str:
    if not hot.file:
        return ""
    return f"{_short(hot.file)}:{hot.line}" if hot.line else _short(hot.file)


def _short(file: str) -> str:
    """Return the end of a long path: folder and file."""
    path = file.removeprefix("file://")
    return "/".join(path.split("/")[-2:]) if len(path) > 28 else path


def _part(part: Part) -> str:
    return f"{WHOSE.get(part.name, part.name)} {_share(part.share)}"


def _share(share: Share) -> str:
    """Return "62 % (58-66)"; without the interval where there is none."""
    digits = 0 if share.value >= 0.0995 else 1
    value = f"{100 * share.value:.{digits}f} %"
    if share.high - share.low < 0.002:
        return value
    return f"{value} ({100 * share.low:.{digits}f}-{100 * share.high:.{digits}f})"


def _change(change: ProfileChange, profiles: Sequence[ReadProfile], width: int) -> list[str]:
    before, after = profiles[0].file, profiles[1].file
    grown = [moved for moved in change.moved if moved.change.value > 0]
    if not change.moved:
        first = "No function's share changed by more than chance explains."
    elif grown:
        first = f"{grown[0].name} grew most: from {percent(grown[0].before)} to {percent(grown[0].after)}."
    else:
        first = f"{change.moved[0].name} shrank most, nothing grew for sure."
    lines = para(first, width)
    lines += label("read", f"{before}, then {after}", width)
    rows = [
        (
            _cut(moved.name),
            f"{percent(moved.before)} -> {percent(moved.after)}",
            f"{100 * moved.change.low:+.0f} to {100 * moved.change.high:+.0f} %",
            "" if moved.rate is None else f"{1000 * moved.rate:+.0f} ms/s",
        )
        for moved in change.moved[:ROWS]
    ]
    if rows:
        head = ("share of the time it runs itself", "was -> is", "change", "")
        lines += ["", *table(head, rows, width, (1, 2, 3))]
    if change.unsure:
        lines += label(
            "left out", f"{few(change.unsure, 'function')} within chance (3 sigma)", width
        )
    return lines


def _heap(heap: HeapSummary, width: int, *, briefly: bool) -> list[str]:
    own = [held for held in heap.held if held.is_own and held.name not in CONTAINERS]
    first = f"{heap.file}: {_bytes(heap.total_bytes)} in {heap.nodes:,} objects"
    if own:
        size = own[0].retained_bytes if own[0].retained_bytes is not None else own[0].own_bytes
        first += f"; what {own[0].name} holds is {_bytes(size)} of it"
    lines = para(f"{first}.", width)
    for note in heap.notes:
        lines += label("", note, width)
    return lines if briefly else [*lines, "", *_held_table(heap.held[: ROWS + 4], width)]


def _held_table(rows: Sequence[Held], width: int) -> list[str]:
    shown = [
        (
            _cut(held.name),
            f"{held.count:,}",
            _bytes(held.own_bytes),
            "-" if held.retained_bytes is None else _bytes(held.retained_bytes),
        )
        for held in rows
    ]
    return table(("constructor", "objects", "own", "would free"), shown, width, (1, 2, 3))


def _growth(grown: HeapGrowth, width: int) -> list[str]:
    sign = "grew by" if grown.bytes >= 0 else "shrank by"
    first = f"The heap {sign} {_bytes(abs(grown.bytes))}"
    own = [each for each in grown.grown if each.is_own and each.name == grown.of] or [
        each for each in grown.grown if each.is_own
    ]
    if own:
        first += f"; new are {own[0].count:+,} {own[0].name}"
        if own[0].retained_bytes is not None:
            first += f", which hold {_bytes(own[0].retained_bytes)}"
    if grown.holder:
        first += f". What they were added to: {grown.holder}"
    lines = para(f"{first}.", width)
    if not grown.same_process:
        lines += label(
            "",
            "the two are not of one process, so that constructors are compared, not objects",
            width,
        )
    rows = [
        (
            _cut(each.name),
            f"{each.count:+,}",
            _signed_bytes(each.own_bytes),
            "-" if each.retained_bytes is None else _signed_bytes(each.retained_bytes),
        )
        for each in grown.grown[:ROWS]
    ]
    if rows:
        lines += ["", *table(("grew", "objects", "own", "would free"), rows, width, (1, 2, 3))]
    if grown.path:
        lines += [
            "",
            *para(
                f"What keeps the largest new {grown.of} ({_bytes(grown.path_bytes)}) alive, from the root:",
                width,
            ),
        ]
        for step in grown.path:
            lines += para(step, width, "  ", "    ")
    return lines


def _bytes(value: float) -> str:
    for unit, size in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if value >= size:
            return f"{value / size:.1f} {unit}"
    return f"{value:.0f} B"


def _signed_bytes(value: float) -> str:
    return ("+" if value >= 0 else "-") + _bytes(abs(value))


def load_advised(answer: LoadAdvice, width: int) -> list[str]:
    """Return which law limits, and what to measure."""
    law, load = answer.law, answer.load
    tightest = law.limits[0]
    if not law.is_stable:
        first = (
            f"Unstable: {load.rate:g} requests/s are {tightest.used:.2f} of what the {tightest.name} can do"
            f" ({tightest.ceiling:.1f}/s). No latency is given, because waiting grows without end."
        )
    elif law.law == "neither":
        first = (
            f"Nothing limits at {load.rate:g} requests/s: the {tightest.name} are used {percent(tightest.used)},"
            f" and saturate at {_ceiling(tightest.ceiling)}."
        )
    else:
        first = (
            f"The {law.law} limit: {percent(tightest.used)} used at {load.rate:g} requests/s,"
            f" saturated at {_ceiling(tightest.ceiling)}."
        )
    lines = para(first, width)
    rows = [
        (
            f"{limit.name} ({limit.has:g})",
            f"{limit.busy:.1f}",
            percent(limit.used),
            _ceiling(limit.ceiling),
        )
        for limit in law.limits
    ]
    lines += ["", *table(("", "busy on average", "used", "ceiling"), rows, width, (1, 2, 3))]
    held = load.cpu_ms + load.wait_ms
    lines += [
        "",
        *label(
            "why",
            f"A worker is held {held:g} ms: {load.cpu_ms:g} on the processor, {load.wait_ms:g} waiting."
            f" {load.rate:g}/s x {held / 1000:g} s = {load.rate * held / 1000:.1f} busy (Little's law).",
            width,
        ),
    ]
    if law.mean_ms is not None and law.queue_ms is not None:
        p99 = f", p99 {law.p99_ms:.0f} ms" if law.p99_ms is not None else ""
        lines += label(
            "model",
            f"mean {law.mean_ms:.0f} ms of which {law.queue_ms:.1f} ms is queueing{p99} (M/M/c: arrivals and service"
            " assumed random; real ones may be calmer or wilder)",
            width,
        )
    if law.tail:
        lines += label("tail", _tail_text(answer), width)
    lines += label("do", _what_to_do(answer), width)
    bounds = [
        f"at most {bound:.2f} times as fast without {name}"
        if bound is not None
        else f"all of it is {name}"
        for name, bound in (
            ("its processor time", law.speed_up_cpu),
            ("its waiting", law.speed_up_wait),
        )
    ]
    lines += label("bound", f"one request is {'; '.join(bounds)} (Amdahl)", width)
    lines += ["", *_tools(answer, width)]
    lines += assumptions(answer.assumed, width)
    lines += label("learn", "; ".join(f"{name} ({id_})" for id_, name in answer.skills), width)
    commands = [("backwright advise performance PROFILE", "read what the tool wrote")]
    if answer.law.law == "cores":
        commands.append(
            ("backwright review . --rule blocking-call-in-async", "work on a shared thread")
        )
    else:
        commands.append(("backwright review . --rule query-in-loop", "where waiting often is"))
    commands.append(("backwright learn perf.profiling", "how to profile"))
    return [*lines, "", *next_block(commands, width)]


def _ceiling(value: float) -> str:
    return "no limit" if isinf(value) else f"{value:.1f}/s"


def _tail_text(answer: LoadAdvice) -> str:
    measured, model = answer.load.p99_ms, answer.law.p99_ms
    told = f"measured p99 {measured:.0f} ms, model {model:.0f} ms: "
    return told + {
        "as the model": "queueing and random service explain it.",
        "longer than the model": "something queues that is not in these numbers: a pool, a lock, a pause of the collector.",
        "shorter than the model": "service is more even than random, so that the model is on the safe side.",
    }.get(answer.law.tail, "")


def _what_to_do(answer: LoadAdvice) -> str:
    law, load = answer.law, answer.load
    if law.law == "neither":
        return (
            "More of anything changes little. To be faster, look at the larger part of one request."
        )
    needed = {"workers": law.workers_needed, "cores": law.cores_needed}
    need = " and ".join(
        f"{needed[limit.name]} {limit.name}" for limit in law.limits if limit.used >= 0.7
    )
    less = (
        "hold them for less: the waiting is what holds"
        if law.law == "workers" and load.wait_ms > load.cpu_ms
        else "spend less on the processor for each request"
    )
    return f"{need} would be used at most 70 %; or {less}."


MEASURE = {
    "cpu": "Measure next what the processor does:",
    "wall": "Measure next what requests wait for (wall-clock profile):",
    "locks": "Measure next what queues inside (locks, pools, pauses):",
    "heap": "Measure next what holds memory:",
}


def _tools(answer: LoadAdvice, width: int) -> list[str]:
    lines = para(MEASURE[answer.law.measure], width)
    for number, tool in enumerate(answer.tools[:2]):
        read = " (read by advise performance)" if tool.readable else ""
        lines += para(f"{tool.name}: writes {tool.writes}{read}", width, "  ", "    ")
        lines += para(tool.command, width, "    $ ", "      ")
        lines += para(f"{tool.note} [{answer.citations[number]}, {tool.checked}]", width, "    ")
    rest = [f"{tool.name} ({', '.join(tool.uses)})" for tool in answer.others]
    if rest:
        lines += label("also", f"{answer.language}: {'; '.join(rest)}", width)
    return lines


def assumptions(assumed: Sequence[Assumed], width: int) -> list[str]:
    """Return what nobody said, as the options that would say it."""
    if not assumed:
        return []
    options = " ".join(each.option for each in assumed)
    return label("assumed", f"{options} (give what differs)", width)


RENDER = {"PerformanceAdvice": advised, "LoadAdvice": load_advised}
