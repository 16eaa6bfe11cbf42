"""What is told of large, well-kept projects, beside what readers said of each finding.

    python -m benchmarks.review.judged FOLDER

FOLDER holds a checkout of each project of judged.txt, at the commit named there, as <owner>+<name>. judged.csv holds the
verdicts on the findings of the default set as they were before the rules were changed for them: set "built" was built on,
"second" was scored once and then built on, "scored" and "last" were only scored. A finding that nobody judged is counted apart.
"""

import argparse
import csv
from collections import Counter, defaultdict
from pathlib import Path

from benchmarks.review.quality import HERE, NEAR, review

VERDICTS = ("right", "arguable", "wrong")
BEFORE_BUILDING = ("second", "scored", "last")


def main() -> None:
    """Print one row for each set, then one for each rule."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    folder = options.parse_args().folder
    judged = verdicts()
    by_set: dict[str, Counter[str]] = defaultdict(Counter)
    by_rule: dict[str, Counter[str]] = defaultdict(Counter)
    for project in sorted({row["project"] for row in judged}):
        if not (folder / project).is_dir():
            print(f"no checkout of {project}")
            continue
        answer = review(folder / project, "default")
        told = {(each["rule"], each["file"], each["line"]) for each in answer["findings"]}
        rows = [row for row in judged if row["project"] == project]
        known = {(row["rule"], row["file"], int(row["line"])): row for row in rows}
        by_set[rows[0]["set"]].update(lines=answer["lines"], told=len(told))
        for place, row in known.items():
            is_told = any((*place[:2], place[2] + off) in told for off in range(-NEAR, NEAR + 1))
            for count in (by_set[row["set"]], by_rule[row["rule"]]):
                count[f"{row['verdict']} {'told' if is_told else 'gone'}"] += 1
    print(
        f"{'':28}{'told':>6} {'per 100k':>9}   still told of those that are right, arguable, wrong"
    )
    for name, count in (*by_set.items(), *sorted(by_rule.items())):
        share = (
            f"{count['told']:>6} {count['told'] / count['lines'] * 1e5:>9.1f}"
            if count["lines"]
            else " " * 16
        )
        kept = (
            f"{count[f'{v} told']:>4} of {count[f'{v} told'] + count[f'{v} gone']:<4}"
            for v in VERDICTS
        )
        print(f"{name:28}{share}   {' '.join(kept)}")


def verdicts() -> list[dict[str, str]]:
    """Return every verdict: set, project, rule, file, line, verdict, reason."""
    with (HERE / "judged.csv").open(newline="") as rows:
        return list(csv.DictReader(rows))


def before_building() -> dict[str, Counter[str]]:
    """Return the verdicts by rule on projects that had not been looked at."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in verdicts():
        if row["set"] in BEFORE_BUILDING:
            found[row["rule"]][row["verdict"]] += 1
    return found


def on_mature(rule: str, counts: dict[str, Counter[str]]) -> str:
    """Return what a rule's page says of such projects, "" if too few findings were judged."""
    count = counts[rule]
    total = count.total()
    if total < 5:
        return ""
    return f"; on large mature projects {count['right']} of {total}, {count['right'] + count['arguable']} at least arguable"


if __name__ == "__main__":
    main()
