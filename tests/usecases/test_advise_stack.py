"""Advise stack: the same question with other needs has another answer, and bad input is told what to type."""

import pytest
from tests.bench import bench_in
from tests.command import copy_of_known_person, say

from backwright.model.errors import BadRequest, NotFound
from backwright.usecases.advise_stack import Ask, run

THREE = ("node", "python", "go")


# "Should I use Node.js, Python, or Go?"
@pytest.mark.parametrize(
    ("asked", "verdict", "winners"),
    [
        pytest.param(
            {"need": ("single-binary", "parallel")},
            "clear",
            ("go",),
            id="one file that uses all cores",
        ),
        pytest.param(
            {"need": ("ml=training",)}, "clear", ("python",), id="trains models in the process"
        ),
        pytest.param(
            {"need": ("browser=yes",)}, "clear", ("javascript",), id="shares code with the browser"
        ),
        pytest.param(
            {"team": ("python",), "prefer": ("learning,ml",)},
            "clear",
            ("python",),
            id="a team that knows Python, and has no time",
        ),
        pytest.param(
            {"prefer": ("throughput,parallel,single-binary",)},
            "clear",
            ("go",),
            id="load before everything",
        ),
        pytest.param({}, "any of", ("go", "javascript"), id="nothing said"),
    ],
)
def test_node_python_or_go(tmp_path, asked, verdict, winners):
    answer = run(Ask(among=THREE, **asked), bench_in(tmp_path))
    assert (verdict, winners) == (answer.choice.verdict, answer.choice.winners)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_verdicts_do_not_hang_on_the_seed(tmp_path, seed):
    ask = Ask(among=THREE, prefer=("throughput,parallel,single-binary",), seed=seed)
    assert ("go",) == run(ask, bench_in(tmp_path)).choice.winners


def test_the_same_seed_gives_the_same_answer(tmp_path):
    bench = bench_in(tmp_path)
    assert run(Ask(kind="framework"), bench) == run(Ask(kind="framework"), bench)


def test_what_the_team_knows_costs_no_hours(tmp_path):
    answer = run(Ask(among=THREE, team=("golang",)), bench_in(tmp_path))
    hours = {each.option: each.hours for each in answer.hours}
    alone = {each.option: each.hours for each in run(Ask(among=THREE), bench_in(tmp_path)).hours}
    assert 0 == hours["go"]
    assert 0 < hours["python"] < alone["python"]  # a first language makes the second one shorter
    assert "the languages named" == answer.learning_basis


def test_a_language_known_leaves_its_frameworks_to_be_learned(tmp_path):
    answer = run(Ask(among=("django", "gin"), team=("python",)), bench_in(tmp_path))
    hours = {each.option: each.hours for each in answer.hours}
    assert 0 < hours["django"] < hours["gin"] + 25


def test_what_a_person_has_shown_counts(tmp_path):
    bench = bench_in(copy_of_known_person(tmp_path))
    answer = run(Ask(among=THREE), bench)
    assert "measured" == answer.learning_basis
    fresh = {each.option: each.hours for each in run(Ask(among=THREE), bench_in(tmp_path / "x")).hours}  # fmt: skip
    assert any(each.hours < fresh[each.option] - 5 for each in answer.hours)


def test_what_is_not_known_is_kept_and_said(tmp_path):
    answer = run(Ask(kind="store", need=("embedded", "max-record=16384")), bench_in(tmp_path))
    left = {rated.option for rated in answer.choice.ranked}
    assert {"sqlite", "clickhouse", "neo4j"} == left
    assert ("neo4j", "embedded") in answer.unproved


@pytest.mark.parametrize(
    ("asked", "kind", "left"),
    [
        pytest.param({"need": ("language=python",)}, "framework", 4, id="by language"),
        pytest.param({"need": ("language!=javascript,php",)}, "framework", 17, id="by no language"),
        pytest.param({"need": ("licence=permissive,public domain",)}, "store", 7, id="by licence"),
        pytest.param(
            {"need": ("memory!=garbage collector",)}, "language", 2, id="without a collector"
        ),
        pytest.param({"need": ("supported-until=2029",)}, "language", 8, id="fixes until a year"),
        pytest.param({"need": ("support>=36",)}, "language", 6, id="months of fixes"),
        pytest.param(
            {"need": ("learning=70",)}, "language", 9, id="hours, as far as they are sure"
        ),
        pytest.param({"need": ("throughput=A",)}, "language", 3, id="a band that is possible"),
        pytest.param({"need": ("orm!=none",)}, "framework", 11, id="more than none"),
    ],
)
def test_needs(tmp_path, asked, kind, left):
    choice = run(Ask(kind=kind, **asked), bench_in(tmp_path)).choice
    assert left == len(choice.ranked) + len(choice.beaten)


def test_needs_that_exclude_each_other_name_the_pair_and_what_to_give_up(tmp_path):
    ask = Ask(need=("browser=yes", "single-binary", "ml=training"))
    answer = run(ask, bench_in(tmp_path))
    assert "none left" == answer.verdict
    assert ("browser=yes", "single-binary") in answer.contradictions
    assert ("browser=yes", ("cpp", "csharp")) == answer.relax[0]
    said = say("advise stack --need browser=yes single-binary ml=training", tmp_path / "data")
    assert 1 == said.status
    assert "give up first browser=yes: leaves C++, C# on .NET" in said.out


def test_when_one_need_less_is_not_enough_the_nearest_are_named(tmp_path):
    ask = Ask(among=THREE, need=("browser=yes", "single-binary", "ml=training"))
    answer = run(ask, bench_in(tmp_path))
    assert () == answer.relax
    assert {"javascript", "python", "go"} == {name for name, _ in answer.closest}


@pytest.mark.parametrize(
    ("asked", "kind", "problem", "hint"),
    [
        pytest.param(
            {"among": ("nodejss",)}, NotFound, "no option is called 'nodejss'", "--facts nodejs",
            id="an option",
        ),
        pytest.param(
            {"prefer": ("troughput",)}, NotFound, "no criterion of a language is called 'troughput'",
            "--prefer throughput", id="a criterion",
        ),
        pytest.param(
            {"need": ("typing=statik",)}, NotFound, "typing is never 'statik'", "typing=static", id="a word",
        ),
        pytest.param(
            {"need": ("support=long",)}, BadRequest, "'support=long' needs a number of months", "support=60",
            id="a number",
        ),
        pytest.param(
            {"need": ("supported-until=soon",)}, BadRequest, "needs a day", "supported-until=2029-01", id="a day",
        ),
        pytest.param(
            {"need": ("licence",)}, BadRequest, "does not say which licence", "licence=permissive", id="no value",
        ),
        pytest.param(
            {"need": ("=",)}, BadRequest, "'=' is no need", "--need typing=static", id="no need at all",
        ),
        pytest.param(
            {"prefer": ("learning,ml", "ml,learning")}, BadRequest, "goes in a circle", "--prefer", id="a circle",
        ),
        pytest.param({"prefer": (",",)}, BadRequest, "names no criterion", "--prefer learning", id="an empty order"),
        pytest.param(
            {"among": ("go", "kafka")}, BadRequest, "Go is a language, Apache Kafka a broker",
            "--kind language --among go", id="two kinds",
        ),
        pytest.param(
            {"kind": "store", "among": ("go",)}, BadRequest, "Go is a language", "--kind language", id="another kind",
        ),
        pytest.param({"among": ("go",)}, BadRequest, "leaves nothing to choose", "--facts go", id="only one"),
        pytest.param({"cpu_ms": -1.0}, BadRequest, "is no time of a request", "--cpu-ms 2", id="negative time"),
        pytest.param({"wait_ms": 5.0}, BadRequest, "how long does a request compute", "--cpu-ms", id="waiting alone"),
        pytest.param(
            {"blueprint": "shopp"}, NotFound, "no example or file is called 'shopp'", "shop", id="a blueprint",
        ),
        pytest.param({"facts": "kafak"}, NotFound, "no option is called 'kafak'", "--facts kafka", id="facts of nothing"),
    ],
)  # fmt: skip
def test_bad_input_names_the_value_and_the_next_command(tmp_path, asked, kind, problem, hint):
    with pytest.raises(kind) as refused:
        run(Ask(**asked), bench_in(tmp_path))
    assert problem in refused.value.problem
    assert hint in refused.value.hint


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize(
    "line",
    [
        "--among node python go --prefer learning,ml --cpu-ms 2 --wait-ms 25",
        "--kind framework --blueprint shop",
        "--kind store --need model=relational",
        "--kind gateway --compare",
        "--compare",
        "--facts postgres",
        "--need browser=yes single-binary ml=training",
    ],
)
def test_every_line_fits_and_every_next_command_parses(tmp_path, line, columns):
    said = say(f"advise stack {line}", tmp_path / "data", columns)
    assert said.status in (0, 1), said.err
    assert said.out.isascii()
    assert [] == [each for each in said.out.splitlines() if len(each) > columns]


def test_the_amdahl_line_says_what_a_framework_can_change(tmp_path):
    said = say("advise stack --among gin django --cpu-ms 2 --wait-ms 23", tmp_path / "data")
    text = " ".join(said.out.split())
    assert (
        "2 ms of 25 ms are computing, so no framework can take more than 8 % off a request" in text
    )
    assert "changes the CPU bill (2 CPU s per 1,000 requests), hardly the latency" in text
