"""The verbs that keep, move and delete evidence: export, import, delete, rescue; and settings."""

import json
from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from tests.bench import bench_in
from tests.evidence_rows import ROWS, TEXTS, evidence

from backwright.model.errors import BadRequest, NotFound, NothingToDo, StoreProblem
from backwright.model.evidence import Evidence
from backwright.usecases import (
    config_explain,
    data_delete,
    data_export,
    data_import,
    data_rescue,
    jsonl,
)


@pytest.fixture
def bench(tmp_path):
    return bench_in(tmp_path)


def line(**values: object) -> str:
    """Return the JSON line of an ordinary row with some values replaced; `...` leaves one out."""
    record = json.loads(jsonl.to_json_line(evidence(1))) | values
    return json.dumps({key: value for key, value in record.items() if value is not ...})


# JSON lines


@settings(deadline=None)
@given(row=ROWS)
def test_any_row_comes_back_from_its_line_equal(row):
    text = jsonl.to_json_line(row)
    assert "\n" not in text
    assert row == jsonl.from_json_line(text)
    assert ((row, row), ()) == jsonl.read_json_lines(f"{text}\n{text}\n")


@settings(deadline=None)
@given(text=TEXTS)
def test_a_text_that_is_no_row_is_a_problem_and_no_crash(text):
    rows, problems = jsonl.read_json_lines(text)
    assert () == rows
    assert bool(text.strip()) is bool(problems)


def test_a_line_has_every_column_in_order():
    assert [field.name for field in fields(Evidence)] == list(json.loads(line()))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("oops", "JSON is malformed: invalid character (byte 0)", id="no JSON"),
        pytest.param("[1]", "Expected `object`, got `array`", id="a list"),
        pytest.param(line(extra=1), "unknown key 'extra'", id="an unknown key"),
        pytest.param(line(id=...), "Object missing required field `id`", id="a missing key"),
        pytest.param(line(guess="0.2"), "guess: Expected `float`, got `str`", id="text as number"),
        pytest.param(line(seed=1.5), "seed: Expected `int`, got `float`", id="half a seed"),
        pytest.param(line(skill=7), "skill: Expected `str`, got `int`", id="number as text"),
        pytest.param(line(given=None), "given: Expected `str`, got `null`", id="null"),
        pytest.param(line(kind="guess"), "kind: Invalid enum value 'guess'", id="unknown kind"),
        pytest.param(line(guess=1.5), "guess 1.5 is not 0 to 1", id="guess above 1"),
        pytest.param(line(slip=-0.1), "slip -0.1 is not 0 to 1", id="slip below 0"),
        pytest.param(line(weight=-1), "weight -1 is not 0 or more", id="negative weight"),
        pytest.param(line(seed=2**63), f"seed {2**63} does not fit 64 bits", id="a huge seed"),
        pytest.param(
            line(occurred_at="yesterday"),
            "occurred_at: Invalid RFC3339 encoded datetime",
            id="no date",
        ),
        pytest.param(
            line(recorded_at="2026-02-30T00:00:00Z"),
            "recorded_at: Invalid RFC3339 encoded datetime",
            id="a day that does not exist",
        ),
        pytest.param(
            line(occurred_at="2026-01-05T09:00:00"),
            "occurred_at has no time zone; end it with Z for UTC",
            id="a time without a zone",
        ),
        pytest.param(
            line(occurred_at="0001-01-01T00:00:00+09:00"),
            "a time lies outside the years 1 to 9999",
            id="a time before all time",
        ),
        pytest.param(
            line(schema=2, more=1),
            "schema 2 is newer than this Backwright knows (1); upgrade first",
            id="a newer schema, even with keys not known",
        ),
        pytest.param(line(schema=0), "schema 0 is not 1 or more", id="schema 0"),
        pytest.param(line(id="1"), "id '1' is not a UUID in lower case with hyphens", id="no UUID"),
        pytest.param(line(profile=" "), "profile is empty; it says whose row this is", id="nobody"),
        pytest.param(
            line(given="a\0"), "given holds the character NUL, which no database keeps", id="NUL"
        ),
        pytest.param("[" * 100_000, "Expected `object`, got `array`", id="deep nesting"),
        pytest.param(
            line(given="x" * 2**20),
            f"{len(line()) - 1 + 2**20:,} characters in a line; at most 1,048,576",
            id="a very long line",
        ),
    ],
)
def test_a_bad_line_says_what_is_wrong_with_it(text, problem):
    assert ((), (f"line 1: {problem}",)) == jsonl.read_json_lines(text)


def test_times_of_other_zones_become_utc():
    east = datetime(2026, 1, 5, 14, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    row = jsonl.from_json_line(line(occurred_at=east.isoformat()))
    assert "2026-01-05T09:00:00+00:00" == row.occurred_at.isoformat()


def test_what_editors_and_windows_add_is_passed_over():
    text = f"\ufeff{line()}\r\n\r\n  \n{line(given='a b')}\n"
    rows, problems = jsonl.read_json_lines(text)
    assert ((), ["3", "a b"]) == (problems, [row.given for row in rows])


def test_more_lines_than_fit_the_memory_are_refused():
    with pytest.raises(BadRequest, match="1,000,002 lines; at most 1,000,000"):
        jsonl.read_json_lines("\n" * 1_000_001)


# data export


def test_export_without_a_file_answers_with_the_rows(bench):
    bench.store.append([evidence(1), evidence(2), evidence(3, profile="other")])
    answer = data_export.run(data_export.Ask(), bench)
    assert ("me", 2, "") == (answer.profile, answer.rows, answer.path)
    assert ((evidence(1), evidence(2)), ()) == jsonl.read_json_lines(answer.text)


def test_export_of_everybody_writes_all_rows_to_the_file(bench, tmp_path):
    rows = (evidence(1), evidence(2, profile="other"))
    bench.store.append(rows)
    path = tmp_path / "new" / "all.jsonl"
    answer = data_export.run(data_export.Ask(str(path), everybody=True), bench)
    assert data_export.Answer("", 2, str(path), "") == answer
    assert (rows, ()) == jsonl.read_json_lines(path.read_text())


def test_export_of_nobody_is_empty(bench):
    assert data_export.Answer("me", 0, "", "") == data_export.run(data_export.Ask(), bench)


@pytest.mark.parametrize(
    ("path", "error"),
    [
        pytest.param("", BadRequest, id="a folder"),
        pytest.param("file/me.jsonl", StoreProblem, id="below a file"),
    ],
)
def test_export_to_where_no_file_can_be_is_refused(bench, tmp_path, path, error):
    (tmp_path / "file").write_text("in the way")
    bench.store.append([evidence(1)])
    with pytest.raises(error):
        data_export.run(data_export.Ask(str(tmp_path / path)), bench)


# data import


def ask_import(tmp_path: Path, text: str, **values) -> data_import.Ask:
    path = tmp_path / "given.jsonl"
    path.write_bytes(text.encode())
    return data_import.Ask(str(path), **values)


def counts(answer: data_import.Answer) -> tuple[int, int, int, int, str]:
    return answer.read, answer.added, answer.already_there, answer.bad, answer.verdict


def test_what_was_exported_comes_back_after_a_delete(bench, tmp_path):
    rows = tuple(evidence(number, given="ä\u2028\n") for number in range(100))
    bench.store.append(rows)
    path = tmp_path / "me.jsonl"
    data_export.run(data_export.Ask(str(path)), bench)
    data_delete.run(data_delete.Ask(yes=True), bench)
    answer = data_import.run(data_import.Ask(str(path)), bench)
    assert (100, 100, 0, 0, "ok") == counts(answer)
    assert rows == bench.store.rows("me")


def test_rows_that_are_there_already_are_counted_not_added(bench, tmp_path):
    bench.store.append([evidence(1)])
    text = jsonl.to_json_lines([evidence(1), evidence(2), evidence(2)])
    for dry_run in (True, False):
        answer = data_import.run(ask_import(tmp_path, text, dry_run=dry_run), bench)
        assert (3, 1, 2, 0, "ok") == counts(answer), "a dry run foretells it"
    assert (evidence(1), evidence(2)) == bench.store.rows("me")


def test_a_dry_run_adds_nothing_and_creates_nothing(bench, tmp_path):
    answer = data_import.run(ask_import(tmp_path, line(), dry_run=True), bench)
    assert (1, 1, 0, 0, "ok") == counts(answer)
    assert ["given.jsonl"] == [path.name for path in tmp_path.iterdir()]


def test_one_bad_line_keeps_everything_out(bench, tmp_path):
    text = f"{line()}\noops\n"
    answer = data_import.run(ask_import(tmp_path, text), bench)
    assert (1, 0, 0, 1, "failed") == counts(answer)
    assert ("line 2: JSON is malformed: invalid character (byte 0)",) == answer.problems
    assert () == bench.store.rows("me")


def test_skip_bad_adds_the_others_and_still_says_what_was_wrong(bench, tmp_path):
    text = f"oops\n{line()}\n{line(guess=2)}\n"
    answer = data_import.run(ask_import(tmp_path, text, skip_bad=True), bench)
    assert (1, 1, 0, 2, "ok") == counts(answer)
    assert "line 3: guess 2 is not 0 to 1" == answer.problems[1]
    assert (evidence(1),) == bench.store.rows("me")


def test_a_file_that_is_no_export_lists_a_hundred_problems_and_counts_all(bench, tmp_path):
    answer = data_import.run(ask_import(tmp_path, "a,b,c\n" * 500), bench)
    assert (100, 500, "failed") == (len(answer.problems), answer.bad, answer.verdict)


def test_into_makes_all_rows_one_persons(bench, tmp_path):
    text = jsonl.to_json_lines([evidence(1, profile="a"), evidence(2, profile="b")])
    data_import.run(ask_import(tmp_path, text, into="c"), bench)
    assert (("c", 2),) == bench.store.profiles()


def test_an_empty_file_adds_nothing_and_creates_no_database(bench, tmp_path):
    answer = data_import.run(ask_import(tmp_path, "\n"), bench)
    assert (0, 0, 0, 0, "ok") == counts(answer)
    assert not (tmp_path / "evidence.db").exists()


def test_import_of_what_does_not_exist_names_it(bench):
    with pytest.raises(NotFound, match="no file is called 'gone"):
        data_import.run(data_import.Ask("gone.jsonl"), bench)


# data delete


def test_delete_without_yes_says_how_much_would_go_and_whose(tmp_path):
    bench = bench_in(tmp_path, profile="o'neil")
    bench.store.append([evidence(n, profile="o'neil") for n in range(1200)])
    with pytest.raises(BadRequest, match="deletes 1,200 rows of 'o'neil' for good") as refused:
        data_delete.run(data_delete.Ask(), bench)
    assert "backwright data delete --yes --as 'o'\"'\"'neil'" == refused.value.hint
    assert 1200 == len(bench.store.rows("o'neil"))


def test_delete_of_somebody_unknown_says_who_is_known(bench):
    bench.store.append([evidence(1, profile="other")])
    with pytest.raises(NothingToDo, match="nothing is stored about 'me'") as refused:
        data_delete.run(data_delete.Ask(), bench)
    assert "stored: other" == refused.value.detail


def test_delete_with_yes_forgets_this_person_only_and_can_be_repeated(bench):
    bench.store.append([evidence(1), evidence(2), evidence(3, profile="other")])
    assert data_delete.Answer("me", 2) == data_delete.run(data_delete.Ask(yes=True), bench)
    assert data_delete.Answer("me", 0) == data_delete.run(data_delete.Ask(yes=True), bench)
    assert (("other", 1),) == bench.store.profiles()


# data rescue


def test_a_damaged_database_is_rescued_set_aside_and_filled_again(tmp_path):
    bench = bench_in(tmp_path)
    rows = [evidence(number, given="x" * 300, profile="ab"[number % 2]) for number in range(800)]
    bench.store.append(rows)
    bench.store._here.open.close()
    database = tmp_path / "evidence.db"
    with database.open("r+b") as file:
        file.seek(database.stat().st_size // 4096 // 3 * 4096)
        file.write(Random(1).randbytes(4096))
    bench = bench_in(tmp_path)
    with pytest.raises(StoreProblem) as problem:
        list(bench.store.all_rows())
    assert "backwright data rescue rescued.jsonl" == problem.value.hint

    answer = data_rescue.run(data_rescue.Ask(str(tmp_path / "rescued.jsonl")), bench)

    assert 800 == answer.rescued + answer.lost
    assert 0 < answer.lost < 20
    move, put_back = answer.next.rsplit(" && ", 1)
    assert f"mkdir {tmp_path}/damaged && mv {tmp_path}/evidence.db* {tmp_path}/damaged/" == move
    assert f"backwright data import {tmp_path}/rescued.jsonl" == put_back
    (tmp_path / "damaged").mkdir()
    for file in tmp_path.glob("evidence.db*"):
        file.rename(tmp_path / "damaged" / file.name)
    again = bench_in(tmp_path)
    imported = data_import.run(data_import.Ask(answer.path), again)
    assert (answer.rescued, answer.rescued, 0, 0, "ok") == counts(imported)
    assert set(again.store.all_rows()) < set(rows)


def test_rescue_without_a_readable_row_leaves_an_earlier_rescue_alone(bench, tmp_path):
    path = tmp_path / "rescued.jsonl"
    path.write_text("earlier")
    lost = replace(bench, rescue=lambda: ((), 3))
    with pytest.raises(NothingToDo, match="no row of the database can be read"):
        data_rescue.run(data_rescue.Ask(str(path)), lost)
    assert "earlier" == path.read_text()


@pytest.mark.parametrize("rescue", [None, lambda: ((), 0)], ids=["no database", "an empty one"])
def test_rescue_of_nothing_says_so(bench, rescue):
    with pytest.raises(NothingToDo, match="there is no row to rescue"):
        data_rescue.run(data_rescue.Ask("x.jsonl"), replace(bench, rescue=rescue))


def test_rescue_without_a_known_folder_names_the_import_only(bench, tmp_path):
    rescuing = replace(bench, rescue=lambda: ((evidence(1),), 0), settings=tuple)
    answer = data_rescue.run(data_rescue.Ask(str(tmp_path / "a b.jsonl")), rescuing)
    assert f"backwright data import '{tmp_path}/a b.jsonl'" == answer.next


# config explain


def test_each_setting_has_its_value_origin_variable_and_help(bench, tmp_path):
    rows = {row.name: row for row in config_explain.run(config_explain.Ask(), bench).settings}
    assert (
        config_explain.Row(
            "data_dir",
            str(tmp_path),
            "BACKWRIGHT_DATA_DIR",
            "BACKWRIGHT_DATA_DIR",
            "Folder for your evidence (a database file)",
        )
        == rows["data_dir"]
    )
    assert "default" == rows["profile"].origin


def test_ids_of_the_tests_clock_are_uuids_of_version_7_that_sort(bench):
    ids = [bench.clock.new_id() for _ in range(3)]
    bench.clock.now()
    ids.append(bench.clock.new_id())
    assert ids == sorted(ids)
    assert {7} == {UUID(each).version for each in ids}
