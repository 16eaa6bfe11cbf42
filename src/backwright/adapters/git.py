"""Git, asked by its command: files, changes, who wrote what, what changes together. Never runs hooks."""

import os
import re
import subprocess
from collections.abc import Sequence

from backwright.model.errors import BadRequest
from backwright.model.source import Change

SECONDS_MAX = 20  # for one question; a repository that needs longer is answered without git
WHOLE = 0  # a line number that stands for all lines of a new file
_HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")


def _ask(root: str, *words: str, limit: int = SECONDS_MAX) -> str | None:
    """Return what git prints, or None if it fails, is missing or takes too long."""
    command = [
        "git",
        "-c",
        "core.quotepath=off",
        "-c",
        "core.fsmonitor=false",
        "-c",
        "core.hooksPath=/dev/null",
        "-C",
        root,
        *words,
    ]
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    try:
        ran = subprocess.run(  # noqa: S603  (a fixed program, arguments as a list)
            command,
            capture_output=True,
            timeout=limit,
            check=False,
            env={**clean, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return (
        ran.stdout.decode("utf-8", "surrogateescape").replace("\udcff", "?")
        if ran.returncode == 0
        else None
    )


def listed(root: str) -> list[str] | None:
    """Return the files below a folder that git tracks or does not ignore; None outside a work tree."""
    told = _ask(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if told is None:
        return None
    return sorted({name for name in told.split("\0") if name and "\udc00" not in name})


class CommandGit:
    """The Git port over the command."""

    def change(self, root: str, ref: str) -> Change:
        """Return what the work tree differs in from a revision; "" is the merge base with the main branch.

        Raises:
            BadRequest: No git, or no such revision.
        """
        if _ask(root, "rev-parse", "--is-inside-work-tree") is None:
            raise BadRequest(
                f"'{root}' is not a git repository, so there is no change to compare",
                detail="A whole folder can still be reviewed.",
                hint="backwright review .",
            )
        base = self._base(root, ref)
        told = _ask(
            root,
            "diff",
            "--no-ext-diff",
            "--no-textconv",
            "--no-color",
            "--unified=0",
            "--no-renames",
            "--relative",
            base,
            "--",
            ".",
        )
        if told is None:
            raise BadRequest(
                f"the change since '{ref or base}' cannot be read", hint="backwright review ."
            )
        lines, deleted = _changed(told)
        for name in (_ask(root, "ls-files", "-z", "--others", "--exclude-standard") or "").split(
            "\0"
        ):
            if name:
                lines[name] = frozenset({WHOLE})
        short = (_ask(root, "rev-parse", "--short", base) or base).strip()
        return Change(short, lines, tuple(deleted))

    def _base(self, root: str, ref: str) -> str:
        if ref:
            if _ask(root, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}") is None:
                raise BadRequest(f"git knows no revision '{ref}'", hint="git log --oneline -5")
            return ref if ref == "HEAD" else (_ask(root, "merge-base", ref, "HEAD") or ref).strip()
        for branch in ("origin/HEAD", "origin/main", "origin/master", "main", "master"):
            base = _ask(root, "merge-base", branch, "HEAD")
            if base:
                head = (_ask(root, "rev-parse", "HEAD") or "").strip()
                return base.strip() if base.strip() != head else "HEAD"
        return "HEAD"

    def identity(self, root: str) -> str:
        """Return the address under which the person commits here, "" if there is none."""
        return (_ask(root, "config", "user.email") or "").strip()

    def own_lines(self, root: str, path: str, lines: Sequence[int], address: str) -> frozenset[int]:
        """Return which of these lines were last written by an address, or are not committed yet."""
        if not lines or not address:
            return frozenset()
        ranges = [word for line in sorted(set(lines)) for word in ("-L", f"{line},{line}")]
        told = _ask(root, "blame", "--line-porcelain", *ranges, "--", path)
        found: set[int] = set()
        line = 0
        for each in (told or "").splitlines():
            header = re.match(r"^[0-9a-f]{40} \d+ (\d+)", each)
            if header:
                line = int(header[1])
            elif each.startswith("author-mail ") and (
                each[12:].strip("<>") in (address, "not.committed.yet")
            ):
                found.add(line)
        return frozenset(found)

    def together(self, root: str, commits: int) -> tuple[tuple[str, ...], ...]:
        """Return the files of each of the last commits, newest first; () without git."""
        told = _ask(
            root,
            "log",
            f"-{commits}",
            "--no-merges",
            "--no-renames",
            "--name-only",
            "--relative",
            "--format=%x00",
            "--",
            ".",
        )
        return tuple(
            tuple(sorted({line for line in part.splitlines() if line}))
            for part in (told or "").split("\0")
            if part.strip()
        )


def _changed(told: str) -> tuple[dict[str, frozenset[int]], list[str]]:
    lines: dict[str, set[int]] = {}
    deleted: list[str] = []
    path, before = "", ""
    for each in told.splitlines():
        if each.startswith("--- "):
            before = each[4:].removeprefix("a/")
        elif each.startswith("+++ "):
            path = each[4:].removeprefix("b/").strip('"')
            if path == "/dev/null":
                deleted.append(before)
            else:
                lines.setdefault(path, set())
        elif (hunk := _HUNK.match(each)) and path and path != "/dev/null":
            first, count = int(hunk[1]), int(hunk[2] if hunk[2] is not None else 1)
            lines[path].update(range(first, first + count) if count else (first, first + 1))
    return {name: frozenset(found) for name, found in lines.items()}, deleted
