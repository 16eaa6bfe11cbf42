"""Every rule page is true: marked lines are found and no others, in every language block."""

import re

import pytest
from tests.bench import CONTENT
from tests.review.cases import knowledge, page_cases, problems

PAGES = knowledge().pages
CASES = [
    pytest.param(name, case, id=f"{case.title} {number}")
    for name, text in PAGES.items()
    for number, case in enumerate(page_cases(name, text))
]
SECTIONS = ("Bad", "Good", "When to ignore it", "How it is found", "Sources")


def test_every_pack_and_rule_can_be_read():
    assert () == knowledge().problems


def test_every_rule_has_a_page_and_every_page_a_rule():
    assert set(knowledge().rules) == set(PAGES)


@pytest.mark.parametrize("rule", knowledge().rules.values(), ids=lambda rule: rule.id)
def test_a_rule_names_a_skill_and_a_pitfall_that_exist(rule):
    assert (CONTENT / "skills" / rule.skill / "skill.toml").exists()
    pitfalls = set(
        re.findall(r'^id = "(.+)"', (CONTENT / "pitfalls.toml").read_text(), re.MULTILINE)
    )
    assert rule.pitfall in {"", *pitfalls}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_its_sections_and_sources_that_exist(name):
    text = PAGES[name]
    assert text.startswith(f"# {name}\n")
    assert [s for s in SECTIONS if not re.search(rf"^## {s}$", text, re.MULTILINE)] == []
    named = re.findall(r"^[-*] `?([a-z0-9-]+)`?: ", text.partition("## Sources")[2], re.MULTILINE)
    assert named
    assert [
        source for source in named if not (CONTENT / "sources" / f"{source}.toml").exists()
    ] == []


@pytest.mark.parametrize(("name", "case"), CASES)
def test_page_is_true(name, case):
    assert [] == problems(case, {name})
