"""Advice on deployment as text: where to run, what was ruled out, zones, rollout, backup, cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backwright.design.wording import listed
from backwright.faces.prose.layout import few, label, next_block, para, percent, table
from backwright.faces.prose.performance import assumptions

if TYPE_CHECKING:
    from backwright.advise.deploy import Choice, Standing
    from backwright.usecases.advise_deploy import DeployAdvice

ASPECTS = {
    "operate": "parts yours",
    "zones": "zones",
    "elastic": "peak",
    "idle": "idle",
    "many": "many",
    "control": "control",
    "cost": "cost",
}
BY = {
    "zones": "whether surviving a zone by itself is worth it",
    "elastic": "how fast the peak comes",
    "idle": "what idle hours cost you (--price)",
    "many": "how many services and teams must be held apart",
    "control": "how much of machine and network must be yours",
    "cost": "your own prices (--price)",
}


def advised(answer: DeployAdvice, width: int) -> list[str]:
    """Return the advice."""
    choice = answer.choice
    lines = para(_first(choice), width)
    if not answer.layout.reachable:
        lines += para(_unreachable(answer), width)
    if choice.left:
        best = choice.left[0].platform
        lines += ["", *label("how", best.how, width)]
        lines += label("yours", ", ".join(best.yours), width)
        lines += label("not when", best.not_when, width)
    if len(choice.left) > 1:
        lines += ["", *_left(choice.left, width)]
    lines += [
        "",
        *label("counts", "; ".join(f"{name}: {why}" for name, why in choice.counts), width),
    ]
    for number, ruled in enumerate(choice.ruled_out):
        lines += label("out" if number == 0 else "", f"{ruled.name}: {ruled.say}", width)
    names = {each.platform.id: each.platform.name for each in choice.left}
    for number, each in enumerate(choice.beaten):
        by = names.get(each.by, each.by)
        text = f"{each.name}: {by} is as good on all that counts, and better on one"
        lines += label("beaten" if number == 0 else "", text, width)
    lines += ["", *_zones(answer, width), *_rollout(answer, width), *_recovery(answer, width)]
    costs = [
        f"{each.platform.name} {each.cost:,.0f}" for each in choice.left if each.cost is not None
    ]
    if costs:
        lines += label(
            "cost",
            f"a month at your prices, for {few(answer.layout.instances, 'instance')} all the time: {'; '.join(costs)}",
            width,
        )
    else:
        lines += label(
            "cost", "not computed: no price of yours was given (--price vm=40 paas=25)", width
        )
    lines += ["", *label("source", "; ".join(dict.fromkeys(answer.sources.values())), width)]
    lines += assumptions(answer.assumed, width)
    lines += label("learn", "; ".join(f"{name} ({id_})" for id_, name in answer.skills[:4]), width)
    commands = [
        ("backwright review . --rule no-graceful-shutdown", "what a rollout needs from the code"),
        (f"backwright learn {answer.skills[0][0]}", "how to run it"),
    ]
    return [*lines, "", *next_block(commands, width)]


def _first(choice: Choice) -> str:
    if not choice.left:
        return "Nothing is left: each way to run it is ruled out by an answer below."
    names = [each.platform.name for each in choice.left]
    if len(names) == 1:
        return f"Run it on {names[0]}: everything else is ruled out or no better."
    why = BY.get(choice.decide_by, choice.decide_by)
    return f"Any of {listed(names, 'or')} fits; decide by {why}. Start with {names[0]}: the fewest parts are yours."


def _unreachable(answer: DeployAdvice) -> str:
    plan, zones = answer.plan, answer.layout
    if plan.depends < plan.goal:
        return (
            f"The goal of {_nines(plan.goal)} cannot be reached: what it depends on has {_nines(plan.depends)}"
            " by itself. Lower the goal, or make the dependency redundant."
        )
    return f"The goal of {_nines(plan.goal)} is not reached in three zones of one region: at most {_nines(zones.reached)}."


def _left(left: tuple[Standing, ...], width: int) -> list[str]:
    aspects = [aspect for aspect, _ in left[0].values]
    head = (
        "",
        *(ASPECTS[aspect] for aspect in aspects),
        *(("cost",) if any(s.cost is not None for s in left) else ()),
    )
    rows = []
    for each in left:
        cells = [
            str(-value) if aspect == "operate" else f"{value} of 3" for aspect, value in each.values
        ]
        if len(head) > len(cells) + 1:
            cells.append("-" if each.cost is None else f"{each.cost:,.0f}")
        rows.append((each.platform.id, *cells))
    return table(head, rows, width, tuple(range(1, len(head))))


def _zones(answer: DeployAdvice, width: int) -> list[str]:
    plan, zones = answer.plan, answer.layout
    alone = zones.instances == 1
    carries = f"peak {plan.rate * plan.peak:g}/s at {plan.per_instance:g}/s each, used 70 %: {few(zones.needed, 'instance')}"
    if alone and zones.needed > 1:
        carries += f", here one machine {zones.needed} times that size"
    reach = f"{few(zones.instances, 'instance')} in {few(zones.zones, 'zone')} {'has' if alone else 'have'} {_nines(zones.instances_alone)}"
    if plan.depends < 1:
        reach += f", {_nines(zones.reached)} with what they depend on ({_nines(plan.depends)})"
    guess = "" if alone else f", a zone {_nines(plan.zone)} (our guess)"
    lines = label(
        "zones",
        f"{carries}. {reach}; the goal {_nines(plan.goal)} leaves {_time(zones.downtime_minutes)} a month. Taken: one machine {_nines(plan.instance)}{guess}",
        width,
    )
    who = {
        "none": "nobody is called",
        "office": "nobody is called outside office hours",
        "always": "somebody is always called",
    }[plan.on_call]
    return lines + label(
        "people",
        f"{who}: a failure that needs a person waits up to {zones.waits_hours:g} h; the goal has room for"
        f" {zones.alone:.1f} of these a year",
        width,
    )


def _rollout(answer: DeployAdvice, width: int) -> list[str]:
    plan, spread = answer.plan, answer.canary
    lines = label("rollout", f"{answer.rollout.name}: {answer.rollout.how}", width)
    for each in answer.not_rollouts:
        lines += label("", f"not {each.name}: {each.say}", width)
    rise = f"a rise of errors from {_errors(plan.error_rate)} to {_errors(plan.rise_to)}"
    sure = f"{percent(plan.confidence)} sure, {percent(1 - plan.confidence)} false alarms"
    if answer.answers["detect"] == ("yes",):
        lines += label(
            "",
            f"{rise} shows in {plan.within_minutes:g} minutes ({sure}) with {_errors(spread.share)} of the traffic:"
            f" {spread.requests:,} requests; go back at {few(spread.stop_at, 'failure')}",
            width,
        )
    else:
        lines += label(
            "",
            f"{rise} does not show in {plan.within_minutes:g} minutes at {plan.rate:g}/s ({sure}); a canary of a tenth"
            f" would take {_time(spread.minutes_at_tenth)}",
            width,
        )
    return lines


def _recovery(answer: DeployAdvice, width: int) -> list[str]:
    kept, plan = answer.recovery, answer.plan
    if kept is None:
        return label("backup", "no data is kept here", width)
    often = f"every {_time(kept.every_minutes)}, " if kept.every_minutes else ""
    text = f"{kept.backup.name}: {often}at most {_time(kept.loss_minutes)} lost (allowed {_time(plan.rpo_minutes)}). {kept.backup.how}"
    lines = label("backup", text, width)
    back = (
        f"restore {plan.data_gib:g} GiB at {plan.restore_mib_s:g} MiB/s: {_time(kept.restore_minutes)}, back"
        f" {_time(kept.back_minutes)} after a failure at the worst hour (allowed {_time(plan.rto_minutes)})"
    )
    if kept.standby:
        back += (
            ": only a standby that takes over by itself is in time"
            if kept.meets
            else ": not even a standby is in time"
        )
    return lines + label("", back, width)


def _nines(value: float) -> str:
    """Return an availability with as many digits as it has meaning."""
    digits = 1 if value < 0.99 else 2 if value < 0.9995 else 3 if value < 0.99995 else 4
    return f"{100 * value:.{digits}f}".rstrip("0").rstrip(".") + " %"


def _errors(value: float) -> str:
    return f"{100 * value:.2g} %"


def _time(minutes: float) -> str:
    if minutes < 1:
        return f"{60 * minutes:.0f} s"
    if minutes < 120:
        return few(round(minutes), "minute")
    return (
        f"{minutes / 60:.1f} h".replace(".0 h", " h")
        if minutes < 2880
        else f"{minutes / 1440:.1f} days"
    )


RENDER = {"DeployAdvice": advised}
