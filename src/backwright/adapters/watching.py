"""The program of the interference probe: run by path, reads /proc, spins a little, prints JSON.

Standard library only and nothing of backwright, so that it starts in a few milliseconds. Ends when its
standard input is closed.
"""

import json
import os
import select
import sys
import time
from pathlib import Path
from typing import Any

SLICE = 0.0003  # s of spinning ...
EVERY = 0.02  # ... each so many s: 1.5 % of one core
LOST = 0.0001  # s in a slice in which it did not run: it was interrupted
PROC = Path("/proc")


def totals() -> "tuple[float, float] | None":
    """Return (busy, stolen by the hypervisor) seconds of all cores since boot; None if unreadable."""
    try:
        fields = [int(x) for x in (PROC / "stat").read_text().split("\n", 1)[0].split()[1:]]
    except (OSError, ValueError):
        return None
    user, nice, system, _, _, irq, softirq, steal = fields[:8]
    tick = os.sysconf("SC_CLK_TCK")
    return (user + nice + system + irq + softirq) / tick, steal / tick


def processes() -> "dict[int, tuple[int, str, float]]":
    """Return (parent, name, CPU seconds) of each process."""
    found = {}
    tick = os.sysconf("SC_CLK_TCK")
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                text = (entry / "stat").read_text()
            except OSError:
                continue
            name = text[text.index("(") + 1 : text.rindex(")")]
            rest = text[text.rindex(")") + 2 :].split()
            found[int(entry.name)] = int(rest[1]), name, (int(rest[11]) + int(rest[12])) / tick
    return found


def listening(ports: "set[int]") -> "set[int]":
    """Return the processes that listen on one of the ports."""
    sockets = set()
    for table in ("tcp", "tcp6"):
        try:
            rows = (PROC / "net" / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            cells = row.split()
            if cells[3] == "0A" and int(cells[1].rpartition(":")[2], 16) in ports:
                sockets.add(f"socket:[{cells[9]}]")
    found = set()
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                if any(str(link.readlink()) in sockets for link in (entry / "fd").iterdir()):
                    found.add(int(entry.name))
            except OSError:
                continue
    return found


def ours(table: "dict[int, tuple[int, str, float]]", about: "dict[str, list[Any]]") -> "set[int]":
    """Return the processes that are part of the measurement, with all their descendants."""
    names = set(about["names"])
    mine = {pid for pid, (_, name, _) in table.items() if name in names}
    mine |= {os.getpid(), *about["pids"]} | listening(set(about["ports"]))
    while True:
        more = {pid for pid, (parent, _, _) in table.items() if parent in mine} - mine
        if not more:
            return mine
        mine |= more


def spun() -> bool:
    """Spin for a slice; return whether it was interrupted."""
    wall, cpu = time.perf_counter(), time.thread_time()
    while time.perf_counter() - wall < SLICE:
        pass
    return (time.perf_counter() - wall) - (time.thread_time() - cpu) > LOST


def main() -> None:
    """Look, spin until the input ends, look again, print the difference."""
    about = json.loads(sys.argv[1])
    try:
        before, first = processes(), totals()
    except OSError:
        before, first = {}, None
    began, slices, lost = time.perf_counter(), 0, 0
    sys.stdout.write("started\n")
    sys.stdout.flush()
    while not select.select([sys.stdin], [], [], EVERY)[0]:
        slices += 1
        lost += spun()
    seconds = time.perf_counter() - began
    capacity = seconds * (os.cpu_count() or 1)
    told = {
        "stolen": lost / slices if slices else 0.0,
        "foreign": None,
        "steal": None,
        "busiest": "",
    }
    last = totals() if first else None
    if first and last:
        after = processes()
        used = {pid: cpu - before.get(pid, (0, "", 0.0))[2] for pid, (_, _, cpu) in after.items()}
        mine = ours(after, about)
        own = sum(used[pid] for pid in mine & set(used))
        told["foreign"] = max(0.0, last[0] - first[0] - own) / capacity
        told["steal"] = (last[1] - first[1]) / capacity
        others = [(cpu, after[pid][1]) for pid, cpu in used.items() if pid not in mine]
        top = max(others, default=(0.0, ""))
        if top[0] / capacity > 0.005:
            told["busiest"] = f"{top[1]} {top[0] / capacity:.0%}"
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
