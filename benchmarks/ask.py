"""How well `ask` finds: share with a right passage first, in three, in five; right commands; refusals; times.

    python -m benchmarks.ask FILE [--set held] [--misses]

FILE is TOML: `[[question]] ask="..." passages=["sql.indexes", "rule:query-in-loop"] commands=["advise stack"]`
and `[[outside]] ask="..."`. A question without passages or commands is not counted there.
"""

import argparse
import subprocess
import sys
import time
import tomllib
from pathlib import Path

from backwright.usecases.ask import Ask, Asked, run
from backwright.wiring import make_bench

COLD_RUNS = 5


def asked_of(answer: Asked) -> list[str]:
    """Return the pages in the order of the answer; none when it refused."""
    return [quote.page for quote in answer.quotes] + (
        [near.page for near in answer.more] if answer.quotes else []
    )


def is_of(command: str, wanted: list[str]) -> bool:
    """Whether a command line is one of these verbs, whatever its fields."""
    return any(f"{command} ".startswith(f"backwright {verb} ") for verb in wanted)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--set", default="")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    content = tomllib.loads(options.file.read_text(encoding="utf-8"))
    inside, outside = (
        [q for q in content.get(kind, []) if not options.set or q.get("set") == options.set]
        for kind in ("question", "outside")
    )
    bench = make_bench()
    run(Ask("warm up the index"), bench)
    times: list[float] = []

    def answered(question: str) -> Asked:
        begun = time.perf_counter()
        answer = run(Ask(question), bench)
        times.append(1000 * (time.perf_counter() - begun))
        return answer

    ranks, commands, among, refused = [], [], [], 0
    for question in inside:
        answer = answered(question["ask"])
        refused += answer.command is None
        pages = asked_of(answer)
        if wanted := question.get("passages"):
            rank = next((n for n, page in enumerate(pages) if page in wanted), 99)
            ranks.append(rank)
            if options.misses and rank > 2:
                print(
                    f"passage  {question['ask']}\n         wanted {wanted}\n         found {pages} fit {answer.fit}"
                )
        if wanted := question.get("commands"):
            lines = [c.command for c in (answer.command, *answer.others) if c]
            commands.append(bool(lines) and is_of(lines[0], wanted))
            among.append(any(is_of(line, wanted) for line in lines))
            if options.misses and not commands[-1]:
                print(
                    f"command  {question['ask']}\n         wanted {wanted}\n         found {lines} {pages[:2]}"
                )
    let_through = []
    for question in outside:
        answer = answered(question["ask"])
        if answer.command is not None:
            let_through.append((question["ask"], answer.fit, asked_of(answer)[:2]))
    for each in let_through if options.misses else ():
        print("outside ", *each)
    for depth in (1, 3, 5):
        print(f"right passage in the first {depth}: {share([r < depth for r in ranks])}")
    print(f"right command: {share(commands)}; among the {3} shown: {share(among)}")
    print(
        f"inside refused: {refused} of {len(inside)}; outside refused: {share([True] * (len(outside) - len(let_through)) + [False] * len(let_through))}"
    )
    times.sort()
    print(
        f"warm: p50 {times[len(times) // 2]:.1f} ms, p95 {times[int(len(times) * 0.95)]:.1f} ms, of {len(times)}"
    )
    print(f"cold process: {', '.join(f'{each:.0f}' for each in sorted(cold()))} ms")


def share(of: list[bool]) -> str:
    """Return "28 of 30 (93 %)"."""
    return f"{sum(of)} of {len(of)} ({100 * sum(of) / max(1, len(of)):.0f} %)"


def cold() -> list[float]:
    """Return the milliseconds of whole processes that answer one question."""
    found = []
    for _ in range(COLD_RUNS):
        begun = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "backwright", "ask", "How do I store passwords?"],
            check=True,
            capture_output=True,
        )
        found.append(1000 * (time.perf_counter() - begun))
    return found


if __name__ == "__main__":
    main()
