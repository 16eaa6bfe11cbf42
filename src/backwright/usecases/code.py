"""Source code to facts: reads what changed, takes the rest from the store, spreads the work."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256

import msgspec

from backwright.model.source import Skipped, SourceFile, Tree
from backwright.review import facts
from backwright.review.facts import File
from backwright.review.read.batch import read_one
from backwright.review.read.languages import language_of
from backwright.review.read.sweep import is_test
from backwright.usecases.bench import Bench

BATCH_BYTES = 400_000  # of source for one worker at a time: small enough to spread evenly, large enough to cost no time
SPREAD_BYTES = 1_500_000  # below it starting processes costs more than it brings
KEEP_BYTES = 4_000_000  # of fresh source whose facts are kept at hand; those of more are taken from the store again
DECODE_BATCH = 200  # files decoded at once
TEXTS_BYTES_MAX = 20_000_000  # of configuration and templates kept in memory
_BUILD = ".gradle.kts"  # Kotlin that says what an application is built of
_TEMPLATE = re.compile(r"\.blade\.php$")


@dataclass(frozen=True)
class Code:
    """A repository as facts.

    Attributes:
        files: Facts of each source file that is no test.
        texts: Configuration, manifests, templates.
        counts: What was read.
        digest: Of everything that was read: the same digest, the same answer.
    """

    tree: Tree
    files: tuple[File, ...]
    texts: dict[str, str]
    counts: "Counts"
    digest: str


@dataclass(frozen=True)
class Counts:
    """How much was read.

    Attributes:
        lines: Of all source files that were read, tests included.
        files: Source files that were read, whole or in part. of: those that might have been.
        tests: Files among them that are read for nothing but their size.
        skipped: What was not read, or only in part.
    """

    lines: int
    files: int
    of: int
    tests: int
    skipped: tuple[Skipped, ...]


class Stamped(msgspec.Struct, array_like=True):
    """What is remembered of a file: its stamp, the key of its facts, its size, and what was not read."""

    stamp: str
    key: str
    lines: int = 0
    is_test: bool = False
    unread: tuple[tuple[int, str], ...] = ()


@dataclass
class Sources:
    """Each source file of a tree with what is remembered of it; their facts are in the store."""

    tree: Tree
    known: dict[str, Stamped]
    gone: tuple[Skipped, ...] = ()
    fresh: dict[str, bytes] = field(default_factory=dict)  # facts that were read just now, by key


def is_source(path: str) -> bool:
    """Whether a file has a reader."""
    return bool(language_of(path)) and not _TEMPLATE.search(path)


def is_told(path: str) -> bool:
    """Whether a file is looked at as text: all without a reader, and programs that say what an application is built of."""
    return not is_source(path) or path.endswith(_BUILD)


def sources_of(tree: Tree, bench: Bench) -> Sources:
    """Read every source file that changed since it was last seen; a file whose stamp is known is not opened."""
    name = f"tree/{facts.VERSION}/{tree.root}"
    kept = bench.facts.get([name]).get(name)
    before: dict[str, Stamped] = (
        msgspec.msgpack.decode(kept, type=dict[str, Stamped]) if kept else {}
    )
    now: dict[str, Stamped] = {}
    todo: list[SourceFile] = []
    for file in tree.files:
        if is_source(file.path):
            known = before.get(file.path)
            if known is not None and known.stamp == file.stamp:
                now[file.path] = known
            else:
                todo.append(file)
    found = Sources(tree, now)
    gone: list[Skipped] = []
    few = sum(file.size for file in todo) <= KEEP_BYTES
    for made in _spread(todo, tree.root, bench):
        fresh: dict[str, bytes] = {}
        for path, stamp, result in made:
            if result is None:
                gone.append(Skipped(path, 0, "gone before it was read"))
                continue
            key, encoded, lines, unread = result
            now[path] = Stamped(stamp, key, lines, is_test(path), unread)
            if encoded:
                fresh[key] = encoded
        bench.facts.put(fresh)
        if few:
            found.fresh.update(fresh)
    if now != before:
        bench.facts.put({name: msgspec.msgpack.encode(now)})
    found.gone = tuple(gone)
    return found


Result = tuple[str, bytes, int, tuple[tuple[int, str], ...]]


def _spread(
    todo: Sequence[SourceFile], root: str, bench: Bench
) -> Iterator[list[tuple[str, str, Result | None]]]:
    batches: list[list[tuple[str, str]]] = []
    size = BATCH_BYTES
    for file in todo:
        if size >= BATCH_BYTES:
            batches.append([])
            size = 0
        batches[-1].append((file.path, file.stamp))
        size += file.size
    executor = bench.executor if sum(file.size for file in todo) > SPREAD_BYTES else None
    work = partial(_work, bench.trees.read, root)
    yield from (executor.map(work, batches) if executor is not None else map(work, batches))


def _work(
    read: Callable[[str, str], bytes | None], root: str, files: Sequence[tuple[str, str]]
) -> list[tuple[str, str, Result | None]]:
    """Read files and extract their facts; runs in a process of its own if there is much to do."""
    made: list[tuple[str, str, Result | None]] = []
    for path, stamp in files:
        source = read(root, path)
        if source is None:
            made.append((path, stamp, None))
            continue
        key = f"{facts.VERSION}:{path.rpartition('.')[2]}:{sha256(source).hexdigest()[:32]}"
        if is_test(path):  # counted, not parsed: no rule asks for the facts of a test
            made.append((path, stamp, (f"test:{key}", b"", source.count(b"\n") + 1, ())))
            continue
        file = read_one(path, source)
        unread = tuple((each.line, each.why) for each in file.unread)
        made.append((path, stamp, (key, facts.encode(file), file.lines, unread)))
    return made


def digest_of(
    sources: Sources, texts: Mapping[str, str], paths: Sequence[str] | None = None
) -> str:
    """Return what changes whenever a file that is read does."""
    stamp = sha256()
    for path in sorted(sources.known if paths is None else paths):
        if path in sources.known:
            stamp.update(f"{path}\0{sources.known[path].key}\0".encode("utf-8", "replace"))
    for path in sorted(texts):
        stamp.update(f"{path}\0{texts[path]}\0".encode("utf-8", "replace"))
    return stamp.hexdigest()


def counts_of(sources: Sources, paths: Sequence[str] | None = None) -> Counts:
    """Return how much was read of a tree, or of some of its files."""
    chosen = {
        path: sources.known[path]
        for path in (sources.known if paths is None else paths)
        if path in sources.known
    }
    unread = [
        Skipped(path, line, why) for path, each in chosen.items() for line, why in each.unread
    ]
    whole = sum(1 for each in unread if each.line == 0)
    skipped = (*sources.tree.skipped, *sources.gone, *unread)
    return Counts(
        lines=sum(each.lines for each in chosen.values()), files=len(chosen) - whole,
        of=len(chosen) + len(sources.tree.skipped) + len(sources.gone), tests=sum(each.is_test for each in chosen.values()), skipped=skipped,
    )  # fmt: skip


def decoded(sources: Sources, bench: Bench, paths: Iterable[str] | None = None) -> Iterator[File]:
    """Yield the facts of each file that is no test, a batch at a time so that little is held twice."""
    wanted = [
        path
        for path in (sources.known if paths is None else paths)
        if path in sources.known and not sources.known[path].is_test
    ]
    for start in range(0, len(wanted), DECODE_BATCH):
        part = wanted[start : start + DECODE_BATCH]
        keys = [sources.known[path].key for path in part]
        kept = bench.facts.get(key for key in keys if key not in sources.fresh)
        for path, key in zip(part, keys, strict=True):
            value = sources.fresh.get(key) or kept.get(key)
            if value is None:  # the store forgot it, or cannot be written
                source = bench.trees.read(sources.tree.root, path)
                if source is None:
                    continue
                file = read_one(path, source)
            else:
                file = facts.decode(value)
            file.path, file.is_test = path, False
            yield facts.share(file)


def facts_of(
    tree: Tree, bench: Bench, sources: Sources | None = None, paths: Sequence[str] | None = None
) -> Code:
    """Return the facts of a tree, or of some of its files."""
    sources = sources or sources_of(tree, bench)
    texts = texts_of(tree, bench)
    return Code(
        tree,
        tuple(decoded(sources, bench, paths)),
        texts,
        counts_of(sources, paths),
        digest_of(sources, texts, paths),
    )


def texts_of(tree: Tree, bench: Bench) -> dict[str, str]:
    """Return configuration, manifests and templates, as far as there is room."""
    found: dict[str, str] = {}
    room = TEXTS_BYTES_MAX
    for file in tree.files:
        if not is_told(file.path) or is_test(file.path) or room < file.size:
            continue
        content = bench.trees.read(tree.root, file.path)
        if content is not None and b"\0" not in content[:1024]:
            room -= file.size
            found[file.path] = content.decode("utf-8", "replace")
    return found
