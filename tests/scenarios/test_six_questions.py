"""The six typical questions each end in a computed answer: other input, other verdict; and bad input is told what to type."""

import json

import pytest
from tests.command import next_commands, parse, say


def stack(answer: dict) -> object:
    return tuple(answer["choice"]["winners"])


def api(answer: dict) -> object:
    return tuple(each["way"]["id"] for each in answer["served"])


def scale(answer: dict) -> object:
    return answer["rungs"][answer["at"]]["name"]


def data(answer: dict) -> object:
    return answer["choice"]["model"]["id"]


def security(answer: dict) -> object:
    return tuple(each["scheme"]["id"] for each in answer["fits"])


def division(answer: dict) -> object:
    return answer["division"]["verdict"]


STACK = "advise stack --among node python go"
QUESTIONS = {
    "choose a stack": [
        pytest.param(f"{STACK} --need single-binary parallel", stack, ("go",), id="one file that uses all cores"),
        pytest.param(f"{STACK} --need ml=training", stack, ("python",), id="trains models in the process"),
        pytest.param(f"{STACK} --need browser=yes", stack, ("javascript",), id="shares code with the browser"),
    ],
    "build an API": [
        pytest.param("advise api partner --resources 3", api, ("rest",), id="partners fetch single resources, which trips do not slow"),
        pytest.param("advise api mobile --depth 4 --resources 9 --teams 4", api, ("graphql",), id="four teams' mobile screens need four trips in a row"),
        pytest.param("advise api service --calls-per-second 50000", api, ("grpc",), id="between services JSON would take more than a core"),
    ],
    "scale to millions": [
        pytest.param("advise scale 1M/day", scale, "one machine", id="a million a day is twelve a second, which one machine carries"),
        pytest.param("advise scale 100M/day", scale, "several instances", id="a hundred million a day is more processor than one machine has"),
        pytest.param("advise scale 1000M/day", scale, "partitions", id="a billion a day is more writes than one primary takes"),
    ],
    "structure a schema": [
        pytest.param("advise data key range join", data, "relational", id="joins and transactions, and one primary carries them"),
        pytest.param("advise data key --shape nested --transactions one", data, "document", id="nested records that are read and written whole"),
        pytest.param("advise data time --writes 6000 --consistency eventual --transactions none --skew 0", data, "wide-column", id="more writes than one primary takes, read by time"),
    ],
    "authenticate users": [
        pytest.param("advise security browser", security, ("sessions",), id="one web site with its own accounts"),
        pytest.param("advise security mobile --services 6", security, ("code-jwt",), id="six services check an app's tokens by themselves"),
        pytest.param("advise security third-party --data health", security, ("delegation-bound",), id="other people's apps see health data"),
    ],
    "split a monolith": [
        pytest.param("advise monolith-or-services", division, "one", id="one team waits for nobody"),
        pytest.param("advise monolith-or-services --teams 8 --releases 3 --minutes 60", division, "not yet", id="eight teams block each other, but boundaries have not held"),
        pytest.param(
            "advise monolith-or-services --teams 8 --releases 3 --minutes 60 --months 24 --shared-tables 0 --transactions 0.01 --operated",
            division, "services", id="eight teams block each other, and boundaries, tables and operation are there",
        ),
    ],
}  # fmt: skip
BAD = [
    pytest.param("advise stack --need magic", "no criterion of a language is called 'magic'", id="a need that no stack has"),
    pytest.param("advise api --depth 9", "--depth 9 is more than --resources 4", id="a longer chain of requests than there are objects"),
    pytest.param("advise scale lots", '"lots": a rate needs its period', id="a rate without a number"),
    pytest.param("advise data key --rows 1e12", "new rows a second, more than the 20 writes", id="rows that grow faster than they are written"),
    pytest.param("advise security --sites 0", "--sites 0 makes no sense", id="a login for no site"),
    pytest.param("advise monolith-or-services --teams 0", "--teams 0 makes no sense", id="no team at all"),
    pytest.param("advise split nowhere", "nowhere", id="a folder that is not there"),
    pytest.param("advise api martian", "'martian' is not one of 'browser'", id="a caller that is not known"),
    pytest.param("advise data cube", "'cube' is not one of 'key'", id="an access pattern that is not known"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "verdict_of", "verdict"), [case for cases in QUESTIONS.values() for case in cases]
)
def test_an_input_gets_its_verdict(line, verdict_of, verdict, tmp_path):
    said = say(f"{line} --json", tmp_path)
    assert said.status == 0, said.err
    assert verdict == verdict_of(json.loads(said.out))


@pytest.mark.parametrize("question", QUESTIONS)
def test_three_inputs_have_three_verdicts(question):
    assert 3 == len({case.values[2] for case in QUESTIONS[question]})


@pytest.mark.parametrize("line", [case.values[0] for cases in QUESTIONS.values() for case in cases])
def test_the_answer_names_its_sources_or_basis_and_what_to_type_next(line, tmp_path):
    said = say(line, tmp_path)
    assert any(row.startswith(("source", "basis")) for row in said.out.splitlines())
    assert [parse(command) for command in next_commands(said.out)]


@pytest.mark.parametrize(("line", "problem"), BAD)
def test_bad_input_is_named_and_told_what_to_type(line, problem, tmp_path):
    said = say(line, tmp_path)
    assert (2, "") == (said.status, said.out)
    assert problem in " ".join(said.err.split())
    assert "try: backwright " in said.err


def test_a_small_code_base_is_not_split(tmp_path):
    said = say("advise split example", tmp_path)
    assert said.out.startswith("Don't split shop")
