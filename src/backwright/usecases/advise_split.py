"""Advise split: whether to divide a code base, where, what would cross the network, and in which steps."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Annotated, Literal

from backwright.advise.split import Advice, advise_split
from backwright.model.coupling import Coupling, Part, Tie
from backwright.model.errors import NothingToDo
from backwright.review.link.model import Model
from backwright.review.link.modules import TECHNICAL
from backwright.usecases.bench import Bench
from backwright.usecases.code import counts_of, decoded, sources_of, texts_of
from backwright.usecases.knowing import known
from backwright.usecases.review_config import read_config
from backwright.usecases.spec import Mark

COMMITS_MAX = 3000  # looked at for common changes
COMMIT_MODULES_MAX = (
    6  # a commit that touches more is a clean-up and says nothing about two of them
)


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    path: Annotated[str, "Folder of the code base", Mark(positional=True, disk="folder")] = "."
    all: Annotated[bool, "Every module and every part"] = False


@dataclass(frozen=True)
class SplitAdvice:
    """The advice for one code base.

    Attributes:
        path: As it was asked for.
        commits: Looked at for common changes; 0 without git.
    """

    path: str
    name: str
    lines: int
    commits: int
    advice: Advice
    verdict: Literal["ok"] = "ok"


def run(ask: Ask, bench: Bench) -> SplitAdvice:
    """Advise; errors as in `map`."""
    found = read_config(bench.trees.root(ask.path), bench)
    tree = bench.trees.scan(ask.path, tuple(found.config.exclude))
    knowledge, _ = known(bench, found.packs)
    sources = sources_of(tree, bench)
    if not counts_of(sources).files:
        raise NothingToDo(
            f"{ask.path} has no backend code that can be read", hint="backwright advise split PATH"
        )
    model = Model(tuple(decoded(sources, bench)), knowledge.packs, texts_of(tree, bench))
    history = bench.git.together(tree.root, COMMITS_MAX) if tree.is_git else ()
    coupling = coupling_of(model, history)
    return SplitAdvice(
        ask.path,
        tree.name,
        sum(part.lines for part in coupling.parts),
        coupling.commits,
        advise_split(coupling),
    )


def coupling_of(model: Model, history: tuple[tuple[str, ...], ...] = ()) -> Coupling:
    """Return how the modules of a linked repository are tied."""
    modules = model.modules
    of_file = modules.of_file
    imports: Counter[tuple[str, str]] = Counter((c.source, c.target) for c in modules.crossings)
    example: dict[tuple[str, str], str] = {}
    for crossing in modules.crossings:
        example.setdefault(
            (crossing.source, crossing.target), f"{model.files[crossing.at].path}:{crossing.line}"
        )
    calls: Counter[tuple[str, str]] = Counter()
    for fn, edges in model.effects.callers.items():
        for edge in edges:
            if edge.at in of_file and fn.file in of_file:
                calls[of_file[edge.at], of_file[fn.file]] += 1
    names = {model.files[number].path: name for number, name in of_file.items()}
    commits: Counter[tuple[str, str]] = Counter()
    for files in history:
        touched = sorted({names[path] for path in files if path in names})
        if 2 <= len(touched) <= COMMIT_MODULES_MAX:
            commits.update((a, b) for i, a in enumerate(touched) for b in touched[i + 1 :])
    ties = [
        Tie(a, b, imports[a, b], calls[a, b], commits[a, b], example.get((a, b), ""))
        for a, b in sorted({*imports, *calls, *commits})
    ]
    return Coupling(tuple(_parts(model)), tuple(ties), len(history))


def _parts(model: Model) -> list[Part]:
    modules = model.modules
    files: Counter[str] = Counter(modules.of_file.values())
    lines: Counter[str] = Counter()
    classes: dict[str, list[bool]] = defaultdict(list)
    for number, name in modules.of_file.items():
        lines[name] += model.files[number].lines
        classes[name] += [
            made.kind in ("interface", "trait")
            or "abstract" in " ".join(m.name for m in made.marks)
            for made in model.files[number].classes
        ]
    writes: dict[str, Counter[str]] = defaultdict(Counter)
    reads: dict[str, Counter[str]] = defaultdict(Counter)
    for access in model.data.accesses:
        name = modules.of_file.get(access.at, "")
        if name and access.table:
            (writes if access.op == "write" else reads)[name][access.table] += 1
    numbers = {file.path: number for number, file in enumerate(model.files)}
    endpoints: Counter[str] = Counter(
        modules.of_file.get(numbers.get(e.handler_file or e.file, -1), "") for e in model.endpoints
    )
    return [
        Part(
            name, files[name], lines[name], endpoints[name], sum(classes[name]) / len(classes[name]) if classes[name] else 0.0,
            tuple(sorted(writes[name].items())), tuple(sorted(reads[name].items())), name.rpartition("/")[2].lower() in TECHNICAL or name == ".",
        )
        for name in modules.graph
    ]  # fmt: skip
