"""Advise data: which model and structure fit how data is read and written, and how long they last."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from backwright.advise.data import (
    Choice,
    Load,
    Pages,
    Partitions,
    Period,
    Primary,
    Scan,
    Size,
    answers,
    choose,
    memory_months,
    new_rows_per_second,
    pages,
    partitions,
    period,
    primary,
    scan,
    size,
)
from backwright.catalog.advice import read_advice
from backwright.design.theory.caching import zipf
from backwright.model.errors import BadRequest
from backwright.model.guidance import DataGuide
from backwright.usecases.assuming import Assumed, filled, in_range
from backwright.usecases.bench import Bench
from backwright.usecases.citing import cited
from backwright.usecases.spec import Mark

Pattern = Literal["key", "range", "join", "graph", "text", "aggregate", "time"]
VERB = "advise data"
ROWS_A_KEY = 100  # rows that share a partition key, if nobody says; our guess
DEFAULTS: dict[str, Any] = {
    "patterns": ("key", "range", "join"),
    "reads": 200.0,
    "writes": 20.0,
    "rows": 1_000_000.0,
    "row_bytes": 500.0,
    "growth": 5.0,
    "years": 3.0,
    "transactions": "many",
    "shape": "fixed",
    "consistency": "strong",
    "cores": 8.0,
    "memory_gib": 32.0,
    "read_ms": 1.0,
    "write_ms": 4.0,
    "hot": 0.2,
}
JOINED: dict[str, Any] = {"fan_out": 10.0}
WALKED: dict[str, Any] = {"depth": 2}
LIMITS = {
    "reads": (0.0, 1e9, "a second"),
    "writes": (0.0, 1e9, "a second"),
    "rows": (1.0, 1e13, "rows"),
    "row_bytes": (1.0, 1e9, "bytes"),
    "growth": (0.0, 1000.0, "% a month"),
    "years": (0.0, 30.0, "years"),
    "depth": (1, 100, "steps"),
    "fan_out": (1.0, 1e7, "relations"),
    "cores": (0.1, 1024.0, "cores"),
    "memory_gib": (0.1, 100_000.0, "GiB"),
    "read_ms": (0.0, 600_000.0, "ms"),
    "write_ms": (0.001, 600_000.0, "ms"),
    "hot": (0.0, 1.0, "of the data"),
    "keys": (1, 10**12, "keys"),
    "skew": (0.0, 5.0, ""),
}
EXAMPLE = "backwright advise data key range --rows 1000000"


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    patterns: Annotated[
        tuple[Pattern, ...],
        "How it is read (assumed key range join)",
        Mark(positional=True, metavar="PATTERN"),
    ] = ()
    reads: Annotated[float | None, "Reads a second at the peak (assumed 200)"] = None
    writes: Annotated[float | None, "Writes a second at the peak (assumed 20)"] = None
    rows: Annotated[float | None, "Records now (assumed 1000000)"] = None
    row_bytes: Annotated[float | None, "Bytes of one record (assumed 500)"] = None
    growth: Annotated[float | None, "Percent a month, of rows and load alike (assumed 5)"] = None
    years: Annotated[float | None, "For which it has to last (assumed 3)"] = None
    transactions: Annotated[
        Literal["", "none", "one", "many"],
        "What changes together: nothing, one record, many records (assumed many)",
    ] = ""
    shape: Annotated[
        Literal["", "fixed", "varying", "nested"],
        "Records: the same fields, fields that vary, or parts inside (assumed fixed)",
    ] = ""
    consistency: Annotated[
        Literal["", "strong", "eventual"],
        "Whether a read must see the last write (assumed strong)",
    ] = ""
    depth: Annotated[int | None, "Steps of a walk through relations (assumed 2)"] = None
    fan_out: Annotated[float | None, "Relations of a record (assumed 10)"] = None
    keys: Annotated[
        float | None,
        "Values of what it would be divided by, such as customers (assumed rows / 100)",
    ] = None
    skew: Annotated[
        float | None, "How unevenly these are used, as a Zipf exponent; 0 is evenly (assumed 1)"
    ] = None
    cores: Annotated[float | None, "Of the store's machine (assumed 8)"] = None
    memory_gib: Annotated[float | None, "Of the store's machine (assumed 32)"] = None
    read_ms: Annotated[float | None, "Processor time of the store per read (assumed 1)"] = None
    write_ms: Annotated[float | None, "Processor time of the store per write (assumed 4)"] = None
    hot: Annotated[float | None, "Share of the data that is read often (assumed 0.2)"] = None


@dataclass(frozen=True)
class DataAdvice:
    """The advice.

    Attributes:
        now, then: Sizes now and at the horizon.
        memory_months: Until what is read often leaves memory; 0 if it has, inf if never.
        partitions: None where one primary carries the horizon.
        period: By what a table of times is divided; None without that pattern.
        sources: Text of each source named, by its reference.
        verdict: "hot-key" if the store has to be divided and its most popular key alone fills a partition.
    """

    answers: dict[str, tuple[str, ...]]
    assumed: tuple[Assumed, ...]
    load: Load
    choice: Choice
    now: Size
    then: Size
    memory_months: float
    primary: Primary
    partitions: Partitions | None
    pages: tuple[Pages, ...]
    period: Period | None
    skew: float
    scan: Scan
    skills: tuple[tuple[str, str], ...]
    sources: dict[str, str]
    verdict: Literal["ok", "hot-key"]


def run(ask: Ask, bench: Bench) -> DataAdvice:
    """Advise; BadRequest for a number out of range, or growth that the writes cannot bring."""
    values, assumed = filled(ask, DEFAULTS, positional="patterns")
    joined, guessed = filled(ask, JOINED)
    walked, stepped = filled(ask, WALKED)
    spread, uneven = filled(ask, {"keys": max(values["rows"] // ROWS_A_KEY, 1.0), "skew": 1.0})
    in_range({**values, **joined, **walked, **spread}, LIMITS, VERB)
    keys = int(spread["keys"])
    patterns = tuple(dict.fromkeys(values["patterns"]))
    load = Load(
        patterns, values["reads"], values["writes"], values["rows"], values["row_bytes"],
        values["growth"] / 100, values["years"], walked["depth"], joined["fan_out"],
        values["cores"], values["memory_gib"], values["read_ms"], values["write_ms"], values["hot"],
        keys, zipf(keys, spread["skew"])[0].each, values["consistency"] == "strong",
    )  # fmt: skip
    _refuse_growth(load)
    known = answers(load, values["transactions"], values["shape"])
    choice = choose(known, read_advice(bench.advice("data"), "data", DataGuide))
    one = primary(load)
    divided = None if one.is_enough else partitions(load, one)
    assumed += guessed if {"join", "graph"} & set(patterns) else ()
    assumed += stepped if "graph" in patterns else ()
    assumed += uneven if divided else ()
    parts = [choice.model, *(each.beside for each in choice.besides), *choice.structures]
    skills = [part.skill for part in parts]  # type: ignore[attr-defined]
    return DataAdvice(
        known, assumed, load, choice, size(load, 0), size(load, load.months), memory_months(load), one,
        divided, pages(load), period(load) if "time" in patterns and load.growth else None,
        spread["skew"], scan(load),
        bench.catalog.named(skills),
        {each: cited(each, bench) for each in dict.fromkeys(choice.sources)},
        "hot-key" if divided and divided.buckets > 1 else "ok",
    )  # fmt: skip


def _refuse_growth(load: Load) -> None:
    """Rows come by writes: more new rows than writes cannot be."""
    needed = new_rows_per_second(load)
    if needed > load.writes:
        raise BadRequest(
            f"{load.rows:,.0f} rows that grow {100 * load.growth:g} % a month are {needed:,.3g} new rows a second,"
            f" more than the {load.writes:g} writes",
            detail="Give the writes, or a smaller growth.",
            hint=f"backwright {VERB} --rows {load.rows:.0f} --growth {100 * load.growth:g} --writes {_above(needed)}",
        )


def _above(value: float) -> str:
    return f"{max(round(2 * value), 1)}"
