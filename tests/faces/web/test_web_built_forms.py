"""Long forms: fields in groups, what was filled in is seen and kept."""

import pytest

from backwright.faces.web.grouping import GROUPS
from backwright.usecases import USE_CASES

VERBS = {use_case.name: use_case for use_case in USE_CASES}


@pytest.mark.parametrize("verb", GROUPS)
def test_groups_name_fields_that_the_verb_has_each_once(verb):
    named = [name for _, names in GROUPS[verb] for name in names.split()]
    assert sorted(set(named)) == sorted(named)
    assert set(named) <= {question.name for question in VERBS[verb].questions()}


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        pytest.param("/advise/scale?requests=1M/day&hit=0.5", 'value="0.5"', id="a number"),
        pytest.param("/advise/security?callers=mobile", 'value="mobile" checked', id="a tick"),
        pytest.param("/advise/data?transactions=none", "<option selected>none", id="a choice"),
        pytest.param("/advise/scale?requests=many", 'value="many"', id="what was wrong"),
        pytest.param("/advise/scale?requests=1/s&survive=true", 'name="survive" value="true" checked', id="a flag"),
    ],
)  # fmt: skip
def test_what_was_filled_in_is_kept(client, path, kept):
    assert kept in client.get(path).text


def test_a_folded_group_opens_where_something_is_filled_in(client):
    text = client.get("/advise/scale?requests=1M/day&hit=0.5").text
    assert '<details class="group" open><summary>What need not be done at once' in text
    assert '<details class="group"><summary>What a request costs' in text


def test_what_is_assumed_stands_in_the_empty_field(client):
    assert 'name="peak" value="" placeholder="3"' in client.get("/advise/scale").text
