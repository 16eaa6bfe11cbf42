"""Which files a change concerns: those that changed, what they call, and who calls them."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from backwright.model.source import Change, Tree
from backwright.review import facts
from backwright.review.link.project import COMMON
from backwright.usecases.bench import Bench
from backwright.usecases.code import Sources, decoded

DOWN = 3  # steps from a changed file to what it calls: service, repository, entity
UP = 3  # steps to who calls it: service, handler, where the router is mounted
FILES_MAX = 400  # of a slice: more is linked nearly as slowly as everything
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
    chosen = dict.fromkeys(changed)
    _spread(chosen, changed, names, defined, DOWN, down=True)
    _spread(chosen, changed, names, used, UP, down=False)
    # What the callers build on (router mounts, entities they read) is one step further down.
    _spread(chosen, list(chosen), names, defined, 1, down=True)
    return list(chosen)[:FILES_MAX]


def _spread(
    chosen: dict[str, None],
    start: Iterable[str],
    names: dict[str, Names],
    index: dict[str, list[str]],
    steps: int,
    *,
    down: bool,
) -> None:
    level = list(start)
    limit = DEFINED_MAX if down else USED_MAX
    for _ in range(steps):
        following: list[str] = []
        for path in level:
            each = names[path]
            for name in each.uses if down else each.defines:
                there = index.get(name, ())
                if name in COMMON or len(there) > limit:
                    continue
                for other in there:
                    if other not in chosen and len(chosen) < FILES_MAX:
                        chosen[other] = None
                        following.append(other)
        level = following


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
