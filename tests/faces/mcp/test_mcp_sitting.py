"""An assessment over the protocol: in forms of the client, or one question a call."""

import json
import re

import mcp_types as types
import pytest
from mcp_types._v2025_11_25 import PrimitiveSchemaDefinition
from pydantic import TypeAdapter
from tests.bench import bench_in
from tests.faces.mcp.conftest import talks

from backwright.assess.question import Question
from backwright.faces.mcp.sitting import FORMS_MAX, TRIES_MAX, form_of
from backwright.model.evidence import Kind

SCOPE = {"languages": "py", "skill": "sql.pooling"}


def answers_of(bench):
    return [row for row in bench.store.rows("me") if row.kind is Kind.ANSWER]


def person(*said, shown=None):
    """Return what a client does with forms: fill in each as said, the last again and again."""
    left = list(said)

    async def fill(_, params):
        if shown is not None:
            shown.append(params)
        answer = left.pop(0) if len(left) > 1 else left[0]
        if answer in ("decline", "cancel"):
            return types.ElicitResult(action=answer)
        return types.ElicitResult(action="accept", content={"answer": answer})

    return fill


def assess(talk, arguments, **options):
    async def sitting(client):
        return await client.call_tool("assess", arguments)

    return talk(sitting, **options)


def test_each_question_is_a_form_with_the_feedback_on_the_last_before_it(talk, bench):
    shown = []
    result = assess(talk, {"languages": "py"}, elicitation_callback=person("i", shown=shown))
    assert not result.is_error, result.content[0].text
    assert FORMS_MAX == len(shown) == len(answers_of(bench))
    first, second = shown[:2]
    assert "question 1" in first.message
    assert "The answer is" not in first.message
    assert second.message.startswith("The answer is")
    assert "question 2" in second.message
    assert ["answer"] == first.requested_schema["required"]
    assert f'go on    assess {{"asked": {FORMS_MAX}}}' in result.content[0].text


def test_a_sitting_goes_on_where_it_stopped_and_reports_at_its_end(talk, bench):
    fill = person("i")
    assess(talk, {"languages": "py", "more": 10}, elicitation_callback=fill)
    last = assess(talk, {"more": 10, "asked": FORMS_MAX}, elicitation_callback=fill)
    assert 10 == len(answers_of(bench))
    assert "10 answers" in last.content[0].text
    assert last.structured_content["next"] is None


@pytest.mark.parametrize(
    ("options", "entry"),
    [
        pytest.param(
            ("a queue", "a lock"),
            {"enum": ["a", "b", "i"], "enumNames": ["a queue", "a lock", "I don't know"]},
            id="options are letters with their names",
        ),
        pytest.param(
            (), {"description": "A value in ms, or i for I don't know"}, id="a value has its unit"
        ),
    ],
)
def test_a_form_is_one_that_every_client_can_show(options, entry):
    question = Question("item:a/b@1", "a", "A", "systems", 3, "What holds?", options, "ms")
    form = form_of(question, 4, None)
    property_ = form.schema["properties"]["answer"]
    assert {"type": "string", "title": "Your answer", **entry} == property_
    TypeAdapter(PrimitiveSchemaDefinition).validate_python(property_)
    assert all(option in form.message for option in options)


@pytest.mark.parametrize("action", ["decline", "cancel"])
def test_a_person_may_stop_and_what_they_answered_is_kept(talk, bench, action):
    result = assess(talk, {"languages": "py"}, elicitation_callback=person("i", "i", action))
    assert not result.is_error
    assert 2 == len(answers_of(bench))
    assert "Stopped by the person after 2 questions" in result.content[0].text


def test_what_fits_no_answer_is_asked_again_and_given_up_after_three_tries(talk, bench):
    shown = []
    result = assess(talk, {"languages": "py"}, elicitation_callback=person("", shown=shown))
    assert TRIES_MAX == len(shown)
    assert shown[1].message.startswith("an empty answer; type it, or i for I don't know")
    assert result.is_error
    assert [] == answers_of(bench)


def test_without_forms_a_call_asks_one_question_and_says_how_to_answer(talk, bench):
    asked = assess(talk, SCOPE)
    text = asked.content[0].text
    token = asked.structured_content["next"]["token"]
    assert "Ask the person" in text
    tool, arguments = re.search(r"^  (\w+) (\{.*\})$", text, re.MULTILINE).groups()
    following = json.loads(arguments)
    assert "assess" == tool
    assert {"skill": "sql.pooling", "question": token, "asked": 1} == {
        name: value for name, value in following.items() if name != "answer"
    }
    after = assess(talk, {**following, "answer": "i"})
    assert 1 == len(answers_of(bench))
    assert after.content[0].text.startswith("The answer is")


def test_a_report_or_a_simulation_shows_no_form(talk, bench):
    shown = []
    fill = person("i", shown=shown)
    assess(talk, {"report": True}, elicitation_callback=fill)
    assess(talk, {"simulate": "beginner", "more": 3}, elicitation_callback=fill)
    assert [] == shown


def test_values_beside_a_question_are_short(talk):
    asked = assess(talk, SCOPE)
    assert len(json.dumps(asked.structured_content)) < 8_000


def test_what_is_kept_between_two_forms_is_sealed(tmp_path, monkeypatch):
    """A client that changes the state, or hands in one of another call, is refused."""
    bench = bench_in(tmp_path / "data")

    async def forge(client):
        first = await client.session.call_tool("assess", SCOPE, allow_input_required=True)
        assert isinstance(first, types.InputRequiredResult)
        assert "item:" not in first.request_state
        filled = {"answer": types.ElicitResult(action="accept", content={"answer": "i"})}
        for state in ("{}", first.request_state[:-4] + "AAAA"):
            with pytest.raises(Exception, match="requestState"):
                await client.session.call_tool(
                    "assess",
                    SCOPE,
                    input_responses=filled,
                    request_state=state,
                    allow_input_required=True,
                )
        with pytest.raises(Exception, match="requestState"):
            await client.session.call_tool(
                "assess",
                {},
                input_responses=filled,
                request_state=first.request_state,
                allow_input_required=True,
            )

    talks(bench, "auto")(forge, elicitation_callback=person("i"))
    assert [] == answers_of(bench)


def test_an_answer_that_is_sent_twice_counts_once(tmp_path):
    """Two windows, or a client that tries again: both rows are kept, the second does not count."""
    bench = bench_in(tmp_path / "data")

    async def twice(client):
        asked = await client.call_tool("assess", SCOPE)
        token = asked.structured_content["next"]["token"]
        step = {"question": token, "answer": "i", "asked": 1}
        await client.call_tool("assess", step)
        return await client.call_tool("assess", step)

    result = talks(bench, "auto")(twice)
    assert result.structured_content["feedback"]["repeated"]
    assert 1 == result.structured_content["questions"]
