"""Advice on data as text: the model, what stands beside it, how each pattern is served, how long it lasts."""

from __future__ import annotations

from math import isfinite, isinf
from typing import TYPE_CHECKING

from backwright.design.wording import digits, listed, per_second, percent, seconds
from backwright.faces.prose.layout import few, heading, label, next_block, para, table
from backwright.faces.prose.performance import assumptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backwright.advise.data import Pages, Period, RuledOut, Size
    from backwright.usecases.advise_data import DataAdvice

NAMES = {
    "key": "by key",
    "range": "range",
    "join": "join",
    "graph": "walk",
    "text": "words",
    "aggregate": "aggregate",
    "time": "by time",
}


def advised(answer: DataAdvice, width: int) -> list[str]:
    """Return the advice."""
    choice = answer.choice
    lines = para(_first(answer), width)
    lines += para(_lasts(answer), width)
    if answer.verdict == "hot-key":
        lines += para(_hot(answer), width)
    lines += [
        "",
        *_part(
            f"{choice.model.name} (the main store)", choice.model.how, choice.model.costs, width
        ),
    ]
    lines += _in("not when", choice.model.not_when, width)
    for number, reason in enumerate(choice.because):
        lines += _in("why" if number == 0 else "", reason.say, width)
    for number, (say, names) in enumerate(_against(choice.ruled_out)):
        lines += _in("plainer" if number == 0 else "", f"{listed(names)}: no, {say}", width)
    for each in choice.besides:
        lines += ["", *_part(f"{each.beside.name} (beside it)", each.beside.how, each.beside.costs, width)]  # fmt: skip
        for number, reason in enumerate(each.because):
            lines += _in("why" if number == 0 else "", reason.say, width)
    lines += ["", *heading("Structure")]
    for structure in choice.structures:
        lines += para(f"{NAMES[structure.pattern]}: {structure.do}", width, "  ", "    ")
    lines += ["", *_pages(answer, width), "", *_numbers(answer, width)]
    lines += label("source", "; ".join(answer.sources.values()), width)
    lines += assumptions(answer.assumed, width)
    lines += label("learn", "; ".join(f"{name} ({id_})" for id_, name in answer.skills[:4]), width)
    commands = [
        (
            f"backwright advise stack --kind store --need model={choice.model.store}",
            "which product",
        ),
        (f"backwright learn {answer.skills[0][0]}", "how to model for it"),
        ("backwright design new shop -o mine.yaml", "size the whole system with it"),
    ]
    return [*lines, "", *next_block(commands, width)]


def _first(answer: DataAdvice) -> str:
    choice = answer.choice
    beside = [each.beside.name for each in choice.besides]
    also = f", and beside them {listed(beside)}" if beside else ""
    return f"Keep it as {choice.model.name}{also}."


def _lasts(answer: DataAdvice) -> str:
    one, load = answer.primary, answer.load
    size = f"{_gib(answer.now.gib)} now, {_gib(answer.then.gib)} in {_years(load.years)}"
    if answer.partitions is None:
        share = percent(one.cores_then / one.limit) if one.limit else ""
        return (
            f"It is {size}; one primary carries it until then, at {share} of what it may be used."
        )
    what = "reads and writes" if load.is_strong else "writes"
    return (
        f"It is {size}; one primary is full of {what} {_when(one.months_all if load.is_strong else one.months_writes)},"
        f" so that {few(answer.partitions.needed, 'partition')} are needed by then."
    )


def _hot(answer: DataAdvice) -> str:
    parts = answer.partitions
    if parts is None:
        return ""
    return (
        f"The most popular of {answer.load.keys:,} keys takes {percent(parts.hottest)} of the load ({digits(parts.hottest_cores)} cores),"
        f" more than a partition may use ({digits(answer.primary.limit)}): no number of partitions helps. Divide that key into"
        f" {parts.buckets} buckets, or divide by something else."
    )


def _part(title: str, how: str, costs: str, width: int) -> list[str]:
    return [*para(title, width), *_in("how", how, width), *_in("costs", costs, width)]


def _against(ruled: Sequence[RuledOut]) -> list[tuple[str, list[str]]]:
    """Return each reason once, with the models that it rules out."""
    by_reason: dict[str, list[str]] = {}
    for out in ruled:
        by_reason.setdefault(out.say, []).append(out.name)
    return list(by_reason.items())


def _in(name: str, text: str, width: int) -> list[str]:
    return para(text, width, f"  {name:<9}", " " * 11)


def _pages(answer: DataAdvice, width: int) -> list[str]:
    rows = [
        (NAMES[each.pattern], _count(each.rows), _count(each.pages), _count(each.without), _time(each))
        for each in answer.pages
    ]  # fmt: skip
    head = ("pattern", "rows touched", "pages read", "without it", "time")
    title = f"Pages of 8 KiB that it reads in {_years(answer.load.years)}, as tables with B-trees"
    return [*heading(title, width), *table(head, rows, width, right=(1, 2, 3, 4))]


def _time(each: Pages) -> str:
    return seconds(each.seconds) if each.seconds else "-"


def _count(value: float) -> str:
    for limit, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")):
        if value >= limit:
            return f"{digits(value / (1000 if unit == 'k' else limit))} {unit}"
    return f"{value:,.0f}"


def _numbers(answer: DataAdvice, width: int) -> list[str]:
    load, one = answer.load, answer.primary
    lines = label(
        "size",
        f"now {_parts(answer.now)}; in {_years(load.years)} {_parts(answer.then)}. A row carries 28 bytes more,"
        " an index entry is 20 at 90 % full; without bloat, logs and copies",
        width,
    )
    lines += label(
        "memory",
        f"{percent(load.hot)} of it are read often: these leave 75 % of {digits(load.memory_gib)} GiB {_when(answer.memory_months)}",
        width,
    )
    lines += label(
        "primary",
        f"{per_second(load.writes)} writes x {digits(load.write_ms)} ms + {per_second(load.reads)} reads x {digits(load.read_ms)} ms;"
        f" {digits(load.cores)} cores at 65 % are {digits(one.limit)}: full of writes {_when(one.months_writes)}, of both"
        f" {_when(one.months_all)}",
        width,
    )
    if not load.is_strong and isfinite(one.machines) and one.machines > 1:
        lines += label(
            "copies",
            f"{few(int(one.machines), 'machine')} for reading by then: each repeats all writes and takes its share of the reads",
            width,
        )
    if answer.partitions is not None:
        parts = answer.partitions
        lines += label(
            "divided",
            f"{parts.by_load} by load, {parts.by_memory} by memory; of {load.keys:,} keys the most popular has {percent(parts.hottest)}"
            f" of the load (Zipf, exponent {digits(answer.skew)})",
            width,
        )
    if answer.period is not None:
        lines += label("period", _period(answer, answer.period), width)
    for pages in answer.pages:
        if pages.pattern == "graph":
            text = (
                f"{_sum(load.depth)} = {_count(pages.rows)} rows, each an index look-up of 10 us"
                " (measured, in memory); over a second is long"
            )
            lines += label("walk", text, width)
        if pages.pattern == "aggregate":
            origin = "measured, in memory" if answer.scan.is_in_memory else "our guess for a disk"
            text = (
                f"all rows at {digits(answer.scan.mib_s)} MiB/s ({origin}: measure yours) are"
                f" {seconds(pages.seconds)}; over 1 s is slow, over 1 min very"
            )
            lines += label("scan", text, width)
    return lines


def _period(answer: DataAdvice, period: Period) -> str:
    early = "not needed while all of it is less than the memory; then "
    return (
        f"{early if answer.answers['ages'] == ('small',) else ''}by {period.name}: the newest then holds"
        f" {_count(period.rows)} rows, {_gib(period.gib)}; {period.kept:,} for {_years(answer.load.years)}; the longest of"
        " year, month, week, day that fits half of the memory"
    )


def _sum(depth: int) -> str:
    return "fan-out" if depth == 1 else f"fan-out + ... + fan-out^{depth}"


def _parts(size: Size) -> str:
    words = f" + words {_gib(size.text_gib)}" if size.text_gib else ""
    return f"rows {_gib(size.row_gib)} + indexes {_gib(size.index_gib)}{words}"


def _gib(value: float) -> str:
    if value >= 1024:
        return f"{digits(value / 1024)} TiB"
    return f"{digits(value)} GiB" if value >= 0.1 else f"{digits(value * 1024)} MiB"


def _years(value: float) -> str:
    return few(int(value), "year") if value == int(value) else f"{digits(value)} years"


def _when(months: float) -> str:
    if isinf(months):
        return "never, without growth"
    if months < 0.5:
        return "now"
    return f"in {months:,.0f} months" if months >= 1.5 else "in a month"


RENDER = {"DataAdvice": advised}
