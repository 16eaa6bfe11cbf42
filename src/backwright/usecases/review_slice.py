"""Which files a change concerns: those that changed, what they call, and who calls them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from heapq import heappop, heappush
from math import log2

import msgspec

from backwright.model.source import Change, Tree
from backwright.review import facts
from backwright.review.link.everyday import COMMON
from backwright.usecases.bench import Bench
from backwright.usecases.code import Sources, decoded

STEPS_MAX = 3.9  # how far a file may be away: service, repository, entity one way; service, handler, router the other
BESIDE = 1.5  # more steps for what a caller builds on: router mounts, entities it reads
FILES_MAX = 100  # of a slice, nearest first
LINES_MAX = (
    25_000  # of a slice, besides what changed: more is linked nearly as slowly as everything
)
DEFINED_MAX = 3  # a name that more files define says nothing
USED_MAX = 60  # a name that more files use is an everyday word


class Names(msgspec.Struct, array_like=True):
    """What a file defines and uses, by name."""

    key: str
    defines: list[str]
    uses: list[str]
    routes: bool = False


def slice_of(tree: Tree, sources: Sources, change: Change, bench: Bench) -> list[str]:
    """Return the paths to link for a change, the changed ones first."""
    names = _names(tree, sources, bench)
    changed = [path for path in change.lines if path in names]
    defined: dict[str, list[str]] = defaultdict(list)
    used: dict[str, list[str]] = defaultdict(list)
    for path, each in names.items():
        for name in each.defines:
            defined[name].append(path)
        for name in each.uses:
            used[name].append(path)
    lines = {path: sources.known[path].lines for path in names}
    return [*changed, *_nearest(changed, names, defined, used, lines)]


def _nearest(
    changed: Sequence[str],
    names: Mapping[str, Names],
    defined: Mapping[str, Sequence[str]],
    used: Mapping[str, Sequence[str]],
    lines: Mapping[str, int],
) -> list[str]:
    """Return the files that are fewest steps away; a step by a name that many files share counts as more than one."""
    heap = [(0.0, path, way) for path in changed for way in ("up", "down")]
    best: dict[tuple[str, str], float] = {(path, way): 0.0 for _, path, way in heap}
    chosen = dict.fromkeys(changed)
    room = LINES_MAX
    while heap:
        steps, path, way = heappop(heap)
        if steps > best[path, way]:
            continue
        if path not in chosen:
            if lines[path] > room:
                continue
            if len(chosen) >= len(changed) + FILES_MAX:
                break
            chosen[path] = None
            room -= lines[path]
        for more, other, onward in _steps(names[path], way, defined, used):
            reached = steps + more
            if reached <= STEPS_MAX and reached < best.get((other, onward), STEPS_MAX + 1):
                best[other, onward] = reached
                heappush(heap, (reached, other, onward))
    return list(chosen)[len(changed) :]


def _steps(
    each: Names, way: str, defined: Mapping[str, Sequence[str]], used: Mapping[str, Sequence[str]]
) -> Iterator[tuple[float, str, str]]:
    """Yield (steps, file, way on) from a file: down to what it uses, up to who uses it, and beside a caller."""
    if way == "up":
        for name in each.defines:
            there = used.get(name, ())
            if name not in COMMON and len(there) <= USED_MAX:
                yield from ((1 + log2(len(there)) / 2, other, "up") for other in there)
    if way != "beside":
        beside = BESIDE if way == "up" else 0.0
        for name in each.uses:
            there = defined.get(name, ())
            if name not in COMMON and len(there) <= DEFINED_MAX:
                yield from (
                    (1 + beside + (len(there) - 1) / 2, other, "beside" if beside else "down")
                    for other in there
                )


def _names(tree: Tree, sources: Sources, bench: Bench) -> dict[str, Names]:
    """Return the names of every source file; only files whose content is new are read for it."""
    store_key = f"names/{facts.VERSION}/{tree.root}"
    kept = bench.facts.get([store_key]).get(store_key)
    known: dict[str, Names] = msgspec.msgpack.decode(kept, type=dict[str, Names]) if kept else {}
    keys = {path: each.key for path, each in sources.known.items()}
    fresh = [path for path, key in keys.items() if path not in known or known[path].key != key]
    found = {
        path: known[path] for path, key in keys.items() if path in known and known[path].key == key
    }
    if fresh:
        found.update((path, Names(keys[path], [], [])) for path in fresh)  # tests keep that
        found.update(
            (file.path, names_of(file, keys[file.path])) for file in decoded(sources, bench, fresh)
        )
    if fresh or len(found) != len(known):
        bench.facts.put({store_key: msgspec.msgpack.encode(found)})
    return {path: each for path, each in found.items() if each.defines or each.uses}


def names_of(file: facts.File, key: str) -> Names:
    """Return what a file defines and uses."""
    defines = {made.name for made in file.functions if made.name and made.kind != "lambda"} | {
        made.name for made in file.classes
    }
    defines |= {a.target for a in file.assigns if a.fn < 0 and a.target.isidentifier()}
    stem = file.path.rpartition("/")[2].partition(".")[0]
    defines.add(
        f"module {stem if stem not in ('index', '__init__', 'mod') else file.path.split('/')[-2] if '/' in file.path else stem}"
    )
    uses = {call.name for call in file.calls} | {
        made.name for made in file.imports if made.name not in ("", "*")
    }
    uses |= {
        "module " + made.module.replace("\\", "/").replace(".", "/").rstrip("/").rpartition("/")[2]
        for made in file.imports
        if made.module
    }
    uses |= {
        word
        for call in file.calls
        for word in call.on.replace("()", "").split(".")[:2]
        if word[:1].isupper()
    }
    uses |= {
        base.partition("<")[0].rpartition(".")[2] for made in file.classes for base in made.bases
    }
    uses |= {
        param.type.partition("<")[0].rpartition(".")[2]
        for made in file.functions
        for param in made.params
        if param.type
    }
    uses |= {
        value.text.rpartition(".")[2]
        for call in file.calls
        for value in call.args
        if value.kind == "name" and len(value.text) > 4
    }
    return Names(key, sorted(filter(None, defines)), sorted(filter(None, uses - defines)))
