"""Advice on a stack as text: the verdict, who is left and out, what would change it; tables and facts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from backwright.design import wording
from backwright.faces.prose.layout import TABLE_MIN, few, label, next_block, para, percent, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from backwright.advise.amdahl import Split
    from backwright.advise.stack import Flip, Unsure
    from backwright.usecases.advise_stack import (
        Row,
        StackAdvice,
        StackFacts,
        StackTable,
    )

RANKED_SHOWN, NAMES_SHOWN, FACTS_PART = 6, 6, 7
PLURALS = {"language": "languages", "framework": "frameworks", "store": "stores", "broker": "brokers", "gateway": "gateways"}  # fmt: skip
CLOSED_LOOP = (
    "the-benchmarker, an empty endpoint in a closed loop on one 16-thread machine; runs of"
    " one framework differ up to threefold, so never a rank"
)
BASES = {
    "measured": "your hours are from what you have shown",
    "the languages named": "hours are the catalog's guess, less what is known already",
    "nothing known": "hours are the catalog's guess for a beginner: backwright assess measures yours",
}


def advised(answer: StackAdvice, width: int) -> list[str]:
    """Return the advice."""
    if answer.choice.verdict == "none left":
        return _none_left(answer, width)
    choice = answer.choice
    lines = para(_verdict(answer), width)
    lines += ["", *_ranked(answer, width), ""]
    for name, text in _reasons(answer):
        lines += label(name, text, width)
    if answer.split:
        lines += label("cpu", _amdahl(answer.split), width)
    elif answer.bands:
        lines += label(
            "cpu",
            "a band changes the CPU bill, and latency only as far as a request computes:"
            " --cpu-ms and --wait-ms, or --blueprint, tell how far",
            width,
        )
    basis = BASES[answer.learning_basis]
    if choice.samples:
        basis += f"; {choice.samples:,} draws, seed {answer.seed}, noise up to 1.6 points"
    lines += label("basis", basis, width)
    if answer.bands:
        lines += label("bands", CLOSED_LOOP, width)
    return [*lines, "", *next_block(_next(answer), width)]


def _verdict(answer: StackAdvice) -> str:
    choice, names = answer.choice, answer.names
    all_of = f"{len(names)} {PLURALS[answer.kind]}"
    if choice.verdict == "clear":
        best = names[choice.winners[0]]
        if not choice.samples:
            why = "has all you need" if not choice.beaten else "is left: it beats the others"
            return f"Take {best}: the only one of {all_of} that {why}."
        return f"Take {best}: it comes first in {percent(choice.ranked[0].first)} of the draws, which is clear (from 80 %)."
    if choice.verdict == "any of":
        together = _or(names[w] for w in choice.winners)
        if not choice.samples:
            return f"Any of {together}: nothing that is known here tells them apart."
        by = answer.criteria[choice.decide_by].name.lower()
        share = percent(sum(r.first for r in choice.ranked if r.option in choice.winners))
        return f"Any of {together}; decide by {by}. Together they come first in {share} of the draws, alone none is clear (80 %)."
    if not choice.samples:
        return f"No winner: nothing that is known here tells the {len(choice.ranked)} that are left apart."
    leader = choice.ranked[0]
    return (
        f"No winner among {all_of}: the best, {names[leader.option]}, comes first in only"
        f" {percent(leader.first)} of the draws. Say what counts more (--prefer) or what it must have (--need)."
    )


def _ranked(answer: StackAdvice, width: int) -> list[str]:
    hours = {each.option: each for each in answer.hours}
    best = answer.choice.ranked[0].option
    drawn = ["first", "beats the best"] if answer.choice.samples else []
    head = ["", *drawn, "hours", *(["band"] if answer.bands else [])]
    rows = []
    for rated in answer.choice.ranked[:RANKED_SHOWN]:
        over = rated.over.get(best)
        beats = "" if over is None else percent(over)
        row = [answer.names[rated.option], *([percent(rated.first), beats] if drawn else [])]
        row.append(_hours(hours[rated.option].low, hours[rated.option].high))
        rows.append([*row, *([answer.bands[rated.option] or "?"] if answer.bands else [])])
    lines = table(head, rows, width, right=range(1, len(head) - bool(answer.bands)))
    if len(answer.choice.ranked) > RANKED_SHOWN:
        rest = [answer.names[r.option] for r in answer.choice.ranked[RANKED_SHOWN:]]
        lines += para(f"also left: {', '.join(rest)}", width)
    return lines


def _hours(low: float, high: float) -> str:
    return "0" if high < 0.5 else f"{low:.0f} .. {high:.0f}"


def _reasons(answer: StackAdvice) -> Iterable[tuple[str, str]]:
    """Yield labelled sentences: why, who is out, what would flip it, what to measure."""
    choice, names = answer.choice, answer.names
    if len(choice.ranked) > 1 and choice.samples:
        yield "why", _why(answer)
    out: dict[str, list[str]] = defaultdict(list)
    for struck in choice.eliminated:
        out[struck.why].append(names[struck.option])
    for number, (why, whom) in enumerate(sorted(out.items(), key=lambda each: -len(each[1]))):
        yield "out" if number == 0 else "", f"{_some(whom)}: not {why}"
    if choice.beaten:
        by: dict[str, list[str]] = defaultdict(list)
        for struck in choice.beaten:
            by[struck.why].append(names[struck.option])
        told = "; ".join(f"{_some(whom)} by {names[who]}" for who, whom in by.items())
        yield "beaten", f"at every end of every interval: {told}"
    for number, (option, need) in enumerate(answer.unproved[:3]):
        yield (
            "unproved" if number == 0 else "",
            f"nothing is known here of {names[option]} about {need}",
        )
    if choice.flip:
        yield "flips", _flip(answer, choice.flip)
    elif choice.samples and len(choice.ranked) > 1:
        yield "flips", "no change of a single weight brings another winner"
    if choice.measure:
        yield "measure", _measure(answer, choice.measure)
    elif choice.samples and len(choice.ranked) > 1:
        yield "measure", "no single fact would make the choice more than 3 points surer"


def _measure(answer: StackAdvice, unsure: Unsure) -> str:
    what = "is not known" if unsure.is_unknown else "is known only as a range"
    return (
        f"{answer.criteria[unsure.criterion].name.lower()} of {answer.names[unsure.option]} first: it"
        f" {what}, and knowing it would make the choice {100 * unsure.gain:.0f} points surer on average"
    )


def _flip(answer: StackAdvice, flip: Flip) -> str:
    names, what = answer.names, answer.criteria[flip.criterion].name.lower()
    if flip.to > 0.995:
        when = f"only if {what} were all that counts"
    elif flip.to < 0.005:
        when = f"only if {what} did not count at all"
    else:
        way = "rises" if flip.to > flip.weight else "falls"
        when = f"once the weight of {what} {way} from {percent(flip.weight)} to {percent(flip.to)}"
    return f"with facts and weights in the middle {names[flip.winner]} leads; {names[flip.instead]} would {when}"


def _why(answer: StackAdvice) -> str:
    choice = answer.choice
    leaning: dict[str, list[str]] = defaultdict(list)
    shown = choice.winners or tuple(r.option for r in choice.ranked[:2])
    for rated in choice.ranked:
        if rated.option in shown and rated.leans_on:
            leaning[answer.criteria[rated.leans_on].name.lower()].append(answer.names[rated.option])
    told = "; ".join(f"{_or(whom)} from {what}" for what, whom in leaning.items())
    order = sorted(choice.weights.items(), key=lambda each: -each[1])[:3]
    weights = ", ".join(f"{answer.criteria[name].name.lower()} {percent(w)}" for name, w in order)
    said = "as you ordered them" if answer.named else "no order was given"
    if choice.verdict == "clear":
        second = choice.ranked[1]
        over = choice.ranked[0].over.get(second.option, 0.0)
        return (
            f"worth more than {answer.names[second.option]}, the next, in {percent(over)} of the draws;"
            f" weights on average ({said}): {weights}"
        )
    return f"gains most, when it weighs more: {told}; weights on average ({said}): {weights}"


def _amdahl(split: Split) -> str:
    three = 1 - split.times_faster(3)
    return (
        f"{split.cpu_ms:.3g} ms of {split.cpu_ms + split.wait_ms:.3g} ms are computing, so no framework"
        f" can take more than {percent(split.share)} off a request; one three times as fast takes"
        f" {percent(three)}. The band changes the CPU bill ({split.cpu_ms:.3g} CPU s per 1,000 requests),"
        f" {'hardly' if split.share < 0.3 else 'and so much of'} the latency; own code counts as computing, too"
    )


def _none_left(answer: StackAdvice, width: int) -> list[str]:
    names = answer.names
    needs = _and(answer.needs)
    lines = para(
        f"Nothing is left: none of {len(names)} {PLURALS[answer.kind]} has {needs}.", width
    )
    lines.append("")
    for number, (a, b) in enumerate(answer.contradictions[:3]):
        lines += label("pair" if number == 0 else "", f"{a} and {b}: each is met by some, both by none", width)  # fmt: skip
    for number, (need, left) in enumerate(answer.relax[:3]):
        first = "give up first" if number == 0 else "or"
        whom = _some([names[name] for name in left])
        lines += label("do" if number == 0 else "", f"{first} {need}: leaves {whom}", width)
    if not answer.relax:
        whom = _some([names[name] for name, _ in answer.closest])
        lack = few(len(answer.closest[0][1]), "need")
        lines += label("do", f"giving up one is not enough; nearest, lacking {lack}: {whom}", width)
        for name, broken in answer.closest[:3]:
            lines += label("", f"{names[name]} lacks {_and(broken)}", width)
    keep = [n for n in answer.needs if answer.relax and n != answer.relax[0][0]]
    commands = [
        (_again(answer, keep), "without it" if answer.relax else "without needs"),
        (f"backwright advise stack --kind {answer.kind} --compare", "the whole table"),
    ]
    return [*lines, "", *next_block(commands, width)]


def _again(answer: StackAdvice, needs: Sequence[str], prefer: str = "") -> str:
    """Return the command that asks again, with the same options and these needs."""
    parts = ["backwright advise stack"]
    if answer.kind != "language" and not answer.among:
        parts.append(f"--kind {answer.kind}")
    for flag, words in (("among", answer.among), ("team", answer.team), ("need", needs)):
        if words:
            parts.append(f"--{flag} {' '.join(map(_quoted, words))}")
    return " ".join([*parts, f"--prefer {prefer}"] if prefer else parts)


def _next(answer: StackAdvice) -> list[tuple[str, str]]:
    best = answer.choice.ranked[0].option
    commands = [(f"backwright advise stack --facts {best}", "its facts and sources")]
    top = answer.choice.decide_by or answer.choice.ranked[0].leans_on
    if answer.choice.verdict != "clear" and top:
        again = _again(answer, answer.needs, top)
        commands.insert(0, (again, "if that counts most"))
    commands.append((f"backwright advise stack --kind {answer.kind} --compare", "the table"))
    return commands


# The table


def compared(answer: StackTable, width: int) -> list[str]:
    """Return the comparison table in parts that fit; narrow: one record for each option."""
    lines = para(
        f"{len(answer.rows)} {PLURALS[answer.kind]}, {answer.facts} facts of {answer.oldest} to {answer.newest}"
        + (f"; {few(answer.unknown, 'cell')} not known (?)." if answer.unknown else "."),
        width,
    )
    if width < TABLE_MIN:
        for row in answer.rows:
            lines += ["", *para(row.name, width)]
            told = [
                f"{c.short} {cell.text or '?'}"
                for c, cell in zip(answer.criteria, row.cells, strict=True)
            ]
            lines += para(", ".join(told), width, "  ")
    else:
        for part in _parts(answer, width):
            head = ["", *(answer.criteria[at].short for at in part)]
            rows = [
                [_name(row), *(row.cells[at].text or "?" for at in part)] for row in answer.rows
            ]
            lines += ["", *table(head, rows, width)]
    lines += ["", *label("hours", BASES[answer.learning_basis], width)]
    if any(c.id == "throughput" for c in answer.criteria):
        lines += label("bands", CLOSED_LOOP, width)
    lines += label(
        "words", "--facts OPTION says what each word means and where it comes from", width
    )
    first = answer.rows[0].option
    commands = [
        (f"backwright advise stack --facts {first}", "its facts and sources"),
        (f"backwright advise stack --kind {answer.kind} --prefer learning", "advice"),
    ]
    return [*lines, "", *next_block(commands, width)]


def _name(row: Row) -> str:
    return row.name.removesuffix(" on Node.js").removesuffix(" on .NET")


def _parts(answer: StackTable, width: int) -> list[list[int]]:
    """Return the columns in groups that fit the width, each beside the names."""
    names = max(len(_name(row)) for row in answer.rows)
    parts: list[list[int]] = []
    used = width + 1
    for at, criterion in enumerate(answer.criteria):
        wide = max(len(criterion.short), *(len(row.cells[at].text or "?") for row in answer.rows))
        if used + 2 + wide > width:
            parts.append([])
            used = names
        parts[-1].append(at)
        used += 2 + wide
    return parts


# The facts


def listed(answer: StackFacts, width: int) -> list[str]:
    """Return every fact of one option with its source and day."""
    option = answer.option
    known = [line for line in answer.lines if line.fact]
    lines = para(f"{option.name} {option.version}, a {option.kind}. {option.about}.", width)
    lines += para(f"{few(len(known), 'fact')}, {len(answer.lines) - len(known)} not known.", width)
    for line in answer.lines:
        lines += ["", *para(f"{line.criterion.name}: {line.text or 'not known here'}", width)]
        lines += para(line.criterion.means, width, "  ")
        if line.fact is None:
            continue
        if line.fact.note:
            lines += para(f"note: {line.fact.note}", width, "  ")
        version = f", version {line.fact.version}" if line.fact.version else ""
        lines += para(f"{line.source}{version}; {line.fact.date}, {line.fact.method}", width, "  ")
        lines += [f"  {line.fact.url}"] if len(line.fact.url) + 2 <= width else _split_url(line.fact.url, width)  # fmt: skip
    commands = [
        (f"backwright advise stack --kind {option.kind} --compare", "beside the others"),
        ("backwright learn sd.stack-choice", "how to choose"),
    ]
    return [*lines, "", *next_block(commands, width)]


def _split_url(url: str, width: int) -> list[str]:
    room = max(width - 4, 16)
    return [
        f"{'  ' if at == 0 else '    '}{url[at : at + room]}" for at in range(0, len(url), room)
    ]


def _some(whom: Sequence[str]) -> str:
    shown = ", ".join(whom[:NAMES_SHOWN])
    return f"{shown} and {len(whom) - NAMES_SHOWN} more" if len(whom) > NAMES_SHOWN else shown


def _or(names: Iterable[str]) -> str:
    return wording.listed([*names], "or")


def _and(names: Iterable[str]) -> str:
    return wording.listed([*names])


def _quoted(need: str) -> str:
    plain = all(char.isalnum() or char in "-_=,.:" for char in need)
    return need if plain else f"'{need}'"


RENDER = {
    "StackAdvice": advised,
    "StackTable": compared,
    "StackFacts": listed,
}
