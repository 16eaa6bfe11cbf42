"""Everything that can be quoted, as pages: skills with their lessons, rules, guides, technologies, roles, paths, cases."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from backwright.catalog import Catalog
from backwright.catalog.advice import KINDS, OWN, read_advice
from backwright.catalog.brief import parse_brief
from backwright.catalog.lesson import parse_lesson
from backwright.catalog.service_guides import parse_guide
from backwright.model.guidance import ApiGuide, DataGuide, DeployGuide, SecurityGuide
from backwright.model.role import SECTIONS, Path, Role, Technology
from backwright.model.skill import Skill, SkillId
from backwright.review.knowledge import Knowledge
from backwright.search.passages import ABOUT, NAME, TITLE, Page, Passage
from backwright.search.quoting import sentences_of

CARD = 0.5  # worth of a skill's card as a passage: it names the ability and explains nothing
OPENING = 2  # first sentences of a lesson or brief whose meaning is compared, too
TOPICS_MAX = 12  # more make a sentence about nothing
QUIET_CHARS_MAX = 12_000  # of a skill's questions; beyond it the words repeat
_SECTION = re.compile(r"^## (.+?)[ \t]*$", re.MULTILINE)
_CITED = re.compile(r"^[-*] (\S+?)(?:/|: )(.+)$", re.MULTILINE)
_CODE = re.compile(r"^ *```.*?^ *```[ \t]*$", re.MULTILINE | re.DOTALL)
_UNSEEN = (
    "Sources",
    "Next",
    "Self-check",
    "Check yourself",
    "Exercises",
)  # answers of exercises quote badly


_TOLD = ("The question", "In short", "How to decide")  # of a guide to a service or question
_NUMBER = re.compile(r" \[\d+\]")  # a citation, which has other numbers in an answer


def pages_of(
    catalog: Catalog,
    knowledge: Knowledge,
    texts: Mapping[str, str],
    asked: Mapping[str, tuple[str, ...]],
) -> tuple[Page, ...]:
    """Return every page, skills first.

    Args:
        texts: Lessons, guides and advice, by path below content/.
        asked: Ways to ask for a page, by its id.
    """
    advice = _advice(texts)
    pages = [
        *(_skill(catalog, skill, texts, advice.get(skill.id, ())) for skill in catalog.skills.values()),
        *(_rule(catalog, knowledge, rule) for rule in knowledge.rules),
        *(_guide(path, text) for path, text in texts.items() if path.startswith("guides/")),
        *(_technology(catalog, each) for each in catalog.technologies.values()),
        *(_option(catalog, name) for name in catalog.stack.options if name not in catalog.technologies),
        *(_role(role) for role in catalog.roles.values()),
        *(_path(catalog, path) for path in catalog.paths.values()),
        *_cases(catalog),
    ]  # fmt: skip
    return tuple(_with_asked(page, asked.get(page.id, ())) for page in pages)


def _with_asked(page: Page, questions: Iterable[str]) -> Page:
    return replace(page, asked=tuple(questions))


def _skill(
    catalog: Catalog, skill: Skill, texts: Mapping[str, str], advice: Sequence[Passage]
) -> Page:
    pitfalls = [p for p in catalog.pitfalls if p.skill == skill.id]
    fields = [(TITLE, skill.name), (ABOUT, skill.can), (ABOUT, skill.domain)]
    fields += [(NAME, variant) for variant in skill.variants]
    fields += [(NAME, topic) for topic in skill.topics]
    fields += [(NAME, pitfall.name) for pitfall in pitfalls]
    fields += [(ABOUT, resource.title) for resource in skill.resources]
    fields += [(ABOUT, catalog.skills[member].name) for member in skill.any_of]
    fields += [(ABOUT * 0.5, need.why) for need in skill.needs]
    learn = f"learn {skill.id}"
    own = tuple(f"{r.source}/{r.title}" for r in skill.resources)
    passages: list[Passage] = []
    if text := texts.get(f"skills/{skill.id}/lesson.md"):
        lesson = parse_lesson(skill.id, text)
        passages += [
            Passage(heading, part, f"{learn} --part {number}", lesson.sources)
            for number, (heading, part) in enumerate(lesson.parts, 1)
            if heading not in _UNSEEN
            and sentences_of(part)  # a part of code alone cannot be quoted
        ]
    if text := texts.get(f"skills/{skill.id}/brief.md"):
        brief = parse_brief(skill.id, text)
        passages.append(Passage(skill.name, brief.markdown, f"explore {skill.id}", (brief.url,)))
    else:
        card = " ".join(_card(catalog, skill))
        passages.append(Passage(skill.name, card, f"explore {skill.id}", own, CARD))
    passages += [
        Passage(p.name, f"{p.about}\n\n{p.instead}", f"explore {skill.id}", own) for p in pitfalls
    ]
    quiet = " ".join(f"{i.ask} {i.right} {i.explain}" for i in catalog.items.get(skill.id, ()))
    topics = "; ".join(skill.topics[:TOPICS_MAX])
    opening = sentences_of(passages[0].text)[:OPENING] if passages[0].weight == 1 else []
    return Page(
        skill.id, "skill", skill.name, tuple(fields), (*passages, *advice), quiet[:QUIET_CHARS_MAX],
        about=tuple(text for text in (skill.can, topics and f"{skill.name}: {topics}", *opening) if text),
    )  # fmt: skip


def _card(catalog: Catalog, skill: Skill) -> Iterator[str]:
    if skill.can:
        yield f"Whoever has this skill can do the following: {_lowered(skill.can)}"
    for need in skill.needs:
        name = catalog.skills[need.skill].name
        yield f"It needs {name}: {need.why}."
    if skill.any_of:
        names = ", ".join(catalog.skills[member].name for member in skill.any_of)
        yield f"One of these is enough: {names}."


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _sections(text: str) -> list[tuple[str, str]]:
    """Return (heading, text) of a page, the part before the first heading under ""."""
    parts = _SECTION.split(text)
    intro = parts[0].partition("\n")[2]
    found = [("", intro), *zip(parts[1::2], parts[2::2], strict=True)]
    return [(heading, body.strip()) for heading, body in found if body.strip()]


def _title(text: str, otherwise: str) -> str:
    found = re.match(r"# (.+)", text)
    return found[1].strip() if found else otherwise


def _references(text: str) -> tuple[str, ...]:
    section = dict(_sections(text)).get("Sources", "")
    return tuple(f"{source}/{title.strip()}" for source, title in _CITED.findall(section))


def _rule(catalog: Catalog, knowledge: Knowledge, name: str) -> Page:
    text, rule = knowledge.pages.get(name, ""), knowledge.rules[name]
    skill = catalog.skills.get(SkillId(rule.skill))
    fields = [(TITLE, name.replace("-", " "))]
    fields += [(ABOUT * 0.5, skill.name)] if skill else []
    fields += [(NAME, p.name) for p in catalog.pitfalls if p.id == rule.pitfall]
    shown = ("", "When to ignore it", "How it is found")
    passages = tuple(
        Passage(heading or name, _CODE.sub("", body), f"explain {name}", _references(text))
        for heading, body in _sections(text)
        if heading in shown
    )
    about = (name.replace("-", " "), *(sentences_of(passages[0].text)[:1] if passages else ()))
    return Page(f"rule:{name}", "rule", f"Review rule {name}", tuple(fields), passages, about=about)


def _guide(path: str, text: str) -> Page:
    name = path.rpartition("/")[2].removesuffix(".md")
    if path.count("/") > 1:
        return _service_guide(name, text)
    title = _title(text, name)
    passages = tuple(
        # It is opened with its blueprint.
        Passage(heading or title, _CODE.sub("", body), f"design check {name}", _references(text))
        for heading, body in _sections(text)
        if heading not in _UNSEEN
    )
    fields = ((TITLE, title), (NAME, name.replace("-", " ")))
    return Page(f"guide:{name}", "guide", title, fields, passages)


def _service_guide(name: str, text: str) -> Page:
    """Return a guide to a service or question: what it says by itself, without examples and limits."""
    guide = parse_guide(name, text)
    urls = tuple(url for _, url in guide.sources)
    passages = tuple(
        Passage(heading or guide.title, _NUMBER.sub("", body), f"explore {name}", urls)
        for heading, body in guide.sections
        if heading in _TOLD
    )
    fields = ((TITLE, guide.title), (NAME, name.replace("-", " ")))
    return Page(f"guide:{name}", "guide", guide.title, fields, passages)


def addresses(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (title, URL) of what briefs and guides cite; their passages name it by its URL."""
    for path, text in texts.items():
        if path.endswith("/brief.md"):
            brief = parse_brief(SkillId(""), text)
            yield brief.source, brief.url
        elif path.startswith("guides/"):
            yield from parse_guide("", text).sources


def _technology(catalog: Catalog, technology: Technology) -> Page:
    names = " ".join(catalog.skills[skill].name for skill in technology.skills)
    fields = ((TITLE, technology.name), (NAME, technology.id), (ABOUT, technology.kind), (ABOUT * 0.5, names))  # fmt: skip
    text = f"{technology.what_for} {technology.when_not}"
    return Page(
        f"technology:{technology.id}", "technology", technology.name, fields,
        (Passage(technology.name, text, f"explore {technology.id}", technology.docs),),
        about=(f"{technology.name}: {technology.what_for}",),
    )  # fmt: skip


def _option(catalog: Catalog, name: str) -> Page:
    option = catalog.stack.options[name]
    fields = ((TITLE, option.name), (ABOUT, option.kind), *((NAME, also) for also in option.also))
    sources = tuple(dict.fromkeys(fact.source for fact in option.facts.values()))[:3]
    passage = Passage(option.name, f"{option.about}.", f"advise stack --facts {name}", sources)
    return Page(f"stack:{name}", "technology", option.name, fields, (passage,))


def _role(role: Role) -> Page:
    fields = ((TITLE, role.name), (ABOUT, " ".join(role.technologies)))
    own = Passage(role.name, f"{role.work} {role.not_it}", f"explore {role.id}")
    sections = (
        Passage(
            f"{role.name}: {name.replace('-', ' ')}",
            "\n\n".join(f"- {entry.say.rstrip('.')}." for entry in role.sections[name]),
            f"roadmap --role {role.id} --section {name}",
            tuple(entry.source for entry in role.sections[name] if entry.source),
        )
        for name in SECTIONS
        if role.sections.get(name)
    )
    return Page(f"role:{role.id}", "role", role.name, fields, (own, *sections), about=(role.work,))


def _path(catalog: Catalog, path: Path) -> Page:
    stages = " ".join(f"{stage.name}: {stage.about}" for stage in path.stages)
    text = f"{path.about} It usually takes {path.months[0]} to {path.months[1]} months. {stages}"
    fields = ((TITLE, f"{path.name} path"), (ABOUT, path.about))
    passage = Passage(path.name, text, f"learn {path.id}")
    return Page(f"path:{path.id}", "path", f"Path: {path.name}", fields, (passage,))


def _cases(catalog: Catalog) -> Iterator[Page]:
    for case in catalog.cases.values():
        fields = ((TITLE, case.name), (NAME, case.id.replace("-", " ")), (ABOUT, case.about))
        text = re.sub(r"\{\w+\}", "so many", case.about)
        passage = Passage(case.name, f"{text}.", f"interview {case.id}", case.sources)
        about = (f"Design {case.name}: {case.about}",)
        title = f"Interview case: {case.name}"
        yield Page(f"case:{case.id}", "case", title, fields, (passage,), about=about)


def _advice(texts: Mapping[str, str]) -> dict[str, list[Passage]]:
    """Return the advice that is written down, as passages by the skill they belong to."""
    found: dict[str, list[Passage]] = defaultdict(list)
    for name, kind in KINDS.items():
        if text := texts.get(f"advice/{name}.toml"):
            for skill, heading, say, source in _said(read_advice(text, name, kind)):
                cited = () if source == OWN else (source,)
                title = heading[:1].upper() + heading[1:]
                found[skill].append(Passage(title, say, f"advise {name}", cited))
    return found


def _said(  # noqa: PLR0912  (one branch for each kind of guide)
    guide: object,
) -> Iterator[tuple[str, str, str, str]]:
    """Yield (skill, heading, text, source) of what a file of advice says in whole sentences."""
    if isinstance(guide, SecurityGuide):
        for s in guide.schemes:
            yield s.skill, s.name, f"{s.how} {s.costs} {s.not_when}", s.source
        for t in guide.threats:
            yield t.skill, t.kind, f"{t.say[:1].upper()}{t.say[1:]}. {t.do}", t.source
    elif isinstance(guide, ApiGuide):
        for way in (*guide.ways, *guide.pushes):
            yield way.skill, way.name, f"{way.how} {way.costs} {way.not_when}", way.source
    elif isinstance(guide, DataGuide):
        for model in guide.models:
            yield (
                model.skill,
                model.name,
                f"{model.how} {model.costs} {model.not_when}",
                model.source,
            )
        for beside in guide.besides:
            yield beside.skill, beside.name, f"{beside.how} {beside.costs}", beside.source
        for served in guide.structures:
            yield served.skill, f"Access by {served.pattern}", served.do, served.source
    elif isinstance(guide, DeployGuide):
        for platform in guide.platforms:
            yield platform.skill, platform.name, f"{platform.how} {platform.not_when}", OWN
        for rollout in guide.rollouts:
            yield rollout.skill, rollout.name, rollout.how, rollout.source
        for backup in guide.backups:
            yield backup.skill, backup.name, backup.how, backup.source
