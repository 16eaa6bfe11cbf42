"""Facts on stacks: none without a source and a day, bands as published, nothing stale or made up."""

import re
from collections import Counter

import pytest
from tests.bench import catalog_and_digest

from backwright.model.stack import interval

CATALOG = catalog_and_digest()[0]
STACK = CATALOG.stack
FACTS = [
    pytest.param(option, name, fact, id=f"{option.id} {name}")
    for option in STACK.options.values()
    for name, fact in option.facts.items()
]
FROM_MEMORY_MAX = 172  # lower it when pages were opened; never raise it
WANTED = {"language": 9, "framework": 24, "store": 12, "broker": 5, "gateway": 5}
MEDIAN = re.compile(
    r"median ([\d.]+)k requests/s, a tenth below ([\d.]+)k, a tenth above ([\d.]+)k"
)


@pytest.mark.parametrize("kind", WANTED)
def test_there_are_options_of_each_kind(kind):
    assert WANTED[kind] <= len(STACK.of_kind(kind))


@pytest.mark.parametrize(("option", "name", "fact"), FACTS)
def test_a_fact_has_a_known_source_a_section_a_page_and_a_day(option, name, fact):
    source, _, section = fact.source.partition("/")
    assert source in CATALOG.sources
    assert section
    assert fact.url.startswith("https://")
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", fact.date)
    assert f"{option.about}{fact.note}{fact.source}".isascii()
    assert interval(STACK.criteria[name], fact)


def band(thousand: float) -> str:
    return "A" if thousand > 40 else "B" if thousand > 10 else "C"


@pytest.mark.parametrize("option", STACK.of_kind("framework"), ids=lambda option: option.id)
def test_a_band_holds_eight_in_ten_of_the_published_runs(option):
    fact = option.facts["throughput"]
    assert "published runs" == fact.method
    low, high = (float(MEDIAN.search(fact.note)[n]) for n in (2, 3))
    assert (band(low), band(high)) == (fact.value[0], fact.value[-1])


@pytest.mark.parametrize("option", STACK.of_kind("language"), ids=lambda option: option.id)
def test_the_band_of_a_language_spans_those_of_its_frameworks(option):
    criterion = STACK.criteria["throughput"]
    ends = [
        interval(criterion, each.facts["throughput"])
        for each in STACK.of_kind("framework")
        if option.id in each.language
    ]
    span = (min(low for low, _ in ends), max(high for _, high in ends))
    assert span == interval(criterion, option.facts["throughput"])


def test_no_option_goes_by_the_name_of_another():
    names = Counter(
        name.lower()
        for option in STACK.options.values()
        for name in {option.id, option.name.lower(), *option.also}
    )
    assert [] == [name for name, count in names.items() if count > 1]


def test_numbers_of_runs_are_never_a_criterion_of_their_own():
    """Published figures are bands: a median is a note, not something to rank by."""
    assert ("C", "B", "A") == STACK.criteria["throughput"].words
    assert not any("request" in c.unit for c in STACK.criteria.values())


def test_few_facts_are_from_memory_and_they_become_fewer():
    methods = Counter(
        fact.method for option in STACK.options.values() for fact in option.facts.values()
    )
    assert FROM_MEMORY_MAX >= methods["from memory"]
