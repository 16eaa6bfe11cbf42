"""Rules and baselines as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backwright.faces.prose.layout import code, few, label, markdown, next_block, para, table

if TYPE_CHECKING:
    from backwright.usecases.baseline import Accepted
    from backwright.usecases.explain import Explanation, RuleList

LINES_MAX = 24  # of one example; longer ones are on the page


def listed(answer: RuleList, width: int) -> list[str]:
    """Return all rules."""
    default = sum(rule.tier == "default" for rule in answer.rules)
    first = f"{few(len(answer.rules), 'rule')}: {default} in the default set, the others with --rules strict or audit."
    rows = [(rule.id, rule.severity, rule.tier, rule.skill) for rule in answer.rules]
    lines = [
        *para(first, width),
        "",
        *table(("rule", "severity", "set", "teaches"), rows, width),
        "",
    ]
    return [
        *lines,
        *next_block(
            [("backwright explain query-in-loop", "one rule"), ("backwright review .", "use them")],
            width,
        ),
    ]


def explained(answer: Explanation, width: int) -> list[str]:
    """Return one rule."""
    small = ", and in the default set of small applications" if answer.small else ""
    lines = [
        *para(f"{answer.id}: {answer.severity}, in the {answer.tier} set{small}.", width),
        "",
        *label("why", answer.why, width),
    ]
    for name, text in (("Bad", answer.bad), ("Good", answer.good)):
        if text:
            shown = text.splitlines()
            lines += ["", f"{name} ({answer.language})", *code("\n".join(shown[:LINES_MAX]), width)]
            if len(shown) > LINES_MAX:
                lines.append(f"  : {len(shown) - LINES_MAX} more lines")
    if answer.found:
        lines += ["", *_labelled("found", answer.found, width)]
    if answer.ignore:
        lines += _labelled("ignore", answer.ignore, width)
    allows = f"allow {answer.id}, the reason"
    lines += para(f"# backwright: {allows}", width, "  " if width < 60 else " " * 9)
    measured = (
        f"precision {answer.precision}; how: docs/method.md"
        if answer.precision
        else "precision not measured yet on hand-read code"
    )
    lines += ["", *label("measured", measured, width)]
    lines += label("skill", f"{answer.lesson} ({answer.skill})", width)
    for source in answer.sources:
        lines += label("source", source, width)
    commands = [
        (
            f"backwright learn {answer.skill}",
            "lesson and drill" if answer.has_lesson else "resources and drill",
        )
    ]
    other = next((name for name in answer.languages if name != answer.language), "")
    if other:
        commands.append((f"backwright explain {answer.id} --language {other}", ""))
    return [*lines, "", *next_block(commands, width)]


def _labelled(name: str, text: str, width: int) -> list[str]:
    lines = markdown(text, width - 9 if width >= 60 else width - 2)
    if width < 60:
        return [name, *(f"  {line}" for line in lines)]
    return [f"{name if number == 0 else '':<9}{line}".rstrip() for number, line in enumerate(lines)]


def accepted(answer: Accepted, width: int) -> list[str]:
    """Return what a baseline accepts."""
    lines = para(
        f"{few(answer.findings, 'finding')} of {answer.name} accepted; a review reports what is new from now on.",
        width,
    )
    lines += (
        [
            "",
            *table(
                ("rule", "findings"),
                [(rule, str(count)) for rule, count in answer.rules],
                max(width, 40),
                right=(1,),
            ),
        ]
        if answer.rules
        else []
    )
    if answer.pruned:
        lines += ["", *label("gone", ", ".join(answer.pruned), width)]
    lines += ["", *label("written", answer.file or "nothing (dry run)", width)]
    return [
        *lines,
        "",
        *next_block(
            [
                ("backwright review .", "only what is new"),
                ("git add backwright-baseline.json", "so that all see the same"),
            ],
            width,
        ),
    ]


RENDER = {"RuleList": listed, "Explanation": explained, "Accepted": accepted}
