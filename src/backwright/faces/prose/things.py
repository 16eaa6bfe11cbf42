"""Technologies, languages, skills and search results as text."""

import re
import textwrap
from itertools import groupby

from backwright.faces.prose.layout import (
    brief,
    clean,
    code,
    few,
    hours,
    label,
    markdown,
    next_block,
    para,
    percent,
    table,
)
from backwright.usecases.explore import (
    LanguageList,
    SearchResult,
    SkillCard,
    TechnologyCard,
    TechnologyList,
)
from backwright.usecases.guides import GuideCard, GuideList
from backwright.usecases.skill_list import SkillList

STATES = {"strong": "strong", "gap": "gap", "unknown": "not known yet"}
OPENS_SHOWN = 6
_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def technology_list(answer: TechnologyList, width: int) -> list[str]:
    """Return every technology, the key ones first, each with what it is for."""
    key = [card for card in answer.technologies if card.key]
    lines = para(
        f"{len(key)} key technologies, {len(answer.technologies) - len(key)} around them.", width
    )
    for is_key, cards in groupby(answer.technologies, key=lambda card: card.key):
        lines += ["", "key" if is_key else "around them"]
        for card in cards:
            lines += para(
                f"{card.id}: {card.what_for.split('. ')[0].rstrip('.')}", width, "  ", "    "
            )
    return [*lines, "", *next_block([(f"backwright explore {key[0].id}", "one opened")], width)]


def technology_card(answer: TechnologyCard, width: int) -> list[str]:
    """Return one technology: what for, when not, skills, docs."""
    lines = para(f"{answer.name}, a {answer.kind}. {answer.what_for}", width)
    lines += ["", *label("not when", answer.when_not, width)]
    lines += label("skills", ", ".join(f"{s.say} ({s.skill})" for s in answer.skills), width)
    for doc in answer.docs:
        lines += label("docs", f"{doc.say}  {doc.source}", width)
    lines += label("roles", ", ".join(answer.roles) or "none of ours names it", width)
    first = answer.skills[0].skill
    commands = [
        (f"backwright learn {first}", "lesson or drill"),
        (f"backwright assess --skill {first}", "what you know of it"),
    ]
    return [*lines, "", *next_block(commands, width)]


def language_list(answer: LanguageList, width: int) -> list[str]:
    """Return the nine languages: hours, frameworks, state."""
    best = min(answer.languages, key=lambda row: row.service_hours)
    start = "from where you are" if answer.measured else "from zero"
    lines = para(
        f"{len(answer.languages)} languages. The shortest way to a first service {start} is"
        f" {best.name}: about {hours(best.service_hours)} hours.",
        width,
    )
    head = ("language", "language", "service", "you", "frameworks")
    rows = [
        (
            row.name,
            f"{hours(row.core_hours)} h",
            f"{hours(row.service_hours)} h",
            STATES[row.state] if answer.measured else "",
            ", ".join(row.frameworks[:2]),
        )
        for row in sorted(answer.languages, key=lambda r: (r.service_hours, r.id))
    ]
    lines += ["", *table(head, rows, width, right=(1, 2)), ""]
    basis = (
        "hours to the language and to a first service, prerequisites included, are one author's"
        " guess for a median learner. Speed and demand are not compared here."
    )
    lines += [*label("basis", basis, width), ""]
    return lines + next_block(
        [("backwright explore --compare go-developer rust-developer", "roles")], width
    )


def skill_card(answer: SkillCard, width: int) -> list[str]:
    """Return one skill: what one can do, what it rests on, what it opens, where to read."""
    state = STATES[answer.state] + (f" ({percent(answer.mastery)})" if answer.mastery else "")
    lines = para(f"{answer.name} ({answer.id}): {answer.can}", width)
    facts = f"{answer.domain}, level {answer.level} of 4, about {hours(answer.hours)} hours; you: {state}"
    if answer.members:
        facts = f"{answer.domain}; met by the best of {', '.join(answer.members)}"
    lines += ["", *label("skill", facts, width)]
    for need in answer.needs:
        lines += label("needs", f"{need.name} ({need.skill}): {need.why}", width)
    if answer.opens:
        names = ", ".join(o.name for o in answer.opens[:OPENS_SHOWN])
        more = len(answer.opens) - OPENS_SHOWN
        lines += label("opens", names + (f" and {more} more" if more > 0 else ""), width)
    if answer.topics:
        lines += label("topics", ", ".join(answer.topics), width)
    if answer.variants:
        lines += label("tools", ", ".join(answer.variants), width)
    for resource in answer.resources:
        lines += label("read", f"{resource.say}  {resource.source}", width)
    if answer.brief:
        lines += ["", *brief(answer.brief, width), ""]
    lesson = (
        "a lesson" if answer.has_lesson else f"{'a brief, ' if answer.brief else ''}no lesson yet"
    )
    material = f"{few(answer.questions, 'question')}, {lesson}"
    lines += [*label("here", f"{material}; tier {answer.tier}", width), ""]
    commands = [
        (f"backwright learn {answer.id}", "lesson or drill"),
        (f"backwright assess --skill {answer.id}", "measure it"),
    ]
    return lines + next_block(commands, width)


def guide_list(answer: GuideList, width: int) -> list[str]:
    """Return every guide: services first, then common questions."""
    services = [guide for guide in answer.guides if guide.kind == "service"]
    questions = [guide for guide in answer.guides if guide.kind == "question"]
    text = f"{few(len(services), 'guide')} to what Backwright is asked to do, {few(len(questions), 'guide')} to common questions."
    lines = para(text, width)
    for heading, guides in (("services", services), ("questions", questions)):
        lines += ["", heading]
        for guide in guides:
            lines += para(f"{guide.id}: {guide.title}", width, "  ", "    ")
    return [
        *lines,
        "",
        *next_block([(f"backwright explore {answer.guides[0].id}", "one opened")], width),
    ]


def guide_card(answer: GuideCard, width: int) -> list[str]:
    """Return one guide with its sources, skills and commands."""
    guide = answer.guide
    lines = para(f"{guide.title}{'' if guide.title.endswith('?') else '.'} {guide.about}", width)
    for heading, text in guide.sections:
        lines += ["", heading]
        for number, piece in enumerate(_CONSOLE.split(text)):
            quoted = number % 2 == 1
            lines += ["", *_quoted(piece, width), ""] if quoted else markdown(piece, width)
    lines.append("")
    for number, (title, url) in enumerate(guide.sources, 1):
        lines += label("sources" if number == 1 else "", f"[{number}] {title}  {url}", width)
    lines += label("teaches", ", ".join(f"{s.say} ({s.skill})" for s in answer.skills), width)
    return [*lines, "", *next_block([(command, "") for command in guide.commands], width)]


def skill_list(answer: SkillList, width: int) -> list[str]:
    """Return every skill by domain."""
    domains = list(dict.fromkeys(row.domain for row in answer.skills))
    lines = [
        *para(f"{few(len(answer.skills), 'skill')} in {few(len(domains), 'domain')}.", width),
        "",
    ]
    head = ("skill", "domain", "level", "hours", "you" if answer.measured else "")
    rows = [
        (
            row.id,
            row.domain,
            str(row.level),
            hours(row.hours),
            STATES[row.state] if answer.measured else "",
        )
        for row in answer.skills
    ]
    lines += table(head, rows, width, right=(2, 3))
    return [*lines, "", *next_block([(f"backwright explore {rows[0][0]}", "opened")], width)]


def _quoted(text: str, width: int) -> list[str]:
    """Return commands and what they printed as it was, without a gutter, if the screen is wide enough for that."""
    rows = clean(text).splitlines()
    if any(len(row) > width and not row.startswith("$ ") for row in rows):
        return code(text, width)
    return [line for row in rows for line in _command(row, width)]


def _command(row: str, width: int) -> list[str]:
    lines = textwrap.wrap(
        row, width - 2, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )
    return [row] if len(row) <= width else [*(f"{line} \\" for line in lines[:-1]), lines[-1]]


def search_result(answer: SearchResult, width: int) -> list[str]:
    """Return what a word found, best first."""
    first = answer.hits[0]
    lines = para(f'"{answer.query}" is nearest to {first.name} ({first.kind} {first.id}).', width)
    lines.append("")
    for hit in answer.hits:
        lines += para(f"{hit.id} ({hit.kind}): {hit.about or hit.name}", width, "  ", "    ")
    return [*lines, "", *next_block([(f"backwright explore {first.id}", "opened")], width)]


RENDER = {
    "TechnologyList": technology_list,
    "TechnologyCard": technology_card,
    "LanguageList": language_list,
    "SkillCard": skill_card,
    "GuideCard": guide_card,
    "GuideList": guide_list,
    "SkillList": skill_list,
    "SearchResult": search_result,
}
