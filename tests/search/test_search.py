"""What people call things leads to the skill that is meant."""

import tomllib
from pathlib import Path

import pytest
from tests.bench import catalog_and_digest

from backwright.search.lexical import QUERY_WORDS_MAX, Document, Index, stem, words_of
from backwright.usecases import USE_CASES
from backwright.usecases.index import index_of

CATALOG = catalog_and_digest()[0]
INDEX = index_of(CATALOG)
TOPICS = tomllib.loads((Path(__file__).parent / "topics.toml").read_text())
FEATURES = {t: e[0] for t, e in TOPICS.items() if e[0].startswith("feature:")}
SKILLS = {topic: expected for topic, expected in TOPICS.items() if topic not in FEATURES}
FIRST = 3


def skills_for(query: str) -> list[str]:
    """Return the first skills that a search shows."""
    hits = INDEX.search(query, len(CATALOG.skills))
    return [hit.id for hit in hits if hit.kind == "skill"][:FIRST]


@pytest.mark.parametrize(("topic", "expected"), SKILLS.items(), ids=SKILLS)
def test_a_topic_leads_to_its_skill(topic, expected):
    found = skills_for(topic)
    assert set(expected) & set(found), f"{topic}: {found}, expected one of {expected}"


@pytest.mark.parametrize(("topic", "feature"), FEATURES.items(), ids=FEATURES)
def test_a_topic_that_is_no_skill_has_its_verb(topic, feature):
    assert feature.removeprefix("feature:") in {use_case.name for use_case in USE_CASES}


def test_the_table_names_only_skills_that_exist():
    named = {skill for expected in SKILLS.values() for skill in expected}
    assert set() == named - set(CATALOG.skills)


@pytest.mark.parametrize("skill", CATALOG.skills.values(), ids=lambda skill: skill.id)
def test_a_skill_is_found_by_its_name(skill):
    assert skill.id in skills_for(skill.name)


@pytest.mark.parametrize("role", CATALOG.roles.values(), ids=lambda role: role.id)
def test_a_role_is_found_by_its_name(role):
    assert role.id in [hit.id for hit in INDEX.search(role.name, 5)]


@pytest.mark.parametrize("technology", CATALOG.technologies.values(), ids=lambda t: t.id)
def test_a_technology_is_found_by_its_name(technology):
    assert technology.id in [hit.id for hit in INDEX.search(technology.name, 5)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("k8s", "kubernetes", id="a short form"),
        pytest.param("postgres", "postgresql", id="half a name"),
        pytest.param("golang", "go", id="a name for the web"),
    ],
)
def test_other_words_for_the_same_find_the_technology(query, expected):
    assert expected in [hit.id for hit in INDEX.search(query, 5)]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("", id="nothing"),
        pytest.param("the of and", id="words that carry no meaning"),
        pytest.param("zzzzqq", id="a word that nobody uses"),
        pytest.param("\x00\x1b[2J", id="control characters"),
        pytest.param("?!*()[]", id="signs"),
    ],
)
def test_a_question_without_a_known_word_finds_nothing(query):
    assert [] == INDEX.search(query)


def test_a_long_text_is_cut_and_not_refused():
    assert INDEX.search("index " * 10_000)
    assert QUERY_WORDS_MAX < 10_000


def test_results_are_best_first_and_the_same_each_time():
    first, again = INDEX.search("cache invalidation", 20), INDEX.search("cache invalidation", 20)
    assert first == again
    assert [h.score for h in first] == sorted((h.score for h in first), reverse=True)


def test_a_rare_word_counts_more_than_a_common_one():
    index = Index(
        [
            Document("skill", "a", "A", ((1.0, "common rare"),)),
            Document("skill", "b", "B", ((1.0, "common other"),)),
            Document("skill", "c", "C", ((1.0, "common third"),)),
        ]
    )
    assert "a" == index.search("rare common")[0].id


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("query", "queries", id="plural in ies"),
        pytest.param("index", "indexes", id="plural in es"),
        pytest.param("cache", "caching", id="ing"),
        pytest.param("scale", "scaling", id="ing after e"),
        pytest.param("transaction", "transactions", id="plural in s"),
    ],
)
def test_forms_of_a_word_are_one(one, other):
    assert stem(one) == stem(other)


def test_words_that_carry_no_meaning_are_left_out():
    assert ["connection", "pool"] == words_of("How do I use the connection pool?")
