"""Export, import, deletion, rescue, settings, content checks and calibration as text."""

from __future__ import annotations  # the answers' modules are for the type checker only

import re
from typing import TYPE_CHECKING

from backwright.faces.prose.layout import few, heading, label, next_block, para, percent, table

if TYPE_CHECKING:
    from backwright.usecases import (
        calibrate,
        config_explain,
        content_check,
        data_delete,
        data_export,
        data_import,
        data_rescue,
    )

PROBLEMS_SHOWN = 40
_MOVES = re.compile("[\\x7f-\\x9f\\u200b-\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]")


def exported(answer: data_export.Answer, width: int) -> list[str]:
    """Return the rows themselves, or where they were written."""
    if not answer.path:
        # The same JSON, with what could move a cursor written as an escape.
        return _MOVES.sub(lambda c: f"\\u{ord(c[0]):04x}", answer.text).splitlines()
    whose = answer.profile or "everybody"
    lines = para(f"{few(answer.rows, 'row')} of {whose} written.", width)
    lines += ["", *label("written", answer.path, width), ""]
    return lines + next_block(
        [(f"backwright data import {answer.path}", "on another machine")], width
    )


def imported(answer: data_import.Answer, width: int) -> list[str]:
    """Return what was added, or why nothing was."""
    if answer.verdict == "failed":
        text = f"Nothing was added: {few(answer.bad, 'line')} of {answer.path} cannot be read."
    else:
        verb = "would be added" if answer.dry_run else "added"
        text = f"{few(answer.added, 'row')} {verb}, {answer.already_there} were there already."
    lines = para(text, width)
    for problem in answer.problems[:PROBLEMS_SHOWN]:
        lines += para(problem, width, "  ", "    ")
    commands = [("backwright assess --report", "what they say")]
    if answer.verdict == "failed":
        commands = [(f"backwright data import {answer.path} --skip-bad", "leave the bad lines out")]
    elif answer.dry_run:
        commands = [(f"backwright data import {answer.path}", "do it")]
    return [*lines, "", *next_block(commands, width)]


def deleted(answer: data_delete.Answer, width: int) -> list[str]:
    """Return who was forgotten."""
    return para(f"{few(answer.rows, 'row')} of {answer.profile} deleted, for good.", width)


def rescued(answer: data_rescue.Answer, width: int) -> list[str]:
    """Return what could be saved."""
    text = f"{few(answer.rescued, 'row')} copied out"
    text += (
        f"; {few(answer.lost, 'row')} at least cannot be read."
        if answer.lost
        else "; nothing is lost."
    )
    lines = [*para(text, width), "", *label("written", answer.path, width)]
    return [*lines, "", *next_block([(answer.next, "")], width)] if answer.next else lines


def explained(answer: config_explain.Answer, width: int) -> list[str]:
    """Return every setting with its origin."""
    changed = sum(row.origin != "default" for row in answer.settings)
    lines = para(f"{few(len(answer.settings), 'setting')}, {changed} not at its default.", width)
    for row in answer.settings:
        lines += ["", *para(f"{row.variable} = {row.value or '(empty)'}", width, "", "  ")]
        lines += para(f"{row.help}; from: {row.origin}", width, "  ")
    return lines


def checked(answer: content_check.Answer, width: int) -> list[str]:
    """Return what is wrong with the content, or that nothing is."""
    wrong = len(answer.problems)
    first = f"{few(wrong, 'problem')} in the content." if wrong else "The content holds together."
    lines = [*para(first, width), ""]
    for problem in answer.problems[:PROBLEMS_SHOWN]:
        lines += para(problem, width, "  ", "    ")
    for warning in answer.warnings[:PROBLEMS_SHOWN]:
        lines += para(f"warning: {warning}", width, "  ", "    ")
    hidden = max(0, wrong - PROBLEMS_SHOWN) + max(0, len(answer.warnings) - PROBLEMS_SHOWN)
    if hidden:
        lines += para(f"{hidden} more: --json", width, "  ")
    text = (
        f"{few(answer.skills, 'skill')}, {few(answer.items, 'item')} ({percent(answer.executed)} executed"
        f" or typed), {few(answer.families, 'question family', 'question families')},"
        f" {few(answer.lessons, 'lesson')}, {few(answer.programs, 'program')} run"
    )
    lines += label("read", text, width)
    if answer.not_run:
        missing = ", ".join(answer.missing)
        lines += label(
            "unread", f"{few(answer.not_run, 'program')} not run: no {missing} here", width
        )
    return lines


def calibration(answer: calibrate.Calibration, width: int) -> list[str]:
    """Return what the stored answers say about the questions."""
    if answer.forgotten:
        return para("Questions count again as their authors expected.", width)
    who = f"{few(answer.people, 'person', 'people')}, {few(answer.answers, 'answer')}"
    if not answer.enough:
        text = (
            f"Too little to fit anything: {who}; {answer.needed} people at least. Until then"
            " questions count as their authors expected."
        )
        return [
            *para(text, width),
            "",
            *next_block([("backwright data import FILE", "answers of others")], width),
        ]
    verb = "are in use now" if answer.kept else "would be used"
    lines = para(f"{few(len(answer.items), 'question')} fitted from {who}; they {verb}.", width)
    lines += [
        "",
        *label("fit", f"log-likelihood {answer.log_likelihood}, {answer.iterations} steps", width),
    ]
    if answer.misbehaving:
        lines += ["", *heading(f"{few(len(answer.misbehaving), 'question')} misbehave")]
        rows = [
            (
                f"  {each.source}",
                str(each.answers),
                "; ".join(each.reasons),
                "suspended" if each.suspended else "",
            )
            for each in answer.misbehaving[:PROBLEMS_SHOWN]
        ]
        lines += table(("  question", "answers", "why", ""), rows, width, right=(1,))
    command = "backwright calibrate" if not answer.kept else "backwright calibrate --forget"
    return [*lines, "", *next_block([(command, "use it" if not answer.kept else "undo")], width)]


RENDER = {
    "data_export": exported,
    "data_import": imported,
    "data_delete": deleted,
    "data_rescue": rescued,
    "config_explain": explained,
    "content_check": checked,
    "Calibration": calibration,
}
