"""A review as text: the answer in one sentence, what was read, then one finding after the other."""

from __future__ import annotations  # the answer's module is for the type checker only

import shlex
from collections import Counter
from typing import TYPE_CHECKING

from backwright.faces.prose.layout import clean, few, label, next_block, para, percent, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backwright.model.blueprint import Spot
    from backwright.usecases.review import FindingRow, Review

FINDINGS_SHOWN = 6  # of those that matter: a screen each, and nobody reads more at once
SAME_RULE_SHOWN = 2  # in full; further ones of the same rule are named in one line each
PLACES_SHOWN = 8  # of one rule in that line
UNREAD_SHOWN = 3
STEPS_SHOWN = 14  # of one path; a loop that seven others resemble names them all
PLACE = 46  # column in which the place of a step stands, at 80 columns
WIDE = 70


def reviewed(answer: Review, width: int) -> list[str]:
    """Return the whole report."""
    shown, quiet = _split(answer)
    lines = [*para(_first(answer, shown), width), "", *_read(answer, width)]
    for rule, rows in _by_rule(shown).items():
        for before, row in zip((None, *rows), rows[:SAME_RULE_SHOWN], strict=False):
            lines += ["", *_finding(row, width, before)]
        if len(rows) > SAME_RULE_SHOWN:
            lines += ["", *_rest(rule, rows[SAME_RULE_SHOWN:], width)]
    if shown or quiet:
        lines += ["", *para(_more(answer, quiet), width)]
    lines += _applied(answer, width)
    lines += _learned(answer, width)
    if len(lines) > 24 and shown:
        lines += ["", *label("answer", _first(answer, shown), width)]
    return [*lines, "", *next_block(_next(answer, shown), width)]


def _split(answer: Review) -> tuple[list[FindingRow], list[FindingRow]]:
    """Those that are shown in full: high ones, or the worst there are; and the others."""
    worst = [
        row
        for row in answer.findings
        if row.severity.value == "high" and row.confidence.value != "low"
    ]
    if not worst and answer.fail_on in ("medium", "low"):
        worst = [
            row
            for row in answer.findings
            if row.severity.value == answer.fail_on or row.severity.rank == 0
        ]
    ids = {id(row) for row in worst}
    return worst, [row for row in answer.findings if id(row) not in ids]


def _by_rule(rows: Sequence[FindingRow]) -> dict[str, list[FindingRow]]:
    found: dict[str, list[FindingRow]] = {}
    for row in rows:
        found.setdefault(row.rule, []).append(row)
    return dict(list(found.items())[:FINDINGS_SHOWN])


def _first(answer: Review, shown: Sequence[FindingRow]) -> str:
    if answer.base and not shown:
        return f"Nothing new: {few(answer.changed, 'changed file')} {'brings' if answer.changed == 1 else 'bring'} no finding at or above {_level(answer)}."
    if not shown:
        told = f"; {few(len(answer.findings), 'smaller one')}" if answer.findings else ""
        return f"No finding at or above {_level(answer)} in {answer.name}{told}."
    count = few(len(shown), "finding")
    where = f"this change of {answer.name}" if answer.base else answer.name
    verb = "matters" if len(shown) == 1 else "matter"
    rules = _by_rule(shown)
    told = "; ".join(
        _lower(rows[0].message) + (f" (and {len(rows) - 1} more like it)" if len(rows) > 1 else "")
        for rows in list(rules.values())[:2]
    )
    return f"{count} {verb} in {where}: {told}{'; ...' if len(rules) > 2 else '.'}"


def _level(answer: Review) -> str:
    return "high" if answer.fail_on == "never" else answer.fail_on


def _lower(text: str) -> str:
    first = text.split(" ", 1)[0]
    return (
        text
        if first.isupper() or "/" in first or "." in first or "_" in first
        else text[:1].lower() + text[1:]
    )


def _read(answer: Review, width: int) -> list[str]:
    system = answer.system
    known = " and ".join([*system.frameworks[:3], *system.libraries[:2]]) or ", ".join(
        name for name, _ in system.languages[:3]
    )
    if answer.base:
        text = f"{few(answer.changed, 'changed file')} and {answer.related} that they call or that call them; compared with {answer.base}"
    else:
        text = f"{answer.lines:,} lines, {answer.files:,} of {answer.of:,} files ({answer.tests:,} tests), {known}"
    lines = label("read", text, width)
    if answer.unread:
        lines += label("unread", _unread(answer), width)
    unknown = f", {system.unknown} not known" if system.unknown else ""
    told = [
        f"{few(system.endpoints, 'endpoint')} ({system.with_login} need a login, {system.open} open{unknown})",
        few(system.tables, "table"), few(system.outgoing, "outgoing call"), few(system.modules, "module"),
    ]  # fmt: skip
    lines += label("system", ", ".join(told), width)
    if answer.base:
        older = Counter(row.rule for row in answer.older if row.severity.value == "high")
        if older:
            text = f"{few(older.total(), 'finding')} in code that you did not touch: {', '.join(older)}"
            lines += label("older", text, width)
    if answer.accepted or answer.allowed:
        text = (
            f"{answer.accepted} accepted by the baseline, {len(answer.allowed)} allowed in the code"
        )
        lines += label("quiet", text, width)
    if answer.fixed:
        lines += label(
            "fixed",
            f"{few(len(answer.fixed), 'entry', 'entries')} of the baseline: {', '.join(answer.fixed[:3])}",
            width,
        )
    for each in answer.unused[:3]:
        lines += label(
            "unused",
            f"a comment allows {each.rule} in {each.file}:{each.line}, where nothing is found",
            width,
        )
    return lines


def _unread(answer: Review) -> str:
    total = len(answer.unread) + answer.unread_more
    told = [
        f"{skip.file} from line {skip.line} ({skip.why})"
        if skip.line
        else f"{skip.file} ({skip.why})"
        for skip in answer.unread[:UNREAD_SHOWN]
    ]
    return ", ".join(told) + (
        f", {total - len(told)} more: --show-unread" if total > len(told) else ""
    )


def _finding(row: FindingRow, width: int, before: FindingRow | None) -> list[str]:
    """Return one finding; what the one of the same rule above it says as well is not said again."""
    sure = f"confidence {row.confidence.value}"
    head = f"{row.severity.value:<6}{row.rule}"
    right = max(width - len(head), len(sure) + 2)
    lines = [f"{head}{sure:>{right}}"] if width >= WIDE else [head, f"  {sure}"]
    lines += para(row.message, width, "  ")
    lines += _path(row, width)
    for name, text in (("why", row.why), ("fix", row.fix)):
        if text and (before is None or text != getattr(before, name)):
            lines += _indented(name, text, width)
    return (
        lines
        if before is not None
        else lines + _indented("learn", f"{row.lesson} ({row.skill})", width)
    )


def _indented(name: str, text: str, width: int) -> list[str]:
    if width < WIDE:
        return para(text, width, f"  {name}  ", "    ")
    return para(text, width, f"  {name:<7}", " " * 9)


def _path(row: FindingRow, width: int) -> list[str]:
    spots = list(row.path)
    if not any((spot.file, spot.line) == (row.file, row.line) for spot in spots):
        from backwright.model.blueprint import Spot as Place

        spots.append(Place(row.file, row.line, row.symbol or "here"))
    lines: list[str] = []
    for number, spot in enumerate(spots[:STEPS_SHOWN]):
        lines += _step(spot, number, width)
    if len(spots) > STEPS_SHOWN:
        lines += para(
            f"-> {few(len(spots) - STEPS_SHOWN, 'more step', 'more steps')}: --json", width, " " * 9
        )
    return lines


def _step(spot: Spot, number: int, width: int) -> list[str]:
    place = clean(f"{spot.file}:{spot.line}")
    lead = "  path   " if number == 0 else "         -> "
    note = clean(" ".join(spot.note.split()))
    if width < WIDE:
        first = ["  path"] if number == 0 else []
        return [
            *first,
            *para(note, width, "    -> " if number else "    ", "       "),
            *para(place, width, "       ", "       "),
        ]
    start = lead + note
    if len(start) + 2 <= PLACE and PLACE + len(place) <= width:
        return [f"{start:<{PLACE}}{place}"]
    if len(start) + 2 + len(place) <= width:
        return [f"{start}{place:>{width - len(start)}}"]
    return [*para(note, width, lead, " " * 12), f"{' ' * 12}{place}"]


def _rest(rule: str, rows: Sequence[FindingRow], width: int) -> list[str]:
    places = [f"{row.file}:{row.line}" for row in rows]
    told = ", ".join(places[:PLACES_SHOWN]) + (
        f", {len(places) - PLACES_SHOWN} more" if len(places) > PLACES_SHOWN else ""
    )
    return para(f"{few(len(rows), 'more', 'more')} of {rule}: {told}", width)


def _more(answer: Review, quiet: Sequence[FindingRow]) -> str:
    counts = Counter(row.severity.value for row in quiet)
    told = [
        f"{counts[name]} more of {name} severity"
        for name in ("high", "medium", "low")
        if counts[name]
    ]
    text = f"{' and '.join(told)}: --all. " if told else ""
    if answer.verdict == "findings":
        text += f"Exit status 1: findings at or above {answer.fail_on}."
    elif answer.verdict == "partly":
        text += "Exit status 3: something was not read, and --strict was asked for."
    return text.strip()


def everything(answer: Review, width: int) -> list[str]:
    """Return the findings that the report only counts, one line each, by severity and rule."""
    _, quiet = _split(answer)
    lines: list[str] = []
    for severity in ("high", "medium", "low"):
        rows = [row for row in quiet if row.severity.value == severity]
        for rule in dict.fromkeys(row.rule for row in rows):
            same = [row for row in rows if row.rule == rule]
            lines += ["", f"{severity:<8}{rule}"]
            for row in same:
                lines += para(f"{row.file}:{row.line}  {row.message}", width, "  ", "    ")
            lines += para(f"fix: {same[0].fix}", width, "  ", "    ") if same[0].fix else []
    return lines


def unread(answer: Review, width: int) -> list[str]:
    """Return every place that was not read."""
    rows = [
        (f"{skip.file}:{skip.line}" if skip.line else skip.file, skip.why) for skip in answer.unread
    ]
    more = [f"{answer.unread_more} more places"] if answer.unread_more else []
    return ["", f"not read: {len(rows) + answer.unread_more}", *table(("", ""), rows, width), *more]


def endpoints(answer: Review, width: int) -> list[str]:
    """Return the table of endpoints."""
    words = {True: "yes", False: "no", None: "?"}
    rows = [
        (
            e.method,
            e.path,
            words[e.auth],
            words[e.limited],
            "-" if e.paginated is None else words[e.paginated],
            f"{e.file}:{e.line}",
        )
        for e in answer.endpoints
    ]
    guarded, limited = (
        sum(getattr(e, name) is True for e in answer.endpoints) for name in ("auth", "limited")
    )
    first = f"{few(len(rows), 'endpoint')} in {answer.name}: {guarded} need a login, {limited} are limited."
    return [
        *para(first, width),
        "",
        *table(("method", "path", "login", "limit", "pages", "declared"), rows, max(width, 40)),
    ]


def _applied(answer: Review, width: int) -> list[str]:
    if not answer.applied:
        return []
    lines = ["", f"{few(len(answer.applied), 'line')} changed"]
    for each in answer.applied:
        lines += [
            *para(f"{each.file}:{each.line}  {each.rule}", width, "  ", "    "),
            f"    - {clean(each.before.strip())}",
            f"    + {clean(each.after.strip())}",
        ]
    return lines


def _learned(answer: Review, width: int) -> list[str]:
    if not answer.lessons:
        return []
    rows = []
    for each in answer.lessons:
        told = (
            f"{few(each.yours, 'finding')} on your {'line' if each.yours == 1 else 'lines'}"
            if each.yours
            else "not yours: not counted"
        )
        was = "?" if each.before is None else percent(each.before)
        moved = f"{was} -> {percent(each.after)}" if each.added else was
        rows.append((each.name, told, moved, "yes" if each.has_lesson else "-"))
    lines = [
        "",
        "What to learn from this",
        "",
        *table(("skill", "evidence", "mastery", "lesson"), rows, width),
        "",
    ]
    text = "Findings are weak evidence: they say what one line does, not what you can do. Yours = lines that git blame gives to your address; each counts once."
    return lines + para(text, width)


def _next(answer: Review, shown: Sequence[FindingRow]) -> list[tuple[str, str]]:
    commands: list[tuple[str, str]] = []
    if shown:
        commands.append(
            (f"backwright explain {shown[0].rule}", "the rule, its limits, its precision")
        )
    fixable = sum(row.edit is not None and row.edit.is_safe for row in answer.findings)
    if fixable and not answer.applied:
        commands.append(
            (
                f"backwright review {shlex.quote(answer.path)} --fix --preview",
                f"{fixable} of {len(answer.findings)} can be fixed safely",
            )
        )
    if answer.lessons:
        commands.append(("backwright roadmap", "the plan with this in it"))
    elif answer.findings:
        commands.append(
            (f"backwright review {shlex.quote(answer.path)} --learn", "count this as evidence")
        )
    if answer.base:
        commands.append(
            (
                f"backwright review {shlex.quote(answer.path)} --only older",
                "what stood there before",
            )
        )
    elif answer.rules == "default":
        commands.append(
            (
                f"backwright review {shlex.quote(answer.path)} --rules strict",
                "access, injection and more, less sure",
            )
        )
    if len(commands) < 3:
        commands.append(
            (f"backwright map {shlex.quote(answer.path)}", "endpoints, tables and modules")
        )
    return commands


RENDER = {"Review": reviewed}
