"""In which model data fits its access patterns: sizes, months until memory or one primary is full, page reads, structure."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, inf, log

from backwright.model.guidance import (
    Beside,
    DataGuide,
    DataModel,
    Reason,
    Structure,
    holds,
)

Answers = Mapping[str, tuple[str, ...]]

PAGE = 8192  # bytes, and 24 of them are the page's header (PostgreSQL manual, Database Page Layout)
PAGE_ROOM = PAGE - 24
ROW_OVERHEAD = 28  # a row's header of 23, filled up to 24, and 4 of its item pointer (same page)
ENTRY = 20  # an index entry of an 8-byte key: header 8, key 8, item pointer 4 (same page)
FILL = 0.9  # of a B-tree's page (PostgreSQL manual, CREATE INDEX: fillfactor)
FAN = int(PAGE_ROOM * FILL / ENTRY)  # entries on a page
TEXT_INDEX = 0.3  # an inverted index over the row's bytes; our guess
MEMORY_SHARE = 0.75  # of a machine's memory that keeps pages; the rest is connections and work
USE_MAX = 0.65  # of a processor at the peak, as `advise scale` takes it
GIB = 1024.0**3
MONTH_SECONDS = 2_629_800.0
LISTED = 50  # rows of a range that one answer shows
LOOKUP_US = 10.0  # an index look-up with its row, in memory, inside one query; measured (method.md)
SCAN_MEMORY_MIB_S = 1000.0  # one process that sums a column, in memory; measured (method.md)
SCAN_DISK_MIB_S = 500.0  # the same from a local disk; our guess
SLOW_S, VERY_SLOW_S = 1.0, 60.0  # a person waits; a report waits: our judgement
WALK_S = 1.0  # that a walk through relations may take; our judgement
INDEXED = ("range", "join", "time", "aggregate")  # patterns with an index of their own
WALKS_ONLY = {"graph", "key", "text"}  # what a graph store serves as well


@dataclass(frozen=True)
class Load:
    """What was given or assumed.

    Attributes:
        reads, writes: A second, at the peak.
        row_bytes: Of one record, without overhead.
        growth: Of rows, reads and writes, a month; 0.05 is 5 %.
        read_ms, write_ms: Processor time of the store.
        hot: Share of the data that is read often.
        hottest: Share of the load that the most popular partition key gets.
        is_strong: Whether a read must see the last write; else copies may answer.
    """

    patterns: tuple[str, ...]
    reads: float
    writes: float
    rows: float
    row_bytes: float
    growth: float
    years: float
    depth: int
    fan_out: float
    cores: float
    memory_gib: float
    read_ms: float
    write_ms: float
    hot: float
    keys: int
    hottest: float
    is_strong: bool

    @property
    def months(self) -> float:
        """The horizon."""
        return 12 * self.years

    def grown(self, months: float) -> float:
        """Return by how much everything has grown then."""
        return float((1 + self.growth) ** months)


@dataclass(frozen=True)
class Size:
    """Bytes at a moment: rows with their overhead, indexes, an index over words."""

    rows: float
    row_gib: float
    index_gib: float
    text_gib: float

    @property
    def gib(self) -> float:
        """All of it; without bloat, logs and copies."""
        return self.row_gib + self.index_gib + self.text_gib


@dataclass(frozen=True)
class Primary:
    """One machine that takes all writes.

    Attributes:
        cores_busy: By writes, and by reads that must see them, now; `cores_then` at the horizon.
        limit: Cores that may be busy at the peak.
        months_writes: Until writes alone fill it; 0 if they do, inf if never.
        months_all: Until reads and writes fill it.
        machines: That all reads and writes need at the horizon if copies answer reads; inf if writes alone
            do not fit, since each copy repeats them.
    """

    cores_busy: float
    cores_then: float
    limit: float
    months_writes: float
    months_all: float
    machines: float

    @property
    def is_enough(self) -> bool:
        """Whether one primary carries what it must at the horizon."""
        return self.cores_then <= self.limit


@dataclass(frozen=True)
class Partitions:
    """What dividing by a key takes at the horizon.

    Attributes:
        by_load, by_memory: Partitions needed for either.
        hottest: Share of the load on the most popular key; `hottest_cores` are busy with it.
        buckets: Into how many that key would have to be divided; 1 if it fits a partition.
    """

    by_load: int
    by_memory: int
    hottest: float
    hottest_cores: float
    buckets: int

    @property
    def needed(self) -> int:
        """Return the larger of both."""
        return max(self.by_load, self.by_memory)


@dataclass(frozen=True)
class Pages:
    """What a pattern reads at the horizon.

    Attributes:
        levels: Of the B-tree, from root to leaf; 0 where none helps.
        pages: With the structure suggested.
        without: Pages without it: all of the table.
        rows: Touched.
        seconds: Of a walk or a scan; 0 where it is not worth saying.
    """

    pattern: str
    levels: int
    pages: float
    without: float
    rows: float
    seconds: float


@dataclass(frozen=True)
class Scan:
    """How fast a table is read whole, and whether it then lies in memory."""

    mib_s: float
    is_in_memory: bool


@dataclass(frozen=True)
class Period:
    """A period by which a table of times is divided, and what one of them holds at the horizon."""

    name: str
    rows: float
    gib: float
    kept: int


@dataclass(frozen=True)
class RuledOut:
    """A model that an answer rules out, and why."""

    id: str
    name: str
    say: str
    source: str


@dataclass(frozen=True)
class Stands:
    """What stands beside the main store, and why."""

    beside: Beside
    because: tuple[Reason, ...]


@dataclass(frozen=True)
class Choice:
    """The model, what was looked at before it, what stands beside it, how each pattern is served."""

    model: DataModel
    because: tuple[Reason, ...]
    ruled_out: tuple[RuledOut, ...]
    besides: tuple[Stands, ...]
    structures: tuple[Structure, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """References of all that is said."""
        said: list[Reason | RuledOut] = [*self.because, *self.ruled_out]
        said += [reason for each in self.besides for reason in each.because]
        parts = [each.source for each in self.structures]
        parts += [each.beside.source for each in self.besides]
        return (self.model.source, *(each.source for each in said), *parts)


def size(load: Load, months: float) -> Size:
    """Return the size then: rows x (bytes + overhead), an entry for each row in each index at FILL."""
    rows = load.rows * load.grown(months)
    indexes = 1 + sum(pattern in INDEXED for pattern in load.patterns)
    indexes += 2 * ("graph" in load.patterns)  # relations are followed from both ends
    words = TEXT_INDEX * load.row_bytes if "text" in load.patterns else 0.0
    return Size(
        rows,
        rows * (load.row_bytes + ROW_OVERHEAD) / GIB,
        rows * indexes * ENTRY / FILL / GIB,
        rows * words / GIB,
    )


def months_until(now: float, limit: float, growth: float) -> float:
    """Return the months after which `now` has grown to `limit`; 0 if it is there, inf if never."""
    if now >= limit:
        return 0.0
    if growth <= 0 or now <= 0:
        return inf
    return log(limit / now) / log(1 + growth)


def memory_months(load: Load) -> float:
    """Return the months until the share that is read often no longer fits in memory."""
    hot = load.hot * size(load, 0).gib
    return months_until(hot, MEMORY_SHARE * load.memory_gib, load.growth)


def primary(load: Load) -> Primary:
    """Return how one primary carries the load (utilisation law: cores busy = rate x processor time)."""
    writes, reads = load.writes * load.write_ms / 1000, load.reads * load.read_ms / 1000
    limit = load.cores * USE_MAX
    must = writes + (reads if load.is_strong else 0.0)
    grown = load.grown(load.months)
    left = limit - writes * grown
    return Primary(
        must,
        must * grown,
        limit,
        months_until(writes, limit, load.growth),
        months_until(writes + reads, limit, load.growth),
        max(ceil(reads * grown / left), 1) if left > 0 else inf,
    )


def partitions(load: Load, one: Primary) -> Partitions:
    """Return what dividing by a key takes at the horizon, spread evenly but for the most popular key."""
    reads, writes = load.reads * load.read_ms / 1000, load.writes * load.write_ms / 1000
    busy = (reads + writes) * load.grown(load.months)
    hot = load.hot * size(load, load.months).gib
    hottest = busy * load.hottest
    return Partitions(
        max(ceil(busy / one.limit), 1),
        max(ceil(hot / (MEMORY_SHARE * load.memory_gib)), 1),
        load.hottest,
        hottest,
        max(ceil(hottest / one.limit), 1),
    )


def levels(rows: float) -> int:
    """Return the levels of a B-tree of so many entries, FAN to a page."""
    count, reach = 1, float(FAN)
    while reach < rows:
        count, reach = count + 1, reach * FAN
    return count


def scan(load: Load) -> Scan:
    """Return how fast a table is read whole at the horizon."""
    fits = size(load, load.months).gib <= MEMORY_SHARE * load.memory_gib
    return Scan(SCAN_MEMORY_MIB_S if fits else SCAN_DISK_MIB_S, fits)


def walked(fan_out: float, depth: int, rows: float) -> float:
    """Return the rows that a walk touches: fan_out + fan_out^2 + ... ; each at most once."""
    total = 0.0
    for step in range(1, depth + 1):
        total += fan_out**step
        if total >= rows:
            return rows
    return total


def pages(load: Load) -> tuple[Pages, ...]:
    """Return what each pattern reads at the horizon, in the order asked."""
    return tuple(_pages(pattern, load) for pattern in load.patterns)


def _pages(pattern: str, load: Load) -> Pages:
    then = size(load, load.months)
    rows, deep = then.rows, levels(then.rows)
    per_page = max(PAGE_ROOM / (load.row_bytes + ROW_OVERHEAD), 1e-9)
    table = max(rows / per_page, 1.0)
    whole = then.row_gib * 1024 / scan(load).mib_s
    if pattern == "key":
        return Pages(pattern, deep, deep + 1, table, 1, 0.0)
    if pattern in ("range", "time"):
        shown = min(LISTED, rows)
        # Rows of a time lie together, as they came; those of another range each on a page of its own.
        heap = shown / per_page if pattern == "time" else shown
        return Pages(pattern, deep, deep + max(ceil(heap), 1), table, shown, 0.0)
    if pattern == "join":
        found = min(load.fan_out, rows)
        return Pages(pattern, deep, 2 * deep + 1 + ceil(found), table, 1 + found, 0.0)
    if pattern == "graph":
        touched = walked(load.fan_out, load.depth, rows)
        return Pages(pattern, deep, touched * (deep + 1), table * load.depth, touched, touched * LOOKUP_US / 1e6)  # fmt: skip
    if pattern == "text":
        return Pages(pattern, 0, LISTED, table, min(LISTED, rows), 0.0)
    return Pages(pattern, 0, table, table, rows, whole)


def period(load: Load) -> Period:
    """Return the longest of year, month, week, day whose newest rows fit in half of the memory."""
    then = size(load, load.months)
    found = Period("day", 0.0, 0.0, 0)
    for name, months in (("year", 12.0), ("month", 1.0), ("week", 12 / 52), ("day", 12 / 365)):
        share = 1 - 1 / load.grown(months)
        found = Period(name, then.rows * share, then.gib * share, max(ceil(load.months / months), 1))  # fmt: skip
        if found.gib <= MEMORY_SHARE * load.memory_gib / 2:
            break
    return found


def new_rows_per_second(load: Load) -> float:
    """Return the rows a second that growth adds now, on average."""
    return load.rows * load.growth / MONTH_SECONDS


def answers(load: Load, transactions: str, shape: str) -> dict[str, tuple[str, ...]]:
    """Return what reasons speak of: what was answered, and what follows from the numbers."""
    one, read = primary(load), {each.pattern: each for each in pages(load)}
    then, memory = size(load, load.months), MEMORY_SHARE * load.memory_gib
    asked = set(load.patterns)
    walk, whole = read.get("graph"), read.get("aggregate")
    long = walk is not None and walk.seconds > WALK_S
    return {
        "patterns": load.patterns,
        "transactions": (transactions,),
        "shape": (shape,),
        "consistency": ("strong" if load.is_strong else "eventual",),
        "capacity": ("one" if one.is_enough else "several",),
        "only": ("key" if asked == {"key"} else "more",),
        "joined": ("yes" if asked & {"join", "graph"} else "no",),
        "walks": ("no" if not walk else "short" if not long else "mainly" if asked <= WALKS_ONLY else "also",),
        "scans": ("none" if whole is None else "fast" if whole.seconds <= SLOW_S else
                  "slow" if whole.seconds <= VERY_SLOW_S else "very slow",),
        "words": ("none" if "text" not in asked else "fit" if then.text_gib <= memory / 4 else "large",),
        "ages": ("none" if "time" not in asked else "large" if then.gib > load.memory_gib else "small",),
        "reads": ("fit" if load.is_strong or one.machines <= 1 else "copies",),
    }  # fmt: skip


def choose(known: Answers, guide: DataGuide) -> Choice:
    """Return the first model that nothing rules out; the guide's last has no `unless`."""
    ruled: list[RuledOut] = []
    model = guide.models[-1]
    for each in guide.models:
        against = next((reason for reason in each.unless if holds(reason.when, known)), None)
        if against is None:
            model = each
            break
        ruled.append(RuledOut(each.id, each.name, against.say, against.source))
    known = {**known, "model": (model.id,)}
    besides = []
    for beside in guide.besides:
        because = tuple(reason for reason in beside.because if holds(reason.when, known))
        if because:
            besides.append(Stands(beside, because))
    structures = tuple(
        structure
        for pattern in known["patterns"]
        for structure in guide.structures
        if structure.pattern == pattern and model.id in structure.models
    )
    because = tuple(reason for reason in model.because if holds(reason.when, known))
    return Choice(model, because, tuple(ruled), tuple(besides), structures)
