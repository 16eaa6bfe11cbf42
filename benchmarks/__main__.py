"""Run every benchmark in turn: `make bench`, or `make bench-quick` for a look."""

import subprocess
import sys

SCRIPTS = (
    "benchmarks.startup",
    "benchmarks.assess.speed",
    "benchmarks.assess.calibration",
    "benchmarks.assess.accuracy",
)


def main() -> None:
    """Run each in a process of its own, one core each, and stop at the first failure."""
    quick = ["--quick"] if "--quick" in sys.argv else []
    for script in SCRIPTS:
        sys.stdout.write(f"\n== {script}\n")
        sys.stdout.flush()
        done = subprocess.run(
            ["env", "OMP_NUM_THREADS=1", sys.executable, "-m", script, *quick], check=False
        )
        if done.returncode:
            raise SystemExit(done.returncode)


main()
