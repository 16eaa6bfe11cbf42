"""CPU seconds and memory of a review, beside semgrep with a few rules of our own, bandit and ruff, on the same trees.

Trees are source packages from the registries, fetched by name into a cache folder. CPU is user plus system time of the
process and its children; peers run with one job. `python -m benchmarks.review.speed [--quick]`
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from pathlib import Path

CACHE = Path(tempfile.gettempdir()) / "backwright-bench-trees"
PYPI = (
    "django==5.2.1",
    "celery==5.5.2",
    "sqlalchemy==2.0.41",
    "apache-airflow-core==3.0.2",
    "sentry-sdk==2.30.0",
)
NPM = (
    "@nestjs/core@11.1.3",
    "typeorm@0.3.25",
    "@strapi/core@5.16.0",
    "fastify@5.4.0",
    "prisma@6.10.0",
)
PYTHON_RULES = """
rules:
  - {id: no-timeout, languages: [python], severity: WARNING, message: no timeout, patterns: [{pattern: requests.$F(...)}, {pattern-not: "requests.$F(..., timeout=$T, ...)"}]}
  - {id: sql, languages: [python], severity: ERROR, message: sql from input, pattern: '$C.execute(f"...", ...)'}
  - {id: swallowed, languages: [python], severity: WARNING, message: swallowed, pattern: "try: ...\\nexcept $E: pass"}
  - {id: weak-hash, languages: [python], severity: WARNING, message: weak hash, pattern: hashlib.md5(...)}
  - {id: tls-off, languages: [python], severity: ERROR, message: tls off, pattern: "requests.$F(..., verify=False, ...)"}
"""
JS_RULES = """
rules:
  - {id: eval, languages: [javascript], severity: ERROR, message: eval, pattern: eval(...)}
  - {id: sync, languages: [javascript], severity: WARNING, message: sync, pattern: fs.readFileSync(...)}
  - {id: random, languages: [javascript], severity: WARNING, message: weak random, pattern: Math.random()}
  - {id: swallowed, languages: [javascript], severity: WARNING, message: swallowed, pattern: "try { ... } catch ($E) { }"}
  - {id: exec, languages: [javascript], severity: ERROR, message: exec, pattern: child_process.exec(...)}
"""
COPIES_OF_A_MILLION = 1_000_000


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser()
    options.add_argument("--quick", action="store_true")
    quick = options.parse_args().quick
    trees = {"python": python_tree(quick), "javascript": npm_tree(quick)}
    print(
        f"{'tree':12}{'lines':>9}  {'tool':34}{'CPU s':>8}{'per 100k':>10}{'wall s':>8}{'MB':>6}  ratio"
    )
    for language, tree in trees.items():
        lines = count(tree, (".py",) if language == "python" else (".js", ".mjs", ".cjs", ".ts"))
        measure(language, tree, lines, quick)
    two_processes(trees["python"])
    if not quick:
        million(trees["python"])
        small_diff(trees["python"])


def measure(language: str, tree: Path, lines: int, quick: bool) -> None:
    bin_ = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as home:
        rules = Path(home) / "rules.yaml"
        rules.write_text(PYTHON_RULES if language == "python" else JS_RULES)
        ours = [
            sys.executable,
            "-m",
            "backwright",
            "review",
            str(tree),
            "--json",
            "--rules",
            "audit",
            "-o",
            f"{home}/out.json",
        ]
        rows = [
            ("backwright, all rules, cold", ours, {"BACKWRIGHT_CACHE_DIR": f"{home}/cache"}),
            ("backwright, warm", ours, {"BACKWRIGHT_CACHE_DIR": f"{home}/cache"}),
        ]
        if language == "python":
            rows.append(
                (
                    "ruff (S,ASYNC,B,BLE,TRY,PERF)",
                    [
                        str(bin_ / "ruff"),
                        "check",
                        "--isolated",
                        "--no-cache",
                        "--exit-zero",
                        "-q",
                        "--select",
                        "S,ASYNC,B,BLE,TRY,PERF",
                        str(tree),
                    ],
                    {},
                )
            )
            rows.append(
                (
                    "bandit",
                    [
                        str(bin_ / "bandit"),
                        "-q",
                        "-r",
                        str(tree),
                        "-f",
                        "json",
                        "-o",
                        f"{home}/bandit.json",
                        "--exit-zero",
                    ],
                    {},
                )
            )
        if not quick:
            peers = bin_.parent / "peers" / "bin"
            semgrep = [
                str(peers / "semgrep"),
                "scan",
                "-q",
                "-j",
                "1",
                "--metrics=off",
                "--disable-version-check",
                "--no-git-ignore",
                "--config",
                str(rules),
                "--json",
                "-o",
                f"{home}/s.json",
                str(tree),
            ]
            rows.append(
                ("semgrep, 5 rules of our own", semgrep, {"PATH": f"{peers}:{os.environ['PATH']}"})
            )
        first = 0.0
        for name, command, more in rows:
            if not Path(command[0]).exists():
                print(f"{language:12}{lines:>9}  {name:34}  not installed")
                continue
            cpu, wall, memory = run(command, {"HOME": home, **more})
            first = first or cpu
            print(
                f"{language:12}{lines:>9}  {name:34}{cpu:>8.2f}{cpu / lines * 1e5:>10.2f}{wall:>8.1f}{memory:>6.0f}  {cpu / first:.2f}"
            )


def run(command: list[str], more: dict[str, str]) -> tuple[float, float, float]:
    """Run a command; return its CPU seconds (children included), wall seconds and largest resident set in MB."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    script = "import resource, subprocess, sys; c = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode; print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, c)"
    told = subprocess.run(
        [sys.executable, "-c", script, *command],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **more},
    ).stdout.split()
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - start
    if int(told[1]) not in (0, 1, 3):
        print(f"  exit {told[1]}: {' '.join(command)[:100]}")
    return (
        after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        wall,
        int(told[0]) / 1024,
    )


def two_processes(tree: Path) -> None:
    """Wall time of reading with one worker and with two."""
    code = (
        "import sys, time; from dataclasses import replace; from pathlib import Path; from backwright.wiring import make_bench; from backwright.usecases.code import sources_of\n"
        "from backwright.adapters.processes import LazyProcesses\n"
        "bench = replace(make_bench(), executor=LazyProcesses(2) if sys.argv[2] == '2' else None)\n"
        "tree = bench.trees.scan(sys.argv[1]); start = time.monotonic(); sources_of(tree, bench); print(time.monotonic() - start); bench.close()"
    )
    walls = []
    for workers in ("1", "2"):
        with tempfile.TemporaryDirectory() as home:
            told = subprocess.run(
                [sys.executable, "-c", code, str(tree), workers],
                capture_output=True,
                text=True,
                check=True,
                env={**os.environ, "BACKWRIGHT_CACHE_DIR": home},
            )
            walls.append(float(told.stdout))
    print(
        f"reading with 1 process {walls[0]:.1f} s, with 2 {walls[1]:.1f} s: ratio {walls[0] / walls[1]:.2f}"
    )


def million(tree: Path) -> None:
    """Memory and CPU at a million lines: copies of the tree under other names."""
    lines = count(tree, (".py",))
    with tempfile.TemporaryDirectory() as folder:
        for number in range(COPIES_OF_A_MILLION // lines + 1):
            copied = Path(folder) / f"part{number}"
            shutil.copytree(tree, copied)
            for path in copied.rglob(
                "*.py"
            ):  # other content, so that nothing is taken from the store
                path.write_bytes(b"# %d\n" % number + path.read_bytes())
        total = count(Path(folder), (".py",))
        with tempfile.TemporaryDirectory() as home:
            command = [
                sys.executable,
                "-m",
                "backwright",
                "review",
                folder,
                "--json",
                "-o",
                f"{home}/out.json",
            ]
            for name in ("cold", "warm"):
                cpu, wall, memory = run(
                    command, {"HOME": home, "BACKWRIGHT_CACHE_DIR": f"{home}/cache"}
                )
                print(
                    f"{total:,} lines, {name}: {cpu:.1f} CPU s ({cpu / total * 1e5:.2f} per 100k), {wall:.1f} s, {memory:.0f} MB in the largest process"
                )


def small_diff(tree: Path) -> None:
    """A change of ten files in a large repository."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as home:
        shutil.copytree(tree, f"{folder}/code")
        git = ["git", "-C", folder, "-c", "user.email=a@example.com", "-c", "user.name=a"]
        for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
            subprocess.run([*git, *words], check=True, capture_output=True)
        chosen = sorted(Path(folder).rglob("*.py"), key=lambda p: -p.stat().st_size)[5:300:30][:10]
        command = [
            sys.executable,
            "-m",
            "backwright",
            "review",
            folder,
            "--diff",
            "HEAD",
            "--json",
            "-o",
            f"{home}/out.json",
        ]
        for turn in range(3):
            for path in chosen:
                path.write_text(path.read_text() + f"\n# change {turn}\n")
            cpu, wall, memory = run(
                command, {"HOME": home, "BACKWRIGHT_CACHE_DIR": f"{home}/cache"}
            )
            print(
                f"--diff of {len(chosen)} files in {count(tree, ('.py',)):,} lines, turn {turn}: {cpu:.2f} CPU s, {wall:.2f} s wall, {memory:.0f} MB"
            )


def python_tree(quick: bool) -> Path:
    target = CACHE / ("pypi-quick" if quick else "pypi")
    if not target.exists():
        target.mkdir(parents=True)
        for name in PYPI[:1] if quick else PYPI:
            done = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "pip",
                    "download",
                    "-q",
                    "--no-deps",
                    "--no-binary",
                    ":all:",
                    "--no-build-isolation",
                    "-d",
                    str(target),
                    name,
                ],
                check=False,
                capture_output=True,
            )
            if done.returncode:
                subprocess.run(
                    [
                        sys.executable,
                        "-m",
                        "pip",
                        "download",
                        "-q",
                        "--no-deps",
                        "-d",
                        str(target),
                        name,
                    ],
                    check=False,
                    capture_output=True,
                )
        for packed in list(target.iterdir()):
            unpack(packed, target)
    return target


def npm_tree(quick: bool) -> Path:
    target = CACHE / ("npm-quick" if quick else "npm")
    if not target.exists():
        target.mkdir(parents=True)
        for number, name in enumerate(NPM[:2] if quick else NPM):
            (target / str(number)).mkdir()
            subprocess.run(
                ["npm", "pack", "--silent", name, "--pack-destination", str(target / str(number))],
                check=False,
                capture_output=True,
            )
            for packed in list((target / str(number)).glob("*.tgz")):
                unpack(packed, target / str(number))
    return target


def unpack(packed: Path, target: Path) -> None:
    if packed.name.endswith((".tar.gz", ".tgz")):
        with tarfile.open(packed) as archive:
            archive.extractall(target, filter="data")
    elif packed.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(target / packed.stem)
    else:
        return
    packed.unlink()


def count(tree: Path, endings: tuple[str, ...]) -> int:
    return sum(
        path.read_bytes().count(b"\n")
        for path in tree.rglob("*")
        if path.suffix in endings and path.is_file()
    )


if __name__ == "__main__":
    main()
