"""Source code to facts: reads what changed, takes the rest from the store, spreads the work."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from backwright.model.source import Skipped, SourceFile, Tree
from backwright.review import facts
from backwright.review.facts import File
from backwright.review.read.batch import read_batch
from backwright.review.read.languages import language_of
from backwright.review.read.sweep import is_test
from backwright.usecases.bench import Bench

BATCH_BYTES = 400_000  # of source for one worker at a time: small enough to spread evenly, large enough to cost no time
SPREAD_BYTES = 1_500_000  # below it starting processes costs more than it brings
TEXTS_BYTES_MAX = 20_000_000  # of configuration and templates kept in memory
_TEXT = re.compile(r"\.blade\.php$")


@dataclass(frozen=True)
class Code:
    """A repository as facts.

    Attributes:
        files: Facts of each source file, tests included.
        texts: Configuration, manifests, templates.
        skipped: What was not read, or only in part.
        digest: Of everything that was read: the same digest, the same answer.
        from_store: Files that needed no reading.
    """

    tree: Tree
    files: tuple[File, ...]
    texts: dict[str, str]
    skipped: tuple[Skipped, ...]
    digest: str
    from_store: int


class Stamped(msgspec.Struct, array_like=True):
    """What is remembered of a file: its stamp, the hash of its content."""

    stamp: str
    key: str


def is_source(path: str) -> bool:
    """Whether a file has a reader."""
    return bool(language_of(path)) and not _TEXT.search(path)


@dataclass
class Keyed:
    """Each source file of a tree with the key of its facts, and the contents that had to be read for that."""

    keys: dict[str, str]
    contents: dict[str, bytes]
    gone: list[Skipped]


def keyed(tree: Tree, bench: Bench) -> Keyed:
    """Return the key of each source file; a file whose stamp is known is not even opened."""
    name = f"tree/{facts.VERSION}/{tree.root}"
    kept = bench.facts.get([name]).get(name)
    known: dict[str, Stamped] = msgspec.msgpack.decode(kept, type=dict[str, Stamped]) if kept else {}
    found = Keyed({}, {}, [])
    now: dict[str, Stamped] = {}
    for file in tree.files:
        if not is_source(file.path):
            continue
        before = known.get(file.path)
        if before is not None and before.stamp == file.stamp:
            now[file.path] = before
            continue
        source = bench.trees.read(tree.root, file.path)
        if source is None:
            found.gone.append(Skipped(file.path, 0, "gone before it was read"))
            continue
        found.contents[file.path] = source
        now[file.path] = Stamped(file.stamp, _key(file.path, source))
    if now != known:
        bench.facts.put({name: msgspec.msgpack.encode(now)})
    found.keys = {path: each.key for path, each in now.items()}
    return found


def _key(path: str, source: bytes) -> str:
    return f"{facts.VERSION}:{path.rpartition('.')[2]}:{sha256(source).hexdigest()[:32]}"


def facts_of(tree: Tree, bench: Bench, paths: Sequence[str] | None = None, known: Keyed | None = None) -> Code:
    """Return the facts of a tree, or of some of its files."""
    known = known or keyed(tree, bench)
    wanted = [path for path in known.keys if paths is None or path in set(paths)] if paths is not None else list(known.keys)
    kept = bench.facts.get(known.keys[path] for path in wanted)
    missing = [path for path in wanted if known.keys[path] not in kept]
    gone = list(known.gone)
    todo: list[tuple[str, bytes]] = []
    for path in missing:
        source = known.contents.get(path)
        if source is None:
            source = bench.trees.read(tree.root, path)
        if source is None:
            gone.append(Skipped(path, 0, "gone before it was read"))
        else:
            todo.append((path, source))
    from_store = len(wanted) - len(missing)
    known.contents.clear()
    fresh: dict[str, bytes] = {}
    for batch, encoded in zip(*_read(todo, bench), strict=True):
        fresh.update((known.keys[path], value) for (path, _), value in zip(batch, encoded, strict=True))
    if fresh:
        bench.facts.put(fresh)
    files = []
    for path in wanted:
        value = fresh.get(known.keys[path]) or kept.pop(known.keys[path], None)
        if value is not None:
            file = facts.decode(value)
            file.path, file.is_test = path, is_test(path)
            files.append(file)
    texts, dropped = _texts(tree.files, tree.root, bench)
    skipped = [*tree.skipped, *gone, *dropped, *(Skipped(f.path, u.line, u.why) for f in files for u in f.unread)]
    stamp = sha256()
    for path in sorted(wanted):
        stamp.update(f"{path}\0{known.keys[path]}\0".encode())
    for path in sorted(texts):
        stamp.update(f"{path}\0{texts[path]}\0".encode("utf-8", "replace"))
    return Code(tree, tuple(files), texts, tuple(skipped), stamp.hexdigest(), from_store)


def _read(todo: list[tuple[str, bytes]], bench: Bench) -> tuple[list[list[tuple[str, bytes]]], list[list[bytes]]]:
    batches: list[list[tuple[str, bytes]]] = []
    size = BATCH_BYTES
    for path, source in todo:
        if size >= BATCH_BYTES:
            batches.append([])
            size = 0
        batches[-1].append((path, source))
        size += len(source)
    spread = bench.executor is not None and sum(len(source) for _, source in todo) > SPREAD_BYTES
    together = bench.executor.map if spread and bench.executor is not None else map
    return batches, list(together(read_batch, batches))


def _texts(files: Sequence[SourceFile], root: str, bench: Bench) -> tuple[dict[str, str], list[Skipped]]:
    found: dict[str, str] = {}
    dropped: list[Skipped] = []
    room = TEXTS_BYTES_MAX
    for file in files:
        if is_source(file.path) or is_test(file.path):
            continue
        if room < file.size:
            dropped.append(Skipped(file.path, 0, "more configuration than is kept"))
            continue
        content = bench.trees.read(root, file.path)
        if content is not None and b"\0" not in content[:1024]:
            room -= file.size
            found[file.path] = content.decode("utf-8", "replace")
    return found, dropped
