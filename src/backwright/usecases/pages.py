"""The catalog as pages with addresses: which there are, and one of them. Opening one records nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from backwright.model.errors import NotFound
from backwright.model.skill import SkillId
from backwright.usecases.bench import Bench
from backwright.usecases.nearest import not_found

KINDS = ("role", "path", "skill", "lesson", "technology", "rule", "guide", "case")


@dataclass(frozen=True)
class Entry:
    """A page in the list of its kind."""

    kind: str
    id: str
    title: str
    about: str


@dataclass(frozen=True)
class Page:
    """A page, opened: either an answer of a verb, which a face renders, or Markdown."""

    entry: Entry
    answer: object | None
    markdown: str


def entries(bench: Bench, kind: str) -> Iterator[Entry]:
    """Yield every page of a kind, in the order of the catalog."""
    catalog = bench.catalog
    if kind == "role":
        yield from (Entry(kind, r.id, r.name, r.work) for r in catalog.roles.values())
    elif kind == "path":
        yield from (Entry(kind, p.id, p.name, p.about) for p in catalog.paths.values())
    elif kind == "skill":
        yield from (Entry(kind, s.id, s.name, s.domain) for s in catalog.skills.values())
    elif kind == "lesson":
        read = [s for s in catalog.skills.values() if s.id in catalog.lessons]
        yield from (Entry(kind, s.id, s.name, f"Lesson on {s.id}") for s in read)
    elif kind == "technology":
        yield from (Entry(kind, t.id, t.name, t.what_for) for t in catalog.technologies.values())
    elif kind == "rule":
        yield from _rules(bench)
    elif kind == "guide":
        yield from _guides(bench)
    elif kind == "case":
        yield from (Entry(kind, c.id, c.name, c.about) for c in catalog.cases.values())


def _guides(bench: Bench) -> Iterator[Entry]:
    from backwright.usecases.guides import guides_of

    told = guides_of(bench)
    for name, text in bench.guides().items():
        about = told[name].about if name in told else f"Blueprint {name}"
        yield Entry("guide", name, text.partition("\n")[0].lstrip("# "), about)


def _rules(bench: Bench) -> Iterator[Entry]:
    from backwright.usecases.explain import Ask, RuleList, run

    listed = run(Ask(), bench)
    assert isinstance(listed, RuleList)  # noqa: S101  (for the type checker: no rule was named)
    for row in listed.rules:
        yield Entry("rule", row.id, row.id, f"{row.severity}; {row.skill}")


def open_page(bench: Bench, kind: str, name: str) -> Page:
    """Return one page.

    Raises:
        NotFound: There is no such kind, or none of that name; the nearest names are in it.
    """
    if kind not in KINDS:
        raise NotFound(
            f"no kind of page is called '{kind[:60]}'", detail=f"known: {', '.join(KINDS)}"
        )
    listed = {entry.id: entry for entry in entries(bench, kind)}
    if name not in listed:
        raise not_found(kind, name, listed, "backwright explore {}")
    answer, markdown = _content(bench, kind, name)
    return Page(listed[name], answer, markdown)


def _content(bench: Bench, kind: str, name: str) -> tuple[object | None, str]:
    if kind == "lesson":
        return None, bench.lessons.read(SkillId(name))
    if kind == "guide":
        return None, bench.guides()[name]
    if kind == "case":
        return None, _case(bench, name)
    if kind == "rule":
        from backwright.usecases import explain

        return explain.run(explain.Ask(rule=name), bench), ""
    from backwright.usecases import explore

    return explore.run(explore.Ask(name=name), bench), ""


def _case(bench: Bench, name: str) -> str:
    """Return what the case says before the interview begins; neither estimates nor what a design is scored by."""
    from backwright.interview.cases import draw

    case = bench.catalog.cases[name]
    drawn = draw(case, 0)
    return f"# {case.name}\n\n{case.about}\n\n{drawn.situation}\n\n{drawn.slo}\n"
