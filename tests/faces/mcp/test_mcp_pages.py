"""Catalog pages are resources with completions; prompts name the tool to call."""

import mcp_types as types
import pytest
from mcp.shared.exceptions import MCPError

from backwright.faces.mcp.pages import COMPLETIONS_MAX, TEMPLATES, uri_of
from backwright.faces.mcp.prompts import PROMPTS, message
from backwright.usecases.pages import KINDS, entries, open_page


def test_the_list_comes_in_parts_and_has_every_page_once(talk, bench):
    async def every_part(client):
        found, cursor = [], None
        while True:
            part = await client.list_resources(cursor=cursor)
            found += [resource.uri for resource in part.resources]
            cursor = part.next_cursor
            if cursor is None:
                return found

    expected = [uri_of(entry) for kind in KINDS for entry in entries(bench, kind)]
    assert expected == talk(every_part)
    assert len(set(expected)) == len(expected)


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_of_the_list_opens(kind, bench):
    for entry in entries(bench, kind):
        page = open_page(bench, kind, entry.id)
        assert page.markdown or page.answer
        assert entry == page.entry


def test_opening_a_page_records_nothing(talk, bench):
    async def read(client):
        for kind in KINDS:
            entry = next(entries(bench, kind))
            result = await client.read_resource(uri_of(entry))
            assert result.contents[0].text

    talk(read)
    assert () == bench.store.rows("me")


def test_a_case_does_not_give_its_answers_away(bench):
    for entry in entries(bench, "case"):
        text = open_page(bench, "case", entry.id).markdown
        case = bench.catalog.cases[entry.id]
        assert not any(point.say in text for point in case.design if len(point.say) > 20)
        assert "{" not in text


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        pytest.param("backwright://skill/sql.indexs", "no skill is called", id="a name that is not there"),
        pytest.param("backwright://wizard/x", "no kind of page", id="a kind that is not there"),
        pytest.param("file:///etc/passwd", "is no address of ours", id="a file"),
        pytest.param("backwright://lesson/..%2F..%2Fetc", "no lesson is called", id="a path for a name"),
    ],
)  # fmt: skip
def test_an_address_that_leads_nowhere_says_so(uri, said, talk):
    async def read(client):
        with pytest.raises(MCPError, match=said):
            await client.read_resource(uri)

    talk(read)


@pytest.mark.parametrize(
    ("reference", "argument", "typed", "expected"),
    [
        pytest.param("skill", "id", "sql.in", "sql.indexes", id="the beginning of a skill"),
        pytest.param("role", "id", "archi", "api-architect", id="the middle of a role"),
        pytest.param("skill", "id", "sql.indxes", "sql.indexes", id="a misspelt skill"),
        pytest.param("rule", "id", "query", "query-in-loop", id="a rule"),
    ],
)
def test_ids_are_completed(reference, argument, typed, expected, talk):
    uri = next(each.uri for each in TEMPLATES if each.name == reference)

    async def complete(client):
        ref = types.ResourceTemplateReference(type="ref/resource", uri=uri)
        return (await client.complete(ref, {"name": argument, "value": typed})).completion

    found = talk(complete)
    assert expected in found.values
    assert len(found.values) <= COMPLETIONS_MAX


def test_blanks_of_prompts_are_completed_and_those_without_names_are_not(talk):
    async def complete(client):
        ref = types.PromptReference(type="ref/prompt", name="roadmap")
        role = await client.complete(ref, {"name": "role", "value": "go"})
        hours = await client.complete(ref, {"name": "hours", "value": "5"})
        return role.completion.values, hours.completion.values

    roles, hours = talk(complete)
    assert "go-developer" == roles[0]
    assert [] == hours


def test_prompts_are_listed_with_their_blanks(talk):
    async def listed(client):
        return (await client.list_prompts()).prompts

    assert {p.name: [a.name for a in p.arguments] for p in PROMPTS} == {
        p.name: [a.name for a in p.arguments] for p in talk(listed)
    }


def test_a_prompt_leaves_out_what_was_not_said():
    assert "The role is" not in message("roadmap", {})[1]
    text = message("roadmap", {"role": "go-developer", "hours": "5"})[1]
    assert "The role is go-developer." in text
    assert "I have 5 hours a week." in text
    assert "tool roadmap" in text


@pytest.mark.parametrize(
    ("name", "given"),
    [
        pytest.param("wizard", {}, id="no such prompt"),
        pytest.param("roadmap", {"rolle": "x"}, id="no such blank"),
    ],
)
def test_a_wrong_prompt_is_an_error_of_the_protocol(name, given, talk):
    async def get(client):
        with pytest.raises(MCPError, match="known: "):
            await client.get_prompt(name, given)

    talk(get)
