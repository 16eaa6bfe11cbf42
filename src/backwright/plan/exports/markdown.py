"""The plan as a Markdown document, to keep in a repository or a notebook."""

import re
from collections.abc import Iterator

from backwright.model.plan import Step
from backwright.plan.exports.wording import (
    Week,
    basis,
    done,
    level_text,
    method,
    section_name,
    span_text,
    step_dates,
    step_hours,
    title,
    web_url,
    weeks_of,
)
from backwright.plan.route import Link, Route, SectionLine

# What starts markup inside a line. "<" and "&" become entities, which no renderer takes for HTML.
_SPECIAL = re.compile(r"([\\`*_\[\]|~])")
# What would end a link target early.
_URL_BREAKS = str.maketrans({"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", " ": "%20"})


def render(route: Route) -> str:
    """Return the document: title, weeks with check boxes, the ten sections, how it was computed."""
    lines = [f"# {_safe(title(route))}", "", _safe(basis(route)), ""]
    if already := done(route):
        names = ", ".join(_safe(skill.name) for skill in already)
        lines += [f"Already there ({len(already)}): {names}.", ""]
    lines += ["## Weeks", ""]
    for week in weeks_of(route):
        lines += _week(route, week)
    if not route.plan.steps:
        lines += ["No steps.", ""]
    for name, entries in route.sections.items():
        lines += [f"## {_safe(section_name(name))}", ""]
        lines += [_entry(entry) for entry in entries] or ["Nothing yet."]
        lines.append("")
    return "\n".join([*lines, "---", "", _safe(method(route)), ""])


def _week(route: Route, week: Week) -> Iterator[str]:
    yield f"### {week.name}, {span_text(week.begins, week.ends)}"
    yield ""
    for step in week.steps:
        yield from _step(route, step)
    yield ""


def _step(route: Route, step: Step) -> Iterator[str]:
    skill = route.skills[step.skill]
    started = ", started" if step.started else ""
    yield f"- [ ] **{_safe(step.name)}** to {level_text(step.level)}{started}: {step_hours(step)}"
    yield f"  - When: {step_dates(step)}"
    if step.why:
        yield f"  - Why: {_safe(step.why)}"
    if skill.can:
        yield f"  - Can: {_safe(skill.can)}"
    if skill.resources:
        yield f"  - Read: {', '.join(_link(link) for link in skill.resources)}"


def _entry(line: SectionLine) -> str:
    state = f", {line.state}" if line.state else ""
    skill = f"{line.skill_name}{state}" if line.skill_name else ""
    source = _link(Link(line.source or line.url, line.url)) if line.source or line.url else ""
    after = "; ".join(filter(None, (_safe(skill), source)))
    return f"- {_safe(line.say)}" + (f" ({after})" if after else "")


def _link(link: Link) -> str:
    """Return a link, or its bare title where the address is not one of the web."""
    url = " ".join(web_url(link.url).split()).translate(_URL_BREAKS)
    return f"[{_safe(link.title)}]({url})" if url else _safe(link.title)


def _safe(text: str) -> str:
    """Return the text on one line, with nothing in it that Markdown or HTML would act on."""
    line = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\1", line)
