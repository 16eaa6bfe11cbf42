"""Map: endpoints, modules, tables and hot spots of a repository, as text, picture or blueprint."""

from collections import Counter
from dataclasses import dataclass
from typing import Annotated, Literal

from backwright.model.blueprint import Blueprint
from backwright.model.errors import NothingToDo
from backwright.review.blueprint import blueprint_of
from backwright.review.drawing import mermaid, svg
from backwright.review.link.model import Model
from backwright.usecases.bench import Bench
from backwright.usecases.code import counts_of, decoded, sources_of, texts_of
from backwright.usecases.design_draft import drafted
from backwright.usecases.knowing import known
from backwright.usecases.review_config import read_config
from backwright.usecases.spec import Mark

COMMITS_MAX = 2000  # looked at for hot spots: about a year of a busy team
HOT_MAX = 10


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    path: Annotated[str, "Folder to draw", Mark(positional=True, disk="folder")] = "."
    only: Annotated[Literal["", "endpoints", "modules", "tables"], "Only this part of the text"] = (
        ""
    )
    format: Annotated[
        Literal["text", "json", "svg", "mermaid", "html", "blueprint", "design"],
        "How to write it; json and blueprint are the same; design drafts YAML for `design check`",
    ] = "text"
    output: Annotated[
        str, "Write there instead of to stdout", Mark(metavar="FILE", short="o", disk="write")
    ] = ""
    all: Annotated[bool, "Every row, not only those that fit a screen"] = False


@dataclass(frozen=True)
class Hot:
    """A file that is large, changes often and is needed by many: where a mistake costs most.

    Attributes:
        changes: Commits among the last COMMITS_MAX that touched it.
        users: Files that import it.
        score: changes x lines x (1 + users), to compare within one repository.
    """

    file: str
    changes: int
    lines: int
    users: int
    score: int


@dataclass(frozen=True)
class Coupled:
    """Two modules, and how often one commit changed both."""

    one: str
    other: str
    commits: int


@dataclass(frozen=True)
class Map:
    """What a repository consists of.

    Attributes:
        cycles: Groups of modules that import each other.
        commits: Looked at for hot spots; 0 without git.
        svg, mermaid: The picture.
        draft: The design part of a blueprint as YAML, if it was asked for.
    """

    path: str
    name: str
    lines: int
    files: int
    blueprint: Blueprint
    cycles: tuple[tuple[str, ...], ...]
    hot: tuple[Hot, ...]
    coupled: tuple[Coupled, ...]
    commits: int
    svg: str
    mermaid: str
    draft: str = ""


def run(ask: Ask, bench: Bench) -> Map:
    """Map a folder; NotFound or NothingToDo if there is nothing to map."""
    found = read_config(bench.trees.root(ask.path), bench)
    tree = bench.trees.scan(ask.path, tuple(found.config.exclude))
    knowledge, _ = known(bench, found.packs)
    sources = sources_of(tree, bench)
    counts = counts_of(sources)
    if not counts.files:
        raise NothingToDo(
            f"{ask.path} has no backend code that can be read: 0 of {counts.of} files",
            hint="backwright map PATH",
        )
    model = Model(
        tuple(decoded(sources, bench)),
        knowledge.packs,
        texts_of(tree, bench),
        auth=found.config.auth,
        limit=found.config.limit,
        gateway_limits=found.config.gateway_limits,
    )
    blueprint = blueprint_of(model)
    history = bench.git.together(tree.root, COMMITS_MAX) if tree.is_git else ()
    name = tree.single or tree.name
    return Map(
        ask.path, name, counts.lines, counts.files, blueprint, tuple(model.modules.cycles), hot_spots(model, history), coupled(model, history), len(history),
        svg(blueprint, name), mermaid(blueprint), drafted(model, blueprint, name) if ask.format == "design" else "",
    )  # fmt: skip


def hot_spots(model: Model, history: tuple[tuple[str, ...], ...]) -> tuple[Hot, ...]:
    """Return the files where a change is likely and dear, dearest first."""
    changes = Counter(path for files in history for path in files)
    users: Counter[int] = Counter()
    for number in model.own:
        reached = {
            n
            for made in model.files[number].imports
            for n in model.project.module_files(number, made.module)
        }
        users.update(reached - {number})
    rows = []
    for number in model.own:
        file = model.files[number]
        if changes[file.path]:
            rows.append(
                Hot(
                    file.path,
                    changes[file.path],
                    file.lines,
                    users[number],
                    changes[file.path] * file.lines * (1 + users[number]),
                )
            )
    return tuple(sorted(rows, key=lambda hot: (-hot.score, hot.file))[:HOT_MAX])


def coupled(model: Model, history: tuple[tuple[str, ...], ...]) -> tuple[Coupled, ...]:
    """Return pairs of modules that change together, most often first; commits that touch very many files are left out."""
    module = {model.files[number].path: name for number, name in model.modules.of_file.items()}
    pairs: Counter[tuple[str, str]] = Counter()
    for files in history:
        names = sorted({module[path] for path in files if path in module})
        if 2 <= len(names) <= 8:
            pairs.update((a, b) for i, a in enumerate(names) for b in names[i + 1 :])
    return tuple(
        Coupled(a, b, count)
        for (a, b), count in sorted(pairs.items(), key=lambda each: (-each[1], each[0]))[:HOT_MAX]
        if count > 1
    )
