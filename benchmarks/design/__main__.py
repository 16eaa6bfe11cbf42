"""Every benchmark of design in turn: `make bench-design`. Real servers are apart: they want a quiet machine."""

import subprocess
import sys

SCRIPTS = (
    "benchmarks.design.speed",  # beside SimPy and Ciw, in the same run
    "benchmarks.design.exact",  # beside closed forms
    "benchmarks.design.identity",  # float for float beside SimPy
    "benchmarks.design.approximations",  # of what has no closed form, beside simulation
    "benchmarks.design.solving",  # whole blueprints, beside SimPy; cold answers
    "benchmarks.design.sizing",  # beside going through every fleet
)
HAVE_QUICK = ("exact", "sizing")


def main() -> None:
    """Run each in a process of its own and stop at the first failure."""
    is_quick = "--quick" in sys.argv
    for script in SCRIPTS:
        quick = ["--quick"] if is_quick and script.rpartition(".")[2] in HAVE_QUICK else []
        sys.stdout.write(f"\n== {script}\n")
        sys.stdout.flush()
        done = subprocess.run([sys.executable, "-m", script, *quick], check=False)
        if done.returncode:
            raise SystemExit(done.returncode)


main()
