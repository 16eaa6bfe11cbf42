"""Deliberately vulnerable Python backends: recall, precision and F1 of the security rules.

    python -m benchmarks.review.vulnerable FOLDER [--missed] [--rules strict]

FOLDER holds a checkout of each repository of vulnerable/*.toml as <owner>+<name>. Every vulnerable place was labelled by a reader
who had not seen a rule; nothing is left out for want of a rule. Recall counts the places that the reader was sure of; a finding
is right if it stands at any labelled place of its kind, within three lines. `built_on = true`: looked at while rules were made;
before that the last three (Damn-Vulnerable-RESTaurant-API-Game, myflaskapp, django-ecommerce) were scored once: recall .53, precision .81, F1 .64.
"""

import argparse
import json
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from benchmarks.review.quality import is_same, rule_names

HERE = Path(__file__).parent / "vulnerable"
# Vulnerabilities that the readers were asked to label; rules on speed and operation are left out of the count.
KINDS = (
    "sql-injection", "command-injection", "path-traversal", "xss", "ssrf", "open-redirect", "template-injection", "code-injection",
    "unsafe-deserialization", "xml-external-entity", "missing-auth", "unlimited-requests", "hard-coded-secret", "readable-passwords", "weak-token",
    "weak-crypto", "tls-off", "cors-wide-open", "debug-on", "session-cookie-open", "stack-trace-leak", "csrf", "mass-assignment",
)  # fmt: skip


def main() -> None:
    """Print one row for each repository, then recall by kind."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--rules", default="default")
    options.add_argument("--only", default="")
    options.add_argument("--missed", action="store_true")
    asked = options.parse_args()
    names = rule_names()
    security = set().union(*(names.get(kind, set()) for kind in KINDS))
    total: Counter[str] = Counter()
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    print(
        f"{'repository':44}{'sure':>6}{'found':>7}{'told':>6}{'right':>7} {'recall':>7}{'prec.':>7}{'F1':>6}"
    )
    for path in sorted(HERE.glob("*.toml")):
        folder = asked.folder / path.stem
        if asked.only not in path.stem or not folder.is_dir():
            continue
        labels = tomllib.loads(path.read_text())["finding"]
        told = [f for f in review(folder, asked.rules) if f["rule"] in security]
        row = Counter(told=len(told))
        row["right"] = sum(any(is_same(label, f, names) for label in labels) for f in told)
        for label in labels:
            if label["sure"]:
                hit = any(is_same(label, f, names) for f in told)
                row["sure"] += 1
                row["found"] += hit
                kinds[label["rule"]]["sure"] += 1
                kinds[label["rule"]]["found"] += hit
                if asked.missed and not hit:
                    print(
                        f"  missed {label['rule']} {label['file']}:{label['line']} {label['why']}"
                    )
        if asked.missed:
            for f in told:
                if not any(is_same(label, f, names) for label in labels):
                    print(
                        f"  more {f['severity']} {f['rule']} {f['file']}:{f['line']} {f['message']}"
                    )
        total.update(row)
        print(line(path.stem, row))
    print(line("all", total))
    for kind, row in sorted(kinds.items(), key=lambda each: -each[1]["sure"]):
        print(f"  {kind:30}{row['found']:>4} of {row['sure']}")


def review(folder: Path, rules: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "backwright", "review", str(folder), "--json"]
    ran = subprocess.run([*command, "--rules", rules], capture_output=True, text=True, check=False)
    if ran.returncode not in (0, 1):
        raise SystemExit(f"{folder}: {ran.stderr}")
    found: list[dict[str, Any]] = json.loads(ran.stdout)["findings"]
    return found


def line(name: str, row: Counter[str]) -> str:
    recall = row["found"] / row["sure"] if row["sure"] else 0.0
    precision = row["right"] / row["told"] if row["told"] else 0.0
    f1 = 2 * recall * precision / (recall + precision) if recall + precision else 0.0
    return f"{name:44}{row['sure']:>6}{row['found']:>7}{row['told']:>6}{row['right']:>7} {recall:>7.2f}{precision:>7.2f}{f1:>6.2f}"


if __name__ == "__main__":
    main()
