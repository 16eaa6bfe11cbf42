"""What a review sees of code that nobody has read: endpoints with handlers and logins, accesses with a table, calls that lead somewhere.

    python -m benchmarks.review.roots CHECKOUT... [--samples 8]

No reader is needed: where an application's handlers are not found, its logins not read, its queries of no table, or its calls of its own
functions lead nowhere, something at the root of the model is missing for a whole framework, library or way to write. A call counts if its
name is one that at most two functions of the project have, so that most of what is left when all is well are calls of libraries that
happen to share a name. Endpoints without a handler and calls without a target are shown by example, for a person to look at.
"""

import argparse
import random
from collections import Counter, defaultdict
from pathlib import Path

from backwright.review.link.model import Model
from backwright.usecases.code import decoded, sources_of, texts_of
from backwright.usecases.review import known, read_config
from backwright.wiring import Bench, make_bench

NAMESAKES_MAX = 2
LETTERS_MIN = 4
BESIDE = (
    "test",
    "spec",
    "mock",
    "e2e",
    "cypress",
    "frontend",
    "client",
    "assets/",
    "public/",
    ".config",
)
OWN = frozenset({"this", "self", "$this", "static", "parent", "super"})


def main() -> None:
    """Print a paragraph for each checkout."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("checkouts", nargs="+", type=Path)
    options.add_argument("--samples", type=int, default=8)
    asked = options.parse_args()
    bench = make_bench()
    for folder in asked.checkouts:
        show(model_of(folder, bench), folder.name, asked.samples)


def model_of(folder: Path, bench: Bench) -> Model:
    """Return the linked model of a checkout."""
    tree = bench.trees.scan(str(folder))
    found = read_config(bench.trees.root(str(folder)), bench)
    knowledge, _ = known(bench, found.packs)
    return Model(
        tuple(decoded(sources_of(tree, bench), bench)), knowledge.packs, texts_of(tree, bench)
    )


def show(model: Model, name: str, samples: int) -> None:
    """Print what is seen of one checkout."""
    draw = random.Random(1)
    without = [
        endpoint for declared, endpoint in zip(model.declared, model.endpoints, strict=True)
        if declared.handler is None and declared.handler_class is None
    ]  # fmt: skip
    logins = Counter((endpoint.framework, bool(endpoint.auth)) for endpoint in model.endpoints)
    print(
        f"== {name}: {len(model.declared)} endpoints, {len(model.declared) - len(without)} with a handler"
    )
    for framework in sorted({each for each, _ in logins}):
        print(
            f"   {framework}: {logins[framework, True]} behind a login, {logins[framework, False]} not"
        )
    accesses = [each for told in model.data.by_function.values() for each in told]
    print(f"   {len(accesses)} accesses, {sum(bool(each.table) for each in accesses)} with a table")
    for endpoint in draw.sample(without, min(samples, len(without))):
        print(f"     no handler: {endpoint.method} {endpoint.path} {endpoint.file}:{endpoint.line}")
    asked, led = calls(model)
    for kind in sorted(asked):
        print(f"   {kind[0]}, {kind[1]}: {len(led[kind])} of {asked[kind]} calls lead nowhere")
        for line in draw.sample(led[kind], min(samples, len(led[kind]))):
            print(f"     {line}")


def calls(model: Model) -> tuple[Counter[tuple[str, str]], dict[tuple[str, str], list[str]]]:
    """Return how many calls of rare names there are by language and kind (plain, own, on something), and those that lead nowhere."""
    asked: Counter[tuple[str, str]] = Counter()
    led: dict[tuple[str, str], list[str]] = defaultdict(list)
    project = model.project
    for at, file in enumerate(model.files):
        if file.is_test or any(word in file.path.lower() for word in BESIDE):
            continue
        for call in file.calls:
            there = (
                project.functions_by_name.get(call.name, ())
                if len(call.name) >= LETTERS_MIN
                else ()
            )
            if not 0 < len(there) <= NAMESAKES_MAX or all(
                model.files[fn.file].language != file.language for fn in there
            ):
                continue
            kind = (
                file.language,
                "plain" if not call.on else "own" if call.on in OWN else "on something",
            )
            asked[kind] += 1
            if project.resolve_call(at, call):
                continue
            known_type = project.type_of(at, call.fn, call.on) if call.on else None
            if (
                known_type is None or known_type.cls is not None or not known_type.name
            ):  # else of a library's type
                led[kind].append(
                    f"{file.path}:{call.line} {call.on[:60]}.{call.name} ({project.label(there[0])})"
                )
    return asked, led


if __name__ == "__main__":
    main()
