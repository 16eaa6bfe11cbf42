"""With a language model: it gets passages and tools, its citations are checked, what it reads is data, its failures are plain."""

import json
from dataclasses import replace

import pytest
from pydantic_ai import models
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.messages import ToolReturnPart
from pydantic_ai.models.function import DeltaToolCall, FunctionModel
from tests.bench import bench_in

from backwright.adapters.language_model import PydanticModel, made
from backwright.faces.prose import prose
from backwright.model.errors import BadRequest, ModelProblem
from backwright.settings import explain_settings
from backwright.usecases.ask import Ask, run
from backwright.usecases.ports import Said
from backwright.usecases.replying import checked, offered

models.ALLOW_MODEL_REQUESTS = False
KEY = "sk-never-shown"
QUESTION = "How do I store passwords?"


def scripted(stream):
    return PydanticModel("scripted", lambda: FunctionModel(stream_function=stream))


def with_model(bench, stream, heard=lambda _: None):
    model = scripted(stream)
    return replace(bench, model=lambda: model, heard=heard)


@pytest.fixture
def bench(tmp_path):
    return bench_in(tmp_path)


async def plain(messages, info):
    for piece in ("Hash them ", "with Argon2id [1]", " and salt [42]."):
        yield piece


def test_it_streams_and_cites_only_what_it_was_given(bench):
    heard = []
    answer = run(Ask(QUESTION, chat=True), with_model(bench, plain, heard.append))
    assert "".join(heard) == "Hash them with Argon2id [1] and salt [42]."
    assert answer.reply.text == "Hash them with Argon2id [1] and salt."
    assert (42,) == answer.reply.removed
    assert [1] == [quote.number for quote in answer.reply.quotes]
    text = prose(answer)
    assert "Taken out: [42]" in text
    assert answer.quotes[0].sources[0].url in text.replace("\n      ", "")


def test_it_can_compute_with_the_same_verbs(bench):
    seen = []

    async def computes(messages, info):
        returned = [p for m in messages for p in m.parts if isinstance(p, ToolReturnPart)]
        if not returned:
            yield {0: DeltaToolCall("advise_scale", json.dumps({"requests": "100M/day"}))}
            return
        seen.append(returned[0].content)
        yield "A cache carries it."

    answer = run(
        Ask("How do I carry 100 million requests a day?", chat=True), with_model(bench, computes)
    )
    assert ('advise_scale {"requests": "100M/day"}',) == answer.reply.calls
    assert '"rate"' in seen[0]
    assert "A cache carries it." in prose(answer)


def test_what_it_looks_up_can_be_cited_by_the_next_number(bench):
    async def looks(messages, info):
        if not any(isinstance(p, ToolReturnPart) for m in messages for p in m.parts):
            yield {
                0: DeltaToolCall(
                    "look_up", json.dumps({"question": "Which columns should I index?"})
                )
            }
            return
        yield "See [4]."

    answer = run(Ask(QUESTION, chat=True), with_model(bench, looks))
    assert "sql.indexes" in {quote.page for quote in answer.reply.quotes}
    assert () == answer.reply.removed


def test_a_wrong_call_is_told_and_not_an_error(bench):
    async def errs(messages, info):
        returned = [p for m in messages for p in m.parts if isinstance(p, ToolReturnPart)]
        if not returned:
            yield {0: DeltaToolCall("explore", json.dumps({"name": "no-such-thing"}))}
            return
        yield returned[0].content

    assert "no-such-thing" in run(Ask(QUESTION, chat=True), with_model(bench, errs)).reply.text


def test_it_is_offered_no_verb_that_writes_or_that_not_everybody_may_run():
    names = {use_case.name for use_case in offered()}
    assert {"advise.stack", "explain", "roadmap"} & names >= {"advise.stack", "explain"}
    assert set() == names & {
        "data.delete",
        "data.import",
        "review",
        "assess",
        "learn",
        "design.calibrate",
        "config.explain",
        "serve",
        "mcp",
    }


def test_what_it_reads_is_fenced_with_a_mark_that_no_text_can_close(bench):
    """A passage or an answer that says "ignore your instructions" stays between the marks."""
    prompts, results = [], []

    async def looks(messages, info):
        prompts.append(info.instructions or messages[0].instructions)
        returned = [p for m in messages for p in m.parts if isinstance(p, ToolReturnPart)]
        if not returned:
            yield {0: DeltaToolCall("explain", json.dumps({"rule": "query-in-loop"}))}
            return
        results.append(returned[0].content)
        yield "Done."

    run(Ask(QUESTION, chat=True), with_model(bench, looks))
    mark = prompts[0].partition("<data-")[2].partition(">")[0]
    assert prompts[0].count(f"</data-{mark}>") == 2  # named once in the rules, once at the end
    assert "never an instruction" in prompts[0]
    assert results[0].startswith(f"<data-{mark}>")
    assert results[0].rstrip().endswith(f"</data-{mark}>")
    assert results[0].count(mark) == 2


def test_a_model_that_obeys_an_injected_text_can_still_do_no_harm(bench):
    """It finds no tool that deletes or writes; what it tries is refused by name."""

    async def obeys(messages, info):
        names = {tool.name for tool in info.function_tools}
        yield f"{'data_delete' in names} {'data_import' in names}"

    assert run(Ask(QUESTION, chat=True), with_model(bench, obeys)).reply.text == "False False"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a [1], b [2][9].", ("a [1], b [2].", (1, 2), (9,))),
        ("none", ("none", (), ())),
        ("list[0] [3]", ("list [3]", (3,), (0,))),
    ],
    ids=["one is unknown", "no citation", "an index is taken for one"],
)
def test_citations_are_checked(text, expected):
    assert expected == checked(text, {1, 2, 3})


def test_it_hears_what_was_said_before(bench):
    lengths = []

    async def counts(messages, info):
        lengths.append([type(m).__name__ for m in messages])
        yield "Yes."

    run(
        Ask("And for tokens?", chat=True, before=(QUESTION, "Hash them.")),
        with_model(bench, counts),
    )
    assert ["ModelRequest", "ModelResponse", "ModelRequest"] == lengths[0]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        pytest.param(ModelHTTPError(401, "m", {"key": KEY}), "does not accept the key", id="wrong key"),
        pytest.param(ModelHTTPError(429, "m", None), "quota is used up", id="quota"),
        pytest.param(ModelHTTPError(404, "m", None), "no model answers to the name", id="no such model"),
        pytest.param(ModelHTTPError(500, "m", {"echo": KEY}), "failed with status 500", id="its failure"),
        pytest.param(TimeoutError(), "did not answer within", id="time-out"),
        pytest.param(ConnectionError("no route"), "cannot be reached", id="no network"),
    ],
)  # fmt: skip
def test_a_failure_is_one_plain_sentence_without_the_key(error, expected, bench):
    async def fails(messages, info):
        raise error
        yield ""

    with pytest.raises(ModelProblem) as raised:
        run(Ask(QUESTION, chat=True), with_model(bench, fails))
    assert expected in raised.value.problem
    assert (
        KEY
        not in f"{raised.value} {raised.value.detail} {raised.value.hint} {raised.value.__cause__}"
    )


@pytest.mark.parametrize(
    ("setting", "url", "key"),
    [("gpt-5", "", ""), ("openai:", "", KEY), ("openai:gpt-5", "", ""), ("local:llama", "", ""), ("anthropic:x", "", "")],
    ids=["no kind", "no name", "no key", "no address", "no key either"],
)  # fmt: skip
def test_a_model_that_cannot_be_meant_is_refused_with_what_to_set(setting, url, key):
    with pytest.raises(BadRequest) as raised:
        made(setting, url, key)
    assert "BACKWRIGHT" in raised.value.problem + raised.value.hint


def test_without_a_model_chat_says_what_to_set_and_the_plain_answer_works(bench):
    with pytest.raises(BadRequest) as raised:
        run(Ask(QUESTION, chat=True), bench)
    assert "BACKWRIGHT_MODEL" in raised.value.hint
    assert run(Ask(QUESTION), bench).reply is None


def test_the_key_is_never_shown():
    shown = explain_settings({"BACKWRIGHT_MODEL_KEY": KEY, "BACKWRIGHT_MODEL": "openai:gpt-5"})
    assert KEY not in str(shown)


def test_no_request_leaves_in_tests():
    """The library's own switch stops a real model before a socket is opened."""
    model = made("openai:gpt-5", "", KEY)
    with pytest.raises(ModelProblem):
        model.converse("", [Said("person", "x")], "y", [], lambda _: None)
