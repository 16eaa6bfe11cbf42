"""The interview as a verb: one step that holds all it needs, evidence once, the next drill."""

import pytest
from tests.bench import bench_in
from tests.command import copy_of_known_person, say

from backwright.model.errors import BadRequest, NotFound
from backwright.usecases.interview import Ask, CaseList, run

ANSWERS = """
scope = "Can people choose a custom name for a link?"
reads = "20k/s"
stored = "0.73 TB"
design = "A cache in front of the store is filled on a miss."
"""


@pytest.fixture
def bench(tmp_path):
    return bench_in(tmp_path)


def ask(**values):
    return Ask(**{"case": "url-shortener", "seed": 7, "level": "junior", **values})


def test_the_first_step_is_the_scope(bench):
    made = run(ask(), bench)
    assert ("scope", 1) == (made.next.kind, made.next.number)
    assert made.steps == 1 + 6 + 1 + 1 + 1 + 5
    assert () == made.turns
    assert () == bench.store.rows("me")


def test_an_answer_is_judged_and_the_next_question_follows(bench):
    made = run(ask(answer=("scope=i", "reads=20k/s")), bench)
    assert "right" == made.turns[1].estimate.verdict
    assert "peak_reads" == made.next.id


def test_evidence_is_kept_once_however_often_it_is_sent(bench):
    run(ask(answer=("scope=i", "reads=20k/s")), bench)
    rows = bench.store.rows("me")
    run(ask(answer=("scope=i", "reads=20k/s")), bench)
    assert rows == bench.store.rows("me")
    assert "case:url-shortener/reads" == rows[-1].source
    assert {7} == {row.seed for row in rows}
    assert all(row.weight <= 0.5 for row in rows)


def test_a_dry_run_keeps_nothing(bench):
    made = run(ask(answer=("reads=20k/s",), dry_run=True), bench)
    assert 0 == made.kept
    assert () == bench.store.rows("me")


def test_answers_may_come_in_a_file(bench, tmp_path):
    path = tmp_path / "answers.toml"
    path.write_text(ANSWERS)
    made = run(ask(answers=str(path)), bench)
    assert made.is_over
    assert ["scope", "reads", "stored", "design"] == [turn.id for turn in made.turns]
    assert "copies" in made.turns[2].estimate.trap
    assert (1, 2) == (made.estimates.right, made.estimates.asked)
    assert made.turns[3].points[3].quote.startswith("A cache in front")


def test_both_halves_stand_apart(bench):
    made = run(ask(answer=("scope=i", "reads=20k/s")), bench)
    assert (1.0, 0.0) == (made.estimates.score, made.checklist.score)


def test_the_knowledge_round_asks_what_the_role_wants(bench):
    made = run(ask(level="mid"), bench)
    ids = [
        "scope",
        *"reads peak_reads writes stored egress length hit".split(),
        "design",
        "flush",
        "redirect",
        "twice",
    ]
    made = run(ask(level="mid", answer=tuple(f"{id_}=i" for id_ in ids)), bench)
    seen = []
    while made.next is not None:
        assert "knowledge" == made.next.kind
        seen.append(made.next.question.skill)
        ids.append(made.next.id)
        made = run(ask(level="mid", answer=tuple(f"{id_}=i" for id_ in ids)), bench)
    assert 5 == len(set(seen)) == made.knowledge_asked
    assert made.drill is not None
    assert made.is_over


def test_what_tells_most_is_asked_first_and_what_was_done_is_not(tmp_path):
    bench = bench_in(copy_of_known_person(tmp_path))
    first = run(Ask(seed=1), bench).case
    listed = run(Ask(cases=True), bench)
    assert isinstance(listed, CaseList)
    assert listed.measured
    assert listed.cases[0].id == first
    run(Ask(case=first, seed=1, answer=("scope=What must it do, and for how many people?",)), bench)
    assert first != run(Ask(seed=1), bench).case


@pytest.mark.parametrize(
    ("values", "error", "words"),
    [
        pytest.param({"case": "url-shortner"}, NotFound, "no case is called", id="an unknown case"),
        pytest.param({"role": "wizard"}, NotFound, "no role", id="an unknown role"),
        pytest.param({"seed": -1}, BadRequest, "is not a seed", id="a seed below zero"),
        pytest.param({"answer": ("reads",)}, BadRequest, "is no answer", id="an answer without an id"),
        pytest.param({"answer": ("nope=1",)}, NotFound, "no step", id="an unknown step"),
        pytest.param({"answer": ("reads=many",)}, BadRequest, "no number", id="no number"),
        pytest.param({"answer": ("scope=" + "x" * 20_001,)}, BadRequest, "at most 20,000", id="a book"),
        pytest.param({"answers": "nowhere.toml"}, NotFound, "nowhere.toml", id="no file"),
        pytest.param({"answer": ("item:no.such/thing@7=a",)}, NotFound, "no", id="an unknown question"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(bench, values, error, words):
    with pytest.raises(error, match=words):
        run(ask(**values), bench)


def test_a_file_that_is_no_table_of_answers_is_refused(bench, tmp_path):
    path = tmp_path / "answers.toml"
    path.write_text("reads = [1, 2]")
    with pytest.raises(BadRequest, match="no text and no number"):
        run(ask(answers=str(path)), bench)
    path.write_text("reads = ")
    with pytest.raises(BadRequest, match="is not TOML"):
        run(ask(answers=str(path)), bench)


# At the terminal


def test_nobody_to_ask(tmp_path):
    said = say("interview url-shortener", tmp_path / "data")
    assert 2 == said.status
    assert "nobody to ask" in said.err


@pytest.mark.parametrize("columns", [40, 80])
def test_a_conversation_through_a_pipe_fits_the_screen(tmp_path, columns):
    typed = "Can people choose a custom name?\n\n20k/s\nmany\n80k\ni\n"
    said = say("interview url-shortener --seed 7 --level junior", tmp_path / "data", columns, typed)
    assert 3 == said.status
    assert "'many' holds no number" in said.err
    assert "Input ended. 4 answers kept." in said.err
    assert "2 of 3 estimates" in said.out.replace("\n", " ")
    assert said.out.isascii()
    lines = [*said.out.splitlines(), *said.err.splitlines()]
    assert [] == [line for line in lines if len(line) > columns and not line.startswith("in ")]


def test_s_stops_and_keeps(tmp_path):
    said = say("interview chat --seed 1", tmp_path / "data", typed="i\ns\n")
    assert 3 == said.status
    assert "Stopped. 1 answer kept." in said.err


def test_a_skeleton_is_written_and_run(tmp_path):
    wrote = say("interview ledger --seed 7 --skeleton mine.yaml", tmp_path / "data")
    assert 0 == wrote.status
    said = say("interview ledger --seed 7 --blueprint mine.yaml", tmp_path / "data")
    assert 1 == said.status
    assert "Your blueprint does not hold" in said.out
