"""Every fact of the advice has a known source and a day; what has none is refused."""

import shutil
import tomllib

import pytest
from tests.bench import CONTENT, catalog_and_digest

from backwright.catalog.advice import KINDS, OWN, advice_problems, read_advice
from backwright.model.guidance import LANGUAGES, ProfilerTable

ADVICE = CONTENT / "advice"
TEXTS = {name: (ADVICE / f"{name}.toml").read_text() for name in KINDS}


def facts(value: object) -> list[dict]:
    """Return every table of a file that says something."""
    if isinstance(value, dict):
        mine = [value] if {"say", "match", "how", "command", "passes"} & set(value) else []
        return mine + [each for inner in value.values() for each in facts(inner)]
    return [each for inner in value for each in facts(inner)] if isinstance(value, list) else []


def test_the_advice_is_in_order():
    assert [] == advice_problems(CONTENT, catalog_and_digest()[0])


@pytest.mark.parametrize("name", KINDS)
def test_every_fact_names_its_source_and_a_day(name):
    sources = catalog_and_digest()[0].sources
    loose = [
        fact for fact in facts(tomllib.loads(TEXTS[name]))
        if "levels" not in fact  # a platform is made of facts
        and not (fact.get("checked") and (fact.get("source") == OWN or fact.get("source", "").split("/")[0] in sources))
    ]  # fmt: skip
    assert [] == loose


@pytest.mark.parametrize(
    ("name", "before", "after", "complaint"),
    [
        pytest.param("security", 'source = "rfc/rfc6265"', 'source = "hearsay"', "no source is called 'hearsay'", id="an unknown source"),
        pytest.param("security", 'source = "rfc/rfc6265"\n', "", "missing required field `source`", id="no source"),
        pytest.param("deploy", 'checked = "2026-11-26"', 'checked = "lately"', "'lately' is no day", id="no day"),
        pytest.param("deploy", 'checked = "2026-11-26"\n', "", "missing required field `checked`", id="a day left out"),
        pytest.param("security", 'skill = "sec.jwt"', 'skill = "sec.magic"', "no skill is called 'sec.magic'", id="an unknown skill"),
        pytest.param("performance", "'orjson'", "'(orjson'", "no regular expression", id="a broken expression"),
        pytest.param("profilers", '["heap"]', '["soul"]', "Invalid enum value 'soul'", id="an unknown use"),
    ],
)  # fmt: skip
def test_what_has_no_source_or_makes_no_sense_is_refused(name, before, after, complaint, tmp_path):
    shutil.copytree(ADVICE, tmp_path / "advice")
    assert before in TEXTS[name]
    (tmp_path / "advice" / f"{name}.toml").write_text(TEXTS[name].replace(before, after, 1))
    problems = advice_problems(tmp_path, catalog_and_digest()[0])
    assert 1 == len(problems)
    assert complaint in problems[0]
    assert problems[0].startswith(f"advice/{name}.toml:")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("use", ["cpu", "wall", "heap", "locks"])
def test_each_language_has_a_tool_for_each_question(language, use):
    table = read_advice(TEXTS["profilers"], "profilers", ProfilerTable).profilers
    assert [tool.name for tool in table if tool.language == language and use in tool.uses]
