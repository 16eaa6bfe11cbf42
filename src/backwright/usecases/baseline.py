"""Baseline: accept what a review finds today, so that only what is new is reported."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Annotated, Literal

from backwright.usecases import review
from backwright.usecases.bench import Bench
from backwright.usecases.spec import Mark

FORMAT = "backwright/baseline/1"


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    path: Annotated[str, "Folder to review", Mark(positional=True, disk="folder")] = "."
    rules: Annotated[Literal["", "default", "strict", "audit"], "Set of rules, as in `review`"] = ""
    output: Annotated[
        str,
        "File to write instead of backwright-baseline.json in that folder",
        Mark(metavar="FILE", short="o", disk="write"),
    ] = ""
    dry_run: Annotated[bool, "Say what would be accepted, and write nothing"] = False


@dataclass(frozen=True)
class Accepted:
    """What was accepted.

    Attributes:
        file: Absolute path that was written, "" if none was.
        rules: Rule with the number of its findings, most first.
        pruned: Entries of an older baseline that are gone from the code.
    """

    name: str
    file: str
    findings: int
    rules: tuple[tuple[str, int], ...]
    pruned: tuple[str, ...]


def run(ask: Ask, bench: Bench) -> Accepted:
    """Review and keep the fingerprints; errors as in `review`."""
    answer = review.run(review.Ask(path=ask.path, rules=ask.rules, only="findings"), bench)
    root = bench.trees.root(ask.path)
    content = bench.trees.read(root, review.BASELINE)
    older = json.loads(content)["findings"] if content else []
    fixed = {each["fingerprint"] for each in older}
    rows = [
        {"fingerprint": r.fingerprint, "rule": r.rule, "file": r.file, "message": r.message}
        for r in answer.findings
    ]
    gone = set(answer.fixed)
    kept = [
        each
        for each in older
        if f"{each['rule']} in {each['file']}" not in gone
        and each["fingerprint"] not in {r["fingerprint"] for r in rows}
    ]
    everything = sorted(
        [*rows, *kept], key=lambda each: (each["file"], each["rule"], each["fingerprint"])
    )
    text = json.dumps({"schema": FORMAT, "findings": everything}, indent=1) + "\n"
    path = "" if ask.dry_run else bench.files.write(ask.output or f"{root}/{review.BASELINE}", text)
    counts = Counter(each["rule"] for each in everything)
    return Accepted(
        answer.name,
        path,
        len(everything),
        tuple(counts.most_common()),
        answer.fixed if fixed else (),
    )
