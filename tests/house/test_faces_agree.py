"""Every face offers every verb, and every verb says what it needs."""

import json
from importlib import import_module
from pathlib import Path

import jsonschema
import pytest
from tests.bench import bench_in
from tests.command import copy_of_known_person, parse, say

from backwright.faces.cli.commands import as_json
from backwright.faces.cli.helping import SHOWN
from backwright.faces.mcp.listing import tools
from backwright.faces.prose import _HOMES, can_render, prose
from backwright.faces.web import routes
from backwright.usecases import LAUNCHES, USE_CASES
from backwright.usecases.answers import answer_kinds, answer_schema

VERBS = [use_case.name for use_case in USE_CASES]
QUESTIONS = [
    pytest.param(question, id=f"{use_case.name} {question.name}")
    for use_case in USE_CASES
    for question in use_case.questions()
]

# One request for each kind of answer; `known` asks as a person with 25 answers.
ANSWERS = [
    pytest.param("explore", {}, "RoleList", id="all roles"),
    pytest.param("explore", {"name": "go-developer"}, "RoleCard", id="a role"),
    pytest.param(
        "explore", {"compare": ("go-developer", "api-architect")}, "Comparison", id="two roles"
    ),
    pytest.param("explore", {"technologies": True}, "TechnologyList", id="all technologies"),
    pytest.param("explore", {"name": "redis"}, "TechnologyCard", id="a technology"),
    pytest.param("explore", {"languages": True}, "LanguageList", id="all languages"),
    pytest.param("explore", {"skills": True}, "SkillList", id="all skills"),
    pytest.param("explore", {"name": "sql.indexes"}, "SkillCard", id="a skill"),
    pytest.param("explore", {"search": "cache"}, "SearchResult", id="a word"),
    pytest.param("explore", {"guides": True}, "GuideList", id="all guides"),
    pytest.param("explore", {"name": "stack-selection"}, "GuideCard", id="a guide to a service"),
    pytest.param("assess", {"report": True}, "Assessment", id="a report"),
    pytest.param("roadmap", {"role": "go-developer"}, "Roadmap", id="a plan"),
    pytest.param("learn", {"name": "api-design"}, "Learning", id="a path"),
    pytest.param("learn", {"paths": True}, "PathList", id="all paths"),
    pytest.param("learn", {"progress": True}, "Progress", id="progress"),
    pytest.param("interview", {"cases": True}, "CaseList", id="all cases"),
    pytest.param("interview", {"case": "chat", "seed": 7}, "Interview", id="an interview"),
    pytest.param("start", {}, "Start", id="what now"),
    pytest.param("calibrate", {"dry_run": True}, "Calibration", id="a calibration"),
    pytest.param("review", {"path": "example"}, "Review", id="a review"),
    pytest.param("map", {"path": "example"}, "Map", id="a map"),
    pytest.param("schema", {}, "Schema", id="a schema"),
    pytest.param("advise.stack", {}, "StackAdvice", id="advice on a stack"),
    pytest.param("advise.stack", {"compare": True}, "StackTable", id="a table of languages"),
    pytest.param("advise.stack", {"facts": "go"}, "StackFacts", id="facts on one option"),
    pytest.param("advise.split", {"path": "example"}, "SplitAdvice", id="advice on splitting"),
    pytest.param(
        "advise.performance",
        {"files": ("example",)},
        "PerformanceAdvice",
        id="advice from a profile",
    ),
    pytest.param("advise.performance", {}, "LoadAdvice", id="advice from numbers"),
    pytest.param("advise.security", {}, "SecurityAdvice", id="advice on security"),
    pytest.param("advise.deploy", {}, "DeployAdvice", id="advice on deployment"),
    pytest.param("advise.api", {}, "ApiAdvice", id="advice on an API"),
    pytest.param("advise.data", {}, "DataAdvice", id="advice on data"),
    pytest.param("advise.scale", {"requests": "1M/day"}, "ScaleAdvice", id="advice on scale"),
    pytest.param("advise.monolith-or-services", {}, "DivisionAdvice", id="advice on dividing"),
    pytest.param("design.new", {"guide": True}, "NewDesign", id="a guide"),
    pytest.param(
        "design.simulate",
        {"path": "shop", "rate": "40", "runs": 2, "length": "30s"},
        "Simulated",
        id="a design simulated",
    ),
    pytest.param(
        "design.size",
        {"path": "shop", "rate": "5000", "knob": ("orders_db.size",)},
        "Sized",
        id="a design sized",
    ),
    pytest.param(
        "design.sweep", {"path": "shop", "over": "orders_db.size=16"}, "Swept", id="a sweep"
    ),
    pytest.param(
        "design.compare",
        {"path": "shop", "rate": "40", "set": ("orders_db.size=16",), "runs": 2},
        "Compared",
        id="designs compared",
    ),
    pytest.param("design.check", {"path": "shop"}, "DesignChecked", id="a design by law"),
    pytest.param("design.solve", {"path": "shop"}, "DesignSolved", id="a design solved"),
    pytest.param("design.draw", {"path": "shop"}, "DesignDrawing", id="a drawn design"),
    pytest.param(
        "design.calibrate",
        {"path": "shop", "serve": "example", "rates": ("20/s", "60/s"), "seconds": 1.0, "seed": 1},
        "Calibrated",
        id="a service measured",
    ),
    pytest.param(
        "design.validate",
        {"path": "shop", "serve": "example", "rates": ("40%",), "seconds": 1.0, "seed": 1},
        "Validated",
        id="a prediction measured",
    ),
    pytest.param("explain", {}, "RuleList", id="all rules"),
    pytest.param("explain", {"rule": "query-in-loop"}, "Explanation", id="a rule"),
    pytest.param("baseline", {"path": "example", "dry_run": True}, "Accepted", id="a baseline"),
    pytest.param("ask", {"question": "How do I store passwords?"}, "Asked", id="a question"),
    pytest.param("data.export", {}, "data_export", id="an export"),
    pytest.param("data.import", {"path": "all.jsonl"}, "data_import", id="an import"),
    pytest.param("data.rescue", {"path": "rescued.jsonl"}, "data_rescue", id="a rescue"),
    pytest.param("data.delete", {"yes": True}, "data_delete", id="a deletion"),
    pytest.param("config.explain", {}, "config_explain", id="the settings"),
    pytest.param("content.check", {"skills": ("fnd.git",)}, "content_check", id="a check"),
]


def test_every_tool_is_a_verb():
    assert [verb.replace(".", "_") for verb in VERBS] == [tool["name"] for tool in tools()]


def test_every_web_route_is_a_verb():
    assert [f"/{verb.replace('.', '/')}" for verb in VERBS] == routes()


@pytest.mark.parametrize("tool", tools(), ids=lambda tool: tool["name"])
def test_a_tool_describes_each_question(tool):
    use_case = USE_CASES[VERBS.index(tool["name"].replace("_", "."))]
    properties = tool["inputSchema"]["properties"]
    assert [q.name for q in use_case.questions()] == list(properties)
    assert [q.help for q in use_case.questions()] == [
        each["description"] for each in properties.values()
    ]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_has_a_help_line(question):
    assert question.help[0].isupper()
    assert not question.help.endswith(".")
    assert question.help.isascii()


@pytest.mark.parametrize("use_case", USE_CASES, ids=VERBS)
def test_summary_is_one_line_without_a_period(use_case):
    assert use_case.summary[0].isupper()
    assert not use_case.summary.endswith(".")
    assert "\n" not in use_case.summary


@pytest.mark.parametrize("use_case", USE_CASES, ids=VERBS)
def test_example_parses_as_its_own_verb(use_case):
    assert use_case.name == parse(use_case.example)


def test_examples_run_in_order_on_a_fresh_install_and_name_their_schemas(tmp_path):
    for use_case in USE_CASES:
        said = say(f"{use_case.example.removeprefix('backwright ')} --json", tmp_path / "data")
        assert said.status in (0, 1), f"{use_case.example}: {said.err}"
        assert said.err == "", use_case.example
        answer = json.loads(said.out)
        assert "schema" == next(iter(answer))
        assert f"backwright/{use_case.name.replace('.', '-')}/1" == answer["schema"]


@pytest.mark.parametrize("verb", SHOWN)
def test_each_line_of_the_main_help_parses(verb):
    assert verb == parse(SHOWN[verb][0])


def test_the_main_help_shows_every_verb():
    assert {*VERBS, *(launch.name for launch in LAUNCHES)} == set(SHOWN)


@pytest.mark.parametrize(("verb", "request_", "kind"), ANSWERS)
def test_every_kind_of_answer_is_rendered_and_is_as_its_schema_says(
    verb, request_, kind, tmp_path, monkeypatch
):
    copy_of_known_person(tmp_path)
    monkeypatch.chdir(tmp_path)
    Path("all.jsonl").write_text("")
    use_case = USE_CASES[VERBS.index(verb)]
    answer = use_case.run(use_case.ask(**request_), bench_in(tmp_path / "data"))
    assert type(answer) in answer_kinds(use_case)
    jsonschema.validate(json.loads(as_json(answer, use_case)), answer_schema(use_case))
    home = import_module(f"backwright.faces.prose.{_HOMES[kind]}")
    assert can_render(answer)
    assert home.RENDER[kind](answer, 80)
    assert prose(answer, 80).isascii()


def test_prose_knows_no_other_kinds():
    assert set(_HOMES) == {parameter.values[2] for parameter in ANSWERS}
