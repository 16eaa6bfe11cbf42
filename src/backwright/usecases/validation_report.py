"""A validation as a Markdown page that can be kept: figures, noise, how to run it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backwright.design.wording import digits, per_second, percent, seconds

if TYPE_CHECKING:
    from backwright.design.measured.comparing import Effect, Span
    from backwright.usecases.validation import Compared, Intervention, Validated

WORDS = {True: "right", False: "wrong", None: "not decided"}


def as_markdown(answer: Validated) -> str:
    """Return the report."""
    lines = [
        f"# {answer.name}: predicted and measured",
        "",
        (
            f"{answer.date}, seed {answer.seed}. Verdict: {answer.verdict}. By the blueprint, {answer.ceiling_of} gives out"
            f" at {per_second(answer.ceiling)}. Client and network add {seconds(answer.network)}, measured at a low load."
        ),
        "",
    ]
    if answer.loads:
        lines += load_table(answer.loads)
    if answer.interventions:
        lines += ["", "## Changes that were tried", "", *intervention_table(answer.interventions)]
    lines += [
        "",
        (
            "Intervals are 95 %, by resampling blocks of requests. `same` are predictions for the very arrivals that were sent, `blind`"
            " for others of the same rate. `others` is what processes outside of the measurement took of the machine; a load with a"
            " doubt is not counted."
        ),
    ]
    return "\n".join(lines) + "\n"


def as_json(answer: Validated) -> str:
    """Return the answer's fields as JSON; what is not a number is null."""
    import json

    import msgspec

    return json.dumps(json.loads(msgspec.json.encode(answer)), indent=1) + "\n"


def load_table(loads: tuple[Compared, ...]) -> list[str]:
    """Return the loads as a table."""
    lines = [
        "| load | requests | p50 measured | same | error | blind | p99 measured | same | error | blind | failed (predicted) | others | |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for each in loads:
        others = "-" if each.foreign is None else percent(each.foreign)
        verdict = "; ".join(
            filter(
                None, (("right" if each.is_right else "wrong") if each.counts else "", each.trouble)
            )
        )
        lines.append(
            f"| {per_second(each.rate)} | {each.requests:,} | {_span(each.p50)} | {seconds(each.same_p50.value)} |"
            f" {each.error_p50 * 100:+.0f} % | {seconds(each.blind_p50)} | {_span(each.p99)} | {seconds(each.same_p99.value)} |"
            f" {each.error_p99 * 100:+.0f} % | {seconds(each.blind_p99)} | {percent(each.failed)} ({percent(each.same_failed)}) |"
            f" {others} | {verdict} |"
        )
    return lines


def intervention_table(tried: tuple[Intervention, ...]) -> list[str]:
    """Return the changes as a table."""
    lines = [
        "| change | load | p99 predicted | p99 measured | sign | pairs | rejected |",
        "|---|---|---|---|---|---|---|",
    ]
    for each in tried:
        measured = _effect(each.measured) if each.measured else "-"
        lines.append(
            f"| {each.change} | {per_second(each.rate)} | {_effect(each.predicted)} | {measured} | {WORDS[each.sign_right]} |"
            f" {each.pairs} | {each.rejected} |"
        )
    return lines


def _span(span: Span) -> str:
    return f"{seconds(span.value)} [{seconds(span.low)}, {seconds(span.high)}]"


def _effect(effect: Effect) -> str:
    return f"x {digits(effect.ratio)} [{digits(effect.low)}, {digits(effect.high)}]"
