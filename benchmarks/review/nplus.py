"""Real N+1 queries: what query-in-loop says of the commit before a fix, and of the fix.

    python -m benchmarks.review.nplus FOLDER [--fixes FILE] [--only NAME] [--unseen] [--missed]

FOLDER holds a git directory of each repository of nplus.toml as <owner>+<name>/repo. The commits were chosen and the places
written down by a reader who had seen neither the rule nor its output.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
NEAR = 3  # lines between the line somebody wrote down and the one that is reported
Finding = dict[str, Any]


def main() -> None:
    """Print one line for each fix, then recall by language and kind."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--fixes", type=Path, default=HERE / "nplus.toml")
    options.add_argument("--only", default="")
    options.add_argument("--unseen", action="store_true", help="leave out fixes that were built on")
    options.add_argument("--missed", action="store_true", help="say what was missed")
    asked = options.parse_args()
    told: Counter[tuple[str, str]] = Counter()
    for fix in tomllib.loads(asked.fixes.read_text())["fix"]:
        git = git_of(asked.folder, fix["repository"])
        if (
            git is None
            or asked.only not in fix["repository"]
            or (asked.unseen and "built_on" in fix)
        ):
            continue
        before, lines = loops(git, fix["before"])
        after, _ = loops(git, fix["commit"])
        hits = [finding for finding in before if names(finding, fix)]
        left = {finding["fingerprint"] for finding in after}
        cleared = any(finding["fingerprint"] not in left for finding in hits)
        for group in ("all", fix["language"], f"kind {fix['kind']}"):
            told[group, "fixes"] += 1
            told[group, "flagged"] += bool(hits)
            told[group, "cleared"] += cleared
        told["all", "lines"] += lines
        told["all", "findings"] += len(before)
        mark = "cleared" if cleared else "flagged" if hits else "missed"
        print(
            f"{mark:8}{fix['repository']:36}{fix['language']:11}{fix['kind']:11}"
            f"{len(before):>4} in {lines:>8} lines  {fix['file']}:{fix['line']}",
            flush=True,
        )
        if asked.missed and not hits:
            print(f"         {fix['before']} {fix['why']} {fix['also']}")
    for group in dict.fromkeys(group for group, _ in told):
        fixes = told[group, "fixes"]
        print(
            f"{group:20}{fixes:>4} fixes  flagged {told[group, 'flagged'] / fixes:.2f}"
            f"  flagged and clean after {told[group, 'cleared'] / fixes:.2f}"
        )
    if told["all", "lines"]:
        print(
            f"{told['all', 'findings'] / told['all', 'lines'] * 1e5:.1f} findings of the rule per 100,000 lines"
        )


def git_of(folder: Path, repository: str) -> Path | None:
    found = folder / repository.replace("/", "+") / "repo"
    return (found / ".git" if (found / ".git").is_dir() else found) if found.is_dir() else None


def loops(git: Path, commit: str) -> tuple[list[Finding], int]:
    """Return the findings of the rule at a commit in the default set, and how many lines were read."""
    with tempfile.TemporaryDirectory() as folder:
        unpack(git, commit, folder)
        ran = subprocess.run(
            [sys.executable, "-m", "backwright", "review", folder, "--json"],
            capture_output=True,
            text=True,
            check=False,
        )
    if ran.returncode not in (0, 1):
        raise SystemExit(f"{git} {commit}: {ran.stderr}")
    answer = json.loads(ran.stdout)
    return [f for f in answer["findings"] if f["rule"] == "query-in-loop"], answer["lines"]


def unpack(git: Path, commit: str, folder: str) -> None:
    """Write a commit's files into a folder, without those that a snapshot lacks."""
    command = ["git", f"--git-dir={git}", f"--work-tree={folder}"]
    with tempfile.TemporaryDirectory() as kept:
        env = {**os.environ, "GIT_INDEX_FILE": f"{kept}/index"}
        subprocess.run([*command, "read-tree", commit], check=True, env=env)
        subprocess.run(
            [*command, "checkout-index", "-a", "-q"], check=False, env=env, capture_output=True
        )


def names(finding: Finding, fix: dict[str, Any]) -> bool:
    """Whether a finding stands at a place of a fix, or leads through one."""
    places = [(fix["file"], fix["line"])]
    places += [(place.rpartition(":")[0], int(place.rpartition(":")[2])) for place in fix["also"]]
    spots = [
        (finding["file"], finding["line"]),
        *((spot["file"], spot["line"]) for spot in finding["path"]),
    ]
    return any(
        file == wanted and abs(line - number) <= NEAR
        for file, line in spots
        for wanted, number in places
    )


if __name__ == "__main__":
    main()
