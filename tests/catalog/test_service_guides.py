"""Guides to services and common questions: whole, sourced, about skills that exist, ending in a command that parses."""

import re

import click
import pytest
from tests.bench import CONTENT, catalog_and_digest
from tests.command import parse

from backwright.catalog.service_guides import (
    HEADINGS,
    complaints,
    guide_paths,
    parse_guide,
    service_guide_problems,
)

WORDS = " ".join(["word"] * 300)
GOOD = f"""\
# How?

What it is for.

## In short

{WORDS} [1] and [2].

## How to decide

## Worked example

## Skills

- `sql.indexes`: which

## Sources

1. One, https://example.org/one
2. Two: more, and more, https://example.org/two

## Do it now

```console
$ backwright advise data
```
"""
GUIDES = guide_paths(CONTENT)
INLINE = re.compile(r"`(backwright [^`]+)`")


def test_every_guide_holds_together():
    assert [] == service_guide_problems(CONTENT, catalog_and_digest()[0])


def test_ten_services_and_six_questions_have_one():
    folders = [path.parent.name for path in GUIDES.values()]
    assert (10, 6) == (folders.count("services"), folders.count("questions"))


@pytest.mark.parametrize("name", GUIDES)
def test_every_command_named_in_a_guide_parses(name):
    text = GUIDES[name].read_text()
    found = INLINE.findall(" ".join(text.split())) + list(parse_guide(name, text).commands)
    assert [] == [line for line in found if "RULE" not in line and not parses(line)]


def parses(line: str) -> bool:
    try:
        return bool(parse(line))
    except click.UsageError:
        return False


@pytest.mark.parametrize(
    "path", sorted(CONTENT.glob("skills/*/brief.md")), ids=lambda p: p.parent.name
)
def test_every_command_named_in_a_brief_parses(path):
    assert [] == [
        line for line in INLINE.findall(" ".join(path.read_text().split())) if not parses(line)
    ]


def test_a_guide_is_read_into_its_parts():
    guide = parse_guide("how", GOOD)
    assert ("question", "How?", "What it is for.") == (guide.kind, guide.title, guide.about)
    assert ("sql.indexes",) == guide.skills
    assert (("One", "https://example.org/one"), ("Two: more, and more", "https://example.org/two")) == guide.sources  # fmt: skip
    assert ("backwright advise data",) == guide.commands
    assert ["In short", "How to decide", "Worked example"] == [head for head, _ in guide.sections]


def test_a_whole_guide_has_no_problem():
    assert [] == list(complaints(GOOD, "question", catalog_and_digest()[0]))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("What it is for.", "", (1, "a sentence below the title, please: what the guide is for"), id="nothing below the title"),
        pytest.param("sql.indexes", "sql.magic", (15, "no skill is called 'sql.magic'"), id="a skill that does not exist"),
        pytest.param("- `sql", "- sql", (13, "no skill; '- `id`: what of it' for each"), id="no skill"),
        pytest.param("[2]", "[3]", (7, "there is no source 3"), id="a number without a source"),
        pytest.param(" and [2]", "", (17, "source 2 is cited nowhere"), id="a source that nothing cites"),
        pytest.param(", https://example.org/one", "", (17, "sources are numbered lines: '1. <title>, <https URL>'"), id="a source without address"),
        pytest.param("$ backwright", "backwright", (22, "it should end with a command: $ backwright ..."), id="no command at the end"),
        pytest.param("word ", "", (1, "39 words besides code; 250 to 600, please"), id="too short"),
        pytest.param("What it", "Wh\u00e4t it", (3, "not ASCII; a terminal may not show it"), id="letters that a terminal may not show"),
        pytest.param("## Skills\n", "", (1, f"the headings are {', '.join(h for h in HEADINGS['question'] if h != 'Skills')}; they should be {', '.join(HEADINGS['question'])}"), id="a section that is missing"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_guide_is_told_with_its_line(old, new, expected):
    found = list(complaints(GOOD.replace(old, new), "question", catalog_and_digest()[0]))
    assert expected in found


def test_a_guide_does_not_take_the_name_of_something_else(tmp_path):
    (tmp_path / "guides" / "questions").mkdir(parents=True)
    (tmp_path / "guides" / "questions" / "redis.md").write_text(GOOD)
    found = service_guide_problems(tmp_path, catalog_and_digest()[0])
    assert ["guides/questions/redis.md:1: 'redis' is the name of something else already"] == found
