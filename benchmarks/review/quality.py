"""Endpoints and findings on real repositories, beside what was written down by hand before any rule was.

    python -m benchmarks.review.quality FOLDER [--corpus unseen]

FOLDER holds a checkout of each repository of corpus/*.toml, at the commit named there, as <owner>+<name>. What stands in
unseen/, held/, fresh/ and kept/ was written down by readers who had not seen a rule, and scored before anything was built on it. In
fresh/ and kept/ only findings were written down (`endpoints = false`).
"""

import argparse
import json
import re
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SOURCE = Path(__file__).parents[2] / "src" / "backwright"
RULES = SOURCE / "review" / "rules"
PITFALLS = SOURCE / "content" / "pitfalls.toml"
# Names in the corpus that are no pitfall, and the rules that find them.
ALIASES = {
    "sql-injection": {"sql-from-input"},
    "stack-trace-leak": {"error-text-to-client"},
    "weak-token": {"weak-token"},
    "command-injection": {"command-from-input"},
    "path-traversal": {"path-from-input"},
    "xss": {"html-from-input"},
    "ssrf": {"url-from-input"},
    "open-redirect": {"redirect-from-input"},
    "template-injection": {"template-from-input"},
    "code-injection": {"code-from-input"},
    "xml-external-entity": {"xml-with-entities"},
    "idor": {"missing-auth"},
    "csrf": {"csrf-off"},
    "information-exposure": {"error-text-to-client", "debug-on"},
}
CORPORA = (
    "corpus",
    "unseen",
    "held",
    "fresh",
    "kept",
    "more",
    "last",
    "blind",
    "final",
    "sealed",
    "closed",
    "small",
    "later",
)
NEAR = 3  # lines between the line somebody wrote down and the one that is reported


def main() -> None:
    """Print one row for each repository, then the findings by rule."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument(
        "--corpus",
        default="corpus",
        choices=CORPORA,
    )
    options.add_argument("--rules", default="default")
    options.add_argument("--only", default="")
    options.add_argument("--without", type=Path, help="file that names repositories to leave out")
    options.add_argument(
        "--missed", action="store_true", help="list what was missed and what was more"
    )
    asked = options.parse_args()
    rules = rule_names()
    without = asked.without.read_text().split() if asked.without else ()
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    by_language: dict[str, Counter[str]] = defaultdict(Counter)
    print(
        f"{'repository':48}{'lines':>8}  {'endpoints':>9} {'recall':>6} {'prec.':>6} {'auth':>5} {'pages':>5}  {'findings':>8} {'sure found':>10}"
    )
    for path in sorted((HERE / asked.corpus).glob("*.toml")):
        if (
            path.stem in without
            or asked.only not in path.stem
            or not (asked.folder / path.stem).is_dir()
        ):
            continue
        expected = tomllib.loads(path.read_text())
        answer = review(asked.folder / path.stem, asked.rules)
        row = score(expected, answer, rules, totals, show=asked.missed)
        by_language[expected["language"]].update(row)
        print(line(path.stem, row))
    for language, row in sorted(by_language.items()):
        print(line(language, row))
    whole: Counter[str] = sum(by_language.values(), Counter())
    print(line("all", whole))
    print(f"\n{'expected rule':28}{'sure':>6}{'found':>7}{'arguable':>10}{'found':>7}")
    for name, count in sorted(totals.items()):
        if name.startswith("told "):
            continue
        print(
            f"{name:28}{count['sure']:>6}{count['sure found']:>7}{count['arguable']:>10}{count['arguable found']:>7}"
        )
    print(f"\n{'finding that is reported':28}{'read':>6}{'agreed':>8}")
    for name, count in sorted(totals.items()):
        if name.startswith("told "):
            print(f"{name.removeprefix('told '):28}{count['told']:>6}{count['right']:>8}")
    print(f"{'all':28}{whole['told']:>6}{whole['agreed']:>8}")
    print_pitfalls(totals)


def print_pitfalls(totals: dict[str, Counter[str]]) -> None:
    """Print the recall and the precision of the ten pitfalls alone."""
    named: Counter[str] = Counter()
    for path in RULES.glob("*.toml"):
        rule = tomllib.loads(path.read_text())
        if rule.get("pitfall"):
            named.update(totals[f"told {rule['id']}"])
    for pitfall in tomllib.loads(PITFALLS.read_text())["pitfall"]:
        named.update(totals[pitfall["id"]])
    print(
        f"\nthe ten pitfalls: {named['sure found']} of {named['sure']} sure places found, "
        f"{named['right']} of {named['told']} findings agreed with"
    )


def line(name: str, row: Counter[str]) -> str:
    def share(part: str, whole: str) -> str:
        return f"{row[part] / row[whole]:.2f}" if row[whole] else "-"

    return (
        f"{name:48}{row['lines']:>8}  {row['wanted']:>9} {share('hit', 'wanted'):>6} {share('hit', 'got'):>6} {share('auth right', 'auth'):>5} "
        f"{share('pages right', 'pages'):>5}  {row['findings']:>8} {row['sure found']:>4} of {row['sure']:<3}"
    )


def review(folder: Path, rules: str) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "backwright",
        "review",
        str(folder),
        "--json",
        "--rules",
        rules,
    ]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode not in (0, 1):
        raise SystemExit(f"{folder}: {ran.stderr}")
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


def rule_names() -> dict[str, set[str]]:
    """Name in the corpus to the rules that find it."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in RULES.glob("*.toml"):
        rule = tomllib.loads(path.read_text())
        found[rule["id"]].add(rule["id"])
        if rule.get("pitfall"):
            found[rule["pitfall"]].add(rule["id"])
    for name, rules in ALIASES.items():
        found[name] |= rules
    return found


def score(
    expected: dict[str, Any],
    answer: dict[str, Any],
    rules: dict[str, set[str]],
    totals: dict[str, Counter[str]],
    *,
    show: bool,
) -> Counter[str]:
    read = expected["read"]
    row: Counter[str] = Counter(lines=answer["lines"], findings=len(answer["findings"]))
    context = expected.get(
        "context", ""
    )  # what the server puts before all paths, if the reader left it out
    listed = expected.get("endpoints", True)
    wanted = {key(e): e for e in expected.get("endpoint", ())}
    got = {key(e, context): e for e in answer["endpoints"] if listed and inside(read, e["file"])}
    row["wanted"], row["got"], row["hit"] = len(wanted), len(got), len(wanted.keys() & got.keys())
    flags(wanted, got, row, show=show)
    for finding in expected.get("finding", ()):
        kind = "sure" if finding["sure"] else "arguable"
        hit = any(is_same(finding, other, rules) for other in answer["findings"])
        totals[finding["rule"]][kind] += 1
        totals[finding["rule"]][f"{kind} found"] += hit
        row[kind] += 1
        row[f"{kind} found"] += hit
        if show and kind == "sure" and not hit:
            print(
                f"  missed finding {finding['rule']} {finding['file']}:{finding['line']} {finding['why']}"
            )
    for other in answer["findings"]:
        if inside(read, other["file"]):
            right = any(is_same(finding, other, rules) for finding in expected.get("finding", ()))
            totals[f"told {other['rule']}"]["told"] += 1
            totals[f"told {other['rule']}"]["right"] += right
            row["told"] += 1
            row["agreed"] += right
    if show:
        for each in sorted(wanted.keys() - got.keys()):
            print("  missed", *each)
        for each in sorted(got.keys() - wanted.keys()):
            print("  more  ", *each)
        for other in answer["findings"]:
            if inside(read, other["file"]) and not any(
                is_same(finding, other, rules) for finding in expected.get("finding", ())
            ):
                print(
                    f"  more finding {other['severity']} {other['rule']} {other['file']}:{other['line']} {other['message']}"
                )
    return row


def inside(read: str | list[str], file: str) -> bool:
    """Whether a file is among what a reader read: "all", or the starts of paths."""
    return read == "all" or any(
        file == part or file.startswith(part.rstrip("/") + "/") for part in read
    )


def flags(
    wanted: dict[tuple[str, str], dict[str, Any]],
    got: dict[tuple[str, str], dict[str, Any]],
    row: Counter[str],
    *,
    show: bool,
) -> None:
    """Count which of the flags of the endpoints that were found are right."""
    for each in wanted.keys() & got.keys():
        for name, field in (("auth", "auth"), ("pages", "paginated")):
            if field in wanted[each]:
                row[name] += 1
                right = got[each][field] == wanted[each][field]
                row[f"{name} right"] += right
                if show and not right:
                    print(
                        f"  {field} of {each} is {wanted[each][field]}, told {got[each][field]}: {wanted[each]['file']}"
                    )


def key(endpoint: dict[str, Any], context: str = "") -> tuple[str, str]:
    """Return what endpoints are compared by; a whole part that is `*` is a parameter without a name."""
    path = re.sub(r"/\*(?=/|$)", "/{}", re.sub(r"\{[^}]*\}", "{}", endpoint["path"]))
    if context and f"{path}/".startswith(f"{context}/"):
        path = path[len(context) :]
    return endpoint["method"], path.lower().rstrip("/") or "/"


def is_same(finding: dict[str, Any], other: dict[str, Any], rules: dict[str, set[str]]) -> bool:
    if other["rule"] not in rules.get(finding["rule"], {finding["rule"]}):
        return False
    spots = [(other["file"], other["line"]), *((s["file"], s["line"]) for s in other["path"])]
    if finding["rule"] in (
        "blind-production",
        "no-graceful-shutdown",
    ):  # of the whole project: the line is an anchor
        return True
    wanted = [
        (finding["file"], finding["line"]),
        *(
            (file, int(line))
            for file, _, line in (each.rpartition(":") for each in finding.get("also", ()))
        ),
    ]  # the other places of the same cause
    return any(
        file == there and abs(line - told) <= NEAR for file, line in spots for there, told in wanted
    )


if __name__ == "__main__":
    main()
