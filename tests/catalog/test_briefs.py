"""Briefs on skills without a lesson: of the right skill, long enough to decide something, with a source."""

import pytest
from tests.bench import CONTENT, catalog_and_digest

from backwright.catalog.brief import WORDS_MIN, brief_problems, parse_brief
from backwright.model.skill import Brief

BODY = " ".join(["word"] * WORDS_MIN)
GOOD = f"# Modern C++\n\n{BODY}\n\nMore.\n\nSource: C++ reference, https://example.org/raii\n"


def problems(tmp_path, text=GOOD, skill="cpp.core"):
    (tmp_path / "skills" / skill).mkdir(parents=True)
    (tmp_path / "skills" / skill / "brief.md").write_text(text)
    return brief_problems(tmp_path, catalog_and_digest()[0])


def test_every_brief_holds_together():
    assert [] == brief_problems(CONTENT, catalog_and_digest()[0])


def test_a_brief_is_read_into_its_parts():
    expected = Brief("cpp.core", "Modern C++", f"{BODY}\n\nMore.", "C++ reference", "https://example.org/raii")  # fmt: skip
    assert expected == parse_brief("cpp.core", GOOD)


def test_a_whole_brief_has_no_problem(tmp_path):
    assert [] == problems(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("# Modern", "# Old", "1: the first line is 'Old C++'; '# Modern C++', please", id="the name of another skill"),
        pytest.param(", https", " https", "7: the last line should be 'Source: <title>, <https URL>'", id="a source without address"),
        pytest.param(BODY, "word", f"1: 2 words; {WORDS_MIN} to 250, please", id="too short to decide anything"),
        pytest.param("More", "M\u00f6re", "5: not ASCII; a terminal may not show it", id="letters that a terminal may not show"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_brief_is_told_with_its_line(old, new, expected, tmp_path):
    assert [f"skills/cpp.core/brief.md:{expected}"] == problems(tmp_path, GOOD.replace(old, new))


@pytest.mark.parametrize(
    ("skill", "expected"),
    [
        pytest.param("no.such", "no skill is called 'no.such'", id="no such skill"),
        pytest.param("sql.pooling", "the skill has a lesson, which says more; delete one of them", id="a lesson and a brief"),
    ],
)  # fmt: skip
def test_a_brief_belongs_to_a_skill_without_a_lesson(skill, expected, tmp_path):
    assert f"skills/{skill}/brief.md:1: {expected}" in problems(tmp_path, skill=skill)


def test_every_skill_has_a_lesson_or_a_brief():
    skills = catalog_and_digest()[0].skills
    folders = [CONTENT / "skills" / skill for skill in skills]
    assert [] == [
        folder.name
        for folder in folders
        if not (folder / "lesson.md").exists() and not (folder / "brief.md").exists()
    ]
