"""An architecture decision record in the form of MADR 4: options with their numbers, and the command that runs them again."""

import re
from dataclasses import dataclass
from typing import Literal

from backwright.design.drawn.ink import shown
from backwright.design.drawn.origins import Told

ROWS_MAX = 60  # numbers listed with their source; the others are counted


@dataclass(frozen=True)
class Figure:
    """A computed number of an option.

    Attributes:
        value: With its unit: "612 ms".
        interval: What it may be, and why: "504 .. 990 ms over what is assumed"; or why there is none.
        meets: Whether it meets its objective; None if there is none, or if that is not decided.
    """

    label: str
    value: str
    interval: str = ""
    meets: bool | None = None


@dataclass(frozen=True)
class Option:
    """One way to do it.

    Attributes:
        changes: What is different from the blueprint, as --set takes it; empty for the blueprint as it stands.
        pros, cons, neutral: Sentences without "because".
    """

    name: str
    changes: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    pros: tuple[str, ...] = ()
    cons: tuple[str, ...] = ()
    neutral: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """What a decision record says. All texts are plain; they are escaped here.

    Attributes:
        date: ISO.
        context: Paragraphs.
        drivers: Objectives and prices.
        chosen: Name of an option; "" while nothing is decided.
        good, bad: Consequences of what was chosen.
        command: What runs the numbers again.
        seed: Of the simulation; None if the numbers are computed without chance.
        version: Of Backwright.
        picture: Mermaid; "" for none.
    """

    title: str
    date: str
    context: tuple[str, ...]
    drivers: tuple[str, ...]
    options: tuple[Option, ...]
    command: str
    version: str
    chosen: str = ""
    because: str = ""
    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    seed: int | None = None
    status: Literal["proposed", "accepted", "rejected", "deprecated"] = "proposed"
    numbers: tuple[Told, ...] = ()
    picture: str = ""


def adr(record: Record) -> str:
    """Return the record as Markdown."""
    lines = ["---", f"status: {record.status}", f"date: {_line(record.date)}", "---", "", f"# {_line(record.title)}", ""]  # fmt: skip
    lines += ["## Context and Problem Statement", ""]
    for text in record.context:
        lines += [_line(text), ""]
    if record.picture:
        lines += ["```mermaid", *record.picture.rstrip("\n").split("\n"), "```", ""]
    if record.drivers:
        lines += ["## Decision Drivers", "", *(f"* {_line(text)}" for text in record.drivers), ""]
    lines += [
        "## Considered Options",
        "",
        *(f"* {_line(option.name)}" for option in record.options),
        "",
    ]
    lines += ["## Decision Outcome", "", *_outcome(record), ""]
    lines += ["### Consequences", ""]
    told = [f"* Good, because {_line(text)}" for text in record.good]
    told += [f"* Bad, because {_line(text)}" for text in record.bad]
    lines += [*(told or ["Not written yet: nothing was decided."]), "", *_confirmation(record)]
    lines += ["## Pros and Cons of the Options", ""]
    for option in record.options:
        lines += [*_option(option), ""]
    lines += ["## More Information", "", *_numbers(record.numbers)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _outcome(record: Record) -> list[str]:
    if not record.chosen:
        return ["Nothing is decided yet. The numbers of each option are below."]
    return [f'Chosen option: "{_line(record.chosen)}", because {_line(record.because)}.']


def _confirmation(record: Record) -> list[str]:
    command = shown(record.command)
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", command)), 3)
    chance = (
        "computed without chance" if record.seed is None else f"simulated with seed {record.seed}"
    )
    return [
        "### Confirmation",
        "",
        f"The numbers are {chance}, by Backwright {_line(record.version)}. This runs them again:",
        "",
        f"{fence}sh",
        command,
        fence,
        "",
    ]


def _option(option: Option) -> list[str]:
    lines = [f"### {_line(option.name)}", ""]
    if option.changes:
        lines += ["Changes: " + ", ".join(_code(text) for text in option.changes), ""]
    if option.figures:
        lines += ["| number | value | what it may be | objective |", "|---|---|---|---|"]
        words = {True: "met", False: "missed", None: "-"}
        lines += [f"| {_cell(f.label)} | {_cell(f.value)} | {_cell(f.interval or 'not computed')} | {words[f.meets]} |" for f in option.figures]  # fmt: skip
        lines.append("")
    else:
        lines += ["No numbers were computed.", ""]
    lines += [f"* Good, because {_line(text)}" for text in option.pros]
    lines += [f"* Neutral, because {_line(text)}" for text in option.neutral]
    lines += [f"* Bad, because {_line(text)}" for text in option.cons]
    return lines if lines[-1] else lines[:-1]


def _numbers(numbers: tuple[Told, ...]) -> list[str]:
    if not numbers:
        return ["All numbers are settings of our own."]
    lines = ["Where the numbers come from. What is assumed was taken as a range.", ""]
    lines += ["| number | value | range | origin | source | date |", "|---|---|---|---|---|---|"]
    order = ("assumed", "cited", "measured", "chosen")
    ranked = sorted(numbers, key=lambda each: order.index(each.origin))
    lines += [
        f"| {_code(n.at) if n.at else '-'} | {_cell(n.value)} | {_cell(n.spread or '-')} | {n.origin} | {_cell(n.ref or '-')} | {_cell(n.date or '-')} |"
        for n in ranked[:ROWS_MAX]
    ]
    if len(ranked) > ROWS_MAX:
        lines += ["", f"{len(ranked) - ROWS_MAX} more are in the blueprint."]
    return lines


def _line(text: str) -> str:
    """Return the text as one line of Markdown that shows it literally."""
    plain = " ".join(shown(" ".join(text.split())).split())
    escaped = re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", plain)
    escaped = re.sub(
        r"(?<=\w)\\_(?=\w)", "_", escaped
    )  # an underscore inside a word is no emphasis
    return re.sub(r"&(?=[#\w]+;)", "&amp;", escaped)


def _cell(text: str) -> str:
    return _line(text)


def _code(text: str) -> str:
    """Return the text as inline code, even if it has backticks; a bar would end a cell of a table."""
    plain = shown(" ".join(text.split())).replace("|", "\\|")
    fence = "`" * (max((len(run) for run in re.findall("`+", plain)), default=0) + 1)
    inner = f" {plain} " if plain.startswith("`") or plain.endswith("`") else plain
    return f"{fence}{inner}{fence}"
