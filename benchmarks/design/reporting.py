"""The validation as a page: what was promised, what came out, with which noise."""

from statistics import median

GOALS: tuple[tuple[str, str, float | None], ...] = (
    ("io", "p50", 0.05),
    ("io", "p99", 0.10),
    ("io", "blind p99", 0.20),
    ("cpu", "p50", None),  # no goal was set; told because it is often worse
    ("cpu", "p99", 0.20),
)
KINDS = {"io": "I/O-bound", "cpu": "CPU-bound"}


def markdown(told: dict) -> str:
    """Return the page."""
    points, tried, fell = told["points"], told["tried"], told["collapses"]
    lines = [
        "# Predicted and measured",
        "",
        (
            f"Measured on {told['date']} in {told['minutes']} minutes: {told['cores']} cores ({told['processor']}), load average at the end"
            f" {told['load_average']:.1f}, loads of {told['seconds']:g} s, seed {told['seed']}"
            f"{', real-time priority for server, database, generator and probe' if told['fifo'] else ''}."
            f" Again: `python -m benchmarks.design.validate --out docs/validation{' --fifo' if told['fifo'] else ''}`."
        ),
        "",
        (
            "Servers: uvicorn and granian (ASGI, asyncpg, PostgreSQL), a WSGI server of 16 threads (psycopg, PostgreSQL), Node (http, timers"
            " behind a pool in the process). Each was calibrated at three loads in another run than those below, its blueprint read as YAML,"
            " and simulated with the arrivals and request sizes that were then sent (`same`), or with arrivals of its own (`blind`)."
        ),
        "",
    ]
    if told["fifo"]:
        lines += [
            (
                "With real-time priority a run counts as clean if at most 5 % of the probe's slices were interrupted and the generator was on time,"
                " whatever ordinary processes took of the machine (`others`): they wait. They still slow the processor down, which moves the CPU-bound figures: a run in which a fixed piece of work took a tenth more or less than at calibration is rejected."
            ),
            "",
        ]
    lines += ["## In short", "", *_short(points, tried, fell), ""]
    for kind in ("io", "cpu"):
        mine = [p for p in points if p["kind"] == kind]
        if mine:
            lines += [f"## {KINDS[kind]}", "", *_points(mine), ""]
    if tried:
        lines += ["## Changes", "", *_tried(tried), ""]
    if fell:
        lines += ["## Collapse and recovery", "", *_collapses(fell), ""]
    return "\n".join(lines)


def _short(points: list[dict], tried: list[dict], fell: list[dict]) -> list[str]:
    lines = [
        "| what | goal | median of clean runs | of all runs | clean runs | rejected |",
        "|---|---|---|---|---|---|",
    ]
    for kind, name, goal in GOALS:
        mine = [p for p in points if p["kind"] == kind]
        if not mine:
            continue
        clean = [abs(p["errors"][name]) for p in mine if not p["trouble"]]
        every = [abs(p["errors"][name]) for p in mine]
        met = (
            "" if not clean or goal is None else " (met)" if median(clean) <= goal else " (missed)"
        )
        lines.append(
            f"| {KINDS[kind]} {name}, absolute error | {'-' if goal is None else f'<= {goal:.0%}'} | {_median(clean)}{met} | {_median(every)} | {len(clean)} | {len(mine) - len(clean)} |"
        )
    if tried:
        known = [t["sign"] for t in tried if t["sign"] is not None]
        anyway = [t["sign_anyway"] for t in tried if t["sign_anyway"] is not None]
        rejected = sum(t["rejected"] for t in tried)
        lines.append(
            f"| sign of the effect of a change on p99 | >= 90 % right | {known.count(True)} of {len(known)}, {len(tried) - len(known)} not decided | {anyway.count(True)} of {len(anyway)} |"
            f" {sum(t['pairs'] for t in tried)} pairs | {rejected} pairs |"
        )
    if fell:
        clean = [c for c in fell if not c["trouble"]]
        right = [c["state"] == c["predicted_state"] for c in clean]
        every = [c["state"] == c["predicted_state"] for c in fell]
        lines.append(
            f"| collapse or recovery after a burst | as predicted | {sum(right)} of {len(right)} | {sum(every)} of {len(every)} | {len(clean)} | {len(fell) - len(clean)} |"
        )
    return lines


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"


def _median(values: list[float]) -> str:
    return f"{median(values):.1%}" if values else "-"


def _points(points: list[dict]) -> list[str]:
    lines = [
        "| server | load | p50 measured | same | blind | p99 measured | same | blind | CPU a request | others | hypervisor | pace | late p99 | |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for p in points:
        e = p["errors"]
        others = _share(p["foreign"])
        lines.append(
            f"| {p['server']} | {p['share']:.0%}, {p['rate']:.0f}/s | {_span(p['p50'])} ms | {e['p50'] * 100:+.0f} % | {e['blind p50'] * 100:+.0f} % |"
            f" {_span(p['p99'])} ms | {e['p99'] * 100:+.0f} % | {e['blind p99'] * 100:+.0f} % | {p['cpu_ms']:.2f} ms | {others} | {_share(p['hypervisor'])} | {p['pace']:.2f} | {p['lag_ms']:.2f} ms | {p['trouble'] or 'clean'} |"
        )
    lines += [
        "",
        "Measured values with 95 % intervals; `same` and `blind` are predicted / measured - 1. `others` is the share of the machine that other processes took; `pace` is how long it took for a fixed piece of work, over that at calibration.",
    ]
    return lines


def _tried(tried: list[dict]) -> list[str]:
    words = {True: "right", False: "wrong", None: "not decided"}
    lines = [
        "| server | change | load | p99 predicted | p99 measured, clean pairs | all pairs | sign, clean | sign, all | pairs (rejected) | failed: measured (predicted), before and after |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for t in tried:
        clean = f"x {_span(t['measured'])}" if t["measured"] else "-"
        a, b, c, d = t["failed"]
        lines.append(
            f"| {t['server']} {t['kind']} | {t['change']} | {t['rate']:.0f}/s | x {_span(t['predicted'])} | {clean} | x {_span(t['measured_anyway'])} |"
            f" {words[t['sign']]} | {words[t['sign_anyway']]} | {t['pairs']} ({t['rejected']}) | {a:.1%} ({b:.1%}), {c:.1%} ({d:.1%}) |"
        )
    lines += [
        "",
        "A p99 that moves by less than 10 % counts as unmoved; an interval on both sides of 1 decides nothing.",
    ]
    return lines


def _collapses(fell: list[dict]) -> list[str]:
    lines = [
        "uvicorn, pool of 4, clients give up after 250 ms; two seconds of three times the load, then the load of before. Share of requests that succeed:",
        "",
        "| clients | load | before | at the end: measured | predicted | | |",
        "|---|---|---|---|---|---|---|",
    ]
    for c in fell:
        same = (
            "as predicted"
            if c["state"] == c["predicted_state"]
            else f"predicted: {c['predicted_state']}"
        )
        lines.append(
            f"| {c['name']} | {c['rate']:.0f}/s | {c['before']:.0%} | {c['measured']:.0%} | {c['predicted']:.0%} | {c['state']}, {same} | {c['trouble'] or 'clean'} |"
        )
    return lines


def _span(span: list[float]) -> str:
    value, low, high = span
    return f"{value:.3g} [{low:.3g}, {high:.3g}]"
