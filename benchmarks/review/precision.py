"""The precision that stands on each rule's page, from all hand-read repositories.

    python -m benchmarks.review.precision FOLDER

FOLDER holds a checkout of each repository of the sets below as <owner>+<name>. A
finding of the strict set inside what a reader read counts as right if the reader wrote it down, sure or arguable; what nobody wrote
down counts as wrong, so these are lower bounds. The second pair is on the sets from more/ and kept/ on, before anything was built on them
(first.csv), for a rule that is told by default only in small applications also on small/ and later/ alone; the last is from
judged.csv. The rules' files are written anew.
"""

import argparse
import csv
import re
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

from benchmarks.review.judged import before_building, on_mature
from benchmarks.review.quality import CORPORA, HERE, RULES, review, rule_names, score

SMALL = (
    "small",
    "later",
)  # of one person or a few: what a rule that is told only there by default is judged by


def main() -> None:
    """Score every repository and write the counts into the rules."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    folder = options.parse_args().folder
    wanted = [path.stem for corpus in CORPORA for path in (HERE / corpus).glob("*.toml")]
    if missing := sorted(stem for stem in wanted if not (folder / stem).is_dir()):
        raise SystemExit(
            f"no checkout of {', '.join(missing)}: pages would tell of less than was read"
        )
    names = rule_names()
    whole: dict[str, Counter[str]] = defaultdict(Counter)
    fresh: dict[str, Counter[str]] = defaultdict(Counter)
    small: dict[str, Counter[str]] = defaultdict(Counter)
    for corpus in CORPORA:
        for path in sorted((HERE / corpus).glob("*.toml")):
            told: dict[str, Counter[str]] = defaultdict(Counter)
            expected = tomllib.loads(path.read_text())
            score(expected, review(folder / path.stem, "strict"), names, told, show=False)
            for name, count in told.items():
                if name.startswith("told "):
                    rule = name.removeprefix("told ")
                    whole[rule].update(count)
    with (HERE / "first.csv").open(newline="") as rows:
        for row in csv.DictReader(rows):
            right = int(row["sure"]) + int(row["arguable"])
            fresh[row["rule"]].update(right=right, told=right + int(row["not written down"]))
            if row["set"] in SMALL:
                small[row["rule"]].update(right=right, told=right + int(row["not written down"]))
    mature = before_building()
    for path in sorted(RULES.glob("*.toml")):
        rule = path.stem
        text = re.sub(r"^precision = .*\n", "", path.read_text(), flags=re.MULTILINE)
        if whole[rule]["told"]:
            line = f"{whole[rule]['right']} of {whole[rule]['told']}"
            if fresh[rule]["told"]:
                line += f"; on unseen code {fresh[rule]['right']} of {fresh[rule]['told']}"
            if "\nsmall = true" in text and small[rule]["told"]:
                line += f", in small applications {small[rule]['right']} of {small[rule]['told']}"
            line += on_mature(rule, mature)
            text = re.sub(
                r"^(fix = )", f'precision = "{line}"\n\\1', text, count=1, flags=re.MULTILINE
            )
            print(f"{rule:28}{line}")
        path.write_text(text)


if __name__ == "__main__":
    main()
